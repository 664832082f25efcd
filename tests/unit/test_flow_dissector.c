/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: stack/core/flow_dissector.c
/*
 * flow_dissector - every length of every kind of frame, and a hash that
 * spreads flows, whoever chooses them (row I11)
 */
#include "test.h"
#include "core/flow_dissector.h"
#include "lwip/def.h"

static const struct flow_key key = { { 0x12345678, 0x9abcdef0, 0x0f1e2d3c,
				       0x4b5a6978 } };

/* Ethernet, IPv4, UDP 1000 -> 53. */
static const u8 udp[] = {
	2,    0,    0, 0,  0,  1, 2,	0, 0,  0,  0, 2, 0x08, 0, /* Ethernet */
	0x45, 0,    0, 28, 0,  0, 0x40, 0, 64, 17, 0, 0,	  /* IP */
	10,   0,    0, 1,  10, 0, 0,	2, /* addresses */
	0x03, 0xe8, 0, 53, 0,  8, 0,	0, /* UDP */
};

static u8 frame[256];
static struct flow_keys keys;

/* Nothing behind @len may be read: the bytes lie at the end of their block. */
static bool dissect(const void *data, size_t len)
{
	u8 *exact = test_malloc(len ? len : 1);
	bool whole;

	memcpy(exact, data, len);
	whole = flow_dissect(exact, (u32)len, &keys);
	test_free(exact);
	return whole;
}

/* @udp with tags of these types in front of its own. */
static size_t tagged(u16 outer, u16 tci, u16 inner)
{
	size_t len = 12;

	memcpy(frame, udp, len);
	if (outer) {
		frame[len++] = (u8)(outer >> 8);
		frame[len++] = (u8)outer;
		frame[len++] = (u8)(tci >> 8);
		frame[len++] = (u8)tci;
	}
	if (inner) {
		frame[len++] = (u8)(inner >> 8);
		frame[len++] = (u8)inner;
		frame[len++] = 0;
		frame[len++] = 7;
	}
	memcpy(frame + len, udp + 12, sizeof(udp) - 12);
	return len + sizeof(udp) - 12;
}

TEST(flow_dissector, udp_over_ipv4)
{
	assert_true(dissect(udp, sizeof(udp)));
	assert_int_equal(keys.n_proto, PP_HTONS(0x0800));
	assert_int_equal(keys.src, PP_HTONL(0x0a000001));
	assert_int_equal(keys.dst, PP_HTONL(0x0a000002));
	assert_int_equal(keys.ip_proto, 17);
	assert_int_equal(keys.sport, PP_HTONS(1000));
	assert_int_equal(keys.dport, PP_HTONS(53));
	assert_int_equal(keys.l4_offset, 34);
	assert_false(keys.vlan);
	assert_false(keys.is_fragment);
}

TEST(flow_dissector, options_move_the_ports)
{
	memcpy(frame, udp, 34);
	frame[14] = 0x46;
	memset(frame + 34, 1, 4);
	memcpy(frame + 38, udp + 34, 8);
	assert_true(dissect(frame, 46));
	assert_int_equal(keys.l4_offset, 38);
	assert_int_equal(keys.dport, PP_HTONS(53));
}

TEST(flow_dissector, tags_are_looked_behind)
{
	assert_true(dissect(frame, tagged(0x8100, 0x6123, 0)));
	assert_true(keys.vlan);
	assert_int_equal(keys.vlan_tci, 0x6123);
	assert_int_equal(keys.n_proto, PP_HTONS(0x0800));
	assert_int_equal(keys.dport, PP_HTONS(53));
	assert_true(dissect(frame, tagged(0x88a8, 5, 0x8100)));
	assert_int_equal(keys.vlan_tci, 5); /* the outer one's */
	assert_int_equal(keys.dport, PP_HTONS(53));
}

