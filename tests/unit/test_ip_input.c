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
#include "ipv4/ip_input.h"
#include "ipv4/snmp.h"
#include "lwip/dhcp.h"
#include "lwip/icmp.h"
#include "lwip/igmp.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/udp.h"
#include "lwip/udp.h"

enum {
	PORT = 7,
	BROADCAST = 0xffffffff,
	SUBNET_BROADCAST = 0x0a0000ff,
	LOOPBACK = 0x7f000001,
	OTHER_HOST = 0x0a000063,
	GROUP = 0xe0010203,
};

static u32 delivered;
static u16 delivered_len;

static void on_datagram(void *arg, struct udp_pcb *pcb, struct pbuf *p,
			const ip_addr_t *addr, u16_t port)
{
	(void)arg;
	(void)pcb;
	(void)addr;
	(void)port;
	delivered++;
	delivered_len = p->tot_len;
	pbuf_free(p);
}

static void listen_on(u16 port)
{
	struct udp_pcb *pcb = udp_new();

	assert_int_equal(udp_bind(pcb, IP4_ADDR_ANY, port), ERR_OK);
	udp_recv(pcb, on_datagram, NULL);
}

void test_begin(void)
{
	bed_start();
	listen_on(PORT);
}

void test_end(void)
{
	assert_int_equal(bed_live, 0);
}

static u8 datagram[1600];

/* Twelve bytes to the open port, all right; tests spoil one thing. */
static struct bed_ip good(void)
{
	return (struct bed_ip){
		.protocol = IP_PROTO_UDP,
		.data = datagram,
		.data_len = bed_udp(datagram, 1000, PORT, "twelve bytes", 12, 0,
				    true),
	};
}

static void expect_drop(const struct bed_ip *ip, enum drop_reason reason)
{
	u32 before = drop_counts[reason], got = delivered;

	bed_ip_in(ip);
	assert_int_equal(delivered, got);
	assert_int_equal(drop_counts[reason], before + 1);
	assert_int_equal(bed_sent, 0);
}

TEST(ip_input, a_good_packet_arrives)
{
	struct bed_ip ip = good();

	bed_ip_in(&ip);
	bed_ip_in(&ip); /* now its source is known */
	assert_int_equal(delivered, 2);
	assert_int_equal(delivered_len, 12);
	assert_int_equal(ip_mib.InReceives, 2);
	assert_int_equal(ip_mib.InDelivers, 2);
}

TEST(ip_input, padding_is_cut)
{
	struct bed_ip ip = good();

	ip.padding = 18;
	bed_ip_in(&ip);
	assert_int_equal(delivered_len, 12);
}

TEST(ip_input, frames_shorter_than_a_header_are_not_read)
{
	u8 zeros[IP_HLEN] = { 0x45 };

	for (u16 len = 1; len < IP_HLEN; len++)
		ip_rcv(bed_skb(zeros, len, PACKET_HOST), &bed_eth0.netif);
	assert_int_equal(drop_counts[DROP_PKT_TOO_SMALL], IP_HLEN - 1);
	assert_int_equal(ip_mib.InHdrErrors, IP_HLEN - 1);
}

TEST(ip_input, wrong_version_or_header_length_is_dropped)
{
	struct bed_ip ip = good();

	ip.v_hl = 0x65;
	expect_drop(&ip, DROP_IP_INHDR);
	ip.v_hl = 0x44;
	expect_drop(&ip, DROP_IP_INHDR);
	ip.v_hl = 0x4f; /* 60 bytes in a packet of 40 */
	expect_drop(&ip, DROP_IP_INHDR);
	assert_int_equal(ip_mib.InHdrErrors, 3);
}

TEST(ip_input, wrong_total_length_is_dropped)
{
	struct bed_ip ip = good();

	ip.len_error = 1;
	expect_drop(&ip, DROP_PKT_TOO_SMALL);
	assert_int_equal(ipext_mib.InTruncatedPkts, 1);
	ip.len_error = -21 - 8 - 12 + 20; /* 19: less than the header */
	expect_drop(&ip, DROP_IP_INHDR);
}

TEST(ip_input, each_wrong_checksum_is_seen)
{
	struct bed_ip ip = good();

	for (u32 error = 1; error < 0xffff; error += 251) {
		ip.csum_error = (u16)error;
		expect_drop(&ip, DROP_IP_CSUM);
	}
	assert_int_equal(ipext_mib.InCsumErrors, ip_mib.InHdrErrors);
}

