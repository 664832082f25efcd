/* SPDX-License-Identifier: BSD-3-Clause */
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
#include "net_bed.h"
#include "config.h"
#include "core/sysctl.h"
#include "core/timer.h"
#include "ipv4/ip_fragment.h"
#include "ipv4/ip_input.h"
#include "ipv4/snmp.h"
#include "lwip/inet_chksum.h"
#include "lwip/icmp.h"
#include "lwip/prot/icmp.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/udp.h"

/* A datagram of 4,000 bytes in pieces; what comes out must be it again. */
enum {
	LEN = 4000,
	MF = IP_MF,
};

static u8 whole[65536];
static struct pbuf *out;

void test_begin(void)
{
	bed_start();
	for (u32 i = 0; i < sizeof(whole); i++)
		whole[i] = (u8)(i * 7 + i / 256);
}

void test_end(void)
{
	u32 queues, skbs;

	if (out)
		pbuf_free(out);
	/* What waits goes when its time is over. */
	timers_run(UINT64_MAX / 2);
	ip_frag_read(&queues, &skbs);
	assert_int_equal(queues, 0);
	assert_int_equal(skbs, 0);
	assert_int_equal(bed_live, 0);
}

static struct bed_ip piece(u32 start, u32 end, bool more)
{
	return (struct bed_ip){
		.protocol = IP_PROTO_UDP,
		.id = 77,
		.frag = (u16)((more ? MF : 0) | start / 8),
		.data = whole + start,
		.data_len = (u16)(end - start),
	};
}

static void in(const struct bed_ip *ip)
{
	struct pbuf *p = ip_defrag(bed_ip_skb(ip), &bed_eth0.netif);

	if (p) {
		assert_null(out);
		out = p;
	}
}

static void give(u32 start, u32 end, bool more)
{
	struct bed_ip ip = piece(start, end, more);

	in(&ip);
}

static void expect_whole(u32 len)
{
	static u8 got[65536];
	const struct ip_hdr *iph;

	assert_non_null(out);
	iph = out->payload;
	assert_int_equal(out->tot_len, IP_HLEN + len);
	assert_int_equal(ntohs(iph->_len), IP_HLEN + len);
	assert_int_equal(iph->_offset, 0);
	assert_int_equal(inet_chksum(iph, IP_HLEN), 0);
	assert_int_equal(pbuf_copy_partial(out, got, (u16)len, IP_HLEN), len);
	assert_memory_equal(got, whole, len);
	for (const struct pbuf *p = out; p->next; p = p->next)
		assert_int_equal(p->tot_len, p->len + p->next->tot_len);
	pbuf_free(out);
	out = NULL;
}

TEST(ip_fragment, pieces_in_order_become_the_datagram)
{
	give(0, 1480, true);
	give(1480, 2960, true);
	assert_null(out);
	give(2960, LEN, false);
	expect_whole(LEN);
	assert_int_equal(ip_mib.ReasmReqds, 3);
	assert_int_equal(ip_mib.ReasmOKs, 1);
	assert_int_equal(ip_mib.ReasmFails, 0);
}

TEST(ip_fragment, every_order_of_four_pieces_works)
{
	static const u32 cut[] = { 0, 8, 1480, 2960, LEN };

	for (u32 order = 0; order < 256; order++) {
		u32 a = order & 3, b = order >> 2 & 3, c = order >> 4 & 3,
		    d = order >> 6;
		u32 turn[] = { a, b, c, d };

		if ((1u << a | 1u << b | 1u << c | 1u << d) != 15)
			continue;
		for (u32 i = 0; i < 4; i++)
			give(cut[turn[i]], cut[turn[i] + 1], turn[i] != 3);
		expect_whole(LEN);
	}
	assert_int_equal(ip_mib.ReasmOKs, 24);
}

TEST(ip_fragment, exact_copies_are_ignored)
{
	give(0, 1480, true);
	give(0, 1480, true);
	give(2960, LEN, false);
	give(2960, LEN, false);
	give(1480, 2960, true);
	expect_whole(LEN);
}

static void expect_overlap(u32 start, u32 end)
{
	u32 before = drop_counts[DROP_FRAG_OVERLAP];

	give(0, 1480, true);
	give(2960, LEN, false);
	give(start, end, true);
	assert_null(out);
	assert_int_equal(drop_counts[DROP_FRAG_OVERLAP], before + 3);
	assert_int_equal(bed_live, 0);
}

