/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: stack/core/gro.c tests/unit/tcp_bed.c board/host/checksum.c
// SRCS: tests/unit/net_bed.c stack/core/drop.c stack/core/skbuff.c
// SRCS: stack/core/siphash.c stack/core/timer.c stack/ipv4/arp_input.c
// SRCS: stack/ipv4/icmp_limit.c stack/ipv4/icmp_send.c
// SRCS: stack/ipv4/ip_fragment.c stack/ipv4/ip_input.c stack/ipv4/snmp.c
// SRCS: stack/ipv4/tcp_guard.c stack/ipv4/tcp_isn.c
// SRCS: lwip/src/core/init.c lwip/src/core/def.c lwip/src/core/dns.c
// SRCS: lwip/src/core/inet_chksum.c lwip/src/core/ip.c lwip/src/core/mem.c
// SRCS: lwip/src/core/memp.c lwip/src/core/netif.c lwip/src/core/pbuf.c
// SRCS: lwip/src/core/raw.c lwip/src/core/stats.c lwip/src/core/sys.c
// SRCS: lwip/src/core/tcp.c lwip/src/core/tcp_in.c lwip/src/core/tcp_out.c
// SRCS: lwip/src/core/timeouts.c lwip/src/core/udp.c
// SRCS: lwip/src/core/ipv4/dhcp.c lwip/src/core/ipv4/etharp.c
// SRCS: lwip/src/core/ipv4/icmp.c lwip/src/core/ipv4/igmp.c
// SRCS: lwip/src/core/ipv4/ip4.c lwip/src/core/ipv4/ip4_addr.c
// SRCS: lwip/src/core/ipv4/ip4_frag.c lwip/src/netif/ethernet.c
/*
 * gro - what is merged, what is not, and that nobody can tell the difference
 * by the bytes (row I12)
 *
 * A stream's byte is known by its sequence number, so whatever goes up is
 * checked against that: data, lengths of every piece, both checksums. What
 * lies behind a frame in its buffer is poisoned.
 */
#include "tcp_bed.h"
#include <sanitizer/asan_interface.h>
#include "core/receive.h"
#include "core/skbuff.h"
#include "config.h"
#include "ipv4/ip_input.h"
#include "ipv4/snmp.h"
#include "lwip/def.h"
#include "lwip/prot/ip4.h"

enum {
	MSS = 1000,
	UP_MAX = 128,
	FRAME_HLEN = ETH_HLEN + IP_HLEN + TCP_HLEN,
};

/* A segment; the tests change one thing at a time. */
struct spec {
	u32 src;
	u16 sport, dport;
	u32 seq, ack;
	u16 wnd, urgp;
	u16 flags;
	u8 tos, ttl, proto, doff;
	u16 id, frag;
	const u8 *options;
	u8 options_len;
	bool ip_options;
	u16 len, padding;
	s16 len_error;
	u16 csum_error, ip_csum_error;
	u8 src_mac, dst_mac;
};

/* What went up. */
static struct up {
	u8 frame[0x10000];
	u32 len, pieces;
	u8 ip_summed;
} up[UP_MAX];
static u32 ups;
static bool to_stack;

static struct napi_struct napi;
static struct spec s; /* the next segment */

static u8 stream_byte(u32 seq)
{
	return (u8)(seq * 13 + (seq >> 8));
}

/* Never more than one layer: what is given here is passed on or freed. */
void netif_receive_skb(struct pbuf *skb)
{
	struct up *u = &up[ups++ % UP_MAX];
	u32 left = skb->tot_len;

	u->pieces = 0;
	u->len = skb->tot_len;
	u->ip_summed = skb->cb.ip_summed;
	for (const struct pbuf *p = skb; p; p = p->next) {
		assert_int_equal(p->tot_len, left);
		assert_int_equal(p->ref, 1);
		left -= p->len;
		u->pieces++;
	}
	assert_int_equal(left, 0);
	assert_int_equal(pbuf_copy_partial(skb, u->frame, (u16)u->len, 0),
			 u->len);
	if (!to_stack) {
		consume_skb(skb);
		return;
	}
	skb->payload = (u8 *)skb->payload + ETH_HLEN;
	skb->len = (u16)(skb->len - ETH_HLEN);
	skb->tot_len = (u16)(skb->tot_len - ETH_HLEN);
	ip_rcv(skb, &bed_eth0.netif);
}

