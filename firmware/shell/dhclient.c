/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * dhclient - ask for an address, wait for it a while
 *
 * lwIP's DHCP client does the work and goes on by itself, so an address that
 * comes late is taken too. The first device that gets a gateway this way
 * becomes the default route.
 */
#include <string.h>

#include "core/netdevice.h"
#include "core/port.h"
#include "core/timer.h"
#include "lwip/dhcp.h"
#include "lwip/netif.h"
#include "shell/args.h"
#include "shell/shell.h"

#define LOOK_NS (20 * NSEC_PER_MSEC)
#define WAIT_NS (10 * NSEC_PER_SEC)
/* Autonegotiation takes up to three seconds; no cable never ends. */
#define LINK_WAIT_NS (5 * NSEC_PER_SEC)

static struct {
	struct net_device *dev;
	struct timer timer;
	u64 give_up_ns;
	u64 link_give_up_ns;
	bool watching;
	netif_ext_callback_t callback;
} job;

/* An address came, perhaps long after the command: the default route. */
static void netif_changed(struct netif *netif, netif_nsc_reason_t reason,
			  const netif_ext_callback_args_t *args)
{
	(void)args;
	if (!(reason &
	      (LWIP_NSC_IPV4_SETTINGS_CHANGED | LWIP_NSC_IPV4_ADDR_VALID)))
		return;
	if (!dhcp_supplied_address(netif) || netif_ip4_gw(netif)->addr == 0)
		return;
	if (netif_default == NULL || netif_ip4_gw(netif_default)->addr == 0)
		netif_set_default(netif);
}

static bool is_bound(const struct net_device *dev)
{
	return dhcp_supplied_address(&dev->netif) != 0;
}

static void print_bound(struct shell *sh, const struct net_device *dev)
{
	const struct dhcp *dhcp = netif_dhcp_data(&dev->netif);

	seq_puts(sh->out, "bound to ");
	sh_print_ip4(sh, netif_ip4_addr(&dev->netif)->addr);
	sh_printf(sh, " -- renewal in %u seconds.\n",
		  (unsigned int)dhcp->offered_t1_renew);
}

static void look(struct timer *t, u64 now)
{
	struct shell *sh = &console_shell;

	if (is_bound(job.dev)) {
		print_bound(sh, job.dev);
		shell_job_done(sh, 0);
	} else if (!job.dev->carrier && now >= job.link_give_up_ns) {
		shell_job_done(sh, sh_error(sh,
					    "dhclient: %s: no link, going on "
					    "in the background",
					    job.dev->name));
	} else if (now >= job.give_up_ns) {
		shell_job_done(sh, sh_error(sh, "No DHCPOFFERS received."));
	} else {
		mod_timer(t, now + LOOK_NS);
	}
}

static void cancel(struct shell *sh)
{
	del_timer(&job.timer);
	dhcp_release_and_stop(&job.dev->netif);
	shell_job_done(sh, SHELL_INTR);
}

static int start(struct shell *sh, struct net_device *dev)
{
	u64 now = clock_ns();
	int err;

	if (dev->mtu < 576)
		return sh_error(sh,
				"dhclient: %s: mtu %u is less than DHCP "
				"needs (576)",
				dev->name, (unsigned int)dev->mtu);
	/* As dhclient's script does. */
	err = dev_open(dev);
	if (err != 0)
		return sh_error(sh, "dhclient: %s: %s", dev->name,
				sh_strerror(err));
	if (!job.watching) {
		netif_add_ext_callback(&job.callback, netif_changed);
		job.watching = true;
	}
	/* A lease or an address set by hand ends here: no address is kept
	 * that no server has confirmed. */
	dhcp_release_and_stop(&dev->netif);
	netif_set_addr(&dev->netif, IP4_ADDR_ANY4, IP4_ADDR_ANY4,
		       IP4_ADDR_ANY4);
	if (dhcp_start(&dev->netif) != ERR_OK)
		return sh_error(sh, "dhclient: %s: no memory for a client",
				dev->name);
	job.dev = dev;
	job.give_up_ns = now + WAIT_NS;
	job.link_give_up_ns = now + LINK_WAIT_NS;
	timer_setup(&job.timer, look);
	mod_timer(&job.timer, now + LOOK_NS);
	shell_job_start(sh, cancel);
	return SHELL_JOB;
}

static int dhclient(struct shell *sh, int argc, char **argv)
{
	struct args_opt o = { .argc = argc, .argv = argv, .spec = "r" };
	struct net_device *dev;
	bool release = false;
	int c;

	while ((c = args_getopt(&o)) > 0) {
		if (c != 'r')
			return sh_usage(sh, "dhclient: invalid option -- '%c'",
					o.bad);
		release = true;
	}
	if (o.words < 2)
		return sh_usage(sh, "dhclient: which device?");
	if (o.words > 2)
		return sh_usage(sh, "dhclient: unexpected word \"%s\"",
				argv[2]);
	dev = dev_get_by_name(argv[1]);
	if (dev == NULL)
		return sh_error(sh, "Cannot find device \"%s\"", argv[1]);
	if (dev->flags & IFF_LOOPBACK)
		return sh_error(sh, "dhclient: %s has no network to ask",
				dev->name);
	if (!release)
		return start(sh, dev);
	dhcp_release_and_stop(&dev->netif);
	return 0;
}

static void dhclient_complete(int argc, char **argv,
			      void (*add)(void *ctx, const char *word),
			      void *ctx)
{
	(void)argc;
	(void)argv;
	sh_complete_devices(add, ctx);
}
SHELL_COMMAND_COMPLETE("dhclient", "[-r] device",
		       "get an address by DHCP, or give it back", dhclient,
		       dhclient_complete);