TEST(ip_fragment, overlaps_end_the_whole_datagram)
{
	expect_overlap(1472, 2960);
	expect_overlap(1480, 2968);
	expect_overlap(8, 16);
	expect_overlap(0, 8);
	expect_overlap(0, 2960);
	expect_overlap(2968, 2976);
	assert_int_equal(ipext_mib.ReasmOverlaps, 6);
	assert_int_equal(ip_mib.ReasmFails, 6);
}

TEST(ip_fragment, the_key_has_all_its_parts)
{
	struct bed_ip ip = piece(1480, LEN, false);

	give(0, 1480, true);
	ip.protocol = IP_PROTO_ICMP;
	in(&ip);
	ip = piece(1480, LEN, false);
	ip.src = BED_PEER_IP + 1;
	in(&ip);
	ip = piece(1480, LEN, false);
	ip.dst = BED_ETH1_IP;
	in(&ip);
	ip = piece(1480, LEN, false);
	ip.id = 78;
	in(&ip);
	ip = piece(1480, LEN, false);
	assert_null(ip_defrag(bed_ip_skb(&ip), &bed_eth1.netif));
	assert_null(out);
	give(1480, LEN, false);
	expect_whole(LEN);
}

TEST(ip_fragment, impossible_pieces_are_refused)
{
	give(0, 1480, true);
	give(1480, 1480, true);	   /* empty */
	give(1480, 2957, true);	   /* not a multiple of 8 */
	give(65512, 65520, false); /* beyond 65,535 with its header */
	assert_int_equal(drop_counts[DROP_FRAG_INVALID], 3);
	give(1480, LEN, false);
	expect_whole(LEN); /* the honest ones were not harmed */
}

TEST(ip_fragment, two_ends_that_differ_end_the_datagram)
{
	give(0, 1480, true);
	give(2960, LEN, false);
	give(2960, LEN - 8, false);
	assert_int_equal(drop_counts[DROP_FRAG_INVALID], 3);
	assert_int_equal(bed_live, 0);
}

TEST(ip_fragment, nothing_lies_behind_the_end)
{
	give(0, 1480, true);
	give(1480, 2960, false);
	expect_whole(2960);
	give(1480, 2960, false);
	give(2960, 3600, true);
	assert_int_equal(drop_counts[DROP_FRAG_INVALID], 2);
	give(2960, 3600, true);
	give(1480, 2000, false);
	assert_int_equal(drop_counts[DROP_FRAG_INVALID], 4);
}

/* 65,535 bytes with a header of 20; with options it would be more. */
TEST(ip_fragment, the_largest_datagram_fits_and_a_larger_one_does_not)
{
	struct bed_ip first = piece(0, 32768, true);

	give(0, 32768, true);
	give(32768, 65515, false);
	expect_whole(65515);

	first.options = "\1\1\1\1";
	first.options_len = 4;
	in(&first);
	give(32768, 65515, false);
	assert_null(out);
	assert_int_equal(drop_counts[DROP_FRAG_INVALID], 2);
}

TEST(ip_fragment, after_ipfrag_time_it_is_given_up_and_the_sender_told)
{
	give(0, 1480, true);
	give(2960, LEN, false);
	test_now_ns += 29 * NSEC_PER_SEC;
	timers_run(test_now_ns);
	assert_int_equal(bed_live, 2);
	test_now_ns += NSEC_PER_SEC;
	timers_run(test_now_ns);
	assert_int_equal(bed_live, 0);
	assert_int_equal(drop_counts[DROP_FRAG_REASM_TIMEOUT], 2);
	assert_int_equal(ip_mib.ReasmTimeout, 1);

	/* Time exceeded, code 1, with the first fragment's begin. */
	assert_int_equal(bed_sent, 1);
	assert_int_equal(bed_last()->data[IP_HLEN], ICMP_TE);
	assert_int_equal(bed_last()->data[IP_HLEN + 1], ICMP_TE_FRAG);
	assert_memory_equal(bed_last()->data + IP_HLEN + 8 + IP_HLEN, whole,
			    500);
	assert_int_equal(bed_last()->len, 576);
	assert_int_equal(inet_chksum(bed_last()->data + IP_HLEN, 556), 0);
	assert_int_equal(timers_next() == UINT64_MAX, true);
}

TEST(ip_fragment, without_the_first_piece_nobody_is_told)
{
	give(1480, 2960, true);
	test_now_ns += 31 * NSEC_PER_SEC;
	timers_run(test_now_ns);
	assert_int_equal(bed_live, 0);
	assert_int_equal(bed_sent, 0);
}

