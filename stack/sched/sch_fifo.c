/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sch_fifo - pfifo: packets leave in the order they came (row E11)
 *
 * At most @limit_pkts wait; one more is dropped at the tail. Pure.
 */
#include <errno.h>
#include "sched/sch_generic.h"

static int pfifo_enqueue(struct pbuf *skb, struct Qdisc *sch, u64 now,
			 struct skb_list *to_free)
{
	(void)now;
	if (unlikely(sch->q.qlen >= sch->limit_pkts)) {
		sch->stats.drops++;
		skb_list_append(to_free, skb);
		return -ENOBUFS;
	}
	sch->stats.backlog_bytes += skb->tot_len;
	skb_list_append(&sch->q, skb);
	return 0;
}

static struct pbuf *pfifo_dequeue(struct Qdisc *sch, u64 now)
{
	struct pbuf *skb = skb_list_pop(&sch->q);

	(void)now;
	if (!skb)
		return NULL;
	sch->stats.backlog_bytes -= skb->tot_len;
	sch->stats.bytes += skb->tot_len;
	sch->stats.packets++;
	return skb;
}

static void pfifo_reset(struct Qdisc *sch, struct skb_list *to_free)
{
	struct pbuf *skb;

	while ((skb = skb_list_pop(&sch->q)))
		skb_list_append(to_free, skb);
	sch->stats.backlog_bytes = 0;
}

const struct Qdisc_ops pfifo_qdisc_ops = {
	.id = "pfifo",
	.enqueue = pfifo_enqueue,
	.dequeue = pfifo_dequeue,
	.reset = pfifo_reset,
};
