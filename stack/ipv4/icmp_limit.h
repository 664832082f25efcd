/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * icmp_limit - which ICMP errors may leave (row I19)
 *
 * The last look at each packet that lwIP sends. ICMP errors caused by a frame
 * to a group or to everybody are dropped (RFC 1122 section 3.2.2), the others
 * are limited: all together (icmp_msgs_per_sec, icmp_msgs_burst) and to each
 * destination (one per icmp_ratelimit milliseconds, 6 in a burst), so that
 * this host cannot be used to flood another. Resets need no such test: TCP in
 * a group frame never reaches lwIP (ip_input.c).
 *
 * Knobs, with Linux's defaults: net.ipv4.icmp_msgs_per_sec, icmp_msgs_burst,
 * icmp_ratelimit, icmp_ratemask. Context: softirq or application.
 */
#ifndef IPV4_ICMP_LIMIT_H
#define IPV4_ICMP_LIMIT_H

#include "core/skbuff.h"
#include "lwip/netif.h"
#include "lwip/prot/icmp.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"

static inline bool icmp_type_is_error(u8 type)
{
	switch (type) {
	case ICMP_DUR:
	case ICMP_SQ:
	case ICMP_RD:
	case ICMP_TE:
	case ICMP_PP:
		return true;
	default:
		return false;
	}
}

/* The part of ip_output_allow() that only ICMP walks. */
bool icmp_output_allow(const struct pbuf *p);

/**
 * ip_output_allow() - may this packet leave?
 * @p: borrowed; payload at the IP header, which is in one piece
 *
 * Return: false: it is counted as dropped, the caller forgets it.
 */
static inline bool ip_output_allow(const struct pbuf *p,
				   const struct netif *netif)
{
	const struct ip_hdr *iph = p->payload;

	(void)netif;
	return likely(iph->_proto != IP_PROTO_ICMP) || icmp_output_allow(p);
}

#endif
