/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * packets - a corpus of frames, and the real tcpdump to compare with
 *
 * The frames are made from few values each (addresses, ports, protocols,
 * fragments, options, tags, lengths), so that any filter is true for some of
 * them and false for others. Every run makes the same ones.
 */
#ifndef PACKETS_H
#define PACKETS_H

#include <stdbool.h>
#include <stdio.h>
#include "core/types.h"

enum {
	PACKETS = 1500,
	PACKET_MAX = 200,
};

struct packet {
	u16 len;
	bool cut; /* ends in the middle of its headers, perhaps */
	u8 data[PACKET_MAX];
};

extern struct packet packets[PACKETS];

void packets_make(void);

/* Write the corpus as a classic pcap file; a packet's time is its number. */
void packets_write(const char *path);

/* Which of them does tcpdump keep? False: it refuses the expression. */
bool tcpdump_verdicts(const char *path, const char *expr, bool keep[PACKETS]);

/* What `tcpdump -y EN10MB -ddd` prints. False: it refuses. */
bool tcpdump_program(const char *expr, char *text, size_t size);

/* A name for a file of this test's own, and its end. */
const char *packets_file(void);
void packets_remove(void);

#endif
