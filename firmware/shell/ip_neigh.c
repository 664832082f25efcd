/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ip_neigh - `ip neigh` and `ip maddr`: who else is on the wire, and which
 * groups we listen to (rows I2, E8)
 *
 * lwIP shows complete ARP entries only and does not tell which are permanent,
 * so the ones added here are remembered. It forgets all entries of a device
 * that goes down; the list is checked against its table at every look.
 */
#include <errno.h>
#include <string.h>

#include "lwip/etharp.h"
#include "lwip/igmp.h"
#include "lwip/ip4.h"
#include "shell/ip_link.h"

static struct {
	be32_t addr[ARP_TABLE_SIZE]; /* 0: free */
	struct netif *netif[ARP_TABLE_SIZE];
	bool watching;
	netif_ext_callback_t callback;
} permanent;

struct neighbour {
	ip4_addr_t addr;
	struct eth_addr mac;
	struct netif *netif;
};

/* --- lwIP's table ----------------------------------------------------------
 */

static bool entry(size_t i, struct neighbour *n)
{
	struct eth_addr *mac;
	ip4_addr_t *addr;

	if (etharp_get_entry(i, &addr, &n->netif, &mac) == 0)
		return false;
	n->addr = *addr;
	n->mac = *mac;
	return true;
}

static bool find(const struct netif *netif, be32_t addr, struct neighbour *n)
{
	for (size_t i = 0; i < ARP_TABLE_SIZE; i++)
		if (entry(i, n) && n->netif == netif && n->addr.addr == addr)
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

static bool is_permanent(const struct netif *netif, be32_t addr)
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
	if (is_permanent(netif, addr))
		return;
	for (size_t i = 0; i < ARP_TABLE_SIZE; i++) {
		if (permanent.addr[i] != 0)
			continue;
		permanent.addr[i] = addr;
		permanent.netif[i] = netif;
		return;
	}
}

/* lwIP removes static entries only, so it becomes one first. */
static void forget(const struct neighbour *n)
{
	struct eth_addr mac = n->mac;

	if (!is_permanent(n->netif, n->addr.addr))
		(void)etharp_add_static_entry(&n->addr, &mac);
	(void)etharp_remove_static_entry(&n->addr);
	for (size_t i = 0; i < ARP_TABLE_SIZE; i++)
		if (permanent.addr[i] == n->addr.addr &&
		    permanent.netif[i] == n->netif)
			permanent.addr[i] = 0;
}

/* --- ip neigh
 * ------------------------------------------------------------------ */

static int show(struct ip_words *w)
{
	struct net_device *only;
	struct neighbour n;
	int err = ip_show_words(w, &only);

	if (err != 0)
		return err;
	for (size_t i = 0; i < ARP_TABLE_SIZE; i++) {
		struct net_device *dev;

		if (!entry(i, &n))
			continue;
		dev = netif_to_dev(n.netif);
		if (only != NULL && only != dev)
			continue;
		sh_print_ip4(w->sh, n.addr.addr);
		sh_printf(w->sh, " dev %s lladdr ", dev->name);
		ip_print_mac(w->sh, n.mac.addr);
		sh_printf(w->sh, " %s \n",
			  is_permanent(n.netif, n.addr.addr) ? "PERMANENT"
							     : "REACHABLE");
	}
	return 0;
}

struct request {
	struct net_device *dev;
	bool to, lladdr, nud;
	ip4_addr_t addr;
	struct eth_addr mac;
};

static int parse_mac(struct ip_words *w, struct request *r)
{
	char *v;
	int err = ip_value(w, "lladdr", &r->lladdr, &v);

	if (err == 0 && !args_mac(v, r->mac.addr))
		err = sh_usage(w->sh, "\"%s\" is invalid lladdr.", v);
	return err;
}

