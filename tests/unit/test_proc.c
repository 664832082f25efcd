// SRCS: stack/proc/proc.c stack/core/sysctl.c stack/core/seq_file.c
/* SPDX-License-Identifier: BSD-3-Clause */
#include "test.h"
#include <errno.h>
#include "core/seq_file.h"
#include "core/sysctl.h"

static int budget = 300, pair[2] = { 4, 5 };

static int dev_show(struct seq_file *m)
{
	seq_puts(m, "eth0\n");
	return 0;
}
PROC_FILE("net/dev", dev_show);

static int uptime_show(struct seq_file *m)
{
	seq_puts(m, "1.00 0.50\n");
	return 0;
}
PROC_FILE("uptime", uptime_show);

static int broken_show(struct seq_file *m)
{
	(void)m;
	return -EIO;
}
PROC_FILE("net/broken", broken_show);

SYSCTL_INT("net.core.netdev_budget", &budget, 1, 1000);
SYSCTL_TABLE(.name = "net.ipv4.pair", .data = pair, .count = 2, .min = 0,
	     .max = 9);

static char text[512];

static int show(const char *path)
{
	struct seq_file m;

	seq_init(&m, text, sizeof(text));
	return proc_show(&m, path);
}

static int list(const char *path)
{
	struct seq_file m;

	seq_init(&m, text, sizeof(text));
	return proc_list(&m, path);
}

TEST(proc, shows_a_file_with_and_without_proc_in_front)
{
	assert_int_equal(show("net/dev"), 0);
	assert_string_equal(text, "eth0\n");
	assert_int_equal(show("/proc/uptime"), 0);
	assert_string_equal(text, "1.00 0.50\n");
	assert_int_equal(show("/proc//uptime"), 0);
}

TEST(proc, shows_knobs_below_sys)
{
	assert_int_equal(show("/proc/sys/net/core/netdev_budget"), 0);
	assert_string_equal(text, "300\n");
	assert_int_equal(show("sys/net/ipv4/pair"), 0);
	assert_string_equal(text, "4\t5\n");
	assert_int_equal(show("sys/net.core.netdev_budget"), -ENOENT);
}

TEST(proc, knows_folders_from_files_and_from_nothing)
{
	assert_int_equal(show("/proc"), -EISDIR);
	assert_int_equal(show("/proc/net/"), -EISDIR);
	assert_int_equal(show("sys/net/core"), -EISDIR);
	assert_int_equal(show("net/de"), -ENOENT);
	assert_int_equal(show("net/dev/x"), -ENOENT);
	assert_int_equal(show("/procnet/dev"), -ENOENT);
	assert_int_equal(show("../etc/passwd"), -ENOENT);
}

TEST(proc, hands_on_what_a_file_returns)
{
	assert_int_equal(show("net/broken"), -EIO);
}

TEST(proc, lists_a_folder_sorted_and_each_name_once)
{
	assert_int_equal(list("/proc"), 0);
	assert_string_equal(text, "net/\nsys/\nuptime\n");
	assert_int_equal(list("net"), 0);
	assert_string_equal(text, "broken\ndev\n");
	assert_int_equal(list("/proc/sys/net/"), 0);
	assert_string_equal(text, "core/\nipv4/\n");
	assert_int_equal(list("/proc/sys/net/core"), 0);
	assert_string_equal(text, "netdev_budget\n");
}

TEST(proc, lists_neither_files_nor_nothing)
{
	assert_int_equal(list("net/dev"), -ENOTDIR);
	assert_int_equal(list("sys/net/ipv4/pair"), -ENOTDIR);
	assert_int_equal(list("ne"), -ENOENT);
}

TEST(proc, a_path_without_end_is_no_file)
{
	char path[300];

	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(show(path), -ENOENT);
	assert_int_equal(list(path), -ENOENT);
}
