/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * capture - see capture.h (row I13)
 *
 * Copies wait in the connection's tap. A packet goes to TCP in three pieces:
 * its block's head, its bytes as they lie in the ring, the block's tail; each
 * as far as TCP takes it. Only then the ring gets its room back.
 */
#include "apps/capture.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "apps/app.h"
#include "board.h"
#include "config.h"
#include "core/port.h"
#include "core/timer.h"
#include "core/version.h"
#include "packet/pcapng.h"
#include "shell/args.h"

enum {
	/* A program of 512 instructions, and the words around it. */
	REQUEST_MAX = 12288,
	WORDS_MAX = 64,
	INTERFACES_MAX = NETDEV_MAX * TAP_POINT_NR,
	META_MAX = PCAPNG_SECTION_MAX + INTERFACES_MAX * PCAPNG_INTERFACE_MAX,
	WRITE_MAX = 16384,
	NO_INTERFACE = 0xff,
};

#define WAIT_NS	 (50 * NSEC_PER_MSEC) /* for the first byte of a line */
#define LINE_NS	 (2 * NSEC_PER_SEC)   /* for the rest of it */
#define BATCH_NS (1 * NSEC_PER_MSEC)  /* copies are gathered for so long */

_Static_assert((CONFIG_CAPTURE_RING_SIZE & (CONFIG_CAPTURE_RING_SIZE - 1)) == 0,
	       "a ring");
_Static_assert(META_MAX >= INTERFACES_MAX * PCAPNG_STATISTICS_MAX,
	       "all statistics at once");

struct capture_conn {
	struct app_conn base;
	struct timer timer;
	bool streaming;
	bool statistics_due;
	u64 started_ns;

	/* The block on its way: @meta, the record's bytes, @tail. */
	u32 meta_len, data_len, tail_len;
	u32 sent;
	const struct tap_record *record; /* NULL: @meta is all */
	u8 meta[META_MAX];
	u8 tail[PCAPNG_PACKET_TAIL_MAX];

	/* By device and point. */
	u8 interface[NETDEV_MAX][TAP_POINT_NR];
	u32 delivered[NETDEV_MAX][TAP_POINT_NR];
	u32 told[NETDEV_MAX][TAP_POINT_NR]; /* seen, at the last statistics */

	struct packet_tap tap;
	struct capture_config config;
	u32 line_len;
	char line[REQUEST_MAX + 1];
};

struct capture_config capture_defaults = {
	.points = TAP_RX_BIT | TAP_TX_BIT | TAP_DROP_BIT,
	.snaplen = BPF_SNAPLEN_MAX,
};

static struct capture_conn conns[CONFIG_CAPTURE_CONNS];
static _Alignas(8) u8 rings[CONFIG_CAPTURE_CONNS][CONFIG_CAPTURE_RING_SIZE];

static const char *const point_names[TAP_POINT_NR] = {
	[TAP_RX] = "rx",
	[TAP_TX] = "tx",
	[TAP_DROP] = "drop",
};

/* --- what is to be captured ------------------------------------------------
 */

/* "rx,tx". Return: false if a word is none of ours. */
static bool parse_points(const char *s, u8 *points)
{
	*points = 0;
	for (;;) {
		size_t len = strcspn(s, ",");
		u32 i = 0;

		while (i < TAP_POINT_NR && (strlen(point_names[i]) != len ||
					    memcmp(s, point_names[i], len)))
			i++;
		if (i == TAP_POINT_NR)
			return false;
		*points |= (u8)(1u << i);
		if (!s[len])
			return true;
		s += len + 1;
	}
}

static int parse_program(struct capture_config *cfg, const char *text,
			 char *error)
{
	struct bpf_error err;
	int n = bpf_parse(text, cfg->prog, BPF_MAXINSNS, &err);

	if (n < 0 || bpf_check(cfg->prog, (u32)n, &err) < 0) {
		(void)snprintf(error, CAPTURE_ERROR_MAX,
			       "filter: instruction %u: %s",
			       (unsigned int)err.insn, err.text);
		return -EINVAL;
	}
	cfg->prog_len = (u32)n;
	strcpy(cfg->filter, "program");
	return 0;
}

static int parse_expression(struct capture_config *cfg, int words, char **argv,
			    char *error)
{
	static char text[REQUEST_MAX + 1];
	char reason[BPF_COMPILE_ERROR_MAX];
	size_t len = 0;
	int n;

	for (int i = 1; i < words; i++) {
		size_t word = strlen(argv[i]);

		if (len + word + 2 > sizeof(text))
			break; /* longer than any line */
		memcpy(text + len, argv[i], word);
		len += word;
		text[len++] = ' ';
	}
	text[len] = '\0';
	n = bpf_compile(text, BPF_SNAPLEN_MAX, cfg->prog, reason);
	if (n < 0) {
		(void)snprintf(error, CAPTURE_ERROR_MAX, "filter: %s", reason);
		return -EINVAL;
	}
	cfg->prog_len = (u32)n;
	text[len - 1] = '\0';
	(void)snprintf(cfg->filter, sizeof(cfg->filter), "%.*s",
		       (int)sizeof(cfg->filter) - 1, text);
	return 0;
}