/* The only state that an entry made by hand has here. */
static int parse_nud(struct ip_words *w, struct request *r)
{
	char *v;
	int err = ip_value(w, "nud", &r->nud, &v);

	if (err == 0 && strcmp(v, "permanent") != 0)
		err = sh_usage(w->sh,
			       "Error: argument \"%s\" is wrong: nud state is "
			       "bad",
			       v);
	return err;
}

/* [to] A [lladdr MAC] dev X [nud permanent] */
static int parse(struct ip_words *w, struct request *r, bool need_mac)
{
	char *word;
	int err = 0;

	while (err == 0 && (word = ip_take(w)) != NULL) {
		be32_t addr;

		if (strcmp(word, "dev") == 0) {
			err = ip_dev(w, word, &r->dev);
			continue;
		}
		if (strcmp(word, "lladdr") == 0) {
			err = parse_mac(w, r);
			continue;
		}
		if (strcmp(word, "nud") == 0) {
			err = parse_nud(w, r);
			continue;
		}
		if (strcmp(word, "to") == 0 && ip_peek(w) != NULL)
			word = ip_take(w);
		if (r->to)
			return ip_garbage(w, "to", word);
		if (!args_ip4(word, &addr))
			return sh_usage(w->sh,
					"Error: any valid address is expected "
					"rather than \"%s\".",
					word);
		r->to = true;
		r->addr.addr = addr;
	}
	if (err != 0)
		return err;
	if (r->dev == NULL || !r->to)
		return sh_usage(w->sh, "Device and destination are required "
				       "arguments.");
	if (need_mac && !r->lladdr)
		return sh_usage(w->sh, "Error: \"lladdr\" is required.");
	return 0;
}

static int add(struct ip_words *w, bool replace)
{
	struct request r = { 0 };
	struct neighbour n;
	int err = parse(w, &r, true);

	if (err != 0)
		return err;
	if (!replace && find(&r.dev->netif, r.addr.addr, &n))
		return sh_error(w->sh, "RTNETLINK answers: %s",
				sh_strerror(-EEXIST));
	/* lwIP picks the device by its routes. */
	if (ip4_route(&r.addr) != &r.dev->netif)
		return sh_error(w->sh,
				"Error: the address is not reached through "
				"%s.",
				r.dev->name);
	if (etharp_add_static_entry(&r.addr, &r.mac) != ERR_OK)
		return sh_error(w->sh, "RTNETLINK answers: %s",
				sh_strerror(-EINVAL));
	remember(&r.dev->netif, r.addr.addr);
	return 0;
}

static int del(struct ip_words *w)
{
	struct request r = { 0 };
	struct neighbour n;
	int err = parse(w, &r, false);

	if (err != 0)
		return err;
	if (!find(&r.dev->netif, r.addr.addr, &n))
		return sh_error(w->sh, "RTNETLINK answers: %s",
				sh_strerror(-ENOENT));
	forget(&n);
	return 0;
}

/* As in Linux, permanent entries stay. */
static int flush(struct ip_words *w)
{
	struct net_device *only = NULL;
	struct neighbour n;
	int err = 0;

	if (ip_peek(w) == NULL)
		return sh_usage(w->sh, "Flush requires arguments.");
	if (strcmp(ip_peek(w), "all") == 0)
		(void)ip_take(w);
	if (ip_peek(w) != NULL)
		err = ip_show_words(w, &only);
	if (err != 0)
		return err;
	for (size_t i = 0; i < ARP_TABLE_SIZE; i++)
		if (entry(i, &n) && (only == NULL || n.netif == &only->netif) &&
		    !is_permanent(n.netif, n.addr.addr))
			forget(&n);
	return 0;
}

