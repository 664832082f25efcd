/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ip_link - how a device is printed, for `ip link` and `ip addr`
 */
#ifndef SHELL_IP_LINK_H
#define SHELL_IP_LINK_H

#include "shell/ip.h"

/* "<BROADCAST,MULTICAST,UP,LOWER_UP>" */
void ip_print_flags(struct shell *sh, const struct net_device *dev);
const char *ip_operstate(const struct net_device *dev);
void ip_print_mac(struct shell *sh, const u8 mac[ETH_ALEN]);

/* The two lines of a device; @with_mode: as `ip link` has it. */
void ip_print_device(struct shell *sh, const struct net_device *dev,
		     bool with_mode);

/* The four lines of `ip -s`. */
void ip_print_stats(struct shell *sh, struct net_device *dev);

#endif