/* RFC 1071 in its plainest form, in host order, inverted. */
static u16 plain_sum(u32 sum, const u8 *p, u32 len)
{
	for (u32 i = 0; i < len; i++)
		sum += i & 1 ? p[i] : (u32)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (u16)~sum;
}

static u32 pseudo(const u8 *ip, u32 len)
{
	u32 sum = len + ip[9];

	for (u32 i = 12; i < 20; i += 2)
		sum += (u32)ip[i] << 8 | ip[i + 1];
	return sum;
}

static void put16(u8 *p, u32 v)
{
	p[0] = (u8)(v >> 8);
	p[1] = (u8)v;
}

static void put32(u8 *p, u32 v)
{
	put16(p, v >> 16);
	put16(p + 2, v);
}

static u32 get16(const u8 *p)
{
	return (u32)p[0] << 8 | p[1];
}

static u32 get32(const u8 *p)
{
	return get16(p) << 16 | get16(p + 2);
}

static struct pbuf *frame(void)
{
	struct skb_buf *buf = skb_buf_get();
	u8 *eth, *ip, *tcp;
	u32 ip_hlen = IP_HLEN + (s.ip_options ? 4 : 0);
	u32 tcp_len = (u32)TCP_HLEN + s.options_len + s.len;
	u32 len = ETH_HLEN + ip_hlen + tcp_len + s.padding;
	u32 room;

	assert_non_null(buf);
	ASAN_UNPOISON_MEMORY_REGION(buf->data, SKB_DATA_SIZE);
	memset(buf->data, 0xee, SKB_DATA_SIZE);
	eth = buf->data + SKB_NET_IP_ALIGN;
	ip = eth + ETH_HLEN;
	tcp = ip + ip_hlen;

	memcpy(eth, "\2\0\0\0\0\1\2\0\0\0\0\2\x08\0", ETH_HLEN);
	eth[1] = s.dst_mac;
	eth[11] ^= s.src_mac;
	memset(ip, 1, ip_hlen); /* 1 is the option that means nothing */
	ip[0] = (u8)(0x40 | ip_hlen / 4);
	ip[1] = s.tos;
	put16(ip + 2, (u32)((int)(ip_hlen + tcp_len) + s.len_error));
	put16(ip + 4, s.id);
	put16(ip + 6, s.frag);
	ip[8] = s.ttl;
	ip[9] = s.proto;
	put16(ip + 10, 0);
	put32(ip + 12, s.src);
	put32(ip + 16, BED_OWN_IP);
	put16(ip + 10, plain_sum(s.ip_csum_error, ip, ip_hlen));

	put16(tcp, s.sport);
	put16(tcp + 2, s.dport);
	put32(tcp + 4, s.seq);
	put32(tcp + 8, s.ack);
	tcp[12] = (u8)((s.doff ? s.doff : 5 + s.options_len / 4) << 4);
	tcp[13] = (u8)s.flags;
	put16(tcp + 14, s.wnd);
	put16(tcp + 16, 0);
	put16(tcp + 18, s.urgp);
	if (s.options_len)
		memcpy(tcp + TCP_HLEN, s.options, s.options_len);
	for (u32 i = 0; i < s.len; i++)
		tcp[TCP_HLEN + s.options_len + i] = stream_byte(s.seq + i);
	put16(tcp + 16,
	      plain_sum(pseudo(ip, tcp_len) + s.csum_error, tcp, tcp_len));

	room = SKB_DATA_SIZE - SKB_NET_IP_ALIGN - len;
	ASAN_POISON_MEMORY_REGION(eth + len, room);
	return skb_build(buf, SKB_NET_IP_ALIGN, (u16)len, &bed_eth0, 1);
}

/* The segment arrives; the next one follows it. */
static void in(void)
{
	napi_gro_receive(&napi, frame());
	s.seq += s.len;
	s.id++;
}

static void end_poll(void)
{
	napi_gro_flush(&napi);
	assert_int_equal(napi.gro.held, 0);
}

static u32 flushed(enum gro_reason reason)
{
	return napi.gro.flushed[reason];
}

/* The @i-th packet that went up is right, and has these bytes of the stream
 * in so many pieces. */
