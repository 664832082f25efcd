/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ip_fragment - see ip_fragment.h (row I19)
 */
#include "ipv4/ip_fragment.h"
#include "config.h"
#include "core/port.h"
#include "core/sysctl.h"
#include "core/timer.h"
#include "ipv4/icmp_send.h"
#include "ipv4/snmp.h"
#include "lwip/def.h"
#include "lwip/icmp.h"
#include "lwip/inet_chksum.h"
#include "lwip/prot/ip4.h"

enum {
	IP_MAX_LEN = 65535,
};

/* One datagram that is not complete. */
struct ipq {
	struct ipq *next;	   /* younger, or free */
	struct pbuf *first, *last; /* by offset, linked through cb.next */
	u64 expires_ns;
	struct netif *netif;
	be32_t saddr, daddr;
	be16_t id;
	u8 protocol;
	u8 pkt_type;	/* PACKET_HOST only if every fragment was */
	bool end_known; /* the last fragment is there */
	u16 skbs;
	u32 end;  /* bytes of payload, as far as they are known */
	u32 meat; /* bytes that are there */
};

static struct {
	struct ipq table[CONFIG_IPFRAG_MAX_QUEUES];
	struct ipq *oldest;
	struct ipq *free;
	bool ready;
	u32 queues;
	u32 skbs;
	u32 joined; /* that were chained behind another */
	struct timer timer;
} frags;

static int ipfrag_time = 30;

SYSCTL_INT("net.ipv4.ipfrag_time", &ipfrag_time, 1, 3600);

/* --- a fragment's place, read from its header --------------------------------
 */

static u32 frag_start(const struct pbuf *skb)
{
	const struct ip_hdr *iph = skb->payload;

	return (u32)IPH_OFFSET_BYTES(iph);
}

static u32 frag_end(const struct pbuf *skb)
{
	const struct ip_hdr *iph = skb->payload;

	return frag_start(skb) + ntohs(iph->_len) - IPH_HL_BYTES(iph);
}

static bool more_fragments(const struct pbuf *skb)
{
	const struct ip_hdr *iph = skb->payload;

	return (iph->_offset & PP_HTONS(IP_MF)) != 0;
}

/* --- queues
 * -------------------------------------------------------------------- */

static void unlink_queue(struct ipq *q)
{
	struct ipq **pos = &frags.oldest;

	while (*pos != q)
		pos = &(*pos)->next;
	*pos = q->next;
	frags.queues--;
	frags.skbs -= q->skbs;
	q->next = frags.free;
	frags.free = q;
}

/* The whole datagram is given up. */
static void drop_queue(struct ipq *q, enum drop_reason reason)
{
	struct pbuf *skb = q->first;

	ip_mib.ReasmFails++;
	unlink_queue(q);
	while (skb) {
		struct pbuf *next = skb->cb.next;

		kfree_skb_reason(skb, reason);
		skb = next;
	}
}

static void arm_timer(void)
{
	u64 soonest = UINT64_MAX;

	for (const struct ipq *q = frags.oldest; q; q = q->next)
		if (q->expires_ns < soonest)
			soonest = q->expires_ns;
	if (soonest == UINT64_MAX)
		del_timer(&frags.timer);
	else
		mod_timer(&frags.timer, soonest);
}

static void expire(struct timer *t, u64 now)
{
	struct ipq *next;

	(void)t;
	for (struct ipq *q = frags.oldest; q; q = next) {
		next = q->next;
		if (q->expires_ns > now)
			continue;
		ip_mib.ReasmTimeout++;
		/* RFC 792: only if the first fragment is there. */
		if (frag_start(q->first) == 0 && q->pkt_type == PACKET_HOST)
			icmp_send(q->first, ICMP_TE, ICMP_TE_FRAG);
		drop_queue(q, DROP_FRAG_REASM_TIMEOUT);
	}
	arm_timer();
}

static void set_up(void)
{
	timer_setup(&frags.timer, expire);
	for (size_t i = 0; i < ARRAY_SIZE(frags.table); i++) {
		frags.table[i].next = frags.free;
		frags.free = &frags.table[i];
	}
	frags.ready = true;
}

static struct ipq *find_queue(const struct ip_hdr *iph,
			      const struct netif *netif)
{
	for (struct ipq *q = frags.oldest; q; q = q->next)
		if (q->id == iph->_id && q->saddr == iph->src.addr &&
		    q->daddr == iph->dest.addr && q->protocol == iph->_proto &&
		    q->netif == netif)
			return q;
	return NULL;
}

static struct ipq *create_queue(const struct ip_hdr *iph, struct netif *netif)
{
	struct ipq **tail = &frags.oldest;
	struct ipq *q;

	if (!frags.free)
		drop_queue(frags.oldest, DROP_FRAG_NO_MEMORY);
	q = frags.free;
	frags.free = q->next;
	*q = (struct ipq){
		.netif = netif,
		.saddr = iph->src.addr,
		.daddr = iph->dest.addr,
		.id = iph->_id,
		.protocol = iph->_proto,
		.pkt_type = PACKET_HOST,
		.expires_ns = clock_ns() + (u64)ipfrag_time * NSEC_PER_SEC,
	};
	while (*tail)
		tail = &(*tail)->next;
	*tail = q;
	frags.queues++;
	arm_timer();
	return q;
}

