/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * loopback - see loopback.h (row I14)
 *
 * A packet to one of our own addresses goes to lo, whichever device has the
 * address. It is copied into receive buffers: lwIP may hold on to what it sent
 * (a segment, until it is acknowledged), and receiving changes packets. The
 * copy waits in the backlog. As on Linux there is no queueing discipline, and
 * the Ethernet header is not counted.
 *
 * Context: xmit is softirq or application.
 */
#include "net/loopback.h"
#include "core/backlog.h"
#include "core/netdevice.h"
#include "core/port.h"
#include "core/skbuff.h"

static struct net_device lo;

static int loopback_open(struct net_device *dev)
{
	netif_carrier_on(dev);
	return 0;
}

static void loopback_stop(struct net_device *dev)
{
	(void)dev;
}

static void loopback_xmit(struct pbuf *skb, struct net_device *dev, bool more)
{
	struct net_device_stats *st = &dev->stats;
	struct pbuf *copy = skb_copy(skb);
	u32 len = skb->tot_len - ETH_HLEN;

	(void)more;
	if (!copy) {
		st->tx_dropped++;
		kfree_skb_reason(skb, DROP_NOMEM);
		return;
	}
	consume_skb(skb);
	copy->cb.dev = dev;
	copy->cb.tstamp_ns = clock_ns();
	if (netif_rx(copy))
		return;
	st->tx_packets++;
	st->tx_bytes += len;
	st->rx_packets++;
	st->rx_bytes += len;
}

static void loopback_set_rx_mode(struct net_device *dev)
{
	(void)dev;
}

/* Nothing can be stuck. */
static void loopback_tx_timeout(struct net_device *dev)
{
	netif_wake_queue(dev);
}

static void loopback_get_link(struct net_device *dev, struct ethtool_link *link)
{
	*link = (struct ethtool_link){
		.up = dev->carrier,
		.full_duplex = true,
		.phy_addr = -1,
	};
}

static const struct net_device_ops loopback_ops = {
	.ndo_open = loopback_open,
	.ndo_stop = loopback_stop,
	.ndo_start_xmit = loopback_xmit,
	.ndo_set_rx_mode = loopback_set_rx_mode,
	.ndo_tx_timeout = loopback_tx_timeout,
	.get_link = loopback_get_link,
};

void loopback_init(void)
{
	int err;

	lo = (struct net_device){
		.name = "lo",
		.ops = &loopback_ops,
		.driver = "loopback",
		.bus_info = "",
		.flags = IFF_LOOPBACK,
		.mtu = LOOPBACK_MTU,
		.max_mtu = LOOPBACK_MTU,
	};
	err = register_netdev(&lo);
	ASSERT(!err);
	err = dev_open(&lo);
	ASSERT(!err);
}
