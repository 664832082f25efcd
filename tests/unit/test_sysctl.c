// SRCS: stack/core/sysctl.c stack/core/seq_file.c
/* SPDX-License-Identifier: BSD-3-Clause */
#include "test.h"
#include <errno.h>
#include <limits.h>
#include "core/sysctl.h"

static int one = 5, three[3] = { 1, 2, 3 }, fixed = 9, wide;
static int changes;

static void count_change(const struct ctl_table *t)
{
	assert_ptr_equal(t->data, three);
	changes++;
}

static void show_text(struct seq_file *m)
{
	seq_puts(m, "fq_codel");
}

SYSCTL_INT("net.core.one", &one, 1, 100);
SYSCTL_INT("net.core.wide", &wide, INT_MIN, INT_MAX);
SYSCTL_TABLE(.name = "net.ipv4.three", .data = three, .count = 3, .min = 0,
	     .max = 1000, .changed = count_change);
SYSCTL_TABLE(.name = "net.core.fixed", .data = &fixed, .count = 1,
	     .read_only = true, .min = 0, .max = 100);
SYSCTL_TABLE(.name = "net.core.text", .show = show_text);

static const struct ctl_table *find(const char *name)
{
	const struct ctl_table *t = sysctl_find(name);

	assert_non_null(t);
	return t;
}

static const char *show(const char *name)
{
	static char buf[64];
	struct seq_file m;

	seq_init(&m, buf, sizeof(buf));
	sysctl_show_value(&m, find(name));
	return buf;
}

TEST(sysctl, finds_a_knob_by_its_whole_name)
{
	assert_string_equal(find("net.core.one")->name, "net.core.one");
	assert_null(sysctl_find("net.core"));
	assert_null(sysctl_find("net.core.one.x"));
	assert_null(sysctl_find(""));
}

TEST(sysctl, shows_values_as_linux_does)
{
	assert_string_equal(show("net.core.one"), "5");
	assert_string_equal(show("net.ipv4.three"), "1\t2\t3");
	assert_string_equal(show("net.core.text"), "fq_codel");
}

TEST(sysctl, writes_within_the_limits)
{
	assert_int_equal(sysctl_write(find("net.core.one"), "1"), 0);
	assert_int_equal(one, 1);
	assert_int_equal(sysctl_write(find("net.core.one"), " 100\n"), 0);
	assert_int_equal(one, 100);
	assert_int_equal(sysctl_write(find("net.core.one"), "0"), -EINVAL);
	assert_int_equal(sysctl_write(find("net.core.one"), "101"), -EINVAL);
	assert_int_equal(one, 100);
}

TEST(sysctl, refuses_what_is_not_a_number)
{
	static const char *const wrong[] = { "",     "-",   "x",   "5x",
					     "0x10", "5 6", "1.5", "--1",
					     "+5",   " ",   "5,6" };

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_int_equal(sysctl_write(find("net.core.one"), wrong[i]),
				 -EINVAL);
	assert_int_equal(one, 5);
}

TEST(sysctl, reads_the_whole_range_of_an_int_and_no_more)
{
	const struct ctl_table *t = find("net.core.wide");

	assert_int_equal(sysctl_write(t, "2147483647"), 0);
	assert_int_equal(wide, INT_MAX);
	assert_int_equal(sysctl_write(t, "-2147483648"), 0);
	assert_int_equal(wide, INT_MIN);
	assert_int_equal(sysctl_write(t, "2147483648"), -EINVAL);
	assert_int_equal(sysctl_write(t, "-2147483649"), -EINVAL);
	assert_int_equal(sysctl_write(t, "18446744073709551617"), -EINVAL);
	assert_int_equal(wide, INT_MIN);
}

TEST(sysctl, sets_all_values_of_a_knob_or_none)
{
	const struct ctl_table *t = find("net.ipv4.three");

	assert_int_equal(sysctl_write(t, "7\t8  9"), 0);
	assert_string_equal(show("net.ipv4.three"), "7\t8\t9");
	assert_int_equal(changes, 1);
	assert_int_equal(sysctl_write(t, "1 2"), -EINVAL);
	assert_int_equal(sysctl_write(t, "1 2 1001"), -EINVAL);
	assert_int_equal(sysctl_write(t, "1 2 3 4"), -EINVAL);
	assert_string_equal(show("net.ipv4.three"), "7\t8\t9");
	assert_int_equal(changes, 1);
}

TEST(sysctl, read_only_knobs_stay)
{
	assert_int_equal(sysctl_write(find("net.core.fixed"), "1"), -EACCES);
	assert_int_equal(sysctl_write(find("net.core.text"), "1"), -EACCES);
	assert_int_equal(fixed, 9);
}
