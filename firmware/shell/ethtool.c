/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ethtool - what a driver knows of its hardware (rows I2-I4, E12)
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
	if (dev->flags & IFF_LOOPBACK) {
		sh_printf(sh, "\tLink detected: %s\n", link.up ? "yes" : "no");
		return 0;
	}
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

static const char *on_off(u32 value)
{
	return value ? "on" : "off";
}

static int coalesce(struct shell *sh, struct net_device *dev)
{
	struct ethtool_coalesce set, c;
	int err = dev_get_coalesce(dev, &set, &c);

	if (err != 0)
		return sh_error(sh, "netlink error: %s", sh_strerror(err));
	sh_printf(sh,
		  "Coalesce parameters for %s:\n"
		  "Adaptive RX: %s  TX: %s\n"
		  "stats-block-usecs:\tn/a\nsample-interval:\tn/a\n"
		  "pkt-rate-low:\t\tn/a\npkt-rate-high:\t\tn/a\n\n",
		  dev->name, on_off(c.use_adaptive_rx_coalesce),
		  on_off(c.use_adaptive_tx_coalesce));
	sh_printf(sh,
		  "rx-usecs:\t%u\nrx-frames:\t%u\n"
		  "rx-usecs-irq:\tn/a\nrx-frames-irq:\tn/a\n\n"
		  "tx-usecs:\t%u\ntx-frames:\t%u\n"
		  "tx-usecs-irq:\tn/a\ntx-frames-irq:\tn/a\n\n",
		  (unsigned int)c.rx_coalesce_usecs,
		  (unsigned int)c.rx_max_coalesced_frames,
		  (unsigned int)c.tx_coalesce_usecs,
		  (unsigned int)c.tx_max_coalesced_frames);
	for (int high = 0; high < 2; high++) {
		const char *end = high ? "high" : "low";

		sh_printf(sh,
			  "rx-usecs-%s:\tn/a\nrx-frame-%s:\tn/a\n"
			  "tx-usecs-%s:\tn/a\ntx-frame-%s:\tn/a\n\n",
			  end, end, end, end);
	}
	seq_puts(sh->out, "CQE mode RX: n/a  TX: n/a\n\n");
	return 0;
}

static const struct coalesce_word {
	const char *name;
	size_t offset; /* of its u32 in struct ethtool_coalesce */
	bool is_switch;
} coalesce_words[] = {
	{ "adaptive-rx",
	  offsetof(struct ethtool_coalesce, use_adaptive_rx_coalesce), true },
	{ "adaptive-tx",
	  offsetof(struct ethtool_coalesce, use_adaptive_tx_coalesce), true },
	{ "rx-usecs", offsetof(struct ethtool_coalesce, rx_coalesce_usecs),
	  false },
	{ "rx-frames",
	  offsetof(struct ethtool_coalesce, rx_max_coalesced_frames), false },
	{ "tx-usecs", offsetof(struct ethtool_coalesce, tx_coalesce_usecs),
	  false },
	{ "tx-frames",
	  offsetof(struct ethtool_coalesce, tx_max_coalesced_frames), false },
};

static bool coalesce_parse(const struct coalesce_word *w, const char *text,
			   u32 *value)
{
	if (!w->is_switch)
		return args_u32(text, 0, UINT32_MAX, value);
	*value = strcmp(text, "on") == 0;
	return *value || strcmp(text, "off") == 0;
}

/* One "name value" of -C. */
static int coalesce_value(struct shell *sh, char **words, u32 *seen,
			  struct ethtool_coalesce *c)
{
	size_t i = 0;
	u32 value;

	while (i < ARRAY_SIZE(coalesce_words) &&
	       strcmp(words[0], coalesce_words[i].name) != 0)
		i++;
	if (i == ARRAY_SIZE(coalesce_words))
		return sh_usage(sh, "ethtool (-C): unknown parameter '%s'",
				words[0]);
	if (words[1] == NULL)
		return sh_usage(sh, "ethtool (-C): no value for parameter '%s'",
				words[0]);
	if (*seen & 1u << i)
		return sh_usage(sh, "ethtool (-C): duplicate parameter '%s'",
				words[0]);
	if (!coalesce_parse(&coalesce_words[i], words[1], &value))
		return sh_usage(sh,
				"ethtool (-C): invalid value '%s' for "
				"parameter '%s'",
				words[1], words[0]);
	*seen |= 1u << i;
	memcpy((u8 *)c + coalesce_words[i].offset, &value, sizeof(value));
	return 0;
}