static void expect_up(u32 i, u32 seq, u32 len, u32 pieces)
{
	const u8 *ip = up[i].frame + ETH_HLEN, *tcp = ip + IP_HLEN;
	u32 total = get16(ip + 2);
	u32 hlen = IP_HLEN + (tcp[12] >> 4) * 4u;

	assert_true(i < ups);
	assert_int_equal(up[i].pieces, pieces);
	assert_int_equal(total, hlen + len);
	assert_true(up[i].len >= ETH_HLEN + total);
	assert_int_equal(plain_sum(0, ip, IP_HLEN), 0);
	assert_int_equal(
		plain_sum(pseudo(ip, total - IP_HLEN), tcp, total - IP_HLEN),
		0);
	assert_int_equal(get32(tcp + 4), seq);
	for (u32 n = 0; n < len; n++)
		assert_int_equal(ip[hlen + n], stream_byte(seq + n));
	if (pieces > 1)
		assert_int_equal(up[i].ip_summed, CHECKSUM_UNNECESSARY);
}

static u8 up_flags(u32 i)
{
	return up[i].frame[FRAME_HLEN - 7];
}

static const struct spec start = {
	.src = BED_PEER_IP,
	.sport = 40000,
	.dport = 9,
	.seq = 0xfffff000, /* it wraps soon */
	.ack = 77,
	.wnd = 500,
	.flags = TCP_ACK,
	.ttl = 64,
	.proto = IP_PROTO_TCP,
	.id = 0xfffe,
	.frag = 0x4000,
	.len = MSS,
};

void test_begin(void)
{
	tcp_bed_start();
	skb_pool_init();
	bed_eth0.features = NETIF_F_GRO;
	napi.dev = &bed_eth0;
	s = start;
}

static u32 pool_free(void)
{
	struct skb_pool_stats st;

	skb_pool_read(&st);
	return st.free;
}

void test_end(void)
{
	tb_leave();
	gro_purge(&napi.gro);
	assert_int_equal(pool_free(), CONFIG_SKB_POOL_SIZE);
	assert_int_equal(bed_live, 0);
}

/* --- what is merged ------------------------------------------------------ */

TEST(gro, segments_of_one_poll_become_one_packet)
{
	for (int i = 0; i < 10; i++)
		in();
	assert_int_equal(ups, 0);
	end_poll();
	assert_int_equal(ups, 1);
	expect_up(0, start.seq, 10 * MSS, 10);
	assert_int_equal(up_flags(0), TCP_ACK);
	assert_int_equal(napi.gro.packets, 1);
	assert_int_equal(napi.gro.merged, 9);
	assert_int_equal(flushed(GRO_FLUSH_poll), 1);
}

TEST(gro, lone_segment_goes_up_as_it_came)
{
	in();
	end_poll();
	expect_up(0, start.seq, MSS, 1);
	assert_int_equal(up[0].ip_summed, CHECKSUM_UNNECESSARY);
	assert_int_equal(napi.gro.packets, 0);
	assert_int_equal(napi.gro.merged, 0);
}

TEST(gro, pieces_of_odd_length_sum_up)
{
	for (u16 len = 1; len < 70; len += 3) {
		u32 seq = s.seq;

		s.len = len;
		s.padding = 0;
		for (int i = 0; i < 7; i++)
			in();
		end_poll();
		expect_up(ups - 1, seq, 7u * len, 7);
	}
}

TEST(gro, equal_timestamps_are_merged)
{
	static const u8 options[12] = { 1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2 };

	s.options = options;
	s.options_len = sizeof(options);
	for (int i = 0; i < 5; i++)
		in();
	end_poll();
	assert_int_equal(ups, 1);
	expect_up(0, start.seq, 5 * MSS, 5);
}

TEST(gro, several_flows_are_merged_side_by_side)
{
	for (int round = 0; round < 5; round++)
		for (u16 flow = 0; flow < GRO_FLOWS; flow++) {
			s.sport = (u16)(100 + flow);
			s.seq = 5000u * flow + (u32)round * MSS;
			in();
		}
	assert_int_equal(ups, 0);
	end_poll();
	assert_int_equal(ups, GRO_FLOWS);
	for (u32 flow = 0; flow < GRO_FLOWS; flow++) {
		expect_up(flow, 5000 * flow, 5 * MSS, 5);
		assert_int_equal(get16(up[flow].frame + 34), 100 + flow);
	}
}

