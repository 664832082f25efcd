/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * softirq - work that interrupts leave for the main loop (rows I8, E13)
 *
 * A hard IRQ raises a bit; do_softirq() runs the actions outside of handlers.
 * One call is one bounded round: what is raised meanwhile stays pending for
 * the next turn of the main loop, so applications are served in between.
 */
#ifndef CORE_SOFTIRQ_H
#define CORE_SOFTIRQ_H

#include "core/types.h"

/* Linux's order and names, as in /proc/softirqs. */
enum softirq {
	HI_SOFTIRQ,
	TIMER_SOFTIRQ,
	NET_TX_SOFTIRQ,
	NET_RX_SOFTIRQ,
	BLOCK_SOFTIRQ,
	IRQ_POLL_SOFTIRQ,
	TASKLET_SOFTIRQ,
	SCHED_SOFTIRQ,
	HRTIMER_SOFTIRQ,
	RCU_SOFTIRQ,
	NR_SOFTIRQS,
};

void open_softirq(enum softirq nr, void (*action)(void));

/* Context: any, hard IRQ included. */
void raise_softirq(enum softirq nr);

/* Anything to do? Read with interrupts masked before going to sleep. */
bool softirq_pending(void);

/* Run what is pending, once each: receive before transmit. */
void do_softirq(void);

const char *softirq_name(enum softirq nr);
u32 softirq_count(enum softirq nr);

#endif
