/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: drivers/net/gem.c drivers/net/phy.c tests/model/model.c
// SRCS: tests/model/gem_model.c stack/core/netdevice.c stack/core/xmit.c
// SRCS: stack/core/gro.c stack/core/skbuff.c stack/core/napi.c
// SRCS: stack/core/softirq.c
// SRCS: stack/core/timer.c stack/core/interrupt.c stack/core/drop.c
// SRCS: stack/core/cputime.c stack/sched/sch_fifo.c
// SRCS: stack/core/coalesce.c stack/core/dim.c
// SRCS: lwip/src/core/pbuf.c lwip/src/core/mem.c lwip/src/core/memp.c
// SRCS: lwip/src/core/stats.c lwip/src/core/def.c
/*
 * The GEM driver on the software GEM, with the real NAPI, softirq, queue and
 * pool around it (rows I1-I10, E10-E20). GEM_TEST runs on both personalities.
 * After each test the device is closed, and every buffer must be home.
 */
#include "test.h"
#include <errno.h>
#include "board.h"
#include "config.h"
#include "gem_model.h"
#include "core/drop.h"
#include "core/interrupt.h"
#include "core/netdevice.h"
#include "core/port.h"
#include "core/receive.h"
#include "core/skbuff.h"
#include "core/softirq.h"
#include "core/timer.h"
#include "core/xmit.h"
#include "lwip/memp.h"
#include "lwip/mem.h"
#include "lwip/stats.h"
#include "lwip/tcp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/lwip_glue.h"
#include "net/nic_driver.h"

enum {
	NICS = 2,
	BASE0 = 0xe000b000,
	BASE1 = 0xe000c000,
	IRQ0 = 54,
	IRQ1 = 77,
	REG_NWCTRL = 0x00,
	REG_RXSTATUS = 0x20,
	REG_IER = 0x28,
	STORM = 100,
};

#define MS NSEC_PER_MSEC

static struct gem_model gem[NICS];
static struct net_device *eth[NICS];
static struct gem_model *const m = &gem[0];
static bool irq_unmasked[NR_IRQS];
static bool in_irq;

static const struct board_nic nics[NICS] = {
	{ .compatible = "cdns,zynq-gem",
	  .base = BASE0,
	  .irq = IRQ0,
	  .mac = { 2, 0, 0, 0, 0, 0x10 },
	  .phy_addr = -1 },
	{ .compatible = "cdns,zynq-gem",
	  .base = BASE1,
	  .irq = IRQ1,
	  .mac = { 2, 0, 0, 0, 0, 0x11 },
	  .phy_addr = -1 },
};

/* --- the world around: board, lwIP, the stack above --------------------- */

struct tcp_pcb *tcp_active_pcbs;

void tcp_free_ooseq(struct tcp_pcb *pcb)
{
	(void)pcb;
}

static u32 board_speed;

void board_nic_setup(const struct board_nic *nic)
{
	(void)nic;
}

void board_nic_reset(const struct board_nic *nic)
{
	(void)nic;
}

void board_nic_set_speed(const struct board_nic *nic, unsigned int mbps)
{
	(void)nic;
	board_speed = mbps;
}

void lwip_attach(struct net_device *dev)
{
	(void)dev;
}

void lwip_set_up(struct net_device *dev, bool up)
{
	(void)dev;
	(void)up;
}

void lwip_set_link(struct net_device *dev, bool up)
{
	(void)dev;
	(void)up;
}

static void chip_unmask(unsigned int irq)
{
	irq_unmasked[irq] = true;
}

static void chip_mask(unsigned int irq)
{
	irq_unmasked[irq] = false;
}

static const struct irq_chip chip = {
	.name = "test",
	.unmask = chip_unmask,
	.mask = chip_mask,
};

/* Level-triggered lines, taken between any two accesses. */
static void take_irqs(void)
{
	u32 n = 0;

	if (in_irq || test_irq_depth)
		return;
	in_irq = true;
	for (u32 i = 0; i < NICS; i++) {
		while (gem[i].line && irq_unmasked[nics[i].irq]) {
			test_irq_depth++;
			generic_handle_irq(nics[i].irq);
			test_irq_depth--;
			if (++n > STORM)
				fail_msg("interrupt storm");
		}
	}
	in_irq = false;
}

/* A thing that happens to the NIC right after a certain access. */
static struct {
	u32 reg;
	bool write;
	void (*action)(void);
} trap;

static void after_access(void)
{
	void (*action)(void) = trap.action;

	if (action && model_last.addr == BASE0 + trap.reg &&
	    model_last.write == trap.write) {
		trap.action = NULL;
		action();
	}
	take_irqs();
}

/* --- frames: each carries its number, and bytes that follow from it ----- */

enum {
	SEQ_AT = 14,
	HEADER = 18,
	MAX_KEPT = 8192,
};

static void make_frame_to(u8 *f, u32 len, u32 seq, const u8 *dst)
{
	for (u32 i = 0; i < len; i++)
		f[i] = (u8)(i * 31 + seq * 7 + (seq >> 8));
	memcpy(f, dst, 6);
	f[12] = 0x08;
	f[13] = 0x00;
	if (len >= HEADER)
		memcpy(f + SEQ_AT, &seq, 4);
}

static struct {
	u32 count[NICS];
	u32 next[NICS]; /* sequence number that must come, if in_order */
	u32 last_len;
	bool in_order;
	bool keep;
	struct pbuf *kept[MAX_KEPT];
	u32 nr_kept;
} up;

void netif_receive_skb(struct pbuf *skb)
{
	u32 n = skb->cb.dev == eth[1];
	const u8 *f = skb->payload;
	u8 want[1600];
	u32 seq;

	assert_int_equal((uintptr_t)f % 4, 2);
	assert_int_equal(skb->ref, 1);
	memcpy(&seq, f + SEQ_AT, 4);
	if (up.in_order)
		assert_int_equal(seq, up.next[n]);
	up.next[n] = seq + 1;
	make_frame_to(want, skb->len, seq, f);
	assert_memory_equal(f, want, skb->len);
	up.count[n]++;
	up.last_len = skb->len;
	if (up.keep) {
		assert_true(up.nr_kept < MAX_KEPT);
		up.kept[up.nr_kept++] = skb;
		return;
	}
	/* Whoever uses it may write over it. */
	memset(skb->payload, 0x55, skb->len);
	consume_skb(skb);
}

static void release_kept(void)
{
	while (up.nr_kept)
		consume_skb(up.kept[--up.nr_kept]);
	up.keep = false;
}

static enum gem_rx arrive_at(u32 n, u32 seq, u32 len)
{
	u8 f[1600];
	enum gem_rx r;

	make_frame_to(f, len, seq, eth[n]->dev_addr);
	r = gem_model_receive(&gem[n], f, len);
	take_irqs();
	return r;
}

static enum gem_rx arrive(u32 seq, u32 len)
{
	return arrive_at(0, seq, len);
}

static enum gem_rx arrive_to(const u8 *dst)
{
	u8 f[60];
	enum gem_rx r;

	make_frame_to(f, 60, 1, dst);
	r = gem_model_receive(m, f, 60);
	take_irqs();
	return r;
}

