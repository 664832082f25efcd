/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_cls_word - the short way says what the long way says (row I13)
 */
// SRCS: stack/sched/cls_word.c stack/sched/cls_u32.c stack/sched/cls_flower.c
#include <stdlib.h>
#include "test.h"
#include "lwip/def.h"
#include "sched/act_api.h"
#include "sched/cls_flower.h"
#include "sched/cls_u32.h"
#include "sched/cls_word.h"

enum { IP_AT = 14, FRAME_MAX = 80, ROUNDS = 200000 };

static u64 seed = 1;

/* The same numbers each time. */
static u32 any(u32 limit)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (u32)(seed >> 33) % limit;
}

static struct {
	u8 room[2];
	u8 frame[FRAME_MAX];
} buf;

static struct tc_packet pkt;
static struct tc_words words;

/* A frame in which few values are likely, so that rules often match. */
static void make_frame(void)
{
	u32 len = any(4) ? 60 : IP_AT + any(FRAME_MAX - IP_AT);

	for (u32 i = 0; i < FRAME_MAX; i++)
		buf.frame[i] = (u8)any(3);
	buf.room[0] = (u8)any(3);
	buf.room[1] = (u8)any(3);
	buf.frame[12] = any(8) ? 8 : 0x86;
	buf.frame[13] = 0;
	buf.frame[IP_AT] = any(4) ? 0x45 : (u8)(0x40 | any(16));
	buf.frame[IP_AT + 9] = any(2) ? 6 : 17;
	pkt = (struct tc_packet){ .mac = buf.frame,
				  .net = buf.frame + IP_AT,
				  .end = buf.frame + len };
	memcpy(&pkt.protocol, buf.frame + 12, 2);
	pkt.inner = pkt.protocol;
}

static s32 room(void)
{
	return (s32)(pkt.end - pkt.net);
}

TEST(cls_word, u32_both_ways)
{
	u32 short_ways = 0, matches = 0;

	for (u32 i = 0; i < ROUNDS; i++) {
		struct u32_sel sel = { 0 };
		enum words_verdict verdict;
		bool match;

		for (u32 n = any(4); n > 0; n--)
			(void)u32_add_key(&sel, any(3) << 8 * any(4),
					  any(2) ? 0xffu << 8 * any(4)
						 : any(UINT32_MAX),
					  (s32)any(20) * 4 - 16);
		words_from_u32(&words, &sel);
		make_frame();
		match = u32_match(&sel, &pkt);
		verdict = words_match(&words, pkt.net, room());
		matches += match;
		if (verdict == WORDS_ASK)
			continue;
		short_ways++;
		assert_int_equal(verdict == WORDS_MATCH, match);
	}
	assert_true(short_ways > ROUNDS * 8 / 10);
	assert_true(matches > ROUNDS / 20);
}

static void make_flow(struct fl_flow *f)
{
	struct fl_key *k = &f->key, *m = &f->mask;

	*f = (struct fl_flow){ 0 };
	for (u32 n = any(4); n > 0; n--)
		f->used |= 1u << any(14);
	f->used &= ~(u32)FL_VLAN;
	if (f->used & FL_DST_MAC)
		m->dst_mac[any(6)] = 3;
	if (f->used & FL_SRC_MAC)
		m->src_mac[any(6)] = 0xff;
	if (f->used & FL_ETH_TYPE) {
		k->eth_type = any(8) ? 0x0800 : 0x8600;
		m->eth_type = 0xffff;
	}
	if (f->used & FL_IP_PROTO) {
		k->ip_proto = any(2) ? 6 : 17;
		m->ip_proto = 0xff;
	}
	if (f->used & FL_IP_TOS)
		m->tos = (u8)any(4);
	if (f->used & FL_IP_TTL) {
		m->ttl = 0xff;
		k->ttl = (u8)any(3);
	}
	if (f->used & FL_SRC_IP)
		m->src_ip = any(2) ? 0x000000ff : 0x01000001;
	if (f->used & FL_DST_IP)
		m->dst_ip = 0x0000ff00;
	if (f->used & FL_SRC_PORT)
		m->src_port = any(2) ? 1 : 0xff00;
	if (f->used & FL_DST_PORT) {
		m->dst_port = 0xff;
		k->dst_port = (u16)any(3);
	}
	if (f->used & FL_TCP_FLAGS) {
		m->tcp_flags = any(2) ? 2 : 0xfff;
		k->tcp_flags = m->tcp_flags & any(3);
	}
}

TEST(cls_word, flower_both_ways)
{
	u32 short_ways = 0, matches = 0;

	for (u32 i = 0; i < ROUNDS; i++) {
		struct fl_flow flow;
		enum words_verdict verdict;
		bool only_ip, match;

		make_flow(&flow);
		make_frame();
		only_ip = pkt.inner == PP_HTONS(0x0800) && any(2);
		words_from_flower(&words, &flow, only_ip);
		match = fl_match(&flow, &pkt);
		verdict = words_match(&words, pkt.net, room());
		matches += match;
		if (verdict == WORDS_ASK)
			continue;
		short_ways++;
		assert_int_equal(verdict == WORDS_MATCH, match);
	}
	assert_true(short_ways > ROUNDS * 6 / 10);
	assert_true(matches > ROUNDS / 20);
}

TEST(cls_word, a_rule_with_too_many_words_takes_the_long_way)
{
	struct u32_sel sel = { 0 };

	for (s32 i = 0; i < TC_WORDS; i++)
		assert_true(u32_add_key(&sel, 1, 1, 4 * i));
	words_from_u32(&words, &sel);
	assert_true(words.usable);
	assert_true(u32_add_key(&sel, 1, 1, 4 * TC_WORDS));
	words_from_u32(&words, &sel);
	assert_false(words.usable);
}