TEST(gro, same_ports_of_another_host_are_another_flow)
{
	in();
	s = start;
	s.src++;
	in();
	assert_int_equal(ups, 0);
	assert_int_equal(napi.gro.held, 2);
	end_poll();
	assert_int_equal(ups, 2);
}

TEST(gro, without_df_the_id_must_count_on)
{
	s.frag = 0;
	in();
	in(); /* 0xfffe, 0xffff, 0 */
	in();
	end_poll();
	expect_up(0, start.seq, 3 * MSS, 3);
	in();
	s.id++;
	in();
	assert_int_equal(flushed(GRO_FLUSH_header), 1);
	end_poll();
}

/* --- what ends a chain --------------------------------------------------- */

TEST(gro, push_is_the_last_one)
{
	in();
	in();
	s.flags |= TCP_PSH;
	in();
	assert_int_equal(ups, 1);
	expect_up(0, start.seq, 3 * MSS, 3);
	assert_int_equal(up_flags(0), TCP_ACK | TCP_PSH);
	assert_int_equal(flushed(GRO_FLUSH_push), 1);
	in(); /* alone: it waits for nobody */
	assert_int_equal(ups, 2);
	expect_up(1, start.seq + 3 * MSS, MSS, 1);
	assert_int_equal(napi.gro.held, 0);
}

TEST(gro, shorter_one_is_the_last_one)
{
	in();
	s.len = MSS - 1;
	in();
	assert_int_equal(ups, 1);
	expect_up(0, start.seq, 2 * MSS - 1, 2);
	assert_int_equal(up_flags(0), TCP_ACK);
	assert_int_equal(flushed(GRO_FLUSH_push), 1);
}

TEST(gro, longer_one_is_the_first_of_the_next)
{
	in();
	s.len = MSS + 1;
	in();
	in();
	assert_int_equal(ups, 1);
	end_poll();
	expect_up(0, start.seq, MSS, 1);
	expect_up(1, start.seq + MSS, 2 * MSS + 2, 2);
	assert_int_equal(flushed(GRO_FLUSH_header), 1);
}

TEST(gro, chain_has_at_most_44_segments)
{
	for (int i = 0; i < GRO_MAX_SEGS + 1; i++)
		in();
	assert_int_equal(ups, 1);
	expect_up(0, start.seq, GRO_MAX_SEGS * MSS, GRO_MAX_SEGS);
	assert_int_equal(flushed(GRO_FLUSH_full), 1);
	end_poll();
	expect_up(1, start.seq + GRO_MAX_SEGS * MSS, MSS, 1);
}

TEST(gro, chain_fits_the_length_of_ip_and_of_a_pbuf)
{
	s.len = 1540;
	for (int i = 0; i < GRO_MAX_SEGS; i++)
		in();
	end_poll();
	assert_int_equal(ups, 2);
	assert_int_equal(flushed(GRO_FLUSH_full), 1);
	assert_in_range(up[0].len, 0xffff - 1540 - 60, 0xffff);
	expect_up(0, start.seq, 42 * 1540, 42);
	expect_up(1, start.seq + 42 * 1540, 2 * 1540, 2);
}

TEST(gro, gap_and_repetition_send_up_what_is_held)
{
	in();
	s.seq += 1;
	in();
	assert_int_equal(ups, 1);
	s.seq = start.seq;
	in();
	assert_int_equal(ups, 2);
	assert_int_equal(flushed(GRO_FLUSH_order), 2);
	end_poll();
	expect_up(0, start.seq, MSS, 1);
	expect_up(1, start.seq + MSS + 1, MSS, 1);
	expect_up(2, start.seq, MSS, 1);
}

static const u8 stamps_a[12] = { 1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2 };
static const u8 stamps_b[12] = { 1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 3 };

