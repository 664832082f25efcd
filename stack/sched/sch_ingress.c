/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sch_ingress - ingress and clsact: no queue, only doors for filters (row I13)
 *
 * A device knows of a door only while filters stand behind it, so one that is
 * empty costs nothing.
 */
#include <errno.h>
#include "core/netdevice.h"
#include "sched/cls_api.h"

static struct sch_ingress schs[NETDEV_MAX];

struct sch_ingress *sch_ingress_get(const struct net_device *dev)
{
	return &schs[dev->ifindex - 1];
}

int sch_ingress_add(struct net_device *dev, enum tc_door door, const char **why)
{
	struct sch_ingress *sch = sch_ingress_get(dev);

	if (sch->door != TC_NO_DOOR) {
		*why = "Exclusivity flag on, cannot modify.";
		return -EEXIST;
	}
	*sch = (struct sch_ingress){ .door = door };
	sch->ingress.tables = &sch->tables;
	sch->egress.tables = &sch->tables;
	return 0;
}

int sch_ingress_del(struct net_device *dev, enum tc_door door, const char **why)
{
	struct sch_ingress *sch = sch_ingress_get(dev);

	if (sch->door == TC_NO_DOOR) {
		*why = "Cannot find specified qdisc on specified device.";
		return -ENOENT;
	}
	if (sch->door != door) {
		*why = "Invalid qdisc name: must match existing qdisc.";
		return -EINVAL;
	}
	(void)tcf_del(&sch->ingress, 0, 0, -1, 0, why);
	(void)tcf_del(&sch->egress, 0, 0, -1, 0, why);
	sch->door = TC_NO_DOOR;
	sch_ingress_update(dev);
	return 0;
}

static bool has_u32(const struct tc_filter *f)
{
	while (f && f->kind != TC_U32)
		f = f->next;
	return f != NULL;
}

void sch_ingress_update(struct net_device *dev)
{
	struct sch_ingress *sch = sch_ingress_get(dev);

	if (!has_u32(sch->ingress.head) && !has_u32(sch->egress.head))
		sch->tables = 0;

	dev->ingress = sch->ingress.head ? &sch->ingress : NULL;
	dev->egress = sch->egress.head ? &sch->egress : NULL;
	if (dev->ingress)
		dev->features |= NETIF_F_TC_INGRESS;
	else
		dev->features &= ~(u32)NETIF_F_TC_INGRESS;
}
