/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * act_api - what a filter does with the packets that match it (row I13)
 *
 * Actions stand in a filter's list; each one counts the packet and says how it
 * goes on: to the next action (TC_ACT_PIPE), to the next filter
 * (TC_ACT_UNSPEC, Linux's "continue"), or nowhere. Names and values are
 * Linux's.
 *
 * Lengths are counted as Linux does: without the Ethernet header where frames
 * come in, with it where they leave.
 */
#ifndef SCHED_ACT_API_H
#define SCHED_ACT_API_H

#include "core/types.h"

struct net_device;
struct pbuf;

enum tc_verdict {
	TC_ACT_UNSPEC = -1,
	TC_ACT_OK = 0,
	TC_ACT_RECLASSIFY = 1,
	TC_ACT_SHOT = 2,
	TC_ACT_PIPE = 3,
	TC_ACT_STOLEN = 4,
};

enum tc_action_kind {
	TC_ACTION_GACT,
	TC_ACTION_POLICE,
	TC_ACTION_SKBEDIT,
	TC_ACTION_MIRRED,
};

/* A packet at the door of a device. Borrowed, all of it. */
struct tc_packet {
	const u8 *mac;	 /* Ethernet header */
	const u8 *net;	 /* what follows it, and its VLAN tag */
	const u8 *end;	 /* of what lies in one piece */
	u32 len;	 /* as it is counted */
	u32 frame_len;	 /* of the whole frame */
	be16_t protocol; /* of the frame: 802.1Q if it has a tag */
	be16_t inner;	 /* of what @net points to */
	u16 vlan_tci;	 /* host order */
	bool tagged;
	bool ingress;
	u64 now;
	struct net_device *dev;
	struct pbuf *skb; /* NULL: it has no packet yet */
};

/* Linux's token bucket: time that has been saved up, in nanoseconds. */
struct tc_police {
	u64 rate;	 /* bytes a second; 0: only the length is looked at */
	u32 burst_ticks; /* of 64 ns, as Linux keeps it */
	u32 mtu;	 /* bytes; longer ones exceed */
	s64 burst_ns;
	s64 tokens_ns;
	u64 filled_ns;		 /* when tokens_ns was right */
	u32 mult, shift;	 /* bytes to nanoseconds */
	enum tc_verdict conform; /* and control is for what exceeds */
};

struct tc_skbedit {
	bool set_mark, set_priority;
	bool has_mask;
	u32 mark, mask;
	u32 priority; /* as TC's handles: major << 16 | minor */
};

struct tc_mirred {
	struct net_device *dev;
	bool redirect; /* else mirror */
	bool ingress;  /* of that device */
};

struct tc_action {
	enum tc_action_kind kind;
	enum tc_verdict control;
	u32 index; /* from 1, one number for each action of a kind */
	/* gnet_stats_basic and gnet_stats_queue */
	u64 bytes;
	u32 packets, drops, overlimits;
	u64 installed_ns, last_ns;
	u64 first_ns; /* 0: never used */
	union {
		struct tc_police police;
		struct tc_skbedit skbedit;
		struct tc_mirred mirred;
	};
};

/**
 * tcf_action_exec() - run a list of actions on a packet
 *
 * Return: the last one's verdict. TC_ACT_STOLEN: the packet was consumed.
 */
enum tc_verdict tcf_action_exec(struct tc_action *act, u32 nr,
				const struct tc_packet *pkt);

static inline void tcf_action_count(struct tc_action *act, u32 len, u64 now)
{
	if (unlikely(!act->packets++))
		act->first_ns = now;
	act->bytes += len;
	act->last_ns = now;
}

/* --- the actions: act_NAME.c ------------------------------------------------
 */

/* Fill in what follows from rate, burst_ticks and mtu. */
void police_init(struct tc_police *p);

/* Would a packet of @len conform now? Changes nothing. */
bool police_conforms(const struct tc_police *p, u32 len, u64 now);

enum tc_verdict police_act(struct tc_action *act, u32 len, u64 now);

/* Ticks that @bytes take at @rate, and back; police, as iproute2 rounds. */
u32 police_bytes_to_ticks(u64 rate, u32 bytes);
u32 police_ticks_to_bytes(u64 rate, u32 ticks);

enum tc_verdict skbedit_act(struct tc_action *act, struct pbuf *skb);

/* Recursive by way of dev_queue_xmit(), at most MIRRED_NEST_LIMIT deep. */
enum tc_verdict mirred_act(struct tc_action *act, const struct tc_packet *pkt);

/* Packets that began or ended to be received ones, for /proc/net/balance. */
struct mirred_balance {
	u32 entered; /* copies, and what was to be sent */
	u32 left;    /* redirected, to be sent */
};

void mirred_read(struct mirred_balance *b);

enum {
	/* How often one packet may be redirected: Linux's limit. */
	MIRRED_NEST_LIMIT = 4,
};

#endif