static void differ_by(u32 n)
{
	switch (n) {
	case 0:
		s.ack++;
		return;
	case 1:
		s.wnd++;
		return;
	case 2:
		s.tos = 2; /* ECT(0) */
		return;
	case 3:
		s.tos = 0x10;
		return;
	case 4:
		s.ttl--;
		return;
	case 5:
		s.frag = 0;
		return;
	case 6:
		s.flags |= TCP_ECE;
		return;
	case 7:
		s.options = stamps_b;
		return;
	case 8:
		s.options_len = 0;
		return;
	case 9:
		s.src_mac = 1;
		return;
	case 10:
		s.dst_mac = 1;
		return;
	case 11:
		s.doff = 9;
		s.len = (u16)(s.len - 4); /* they were options then */
		return;
	default:
		fail();
	}
}

TEST(gro, every_other_header_begins_another_chain)
{
	for (u32 n = 0; n < 12; n++) {
		ups = 0;
		s = start;
		s.options = stamps_a;
		s.options_len = sizeof(stamps_a);
		in();
		in();
		differ_by(n);
		in();
		if (ups != 1 || flushed(GRO_FLUSH_header) != n + 1)
			fail_msg("difference %u does not count", n);
		expect_up(0, start.seq, 2 * MSS, 2);
		end_poll();
		assert_int_equal(ups, 2);
	}
}

TEST(gro, flags_that_mean_something_go_up_alone_and_after)
{
	static const u8 flags[] = { TCP_FIN, TCP_SYN, TCP_RST, TCP_URG,
				    TCP_CWR };

	for (u32 n = 0; n < ARRAY_SIZE(flags); n++) {
		ups = 0;
		s = start;
		in();
		s.flags |= flags[n];
		in();
		assert_int_equal(ups, 2);
		expect_up(0, start.seq, MSS, 1);
		expect_up(1, start.seq + MSS, MSS, 1);
		assert_int_equal(up_flags(1), TCP_ACK | flags[n]);
		assert_int_equal(flushed(GRO_FLUSH_flags), n + 1);
		in(); /* and nothing waits behind it */
		assert_int_equal(ups, 3);
		assert_int_equal(napi.gro.held, 0);
	}
}

TEST(gro, segment_without_ack_is_not_held)
{
	s.flags = 0;
	in();
	assert_int_equal(ups, 1);
	assert_int_equal(napi.gro.held, 0);
}

TEST(gro, ack_without_data_overtakes_nothing_of_its_flow)
{
	in();
	s.sport++;
	in(); /* another flow */
	s.len = 0;
	s.padding = 6;
	s.seq += MSS;
	s.sport--;
	in();
	assert_int_equal(ups, 2);
	expect_up(0, start.seq, MSS, 1);
	assert_int_equal(get16(up[1].frame + 16), IP_HLEN + TCP_HLEN);
	assert_int_equal(flushed(GRO_FLUSH_ack), 1);
	assert_int_equal(napi.gro.held, 1);
	end_poll();
}

TEST(gro, padded_data_is_not_merged)
{
	s.len = 3;
	s.padding = 3;
	in();
	assert_int_equal(ups, 1);
	s.padding = 0;
	in();
	s.padding = 3;
	in();
	assert_int_equal(ups, 3);
	assert_int_equal(flushed(GRO_FLUSH_odd), 1);
	expect_up(2, start.seq + 6, 3, 1);
}

static void spoil_ip(u32 n)
{
	switch (n) {
	case 0:
		s.ip_options = true;
		return;
	case 1:
		s.frag = IP_MF;
		return;
	case 2:
		s.frag = 3;
		return;
	case 3:
		s.len_error = 1; /* more than there is */
		return;
	case 4:
		s.len_error = -(MSS + 1); /* not even the headers */
		return;
	case 5:
		s.doff = 4;
		return;
	case 6:
		s.doff = 15;
		s.len = 8;
		return;
	default:
		fail();
	}
}

TEST(gro, what_is_no_plain_segment_goes_up_after_all_that_is_held)
{
	for (u32 n = 0; n < 7; n++) {
		ups = 0;
		s = start;
		in();
		s.sport++;
		in();
		spoil_ip(n);
		in();
		assert_int_equal(ups, 3);
		assert_int_equal(napi.gro.held, 0);
		assert_int_equal(flushed(GRO_FLUSH_odd), 2 * (n + 1));
	}
}

