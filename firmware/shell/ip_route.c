/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ip_route - `ip route`: where packets go (rows I17, E7)
 *
 * lwIP routes by its devices: an address brings the route of its subnet, and
 * one device with a gateway is the default. Only the default can be set.
 */
#include <errno.h>
#include <string.h>

#include "lwip/dhcp.h"
#include "lwip/ip4.h"
#include "lwip/netif.h"
#include "shell/ip.h"

static bool has_gateway(const struct netif *netif)
{
	return netif != NULL && netif_ip4_gw(netif)->addr != 0;
}

/* --- show ------------------------------------------------------------------
 */

static void print_default(struct shell *sh, struct netif *netif)
{
	const struct net_device *dev = netif_to_dev(netif);

	seq_puts(sh->out, "default via ");
	sh_print_ip4(sh, netif_ip4_gw(netif)->addr);
	sh_printf(sh, " dev %s ", dev->name);
	if (dhcp_supplied_address(netif)) {
		seq_puts(sh->out, "proto dhcp src ");
		sh_print_ip4(sh, netif_ip4_addr(netif)->addr);
		seq_putc(sh->out, ' ');
	}
	seq_puts(sh->out, dev->carrier ? "\n" : "linkdown \n");
}

static void print_subnet(struct shell *sh, const struct net_device *dev)
{
	be32_t addr = netif_ip4_addr(&dev->netif)->addr;
	be32_t mask = netif_ip4_netmask(&dev->netif)->addr;

	sh_print_ip4(sh, addr & mask);
	sh_printf(sh, "/%d dev %s proto kernel scope link src ",
		  ip4_mask_prefix(mask), dev->name);
	sh_print_ip4(sh, addr);
	seq_puts(sh->out, dev->carrier ? " \n" : " linkdown \n");
}

static int show(struct ip_words *w)
{
	struct net_device *only, *dev;
	int err = ip_show_words(w, &only);

	if (err != 0)
		return err;
	if (has_gateway(netif_default) && netif_is_up(netif_default) &&
	    (only == NULL || only == netif_to_dev(netif_default)))
		print_default(w->sh, netif_default);
	for (int i = 1; i <= NETDEV_MAX; i++) {
		dev = ip_wanted(i, only);
		if (dev != NULL && !(dev->flags & IFF_LOOPBACK) &&
		    netif_is_up(&dev->netif) &&
		    netif_ip4_addr(&dev->netif)->addr != 0)
			print_subnet(w->sh, dev);
	}
	return 0;
}

/* --- get ---------------------------------------------------------------------
 */

static bool is_own(be32_t addr)
{
	for (int i = 1; i <= NETDEV_MAX; i++) {
		struct net_device *dev = dev_get_by_index(i);

		if (dev != NULL && netif_ip4_addr(&dev->netif)->addr == addr)
			return true;
	}
	return false;
}

static void print_local(struct shell *sh, be32_t addr)
{
	seq_puts(sh->out, "local ");
	sh_print_ip4(sh, addr);
	seq_puts(sh->out, " dev lo src ");
	sh_print_ip4(sh, addr);
	seq_puts(sh->out, " uid 0 \n    cache <local> \n");
}

static void print_decision(struct shell *sh, const ip4_addr_t *addr,
			   const struct netif *netif)
{
	const char *kind = NULL, *cache = "";

	if (ip4_addr_isbroadcast(addr, netif)) {
		kind = "broadcast ";
		cache = "<local,brd> ";
	} else if (ip4_addr_ismulticast(addr)) {
		kind = "multicast ";
		cache = "<mc> ";
	}
	seq_puts(sh->out, kind != NULL ? kind : "");
	sh_print_ip4(sh, addr->addr);
	if (kind == NULL && !ip4_addr_net_eq(addr, netif_ip4_addr(netif),
					     netif_ip4_netmask(netif))) {
		seq_puts(sh->out, " via ");
		sh_print_ip4(sh, netif_ip4_gw(netif)->addr);
	}
	sh_printf(sh, " dev %s src ",
		  ((const struct net_device *)netif->state)->name);
	sh_print_ip4(sh, netif_ip4_addr(netif)->addr);
	sh_printf(sh, " uid 0 \n    cache %s\n", cache);
}

/* Asks lwIP, so it says what would really happen. */
static int get(struct ip_words *w)
{
	const struct netif *netif;
	char *word = ip_take(w);
	ip4_addr_t addr;
	be32_t a;

	if (word == NULL)
		return sh_usage(w->sh, "need at least a destination address");
	if (strcmp(word, "to") == 0 && ip_peek(w) != NULL)
		word = ip_take(w);
	if (!args_ip4(word, &a))
		return sh_usage(w->sh,
				"Error: any valid address is expected rather "
				"than \"%s\".",
				word);
	if (ip_peek(w) != NULL)
		return ip_garbage(w, "to", ip_peek(w));
	if (is_own(a) || *(u8 *)&a == 127) {
		print_local(w->sh, a);
		return 0;
	}
	addr.addr = a;
	netif = ip4_route(&addr);
	if (netif == NULL || (!ip4_addr_isbroadcast(&addr, netif) &&
			      !ip4_addr_ismulticast(&addr) &&
			      !ip4_addr_net_eq(&addr, netif_ip4_addr(netif),
					       netif_ip4_netmask(netif)) &&
			      !has_gateway(netif)))
		return sh_error(w->sh, "RTNETLINK answers: %s",
				sh_strerror(-ENETUNREACH));
	print_decision(w->sh, &addr, netif);
	return 0;
}

