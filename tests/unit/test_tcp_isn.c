/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: stack/ipv4/tcp_isn.c stack/core/siphash.c
#include "test.h"
#include "ipv4/tcp_isn.h"
#include "core/port.h"
#include "core/siphash.h"
#include "lwip/def.h"

static const ip_addr_t own = { PP_HTONL(0x0a000001) };
static const ip_addr_t peer = { PP_HTONL(0x0a000002) };

TEST(tcp_isn, rises_by_one_each_64_ns_for_the_same_endpoints)
{
	u32 first;

	test_now_ns = 1000000;
	first = tcp_isn(&own, 80, &peer, 40000);
	test_now_ns += 64;
	assert_int_equal(tcp_isn(&own, 80, &peer, 40000), first + 1);
	test_now_ns += NSEC_PER_SEC;
	assert_int_equal(tcp_isn(&own, 80, &peer, 40000),
			 first + 1 + NSEC_PER_SEC / 64);
}

TEST(tcp_isn, every_part_of_the_endpoints_counts)
{
	ip_addr_t other = { PP_HTONL(0x0a000003) };
	u32 isn = tcp_isn(&own, 80, &peer, 40000);

	assert_int_not_equal(isn, tcp_isn(&other, 80, &peer, 40000));
	assert_int_not_equal(isn, tcp_isn(&own, 81, &peer, 40000));
	assert_int_not_equal(isn, tcp_isn(&own, 80, &other, 40000));
	assert_int_not_equal(isn, tcp_isn(&own, 80, &peer, 40001));
}

/* What a scanner measures: 24 connections in a row from rising ports. lwIP's
 * own generator makes the same step each time. */
TEST(tcp_isn, steps_between_connections_are_all_different)
{
	u32 steps[24];
	u32 last = tcp_isn(&own, 80, &peer, 40000);

	for (u16 i = 0; i < ARRAY_SIZE(steps); i++) {
		u32 isn;

		test_now_ns += 100 * NSEC_PER_MSEC;
		isn = tcp_isn(&own, 80, &peer, (u16)(40001 + i));
		steps[i] = isn - last;
		last = isn;
		for (u16 k = 0; k < i; k++)
			assert_int_not_equal(steps[i], steps[k]);
	}
}

static u8 next_key_byte;
static u32 keys_drawn;

void get_random_bytes(void *buf, size_t len)
{
	memset(buf, next_key_byte, len);
	keys_drawn++;
}

TEST(tcp_isn, depends_on_a_key_that_is_drawn_once)
{
	u32 with_zero_key = tcp_isn(&own, 80, &peer, 1);

	(void)tcp_isn(&own, 80, &peer, 2);
	assert_int_equal(keys_drawn, 1);
	assert_int_equal(tcp_isn(&own, 80, &peer, 1), with_zero_key);
}

/* Not guessable: the same endpoints hashed under a key of zeros, which is what
 * a forgotten key would be, give something else. */
TEST(tcp_isn, is_not_the_hash_under_an_empty_key)
{
	static const struct siphash_key empty;
	const u8 pair[12] = { 10, 0, 0, 1, 10, 0, 0, 2, 80, 0, 0x40, 0x9c };

	next_key_byte = 7;
	assert_int_not_equal(tcp_isn(&own, 80, &peer, 40000),
			     (u32)siphash(pair, sizeof(pair), &empty));
}
