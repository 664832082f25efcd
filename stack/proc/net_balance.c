/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/net/balance - what became of every received frame (row M8)
 *
 * "NAME COUNT". What came in must be what came out, to the frame: `missing`
 * and `undelivered` are 0 at any time, or there is a way to lose packets that
 * has no counter. docs/counters.md has the equations. All numbers are 32 bit
 * and are taken at one moment.
 */
#include "core/backlog.h"
#include "core/drop.h"
#include "core/netdevice.h"
#include "core/seq_file.h"
#include "ipv4/ip_fragment.h"
#include "ipv4/lwip_drop.h"
#include "ipv4/snmp.h"
#include "sched/act_api.h"

/* Reasons of received frames, from the driver until lwIP's protocols. */
static const u8 receive_reasons[] = {
	DROP_NOT_SPECIFIED,	DROP_RX_NO_BUFFER,    DROP_GRO_PURGE,
	DROP_CPU_BACKLOG,	DROP_TC_INGRESS,      DROP_OTHERHOST,
	DROP_PKT_TOO_SMALL,	DROP_UNHANDLED_PROTO, DROP_ARP_INVALID,
	DROP_ARP_SENDER,	DROP_IP_INHDR,	      DROP_IP_CSUM,
	DROP_IP_INVALID_SOURCE, DROP_IP_INVALID_DEST, DROP_IP_OPTIONS,
	DROP_IP_NOPROTO,	DROP_IP_NOT_LOCAL,    DROP_FRAG_REASM_TIMEOUT,
	DROP_FRAG_OVERLAP,	DROP_FRAG_NO_MEMORY,  DROP_FRAG_INVALID,
	DROP_DUP_FRAG,		DROP_UDP_LENGTH,      DROP_UDP_CSUM,
	DROP_TCP_CSUM,		DROP_TCP_INHDR,	      DROP_TCP_NOT_HOST,
};

static void line(struct seq_file *m, const char *name, u32 count)
{
	seq_printf(m, "%s %u\n", name, (unsigned int)count);
}

/* Frames of all devices; segments that GRO has put behind others. */
static void count_frames(u32 *received, u32 *merged)
{
	*received = 0;
	*merged = 0;
	for (int i = 1; i <= NETDEV_MAX; i++) {
		const struct net_device *dev = dev_get_by_index(i);

		if (!dev)
			continue;
		*received += (u32)dev->stats.rx_packets;
		/* Loopback does not count what the backlog refuses. */
		if (dev->flags & IFF_LOOPBACK)
			*received += (u32)dev->stats.rx_dropped;
		if (dev->napi)
			*merged += dev->napi->gro.merged;
	}
}

static u32 count_waiting(void)
{
	u32 queues, skbs;

	ip_frag_read(&queues, &skbs);
	return skbs + backlog_len();
}

static u32 count_dropped(void)
{
	u32 n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(receive_reasons); i++)
		n += drop_counts[receive_reasons[i]];
	return n;
}

static int balance_show(struct seq_file *m)
{
	u32 received, merged;
	u32 dropped = count_dropped();
	u32 waiting = count_waiting();
	u32 joined = ip_frag_joined();
	u32 ip = ip_mib.InDelivers;
	struct mirred_balance tc;
	struct lwip_delivered d;

	count_frames(&received, &merged);
	mirred_read(&tc);
	lwip_delivered_read(&d);

	line(m, "received", received);
	line(m, "mirred_in", tc.entered);
	line(m, "dropped", dropped);
	line(m, "mirred_out", tc.left);
	line(m, "gro_merged", merged);
	line(m, "frag_joined", joined);
	line(m, "waiting", waiting);
	line(m, "arp", d.arp);
	line(m, "ip", ip);
	line(m, "missing",
	     received + tc.entered - dropped - tc.left - merged - joined -
		     waiting - d.arp - ip);
	line(m, "icmp", d.icmp);
	line(m, "igmp", d.igmp);
	line(m, "tcp", d.tcp);
	line(m, "udp", d.udp);
	line(m, "refused", d.refused);
	line(m, "undelivered",
	     ip - d.icmp - d.igmp - d.tcp - d.udp - d.refused);
	return 0;
}
PROC_FILE("net/balance", balance_show);
