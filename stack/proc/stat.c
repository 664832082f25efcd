/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/stat - where the CPU time went, and counts since boot (row M1)
 *
 * Times are in USER_HZ, hundredths of a second. There are no processes: one
 * is what runs, ctxt and btime are 0 because there is neither a scheduler nor
 * a calendar clock.
 */
#include "core/cputime.h"
#include "core/interrupt.h"
#include "core/seq_file.h"
#include "core/softirq.h"

enum { USER_HZ = 100 };

static unsigned long long ticks(u64 ns)
{
	return ns / (NSEC_PER_SEC / USER_HZ);
}

static void cpu_line(struct seq_file *m, const char *name)
{
	u64 ns[CPUTIME_NR];

	cputime_read(ns);
	seq_printf(m, "%s %llu 0 %llu %llu 0 %llu %llu 0 0 0\n", name,
		   ticks(ns[CPUTIME_USER]), ticks(ns[CPUTIME_SYSTEM]),
		   ticks(ns[CPUTIME_IDLE]), ticks(ns[CPUTIME_IRQ]),
		   ticks(ns[CPUTIME_SOFTIRQ]));
}

static int stat_show(struct seq_file *m)
{
	u64 softirqs = 0;

	cpu_line(m, "cpu ");
	cpu_line(m, "cpu0");

	seq_printf(m, "intr %llu", (unsigned long long)irq_total_count());
	for (unsigned int irq = 0; irq < NR_IRQS; irq++) {
		const struct irq_desc *desc = irq_to_desc(irq);

		seq_printf(m, " %u",
			   desc != NULL ? (unsigned int)desc->count : 0);
	}
	seq_puts(m, "\nctxt 0\nbtime 0\nprocesses 1\nprocs_running 1\n"
		    "procs_blocked 0\n");

	for (int nr = 0; nr < NR_SOFTIRQS; nr++)
		softirqs += softirq_count(nr);
	seq_printf(m, "softirq %llu", (unsigned long long)softirqs);
	for (int nr = 0; nr < NR_SOFTIRQS; nr++)
		seq_printf(m, " %u", (unsigned int)softirq_count(nr));
	seq_putc(m, '\n');
	return 0;
}
PROC_FILE("stat", stat_show);
