/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_cls_api - filters, their order, their actions (row I13)
 *
 *	eth0 --- filters --- eth1
 *
 * Two devices that take what they are to send, and the real queue, backlog and
 * filters between them.
 */
// SRCS: stack/sched/cls_api.c stack/sched/act_api.c stack/sched/act_police.c
// SRCS: stack/sched/act_skbedit.c stack/sched/act_mirred.c
// SRCS: stack/sched/cls_u32.c stack/sched/cls_flower.c
// SRCS: stack/sched/cls_word.c
// SRCS: stack/sched/sch_ingress.c stack/sched/sch_fifo.c stack/packet/bpf.c
// SRCS: stack/core/xmit.c stack/core/backlog.c stack/core/napi.c
// SRCS: stack/core/softirq.c stack/core/cputime.c stack/core/coalesce.c
// SRCS: stack/core/dim.c stack/core/timer.c stack/core/skbuff.c
// SRCS: stack/core/skb_copy.c stack/core/drop.c
// SRCS: lwip/src/core/pbuf.c lwip/src/core/mem.c lwip/src/core/memp.c
// SRCS: lwip/src/core/stats.c lwip/src/core/def.c
#include <errno.h>
#include <stdlib.h>
#include "test.h"
#include "core/backlog.h"
#include "core/netdevice.h"
#include "core/receive.h"
#include "core/skbuff.h"
#include "core/softirq.h"
#include "core/xmit.h"
#include "lwip/memp.h"
#include "sched/cls_api.h"
#include "sched/sch_generic.h"

enum { FRAME = 60, IP_LEN = FRAME - ETH_HLEN };

static struct net_device eth0, eth1;
static struct Qdisc qdisc[2];
static struct sch_ingress *sch;
static u32 pool_free;

static struct {
	u32 packets;
	u32 mark, priority;
	struct net_device *dev;
} received, sent;

/* --- the world ------------------------------------------------------------ */

void gro_purge(struct gro_list *gro)
{
	(void)gro;
}

void netif_receive_skb(struct pbuf *skb)
{
	struct net_device *dev = skb->cb.dev;

	if (dev->ingress && !tc_ingress(skb))
		return;
	received.packets++;
	received.mark = skb->cb.mark;
	received.priority = skb->cb.priority;
	received.dev = dev;
	consume_skb(skb);
}

static void start_xmit(struct pbuf *skb, struct net_device *dev, bool more)
{
	(void)more;
	sent.packets++;
	sent.dev = dev;
	dev_consume_skb(skb);
}

static const struct net_device_ops ops = { .ndo_start_xmit = start_xmit };

static void device(struct net_device *dev, int ifindex)
{
	*dev = (struct net_device){
		.name = "eth",
		.ifindex = ifindex,
		.ops = &ops,
		.flags = IFF_UP,
		.carrier = true,
		.mtu = ETH_DATA_LEN,
		.qdisc = &qdisc[ifindex - 1],
	};
	*dev->qdisc = (struct Qdisc){ .ops = &pfifo_qdisc_ops,
				      .dev = dev,
				      .limit_pkts = 10 };
}

static u32 pool_now(void)
{
	struct skb_pool_stats st;

	skb_pool_read(&st);
	return st.free;
}

void test_begin(void)
{
	const char *why;

	memp_init();
	skb_pool_init();
	pool_free = pool_now();
	open_softirq(NET_RX_SOFTIRQ, net_rx_action);
	open_softirq(NET_TX_SOFTIRQ, net_tx_action);
	backlog_init();
	device(&eth0, 1);
	device(&eth1, 2);
	assert_int_equal(sch_ingress_add(&eth0, TC_CLSACT, &why), 0);
	assert_int_equal(sch_ingress_add(&eth1, TC_CLSACT, &why), 0);
	sch = sch_ingress_get(&eth0);
	test_now_ns = NSEC_PER_SEC;
}

/* Everything comes back, whatever the test did. */
void test_end(void)
{
	while (softirq_pending())
		do_softirq();
	assert_int_equal(pool_now(), pool_free);
}