/* A packet in pieces of @piece bytes. */
static struct pbuf *make_skb(u32 n, u32 seq, u32 len, u32 piece)
{
	struct pbuf *skb = NULL;
	u8 f[1600];

	make_frame_to(f, len, seq, eth[n]->dev_addr);
	for (u32 at = 0; at < len; at += piece) {
		u32 part = min_u32(piece, len - at);
		struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16)part, PBUF_RAM);

		assert_non_null(p);
		memcpy(p->payload, f + at, part);
		if (skb)
			pbuf_cat(skb, p);
		else
			skb = p;
	}
	skb->cb = (struct skb_cb){ .dev = eth[n] };
	return skb;
}

static int send_pieces(u32 seq, u32 len, u32 piece)
{
	return dev_queue_xmit(make_skb(0, seq, len, piece));
}

static int send(u32 seq, u32 len)
{
	return send_pieces(seq, len, len);
}

/* What left the NIC must be the frames from @seq on, each once. */
static void expect_sent(u32 seq, u32 count, u32 len)
{
	u8 want[1600];

	assert_int_equal(m->sent.count, count);
	for (u32 i = 0; i < count; i++) {
		const struct gem_frame *f = gem_model_sent(m, i);

		make_frame_to(want, len, seq + i, eth[0]->dev_addr);
		assert_int_equal(f->len, len);
		assert_memory_equal(f->data, want, len);
	}
	gem_model_forget_sent(m);
}

/* --- running ------------------------------------------------------------ */

static void turn(void)
{
	take_irqs();
	do_softirq();
	timers_run(clock_ns());
	take_irqs();
}

static void settle(void)
{
	for (u32 i = 0; i < 10000; i++) {
		u32 moved = 0;

		for (u32 n = 0; n < NICS; n++)
			if (eth[n])
				moved += gem_model_poll(&gem[n]);
		take_irqs();
		if (!moved && !softirq_pending())
			return;
		do_softirq();
	}
	fail_msg("softirqs never come to an end");
}

static void run_for(u64 ns)
{
	u64 stop = test_now_ns + ns;

	while (test_now_ns < stop) {
		test_now_ns += 20 * MS;
		turn();
		settle();
	}
}

/* What a test changes in the hardware before the driver meets it. */
static void (*before_probe)(struct gem_model *g);

static void probe(const struct gem_traits *traits, u32 count)
{
	static const uintptr_t bases[NICS] = { BASE0, BASE1 };
	const struct nic_driver *drv;

	model_reset();
	skb_pool_init();
	memp_init();
	irq_set_chip(&chip);
	open_softirq(NET_RX_SOFTIRQ, net_rx_action);
	open_softirq(NET_TX_SOFTIRQ, net_tx_action);
	model_after_access = after_access;
	test_irq_hook = take_irqs;
	test_tick_ns = 50;
	test_now_ns = NSEC_PER_SEC;
	up.in_order = true;
	drv = nic_driver_find("cdns,zynq-gem");
	assert_non_null(drv);
	for (u32 i = 0; i < count; i++) {
		static const char *const names[NICS] = { "eth0", "eth1" };

		gem_model_init(&gem[i], i ? "gem1" : "gem0", bases[i], traits);
		if (before_probe)
			before_probe(&gem[i]);
		assert_int_equal(drv->probe(&nics[i]), 0);
		eth[i] = dev_get_by_name(names[i]);
		assert_non_null(eth[i]);
	}
}

static u32 lwip_used(void)
{
	u32 used = 0;

	for (int i = 0; i < MEMP_MAX; i++)
		used += lwip_stats.memp[i]->used;
	return used;
}

static u32 pool_free(void)
{
	struct skb_pool_stats st;

	skb_pool_read(&st);
	return st.free;
}

static void expect_all_home(void)
{
	struct skb_pool_stats st;

	skb_pool_read(&st);
	assert_int_equal(st.free, st.total);
	assert_int_equal(lwip_used(), 0);
}

static void boot(const struct gem_traits *traits)
{
	probe(traits, 1);
	assert_int_equal(dev_open(eth[0]), 0);
	run_for(4 * NSEC_PER_SEC);
	assert_true(eth[0]->carrier);
}

static void finish(void)
{
	release_kept();
	for (u32 i = 0; i < NICS; i++) {
		if (!eth[i])
			continue;
		gem_model_check(&gem[i]);
		dev_close(eth[i]);
	}
	expect_all_home();
	assert_int_equal(model_complaints, 0);
}

/* The driver is fresh in each test: a process of its own. */
#define GEM_TEST(sentence)                                                     \
	static void body_##sentence(void);                                     \
	TEST(gem_qemu, sentence)                                               \
	{                                                                      \
		boot(&gem_traits_qemu);                                        \
		body_##sentence();                                             \
		finish();                                                      \
	}                                                                      \
	TEST(gem_silicon, sentence)                                            \
	{                                                                      \
		boot(&gem_traits_silicon);                                     \
		body_##sentence();                                             \
		finish();                                                      \
	}                                                                      \
	static void body_##sentence(void)

static u64 found_value;
static const char *wanted_name;

static void find_counter(void *ctx, const char *name, u64 value)
{
	(void)ctx;
	if (strcmp(name, wanted_name) == 0)
		found_value = value;
}

/* A counter of `ethtool -S`. */
static u64 counter(const char *name)
{
	wanted_name = name;
	found_value = UINT64_MAX;
	eth[0]->ops->get_ethtool_stats(eth[0], find_counter, NULL);
	if (found_value == UINT64_MAX)
		fail_msg("no counter %s", name);
	return found_value;
}

static u32 rx_ring(void)
{
	struct ethtool_ringparam r;

	eth[0]->ops->get_ringparam(eth[0], &r);
	return r.rx_pending;
}

static u32 tx_ring(void)
{
	struct ethtool_ringparam r;

	eth[0]->ops->get_ringparam(eth[0], &r);
	return r.tx_pending;
}

static void expect_traffic_works(u32 seq)
{
	u32 before = up.count[0];

	up.in_order = false;
	assert_int_equal(arrive(seq, 200), GEM_RX_STORED);
	settle();
	assert_int_equal(up.count[0], before + 1);
	gem_model_forget_sent(m);
	assert_int_equal(send(seq, 300), 0);
	settle();
	if (m->manual_wire) {
		(void)gem_model_transmit(m, 100);
		settle();
	}
	expect_sent(seq, 1, 300);
	up.in_order = true;
}

/* --- receive ------------------------------------------------------------ */

GEM_TEST(frame_reaches_the_stack_as_it_was_sent)
{
	static const u32 lens[] = { 60, 61, 64, 94, 1000, 1514 };

	for (u32 i = 0; i < ARRAY_SIZE(lens); i++) {
		assert_int_equal(arrive(i, lens[i]), GEM_RX_STORED);
		settle();
		assert_int_equal(up.count[0], i + 1);
		assert_int_equal(up.last_len, lens[i]);
	}
	assert_int_equal(eth[0]->stats.rx_packets, ARRAY_SIZE(lens));
	assert_int_equal(eth[0]->stats.rx_bytes, 2793);
}

