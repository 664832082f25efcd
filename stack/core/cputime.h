/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cputime - where the CPU's nanoseconds went: /proc/stat (row M1)
 *
 * One clock read at each change of context. Under `-icount shift=0` a
 * nanosecond is an instruction, which is what makes the bench exact.
 */
#ifndef CORE_CPUTIME_H
#define CORE_CPUTIME_H

#include "core/types.h"

enum cpu_context {
	CPUTIME_USER,	/* applications and the shell */
	CPUTIME_SYSTEM, /* main loop, timers */
	CPUTIME_IDLE,
	CPUTIME_IRQ,
	CPUTIME_SOFTIRQ,
	CPUTIME_NR,
};

/**
 * cputime_enter() - charge the time since the last call to the context that
 * ends, and begin @next
 *
 * Context: hard IRQ, or with interrupts masked by the caller, or from the
 * main loop (a hard IRQ in between is harmless: it restores the context).
 * Return: the context that ended, to come back to.
 */
enum cpu_context cputime_enter(enum cpu_context next);

/* Nanoseconds charged so far, the running context's included. */
void cputime_read(u64 ns[CPUTIME_NR]);

#endif
