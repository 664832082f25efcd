/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * coalesce - see coalesce.h (row I4)
 */
#include <errno.h>
#include <string.h>
#include "core/coalesce.h"
#include "core/napi.h"
#include "core/netdevice.h"
#include "core/port.h"

enum {
	/* A shorter wait is over when it has been set up. */
	USECS_MIN = 2,
	LOOKS_PER_WAIT = 8, /* at the ring, for rx-frames */
	LOOK_USECS_MIN = 5,
};

/* adaptive-rx: a thousand interrupts a second are no load worth a wait. */
#define QUIET_NS (1 * NSEC_PER_MSEC)

/* --- the wait ---------------------------------------------------------- */

static bool enough_frames(const struct napi_struct *napi)
{
	const struct coalesce *c = &napi->coalesce;
	struct net_device *dev = napi->dev;

	return c->rx_frames && dev->ops->rx_waiting &&
	       dev->ops->rx_waiting(dev, c->rx_frames);
}

static void set_timer(struct napi_struct *napi, u64 now)
{
	struct coalesce *c = &napi->coalesce;
	u64 next = c->deadline_ns;

	if (c->rx_frames && napi->dev->ops->rx_waiting) {
		u64 look = now +
			   NSEC_PER_USEC * max_u32(c->rx_usecs / LOOKS_PER_WAIT,
						   LOOK_USECS_MIN);

		if (look < next)
			next = look;
	}
	mod_timer(&c->timer, next);
}

static void wait_until(struct napi_struct *napi, u64 now, u64 deadline)
{
	napi->coalesce.deadline_ns = deadline;
	napi->coalesce.waiting = true;
	set_timer(napi, now);
}

static void wait_is_over(struct timer *t, u64 now)
{
	struct coalesce *c = container_of(t, struct coalesce, timer);

	if (now >= c->deadline_ns) {
		c->polls_by_time++;
	} else if (enough_frames(c->napi)) {
		c->polls_by_frames++;
	} else {
		set_timer(c->napi, now);
		return;
	}
	c->waiting = false;
	/* Scheduled already, by an urgent interrupt: that poll is enough. */
	(void)napi_schedule(c->napi);
}

/* --- on the road, if on ------------------------------------------------- */

void coalesce_irq(struct napi_struct *napi, bool urgent)
{
	struct coalesce *c = &napi->coalesce;

	if (urgent) {
		c->irq_deferred = false;
		(void)napi_schedule(napi);
	} else if (napi_schedule(napi)) {
		c->irq_deferred = true;
		c->irq_ns = clock_ns();
	}
}

/* The first frame's interrupt has come: begin to wait for more? */
static bool must_wait(struct napi_struct *napi)
{
	struct coalesce *c = &napi->coalesce;

	if (c->rx_usecs < USECS_MIN || napi_off)
		return false;
	c->after_quiet = c->adaptive && c->irq_ns - c->last_rx_ns >= QUIET_NS;
	if (c->after_quiet || enough_frames(napi))
		return false;
	return napi->now_ns < c->irq_ns + c->rx_usecs * NSEC_PER_USEC;
}

/* Stands in for the driver's poll while moderation is on, so that a device
 * without it has nothing to look at. */
static int coalesce_poll(struct napi_struct *napi, int budget)
{
	struct coalesce *c = &napi->coalesce;
	int done;

	if (c->irq_deferred && must_wait(napi)) {
		u32 flags = irq_save();
		bool deferred = c->irq_deferred; /* an urgent one may come */

		c->irq_deferred = false;
		if (deferred)
			napi->irq_scheduled = 0;
		irq_restore(flags);
		if (deferred) {
			wait_until(napi, napi->now_ns,
				   c->irq_ns + c->rx_usecs * NSEC_PER_USEC);
			return 0;
		}
	}
	c->irq_deferred = false;
	done = c->poll(napi, budget);
	/* Its whole share: it is polled again before it may be complete. */
	c->found |= done >= budget;
	return done;
}

static void use_profile(struct napi_struct *napi)
{
	struct coalesce *c = &napi->coalesce;
	struct dim_profile p = net_dim_profile(&c->dim);

	c->rx_usecs = p.usecs;
	c->rx_frames = p.packets;
}

static void adapt(struct napi_struct *napi)
{
	const struct net_device_stats *st = &napi->dev->stats;
	struct dim_sample now = {
		.time_ns = napi->now_ns,
		.packets = st->rx_packets,
		.bytes = st->rx_bytes,
		.events = napi->coalesce.events,
	};

	if (net_dim(&napi->coalesce.dim, &now))
		use_profile(napi);
}

