/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * timer - see timer.h
 */
#include "core/timer.h"

static struct timer *head; /* soonest first */

/* The time for which timers_run() works; 0 outside of it. */
static u64 running_now_ns;

void timer_setup(struct timer *t, void (*function)(struct timer *t, u64 now))
{
	*t = (struct timer){ .function = function };
}

void del_timer(struct timer *t)
{
	struct timer **pos = &head;

	if (!t->pending)
		return;
	while (*pos != t)
		pos = &(*pos)->next;
	*pos = t->next;
	t->pending = false;
}

void mod_timer(struct timer *t, u64 expires_ns)
{
	struct timer **pos = &head;

	/* A callback that starts a timer for the present or the past must not
	 * keep timers_run() busy: that one waits for the next turn. */
	if (running_now_ns && expires_ns <= running_now_ns)
		expires_ns = running_now_ns + 1;
	if (t->pending && t->expires_ns == expires_ns)
		return;
	del_timer(t);
	while (*pos && (*pos)->expires_ns <= expires_ns)
		pos = &(*pos)->next;
	t->expires_ns = expires_ns;
	t->next = *pos;
	t->pending = true;
	*pos = t;
}

void timers_run(u64 now)
{
	running_now_ns = now;
	while (head && head->expires_ns <= now) {
		struct timer *t = head;

		head = t->next;
		t->pending = false;
		t->function(t, now);
	}
	running_now_ns = 0;
}

u64 timers_next(void)
{
	return head ? head->expires_ns : UINT64_MAX;
}
