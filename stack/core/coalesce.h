/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * coalesce - interrupt moderation by a timer (row I4)
 *
 * For NICs whose hardware has none. rx-usecs 0: an interrupt schedules NAPI at
 * once, and nothing here is called. rx-usecs N: the first frame's interrupt
 * masks the device's receive interrupts and sets a timer; N microseconds after
 * the interrupt the timer polls. A poll that found frames sets the timer again
 * and leaves them masked; one that found none unmasks, and then looks at the
 * ring once more as always. So under load there are no interrupts of the NIC,
 * but one poll in N microseconds. What cannot wait does not: a full ring, and
 * the transmit side.
 *
 * rx-frames M: the wait is over when M frames are there, if that is sooner. As
 * no interrupt says so, the ring is looked at eight times in a wait. 0: no such
 * limit.
 *
 * adaptive-rx: dim.h chooses both. Besides, a frame that comes after a
 * millisecond of silence does not wait: nothing would be gained.
 *
 * For drivers: see napi_schedule_irq() in napi.h. For tools: dev_get_coalesce()
 * and dev_set_coalesce(); a NIC with moderation in hardware has them as ops.
 *
 * Context: the timer runs in the main loop, coalesce_irq() is hard IRQ, the
 * rest softirq or application as said.
 */
#ifndef CORE_COALESCE_H
#define CORE_COALESCE_H

#include "core/dim.h"
#include "core/timer.h"
#include "core/types.h"

struct napi_struct;
struct net_device;

enum { COALESCE_USECS_MAX = 10000 };

/* Linux's struct, as far as it can be set here. 0 in tx_: at once. */
struct ethtool_coalesce {
	u32 rx_coalesce_usecs;
	u32 rx_max_coalesced_frames; /* 0: no such limit */
	u32 tx_coalesce_usecs;
	u32 tx_max_coalesced_frames;
	u32 use_adaptive_rx_coalesce;
	u32 use_adaptive_tx_coalesce;
};

/* State of one NAPI; zeroed: off. */
struct coalesce {
	bool on;	   /* a setting is; drivers look at this one only */
	bool adaptive;	   /* rx_usecs and rx_frames are dim's */
	bool waiting;	   /* the timer will poll */
	bool after_quiet;  /* this poll's interrupt did not have to wait */
	bool found;	   /* frames, in earlier polls of this run */
	bool irq_deferred; /* scheduled, but to begin a wait only */
	u32 rx_usecs;	   /* in force */
	u32 rx_frames;
	u32 set_usecs; /* what was set by hand */
	u32 set_frames;
	u64 irq_ns; /* when @irq_deferred was set */
	u64 deadline_ns;
	u64 last_rx_ns; /* the last poll that found frames */
	u32 events;	/* polls that found frames */
	struct timer timer;
	struct napi_struct *napi;
	struct dim dim;
	int (*poll)(struct napi_struct *napi, int budget); /* the driver's */
	u64 polls_by_time, polls_by_frames;
};

/**
 * coalesce_irq() - an interrupt while ->on
 * @urgent: do not wait
 *
 * The caller has masked its receive interrupts, and all others too if @urgent.
 * Context: hard IRQ.
 */
void coalesce_irq(struct napi_struct *napi, bool urgent);

/* For napi_complete_done(): may receive interrupts be unmasked now? */
bool coalesce_done(struct napi_struct *napi, int done);

/* For napi_disable(): no timer is pending when it returns. */
void coalesce_stop(struct napi_struct *napi);

/* For the driver's `ethtool -S`. */
void coalesce_get_stats(const struct napi_struct *napi,
			void (*emit)(void *ctx, const char *name, u64 value),
			void *ctx);

/**
 * dev_get_coalesce() - settings of a device
 * @now: those in force: of adaptive-rx while that is on; may be NULL
 *
 * Return: 0; -EOPNOTSUPP a device without interrupts.
 */
int dev_get_coalesce(const struct net_device *dev, struct ethtool_coalesce *set,
		     struct ethtool_coalesce *now);

/**
 * dev_set_coalesce() - change them, with traffic in flight
 *
 * Return: 0; -EINVAL rx_coalesce_usecs above COALESCE_USECS_MAX, or
 * rx_max_coalesced_frames above the ring's size; -EOPNOTSUPP a field that this
 * device cannot.
 */
int dev_set_coalesce(struct net_device *dev, const struct ethtool_coalesce *c);

#endif
