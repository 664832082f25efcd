/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * act_police - let a rate of bytes pass (row I13)
 *
 * Linux's bucket: tokens are nanoseconds of sending time. They trickle in with
 * the clock, up to the burst; a packet that finds as many as its bytes take at
 * the rate conforms and uses them up. One that does not exceeds, and leaves
 * the bucket as it was.
 *
 * Pure. Time is nanoseconds and comes in.
 */
#include "sched/act_api.h"

enum {
	TICK_NS = 64, /* Linux: PSCHED_SHIFT */
};

u32 police_bytes_to_ticks(u64 rate, u32 bytes)
{
	u64 ticks = (u64)bytes * (NSEC_PER_SEC / TICK_NS) / rate;

	return ticks > UINT32_MAX ? UINT32_MAX : (u32)ticks;
}

u32 police_ticks_to_bytes(u64 rate, u32 ticks)
{
	u64 us = (u64)ticks * TICK_NS / 1000;

	/* As much of it as 64 bits can hold. */
	if (rate > UINT64_MAX / (us + 1))
		return UINT32_MAX;
	return (u32)(rate * us / 1000000);
}

/* Nanoseconds a byte, as a factor and a shift: as many binary places as the
 * factor has room for, so the result is Linux's to the nanosecond. */
static void rate_to_mult(struct tc_police *p)
{
	enum { SHIFT_MAX = 34 }; /* a second, shifted, fills 64 bits */

	p->shift = 0;
	while (p->shift < SHIFT_MAX &&
	       (NSEC_PER_SEC << (p->shift + 1)) / p->rate <= UINT32_MAX)
		p->shift++;
	p->mult = (u32)((NSEC_PER_SEC << p->shift) / p->rate);
}

static s64 bytes_to_ns(const struct tc_police *p, u32 len)
{
	return (s64)(((u64)len * p->mult) >> p->shift);
}

void police_init(struct tc_police *p)
{
	if (p->rate)
		rate_to_mult(p);
	p->burst_ns = (s64)p->burst_ticks * TICK_NS;
	p->tokens_ns = p->burst_ns;
	p->filled_ns = 0;
}

/* What would be left of the bucket; negative: not enough in it. */
static s64 tokens_after(const struct tc_police *p, u32 len, u64 now)
{
	s64 tokens = (s64)(now - p->filled_ns);

	if (tokens > p->burst_ns)
		tokens = p->burst_ns;
	tokens += p->tokens_ns;
	if (tokens > p->burst_ns)
		tokens = p->burst_ns;
	return tokens - bytes_to_ns(p, len);
}

bool police_conforms(const struct tc_police *p, u32 len, u64 now)
{
	if (len > p->mtu)
		return false;
	return !p->rate || tokens_after(p, len, now) >= 0;
}

enum tc_verdict police_act(struct tc_action *act, u32 len, u64 now)
{
	struct tc_police *p = &act->police;
	enum tc_verdict verdict;

	if (police_conforms(p, len, now)) {
		if (p->rate) {
			p->tokens_ns = tokens_after(p, len, now);
			p->filled_ns = now;
		}
		verdict = p->conform;
	} else {
		act->overlimits++;
		verdict = act->control;
	}
	if (verdict == TC_ACT_SHOT)
		act->drops++;
	return verdict;
}