/* All carries in the sum of the header: many ids and addresses. */
TEST(ip_input, no_right_checksum_is_taken_for_wrong)
{
	struct bed_ip ip = good();

	for (u32 id = 0; id < 65536; id += 13) {
		ip.id = (u16)id;
		ip.ttl = (u8)(id >> 3 | 1);
		ip.src = 0x0a000000 | (id * 40503 & 0xfffff) | 0x100000;
		ip.data_len = bed_udp(datagram, 1, PORT, "", 0, 0, false);
		bed_ip_in(&ip);
	}
	assert_int_equal(delivered, 65536 / 13 + 1);
}

TEST(ip_input, sources_that_no_sender_has_are_martians)
{
	static const u32 martians[] = {
		LOOPBACK, 0x7fffffff,	    BED_OWN_IP, BED_ETH1_IP, BROADCAST,
		GROUP,	  SUBNET_BROADCAST, 0xc0a805ff, 0x00000001,
	};
	struct bed_ip ip = good();

	for (size_t i = 0; i < ARRAY_SIZE(martians); i++) {
		ip.src = martians[i];
		expect_drop(&ip, DROP_IP_INVALID_SOURCE);
	}
	ip.from_any = true;
	expect_drop(&ip, DROP_IP_INVALID_SOURCE);
}

/* A source that was right is wrong once it is ours. */
TEST(ip_input, a_known_source_is_looked_at_again_after_an_address_change)
{
	ip4_addr_t addr = { PP_HTONL(OTHER_HOST) };
	struct bed_ip ip = good();

	ip.src = OTHER_HOST;
	ip.data_len = bed_udp(datagram, 1, PORT, "x", 1, 0, false);
	bed_ip_in(&ip);
	bed_ip_in(&ip);
	assert_int_equal(delivered, 2);
	netif_set_ipaddr(&bed_eth1.netif, &addr);
	bed_forget();
	expect_drop(&ip, DROP_IP_INVALID_SOURCE);
}

TEST(ip_input, a_source_known_on_one_interface_is_not_known_on_the_other)
{
	struct bed_ip ip = good();

	bed_ip_in(&ip);
	ip_rcv(bed_ip_skb(&ip), &bed_eth1.netif); /* our address, weak host */
	ip_rcv(bed_ip_skb(&ip), &bed_eth1.netif);
	assert_int_equal(delivered, 3);
}

TEST(ip_input, a_broadcast_may_come_from_a_host_without_address)
{
	struct bed_ip ip = good();

	ip.from_any = true;
	ip.dst = BROADCAST;
	ip.pkt_type = PACKET_BROADCAST;
	ip.data_len = bed_udp(datagram, 68, PORT, "x", 1, 0, false);
	bed_ip_in(&ip);
	assert_int_equal(delivered, 1);
	assert_int_equal(ipext_mib.InBcastPkts, 1);
	ip.dst = SUBNET_BROADCAST;
	expect_drop(&ip, DROP_IP_INVALID_SOURCE);
}

TEST(ip_input, subnet_broadcasts_are_ours)
{
	struct bed_ip ip = good();

	ip.dst = SUBNET_BROADCAST;
	ip.pkt_type = PACKET_BROADCAST;
	ip.data_len = bed_udp(datagram, 1, PORT, "x", 1, 0, false);
	bed_ip_in(&ip);
	assert_int_equal(delivered, 1);
}

TEST(ip_input, destinations_that_cannot_be_on_the_wire_are_dropped)
{
	struct bed_ip ip = good();

	ip.dst = LOOPBACK;
	expect_drop(&ip, DROP_IP_INVALID_DEST);
	ip.dst = 0x00000007;
	expect_drop(&ip, DROP_IP_INVALID_DEST);
	assert_int_equal(ip_mib.InAddrErrors, 2);
}

TEST(ip_input, other_hosts_packets_are_not_ours)
{
	struct bed_ip ip = good();

	ip.dst = OTHER_HOST;
	expect_drop(&ip, DROP_IP_NOT_LOCAL);
	ip.dst = GROUP;
	ip.pkt_type = PACKET_MULTICAST;
	expect_drop(&ip, DROP_IP_NOT_LOCAL);
	assert_int_equal(ip_mib.InAddrErrors, 1);
}

TEST(ip_input, a_joined_group_is_ours)
{
	ip4_addr_t group = { PP_HTONL(GROUP) };
	struct bed_ip ip = good();

	assert_int_equal(igmp_joingroup_netif(&bed_eth0.netif, &group), ERR_OK);
	ip.dst = GROUP;
	ip.pkt_type = PACKET_MULTICAST;
	ip.data_len = bed_udp(datagram, 1, PORT, "x", 1, 0, false);
	bed_ip_in(&ip);
	assert_int_equal(delivered, 1);
	assert_int_equal(ipext_mib.InMcastPkts, 1);
}

