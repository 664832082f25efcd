/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: stack/core/timer.c
#include "test.h"
#include "core/timer.h"

static u32 fired;
static struct timer *order[16];
static u64 fired_at;

static void note(struct timer *t, u64 now)
{
	order[fired++ % 16] = t;
	fired_at = now;
}

static void again_at_once(struct timer *t, u64 now)
{
	note(t, now);
	mod_timer(t, now);
}

static void again_in_the_past(struct timer *t, u64 now)
{
	note(t, now);
	mod_timer(t, now / 2);
}

TEST(timer, nothing_is_due_when_none_runs)
{
	timers_run(1000);
	assert_true(timers_next() == UINT64_MAX);
}

TEST(timer, fires_once_at_its_time_and_not_before)
{
	struct timer t;

	timer_setup(&t, note);
	mod_timer(&t, 100);
	assert_true(t.pending);
	assert_true(timers_next() == 100);
	timers_run(99);
	assert_int_equal(fired, 0);
	timers_run(100);
	timers_run(101);
	assert_int_equal(fired, 1);
	assert_true(fired_at == 100);
	assert_false(t.pending);
}

TEST(timer, the_sooner_one_fires_first)
{
	struct timer t[3];

	for (int i = 0; i < 3; i++)
		timer_setup(&t[i], note);
	mod_timer(&t[0], 30);
	mod_timer(&t[1], 10);
	mod_timer(&t[2], 20);
	timers_run(50);
	assert_int_equal(fired, 3);
	assert_ptr_equal(order[0], &t[1]);
	assert_ptr_equal(order[1], &t[2]);
	assert_ptr_equal(order[2], &t[0]);
}

TEST(timer, equal_times_fire_in_the_order_they_were_set)
{
	struct timer t[3];

	for (int i = 0; i < 3; i++) {
		timer_setup(&t[i], note);
		mod_timer(&t[i], 10);
	}
	timers_run(10);
	for (int i = 0; i < 3; i++)
		assert_ptr_equal(order[i], &t[i]);
}

TEST(timer, can_be_moved_both_ways)
{
	struct timer a, b;

	timer_setup(&a, note);
	timer_setup(&b, note);
	mod_timer(&a, 10);
	mod_timer(&b, 20);
	mod_timer(&a, 30);
	assert_true(timers_next() == 20);
	mod_timer(&a, 5);
	assert_true(timers_next() == 5);
	timers_run(5);
	assert_int_equal(fired, 1);
	assert_ptr_equal(order[0], &a);
}

TEST(timer, deleted_one_does_not_fire)
{
	struct timer a, b;

	timer_setup(&a, note);
	timer_setup(&b, note);
	mod_timer(&a, 10);
	mod_timer(&b, 20);
	del_timer(&a);
	del_timer(&a);
	timers_run(100);
	assert_int_equal(fired, 1);
	assert_ptr_equal(order[0], &b);
}

TEST(timer, callback_that_starts_itself_for_now_waits_for_the_next_turn)
{
	struct timer t;

	timer_setup(&t, again_at_once);
	mod_timer(&t, 10);
	timers_run(10);
	assert_int_equal(fired, 1);
	timers_run(11);
	assert_int_equal(fired, 2);
}

TEST(timer, callback_that_starts_itself_in_the_past_does_not_loop)
{
	struct timer t;

	timer_setup(&t, again_in_the_past);
	mod_timer(&t, 10);
	timers_run(10);
	assert_int_equal(fired, 1);
	assert_true(t.pending);
}

static struct timer victim;

static void kill_victim(struct timer *t, u64 now)
{
	note(t, now);
	del_timer(&victim);
}

TEST(timer, callback_may_delete_one_that_is_due_too)
{
	struct timer t;

	timer_setup(&t, kill_victim);
	timer_setup(&victim, note);
	mod_timer(&t, 10);
	mod_timer(&victim, 10);
	timers_run(10);
	assert_int_equal(fired, 1);
	assert_true(timers_next() == UINT64_MAX);
}
