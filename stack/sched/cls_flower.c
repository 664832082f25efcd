/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cls_flower - see cls_flower.h (row I13)
 *
 * Pure.
 */
#include "sched/cls_flower.h"
#include <string.h>
#include "lwip/def.h"
#include "lwip/prot/ieee.h"
#include "sched/act_api.h"

enum {
	IP_HEADER = 20,
	TCP_FLAGS_AT = 12,
	IPPROTO_TCP_NR = 6,
	FRAG_OFFSET_MASK = 0x1fff,
};

static inline u16 load_be16(const u8 *p)
{
	return (u16)(p[0] << 8 | p[1]);
}

static bool mac_match(const u8 *mac, const u8 *key, const u8 *mask)
{
	for (int i = 0; i < 6; i++)
		if ((mac[i] & mask[i]) != key[i])
			return false;
	return true;
}

static bool macs_match(const struct fl_flow *f, const struct tc_packet *pkt)
{
	return mac_match(pkt->mac, f->key.dst_mac, f->mask.dst_mac) &&
	       mac_match(pkt->mac + 6, f->key.src_mac, f->mask.src_mac);
}

static bool vlan_match(const struct fl_flow *f, const struct tc_packet *pkt)
{
	return pkt->tagged &&
	       ((pkt->vlan_tci & f->mask.vlan_id) == f->key.vlan_id) &&
	       ((pkt->vlan_tci >> 13 & f->mask.vlan_prio) == f->key.vlan_prio);
}

/* @l4: behind the IP header, may lie outside. */
static bool ports_match(const struct fl_flow *f, const struct tc_packet *pkt,
			const u8 *l4)
{
	if (load_be16(pkt->net + 6) & FRAG_OFFSET_MASK || pkt->end - l4 < 4)
		return false;
	if ((load_be16(l4) & f->mask.src_port) != f->key.src_port ||
	    (load_be16(l4 + 2) & f->mask.dst_port) != f->key.dst_port)
		return false;
	if (!(f->used & FL_TCP_FLAGS))
		return true;
	return pkt->net[9] == IPPROTO_TCP_NR && pkt->end - l4 >= 14 &&
	       (load_be16(l4 + TCP_FLAGS_AT) & f->mask.tcp_flags) ==
		       f->key.tcp_flags;
}

static bool ip_match(const struct fl_flow *f, const struct tc_packet *pkt)
{
	const u8 *ip = pkt->net;
	u32 hlen, src, dst;

	if (pkt->inner != PP_HTONS(ETHTYPE_IP) || pkt->end - ip < IP_HEADER)
		return false;
	hlen = (ip[0] & 0xfu) * 4;
	if (hlen < IP_HEADER)
		return false;
	memcpy(&src, ip + 12, sizeof(src));
	memcpy(&dst, ip + 16, sizeof(dst));
	if ((ip[9] & f->mask.ip_proto) != f->key.ip_proto ||
	    (ip[1] & f->mask.tos) != f->key.tos ||
	    (ip[8] & f->mask.ttl) != f->key.ttl ||
	    (src & f->mask.src_ip) != f->key.src_ip ||
	    (dst & f->mask.dst_ip) != f->key.dst_ip)
		return false;
	return !(f->used & FL_PORTS) || ports_match(f, pkt, ip + hlen);
}

bool fl_match(const struct fl_flow *flow, const struct tc_packet *pkt)
{
	u32 used = flow->used;

	if ((used & FL_ETH_TYPE) && ntohs(pkt->inner) != flow->key.eth_type)
		return false;
	if ((used & FL_MACS) && !macs_match(flow, pkt))
		return false;
	if ((used & FL_VLAN) && !vlan_match(flow, pkt))
		return false;
	return !(used & FL_IP) || ip_match(flow, pkt);
}

bool fl_is_same(const struct fl_flow *a, const struct fl_flow *b)
{
	return a->used == b->used &&
	       !memcmp(&a->key, &b->key, sizeof(a->key)) &&
	       !memcmp(&a->mask, &b->mask, sizeof(a->mask));
}