GEM_TEST(receive_ring_wraps_without_losing_order)
{
	u32 seq = 0;

	for (u32 burst = 1; seq < 5000; burst = burst % 97 + 13) {
		for (u32 i = 0; i < burst; i++, seq++)
			assert_int_equal(arrive(seq, 60 + seq % 900),
					 GEM_RX_STORED);
		settle();
	}
	assert_int_equal(up.count[0], seq);
	assert_int_equal(counter("rx_ring_full"), 0);
	assert_int_equal(counter("irq_missed"), 0);
}

TEST(gem_qemu, burst_of_three_rings_is_received_to_the_last_frame)
{
	boot(&gem_traits_qemu);
	for (u32 i = 0; i < 3 * CONFIG_RX_RING_DEFAULT; i++)
		assert_int_not_equal(arrive(i, 60), GEM_RX_LOST);
	settle();
	assert_int_equal(up.count[0], 3 * CONFIG_RX_RING_DEFAULT);
	assert_true(counter("rx_ring_full") > 0);
	expect_traffic_works(5000);
	finish();
}

TEST(gem_silicon, burst_above_the_ring_is_lost_with_a_counter)
{
	boot(&gem_traits_silicon);
	for (u32 i = 0; i < CONFIG_RX_RING_DEFAULT + 10; i++)
		(void)arrive(i, 60);
	settle();
	assert_int_equal(up.count[0], CONFIG_RX_RING_DEFAULT);
	assert_int_equal(counter("rx_resource_errors"), 10);
	assert_int_equal(dev_get_stats(eth[0])->rx_missed_errors, 10);
	assert_true(m->rx_flushes > 0);
	expect_traffic_works(5000);
	finish();
}

GEM_TEST(ring_that_is_exactly_full_goes_on)
{
	u32 seq = 0;

	for (u32 round = 0; round < 3; round++) {
		for (u32 i = 0; i < rx_ring(); i++)
			assert_int_equal(arrive(seq++, 60), GEM_RX_STORED);
		settle();
	}
	assert_int_equal(up.count[0], 3 * rx_ring());
	expect_traffic_works(seq);
}

GEM_TEST(empty_pool_drops_with_a_counter_and_recovers)
{
	u32 seq = 0, left = pool_free();

	up.keep = true;
	while (left--) {
		assert_int_equal(arrive(seq++, 100), GEM_RX_STORED);
		settle();
	}
	assert_int_equal(pool_free(), 0);
	for (u32 i = 0; i < 2 * rx_ring(); i++) {
		assert_int_equal(arrive(9000 + i, 100), GEM_RX_STORED);
		settle();
	}
	assert_int_equal(up.count[0], seq);
	assert_int_equal(counter("rx_no_buffer"), 2 * rx_ring());
	assert_int_equal(eth[0]->stats.rx_dropped, 2 * rx_ring());
	assert_int_equal(drop_counts[DROP_RX_NO_BUFFER], 2 * rx_ring());
	assert_int_equal(gem_model_rx_owned(m), rx_ring());
	release_kept();
	expect_traffic_works(seq);
}

static void expect_frame_error(u32 nth)
{
	assert_int_equal(arrive(9000, 100), GEM_RX_STORED);
	settle();
	assert_int_equal(counter("rx_frame_errors"), nth);
	assert_int_equal(eth[0]->stats.rx_errors, nth);
	assert_int_equal(drop_counts[DROP_RX_FRAME_ERROR], nth);
	expect_traffic_works(nth);
	assert_int_equal(gem_model_rx_owned(m), rx_ring());
}

GEM_TEST(broken_frames_are_dropped_and_reception_goes_on)
{
	m->faults.rx_no_eof = 1;
	expect_frame_error(1);
	m->faults.rx_no_sof = 1;
	expect_frame_error(2);
	m->faults.rx_zero_len = 1;
	expect_frame_error(3);
	m->faults.rx_len = 1;
	m->faults.rx_len_value = 13;
	expect_frame_error(4);
	m->faults.rx_len = 1;
	m->faults.rx_len_value = 8191;
	expect_frame_error(5);
}

GEM_TEST(wanted_frames_between_unwanted_ones_are_not_lost)
{
	u32 wanted = 0, unwanted = 0;
	u8 f[60];

	for (u32 i = 0; i < 3000; i++) {
		bool want = i * i % 7 == 2 || i % 200 > 150;

		make_frame_to(f, 60, wanted, eth[0]->dev_addr);
		f[12] = want ? 0x08 : 0x88;
		wanted += want;
		unwanted += !want;
		assert_int_equal(gem_model_receive(m, f, 60), GEM_RX_STORED);
		if (i % 90 == 0)
			settle();
	}
	settle();
	assert_int_equal(up.count[0], wanted);
	assert_int_equal(drop_counts[DROP_UNHANDLED_PROTO], unwanted);
	assert_int_equal(eth[0]->stats.rx_packets, 3000);
	assert_int_equal(eth[0]->stats.rx_bytes, 3000 * 60);
	assert_int_equal(eth[0]->stats.rx_dropped, unwanted);
	assert_int_equal(softnet_data.processed, 3000);
	expect_traffic_works(1);
}

GEM_TEST(frame_of_an_unknown_protocol_costs_no_buffer)
{
	u32 before = pool_free();
	u8 f[60];

	make_frame_to(f, 60, 1, eth[0]->dev_addr);
	f[12] = 0x88;
	for (u32 i = 0; i < 2000; i++) {
		assert_int_equal(gem_model_receive(m, f, 60), GEM_RX_STORED);
		if (i % 50 == 0) {
			settle();
			assert_int_equal(pool_free(), before);
		}
	}
	settle();
	assert_int_equal(up.count[0], 0);
	assert_int_equal(drop_counts[DROP_UNHANDLED_PROTO], 2000);
	assert_int_equal(counter("rx_frame_errors"), 0);
	assert_int_equal(eth[0]->stats.rx_errors, 0);
	assert_int_equal(eth[0]->stats.rx_dropped, 2000);
	expect_traffic_works(1);
}

GEM_TEST(many_broken_frames_do_not_exhaust_anything)
{
	m->faults.rx_no_eof = 2000;
	for (u32 i = 0; i < 2000; i++) {
		(void)arrive(i, 60);
		if (i % 40 == 0)
			settle();
	}
	settle();
	assert_int_equal(counter("rx_frame_errors"), 2000);
	expect_traffic_works(1);
}

GEM_TEST(oversize_frame_resets_nothing)
{
	u8 f[1600];

	make_frame_to(f, 1550, 1, eth[0]->dev_addr);
	for (u32 i = 0; i < 50; i++) {
		assert_int_equal(gem_model_receive(m, f, 1550), GEM_RX_LOST);
		settle();
	}
	assert_int_equal(counter("resets"), 0);
	assert_int_equal(counter("tx_errors_dma"), 0);
	expect_traffic_works(2);
}

GEM_TEST(receive_overrun_and_bus_error_are_survived)
{
	m->faults.rx_overrun = 3;
	m->faults.rx_bus_error = 2;
	for (u32 i = 0; i < 5; i++)
		assert_int_equal(arrive(i, 60), GEM_RX_LOST);
	settle();
	assert_int_equal(dev_get_stats(eth[0])->rx_fifo_errors, 3);
	expect_traffic_works(2);
}

