/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cls_api - see cls_api.h (row I13)
 *
 * cls_matchall has nothing to match and cls_bpf is packet/bpf.c: both are a
 * line of match().
 */
#include "sched/cls_api.h"
#include <errno.h>
#include <string.h>
#include "core/netdevice.h"
#include "core/port.h"
#include "core/receive.h"
#include "core/skbuff.h"

enum {
	/* Linux counts down from here when it picks; those below are people's.
	 */
	PRIO_FIRST = 0xc000,
	PRIO_CHOSEN = 0x8000,
	HEADERS_MAX = 128, /* as far as filters look into a chain */
	ETHTYPE_8021AD = 0x88a8,
};

static struct {
	struct tc_filter pool[TC_FILTERS];
	bool used[TC_FILTERS];
} state;

const char *tc_kind_name(enum tc_kind kind)
{
	static const char *const names[] = { "u32", "flower", "matchall",
					     "bpf" };

	return names[kind];
}

/* --- the packet's road --------------------------------------------------
 */

static inline bool is_tag(be16_t type)
{
	return type == PP_HTONS(ETHTYPE_VLAN) ||
	       type == PP_HTONS(ETHTYPE_8021AD);
}

static void packet_init(struct tc_packet *pkt, const u8 *frame, u32 piece,
			u32 len, bool ingress)
{
	be16_t type = ((const struct eth_halves *)(const void *)frame)->type;

	pkt->mac = frame;
	pkt->end = frame + piece;
	pkt->frame_len = len;
	pkt->protocol = type;
	pkt->inner = type;
	pkt->ingress = ingress;
	pkt->tagged = false;
	pkt->net = frame + ETH_HLEN;
	if (unlikely(is_tag(type)) && piece >= ETH_HLEN + VLAN_HLEN) {
		const struct vlan_halves *vlan = (const void *)frame;

		pkt->tagged = true;
		pkt->vlan_tci = ntohs(vlan->tci);
		pkt->inner = vlan->type;
		pkt->net += VLAN_HLEN;
	}
	pkt->len = ingress ? len - (u32)(pkt->net - frame) : len;
}

static bool bpf_match(const struct tc_bpf *prog, const struct tc_packet *pkt)
{
	struct bpf_packet p = {
		.data = pkt->mac,
		.data_len = (u32)(pkt->end - pkt->mac),
		.len = (u32)(pkt->end - pkt->mac),
		.ifindex = (u32)pkt->dev->ifindex,
		.protocol = ntohs(pkt->protocol),
		.pkt_type = pkt->skb ? pkt->skb->cb.pkt_type : PACKET_HOST,
	};

	return bpf_run(prog->insns, &p) != 0;
}

/* Without the short way of cls_word. */
static bool match_long(const struct tc_filter *f, const struct tc_packet *pkt)
{
	switch (f->kind) {
	case TC_U32:
		return u32_match(&f->u32, pkt) && f->u32.terminal;
	case TC_FLOWER:
		return fl_match(&f->flower, pkt);
	case TC_BPF:
		return bpf_match(&f->bpf, pkt);
	case TC_MATCHALL:
	default:
		return true;
	}
}

static inline bool wants_protocol(const struct tc_filter *f, be16_t protocol)
{
	return f->protocol == protocol || f->protocol == PP_HTONS(ETH_P_ALL);
}

static bool match(const struct tc_filter *f, const struct tc_packet *pkt)
{
	enum words_verdict verdict;

	if (!wants_protocol(f, pkt->protocol))
		return false;
	if (unlikely(pkt->tagged))
		return match_long(f, pkt);
	verdict = words_match(&f->words, pkt->net, pkt->end - pkt->net);
	return verdict == WORDS_ASK ? match_long(f, pkt)
				    : verdict == WORDS_MATCH;
}

u64 tcf_hits(const struct tc_filter *f)
{
	return f->nr_actions ? f->actions[0].packets : f->hits;
}

enum tc_verdict tcf_classify(struct tc_block *block,
			     const struct tc_packet *pkt)
{
	u32 restarts = 0;
	struct tc_filter *f = block->head;

	while (f) {
		enum tc_verdict verdict;

		if (!match(f, pkt)) {
			f = f->next;
			continue;
		}
		f->hits += !f->nr_actions;
		verdict = tcf_action_exec(f->actions, f->nr_actions, pkt);
		if (verdict == TC_ACT_RECLASSIFY) {
			/* From the first one on; the packet may have another
			 * mark now. */
			if (++restarts > TC_RECLASSIFY)
				return TC_ACT_SHOT;
			f = block->head;
			continue;
		}
		if (verdict >= 0)
			return verdict;
		f = f->next;
	}
	return TC_ACT_UNSPEC;
}

static inline void count(struct tc_block *block, u32 len, bool dropped)
{
	block->stats.bytes += len;
	block->stats.packets++;
	block->stats.drops += dropped;
}