TEST(flow_dissector, third_tag_is_the_end)
{
	size_t len = tagged(0x8100, 1, 0x8100);

	memmove(frame + 20, frame + 16, len - 16);
	assert_true(dissect(frame, len + 4));
	assert_int_equal(keys.n_proto, PP_HTONS(0x8100));
	assert_int_equal(keys.src, 0);
}

TEST(flow_dissector, fragments_have_no_ports)
{
	memcpy(frame, udp, sizeof(udp));
	frame[20] = 0x20; /* the first of several */
	assert_true(dissect(frame, sizeof(udp)));
	assert_true(keys.is_fragment);
	assert_int_equal(keys.sport | keys.dport, 0);
	frame[20] = 0;
	frame[21] = 3; /* the last one */
	assert_true(dissect(frame, sizeof(udp)));
	assert_true(keys.is_fragment);
	assert_int_equal(keys.sport | keys.dport, 0);
	assert_int_equal(keys.src, PP_HTONL(0x0a000001));
}

TEST(flow_dissector, protocols_without_ports_have_none)
{
	memcpy(frame, udp, sizeof(udp));
	frame[23] = 1; /* ICMP */
	assert_true(dissect(frame, sizeof(udp)));
	assert_int_equal(keys.ip_proto, 1);
	assert_int_equal(keys.sport | keys.dport, 0);
}

TEST(flow_dissector, wrong_ip_headers_are_not_ip)
{
	static const u8 wrong[] = { 0x65, 0x44, 0x40, 0x4f };

	for (size_t i = 0; i < sizeof(wrong); i++) {
		memcpy(frame, udp, sizeof(udp));
		frame[14] = wrong[i];
		assert_true(dissect(frame, sizeof(udp)));
		assert_int_equal(keys.src, 0);
		assert_int_equal(keys.l4_offset, 0);
	}
}

TEST(flow_dissector, every_cut_frame_is_read_as_far_as_it_goes)
{
	size_t len = tagged(0x88a8, 5, 0x8100);

	for (size_t cut = 0; cut <= len; cut++) {
		assert_int_equal(dissect(frame, cut), cut >= 14);
		assert_int_equal(keys.src != 0, cut >= 42);
		assert_int_equal(keys.dport != 0, cut >= 46);
	}
}

/* --- the hash ------------------------------------------------------------ */

static struct flow_keys flow(u32 src, u32 dst, u16 sport, u16 dport)
{
	return (struct flow_keys){ .src = htonl(src),
				   .dst = htonl(dst),
				   .sport = htons(sport),
				   .dport = htons(dport),
				   .n_proto = PP_HTONS(0x0800),
				   .ip_proto = 6 };
}

static u32 random_state = 1;

static u32 random32(void)
{
	random_state = random_state * 1664525 + 1013904223;
	return random_state ^ random_state >> 15;
}

TEST(flow_hash, same_flow_same_number_and_never_0)
{
	struct flow_keys f = { 0 };

	for (u32 n = 0; n < 100000; n++) {
		u32 h;

		f = flow(random32(), random32(), (u16)random32(), 80);
		h = flow_hash(&f, &key);
		assert_int_not_equal(h, 0);
		assert_int_equal(flow_hash(&f, &key), h);
	}
}

TEST(flow_hash, each_field_counts)
{
	struct flow_keys a = flow(1, 2, 3, 4), b;
	u32 h = flow_hash(&a, &key);

	b = a, b.src ^= 1;
	assert_int_not_equal(flow_hash(&b, &key), h);
	b = a, b.dst ^= 1;
	assert_int_not_equal(flow_hash(&b, &key), h);
	b = a, b.sport ^= 1;
	assert_int_not_equal(flow_hash(&b, &key), h);
	b = a, b.dport ^= 1;
	assert_int_not_equal(flow_hash(&b, &key), h);
	b = a, b.ip_proto = 17;
	assert_int_not_equal(flow_hash(&b, &key), h);
	a = (struct flow_keys){ .n_proto = PP_HTONS(0x0806) };
	b = (struct flow_keys){ .n_proto = PP_HTONS(0x86dd) };
	assert_int_not_equal(flow_hash(&a, &key), flow_hash(&b, &key));
}

