/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cputime - one clock read at each change of context (row M1)
 */
#include "core/cputime.h"

#include "core/port.h"

static struct {
	enum cpu_context context; /* runs since @since_ns */
	u64 since_ns;
	u64 ns[CPUTIME_NR];
} cputime = {
	.context = CPUTIME_SYSTEM,
};

/* Masked: an interrupt between clock and sum would be charged twice. */
enum cpu_context cputime_enter(enum cpu_context next)
{
	u32 flags = irq_save();
	enum cpu_context before = cputime.context;
	u64 now = clock_ns();

	cputime.ns[before] += now - cputime.since_ns;
	cputime.since_ns = now;
	cputime.context = next;
	irq_restore(flags);
	return before;
}

void cputime_read(u64 ns[CPUTIME_NR])
{
	u32 flags = irq_save();

	for (int i = 0; i < CPUTIME_NR; i++)
		ns[i] = cputime.ns[i];
	ns[cputime.context] += clock_ns() - cputime.since_ns;
	irq_restore(flags);
}