TEST(ip_fragment, nobody_is_told_about_a_broadcast_or_an_icmp_error)
{
	struct bed_ip ip = piece(0, 1480, true);
	u8 error[16] = { ICMP_DUR };

	ip.pkt_type = PACKET_BROADCAST;
	in(&ip);
	ip = piece(0, 16, true);
	ip.protocol = IP_PROTO_ICMP;
	ip.data = error;
	in(&ip);
	test_now_ns += 31 * NSEC_PER_SEC;
	timers_run(test_now_ns);
	assert_int_equal(bed_live, 0);
	assert_int_equal(bed_sent, 0);
}

TEST(ip_fragment, the_time_is_a_knob)
{
	const struct ctl_table *knob = NULL;

	SECTION_FOREACH(rp_sysctl, struct ctl_table, t)
	{
		if (strcmp((*t)->name, "net.ipv4.ipfrag_time") == 0)
			knob = *t;
	}
	assert_non_null(knob);
	assert_int_equal(*knob->data, 30);
	*knob->data = 5;
	give(0, 1480, true);
	test_now_ns += 5 * NSEC_PER_SEC;
	timers_run(test_now_ns);
	assert_int_equal(bed_live, 0);
}

TEST(ip_fragment, queues_are_bounded_and_the_oldest_goes)
{
	struct bed_ip ip = piece(0, 8, true);
	u32 queues, skbs;

	for (u16 id = 0; id < CONFIG_IPFRAG_MAX_QUEUES + 10; id++) {
		ip.id = id;
		in(&ip);
	}
	ip_frag_read(&queues, &skbs);
	assert_int_equal(queues, CONFIG_IPFRAG_MAX_QUEUES);
	assert_int_equal(drop_counts[DROP_FRAG_NO_MEMORY], 10);

	ip = piece(8, 16, false);
	ip.id = 9; /* gone */
	in(&ip);
	assert_null(out);
	ip.id = CONFIG_IPFRAG_MAX_QUEUES + 9; /* the youngest is there */
	in(&ip);
	assert_non_null(out);
}

TEST(ip_fragment, buffers_are_bounded_even_by_one_datagram)
{
	u32 queues, skbs;

	for (u32 i = 0; i < 3 * CONFIG_IPFRAG_MAX_SKBS; i++) {
		give(16 * i % 60000, 16 * i % 60000 + 8, true);
		ip_frag_read(&queues, &skbs);
		assert_true(skbs <= CONFIG_IPFRAG_MAX_SKBS);
		assert_int_equal(bed_live, skbs);
	}
}

TEST(ip_fragment, one_broadcast_piece_makes_it_a_broadcast)
{
	struct bed_ip ip = piece(1480, LEN, false);

	ip.pkt_type = PACKET_BROADCAST;
	give(0, 1480, true);
	in(&ip);
	assert_int_equal(out->cb.pkt_type, PACKET_BROADCAST);
	expect_whole(LEN);
}

/* --- through ip_rcv(): what L4 sees --------------------------------------- */

TEST(ip_fragment, a_large_ping_is_answered)
{
	struct bed_ip ip = { .protocol = IP_PROTO_ICMP };
	struct icmp_echo_hdr *echo = (struct icmp_echo_hdr *)whole;
	u32 len = 0;

	*echo = (struct icmp_echo_hdr){ .type = ICMP_ECHO };
	echo->chksum = inet_chksum(whole, 3000);
	for (u32 at = 0; at < 3000; at += 1480) {
		ip.data = whole + at;
		ip.data_len = (u16)min_u32(1480, 3000 - at);
		ip.frag = (u16)((at + 1480 < 3000 ? MF : 0) | at / 8);
		bed_ip_in(&ip);
	}
	for (u32 i = 0; i < bed_sent; i++)
		len += bed_packet(i)->len - IP_HLEN;
	assert_int_equal(len, 3000);
	assert_int_equal(bed_packet(0)->data[IP_HLEN], ICMP_ER);
}

/* RFC 1858: a TCP header must not hide in the second piece. */
TEST(ip_fragment, a_tcp_header_in_two_pieces_is_dropped)
{
	u8 header[24] = { 0 };
	struct bed_ip ip = { .protocol = IP_PROTO_TCP,
			     .frag = MF,
			     .data = header,
			     .data_len = 8 };

	header[12] = 0x50;
	bed_ip_in(&ip);
	ip.data = header + 8;
	ip.data_len = 16;
	ip.frag = 1;
	bed_ip_in(&ip);
	assert_int_equal(ip_mib.ReasmOKs, 1);
	assert_int_equal(drop_counts[DROP_PKT_TOO_SMALL], 1);
	assert_int_equal(bed_sent, 0);
}
