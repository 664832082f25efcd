/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/interrupts - hard interrupts by line (row M1)
 *
 * The columns: line, count, controller, line at the controller, owner.
 */
#include "core/interrupt.h"
#include "core/seq_file.h"

enum { WIDTH = 3 };

static int interrupts_show(struct seq_file *m)
{
	seq_printf(m, "%*sCPU%-8d\n", WIDTH + 8, "", 0);
	for (unsigned int irq = 0; irq < NR_IRQS; irq++) {
		const struct irq_desc *desc = irq_to_desc(irq);

		if (desc == NULL)
			continue;
		seq_printf(m, "%*u: %10u %8s %*u  %s\n", WIDTH, irq,
			   (unsigned int)desc->count, irq_chip_name(), WIDTH,
			   irq, desc->name);
	}
	seq_printf(m, "%*s: %10u\n", WIDTH, "Err",
		   (unsigned int)irq_spurious_count());
	return 0;
}
PROC_FILE("interrupts", interrupts_show);
