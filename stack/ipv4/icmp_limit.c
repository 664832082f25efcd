/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * icmp_limit - see icmp_limit.h (row I19)
 */
#include "ipv4/icmp_limit.h"
#include <limits.h>
#include "core/drop.h"
#include "core/port.h"
#include "core/sysctl.h"
#include "ipv4/ip_input.h"
#include "ipv4/snmp.h"

enum {
	PEERS = 64, /* destinations remembered; 16 bytes each */
	PEER_BURST = 6,
};

/* A bucket: allowances trickle in with time, up to a burst. */
struct bucket {
	u64 filled_ns; /* allowances up to here have been handed in */
	u32 tokens;
};

struct peer {
	be32_t addr;
	struct bucket bucket;
};

static struct bucket everybody;
static struct peer peers[PEERS];

static int icmp_msgs_per_sec = 1000;
static int icmp_msgs_burst = 50;
static int icmp_ratelimit = 1000;
static int icmp_ratemask =
	1 << ICMP_DUR | 1 << ICMP_SQ | 1 << ICMP_TE | 1 << ICMP_PP;

SYSCTL_INT("net.ipv4.icmp_msgs_per_sec", &icmp_msgs_per_sec, 0, 1000000);
SYSCTL_INT("net.ipv4.icmp_msgs_burst", &icmp_msgs_burst, 0, 1000000);
SYSCTL_INT("net.ipv4.icmp_ratelimit", &icmp_ratelimit, 0, INT_MAX);
SYSCTL_INT("net.ipv4.icmp_ratemask", &icmp_ratemask, 0, INT_MAX);

/* @interval_ns: how long one allowance takes to come; not 0. */
static bool take(struct bucket *b, u64 now, u64 interval_ns, u32 burst)
{
	u64 passed = now - b->filled_ns;

	if (!b->filled_ns || passed >= interval_ns * burst) {
		b->tokens = burst;
		b->filled_ns = now;
	} else if (passed >= interval_ns) {
		u32 come = (u32)(passed / interval_ns);

		b->tokens = min_u32(b->tokens + come, burst);
		b->filled_ns += come * interval_ns;
	}
	if (!b->tokens)
		return false;
	b->tokens--;
	return true;
}

/* Addresses that share a place push each other out; everybody's bucket still
 * holds. */
static struct bucket *peer_bucket(be32_t addr)
{
	struct peer *peer = &peers[addr * 0x9e3779b1u >> 26];

	_Static_assert(PEERS == 1 << (32 - 26), "the hash has 6 bits");
	if (peer->addr != addr)
		*peer = (struct peer){ .addr = addr };
	return &peer->bucket;
}

static bool within_limits(be32_t dest, u8 type)
{
	u64 now;

	if (!(icmp_ratemask & 1 << type))
		return true;
	now = clock_ns();
	if (icmp_ratelimit &&
	    !take(peer_bucket(dest), now, icmp_ratelimit * NSEC_PER_MSEC,
		  PEER_BURST)) {
		icmp_mib.OutRateLimitHost++;
		return false;
	}
	if (!icmp_msgs_per_sec ||
	    !take(&everybody, now, NSEC_PER_SEC / (u32)icmp_msgs_per_sec,
		  (u32)icmp_msgs_burst)) {
		icmp_mib.OutRateLimitGlobal++;
		return false;
	}
	return true;
}

static void count_sent(u8 type)
{
	icmp_mib.OutMsgs++;
	switch (type) {
	case ICMP_ER:
		icmp_mib.OutEchoReps++;
		break;
	case ICMP_ECHO:
		icmp_mib.OutEchos++;
		break;
	case ICMP_DUR:
		icmp_mib.OutDestUnreachs++;
		break;
	case ICMP_TE:
		icmp_mib.OutTimeExcds++;
		break;
	default:
		break;
	}
}

bool icmp_output_allow(const struct pbuf *p)
{
	const struct ip_hdr *iph = p->payload;
	u8 type;

	if (IPH_OFFSET_BYTES(iph) != 0)
		return true; /* the rest of a message that was allowed */
	type = pbuf_get_at(p, IPH_HL_BYTES(iph));
	if (unlikely(icmp_type_is_error(type))) {
		if (ip_rcv_pkt_type != PACKET_HOST) {
			drop_count(DROP_ICMP_BROADCAST);
			return false;
		}
		if (!within_limits(iph->dest.addr, type)) {
			drop_count(DROP_ICMP_RATELIMIT);
			return false;
		}
	}
	count_sent(type);
	return true;
}
