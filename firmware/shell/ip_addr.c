/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ip_addr - `ip addr`: IPv4 addresses of devices
 *
 * lwIP's netif holds one IPv4 address. A second one is refused, in words that
 * say so. A static address ends a DHCP client on that device, which would
 * overwrite it.
 */
#include <string.h>

#include "lwip/dhcp.h"
#include "lwip/netif.h"
#include "shell/ip_link.h"

struct address {
	struct net_device *dev;
	bool local;
	be32_t addr;
	u8 len;
};

static const u8 *bytes(const be32_t *addr)
{
	return (const u8 *)addr;
}

static void print_prefix(struct shell *sh, const struct net_device *dev)
{
	sh_print_ip4(sh, netif_ip4_addr(&dev->netif)->addr);
	sh_printf(sh, "/%d",
		  ip4_mask_prefix(netif_ip4_netmask(&dev->netif)->addr));
}

/* Seconds of the lease that are left; UINT32_MAX: for ever. */
static u32 lease_left(const struct net_device *dev)
{
	const struct dhcp *dhcp = netif_dhcp_data(&dev->netif);
	u32 used;

	if (!dhcp_supplied_address(&dev->netif) || dhcp == NULL ||
	    dhcp->offered_t0_lease == UINT32_MAX)
		return UINT32_MAX;
	used = (u32)dhcp->lease_used * DHCP_COARSE_TIMER_SECS;
	return dhcp->offered_t0_lease > used ? dhcp->offered_t0_lease - used
					     : 0;
}

static void print_address(struct shell *sh, const struct net_device *dev)
{
	be32_t addr = netif_ip4_addr(&dev->netif)->addr;
	be32_t mask = netif_ip4_netmask(&dev->netif)->addr;
	bool dynamic = dhcp_supplied_address(&dev->netif) != 0;
	bool loopback = (dev->flags & IFF_LOOPBACK) != 0;
	u32 left = lease_left(dev);

	seq_puts(sh->out, "    inet ");
	print_prefix(sh, dev);
	if (ip4_mask_prefix(mask) < 31 && !loopback) {
		seq_puts(sh->out, " brd ");
		sh_print_ip4(sh, addr | ~mask);
	}
	sh_printf(sh, " scope %s %s%s\n", loopback ? "host" : "global",
		  dynamic ? "dynamic " : "", dev->name);
	if (left == UINT32_MAX)
		seq_puts(sh->out,
			 "       valid_lft forever preferred_lft forever\n");
	else
		sh_printf(sh, "       valid_lft %usec preferred_lft %usec\n",
			  (unsigned int)left, (unsigned int)left);
}

static int show(struct ip_words *w)
{
	struct net_device *only, *dev;
	int err = ip_show_words(w, &only);

	if (err != 0)
		return err;
	for (int i = 1; i <= NETDEV_MAX; i++) {
		bool has_address;

		dev = ip_wanted(i, only);
		if (dev == NULL)
			continue;
		has_address = netif_ip4_addr(&dev->netif)->addr != 0;
		if (w->brief) {
			sh_printf(w->sh, "%-16s %-14s ", dev->name,
				  ip_operstate(dev));
			if (has_address) {
				print_prefix(w->sh, dev);
				seq_putc(w->sh->out, ' ');
			}
			seq_putc(w->sh->out, '\n');
			continue;
		}
		ip_print_device(w->sh, dev, false);
		if (has_address)
			print_address(w->sh, dev);
		if (w->stats)
			ip_print_stats(w->sh, dev);
	}
	return 0;
}

/* "brd +" or the subnet's own broadcast address: lwIP knows no other. */
static int check_broadcast(struct ip_words *w, const struct address *a,
			   const char *brd)
{
	be32_t addr;

	if (brd == NULL || strcmp(brd, "+") == 0)
		return 0;
	if (!args_ip4(brd, &addr))
		return sh_usage(w->sh,
				"Error: any valid address is expected rather "
				"than \"%s\".",
				brd);
	if (addr != (a->addr | ~ip4_prefix_mask(a->len)))
		return sh_error(w->sh,
				"Error: \"%s\" is not the subnet's broadcast "
				"address.",
				brd);
	return 0;
}

