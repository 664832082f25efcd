/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * siphash - see siphash.h
 */
#include "core/siphash.h"
#include <string.h>

struct sip_state {
	u64 v0, v1, v2, v3;
};

static inline u64 rotl64(u64 x, unsigned int n)
{
	return x << n | x >> (64 - n);
}

static inline void sip_round(struct sip_state *s)
{
	s->v0 += s->v1;
	s->v2 += s->v3;
	s->v1 = rotl64(s->v1, 13) ^ s->v0;
	s->v3 = rotl64(s->v3, 16) ^ s->v2;
	s->v0 = rotl64(s->v0, 32);
	s->v2 += s->v1;
	s->v0 += s->v3;
	s->v1 = rotl64(s->v1, 17) ^ s->v2;
	s->v3 = rotl64(s->v3, 21) ^ s->v0;
	s->v2 = rotl64(s->v2, 32);
}

static inline void sip_word(struct sip_state *s, u64 word)
{
	s->v3 ^= word;
	sip_round(s);
	sip_round(s);
	s->v0 ^= word;
}

/* Up to eight bytes, the first one lowest. */
static u64 load_le(const u8 *p, size_t len)
{
	u64 word = 0;

	for (size_t i = 0; i < len; i++)
		word |= (u64)p[i] << (8 * i);
	return word;
}

u64 siphash(const void *data, size_t len, const struct siphash_key *key)
{
	const u8 *p = data;
	/* "somepseudorandomlygeneratedbytes" */
	struct sip_state s = {
		.v0 = key->k[0] ^ 0x736f6d6570736575ull,
		.v1 = key->k[1] ^ 0x646f72616e646f6dull,
		.v2 = key->k[0] ^ 0x6c7967656e657261ull,
		.v3 = key->k[1] ^ 0x7465646279746573ull,
	};
	u64 last = (u64)len << 56;

	for (; len >= 8; len -= 8, p += 8)
		sip_word(&s, load_le(p, 8));
	sip_word(&s, last | load_le(p, len));

	s.v2 ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