/* --- a datagram
 * --------------------------------------------------------------- */

/*
 * Find what @start..@end comes after. Usually that is the last one.
 * Return: false if it overlaps. *prev NULL: it comes first.
 */
static bool find_place(const struct ipq *q, u32 start, u32 end,
		       struct pbuf **prev)
{
	struct pbuf *next;

	*prev = q->last;
	if (!q->last || frag_end(q->last) <= start)
		return true;
	*prev = NULL;
	next = q->first;
	while (frag_start(next) < start) {
		*prev = next;
		next = next->cb.next;
		if (!next)
			return false; /* it begins inside the last one */
	}
	return (!*prev || frag_end(*prev) <= start) && end <= frag_start(next);
}

static bool is_copy(const struct ipq *q, u32 start, u32 end)
{
	for (const struct pbuf *f = q->first; f; f = f->cb.next)
		if (frag_start(f) == start)
			return frag_end(f) == end;
	return false;
}

static void insert(struct ipq *q, struct pbuf *skb, struct pbuf *prev)
{
	struct pbuf **link = prev ? &prev->cb.next : &q->first;

	skb->cb.next = *link;
	*link = skb;
	if (!skb->cb.next)
		q->last = skb;
	q->meat += frag_end(skb) - frag_start(skb);
	q->skbs++;
	frags.skbs++;
	if (skb->cb.pkt_type != PACKET_HOST)
		q->pkt_type = skb->cb.pkt_type;
}

/* All fragments are there: one chain behind the first one's header. */
static struct pbuf *join(struct ipq *q)
{
	struct pbuf *head = q->first;
	struct ip_hdr *iph = head->payload;
	u16 hlen = IPH_HL_BYTES(iph);
	u32 rest = hlen + q->end;

	if (rest > IP_MAX_LEN) {
		drop_queue(q, DROP_FRAG_INVALID);
		return NULL;
	}
	frags.joined += q->skbs - 1u;
	unlink_queue(q);
	arm_timer();

	for (struct pbuf *skb = head; skb;) {
		struct pbuf *next = skb->cb.next;
		struct pbuf *piece = skb;

		if (skb != head)
			(void)pbuf_remove_header(
				skb,
				IPH_HL_BYTES((struct ip_hdr *)skb->payload));
		skb->cb.next = NULL;
		for (;;) {
			piece->tot_len = (u16)rest;
			rest -= piece->len;
			if (!piece->next)
				break;
			piece = piece->next;
		}
		piece->next = next;
		skb = next;
	}

	IPH_LEN_SET(iph, htons((u16)(hlen + q->end)));
	IPH_OFFSET_SET(iph, 0);
	IPH_CHKSUM_SET(iph, 0);
	IPH_CHKSUM_SET(iph, inet_chksum(iph, hlen));
	head->cb.pkt_type = q->pkt_type;
	ip_mib.ReasmOKs++;
	return head;
}

/* Does it contradict what is known about where the datagram ends? */
static bool end_is_consistent(const struct ipq *q, u32 end, bool more)
{
	if (!more)
		return end >= q->end && (!q->end_known || end == q->end);
	return !q->end_known || end <= q->end;
}

struct pbuf *ip_defrag(struct pbuf *skb, struct netif *netif)
{
	const struct ip_hdr *iph = skb->payload;
	u32 start = frag_start(skb), end = frag_end(skb);
	bool more = more_fragments(skb);
	struct pbuf *prev;
	struct ipq *q;

	if (unlikely(!frags.ready))
		set_up();
	ip_mib.ReasmReqds++;

	/* Nothing that an honest sender makes; its datagram may still come. */
	if (end == start || (more && (end & 7)) || end > IP_MAX_LEN - IP_HLEN) {
		ip_mib.ReasmFails++;
		kfree_skb_reason(skb, DROP_FRAG_INVALID);
		return NULL;
	}
	while (frags.skbs >= CONFIG_IPFRAG_MAX_SKBS)
		drop_queue(frags.oldest, DROP_FRAG_NO_MEMORY);

	q = find_queue(iph, netif);
	if (!q)
		q = create_queue(iph, netif);
	if (!end_is_consistent(q, end, more)) {
		drop_queue(q, DROP_FRAG_INVALID);
		kfree_skb_reason(skb, DROP_FRAG_INVALID);
		return NULL;
	}
	if (!find_place(q, start, end, &prev)) {
		if (is_copy(q, start, end)) {
			kfree_skb_reason(skb, DROP_DUP_FRAG);
			return NULL;
		}
		ipext_mib.ReasmOverlaps++;
		drop_queue(q, DROP_FRAG_OVERLAP);
		kfree_skb_reason(skb, DROP_FRAG_OVERLAP);
		return NULL;
	}
	insert(q, skb, prev);
	if (!more)
		q->end_known = true;
	if (end > q->end)
		q->end = end;
	if (!q->end_known || q->meat != q->end)
		return NULL;
	return join(q);
}

void ip_frag_read(u32 *queues, u32 *skbs)
{
	*queues = frags.queues;
	*skbs = frags.skbs;
}

u32 ip_frag_joined(void)
{
	return frags.joined;
}
