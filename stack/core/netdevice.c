/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * netdevice - see netdevice.h
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "core/netdevice.h"
#include "core/port.h"
#include "core/printk.h"
#include "core/timer.h"
#include "core/xmit.h"
#include "lwip/lwip_glue.h"
#include "sched/sch_generic.h"

enum {
	MIN_MTU = 68, /* RFC 791 */
};

/* Linux's dev_watchdog: a queue stopped for so long is a stuck one. */
#define WATCHDOG_TIMEO_NS  (5 * NSEC_PER_SEC)
#define WATCHDOG_PERIOD_NS NSEC_PER_SEC

static struct {
	struct net_device *devs[NETDEV_MAX];
	int nr;
	int nr_eth;
	struct Qdisc qdisc[NETDEV_MAX];
	struct timer watchdog;
} state;

static void watchdog(struct timer *t, u64 now)
{
	for (int i = 0; i < state.nr; i++) {
		struct net_device *dev = state.devs[i];

		if (!(dev->flags & IFF_UP) || !dev->carrier ||
		    !dev->queue_stopped ||
		    now - dev->trans_start_ns < WATCHDOG_TIMEO_NS)
			continue;
		pr_warn("%s: transmit queue timed out %u ms", dev->name,
			(unsigned int)((now - dev->trans_start_ns) /
				       NSEC_PER_MSEC));
		dev->trans_start_ns = now;
		dev->ops->ndo_tx_timeout(dev);
	}
	mod_timer(t, now + WATCHDOG_PERIOD_NS);
}

int register_netdev(struct net_device *dev)
{
	struct Qdisc *sch = &state.qdisc[state.nr];

	if (state.nr == NETDEV_MAX)
		return -ENOSPC;
	if (!dev->name[0])
		(void)snprintf(dev->name, sizeof(dev->name), "eth%d",
			       state.nr_eth++);
	dev->ifindex = state.nr + 1;
	if (!dev->mtu)
		dev->mtu = ETH_DATA_LEN;
	if (!dev->max_mtu)
		dev->max_mtu = ETH_DATA_LEN;
	dev->tx_queue_len = DEFAULT_TX_QUEUE_LEN;
	if (!(dev->flags & IFF_LOOPBACK))
		dev->flags |= IFF_BROADCAST | IFF_MULTICAST;
	dev->features |= NETIF_F_GRO;

	*sch = (struct Qdisc){
		.ops = &pfifo_qdisc_ops,
		.dev = dev,
		.limit_pkts = dev->tx_queue_len,
	};
	/* Linux's noqueue: nothing waits. */
	dev->qdisc = dev->flags & IFF_LOOPBACK ? NULL : sch;
	state.devs[state.nr++] = dev;
	lwip_attach(dev);

	if (!state.watchdog.function) {
		timer_setup(&state.watchdog, watchdog);
		mod_timer(&state.watchdog, clock_ns() + WATCHDOG_PERIOD_NS);
	}
	return 0;
}

struct net_device *dev_get_by_name(const char *name)
{
	for (int i = 0; i < state.nr; i++)
		if (!strcmp(state.devs[i]->name, name))
			return state.devs[i];
	return NULL;
}

struct net_device *dev_get_by_index(int ifindex)
{
	if (ifindex < 1 || ifindex > state.nr)
		return NULL;
	return state.devs[ifindex - 1];
}

int dev_open(struct net_device *dev)
{
	int err;

	if (dev->flags & IFF_UP)
		return 0;
	dev->queue_stopped = false;
	/* Set first: the driver may report its carrier while it opens. */
	dev->flags |= IFF_UP;
	err = dev->ops->ndo_open(dev);
	if (err) {
		dev->flags &= ~(u32)IFF_UP;
		return err;
	}
	dev->ops->ndo_set_rx_mode(dev);
	lwip_set_up(dev, true);
	return 0;
}

void dev_close(struct net_device *dev)
{
	if (!(dev->flags & IFF_UP))
		return;
	lwip_set_up(dev, false);
	netif_carrier_off(dev);
	dev->flags &= ~(u32)IFF_UP;
	dev_flush_queue(dev);
	dev->ops->ndo_stop(dev);
}

