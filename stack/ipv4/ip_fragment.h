/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ip_fragment - fragments become datagrams again (row I19)
 *
 * Fragments that share source, destination, id, protocol and interface wait
 * in a queue, sorted, until all are there or ipfrag_time has passed. Queues
 * and buffers are bounded; the oldest queue goes first. Fragments that
 * overlap end their whole datagram (RFC 5722, as Linux does for IPv4 too);
 * exact copies are dropped alone.
 *
 * Nothing is allocated: the packets wait in a list through cb.next, and the
 * queues are a table.
 *
 * Knob: net.ipv4.ipfrag_time (seconds). Context: softirq; the timer runs in
 * the main loop.
 */
#ifndef IPV4_IP_FRAGMENT_H
#define IPV4_IP_FRAGMENT_H

#include "core/skbuff.h"
#include "lwip/netif.h"

/**
 * ip_defrag() - add a fragment, and maybe get the whole datagram
 * @skb: consumed; payload at the IP header, which is sound; MF or an offset
 * is set
 *
 * Return: the datagram, a chain, payload at its corrected IP header, owned by
 * the caller; NULL while fragments are missing or when @skb was dropped.
 */
struct pbuf *ip_defrag(struct pbuf *skb, struct netif *netif);

/* For /proc/net/sockstat and /proc/net/balance: queues and buffers that wait.
 */
void ip_frag_read(u32 *queues, u32 *skbs);

/* For /proc/net/balance: fragments that went up behind another one. */
u32 ip_frag_joined(void);

#endif
