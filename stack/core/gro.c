/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * gro - see gro.h (row I12)
 *
 * Headers are compared as words, as they lie, in network order; a constant in
 * network order picks the field. The IP header lies on a 4-byte boundary, and
 * the Ethernet header in front of it.
 */
#include "core/gro.h"
#include "core/napi.h"
#include "core/netdevice.h"
#include "core/receive.h"
#include "core/skbuff.h"
#include "ipv4/checksum.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/tcp.h"

/* A word, or half of one, of a frame that others see as bytes or structs. */
typedef u32 __attribute__((may_alias)) word_t;
typedef u16 __attribute__((may_alias)) half_t;

/* Words of a frame, from the IP header on. */
enum {
	ETH_WORDS = -3, /* all of the addresses but the first two bytes */
	IP_TOS_LEN = 0,
	IP_ID_FRAG = 1,
	IP_TTL_PROTO = 2,
	IP_SRC = 3,
	IP_DST = 4,
	TCP_PORTS = 5,
	TCP_SEQ = 6,
	TCP_ACKNO = 7,
	TCP_FLAGS_WND = 8,
	TCP_SUM_URG = 9,
	TCP_OPTIONS = 10,

	/* Halves of it. */
	ETH_FIRST_HALF = -7,
	IP_LEN_HALF = 1,
	IP_ID_HALF = 2,
	IP_SUM_HALF = 5,
	TCP_SUM_HALF = 18,
	/* Bytes of it. */
	TCP_DOFF_BYTE = 32,
	TCP_FLAGS_BYTE = 33,
};

#define IP_VHL_MASK   PP_HTONL(0xff000000u)
#define IP_VHL_PLAIN  PP_HTONL(0x45000000u)
#define IP_TOS_MASK   PP_HTONL(0x00ff0000u)
#define IP_FRAG_MASK  PP_HTONL(0x00003fffu)
#define IP_DF_MASK    PP_HTONL(0x0000c000u)
#define IP_TTL_MASK   PP_HTONL(0xff000000u)
#define TCP_PSH_MASK  PP_HTONL(0x00080000u)
#define TCP_ALWAYS_GO (TCP_FIN | TCP_SYN | TCP_RST | TCP_URG | TCP_CWR)

#define OFF_ROAD __attribute__((noinline, cold))

static const char *const reason_names[GRO_REASON_NR] = {
#define GRO_NAME(name) "rx_gro_flush_" #name,
	GRO_REASONS(GRO_NAME)
#undef GRO_NAME
};

static word_t *ip_words(const struct pbuf *skb)
{
	return (word_t *)(void *)((u8 *)skb->payload + ETH_HLEN);
}

static u32 tcp_hlen(const word_t *ip)
{
	return (((const u8 *)ip)[TCP_DOFF_BYTE] & 0xf0u) >> 2;
}

static u8 tcp_flags(const word_t *ip)
{
	return ((const u8 *)ip)[TCP_FLAGS_BYTE];
}

/* The TCP header's own words. */
static inline u64 tcp_header_sum(const word_t *ip, u32 hlen)
{
	u64 sum = (u64)ip[TCP_PORTS] + ip[TCP_SEQ] + ip[TCP_ACKNO] +
		  ip[TCP_FLAGS_WND] + ip[TCP_SUM_URG];

	for (u32 i = TCP_OPTIONS; i < hlen / 4; i++)
		sum += ip[i];
	return sum;
}

/* --- up ------------------------------------------------------------------ */

/* Make the first segment's headers those of the whole. */
static void finish(struct gro_flow *f)
{
	word_t *ip = ip_words(f->head);
	half_t *half = (half_t *)ip;
	u32 hlen = IP_HLEN + tcp_hlen(ip);
	u16 total = (u16)(hlen + f->len);
	u16 left = (u16)(ETH_HLEN + total);

	for (struct pbuf *p = f->head; p; p = p->next) {
		p->tot_len = left;
		left = (u16)(left - p->len);
	}
	/* RFC 1624: only the length has changed. */
	half[IP_SUM_HALF] =
		(u16)~csum_fold((u64)(u16)~half[IP_SUM_HALF] +
				(u16)~half[IP_LEN_HALF] + htons(total));
	half[IP_LEN_HALF] = htons(total);
	half[TCP_SUM_HALF] = 0;
	half[TCP_SUM_HALF] = (u16)~csum_fold(
		csum_pseudo_header(ip, IP_PROTO_TCP, (u16)(total - IP_HLEN)) +
		tcp_header_sum(ip, hlen) + f->sum);
}

/* Send up what is held of a flow. It leaves the list first: what happens above
 * may come back here. */
static void flush_flow(struct gro_list *gro, struct gro_flow *f,
		       enum gro_reason reason)
{
	struct pbuf *skb = f->head;