static int set_coalesce(struct shell *sh, struct net_device *dev, char **words)
{
	struct ethtool_ringparam ring = { 0 };
	struct ethtool_coalesce c;
	u32 seen = 0;
	int err = dev_get_coalesce(dev, &c, NULL);

	if (err != 0)
		return sh_error(sh, "netlink error: %s", sh_strerror(err));
	for (int i = 0; words[i] != NULL; i += 2) {
		err = coalesce_value(sh, words + i, &seen, &c);
		if (err != 0)
			return err;
	}
	if (seen == 0)
		return sh_usage(sh,
				"ethtool (-C): no coalesce parameters given");
	err = dev_set_coalesce(dev, &c);
	if (err == 0)
		return 0;
	if (dev->ops->get_ringparam != NULL)
		dev->ops->get_ringparam(dev, &ring);
	if (err == -EINVAL)
		return sh_error(sh,
				"netlink error: %s (rx-usecs 0..%d, rx-frames "
				"0..%u)",
				sh_strerror(err), COALESCE_USECS_MAX,
				(unsigned int)ring.rx_pending);
	return sh_error(sh, "netlink error: %s", sh_strerror(err));
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

/* Features that have a switch, by the names that -K takes and -k shows. */
static const struct feature {
	const char *brief, *full;
	u32 bit;
} feature_words[] = {
	{ "rx", "rx-checksumming", NETIF_F_RXCSUM },
	{ "gro", "generic-receive-offload", NETIF_F_GRO },
};

/* "on", "off", and whether the device lets nobody change it. */
static const char *feature_state(const struct net_device *dev, u32 bit)
{
	bool fixed = !((dev->hw_features | NETIF_F_GRO) & bit);

	if (dev->features & bit)
		return fixed ? "on [fixed]" : "on";
	return fixed ? "off [fixed]" : "off";
}

/* Checksums are made by the stack, and checked by it unless a NIC does;
 * packets in pieces are gathered by every driver. */
static int features(struct shell *sh, struct net_device *dev)
{
	sh_printf(sh,
		  "Features for %s:\n"
		  "rx-checksumming: %s\n"
		  "tx-checksumming: off\n"
		  "\ttx-checksum-ipv4: off [fixed]\n"
		  "\ttx-checksum-ip-generic: off [fixed]\n"
		  "\ttx-checksum-ipv6: off [fixed]\n"
		  "\ttx-checksum-fcoe-crc: off [fixed]\n"
		  "\ttx-checksum-sctp: off [fixed]\n"
		  "scatter-gather: on\n"
		  "\ttx-scatter-gather: on [fixed]\n"
		  "\ttx-scatter-gather-fraglist: off [fixed]\n",
		  dev->name, feature_state(dev, NETIF_F_RXCSUM));
	sh_printf(sh,
		  "tcp-segmentation-offload: off\n"
		  "\ttx-tcp-segmentation: off [fixed]\n"
		  "generic-segmentation-offload: off [fixed]\n"
		  "generic-receive-offload: %s\n"
		  "large-receive-offload: off [fixed]\n"
		  "rx-vlan-offload: off [fixed]\n"
		  "tx-vlan-offload: off [fixed]\n"
		  "ntuple-filters: off [fixed]\n"
		  "receive-hashing: off [fixed]\n",
		  feature_state(dev, NETIF_F_GRO));
	return 0;
}

static const struct feature *find_feature(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(feature_words); i++)
		if (strcmp(word, feature_words[i].brief) == 0 ||
		    strcmp(word, feature_words[i].full) == 0)
			return &feature_words[i];
	return NULL;
}

static int set_features(struct shell *sh, struct net_device *dev, char **words)
{
	u32 set = 0, clear = 0;
	int err;

	if (words[0] == NULL)
		return sh_usage(sh, "ethtool (-K): no features given");
	for (int i = 0; words[i] != NULL; i += 2) {
		const struct feature *f = find_feature(words[i]);
		const char *value = words[i + 1];

		if (f == NULL)
			return sh_usage(sh, "ethtool (-K): no feature '%s'",
					words[i]);
		if (value == NULL)
			return sh_usage(sh,
					"ethtool (-K): no value for feature "
					"'%s'",
					words[i]);
		if (strcmp(value, "on") == 0)
			set |= f->bit;
		else if (strcmp(value, "off") == 0)
			clear |= f->bit;
		else
			return sh_usage(sh,
					"ethtool (-K): invalid value '%s' for "
					"feature '%s'",
					value, words[i]);
		if (set & clear)
			return sh_usage(sh,
					"ethtool (-K): duplicate feature '%s'",
					words[i]);
	}
	err = dev_set_features(dev, set, clear);
	if (err == -EOPNOTSUPP)
		return sh_error(sh, "Could not change any device features");
	return err == 0 ? 0
			: sh_error(sh, "netlink error: %s", sh_strerror(err));
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
	{ "-c", "--show-coalesce", coalesce, NULL },
	{ "-C", "--coalesce", NULL, set_coalesce },
	{ "-S", "--statistics", statistics, NULL },
	{ "-k", "--show-features", features, NULL },
	{ "-K", "--features", NULL, set_features },
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
	} else if (strcmp(argv[1], "-K") == 0) {
		for (size_t i = 0; i < ARRAY_SIZE(feature_words); i++)
			add(ctx, feature_words[i].brief);
	} else if (strcmp(argv[1], "-C") == 0) {
		for (size_t i = 0; i < ARRAY_SIZE(coalesce_words); i++)
			add(ctx, coalesce_words[i].name);
	}
}
SHELL_COMMAND_COMPLETE("ethtool",
		       "[-i | -g | -c | -S | -k] device, "
		       "-G device [rx N] [tx N], "
		       "-K device [gro on|off] [rx on|off], "
		       "-C device [rx-usecs N] [rx-frames N] "
		       "[adaptive-rx on|off], "
		       "--reset device all",
		       "driver, link, rings and counters of a device", ethtool,
		       ethtool_complete);