static u8 bytes[SKB_NET_IP_ALIGN + FRAME];

/* UDP from 10.0.0.1 to 10.0.0.2. */
static const u8 *frame(void)
{
	static const u8 head[] = { 2,  0, 0,  0,  0,	2, 2,	 0,   0, 0,
				   0,  1, 8,  0,  0x45, 0, 0,	 46,  0, 0,
				   0,  0, 64, 17, 0,	0, 10,	 0,   0, 1,
				   10, 0, 0,  2,  0,	1, 0x1f, 0x90 };

	memcpy(bytes + SKB_NET_IP_ALIGN, head, sizeof(head));
	return bytes + SKB_NET_IP_ALIGN;
}

static struct pbuf *packet(struct net_device *dev)
{
	struct skb_buf *buf = skb_buf_get();

	assert_non_null(buf);
	memcpy(buf->data + SKB_NET_IP_ALIGN, frame(), FRAME);
	return skb_build(buf, SKB_NET_IP_ALIGN, FRAME, dev, test_now_ns);
}

static void receive(u32 n)
{
	while (n--)
		netif_receive_skb(packet(&eth0));
	while (softirq_pending())
		do_softirq();
}

/* --- filters ---------------------------------------------------------------
 */

static struct tc_filter matchall(u16 prio, enum tc_verdict control)
{
	struct tc_filter f = { .kind = TC_MATCHALL,
			       .prio = prio,
			       .protocol = PP_HTONS(ETH_P_ALL),
			       .nr_actions = 1 };

	f.actions[0] = (struct tc_action){ .kind = TC_ACTION_GACT,
					   .control = control };
	return f;
}

static struct tc_filter redirect(struct net_device *dev, bool ingress,
				 bool mirror)
{
	struct tc_filter f = matchall(1, mirror ? TC_ACT_PIPE : TC_ACT_STOLEN);

	f.actions[0].kind = TC_ACTION_MIRRED;
	f.actions[0].mirred = (struct tc_mirred){ .dev = dev,
						  .ingress = ingress,
						  .redirect = !mirror };
	return f;
}

static void add_to(struct net_device *dev, bool egress, struct tc_filter f)
{
	struct sch_ingress *s = sch_ingress_get(dev);
	const char *why = "";

	if (tcf_add(egress ? &s->egress : &s->ingress, &f, false, &why))
		fail_msg("%s", why);
	sch_ingress_update(dev);
}

static void add(struct tc_filter f)
{
	add_to(&eth0, false, f);
}

static void refuse(struct tc_filter f, bool replace, const char *words)
{
	const char *why = "";

	assert_true(tcf_add(&sch->ingress, &f, replace, &why) < 0);
	if (words)
		assert_string_equal(why, words);
	else
		assert_null(why);
}

static const struct tc_filter *filter(u32 i)
{
	const struct tc_filter *f = sch->ingress.head;

	while (f && i--)
		f = f->next;
	assert_non_null(f);
	return f;
}

static const struct tc_action *action(void)
{
	return &filter(0)->actions[0];
}

TEST(cls_api, an_empty_door_is_not_asked)
{
	assert_null(eth0.ingress);
	add(matchall(1, TC_ACT_OK));
	assert_non_null(eth0.ingress);
}

TEST(cls_api, drop_drops_and_counts_the_length_without_the_ethernet_header)
{
	add(matchall(1, TC_ACT_SHOT));
	receive(3);
	assert_int_equal(received.packets, 0);
	assert_int_equal(drop_counts[DROP_TC_INGRESS], 3);
	assert_int_equal(action()->packets, 3);
	assert_int_equal(action()->drops, 3);
	assert_int_equal(action()->bytes, 3 * IP_LEN);
	assert_int_equal(sch->ingress.stats.packets, 3);
	assert_int_equal(sch->ingress.stats.drops, 3);
	assert_int_equal(eth0.stats.rx_dropped, 0);
}