GEM_TEST(one_interrupt_serves_a_burst)
{
	u32 before;

	run_for(100 * MS);
	before = m->irqs_raised;
	for (u32 i = 0; i < 200; i++)
		(void)arrive(i, 60);
	assert_true(m->irqs_raised - before <= 2);
	settle();
	assert_int_equal(up.count[0], 200);
	assert_true(m->irqs_raised - before <= 2);
}

GEM_TEST(poll_takes_no_more_than_its_budget)
{
	softnet_data.time_squeeze = 0;
	netdev_budget = 64;
	for (u32 i = 0; i < 200; i++)
		(void)arrive(i, 60);
	do_softirq();
	assert_int_equal(up.count[0], 64);
	assert_true(softirq_pending());
	do_softirq();
	assert_int_equal(up.count[0], 128);
	settle();
	assert_int_equal(up.count[0], 200);
}

/* --- interrupts --------------------------------------------------------- */

static void frame_lands(void)
{
	assert_int_equal(arrive(1, 60), GEM_RX_STORED);
}

GEM_TEST(frame_between_last_look_and_unmasking_is_not_forgotten)
{
	assert_int_equal(arrive(0, 60), GEM_RX_STORED);
	trap.reg = REG_RXSTATUS;
	trap.write = false;
	trap.action = frame_lands;
	settle();
	assert_null(trap.action);
	assert_int_equal(up.count[0], 2);
	assert_int_equal(counter("irq_missed"), 0);
}

GEM_TEST(frame_right_after_unmasking_is_not_forgotten)
{
	assert_int_equal(arrive(0, 60), GEM_RX_STORED);
	trap.reg = REG_IER;
	trap.write = true;
	trap.action = frame_lands;
	settle();
	assert_null(trap.action);
	assert_int_equal(up.count[0], 2);
}

static void wire_moves(void)
{
	assert_int_equal(gem_model_transmit(m, 1), 1);
}

GEM_TEST(completion_between_last_look_and_unmasking_is_not_forgotten)
{
	m->manual_wire = true;
	assert_int_equal(send(1, 60), 0);
	settle();
	up.in_order = false;
	assert_int_equal(arrive(1, 60), GEM_RX_STORED);
	trap.reg = REG_RXSTATUS;
	trap.write = false;
	trap.action = wire_moves;
	settle();
	assert_null(trap.action);
	assert_int_equal(lwip_used(), 0);
}

GEM_TEST(lost_interrupt_costs_a_moment_and_is_counted)
{
	m->faults.lose_irq = 1;
	assert_int_equal(arrive(0, 60), GEM_RX_STORED);
	settle();
	assert_int_equal(up.count[0], 0);
	run_for(300 * MS);
	assert_int_equal(up.count[0], 1);
	assert_int_equal(counter("irq_missed"), 1);
	expect_traffic_works(1);
}

GEM_TEST(spurious_interrupt_is_counted_and_harmless)
{
	for (u32 i = 0; i < 10; i++) {
		gem_model_spurious_irq(m);
		take_irqs();
		settle();
	}
	assert_int_equal(counter("irq_spurious"), 10);
	expect_traffic_works(1);
}

GEM_TEST(interrupt_number_is_counted)
{
	u32 before = irq_to_desc(IRQ0)->count;

	assert_int_equal(arrive(0, 60), GEM_RX_STORED);
	settle();
	assert_int_equal(irq_to_desc(IRQ0)->count, before + 1);
}

GEM_TEST(locked_up_receiver_is_toggled)
{
	u32 toggles = m->rx_toggles;

	assert_int_equal(arrive(0, 60), GEM_RX_STORED);
	settle();
	m->faults.rx_lockup = true;
	assert_int_equal(arrive(1, 60), GEM_RX_LOST);
	run_for(400 * MS);
	assert_true(m->rx_toggles > toggles);
	assert_true(counter("rx_lockup_resets") > 0);
	expect_traffic_works(2);
}

GEM_TEST(toggling_the_receiver_on_an_idle_wire_loses_nothing)
{
	for (u32 i = 0; i < 30; i++) {
		run_for(500 * MS);
		assert_int_equal(arrive(i, 60), GEM_RX_STORED);
		settle();
	}
	assert_int_equal(up.count[0], 30);
}

/* --- transmit ----------------------------------------------------------- */

GEM_TEST(packet_leaves_as_it_was_given)
{
	static const u32 lens[] = { 42, 60, 61, 1000, 1514 };

	for (u32 i = 0; i < ARRAY_SIZE(lens); i++) {
		assert_int_equal(send(i, lens[i]), 0);
		settle();
		expect_sent(i, 1, lens[i]);
	}
	assert_int_equal(lwip_used(), 0);
	assert_int_equal(eth[0]->stats.tx_packets, ARRAY_SIZE(lens));
	assert_int_equal(eth[0]->stats.tx_bytes, 2677);
}

GEM_TEST(pieces_of_a_packet_are_gathered)
{
	for (u32 piece = 90; piece <= 1514; piece += 101) {
		assert_int_equal(send_pieces(piece, 1514, piece), 0);
		settle();
		expect_sent(piece, 1, 1514);
	}
}

GEM_TEST(empty_piece_in_a_packet_is_skipped)
{
	struct pbuf *skb = make_skb(0, 7, 200, 100);
	struct pbuf *empty = pbuf_alloc(PBUF_RAW, 0, PBUF_RAM);
	struct pbuf *tail = pbuf_alloc(PBUF_RAW, 0, PBUF_RAM);

	empty->next = skb->next;
	skb->next = empty;
	pbuf_cat(skb, tail);
	assert_int_equal(dev_queue_xmit(skb), 0);
	settle();
	expect_sent(7, 1, 200);
}

GEM_TEST(packet_in_more_pieces_than_the_ring_takes_is_sent)
{
	assert_int_equal(send_pieces(1, 1000, 10), 0);
	settle();
	expect_sent(1, 1, 1000);
}

GEM_TEST(received_buffer_can_be_sent_without_a_copy)
{
	up.keep = true;
	up.in_order = false;
	assert_int_equal(arrive(5, 500), GEM_RX_STORED);
	settle();
	up.keep = false;
	assert_int_equal(up.nr_kept, 1);
	up.nr_kept = 0;
	assert_int_equal(dev_queue_xmit(up.kept[0]), 0);
	settle();
	expect_sent(5, 1, 500);
	expect_traffic_works(6);
}

GEM_TEST(ten_packets_ring_the_doorbell_once)
{
	u32 before = m->doorbells;

	m->manual_wire = true;
	for (u32 i = 0; i < 10; i++)
		assert_int_equal(send(i, 60), 0);
	do_softirq();
	assert_int_equal(m->doorbells, before + 1);
	(void)gem_model_transmit(m, 100);
	settle();
	expect_sent(0, 10, 60);
}

