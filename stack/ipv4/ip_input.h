/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ip_input - from the Ethernet header to the protocol (rows I15, I17, I19)
 *
 * Whatever lwIP takes for granted is checked here, before it sees a packet:
 * the header (RFC 1812 section 5.2.2), who sent it, whom it is for, options,
 * fragments, and the lengths inside UDP and TCP.
 */
#ifndef IPV4_IP_INPUT_H
#define IPV4_IP_INPUT_H

#include "core/skbuff.h"
#include "lwip/netif.h"

/**
 * ip_rcv() - take an IPv4 packet
 * @skb: consumed; payload at the IP header, the Ethernet header right in
 * front of it; cb.dev and cb.pkt_type set
 * @netif: where it arrived
 *
 * Context: softirq.
 */
void ip_rcv(struct pbuf *skb, struct netif *netif);

/**
 * ip_rcv_pkt_type - how the packet that lwIP works on was addressed on the
 * link
 *
 * PACKET_HOST outside of ip_rcv(). icmp_limit.c asks before an error leaves.
 */
extern u8 ip_rcv_pkt_type;

#endif
