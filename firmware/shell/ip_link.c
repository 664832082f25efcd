/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ip_link - `ip link`: devices, their flags and counters (rows I1, I2, E11)
 */
#include "shell/ip_link.h"

#include <errno.h>
#include <string.h>

#include "sched/sch_generic.h"

enum {
	MIN_MTU = 68,
	/* A queue this long holds every buffer there is, many times over. */
	TXQUEUELEN_MAX = 1000000,
};

/* --- show ------------------------------------------------------------------
 */

void ip_print_flags(struct shell *sh, const struct net_device *dev)
{
	static const struct {
		u32 flag;
		const char *name;
	} flags[] = {
		/* iproute2's order. */
		{ IFF_LOOPBACK, "LOOPBACK" },
		{ IFF_BROADCAST, "BROADCAST" },
		{ IFF_MULTICAST, "MULTICAST" },
		{ IFF_NOARP, "NOARP" },
		{ IFF_ALLMULTI, "ALLMULTI" },
		{ IFF_PROMISC, "PROMISC" },
		{ IFF_UP, "UP" },
	};
	const char *comma = "";

	seq_putc(sh->out, '<');
	if ((dev->flags & IFF_UP) && !dev->carrier) {
		seq_puts(sh->out, "NO-CARRIER");
		comma = ",";
	}
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		if (!(dev->flags & flags[i].flag))
			continue;
		sh_printf(sh, "%s%s", comma, flags[i].name);
		comma = ",";
	}
	if ((dev->flags & IFF_UP) && dev->carrier)
		sh_printf(sh, "%sLOWER_UP", comma);
	seq_putc(sh->out, '>');
}

const char *ip_operstate(const struct net_device *dev)
{
	if (dev->flags & IFF_LOOPBACK)
		return "UNKNOWN";
	return (dev->flags & IFF_UP) && dev->carrier ? "UP" : "DOWN";
}

void ip_print_mac(struct shell *sh, const u8 mac[ETH_ALEN])
{
	sh_printf(sh, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		  mac[3], mac[4], mac[5]);
}

void ip_print_device(struct shell *sh, const struct net_device *dev,
		     bool with_mode)
{
	static const u8 broadcast[ETH_ALEN] = { 0xff, 0xff, 0xff,
						0xff, 0xff, 0xff };
	static const u8 zero[ETH_ALEN];
	bool loopback = (dev->flags & IFF_LOOPBACK) != 0;

	sh_printf(sh, "%d: %s: ", dev->ifindex, dev->name);
	ip_print_flags(sh, dev);
	sh_printf(sh, " mtu %u qdisc %s state %s %sgroup default qlen %u\n",
		  (unsigned int)dev->mtu,
		  dev->qdisc != NULL ? dev->qdisc->ops->id : "noqueue",
		  ip_operstate(dev), with_mode ? "mode DEFAULT " : "",
		  (unsigned int)dev->tx_queue_len);
	sh_printf(sh, "    link/%s ", loopback ? "loopback" : "ether");
	ip_print_mac(sh, dev->dev_addr);
	seq_puts(sh->out, " brd ");
	ip_print_mac(sh, loopback ? zero : broadcast);
	seq_putc(sh->out, '\n');
}

static int width_of(u64 v)
{
	int n = 1;

	while (v >= 10) {
		v /= 10;
		n++;
	}
	return n;
}

/* One direction: a line of headings, a line of numbers as wide as needed. */
static void print_counters(struct shell *sh, const char *direction,
			   const char *const names[6], const u64 values[6])
{
	static const int least[6] = { 10, 7, 6, 7, 7, 7 };
	int width[6];

	for (int i = 0; i < 6; i++) {
		width[i] = width_of(values[i]);
		if (width[i] < least[i])
			width[i] = least[i];
	}
	sh_printf(sh, "    %s %*s", direction, width[0] - 4, names[0]);
	for (int i = 1; i < 6; i++)
		sh_printf(sh, " %*s", width[i], names[i]);
	sh_printf(sh, " %10s\n    ", "");
	for (int i = 0; i < 6; i++)
		sh_printf(sh, "%*llu ", width[i],
			  (unsigned long long)values[i]);
	seq_putc(sh->out, '\n');
}

