/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * af_packet - taps: copies of packets on their way, for whoever listens
 * (rows I13, E10)
 *
 * For who listens: fill the upper part of a struct packet_tap, give it memory
 * with packet_tap_open(), take copies out with packet_tap_peek() and
 * packet_tap_next(), end with packet_tap_close(). Each tap has a filter, a
 * ring of its own and its own count of copies that the ring had no room for:
 * a slow listener loses copies, never packets, and never those of others.
 *
 * Tap points (core/tap.h): received packets, as the driver and GRO handed them
 * on, before tc ingress; sent packets before the ring; dropped packets, whole
 * where the Ethernet header is still there. A packet has one number, which is
 * the same at every point that it passes; 0: it never was a packet.
 *
 * While a tap is open its devices hear all frames (unless @no_promisc), and
 * their drivers let every protocol up to here.
 *
 * Context: softirq or application, as everything here: one thread.
 */
#ifndef PACKET_AF_PACKET_H
#define PACKET_AF_PACKET_H

#include "core/tap.h"
#include "packet/bpf.h"

/* One copy; its cap_len bytes lie at @data. */
struct tap_record {
	u64 tstamp_ns;
	u32 packet_id;
	u32 orig_len; /* of the whole packet */
	u32 cap_len;
	u32 drops; /* copies lost at the same point since its last one */
	u8 ifindex;
	u8 point; /* enum tap_point */
	u8 pkt_type;
	u8 reason; /* enum drop_reason, at TAP_DROP */
	u32 size;  /* of the record with its data, in the ring */
	u8 data[];
};

struct tap_count {
	u32 seen;     /* came by, the tap's own packets left out */
	u32 accepted; /* passed the filter */
	u32 dropped;  /* of those: no room in the ring */
	u32 reported; /* of those: told in a record */
};

struct packet_tap {
	/* By the listener, before packet_tap_open(). */
	int ifindex; /* 0: every device */
	u8 points;   /* TAP_..._BIT */
	bool no_promisc;
	u16 skip_tcp_port; /* TCP of this port of ours is not seen; 0: all is */
	u32 snaplen;
	u32 prog_len;			       /* 0: everything passes */
	struct sock_filter prog[BPF_MAXINSNS]; /* must pass bpf_check() */
	/* A copy came into the empty ring: arrange for it to be taken, later.
	 * May be NULL. */
	void (*ready)(struct packet_tap *tap);

	/* Read only. By device (ifindex - 1) and point. */
	struct tap_count count[NETDEV_MAX][TAP_POINT_NR];

	/* Internal. */
	struct packet_tap *next;
	u8 *ring;
	u32 size; /* of the ring, a power of two */
	u32 head, tail;
	bool open;
};

/**
 * packet_tap_open() - begin to listen
 * @ring: @size bytes, aligned to 8; @size a power of two
 *
 * Return: 0; -EINVAL @ifindex or the program is wrong, -EBUSY it is open.
 */
int packet_tap_open(struct packet_tap *tap, void *ring, u32 size);

/* End it; what is still in the ring is forgotten. May be called twice. */
void packet_tap_close(struct packet_tap *tap);

/* The oldest copy, good until packet_tap_next(); NULL: there is none. */
const struct tap_record *packet_tap_peek(struct packet_tap *tap);

/* Give back the oldest copy. */
void packet_tap_next(struct packet_tap *tap);

/* Sums over all points, as tcpdump tells at its end. */
void packet_tap_sums(const struct packet_tap *tap, u32 *accepted, u32 *dropped);

#endif
