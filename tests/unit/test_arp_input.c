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
#include "ipv4/arp_input.h"
#include "lwip/etharp.h"
#include "lwip/prot/etharp.h"
#include "lwip/prot/iana.h"

enum {
	PEER2 = BED_PEER_IP + 1,
	OUR_SUBNET_BROADCAST = 0x0a0000ff,
};

static const struct eth_addr peer_mac = { { 2, 0, 0, 0, 9, 9 } };

/* Frames that lwIP sent as such: ARP. */
static u32 arps_sent;
static struct etharp_hdr arp_sent;

static err_t linkoutput(struct netif *netif, struct pbuf *p)
{
	(void)netif;
	if (p->tot_len == ETH_HLEN + SIZEOF_ETHARP_HDR) {
		arps_sent++;
		(void)pbuf_copy_partial(p, &arp_sent, sizeof(arp_sent),
					ETH_HLEN);
	}
	return ERR_OK;
}

void test_begin(void)
{
	bed_start();
	bed_eth0.netif.linkoutput = linkoutput;
	bed_eth0.netif.output = etharp_output;
}

void test_end(void)
{
	assert_int_equal(bed_live, 0);
}

static struct etharp_hdr arp(u16 opcode, u32 sender, u32 target)
{
	struct etharp_hdr a = {
		.hwtype = PP_HTONS(LWIP_IANA_HWTYPE_ETHERNET),
		.proto = PP_HTONS(ETHTYPE_IP),
		.hwlen = 6,
		.protolen = 4,
		.opcode = htons(opcode),
		.shwaddr = peer_mac,
	};

	sender = htonl(sender);
	target = htonl(target);
	memcpy(&a.sipaddr, &sender, 4);
	memcpy(&a.dipaddr, &target, 4);
	return a;
}

static void in(const struct etharp_hdr *a)
{
	arp_rcv(bed_skb(a, sizeof(*a), PACKET_HOST), &bed_eth0.netif);
}

/* The MAC that is known for an address; NULL: none. */
static const struct eth_addr *known(u32 ip)
{
	ip4_addr_t addr = { htonl(ip) };
	const ip4_addr_t *found;
	struct eth_addr *mac;

	if (etharp_find_addr(&bed_eth0.netif, &addr, &mac, &found) < 0)
		return NULL;
	return mac;
}

static void expect_refused(const struct etharp_hdr *a, enum drop_reason reason)
{
	u32 before = drop_counts[reason];

	in(a);
	assert_int_equal(drop_counts[reason], before + 1);
	assert_null(known(BED_PEER_IP));
	assert_int_equal(arps_sent, 0);
}

TEST(arp_input, a_request_for_us_is_answered_and_its_sender_learnt)
{
	struct etharp_hdr a = arp(ARP_REQUEST, BED_PEER_IP, BED_OWN_IP);

	in(&a);
	assert_int_equal(arps_sent, 1);
	assert_int_equal(arp_sent.opcode, PP_HTONS(ARP_REPLY));
	assert_memory_equal(known(BED_PEER_IP), &peer_mac, 6);
}

TEST(arp_input, a_request_for_another_host_teaches_nothing)
{
	struct etharp_hdr a = arp(ARP_REQUEST, BED_PEER_IP, PEER2);

	in(&a);
	assert_int_equal(arps_sent, 0);
	assert_null(known(BED_PEER_IP));
}

TEST(arp_input, frames_shorter_than_an_arp_header_are_not_read)
{
	struct etharp_hdr a = arp(ARP_REQUEST, BED_PEER_IP, BED_OWN_IP);

	for (u16 len = 1; len < sizeof(a); len++)
		arp_rcv(bed_skb(&a, len, PACKET_BROADCAST), &bed_eth0.netif);
	assert_int_equal(drop_counts[DROP_PKT_TOO_SMALL], sizeof(a) - 1);
	assert_null(known(BED_PEER_IP));
}