TEST(cls_api, egress_counts_whole_frames)
{
	struct tc_filter f = matchall(1, TC_ACT_SHOT);

	add_to(&eth0, true, f);
	assert_int_equal(dev_queue_xmit(packet(&eth0)), 0);
	assert_int_equal(drop_counts[DROP_TC_EGRESS], 1);
	assert_int_equal(sch->egress.head->actions[0].bytes, FRAME);
}

TEST(cls_api, the_lowest_preference_is_asked_first)
{
	add(matchall(20, TC_ACT_SHOT));
	add(matchall(10, TC_ACT_OK));
	receive(1);
	assert_int_equal(received.packets, 1);
	assert_int_equal(filter(0)->prio, 10);
	assert_int_equal(tcf_hits(filter(1)), 0);
}

TEST(cls_api, continue_goes_to_the_next_filter_and_pipe_to_the_next_action)
{
	struct tc_filter f = matchall(1, TC_ACT_PIPE);

	f.actions[1] = (struct tc_action){ .kind = TC_ACTION_GACT,
					   .control = TC_ACT_UNSPEC };
	f.nr_actions = 2;
	add(f);
	add(matchall(2, TC_ACT_SHOT));
	receive(2);
	assert_int_equal(filter(0)->actions[0].packets, 2);
	assert_int_equal(filter(0)->actions[1].packets, 2);
	assert_int_equal(filter(1)->actions[0].drops, 2);
}

TEST(cls_api, pipe_at_the_end_lets_the_packet_pass)
{
	add(matchall(1, TC_ACT_PIPE));
	add(matchall(2, TC_ACT_SHOT));
	receive(1);
	assert_int_equal(received.packets, 1);
}

TEST(cls_api, reclassifying_for_ever_ends_in_a_drop)
{
	add(matchall(1, TC_ACT_RECLASSIFY));
	receive(1);
	assert_int_equal(received.packets, 0);
	assert_int_equal(action()->packets, TC_RECLASSIFY + 1);
}

TEST(cls_api, other_protocols_are_not_matched)
{
	struct tc_filter f = matchall(1, TC_ACT_SHOT);

	f.protocol = PP_HTONS(ETHTYPE_ARP);
	add(f);
	receive(1);
	assert_int_equal(received.packets, 1);
}

TEST(cls_api, skbedit_writes_mark_and_priority)
{
	struct tc_filter f = matchall(1, TC_ACT_PIPE);

	f.actions[0].kind = TC_ACTION_SKBEDIT;
	f.actions[0].skbedit = (struct tc_skbedit){ .set_mark = true,
						    .mark = 0xab,
						    .set_priority = true,
						    .priority = 0x10002 };
	add(f);
	f.prio = 2;
	receive(1);
	assert_int_equal(received.mark, 0xab);
	assert_int_equal(received.priority, 0x10002);
}

TEST(cls_api, a_masked_mark_leaves_the_other_bits)
{
	struct tc_action a = { .kind = TC_ACTION_SKBEDIT,
			       .control = TC_ACT_OK };
	struct pbuf *skb = packet(&eth0);

	a.skbedit = (struct tc_skbedit){
		.set_mark = true, .has_mask = true, .mark = 0xff, .mask = 0x0f
	};
	skb->cb.mark = 0x50;
	assert_int_equal(skbedit_act(&a, skb), TC_ACT_OK);
	assert_int_equal(skb->cb.mark, 0x5f);
	consume_skb(skb);
}

TEST(cls_api, bpf_decides)
{
	static const struct sock_filter udp[] = {
		{ BPF_LD | BPF_B | BPF_ABS, 0, 0, 23 },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 17 },
		{ BPF_RET | BPF_K, 0, 0, UINT32_MAX },
		{ BPF_RET | BPF_K, 0, 0, 0 },
	};
	struct tc_filter f = matchall(1, TC_ACT_SHOT);

	f.kind = TC_BPF;
	f.bpf.nr = ARRAY_SIZE(udp);
	memcpy(f.bpf.insns, udp, sizeof(udp));
	add(f);
	receive(1);
	assert_int_equal(received.packets, 0);
	((struct tc_filter *)(uintptr_t)filter(0))->bpf.insns[1].k = 6;
	receive(1);
	assert_int_equal(received.packets, 1);
}

