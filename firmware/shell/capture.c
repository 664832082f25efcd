/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * capture - what a connection to the capture port gets (row I13)
 *
 * With words: sets it, for the connections to come. Without: shows it, and
 * the connections there are.
 */
#include "apps/capture.h"

#include <string.h>

#include "config.h"
#include "core/netdevice.h"
#include "shell/shell.h"

static const char *device_name(int ifindex)
{
	const struct net_device *dev = dev_get_by_index(ifindex);

	return dev ? dev->name : "any";
}

static void show_points(struct shell *sh, u8 points)
{
	static const char *const names[] = { "rx", "tx", "drop" };
	const char *comma = "";

	for (u32 i = 0; i < TAP_POINT_NR; i++) {
		if (!(points & 1u << i))
			continue;
		sh_printf(sh, "%s%s", comma, names[i]);
		comma = ",";
	}
}

static void show_tap(void *ctx, const struct packet_tap *tap)
{
	struct shell *sh = ctx;
	u32 accepted, dropped;

	packet_tap_sums(tap, &accepted, &dropped);
	sh_printf(sh, "connected: %s ", device_name(tap->ifindex));
	show_points(sh, tap->points);
	sh_printf(sh, ", %u packets, %u dropped\n", (unsigned int)accepted,
		  (unsigned int)dropped);
}

static int capture(struct shell *sh, int argc, char **argv)
{
	static struct capture_config cfg; /* 4 KB: not on the stack */
	char error[CAPTURE_ERROR_MAX];

	if (argc > 1) {
		if (capture_parse(&cfg, argc, argv, error) < 0)
			return sh_usage(sh, "capture: %s", error);
		capture_defaults = cfg;
		return 0;
	}
	sh_printf(sh, "TCP port %d: %s ", CONFIG_CAPTURE_PORT,
		  device_name(capture_defaults.ifindex));
	show_points(sh, capture_defaults.points);
	sh_printf(sh, ", snapshot length %u, filter: %s\n",
		  (unsigned int)capture_defaults.snaplen,
		  capture_defaults.filter[0] ? capture_defaults.filter
					     : "none");
	capture_for_each(show_tap, sh);
	return 0;
}

SHELL_COMMAND("capture",
	      "[-p] [-i device|any] [-t rx,tx,drop] [-s snaplen] [-f program] "
	      "[expression]",
	      "what tshark -i TCP@board:2002 gets", capture);
