/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cls_u32 - match 32-bit words of a packet (row I13)
 *
 * Offsets count from the network header; negative ones reach the Ethernet
 * header. Linux's hash tables and links between them are not there: each
 * preference has one table with one bucket.
 */
#ifndef SCHED_CLS_U32_H
#define SCHED_CLS_U32_H

#include "core/types.h"

struct tc_packet;

enum {
	U32_KEYS = 16,
	/* A filter's handle is table << 20 | node. */
	U32_TABLE_FIRST = 0x800,
	U32_NODE_FIRST = 0x800,
	U32_NODE_MAX = 0xfff,
};

/* (word & mask) == value, both in host order. */
struct u32_key {
	u32 value, mask;
	s32 offset; /* a multiple of 4 */
};

struct u32_sel {
	u8 nr;
	bool terminal; /* it has actions, or a class */
	struct u32_key keys[U32_KEYS];
};

/* Add a word; words at the same offset become one. False: no room, or it says
 * other than one before it. */
bool u32_add_key(struct u32_sel *sel, u32 value, u32 mask, s32 offset);

bool u32_match(const struct u32_sel *sel, const struct tc_packet *pkt);

#endif
