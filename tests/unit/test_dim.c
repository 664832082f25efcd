/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: stack/core/dim.c
/*
 * Adaptive moderation (I4): every step of the tuner by given rates, and where
 * it comes to rest under loads that are simple models.
 */
#include "test.h"
#include "core/dim.h"

static struct dim dim;
static struct dim_sample total;

/* What the next 64 interrupts see: one millisecond, so many of each. */
static bool look(u32 bytes, u32 packets)
{
	if (!dim.measuring)
		assert_false(net_dim(&dim, &total));
	total.time_ns += NSEC_PER_MSEC;
	total.bytes += bytes;
	total.packets += packets;
	total.events += DIM_NEVENTS;
	return net_dim(&dim, &total);
}

/* The same load, and 64 interrupts take this long. */
static bool look_of(u32 usecs)
{
	if (!dim.measuring)
		assert_false(net_dim(&dim, &total));
	total.time_ns += usecs * NSEC_PER_USEC;
	total.bytes += 1000 * usecs;
	total.packets += usecs;
	total.events += DIM_NEVENTS;
	return net_dim(&dim, &total);
}

/* Better and better, up to the last profile, and one look more. */
static void climb(void)
{
	for (u32 i = 1; i < DIM_PROFILES; i++)
		assert_true(look(i * 100000, i * 100));
	assert_int_equal(dim.profile, DIM_PROFILES - 1);
}

TEST(dim, begins_with_the_shortest_wait)
{
	assert_int_equal(net_dim_profile(&dim).usecs, 1);
	assert_int_equal(net_dim_profile(&dim).packets, 256);
}

TEST(dim, profiles_are_linux_s)
{
	static const u16 usecs[DIM_PROFILES] = { 1, 8, 64, 128, 256 };

	for (u8 i = 0; i < DIM_PROFILES; i++) {
		dim.profile = i;
		assert_int_equal(net_dim_profile(&dim).usecs, usecs[i]);
		assert_int_equal(net_dim_profile(&dim).packets, 256);
	}
}

TEST(dim, decides_after_64_interrupts_and_not_before)
{
	assert_false(net_dim(&dim, &total));
	for (u32 i = 1; i < DIM_NEVENTS; i++) {
		total.events++;
		total.bytes += 1500;
		total.packets++;
		total.time_ns += 10000;
		assert_false(net_dim(&dim, &total));
	}
	total.events++;
	total.bytes += 1500;
	total.time_ns += 10000;
	assert_true(net_dim(&dim, &total));
}

TEST(dim, no_time_no_decision)
{
	assert_false(net_dim(&dim, &total));
	total.events += 100;
	total.bytes += 1500;
	total.time_ns += 999;
	assert_false(net_dim(&dim, &total));
	total.time_ns += 1;
	assert_true(net_dim(&dim, &total));
}

TEST(dim, first_traffic_steps_to_the_right)
{
	assert_true(look(1000, 1));
	assert_int_equal(dim.profile, 1);
	assert_int_equal(dim.tune_state, DIM_GOING_RIGHT);
}

TEST(dim, better_goes_on_in_its_direction)
{
	(void)look(100000, 100);
	assert_true(look(111000, 100)); /* 11 % */
	assert_int_equal(dim.profile, 2);
	assert_int_equal(dim.tune_state, DIM_GOING_RIGHT);
}

TEST(dim, ten_percent_are_not_significant)
{
	(void)look(100000, 100);
	assert_true(look(110000, 100));
	assert_int_equal(dim.tune_state, DIM_GOING_LEFT);
	assert_int_equal(dim.profile, 0);
}

TEST(dim, worse_turns_round)
{
	(void)look(100000, 100);
	(void)look(200000, 100);
	assert_true(look(100000, 100));
	assert_int_equal(dim.tune_state, DIM_GOING_LEFT);
	assert_int_equal(dim.profile, 1);
}

TEST(dim, more_packets_for_the_same_bytes_are_better)
{
	(void)look(100000, 100);
	assert_true(look(100000, 112));
	assert_int_equal(dim.profile, 2);
}

TEST(dim, fewer_packets_for_the_same_bytes_are_worse)
{
	(void)look(100000, 100);
	assert_true(look(100000, 80));
	assert_int_equal(dim.tune_state, DIM_GOING_LEFT);
}

TEST(dim, bytes_come_before_packets)
{
	(void)look(100000, 100);
	assert_true(look(150000, 10));
	assert_int_equal(dim.profile, 2);
}

TEST(dim, fewer_interrupts_for_the_same_load_are_better)
{
	(void)look_of(1000);
	assert_true(look_of(2000));
	assert_int_equal(dim.profile, 2);
}

TEST(dim, more_interrupts_for_the_same_load_are_worse)
{
	(void)look_of(2000);
	assert_true(look_of(1000));
	assert_int_equal(dim.tune_state, DIM_GOING_LEFT);
}

TEST(dim, parks_at_the_right_end)
{
	climb();
	assert_false(look(1000000, 1000));
	assert_int_equal(dim.tune_state, DIM_PARKING_ON_TOP);
	assert_int_equal(dim.profile, DIM_PROFILES - 1);
	assert_int_equal(dim.tired, 0);
}

TEST(dim, parks_at_the_left_end)
{
	(void)look(100000, 100);
	(void)look(50000, 50); /* worse: to the left */
	assert_int_equal(dim.profile, 0);
	assert_false(look(100000, 100));
	assert_int_equal(dim.tune_state, DIM_PARKING_ON_TOP);
	assert_int_equal(dim.profile, 0);
}

