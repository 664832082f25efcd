/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: stack/core/sysctl.c stack/core/seq_file.c
#include "test.h"
#include <errno.h>
#include <limits.h>
#include "core/sysctl.h"

static int weight = 64;
static int rmem[3] = { 4096, 131072, 6291456 };
static int changes;
static int any;

static void changed(const struct ctl_table *t)
{
	(void)t;
	changes++;
}

static void show_text(struct seq_file *m)
{
	seq_puts(m, "cubic reno");
}

SYSCTL_INT("net.core.dev_weight", &weight, 1, 1000);
SYSCTL_INT("test.any", &any, INT_MIN, INT_MAX);
SYSCTL_TABLE(.name = "net.ipv4.tcp_rmem", .data = rmem, .count = 3, .min = 1,
	     .max = INT_MAX, .changed = changed);
SYSCTL_TABLE(.name = "test.fixed", .data = &weight, .count = 1,
	     .read_only = true, .min = 0, .max = 9);
SYSCTL_TABLE(.name = "test.text", .show = show_text);

static const char *value_of(const char *name)
{
	static char buf[64];
	struct seq_file m;

	seq_init(&m, buf, sizeof(buf));
	sysctl_show_value(&m, sysctl_find(name));
	return buf;
}

static int write_to(const char *name, const char *value)
{
	return sysctl_write(sysctl_find(name), value);
}

TEST(sysctl, is_found_by_its_whole_name_only)
{
	assert_non_null(sysctl_find("net.core.dev_weight"));
	assert_null(sysctl_find("net.core.dev_weigh"));
	assert_null(sysctl_find("net.core"));
	assert_null(sysctl_find(""));
}

TEST(sysctl, value_is_shown_as_linux_does)
{
	assert_string_equal(value_of("net.core.dev_weight"), "64");
	assert_string_equal(value_of("net.ipv4.tcp_rmem"),
			    "4096\t131072\t6291456");
	assert_string_equal(value_of("test.text"), "cubic reno");
}

TEST(sysctl, write_sets_the_value)
{
	assert_int_equal(write_to("net.core.dev_weight", "128"), 0);
	assert_int_equal(weight, 128);
	assert_int_equal(write_to("net.core.dev_weight", " 7\n"), 0);
	assert_int_equal(weight, 7);
}

TEST(sysctl, limits_are_part_of_the_range)
{
	assert_int_equal(write_to("net.core.dev_weight", "1"), 0);
	assert_int_equal(write_to("net.core.dev_weight", "1000"), 0);
	assert_int_equal(write_to("net.core.dev_weight", "0"), -EINVAL);
	assert_int_equal(write_to("net.core.dev_weight", "1001"), -EINVAL);
	assert_int_equal(weight, 1000);
}

TEST(sysctl, every_int_can_be_written_and_no_more)
{
	assert_int_equal(write_to("test.any", "2147483647"), 0);
	assert_int_equal(any, INT_MAX);
	assert_int_equal(write_to("test.any", "-2147483648"), 0);
	assert_int_equal(any, INT_MIN);
	assert_int_equal(write_to("test.any", "2147483648"), -EINVAL);
	assert_int_equal(write_to("test.any", "-2147483649"), -EINVAL);
	assert_int_equal(write_to("test.any", "99999999999999999999999"),
			 -EINVAL);
	assert_int_equal(any, INT_MIN);
}

TEST(sysctl, what_is_no_number_changes_nothing)
{
	static const char *const bad[] = { "",	  " ",	 "-",	"abc",
					   "12x", "x12", "+5",	"0x5",
					   "5 5", "5,",	 "--5", "1.5" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(write_to("net.core.dev_weight", bad[i]),
				 -EINVAL);
	assert_int_equal(weight, 64);
}

TEST(sysctl, all_numbers_of_a_vector_change_or_none)
{
	assert_int_equal(write_to("net.ipv4.tcp_rmem", "1 2"), -EINVAL);
	assert_int_equal(write_to("net.ipv4.tcp_rmem", "1 2 0"), -EINVAL);
	assert_int_equal(write_to("net.ipv4.tcp_rmem", "1 2 3 4"), -EINVAL);
	assert_int_equal(rmem[0], 4096);
	assert_int_equal(changes, 0);
	assert_int_equal(write_to("net.ipv4.tcp_rmem", "1\t2  3"), 0);
	assert_int_equal(rmem[2], 3);
	assert_int_equal(changes, 1);
}

TEST(sysctl, read_only_one_is_refused)
{
	assert_int_equal(write_to("test.fixed", "5"), -EACCES);
	assert_int_equal(write_to("test.text", "5"), -EACCES);
	assert_int_equal(weight, 64);
}