/* --- add, replace, delete
 * ---------------------------------------------------------- */

struct route {
	bool is_default, has_via;
	be32_t via;
	struct net_device *dev;
};

static int parse_target(struct ip_words *w, struct route *r, const char *word)
{
	be32_t addr;
	u8 len;

	if (r->is_default)
		return ip_garbage(w, "to", word);
	r->is_default = true;
	if (strcmp(word, "default") == 0)
		return 0;
	if (!args_ip4_prefix(word, &addr, &len))
		return sh_usage(w->sh,
				"Error: any valid prefix is expected rather "
				"than \"%s\".",
				word);
	if (addr != 0 || len != 0)
		return sh_error(w->sh,
				"Error: \"%s\": only the default route can be "
				"set.",
				word);
	return 0;
}

static int parse(struct ip_words *w, struct route *r)
{
	char *word, *v;
	int err = 0;

	while (err == 0 && (word = ip_take(w)) != NULL) {
		if (strcmp(word, "dev") == 0) {
			err = ip_dev(w, word, &r->dev);
		} else if (strcmp(word, "via") == 0) {
			err = ip_value(w, word, &r->has_via, &v);
			if (err == 0 && !args_ip4(v, &r->via))
				err = sh_usage(w->sh,
					       "Error: any valid address is "
					       "expected rather than \"%s\".",
					       v);
		} else if (strcmp(word, "to") == 0 && ip_peek(w) != NULL) {
			err = parse_target(w, r, ip_take(w));
		} else {
			err = parse_target(w, r, word);
		}
	}
	if (err == 0 && !r->is_default)
		err = sh_usage(w->sh, "need at least a destination address");
	return err;
}

/* The device in whose subnet the gateway is. */
static struct net_device *device_of(be32_t via)
{
	for (int i = 1; i <= NETDEV_MAX; i++) {
		struct net_device *dev = dev_get_by_index(i);
		be32_t addr, mask;

		if (dev == NULL)
			continue;
		addr = netif_ip4_addr(&dev->netif)->addr;
		mask = netif_ip4_netmask(&dev->netif)->addr;
		if (addr != 0 && ((addr ^ via) & mask) == 0)
			return dev;
	}
	return NULL;
}

static int add(struct ip_words *w, bool replace)
{
	struct route r = { 0 };
	struct net_device *dev;
	ip4_addr_t gw;
	int err = parse(w, &r);

	if (err != 0)
		return err;
	if (!r.has_via)
		return sh_usage(w->sh, "Not enough information: \"via\" "
				       "argument is required.");
	dev = device_of(r.via);
	if (dev == NULL || is_own(r.via) || (r.dev != NULL && r.dev != dev))
		return sh_error(w->sh, "Error: Nexthop has invalid gateway.");
	if (!(dev->flags & IFF_UP))
		return sh_error(w->sh, "Error: Nexthop device is not up.");
	if (!replace && has_gateway(netif_default))
		return sh_error(w->sh, "RTNETLINK answers: %s",
				sh_strerror(-EEXIST));
	gw.addr = r.via;
	if (has_gateway(netif_default) && netif_default != &dev->netif)
		netif_set_gw(netif_default, IP4_ADDR_ANY4);
	netif_set_gw(&dev->netif, &gw);
	netif_set_default(&dev->netif);
	return 0;
}

static int del(struct ip_words *w)
{
	struct route r = { 0 };
	int err = parse(w, &r);

	if (err != 0)
		return err;
	if (!has_gateway(netif_default) ||
	    (r.has_via && r.via != netif_ip4_gw(netif_default)->addr) ||
	    (r.dev != NULL && r.dev != netif_to_dev(netif_default)))
		return sh_error(w->sh, "RTNETLINK answers: %s",
				sh_strerror(-ESRCH));
	netif_set_gw(netif_default, IP4_ADDR_ANY4);
	return 0;
}

int ip_do_route(struct ip_words *w)
{
	char *word = ip_take(w);

	if (word == NULL)
		return show(w);
	if (args_abbrev(word, "list") || args_abbrev(word, "show") ||
	    strcmp(word, "lst") == 0)
		return show(w);
	if (args_abbrev(word, "get"))
		return get(w);
	if (args_abbrev(word, "add"))
		return add(w, false);
	if (args_abbrev(word, "replace"))
		return add(w, true);
	if (args_abbrev(word, "delete"))
		return del(w);
	if (strcmp(word, "help") == 0) {
		sh_printf(w->sh,
			  "Usage: ip route show [ [dev] DEVICE ]\n"
			  "       ip route get ADDRESS\n"
			  "       ip route add|replace default via ADDRESS [ "
			  "dev DEVICE ]\n"
			  "       ip route del default\n");
		return 0;
	}
	return ip_unknown_command(w, "route", word);
}