/* Pearson's chi-square of @n hashes in 256 buckets: 255 is expected, with a
 * standard deviation of 23. */
static double chi_square(const u32 *bucket, u32 n)
{
	double expected = n / 256.0, sum = 0;

	for (u32 i = 0; i < 256; i++)
		sum += (bucket[i] - expected) * (bucket[i] - expected) /
		       expected;
	return sum;
}

/* The flows that come in practice: ports that count up, hosts that count up,
 * both; low bits and high bits of the hash, under many keys. */
TEST(flow_hash, flows_in_a_row_are_spread)
{
	for (u32 round = 0; round < 60; round++) {
		struct flow_key k = { { random32(), random32(), random32(),
					random32() } };
		u32 low[256] = { 0 }, high[256] = { 0 };

		for (u32 n = 0; n < 16384; n++) {
			struct flow_keys f =
				round % 3 == 0 ? flow(0x0a000001, 0x0a000002,
						      (u16)(20000 + n), 80)
				: round % 3 == 1
					? flow(0x0a000000 + n, 0x0a000002, 5000,
					       80)
					: flow(0x0a000000 + n / 128, 0x0a000002,
					       (u16)(1024 + n % 128), 80);
			u32 h = flow_hash(&f, &k);

			low[h & 255]++;
			high[h >> 24]++;
		}
		/* More than eight deviations: not in a lifetime of tests. */
		assert_true(chi_square(low, 16384) < 255 + 8 * 23);
		assert_true(chi_square(high, 16384) < 255 + 8 * 23);
	}
}

TEST(flow_hash, one_bit_changes_about_half_of_them)
{
	u64 changed = 0, tries = 0;

	for (u32 n = 0; n < 2000; n++) {
		struct flow_key k = { { random32(), random32(), random32(),
					random32() } };
		struct flow_keys f = flow(random32(), random32(),
					  (u16)random32(), (u16)random32());
		u32 h = flow_hash(&f, &k);

		for (u32 bit = 0; bit < 96; bit++) {
			struct flow_keys g = f;

			if (bit < 32)
				g.src ^= 1u << bit;
			else if (bit < 64)
				g.dst ^= 1u << (bit - 32);
			else if (bit < 80)
				g.sport ^= (u16)(1u << (bit - 64));
			else
				g.dport ^= (u16)(1u << (bit - 80));
			changed +=
				(u32)__builtin_popcount(h ^ flow_hash(&g, &k));
			tries += 32;
		}
	}
	assert_in_range(changed * 1000 / tries, 490, 510);
}

/* Who collects flows that collide under one key has nothing under another. */
TEST(flow_hash, collisions_do_not_outlive_the_key)
{
	struct flow_key other = { { 1, 2, 3, 4 } };
	struct flow_keys first = flow(1, 2, 3, 4);
	u32 bucket = flow_hash(&first, &key) & 1023;
	u32 found = 0, same = 0;

	for (u32 n = 0; n < 2000000 && found < 1000; n++) {
		struct flow_keys f = flow(n, 2, (u16)(n >> 5), 4);

		if ((flow_hash(&f, &key) & 1023) != bucket)
			continue;
		found++;
		same += (flow_hash(&f, &other) & 1023) ==
			(flow_hash(&first, &other) & 1023);
	}
	assert_int_equal(found, 1000);
	assert_in_range(same, 0, 10);
}

TEST(flow_hash, packet_is_hashed_when_first_asked)
{
	struct pbuf skb = { .payload = frame, .len = sizeof(udp) };
	u32 h;

	memcpy(frame, udp, sizeof(udp));
	assert_int_equal(skb.cb.hash, 0);
	h = skb_get_hash(&skb);
	assert_int_equal(skb.cb.hash, h);
	frame[37]++; /* another port: but it is not asked again */
	assert_int_equal(skb_get_hash(&skb), h);
	skb.cb.hash = 0;
	assert_int_not_equal(skb_get_hash(&skb), h);
}
