/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * capture - packets for Wireshark and tshark, live over TCP (row I13)
 *
 *	tshark -i TCP@board:2002
 *
 * A connection gets a pcapng stream: an interface for each device and tap
 * point ("eth0 rx", "eth0 tx", "eth0 drop"), and each packet that passes one
 * of them, with its direction, a number that stays the same from point to
 * point, the copies lost before it, and for dropped packets the reason as
 * comment. Once a second the counts of each interface.
 *
 * What is captured is what the console command `capture` has set, or what the
 * client asks for: it may send, at once after connecting, one line of the same
 * words,
 *
 *	capture -i eth0 -t rx,tx -f 4,40,0,0,12,21,0,1,2054,6,0,0,262144,6,0,0,0
 *
 * which tools/capture does. Without one the stream begins 50 ms later. A line
 * that is wrong is answered by one that says why, and the connection ends.
 *
 * The connections' own packets are never captured. A client that is too slow
 * loses copies, which are counted, and nobody loses packets.
 */
#ifndef APPS_CAPTURE_H
#define APPS_CAPTURE_H

#include "packet/af_packet.h"
#include "packet/bpf_compile.h"

enum { CAPTURE_ERROR_MAX = 128 };

struct capture_config {
	int ifindex; /* 0: any */
	u8 points;
	bool no_promisc;
	u32 snaplen;
	u32 prog_len;
	struct sock_filter prog[BPF_MAXINSNS];
	char filter[64]; /* the expression or "program", for people */
};

/* What connections get that do not ask for anything. */
extern struct capture_config capture_defaults;

/**
 * capture_parse() - words to what is to be captured
 * @cfg: overwritten, also when it fails
 * @argv: [-p] [-i device|any] [-t rx,tx,drop] [-s snaplen] [-f program]
 * [expression]; argv[0] is not looked at
 *
 * Return: 0; -EINVAL and @error (CAPTURE_ERROR_MAX) says why.
 */
int capture_parse(struct capture_config *cfg, int argc, char **argv,
		  char *error);

/* Open connections, for `capture` to show: calls @show for each. */
void capture_for_each(void (*show)(void *ctx, const struct packet_tap *tap),
		      void *ctx);

#endif
