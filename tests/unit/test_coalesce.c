/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: stack/core/coalesce.c stack/core/dim.c stack/core/napi.c
// SRCS: stack/core/softirq.c stack/core/cputime.c stack/core/timer.c
/*
 * Moderation by a timer (I4) over a NIC that is a number of frames and a mask.
 * Its events are not latched while they are masked, as the GEM's.
 */
#include "test.h"
#include <errno.h>
#include "core/coalesce.h"
#include "core/napi.h"
#include "core/netdevice.h"
#include "core/softirq.h"
#include "core/timer.h"

#define US NSEC_PER_USEC

enum { RING = 512 };

static struct {
	struct net_device dev;
	struct napi_struct napi;
	u32 frames; /* in the ring */
	bool masked;
	u32 irqs, polls;
	u64 latency_ns; /* of the last frame that was taken */
	u64 arrived_ns; /* of the oldest in the ring */
} nic;

/* In place of gro.c: nothing is ever held here. */
void gro_purge(struct gro_list *gro)
{
	assert_int_equal(gro->held, 0);
}

static int nic_poll(struct napi_struct *napi, int budget)
{
	int done = (int)min_u32(nic.frames, (u32)budget);

	nic.polls++;
	nic.frames -= (u32)done;
	if (done)
		nic.latency_ns = test_now_ns - nic.arrived_ns;
	nic.dev.stats.rx_packets += (u32)done;
	nic.dev.stats.rx_bytes += 60 * (u32)done;
	if (napi_poll_is_done(done, budget) && napi_complete_done(napi, done)) {
		nic.masked = false;
		if (nic.frames && napi_schedule(napi))
			nic.masked = true;
	}
	return done;
}

static void nic_get_ringparam(struct net_device *dev,
			      struct ethtool_ringparam *ring)
{
	(void)dev;
	ring->rx_pending = RING;
}

static bool nic_rx_waiting(struct net_device *dev, u32 frames)
{
	(void)dev;
	return nic.frames >= frames;
}

static const struct net_device_ops nic_ops = {
	.get_ringparam = nic_get_ringparam,
	.rx_waiting = nic_rx_waiting,
};

static const struct net_device_ops blind_ops = {
	.get_ringparam = nic_get_ringparam,
};

void test_begin(void)
{
	open_softirq(NET_RX_SOFTIRQ, net_rx_action);
	nic.dev.ops = &nic_ops;
	netif_napi_add(&nic.dev, &nic.napi, nic_poll);
	napi_enable(&nic.napi);
	test_now_ns = NSEC_PER_SEC;
}

static void arrive(u32 frames)
{
	if (!nic.frames)
		nic.arrived_ns = test_now_ns;
	nic.frames += frames;
	if (nic.masked)
		return;
	nic.irqs++;
	nic.masked = true;
	napi_schedule_irq(&nic.napi);
}

/* A turn of the main loop, and what it makes necessary. */
static void turns(void)
{
	for (u32 i = 0; i < 100; i++) {
		do_softirq();
		timers_run(test_now_ns);
		if (!softirq_pending())
			return;
	}
	fail_msg("softirqs never come to an end");
}

static void wait_us(u32 us)
{
	for (u32 i = 0; i < us; i++) {
		test_now_ns += US;
		turns();
	}
}

static int set(u32 usecs, u32 frames, bool adaptive)
{
	struct ethtool_coalesce c = {
		.rx_coalesce_usecs = usecs,
		.rx_max_coalesced_frames = frames,
		.use_adaptive_rx_coalesce = adaptive,
	};

	return dev_set_coalesce(&nic.dev, &c);
}

static u32 usecs_in_force(void)
{
	struct ethtool_coalesce c, now;

	assert_int_equal(dev_get_coalesce(&nic.dev, &c, &now), 0);
	return now.rx_coalesce_usecs;
}

static void expect_idle(void)
{
	assert_int_equal(nic.frames, 0);
	assert_false(nic.masked);
	assert_false(nic.napi.irq_scheduled);
	assert_int_equal(timers_next(), UINT64_MAX);
}

TEST(coalesce, off_is_at_once)
{
	arrive(1);
	turns();
	assert_int_equal(nic.polls, 1);
	assert_int_equal(nic.latency_ns, 0);
	assert_ptr_equal(nic.napi.poll, nic_poll);
	expect_idle();
}

