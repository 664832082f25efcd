/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ethtool - what a driver knows of its hardware (rows I2, I3, E12)
 */
#include <errno.h>
#include <string.h>

#include "core/netdevice.h"
#include "core/version.h"
#include "shell/args.h"
#include "shell/shell.h"

/* --- one function per option; words follow the device's name
 * ------------------- */

static int settings(struct shell *sh, struct net_device *dev)
{
	struct ethtool_link link = { .phy_addr = -1 };

	dev->ops->get_link(dev, &link);
	sh_printf(sh, "Settings for %s:\n", dev->name);
	if (link.up)
		sh_printf(sh, "\tSpeed: %uMb/s\n\tDuplex: %s\n",
			  (unsigned int)link.speed,
			  link.full_duplex ? "Full" : "Half");
	else
		sh_printf(sh, "\tSpeed: Unknown!\n\tDuplex: Unknown! (255)\n");
	sh_printf(sh, "\tAuto-negotiation: %s\n", link.autoneg ? "on" : "off");
	sh_printf(sh, "\tPort: %s\n",
		  link.phy_addr >= 0 ? "Twisted Pair" : "None");
	if (link.phy_addr >= 0)
		sh_printf(sh, "\tPHYAD: %d\n\tTransceiver: external\n",
			  link.phy_addr);
	sh_printf(sh, "\tLink detected: %s\n", link.up ? "yes" : "no");
	return 0;
}

static int driver(struct shell *sh, struct net_device *dev)
{
	sh_printf(sh,
		  "driver: %s\nversion: %s\nfirmware-version: \n"
		  "expansion-rom-version: \nbus-info: %s\n",
		  dev->driver, RINGPATH_VERSION,
		  dev->bus_info != NULL ? dev->bus_info : "");
	sh_printf(sh,
		  "supports-statistics: %s\nsupports-test: no\n"
		  "supports-eeprom-access: no\nsupports-register-dump: no\n"
		  "supports-priv-flags: no\n",
		  dev->ops->get_ethtool_stats != NULL ? "yes" : "no");
	return 0;
}

static int rings(struct shell *sh, struct net_device *dev)
{
	struct ethtool_ringparam r = { 0 };

	if (dev->ops->get_ringparam == NULL)
		return sh_error(sh, "netlink error: %s",
				sh_strerror(-EOPNOTSUPP));
	dev->ops->get_ringparam(dev, &r);
	sh_printf(sh, "Ring parameters for %s:\nPre-set maximums:\n",
		  dev->name);
	sh_printf(sh, "RX:\t\t%u\nRX Mini:\tn/a\nRX Jumbo:\tn/a\nTX:\t\t%u\n",
		  (unsigned int)r.rx_max_pending,
		  (unsigned int)r.tx_max_pending);
	sh_printf(sh, "Current hardware settings:\n");
	sh_printf(sh, "RX:\t\t%u\nRX Mini:\tn/a\nRX Jumbo:\tn/a\nTX:\t\t%u\n",
		  (unsigned int)r.rx_pending, (unsigned int)r.tx_pending);
	sh_printf(sh, "RX Buf Len:\t\tn/a\nCQE Size:\t\tn/a\n"
		      "TX Push:\toff\nTCP data split:\tn/a\n");
	return 0;
}

static int ring_value(struct shell *sh, char **words, int i, bool *seen,
		      u32 *value)
{
	if (words[i + 1] == NULL)
		return sh_usage(sh, "ethtool (-G): no value for parameter '%s'",
				words[i]);
	if (*seen)
		return sh_usage(sh, "ethtool (-G): duplicate parameter '%s'",
				words[i]);
	if (!args_u32(words[i + 1], 0, UINT32_MAX, value))
		return sh_usage(sh,
				"ethtool (-G): invalid value '%s' for "
				"parameter '%s'",
				words[i + 1], words[i]);
	*seen = true;
	return 0;
}

static int check_ring(struct shell *sh, const char *name, u32 value, u32 min,
		      u32 max)
{
	if (value > max)
		return sh_error(sh,
				"netlink error: requested ring size exceeds "
				"maximum (%s %u, at most %u)",
				name, (unsigned int)value, (unsigned int)max);
	if (value < min)
		return sh_error(sh, "netlink error: %s (%s %u, at least %u)",
				sh_strerror(-EINVAL), name, (unsigned int)value,
				(unsigned int)min);
	return 0;
}

static int set_rings(struct shell *sh, struct net_device *dev, char **words)
{
	struct ethtool_ringparam r = { 0 };
	bool rx_seen = false, tx_seen = false;
	int err = 0;

	if (dev->ops->get_ringparam == NULL || dev->ops->set_ringparam == NULL)
		return sh_error(sh, "netlink error: %s",
				sh_strerror(-EOPNOTSUPP));
	dev->ops->get_ringparam(dev, &r);
	for (int i = 0; err == 0 && words[i] != NULL; i += 2) {
		if (strcmp(words[i], "rx") == 0)
			err = ring_value(sh, words, i, &rx_seen, &r.rx_pending);
		else if (strcmp(words[i], "tx") == 0)
			err = ring_value(sh, words, i, &tx_seen, &r.tx_pending);
		else
			err = sh_usage(sh,
				       "ethtool (-G): unknown parameter '%s'",
				       words[i]);
	}
	if (err != 0)
		return err;
	if (!rx_seen && !tx_seen)
		return sh_usage(sh, "ethtool (-G): no ring parameters given");
	err = check_ring(sh, "rx", r.rx_pending, r.rx_min_pending,
			 r.rx_max_pending);
	if (err == 0)
		err = check_ring(sh, "tx", r.tx_pending, r.tx_min_pending,
				 r.tx_max_pending);
	if (err != 0)
		return err;
	err = dev->ops->set_ringparam(dev, r.rx_pending, r.tx_pending);
	return err == 0 ? 0
			: sh_error(sh, "netlink error: %s", sh_strerror(err));
}