GEM_TEST(transmit_ring_wraps_with_chains)
{
	u32 seq = 0;

	m->manual_wire = true;
	while (seq < 3000) {
		for (u32 i = 0; i < 50; i++)
			assert_int_equal(send_pieces(seq + i, 300, 110), 0);
		settle();
		while (gem_model_transmit(m, 7))
			settle();
		settle();
		expect_sent(seq, 50, 300);
		seq += 50;
	}
	assert_int_equal(lwip_used(), 0);
	assert_int_equal(counter("tx_timeout"), 0);
}

GEM_TEST(full_ring_stops_the_queue_and_completion_wakes_it)
{
	u32 n = tx_ring() + 200;

	m->manual_wire = true;
	for (u32 i = 0; i < n; i++)
		assert_int_equal(send(i, 60), 0);
	settle();
	assert_true(eth[0]->queue_stopped);
	gem_model_check(m);
	(void)gem_model_transmit(m, 1);
	settle();
	assert_true(eth[0]->queue_stopped);
	(void)gem_model_transmit(m, 60);
	settle();
	while (gem_model_transmit(m, 50))
		settle();
	assert_false(eth[0]->queue_stopped);
	expect_sent(0, n, 60);
	assert_int_equal(lwip_used(), 0);
}

GEM_TEST(full_ring_of_longest_chains_keeps_its_terminator)
{
	m->manual_wire = true;
	for (u32 i = 0; i < 60; i++)
		assert_int_equal(send_pieces(i, 170, 10), 0);
	settle();
	assert_true(eth[0]->queue_stopped);
	gem_model_check(m);
	while (gem_model_transmit(m, 1))
		settle();
	expect_sent(0, 60, 170);
}

GEM_TEST(lost_doorbell_is_repeated)
{
	m->faults.lose_tx_start = 1;
	m->manual_wire = true;
	assert_int_equal(send(0, 60), 0);
	settle();
	assert_int_equal(gem_model_transmit(m, 1), 0);
	run_for(7 * NSEC_PER_SEC);
	(void)gem_model_transmit(m, 1);
	run_for(300 * MS);
	m->manual_wire = false;
	assert_int_equal(lwip_used(), 0);
	gem_model_forget_sent(m);
	expect_traffic_works(1);
}

GEM_TEST(doorbell_lost_at_the_end_of_a_run_is_repeated_soon)
{
	m->manual_wire = true;
	assert_int_equal(send(0, 60), 0);
	settle();
	(void)gem_model_transmit(m, 1); /* and comes to rest */
	m->faults.lose_tx_start = 1;
	assert_int_equal(send(1, 60), 0);
	do_softirq();
	run_for(300 * MS);
	assert_int_equal(gem_model_transmit(m, 1), 1);
	settle();
	expect_sent(0, 2, 60);
	assert_int_equal(counter("tx_timeout"), 0);
	assert_true(counter("tx_restarts") > 0);
}

GEM_TEST(stalled_transmitter_is_reset_and_works_again)
{
	m->faults.tx_stall = true;
	for (u32 i = 0; i < 20; i++)
		assert_int_equal(send(i, 60), 0);
	settle();
	assert_int_equal(m->sent.count, 0);
	run_for(8 * NSEC_PER_SEC);
	assert_true(counter("tx_timeout") >= 1);
	assert_int_equal(lwip_used(), 0);
	assert_true(eth[0]->carrier);
	expect_traffic_works(100);
}

GEM_TEST(stalled_transmitter_with_a_full_queue_is_reset)
{
	m->faults.tx_stall = true;
	for (u32 i = 0; i < tx_ring() + 100; i++)
		(void)send(i, 60);
	settle();
	assert_true(eth[0]->queue_stopped);
	run_for(8 * NSEC_PER_SEC);
	assert_true(counter("tx_timeout") >= 1);
	assert_false(eth[0]->queue_stopped);
	assert_int_equal(lwip_used(), 0);
	expect_traffic_works(3000);
}

static void expect_error_recovery(u32 errors)
{
	m->manual_wire = true;
	for (u32 i = 0; i < 10; i++)
		assert_int_equal(send_pieces(i, 300, 110), 0);
	settle();
	for (u32 i = 0; i < 40; i++) {
		(void)gem_model_transmit(m, 1);
		settle();
		run_for(40 * MS);
	}
	assert_int_equal(eth[0]->stats.tx_errors, errors);
	assert_int_equal(lwip_used(), 0);
	/* One went to the error, the others left once and in order. */
	expect_sent(errors, 10 - errors, 300);
	m->manual_wire = false;
	expect_traffic_works(100);
}

GEM_TEST(underrun_loses_one_frame_only)
{
	m->faults.tx_underrun = 1;
	expect_error_recovery(1);
}

GEM_TEST(transmit_bus_error_loses_one_frame_only)
{
	m->faults.tx_bus_error = 1;
	expect_error_recovery(1);
}

GEM_TEST(late_collision_loses_one_frame_only)
{
	m->faults.tx_late = 1;
	expect_error_recovery(1);
}

/* Should the transmitter come to rest after one: it must not stay there. */
GEM_TEST(transmitter_that_halts_after_a_collision_works_again)
{
	m->faults.tx_late = 1;
	m->faults.tx_late_halts = true;
	for (u32 i = 0; i < 10; i++)
		assert_int_equal(send_pieces(i, 300, 110), 0);
	run_for(8 * NSEC_PER_SEC);
	assert_int_equal(lwip_used(), 0);
	expect_traffic_works(100);
}

/* --- link ---------------------------------------------------------------- */

GEM_TEST(pulled_cable_takes_the_carrier_and_a_new_one_gives_it_back)
{
	u32 ups = eth[0]->carrier_up_count;

	gem_model_cable(m, false);
	run_for(3 * NSEC_PER_SEC);
	assert_false(eth[0]->carrier);
	assert_int_equal(send(1, 60), -ENETDOWN);
	gem_model_cable(m, true);
	run_for(4 * NSEC_PER_SEC);
	assert_true(eth[0]->carrier);
	assert_int_equal(eth[0]->carrier_up_count, ups + 1);
	expect_traffic_works(1);
}

GEM_TEST(frames_in_the_ring_when_the_link_goes_are_freed)
{
	m->manual_wire = true;
	for (u32 i = 0; i < 100; i++)
		assert_int_equal(send_pieces(i, 300, 100), 0);
	settle();
	(void)gem_model_transmit(m, 10);
	gem_model_cable(m, false);
	run_for(3 * NSEC_PER_SEC);
	assert_int_equal(lwip_used(), 0);
	gem_model_cable(m, true);
	run_for(4 * NSEC_PER_SEC);
	gem_model_forget_sent(m);
	expect_traffic_works(1000);
}

TEST(gem_silicon, short_loss_of_link_is_noticed)
{
	u32 downs;

	boot(&gem_traits_silicon);
	downs = eth[0]->carrier_down_count;
	gem_model_cable(m, false);
	gem_model_cable(m, true);
	run_for(5 * NSEC_PER_SEC);
	assert_true(eth[0]->carrier);
	assert_int_equal(eth[0]->carrier_down_count, downs + 1);
	expect_traffic_works(1);
	finish();
}

