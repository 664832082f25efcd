/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * packets - see packets.h
 */
#include "packets.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct packet packets[PACKETS];

static u32 seed = 12345;
static char path[64];

static u32 pick(u32 n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 10) % n;
}

static void put(struct packet *p, const void *data, size_t len)
{
	if (p->len + len > PACKET_MAX)
		len = (size_t)(PACKET_MAX - p->len);
	memcpy(p->data + p->len, data, len);
	p->len = (u16)(p->len + len);
}

static void put_u8(struct packet *p, u32 v)
{
	u8 b = (u8)v;

	put(p, &b, 1);
}

static void put_u16(struct packet *p, u32 v)
{
	put_u8(p, v >> 8);
	put_u8(p, v);
}

static void put_u32(struct packet *p, u32 v)
{
	put_u16(p, v >> 16);
	put_u16(p, v);
}

static const u8 macs[][6] = {
	{ 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 },
	{ 0x02, 0x00, 0x00, 0x00, 0x00, 0x77 },
	{ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
	{ 0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb },
};

static u32 address(void)
{
	static const u32 some[] = { 0x0a000001, 0x0a000002, 0x0a010203,
				    0xc0a80501, 0xe00000fb, 0xffffffff };

	return some[pick(ARRAY_SIZE(some))];
}

static u32 some_port(void)
{
	static const u32 some[] = { 7, 22, 53, 80, 443, 8080, 40000, 65535 };

	return some[pick(ARRAY_SIZE(some))];
}

static u32 protocol(void)
{
	static const u32 some[] = { 6, 17, 6, 17, 1, 2, 132, 44, 58, 99 };

	return some[pick(ARRAY_SIZE(some))];
}

static void layer4(struct packet *p)
{
	put_u16(p, some_port());
	put_u16(p, some_port());
	for (u32 i = 0, n = pick(60); i < n; i++)
		put_u8(p, pick(256));
}

static void ipv4(struct packet *p)
{
	u32 options = pick(4) == 0 ? pick(11) : 0;
	u32 frag = pick(4);

	put_u8(p, 0x45 + options);
	put_u8(p, pick(256));
	put_u16(p, 20 + 4 * options + 20 + pick(40));
	put_u16(p, pick(65536));
	put_u16(p, frag == 0 ? 0x4000 : frag == 1 ? 0x2000 : pick(4) << 11);
	put_u8(p, 64);
	put_u8(p, protocol());
	put_u16(p, 0);
	put_u32(p, address());
	put_u32(p, address());
	for (u32 i = 0; i < options; i++)
		put_u32(p, 0x01010101);
	layer4(p);
}

static void ipv6(struct packet *p)
{
	put_u32(p, 0x60000000);
	put_u16(p, 40);
	put_u8(p, protocol());
	put_u8(p, 64);
	for (int i = 0; i < 8; i++)
		put_u32(p, pick(4));
	if (pick(2))
		put_u8(p, protocol());
	layer4(p);
}

static void arp(struct packet *p)
{
	put_u16(p, 1);
	put_u16(p, 0x0800);
	put_u16(p, 0x0604);
	put_u16(p, 1 + pick(2));
	put(p, macs[pick(2)], 6);
	put_u32(p, address());
	put(p, macs[pick(2)], 6);
	put_u32(p, address());
}

static void make(struct packet *p)
{
	p->len = 0;
	put(p, macs[pick(4)], 6);
	put(p, macs[pick(2)], 6);
	if (pick(5) == 0) {
		static const u16 tags[] = { 0x8100, 0x88a8, 0x9100 };

		put_u16(p, tags[pick(3)]);
		put_u16(p, pick(8) << 13 | (pick(2) ? 5 : pick(4096)));
	}
	switch (pick(12)) {
	case 0:
		put_u16(p, 0x0806);
		arp(p);
		break;
	case 1:
		put_u16(p, 0x8035);
		arp(p);
		break;
	case 2:
	case 3:
		put_u16(p, 0x86dd);
		ipv6(p);
		break;
	case 4:
		put_u16(p, pick(2) ? 0x88b5 : 46);
		layer4(p);
		break;
	default:
		put_u16(p, 0x0800);
		ipv4(p);
		break;
	}
	/* Some are cut anywhere behind the Ethernet header. */
	p->cut = pick(6) == 0 && p->len > 14;
	if (p->cut)
		p->len = (u16)(14 + pick((u32)p->len - 14));
}

void packets_make(void)
{
	for (u32 i = 0; i < PACKETS; i++)
		make(&packets[i]);
}

const char *packets_file(void)
{
	(void)snprintf(path, sizeof(path), "/tmp/rp-packets-%d.pcap",
		       (int)getpid());
	return path;
}

void packets_remove(void)
{
	(void)unlink(path);
}

void packets_write(const char *name)
{
	const u32 head[6] = { 0xa1b2c3d4, 4u << 16 | 2, 0, 0, 65535, 1 };
	FILE *f = fopen(name, "wb");

	if (!f)
		abort();
	(void)fwrite(head, sizeof(head), 1, f);
	for (u32 i = 0; i < PACKETS; i++) {
		const struct packet *p = &packets[i];
		const u32 record[4] = { i, 0, p->len, p->len };

		(void)fwrite(record, sizeof(record), 1, f);
		(void)fwrite(p->data, p->len, 1, f);
	}
	(void)fclose(f);
}

bool tcpdump_verdicts(const char *name, const char *expr, bool keep[PACKETS])
{
	char command[2048];
	u32 head[6], record[4];
	u8 data[PACKET_MAX];
	FILE *f;

	memset(keep, 0, PACKETS * sizeof(*keep));
	(void)snprintf(command, sizeof(command),
		       "tcpdump -r - -w - '%s' <%s 2>/dev/null", expr, name);
	f = popen(command, "r");
	if (!f)
		abort();
	if (fread(head, sizeof(head), 1, f) == 1)
		while (fread(record, sizeof(record), 1, f) == 1 &&
		       record[2] <= PACKET_MAX && record[0] < PACKETS) {
			keep[record[0]] = true;
			if (record[2] && fread(data, record[2], 1, f) != 1)
				break;
		}
	return pclose(f) == 0;
}

bool tcpdump_program(const char *expr, char *text, size_t size)
{
	char command[2048];
	size_t n;
	FILE *f;

	(void)snprintf(command, sizeof(command),
		       "tcpdump -y EN10MB -ddd '%s' 2>/dev/null", expr);
	f = popen(command, "r");
	if (!f)
		abort();
	n = fread(text, 1, size - 1, f);
	text[n] = '\0';
	return pclose(f) == 0;
}
