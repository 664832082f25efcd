/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tap - where taps look at packets on their way (row I13)
 *
 * The few lines that stand on the road; what is behind them is in
 * packet/af_packet.h. dev->taps says which points of a device somebody listens
 * at, packet_tap_drops whether anybody wants to see dropped packets. While
 * nobody does, a point costs one load and one branch.
 *
 * For drivers: drop_frame_reason() for a frame that dies before it is a
 * packet. Context: softirq or application.
 */
#ifndef CORE_TAP_H
#define CORE_TAP_H

#include "core/drop.h"
#include "core/netdevice.h"
#include "core/skb.h"
#include "core/types.h"

/* Bits of dev->taps. */
enum tap_point {
	TAP_RX, /* received, before anything has looked at it */
	TAP_TX, /* about to go to the ring */
	TAP_DROP,
	TAP_POINT_NR,
};

enum {
	TAP_RX_BIT = 1 << TAP_RX,
	TAP_TX_BIT = 1 << TAP_TX,
	TAP_DROP_BIT = 1 << TAP_DROP,
};

extern bool packet_tap_drops;

/* Somebody listens; all borrow the packet. Never inlined: their stack frames
 * and registers would be the road's own. */
#define TAP_OFF_ROAD __attribute__((noinline, cold))

TAP_OFF_ROAD void packet_tap_rx(struct pbuf *skb, struct net_device *dev);
TAP_OFF_ROAD void packet_tap_tx(struct pbuf *skb, struct net_device *dev,
				u64 now);
TAP_OFF_ROAD void packet_tap_drop(struct pbuf *skb, enum drop_reason reason);
TAP_OFF_ROAD void packet_tap_drop_frame(struct net_device *dev,
					const void *frame, u32 len,
					enum drop_reason reason);

/* netif_receive_skb(): @skb at the Ethernet header. */
static inline void tap_rx(struct pbuf *skb, struct net_device *dev)
{
	if (unlikely(dev->taps & TAP_RX_BIT))
		packet_tap_rx(skb, dev);
}

/* qdisc_run(): @skb at the Ethernet header. */
static inline void tap_tx(struct pbuf *skb, struct net_device *dev, u64 now)
{
	if (unlikely(dev->taps & TAP_TX_BIT))
		packet_tap_tx(skb, dev, now);
}

/* kfree_skb_reason(), and who drops a packet that lwIP then frees. */
static inline void tap_drop(struct pbuf *skb, enum drop_reason reason)
{
	if (unlikely(packet_tap_drops))
		packet_tap_drop(skb, reason);
}

/**
 * drop_frame_reason() - count a frame that never became a packet
 * @frame: borrowed, from its Ethernet header on
 * @len: bytes of it that may be read; 0 if none can be trusted
 */
static inline void drop_frame_reason(struct net_device *dev, const void *frame,
				     u32 len, enum drop_reason reason)
{
	drop_count(reason);
	if (unlikely(dev->taps & TAP_DROP_BIT) && len)
		packet_tap_drop_frame(dev, frame, len, reason);
}

#endif
