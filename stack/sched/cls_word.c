/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cls_word - see cls_word.h (row I13)
 */
#include "sched/cls_word.h"
#include "lwip/def.h"
#include "lwip/prot/ieee.h"
#include "sched/cls_flower.h"
#include "sched/cls_u32.h"

enum {
	IP_HEADER = 20,
	FRAG_OFFSET = 0x1fff,
	BEFORE_FRAME = -16, /* the word that begins two bytes before it */
};

/* Values and masks come in host order. */
static void add(struct tc_words *w, s32 at, u32 value, u32 mask)
{
	if (at + 4 > w->need)
		w->need = at + 4;
	if (!mask)
		return;
	for (u32 i = 0; i < w->nr; i++) {
		if (w->word[i].at != at)
			continue;
		w->word[i].value |= htonl(value);
		w->word[i].mask |= htonl(mask);
		return;
	}
	if (w->nr == TC_WORDS) {
		w->usable = false;
		return;
	}
	w->word[w->nr].at = at;
	w->word[w->nr].value = htonl(value);
	w->word[w->nr].mask = htonl(mask);
	w->nr++;
}

void words_from_u32(struct tc_words *w, const struct u32_sel *sel)
{
	*w = (struct tc_words){ .usable = true };
	for (u32 i = 0; i < sel->nr; i++) {
		const struct u32_key *key = &sel->keys[i];

		/* Those bytes are not the frame's: u32_match() takes care. */
		if (key->offset < BEFORE_FRAME ||
		    (key->offset == BEFORE_FRAME && key->mask > 0xffff))
			w->usable = false;
		add(w, key->offset, key->value, key->mask);
	}
}

static u32 be(const u8 *p, u32 bytes)
{
	u32 v = 0;

	while (bytes--)
		v = v << 8 | *p++;
	return v;
}

static void add_macs(struct tc_words *w, const struct fl_key *k,
		     const struct fl_key *m)
{
	add(w, BEFORE_FRAME, be(k->dst_mac, 2), be(m->dst_mac, 2));
	add(w, -12, be(k->dst_mac + 2, 4), be(m->dst_mac + 2, 4));
	add(w, -8, be(k->src_mac, 4), be(m->src_mac, 4));
	add(w, -4, be(k->src_mac + 4, 2) << 16, be(m->src_mac + 4, 2) << 16);
}

static void add_ip(struct tc_words *w, const struct fl_key *k,
		   const struct fl_key *m)
{
	add(w, 8, (u32)k->ttl << 24 | (u32)k->ip_proto << 16,
	    (u32)m->ttl << 24 | (u32)m->ip_proto << 16);
	add(w, 16, ntohl(k->dst_ip), ntohl(m->dst_ip));
	add(w, 12, ntohl(k->src_ip), ntohl(m->src_ip));
	add(w, 0, (u32)k->tos << 16, (u32)m->tos << 16);
}

static void add_ports(struct tc_words *w, const struct fl_flow *flow)
{
	const struct fl_key *k = &flow->key, *m = &flow->mask;

	add(w, IP_HEADER, (u32)k->src_port << 16 | k->dst_port,
	    (u32)m->src_port << 16 | m->dst_port);
	/* Later fragments have none. */
	add(w, 4, 0, FRAG_OFFSET);
	if (!(flow->used & FL_TCP_FLAGS))
		return;
	add(w, IP_HEADER + 10, k->tcp_flags, m->tcp_flags);
	add(w, 8, 6u << 16, 0xffu << 16);
}

void words_from_flower(struct tc_words *w, const struct fl_flow *flow,
		       bool only_ip)
{
	*w = (struct tc_words){ .usable = !(flow->used & FL_VLAN) };
	/* First what tells most packets apart. */
	if (flow->used & FL_PORTS)
		add_ports(w, flow);
	if (flow->used & FL_IP) {
		add_ip(w, &flow->key, &flow->mask);
		w->plain_ip = true;
		if (!only_ip)
			add(w, -4, ETHTYPE_IP, 0xffff);
		/* Of another type as well: nothing matches. */
		if ((flow->used & FL_ETH_TYPE) &&
		    flow->key.eth_type != ETHTYPE_IP)
			w->usable = false;
	} else if (flow->used & FL_ETH_TYPE) {
		add(w, -4, flow->key.eth_type, 0xffff);
	}
	if (flow->used & FL_MACS)
		add_macs(w, &flow->key, &flow->mask);
}
