/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cls_word - a filter as a few words to compare (row I13)
 *
 * Most rules ask for fields at fixed places, and most frames have no tag and
 * no IP options. For those a rule of u32 or flower is compiled to words: load,
 * mask, compare. What cannot be compiled, and frames with a tag or options,
 * take the long way (u32_match(), fl_match()), with the same result.
 *
 * Pure.
 */
#ifndef SCHED_CLS_WORD_H
#define SCHED_CLS_WORD_H

#include <string.h>
#include "core/types.h"

struct fl_flow;
struct u32_sel;

enum {
	TC_WORDS = 8,
};

struct tc_words {
	u8 nr;
	bool usable;   /* else the long way, always */
	bool plain_ip; /* frames whose first byte is not 0x45: the long way */
	s32 need;      /* bytes behind the network header's start */
	struct {
		u32 mask, value; /* as they lie in memory */
		s32 at;		 /* from the network header */
	} word[TC_WORDS];
};

/* Compile; unusable if it cannot be. @only_ip: of other packets, nobody asks.
 */
void words_from_u32(struct tc_words *w, const struct u32_sel *sel);
void words_from_flower(struct tc_words *w, const struct fl_flow *flow,
		       bool only_ip);

enum words_verdict {
	WORDS_DIFFER,
	WORDS_MATCH,
	WORDS_ASK, /* take the long way */
};

/**
 * words_match() - does a frame without a tag match?
 * @net: its network header; the Ethernet header and two bytes before that can
 * be read
 * @room: bytes there are from @net on
 */
static inline enum words_verdict words_match(const struct tc_words *w,
					     const u8 *net, s32 room)
{
	if (unlikely(!w->usable))
		return WORDS_ASK;
	if (unlikely(room < w->need))
		return WORDS_DIFFER;
	if (w->plain_ip && unlikely(*net != 0x45))
		return WORDS_ASK;
	for (u32 i = 0; i < w->nr; i++) {
		u32 word;

		memcpy(&word, net + w->word[i].at, sizeof(word));
		if ((word & w->word[i].mask) != w->word[i].value)
			return WORDS_DIFFER;
	}
	return WORDS_MATCH;
}

#endif
