/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * act_mirred - send a packet, or a copy of it, by another device (row I13)
 *
 * Egress: into that device's queue, as if we had sent it. Ingress: by the
 * backlog, as if that device had received it. Each packet, with all its
 * copies, is moved at most MIRRED_NEST_LIMIT times, so a ring of redirections
 * ends. A device that is down takes nothing: a copy is not made, a packet that
 * was to be redirected is dropped; both count as overlimits, as on Linux.
 */
#include "core/backlog.h"
#include "core/netdevice.h"
#include "core/skbuff.h"
#include "core/xmit.h"
#include "sched/act_api.h"

static struct mirred_balance balance;

/* @from_rx: it is a received one, not a copy of it, nor one to be sent. */
static void send(struct pbuf *skb, const struct tc_mirred *m, bool from_rx)
{
	balance.entered += m->ingress && !from_rx;
	balance.left += !m->ingress && from_rx;
	skb->cb.dev = m->dev;
	skb->cb.redirects++;
	if (m->ingress)
		(void)netif_rx(skb); /* counted where it fails */
	else
		(void)dev_queue_xmit(skb); /* the same */
}

static bool can_send(const struct tc_mirred *m, const struct pbuf *skb)
{
	return (m->dev->flags & IFF_UP) && m->dev->carrier &&
	       skb->cb.redirects < MIRRED_NEST_LIMIT;
}

enum tc_verdict mirred_act(struct tc_action *act, const struct tc_packet *pkt)
{
	const struct tc_mirred *m = &act->mirred;
	struct pbuf *skb = pkt->skb, *copy;

	if (unlikely(!can_send(m, skb))) {
		act->overlimits++;
		return m->redirect ? TC_ACT_SHOT : act->control;
	}
	/* A packet that others hold is not ours to redirect: its list link is
	 * theirs (a segment that TCP may send again). */
	if (m->redirect && skb->ref == 1 && !skb->cb.queued) {
		send(skb, m, pkt->ingress);
		return TC_ACT_STOLEN;
	}
	copy = skb_copy(skb);
	if (copy)
		send(copy, m, pkt->ingress && m->redirect);
	else
		act->overlimits++;
	if (!m->redirect)
		return act->control;
	if (!copy)
		return TC_ACT_SHOT;
	consume_skb(skb);
	return TC_ACT_STOLEN;
}

void mirred_read(struct mirred_balance *b)
{
	*b = balance;
}
