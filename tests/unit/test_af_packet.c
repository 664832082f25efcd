/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: stack/packet/af_packet.c stack/packet/bpf.c
// SRCS: stack/packet/bpf_compile.c stack/core/drop.c lwip/src/core/pbuf.c
// SRCS: lwip/src/core/memp.c lwip/src/core/mem.c lwip/src/core/def.c
// SRCS: lwip/src/core/stats.c
/* Taps: what is copied, when, and what is lost (I13). */
#include <errno.h>
#include <stdlib.h>
#include "test.h"
#include "core/skbuff.h"
#include "core/tap.h"
#include "lwip/def.h"
#include "packet/af_packet.h"
#include "packet/bpf_compile.h"

enum { RING = 1024, BUF = 256 };

static struct net_device eth[2] = {
	{ .name = "eth0", .ifindex = 1, .dev_addr = { 2, 0, 0, 0, 0, 1 } },
	{ .name = "eth1", .ifindex = 2, .dev_addr = { 2, 0, 0, 0, 0, 2 } },
};
static struct packet_tap tap, other;
static _Alignas(8) u8 ring[RING], other_ring[RING];
static u32 readies;

/* A packet in a buffer of ours; payload moves, the frame stays. */
static struct skb {
	struct pbuf pbuf;
	u8 data[BUF];
} skb;

/* --- what the taps ask of their surroundings -------------------------------
 */

struct net_device *dev_get_by_index(int ifindex)
{
	return ifindex >= 1 && ifindex <= 2 ? &eth[ifindex - 1] : NULL;
}

void dev_set_promiscuity(struct net_device *dev, int inc)
{
	dev->promiscuity += (u32)inc;
}

const u8 *skb_rx_frame(const struct pbuf *p)
{
	return p == &skb.pbuf ? skb.data : NULL;
}

static void ready(struct packet_tap *t)
{
	assert_ptr_equal(t, &tap);
	readies++;
}

/* --- helpers ---------------------------------------------------------------
 */

static const u8 udp_frame[] = {
	2,    0,    0, 0,  0, 1,  2, 0, 0,   0,	  0,   9,   8,	 0, /* Ethernet
								     */
	0x45, 0,    0, 33, 0, 1,  0, 0, 64,  17,  0,   0,   10,	 0, 0,
	2,    10,   0, 0,  1, /* IP */
	0x1e, 0x61, 0, 7,  0, 13, 0, 0, 'h', 'e', 'l', 'l', 'o',
};

static struct pbuf *frame_in(const u8 *data, u16 len)
{
	memset(&skb, 0, sizeof(skb));
	memcpy(skb.data, data, len);
	skb.pbuf.payload = skb.data;
	skb.pbuf.len = len;
	skb.pbuf.tot_len = len;
	skb.pbuf.ref = 1;
	skb_cb_init(&skb.pbuf.cb, &eth[0], PACKET_HOST, 500);
	return &skb.pbuf;
}

static struct pbuf *udp_in(void)
{
	return frame_in(udp_frame, sizeof(udp_frame));
}

static void open_tap(u8 points)
{
	tap.points = points;
	tap.snaplen = 65535;
	tap.ready = ready;
	assert_int_equal(packet_tap_open(&tap, ring, sizeof(ring)), 0);
}

static const struct tap_record *expect_record(u8 point, const void *data,
					      u32 len)
{
	const struct tap_record *r = packet_tap_peek(&tap);

	assert_non_null(r);
	assert_int_equal(r->point, point);
	assert_int_equal(r->cap_len, len);
	assert_memory_equal(r->data, data, len);
	return r;
}

/* --- tests -----------------------------------------------------------------
 */

TEST(af_packet, only_devices_with_a_listener_take_the_detour)
{
	tap.ifindex = 2;
	open_tap(TAP_RX_BIT | TAP_TX_BIT);
	assert_int_equal(eth[0].taps, 0);
	assert_int_equal(eth[1].taps, TAP_RX_BIT | TAP_TX_BIT);
	assert_false(packet_tap_drops);
	other.points = TAP_DROP_BIT;
	assert_int_equal(packet_tap_open(&other, other_ring, RING), 0);
	assert_int_equal(eth[0].taps, TAP_DROP_BIT);
	assert_int_equal(eth[1].taps, TAP_RX_BIT | TAP_TX_BIT | TAP_DROP_BIT);
	assert_true(packet_tap_drops);
	packet_tap_close(&other);
	packet_tap_close(&other);
	assert_false(packet_tap_drops);
	packet_tap_close(&tap);
	assert_int_equal(eth[1].taps, 0);
}

