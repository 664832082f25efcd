/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * backlog - see backlog.h (row I14)
 */
#include <errno.h>
#include <limits.h>
#include "core/backlog.h"
#include "core/napi.h"
#include "core/netdevice.h"
#include "core/receive.h"
#include "core/skbuff.h"
#include "core/sysctl.h"
#include "sched/sch_generic.h"

static struct {
	struct napi_struct napi;
	struct skb_list queue;
} state;

static int netdev_max_backlog = 1000;

SYSCTL_INT("net.core.netdev_max_backlog", &netdev_max_backlog, 0, INT_MAX);

static int process_backlog(struct napi_struct *napi, int budget)
{
	int done = 0;

	while (done < budget) {
		struct pbuf *skb = skb_list_pop(&state.queue);

		if (!skb)
			break;
		/* On loopback, what this one is answered with is taken in the
		 * same poll. */
		netif_receive_skb(skb);
		done++;
	}
	if (done < budget)
		(void)napi_complete_done(napi, done);
	return done;
}

void backlog_init(void)
{
	netif_napi_add(NULL, &state.napi, process_backlog);
	napi_enable(&state.napi);
}

int netif_rx(struct pbuf *skb)
{
	if (unlikely(state.queue.qlen >= (u32)netdev_max_backlog)) {
		softnet_data.dropped++;
		skb->cb.dev->stats.rx_dropped++;
		kfree_skb_reason(skb, DROP_CPU_BACKLOG);
		return -ENOBUFS;
	}
	skb_list_append(&state.queue, skb);
	(void)napi_schedule(&state.napi);
	return 0;
}

u32 backlog_len(void)
{
	return state.queue.qlen;
}
