/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pcapng - the blocks of a capture file (row I13)
 *
 * As draft-ietf-opsawg-pcapng has them. A file is a section header, an
 * interface description for each tap point of each device, then a packet
 * block for each copy, with interface statistics between them. Numbers are in
 * the machine's own byte order, which the section header tells.
 *
 * For writers: pcapng_section(), pcapng_interface() and pcapng_statistics()
 * write a whole block. A packet's bytes are not copied here: write
 * pcapng_packet_head(), the bytes themselves, pcapng_packet_tail().
 *
 * Each returns the bytes written; the buffer must have room for as many as
 * the function's PCAPNG_..._MAX says.
 *
 * Pure: no clock, no globals.
 */
#ifndef PACKET_PCAPNG_H
#define PACKET_PCAPNG_H

#include "core/types.h"

enum {
	PCAPNG_TEXT_MAX = 64, /* longer texts are cut */
	PCAPNG_SECTION_MAX = 28 + 3 * (4 + PCAPNG_TEXT_MAX) + 4,
	PCAPNG_INTERFACE_MAX = 20 + 3 * (4 + PCAPNG_TEXT_MAX) + 12 + 8 + 4,
	PCAPNG_STATISTICS_MAX = 24 + 5 * 12 + 4,
	PCAPNG_PACKET_HEAD = 28,
	PCAPNG_PACKET_TAIL_MAX = 3 + 4 + PCAPNG_TEXT_MAX + 8 + 12 + 12 + 4 + 4,
	PCAPNG_LINKTYPE_ETHERNET = 1,
};

/* Any text may be NULL: then it is left out. */
struct pcapng_section {
	const char *hardware;
	const char *os;
	const char *application;
};

struct pcapng_interface {
	const char *name; /* "eth0 rx" */
	const char *description;
	const char *filter;
	const u8 *mac; /* six bytes or NULL */
	u32 snaplen;
};

enum pcapng_direction {
	PCAPNG_INBOUND = 1,
	PCAPNG_OUTBOUND = 2,
};

enum pcapng_reception {
	PCAPNG_UNICAST = 1,
	PCAPNG_MULTICAST = 2,
	PCAPNG_BROADCAST = 3,
	PCAPNG_PROMISCUOUS = 4,
};

struct pcapng_packet {
	u64 tstamp_ns;
	u64 packet_id; /* the same at every tap point */
	u32 interface; /* number of its description, from 0 */
	u32 cap_len;
	u32 orig_len;
	u32 drops; /* copies lost before this one; 0 is left out */
	enum pcapng_direction direction;
	enum pcapng_reception reception;
	const char *comment; /* or NULL */
};

struct pcapng_statistics {
	u64 tstamp_ns;
	u64 start_ns;
	u32 interface;
	u64 received;  /* seen at the tap point */
	u64 accepted;  /* passed the filter */
	u64 dropped;   /* of those: lost for want of room */
	u64 delivered; /* of those: in the file */
};

size_t pcapng_section(u8 *buf, const struct pcapng_section *s);
size_t pcapng_interface(u8 *buf, const struct pcapng_interface *i);
size_t pcapng_statistics(u8 *buf, const struct pcapng_statistics *s);
size_t pcapng_packet_head(u8 *buf, const struct pcapng_packet *p);
size_t pcapng_packet_tail(u8 *buf, const struct pcapng_packet *p);

#endif
