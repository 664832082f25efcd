/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * receive - where a received frame enters the stack (rows I11-I13)
 */
#ifndef CORE_RECEIVE_H
#define CORE_RECEIVE_H

#include "core/netdevice.h"
#include "core/skbuff.h"
#include "lwip/def.h"
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

/**
 * netif_wants() - would anybody take this frame?
 * @frame: borrowed, at its Ethernet header, at least ETH_HLEN bytes
 *
 * For drivers, before they allocate: a frame of a protocol that is not there
 * is to be dropped (DROP_UNHANDLED_PROTO) without costing a buffer.
 */
static inline bool netif_wants(const struct net_device *dev, const void *frame)
{
	be16_t type = ((const struct eth_halves *)frame)->type;

	(void)dev;
	return type == PP_HTONS(ETHTYPE_IP) || type == PP_HTONS(ETHTYPE_ARP);
}

/**
 * netif_receive_skb() - sort a frame by who it is for and what it carries
 * @skb: consumed; payload at the Ethernet header, cb.dev set, one piece, at
 * least ETH_HLEN bytes
 *
 * Context: softirq.
 */
void netif_receive_skb(struct pbuf *skb);

#endif
