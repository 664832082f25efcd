/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * receive - where a received frame enters the stack (rows I11-I13)
 */
#ifndef CORE_RECEIVE_H
#define CORE_RECEIVE_H

#include "core/netdevice.h"
#include "core/skbuff.h"
#include "core/tap.h"
#include "core/tc.h"
#include "lwip/def.h"
#include "lwip/ip.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/ieee.h"

/*
 * The Ethernet header as half-words. Drivers place the IP header on a 4-byte
 * boundary, so this one lies on a 2-byte boundary.
 */
struct eth_halves {
	u16 dest[3];
	u16 src[3];
	be16_t type;
};

_Static_assert(sizeof(struct eth_halves) == 14, "14 bytes on the wire");

/* The same with an 802.1Q tag. */
struct vlan_halves {
	u16 dest[3];
	u16 src[3];
	be16_t tpid; /* ETHTYPE_VLAN */
	be16_t tci;  /* priority, VLAN */
	be16_t type;
};

enum {
	VLAN_HLEN = 4,
	VLAN_VID_MASK = 0xfff,
};

/* Is it of a protocol that somebody here speaks? @frame: as netif_wants(). */
static inline bool netif_speaks(const void *frame)
{
	be16_t type = ((const struct eth_halves *)frame)->type;

	return type == PP_HTONS(ETHTYPE_IP) || type == PP_HTONS(ETHTYPE_ARP) ||
	       (type == PP_HTONS(ETHTYPE_VLAN) &&
		!(((const struct vlan_halves *)frame)->tci &
		  PP_HTONS(VLAN_VID_MASK)));
}

/**
 * netif_wants() - would anybody take this frame?
 * @frame: borrowed, at its Ethernet header, at least ETH_HLEN bytes, in a
 * buffer of at least 16
 *
 * For drivers, before they allocate: a frame of a protocol that is not there
 * is to be dropped (DROP_UNHANDLED_PROTO) without costing a buffer. While a
 * tap listens, every frame goes up as far as the tap.
 */
static inline bool netif_wants(const struct net_device *dev, const void *frame)
{
	return netif_speaks(frame) || (dev->taps & TAP_RX_BIT);
}

/**
 * netif_rx_verdict() - may this frame have a buffer?
 * @frame: as netif_wants() has it; two bytes before it can be read, too
 * @len: of the frame
 *
 * For drivers, before they allocate: netif_wants(), and what filters of tc
 * drop by the frame's bytes alone.
 * Return: DROP_REASON_NR: take it; else the reason to drop it.
 */
static inline enum drop_reason
netif_rx_verdict(struct net_device *dev, const u8 *frame, u32 len, u64 now)
{
	if (unlikely(dev->ingress))
		return tc_rx_verdict(dev, frame, len, now);
	return likely(netif_wants(dev, frame)) ? DROP_REASON_NR
					       : DROP_UNHANDLED_PROTO;
}

/**
 * netif_receive_skb() - sort a frame by who it is for and what it carries
 * @skb: consumed; payload at the Ethernet header, cb.dev set, one piece, at
 * least ETH_HLEN bytes
 *
 * Context: softirq.
 */
void netif_receive_skb(struct pbuf *skb);

/**
 * napi_gro_receive() - netif_receive_skb(), but TCP segments may wait for more
 * of their flow until napi_gro_flush() (gro.h)
 * @skb: as for netif_receive_skb(); the IP header on a 4-byte boundary
 *
 * Context: softirq, inside @napi's poll.
 */
static inline void napi_gro_receive(struct napi_struct *napi, struct pbuf *skb)
{
	enum { TCP_FRAME_MIN = ETH_HLEN + 20 + 20, IP_PROTO_AT = ETH_HLEN + 9 };
	const u8 *frame = skb->payload;
	be16_t type = ((const struct eth_halves *)skb->payload)->type;

	/* One question after the other: few get behind the second. */
	if (skb->len >= TCP_FRAME_MIN && frame[IP_PROTO_AT] == IP_PROTO_TCP)
		if (type == PP_HTONS(ETHTYPE_IP) &&
		    (napi->dev->features &
		     (NETIF_F_GRO | NETIF_F_TC_INGRESS)) == NETIF_F_GRO) {
			gro_receive_tcp(napi, skb);
			return;
		}
	netif_receive_skb(skb);
}

/* The end of a poll: what was held goes up. */
static inline void napi_gro_flush(struct napi_struct *napi)
{
	if (napi->gro.held)
		gro_flush(&napi->gro, GRO_FLUSH_poll);
}

#endif