bool coalesce_done(struct napi_struct *napi, int done)
{
	struct coalesce *c = &napi->coalesce;
	bool after_quiet = c->after_quiet;
	bool found = c->found || done;

	c->after_quiet = false;
	c->found = false;
	if (found) {
		c->events++;
		c->last_rx_ns = napi->now_ns;
		if (c->adaptive)
			adapt(napi);
	}
	if (!found || after_quiet || c->rx_usecs < USECS_MIN || napi_off) {
		del_timer(&c->timer);
		c->waiting = false;
		return true;
	}
	wait_until(napi, napi->now_ns,
		   napi->now_ns + c->rx_usecs * NSEC_PER_USEC);
	return false;
}

void coalesce_stop(struct napi_struct *napi)
{
	struct coalesce *c = &napi->coalesce;

	del_timer(&c->timer);
	c->waiting = false;
	c->after_quiet = false;
	c->found = false;
	c->irq_deferred = false;
	net_dim_pause(&c->dim);
}

/* --- for tools ---------------------------------------------------------- */

void coalesce_get_stats(const struct napi_struct *napi,
			void (*emit)(void *ctx, const char *name, u64 value),
			void *ctx)
{
	emit(ctx, "rx_coalesce_usecs", napi->coalesce.polls_by_time);
	emit(ctx, "rx_coalesce_frames", napi->coalesce.polls_by_frames);
}

int dev_get_coalesce(const struct net_device *dev, struct ethtool_coalesce *set,
		     struct ethtool_coalesce *now)
{
	const struct coalesce *c;

	if (dev->ops->get_coalesce)
		return dev->ops->get_coalesce(dev, set, now);
	if (!dev->napi)
		return -EOPNOTSUPP;
	c = &dev->napi->coalesce;
	*set = (struct ethtool_coalesce){
		.rx_coalesce_usecs = c->set_usecs,
		.rx_max_coalesced_frames = c->set_frames,
		.use_adaptive_rx_coalesce = c->adaptive,
	};
	if (now) {
		*now = *set;
		now->rx_coalesce_usecs = c->rx_usecs;
		now->rx_max_coalesced_frames = c->rx_frames;
	}
	return 0;
}

static int check(struct net_device *dev, const struct ethtool_coalesce *c)
{
	struct ethtool_ringparam ring = { 0 };

	if (!dev->napi || c->tx_coalesce_usecs || c->tx_max_coalesced_frames ||
	    c->use_adaptive_tx_coalesce)
		return -EOPNOTSUPP;
	if (c->rx_max_coalesced_frames && !dev->ops->rx_waiting)
		return -EOPNOTSUPP;
	if (dev->ops->get_ringparam)
		dev->ops->get_ringparam(dev, &ring);
	if (c->rx_coalesce_usecs > COALESCE_USECS_MAX ||
	    c->rx_max_coalesced_frames > ring.rx_pending)
		return -EINVAL;
	return 0;
}

static void switch_on_or_off(struct napi_struct *napi)
{
	struct coalesce *c = &napi->coalesce;
	bool on = c->rx_usecs || c->adaptive;

	if (on == c->on)
		return;
	if (on) {
		timer_setup(&c->timer, wait_is_over);
		c->napi = napi;
		c->poll = napi->poll;
		napi->poll = coalesce_poll;
	} else {
		napi->poll = c->poll;
	}
	c->on = on;
}

int dev_set_coalesce(struct net_device *dev, const struct ethtool_coalesce *set)
{
	struct napi_struct *napi = dev->napi;
	struct coalesce *c;
	bool adaptive = set->use_adaptive_rx_coalesce;
	int err;

	if (dev->ops->set_coalesce)
		return dev->ops->set_coalesce(dev, set);
	err = check(dev, set);
	if (err)
		return err;
	c = &napi->coalesce;
	c->set_usecs = set->rx_coalesce_usecs;
	c->set_frames = set->rx_max_coalesced_frames;
	if (adaptive && !c->adaptive)
		c->dim = (struct dim){ 0 };
	c->adaptive = adaptive;
	if (adaptive) {
		use_profile(napi);
	} else {
		c->rx_usecs = c->set_usecs;
		c->rx_frames = c->set_frames;
	}
	switch_on_or_off(napi);
	/* A wait that was begun under the old settings ends here. */
	c->irq_deferred = false;
	if (c->waiting) {
		del_timer(&c->timer);
		c->waiting = false;
		(void)napi_schedule(napi);
	}
	return 0;
}
