/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * args - words of a command line to values, strictly
 *
 * A word is the whole value or it is refused: no blanks, no signs where none
 * belong, no trailing text, no overflow, no short forms of an address ("10.1"
 * is not 10.0.0.1 here). Each returns true and stores, or returns false and
 * stores nothing.
 *
 * Pure.
 */
#ifndef SHELL_ARGS_H
#define SHELL_ARGS_H

#include "core/types.h"

/* Decimal, @min..@max. */
bool args_u32(const char *s, u32 min, u32 max, u32 *value);

/* Seconds with up to three decimals, "0.2", as milliseconds; up to a day. */
bool args_seconds(const char *s, u32 *ms);

/* Four decimal numbers, none with a leading zero, as it lies in a packet. */
bool args_ip4(const char *s, be32_t *addr);

/* "A/P"; without "/P" @len is 32. */
bool args_ip4_prefix(const char *s, be32_t *addr, u8 *len);

/* Network mask of a prefix, and back: -1 if the mask has holes. */
be32_t ip4_prefix_mask(u8 len);
int ip4_mask_prefix(be32_t mask);

/* Six bytes of two hexadecimal digits, separated by colons. */
bool args_mac(const char *s, u8 mac[6]);

/* Is @s a beginning of @full, not empty? iproute2's abbreviations. */
bool args_abbrev(const char *s, const char *full);

/*
 * Options in the manner of getopt, anywhere among the words:
 *
 *	struct args_opt o = { .argc = argc, .argv = argv, .spec = "c:n" };
 *	while ((c = args_getopt(&o)) > 0)
 *		switch (c) ... o.value, o.bad
 *
 * "-c3", "-c 3", "-nc 3" and "--" work. Returns 0 at the end; then the other
 * words stand in order in argv[0] .. argv[o.words - 1] (argv[0] is the
 * command). '?': o.bad is not an option. ':': the value of o.bad is missing.
 */
struct args_opt {
	int argc;
	char **argv;
	const char *spec;
	char *value;
	char bad;
	/* internal */
	int next;
	int words;
	char *cluster;
	bool only_words;
};

int args_getopt(struct args_opt *o);

#endif
