/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * host_irq - the interrupt controller of the board that is a Linux process
 * (row I5)
 *
 * board/host/cpu.c finds out which descriptors are ready; this file gives
 * them to the core as interrupts.
 */
#include "host.h"

#include "core/cputime.h"
#include "core/interrupt.h"

static void unmask(unsigned int irq)
{
	host_line_enable(irq, true);
}

static void mask(unsigned int irq)
{
	host_line_enable(irq, false);
}

static const struct irq_chip host_chip = {
	.name = "ppoll",
	.unmask = unmask,
	.mask = mask,
};

static void irq_entry(unsigned int line)
{
	enum cpu_context interrupted = cputime_enter(CPUTIME_IRQ);

	generic_handle_irq(line);
	(void)cputime_enter(interrupted);
}

void host_irq_init(void)
{
	irq_set_chip(&host_chip);
	host_set_irq_entry(irq_entry);
}
