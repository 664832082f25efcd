/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * xmit - see xmit.h (rows E10-E12)
 */
#include <errno.h>
#include "core/xmit.h"
#include "core/netdevice.h"
#include "core/port.h"
#include "core/softirq.h"
#include "core/tap.h"
#include "core/tc.h"
#include "sched/sch_generic.h"

static struct net_device *sched_head; /* devices that NET_TX must look at */

void netif_schedule(struct net_device *dev)
{
	if (dev->scheduled)
		return;
	dev->scheduled = true;
	dev->next_sched = sched_head;
	sched_head = dev;
	raise_softirq(NET_TX_SOFTIRQ);
}

static void free_list(struct skb_list *list, enum drop_reason reason)
{
	struct pbuf *skb;

	while ((skb = skb_list_pop(list))) {
		skb->cb.queued = 0;
		kfree_skb_reason(skb, reason);
	}
}

static int drop(struct pbuf *skb, enum drop_reason reason, int err)
{
	skb->cb.dev->stats.tx_dropped++;
	kfree_skb_reason(skb, reason);
	return err;
}

/*
 * A chain in more pieces than the ring takes becomes one piece, by copying.
 * Return: the packet to go on with, or NULL: dropped and counted.
 */
static struct pbuf *linearize(struct pbuf *skb)
{
	struct pbuf *one = pbuf_clone(PBUF_RAW, PBUF_RAM, skb);

	if (!one) {
		(void)drop(skb, DROP_SKB_TOO_MANY_FRAGS, 0);
		return NULL;
	}
	one->cb = skb->cb;
	consume_skb(skb);
	return one;
}

int dev_queue_xmit(struct pbuf *skb)
{
	struct net_device *dev = skb->cb.dev;
	struct skb_list to_free = { 0 };
	int err;

	if (unlikely(!(dev->flags & IFF_UP)))
		return drop(skb, DROP_DEV_DOWN, -ENETDOWN);
	if (unlikely(!dev->carrier)) {
		dev->stats.tx_carrier_errors++;
		return drop(skb, DROP_DEV_DOWN, -ENETDOWN);
	}
	if (unlikely(skb->tot_len < ETH_HLEN))
		return drop(skb, DROP_PKT_TOO_SMALL, -EINVAL);
	if (unlikely(dev->egress) && !tc_egress(skb))
		return 0;
	/* Hardware may stop for good on a longer frame. */
	if (unlikely(skb->tot_len > dev->mtu + ETH_HLEN))
		return drop(skb, DROP_PKT_TOO_BIG, -EMSGSIZE);
	/* Loopback has no queue, and copies whatever pieces there are. */
	if (unlikely(!dev->qdisc)) {
		tap_tx(skb, dev, clock_ns());
		dev->ops->ndo_start_xmit(skb, dev, false);
		return 0;
	}
	if (unlikely(skb->next && pbuf_clen(skb) > MAX_SKB_FRAGS)) {
		skb = linearize(skb);
		if (!skb)
			return -ENOBUFS;
	}

	skb->cb.queued = 1;
	err = dev->qdisc->ops->enqueue(skb, dev->qdisc, 0, &to_free);
	if (unlikely(to_free.head)) {
		dev->stats.tx_dropped += to_free.qlen;
		free_list(&to_free, DROP_QDISC_DROP);
	}
	netif_schedule(dev);
	return err;
}

/*
 * Move packets to the ring while it has room. The driver stops the queue when
 * it has not, and rings its doorbell then by itself.
 */
static void qdisc_run(struct net_device *dev, u64 now)
{
	struct Qdisc *sch = dev->qdisc;
	struct pbuf *skb;

	skb = sch->held ? sch->held : sch->ops->dequeue(sch, now);
	sch->held = NULL;
	while (skb) {
		struct pbuf *next;

		if (dev->queue_stopped) {
			sch->held = skb;
			return;
		}
		/* Only one in hand is a promise that one more follows: a
		 * discipline may hold back what it has. */
		next = sch->ops->dequeue(sch, now);
		dev->trans_start_ns = now;
		tap_tx(skb, dev, now);
		dev->ops->ndo_start_xmit(skb, dev, next != NULL);
		skb = next;
	}
}

void net_tx_action(void)
{
	struct net_device *dev = sched_head;
	u64 now = clock_ns();

	sched_head = NULL;
	while (dev) {
		struct net_device *next = dev->next_sched;

		dev->scheduled = false;
		if ((dev->flags & IFF_UP) && dev->qdisc)
			qdisc_run(dev, now);
		dev = next;
	}
}

void dev_flush_queue(struct net_device *dev)
{
	struct Qdisc *sch = dev->qdisc;
	struct skb_list to_free = { 0 };

	if (!sch)
		return;
	if (sch->held)
		skb_list_append(&to_free, sch->held);
	sch->held = NULL;
	sch->ops->reset(sch, &to_free);
	dev->stats.tx_dropped += to_free.qlen;
	free_list(&to_free, DROP_DEV_DOWN);
}
