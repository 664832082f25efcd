/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * interrupt - table of lines (rows I5, E17)
 */
#include "core/interrupt.h"

#include <errno.h>

#include "core/port.h"

static struct {
	const struct irq_chip *chip;
	struct irq_desc desc[NR_IRQS];
	u32 spurious;
} irqs;

void irq_set_chip(const struct irq_chip *chip)
{
	irqs.chip = chip;
}

int request_irq(unsigned int irq, irq_handler_t handler, const char *name,
		void *arg)
{
	struct irq_desc *d;

	ASSERT(irqs.chip && handler);
	if (irq >= NR_IRQS)
		return -EINVAL;
	d = &irqs.desc[irq];
	if (d->handler)
		return -EBUSY;
	d->arg = arg;
	d->name = name;
	d->count = 0;
	d->handler = handler;
	irqs.chip->unmask(irq);
	return 0;
}

void free_irq(unsigned int irq)
{
	if (irq >= NR_IRQS || !irqs.desc[irq].handler)
		return;
	irqs.chip->mask(irq);
	irqs.desc[irq].handler = NULL;
}

void generic_handle_irq(unsigned int irq)
{
	struct irq_desc *d = &irqs.desc[irq];

	if (unlikely(irq >= NR_IRQS || !d->handler)) {
		irqs.chip->mask(irq);
		irqs.spurious++;
		return;
	}
	d->count++;
	d->handler(d->arg);
}

bool irq_retrigger(unsigned int irq)
{
	if (!irqs.chip->retrigger)
		return false;
	irqs.chip->retrigger(irq);
	return true;
}

void irq_count_spurious(void)
{
	irqs.spurious++;
}

u32 irq_spurious_count(void)
{
	return irqs.spurious;
}

const struct irq_desc *irq_to_desc(unsigned int irq)
{
	if (irq >= NR_IRQS || !irqs.desc[irq].handler)
		return NULL;
	return &irqs.desc[irq];
}

const char *irq_chip_name(void)
{
	return irqs.chip ? irqs.chip->name : "none";
}

u64 irq_total_count(void)
{
	u64 total = irqs.spurious;

	for (unsigned int irq = 0; irq < NR_IRQS; irq++)
		total += irqs.desc[irq].count;
	return total;
}