TEST(coalesce, first_frame_waits_as_long_as_set)
{
	assert_int_equal(set(50, 0, false), 0);
	arrive(1);
	wait_us(49);
	assert_int_equal(nic.polls, 0);
	wait_us(1);
	assert_int_equal(nic.polls, 1);
	assert_int_equal(nic.latency_ns, 50 * US);
	wait_us(60);
	expect_idle();
}

TEST(coalesce, wait_counts_from_the_interrupt_not_from_the_loop)
{
	assert_int_equal(set(50, 0, false), 0);
	arrive(1);
	test_now_ns += 30 * US; /* an application has the turn */
	turns();
	wait_us(20);
	assert_int_equal(nic.latency_ns, 50 * US);
}

TEST(coalesce, wait_that_is_over_when_the_loop_comes_is_none)
{
	assert_int_equal(set(50, 0, false), 0);
	arrive(1);
	test_now_ns += 70 * US;
	turns();
	assert_int_equal(nic.polls, 1);
}

TEST(coalesce, load_is_polled_by_the_timer_without_interrupts)
{
	assert_int_equal(set(100, 0, false), 0);
	for (u32 i = 0; i < 10000; i++) {
		arrive(1);
		wait_us(1);
	}
	assert_int_equal(nic.irqs, 1);
	assert_in_range(nic.polls, 190, 210); /* two shares a wait */
	wait_us(300);
	expect_idle();
}

TEST(coalesce, ring_is_unmasked_after_an_empty_poll)
{
	assert_int_equal(set(100, 0, false), 0);
	for (u32 i = 0; i < 20; i++) {
		arrive(1);
		wait_us(350);
		expect_idle();
	}
	assert_int_equal(nic.irqs, 20);
	assert_int_equal(nic.polls, 40);
}

TEST(coalesce, frames_limit_ends_the_wait)
{
	assert_int_equal(set(800, 16, false), 0);
	arrive(1);
	wait_us(10);
	assert_int_equal(nic.polls, 0);
	arrive(15);
	wait_us(100); /* an eighth of the wait */
	assert_int_equal(nic.polls, 1);
	assert_int_equal(nic.napi.coalesce.polls_by_frames, 1);
}

TEST(coalesce, frames_limit_that_is_met_at_once_makes_no_wait)
{
	assert_int_equal(set(800, 16, false), 0);
	arrive(16);
	turns();
	assert_int_equal(nic.polls, 1);
}

TEST(coalesce, too_few_frames_wait_to_the_end)
{
	assert_int_equal(set(800, 16, false), 0);
	arrive(15);
	wait_us(799);
	assert_int_equal(nic.polls, 0);
	wait_us(1);
	assert_int_equal(nic.polls, 1);
	assert_int_equal(nic.napi.coalesce.polls_by_time, 1);
}

TEST(coalesce, urgent_interrupt_ends_the_wait)
{
	assert_int_equal(set(500, 0, false), 0);
	arrive(1);
	wait_us(10);
	coalesce_irq(&nic.napi, true);
	turns();
	assert_int_equal(nic.polls, 1);
	assert_int_equal(nic.latency_ns, 10 * US);
	wait_us(1000);
	expect_idle();
}

TEST(coalesce, urgent_interrupt_before_the_wait_begins_prevents_it)
{
	assert_int_equal(set(500, 0, false), 0);
	arrive(1);
	coalesce_irq(&nic.napi, true);
	turns();
	assert_int_equal(nic.polls, 1);
}

TEST(coalesce, timer_and_interrupt_in_the_same_moment_poll_once)
{
	assert_int_equal(set(50, 0, false), 0);
	arrive(1);
	turns();
	test_now_ns += 50 * US;
	coalesce_irq(&nic.napi, true);
	timers_run(test_now_ns);
	turns();
	assert_int_equal(nic.polls, 1);
	wait_us(200);
	expect_idle();
}

/* An urgent interrupt after so many sections with interrupts masked. */
static u32 sections_left;

static void urgent_after_some(void)
{
	if (sections_left--)
		return;
	test_irq_hook = NULL;
	coalesce_irq(&nic.napi, true);
}