TEST(gro, shortest_frames_are_not_read_past_their_end)
{
	for (u16 len = ETH_HLEN; len < FRAME_HLEN; len++) {
		struct pbuf *skb;

		s = start;
		s.len = 0;
		skb = frame();
		skb->len = skb->tot_len = len;
		ASAN_POISON_MEMORY_REGION((u8 *)skb->payload + len,
					  FRAME_HLEN - len);
		if (len < 24)
			ASAN_UNPOISON_MEMORY_REGION((u8 *)skb->payload, len);
		napi_gro_receive(&napi, skb);
	}
	assert_int_equal(ups, FRAME_HLEN - ETH_HLEN);
}

TEST(gro, ninth_flow_sends_up_the_oldest)
{
	for (u16 flow = 0; flow < GRO_FLOWS + 1; flow++) {
		s = start;
		s.sport = (u16)(s.sport + flow);
		in();
	}
	assert_int_equal(ups, 1);
	assert_int_equal(get16(up[0].frame + 34), start.sport);
	assert_int_equal(flushed(GRO_FLUSH_evict), 1);
	assert_int_equal(napi.gro.held, GRO_FLOWS);
	end_poll();
	assert_int_equal(ups, GRO_FLOWS + 1);
}

TEST(gro, flow_that_goes_up_leaves_the_others_in_order)
{
	for (u16 flow = 0; flow < 4; flow++) {
		s = start;
		s.sport = (u16)(s.sport + flow);
		in();
	}
	s = start;
	s.sport++;
	s.seq += MSS;
	s.flags |= TCP_PSH;
	in();
	assert_int_equal(ups, 1);
	expect_up(0, start.seq, 2 * MSS, 2);
	end_poll();
	assert_int_equal(get16(up[1].frame + 34), start.sport);
	assert_int_equal(get16(up[2].frame + 34), start.sport + 2);
	assert_int_equal(get16(up[3].frame + 34), start.sport + 3);
}

/* --- checksums ----------------------------------------------------------- */

TEST(gro, wrong_tcp_checksum_is_never_merged)
{
	in();
	in();
	s.csum_error = 1;
	in();
	assert_int_equal(ups, 2);
	expect_up(0, start.seq, 2 * MSS, 2);
	assert_int_equal(up[1].pieces, 1);
	assert_int_equal(up[1].ip_summed, CHECKSUM_BAD);
	assert_int_equal(flushed(GRO_FLUSH_csum), 1);
	in(); /* nor held */
	assert_int_equal(ups, 3);
	assert_int_equal(up[2].ip_summed, CHECKSUM_BAD);
	assert_int_equal(napi.gro.held, 0);
}

TEST(gro, wrong_ip_checksum_is_never_merged)
{
	in();
	s.ip_csum_error = 1;
	in();
	assert_int_equal(ups, 2);
	expect_up(0, start.seq, MSS, 1);
	assert_int_equal(up[1].ip_summed, CHECKSUM_NONE);
	in();
	assert_int_equal(ups, 3);
	assert_int_equal(napi.gro.held, 0);
}

TEST(gro, one_changed_bit_anywhere_is_seen)
{
	s.len = 20;
	for (u32 bit = 14 * 8; bit < (FRAME_HLEN + 20) * 8; bit++) {
		struct pbuf *skb;

		s.seq = start.seq;
		in();
		skb = frame();
		((u8 *)skb->payload)[bit / 8] ^= (u8)(1 << bit % 8);
		napi_gro_receive(&napi, skb);
		end_poll();
	}
	assert_int_equal(napi.gro.merged, 0);
}

/* --- around it ----------------------------------------------------------- */

TEST(gro, other_protocols_pass)
{
	in();
	s.proto = IP_PROTO_UDP;
	in();
	assert_int_equal(ups, 1);
	assert_int_equal(napi.gro.held, 1);
	end_poll();
}

TEST(gro, switched_off_it_holds_nothing)
{
	bed_eth0.features = 0;
	in();
	in();
	assert_int_equal(ups, 2);
	assert_int_equal(up[1].ip_summed, CHECKSUM_NONE);
}

TEST(gro, switched_off_in_a_poll_it_still_lets_go)
{
	in();
	bed_eth0.features = 0;
	end_poll();
	assert_int_equal(ups, 1);
}

TEST(gro, device_that_goes_takes_what_is_held_with_it)
{
	in();
	in();
	s.sport++;
	in();
	gro_purge(&napi.gro);
	assert_int_equal(ups, 0);
	assert_int_equal(napi.gro.held, 0);
	assert_int_equal(drop_counts[DROP_GRO_PURGE], 3);
	assert_int_equal(pool_free(), CONFIG_SKB_POOL_SIZE);
}