void ip_print_stats(struct shell *sh, struct net_device *dev)
{
	static const char *const rx_names[6] = {
		"bytes", "packets", "errors", "dropped", "missed", "mcast"
	};
	static const char *const tx_names[6] = {
		"bytes", "packets", "errors", "dropped", "carrier", "collsns"
	};
	const struct net_device_stats *s = dev_get_stats(dev);
	const u64 rx[6] = { s->rx_bytes,   s->rx_packets,	s->rx_errors,
			    s->rx_dropped, s->rx_missed_errors, s->multicast };
	const u64 tx[6] = {
		s->tx_bytes,   s->tx_packets,	     s->tx_errors,
		s->tx_dropped, s->tx_carrier_errors, s->collisions
	};

	print_counters(sh, "RX:", rx_names, rx);
	print_counters(sh, "TX:", tx_names, tx);
}

static int show(struct ip_words *w)
{
	struct net_device *only, *dev;
	int err = ip_show_words(w, &only);

	if (err != 0)
		return err;
	for (int i = 1; i <= NETDEV_MAX; i++) {
		dev = ip_wanted(i, only);
		if (dev == NULL)
			continue;
		if (w->brief) {
			sh_printf(w->sh, "%-16s %-14s ", dev->name,
				  ip_operstate(dev));
			ip_print_mac(w->sh, dev->dev_addr);
			seq_putc(w->sh->out, ' ');
			ip_print_flags(w->sh, dev);
			seq_puts(w->sh->out, " \n");
			continue;
		}
		ip_print_device(w->sh, dev, true);
		if (w->stats)
			ip_print_stats(w->sh, dev);
	}
	return 0;
}

/* --- set -------------------------------------------------------------------
 */

/* What the line asks for; applied when all of it is understood. */
struct change {
	struct net_device *dev;
	bool state, mtu, address, qlen, promisc, allmulti;
	bool up;
	u32 mtu_value, qlen_value;
	u32 set, clear;
	u8 mac[ETH_ALEN];
};

static int parse_mtu(struct ip_words *w, struct change *c)
{
	char *v;
	int err = ip_value(w, "mtu", &c->mtu, &v);

	if (err != 0)
		return err;
	if (!args_u32(v, 0, UINT32_MAX, &c->mtu_value))
		return sh_usage(w->sh,
				"Error: argument \"%s\" is wrong: Invalid "
				"\"mtu\" value",
				v);
	return 0;
}

static int parse_qlen(struct ip_words *w, struct change *c)
{
	char *v;
	int err = ip_value(w, "txqueuelen", &c->qlen, &v);

	if (err != 0)
		return err;
	if (!args_u32(v, 0, TXQUEUELEN_MAX, &c->qlen_value))
		return sh_usage(w->sh,
				"Error: argument \"%s\" is wrong: Invalid "
				"\"txqueuelen\" value",
				v);
	return 0;
}

static int parse_address(struct ip_words *w, struct change *c)
{
	char *v;
	int err = ip_value(w, "address", &c->address, &v);

	if (err != 0)
		return err;
	if (!args_mac(v, c->mac))
		return sh_usage(w->sh, "\"%s\" is invalid lladdr.", v);
	return 0;
}

static int parse_switch(struct ip_words *w, struct change *c, const char *key,
			bool *seen, u32 flag)
{
	char *v;
	int err = ip_value(w, key, seen, &v);

	if (err != 0)
		return err;
	if (strcmp(v, "on") == 0)
		c->set |= flag;
	else if (strcmp(v, "off") == 0)
		c->clear |= flag;
	else
		return sh_usage(w->sh,
				"Error: argument of \"%s\" must be \"on\" or "
				"\"off\", not \"%s\"",
				key, v);
	return 0;
}

static int parse_state(struct ip_words *w, struct change *c, const char *word)
{
	if (c->state)
		return sh_usage(w->sh,
				"Error: duplicate \"%s\": \"%s\" is the second "
				"value.",
				c->up ? "up" : "down", word);
	c->state = true;
	c->up = strcmp(word, "up") == 0;
	return 0;
}