TEST(gem_silicon, mac_follows_a_slower_link)
{
	struct ethtool_link link;

	boot(&gem_traits_silicon);
	assert_int_equal(board_speed, 1000);
	gem_model_cable(m, false);
	run_for(3 * NSEC_PER_SEC);
	m->phy.stat1000 = 0;
	gem_model_cable(m, true);
	run_for(4 * NSEC_PER_SEC);
	eth[0]->ops->get_link(eth[0], &link);
	assert_int_equal(link.speed, 100);
	assert_true(link.full_duplex);
	assert_int_equal(board_speed, 100);
	expect_traffic_works(1);
	m->phy.lpa = 0x4061;
	gem_model_cable(m, false);
	run_for(3 * NSEC_PER_SEC);
	gem_model_cable(m, true);
	run_for(4 * NSEC_PER_SEC);
	assert_int_equal(board_speed, 10);
	expect_traffic_works(2);
	finish();
}

TEST(gem_silicon, speed_that_changes_while_nobody_looks_is_noticed)
{
	boot(&gem_traits_silicon);
	gem_model_cable(m, false);
	m->phy.stat1000 = 0;
	gem_model_cable(m, true);
	run_for(5 * NSEC_PER_SEC);
	assert_int_equal(board_speed, 100);
	expect_traffic_works(1);
	finish();
}

static void phy_at_0(struct gem_model *g)
{
	g->phy.addr = 0;
}

static void phy_at_31(struct gem_model *g)
{
	g->phy.addr = 31;
}

static void no_phy(struct gem_model *g)
{
	g->faults.phy_absent = true;
	g->traits.speed_matters = false;
}

static int phy_address(void)
{
	struct ethtool_link link;

	eth[0]->ops->get_link(eth[0], &link);
	return link.phy_addr;
}

TEST(gem_silicon, phy_is_found_at_the_first_address)
{
	before_probe = phy_at_0;
	boot(&gem_traits_silicon);
	assert_int_equal(phy_address(), 0);
	expect_traffic_works(1);
	finish();
}

TEST(gem_silicon, phy_is_found_at_the_last_address)
{
	before_probe = phy_at_31;
	boot(&gem_traits_silicon);
	assert_int_equal(phy_address(), 31);
	expect_traffic_works(1);
	finish();
}

TEST(gem_silicon, device_without_phy_takes_the_link_for_granted)
{
	before_probe = no_phy;
	boot(&gem_traits_silicon);
	assert_int_equal(phy_address(), -1);
	assert_true(eth[0]->carrier);
	run_for(5 * NSEC_PER_SEC);
	assert_true(eth[0]->carrier);
	finish();
}

GEM_TEST(stuck_mdio_bus_takes_bounded_time_and_no_link)
{
	u64 before;

	m->faults.mdio_stuck = true;
	before = test_now_ns;
	dev_close(eth[0]);
	assert_int_equal(dev_open(eth[0]), 0);
	assert_true(test_now_ns - before < 100 * MS);
	run_for(2 * NSEC_PER_SEC);
	m->faults.mdio_stuck = false;
	run_for(4 * NSEC_PER_SEC);
	dev_close(eth[0]);
	assert_int_equal(dev_open(eth[0]), 0);
	run_for(4 * NSEC_PER_SEC);
	assert_true(eth[0]->carrier);
	expect_traffic_works(1);
}

/* --- open, close, reset, resize ----------------------------------------- */

GEM_TEST(close_brings_every_buffer_home_and_open_works_again)
{
	for (u32 i = 0; i < 10; i++) {
		m->manual_wire = true;
		for (u32 k = 0; k < 30; k++) {
			(void)arrive(k, 60);
			(void)send_pieces(k, 300, 100);
		}
		do_softirq();
		up.next[0] = 0;
		m->manual_wire = false;
		dev_close(eth[0]);
		expect_all_home();
		assert_int_equal(m->nwctrl & 0xc, 0);
		assert_int_equal(dev_open(eth[0]), 0);
		run_for(4 * NSEC_PER_SEC);
		gem_model_forget_sent(m);
		up.in_order = false;
	}
	expect_traffic_works(1);
}

GEM_TEST(closed_device_takes_no_frame_and_no_interrupt)
{
	u32 raised;

	dev_close(eth[0]);
	raised = m->irqs_raised;
	(void)arrive(0, 60);
	run_for(NSEC_PER_SEC);
	assert_int_equal(up.count[0], 0);
	assert_int_equal(m->irqs_raised, raised);
	assert_int_equal(send(0, 60), -ENETDOWN);
	up.in_order = false;
	assert_int_equal(dev_open(eth[0]), 0);
	run_for(4 * NSEC_PER_SEC);
	expect_traffic_works(1);
}

GEM_TEST(reset_in_flight_brings_every_buffer_home)
{
	for (u32 i = 0; i < 10; i++) {
		m->manual_wire = true;
		for (u32 k = 0; k < 40; k++) {
			(void)arrive(k, 60);
			(void)send_pieces(k, 300, 100);
		}
		if (i & 1)
			do_softirq();
		up.next[0] = 0;
		eth[0]->ops->reset(eth[0]);
		m->manual_wire = false;
		settle();
		assert_int_equal(lwip_used(), 0);
		assert_int_equal(gem_model_rx_owned(m), rx_ring());
		up.next[0] = 0;
		gem_model_forget_sent(m);
		expect_traffic_works(1);
		up.next[0] = 0;
	}
	assert_int_equal(counter("resets"), 10);
}

GEM_TEST(resize_keeps_what_is_in_the_ring)
{
	static const u32 sizes[] = { 64, 2048, 128, 1024, 512 };
	u32 seq = 0;

	for (u32 i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (u32 k = 0; k < 40; k++)
			assert_int_equal(arrive(seq++, 60), GEM_RX_STORED);
		assert_int_equal(
			eth[0]->ops->set_ringparam(eth[0], sizes[i], sizes[i]),
			0);
		assert_int_equal(rx_ring(), sizes[i]);
		assert_int_equal(tx_ring(), sizes[i]);
		settle();
		assert_int_equal(up.count[0], seq);
		assert_int_equal(gem_model_rx_owned(m), sizes[i]);
		for (u32 k = 0; k < 3 * sizes[i]; k++) {
			assert_int_equal(arrive(seq++, 60), GEM_RX_STORED);
			if (k % 50 == 0)
				settle();
		}
		settle();
		assert_int_equal(up.count[0], seq);
	}
	expect_traffic_works(seq);
}

GEM_TEST(resize_sends_what_was_waiting_in_the_ring)
{
	m->manual_wire = true;
	for (u32 i = 0; i < 30; i++)
		assert_int_equal(send_pieces(i, 300, 160), 0);
	settle();
	(void)gem_model_transmit(m, 5);
	assert_int_equal(eth[0]->ops->set_ringparam(eth[0], 512, 128), 0);
	settle();
	while (gem_model_transmit(m, 5))
		settle();
	expect_sent(0, 30, 300);
	assert_int_equal(lwip_used(), 0);
}