TEST(af_packet, one_device_hears_everything_unless_told_not_to)
{
	tap.ifindex = 1;
	open_tap(TAP_RX_BIT);
	assert_int_equal(eth[0].promiscuity, 1);
	packet_tap_close(&tap);
	assert_int_equal(eth[0].promiscuity, 0);
	tap.no_promisc = true;
	open_tap(TAP_RX_BIT);
	assert_int_equal(eth[0].promiscuity, 0);
	packet_tap_close(&tap);
	tap.no_promisc = false;
	tap.ifindex = 0; /* any */
	open_tap(TAP_RX_BIT);
	assert_int_equal(eth[0].promiscuity, 0);
	packet_tap_close(&tap);
	assert_int_equal(eth[0].promiscuity, 0);
}

TEST(af_packet, what_cannot_be_opened_is_refused)
{
	tap.ifindex = 3;
	assert_int_equal(packet_tap_open(&tap, ring, RING), -EINVAL);
	tap.ifindex = 0;
	tap.prog_len = 1;
	tap.prog[0] = (struct sock_filter){ BPF_JMP | BPF_JA, 0, 0, 0 };
	assert_int_equal(packet_tap_open(&tap, ring, RING), -EINVAL);
	tap.prog_len = 0;
	open_tap(TAP_RX_BIT);
	assert_int_equal(packet_tap_open(&tap, ring, RING), -EBUSY);
}

TEST(af_packet, copy_has_time_length_and_direction)
{
	const struct tap_record *r;

	open_tap(TAP_RX_BIT | TAP_TX_BIT);
	tap_rx(udp_in(), &eth[0]);
	r = expect_record(TAP_RX, udp_frame, sizeof(udp_frame));
	assert_int_equal(r->tstamp_ns, 500);
	assert_int_equal(r->orig_len, sizeof(udp_frame));
	assert_int_equal(r->ifindex, 1);
	assert_int_equal(r->pkt_type, PACKET_HOST);
	assert_int_equal(readies, 1);
	packet_tap_next(&tap);
	assert_null(packet_tap_peek(&tap));

	tap_tx(udp_in(), &eth[1], 900);
	r = expect_record(TAP_TX, udp_frame, sizeof(udp_frame));
	assert_int_equal(r->tstamp_ns, 900);
	assert_int_equal(r->ifindex, 2);
	assert_int_equal(r->pkt_type, PACKET_OUTGOING);
}

TEST(af_packet, number_stays_with_the_packet_and_is_new_for_the_next)
{
	struct pbuf *p = udp_in();
	u32 first;

	open_tap(TAP_RX_BIT | TAP_DROP_BIT);
	tap_rx(p, &eth[0]);
	first = packet_tap_peek(&tap)->packet_id;
	assert_int_not_equal(first, 0);
	packet_tap_next(&tap);
	tap_drop(p, DROP_IP_CSUM);
	assert_int_equal(packet_tap_peek(&tap)->packet_id, first);
	packet_tap_next(&tap);
	tap_rx(udp_in(), &eth[0]);
	assert_int_not_equal(packet_tap_peek(&tap)->packet_id, first);
}

TEST(af_packet, closed_taps_give_no_numbers)
{
	struct pbuf *p = udp_in();

	tap_rx(p, &eth[0]);
	tap_tx(p, &eth[0], 1);
	tap_drop(p, DROP_IP_CSUM);
	assert_int_equal(p->cb.packet_id, 0);
}

