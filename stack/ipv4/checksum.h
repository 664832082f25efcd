/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * checksum - does a received packet sum up? (rows I11, I12, I15)
 *
 * The one's-complement sums of RFC 1071, added as 32-bit words with the
 * carries kept in a 64-bit sum; what has no carry left at the end sums up if
 * it is all ones. For ip_input.c, which verifies what nobody has yet, and
 * gro.c, which must know before it merges.
 *
 * Pure. Headers lie on 4-byte boundaries.
 */
#ifndef IPV4_CHECKSUM_H
#define IPV4_CHECKSUM_H

#include <string.h>
#include "core/types.h"
#include "lwip/def.h"

static inline u32 csum_word(const void *p)
{
	u32 word;

	memcpy(&word, p, sizeof(word));
	return word;
}

/* Carries folded in: 16 bits, not inverted. */
static inline u16 csum_fold(u64 sum)
{
	u32 low = (u32)sum, high = (u32)(sum >> 32);

	low += high;
	low += low < high;
	low = (low & 0xffff) + (low >> 16);
	return (u16)(low + (low >> 16));
}

/* Is it all ones, the sum of what carries its own checksum? */
static inline bool csum_is_good(u64 sum)
{
	u32 low = (u32)sum, high = (u32)(sum >> 32);

	low += high;
	low += low < high;
	/* Both halves added, with the carry, in the upper half. */
	return (low + (low << 16 | low >> 16)) >> 16 == 0xffff;
}

/* An IPv4 header without options, at @iph. */
static inline u64 csum_ip_header(const void *iph)
{
	const u8 *p = iph;

	return (u64)csum_word(p) + csum_word(p + 4) + csum_word(p + 8) +
	       csum_word(p + 12) + csum_word(p + 16);
}

/* What TCP and UDP add to their own bytes: addresses, protocol, length. */
static inline u64 csum_pseudo_header(const void *iph, u8 protocol, u16 len)
{
	const u8 *p = iph;

	return (u64)csum_word(p + 12) + csum_word(p + 16) +
	       htons((u16)protocol) + htons(len);
}

/* The sum of bytes that follow an odd number of others. */
static inline u16 csum_swap(u16 sum)
{
	return (u16)(sum << 8 | sum >> 8);
}

#endif
