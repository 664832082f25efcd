/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/net/snmp, /proc/net/netstat - counters of the protocols (row M6)
 *
 * Two lines for each group: names, then values. Readers such as nstat look
 * for names, so netstat has all of Linux's in Linux's order, also those that
 * cannot happen here.
 */
#include <string.h>

#include "core/seq_file.h"
#include "ipv4/snmp.h"

/* clang-format off */
static const char *const tcpext[] = {
	"SyncookiesSent", "SyncookiesRecv", "SyncookiesFailed", "EmbryonicRsts",
	"PruneCalled", "RcvPruned", "OfoPruned", "OutOfWindowIcmps",
	"LockDroppedIcmps", "ArpFilter", "TW", "TWRecycled", "TWKilled",
	"PAWSActive", "PAWSEstab", "BeyondWindow", "TSEcrRejected",
	"PAWSOldAck", "PAWSTimewait", "DelayedACKs", "DelayedACKLocked",
	"DelayedACKLost", "ListenOverflows", "ListenDrops", "TCPHPHits",
	"TCPPureAcks", "TCPHPAcks", "TCPRenoRecovery", "TCPSackRecovery",
	"TCPSACKReneging", "TCPSACKReorder", "TCPRenoReorder", "TCPTSReorder",
	"TCPFullUndo", "TCPPartialUndo", "TCPDSACKUndo", "TCPLossUndo",
	"TCPLostRetransmit", "TCPRenoFailures", "TCPSackFailures",
	"TCPLossFailures", "TCPFastRetrans", "TCPSlowStartRetrans",
	"TCPTimeouts", "TCPLossProbes", "TCPLossProbeRecovery",
	"TCPRenoRecoveryFail", "TCPSackRecoveryFail", "TCPRcvCollapsed",
	"TCPBacklogCoalesce", "TCPDSACKOldSent", "TCPDSACKOfoSent",
	"TCPDSACKRecv", "TCPDSACKOfoRecv", "TCPAbortOnData", "TCPAbortOnClose",
	"TCPAbortOnMemory", "TCPAbortOnTimeout", "TCPAbortOnLinger",
	"TCPAbortFailed", "TCPMemoryPressures", "TCPMemoryPressuresChrono",
	"TCPSACKDiscard", "TCPDSACKIgnoredOld", "TCPDSACKIgnoredNoUndo",
	"TCPSpuriousRTOs", "TCPMD5NotFound", "TCPMD5Unexpected",
	"TCPMD5Failure", "TCPSackShifted", "TCPSackMerged",
	"TCPSackShiftFallback", "TCPBacklogDrop", "PFMemallocDrop",
	"TCPMinTTLDrop", "TCPDeferAcceptDrop", "IPReversePathFilter",
	"TCPTimeWaitOverflow", "TCPReqQFullDoCookies", "TCPReqQFullDrop",
	"TCPRetransFail", "TCPRcvCoalesce", "TCPOFOQueue", "TCPOFODrop",
	"TCPOFOMerge", "TCPChallengeACK", "TCPSYNChallenge",
	"TCPFastOpenActive", "TCPFastOpenActiveFail", "TCPFastOpenPassive",
	"TCPFastOpenPassiveFail", "TCPFastOpenListenOverflow",
	"TCPFastOpenCookieReqd", "TCPFastOpenBlackhole",
	"TCPSpuriousRtxHostQueues", "BusyPollRxPackets", "TCPAutoCorking",
	"TCPFromZeroWindowAdv", "TCPToZeroWindowAdv", "TCPWantZeroWindowAdv",
	"TCPSynRetrans", "TCPOrigDataSent", "TCPHystartTrainDetect",
	"TCPHystartTrainCwnd", "TCPHystartDelayDetect", "TCPHystartDelayCwnd",
	"TCPACKSkippedSynRecv", "TCPACKSkippedPAWS", "TCPACKSkippedSeq",
	"TCPACKSkippedFinWait2", "TCPACKSkippedTimeWait",
	"TCPACKSkippedChallenge", "TCPWinProbe", "TCPKeepAlive", "TCPMTUPFail",
	"TCPMTUPSuccess", "TCPDelivered", "TCPDeliveredCE", "TCPAckCompressed",
	"TCPZeroWindowDrop", "TCPRcvQDrop", "TCPWqueueTooBig",
	"TCPFastOpenPassiveAltKey", "TcpTimeoutRehash",
	"TcpDuplicateDataRehash", "TCPDSACKRecvSegs", "TCPDSACKIgnoredDubious",
	"TCPMigrateReqSuccess", "TCPMigrateReqFailure", "TCPPLBRehash",
	"TCPAORequired", "TCPAOBad", "TCPAOKeyNotFound", "TCPAOGood",
	"TCPAODroppedIcmps",
};
/* clang-format on */

