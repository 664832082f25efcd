/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pcapng - see pcapng.h (row I13)
 */
#include "packet/pcapng.h"
#include <string.h>

enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_STATISTICS = 5,
	BLOCK_PACKET = 6,
	BYTE_ORDER_MAGIC = 0x1a2b3c4d,
	VERSION_MAJOR = 1,
	VERSION_MINOR = 0,

	OPT_END = 0,
	OPT_COMMENT = 1,
	SHB_HARDWARE = 2,
	SHB_OS = 3,
	SHB_USERAPPL = 4,
	IF_NAME = 2,
	IF_DESCRIPTION = 3,
	IF_MACADDR = 6,
	IF_TSRESOL = 9,
	IF_FILTER = 11,
	EPB_FLAGS = 2,
	EPB_DROPCOUNT = 4,
	EPB_PACKETID = 5,
	ISB_STARTTIME = 2,
	ISB_IFRECV = 4,
	ISB_IFDROP = 5,
	ISB_FILTERACCEPT = 6,
	ISB_USRDELIV = 8,

	RESOLUTION_NS = 9, /* 10^-9 s */
	FILTER_IS_TEXT = 0,
	RECEPTION_SHIFT = 2,
};

/* Where the next byte goes. */
struct out {
	u8 *start, *at;
};

static void put(struct out *o, const void *data, size_t len)
{
	memcpy(o->at, data, len);
	o->at += len;
}

static void put_u16(struct out *o, u16 v)
{
	put(o, &v, sizeof(v));
}

static void put_u32(struct out *o, u32 v)
{
	put(o, &v, sizeof(v));
}

static void put_u64(struct out *o, u64 v)
{
	put(o, &v, sizeof(v));
}

/* Time stamps and counters of some blocks: the upper half comes first. */
static void put_time(struct out *o, u64 ns)
{
	put_u32(o, (u32)(ns >> 32));
	put_u32(o, (u32)ns);
}

/* Up to the next multiple of four. */
static void pad(struct out *o, size_t len)
{
	static const u8 zero[4];

	put(o, zero, (0 - len) & 3);
}

static void option(struct out *o, u16 code, const void *data, u16 len)
{
	put_u16(o, code);
	put_u16(o, len);
	put(o, data, len);
	pad(o, len);
}

static u16 text_len(const char *text)
{
	size_t len = strlen(text);

	return (u16)(len > PCAPNG_TEXT_MAX ? PCAPNG_TEXT_MAX : len);
}

static void option_text(struct out *o, u16 code, const char *text)
{
	if (text)
		option(o, code, text, text_len(text));
}

static void option_u64(struct out *o, u16 code, u64 v)
{
	option(o, code, &v, sizeof(v));
}

/* Begin a block; its length is written by end_block(). */
static void begin_block(struct out *o, u8 *buf, u32 type)
{
	o->start = buf;
	o->at = buf;
	put_u32(o, type);
	put_u32(o, 0);
}

/* End of the options, and the block's length at both of its ends. */
static size_t end_block(struct out *o)
{
	u32 len;

	put_u32(o, OPT_END);
	len = (u32)(o->at - o->start) + sizeof(len);
	put_u32(o, len);
	memcpy(o->start + 4, &len, sizeof(len));
	return len;
}

size_t pcapng_section(u8 *buf, const struct pcapng_section *s)
{
	struct out o;

	begin_block(&o, buf, BLOCK_SECTION);
	put_u32(&o, BYTE_ORDER_MAGIC);
	put_u16(&o, VERSION_MAJOR);
	put_u16(&o, VERSION_MINOR);
	put_u64(&o, UINT64_MAX); /* its length is not known */
	option_text(&o, SHB_HARDWARE, s->hardware);
	option_text(&o, SHB_OS, s->os);
	option_text(&o, SHB_USERAPPL, s->application);
	return end_block(&o);
}

/* The filter's text goes behind a byte that says that it is text. */
static void option_filter(struct out *o, const char *filter)
{
	u8 data[1 + PCAPNG_TEXT_MAX] = { FILTER_IS_TEXT };
	u16 len = text_len(filter);

	if (len == PCAPNG_TEXT_MAX)
		len--;
	memcpy(data + 1, filter, len);
	option(o, IF_FILTER, data, (u16)(1 + len));
}

size_t pcapng_interface(u8 *buf, const struct pcapng_interface *i)
{
	static const u8 resolution = RESOLUTION_NS;
	struct out o;

	begin_block(&o, buf, BLOCK_INTERFACE);
	put_u16(&o, PCAPNG_LINKTYPE_ETHERNET);
	put_u16(&o, 0);
	put_u32(&o, i->snaplen);
	option_text(&o, IF_NAME, i->name);
	option_text(&o, IF_DESCRIPTION, i->description);
	if (i->mac)
		option(&o, IF_MACADDR, i->mac, 6);
	option(&o, IF_TSRESOL, &resolution, sizeof(resolution));
	if (i->filter)
		option_filter(&o, i->filter);
	return end_block(&o);
}

size_t pcapng_statistics(u8 *buf, const struct pcapng_statistics *s)
{
	u32 start[2] = { (u32)(s->start_ns >> 32), (u32)s->start_ns };
	struct out o;

	begin_block(&o, buf, BLOCK_STATISTICS);
	put_u32(&o, s->interface);
	put_time(&o, s->tstamp_ns);
	option(&o, ISB_STARTTIME, start, sizeof(start));
	option_u64(&o, ISB_IFRECV, s->received);
	option_u64(&o, ISB_IFDROP, s->dropped);
	option_u64(&o, ISB_FILTERACCEPT, s->accepted);
	option_u64(&o, ISB_USRDELIV, s->delivered);
	return end_block(&o);
}

size_t pcapng_packet_head(u8 *buf, const struct pcapng_packet *p)
{
	u8 tail[PCAPNG_PACKET_TAIL_MAX];
	struct out o;
	u32 len;

	begin_block(&o, buf, BLOCK_PACKET);
	put_u32(&o, p->interface);
	put_time(&o, p->tstamp_ns);
	put_u32(&o, p->cap_len);
	put_u32(&o, p->orig_len);
	len = PCAPNG_PACKET_HEAD + p->cap_len +
	      (u32)pcapng_packet_tail(tail, p);
	memcpy(buf + 4, &len, sizeof(len));
	return PCAPNG_PACKET_HEAD;
}

size_t pcapng_packet_tail(u8 *buf, const struct pcapng_packet *p)
{
	struct out o = { buf, buf };
	u32 flags = (u32)p->direction | (u32)p->reception << RECEPTION_SHIFT;

	pad(&o, p->cap_len);
	option_text(&o, OPT_COMMENT, p->comment);
	option(&o, EPB_FLAGS, &flags, sizeof(flags));
	if (p->drops)
		option_u64(&o, EPB_DROPCOUNT, p->drops);
	option_u64(&o, EPB_PACKETID, p->packet_id);
	put_u32(&o, OPT_END);
	/* The block's length, as in its head. */
	put_u32(&o, PCAPNG_PACKET_HEAD + p->cap_len + (u32)(o.at - o.start) +
			    (u32)sizeof(u32));
	return (size_t)(o.at - o.start);
}
