/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_act_police - the token bucket, to the nanosecond (row I13)
 */
// SRCS: stack/sched/act_police.c
#include "test.h"
#include "sched/act_api.h"

/* 1 Mbit/s is 8,000 ns a byte. */
enum {
	RATE = 125000,
	BYTE_NS = 8000,
	BURST = 10240,
	START = 1000000000,
};

static struct tc_action act;

static void make(u64 rate, u32 burst, u32 mtu)
{
	act = (struct tc_action){ .kind = TC_ACTION_POLICE,
				  .control = TC_ACT_SHOT };
	act.police = (struct tc_police){
		.rate = rate,
		.burst_ticks = rate ? police_bytes_to_ticks(rate, burst) : 0,
		.mtu = mtu,
		.conform = TC_ACT_PIPE,
	};
	police_init(&act.police);
}

TEST(act_police, a_full_bucket_passes_its_burst_and_no_byte_more)
{
	make(RATE, BURST, 2040);
	for (int i = 0; i < 10; i++)
		assert_int_equal(police_act(&act, 1024, START), TC_ACT_PIPE);
	assert_int_equal(police_act(&act, 1, START), TC_ACT_SHOT);
	assert_int_equal(act.drops, 1);
	assert_int_equal(act.overlimits, 1);
}

TEST(act_police, tokens_come_back_to_the_nanosecond)
{
	make(RATE, BURST, 65535);
	assert_int_equal(police_act(&act, BURST, START), TC_ACT_PIPE);
	assert_int_equal(police_act(&act, 100, START + 100 * BYTE_NS - 1),
			 TC_ACT_SHOT);
	assert_int_equal(police_act(&act, 100, START + 100 * BYTE_NS),
			 TC_ACT_PIPE);
	assert_int_equal(police_act(&act, 1, START + 100 * BYTE_NS),
			 TC_ACT_SHOT);
}

TEST(act_police, what_exceeds_takes_no_tokens)
{
	make(RATE, BURST, 65535);
	assert_int_equal(police_act(&act, BURST - 100, START), TC_ACT_PIPE);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(police_act(&act, 101, START), TC_ACT_SHOT);
	assert_int_equal(police_act(&act, 100, START), TC_ACT_PIPE);
}

TEST(act_police, an_idle_hour_saves_no_more_than_the_burst)
{
	u64 later = START + 3600 * NSEC_PER_SEC;

	make(RATE, BURST, 65535);
	assert_int_equal(police_act(&act, BURST, START), TC_ACT_PIPE);
	assert_int_equal(police_act(&act, BURST, later), TC_ACT_PIPE);
	assert_int_equal(police_act(&act, 1, later), TC_ACT_SHOT);
}

TEST(act_police, a_packet_longer_than_the_mtu_exceeds_whatever_is_saved)
{
	make(RATE, BURST, 2040);
	assert_int_equal(police_act(&act, 2041, START), TC_ACT_SHOT);
	assert_int_equal(police_act(&act, 2040, START), TC_ACT_PIPE);
}

TEST(act_police, without_a_rate_only_the_mtu_counts)
{
	make(0, 0, 1000);
	for (u64 i = 0; i < 100; i++)
		assert_int_equal(police_act(&act, 1000, START), TC_ACT_PIPE);
	assert_int_equal(police_act(&act, 1001, START), TC_ACT_SHOT);
}

TEST(act_police, looking_changes_nothing)
{
	make(RATE, BURST, 65535);
	for (int i = 0; i < 100; i++)
		assert_true(police_conforms(&act.police, BURST, START));
	assert_int_equal(police_act(&act, BURST, START), TC_ACT_PIPE);
	assert_false(police_conforms(&act.police, 1, START));
}

/* A second of full-size packets at ten times the rate. */
static u64 bytes_passed(u64 rate, u32 burst, u32 len)
{
	u64 step = len * NSEC_PER_SEC / (rate * 10);
	u64 passed = 0;

	make(rate, burst, 65535);
	for (u64 now = START; now < START + NSEC_PER_SEC; now += step)
		if (police_act(&act, len, now) == TC_ACT_PIPE)
			passed += len;
	return passed;
}

TEST(act_police, over_a_second_the_rate_and_the_burst_pass)
{
	static const u64 rates[] = { 12500, 125000, 1250000, 12500000,
				     125000000 };

	for (size_t i = 0; i < ARRAY_SIZE(rates); i++) {
		u64 want = rates[i] + 20000;
		u64 passed = bytes_passed(rates[i], 20000, 1500);

		assert_true(passed <= want);
		assert_true(passed >= want - 1500 - rates[i] / 1000);
	}
}

TEST(act_police, gigabytes_a_second_do_not_overflow)
{
	make(100000000000ull, 1u << 30, 65535);
	assert_int_equal(police_act(&act, 65535, START), TC_ACT_PIPE);
	make(1, 1000, 65535);
	assert_int_equal(police_act(&act, 1000, START), TC_ACT_SHOT);
	assert_int_equal(police_act(&act, 274, START), TC_ACT_PIPE);
}

TEST(act_police, a_drop_that_conforms_is_counted_as_one)
{
	make(RATE, BURST, 2040);
	act.police.conform = TC_ACT_SHOT;
	assert_int_equal(police_act(&act, 100, START), TC_ACT_SHOT);
	assert_int_equal(act.drops, 1);
	assert_int_equal(act.overlimits, 0);
}

/* As `tc` on Linux shows them. */
TEST(act_police, the_burst_is_kept_in_ticks_of_64_ns)
{
	assert_int_equal(police_bytes_to_ticks(RATE, BURST), 1280000);
	assert_int_equal(police_ticks_to_bytes(RATE, 1280000), BURST);
	assert_int_equal(police_bytes_to_ticks(1, 1000000), UINT32_MAX);
}