/* clang-format off */
static const char *const ipext[] = {
	"InNoRoutes", "InTruncatedPkts", "InMcastPkts", "OutMcastPkts",
	"InBcastPkts", "OutBcastPkts", "InOctets", "OutOctets", "InMcastOctets",
	"OutMcastOctets", "InBcastOctets", "OutBcastOctets", "InCsumErrors",
	"InNoECTPkts", "InECT1Pkts", "InECT0Pkts", "InCEPkts", "ReasmOverlaps",
};
/* clang-format on */

static void group(struct seq_file *m, const struct snmp_group *g)
{
	seq_printf(m, "%s:", g->prefix);
	for (u32 i = 0; i < g->count; i++)
		seq_printf(m, " %s", g->names[i]);
	seq_printf(m, "\n%s:", g->prefix);
	for (u32 i = 0; i < g->count; i++)
		seq_printf(m, " %u", (unsigned int)g->values[i]);
	seq_putc(m, '\n');
}

/* Linux has these two lines only once there is something to say. */
static void icmpmsg(struct seq_file *m)
{
	const struct {
		const char *name;
		u32 count;
	} types[] = {
		{ "InType0", icmp_mib.InEchoReps },
		{ "InType3", icmp_mib.InDestUnreachs },
		{ "InType4", icmp_mib.InSrcQuenchs },
		{ "InType5", icmp_mib.InRedirects },
		{ "InType8", icmp_mib.InEchos },
		{ "InType11", icmp_mib.InTimeExcds },
		{ "InType12", icmp_mib.InParmProbs },
		{ "InType13", icmp_mib.InTimestamps },
		{ "InType14", icmp_mib.InTimestampReps },
		{ "OutType0", icmp_mib.OutEchoReps },
		{ "OutType3", icmp_mib.OutDestUnreachs },
		{ "OutType8", icmp_mib.OutEchos },
		{ "OutType11", icmp_mib.OutTimeExcds },
	};
	u32 all = 0;

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		all |= types[i].count;
	if (all == 0)
		return;
	seq_puts(m, "IcmpMsg:");
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i].count != 0)
			seq_printf(m, " %s", types[i].name);
	seq_puts(m, "\nIcmpMsg:");
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i].count != 0)
			seq_printf(m, " %u", (unsigned int)types[i].count);
	seq_putc(m, '\n');
}

static int snmp_show(struct seq_file *m)
{
	snmp_read();
	for (u32 i = 0; i < snmp_groups_nr; i++) {
		const struct snmp_group *g = &snmp_groups[i];

		group(m, g);
		if (strcmp(g->prefix, "Icmp") == 0)
			icmpmsg(m);
	}
	seq_puts(m, "UdpLite: InDatagrams NoPorts InErrors OutDatagrams "
		    "RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti "
		    "MemErrors\nUdpLite: 0 0 0 0 0 0 0 0 0\n");
	return 0;
}
PROC_FILE("net/snmp", snmp_show);

static u32 value(const char *prefix, const char *name)
{
	for (u32 i = 0; i < netstat_groups_nr; i++) {
		const struct snmp_group *g = &netstat_groups[i];

		if (strcmp(g->prefix, prefix) != 0)
			continue;
		for (u32 j = 0; j < g->count; j++)
			if (strcmp(g->names[j], name) == 0)
				return g->values[j];
	}
	return 0;
}

static void all_names(struct seq_file *m, const char *prefix,
		      const char *const *names, size_t count)
{
	seq_printf(m, "%s:", prefix);
	for (size_t i = 0; i < count; i++)
		seq_printf(m, " %s", names[i]);
	seq_printf(m, "\n%s:", prefix);
	for (size_t i = 0; i < count; i++)
		seq_printf(m, " %u", (unsigned int)value(prefix, names[i]));
	seq_putc(m, '\n');
}

static int netstat_show(struct seq_file *m)
{
	snmp_read();
	all_names(m, "TcpExt", tcpext, ARRAY_SIZE(tcpext));
	all_names(m, "IpExt", ipext, ARRAY_SIZE(ipext));
	return 0;
}
PROC_FILE("net/netstat", netstat_show);
