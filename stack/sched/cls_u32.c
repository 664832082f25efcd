/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cls_u32 - see cls_u32.h (row I13)
 *
 * Pure.
 */
#include "sched/cls_u32.h"
#include <string.h>
#include "lwip/def.h"
#include "sched/act_api.h"

bool u32_add_key(struct u32_sel *sel, u32 value, u32 mask, s32 offset)
{
	value &= mask;
	for (u32 i = 0; i < sel->nr; i++) {
		struct u32_key *key = &sel->keys[i];

		if (key->offset != offset)
			continue;
		if ((key->value ^ value) & (key->mask & mask))
			return false;
		key->value |= value;
		key->mask |= mask;
		return true;
	}
	if (sel->nr == U32_KEYS)
		return false;
	sel->keys[sel->nr++] = (struct u32_key){ value, mask, offset };
	return true;
}

/* A word that begins before the frame: those bytes are 0. */
static u32 load_edge(const struct tc_packet *pkt, s32 offset)
{
	u32 word = 0;

	for (s32 i = 0; i < 4; i++) {
		const u8 *p = pkt->net + offset + i;

		word = word << 8 | (p < pkt->mac ? 0 : *p);
	}
	return word;
}

bool u32_match(const struct u32_sel *sel, const struct tc_packet *pkt)
{
	for (u32 i = 0; i < sel->nr; i++) {
		const struct u32_key *key = &sel->keys[i];
		const u8 *p = pkt->net + key->offset;
		u32 word;

		if (key->offset > pkt->end - pkt->net - 4)
			return false;
		if (likely(p >= pkt->mac)) {
			memcpy(&word, p, sizeof(word));
			word = ntohl(word);
		} else {
			if (p + 4 <= pkt->mac)
				return false;
			word = load_edge(pkt, key->offset);
		}
		if ((word & key->mask) != key->value)
			return false;
	}
	return true;
}
