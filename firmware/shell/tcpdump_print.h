/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tcpdump_print - one packet as one line, as `tcpdump -n` prints it (row I13)
 *
 * ARP, IPv4 and its fragments, ICMP, IGMP, UDP and TCP with all its options
 * are taken apart; what they carry is not. Names are never looked up. Other
 * frames are shown by addresses, type and, as tcpdump does, their bytes.
 *
 * Sequence numbers are relative to the first ones seen of a connection; a small
 * table remembers them.
 *
 * Pure: no clock, no globals. Nothing is read behind cap_len.
 */
#ifndef SHELL_TCPDUMP_PRINT_H
#define SHELL_TCPDUMP_PRINT_H

#include "core/seq_file.h"
#include "core/types.h"

enum { TCPDUMP_FLOWS = 64 };

/* A connection and the numbers that its two sides began with. */
struct tcpdump_flow {
	u32 low_addr, high_addr; /* of the lower and the higher port */
	u16 low_port, high_port;
	u32 seq, ack;
	bool used;
};

struct tcpdump_print {
	bool ethernet; /* -e */
	bool quick;    /* -q */
	u32 next_flow; /* the one that is given up next */
	struct tcpdump_flow flows[TCPDUMP_FLOWS];
};

/* No newline at the end. @cap_len bytes at @data, from the Ethernet header;
 * @len is the whole packet's length. */
void tcpdump_print(struct seq_file *m, struct tcpdump_print *t, const u8 *data,
		   u32 cap_len, u32 len);

#endif