TEST(ip_input, answers_to_our_dhcp_come_to_an_address_that_is_not_ours_yet)
{
	static struct dhcp dhcp;
	ip4_addr_t none = { 0 };
	struct bed_ip ip = good();

	ip.dst = OTHER_HOST;
	ip.data_len = bed_udp(datagram, 67, 68, "offer", 5, 0, false);
	expect_drop(&ip, DROP_IP_NOT_LOCAL);

	netif_set_addr(&bed_eth0.netif, &none, &none, &none);
	dhcp_set_struct(&bed_eth0.netif, &dhcp);
	bed_forget();
	bed_ip_in(&ip);
	assert_int_equal(drop_counts[DROP_IP_NOT_LOCAL], 1);
	assert_int_equal(ip_mib.InDelivers, 1);
	ip.data_len = bed_udp(datagram, 67, 69, "offer", 5, 0, false);
	expect_drop(&ip, DROP_IP_NOT_LOCAL);
}

TEST(ip_input, sound_options_pass)
{
	struct bed_ip ip = good();

	ip.options = "\x01\x94\x04\x00\x00\x07\x07\x04\0\0\0\0"; /* alert, RR */
	ip.options_len = 12;
	bed_ip_in(&ip);
	assert_int_equal(delivered, 1);
	ip.options = "\x44\x08\x05\x00\0\0\0\0"; /* timestamp */
	ip.options_len = 8;
	bed_ip_in(&ip);
	assert_int_equal(delivered, 2);
	ip.options = "\x00\x83\xff\xff"; /* nothing counts after the end */
	ip.options_len = 4;
	bed_ip_in(&ip);
	assert_int_equal(delivered, 3);
}

TEST(ip_input, source_routes_and_broken_options_are_refused)
{
	static const char *const bad[] = {
		"\x83\x03\x04\x00", /* loose source route */
		"\x89\x03\x04\x00", /* strict */
		"\x94\x00\x00\x00", /* length 0 */
		"\x94\x01\x00\x00", /* length 1 */
		"\x94\x05\x00\x00", /* longer than the header */
		"\x01\x01\x01\x94", /* no length */
		"\x07\x02\x00\x00", /* record route without pointer */
		"\x07\x03\x03\x00", /* its pointer points at itself */
		"\x44\x03\x05\x00", /* timestamp without flags */
		"\x44\x04\x04\x00",
	};
	struct bed_ip ip = good();

	ip.options_len = 4;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		ip.options = bad[i];
		expect_drop(&ip, DROP_IP_OPTIONS);
	}
}

static void expect_udp_len(s16 error, bool checksum, u16 want)
{
	struct bed_ip ip = good();

	ip.data_len =
		bed_udp(datagram, 1, PORT, "twelve bytes", 12, error, checksum);
	bed_ip_in(&ip);
	assert_int_equal(delivered_len, want);
}

TEST(ip_input, udp_ends_where_its_length_field_says)
{
	expect_udp_len(-5, false, 7);
	expect_udp_len(-5, true, 7);
	expect_udp_len(-12, true, 0);
	assert_int_equal(delivered, 3);
}

TEST(ip_input, impossible_udp_lengths_are_dropped)
{
	struct bed_ip ip = good();

	ip.data_len = bed_udp(datagram, 1, PORT, "twelve bytes", 12, 1, false);
	expect_drop(&ip, DROP_UDP_LENGTH);
	ip.data_len =
		bed_udp(datagram, 1, PORT, "twelve bytes", 12, -13, false);
	expect_drop(&ip, DROP_UDP_LENGTH);
	ip.data_len = 7;
	expect_drop(&ip, DROP_PKT_TOO_SMALL);
	snmp_read();
	assert_int_equal(udp_mib.InErrors, 3);
}

TEST(ip_input, tcp_headers_that_do_not_fit_are_dropped)
{
	struct bed_tcp tcp = { .dport = 80, .flags = TCP_SYN };
	u8 zeros[TCP_HLEN] = { 0 };
	struct bed_ip ip = { .protocol = IP_PROTO_TCP,
			     .data = zeros,
			     .data_len = TCP_HLEN - 1 };

	tcp.doff = 4;
	bed_tcp_in(&tcp);
	tcp.doff = 6;
	bed_tcp_in(&tcp);
	assert_int_equal(drop_counts[DROP_TCP_INHDR], 2);
	expect_drop(&ip, DROP_PKT_TOO_SMALL);
}

