/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * napi - interrupt once, then poll within a budget (rows I7-I9, E19-E20)
 *
 * For drivers: the hard IRQ handler masks the device and calls
 * napi_schedule(); net_rx_action() then calls poll() until it is done.
 * poll(napi, budget) takes at most @budget received packets (and any number
 * of completions) and returns how many it took. Fewer than @budget means the
 * ring is empty: before returning, poll() must call napi_complete_done(),
 * unmask the device and then look at the ring once more, because an event
 * that came while the device was masked is not latched by the hardware.
 * Received packets go to napi_gro_receive(), and poll() calls napi_gro_flush()
 * when it has taken its last one (gro.h).
 *
 * Knobs: net.core.dev_weight, netdev_budget, netdev_budget_usecs. Counters:
 * /proc/net/softnet_stat.
 *
 * net.ringpath.napi_off=1 is how systems were before NAPI, to compare with
 * (Mogul and Ramakrishnan, 1996): an interrupt for each frame, each frame
 * through the whole stack, no budget, and no turn for transmit, timers and
 * applications as long as a frame is there. In a flood the board does not
 * come back before it ends: that is what it shows.
 */
#ifndef CORE_NAPI_H
#define CORE_NAPI_H

#include "core/coalesce.h"
#include "core/gro.h"
#include "core/types.h"

struct net_device;

enum { NAPI_POLL_WEIGHT = 64 };

struct napi_struct {
	int (*poll)(struct napi_struct *napi, int budget);
	struct net_device *dev;
	struct napi_struct *next; /* irq_: on the poll list */
	int weight;
	u8 irq_scheduled; /* on a list, or being polled */
	bool enabled;
	u64 now_ns; /* clock at the start of this poll, for timestamps */
	struct gro_list gro;
	struct coalesce coalesce;
};

/* Columns of /proc/net/softnet_stat. */
struct softnet_data {
	u32 processed;
	u32 dropped;
	u32 time_squeeze;
};

extern struct softnet_data softnet_data;
extern int netdev_budget, netdev_budget_usecs, dev_weight;
extern int napi_off;

/* Register with a device; polling starts after napi_enable(). */
void netif_napi_add(struct net_device *dev, struct napi_struct *napi,
		    int (*poll)(struct napi_struct *napi, int budget));
void napi_enable(struct napi_struct *napi);

/* Take it off the poll list; when it returns, poll() will not be called, and
 * what GRO still held is dropped.
 * Context: application, never inside a softirq round. */
void napi_disable(struct napi_struct *napi);

/**
 * napi_schedule() - put on the poll list and raise NET_RX_SOFTIRQ
 *
 * Context: any, hard IRQ included. The caller has masked its device.
 * Return: true if it was not scheduled before.
 */
bool napi_schedule(struct napi_struct *napi);

/**
 * napi_schedule_irq() - the same, but interrupt moderation may let it wait
 *
 * For hard IRQs that tell of received frames. The caller has masked them; what
 * else interrupts may go on to do so, and calls coalesce_irq(napi, true) while
 * napi->coalesce.on.
 */
static inline void napi_schedule_irq(struct napi_struct *napi)
{
	if (unlikely(napi->coalesce.on))
		coalesce_irq(napi, false);
	else
		(void)napi_schedule(napi);
}

/**
 * napi_complete_done() - the ring is empty, leave the poll list
 * @work_done: packets taken in this poll
 *
 * Return: true if the device may be unmasked now; false if moderation will
 * poll it by a timer: its receive interrupts stay masked.
 */
bool napi_complete_done(struct napi_struct *napi, int work_done);

/* For poll(): is this poll complete? After each frame without NAPI. */
static inline bool napi_poll_is_done(int done, int budget)
{
	return done < budget || unlikely(napi_off);
}

/* The NET_RX softirq: one round within the budgets. */
void net_rx_action(void);

#endif
