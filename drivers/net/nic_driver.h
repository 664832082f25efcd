/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * nic_driver - how a NIC driver says which devices it drives
 *
 * For drivers: one line at the end of the file,
 *
 *	NIC_DRIVER("cdns,zynq-gem", gem_probe);
 *
 * For firmware: walk board_nics() and give each to the driver that
 * nic_driver_find() names, in the table's order: that order makes eth0, eth1.
 */
#ifndef NET_NIC_DRIVER_H
#define NET_NIC_DRIVER_H

#include <string.h>

#include "board.h"
#include "core/section.h"

struct nic_driver {
	const char *compatible;
	/* Find the device working and call register_netdev(); leaves it down.
	 * Context: application, at boot, once for each NIC. 0 or -errno. */
	int (*probe)(const struct board_nic *nic);
};

SECTION_DECLARE(rp_nic_driver, struct nic_driver);

#define NIC_DRIVER(compatible_, probe_)                                        \
	static const struct nic_driver SECTION_CAT(nic_driver_, probe_) = {    \
		.compatible = (compatible_),                                   \
		.probe = (probe_),                                             \
	};                                                                     \
	SECTION_ITEM(rp_nic_driver, struct nic_driver,                         \
		     &SECTION_CAT(nic_driver_, probe_))

/* The driver for @compatible; NULL when none is built in. */
static inline const struct nic_driver *nic_driver_find(const char *compatible)
{
	SECTION_FOREACH(rp_nic_driver, struct nic_driver, it)
	if (strcmp((*it)->compatible, compatible) == 0)
		return *it;
	return NULL;
}

#endif
