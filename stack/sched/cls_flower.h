/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cls_flower - match the fields of a flow (row I13)
 *
 * Fields whose bit is not in @used are not looked at. Ports and TCP flags
 * match the first fragment only, since the others do not carry them.
 */
#ifndef SCHED_CLS_FLOWER_H
#define SCHED_CLS_FLOWER_H

#include "core/types.h"

struct tc_packet;

enum {
	FL_DST_MAC = 1 << 0,
	FL_SRC_MAC = 1 << 1,
	FL_ETH_TYPE = 1 << 2, /* behind the tag */
	FL_VLAN_ID = 1 << 3,
	FL_VLAN_PRIO = 1 << 4,
	FL_VLAN_TYPE = 1 << 5, /* eth_type was given as vlan_ethtype */
	FL_IP_PROTO = 1 << 6,
	FL_IP_TOS = 1 << 7,
	FL_IP_TTL = 1 << 8,
	FL_SRC_IP = 1 << 9,
	FL_DST_IP = 1 << 10,
	FL_SRC_PORT = 1 << 11,
	FL_DST_PORT = 1 << 12,
	FL_TCP_FLAGS = 1 << 13,

	FL_MACS = FL_DST_MAC | FL_SRC_MAC,
	FL_VLAN = FL_VLAN_ID | FL_VLAN_PRIO | FL_VLAN_TYPE,
	FL_PORTS = FL_SRC_PORT | FL_DST_PORT | FL_TCP_FLAGS,
	FL_IP = FL_IP_PROTO | FL_IP_TOS | FL_IP_TTL | FL_SRC_IP | FL_DST_IP |
		FL_PORTS,
};

/* All in host order but for addresses; no padding, so that flows compare as
 * bytes. */
struct fl_key {
	be32_t src_ip, dst_ip;
	u16 eth_type, vlan_id;
	u16 src_port, dst_port;
	u16 tcp_flags;
	u8 dst_mac[6], src_mac[6];
	u8 vlan_prio, ip_proto, tos, ttl;
	u8 pad[2];
};

_Static_assert(sizeof(struct fl_key) == 36, "compared as bytes");

struct fl_flow {
	u32 used;
	struct fl_key key, mask; /* key has no bit that mask has not */
};

bool fl_match(const struct fl_flow *flow, const struct tc_packet *pkt);

/* Do both ask for the same? */
bool fl_is_same(const struct fl_flow *a, const struct fl_flow *b);

#endif