static void emit_stat(void *ctx, const char *name, u64 value)
{
	sh_printf(ctx, "     %s: %llu\n", name, (unsigned long long)value);
}

static int statistics(struct shell *sh, struct net_device *dev)
{
	if (dev->ops->get_ethtool_stats == NULL)
		return sh_error(sh, "no stats available");
	seq_puts(sh->out, "NIC statistics:\n");
	dev->ops->get_ethtool_stats(dev, emit_stat, sh);
	return 0;
}

/* Checksums are made and checked by the stack; packets in pieces are gathered
 * by every driver. Nothing of it can be switched. */
static int features(struct shell *sh, struct net_device *dev)
{
	sh_printf(sh,
		  "Features for %s:\n"
		  "rx-checksumming: off [fixed]\n"
		  "tx-checksumming: off\n"
		  "\ttx-checksum-ipv4: off [fixed]\n"
		  "\ttx-checksum-ip-generic: off [fixed]\n"
		  "\ttx-checksum-ipv6: off [fixed]\n"
		  "\ttx-checksum-fcoe-crc: off [fixed]\n"
		  "\ttx-checksum-sctp: off [fixed]\n"
		  "scatter-gather: on\n"
		  "\ttx-scatter-gather: on [fixed]\n"
		  "\ttx-scatter-gather-fraglist: off [fixed]\n",
		  dev->name);
	sh_printf(sh, "tcp-segmentation-offload: off\n"
		      "\ttx-tcp-segmentation: off [fixed]\n"
		      "generic-segmentation-offload: off [fixed]\n"
		      "generic-receive-offload: off [fixed]\n"
		      "large-receive-offload: off [fixed]\n"
		      "rx-vlan-offload: off [fixed]\n"
		      "tx-vlan-offload: off [fixed]\n"
		      "ntuple-filters: off [fixed]\n"
		      "receive-hashing: off [fixed]\n");
	return 0;
}

static int reset(struct shell *sh, struct net_device *dev, char **words)
{
	if (words[0] == NULL || strcmp(words[0], "all") != 0)
		return sh_usage(sh, "ethtool (--reset): \"all\" is the only "
				    "component");
	if (words[1] != NULL)
		return sh_usage(sh, "ethtool (--reset): unexpected word \"%s\"",
				words[1]);
	if (dev->ops->reset == NULL)
		return sh_error(sh, "Cannot issue ETHTOOL_RESET: %s",
				sh_strerror(-EOPNOTSUPP));
	if (!(dev->flags & IFF_UP))
		return sh_error(sh, "Cannot issue ETHTOOL_RESET: %s",
				sh_strerror(-ENETDOWN));
	dev->ops->reset(dev);
	seq_puts(sh->out, "ETHTOOL_RESET 0xffffffff\n"
			  "Components reset:     0xffffffff\n");
	return 0;
}

/* --- the command
 * ------------------------------------------------------------------ */

static const struct option {
	const char *brief, *full;
	int (*show)(struct shell *sh, struct net_device *dev);
	int (*set)(struct shell *sh, struct net_device *dev, char **words);
} options[] = {
	{ "-i", "--driver", driver, NULL },
	{ "-g", "--show-ring", rings, NULL },
	{ "-G", "--set-ring", NULL, set_rings },
	{ "-S", "--statistics", statistics, NULL },
	{ "-k", "--show-features", features, NULL },
	{ "--reset", "--reset", NULL, reset },
};

static const struct option *find_option(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (strcmp(word, options[i].brief) == 0 ||
		    strcmp(word, options[i].full) == 0)
			return &options[i];
	return NULL;
}

static int ethtool(struct shell *sh, int argc, char **argv)
{
	static const struct option plain = { "", "", settings, NULL };
	const struct option *opt = &plain;
	struct net_device *dev;
	int i = 1;

	if (argc > 1 && argv[1][0] == '-') {
		opt = find_option(argv[1]);
		if (opt == NULL)
			return sh_usage(sh, "ethtool: unknown option \"%s\"",
					argv[1]);
		i++;
	}
	if (i >= argc)
		return sh_usage(sh, "ethtool: which device?");
	dev = dev_get_by_name(argv[i]);
	if (dev == NULL)
		return sh_error(sh,
				"netlink error: no device matches name "
				"\"%s\"",
				argv[i]);
	if (opt->set != NULL)
		return opt->set(sh, dev, argv + i + 1);
	if (i + 1 < argc)
		return sh_usage(sh, "ethtool: unexpected word \"%s\"",
				argv[i + 1]);
	return opt->show(sh, dev);
}

static void ethtool_complete(int argc, char **argv,
			     void (*add)(void *ctx, const char *word),
			     void *ctx)
{
	if (argc == 2 && argv[1][0] == '-') {
		for (size_t i = 0; i < ARRAY_SIZE(options); i++)
			add(ctx, options[i].brief);
		return;
	}
	if (argc <= 3)
		sh_complete_devices(add, ctx);
	else if (strcmp(argv[1], "--reset") == 0)
		add(ctx, "all");
	else if (strcmp(argv[1], "-G") == 0) {
		add(ctx, "rx");
		add(ctx, "tx");
	}
}
SHELL_COMMAND_COMPLETE("ethtool",
		       "[-i | -g | -S | -k] device, -G device [rx N] [tx N], "
		       "--reset device all",
		       "driver, link, rings and counters of a device", ethtool,
		       ethtool_complete);
