/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * flow_dissector - which flow does a frame belong to? (row I11)
 *
 * For whoever sorts packets by flow (fair queueing, classifiers):
 * skb_get_hash() is the packet's flow as a number, computed when it is first
 * asked for and kept in cb.hash; a packet that nobody asks about costs
 * nothing. Below it, flow_dissect() finds addresses, protocol, ports and VLAN
 * tag in the bytes, and flow_hash() makes a number of them that a sender who
 * does not know the key cannot aim at.
 *
 * All fragments of a datagram are of one flow, so they have no ports.
 *
 * Pure, but for skb_get_hash(), whose key is drawn when it is first needed.
 */
#ifndef CORE_FLOW_DISSECTOR_H
#define CORE_FLOW_DISSECTOR_H

#include "core/skb.h"
#include "core/types.h"
#include "lwip/pbuf.h"

struct flow_keys {
	be32_t src, dst; /* 0: not IPv4 */
	be16_t sport, dport;
	be16_t n_proto; /* Ethernet type, behind the tags */
	u16 vlan_tci;	/* of the outer tag, host order */
	bool vlan;	/* there is a tag */
	bool is_fragment;
	u8 ip_proto;
	u16 l4_offset; /* of the first byte behind the IP header; 0: none */
};

struct flow_key {
	u32 k[4];
};

/**
 * flow_dissect() - take a frame apart as far as it goes
 * @frame: borrowed, at its Ethernet header; @len bytes can be read
 *
 * What is not there, or not sound, is 0 in @keys. Return: false if there is
 * not even a whole Ethernet header.
 */
bool flow_dissect(const void *frame, u32 len, struct flow_keys *keys);

/* Of addresses, ports and protocol; of the Ethernet type if it is not IPv4.
 * Never 0. Each flow has its own with each key. */
u32 flow_hash(const struct flow_keys *keys, const struct flow_key *key);

/* flow_hash() with the boot's own key, not kept. */
u32 skb_flow_hash(const struct pbuf *skb);

/* The flow of a packet whose payload is at its Ethernet header. */
static inline u32 skb_get_hash(struct pbuf *skb)
{
	if (!skb->cb.hash)
		skb->cb.hash = skb_flow_hash(skb);
	return skb->cb.hash;
}

#endif
