/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * act_skbedit - write a packet's mark and priority (row I13)
 *
 * Both stay with the packet: for filters behind this one, for netfilter, for
 * the qdisc.
 */
#include "core/skbuff.h"
#include "sched/act_api.h"

enum tc_verdict skbedit_act(struct tc_action *act, struct pbuf *skb)
{
	const struct tc_skbedit *e = &act->skbedit;

	if (e->set_priority)
		skb->cb.priority = e->priority;
	if (e->set_mark) {
		u32 mask = e->has_mask ? e->mask : UINT32_MAX;

		skb->cb.mark = (skb->cb.mark & ~mask) | (e->mark & mask);
	}
	return act->control;
}