static int parse_word(struct ip_words *w, struct change *c, char *word)
{
	if (strcmp(word, "up") == 0 || strcmp(word, "down") == 0)
		return parse_state(w, c, word);
	if (strcmp(word, "mtu") == 0)
		return parse_mtu(w, c);
	if (strcmp(word, "txqueuelen") == 0 || strcmp(word, "qlen") == 0 ||
	    strcmp(word, "txqlen") == 0)
		return parse_qlen(w, c);
	if (strcmp(word, "address") == 0)
		return parse_address(w, c);
	if (strcmp(word, "promisc") == 0)
		return parse_switch(w, c, word, &c->promisc, IFF_PROMISC);
	if (strcmp(word, "allmulticast") == 0)
		return parse_switch(w, c, word, &c->allmulti, IFF_ALLMULTI);
	if (strcmp(word, "dev") == 0)
		return ip_dev(w, word, &c->dev);
	if (c->dev != NULL)
		return ip_garbage(w, "dev", word);
	c->dev = dev_get_by_name(word);
	if (c->dev == NULL)
		return sh_error(w->sh, "Cannot find device \"%s\"", word);
	return 0;
}

/* What the device will refuse, before anything is changed. */
static int check(struct ip_words *w, const struct change *c)
{
	static const u8 zero[ETH_ALEN];

	if (c->mtu && c->mtu_value < MIN_MTU)
		return sh_error(w->sh, "Error: mtu less than device minimum.");
	if (c->mtu && c->mtu_value > c->dev->max_mtu)
		return sh_error(w->sh,
				"Error: mtu greater than device maximum.");
	if (c->address &&
	    ((c->mac[0] & 1) || memcmp(c->mac, zero, ETH_ALEN) == 0))
		return sh_error(w->sh,
				"RTNETLINK answers: %s (%02x:%02x:%02x:%02x:"
				"%02x:%02x belongs to no single device)",
				sh_strerror(-EADDRNOTAVAIL), c->mac[0],
				c->mac[1], c->mac[2], c->mac[3], c->mac[4],
				c->mac[5]);
	return 0;
}

static int apply(struct ip_words *w, const struct change *c)
{
	struct net_device *dev = c->dev;
	int err = 0;

	if (c->state && !c->up)
		dev_close(dev);
	if (c->address)
		err = dev_set_mac_address(dev, c->mac);
	if (err == 0 && c->mtu)
		err = dev_set_mtu(dev, c->mtu_value);
	if (err == 0 && c->qlen) {
		dev->tx_queue_len = c->qlen_value;
		if (dev->qdisc != NULL)
			dev->qdisc->limit_pkts = c->qlen_value;
	}
	if (err == 0 && (c->set | c->clear) != 0)
		dev_change_flags(dev, c->set, c->clear);
	if (err == 0 && c->state && c->up)
		err = dev_open(dev);
	if (err != 0)
		return sh_error(w->sh, "RTNETLINK answers: %s",
				sh_strerror(err));
	return 0;
}

static int set(struct ip_words *w)
{
	struct change c = { 0 };
	char *word;
	int err;

	while ((word = ip_take(w)) != NULL) {
		err = parse_word(w, &c, word);
		if (err != 0)
			return err;
	}
	if (c.dev == NULL)
		return sh_usage(w->sh, "Not enough information: \"dev\" "
				       "argument is required.");
	err = check(w, &c);
	return err != 0 ? err : apply(w, &c);
}

int ip_do_link(struct ip_words *w)
{
	char *word = ip_take(w);

	if (word == NULL)
		return show(w);
	if (args_abbrev(word, "set"))
		return set(w);
	if (args_abbrev(word, "show") || args_abbrev(word, "list") ||
	    strcmp(word, "lst") == 0)
		return show(w);
	if (strcmp(word, "help") == 0) {
		sh_printf(w->sh,
			  "Usage: ip link show [ [dev] DEVICE ]\n"
			  "       ip link set [dev] DEVICE [ up | down ] [ mtu "
			  "N ] [ address MAC ]\n"
			  "               [ promisc on|off ] [ allmulticast "
			  "on|off ] [ txqueuelen N ]\n");
		return 0;
	}
	return ip_unknown_command(w, "link", word);
}