	gro->flushed[reason]++;
	if (f->segs > 1) {
		gro->packets++;
		gro->merged += f->segs - 1;
		finish(f);
	}
	gro->held--;
	for (; f < &gro->flow[gro->held]; f++)
		*f = f[1];
	netif_receive_skb(skb);
}

void gro_flush(struct gro_list *gro, enum gro_reason reason)
{
	while (gro->held)
		flush_flow(gro, &gro->flow[0], reason);
}

void gro_purge(struct gro_list *gro)
{
	while (gro->held) {
		struct gro_flow *f = &gro->flow[--gro->held];

		for (u32 n = 1; n < f->segs; n++)
			drop_count(DROP_GRO_PURGE);
		/* A tap may look at it. */
		if (f->segs > 1)
			finish(f);
		kfree_skb_reason(f->head, DROP_GRO_PURGE);
	}
}

/* --- in ------------------------------------------------------------------ */

/* What cannot be told apart as a flow: it must not overtake any. */
OFF_ROAD static void receive_odd(struct gro_list *gro, struct pbuf *skb)
{
	gro_flush(gro, GRO_FLUSH_odd);
	netif_receive_skb(skb);
}

static inline struct gro_flow *find_flow(struct gro_list *gro, const word_t *ip)
{
	struct gro_flow *end = &gro->flow[gro->held];

	for (struct gro_flow *f = gro->flow; f < end; f++) {
		const word_t *head;

		if (f->ports != ip[TCP_PORTS])
			continue;
		head = ip_words(f->head);
		if (head[IP_SRC] == ip[IP_SRC] && head[IP_DST] == ip[IP_DST])
			return f;
	}
	return NULL;
}

static inline bool options_differ(const word_t *a, const word_t *b, u32 hlen)
{
	for (u32 i = TCP_OPTIONS; i < hlen / 4; i++)
		if (a[i] != b[i])
			return true;
	return false;
}

/* RFC 6864: without DF, the sender counts on. */
static inline bool id_differs(const struct gro_flow *f, const word_t *head,
			      const word_t *ip)
{
	return !(ip[IP_ID_FRAG] & PP_HTONL(0x4000u)) &&
	       ntohs(((const half_t *)ip)[IP_ID_HALF]) !=
		       (u16)(ntohs(((const half_t *)head)[IP_ID_HALF]) +
			     f->segs);
}

/* Is anything different but what must be? Flags and window stand in one word
 * with the header's length. */
static inline bool headers_differ(const struct gro_flow *f, const word_t *ip,
				  u32 hlen)
{
	const word_t *head = ip_words(f->head);

	return (((head[IP_TOS_LEN] ^ ip[IP_TOS_LEN]) & IP_TOS_MASK) |
		((head[IP_ID_FRAG] ^ ip[IP_ID_FRAG]) & IP_DF_MASK) |
		((head[IP_TTL_PROTO] ^ ip[IP_TTL_PROTO]) & IP_TTL_MASK) |
		(head[TCP_ACKNO] ^ ip[TCP_ACKNO]) |
		((head[TCP_FLAGS_WND] ^ ip[TCP_FLAGS_WND]) & ~TCP_PSH_MASK) |
		(head[ETH_WORDS] ^ ip[ETH_WORDS]) |
		(head[ETH_WORDS + 1] ^ ip[ETH_WORDS + 1]) |
		(head[ETH_WORDS + 2] ^ ip[ETH_WORDS + 2]) |
		(u32)(((const half_t *)head)[ETH_FIRST_HALF] ^
		      ((const half_t *)ip)[ETH_FIRST_HALF])) ||
	       options_differ(head, ip, hlen) || id_differs(f, head, ip);
}

/* Why the segment cannot go behind what is held; GRO_REASON_NR: it can. */
static inline enum gro_reason mismatch(const struct gro_flow *f,
				       const word_t *ip, u32 hlen, u32 len,
				       bool padded)
{
	if (unlikely(tcp_flags(ip) & TCP_ALWAYS_GO))
		return GRO_FLUSH_flags;
	if (unlikely(!len))
		return GRO_FLUSH_ack;
	if (unlikely(padded))
		return GRO_FLUSH_odd;
	if (unlikely(ntohl(ip[TCP_SEQ]) != f->next_seq))
		return GRO_FLUSH_order;
	if (unlikely(len > f->mss || headers_differ(f, ip, hlen)))
		return GRO_FLUSH_header;
	return GRO_REASON_NR;
}

/* Can a chain begin with it? More must be able to follow. */
static inline bool may_begin(const word_t *ip, u32 len)
{
	return len &&
	       (tcp_flags(ip) & (TCP_ALWAYS_GO | TCP_PSH | TCP_ACK)) == TCP_ACK;
}

/* Verify both checksums, once and for all. Return: the data's own sum, which
 * the whole one's is made of; -1 if one is wrong. */
