/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * phy - see phy.h; register names are those of IEEE 802.3 clause 22.2.4
 */
#include <errno.h>
#include "net/phy.h"

enum {
	MII_BMCR = 0,
	BMCR_ANRESTART = 1 << 9,
	BMCR_ANENABLE = 1 << 12,
	MII_BMSR = 1,
	BMSR_LSTATUS = 1 << 2,
	BMSR_ANEGCOMPLETE = 1 << 5,
	MII_PHYSID1 = 2,
	MII_PHYSID2 = 3,
	MII_ADVERTISE = 4,
	ADVERTISE_CSMA = 1,
	ADVERTISE_10HALF = 1 << 5,
	ADVERTISE_10FULL = 1 << 6,
	ADVERTISE_100HALF = 1 << 7,
	ADVERTISE_100FULL = 1 << 8,
	MII_LPA = 5,
	MII_CTRL1000 = 9,
	CTRL1000_FULL = 1 << 9,
	MII_STAT1000 = 10,
	STAT1000_FULL = 1 << 11,
	PHY_MAX_ADDR = 32,
};

static int read_id(struct phy *phy, unsigned int addr, u32 *id)
{
	int hi = phy->read(phy, addr, MII_PHYSID1);
	int lo = phy->read(phy, addr, MII_PHYSID2);

	if (hi < 0 || lo < 0)
		return -ETIMEDOUT;
	*id = (u32)hi << 16 | (u32)lo;
	/* Nobody pulls the line: all ones; some bridges answer zero. */
	return *id == 0xffffffff || *id == 0 ? -ENODEV : 0;
}

int phy_probe(struct phy *phy, int addr)
{
	unsigned int first = addr < 0 ? 0 : (unsigned int)addr;
	unsigned int last = addr < 0 ? PHY_MAX_ADDR - 1 : (unsigned int)addr;

	phy->addr = -1;
	for (unsigned int a = first; a <= last; a++) {
		if (read_id(phy, a, &phy->id) == 0) {
			phy->addr = (int)a;
			return 0;
		}
	}
	return -ENODEV;
}

int phy_start(struct phy *phy)
{
	unsigned int a = (unsigned int)phy->addr;
	int err;

	if (phy->addr < 0)
		return -ENODEV;
	err = phy->write(phy, a, MII_ADVERTISE,
			 ADVERTISE_CSMA | ADVERTISE_10HALF | ADVERTISE_10FULL |
				 ADVERTISE_100HALF | ADVERTISE_100FULL);
	/* Half-duplex gigabit is not a thing this MAC does. */
	if (!err)
		err = phy->write(phy, a, MII_CTRL1000, CTRL1000_FULL);
	if (!err)
		err = phy->write(phy, a, MII_BMCR,
				 BMCR_ANENABLE | BMCR_ANRESTART);
	return err;
}

/* A PHY that is gone leaves the line high: no link, not the best of links. */
static int read_bmsr(struct phy *phy)
{
	int bmsr = phy->read(phy, (unsigned int)phy->addr, MII_BMSR);

	return bmsr == 0xffff ? 0 : bmsr;
}

/* The best that both ends offered (IEEE 802.3 annex 28B.3). */
static void resolve(int lpa, int gig, u16 *speed, bool *full)
{
	*full = true;
	if (gig & STAT1000_FULL) {
		*speed = 1000;
	} else if (lpa & (ADVERTISE_100FULL | ADVERTISE_100HALF)) {
		*speed = 100;
		*full = lpa & ADVERTISE_100FULL;
	} else {
		*speed = 10;
		*full = lpa & ADVERTISE_10FULL;
	}
}

int phy_read_status(struct phy *phy)
{
	unsigned int a = (unsigned int)phy->addr;
	bool link, full = phy->full_duplex;
	u16 speed = phy->speed;
	int bmsr, lpa, gig;

	if (phy->addr < 0)
		return -ENODEV;
	/* Link-down is latched until read: once for the past, which must not
	 * hide a short loss... */
	bmsr = read_bmsr(phy);
	/* ... and, if it was down before, once for the present. */
	if (bmsr >= 0 && !(bmsr & BMSR_LSTATUS) && !phy->link)
		bmsr = read_bmsr(phy);
	if (bmsr < 0)
		return bmsr;
	link = (bmsr & BMSR_LSTATUS) && (bmsr & BMSR_ANEGCOMPLETE);
	if (link && !phy->link) {
		lpa = phy->read(phy, a, MII_LPA);
		gig = phy->read(phy, a, MII_STAT1000);
		if (lpa < 0 || gig < 0)
			return -ETIMEDOUT;
		resolve(lpa, gig, &speed, &full);
	}
	if (link == phy->link && speed == phy->speed &&
	    full == phy->full_duplex)
		return 0;
	phy->link = link;
	phy->speed = speed;
	phy->full_duplex = full;
	return 1;
}