TEST(coalesce, urgent_interrupt_at_any_point_of_the_poll_is_not_lost)
{
	u32 sections;

	assert_int_equal(set(500, 0, false), 0);
	arrive(1);
	sections = test_irq_saves;
	turns();
	sections = test_irq_saves - sections;
	assert_in_range(sections, 3, 10);
	wait_us(1200);
	expect_idle();
	for (u32 i = 0; i < sections; i++) {
		arrive(1);
		sections_left = i;
		test_irq_hook = urgent_after_some;
		turns();
		assert_null(test_irq_hook);
		assert_int_equal(nic.frames, 0);
		wait_us(1200);
		expect_idle();
	}
}

TEST(coalesce, close_while_the_timer_runs_leaves_nothing)
{
	assert_int_equal(set(500, 0, false), 0);
	arrive(1);
	wait_us(10);
	assert_int_not_equal(timers_next(), UINT64_MAX);
	napi_disable(&nic.napi);
	assert_int_equal(timers_next(), UINT64_MAX);
	wait_us(1000);
	assert_int_equal(nic.polls, 0);

	/* Open again, as a driver does it: unmasked, and looked at. */
	napi_enable(&nic.napi);
	nic.masked = false;
	arrive(1);
	wait_us(500);
	assert_int_equal(nic.polls, 1);
	wait_us(600);
	expect_idle();
}

TEST(coalesce, close_before_the_wait_begins_leaves_nothing)
{
	assert_int_equal(set(500, 0, false), 0);
	arrive(1);
	napi_disable(&nic.napi);
	wait_us(1000);
	assert_int_equal(nic.polls, 0);
	assert_int_equal(timers_next(), UINT64_MAX);
}

TEST(coalesce, change_during_a_wait_ends_it)
{
	static const u32 values[] = { 0, 10000, 1 };

	for (u32 i = 0; i < ARRAY_SIZE(values); i++) {
		assert_int_equal(set(5000, 0, false), 0);
		arrive(1);
		wait_us(10);
		assert_int_equal(set(values[i], 0, false), 0);
		turns();
		assert_int_equal(nic.frames, 0);
		wait_us(25000);
		expect_idle();
	}
}

TEST(coalesce, off_again_is_as_if_it_had_never_been)
{
	assert_int_equal(set(100, 0, false), 0);
	arrive(1);
	assert_int_equal(set(0, 0, false), 0);
	turns();
	assert_int_equal(nic.polls, 1);
	assert_ptr_equal(nic.napi.poll, nic_poll);
	expect_idle();
}

TEST(coalesce, values_outside_the_limits_change_nothing)
{
	struct ethtool_coalesce tx = { .tx_coalesce_usecs = 1 };

	assert_int_equal(set(20, 30, false), 0);
	assert_int_equal(set(COALESCE_USECS_MAX + 1, 0, false), -EINVAL);
	assert_int_equal(set(10, RING + 1, false), -EINVAL);
	assert_int_equal(dev_set_coalesce(&nic.dev, &tx), -EOPNOTSUPP);
	assert_int_equal(usecs_in_force(), 20);
	assert_int_equal(nic.napi.coalesce.rx_frames, 30);
	assert_int_equal(set(COALESCE_USECS_MAX, RING, false), 0);
}

TEST(coalesce, frames_limit_needs_a_ring_that_can_be_looked_at)
{
	nic.dev.ops = &blind_ops;
	assert_int_equal(set(100, 10, false), -EOPNOTSUPP);
	assert_int_equal(set(100, 0, false), 0);
	assert_int_equal(set(0, 0, true), 0);
	arrive(1);
	wait_us(1000);
	assert_int_equal(nic.frames, 0);
}

static struct ethtool_coalesce hw;

static int hw_get(const struct net_device *dev, struct ethtool_coalesce *c,
		  struct ethtool_coalesce *now)
{
	(void)dev;
	*c = hw;
	if (now)
		*now = hw;
	return 0;
}

static int hw_set(struct net_device *dev, const struct ethtool_coalesce *c)
{
	(void)dev;
	hw = *c;
	return 0;
}

