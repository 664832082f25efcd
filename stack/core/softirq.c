/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * softirq - see softirq.h (rows I8, E13)
 */
#include "core/softirq.h"
#include "core/cputime.h"
#include "core/port.h"

static struct {
	volatile u32 irq_pending; /* one bit each; set by hard IRQs too */
	void (*action[NR_SOFTIRQS])(void);
	u32 count[NR_SOFTIRQS];
} state;

static const char *const names[NR_SOFTIRQS] = {
	"HI",	    "TIMER",   "NET_TX", "NET_RX",  "BLOCK",
	"IRQ_POLL", "TASKLET", "SCHED",	 "HRTIMER", "RCU",
};

void open_softirq(enum softirq nr, void (*action)(void))
{
	state.action[nr] = action;
}

void raise_softirq(enum softirq nr)
{
	u32 flags = irq_save();

	state.irq_pending |= 1u << nr;
	irq_restore(flags);
}

bool softirq_pending(void)
{
	return state.irq_pending != 0;
}

/* Take the bit; run the action if it was set. */
static void run(enum softirq nr)
{
	u32 bit = 1u << nr;
	u32 flags;

	if (!(state.irq_pending & bit))
		return;
	flags = irq_save();
	state.irq_pending &= ~bit;
	irq_restore(flags);
	state.count[nr]++;
	state.action[nr]();
}

void do_softirq(void)
{
	enum cpu_context prev;

	if (!state.irq_pending)
		return;
	prev = cputime_enter(CPUTIME_SOFTIRQ);
	/* Receive first: what it sends leaves in the same turn, with one
	 * doorbell for all of it. */
	run(NET_RX_SOFTIRQ);
	run(NET_TX_SOFTIRQ);
	(void)cputime_enter(prev);
}

const char *softirq_name(enum softirq nr)
{
	return names[nr];
}

u32 softirq_count(enum softirq nr)
{
	return state.count[nr];
}
