/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * backlog - the receive queue of packets that no NAPI polls for (row I14)
 *
 * Loopback, packets that tc redirects to a device's ingress and devices without
 * NAPI put what they receive here; it is polled as one more NAPI, within the
 * same budgets. At most net.core.netdev_max_backlog packets wait; one more is
 * dropped (CPU_BACKLOG, the dropped column of /proc/net/softnet_stat,
 * rx_dropped of its device).
 */
#ifndef CORE_BACKLOG_H
#define CORE_BACKLOG_H

#include "core/types.h"

struct pbuf;

/* Once, at boot. */
void backlog_init(void);

/**
 * netif_rx() - queue a received packet
 * @skb: consumed; as netif_receive_skb() wants it
 *
 * Context: softirq or application.
 * Return: 0; -ENOBUFS dropped and counted.
 */
int netif_rx(struct pbuf *skb);

/* How many wait now. */
u32 backlog_len(void);

#endif