GEM_TEST(resize_of_a_full_ring_to_a_small_one_loses_nothing_uncounted)
{
	m->manual_wire = true;
	for (u32 i = 0; i < 480; i++)
		assert_int_equal(send(i, 60), 0);
	settle();
	assert_int_equal(eth[0]->ops->set_ringparam(eth[0], 64, 64), 0);
	settle();
	while (gem_model_transmit(m, 5))
		settle();
	assert_int_equal(m->sent.count + eth[0]->stats.tx_dropped, 480);
	assert_int_equal(drop_counts[DROP_TX_RING_PURGE],
			 eth[0]->stats.tx_dropped);
	assert_false(eth[0]->queue_stopped);
	gem_model_forget_sent(m);
	expect_traffic_works(1000);
}

GEM_TEST(ring_sizes_are_rounded_up)
{
	assert_int_equal(eth[0]->ops->set_ringparam(eth[0], 65, 1000), 0);
	assert_int_equal(rx_ring(), 128);
	assert_int_equal(tx_ring(), 1024);
	expect_traffic_works(1);
}

GEM_TEST(ring_larger_than_the_pool_is_refused_and_nothing_changes)
{
	struct skb_buf *taken[CONFIG_SKB_POOL_SIZE];
	u32 n = 0;

	while (pool_free() > 100)
		taken[n++] = skb_buf_get();
	assert_int_equal(eth[0]->ops->set_ringparam(eth[0], 1024, 512),
			 -ENOMEM);
	assert_int_equal(rx_ring(), CONFIG_RX_RING_DEFAULT);
	expect_traffic_works(1);
	while (n)
		skb_buf_put(taken[--n]);
}

GEM_TEST(open_without_enough_buffers_fails_and_takes_none)
{
	struct skb_buf *taken[CONFIG_SKB_POOL_SIZE];
	u32 n = 0;

	dev_close(eth[0]);
	while (pool_free() > 100)
		taken[n++] = skb_buf_get();
	assert_int_equal(dev_open(eth[0]), -ENOMEM);
	assert_int_equal(pool_free(), 100);
	while (n)
		skb_buf_put(taken[--n]);
	assert_int_equal(dev_open(eth[0]), 0);
	run_for(4 * NSEC_PER_SEC);
	expect_traffic_works(1);
}

/* --- address filter ----------------------------------------------------- */

static const u8 bcast[6] = { 255, 255, 255, 255, 255, 255 };
static const u8 stranger[6] = { 2, 9, 9, 9, 9, 9 };
static const u8 all_hosts[6] = { 1, 0, 0x5e, 0, 0, 1 };
static const u8 mdns[6] = { 1, 0, 0x5e, 0, 0, 0xfb };
static const u8 all_nodes6[6] = { 0x33, 0x33, 0, 0, 0, 1 };

GEM_TEST(own_address_and_broadcast_pass_others_do_not)
{
	up.in_order = false;
	assert_int_equal(arrive_to(eth[0]->dev_addr), GEM_RX_STORED);
	assert_int_equal(arrive_to(bcast), GEM_RX_STORED);
	assert_int_equal(arrive_to(stranger), GEM_RX_FILTERED);
	assert_int_equal(arrive_to(all_hosts), GEM_RX_FILTERED);
	settle();
}

GEM_TEST(joined_groups_pass_and_left_ones_do_not)
{
	up.in_order = false;
	dev_mc_add(eth[0], all_hosts);
	dev_mc_add(eth[0], mdns);
	assert_int_equal(m->hash[1] >> 6 & 1, 1); /* 0x26, worked out by hand */
	assert_int_equal(arrive_to(all_hosts), GEM_RX_STORED);
	assert_int_equal(arrive_to(mdns), GEM_RX_STORED);
	assert_int_equal(arrive_to(all_nodes6), GEM_RX_FILTERED);
	assert_int_equal(arrive_to(stranger), GEM_RX_FILTERED);
	dev_mc_del(eth[0], all_hosts);
	assert_int_equal(arrive_to(all_hosts), GEM_RX_FILTERED);
	assert_int_equal(arrive_to(mdns), GEM_RX_STORED);
	dev_mc_del(eth[0], mdns);
	assert_int_equal(arrive_to(mdns), GEM_RX_FILTERED);
	settle();
}

GEM_TEST(hash_agrees_with_the_hardware_for_many_groups)
{
	u8 mac[6];

	up.in_order = false;
	for (u32 i = 0; i < 300; i++) {
		get_random_bytes(mac, 6);
		mac[0] |= 1;
		dev_mc_add(eth[0], mac);
		assert_int_equal(arrive_to(mac), GEM_RX_STORED);
		dev_mc_del(eth[0], mac);
		assert_int_equal(arrive_to(mac), GEM_RX_FILTERED);
		settle();
	}
}

GEM_TEST(allmulti_and_promisc_open_the_filter)
{
	up.in_order = false;
	dev_change_flags(eth[0], IFF_ALLMULTI, 0);
	assert_int_equal(arrive_to(all_nodes6), GEM_RX_STORED);
	assert_int_equal(arrive_to(stranger), GEM_RX_FILTERED);
	dev_change_flags(eth[0], IFF_PROMISC, IFF_ALLMULTI);
	assert_int_equal(arrive_to(stranger), GEM_RX_STORED);
	assert_int_equal(arrive_to(all_nodes6), GEM_RX_STORED);
	dev_change_flags(eth[0], 0, IFF_PROMISC);
	assert_int_equal(arrive_to(stranger), GEM_RX_FILTERED);
	assert_int_equal(arrive_to(all_nodes6), GEM_RX_FILTERED);
	settle();
}

GEM_TEST(filter_survives_reset_and_link_change)
{
	up.in_order = false;
	dev_mc_add(eth[0], mdns);
	dev_change_flags(eth[0], IFF_PROMISC, 0);
	eth[0]->ops->reset(eth[0]);
	assert_int_equal(arrive_to(mdns), GEM_RX_STORED);
	assert_int_equal(arrive_to(stranger), GEM_RX_STORED);
	gem_model_cable(m, false);
	run_for(3 * NSEC_PER_SEC);
	gem_model_cable(m, true);
	run_for(4 * NSEC_PER_SEC);
	assert_int_equal(arrive_to(stranger), GEM_RX_STORED);
	dev_change_flags(eth[0], 0, IFF_PROMISC);
	assert_int_equal(arrive_to(mdns), GEM_RX_STORED);
	assert_int_equal(arrive_to(stranger), GEM_RX_FILTERED);
	settle();
}

GEM_TEST(new_address_is_heard_and_the_old_one_is_not)
{
	static const u8 mac[6] = { 2, 1, 2, 3, 4, 5 };
	u8 old[6];

	up.in_order = false;
	memcpy(old, eth[0]->dev_addr, 6);
	assert_int_equal(dev_set_mac_address(eth[0], mac), 0);
	assert_int_equal(arrive_to(mac), GEM_RX_STORED);
	assert_int_equal(arrive_to(old), GEM_RX_FILTERED);
	settle();
}

/* --- statistics ---------------------------------------------------------- */