/* The same for a frame that has no packet, where the short way does not know.
 */
__attribute__((noinline)) static bool match_frame(const struct tc_filter *f,
						  struct net_device *dev,
						  const u8 *frame, u32 len)
{
	struct tc_packet pkt;

	pkt.dev = dev;
	pkt.skb = NULL;
	packet_init(&pkt, frame, len, len, true);
	return match(f, &pkt);
}

/* A filter matched: does that end the frame here? */
static inline bool ends_early(struct tc_filter *f, u32 len, u64 now)
{
	struct tc_action *act = f->actions;

	if (f->early == TC_EARLY_WAIT)
		return false;
	if (f->early == TC_EARLY_POLICE) {
		if (police_conforms(&act->police, len, now))
			return false;
		act->overlimits++;
	}
	tcf_action_count(act, len, now);
	act->drops++;
	return true;
}

/* None matched, or the one that did has no say here. */
static enum drop_reason leave(struct net_device *dev, const u8 *frame,
			      const struct tc_filter *f, u32 counted)
{
	if (f || netif_wants(dev, frame))
		return DROP_REASON_NR;
	count(dev->ingress, counted, false);
	return DROP_UNHANDLED_PROTO;
}

/* With a VLAN tag, filter by filter the long way. */
__attribute__((noinline)) static enum drop_reason
rx_verdict_tagged(struct net_device *dev, const u8 *frame, u32 len, u64 now)
{
	u32 counted = len - ETH_HLEN;
	struct tc_filter *f = dev->ingress->head;

	if (len >= ETH_HLEN + VLAN_HLEN)
		counted -= VLAN_HLEN;
	while (f && !match_frame(f, dev, frame, len))
		f = f->next;
	if (!f || !ends_early(f, counted, now))
		return leave(dev, frame, f, counted);
	count(dev->ingress, counted, true);
	return DROP_TC_INGRESS;
}

/* Not to become part of the driver's loop, which is for who has no filters. */
__attribute__((noinline)) enum drop_reason
tc_rx_verdict(struct net_device *dev, const u8 *frame, u32 len, u64 now)
{
	struct tc_block *block = dev->ingress;
	be16_t type = ((const struct eth_halves *)(const void *)frame)->type;
	s32 room = (s32)len - ETH_HLEN; /* counted, too: as Linux does */
	struct tc_filter *f;

	/* Taps are to see it first. */
	if (unlikely(dev->taps & TAP_RX_BIT))
		return DROP_REASON_NR;
	if (unlikely(is_tag(type)))
		return rx_verdict_tagged(dev, frame, len, now);
	for (f = block->head; f; f = f->next) {
		enum words_verdict verdict;

		if (!wants_protocol(f, type))
			continue;
		verdict = words_match(&f->words, frame + ETH_HLEN, room);
		if (verdict == WORDS_MATCH || (unlikely(verdict == WORDS_ASK) &&
					       match_frame(f, dev, frame, len)))
			break;
	}
	if (!f || !ends_early(f, (u32)room, now))
		return leave(dev, frame, f, (u32)room);
	count(block, (u32)room, true);
	return DROP_TC_INGRESS;
}

/* Run @block on a packet. */
static enum tc_verdict run(struct tc_block *block, struct pbuf *skb,
			   bool ingress)
{
	/* Headers in several pieces: filters get a copy of them, half a word
	 * into it as in a receive buffer. */
	static _Alignas(4) u8 headers[SKB_NET_IP_ALIGN + HEADERS_MAX];
	struct net_device *dev = skb->cb.dev;
	const u8 *frame = skb->payload;
	struct tc_packet pkt;
	enum tc_verdict verdict;
	u16 piece = skb->len;
	u32 len = skb->tot_len;

	if (unlikely(skb->next && piece < HEADERS_MAX)) {
		piece = pbuf_copy_partial(skb, headers + SKB_NET_IP_ALIGN,
					  HEADERS_MAX, 0);
		frame = headers + SKB_NET_IP_ALIGN;
	}
	pkt.now = ingress && skb->cb.tstamp_ns ? skb->cb.tstamp_ns : clock_ns();
	pkt.dev = dev;
	pkt.skb = skb;
	packet_init(&pkt, frame, piece, len, ingress);
	verdict = tcf_classify(block, &pkt);
	count(block, pkt.len, verdict == TC_ACT_SHOT);
	return verdict;
}

bool tc_ingress(struct pbuf *skb)
{
	switch (run(skb->cb.dev->ingress, skb, true)) {
	case TC_ACT_SHOT:
		kfree_skb_reason(skb, DROP_TC_INGRESS);
		return false;
	case TC_ACT_STOLEN:
		return false;
	default:
		return true;
	}
}

