/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lwip_drop - what lwIP drops by itself, by reason (row M8)
 *
 * lwIP counts most of what it throws away, but not as reasons. Nothing is
 * added on the road: the reasons are worked out when somebody asks. Pure but
 * for lwIP's statistics. Context: application.
 */
#ifndef IPV4_LWIP_DROP_H
#define IPV4_LWIP_DROP_H

#include "core/drop.h"
#include "core/types.h"

/* Dropped by lwIP for @reason, in no drop_counts[]. */
u32 lwip_dropped(enum drop_reason reason);

/* What each protocol of lwIP was given. */
struct lwip_delivered {
	u32 arp, icmp, igmp, tcp, udp;
	u32 refused; /* by ip4_input(), after ip_rcv() had let it through */
};

void lwip_delivered_read(struct lwip_delivered *d);

#endif
