/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lwip_drop - see lwip_drop.h (row M8)
 */
#include "ipv4/lwip_drop.h"
#include "ipv4/snmp.h"
#include "ipv4/tcp_guard.h"
#include "lwip/stats.h"

/* Without counting protocols that nobody speaks: ip_rcv() has done it. */
static u32 refused_by_ip(void)
{
	return lwip_stats.ip.drop - lwip_stats.ip.proterr;
}

/* Of ports that are closed: an answer, or, to a broadcast, nothing. */
static u32 without_socket(void)
{
	u32 udp = lwip_stats.udp.recv - lwip_stats.udp.lenerr -
		  lwip_stats.mib2.udpindatagrams;
	u32 tcp = lwip_stats.tcp.recv - lwip_stats.tcp.lenerr -
		  tcp_guard_segments();

	return udp + tcp;
}

/* lwIP counts every ICMP message but echo here, known or not. */
static u32 icmp_unknown(void)
{
	const struct stats_mib2 *mib2 = &lwip_stats.mib2;

	return lwip_stats.icmp.proterr - mib2->icmpindestunreachs -
	       mib2->icmpintimeexcds - mib2->icmpinparmprobs -
	       mib2->icmpinsrcquenchs - mib2->icmpinredirects -
	       mib2->icmpintimestamps - mib2->icmpintimestampreps -
	       mib2->icmpinaddrmasks - mib2->icmpinaddrmaskreps;
}

u32 lwip_dropped(enum drop_reason reason)
{
	switch (reason) {
	case DROP_IP_NOT_LOCAL:
		return refused_by_ip();
	case DROP_NO_SOCKET:
		return without_socket();
	case DROP_UDP_LENGTH:
		return lwip_stats.udp.lenerr;
	case DROP_TCP_INHDR:
		return lwip_stats.tcp.lenerr;
	case DROP_SOCKET_RCVBUFF:
		return lwip_stats.tcp.drop - lwip_stats.tcp.lenerr -
		       lwip_stats.tcp.proterr;
	case DROP_ICMP_CSUM:
		return lwip_stats.icmp.chkerr;
	case DROP_ICMP_INVALID:
		return lwip_stats.icmp.lenerr + icmp_unknown();
	case DROP_ICMP_IGNORED:
		return lwip_stats.icmp.err;
	case DROP_IGMP_INVALID:
		return lwip_stats.igmp.lenerr + lwip_stats.igmp.chkerr +
		       lwip_stats.igmp.proterr + lwip_stats.igmp.drop;
	default:
		return 0;
	}
}

void lwip_delivered_read(struct lwip_delivered *d)
{
	*d = (struct lwip_delivered){
		.arp = lwip_stats.etharp.recv + lwip_stats.etharp.proterr,
		.icmp = lwip_stats.icmp.recv,
		.igmp = lwip_stats.igmp.recv,
		/* What reopened a connection was given to it twice. */
		.tcp = lwip_stats.tcp.recv - tcpext_mib.TWRecycled,
		.udp = lwip_stats.udp.recv,
		.refused = refused_by_ip(),
	};
}