TEST(ip_input, tcp_in_a_broadcast_frame_is_dropped)
{
	struct bed_tcp tcp = { .dport = 80, .flags = TCP_SYN };

	bed_tcp_in(&tcp);
	assert_int_equal(bed_sent, 1); /* closed: a reset */
	bed_forget();
	tcp.ip.pkt_type = PACKET_BROADCAST;
	bed_tcp_in(&tcp);
	tcp.ip.pkt_type = PACKET_MULTICAST;
	bed_tcp_in(&tcp);
	assert_int_equal(drop_counts[DROP_TCP_NOT_HOST], 2);
	assert_int_equal(bed_sent, 0);
}

TEST(ip_input, an_error_for_a_unicast_packet_in_a_broadcast_frame_is_not_sent)
{
	struct bed_ip ip = good();

	ip.data_len = bed_udp(datagram, 1, PORT + 1, "closed", 6, 0, true);
	ip.pkt_type = PACKET_BROADCAST;
	bed_ip_in(&ip);
	assert_int_equal(bed_sent, 0);
	assert_int_equal(drop_counts[DROP_ICMP_BROADCAST], 1);
	ip.pkt_type = PACKET_HOST;
	bed_ip_in(&ip);
	assert_int_equal(bed_sent, 1);
	assert_int_equal(bed_last()->data[IP_HLEN], ICMP_DUR);
}

TEST(ip_input, unknown_protocols_are_counted_and_answered)
{
	struct bed_ip ip = good();

	ip.protocol = 99;
	bed_ip_in(&ip);
	assert_int_equal(ip_mib.InUnknownProtos, 1);
	assert_int_equal(ip_mib.InDelivers, 0);
	assert_int_equal(bed_last()->data[IP_HLEN], ICMP_DUR);
	assert_int_equal(bed_last()->data[IP_HLEN + 1], ICMP_DUR_PROTO);
}

/* --- checksums of what is inside ----------------------------------------- */

static struct pbuf *summed(const struct bed_ip *ip, enum skb_checksum known)
{
	struct pbuf *skb = bed_ip_skb(ip);

	skb->cb.ip_summed = (u8)known;
	return skb;
}

TEST(ip_input, wrong_udp_checksum_is_dropped_and_counted)
{
	struct bed_ip ip = good();

	datagram[6] ^= 1;
	expect_drop(&ip, DROP_UDP_CSUM);
	snmp_read();
	assert_int_equal(udp_mib.InErrors, 1);
	assert_int_equal(udp_mib.InCsumErrors, 1);
	assert_int_equal(udp_mib.InDatagrams, 0);
}

TEST(ip_input, udp_without_checksum_arrives)
{
	struct bed_ip ip = good();

	datagram[6] = datagram[7] = 0;
	bed_ip_in(&ip);
	assert_int_equal(delivered, 1);
}

TEST(ip_input, what_is_known_of_a_checksum_is_not_asked_again)
{
	struct bed_ip ip = good();

	ip_rcv(summed(&ip, CHECKSUM_BAD), &bed_eth0.netif);
	assert_int_equal(drop_counts[DROP_UDP_CSUM], 1);
	datagram[6] ^= 1;
	ip.csum_error = 1;
	ip_rcv(summed(&ip, CHECKSUM_UNNECESSARY), &bed_eth0.netif);
	assert_int_equal(delivered, 1);
}

/* Fragments and whoever else makes chains may cut anywhere behind the ports. */
TEST(ip_input, chain_is_summed_wherever_it_is_cut)
{
	struct bed_ip ip = good();
	u16 len = IP_HLEN + 8 + 12;

	for (u16 a = IP_HLEN + 8; a < len; a++)
		for (u16 b = (u16)(a + 1); b < len; b++) {
			struct pbuf *whole = bed_ip_skb(&ip);
			const u8 *data = whole->payload;
			struct pbuf *p = bed_skb(data, a, PACKET_HOST);

			pbuf_cat(p,
				 bed_skb(data + a, (u16)(b - a), PACKET_HOST));
			pbuf_cat(p, bed_skb(data + b, (u16)(len - b),
					    PACKET_HOST));
			pbuf_free(whole);
			ip_rcv(p, &bed_eth0.netif);
		}
	assert_int_equal(delivered, 11 * 12 / 2);
	assert_int_equal(drop_counts[DROP_UDP_CSUM], 0);
}