bool tc_egress(struct pbuf *skb)
{
	switch (run(skb->cb.dev->egress, skb, false)) {
	case TC_ACT_SHOT:
		kfree_skb_reason(skb, DROP_TC_EGRESS);
		return false;
	case TC_ACT_STOLEN:
		return false;
	default:
		return true;
	}
}

/* --- for commands --------------------------------------------------------
 */

static struct tc_filter *pool_get(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(state.pool); i++) {
		if (state.used[i])
			continue;
		state.used[i] = true;
		return &state.pool[i];
	}
	return NULL;
}

static void pool_put(struct tc_filter *f)
{
	state.used[f - state.pool] = false;
}

static struct tc_filter *find_prio(const struct tc_block *block, u16 prio)
{
	struct tc_filter *f = block->head;

	while (f && f->prio != prio)
		f = f->next;
	return f;
}

static struct tc_filter *find_handle(struct tc_filter *first, u32 handle)
{
	for (struct tc_filter *f = first; f && f->prio == first->prio;
	     f = f->next)
		if (f->handle == handle)
			return f;
	return NULL;
}

/* The lowest number that no action of the kind has. */
static u32 free_index(enum tc_action_kind kind, u32 from)
{
	bool taken = false;

	for (size_t i = 0; i < ARRAY_SIZE(state.pool); i++) {
		const struct tc_filter *f = &state.pool[i];

		for (u32 k = 0; state.used[i] && k < f->nr_actions; k++)
			taken |= f->actions[k].kind == kind &&
				 f->actions[k].index == from;
	}
	return taken ? 0 : from;
}

static u32 next_index(enum tc_action_kind kind)
{
	u32 index = 1;

	while (!free_index(kind, index))
		index++;
	return index;
}

static u16 auto_prio(const struct tc_block *block)
{
	const struct tc_filter *f = block->head;

	while (f && f->prio < PRIO_CHOSEN)
		f = f->next;
	return f ? (u16)(f->prio - 1) : PRIO_FIRST;
}

/* Where u32's own handles are: table << 20 | node. */
static int u32_handle(struct tc_block *block, const struct tc_filter *first,
		      u32 *handle, const char **why)
{
	u32 table, node = *handle & 0xfff;

	if (first)
		table = first->handle >> 20;
	else
		table = U32_TABLE_FIRST + *block->tables % 0x7ff;
	if (*handle >> 20 && *handle >> 20 != table) {
		*why = "cls_u32: Handle specified hash table address mismatch.";
		return -EINVAL;
	}
	if (!node) {
		node = U32_NODE_FIRST;
		for (const struct tc_filter *f = first;
		     f && f->prio == first->prio; f = f->next)
			if ((f->handle & 0xfff) >= node)
				node = (f->handle & 0xfff) + 1;
		if (node > U32_NODE_MAX) {
			*why = NULL;
			return -ENOSPC;
		}
	}
	*handle = table << 20 | node;
	return 0;
}

/* Linux: the lowest that is free. */
static u32 next_handle(struct tc_filter *first)
{
	u32 handle = 1;

	while (first && find_handle(first, handle))
		handle++;
	return handle;
}

/* Does its kind allow it beside the others of its preference? */
static int check_beside(struct tc_filter *first, const struct tc_filter *f,
			const struct tc_filter *old, const char **why)
{
	*why = NULL;
	for (struct tc_filter *o = first; o && o->prio == first->prio;
	     o = o->next) {
		if (f->kind == TC_MATCHALL)
			return -EEXIST;
		if (f->kind == TC_FLOWER && o != old &&
		    fl_is_same(&o->flower, &f->flower))
			return -EEXIST;
	}
	return 0;
}

/* Behind which of its preference does a new one stand? u32: by handle. bpf:
 * the newest is the first. */
static bool goes_before(const struct tc_filter *f, const struct tc_filter *o)
{
	if (f->prio != o->prio)
		return f->prio < o->prio;
	if (f->kind == TC_BPF)
		return true;
	return f->kind == TC_U32 && f->handle < o->handle;
}

static void insert(struct tc_block *block, struct tc_filter *f)
{
	struct tc_filter **link = &block->head;

	while (*link && !goes_before(f, *link))
		link = &(*link)->next;
	f->next = *link;
	*link = f;
}

static int check_indices(const struct tc_filter *f, const char **why)
{
	for (u32 i = 0; i < f->nr_actions; i++) {
		const struct tc_action *a = &f->actions[i];

		for (u32 k = 0; k < i; k++)
			if (a->index && a->index == f->actions[k].index &&
			    a->kind == f->actions[k].kind)
				goto taken;
		if (a->index && !free_index(a->kind, a->index))
			goto taken;
	}
	return 0;
taken:
	*why = NULL;
	return -EEXIST;
}

