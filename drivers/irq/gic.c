/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * gic - Generic Interrupt Controller (rows I5, E17)
 *
 * Every line in group 0, of one priority and to CPU 0, so interrupts do not
 * nest. Group 0 arrives as IRQ because FIQEn stays 0.
 */
#include "irq/gic.h"

#include "core/cputime.h"
#include "core/interrupt.h"
#include "io.h"
#include "irq/gic_regs.h"

enum {
	FIRST_SPI = 32, /* below: per-core lines, whose set-up is fixed */
	PRIORITY = 0xa0,
	PRIORITY_MASK = 0xf0,
};

static struct {
	uintptr_t dist;
	uintptr_t cpu;
} gic;

static void gic_unmask(unsigned int irq)
{
	writel(1u << irq % 32, gic.dist + GICD_ISENABLER + irq / 32 * 4);
}

/* The dsb: a line that is masked stays silent from here on. */
static void gic_mask(unsigned int irq)
{
	writel(1u << irq % 32, gic.dist + GICD_ICENABLER + irq / 32 * 4);
	dsb();
}

/* Pending until it is acknowledged, whatever the line's level is. */
static void gic_retrigger(unsigned int irq)
{
	writel(1u << irq % 32, gic.dist + GICD_ISPENDR + irq / 32 * 4);
	dsb();
}

static const struct irq_chip gic_chip = {
	.name = "GIC-0",
	.unmask = gic_unmask,
	.mask = gic_mask,
	.retrigger = gic_retrigger,
};

void gic_init(uintptr_t dist, uintptr_t cpu)
{
	unsigned int lines, i;

	gic.dist = dist;
	gic.cpu = cpu;
	writel(0, cpu + GICC_CTLR);
	writel(0, dist + GICD_CTLR);
	lines = ((readl(dist + GICD_TYPER) & GICD_TYPER_ITLINES) + 1) * 32;
	for (i = 0; i < lines; i += 32) {
		writel(0xffffffff, dist + GICD_ICENABLER + i / 8);
		writel(0xffffffff, dist + GICD_ICPENDR + i / 8);
		writel(0, dist + GICD_IGROUPR + i / 8);
	}
	for (i = 0; i < lines; i += 4)
		writel(PRIORITY * 0x01010101u, dist + GICD_IPRIORITYR + i);
	for (i = FIRST_SPI; i < lines; i += 4)
		writel(0x01010101, dist + GICD_ITARGETSR + i);
	for (i = FIRST_SPI; i < lines; i += 16)
		writel(0, dist + GICD_ICFGR + i / 4);
	writel(PRIORITY_MASK, cpu + GICC_PMR);
	writel(0, cpu + GICC_BPR);
	/* An interrupt that a boot loader took and never ended. */
	for (i = 0; i < 2; i++) {
		u32 iar = readl(cpu + GICC_IAR);

		if ((iar & GICC_IAR_ID) < GICC_IAR_NONE)
			writel(iar, cpu + GICC_EOIR);
	}
	writel(GICC_CTLR_ENABLE, cpu + GICC_CTLR);
	writel(GICD_CTLR_ENABLE, dist + GICD_CTLR);
	irq_set_chip(&gic_chip);
}

void gic_handle_irq(void)
{
	enum cpu_context before = cputime_enter(CPUTIME_IRQ);
	u32 iar = readl(gic.cpu + GICC_IAR);

	if ((iar & GICC_IAR_ID) >= GICC_IAR_NONE) {
		irq_count_spurious();
	} else {
		generic_handle_irq(iar & GICC_IAR_ID);
		/* The device must have lowered its line before the end. */
		dsb();
		writel(iar, gic.cpu + GICC_EOIR);
	}
	(void)cputime_enter(before);
}
