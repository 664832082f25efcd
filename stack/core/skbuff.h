/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * skbuff - the fixed pool of receive buffers, and the two ends of a packet
 * (rows I3, I10)
 *
 * A receive buffer is a pbuf and its data in one piece: the driver gives the
 * data to the NIC, builds the pbuf when a frame has landed, and whoever holds
 * the last reference gives it back to the pool by consume_skb(),
 * kfree_skb_reason() or lwIP's pbuf_free(). An empty pool is a normal case.
 *
 * Cache rule (silicon): a buffer in the pool may have dirty lines only in its
 * first @dirty bytes, so only those are cleaned away before the NIC gets it.
 * skb_build() sets @dirty to the length of the frame; nothing writes behind
 * the end of a frame.
 *
 * Context: softirq or application, never hard IRQ.
 */
#ifndef CORE_SKBUFF_H
#define CORE_SKBUFF_H

#include "core/drop.h"
#include "core/skb.h"
#include "core/types.h"
#include "lwip/pbuf.h"

enum {
	/* NIC's largest frame (1538 with QEMU's GEM, FCS and VLAN included)
	 * and 2 bytes that align the IP header, in whole 64-byte units of the
	 * GEM's DMACFG register. */
	SKB_DATA_SIZE = 1600,
	SKB_NET_IP_ALIGN = 2,
	SKB_CACHE_LINE = 64, /* the largest line of any core we run on */
};

struct skb_buf {
	struct pbuf_custom pc; /* must be first, and below the data */
	struct skb_buf *next_free;
	u16 dirty;
	_Alignas(SKB_CACHE_LINE) u8 data[SKB_DATA_SIZE];
};

/* Set up the pool: once, at boot, before any device opens. */
void skb_pool_init(void);

/* Take a buffer; NULL when the pool is empty (counted). */
struct skb_buf *skb_buf_get(void);

/* Give back a buffer that never became a packet. */
void skb_buf_put(struct skb_buf *buf);

/**
 * skb_build() - make the packet of a buffer in which a frame has landed
 * @buf: the packet owns it from now on
 * @offset: where the frame begins in buf->data
 * @len: of the frame, FCS not included; at least 14
 *
 * Return: the packet, one reference, payload at the Ethernet header; cb is
 * zero but for dev and tstamp_ns. Never fails.
 */
struct pbuf *skb_build(struct skb_buf *buf, u16 offset, u16 len,
		       struct net_device *dev, u64 now);

/**
 * skb_copy() - a copy of its own, in receive buffers
 * @skb: borrowed; at its Ethernet header
 *
 * Return: the copy, one reference, cb as the original's but in no list; a
 * packet longer than a buffer becomes a chain. NULL: the pool is empty.
 */
struct pbuf *skb_copy(const struct pbuf *skb);

/* The good end: the packet was used. */
void consume_skb(struct pbuf *skb);

/* The good end of a packet that dev_queue_xmit() took: it has left. */
static inline void dev_consume_skb(struct pbuf *skb)
{
	skb->cb.queued = 0;
	consume_skb(skb);
}

/* The bad end, counted under its reason. */
void kfree_skb_reason(struct pbuf *skb, enum drop_reason reason);

/* Where the frame begins whose receive buffer this packet is; NULL: it is none
 * of ours. */
const u8 *skb_rx_frame(const struct pbuf *skb);

/* Was the pool empty since the last call? Then whoever can spare buffers is to
 * let go of them (lwip_relieve()). */
bool skb_pool_starved(void);

struct skb_pool_stats {
	u32 total;
	u32 free;
	u32 lowest; /* fewest ever free */
	u32 empty;  /* times that none was left */
};

void skb_pool_read(struct skb_pool_stats *st);

#endif