/* --- before a buffer is spent ----------------------------------------------
 */

static enum drop_reason early(void)
{
	return tc_rx_verdict(&eth0, frame(), FRAME, test_now_ns);
}

TEST(cls_api, a_drop_needs_no_packet)
{
	add(matchall(1, TC_ACT_SHOT));
	assert_int_equal(early(), DROP_TC_INGRESS);
	assert_int_equal(action()->packets, 1);
	assert_int_equal(action()->drops, 1);
	assert_int_equal(action()->bytes, IP_LEN);
	assert_int_equal(sch->ingress.stats.drops, 1);
	assert_int_equal(drop_counts[DROP_TC_INGRESS], 0); /* the driver's */
}

TEST(cls_api, what_is_not_dropped_early_is_counted_once)
{
	add(matchall(1, TC_ACT_OK));
	assert_int_equal(early(), DROP_REASON_NR);
	assert_int_equal(action()->packets, 0);
	receive(1);
	assert_int_equal(action()->packets, 1);
	assert_int_equal(sch->ingress.stats.packets, 1);
}

TEST(cls_api, a_drop_behind_another_action_waits_for_the_packet)
{
	struct tc_filter f = redirect(&eth1, false, true);

	f.actions[1] = (struct tc_action){ .kind = TC_ACTION_GACT,
					   .control = TC_ACT_SHOT };
	f.nr_actions = 2;
	add(f);
	assert_int_equal(early(), DROP_REASON_NR);
	receive(1);
	assert_int_equal(sent.packets, 1);
	assert_int_equal(received.packets, 0);
}

TEST(cls_api, police_drops_early_and_conforms_late_by_one_bucket)
{
	struct tc_filter f = matchall(1, TC_ACT_SHOT);
	u32 passed = 0;

	f.actions[0].kind = TC_ACTION_POLICE;
	f.actions[0].police = (struct tc_police){
		.rate = 125000,
		.burst_ticks = police_bytes_to_ticks(125000, 10 * IP_LEN),
		.mtu = 2040,
		.conform = TC_ACT_OK,
	};
	add(f);
	for (int i = 0; i < 25; i++) {
		if (early() != DROP_REASON_NR)
			continue;
		receive(1);
		passed++;
	}
	assert_int_equal(passed, 10);
	assert_int_equal(received.packets, 10);
	assert_int_equal(action()->packets, 25);
	assert_int_equal(action()->bytes, 25 * IP_LEN);
	assert_int_equal(action()->drops, 15);
	assert_int_equal(action()->overlimits, 15);
}

TEST(cls_api, a_frame_that_nobody_wants_dies_early_unless_a_filter_wants_it)
{
	struct tc_filter f = redirect(&eth1, false, false);

	f.protocol = PP_HTONS(0x88b5);
	add(f);
	(void)frame();
	bytes[SKB_NET_IP_ALIGN + 12] = 0x88;
	bytes[SKB_NET_IP_ALIGN + 13] = 0xb5;
	assert_int_equal(
		tc_rx_verdict(&eth0, bytes + SKB_NET_IP_ALIGN, FRAME, 0),
		DROP_REASON_NR);
	bytes[SKB_NET_IP_ALIGN + 13] = 0xb6;
	assert_int_equal(
		tc_rx_verdict(&eth0, bytes + SKB_NET_IP_ALIGN, FRAME, 0),
		DROP_UNHANDLED_PROTO);
}

