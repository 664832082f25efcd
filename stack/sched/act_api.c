/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * act_api - see act_api.h (row I13)
 *
 * The simplest action, gact, has nothing but its verdict and lives here.
 */
#include "sched/act_api.h"

static enum tc_verdict gact_act(struct tc_action *act)
{
	if (act->control == TC_ACT_SHOT)
		act->drops++;
	return act->control;
}

static enum tc_verdict run(struct tc_action *act, const struct tc_packet *pkt)
{
	tcf_action_count(act, pkt->len, pkt->now);
	switch (act->kind) {
	case TC_ACTION_POLICE:
		return police_act(act, pkt->len, pkt->now);
	case TC_ACTION_SKBEDIT:
		return skbedit_act(act, pkt->skb);
	case TC_ACTION_MIRRED:
		return mirred_act(act, pkt);
	case TC_ACTION_GACT:
	default:
		return gact_act(act);
	}
}

enum tc_verdict tcf_action_exec(struct tc_action *act, u32 nr,
				const struct tc_packet *pkt)
{
	enum tc_verdict verdict = TC_ACT_OK;

	for (u32 i = 0; i < nr; i++) {
		verdict = run(&act[i], pkt);
		if (verdict != TC_ACT_PIPE)
			break;
	}
	return verdict;
}
