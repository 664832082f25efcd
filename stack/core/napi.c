/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * napi - see napi.h (rows I7-I9, E19-E20)
 */
#include <limits.h>
#include "core/napi.h"
#include "core/netdevice.h"
#include "core/port.h"
#include "core/softirq.h"
#include "core/sysctl.h"

/* A singly linked list of devices with work, oldest first. */
struct poll_list {
	struct napi_struct *head;
	struct napi_struct *tail;
};

static struct poll_list irq_poll_list; /* hard IRQs append to it */

struct softnet_data softnet_data;

/* Linux's defaults. */
int netdev_budget = 300;
int netdev_budget_usecs = 2000;
int dev_weight = NAPI_POLL_WEIGHT;
int napi_off;

SYSCTL_INT("net.core.netdev_budget", &netdev_budget, 1, INT_MAX);
SYSCTL_INT("net.core.netdev_budget_usecs", &netdev_budget_usecs, 1, INT_MAX);
SYSCTL_INT("net.core.dev_weight", &dev_weight, 1, INT_MAX);
SYSCTL_INT("net.ringpath.napi_off", &napi_off, 0, 1);

static void list_append(struct poll_list *list, struct napi_struct *napi)
{
	napi->next = NULL;
	if (list->tail)
		list->tail->next = napi;
	else
		list->head = napi;
	list->tail = napi;
}

static struct napi_struct *list_pop(struct poll_list *list)
{
	struct napi_struct *napi = list->head;

	list->head = napi->next;
	if (!list->head)
		list->tail = NULL;
	return napi;
}

static void list_remove(struct poll_list *list, struct napi_struct *napi)
{
	struct napi_struct *prev = NULL;

	for (struct napi_struct *n = list->head; n; prev = n, n = n->next) {
		if (n != napi)
			continue;
		if (prev)
			prev->next = n->next;
		else
			list->head = n->next;
		if (list->tail == n)
			list->tail = prev;
		return;
	}
}

/* Put the whole of @from in front of @to; @from is empty afterwards. */
static void list_splice_front(struct poll_list *from, struct poll_list *to)
{
	if (!from->head)
		return;
	from->tail->next = to->head;
	if (!to->tail)
		to->tail = from->tail;
	to->head = from->head;
	*from = (struct poll_list){ 0 };
}

void netif_napi_add(struct net_device *dev, struct napi_struct *napi,
		    int (*poll)(struct napi_struct *napi, int budget))
{
	napi->dev = dev;
	napi->poll = poll;
	if (dev)
		dev->napi = napi;
}

void napi_enable(struct napi_struct *napi)
{
	napi->enabled = true;
}

void napi_disable(struct napi_struct *napi)
{
	u32 flags = irq_save();

	napi->enabled = false;
	if (napi->irq_scheduled) {
		list_remove(&irq_poll_list, napi);
		napi->irq_scheduled = 0;
	}
	irq_restore(flags);
	coalesce_stop(napi);
	gro_purge(&napi->gro);
}

bool napi_schedule(struct napi_struct *napi)
{
	u32 flags = irq_save();
	bool first = !napi->irq_scheduled && napi->enabled;

	if (first) {
		napi->irq_scheduled = 1;
		list_append(&irq_poll_list, napi);
	}
	irq_restore(flags);
	if (first)
		raise_softirq(NET_RX_SOFTIRQ);
	return first;
}

bool napi_complete_done(struct napi_struct *napi, int work_done)
{
	napi->irq_scheduled = 0;
	return likely(!napi->coalesce.on) || coalesce_done(napi, work_done);
}

/* net.ringpath.napi_off: a frame at a time, until there is none. The driver
 * unmasks after each, and the next one's interrupt comes at once. */
static void rx_without_napi(void)
{
	for (;;) {
		struct napi_struct *napi;
		u32 flags = irq_save();

		napi = irq_poll_list.head ? list_pop(&irq_poll_list) : NULL;
		irq_restore(flags);
		if (!napi)
			return;
		napi->now_ns = clock_ns();
		softnet_data.processed += (u32)napi->poll(napi, 1);
		/* Not finished: the backlog, which has no interrupt. */
		flags = irq_save();
		if (napi->irq_scheduled) {
			list_remove(&irq_poll_list, napi);
			list_append(&irq_poll_list, napi);
		}
		irq_restore(flags);
	}
}

void net_rx_action(void)
{
	struct poll_list list, repoll = { 0 };
	int budget = netdev_budget;
	u64 now = clock_ns();
	u64 time_limit = now + (u64)netdev_budget_usecs * NSEC_PER_USEC;
	u32 flags;

	if (unlikely(napi_off)) {
		rx_without_napi();
		return;
	}
	flags = irq_save();
	list = irq_poll_list;
	irq_poll_list = (struct poll_list){ 0 };
	irq_restore(flags);

	while (list.head) {
		struct napi_struct *napi = list_pop(&list);
		int work;

		napi->now_ns = now;
		work = napi->poll(napi, dev_weight);
		softnet_data.processed += (u32)work;
		budget -= work;
		/* Its whole share taken: the ring may hold more, so it goes
		 * behind the others. Fewer: poll() has completed it. */
		if (work >= dev_weight && napi->irq_scheduled)
			list_append(&repoll, napi);

		now = clock_ns();
		if (budget <= 0 || now >= time_limit) {
			if (list.head || repoll.head)
				softnet_data.time_squeeze++;
			break;
		}
		if (!list.head)
			list_splice_front(&repoll, &list);
	}

	/* Left over: those not yet polled in this round, then those with more
	 * to do, then what interrupts have added meanwhile. */
	list_splice_front(&list, &repoll);
	list = repoll;
	if (!list.head)
		return;
	flags = irq_save();
	list_splice_front(&list, &irq_poll_list);
	irq_restore(flags);
	raise_softirq(NET_RX_SOFTIRQ);
}