TEST(cls_api, the_shortest_frames_are_read_no_further)
{
	/* netif_wants() may look at a tag, which filters must not. */
	u8 *shortest = malloc(SKB_NET_IP_ALIGN + ETH_HLEN + 2);
	struct tc_filter f = matchall(1, TC_ACT_SHOT);

	assert_non_null(shortest);
	memcpy(shortest + SKB_NET_IP_ALIGN, frame(), ETH_HLEN);
	shortest[SKB_NET_IP_ALIGN + 12] = 0x81; /* a tag that is not there */
	f.kind = TC_U32;
	f.u32.terminal = true;
	assert_true(u32_add_key(&f.u32, 1, 1, 0));
	add(f);
	f = matchall(2, TC_ACT_SHOT);
	f.kind = TC_FLOWER;
	f.flower.used = FL_VLAN_ID | FL_IP_PROTO | FL_DST_PORT;
	add(f);
	(void)tc_rx_verdict(&eth0, shortest + SKB_NET_IP_ALIGN, ETH_HLEN, 0);
	assert_int_equal(tcf_hits(filter(0)) + tcf_hits(filter(1)), 0);
	free(shortest);
}

/* --- mirred ----------------------------------------------------------------
 */

TEST(mirred, redirect_moves_the_packet_itself)
{
	add(redirect(&eth1, false, false));
	receive(4);
	assert_int_equal(received.packets, 0);
	assert_int_equal(sent.packets, 4);
	assert_ptr_equal(sent.dev, &eth1);
	assert_int_equal(action()->packets, 4);
	assert_int_equal(action()->drops, 0);
}

TEST(mirred, mirror_sends_a_copy)
{
	add(redirect(&eth1, false, true));
	receive(4);
	assert_int_equal(received.packets, 4);
	assert_ptr_equal(received.dev, &eth0);
	assert_int_equal(sent.packets, 4);
}

TEST(mirred, ingress_goes_by_the_backlog)
{
	add(redirect(&eth1, true, false));
	netif_receive_skb(packet(&eth0));
	assert_int_equal(backlog_len(), 1);
	assert_int_equal(received.packets, 0);
	receive(0);
	assert_int_equal(received.packets, 1);
	assert_ptr_equal(received.dev, &eth1);
}

TEST(mirred, a_device_that_is_down_takes_nothing)
{
	add(redirect(&eth1, false, false));
	eth1.flags &= ~(u32)IFF_UP;
	receive(2);
	assert_int_equal(sent.packets, 0);
	assert_int_equal(received.packets, 0);
	assert_int_equal(action()->overlimits, 2);
	assert_int_equal(drop_counts[DROP_TC_INGRESS], 2);
	eth1.flags |= IFF_UP;
	eth1.carrier = false;
	receive(1);
	assert_int_equal(action()->overlimits, 3);
}

TEST(mirred, a_copy_that_cannot_be_made_costs_the_original_nothing)
{
	add(redirect(&eth1, false, true));
	eth1.flags &= ~(u32)IFF_UP;
	receive(2);
	assert_int_equal(received.packets, 2);
	assert_int_equal(action()->overlimits, 2);
}

TEST(mirred, a_ring_of_egress_redirections_ends)
{
	add_to(&eth0, true, redirect(&eth1, false, false));
	add_to(&eth1, true, redirect(&eth0, false, false));
	(void)dev_queue_xmit(packet(&eth0));
	receive(0);
	assert_int_equal(sent.packets, 0);
	assert_int_equal(drop_counts[DROP_TC_EGRESS], 1);
}

TEST(mirred, a_ring_of_ingress_redirections_ends)
{
	add_to(&eth0, false, redirect(&eth1, true, false));
	add_to(&eth1, false, redirect(&eth0, true, false));
	receive(1);
	assert_int_equal(received.packets, 0);
	assert_int_equal(drop_counts[DROP_TC_INGRESS], 1);
	assert_int_equal(action()->packets, 3);
}

/* Each move doubles them, and there are four. */
TEST(mirred, a_ring_of_mirrors_ends)
{
	add_to(&eth0, true, redirect(&eth1, false, true));
	add_to(&eth1, true, redirect(&eth0, false, true));
	(void)dev_queue_xmit(packet(&eth0));
	receive(0);
	assert_int_equal(sent.packets, 1 + MIRRED_NEST_LIMIT);
}

