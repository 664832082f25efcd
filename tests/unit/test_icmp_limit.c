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
#include "core/sysctl.h"
#include "ipv4/icmp_limit.h"
#include "ipv4/ip_input.h"
#include "ipv4/snmp.h"
#include "lwip/prot/icmp.h"

void test_begin(void)
{
	bed_start();
}

void test_end(void)
{
	assert_int_equal(bed_live, 0);
}

/* Would an ICMP message of this type to 10.x.x.@host leave? */
static bool leaves(u8 type, u32 host)
{
	u8 icmp[8] = { type };
	struct bed_ip ip = { .protocol = IP_PROTO_ICMP,
			     .dst = 0x0a000000 | host,
			     .data = icmp,
			     .data_len = sizeof(icmp) };
	struct pbuf *p = bed_ip_skb(&ip);
	bool allowed = ip_output_allow(p, &bed_eth0.netif);

	pbuf_free(p);
	return allowed;
}

static int *knob(const char *name)
{
	SECTION_FOREACH(rp_sysctl, struct ctl_table, t)
	{
		if (strcmp((*t)->name, name) == 0)
			return (*t)->data;
	}
	fail_msg("no knob %s", name);
	return NULL;
}

TEST(icmp_limit, other_protocols_and_echoes_always_leave)
{
	u8 data[8] = { 0 };
	struct bed_ip ip = { .protocol = 17, .data = data, .data_len = 8 };

	for (int i = 0; i < 2000; i++) {
		struct pbuf *p = bed_ip_skb(&ip);

		assert_true(ip_output_allow(p, &bed_eth0.netif));
		pbuf_free(p);
		assert_true(leaves(ICMP_ER, 9));
		assert_true(leaves(ICMP_ECHO, 9));
	}
	assert_int_equal(icmp_mib.OutEchoReps, 2000);
	assert_int_equal(icmp_mib.OutEchos, 2000);
}

TEST(icmp_limit, one_destination_gets_six_at_once_and_one_a_second)
{
	int n = 0;

	while (leaves(ICMP_DUR, 9))
		n++;
	assert_int_equal(n, 6);
	assert_int_equal(icmp_mib.OutRateLimitHost, 1);
	test_now_ns += NSEC_PER_SEC - 1;
	assert_false(leaves(ICMP_DUR, 9));
	test_now_ns += 1;
	assert_true(leaves(ICMP_DUR, 9));
	assert_false(leaves(ICMP_DUR, 9));
	assert_true(leaves(ICMP_DUR, 10)); /* the neighbour is not concerned */
	test_now_ns += 100 * NSEC_PER_SEC;
	for (n = 0; leaves(ICMP_TE, 9); n++)
		;
	assert_int_equal(n, 6);
}

TEST(icmp_limit, all_destinations_together_get_fifty_at_once)
{
	u32 n = 0;

	while (leaves(ICMP_DUR, 1000 + n))
		n++;
	assert_int_equal(n, 50);
	assert_int_equal(icmp_mib.OutRateLimitGlobal, 1);
	assert_int_equal(drop_counts[DROP_ICMP_RATELIMIT], 1);
	/* A thousand a second: one each millisecond. */
	for (u32 ms = 0; ms < 1000; ms++) {
		test_now_ns += NSEC_PER_MSEC;
		assert_true(leaves(ICMP_DUR, 2000 + ms));
		assert_false(leaves(ICMP_DUR, 4000 + ms));
	}
}

TEST(icmp_limit, the_limits_are_knobs)
{
	u32 n = 0;

	*knob("net.ipv4.icmp_ratelimit") = 0;
	*knob("net.ipv4.icmp_msgs_burst") = 20;
	while (leaves(ICMP_DUR, 9))
		n++;
	assert_int_equal(n, 20);
	*knob("net.ipv4.icmp_msgs_per_sec") = 0;
	test_now_ns += 10 * NSEC_PER_SEC;
	assert_false(leaves(ICMP_DUR, 9));
	*knob("net.ipv4.icmp_ratemask") = 0;
	assert_true(leaves(ICMP_DUR, 9));
}

TEST(icmp_limit, errors_about_group_frames_never_leave)
{
	static const u8 errors[] = { ICMP_DUR, ICMP_SQ, ICMP_RD, ICMP_TE,
				     ICMP_PP };

	ip_rcv_pkt_type = PACKET_BROADCAST;
	for (size_t i = 0; i < sizeof(errors); i++)
		assert_false(leaves(errors[i], 9));
	ip_rcv_pkt_type = PACKET_MULTICAST;
	assert_false(leaves(ICMP_DUR, 9));
	assert_true(leaves(ICMP_ER, 9));
	assert_int_equal(drop_counts[DROP_ICMP_BROADCAST], 6);
}

TEST(icmp_limit, later_fragments_of_a_message_are_not_judged)
{
	u8 data[8] = { ICMP_DUR };
	struct bed_ip ip = { .protocol = IP_PROTO_ICMP,
			     .frag = 5,
			     .data = data,
			     .data_len = 8 };
	struct pbuf *p = bed_ip_skb(&ip);

	ip_rcv_pkt_type = PACKET_BROADCAST;
	assert_true(ip_output_allow(p, &bed_eth0.netif));
	pbuf_free(p);
}

/* As from the wire: a port scan. */
TEST(icmp_limit, a_scan_of_closed_udp_ports_gets_six_answers)
{
	u8 buf[64];
	struct bed_ip ip = { .protocol = IP_PROTO_UDP, .data = buf };

	for (u16 port = 2000; port < 2100; port++) {
		ip.data_len = bed_udp(buf, 1, port, "scan", 4, 0, true);
		bed_ip_in(&ip);
	}
	assert_int_equal(bed_sent, 6);
	assert_int_equal(icmp_mib.OutDestUnreachs, 6);
}