TEST(af_packet, dropped_packet_gets_its_headers_back)
{
	struct pbuf *p = udp_in();
	const struct tap_record *r;

	open_tap(TAP_DROP_BIT);
	p->payload = skb.data + ETH_HLEN + 20;
	p->len = (u16)(sizeof(udp_frame) - ETH_HLEN - 20);
	p->tot_len = p->len;
	p->cb.protocol = PP_HTONS(0x0800);
	tap_drop(p, DROP_UDP_CSUM);
	r = expect_record(TAP_DROP, udp_frame, sizeof(udp_frame));
	assert_int_equal(r->reason, DROP_UDP_CSUM);
	packet_tap_next(&tap);

	/* On the way out the payload is the Ethernet header already. */
	p = udp_in();
	p->payload = skb.data + 4;
	p->len = p->tot_len = 20;
	p->cb.pkt_type = PACKET_OUTGOING;
	tap_drop(p, DROP_QDISC_DROP);
	expect_record(TAP_DROP, udp_frame + 4, 20);
}

TEST(af_packet, dropped_chain_is_whole)
{
	struct pbuf second = { .ref = 1, .len = 5, .tot_len = 5 };
	struct pbuf *p = udp_in();
	u8 whole[sizeof(udp_frame) + 5];

	open_tap(TAP_DROP_BIT);
	second.payload = (void *)(uintptr_t) "world";
	p->next = &second;
	p->payload = skb.data + ETH_HLEN;
	p->len = (u16)(sizeof(udp_frame) - ETH_HLEN);
	p->tot_len = (u16)(p->len + 5);
	tap_drop(p, DROP_FRAG_REASM_TIMEOUT);
	memcpy(whole, udp_frame, sizeof(udp_frame));
	memcpy(whole + sizeof(udp_frame), "world", 5);
	expect_record(TAP_DROP, whole, sizeof(whole));
}

TEST(af_packet, frame_that_never_was_a_packet_is_shown)
{
	const struct tap_record *r;
	u32 before = drop_counts[DROP_RX_NO_BUFFER];

	drop_frame_reason(&eth[0], udp_frame, sizeof(udp_frame),
			  DROP_RX_NO_BUFFER);
	open_tap(TAP_DROP_BIT);
	drop_frame_reason(&eth[0], udp_frame, sizeof(udp_frame),
			  DROP_RX_NO_BUFFER);
	/* Nothing of it can be trusted: it is only counted. */
	drop_frame_reason(&eth[0], udp_frame, 0, DROP_RX_NO_BUFFER);
	assert_int_equal(drop_counts[DROP_RX_NO_BUFFER], before + 3);
	r = expect_record(TAP_DROP, udp_frame, sizeof(udp_frame));
	assert_int_equal(r->packet_id, 0);
	assert_int_equal(r->reason, DROP_RX_NO_BUFFER);
	packet_tap_next(&tap);
	assert_null(packet_tap_peek(&tap));
}

TEST(af_packet, filter_and_snaplen_cut)
{
	char error[BPF_COMPILE_ERROR_MAX];

	tap.prog_len = (u32)bpf_compile("udp port 7", 40, tap.prog, error);
	open_tap(TAP_RX_BIT);
	tap_rx(udp_in(), &eth[0]);
	assert_int_equal(expect_record(TAP_RX, udp_frame, 40)->orig_len,
			 sizeof(udp_frame));
	packet_tap_close(&tap);
	tap.prog_len = (u32)bpf_compile("tcp", 40, tap.prog, error);
	open_tap(TAP_RX_BIT);
	tap_rx(udp_in(), &eth[0]);
	assert_null(packet_tap_peek(&tap));
	assert_int_equal(tap.count[0][TAP_RX].seen, 1);
	assert_int_equal(tap.count[0][TAP_RX].accepted, 0);
	packet_tap_close(&tap);
	tap.prog_len = 0;
	tap.points = TAP_RX_BIT;
	tap.snaplen = 20;
	assert_int_equal(packet_tap_open(&tap, ring, RING), 0);
	tap_rx(udp_in(), &eth[0]);
	expect_record(TAP_RX, udp_frame, 20);
}

TEST(af_packet, full_ring_loses_copies_and_says_how_many)
{
	u32 accepted, dropped, got = 0;

	open_tap(TAP_RX_BIT);
	for (int i = 0; i < 100; i++)
		tap_rx(udp_in(), &eth[0]);
	/* One wake-up for all of them. */
	assert_int_equal(readies, 1);
	for (; packet_tap_peek(&tap); got++) {
		expect_record(TAP_RX, udp_frame, sizeof(udp_frame));
		assert_int_equal(packet_tap_peek(&tap)->drops, 0);
		packet_tap_next(&tap);
	}
	/* 32 + 47 bytes, in whole words of eight. */
	assert_int_equal(got, RING / 80);
	tap_rx(udp_in(), &eth[0]);
	assert_int_equal(packet_tap_peek(&tap)->drops, 100 - got);
	packet_tap_next(&tap);
	tap_rx(udp_in(), &eth[0]);
	assert_int_equal(packet_tap_peek(&tap)->drops, 0);
	packet_tap_sums(&tap, &accepted, &dropped);
	assert_int_equal(accepted, 102);
	assert_int_equal(dropped, 100 - got);
}

