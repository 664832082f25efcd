/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: stack/core/siphash.c
/*
 * Against the vectors that the authors of SipHash publish: key 00 01 .. 0f,
 * input the first n bytes of 00 01 02 ...
 */
#include "test.h"
#include "core/siphash.h"

static const struct siphash_key key = { { 0x0706050403020100ull,
					  0x0f0e0d0c0b0a0908ull } };

static u64 hash_of(size_t len)
{
	u8 data[64];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (u8)i;
	return siphash(data, len, &key);
}

TEST(siphash, agrees_with_the_published_vectors)
{
	assert_true(hash_of(0) == 0x726fdb47dd0e0e31ull);
	assert_true(hash_of(1) == 0x74f839c593dc67fdull);
	assert_true(hash_of(7) == 0xab0200f58b01d137ull);
	assert_true(hash_of(8) == 0x93f5f5799a932462ull);
	assert_true(hash_of(15) == 0xa129ca6149be45e5ull);
	assert_true(hash_of(63) == 0x958a324ceb064572ull);
}

TEST(siphash, input_may_lie_at_any_address)
{
	u8 data[24];

	for (size_t at = 0; at < 8; at++) {
		for (size_t i = 0; i < 15; i++)
			data[at + i] = (u8)i;
		assert_true(siphash(data + at, 15, &key) ==
			    0xa129ca6149be45e5ull);
	}
}

TEST(siphash, another_key_gives_another_value)
{
	const struct siphash_key other = { { key.k[0] ^ 1, key.k[1] } };

	assert_true(siphash("", 0, &other) != hash_of(0));
}
