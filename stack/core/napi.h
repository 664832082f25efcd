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
 *
 * Knobs: net.core.dev_weight, netdev_budget, netdev_budget_usecs. Counters:
 * /proc/net/softnet_stat.
 */
#ifndef CORE_NAPI_H
#define CORE_NAPI_H

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
};

/* Columns of /proc/net/softnet_stat. */
struct softnet_data {
	u32 processed;
	u32 dropped;
	u32 time_squeeze;
};

extern struct softnet_data softnet_data;
extern int netdev_budget, netdev_budget_usecs, dev_weight;

/* Register with a device; polling starts after napi_enable(). */
void netif_napi_add(struct net_device *dev, struct napi_struct *napi,
		    int (*poll)(struct napi_struct *napi, int budget));
void napi_enable(struct napi_struct *napi);

/* Take it off the poll list; when it returns, poll() will not be called.
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
 * napi_complete_done() - the ring is empty, leave the poll list
 * @work_done: packets taken in this poll
 *
 * Return: true if the device may be unmasked now.
 */
bool napi_complete_done(struct napi_struct *napi, int work_done);

/* The NET_RX softirq: one round within the budgets. */
void net_rx_action(void);

#endif