TEST(coalesce, nic_with_moderation_of_its_own_uses_that)
{
	static const struct net_device_ops ops = {
		.get_coalesce = hw_get,
		.set_coalesce = hw_set,
	};

	nic.dev.ops = &ops;
	assert_int_equal(set(77, 5, false), 0);
	assert_int_equal(hw.rx_coalesce_usecs, 77);
	assert_int_equal(usecs_in_force(), 77);
	assert_false(nic.napi.coalesce.on);
}

TEST(coalesce, device_without_interrupts_has_none)
{
	struct ethtool_coalesce c;

	nic.dev.napi = NULL;
	assert_int_equal(dev_get_coalesce(&nic.dev, &c, NULL), -EOPNOTSUPP);
	assert_int_equal(set(1, 0, false), -EOPNOTSUPP);
}

/* --- adaptive-rx ---------------------------------------------------------- */

static void flood(u32 us)
{
	for (u32 i = 0; i < us; i++) {
		arrive(1);
		wait_us(1);
	}
}

/* One frame, and the next when it was taken. */
static void requests(u32 count)
{
	for (u32 i = 0; i < count; i++) {
		arrive(1);
		while (nic.frames)
			wait_us(1);
		wait_us(9); /* to the peer and back */
	}
}

TEST(coalesce, adaptive_goes_up_in_a_flood_and_down_for_requests)
{
	assert_int_equal(set(0, 0, true), 0);
	assert_int_equal(usecs_in_force(), 1);
	flood(200000);
	assert_int_equal(usecs_in_force(), 256);
	requests(2000);
	assert_in_range(usecs_in_force(), 1, 8);
	flood(200000);
	assert_int_equal(usecs_in_force(), 256);
}

TEST(coalesce, adaptive_lets_no_frame_wait_after_silence)
{
	assert_int_equal(set(0, 0, true), 0);
	flood(200000);
	wait_us(2000);
	for (u32 i = 0; i < 10; i++) {
		arrive(1);
		turns();
		assert_int_equal(nic.frames, 0);
		assert_int_equal(nic.latency_ns, 0);
		wait_us(1500);
	}
	assert_int_equal(usecs_in_force(), 256);
	expect_idle();
}

TEST(coalesce, adaptive_off_brings_the_values_of_before_back)
{
	struct ethtool_coalesce c;

	assert_int_equal(set(33, 44, true), 0);
	flood(200000);
	assert_int_equal(usecs_in_force(), 256);
	assert_int_equal(dev_get_coalesce(&nic.dev, &c, NULL), 0);
	assert_int_equal(c.rx_coalesce_usecs, 33);
	assert_int_equal(set(33, 44, false), 0);
	assert_int_equal(usecs_in_force(), 33);
}

/* --- without NAPI ----------------------------------------------------------
 */

TEST(napi_off, each_frame_is_a_poll_of_its_own)
{
	napi_off = 1;
	arrive(100);
	turns();
	assert_int_equal(nic.polls, 100);
	expect_idle();
}

TEST(napi_off, no_budget_ends_the_round)
{
	napi_off = 1;
	netdev_budget = 1;
	arrive(1000);
	do_softirq();
	assert_int_equal(nic.frames, 0);
	assert_int_equal(softnet_data.time_squeeze, 0);
}

TEST(napi_off, moderation_is_off_too)
{
	assert_int_equal(set(500, 0, false), 0);
	arrive(1);
	wait_us(10); /* a wait has begun */
	napi_off = 1;
	wait_us(490);
	assert_int_equal(nic.frames, 0);
	expect_idle();
	arrive(3);
	turns();
	expect_idle();
}

static int never_complete(struct napi_struct *napi, int budget)
{
	int done = (int)min_u32(nic.frames, (u32)budget);

	nic.polls++;
	nic.frames -= (u32)done;
	if (done < budget)
		(void)napi_complete_done(napi, done);
	return done;
}

TEST(napi_off, device_without_interrupt_is_polled_to_its_end)
{
	napi_off = 1;
	nic.napi.poll = never_complete;
	nic.frames = 10;
	(void)napi_schedule(&nic.napi);
	do_softirq();
	assert_int_equal(nic.frames, 0);
	assert_int_equal(nic.polls, 11);
	expect_idle();
}
