/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cpu_ns - /proc/cpu_ns: CPU time by context in nanoseconds (row M1)
 *
 * What /proc/stat gives in hundredths of a second. The bench reads it: under
 * `-icount shift=0` a nanosecond is an instruction.
 */
#include "core/cputime.h"
#include "core/seq_file.h"

static int show_cpu_ns(struct seq_file *m)
{
	static const char *const names[CPUTIME_NR] = {
		"user", "system", "idle", "irq", "softirq",
	};
	u64 ns[CPUTIME_NR];

	cputime_read(ns);
	for (int i = 0; i < CPUTIME_NR; i++)
		seq_printf(m, "%s %llu\n", names[i], (unsigned long long)ns[i]);
	return 0;
}

PROC_FILE("cpu_ns", show_cpu_ns);