TEST(gem_silicon, counters_that_clear_by_reading_are_summed)
{
	boot(&gem_traits_silicon);
	for (u32 i = 0; i < 3; i++) {
		m->faults.rx_overrun = 2;
		(void)arrive(0, 60);
		(void)arrive(0, 60);
		assert_int_equal(dev_get_stats(eth[0])->rx_over_errors,
				 2 * (i + 1));
	}
	assert_int_equal(counter("rx_overruns"), 6);
	assert_int_equal(dev_get_stats(eth[0])->rx_over_errors, 6);
	finish();
}

/* --- two of them, and what a boot loader left --------------------------- */

static void two_at_once(const struct gem_traits *traits)
{
	probe(traits, NICS);
	for (u32 n = 0; n < NICS; n++)
		assert_int_equal(dev_open(eth[n]), 0);
	run_for(4 * NSEC_PER_SEC);
	for (u32 seq = 0; seq < 2000; seq++) {
		for (u32 n = 0; n < NICS; n++) {
			assert_int_equal(arrive_at(n, seq, 60 + seq % 1000),
					 GEM_RX_STORED);
			assert_int_equal(
				dev_queue_xmit(make_skb(n, seq, 200, 150)), 0);
		}
		if (seq % 30 == 0)
			settle();
	}
	settle();
	for (u32 n = 0; n < NICS; n++) {
		assert_int_equal(up.count[n], 2000);
		assert_int_equal(gem[n].tx_frames, 2000);
	}
	finish();
}

TEST(gem_qemu, two_controllers_work_at_once)
{
	two_at_once(&gem_traits_qemu);
}

TEST(gem_silicon, two_controllers_work_at_once)
{
	two_at_once(&gem_traits_silicon);
}

static const u8 loader_mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };

static void address_from_loader(struct gem_model *g)
{
	g->spaddr[0][0] = 0x12005452;
	g->spaddr[0][1] = 0x5634;
}

static void group_address_from_loader(struct gem_model *g)
{
	g->spaddr[0][0] = 0x12005453;
	g->spaddr[0][1] = 0x5634;
}

TEST(gem_qemu, address_in_the_nic_is_taken)
{
	before_probe = address_from_loader;
	boot(&gem_traits_qemu);
	assert_memory_equal(eth[0]->dev_addr, loader_mac, 6);
	expect_traffic_works(1);
	finish();
}

TEST(gem_qemu, group_address_in_the_nic_is_not_taken)
{
	before_probe = group_address_from_loader;
	boot(&gem_traits_qemu);
	assert_memory_equal(eth[0]->dev_addr, nics[0].mac, 6);
	finish();
}

static void interrupts_from_loader(struct gem_model *g)
{
	g->imr = 0;
	g->isr = 0x8e;
	g->txstatus = 0x21;
	g->rxstatus = 3;
}

TEST(gem_silicon, what_a_loader_left_pending_does_no_harm)
{
	before_probe = interrupts_from_loader;
	boot(&gem_traits_silicon);
	expect_traffic_works(1);
	finish();
}

/* --- moderation (I4) ------------------------------------------------------ */

static void moderate(u32 usecs, u32 frames)
{
	struct ethtool_coalesce c = {
		.rx_coalesce_usecs = usecs,
		.rx_max_coalesced_frames = frames,
	};

	assert_int_equal(dev_set_coalesce(eth[0], &c), 0);
}

static void pass_us(u32 us)
{
	test_now_ns += us * NSEC_PER_USEC;
	turn();
	settle();
}

GEM_TEST(moderated_frames_wait_for_the_timer_without_interrupts)
{
	u32 irqs;

	moderate(5000, 0);
	(void)arrive(0, 60);
	settle();
	irqs = m->irqs_raised;
	for (u32 i = 1; i < 100; i++)
		(void)arrive(i, 60);
	settle();
	assert_int_equal(up.count[0], 0);
	pass_us(5000);
	assert_int_equal(up.count[0], 100);
	/* That poll found some: the timer goes on, the NIC stays silent. */
	(void)arrive(100, 60);
	settle();
	assert_int_equal(up.count[0], 100);
	pass_us(5000);
	assert_int_equal(up.count[0], 101);
	assert_int_equal(m->irqs_raised, irqs);
	/* And an empty one ends it. */
	pass_us(5000);
	(void)arrive(101, 60);
	assert_int_equal(m->irqs_raised, irqs + 1);
	pass_us(5000);
	assert_int_equal(up.count[0], 102);
	assert_int_equal(counter("irq_missed"), 0);
}

GEM_TEST(full_ring_ends_the_wait)
{
	moderate(5000, 0);
	for (u32 i = 0; i <= rx_ring(); i++) {
		(void)arrive(i, 60);
		if (i == 0)
			settle(); /* the wait has begun */
	}
	settle();
	assert_true(up.count[0] >= rx_ring());
	pass_us(5000);
	moderate(0, 0);
	settle();
	expect_traffic_works(5000);
}

GEM_TEST(completion_does_not_wait)
{
	m->manual_wire = true;
	moderate(5000, 0);
	(void)arrive(0, 60);
	settle();
	assert_int_equal(send(7, 60), 0);
	settle();
	(void)gem_model_transmit(m, 1);
	settle();
	assert_int_equal(eth[0]->stats.tx_packets, 1);
	expect_sent(7, 1, 60);
	assert_int_equal(lwip_used(), 0);
	pass_us(5000);
	assert_int_equal(up.count[0], 1);
}

GEM_TEST(frames_limit_ends_the_wait)
{
	moderate(8000, 10);
	(void)arrive(0, 60);
	settle();
	for (u32 i = 1; i < 10; i++) {
		pass_us(100);
		(void)arrive(i, 60);
	}
	assert_int_equal(up.count[0], 0);
	pass_us(1000);
	assert_int_equal(up.count[0], 10);
	assert_int_equal(counter("rx_coalesce_frames"), 1);
}

GEM_TEST(frames_limit_above_the_ring_is_the_ring)
{
	moderate(8000, rx_ring());
	assert_int_equal(eth[0]->ops->set_ringparam(eth[0], 64, 64), 0);
	for (u32 i = 0; i < 64; i++)
		(void)arrive(i, 60);
	pass_us(1000);
	assert_int_equal(up.count[0], 64);
}

GEM_TEST(close_reset_and_resize_during_a_wait)
{
	up.in_order = false; /* a reset loses what it finds */
	moderate(5000, 0);
	(void)arrive(0, 60);
	settle();
	eth[0]->ops->reset(eth[0]);
	pass_us(10000);
	(void)arrive(1, 60);
	settle();
	assert_int_equal(eth[0]->ops->set_ringparam(eth[0], 64, 64), 0);
	pass_us(10000);
	(void)arrive(2, 60);
	settle();
	dev_close(eth[0]);
	expect_all_home();
	assert_int_equal(dev_open(eth[0]), 0);
	run_for(4 * NSEC_PER_SEC);
	(void)arrive(3, 60);
	pass_us(5000);
	assert_int_equal(up.next[0], 4);
}

GEM_TEST(without_napi_every_frame_is_received_at_once)
{
	napi_off = 1;
	for (u32 i = 0; i < 300; i++)
		(void)arrive(i, 60);
	do_softirq();
	assert_int_equal(up.count[0], 300);
	napi_off = 0;
	expect_traffic_works(400);
}