void dev_change_flags(struct net_device *dev, u32 set, u32 clear)
{
	dev->flags = (dev->flags | set) & ~clear;
	if (dev->flags & IFF_UP)
		dev->ops->ndo_set_rx_mode(dev);
}

void dev_set_promiscuity(struct net_device *dev, int inc)
{
	dev->promiscuity += (u32)inc;
	dev_change_flags(dev, 0, 0);
}

int dev_set_mtu(struct net_device *dev, u32 mtu)
{
	if (mtu < MIN_MTU || mtu > dev->max_mtu)
		return -EINVAL;
	dev->mtu = (u16)mtu;
	dev->netif.mtu = (u16)mtu;
	return 0;
}

int dev_set_mac_address(struct net_device *dev, const u8 addr[ETH_ALEN])
{
	static const u8 zero[ETH_ALEN];

	if ((addr[0] & 1) || !memcmp(addr, zero, ETH_ALEN))
		return -EADDRNOTAVAIL;
	memcpy(dev->dev_addr, addr, ETH_ALEN);
	memcpy(dev->netif.hwaddr, addr, ETH_ALEN);
	if (dev->flags & IFF_UP)
		dev->ops->ndo_set_rx_mode(dev);
	return 0;
}

int dev_set_features(struct net_device *dev, u32 set, u32 clear)
{
	u32 features = (dev->features | set) & ~clear;
	u32 changed = features ^ dev->features;
	int err = 0;

	if (changed & ~(dev->hw_features | NETIF_F_GRO))
		return -EOPNOTSUPP;
	if (changed & dev->hw_features)
		err = dev->ops->set_features(dev, features);
	if (!err)
		dev->features = features;
	return err;
}

void dev_mc_add(struct net_device *dev, const u8 addr[ETH_ALEN])
{
	int free_slot = -1;

	for (size_t i = 0; i < ARRAY_SIZE(dev->mc); i++) {
		if (!dev->mc[i].users) {
			if (free_slot < 0)
				free_slot = (int)i;
			continue;
		}
		if (!memcmp(dev->mc[i].addr, addr, ETH_ALEN)) {
			dev->mc[i].users++;
			return;
		}
	}
	if (free_slot < 0) {
		dev->mc_overflow++;
		dev_change_flags(dev, 0, 0);
		return;
	}
	memcpy(dev->mc[free_slot].addr, addr, ETH_ALEN);
	dev->mc[free_slot].users = 1;
	dev_change_flags(dev, 0, 0);
}

void dev_mc_del(struct net_device *dev, const u8 addr[ETH_ALEN])
{
	for (size_t i = 0; i < ARRAY_SIZE(dev->mc); i++) {
		if (!dev->mc[i].users ||
		    memcmp(dev->mc[i].addr, addr, ETH_ALEN))
			continue;
		if (--dev->mc[i].users == 0)
			dev_change_flags(dev, 0, 0);
		return;
	}
	if (dev->mc_overflow && --dev->mc_overflow == 0)
		dev_change_flags(dev, 0, 0);
}

void netif_carrier_on(struct net_device *dev)
{
	if (dev->carrier)
		return;
	dev->carrier = true;
	dev->carrier_up_count++;
	dev->trans_start_ns = clock_ns();
	lwip_set_link(dev, true);
	netif_schedule(dev);
}

void netif_carrier_off(struct net_device *dev)
{
	if (!dev->carrier)
		return;
	dev->carrier = false;
	dev->carrier_down_count++;
	lwip_set_link(dev, false);
	/* Nothing that waited is worth sending when the link comes back. */
	dev_flush_queue(dev);
}

void netif_wake_queue(struct net_device *dev)
{
	dev->queue_stopped = false;
	netif_schedule(dev);
}

const struct net_device_stats *dev_get_stats(struct net_device *dev)
{
	if (dev->ops->ndo_get_stats)
		dev->ops->ndo_get_stats(dev);
	return &dev->stats;
}