TEST(mirred, a_packet_that_others_hold_is_redirected_as_a_copy)
{
	struct pbuf *skb = packet(&eth0);

	add_to(&eth0, true, redirect(&eth1, false, false));
	pbuf_ref(skb);
	(void)dev_queue_xmit(skb);
	assert_ptr_equal(skb->cb.dev, &eth0);
	assert_int_equal(skb->ref, 1);
	receive(0);
	assert_int_equal(sent.packets, 1);
	consume_skb(skb);
}

/* --- adding and removing ---------------------------------------------------
 */

TEST(cls_api, preferences_are_chosen_downwards_above_those_of_people)
{
	add(matchall(0, TC_ACT_OK));
	add(matchall(0, TC_ACT_OK));
	assert_int_equal(filter(0)->prio, 49151);
	assert_int_equal(filter(1)->prio, 49152);
	add(matchall(7, TC_ACT_OK));
	add(matchall(0, TC_ACT_OK));
	assert_int_equal(filter(0)->prio, 7);
	assert_int_equal(filter(1)->prio, 49150);
}

static struct tc_filter u32_filter(u16 prio, u32 handle)
{
	struct tc_filter f = matchall(prio, TC_ACT_OK);

	f.kind = TC_U32;
	f.handle = handle;
	f.u32.terminal = true;
	assert_true(u32_add_key(&f.u32, 0, 0, 0));
	return f;
}

TEST(cls_api, u32_handles_are_tables_and_nodes_and_order)
{
	add(u32_filter(5, 0));
	add(u32_filter(5, 0));
	add(u32_filter(5, 5));
	assert_int_equal(filter(0)->handle, 0x80000005);
	assert_int_equal(filter(1)->handle, 0x80000800);
	assert_int_equal(filter(2)->handle, 0x80000801);
	add(u32_filter(6, 0));
	assert_int_equal(filter(3)->handle, 0x80100800);
	refuse(u32_filter(6, 0x80000001), false,
	       "cls_u32: Handle specified hash table address mismatch.");
}

TEST(cls_api, a_u32_rule_without_action_or_class_does_not_decide)
{
	struct tc_filter f = u32_filter(1, 0);

	f.u32.terminal = false;
	f.nr_actions = 0;
	add(f);
	add(matchall(2, TC_ACT_SHOT));
	receive(1);
	assert_int_equal(received.packets, 0);
}

TEST(cls_api, the_newest_bpf_filter_is_the_first)
{
	struct tc_filter f = matchall(1, TC_ACT_OK);

	f.kind = TC_BPF;
	f.bpf.nr = 1;
	f.bpf.insns[0] = (struct sock_filter){ BPF_RET | BPF_K, 0, 0, 1 };
	add(f);
	add(f);
	assert_int_equal(filter(0)->handle, 2);
	assert_int_equal(filter(1)->handle, 1);
}

TEST(cls_api, one_preference_has_one_kind_and_one_protocol)
{
	struct tc_filter f = u32_filter(3, 0);

	add(matchall(3, TC_ACT_OK));
	refuse(f, false, "Specified filter kind does not match existing one.");
	f.protocol = PP_HTONS(ETHTYPE_IP);
	refuse(f, false,
	       "Protocol mismatch for filter with specified priority.");
	refuse(matchall(3, TC_ACT_OK), true, NULL);
	assert_null(filter(0)->next);
}

TEST(cls_api, the_same_flow_twice_is_refused)
{
	struct tc_filter f = matchall(1, TC_ACT_OK);

	f.kind = TC_FLOWER;
	add(f);
	refuse(f, false, NULL);
	f.flower.used = FL_ETH_TYPE;
	add(f);
	assert_int_equal(filter(1)->handle, 2);
}

TEST(cls_api, replace_takes_the_place_of_a_handle)
{
	struct tc_filter f = u32_filter(1, 0x80000800);
	const char *why;

	add(f);
	add(u32_filter(1, 0));
	refuse(f, false, "Filter already exists.");
	f.actions[0].control = TC_ACT_SHOT;
	assert_true(u32_add_key(&f.u32, 1, 1, 4));
	assert_int_equal(tcf_add(&sch->ingress, &f, true, &why), 0);
	assert_int_equal(filter(0)->handle, 0x80000800);
	assert_int_equal(filter(0)->actions[0].control, TC_ACT_SHOT);
	assert_int_equal(filter(0)->u32.nr, 1); /* Linux keeps the match */
	assert_null(filter(1)->next);
}

