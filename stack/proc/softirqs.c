/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/softirqs - rounds of each softirq (row M1)
 */
#include "core/seq_file.h"
#include "core/softirq.h"

static int softirqs_show(struct seq_file *m)
{
	seq_printf(m, "%20sCPU%-8d\n", "", 0);
	for (int nr = 0; nr < NR_SOFTIRQS; nr++)
		seq_printf(m, "%12s: %10u\n", softirq_name(nr),
			   (unsigned int)softirq_count(nr));
	return 0;
}
PROC_FILE("softirqs", softirqs_show);
