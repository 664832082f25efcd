/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: stack/core/seq_file.c
#include "test.h"
#include "core/seq_file.h"

static struct seq_file m;
static char buf[16];
static char out[256];
static size_t out_len;

static void collect(struct seq_file *f)
{
	memcpy(out + out_len, f->buf, f->count);
	out_len += f->count;
	f->count = 0;
}

void test_begin(void)
{
	seq_init(&m, buf, sizeof(buf));
}

TEST(seq_file, text_stays_in_the_buffer)
{
	seq_puts(&m, "ab");
	seq_putc(&m, ' ');
	seq_printf(&m, "%d,%s", -5, "x");
	seq_write(&m, "yz!", 2);
	assert_string_equal(buf, "ab -5,xyz");
	assert_int_equal(m.count, 9);
	assert_false(m.overflow);
}

TEST(seq_file, exactly_full_is_not_too_much)
{
	seq_puts(&m, "123456789012345");
	assert_false(m.overflow);
	assert_int_equal(m.count, 15);
	seq_puts(&m, "");
	assert_false(m.overflow);
	seq_putc(&m, 'x');
	assert_true(m.overflow);
	assert_string_equal(buf, "123456789012345");
}

TEST(seq_file, printf_that_does_not_fit_is_cut_and_told)
{
	seq_puts(&m, "1234567890");
	seq_printf(&m, "%s", "abcdefghij");
	assert_true(m.overflow);
	assert_string_equal(buf, "1234567890abcde");
	assert_int_equal(m.count, 15);
}

TEST(seq_file, printf_that_fits_exactly_is_whole)
{
	seq_puts(&m, "1234567890");
	seq_printf(&m, "%s", "abcde");
	assert_false(m.overflow);
	assert_string_equal(buf, "1234567890abcde");
}

TEST(seq_file, flush_carries_any_length)
{
	m.flush = collect;
	for (int i = 0; i < 10; i++)
		seq_printf(&m, "line %d\n", i);
	seq_puts(&m, "a text that is longer than the buffer");
	collect(&m);
	assert_false(m.overflow);
	assert_int_equal(out_len, 10 * 7 + 37);
	assert_memory_equal(out + 63, "line 9\na text", 13);
}

TEST(seq_file, flush_does_not_save_a_piece_above_the_buffer)
{
	m.flush = collect;
	seq_puts(&m, "abc");
	seq_printf(&m, "%s", "longer than sixteen bytes");
	collect(&m);
	assert_true(m.overflow);
	assert_memory_equal(out, "abclonger than six", 18);
}

TEST(seq_file, buffer_of_one_byte_holds_nothing)
{
	seq_init(&m, buf, 1);
	seq_puts(&m, "a");
	seq_printf(&m, "%d", 1);
	assert_true(m.overflow);
	assert_int_equal(m.count, 0);
	assert_string_equal(buf, "");
}