TEST(cls_api, actions_get_the_lowest_number_that_is_free)
{
	struct tc_filter f = matchall(1, TC_ACT_OK);
	const char *why;

	f.actions[1] = f.actions[0];
	f.actions[1].index = 1;
	f.nr_actions = 2;
	add(f);
	assert_int_equal(filter(0)->actions[0].index, 2);
	add(matchall(2, TC_ACT_OK));
	assert_int_equal(filter(1)->actions[0].index, 3);
	assert_int_equal(tcf_del(&sch->ingress, 1, 0, -1, 0, &why), 0);
	add(matchall(4, TC_ACT_OK));
	assert_int_equal(filter(1)->actions[0].index, 1);
	f = matchall(5, TC_ACT_OK);
	f.actions[0].index = 3;
	refuse(f, false, NULL);
}

static void refuse_del(u16 prio, be16_t protocol, int kind, u32 handle,
		       const char *words)
{
	const char *why = "";

	assert_true(tcf_del(&sch->ingress, prio, protocol, kind, handle, &why) <
		    0);
	assert_string_equal(why, words);
}

TEST(cls_api, what_is_not_there_cannot_be_removed)
{
	refuse_del(1, 0, -1, 0, "Cannot find specified filter chain.");
	add(matchall(1, TC_ACT_OK));
	refuse_del(2, 0, -1, 0,
		   "Filter with specified priority/protocol not found.");
	refuse_del(1, PP_HTONS(ETHTYPE_ARP), -1, 0,
		   "Filter with specified priority/protocol not found.");
	refuse_del(1, 0, TC_U32, 0,
		   "Specified filter kind does not match existing one.");
	refuse_del(1, 0, -1, 9, "Specified filter handle not found.");
	refuse_del(0, 0, TC_U32, 0,
		   "Cannot flush filters with protocol, handle or kind set.");
	assert_null(filter(0)->next);
}

TEST(cls_api, sixty_four_filters_and_all_of_them_back)
{
	const char *why;

	for (int round = 0; round < 3; round++) {
		for (u16 i = 1; i <= TC_FILTERS; i++)
			add(matchall(i, TC_ACT_OK));
		refuse(matchall(100, TC_ACT_OK), false, NULL);
		assert_int_equal(tcf_del(&sch->ingress, 0, 0, -1, 0, &why), 0);
		assert_null(sch->ingress.head);
	}
}

TEST(sch_ingress, the_door_goes_with_all_its_filters)
{
	const char *why;

	add(matchall(1, TC_ACT_SHOT));
	assert_int_equal(sch_ingress_del(&eth0, TC_INGRESS, &why), -EINVAL);
	assert_int_equal(sch_ingress_add(&eth0, TC_INGRESS, &why), -EEXIST);
	assert_int_equal(sch_ingress_del(&eth0, TC_CLSACT, &why), 0);
	assert_null(eth0.ingress);
	receive(1);
	assert_int_equal(received.packets, 1);
	assert_int_equal(sch_ingress_del(&eth0, TC_CLSACT, &why), -ENOENT);
	assert_int_equal(sch_ingress_add(&eth0, TC_INGRESS, &why), 0);
}

TEST(sch_ingress, segments_are_not_merged_while_filters_look)
{
	const char *why;

	eth0.features = NETIF_F_GRO;
	add(matchall(1, TC_ACT_OK));
	assert_int_equal(eth0.features, NETIF_F_GRO | NETIF_F_TC_INGRESS);
	assert_int_equal(tcf_del(&sch->ingress, 0, 0, -1, 0, &why), 0);
	sch_ingress_update(&eth0);
	assert_int_equal(eth0.features, NETIF_F_GRO);
}