static inline s32 segment_sum(struct pbuf *skb, const word_t *ip, u32 hlen,
			      u32 len)
{
	u16 data = ip_csum_fold((const u8 *)ip + hlen, (int)len);
	u64 sum = data + tcp_header_sum(ip, hlen) +
		  csum_pseudo_header(ip, IP_PROTO_TCP,
				     (u16)(hlen + len - IP_HLEN));

	/* A wrong one of the IP header is left to ip_rcv(). */
	if (unlikely(!csum_is_good(csum_ip_header(ip))))
		return -1;
	if (unlikely(!csum_is_good(sum))) {
		skb->cb.ip_summed = CHECKSUM_BAD;
		return -1;
	}
	skb->cb.ip_summed = CHECKSUM_UNNECESSARY;
	return data;
}

static inline void begin(struct gro_list *gro, struct pbuf *skb,
			 const word_t *ip, u32 len, u16 sum)
{
	struct gro_flow *f;

	if (unlikely(gro->held == GRO_FLOWS))
		flush_flow(gro, &gro->flow[0], GRO_FLUSH_evict);
	f = &gro->flow[gro->held++];
	f->head = skb;
	f->tail = skb;
	f->ports = ip[TCP_PORTS];
	f->next_seq = ntohl(ip[TCP_SEQ]) + len;
	f->sum = sum;
	f->len = len;
	f->mss = len;
	f->segs = 1;
}

/* Chain the segment's data, @hlen behind its IP header, behind the flow's. */
static inline void append(struct gro_flow *f, struct pbuf *skb, u32 hlen,
			  u32 len, u16 sum)
{
	skb->payload = (u8 *)skb->payload + ETH_HLEN + hlen;
	skb->len = (u16)len;
	f->tail->next = skb;
	f->tail = skb;
	f->sum += f->len & 1 ? csum_swap(sum) : sum;
	f->len += len;
	f->next_seq += len;
	f->segs++;
}

/* No room for one more as long as the first? */
static inline bool is_full(const struct gro_flow *f)
{
	enum { ROOM = 0xffff - ETH_HLEN - IP_HLEN - 60 };

	return f->segs == GRO_MAX_SEGS || f->len + f->mss > ROOM;
}

/* Not to become part of the driver's loop: most packets pass it by. */
__attribute__((noinline)) void gro_receive_tcp(struct napi_struct *napi,
					       struct pbuf *skb)
{
	struct gro_list *gro = &napi->gro;
	const word_t *ip = ip_words(skb);
	u32 total = ntohs(((const half_t *)ip)[IP_LEN_HALF]);
	u32 hlen = IP_HLEN + tcp_hlen(ip);
	u32 room = (u32)skb->len - ETH_HLEN;
	u32 len = total - hlen;
	struct gro_flow *f;
	s32 sum;

	if (unlikely((ip[IP_TOS_LEN] & IP_VHL_MASK) != IP_VHL_PLAIN) ||
	    unlikely(ip[IP_ID_FRAG] & IP_FRAG_MASK) ||
	    unlikely(hlen < IP_HLEN + TCP_HLEN) || unlikely(hlen > total) ||
	    unlikely(total > room)) {
		receive_odd(gro, skb);
		return;
	}

	f = find_flow(gro, ip);
	if (likely(f)) {
		enum gro_reason reason =
			mismatch(f, ip, hlen, len, total != room);

		if (unlikely(reason != GRO_REASON_NR)) {
			flush_flow(gro, f, reason);
			f = NULL;
		}
	}
	if (!f && (!may_begin(ip, len) || total != room)) {
		netif_receive_skb(skb);
		return;
	}
	sum = segment_sum(skb, ip, hlen, len);
	if (unlikely(sum < 0)) {
		if (f)
			flush_flow(gro, f, GRO_FLUSH_csum);
		netif_receive_skb(skb);
		return;
	}
	if (!f) {
		begin(gro, skb, ip, len, (u16)sum);
		return;
	}
	append(f, skb, hlen, len, (u16)sum);
	if (unlikely(tcp_flags(ip) & TCP_PSH) || unlikely(len < f->mss)) {
		ip_words(f->head)[TCP_FLAGS_WND] |=
			ip[TCP_FLAGS_WND] & TCP_PSH_MASK;
		flush_flow(gro, f, GRO_FLUSH_push);
	} else if (unlikely(is_full(f))) {
		flush_flow(gro, f, GRO_FLUSH_full);
	}
}

void gro_get_stats(const struct gro_list *gro,
		   void (*emit)(void *ctx, const char *name, u64 value),
		   void *ctx)
{
	emit(ctx, "rx_gro_packets", gro->packets);
	emit(ctx, "rx_gro_merged", gro->merged);
	for (u32 i = 0; i < GRO_REASON_NR; i++)
		emit(ctx, reason_names[i], gro->flushed[i]);
}