TEST(af_packet, ring_wraps_at_every_place)
{
	u8 data[200];
	u32 in = 0, taken = 0, lost = 0;

	open_tap(TAP_RX_BIT);
	srand(1);
	for (int round = 0; round < 20000; round++) {
		if (rand() % 2) {
			u16 len = (u16)(ETH_HLEN +
					(u32)rand() % (200 - ETH_HLEN));

			memset(data, (int)(in & 0xff), sizeof(data));
			memcpy(data, &in, sizeof(in));
			tap_rx(frame_in(data, len), &eth[0]);
			in++;
		} else if (packet_tap_peek(&tap)) {
			const struct tap_record *r = packet_tap_peek(&tap);
			u32 number;

			lost += r->drops;
			memcpy(&number, r->data, sizeof(number));
			assert_int_equal(number, taken + lost);
			assert_int_equal(r->cap_len, r->orig_len);
			for (u32 i = 4; i < r->cap_len; i++)
				assert_int_equal(r->data[i], number & 0xff);
			assert_true((u8 *)(uintptr_t)r + r->size <=
				    ring + RING);
			packet_tap_next(&tap);
			taken++;
		}
	}
	assert_true(taken > 8000 && lost > 100);
}

TEST(af_packet, empty_ring_takes_a_record_of_its_whole_size)
{
	u8 data[BUF] = { 2 };

	open_tap(TAP_RX_BIT);
	for (int i = 0; i < 3; i++) {
		tap_rx(udp_in(), &eth[0]);
		packet_tap_next(&tap);
	}
	tap.size = 512;
	tap_rx(frame_in(data, BUF), &eth[0]);
	expect_record(TAP_RX, data, BUF);
}

TEST(af_packet, own_tcp_connection_is_not_seen)
{
	u8 tcp[60];

	memcpy(tcp, udp_frame, sizeof(udp_frame));
	tcp[23] = 6;
	tcp[34] = 2002 >> 8; /* source */
	tcp[35] = 2002 & 0xff;
	tap.skip_tcp_port = 2002;
	open_tap(TAP_RX_BIT | TAP_TX_BIT | TAP_DROP_BIT);
	tap_tx(frame_in(tcp, 54), &eth[0], 1);
	assert_null(packet_tap_peek(&tap));
	assert_int_equal(tap.count[0][TAP_TX].seen, 0);
	tap_drop(frame_in(tcp, 54), DROP_QDISC_DROP);
	assert_null(packet_tap_peek(&tap));
	/* A peer's port of that number is another matter. */
	tap_rx(frame_in(tcp, 54), &eth[0]);
	expect_record(TAP_RX, tcp, 54);
	packet_tap_next(&tap);
	/* And so is UDP, and a frame that ends too soon. */
	tap_tx(udp_in(), &eth[0], 1);
	expect_record(TAP_TX, udp_frame, sizeof(udp_frame));
	packet_tap_next(&tap);
	tap_tx(frame_in(tcp, 36), &eth[0], 1);
	expect_record(TAP_TX, tcp, 36);
}

TEST(af_packet, listeners_do_not_know_of_each_other)
{
	open_tap(TAP_RX_BIT);
	other.points = TAP_RX_BIT | TAP_TX_BIT;
	other.ifindex = 2;
	other.snaplen = 100;
	assert_int_equal(packet_tap_open(&other, other_ring, RING), 0);
	tap_rx(udp_in(), &eth[0]);
	assert_null(packet_tap_peek(&other));
	tap_rx(udp_in(), &eth[1]);
	assert_non_null(packet_tap_peek(&other));
	packet_tap_close(&other);
	tap_rx(udp_in(), &eth[1]);
	assert_int_equal(tap.count[1][TAP_RX].accepted, 2);
}
