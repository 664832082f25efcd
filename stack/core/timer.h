/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * timer - one-shot timers of the main loop, in nanoseconds
 *
 * Callbacks run in the main loop (application context, never in a hard IRQ),
 * so they may call lwIP and the shell. The list is sorted and short: devices,
 * one for all of lwIP, a few jobs. Not for one timer per packet or socket.
 */
#ifndef CORE_TIMER_H
#define CORE_TIMER_H

#include "core/types.h"

struct timer {
	void (*function)(struct timer *t, u64 now);
	struct timer *next;
	u64 expires_ns;
	bool pending;
};

void timer_setup(struct timer *t, void (*function)(struct timer *t, u64 now));

/* Start or move: fires once, at the first look at or after @expires_ns. */
void mod_timer(struct timer *t, u64 expires_ns);
void del_timer(struct timer *t);

/* Run what is due, at most once each. */
void timers_run(u64 now);

/* When the next one is due; UINT64_MAX when none is. */
u64 timers_next(void);

#endif
