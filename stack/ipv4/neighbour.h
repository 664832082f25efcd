/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * neighbour - lwIP's ARP table, and which of its entries are permanent
 * (rows E8, M7)
 *
 * lwIP shows complete entries only and does not tell which are permanent, so
 * the ones added here are remembered. It forgets all entries of a device that
 * goes down, and so does the list. Context: application.
 */
#ifndef IPV4_NEIGHBOUR_H
#define IPV4_NEIGHBOUR_H

#include "core/types.h"
#include "lwip/etharp.h"

struct neighbour {
	ip4_addr_t addr;
	struct eth_addr mac;
	struct netif *netif;
};

/* Entry @i of ARP_TABLE_SIZE; false: there is none. */
bool neigh_get(size_t i, struct neighbour *n);

bool neigh_find(const struct netif *netif, be32_t addr, struct neighbour *n);

bool neigh_is_permanent(const struct netif *netif, be32_t addr);

/* @netif is the one that lwIP routes @addr to. 0; -EINVAL: lwIP refused. */
int neigh_add_permanent(struct netif *netif, const ip4_addr_t *addr,
			const struct eth_addr *mac);

/* Remove an entry, permanent or not. */
void neigh_forget(const struct neighbour *n);

#endif
