/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lwip_glue - the one file that knows both worlds' entry points
 *
 * Our devices become lwIP's netifs here, lwIP's output becomes our
 * dev_queue_xmit(), lwIP's timers become one of ours.
 */
#ifndef LWIP_GLUE_H
#define LWIP_GLUE_H

#include "core/netdevice.h"

/* Start lwIP; once, before the first register_netdev(). */
void lwip_start(void);

/* Called by netdevice.c: make the netif; tell lwIP up/down and link. */
void lwip_attach(struct net_device *dev);
void lwip_set_up(struct net_device *dev, bool up);
void lwip_set_link(struct net_device *dev, bool up);

/* Aim our timer at lwIP's next one; each turn of the main loop, since any
 * packet may have started or stopped one. */
void lwip_timers_arm(u64 now);

/* The receive pool is empty: give back what TCP keeps of segments that came out
 * of order; their senders will send them again. */
void lwip_relieve(void);

/* LWIP_HOOK_IP4_ROUTE: the device that has this address, link or not; NULL if
 * it is not ours. */
struct netif *ip_route_local(const ip4_addr_t *dest);

/* What this host calls itself, by DHCP too. */
extern char lwip_hostname[32];

#endif
