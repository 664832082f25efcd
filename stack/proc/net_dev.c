/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/net/dev - what each device received and sent (row M7)
 */
#include "core/netdevice.h"
#include "core/seq_file.h"

#define LLU(x) ((unsigned long long)(x))

static void device(struct seq_file *m, struct net_device *dev)
{
	const struct net_device_stats *s = dev_get_stats(dev);

	seq_printf(m, "%6s: %7llu %7llu %4llu %4llu %4llu %5llu %10u %9llu ",
		   dev->name, LLU(s->rx_bytes), LLU(s->rx_packets),
		   LLU(s->rx_errors), LLU(s->rx_dropped + s->rx_missed_errors),
		   LLU(s->rx_fifo_errors),
		   LLU(s->rx_length_errors + s->rx_over_errors +
		       s->rx_crc_errors + s->rx_frame_errors),
		   0, LLU(s->multicast));
	seq_printf(m, "%8llu %7llu %4llu %4llu %4llu %5llu %7llu %10u\n",
		   LLU(s->tx_bytes), LLU(s->tx_packets), LLU(s->tx_errors),
		   LLU(s->tx_dropped), LLU(s->tx_fifo_errors),
		   LLU(s->collisions),
		   LLU(s->tx_carrier_errors + s->tx_aborted_errors), 0);
}

static int dev_show(struct seq_file *m)
{
	seq_puts(m, "Inter-|   Receive                            "
		    "                    |  Transmit\n"
		    " face |bytes    packets errs drop fifo frame "
		    "compressed multicast|bytes    packets errs "
		    "drop fifo colls carrier compressed\n");
	for (int i = 1; i <= NETDEV_MAX; i++) {
		struct net_device *dev = dev_get_by_index(i);

		if (dev != NULL)
			device(m, dev);
	}
	return 0;
}
PROC_FILE("net/dev", dev_show);