TEST(dim, parks_on_a_top_between)
{
	(void)look(100000, 100); /* 1 */
	(void)look(200000, 100); /* 2 */
	(void)look(300000, 100); /* 3 */
	(void)look(200000, 100); /* worse: back to 2, one step left */
	assert_int_equal(dim.tune_state, DIM_GOING_LEFT);
	(void)look(300000, 100); /* better, but passed from both sides */
	assert_int_equal(dim.tune_state, DIM_PARKING_ON_TOP);
	assert_int_equal(dim.profile, 2);
}

TEST(dim, stays_parked_while_nothing_changes)
{
	climb();
	(void)look(1000000, 1000);
	for (u32 i = 0; i < 1000; i++)
		assert_false(look(1000000 + i % 50000, 1000));
	assert_int_equal(dim.profile, DIM_PROFILES - 1);
}

TEST(dim, slow_changes_add_up_while_parked)
{
	u32 bytes = 1000000;

	climb();
	(void)look(bytes, 1000);
	for (u32 i = 0; i < 3; i++) {
		bytes -= 30000;
		assert_false(look(bytes, 1000));
	}
	bytes -= 30000; /* 12 % less than when it parked */
	assert_true(look(bytes, 1000));
	assert_int_equal(dim.tune_state, DIM_GOING_LEFT);
	assert_int_equal(dim.profile, DIM_PROFILES - 2);
}

TEST(dim, leaves_the_left_end_to_the_right)
{
	(void)look(100000, 100);
	(void)look(50000, 50);
	(void)look(100000, 100);
	assert_int_equal(dim.profile, 0);
	assert_true(look(200000, 100));
	assert_int_equal(dim.tune_state, DIM_GOING_RIGHT);
	assert_int_equal(dim.profile, 1);
}

TEST(dim, ten_steps_make_it_tired_and_ten_looks_rested)
{
	u32 looks = 0;

	/* Nothing helps, and no end of the list to park at: it turns each
	 * time. */
	dim.profile = 2;
	(void)look(100000, 100);
	while (dim.tune_state != DIM_PARKING_TIRED) {
		(void)look(100000, 100);
		assert_true(++looks < 20);
	}
	assert_int_equal(looks, DIM_TIRED);
	for (u32 i = 1; i < DIM_TIRED; i++)
		assert_false(look(100000, 100));
	assert_true(look(100000, 100));
	assert_int_equal(dim.tune_state, DIM_GOING_LEFT);
}

TEST(dim, counters_may_wrap)
{
	total.bytes = UINT64_MAX - 5;
	total.packets = UINT64_MAX;
	total.events = UINT32_MAX - 10;
	assert_true(look(100000, 100));
	assert_int_equal(dim.before.bytes, 100000);
	assert_int_equal(dim.before.packets, 100);
	assert_int_equal(dim.before.events, DIM_NEVENTS);
}

TEST(dim, rates_are_rounded_up)
{
	assert_false(net_dim(&dim, &total));
	total.time_ns += 1001 * NSEC_PER_USEC;
	total.events += DIM_NEVENTS;
	total.packets += 1;
	total.bytes += 60;
	assert_true(net_dim(&dim, &total));
	assert_int_equal(dim.before.packets, 1);
	assert_int_equal(dim.before.bytes, 60);
	assert_int_equal(dim.before.events, DIM_NEVENTS);
}

TEST(dim, silence_from_the_start_is_no_gain)
{
	assert_false(look(0, 0)); /* turns, but is at the end */
	assert_int_equal(dim.profile, 0);
	assert_int_equal(dim.tune_state, DIM_PARKING_ON_TOP);
}

/* --- where it comes to rest ---------------------------------------------- */

/* 64 waits under the profile in force: packets at a fixed rate, at most one
 * interrupt a packet. */
static void open_loop(u32 packets_per_msec)
{
	u32 usecs = net_dim_profile(&dim).usecs;
	u32 gap = 1000 / packets_per_msec;
	u32 period = usecs > gap ? usecs : gap;

	(void)look_of(DIM_NEVENTS * period);
}

TEST(dim, flood_ends_at_the_longest_wait)
{
	for (u32 i = 0; i < 20; i++)
		open_loop(500);
	assert_int_equal(dim.profile, DIM_PROFILES - 1);
	assert_int_equal(dim.tune_state, DIM_PARKING_ON_TOP);
}

/* Request and answer: the next request comes when the answer is back, so each
 * wait is paid for by the rate. */
static void closed_loop(u32 rtt_usecs)
{
	u32 usecs = rtt_usecs + net_dim_profile(&dim).usecs;

	if (!dim.measuring)
		assert_false(net_dim(&dim, &total));
	total.time_ns += DIM_NEVENTS * usecs * NSEC_PER_USEC;
	total.packets += DIM_NEVENTS;
	total.bytes += 60 * DIM_NEVENTS;
	total.events += DIM_NEVENTS;
	(void)net_dim(&dim, &total);
}

TEST(dim, request_and_answer_ends_at_a_short_wait)
{
	for (u32 i = 0; i < 20; i++)
		closed_loop(30);
	assert_in_range(dim.profile, 0, 1);
}

TEST(dim, comes_back_when_a_flood_gives_way_to_requests)
{
	for (u32 i = 0; i < 20; i++)
		open_loop(500);
	for (u32 i = 0; i < 20; i++)
		closed_loop(30);
	assert_in_range(dim.profile, 0, 1);
}

TEST(dim, where_nothing_helps_it_rests_half_of_the_time)
{
	u32 steps = 0, row = 0;

	dim.profile = 2;
	for (u32 i = 0; i < 1000; i++) {
		bool stepped = look(100000, 100);

		steps += stepped;
		row = stepped ? row + 1 : 0;
		assert_in_range(row, 0, DIM_TIRED);
	}
	assert_in_range(steps, 1, 500 + DIM_TIRED);
}
