/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * skb - what the path knows about a packet besides its bytes (row I11)
 *
 * The packet type everywhere is lwIP's `struct pbuf`, named skb; this control
 * block sits inside each one (LWIP_PBUF_CUSTOM_DATA), as sk_buff's fields do
 * on Linux. Only the first pbuf of a chain carries valid data. This header is
 * seen by lwIP itself, so it includes nothing but the types.
 */
#ifndef CORE_SKB_H
#define CORE_SKB_H

#include "core/types.h"

struct net_device;
struct pbuf;

/* Who the frame was for (Linux: if_packet.h). */
enum pkt_type {
	PACKET_HOST,
	PACKET_BROADCAST,
	PACKET_MULTICAST,
	PACKET_OTHERHOST,
	PACKET_OUTGOING,
};

/* What is known about the checksums of the IP header and of TCP or UDP in it
 * (Linux: skbuff.h). */
enum skb_checksum {
	CHECKSUM_NONE,	      /* nothing */
	CHECKSUM_UNNECESSARY, /* they are right: GRO, or a NIC, has looked */
	CHECKSUM_BAD,	      /* they are wrong: the same */
};

struct skb_cb {
	struct net_device *dev;
	struct pbuf *next; /* in whatever list owns the packet */
	u64 tstamp_ns;	   /* received, or handed to dev_queue_xmit() */
	u32 mark;
	u32 priority;	 /* 0..15, or a class as tc has them */
	u32 hash;	 /* skb_get_hash(); 0: not asked yet */
	be16_t protocol; /* Ethernet type */
	u8 pkt_type;
	u8 ip_summed;
	u8 queued;     /* from dev_queue_xmit() until sent: @next is in use */
	u8 redirects;  /* how often tc sent it by another device */
	u16 vlan_tci;  /* of the tag that was taken off; host order */
	u32 packet_id; /* given by the first tap that sees it; 0: none yet */
};

/* All of it zero but for @dev, @type and @now: by stores, since the compiler
 * would call memset() for each packet. */
static inline void skb_cb_init(struct skb_cb *cb, struct net_device *dev,
			       enum pkt_type type, u64 now)
{
	cb->dev = dev;
	cb->next = NULL;
	cb->tstamp_ns = now;
	cb->mark = 0;
	cb->hash = 0;
	cb->protocol = 0;
	cb->pkt_type = (u8)type;
	cb->ip_summed = CHECKSUM_NONE;
	cb->priority = 0;
	cb->queued = 0;
	cb->redirects = 0;
	cb->vlan_tci = 0;
	cb->packet_id = 0;
}

#endif