TEST(gro, empty_pool_does_not_touch_what_is_held)
{
	static struct skb_buf *taken[CONFIG_SKB_POOL_SIZE];
	u32 n = 0;

	in();
	in();
	while ((taken[n] = skb_buf_get()))
		n++;
	assert_int_equal(n, CONFIG_SKB_POOL_SIZE - 2);
	end_poll();
	expect_up(0, start.seq, 2 * MSS, 2);
	assert_int_equal(pool_free(), 2);
	while (n)
		skb_buf_put(taken[--n]);
}

static u64 emitted[3 + GRO_REASON_NR];
static u32 emits;

static void emit(void *ctx, const char *name, u64 value)
{
	assert_ptr_equal(ctx, &emits);
	assert_memory_equal(name, "rx_gro_", 7);
	emitted[emits++] = value;
}

TEST(gro, counters_have_names)
{
	in();
	in();
	in();
	end_poll();
	gro_get_stats(&napi.gro, emit, &emits);
	assert_int_equal(emits, 2 + GRO_REASON_NR);
	assert_int_equal(emitted[0], 1);
	assert_int_equal(emitted[1], 2);
	assert_int_equal(emitted[2 + GRO_FLUSH_poll], 1);
}

/* Random traffic of a few flows with everything that can go wrong: what goes
 * up of each flow is what came, in the order in which it came. */
TEST(gro, nothing_is_lost_added_or_reordered)
{
	enum { FLOWS = 12, FRAMES = 20000 };
	static struct {
		u32 seq;     /* next new byte */
		u32 in, out; /* order-dependent digests of (seq, len) */
	} flow[FLOWS];
	u32 random = 12345, frames = 0, went_up = 0;

	for (u32 n = 0; n < FRAMES; n++) {
		u32 f, r;

		random = random * 1664525 + 1013904223;
		r = random >> 8;
		f = (r >> 3) % FLOWS;
		s = start;
		s.sport = (u16)(1000 + f);
		s.seq = flow[f].seq + (r % 97 == 0 ? 5 : 0);
		s.len = r % 11 ? 64 : (u16)(r % 80);
		s.flags |= r % 13 ? 0 : TCP_PSH;
		s.flags |= r % 101 ? 0 : TCP_FIN;
		s.wnd = r % 37 ? 500 : 501;
		s.tos = r % 53 ? 0 : 3;
		s.frag = r % 211 ? 0x4000 : 0;
		flow[f].seq = s.seq + s.len;
		for (u32 b = 0; b < s.len; b++)
			flow[f].in = flow[f].in * 31 + s.seq + b;
		in();
		frames++;
		if (r % 29 == 0)
			end_poll();
		if (n == FRAMES - 1)
			end_poll();
		for (u32 i = 0; i < ups; i++) {
			const u8 *ip = up[i].frame + ETH_HLEN;
			u32 g = get16(ip + 20) - 1000;
			u32 seq = get32(ip + 24);
			u32 len = get16(ip + 2) - IP_HLEN - TCP_HLEN;

			expect_up(i, seq, len, up[i].pieces);
			went_up += up[i].pieces;
			for (u32 b = 0; b < len; b++)
				flow[g].out = flow[g].out * 31 + seq + b;
		}
		ups = 0;
	}
	assert_int_equal(went_up, frames);
	for (u32 f = 0; f < FLOWS; f++)
		assert_int_equal(flow[f].in, flow[f].out);
	for (u32 r = 0; r < GRO_REASON_NR; r++)
		if (r != GRO_FLUSH_csum && r != GRO_FLUSH_odd &&
		    r != GRO_FLUSH_full)
			assert_true(napi.gro.flushed[r] > 0);
}

/* --- with lwIP above ----------------------------------------------------- */

/* The peer of tcp_bed goes on by way of GRO. */
static void connect_bed(void)
{
	tb_enter(ESTABLISHED);
	to_stack = true;
	s.sport = tb_peer.sport;
	s.dport = tb_peer.dport;
	s.seq = tb_peer.seq;
	s.ack = tb_peer.ack;
	s.wnd = 8000;
	bed_forget();
}

