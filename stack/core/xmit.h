/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * xmit - from the stack to a device's queue and ring (rows E10-E12)
 *
 * dev_queue_xmit() only queues. NET_TX_SOFTIRQ, later in the same turn of the
 * main loop, moves packets to the ring while it has room and rings the
 * doorbell once for all of them: the store that starts the hardware is by far
 * the dearest operation of the whole road.
 */
#ifndef CORE_XMIT_H
#define CORE_XMIT_H

#include "core/skbuff.h"

/**
 * dev_queue_xmit() - hand a packet to its device's queue
 * @skb: consumed, whatever comes back; cb.dev says where it goes; payload at
 * the Ethernet header
 *
 * Context: softirq or application.
 * Return: 0 queued; -ENOBUFS refused by the qdisc (already counted);
 * -ENETDOWN. A full ring is not an error: the packet waits.
 */
int dev_queue_xmit(struct pbuf *skb);

/* The NET_TX softirq. */
void net_tx_action(void);

/* Let NET_TX look at this device's queue. */
void netif_schedule(struct net_device *dev);

/* Drop everything queued (device closed). */
void dev_flush_queue(struct net_device *dev);

#endif
