// SRCS: stack/core/seq_file.c
/* SPDX-License-Identifier: BSD-3-Clause */
#include "test.h"
#include "core/seq_file.h"

static char out[256];
static size_t out_len;
static int flushes;

static void take(struct seq_file *m)
{
	memcpy(out + out_len, m->buf, m->count);
	out_len += m->count;
	out[out_len] = '\0';
	m->count = 0;
	flushes++;
}

TEST(seq_file, texts_follow_each_other)
{
	char buf[32];
	struct seq_file m;

	seq_init(&m, buf, sizeof(buf));
	seq_printf(&m, "%s %d", "a", -7);
	seq_putc(&m, '\n');
	seq_puts(&m, "xyz");
	seq_write(&m, "12345", 2);
	assert_string_equal(buf, "a -7\nxyz12");
	assert_int_equal(m.count, 10);
	assert_false(m.overflow);
}

TEST(seq_file, is_empty_after_init)
{
	char buf[4] = "old";
	struct seq_file m;

	seq_init(&m, buf, sizeof(buf));
	assert_int_equal(m.count, 0);
	assert_string_equal(buf, "");
}

TEST(seq_file, fills_its_buffer_to_the_last_byte_but_one)
{
	char buf[8];
	struct seq_file m;

	seq_init(&m, buf, sizeof(buf));
	seq_printf(&m, "%s", "1234567");
	assert_string_equal(buf, "1234567");
	assert_false(m.overflow);
	seq_putc(&m, '8');
	assert_true(m.overflow);
	assert_string_equal(buf, "1234567");
}

TEST(seq_file, cuts_what_does_not_fit_and_says_so)
{
	char buf[8];
	struct seq_file m;

	seq_init(&m, buf, sizeof(buf));
	seq_puts(&m, "abc");
	seq_printf(&m, "%s", "defghij");
	assert_true(m.overflow);
	assert_string_equal(buf, "abcdefg");
	assert_int_equal(m.count, 7);
	seq_puts(&m, "more");
	assert_string_equal(buf, "abcdefg");
}

TEST(seq_file, flushes_when_full_and_loses_nothing)
{
	char buf[8];
	struct seq_file m;

	seq_init(&m, buf, sizeof(buf));
	m.flush = take;
	seq_puts(&m, "abcde");
	seq_printf(&m, "%s", "12345");
	seq_puts(&m, "a text that is longer than the buffer");
	take(&m);
	assert_string_equal(out, "abcde12345a text that is longer than the "
				 "buffer");
	assert_false(m.overflow);
	assert_true(flushes > 5);
}

TEST(seq_file, one_printf_longer_than_the_buffer_is_cut_after_a_flush)
{
	char buf[8];
	struct seq_file m;

	seq_init(&m, buf, sizeof(buf));
	m.flush = take;
	seq_puts(&m, "abc");
	seq_printf(&m, "%d", 1234567890);
	assert_true(m.overflow);
	take(&m);
	assert_string_equal(out, "abc1234567");
}

TEST(seq_file, a_buffer_of_one_byte_holds_nothing)
{
	char buf[1];
	struct seq_file m;

	seq_init(&m, buf, sizeof(buf));
	seq_puts(&m, "x");
	seq_printf(&m, "%d", 1);
	assert_true(m.overflow);
	assert_int_equal(m.count, 0);
	assert_int_equal(buf[0], 0);
}
