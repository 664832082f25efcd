/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ip_neigh - `ip neigh` and `ip maddr`: who else is on the wire, and which
 * groups we listen to (rows I2, E8)
 */
#include <errno.h>
#include <string.h>

#include "ipv4/neighbour.h"
#include "lwip/igmp.h"
#include "lwip/ip4.h"
#include "shell/ip_link.h"

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

		if (!neigh_get(i, &n))
			continue;
		dev = netif_to_dev(n.netif);
		if (only != NULL && only != dev)
			continue;
		sh_print_ip4(w->sh, n.addr.addr);
		sh_printf(w->sh, " dev %s lladdr ", dev->name);
		ip_print_mac(w->sh, n.mac.addr);
		sh_printf(w->sh, " %s \n",
			  neigh_is_permanent(n.netif, n.addr.addr)
				  ? "PERMANENT"
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
	if (!replace && neigh_find(&r.dev->netif, r.addr.addr, &n))
		return sh_error(w->sh, "RTNETLINK answers: %s",
				sh_strerror(-EEXIST));
	/* lwIP picks the device by its routes. */
	if (ip4_route(&r.addr) != &r.dev->netif)
		return sh_error(w->sh,
				"Error: the address is not reached through "
				"%s.",
				r.dev->name);
	err = neigh_add_permanent(&r.dev->netif, &r.addr, &r.mac);
	if (err != 0)
		return sh_error(w->sh, "RTNETLINK answers: %s",
				sh_strerror(err));
	return 0;
}

static int del(struct ip_words *w)
{
	struct request r = { 0 };
	struct neighbour n;
	int err = parse(w, &r, false);

	if (err != 0)
		return err;
	if (!neigh_find(&r.dev->netif, r.addr.addr, &n)) {
		char text[IP4ADDR_STRLEN_MAX];

		return sh_error(w->sh, "RTNETLINK answers: %s (%s)",
				sh_strerror(-ENOENT),
				ip4addr_ntoa_r(&r.addr, text, sizeof(text)));
	}
	neigh_forget(&n);
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
		if (neigh_get(i, &n) &&
		    (only == NULL || n.netif == &only->netif) &&
		    !neigh_is_permanent(n.netif, n.addr.addr))
			neigh_forget(&n);
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
