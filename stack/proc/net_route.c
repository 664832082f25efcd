/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/net/route - where packets leave (row M7)
 *
 * lwIP routes by its devices: each address brings the route of its subnet,
 * the default device that of everything else.
 */
#include "core/netdevice.h"
#include "core/seq_file.h"
#include "lwip/netif.h"

enum {
	LINE_WIDTH = 127,
	RTF_UP = 0x1,
	RTF_GATEWAY = 0x2,
};

static void pad_line(struct seq_file *m, const char *text)
{
	seq_printf(m, "%-*s\n", LINE_WIDTH, text);
}

/* Addresses in network order, as they lie in memory: so does Linux. */
static void route(struct seq_file *m, const struct net_device *dev, be32_t dst,
		  be32_t gateway, be32_t mask)
{
	char buf[LINE_WIDTH + 1];
	struct seq_file line;

	seq_init(&line, buf, sizeof(buf));
	seq_printf(&line, "%s\t%08X\t%08X\t%04X\t%d\t%u\t%d\t%08X\t%d\t%u\t%u",
		   dev->name, (unsigned int)dst, (unsigned int)gateway,
		   gateway != 0 ? RTF_UP | RTF_GATEWAY : RTF_UP, 0, 0, 0,
		   (unsigned int)mask, 0, 0, 0);
	pad_line(m, buf);
}

static int route_show(struct seq_file *m)
{
	pad_line(m, "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric"
		    "\tMask\t\tMTU\tWindow\tIRTT");
	if (netif_default != NULL && netif_is_up(netif_default) &&
	    !ip4_addr_isany(netif_ip4_gw(netif_default)))
		route(m, netif_to_dev(netif_default), 0,
		      netif_ip4_gw(netif_default)->addr, 0);
	for (int i = 1; i <= NETDEV_MAX; i++) {
		struct net_device *dev = dev_get_by_index(i);
		be32_t addr, mask;

		if (dev == NULL || !netif_is_up(&dev->netif) ||
		    (dev->flags & IFF_LOOPBACK))
			continue;
		addr = netif_ip4_addr(&dev->netif)->addr;
		mask = netif_ip4_netmask(&dev->netif)->addr;
		if (addr != 0)
			route(m, dev, addr & mask, 0, mask);
	}
	return 0;
}
PROC_FILE("net/route", route_show);
