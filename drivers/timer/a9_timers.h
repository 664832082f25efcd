/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * a9_timers - clock and one-shot timer of a Cortex-A9
 *
 * For a board: a9_clock_init() first, a9_timer_init() when the interrupt
 * controller stands. The other two implement board_clock_ns() and
 * board_timer_set().
 */
#ifndef TIMER_A9_TIMERS_H
#define TIMER_A9_TIMERS_H

#include <stdint.h>

/* @base: PERIPHBASE; @hz: PERIPHCLK, 4 MHz to 400 MHz. The clock reads 0. */
void a9_clock_init(uintptr_t base, uint32_t hz);

/* Attach to the private timer's @irq. */
void a9_timer_init(unsigned int irq);

/* Context: any, hard IRQ included. One device read, about 20 instructions. */
uint64_t a9_clock_ns(void);

/* Context: any. Wakes up to 4 s early for a deadline that is further away:
 * the caller looks at the clock and sets it again. */
void a9_timer_set(uint64_t deadline_ns);

#endif
