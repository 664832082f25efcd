// SRCS: firmware/shell/args.c
/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell/args.h"
#include "test.h"

static be32_t ip(u8 a, u8 b, u8 c, u8 d)
{
	u8 byte[4] = { a, b, c, d };
	be32_t v;

	memcpy(&v, byte, sizeof(v));
	return v;
}

/* The words of @text, as the shell would hand them over. */
static struct args_opt words(const char *spec, const char *text)
{
	static char copy[64], *argv[16];
	struct args_opt o = { .argv = argv, .spec = spec };

	strcpy(copy, text);
	for (char *w = strtok(copy, " "); w != NULL; w = strtok(NULL, " "))
		argv[o.argc++] = w;
	return o;
}

TEST(args, a_number_is_digits_inside_its_limits)
{
	u32 v = 99;

	assert_true(args_u32("0", 0, 10, &v));
	assert_int_equal(v, 0);
	assert_true(args_u32("4294967295", 0, UINT32_MAX, &v));
	assert_int_equal(v, UINT32_MAX);
	v = 99;
	assert_false(args_u32("4294967296", 0, UINT32_MAX, &v));
	assert_false(args_u32("99999999999999999999999", 0, UINT32_MAX, &v));
	assert_false(args_u32("11", 0, 10, &v));
	assert_false(args_u32("1", 2, 10, &v));
	assert_false(args_u32("", 0, 10, &v));
	assert_false(args_u32("-1", 0, 10, &v));
	assert_false(args_u32("+1", 0, 10, &v));
	assert_false(args_u32(" 1", 0, 10, &v));
	assert_false(args_u32("1 ", 0, 10, &v));
	assert_false(args_u32("0x1", 0, 10, &v));
	assert_int_equal(v, 99);
}

TEST(args, seconds_have_up_to_three_decimals)
{
	u32 ms = 99;

	assert_true(args_seconds("2", &ms));
	assert_int_equal(ms, 2000);
	assert_true(args_seconds("0.2", &ms));
	assert_int_equal(ms, 200);
	assert_true(args_seconds("1.005", &ms));
	assert_int_equal(ms, 1005);
	assert_true(args_seconds("86400", &ms));
	assert_int_equal(ms, 86400000);
	ms = 99;
	assert_false(args_seconds("0.0001", &ms));
	assert_false(args_seconds("1.", &ms));
	assert_false(args_seconds(".5", &ms));
	assert_false(args_seconds("1s", &ms));
	assert_false(args_seconds("-1", &ms));
	assert_false(args_seconds("86401", &ms));
	assert_int_equal(ms, 99);
}

TEST(args, an_address_is_four_plain_decimal_numbers)
{
	static const char *const bad[] = {
		"",
		"1",
		"10.1",
		"10.0.0",
		"10.0.0.0.0",
		"10.0.0.",
		".10.0.0.1",
		"10..0.1",
		"10.0.0.256",
		"010.0.0.1",
		"10.0.0.01",
		"0x0a.0.0.1",
		"10.0.0.1 ",
		" 10.0.0.1",
		"10.0.0.-1",
		"10.0.0.1x",
		"10.0.0.1/24",
		"a.b.c.d",
		"4294967296.0.0.1",
	};
	be32_t addr = 99;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(args_ip4(bad[i], &addr));
	assert_int_equal(addr, 99);
	assert_true(args_ip4("0.0.0.0", &addr));
	assert_int_equal(addr, 0);
	assert_true(args_ip4("10.0.2.255", &addr));
	assert_int_equal(addr, ip(10, 0, 2, 255));
}

TEST(args, a_prefix_is_an_address_and_0_to_32_bits)
{
	be32_t addr;
	u8 len;

	assert_true(args_ip4_prefix("10.0.2.15/24", &addr, &len));
	assert_int_equal(addr, ip(10, 0, 2, 15));
	assert_int_equal(len, 24);
	assert_true(args_ip4_prefix("10.0.2.15", &addr, &len));
	assert_int_equal(len, 32);
	assert_true(args_ip4_prefix("0.0.0.0/0", &addr, &len));
	assert_int_equal(len, 0);
	assert_false(args_ip4_prefix("10.0.2.15/33", &addr, &len));
	assert_false(args_ip4_prefix("10.0.2.15/", &addr, &len));
	assert_false(args_ip4_prefix("10.0.2.15/24x", &addr, &len));
	assert_false(args_ip4_prefix("10.0.2.15/255.0.0.0", &addr, &len));
	assert_false(args_ip4_prefix("10.0.2/24", &addr, &len));
}

TEST(args, masks_and_prefixes_are_each_others_inverse)
{
	assert_int_equal(ip4_prefix_mask(0), 0);
	assert_int_equal(ip4_prefix_mask(20), ip(255, 255, 240, 0));
	assert_int_equal(ip4_prefix_mask(32), UINT32_MAX);
	for (u8 len = 0; len <= 32; len++)
		assert_int_equal(ip4_mask_prefix(ip4_prefix_mask(len)), len);
	assert_int_equal(ip4_mask_prefix(ip(255, 0, 255, 0)), -1);
}

TEST(args, a_mac_is_six_pairs_of_hexadecimal_digits)
{
	static const char *const bad[] = {
		"",
		"02:00:00:00:00",
		"02:00:00:00:00:01:02",
		"2:0:0:0:0:1",
		"02-00-00-00-00-01",
		"02:00:00:00:00:0g",
		"02:00:00:00:00:01 ",
		"02:00:00:00:00:0",
		"020000000001",
	};
	static const u8 good[6] = { 0x02, 0xab, 0xCD, 0, 0, 0xff };
	u8 mac[6] = { 9 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(args_mac(bad[i], mac));
	assert_int_equal(mac[0], 9);
	assert_true(args_mac("02:ab:CD:00:00:fF", mac));
	assert_memory_equal(mac, good, 6);
}

TEST(args, an_abbreviation_is_a_beginning)
{
	assert_true(args_abbrev("a", "address"));
	assert_true(args_abbrev("address", "address"));
	assert_false(args_abbrev("", "address"));
	assert_false(args_abbrev("addresses", "address"));
	assert_false(args_abbrev("ax", "address"));
}

TEST(args, options_stand_anywhere_and_share_a_dash)
{
	struct args_opt o = words("c:i:n", "ping -nc 3 host -i0.2 -- -x");

	assert_int_equal(args_getopt(&o), 'n');
	assert_int_equal(args_getopt(&o), 'c');
	assert_string_equal(o.value, "3");
	assert_int_equal(args_getopt(&o), 'i');
	assert_string_equal(o.value, "0.2");
	assert_int_equal(args_getopt(&o), 0);
	assert_int_equal(o.words, 3);
	assert_string_equal(o.argv[1], "host");
	assert_string_equal(o.argv[2], "-x");
}

TEST(args, an_option_that_is_none_or_lacks_its_value_is_named)
{
	struct args_opt o = words("c:n", "ping -nZ");

	assert_int_equal(args_getopt(&o), 'n');
	assert_int_equal(args_getopt(&o), '?');
	assert_int_equal(o.bad, 'Z');

	o = words("c:n", "ping -:");
	assert_int_equal(args_getopt(&o), '?');

	o = words("c:n", "ping -c");
	assert_int_equal(args_getopt(&o), ':');
	assert_int_equal(o.bad, 'c');
}

TEST(args, a_single_dash_is_a_word)
{
	struct args_opt o = words("n", "cat -");

	assert_int_equal(args_getopt(&o), 0);
	assert_int_equal(o.words, 2);
}
