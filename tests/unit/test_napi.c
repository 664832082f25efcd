/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: stack/core/napi.c stack/core/softirq.c stack/core/cputime.c
// SRCS: stack/core/coalesce.c stack/core/dim.c stack/core/timer.c
// SRCS: stack/core/sysctl.c stack/core/seq_file.c
/* NAPI and softirq with devices that are only counters (I7-I9, E19, E20). */
#include "test.h"
#include "core/cputime.h"
#include "core/napi.h"
#include "core/netdevice.h"
#include "core/softirq.h"

struct fake {
	struct net_device dev;
	struct napi_struct napi;
	int waiting; /* frames in its ring */
	int polls;
};

static struct fake a, b, c;
static struct fake *order[64];
static u32 nr_polls;
static u64 ns_per_frame;

static int fake_poll(struct napi_struct *napi, int budget)
{
	struct fake *f = container_of(napi, struct fake, napi);
	int done = f->waiting < budget ? f->waiting : budget;

	order[nr_polls++ % 64] = f;
	f->polls++;
	f->waiting -= done;
	test_now_ns += ns_per_frame * (u64)done;
	if (done < budget)
		(void)napi_complete_done(napi, done);
	return done;
}

static struct gro_list *purged;

void gro_purge(struct gro_list *gro)
{
	purged = gro;
}

static void add(struct fake *f)
{
	netif_napi_add(&f->dev, &f->napi, fake_poll);
	napi_enable(&f->napi);
}

void test_begin(void)
{
	open_softirq(NET_RX_SOFTIRQ, net_rx_action);
	add(&a);
	add(&b);
	add(&c);
}

static void frames(struct fake *f, int n)
{
	f->waiting = n;
	(void)napi_schedule(&f->napi);
}

TEST(napi, scheduled_device_is_polled_once_and_left_alone)
{
	frames(&a, 5);
	assert_true(softirq_pending());
	do_softirq();
	assert_int_equal(a.polls, 1);
	assert_int_equal(a.waiting, 0);
	assert_false(softirq_pending());
	do_softirq();
	assert_int_equal(a.polls, 1);
}

TEST(napi, scheduling_twice_is_scheduling_once)
{
	assert_true(napi_schedule(&a.napi));
	assert_false(napi_schedule(&a.napi));
	do_softirq();
	assert_int_equal(a.polls, 1);
	assert_true(napi_schedule(&a.napi));
}

TEST(napi, devices_take_turns_by_weight)
{
	frames(&a, 130);
	frames(&b, 130);
	do_softirq();
	assert_int_equal(nr_polls, 6);
	assert_ptr_equal(order[0], &a);
	assert_ptr_equal(order[1], &b);
	assert_ptr_equal(order[2], &a);
	assert_ptr_equal(order[3], &b);
	assert_int_equal(a.waiting + b.waiting, 0);
	assert_int_equal(softnet_data.processed, 260);
	assert_int_equal(softnet_data.time_squeeze, 0);
}

TEST(napi, round_ends_at_its_budget_and_is_counted)
{
	frames(&a, 1000);
	do_softirq();
	/* 300 in shares of 64: the fifth goes above it. */
	assert_int_equal(a.waiting, 680);
	assert_int_equal(softnet_data.time_squeeze, 1);
	assert_true(softirq_pending());
	do_softirq();
	assert_int_equal(a.waiting, 360);
}

TEST(napi, round_ends_at_its_time)
{
	ns_per_frame = 20000;
	frames(&a, 1000);
	do_softirq();
	/* 64 frames of 20 us are 1.28 ms, the limit is 2 ms. */
	assert_int_equal(a.waiting, 1000 - 128);
	assert_int_equal(softnet_data.time_squeeze, 1);
}

TEST(napi, round_that_ends_with_nothing_left_is_no_squeeze)
{
	netdev_budget = 64;
	frames(&a, 63);
	do_softirq();
	assert_int_equal(softnet_data.time_squeeze, 0);
	assert_false(softirq_pending());
}

TEST(napi, flood_on_one_device_does_not_starve_another)
{
	frames(&a, 100000);
	do_softirq();
	frames(&b, 1);
	do_softirq();
	do_softirq();
	assert_int_equal(b.waiting, 0);
}

TEST(napi, left_over_devices_keep_their_turn)
{
	netdev_budget = 64;
	frames(&a, 100);
	frames(&b, 100);
	frames(&c, 100);
	for (int i = 0; i < 3; i++)
		do_softirq();
	assert_int_equal(a.polls, 1);
	assert_int_equal(b.polls, 1);
	assert_int_equal(c.polls, 1);
}

TEST(napi, flood_with_a_budget_of_one_share_starves_nobody)
{
	netdev_budget = 64;
	frames(&a, 100000);
	frames(&b, 1);
	for (int i = 0; i < 5; i++)
		do_softirq();
	assert_int_equal(b.waiting, 0);
}

TEST(napi, weight_is_a_knob)
{
	dev_weight = 10;
	frames(&a, 25);
	do_softirq();
	assert_int_equal(a.polls, 3);
}

TEST(napi, disabled_device_is_not_polled)
{
	frames(&a, 5);
	frames(&b, 5);
	napi_disable(&a.napi);
	do_softirq();
	assert_int_equal(a.polls, 0);
	assert_int_equal(b.polls, 1);
	assert_false(napi_schedule(&a.napi));
	napi_enable(&a.napi);
	assert_true(napi_schedule(&a.napi));
	do_softirq();
	assert_int_equal(a.polls, 1);
}

TEST(napi, last_of_the_list_can_be_disabled_and_another_added)
{
	frames(&a, 1);
	frames(&b, 1);
	napi_disable(&b.napi);
	frames(&c, 1);
	do_softirq();
	assert_int_equal(a.polls, 1);
	assert_int_equal(b.polls, 0);
	assert_int_equal(c.polls, 1);
}

static u32 tx_runs;

static void tx_action(void)
{
	/* Receive came first. */
	assert_int_equal(a.polls, 1);
	if (tx_runs++ == 0)
		raise_softirq(NET_TX_SOFTIRQ);
}

TEST(softirq, receive_runs_before_transmit_and_each_once)
{
	open_softirq(NET_TX_SOFTIRQ, tx_action);
	raise_softirq(NET_TX_SOFTIRQ);
	frames(&a, 1);
	do_softirq();
	assert_int_equal(tx_runs, 1);
	assert_true(softirq_pending());
	do_softirq();
	assert_int_equal(tx_runs, 2);
	assert_false(softirq_pending());
	assert_int_equal(softirq_count(NET_TX_SOFTIRQ), 2);
	assert_int_equal(softirq_count(NET_RX_SOFTIRQ), 1);
	assert_string_equal(softirq_name(NET_RX_SOFTIRQ), "NET_RX");
}

TEST(softirq, time_in_it_is_charged_to_it)
{
	u64 before[CPUTIME_NR], after[CPUTIME_NR];

	ns_per_frame = 1000;
	cputime_read(before);
	frames(&a, 50);
	do_softirq();
	test_now_ns += 7;
	cputime_read(after);
	assert_int_equal(after[CPUTIME_SOFTIRQ] - before[CPUTIME_SOFTIRQ],
			 50000);
	assert_int_equal(after[CPUTIME_SYSTEM] - before[CPUTIME_SYSTEM], 7);
}

TEST(napi, disabling_drops_what_gro_holds)
{
	napi_disable(&b.napi);
	assert_ptr_equal(purged, &b.napi.gro);
}