TEST(gro, merged_data_reaches_the_application)
{
	u32 seq;

	connect_bed();
	seq = s.seq;
	for (int i = 0; i < 20; i++)
		in();
	end_poll();
	assert_int_equal(tb_received, 20 * MSS);
	for (u32 i = 0; i < 20 * MSS; i++)
		assert_int_equal(tb_data[i], stream_byte(seq + i));
	assert_int_equal(tcp_mib.InErrs, 0);
}

TEST(gro, merged_data_is_acknowledged_at_once)
{
	connect_bed();
	in();
	end_poll();
	assert_int_equal(bed_sent, 0); /* one segment waits for another */
	in();
	in();
	end_poll();
	assert_int_equal(bed_sent, 1);
	assert_int_equal(bed_tcp_flags(bed_last()), TCP_ACK);
	assert_int_equal(bed_tcp_ack(bed_last()), s.seq);
	for (int i = 0; i < 3; i++) {
		in();
		in();
		end_poll();
		assert_int_equal(bed_sent, (u32)i + 2);
		assert_int_equal(bed_tcp_ack(bed_last()), s.seq);
	}
}

TEST(gro, chain_behind_a_hole_waits_and_fills_it)
{
	u32 seq;

	connect_bed();
	seq = s.seq;
	s.seq += MSS;
	for (int i = 0; i < 5; i++)
		in();
	end_poll();
	assert_int_equal(tb_received, 0);
	assert_int_equal(bed_tcp_ack(bed_last()), seq);
	s.seq = seq;
	in();
	end_poll();
	assert_int_equal(tb_received, 6 * MSS);
	assert_int_equal(bed_tcp_ack(bed_last()), seq + 6 * MSS);
	for (u32 i = 0; i < 6 * MSS; i++)
		assert_int_equal(tb_data[i], stream_byte(seq + i));
}

TEST(gro, chain_that_was_seen_in_part_is_cut)
{
	u32 seq;

	connect_bed();
	seq = s.seq;
	in();
	in();
	end_poll();
	s.seq = seq + MSS + 300;
	s.seq -= 600; /* some of the first, all of the second, and more */
	for (int i = 0; i < 4; i++)
		in();
	end_poll();
	assert_int_equal(tb_received, s.seq - seq);
	assert_int_equal(bed_tcp_ack(bed_last()), s.seq);
	for (u32 i = 2 * MSS; i < tb_received; i++)
		assert_int_equal(tb_data[i - 2 * MSS], stream_byte(seq + i));
}

TEST(gro, chain_longer_than_the_window_is_cut)
{
	u32 wnd, seq;

	connect_bed();
	wnd = 2500;
	seq = s.seq;
	tb_pcb->rcv_wnd = tb_pcb->rcv_ann_wnd = wnd;
	for (int i = 0; i < 4; i++)
		in();
	end_poll();
	assert_int_equal(tb_received, wnd);
	for (u32 i = 0; i < wnd; i++)
		assert_int_equal(tb_data[i], stream_byte(seq + i));
	assert_int_equal(bed_tcp_ack(bed_last()), seq + wnd);
}

TEST(gro, wrong_checksums_are_counted_as_linux_does)
{
	u32 segs;

	connect_bed();
	snmp_read();
	segs = tcp_mib.InSegs;
	in();
	s.csum_error = 1;
	in();
	in();
	end_poll();
	snmp_read();
	assert_int_equal(drop_counts[DROP_TCP_CSUM], 2);
	assert_int_equal(tcp_mib.InErrs, 2);
	assert_int_equal(tcp_mib.InCsumErrors, 2);
	assert_int_equal(tcp_mib.InSegs, segs + 3);
	assert_int_equal(tb_received, MSS);
	s.csum_error = 0;
	s.ip_csum_error = 1;
	in();
	assert_int_equal(drop_counts[DROP_IP_CSUM], 1);
	assert_int_equal(ipext_mib.InCsumErrors, 1);
}

TEST(gro, data_that_the_application_refuses_comes_later)
{
	connect_bed();
	tb_refuses = true;
	in();
	in();
	in();
	end_poll();
	assert_int_equal(tb_received, 0);
	tb_refuses = false;
	in();
	end_poll();
	assert_int_equal(tb_received, 4 * MSS);
}
