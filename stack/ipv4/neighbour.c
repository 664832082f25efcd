/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * neighbour - see neighbour.h (row E8)
 */
#include <errno.h>

#include "ipv4/neighbour.h"

static struct {
	be32_t addr[ARP_TABLE_SIZE]; /* 0: free */
	struct netif *netif[ARP_TABLE_SIZE];
	bool watching;
	netif_ext_callback_t callback;
} permanent;

bool neigh_get(size_t i, struct neighbour *n)
{
	struct eth_addr *mac;
	ip4_addr_t *addr;

	if (etharp_get_entry(i, &addr, &n->netif, &mac) == 0)
		return false;
	n->addr = *addr;
	n->mac = *mac;
	return true;
}

bool neigh_find(const struct netif *netif, be32_t addr, struct neighbour *n)
{
	for (size_t i = 0; i < ARP_TABLE_SIZE; i++)
		if (neigh_get(i, n) && n->netif == netif &&
		    n->addr.addr == addr)
			return true;
	return false;
}

/* A netif that went down or lost its link has lost its entries. */
static void netif_changed(struct netif *netif, netif_nsc_reason_t reason,
			  const netif_ext_callback_args_t *args)
{
	(void)args;
	if (!(reason & (LWIP_NSC_STATUS_CHANGED | LWIP_NSC_NETIF_REMOVED)) ||
	    netif_is_up(netif))
		return;
	for (size_t i = 0; i < ARP_TABLE_SIZE; i++)
		if (permanent.netif[i] == netif)
			permanent.addr[i] = 0;
}

bool neigh_is_permanent(const struct netif *netif, be32_t addr)
{
	for (size_t i = 0; i < ARP_TABLE_SIZE; i++)
		if (permanent.addr[i] == addr && permanent.netif[i] == netif)
			return true;
	return false;
}

static void remember(struct netif *netif, be32_t addr)
{
	if (!permanent.watching) {
		netif_add_ext_callback(&permanent.callback, netif_changed);
		permanent.watching = true;
	}
	if (neigh_is_permanent(netif, addr))
		return;
	for (size_t i = 0; i < ARP_TABLE_SIZE; i++) {
		if (permanent.addr[i] != 0)
			continue;
		permanent.addr[i] = addr;
		permanent.netif[i] = netif;
		return;
	}
}

int neigh_add_permanent(struct netif *netif, const ip4_addr_t *addr,
			const struct eth_addr *mac)
{
	struct eth_addr copy = *mac;

	if (etharp_add_static_entry(addr, &copy) != ERR_OK)
		return -EINVAL;
	remember(netif, addr->addr);
	return 0;
}

/* lwIP removes static entries only, so it becomes one first. */
void neigh_forget(const struct neighbour *n)
{
	struct eth_addr mac = n->mac;

	if (!neigh_is_permanent(n->netif, n->addr.addr))
		(void)etharp_add_static_entry(&n->addr, &mac);
	(void)etharp_remove_static_entry(&n->addr);
	for (size_t i = 0; i < ARP_TABLE_SIZE; i++)
		if (permanent.addr[i] == n->addr.addr &&
		    permanent.netif[i] == n->netif)
			permanent.addr[i] = 0;
}
