/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_backlog - packets that no NAPI polls for (row I14)
 */
// SRCS: stack/core/backlog.c stack/core/napi.c stack/core/softirq.c
// SRCS: stack/core/cputime.c stack/core/coalesce.c stack/core/dim.c
// SRCS: stack/core/timer.c stack/core/skbuff.c stack/core/skb_copy.c
// SRCS: stack/core/drop.c stack/core/sysctl.c stack/core/seq_file.c
// SRCS: lwip/src/core/pbuf.c lwip/src/core/mem.c lwip/src/core/memp.c
// SRCS: lwip/src/core/stats.c lwip/src/core/def.c
#include <errno.h>
#include "test.h"
#include "core/backlog.h"
#include "core/napi.h"
#include "core/netdevice.h"
#include "core/receive.h"
#include "core/skbuff.h"
#include "core/softirq.h"
#include "core/sysctl.h"
#include "lwip/memp.h"

enum { FRAME = 60 };

static struct net_device lo;
static u32 received, pool_free;
static u8 last_byte;
static u32 echoes; /* each received packet is sent on, so often */

void gro_purge(struct gro_list *gro)
{
	(void)gro;
}

void netif_receive_skb(struct pbuf *skb)
{
	received++;
	last_byte = ((u8 *)skb->payload)[0];
	if (echoes) {
		echoes--;
		(void)netif_rx(skb);
		return;
	}
	consume_skb(skb);
}

static struct pbuf *make(u8 byte)
{
	struct skb_buf *buf = skb_buf_get();

	assert_non_null(buf);
	memset(buf->data, byte, SKB_NET_IP_ALIGN + FRAME);
	return skb_build(buf, SKB_NET_IP_ALIGN, FRAME, &lo, 0);
}

static u32 pool_now(void)
{
	struct skb_pool_stats st;

	skb_pool_read(&st);
	return st.free;
}

void test_begin(void)
{
	memp_init();
	skb_pool_init();
	pool_free = pool_now();
	open_softirq(NET_RX_SOFTIRQ, net_rx_action);
	backlog_init();
	lo = (struct net_device){ .name = "lo" };
}

static void knob(const char *value)
{
	assert_int_equal(
		sysctl_write(sysctl_find("net.core.netdev_max_backlog"), value),
		0);
}

TEST(backlog, what_is_queued_is_received_in_order_by_the_next_softirq)
{
	for (u8 i = 1; i <= 3; i++)
		assert_int_equal(netif_rx(make(i)), 0);
	assert_int_equal(received, 0);
	assert_int_equal(backlog_len(), 3);
	assert_true(softirq_pending());
	do_softirq();
	assert_int_equal(received, 3);
	assert_int_equal(last_byte, 3);
	assert_int_equal(backlog_len(), 0);
	assert_int_equal(softnet_data.processed, 3);
	assert_int_equal(pool_now(), pool_free);
}

TEST(backlog, the_one_too_many_is_dropped_and_counted_three_times)
{
	for (u32 i = 0; i < 1000; i++)
		assert_int_equal(netif_rx(make(1)), 0);
	assert_int_equal(netif_rx(make(2)), -ENOBUFS);
	assert_int_equal(softnet_data.dropped, 1);
	assert_int_equal(lo.stats.rx_dropped, 1);
	assert_int_equal(drop_counts[DROP_CPU_BACKLOG], 1);
	while (softirq_pending())
		do_softirq();
	assert_int_equal(received, 1000);
	assert_int_equal(pool_now(), pool_free);
}

TEST(backlog, the_limit_is_a_knob)
{
	knob("2");
	assert_int_equal(netif_rx(make(1)), 0);
	assert_int_equal(netif_rx(make(1)), 0);
	assert_int_equal(netif_rx(make(1)), -ENOBUFS);
	knob("0");
	do_softirq();
	assert_int_equal(netif_rx(make(1)), -ENOBUFS);
	assert_int_equal(pool_now(), pool_free);
}

TEST(backlog, a_round_takes_no_more_than_its_budget)
{
	for (u32 i = 0; i < 500; i++)
		(void)netif_rx(make(1));
	do_softirq();
	assert_int_equal(received, 320); /* five weights reach 300 */
	assert_true(softirq_pending());
	assert_int_equal(softnet_data.time_squeeze, 1);
	do_softirq();
	assert_int_equal(received, 500);
	assert_false(softirq_pending());
}

/* Two sockets that answer each other over loopback. */
TEST(backlog, packets_that_beget_packets_do_not_hold_the_board)
{
	echoes = 1000000;
	(void)netif_rx(make(1));
	do_softirq();
	assert_true(received <= 320);
	assert_true(softirq_pending());
	echoes = 0;
	do_softirq();
	assert_int_equal(pool_now(), pool_free);
}

TEST(skb_copy, a_copy_is_equal_and_independent)
{
	struct pbuf *skb = make(7), *copy;

	skb->cb.mark = 5;
	skb->cb.queued = 1;
	skb->cb.next = skb;
	copy = skb_copy(skb);
	assert_non_null(copy);
	assert_int_equal(copy->tot_len, FRAME);
	assert_memory_equal(copy->payload, skb->payload, FRAME);
	assert_ptr_not_equal(copy->payload, skb->payload);
	assert_int_equal(copy->cb.mark, 5);
	assert_int_equal(copy->cb.queued, 0);
	assert_null(copy->cb.next);
	assert_int_equal(copy->ref, 1);
	consume_skb(skb);
	consume_skb(copy);
	assert_int_equal(pool_now(), pool_free);
}

TEST(skb_copy, a_long_packet_becomes_a_chain)
{
	static u8 data[16398], back[16398];
	struct pbuf *skb = pbuf_alloc(PBUF_RAW, sizeof(data), PBUF_REF), *copy;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (u8)(i * 7 + i / 256);
	skb->payload = data;
	copy = skb_copy(skb);
	assert_non_null(copy);
	assert_int_equal(copy->tot_len, sizeof(data));
	assert_true(pbuf_clen(copy) <= MAX_SKB_FRAGS);
	assert_int_equal(pbuf_copy_partial(copy, back, sizeof(back), 0),
			 sizeof(back));
	assert_memory_equal(data, back, sizeof(data));
	(void)pbuf_free(skb);
	consume_skb(copy);
	assert_int_equal(pool_now(), pool_free);
}

TEST(skb_copy, an_empty_pool_gives_back_what_was_taken)
{
	static u8 data[8000];
	struct pbuf *skb = pbuf_alloc(PBUF_RAW, sizeof(data), PBUF_REF);
	struct skb_buf *held = NULL, *buf;

	skb->payload = data;
	while (pool_now() > 3) {
		buf = skb_buf_get();
		buf->next_free = held;
		held = buf;
	}
	assert_null(skb_copy(skb));
	assert_int_equal(pool_now(), 3);
	(void)pbuf_free(skb);
}
