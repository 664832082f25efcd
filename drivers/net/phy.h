/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * phy - a gigabit copper PHY by IEEE 802.3 clause 22, any vendor's
 *
 * For NIC drivers: fill in the two accesses, call phy_probe(), then
 * phy_start() when the device opens and phy_read_status() about once a
 * second: no board has its interrupt wired. Registers beyond the standard
 * ones are not touched, so Marvell, Realtek and Micrel all do.
 *
 * Context: application. An access may wait for the bus, some 30 us.
 */
#ifndef NET_PHY_H
#define NET_PHY_H

#include "core/types.h"

struct phy {
	/* Return the register, or -ETIMEDOUT. */
	int (*read)(struct phy *phy, unsigned int addr, unsigned int reg);
	int (*write)(struct phy *phy, unsigned int addr, unsigned int reg,
		     u16 value);
	void *priv;
	int addr; /* -1: none found */
	u32 id;

	bool link;
	u16 speed; /* Mb/s, valid while link */
	bool full_duplex;
};

/**
 * phy_probe() - find the PHY
 * @addr: where it is, or -1: look at all 32 addresses
 *
 * Return: 0; -ENODEV when nothing answers.
 */
int phy_probe(struct phy *phy, int addr);

/* Advertise what a full-duplex gigabit MAC can do, start negotiation. */
int phy_start(struct phy *phy);

/**
 * phy_read_status() - fill in link, speed and full_duplex
 *
 * Return: 1 when something changed, 0 when not, -errno when the bus failed
 * (then nothing changed).
 */
int phy_read_status(struct phy *phy);

#endif