int ip_do_neigh(struct ip_words *w)
{
	char *word = ip_take(w);

	if (word == NULL)
		return show(w);
	if (args_abbrev(word, "add"))
		return add(w, false);
	if (args_abbrev(word, "replace") || args_abbrev(word, "change"))
		return add(w, true);
	if (args_abbrev(word, "delete"))
		return del(w);
	if (args_abbrev(word, "show") || args_abbrev(word, "list") ||
	    strcmp(word, "lst") == 0)
		return show(w);
	if (args_abbrev(word, "flush"))
		return flush(w);
	if (strcmp(word, "help") == 0) {
		sh_printf(w->sh,
			  "Usage: ip neigh show [ [dev] DEVICE ]\n"
			  "       ip neigh add|replace ADDRESS lladdr MAC dev "
			  "DEVICE\n"
			  "       ip neigh del ADDRESS dev DEVICE\n"
			  "       ip neigh flush all | [dev] DEVICE\n");
		return 0;
	}
	return ip_unknown_command(w, "neigh", word);
}

/* --- ip maddr
 * -------------------------------------------------------------------- */

static void print_users(struct shell *sh, unsigned int users)
{
	if (users != 1)
		sh_printf(sh, " users %u", users);
	seq_putc(sh->out, '\n');
}

static int maddr_show(struct ip_words *w)
{
	struct net_device *only, *dev;
	int err = ip_show_words(w, &only);

	if (err != 0)
		return err;
	for (int i = 1; i <= NETDEV_MAX; i++) {
		dev = ip_wanted(i, only);
		if (dev == NULL)
			continue;
		sh_printf(w->sh, "%d:\t%s\n", dev->ifindex, dev->name);
		for (size_t j = 0; j < ARRAY_SIZE(dev->mc); j++) {
			if (dev->mc[j].users == 0)
				continue;
			seq_puts(w->sh->out, "\tlink  ");
			ip_print_mac(w->sh, dev->mc[j].addr);
			print_users(w->sh, dev->mc[j].users);
		}
		for (const struct igmp_group *g = netif_igmp_data(&dev->netif);
		     g != NULL; g = g->next) {
			seq_puts(w->sh->out, "\tinet  ");
			sh_print_ip4(w->sh, g->group_address.addr);
			print_users(w->sh, g->use);
		}
	}
	return 0;
}

/* MAC dev X: the device's filter only, no protocol is told. */
static int maddr_change(struct ip_words *w, bool join)
{
	struct net_device *dev = NULL;
	bool given = false, found = false;
	u8 mac[ETH_ALEN];
	char *word;
	int err = 0;

	while (err == 0 && (word = ip_take(w)) != NULL) {
		if (strcmp(word, "dev") == 0) {
			err = ip_dev(w, word, &dev);
			continue;
		}
		if (given)
			return ip_garbage(w, "address", word);
		if (!args_mac(word, mac) || !(mac[0] & 1))
			return sh_usage(w->sh,
					"Error: \"%s\" is not a legal "
					"multicast ethernet address.",
					word);
		given = true;
	}
	if (err != 0)
		return err;
	if (dev == NULL || !given)
		return sh_usage(w->sh, "Not enough information: \"dev\" and "
				       "an address are required.");
	if (join) {
		dev_mc_add(dev, mac);
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(dev->mc); i++)
		found |= dev->mc[i].users != 0 &&
			 memcmp(dev->mc[i].addr, mac, ETH_ALEN) == 0;
	if (!found)
		return sh_error(w->sh, "ioctl: %s", sh_strerror(-ENOENT));
	dev_mc_del(dev, mac);
	return 0;
}

int ip_do_maddr(struct ip_words *w)
{
	char *word = ip_take(w);

	if (word == NULL)
		return maddr_show(w);
	if (args_abbrev(word, "add"))
		return maddr_change(w, true);
	if (args_abbrev(word, "delete"))
		return maddr_change(w, false);
	if (args_abbrev(word, "show") || args_abbrev(word, "list") ||
	    strcmp(word, "lst") == 0)
		return maddr_show(w);
	if (strcmp(word, "help") == 0) {
		sh_printf(w->sh, "Usage: ip maddr show [ [dev] DEVICE ]\n"
				 "       ip maddr add|del MAC dev DEVICE\n");
		return 0;
	}
	return ip_unknown_command(w, "maddr", word);
}
