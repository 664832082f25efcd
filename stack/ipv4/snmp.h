/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * snmp - the counters of IPv4, ICMP, TCP and UDP (rows I15-I21, M5)
 *
 * Names and order are those of Linux's /proc/net/snmp and /proc/net/netstat;
 * each list below writes both the struct and its line of text. Our files
 * count what they decide; lwIP's own counters are folded in by snmp_read()
 * before anybody looks.
 */
#ifndef IPV4_SNMP_H
#define IPV4_SNMP_H

#include "core/types.h"

#define SNMP_IP(X)                                                             \
	X(Forwarding)                                                          \
	X(DefaultTTL)                                                          \
	X(InReceives)                                                          \
	X(InHdrErrors)                                                         \
	X(InAddrErrors)                                                        \
	X(ForwDatagrams)                                                       \
	X(InUnknownProtos)                                                     \
	X(InDiscards)                                                          \
	X(InDelivers)                                                          \
	X(OutRequests)                                                         \
	X(OutDiscards)                                                         \
	X(OutNoRoutes)                                                         \
	X(ReasmTimeout)                                                        \
	X(ReasmReqds)                                                          \
	X(ReasmOKs)                                                            \
	X(ReasmFails)                                                          \
	X(FragOKs)                                                             \
	X(FragFails)                                                           \
	X(FragCreates)

#define SNMP_ICMP(X)                                                           \
	X(InMsgs)                                                              \
	X(InErrors)                                                            \
	X(InCsumErrors)                                                        \
	X(InDestUnreachs)                                                      \
	X(InTimeExcds)                                                         \
	X(InParmProbs)                                                         \
	X(InSrcQuenchs)                                                        \
	X(InRedirects)                                                         \
	X(InEchos)                                                             \
	X(InEchoReps)                                                          \
	X(InTimestamps)                                                        \
	X(InTimestampReps)                                                     \
	X(InAddrMasks)                                                         \
	X(InAddrMaskReps)                                                      \
	X(OutMsgs)                                                             \
	X(OutErrors)                                                           \
	X(OutRateLimitGlobal)                                                  \
	X(OutRateLimitHost)                                                    \
	X(OutDestUnreachs)                                                     \
	X(OutTimeExcds)                                                        \
	X(OutParmProbs)                                                        \
	X(OutSrcQuenchs)                                                       \
	X(OutRedirects)                                                        \
	X(OutEchos)                                                            \
	X(OutEchoReps)                                                         \
	X(OutTimestamps)                                                       \
	X(OutTimestampReps)                                                    \
	X(OutAddrMasks)                                                        \
	X(OutAddrMaskReps)

#define SNMP_TCP(X)                                                            \
	X(RtoAlgorithm)                                                        \
	X(RtoMin)                                                              \
	X(RtoMax)                                                              \
	X(MaxConn)                                                             \
	X(ActiveOpens)                                                         \
	X(PassiveOpens)                                                        \
	X(AttemptFails)                                                        \
	X(EstabResets)                                                         \
	X(CurrEstab)                                                           \
	X(InSegs)                                                              \
	X(OutSegs)                                                             \
	X(RetransSegs)                                                         \
	X(InErrs)                                                              \
	X(OutRsts)                                                             \
	X(InCsumErrors)

#define SNMP_UDP(X)                                                            \
	X(InDatagrams)                                                         \
	X(NoPorts)                                                             \
	X(InErrors)                                                            \
	X(OutDatagrams)                                                        \
	X(RcvbufErrors)                                                        \
	X(SndbufErrors)                                                        \
	X(InCsumErrors)                                                        \
	X(IgnoredMulti)                                                        \
	X(MemErrors)

/* /proc/net/netstat: the part of Linux's list that can happen here. */
#define SNMP_TCPEXT(X)                                                         \
	X(TWRecycled)                                                          \
	X(ListenOverflows)                                                     \
	X(ListenDrops)                                                         \
	X(TCPACKSkippedSynRecv)                                                \
	X(TCPACKSkippedSeq)                                                    \
	X(TCPACKSkippedTimeWait)                                               \
	X(TCPACKSkippedChallenge)                                              \
	X(TCPChallengeACK)                                                     \
	X(TCPSYNChallenge)

#define SNMP_IPEXT(X)                                                          \
	X(InTruncatedPkts)                                                     \
	X(InMcastPkts)                                                         \
	X(InBcastPkts)                                                         \
	X(InCsumErrors)                                                        \
	X(ReasmOverlaps)

#define SNMP_FIELD(name) u32 name;
struct ip_mib {
	SNMP_IP(SNMP_FIELD)
};
struct icmp_mib {
	SNMP_ICMP(SNMP_FIELD)
};
struct tcp_mib {
	SNMP_TCP(SNMP_FIELD)
};
struct udp_mib {
	SNMP_UDP(SNMP_FIELD)
};
struct tcpext_mib {
	SNMP_TCPEXT(SNMP_FIELD)
};
struct ipext_mib {
	SNMP_IPEXT(SNMP_FIELD)
};
#undef SNMP_FIELD

/* Counted by our files, where they decide. */
extern struct ip_mib ip_mib;
extern struct icmp_mib icmp_mib;
extern struct udp_mib udp_mib;
extern struct tcp_mib tcp_mib;
extern struct tcpext_mib tcpext_mib;
extern struct ipext_mib ipext_mib;

/* One line of /proc/net/snmp or netstat: "Ip", its names, its counters. */
struct snmp_group {
	const char *prefix;
	const char *const *names;
	const u32 *values;
	u32 count;
};

/* What stands in /proc/net/snmp and in /proc/net/netstat, in order. */
extern const struct snmp_group snmp_groups[];
extern const u32 snmp_groups_nr;
extern const struct snmp_group netstat_groups[];
extern const u32 netstat_groups_nr;

/**
 * snmp_read() - bring what lwIP counts into the structs above
 *
 * Call it before the groups are shown. Context: application.
 */
void snmp_read(void);

#endif
