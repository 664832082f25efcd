/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * icmp_send - tell a sender what became of its packet (row I19)
 *
 * For what our own files refuse; lwIP tells of closed ports and unknown
 * protocols itself. Both pass icmp_limit.c.
 */
#ifndef IPV4_ICMP_SEND_H
#define IPV4_ICMP_SEND_H

#include "core/skbuff.h"

/**
 * icmp_send() - send an ICMP error about a received packet
 * @skb: borrowed; payload at its IP header, which has been checked
 *
 * Nothing is sent for fragments but the first, for ICMP errors, or when lwIP
 * has no memory or no route (RFC 1122 section 3.2.2). Context: softirq or
 * application.
 */
void icmp_send(const struct pbuf *skb, u8 type, u8 code);

#endif
