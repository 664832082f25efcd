/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cls_api - filters at the door of a device (row I13)
 *
 * `tc qdisc add dev X ingress|clsact` opens the door (sch_ingress.c), filters
 * stand behind it in the order of their preference; the first that matches
 * decides by its actions (act_api.h). Preferences, handles, defaults and what
 * is refused are Linux's; there is one chain, 0.
 *
 * Frames are seen as the wire has them, one by one: a device with ingress
 * filters does not merge segments (GRO).
 *
 * For drivers: by netif_rx_verdict() (receive.h), which asks before the frame
 * has cost a buffer. For the road: core/tc.h. For commands: the rest.
 *
 * Filters and actions are of fixed size, in one pool of TC_FILTERS.
 */
#ifndef SCHED_CLS_API_H
#define SCHED_CLS_API_H

#include "core/tc.h"
#include "packet/bpf.h"
#include "sched/act_api.h"
#include "sched/cls_flower.h"
#include "sched/cls_u32.h"
#include "sched/cls_word.h"

enum {
	TC_FILTERS = 64,
	TC_ACTIONS = 4,	    /* of one filter */
	TC_BPF_INSNS = 64,  /* of one filter: what fits a line of the shell */
	TC_RECLASSIFY = 16, /* Linux: max_reclassify_loop */
	ETH_P_ALL = 3,
};

enum tc_kind {
	TC_U32,
	TC_FLOWER,
	TC_MATCHALL,
	TC_BPF,
};

/* What a filter does to a frame that has no packet yet. */
enum tc_early {
	TC_EARLY_WAIT, /* nothing: it needs the packet */
	TC_EARLY_DROP,
	TC_EARLY_POLICE, /* drops what exceeds, waits with what conforms */
};

struct tc_bpf {
	u32 nr;
	struct sock_filter insns[TC_BPF_INSNS];
};

struct tc_filter {
	struct tc_filter *next;
	enum tc_kind kind;
	be16_t protocol; /* ETH_P_ALL in network order: any */
	u16 prio;	 /* 0 in a new one: as Linux picks it */
	u32 handle;	 /* 0 in a new one: the next */
	u32 classid;
	u64 hits; /* of a filter without actions */
	struct tc_words words;
	u8 early; /* enum tc_early */
	u8 nr_actions;
	struct tc_action actions[TC_ACTIONS];
	union {
		struct u32_sel u32;
		struct fl_flow flower;
		struct tc_bpf bpf;
	};
};

/* The filters of one door. */
struct tc_block {
	struct tc_filter *head;
	u32 *tables; /* u32's, made so far; both doors share the number */
	u32 classid; /* what the last change called it, as Linux keeps it */
	struct {
		u64 bytes;
		u32 packets, drops;
	} stats;
};

const char *tc_kind_name(enum tc_kind kind);

/* How many packets matched. */
u64 tcf_hits(const struct tc_filter *f);

/* The first filter that matches, and its actions. */
enum tc_verdict tcf_classify(struct tc_block *block,
			     const struct tc_packet *pkt);

/* --- for commands --------------------------------------------------------
 */

/**
 * tcf_add() - a new filter, or a new meaning for one
 * @f: borrowed; what it asks for. prio 0 and handle 0: the next
 * @replace: one with that handle may be there
 * @why: Linux's words for an error; NULL: those of the -errno
 *
 * Return: 0; -errno, and nothing has changed.
 */
int tcf_add(struct tc_block *block, const struct tc_filter *f, bool replace,
	    const char **why);

/**
 * tcf_del() - remove a filter, all of a preference, or all
 * @prio: 0: all
 * @protocol: 0: whichever
 * @kind: -1: whichever
 * @handle: 0: all of the preference
 */
int tcf_del(struct tc_block *block, u16 prio, be16_t protocol, int kind,
	    u32 handle, const char **why);

/* --- sch_ingress.c: the qdiscs that have nothing but these doors --------
 */

enum tc_door {
	TC_NO_DOOR,
	TC_INGRESS,
	TC_CLSACT, /* ingress and egress */
};

struct sch_ingress {
	enum tc_door door;
	u32 tables;
	struct tc_block ingress, egress;
};

/* Of @dev; door TC_NO_DOOR if it has none. */
struct sch_ingress *sch_ingress_get(const struct net_device *dev);

/* -EEXIST, -EINVAL (of another kind), -ENOENT, with the words in @why. */
int sch_ingress_add(struct net_device *dev, enum tc_door door,
		    const char **why);
int sch_ingress_del(struct net_device *dev, enum tc_door door,
		    const char **why);

/* Filters came or went: tell the device. */
void sch_ingress_update(struct net_device *dev);

#endif