/* Numbers and times of a filter's actions; it is in the pool. */
static void install_actions(struct tc_filter *f)
{
	u64 now = clock_ns();
	u8 nr = f->nr_actions;

	/* Those that ask for a number have it before the others choose. */
	for (u32 i = 0; i < nr; i++) {
		struct tc_action *a = &f->actions[i];

		a->installed_ns = now;
		a->last_ns = now;
		if (!a->index)
			a->index = next_index(a->kind);
		if (a->kind == TC_ACTION_POLICE)
			police_init(&a->police);
	}
}

/* What the packet's road needs to know of a new filter. */
static void compile(struct tc_filter *f)
{
	const struct tc_action *act = f->actions;

	switch (f->kind) {
	case TC_U32:
		words_from_u32(&f->words, &f->u32);
		f->words.usable &= f->u32.terminal;
		break;
	case TC_FLOWER:
		words_from_flower(&f->words, &f->flower,
				  f->protocol == PP_HTONS(ETHTYPE_IP));
		break;
	case TC_MATCHALL:
		f->words = (struct tc_words){ .usable = true };
		break;
	case TC_BPF:
	default:
		f->words = (struct tc_words){ .usable = false };
		break;
	}
	f->early = TC_EARLY_WAIT;
	if (!f->nr_actions || act->control != TC_ACT_SHOT)
		return;
	if (act->kind == TC_ACTION_GACT)
		f->early = TC_EARLY_DROP;
	else if (act->kind == TC_ACTION_POLICE)
		f->early = TC_EARLY_POLICE;
}

/* Which preference, and what stands there already. */
static int choose_prio(const struct tc_block *block, const struct tc_filter *f,
		       u16 *prio, struct tc_filter **first, const char **why)
{
	*prio = f->prio ? f->prio : auto_prio(block);
	*first = find_prio(block, *prio);
	if (!*first)
		return 0;
	*why = "Protocol mismatch for filter with specified priority.";
	if (!f->prio || (*first)->protocol != f->protocol)
		return -EINVAL;
	*why = "Specified filter kind does not match existing one.";
	return (*first)->kind == f->kind ? 0 : -EINVAL;
}

int tcf_add(struct tc_block *block, const struct tc_filter *f, bool replace,
	    const char **why)
{
	struct tc_filter *first, *old = NULL, *new;
	u32 handle = f->handle;
	u16 prio;
	int err = choose_prio(block, f, &prio, &first, why);

	if (!err && f->kind == TC_U32)
		err = u32_handle(block, first, &handle, why);
	if (err)
		return err;
	if (first && handle)
		old = find_handle(first, handle);
	if (old && !replace) {
		*why = "Filter already exists.";
		return -EEXIST;
	}
	err = check_beside(first, f, old, why);
	if (!err)
		err = check_indices(f, why);
	if (err)
		return err;
	new = pool_get();
	if (!new) {
		*why = NULL;
		return -ENOSPC;
	}
	if (!handle)
		handle = next_handle(first);
	if (f->kind == TC_U32 && !first)
		(*block->tables)++;
	*new = *f;
	new->prio = prio;
	new->handle = handle;
	install_actions(new);
	if (old) {
		struct tc_filter **link = &block->head;

		while (*link != old)
			link = &(*link)->next;
		new->next = old->next;
		*link = new;
		/* As on Linux, only what u32 does is replaced, not when. */
		if (f->kind == TC_U32)
			new->u32 = old->u32;
		pool_put(old);
	} else {
		insert(block, new);
	}
	compile(new);
	return 0;
}

static void remove_all(struct tc_block *block, u16 prio, u32 handle)
{
	struct tc_filter **link = &block->head;

	while (*link) {
		struct tc_filter *f = *link;

		if ((prio && f->prio != prio) ||
		    (handle && f->handle != handle)) {
			link = &f->next;
			continue;
		}
		*link = f->next;
		pool_put(f);
	}
}

int tcf_del(struct tc_block *block, u16 prio, be16_t protocol, int kind,
	    u32 handle, const char **why)
{
	struct tc_filter *first;

	if (!prio) {
		*why = "Cannot flush filters with protocol, handle or kind "
		       "set.";
		if (protocol || handle || kind >= 0)
			return -EINVAL;
		remove_all(block, 0, 0);
		return 0;
	}
	*why = "Cannot find specified filter chain.";
	if (!block->head)
		return -EINVAL;
	first = find_prio(block, prio);
	*why = "Filter with specified priority/protocol not found.";
	if (!first || (protocol && first->protocol != protocol))
		return -ENOENT;
	*why = "Specified filter kind does not match existing one.";
	if (kind >= 0 && (int)first->kind != kind)
		return -EINVAL;
	*why = "Specified filter handle not found.";
	if (handle && !find_handle(first, handle))
		return -ENOENT;
	remove_all(block, prio, handle);
	return 0;
}
