/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * flow_dissector - see flow_dissector.h (row I11)
 */
#include "core/flow_dissector.h"
#include <string.h>
#include "core/port.h"
#include "core/receive.h"
#include "lwip/def.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip4.h"

enum {
	/* Tags that are looked behind: a service tag and a customer tag. */
	VLAN_TAGS_MAX = 2,
	ETHTYPE_8021AD = 0x88a8,
	PORTS_LEN = 4,
	PROTO_DCCP = 33,
	PROTO_SCTP = 132,
};

static be16_t load_be16(const u8 *p)
{
	be16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static be32_t load_be32(const u8 *p)
{
	be32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Both ports are the first four bytes. */
static bool has_ports(u8 proto)
{
	switch (proto) {
	case IP_PROTO_TCP:
	case IP_PROTO_UDP:
	case IP_PROTO_UDPLITE:
	case PROTO_DCCP:
	case PROTO_SCTP:
		return true;
	default:
		return false;
	}
}

static void dissect_ipv4(const u8 *frame, u32 at, u32 len,
			 struct flow_keys *keys)
{
	const u8 *ip = frame + at;
	u32 hlen;

	if (len - at < IP_HLEN || ip[0] >> 4 != 4)
		return;
	hlen = (ip[0] & 15u) * 4;
	if (hlen < IP_HLEN || hlen > len - at)
		return;
	keys->src = load_be32(ip + 12);
	keys->dst = load_be32(ip + 16);
	keys->ip_proto = ip[9];
	keys->is_fragment = load_be16(ip + 6) & PP_HTONS(IP_MF | IP_OFFMASK);
	keys->l4_offset = (u16)(at + hlen);
	if (keys->is_fragment || !has_ports(ip[9]) ||
	    len - at < hlen + PORTS_LEN)
		return;
	keys->sport = load_be16(ip + hlen);
	keys->dport = load_be16(ip + hlen + 2);
}

bool flow_dissect(const void *frame, u32 len, struct flow_keys *keys)
{
	const u8 *p = frame;
	u32 at = ETH_HLEN;

	memset(keys, 0, sizeof(*keys));
	if (len < ETH_HLEN)
		return false;
	keys->n_proto = load_be16(p + at - 2);
	for (int tags = 0; tags < VLAN_TAGS_MAX &&
			   (keys->n_proto == PP_HTONS(ETHTYPE_VLAN) ||
			    keys->n_proto == PP_HTONS(ETHTYPE_8021AD));
	     tags++) {
		if (len - at < VLAN_HLEN)
			return true;
		if (!keys->vlan)
			keys->vlan_tci = ntohs(load_be16(p + at));
		keys->vlan = true;
		keys->n_proto = load_be16(p + at + 2);
		at += VLAN_HLEN;
	}
	if (keys->n_proto == PP_HTONS(ETHTYPE_IP))
		dissect_ipv4(p, at, len, keys);
	return true;
}

/* Both halves of a 64-bit product: each bit of it depends on many of both
 * factors, and the key decides on which. One instruction and a XOR. */
static u32 mix(u32 a, u32 b)
{
	u64 product = (u64)a * b;

	return (u32)product ^ (u32)(product >> 32);
}

u32 flow_hash(const struct flow_keys *keys, const struct flow_key *key)
{
	u32 ports = (u32)keys->sport << 16 | keys->dport;
	u32 kind = keys->src | keys->dst ? keys->ip_proto
					 : 0x10000u | keys->n_proto;
	u32 a, b;

	/* A factor of 0 forgets the other one: where it is, the sums carry
	 * both on. */
	a = mix(keys->src ^ key->k[0], keys->dst ^ key->k[1]) + keys->src +
	    (keys->dst << 16 | keys->dst >> 16);
	b = mix(ports ^ key->k[2], kind ^ key->k[3]) + ports +
	    (kind << 16 | kind >> 16);
	a = mix(a ^ key->k[3], b ^ key->k[0]) + b;
	a = mix(a ^ key->k[1], key->k[2] | 1) + a;
	/* 0 stands for "not asked yet". */
	return a ? a : 1;
}

u32 skb_flow_hash(const struct pbuf *skb)
{
	static struct flow_key boot_key;
	static bool has_key;
	struct flow_keys keys;

	if (unlikely(!has_key)) {
		get_random_bytes(&boot_key, sizeof(boot_key));
		has_key = true;
	}
	(void)flow_dissect(skb->payload, skb->len, &keys);
	return flow_hash(&keys, &boot_key);
}
