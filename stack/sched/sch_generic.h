/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sch_generic - the door that every queueing discipline stands behind
 * (row E11)
 *
 * A discipline is a pure file: no clock (@now comes in), no device, and it
 * frees nothing: packets that it drops go to the caller's list @to_free.
 */
#ifndef SCHED_SCH_GENERIC_H
#define SCHED_SCH_GENERIC_H

#include "core/section.h"
#include "core/skbuff.h"
#include "core/types.h"

struct net_device;
struct Qdisc;

/* A first-in first-out list of packets, linked by cb.next. */
struct skb_list {
	struct pbuf *head;
	struct pbuf *tail;
	u32 qlen;
};

struct Qdisc_ops {
	const char *id; /* "pfifo" */
	/* Keep @skb, or put it (or others) on @to_free. 0 or -ENOBUFS. */
	int (*enqueue)(struct pbuf *skb, struct Qdisc *sch, u64 now,
		       struct skb_list *to_free);
	/* The next packet to send now; NULL when there is none. */
	struct pbuf *(*dequeue)(struct Qdisc *sch, u64 now);
	/* Empty it: all packets go to @to_free. */
	void (*reset)(struct Qdisc *sch, struct skb_list *to_free);
};

/* gnet_stats_basic and gnet_stats_queue. */
struct qdisc_stats {
	u64 bytes;
	u32 packets;
	u32 backlog_bytes;
	u32 drops;
	u32 requeues;
	u32 overlimits;
};

struct Qdisc {
	const struct Qdisc_ops *ops;
	struct net_device *dev;
	struct skb_list q;
	struct pbuf *held; /* dequeued, and then the ring was full */
	u32 limit_pkts;
	struct qdisc_stats stats;
};

static inline void skb_list_append(struct skb_list *list, struct pbuf *skb)
{
	skb->cb.next = NULL;
	if (list->tail)
		list->tail->cb.next = skb;
	else
		list->head = skb;
	list->tail = skb;
	list->qlen++;
}

static inline struct pbuf *skb_list_pop(struct skb_list *list)
{
	struct pbuf *skb = list->head;

	if (!skb)
		return NULL;
	list->head = skb->cb.next;
	if (!list->head)
		list->tail = NULL;
	list->qlen--;
	return skb;
}

extern const struct Qdisc_ops pfifo_qdisc_ops;

#endif
