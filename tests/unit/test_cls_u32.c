/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_cls_u32 - words at offsets (row I13)
 */
// SRCS: stack/sched/cls_u32.c
#include "test.h"
#include "sched/act_api.h"
#include "sched/cls_u32.h"

/* 192.168.1.2:1000 > 10.1.2.3:80, TCP; two bytes of room before it. */
static const u8 bytes[2 + 14 + 24] = {
	0xee, 0xee, /* not of the frame */
	0x52, 0x54, 0x00, 0x12, 0x34, 0x56, 0x02, 0x00, 0x00, 0x00,
	0x00, 0x09, 0x08, 0x00, 0x45, 0x10, 0x00, 0x18, 0x00, 0x00,
	0x40, 0x00, 0x40, 0x06, 0x00, 0x00, 192,  168,	1,    2,
	10,   1,    2,	  3,	0x03, 0xe8, 0x00, 0x50,
};

static const struct tc_packet pkt = {
	.mac = bytes + 2,
	.net = bytes + 2 + 14,
	.end = bytes + sizeof(bytes),
};

static struct u32_sel sel;

static bool matches(u32 value, u32 mask, s32 offset)
{
	sel = (struct u32_sel){ 0 };
	assert_true(u32_add_key(&sel, value, mask, offset));
	return u32_match(&sel, &pkt);
}

TEST(cls_u32, a_word_counts_from_the_network_header)
{
	assert_true(matches(0x0a010203, 0xffffffff, 16));
	assert_false(matches(0x0a010204, 0xffffffff, 16));
	assert_true(matches(0x0a000000, 0xff000000, 16));
	assert_true(matches(0x00100000, 0x00ff0000, 0));
}

TEST(cls_u32, negative_offsets_reach_the_ethernet_header)
{
	assert_true(matches(0x00000800, 0x0000ffff, -4));
	assert_true(matches(0x00123456, 0xffffffff, -12));
}

TEST(cls_u32, bytes_before_the_frame_are_not_looked_at)
{
	assert_true(matches(0x00005254, 0x0000ffff, -16));
	assert_true(matches(0x00005254, 0xffffffff, -16));
	assert_false(matches(0xeeee5254, 0xffffffff, -16));
	assert_false(matches(0, 0, -20));
}

TEST(cls_u32, a_word_that_ends_behind_the_frame_does_not_match)
{
	assert_true(matches(0x03e80050, 0xffffffff, 20));
	assert_false(matches(0, 0, 24));
	assert_false(matches(0, 0, 21));
	assert_false(matches(0, 0, 65532));
}

TEST(cls_u32, all_words_must_match)
{
	sel = (struct u32_sel){ 0 };
	assert_true(u32_add_key(&sel, 0x0a000000, 0xff000000, 16));
	assert_true(u32_add_key(&sel, 0x50, 0xffff, 20));
	assert_true(u32_match(&sel, &pkt));
	assert_true(u32_add_key(&sel, 0x00110000, 0x00ff0000, 8));
	assert_false(u32_match(&sel, &pkt));
}

TEST(cls_u32, no_word_at_all_matches_everything)
{
	sel = (struct u32_sel){ 0 };
	assert_true(u32_match(&sel, &pkt));
}

TEST(cls_u32, words_of_one_offset_become_one)
{
	sel = (struct u32_sel){ 0 };
	assert_true(u32_add_key(&sel, 0x03e80000, 0xffff0000, 20));
	assert_true(u32_add_key(&sel, 0x00000050, 0x0000ffff, 20));
	assert_int_equal(sel.nr, 1);
	assert_int_equal(sel.keys[0].value, 0x03e80050);
	assert_int_equal(sel.keys[0].mask, 0xffffffff);
}

TEST(cls_u32, a_contradiction_is_refused)
{
	sel = (struct u32_sel){ 0 };
	assert_true(u32_add_key(&sel, 0x00060000, 0x00ff0000, 8));
	assert_false(u32_add_key(&sel, 0x00110000, 0x00ff0000, 8));
	assert_true(u32_add_key(&sel, 0x00060000, 0x00ff0000, 8));
}

TEST(cls_u32, the_seventeenth_word_is_refused)
{
	sel = (struct u32_sel){ 0 };
	for (s32 i = 0; i < U32_KEYS; i++)
		assert_true(u32_add_key(&sel, 0, 1, 4 * i));
	assert_false(u32_add_key(&sel, 0, 1, 4 * U32_KEYS));
}
