/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/uptime - seconds since boot, and how many of them were idle (row M1)
 */
#include "core/cputime.h"
#include "core/port.h"
#include "core/seq_file.h"

static void seconds(struct seq_file *m, u64 ns)
{
	u64 centis = ns / (NSEC_PER_SEC / 100);

	seq_printf(m, "%llu.%02u", (unsigned long long)(centis / 100),
		   (unsigned int)(centis % 100));
}

static int uptime_show(struct seq_file *m)
{
	u64 ns[CPUTIME_NR];

	cputime_read(ns);
	seconds(m, clock_ns());
	seq_putc(m, ' ');
	seconds(m, ns[CPUTIME_IDLE]);
	seq_putc(m, '\n');
	return 0;
}
PROC_FILE("uptime", uptime_show);
