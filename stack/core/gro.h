/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * gro - generic receive offload: TCP segments of one flow that arrive in the
 * same poll go up as one packet (row I12)
 *
 * For drivers: napi_gro_receive() in place of netif_receive_skb(), and
 * napi_gro_flush() at the end of each poll, so nothing is ever held longer
 * than its poll takes. For the stack: a merged packet is the first segment's
 * frame with the data of the others chained behind it (pbuf->next); its header
 * has the length, PSH bit and checksums of the whole, so it is a packet like
 * any other, but for its size, and cb.ip_summed says CHECKSUM_UNNECESSARY.
 *
 * As Linux does, a segment is merged if it is TCP over IPv4 without IP options,
 * follows the last one's data without a gap, is no longer than the first, and
 * has the same MAC addresses, TOS, TTL, DF, acknowledgment, window, flags and
 * TCP options, timestamps included. Whatever is different sends up what is
 * held first, so packets of a flow never overtake each other. Each segment's
 * checksums are verified before it is held: a wrong one never gets into a
 * chain, but goes up alone and is dropped there.
 *
 * The switch is `ethtool -K DEV gro on|off`, the counters are `ethtool -S`.
 *
 * Context: softirq.
 */
#ifndef CORE_GRO_H
#define CORE_GRO_H

#include "core/types.h"

struct napi_struct;
struct pbuf;

enum {
	GRO_FLOWS = 8,	   /* held at the same time, Linux's MAX_GRO_SKBS */
	GRO_MAX_SEGS = 44, /* of 1,460 bytes, the most that IP can say */
};

/* Why what was held went up; one counter each, same order as the names. */
#define GRO_REASONS(X)                                                         \
	X(poll)	  /* the poll was over */                                      \
	X(push)	  /* a segment with PSH, or a shorter one, was the last */     \
	X(full)	  /* no room for another segment */                            \
	X(order)  /* the next segment did not follow */                        \
	X(header) /* another ack, window, TTL, TOS, option, or a longer one */ \
	X(flags)  /* SYN, FIN, RST, URG, CWR */                                \
	X(ack)	  /* a segment without data */                                 \
	X(csum)	  /* the next segment had a wrong checksum */                  \
	X(odd)	  /* IP options, a fragment, an impossible length */           \
	X(evict)  /* GRO_FLOWS were held, and another one came */

enum gro_reason {
#define GRO_ENUM(name) GRO_FLUSH_##name,
	GRO_REASONS(GRO_ENUM)
#undef GRO_ENUM
		GRO_REASON_NR,
};

/* A flow, and what is held of it. */
struct gro_flow {
	struct pbuf *head; /* the first segment, as the driver gave it */
	struct pbuf *tail; /* the last one; at its data, unless it is head */
	u32 ports;	   /* both, as on the wire */
	u32 next_seq;	   /* what must come next */
	u32 sum;	   /* of the data, not folded */
	u32 len;	   /* of the data */
	u32 mss;	   /* of the first segment's */
	u32 segs;
};

struct gro_list {
	u32 held; /* entries of @flow in use, oldest first */
	struct gro_flow flow[GRO_FLOWS];

	u32 packets; /* merged ones that went up */
	u32 merged;  /* segments in them, but for the first */
	u32 flushed[GRO_REASON_NR];
};

/* Off the road: napi_gro_receive() for a TCP frame; @skb is consumed. */
void gro_receive_tcp(struct napi_struct *napi, struct pbuf *skb);

/* Send up all that is held. */
void gro_flush(struct gro_list *gro, enum gro_reason reason);

/* The device is gone: drop all that is held. */
void gro_purge(struct gro_list *gro);

/* `ethtool -S`: for the driver's get_ethtool_stats(). */
void gro_get_stats(const struct gro_list *gro,
		   void (*emit)(void *ctx, const char *name, u64 value),
		   void *ctx);

#endif