__attribute__((format(printf, 2, 3))) static int wrong(char *error,
						       const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(error, CAPTURE_ERROR_MAX, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

int capture_parse(struct capture_config *cfg, int argc, char **argv,
		  char *error)
{
	struct args_opt o = { .argc = argc, .argv = argv, .spec = "f:i:ps:t:" };
	const struct net_device *dev;
	const char *program = NULL;
	int c;

	memset(cfg, 0, sizeof(*cfg));
	cfg->points = TAP_RX_BIT | TAP_TX_BIT | TAP_DROP_BIT;
	cfg->snaplen = BPF_SNAPLEN_MAX;
	while ((c = args_getopt(&o)) > 0) {
		switch (c) {
		case 'f':
			program = o.value;
			break;
		case 'i':
			dev = dev_get_by_name(o.value);
			if (!dev && strcmp(o.value, "any") != 0)
				return wrong(error, "%s: No such device exists",
					     o.value);
			cfg->ifindex = dev ? dev->ifindex : 0;
			break;
		case 'p':
			cfg->no_promisc = true;
			break;
		case 's':
			if (!args_u32(o.value, 1, BPF_SNAPLEN_MAX,
				      &cfg->snaplen))
				return wrong(error, "invalid snaplen %s",
					     o.value);
			break;
		case 't':
			if (!parse_points(o.value, &cfg->points))
				return wrong(error,
					     "%s: tap points are rx, tx, drop",
					     o.value);
			break;
		case ':':
			return wrong(error,
				     "option requires an argument -- '%c'",
				     o.bad);
		default:
			return wrong(error, "invalid option -- '%c'", o.bad);
		}
	}
	if (program && o.words > 1)
		return wrong(error, "-f and an expression");
	if (program)
		return parse_program(cfg, program, error);
	if (o.words > 1)
		return parse_expression(cfg, o.words, argv, error);
	return 0;
}

void capture_for_each(void (*show)(void *ctx, const struct packet_tap *tap),
		      void *ctx)
{
	for (u32 i = 0; i < ARRAY_SIZE(conns); i++)
		if (conns[i].tap.open)
			show(ctx, &conns[i].tap);
}

/* --- blocks ----------------------------------------------------------------
 */

/* Section and interfaces, into c->meta. */
static void write_header(struct capture_conn *c)
{
	static const char os[] = "Ringpath " RINGPATH_VERSION;
	const struct pcapng_section section = {
		.hardware = board_model,
		.os = os,
		.application = "capture",
	};
	u8 *at = c->meta;
	u8 nr = 0;

	memset(c->interface, NO_INTERFACE, sizeof(c->interface));
	at += pcapng_section(at, &section);
	for (int i = 1; i <= NETDEV_MAX; i++) {
		const struct net_device *dev = dev_get_by_index(i);

		if (!dev || (c->config.ifindex && c->config.ifindex != i))
			continue;
		for (u32 point = 0; point < TAP_POINT_NR; point++) {
			char name[IFNAMSIZ + 8];
			const struct pcapng_interface interface = {
				.name = name,
				.filter = c->config.filter[0] ? c->config.filter
							      : NULL,
				.mac = dev->dev_addr,
				.snaplen = c->config.snaplen,
			};

			if (!(c->config.points & 1u << point))
				continue;
			(void)snprintf(name, sizeof(name), "%s %s", dev->name,
				       point_names[point]);
			at += pcapng_interface(at, &interface);
			c->interface[i - 1][point] = nr++;
		}
	}
	c->meta_len = (u32)(at - c->meta);
}

/* Of the interfaces at which something has come by since the last ones.
 * Return: false if there is none. */
static bool write_statistics(struct capture_conn *c)
{
	u64 now = clock_ns();
	u8 *at = c->meta;

	for (u32 i = 0; i < NETDEV_MAX; i++) {
		for (u32 point = 0; point < TAP_POINT_NR; point++) {
			const struct tap_count *count = &c->tap.count[i][point];
			const struct pcapng_statistics st = {
				.tstamp_ns = now,
				.start_ns = c->started_ns,
				.interface = c->interface[i][point],
				.received = count->seen,
				.accepted = count->accepted,
				.dropped = count->dropped,
				.delivered = c->delivered[i][point],
			};

			if (st.interface == NO_INTERFACE ||
			    c->told[i][point] == count->seen)
				continue;
			c->told[i][point] = count->seen;
			at += pcapng_statistics(at, &st);
		}
	}
	c->meta_len = (u32)(at - c->meta);
	return at != c->meta;
}

static enum pcapng_reception reception(u8 pkt_type)
{
	switch (pkt_type) {
	case PACKET_BROADCAST:
		return PCAPNG_BROADCAST;
	case PACKET_MULTICAST:
		return PCAPNG_MULTICAST;
	case PACKET_OTHERHOST:
		return PCAPNG_PROMISCUOUS;
	default:
		return PCAPNG_UNICAST;
	}
}

static void write_packet(struct capture_conn *c, const struct tap_record *r)
{
	const struct pcapng_packet packet = {
		.tstamp_ns = r->tstamp_ns,
		.packet_id = r->packet_id,
		.interface = c->interface[r->ifindex - 1][r->point],
		.cap_len = r->cap_len,
		.orig_len = r->orig_len,
		.drops = r->drops,
		.direction = r->pkt_type == PACKET_OUTGOING ? PCAPNG_OUTBOUND
							    : PCAPNG_INBOUND,
		.reception = reception(r->pkt_type),
		.comment =
			r->point == TAP_DROP
				? drop_reason_name((enum drop_reason)r->reason)
				: NULL,
	};

	c->record = r;
	c->meta_len = (u32)pcapng_packet_head(c->meta, &packet);
	c->data_len = r->cap_len;
	c->tail_len = (u32)pcapng_packet_tail(c->tail, &packet);
}

/* The last block is out: make the next one. Return: false if there is none. */
static bool next_block(struct capture_conn *c)
{
	const struct tap_record *r;

	if (c->record) {
		c->delivered[c->record->ifindex - 1][c->record->point]++;
		packet_tap_next(&c->tap);
	}
	c->record = NULL;
	c->sent = 0;
	c->meta_len = 0;
	c->data_len = 0;
	c->tail_len = 0;
	if (c->statistics_due) {
		c->statistics_due = false;
		if (write_statistics(c))
			return true;
	}
	r = packet_tap_peek(&c->tap);
	if (!r)
		return false;
	write_packet(c, r);
	return true;
}

/* --- sending ---------------------------------------------------------------
 */

/* What is left of the block's current piece; *@len 0: of the whole block. */
static const u8 *rest_of_block(const struct capture_conn *c, u32 *len)
{
	u32 at = c->sent;

	if (at < c->meta_len) {
		*len = c->meta_len - at;
		return c->meta + at;
	}
	at -= c->meta_len;
	if (at < c->data_len) {
		*len = c->data_len - at;
		return c->record->data + at;
	}
	at -= c->data_len;
	*len = c->tail_len - at;
	return c->tail + at;
}

/* Return: true if all of the block has gone to TCP. */
static bool send_block(struct capture_conn *c)
{
	struct tcp_pcb *pcb = c->base.pcb;
	const u8 *data;
	u32 len;

	for (;;) {
		data = rest_of_block(c, &len);
		if (len == 0)
			return true;
		len = min_u32(min_u32(len, WRITE_MAX), tcp_sndbuf(pcb));
		if (len == 0 ||
		    tcp_write(pcb, data, (u16)len,
			      TCP_WRITE_FLAG_COPY | TCP_WRITE_FLAG_MORE) !=
			    ERR_OK)
			return false;
		c->sent += len;
		c->base.app->stats.tx_bytes += len;
	}
}

/* As much as TCP takes; when it has room again, capture_sent() goes on. */
static void pump(struct capture_conn *c)
{
	tcp_app_push(c->base.pcb);
	while (send_block(c) && next_block(c))
		;
	(void)tcp_output(c->base.pcb); /* what does not go now goes later */
}

/* --- a connection ----------------------------------------------------------
 */

/* Copies have come: gather some more, then send. */
static void tap_ready(struct packet_tap *tap)
{
	struct capture_conn *c = container_of(tap, struct capture_conn, tap);

	if (!c->timer.pending)
		mod_timer(&c->timer, clock_ns() + BATCH_NS);
}

/* Say why not, and end it. */
static void refuse(struct capture_conn *c, const char *why)
{
	char line[CAPTURE_ERROR_MAX + 16];
	int n = snprintf(line, sizeof(line), "capture: %s\n", why);

	(void)tcp_write(c->base.pcb, line, (u16)n, TCP_WRITE_FLAG_COPY);
	tcp_app_close(&c->base);
}

/* The connection may be gone when it returns. */
static void begin_stream(struct capture_conn *c)
{
	const struct capture_config *cfg = &c->config;
	struct packet_tap *tap = &c->tap;
	int err;

	tap->ifindex = cfg->ifindex;
	tap->points = cfg->points;
	tap->no_promisc = cfg->no_promisc;
	tap->snaplen = cfg->snaplen;
	tap->skip_tcp_port = CONFIG_CAPTURE_PORT;
	tap->prog_len = cfg->prog_len;
	memcpy(tap->prog, cfg->prog, sizeof(tap->prog));
	tap->ready = tap_ready;
	err = packet_tap_open(tap, rings[c - conns], CONFIG_CAPTURE_RING_SIZE);
	if (err) {
		refuse(c, "the tap does not open");
		return;
	}
	c->streaming = true;
	c->started_ns = clock_ns();
	write_header(c);
	pump(c);
}

/* The client's line is whole. */
static void obey(struct capture_conn *c)
{
	char error[CAPTURE_ERROR_MAX];
	char *argv[WORDS_MAX + 1];
	int argc = 0;

	for (char *s = c->line; *s;) {
		while (*s == ' ' || *s == '\r')
			*s++ = '\0';
		if (!*s)
			break;
		if (argc == WORDS_MAX) {
			refuse(c, "too many words");
			return;
		}
		argv[argc++] = s;
		while (*s && *s != ' ' && *s != '\r')
			s++;
	}
	argv[argc] = NULL;
	if (argc == 0 || strcmp(argv[0], "capture") != 0)
		refuse(c, "the line must begin with the word capture");
	else if (capture_parse(&c->config, argc, argv, error) < 0)
		refuse(c, error);
	else
		begin_stream(c);
}

static void timeout(struct timer *t, u64 now)
{
	struct capture_conn *c = container_of(t, struct capture_conn, timer);

	(void)now;
	if (c->streaming) {
		pump(c);
	} else if (c->line_len) {
		refuse(c, "half a line");
	} else {
		c->config = capture_defaults;
		begin_stream(c);
	}
}

static err_t capture_opened(struct app_conn *base)
{
	struct capture_conn *c = container_of(base, struct capture_conn, base);

	timer_setup(&c->timer, timeout);
	mod_timer(&c->timer, clock_ns() + WAIT_NS);
	return ERR_OK;
}

/* What the client sent. Return: true if its line is whole. */
static bool take_line(struct capture_conn *c, const struct pbuf *p)
{
	u32 n = min_u32(p->tot_len, REQUEST_MAX - c->line_len);
	char *eol;

	(void)pbuf_copy_partial(p, c->line + c->line_len, (u16)n, 0);
	eol = memchr(c->line + c->line_len, '\n', n);
	if (!c->line_len)
		mod_timer(&c->timer, clock_ns() + LINE_NS);
	c->line_len += n;
	c->line[c->line_len] = '\0';
	if (eol)
		*eol = '\0';
	return eol || c->line_len == REQUEST_MAX;
}

static err_t capture_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p,
			  err_t err)
{
	struct capture_conn *c = arg;
	bool whole = false;

	(void)err; /* lwIP never sets it here */
	if (!p) {
		tcp_app_close(&c->base);
		return ERR_OK;
	}
	c->base.app->stats.rx_bytes += p->tot_len;
	if (!c->streaming)
		whole = take_line(c, p);
	tcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	if (whole) {
		del_timer(&c->timer);
		if (c->line_len == REQUEST_MAX)
			refuse(c, "line too long");
		else
			obey(c);
	}
	return ERR_OK;
}

static err_t capture_sent(void *arg, struct tcp_pcb *pcb, u16 len)
{
	struct capture_conn *c = arg;

	(void)pcb;
	(void)len;
	c->base.stall_seconds = 0;
	if (c->streaming)
		pump(c);
	return ERR_OK;
}

static err_t capture_tick(struct app_conn *base)
{
	struct capture_conn *c = container_of(base, struct capture_conn, base);

	if (c->streaming) {
		c->statistics_due = true;
		pump(c);
	}
	return ERR_OK;
}

static void capture_cleanup(struct app_conn *base)
{
	struct capture_conn *c = container_of(base, struct capture_conn, base);

	del_timer(&c->timer);
	packet_tap_close(&c->tap);
}

static struct tcp_app capture = {
	.recv = capture_recv,
	.sent = capture_sent,
	.opened = capture_opened,
	.tick = capture_tick,
	.cleanup = capture_cleanup,
};

static int capture_init(void)
{
	return tcp_app_listen(&capture, CONFIG_CAPTURE_PORT, conns,
			      sizeof(conns[0]), ARRAY_SIZE(conns));
}
APP("capture", capture_init, &capture.stats);
