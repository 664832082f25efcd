/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: board/host/checksum.c
/* The portable sum (E7, I15); the board's assembly is tested on the board. */
#include "test.h"
#include "arch/cc.h"

static u16 plain(const u8 *p, int len)
{
	u64 sum = 0;

	for (int i = 0; i < len; i++)
		sum += i & 1 ? (u64)p[i] << 8 : p[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (u16)sum;
}

TEST(checksum, rfc_1071_example)
{
	/* Section 3: the sum of these eight bytes is ddf2. */
	static const u8 data[] = { 0x00, 0x01, 0xf2, 0x03,
				   0xf4, 0xf5, 0xf6, 0xf7 };
	u16 sum = ip_csum_fold(data, 8);

	assert_int_equal((u16)(sum << 8 | sum >> 8), 0xddf2);
}

TEST(checksum, correct_ip_header_sums_to_ffff)
{
	static const u8 header[] = { 0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40,
				     0x00, 0x40, 0x11, 0xb8, 0x61, 0xc0, 0xa8,
				     0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7 };

	assert_int_equal(ip_csum_fold(header, sizeof(header)), 0xffff);
}

TEST(checksum, nothing_sums_to_zero)
{
	assert_int_equal(ip_csum_fold("x", 0), 0);
}

TEST(checksum, every_length_at_every_alignment)
{
	static u8 data[1700];
	u32 x = 12345;

	for (size_t i = 0; i < sizeof(data); i++) {
		x = x * 1103515245 + 12345;
		data[i] = (u8)(x >> 16);
	}
	for (int at = 0; at < 8; at++)
		for (int len = 0; len < 1600; len += len < 80 ? 1 : 61)
			assert_int_equal(ip_csum_fold(data + at, len),
					 plain(data + at, len));
}

TEST(checksum, carries_of_all_ones_are_not_lost)
{
	static u8 data[65535];

	memset(data, 0xff, sizeof(data));
	for (int len = 1; len < 65535; len += 4099)
		assert_int_equal(ip_csum_fold(data, len), plain(data, len));
}
