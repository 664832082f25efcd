/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * drop - every dropped packet has one named reason (row M8)
 *
 * Names follow Linux's enum skb_drop_reason where the meaning is Linux's.
 * Shown in /proc/net/drop_reasons and by `dropwatch`.
 */
#ifndef CORE_DROP_H
#define CORE_DROP_H

#include "core/types.h"

#define DROP_REASONS(X)                                                        \
	X(NOT_SPECIFIED)                                                       \
	X(RX_NO_BUFFER)	  /* pool empty: frame recycled in the ring */         \
	X(RX_FRAME_ERROR) /* no start, no end, or an impossible length */      \
	X(RX_RING_PURGE)  /* ring was emptied: stop, resize, reset */          \
	X(GRO_PURGE)	  /* held by GRO when its device went down */          \
	X(TX_RING_PURGE)                                                       \
	X(CPU_BACKLOG) /* the backlog was full */                              \
	X(TC_INGRESS)  /* a filter said so */                                  \
	X(TC_EGRESS)                                                           \
	X(DEV_DOWN)	   /* device is not up */                              \
	X(OTHERHOST)	   /* frame for another MAC address */                 \
	X(PKT_TOO_SMALL)   /* shorter than its headers say */                  \
	X(PKT_TOO_BIG)	   /* longer than the device's MTU */                  \
	X(UNHANDLED_PROTO) /* no such Ethernet type here */                    \
	X(ARP_INVALID)	   /* malformed ARP */                                 \
	X(ARP_SENDER)	   /* group or broadcast sender, unsolicited */        \
	X(IP_INHDR)	   /* version, header length, total length */          \
	X(IP_CSUM)                                                             \
	X(IP_INVALID_SOURCE) /* martian source */                              \
	X(IP_INVALID_DEST)   /* martian destination */                         \
	X(IP_OPTIONS)	     /* malformed or source-routed */                  \
	X(IP_NOPROTO)                                                          \
	X(IP_NOT_LOCAL) /* for another host, and we do not forward */          \
	X(FRAG_REASM_TIMEOUT)                                                  \
	X(FRAG_OVERLAP)                                                        \
	X(FRAG_NO_MEMORY)                                                      \
	X(FRAG_INVALID)                                                        \
	X(DUP_FRAG)                                                            \
	X(NO_SOCKET)	  /* nobody listens at that port */                    \
	X(SOCKET_RCVBUFF) /* the application has not taken what is there */    \
	X(ICMP_CSUM)                                                           \
	X(ICMP_INVALID) /* too short, or of a type nobody knows */             \
	X(ICMP_IGNORED) /* echo request to a group, or none to answer it */    \
	X(IGMP_INVALID) /* malformed, or of a group not joined */              \
	X(UDP_LENGTH)	/* the UDP length field disagrees */                   \
	X(UDP_CSUM)                                                            \
	X(TCP_CSUM)                                                            \
	X(TCP_INHDR)		/* data offset or flags make no sense */       \
	X(TCP_NOT_HOST)		/* TCP in a broadcast or multicast frame */    \
	X(TCP_FLAGS)		/* no ACK where RFC 9293 demands one */        \
	X(TCP_ACK_INVALID)	/* acknowledges what was never sent, or long   \
				   ago (RFC 5961 section 5) */                 \
	X(TCP_RESET)		/* RST inside the window, not at its edge */   \
	X(TCP_INVALID_SEQUENCE) /* outside the window, nothing in it */        \
	X(TCP_OVERWINDOW)	/* more than the window takes */               \
	X(TCP_SYN_CHALLENGE)	/* SYN on an open connection (RFC 5961 4) */   \
	X(TCP_LISTEN_OVERFLOW)	/* more wait to be accepted than may */        \
	X(ICMP_RATELIMIT)                                                      \
	X(ICMP_BROADCAST)     /* an ICMP error for a broadcast frame */        \
	X(QDISC_DROP)	      /* queue full */                                 \
	X(SKB_TOO_MANY_FRAGS) /* chain longer than the ring can gather */      \
	X(NOMEM)

enum drop_reason {
#define DROP_ENUM(name) DROP_##name,
	DROP_REASONS(DROP_ENUM)
#undef DROP_ENUM
		DROP_REASON_NR,
};

extern u32 drop_counts[DROP_REASON_NR];

static inline void drop_count(enum drop_reason reason)
{
	drop_counts[reason]++;
}

/* "RX_NO_BUFFER" */
const char *drop_reason_name(enum drop_reason reason);

#endif
