/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arp_input - who may tell us which address is where (row I11)
 *
 * lwIP's etharp_input() trusts every frame; what it gets from here is whole,
 * about Ethernet and IPv4, and from a sender that can exist. As on Linux with
 * arp_accept=0, a host enters the table only by asking for us or because we
 * asked for it; other frames refresh what is there already.
 *
 * An address of ours claimed by another host is logged and not learnt.
 */
#ifndef IPV4_ARP_INPUT_H
#define IPV4_ARP_INPUT_H

#include "core/skbuff.h"
#include "lwip/netif.h"

/**
 * arp_rcv() - take an ARP frame
 * @skb: consumed; payload at the ARP header; cb.pkt_type set
 * @netif: where it arrived
 *
 * Context: softirq.
 */
void arp_rcv(struct pbuf *skb, struct netif *netif);

#endif
