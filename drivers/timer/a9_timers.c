/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * a9_timers - global timer as clock, private timer as alarm
 *
 * A device read is dear (hundreds of nanoseconds, in an emulator even more),
 * so the clock reads only the low word of the counter. The high word is
 * extended in software: irq_epoch, in units of 2^31 ticks, may lag behind by
 * less than 2^32 ticks, so the private timer's interrupt, which renews it, is
 * never further away than KEEPALIVE_NS.
 */
#include "timer/a9_timers.h"

#include "board.h"
#include "core/interrupt.h"
#include "core/port.h"
#include "io.h"
#include "timer/a9_timers_regs.h"

enum {
	SHIFT = 24,
};

/* 2^31 ticks at 400 MHz are 5.4 s: epoch and keepalive together stay below
 * the 10.7 s in which the low word wraps. */
#define KEEPALIVE_NS (4 * NSEC_PER_SEC)

static struct {
	uintptr_t base;
	volatile u32 irq_epoch; /* counter >> 31, at the last look */
	u32 mult;		/* ns = ticks * mult >> SHIFT */
	u32 ticks_per_ns;	/* as a fraction of 2^32 */
	u64 armed_ns;		/* deadline in the timer; 0: none */
} timers;

static u64 counter_read(void)
{
	u32 hi, lo;

	do {
		hi = readl(timers.base + GT_COUNTER_HI);
		lo = readl(timers.base + GT_COUNTER_LO);
	} while (hi != readl(timers.base + GT_COUNTER_HI));
	return (u64)hi << 32 | lo;
}

static u32 ns_to_ticks(u32 ns)
{
	return (u32)((u64)ns * timers.ticks_per_ns >> 32) + 1;
}

static void alarm_irq(void *arg)
{
	(void)arg;
	writel(PT_STATUS_EVENT, timers.base + PT_STATUS);
	timers.irq_epoch = (u32)(counter_read() >> 31);
	timers.armed_ns = 0;
	writel(ns_to_ticks(KEEPALIVE_NS), timers.base + PT_LOAD);
}

void a9_clock_init(uintptr_t base, uint32_t hz)
{
	ASSERT(hz >= 4000000 && hz <= 400000000);
	timers.mult = (u32)((NSEC_PER_SEC << SHIFT) / hz);
	timers.ticks_per_ns = (u32)(((u64)hz << 32) / NSEC_PER_SEC);
	timers.irq_epoch = 0;
	timers.base = base;
	/* 4.4.1: the counter is written while the timer is off. */
	writel(0, base + GT_CONTROL);
	writel(0, base + GT_COUNTER_LO);
	writel(0, base + GT_COUNTER_HI);
	writel(GT_CONTROL_ENABLE, base + GT_CONTROL);
}

void a9_timer_init(unsigned int irq)
{
	writel(0, timers.base + PT_CONTROL);
	writel(PT_STATUS_EVENT, timers.base + PT_STATUS);
	writel(ns_to_ticks(KEEPALIVE_NS), timers.base + PT_LOAD);
	writel(PT_CONTROL_ENABLE | PT_CONTROL_IRQ, timers.base + PT_CONTROL);
	if (request_irq(irq, alarm_irq, "timer", NULL) != 0)
		panic("timer: irq %u is taken", irq);
}

uint64_t a9_clock_ns(void)
{
	/* The epoch first: an older one is right, a newer one is not. */
	u32 epoch = timers.irq_epoch;
	u32 lo = readl(timers.base + GT_COUNTER_LO);
	u32 hi = (epoch >> 1) + (lo < epoch << 31);

	/* Exact: the high word's part has no bits below the shift. */
	return ((u64)hi * timers.mult << (32 - SHIFT)) +
	       ((u64)lo * timers.mult >> SHIFT);
}

void a9_timer_set(uint64_t deadline_ns)
{
	u64 now;
	u32 ns;

	if (deadline_ns == timers.armed_ns)
		return;
	now = a9_clock_ns();
	if (deadline_ns <= now)
		ns = 0;
	else if (deadline_ns - now >= KEEPALIVE_NS)
		ns = KEEPALIVE_NS;
	else
		ns = (u32)(deadline_ns - now);
	/* In this order: an alarm in between leaves "none" behind only if
	 * the timer is loaded after it. */
	timers.armed_ns = deadline_ns;
	writel(ns_to_ticks(ns), timers.base + PT_LOAD);
}