TEST(arp_input, each_wrong_header_field_is_seen)
{
	struct etharp_hdr a = arp(ARP_REQUEST, BED_PEER_IP, BED_OWN_IP);

	a.hwtype = PP_HTONS(6);
	expect_refused(&a, DROP_ARP_INVALID);
	a = arp(ARP_REQUEST, BED_PEER_IP, BED_OWN_IP);
	a.proto = PP_HTONS(0x86dd);
	expect_refused(&a, DROP_ARP_INVALID);
	a = arp(ARP_REQUEST, BED_PEER_IP, BED_OWN_IP);
	a.hwlen = 8;
	expect_refused(&a, DROP_ARP_INVALID);
	a = arp(ARP_REQUEST, BED_PEER_IP, BED_OWN_IP);
	a.protolen = 16;
	expect_refused(&a, DROP_ARP_INVALID);
	a = arp(0, BED_PEER_IP, BED_OWN_IP);
	expect_refused(&a, DROP_ARP_INVALID);
	a = arp(3, BED_PEER_IP, BED_OWN_IP);
	expect_refused(&a, DROP_ARP_INVALID);
	a = arp(ARP_REQUEST, BED_PEER_IP, 0x7f000001);
	expect_refused(&a, DROP_ARP_INVALID);
	a = arp(ARP_REQUEST, BED_PEER_IP, 0xe0000001);
	expect_refused(&a, DROP_ARP_INVALID);
}

TEST(arp_input, senders_that_are_no_station_are_refused)
{
	static const struct eth_addr bad[] = {
		{ { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
		{ { 1, 0, 0x5e, 0, 0, 1 } },
		{ { 0, 0, 0, 0, 0, 0 } },
		{ { 2, 0, 0, 0, 0, 1 } }, /* our own */
	};
	struct etharp_hdr a = arp(ARP_REQUEST, BED_PEER_IP, BED_OWN_IP);

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		a.shwaddr = bad[i];
		expect_refused(&a, DROP_ARP_SENDER);
	}
}

TEST(arp_input, senders_without_a_hosts_address_are_refused)
{
	static const u32 bad[] = { 0x7f000001, 0xe0000001, 0xffffffff,
				   OUR_SUBNET_BROADCAST, 0x00000001 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct etharp_hdr a = arp(ARP_REQUEST, bad[i], BED_OWN_IP);

		expect_refused(&a, DROP_ARP_SENDER);
		assert_null(known(bad[i]));
	}
}

TEST(arp_input, whoever_claims_an_address_of_ours_is_named_once)
{
	struct etharp_hdr a = arp(ARP_REPLY, BED_OWN_IP, BED_OWN_IP);
	struct etharp_hdr b = arp(ARP_REQUEST, BED_ETH1_IP, BED_OWN_IP);

	in(&a);
	in(&b);
	assert_null(known(BED_OWN_IP));
	assert_null(known(BED_ETH1_IP));
	assert_int_equal(drop_counts[DROP_ARP_SENDER], 2);
	assert_int_equal(test_warns, 1);
	assert_string_equal(test_log, "eth0: 02:00:00:00:09:09 is using our "
				      "address 10.0.0.1");
}

/* RFC 5227: someone asks whether the address is taken. */
TEST(arp_input, a_probe_for_our_address_is_answered_but_not_learnt)
{
	struct etharp_hdr a = arp(ARP_REQUEST, 0, BED_OWN_IP);

	in(&a);
	assert_int_equal(arps_sent, 1);
	assert_null(known(0));
}

TEST(arp_input, an_answer_that_nobody_asked_for_is_not_learnt)
{
	struct etharp_hdr a = arp(ARP_REPLY, BED_PEER_IP, BED_OWN_IP);
	struct etharp_hdr b = arp(ARP_REPLY, PEER2, PEER2);
	struct etharp_hdr c = arp(ARP_REQUEST, PEER2, PEER2);

	in(&a);
	in(&b); /* gratuitous, both ways */
	in(&c);
	assert_null(known(BED_PEER_IP));
	assert_null(known(PEER2));
}

TEST(arp_input, the_answer_to_our_question_is_learnt)
{
	struct etharp_hdr a = arp(ARP_REPLY, BED_PEER_IP, BED_OWN_IP);
	ip4_addr_t peer = { PP_HTONL(BED_PEER_IP) };

	/* With a packet that waits for it. */
	assert_int_equal(etharp_query(&bed_eth0.netif, &peer, NULL), ERR_OK);
	assert_int_equal(arps_sent, 1);
	assert_null(known(BED_PEER_IP));
	in(&a);
	assert_memory_equal(known(BED_PEER_IP), &peer_mac, 6);
}

TEST(arp_input, a_known_host_may_move)
{
	struct etharp_hdr a = arp(ARP_REQUEST, BED_PEER_IP, BED_OWN_IP);

	in(&a);
	a = arp(ARP_REPLY, BED_PEER_IP, BED_PEER_IP);
	a.shwaddr.addr[5] = 10;
	in(&a);
	assert_int_equal(known(BED_PEER_IP)->addr[5], 10);
}