/* [local] A[/P] [brd + | brd B] dev X */
static int parse(struct ip_words *w, struct address *a)
{
	bool brd_seen = false;
	char *word, *brd = NULL;
	int err = 0;

	while (err == 0 && (word = ip_take(w)) != NULL) {
		if (strcmp(word, "dev") == 0) {
			err = ip_dev(w, word, &a->dev);
			continue;
		}
		if (strcmp(word, "brd") == 0 ||
		    strcmp(word, "broadcast") == 0) {
			err = ip_value(w, word, &brd_seen, &brd);
			continue;
		}
		if (strcmp(word, "local") == 0) {
			word = ip_take(w);
			if (word == NULL)
				return sh_usage(w->sh,
						"ip: no value after \"local\"");
		}
		if (a->local)
			return ip_garbage(w, "local", word);
		if (!args_ip4_prefix(word, &a->addr, &a->len))
			return sh_usage(w->sh,
					"Error: any valid prefix is expected "
					"rather than \"%s\".",
					word);
		a->local = true;
	}
	if (err != 0)
		return err;
	if (!a->local)
		return sh_usage(w->sh, "Not enough information: an address is "
				       "required.");
	if (a->dev == NULL)
		return sh_usage(w->sh, "Not enough information: \"dev\" "
				       "argument is required.");
	return check_broadcast(w, a, brd);
}

/* Can a host have this address? Not 0/8, 127/8 but on lo, multicast or 240/4;
 * not the subnet's own or its broadcast address. */
static bool is_host_address(const struct address *a)
{
	be32_t host = a->addr & ~ip4_prefix_mask(a->len);
	u8 first = bytes(&a->addr)[0];

	if (first == 127)
		return (a->dev->flags & IFF_LOOPBACK) != 0;
	if (first == 0 || first >= 224 || a->len == 0)
		return false;
	return a->len >= 31 ||
	       (host != 0 && host != (be32_t)~ip4_prefix_mask(a->len));
}

static void set_address(struct net_device *dev, be32_t addr, be32_t mask)
{
	ip4_addr_t a = { addr }, m = { mask };

	dhcp_release_and_stop(&dev->netif);
	/* The gateway was one of the old subnet's. */
	netif_set_addr(&dev->netif, &a, &m, IP4_ADDR_ANY4);
}

static int add(struct ip_words *w)
{
	struct address a = { 0 };
	int err = parse(w, &a);
	be32_t old;

	if (err != 0)
		return err;
	if (!is_host_address(&a))
		return sh_error(w->sh,
				"Error: not an address that a host can have.");
	for (int i = 1; i <= NETDEV_MAX; i++) {
		struct net_device *dev = dev_get_by_index(i);

		if (dev != NULL && netif_ip4_addr(&dev->netif)->addr == a.addr)
			return sh_error(w->sh, "Error: ipv4: Address already "
					       "assigned.");
	}
	old = netif_ip4_addr(&a.dev->netif)->addr;
	if (old != 0) {
		const u8 *b = bytes(&old);

		return sh_error(w->sh,
				"Error: %s has %u.%u.%u.%u already, one "
				"address is all it can have.",
				a.dev->name, b[0], b[1], b[2], b[3]);
	}
	set_address(a.dev, a.addr, ip4_prefix_mask(a.len));
	return 0;
}

static int del(struct ip_words *w)
{
	struct address a = { 0 };
	int err = parse(w, &a);

	if (err != 0)
		return err;
	/* As in Linux, a prefix that was left out matches any. */
	if (a.addr != netif_ip4_addr(&a.dev->netif)->addr ||
	    (a.len != 32 &&
	     ip4_prefix_mask(a.len) != netif_ip4_netmask(&a.dev->netif)->addr))
		return sh_error(w->sh, "Error: ipv4: Address not found.");
	set_address(a.dev, 0, 0);
	return 0;
}

static int flush(struct ip_words *w)
{
	struct net_device *dev = NULL;
	int err;

	if (ip_peek(w) == NULL)
		return sh_usage(w->sh, "Flush requires arguments.");
	err = ip_show_words(w, &dev);
	if (err != 0)
		return err;
	set_address(dev, 0, 0);
	return 0;
}

int ip_do_addr(struct ip_words *w)
{
	char *word = ip_take(w);

	if (word == NULL)
		return show(w);
	if (args_abbrev(word, "add"))
		return add(w);
	if (args_abbrev(word, "delete"))
		return del(w);
	if (args_abbrev(word, "show") || args_abbrev(word, "list") ||
	    strcmp(word, "lst") == 0)
		return show(w);
	if (args_abbrev(word, "flush"))
		return flush(w);
	if (strcmp(word, "help") == 0) {
		sh_printf(w->sh, "Usage: ip addr show [ [dev] DEVICE ]\n"
				 "       ip addr add|del A/P dev DEVICE\n"
				 "       ip addr flush [dev] DEVICE\n");
		return 0;
	}
	return ip_unknown_command(w, "addr", word);
}
