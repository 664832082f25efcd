/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * dim - which interrupt moderation suits the load (row I4)
 *
 * Linux's net_dim, by its behaviour: after each 64 interrupts the rates since
 * the last look are compared with those before. A step to the next profile
 * (longer waits to the right) that made them better is followed by another one;
 * else it turns round. At the end of the list, or at a top that it has passed
 * from both sides, it parks until the rates change; after ten steps without
 * such an end it is tired and rests for ten looks.
 *
 * For coalesce.c: net_dim() for each interrupt that brought packets; then
 * net_dim_profile() if it said so.
 *
 * Pure: no clock, no device. Context: any. Counters may wrap.
 */
#ifndef CORE_DIM_H
#define CORE_DIM_H

#include "core/types.h"

enum {
	DIM_NEVENTS = 64,
	DIM_PROFILES = 5,
	DIM_TIRED = 2 * DIM_PROFILES, /* steps in a row */
};

enum dim_tune_state {
	DIM_GOING_RIGHT, /* where it begins */
	DIM_GOING_LEFT,
	DIM_PARKING_ON_TOP,
	DIM_PARKING_TIRED,
};

/* Totals at a moment. */
struct dim_sample {
	u64 time_ns;
	u64 packets, bytes;
	u32 events;
};

/* What happened in a millisecond between two samples, rounded up. */
struct dim_rates {
	u32 bytes, packets, events;
};

struct dim_profile {
	u16 usecs, packets;
};

/* Zeroed: begins at the shortest wait. */
struct dim {
	u8 tune_state;
	u8 profile;
	u8 steps_left, steps_right; /* since it turned that way */
	u8 tired;
	bool measuring; /* @start is valid */
	struct dim_sample start;
	struct dim_rates before;
};

/**
 * net_dim() - one more interrupt
 * @now: totals now; borrowed
 *
 * Return: true if another profile is to be used from here on.
 */
bool net_dim(struct dim *dim, const struct dim_sample *now);

/* Linux's profiles for a NIC that counts from the event on (EQE). */
struct dim_profile net_dim_profile(const struct dim *dim);

/* Forget the running measurement: the device was stopped. */
static inline void net_dim_pause(struct dim *dim)
{
	dim->measuring = false;
}

#endif
