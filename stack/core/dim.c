/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * dim - see dim.h (row I4)
 */
#include "core/dim.h"

enum {
	SIGNIFICANT_PERCENT = 10,
	USEC_PER_MSEC = 1000,
};

enum verdict { SAME, BETTER, WORSE };

static const struct dim_profile profiles[DIM_PROFILES] = {
	{ 1, 256 }, { 8, 256 }, { 64, 256 }, { 128, 256 }, { 256, 256 },
};

static u32 per_msec(u64 count, u64 usecs)
{
	u64 rate = (count * USEC_PER_MSEC + usecs - 1) / usecs;

	return rate > UINT32_MAX ? UINT32_MAX : (u32)rate;
}

/* False: no time has passed, so there are no rates. */
static bool rates_between(const struct dim_sample *from,
			  const struct dim_sample *to, struct dim_rates *rates)
{
	u64 usecs = (to->time_ns - from->time_ns) / NSEC_PER_USEC;

	if (!usecs)
		return false;
	*rates = (struct dim_rates){
		.bytes = per_msec(to->bytes - from->bytes, usecs),
		.packets = per_msec(to->packets - from->packets, usecs),
		/* Not those counted: Linux's look, too, is at 64. */
		.events = per_msec(DIM_NEVENTS, usecs),
	};
	return true;
}

static bool differs(u32 now, u32 before)
{
	u64 gap = now > before ? now - before : before - now;

	return gap * 100 / before > SIGNIFICANT_PERCENT;
}

/* The first rate that differs decides; one that was nothing cannot be compared
 * with. More data are better, and so are fewer interrupts for the same. */
static enum verdict compare(const struct dim_rates *now,
			    const struct dim_rates *before)
{
	if (!before->bytes)
		return now->bytes ? BETTER : SAME;
	if (differs(now->bytes, before->bytes))
		return now->bytes > before->bytes ? BETTER : WORSE;
	if (!before->packets)
		return now->packets ? BETTER : SAME;
	if (differs(now->packets, before->packets))
		return now->packets > before->packets ? BETTER : WORSE;
	if (!before->events || !differs(now->events, before->events))
		return SAME;
	return now->events < before->events ? BETTER : WORSE;
}

static void park(struct dim *dim, enum dim_tune_state how)
{
	dim->tune_state = (u8)how;
	dim->steps_left = 0;
	dim->steps_right = 0;
	if (how == DIM_PARKING_ON_TOP)
		dim->tired = 0;
}

static void turn(struct dim *dim)
{
	if (dim->tune_state == DIM_GOING_RIGHT) {
		dim->tune_state = DIM_GOING_LEFT;
		dim->steps_left = 0;
	} else {
		dim->tune_state = DIM_GOING_RIGHT;
		dim->steps_right = 0;
	}
}

/* Several steps one way, one step back, and it turns again: here it is. */
static bool is_on_top(const struct dim *dim)
{
	if (dim->tune_state == DIM_GOING_RIGHT)
		return dim->steps_left > 1 && dim->steps_right == 1;
	return dim->steps_right > 1 && dim->steps_left == 1;
}

/* Go on one profile, or park where that is not possible. */
static void step(struct dim *dim)
{
	bool right = dim->tune_state == DIM_GOING_RIGHT;

	if (dim->tired == DIM_TIRED) {
		park(dim, DIM_PARKING_TIRED);
	} else if (dim->profile == (right ? DIM_PROFILES - 1 : 0)) {
		park(dim, DIM_PARKING_ON_TOP);
	} else if (right) {
		dim->profile++;
		dim->steps_right++;
		dim->tired++;
	} else {
		dim->profile--;
		dim->steps_left++;
		dim->tired++;
	}
}

static void leave_parking(struct dim *dim)
{
	dim->tune_state = dim->profile ? DIM_GOING_LEFT : DIM_GOING_RIGHT;
	step(dim);
}

static void decide(struct dim *dim, const struct dim_rates *now)
{
	bool was_parked = dim->tune_state == DIM_PARKING_ON_TOP;

	switch (dim->tune_state) {
	case DIM_PARKING_ON_TOP:
		if (compare(now, &dim->before) != SAME)
			leave_parking(dim);
		break;
	case DIM_PARKING_TIRED:
		if (--dim->tired == 0)
			leave_parking(dim);
		break;
	default:
		if (compare(now, &dim->before) != BETTER)
			turn(dim);
		if (is_on_top(dim))
			park(dim, DIM_PARKING_ON_TOP);
		else
			step(dim);
	}
	/* A parked one compares with the moment when it parked, so that slow
	 * changes add up. */
	if (!was_parked || dim->tune_state != DIM_PARKING_ON_TOP)
		dim->before = *now;
}

bool net_dim(struct dim *dim, const struct dim_sample *now)
{
	struct dim_rates rates;
	u8 profile = dim->profile;

	if (!dim->measuring) {
		dim->start = *now;
		dim->measuring = true;
		return false;
	}
	if (now->events - dim->start.events < DIM_NEVENTS ||
	    !rates_between(&dim->start, now, &rates))
		return false;
	decide(dim, &rates);
	dim->start = *now;
	/* What came under the old profile says nothing about the new one: the
	 * next measurement begins with the next interrupt. */
	dim->measuring = dim->profile == profile;
	return dim->profile != profile;
}

struct dim_profile net_dim_profile(const struct dim *dim)
{
	return profiles[dim->profile];
}
