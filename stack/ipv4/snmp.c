/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * snmp - see snmp.h (rows I15-I21, M5)
 */
#include "ipv4/snmp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"

struct ip_mib ip_mib;
struct icmp_mib icmp_mib;
struct udp_mib udp_mib;
struct tcp_mib tcp_mib;
struct tcpext_mib tcpext_mib;
struct ipext_mib ipext_mib;

#define SNMP_NAME(name) #name,
static const char *const ip_names[] = { SNMP_IP(SNMP_NAME) };
static const char *const icmp_names[] = { SNMP_ICMP(SNMP_NAME) };
static const char *const tcp_names[] = { SNMP_TCP(SNMP_NAME) };
static const char *const udp_names[] = { SNMP_UDP(SNMP_NAME) };
static const char *const tcpext_names[] = { SNMP_TCPEXT(SNMP_NAME) };
static const char *const ipext_names[] = { SNMP_IPEXT(SNMP_NAME) };
#undef SNMP_NAME

/* A struct of nothing but u32 is an array of them. */
#define SNMP_GROUP(prefix_, mib, names_)                                       \
	{                                                                      \
		.prefix = (prefix_), .names = (names_),                        \
		.values = (const u32 *)(const void *)&(mib),                   \
		.count = ARRAY_SIZE(names_)                                    \
	}

const struct snmp_group snmp_groups[] = {
	SNMP_GROUP("Ip", ip_mib, ip_names),
	SNMP_GROUP("Icmp", icmp_mib, icmp_names),
	SNMP_GROUP("Tcp", tcp_mib, tcp_names),
	SNMP_GROUP("Udp", udp_mib, udp_names),
};
const u32 snmp_groups_nr = ARRAY_SIZE(snmp_groups);

const struct snmp_group netstat_groups[] = {
	SNMP_GROUP("TcpExt", tcpext_mib, tcpext_names),
	SNMP_GROUP("IpExt", ipext_mib, ipext_names),
};
const u32 netstat_groups_nr = ARRAY_SIZE(netstat_groups);

static void read_ip(const struct stats_mib2 *mib2)
{
	ip_mib.Forwarding = 2; /* RFC 1213: not a gateway */
	ip_mib.DefaultTTL = IP_DEFAULT_TTL;
	ip_mib.OutRequests = mib2->ipoutrequests;
	ip_mib.OutDiscards = mib2->ipoutdiscards;
	ip_mib.OutNoRoutes = mib2->ipoutnoroutes;
	ip_mib.FragOKs = mib2->ipfragoks;
	ip_mib.FragFails = mib2->ipfragfails;
	ip_mib.FragCreates = mib2->ipfragcreates;
}

static void read_icmp(const struct stats_mib2 *mib2)
{
	icmp_mib.InMsgs = mib2->icmpinmsgs;
	icmp_mib.InErrors = mib2->icmpinerrors;
	icmp_mib.InCsumErrors = lwip_stats.icmp.chkerr;
	icmp_mib.InDestUnreachs = mib2->icmpindestunreachs;
	icmp_mib.InTimeExcds = mib2->icmpintimeexcds;
	icmp_mib.InParmProbs = mib2->icmpinparmprobs;
	icmp_mib.InSrcQuenchs = mib2->icmpinsrcquenchs;
	icmp_mib.InRedirects = mib2->icmpinredirects;
	icmp_mib.InEchos = mib2->icmpinechos;
	icmp_mib.InEchoReps = mib2->icmpinechoreps;
	icmp_mib.InTimestamps = mib2->icmpintimestamps;
	icmp_mib.InTimestampReps = mib2->icmpintimestampreps;
	icmp_mib.InAddrMasks = mib2->icmpinaddrmasks;
	icmp_mib.InAddrMaskReps = mib2->icmpinaddrmaskreps;
}

static u32 count_established(void)
{
	u32 n = 0;

	for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
		n += pcb->state == ESTABLISHED || pcb->state == CLOSE_WAIT;
	return n;
}

static void read_tcp(const struct stats_mib2 *mib2)
{
	tcp_mib.RtoAlgorithm = 4; /* RFC 1213: Van Jacobson's */
	/* lwIP's smallest RTO is two to three of its slow ticks. */
	tcp_mib.RtoMin = 2 * TCP_SLOW_INTERVAL;
	tcp_mib.RtoMax = 120000;
	tcp_mib.MaxConn = MEMP_NUM_TCP_PCB;
	tcp_mib.ActiveOpens = mib2->tcpactiveopens;
	tcp_mib.PassiveOpens = mib2->tcppassiveopens;
	tcp_mib.AttemptFails = mib2->tcpattemptfails;
	tcp_mib.EstabResets = mib2->tcpestabresets;
	tcp_mib.CurrEstab = count_established();
	tcp_mib.InSegs = mib2->tcpinsegs;
	tcp_mib.OutSegs = mib2->tcpoutsegs;
	tcp_mib.RetransSegs = mib2->tcpretranssegs;
	tcp_mib.InErrs = mib2->tcpinerrs;
	tcp_mib.OutRsts = mib2->tcpoutrsts;
	tcp_mib.InCsumErrors = lwip_stats.tcp.chkerr;
}

static void read_udp(const struct stats_mib2 *mib2)
{
	udp_mib.InDatagrams = mib2->udpindatagrams;
	udp_mib.NoPorts = mib2->udpnoports;
	udp_mib.InErrors = mib2->udpinerrors;
	udp_mib.OutDatagrams = mib2->udpoutdatagrams;
	udp_mib.InCsumErrors = lwip_stats.udp.chkerr;
}

void snmp_read(void)
{
	const struct stats_mib2 *mib2 = &lwip_stats.mib2;

	read_ip(mib2);
	read_icmp(mib2);
	read_tcp(mib2);
	read_udp(mib2);
}
