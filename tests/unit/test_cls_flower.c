/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_cls_flower - the fields of a flow (row I13)
 */
// SRCS: stack/sched/cls_flower.c
#include "test.h"
#include "lwip/def.h"
#include "sched/act_api.h"
#include "sched/cls_flower.h"

enum { IP_AT = 14, L4_AT = IP_AT + 20, LEN = L4_AT + 20 };

/* 02:..:09 > 52:54:00:12:34:56, 192.168.1.2:1000 > 10.1.2.3:80, TCP SYN+ACK,
 * TOS 0x10, TTL 64. */
static u8 frame[2 + LEN];
static struct tc_packet pkt;
static struct fl_flow f;

void test_begin(void)
{
	static const u8 tcp[LEN] = {
		0x52, 0x54, 0x00, 0x12, 0x34, 0x56, 0x02, 0x00, 0x00, 0x00,
		0x00, 0x09, 0x08, 0x00, 0x45, 0x10, 0x00, 0x28, 0x00, 0x00,
		0x40, 0x00, 0x40, 0x06, 0x00, 0x00, 192,  168,	1,    2,
		10,   1,    2,	  3,	0x03, 0xe8, 0x00, 0x50, 0,    0,
		0,    0,    0,	  0,	0,    0,    0x50, 0x12,
	};

	memcpy(frame + 2, tcp, LEN);
	pkt = (struct tc_packet){
		.mac = frame + 2,
		.net = frame + 2 + IP_AT,
		.end = frame + 2 + LEN,
		.protocol = PP_HTONS(0x0800),
		.inner = PP_HTONS(0x0800),
	};
	f = (struct fl_flow){ 0 };
}

static bool matches(void)
{
	return fl_match(&f, &pkt);
}

TEST(cls_flower, nothing_asked_for_matches_everything)
{
	assert_true(matches());
}

TEST(cls_flower, macs_with_masks)
{
	static const u8 dst[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };

	f.used = FL_DST_MAC;
	memcpy(f.key.dst_mac, dst, 6);
	memset(f.mask.dst_mac, 0xff, 6);
	assert_true(matches());
	f.key.dst_mac[5] = 0x57;
	assert_false(matches());
	f.mask.dst_mac[5] = 0;
	f.key.dst_mac[5] = 0;
	assert_true(matches());
	f.used |= FL_SRC_MAC;
	f.key.src_mac[0] = 4;
	f.mask.src_mac[0] = 0xff;
	assert_false(matches());
	f.key.src_mac[0] = 2;
	assert_true(matches());
}

TEST(cls_flower, addresses_with_prefixes)
{
	f.used = FL_DST_IP | FL_SRC_IP;
	f.key.dst_ip = PP_HTONL(0x0a000000);
	f.mask.dst_ip = PP_HTONL(0xff000000);
	assert_true(matches());
	f.key.src_ip = PP_HTONL(0xc0a80102);
	f.mask.src_ip = 0xffffffff;
	assert_true(matches());
	f.key.src_ip = PP_HTONL(0xc0a80103);
	assert_false(matches());
}

TEST(cls_flower, protocol_tos_and_ttl)
{
	f.used = FL_IP_PROTO | FL_IP_TOS | FL_IP_TTL;
	f.key.ip_proto = 6;
	f.mask.ip_proto = 0xff;
	f.key.tos = 0x10;
	f.mask.tos = 0xfc;
	f.key.ttl = 64;
	f.mask.ttl = 0xff;
	assert_true(matches());
	f.key.ttl = 63;
	assert_false(matches());
	f.key.ttl = 64;
	f.key.ip_proto = 17;
	assert_false(matches());
}

TEST(cls_flower, ports_and_tcp_flags)
{
	f.used = FL_DST_PORT | FL_SRC_PORT | FL_TCP_FLAGS;
	f.key.dst_port = 80;
	f.mask.dst_port = 0xffff;
	f.key.src_port = 1000;
	f.mask.src_port = 0xffff;
	f.key.tcp_flags = 0x12;
	f.mask.tcp_flags = 0xfff;
	assert_true(matches());
	f.key.tcp_flags = 0x02;
	assert_false(matches());
	f.mask.tcp_flags = 0x02;
	assert_true(matches());
	f.key.src_port = 1001;
	assert_false(matches());
}

TEST(cls_flower, ports_stand_behind_options)
{
	f.used = FL_DST_PORT;
	f.key.dst_port = 80;
	f.mask.dst_port = 0xffff;
	frame[2 + IP_AT] = 0x46;
	assert_false(matches());
	memset(frame + 2 + L4_AT, 0, 20);
	frame[2 + L4_AT + 4 + 3] = 80;
	assert_true(matches());
}

TEST(cls_flower, later_fragments_have_no_ports)
{
	f.used = FL_DST_PORT;
	f.mask.dst_port = 0;
	assert_true(matches());
	frame[2 + IP_AT + 7] = 1;
	assert_false(matches());
	f.used = FL_DST_IP;
	assert_true(matches());
}

TEST(cls_flower, a_truncated_packet_does_not_match_what_it_lacks)
{
	f.used = FL_TCP_FLAGS;
	pkt.end = pkt.mac + L4_AT + 13;
	assert_false(matches());
	pkt.end++;
	assert_true(matches());
	f.used = FL_DST_PORT;
	pkt.end = pkt.mac + L4_AT + 3;
	assert_false(matches());
	f.used = FL_DST_IP;
	assert_true(matches());
	pkt.end = pkt.mac + L4_AT - 1;
	assert_false(matches());
	pkt.end = pkt.mac + IP_AT;
	assert_false(matches());
}

TEST(cls_flower, a_header_length_that_is_too_short_does_not_match)
{
	f.used = FL_IP_PROTO;
	frame[2 + IP_AT] = 0x44;
	assert_false(matches());
}

TEST(cls_flower, the_type_behind_the_tag)
{
	f.used = FL_ETH_TYPE;
	f.key.eth_type = 0x0800;
	f.mask.eth_type = 0xffff;
	assert_true(matches());
	pkt.inner = PP_HTONS(0x0806);
	assert_false(matches());
	f.used = FL_IP_PROTO;
	assert_false(matches());
}

TEST(cls_flower, vlan_id_and_priority)
{
	f.used = FL_VLAN_ID | FL_VLAN_PRIO;
	f.key.vlan_id = 5;
	f.mask.vlan_id = 0xfff;
	f.key.vlan_prio = 3;
	f.mask.vlan_prio = 7;
	assert_false(matches());
	pkt.tagged = true;
	pkt.vlan_tci = 3 << 13 | 5;
	assert_true(matches());
	pkt.vlan_tci = 3 << 13 | 6;
	assert_false(matches());
	pkt.vlan_tci = 2 << 13 | 5;
	assert_false(matches());
	pkt.vlan_tci = 3 << 13 | 1 << 12 | 5; /* drop eligible */
	assert_true(matches());
}

TEST(cls_flower, the_same_flow_is_recognised)
{
	struct fl_flow other = { 0 };

	assert_true(fl_is_same(&f, &other));
	other.key.ttl = 1;
	assert_false(fl_is_same(&f, &other));
	f = other;
	assert_true(fl_is_same(&f, &other));
	f.mask.src_ip = 1;
	assert_false(fl_is_same(&f, &other));
}
