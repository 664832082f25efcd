/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * iperf - the server of iperf 2, TCP and UDP port 5001
 *
 * TCP: takes what comes, and sends where the client's first bytes ask for it:
 * back on a connection of its own after the test (-r) or during it (-d), or
 * on the same connection in place of the client (-R) or together with it
 * (--full-duplex).
 *
 * UDP: counts datagrams, losses, reordering and jitter of each client, and
 * answers its last datagram (a negative number) with the report, as often as
 * that arrives. The answer is the datagram itself, cut to what the report
 * needs, so that forged requests are not made larger.
 */
#include <errno.h>
#include <string.h>

#include "apps/app.h"
#include "core/port.h"
#include "lwip/ip.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/udp.h"

enum {
	IPERF_PORT = 5001,

	/* What TCP clients begin with, all in network order. */
	HDR_FLAGS = 0,
	HDR_PORT = 8,
	HDR_AMOUNT = 20,      /* bytes, or below zero: hundredths of a second */
	HDR_UPPER_FLAGS = 32, /* 16 bits; there if FLAG_EXTEND is set */
	HDR_BYTES = 36,

	FLAG_RUN_NOW = 0x00000001,
	FLAG_EXTEND = 0x40000000,
	UPPER_REVERSE = 0x0400,
	UPPER_FULL_DUPLEX = 0x0800,

	/* Before our payload: a client header that asks for nothing. */
	EMPTY_HDR_BYTES = 128,
	WRITE_MAX = 8 * TCP_MSS,
};

/* 31 bits do not fit an enum. */
#define FLAG_VERSION1 0x80000000u

struct iperf_conn {
	struct app_conn base;
	bool sending;
	bool by_time;
	bool greeted;	      /* the empty header has been sent */
	bool then_connect;    /* -r: when the client has finished */
	bool close_when_sent; /* not while the client still sends */
	u8 hdr_len;
	u8 hdr[HDR_BYTES];
	u64 end_ns;	/* by_time */
	u32 bytes_left; /* not by_time */
};

static u8 payload[EMPTY_HDR_BYTES + WRITE_MAX];
static struct iperf_conn conns[CONFIG_APP_CONNS];
static struct tcp_app iperf;

static u32 get_be32(const u8 *p)
{
	return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}

static void put_be32(u8 *p, u32 v)
{
	p[0] = (u8)(v >> 24);
	p[1] = (u8)(v >> 16);
	p[2] = (u8)(v >> 8);
	p[3] = (u8)v;
}

/* --- TCP: sending
 * --------------------------------------------------------------- */

static bool is_over(const struct iperf_conn *c)
{
	return c->by_time ? clock_ns() >= c->end_ns : c->bytes_left == 0;
}

static bool write_payload(struct iperf_conn *c, u32 len)
{
	const u8 *from = payload + (c->greeted ? EMPTY_HDR_BYTES : 0);

	if (!c->by_time)
		len = min_u32(len, c->bytes_left);
	if (tcp_write(c->base.pcb, from, (u16)len, 0) != ERR_OK)
		return false;
	c->greeted = true;
	c->bytes_left -= c->by_time ? 0 : len;
	iperf.stats.tx_bytes += len;
	return true;
}

/*
 * Fill TCP with whole segments, or end the sending side. The connection may
 * be freed when it returns.
 */
static void send_more(struct iperf_conn *c)
{
	struct tcp_pcb *pcb = c->base.pcb;
	u32 mss = tcp_mss(pcb), room;

	if (!c->sending)
		return;
	while (!is_over(c) && (room = tcp_sndbuf(pcb)) >= mss) {
		u32 len = min_u32(room, WRITE_MAX);

		if (!write_payload(c, len - len % mss) &&
		    !write_payload(c, mss))
			break;
	}
	if (!is_over(c)) {
		(void)tcp_output(pcb); /* else it goes with an ACK */
		return;
	}
	if (c->close_when_sent)
		tcp_app_close(&c->base);
	else if (tcp_shutdown(pcb, 0, 1) == ERR_OK)
		c->sending = false;
}

/* The amount that the client asked for, from now on. */
static void start_sending(struct iperf_conn *c, const u8 *hdr)
{
	s32 amount = (s32)get_be32(hdr + HDR_AMOUNT);

	c->sending = true;
	c->by_time = amount < 0;
	if (c->by_time)
		c->end_ns =
			clock_ns() + (u64)(-(s64)amount) * (10 * NSEC_PER_MSEC);
	else
		c->bytes_left = (u32)amount;
}

static err_t connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
	struct iperf_conn *c = arg;

	(void)pcb;
	(void)err; /* always ERR_OK: failures go to the error callback */
	start_sending(c, c->hdr); /* the time begins here */
	send_more(c);
	return ERR_OK;
}

/* -r and -d: a connection to the port that the client listens on. */
static void connect_back(const struct iperf_conn *from)
{
	struct tcp_pcb *pcb = tcp_new();
	struct app_conn *base;
	struct iperf_conn *c;

	if (pcb == NULL) {
		iperf.stats.refused++;
		return;
	}
	base = tcp_app_adopt(&iperf, pcb);
	if (base == NULL) {
		tcp_abort(pcb);
		return;
	}
	c = container_of(base, struct iperf_conn, base);
	c->close_when_sent = true;
	c->hdr_len = HDR_BYTES; /* nothing it sends is a header */
	memcpy(c->hdr, from->hdr, HDR_BYTES);
	if (tcp_connect(pcb, &from->base.pcb->remote_ip,
			(u16)get_be32(from->hdr + HDR_PORT),
			connected) != ERR_OK)
		(void)tcp_app_abort(base); /* not inside its callback */
}

/* --- TCP: receiving
 * --------------------------------------------------------------- */

static void start_test(struct iperf_conn *c)
{
	u32 flags = get_be32(c->hdr + HDR_FLAGS);
	u32 upper = (flags & FLAG_EXTEND) != 0
			    ? get_be32(c->hdr + HDR_UPPER_FLAGS) >> 16
			    : 0;

	if ((flags & FLAG_VERSION1) != 0) {
		if ((flags & FLAG_RUN_NOW) != 0)
			connect_back(c);
		else
			c->then_connect = true;
	}
	if ((upper & (UPPER_REVERSE | UPPER_FULL_DUPLEX)) != 0) {
		c->close_when_sent = (upper & UPPER_REVERSE) != 0;
		start_sending(c, c->hdr);
	}
}

/* The connection may be freed when it returns. */
static void read_header(struct iperf_conn *c, const struct pbuf *p)
{
	u16 want = (u16)(HDR_BYTES - c->hdr_len);

	c->hdr_len = (u8)(c->hdr_len +
			  pbuf_copy_partial(p, c->hdr + c->hdr_len, want, 0));
	if (c->hdr_len < HDR_BYTES)
		return;
	start_test(c);
	send_more(c);
}

static err_t iperf_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p,
			err_t err)
{
	struct iperf_conn *c = arg;

	(void)err; /* lwIP never sets it here */
	if (p == NULL) {
		if (c->then_connect)
			connect_back(c);
		tcp_app_close(&c->base);
		return ERR_OK;
	}
	iperf.stats.rx_bytes += p->tot_len;
	tcp_recved(pcb, p->tot_len);
	if (unlikely(c->hdr_len < HDR_BYTES))
		read_header(c, p);
	pbuf_free(p);
	return ERR_OK;
}

static err_t iperf_sent(void *arg, struct tcp_pcb *pcb, u16 len)
{
	struct iperf_conn *c = arg;

	(void)pcb;
	(void)len;
	c->base.stall_seconds = 0;
	send_more(c);
	return ERR_OK;
}

static err_t iperf_tick(struct app_conn *c)
{
	send_more(container_of(c, struct iperf_conn, base));
	return ERR_OK;
}

static struct tcp_app iperf = {
	.recv = iperf_recv,
	.sent = iperf_sent,
	.tick = iperf_tick,
};

/* --- UDP
 * ----------------------------------------------------------------------------
 */

enum {
	STREAMS = 16,

	/* A datagram begins with its number, the time it was sent, and the
	 * upper half of its number; all in network order. */
	UDP_ID = 0,
	UDP_SEC = 4,
	UDP_USEC = 8,
	UDP_HDR_BYTES = 16,

	/* The report follows that in the answer. */
	REPORT_WORDS = 10,
	ANSWER_BYTES = UDP_HDR_BYTES + REPORT_WORDS * 4,
};

struct udp_stream {
	bool used, finished;
	u16 port;
	ip_addr_t addr;
	u64 last_ns; /* the oldest is replaced when a new client comes */
	u64 start_ns, end_ns;
	s64 transit_ns;
	u64 jitter_ns;
	s32 last_id;
	u64 bytes;
	u32 lost, out_of_order;
};

static struct udp_stream streams[STREAMS];

static struct udp_stream *find_stream(const ip_addr_t *addr, u16 port)
{
	for (u32 i = 0; i < STREAMS; i++) {
		struct udp_stream *s = &streams[i];

		if (s->used && s->port == port && ip_addr_eq(&s->addr, addr))
			return s;
	}
	return NULL;
}

static struct udp_stream *new_stream(const ip_addr_t *addr, u16 port, u64 now)
{
	struct udp_stream *s = &streams[0];

	for (u32 i = 0; i < STREAMS; i++) {
		if (!streams[i].used) {
			s = &streams[i];
			break;
		}
		if (streams[i].last_ns < s->last_ns)
			s = &streams[i];
	}
	memset(s, 0, sizeof(*s));
	s->used = true;
	s->port = port;
	ip_addr_copy(s->addr, *addr);
	s->start_ns = now;
	return s;
}

/* Interarrival jitter as in RFC 3550, section 6.4.1: a 16th of the change. */
static void count_jitter(struct udp_stream *s, const u8 *hdr, u64 now)
{
	s64 sent_ns = (s64)get_be32(hdr + UDP_SEC) * (s64)NSEC_PER_SEC +
		      (s64)get_be32(hdr + UDP_USEC) * (s64)NSEC_PER_USEC;
	s64 transit = (s64)now - sent_ns, d = transit - s->transit_ns;

	if (s->bytes > 0)
		s->jitter_ns =
			(u64)((s64)s->jitter_ns +
			      ((d < 0 ? -d : d) - (s64)s->jitter_ns) / 16);
	s->transit_ns = transit;
}

/* Datagram @id has come; those between it and the last are lost until seen. */
static void count_datagram(struct udp_stream *s, s32 id, u32 len)
{
	s->bytes += len;
	if (id > s->last_id) {
		s->lost += (u32)(id - s->last_id - 1);
		s->last_id = id;
	} else if (id < s->last_id) {
		s->out_of_order++;
		if (s->lost > 0)
			s->lost--;
	}
}

static void write_report(u8 *p, const struct udp_stream *s)
{
	u64 ns = s->end_ns - s->start_ns;
	const u32 words[REPORT_WORDS] = {
		FLAG_VERSION1,
		(u32)(s->bytes >> 32),
		(u32)s->bytes,
		(u32)(ns / NSEC_PER_SEC),
		(u32)(ns % NSEC_PER_SEC / NSEC_PER_USEC),
		s->lost,
		s->out_of_order,
		(u32)s->last_id,
		(u32)(s->jitter_ns / NSEC_PER_SEC),
		(u32)(s->jitter_ns % NSEC_PER_SEC / NSEC_PER_USEC),
	};

	for (u32 i = 0; i < REPORT_WORDS; i++)
		put_be32(p + i * 4, words[i]);
}

/* @p is the client's last datagram, in one piece and ours alone. */
static void send_report(struct udp_pcb *pcb, struct pbuf *p,
			const struct udp_stream *s)
{
	write_report((u8 *)p->payload + UDP_HDR_BYTES, s);
	pbuf_realloc(p, ANSWER_BYTES);
	if (udp_sendto_if_src(pcb, p, &s->addr, s->port,
			      ip_current_input_netif(),
			      ip_current_dest_addr()) == ERR_OK)
		iperf.stats.tx_bytes += ANSWER_BYTES;
}

static void iperf_udp_recv(void *arg, struct udp_pcb *pcb, struct pbuf *p,
			   const ip_addr_t *addr, u16 port)
{
	struct udp_stream *s = find_stream(addr, port);
	const u8 *hdr = p->payload;
	u64 now = clock_ns();
	s32 id;

	(void)arg;
	iperf.stats.rx_bytes += p->tot_len;
	if (p->len < UDP_HDR_BYTES)
		goto out;
	id = (s32)get_be32(hdr + UDP_ID);

	if (id >= 0) {
		/* The same port again after the end is a new test. */
		if (s == NULL || s->finished)
			s = new_stream(addr, port, now);
		count_jitter(s, hdr, now);
		count_datagram(s, id, p->tot_len);
		s->last_ns = now;
		goto out;
	}
	if (s == NULL)
		goto out;
	if (!s->finished) {
		s->finished = true;
		s->end_ns = now;
		count_datagram(s, id == INT32_MIN ? 0 : -id, p->tot_len);
	}
	s->last_ns = now;
	if (p->len >= ANSWER_BYTES && p->ref == 1 &&
	    !ip_addr_ismulticast(ip_current_dest_addr()))
		send_report(pcb, p, s);
out:
	pbuf_free(p);
}

/* --- start
 * ------------------------------------------------------------------------- */

static int iperf_init(void)
{
	struct udp_pcb *pcb = udp_new();

	if (pcb == NULL)
		return -ENOMEM;
	if (udp_bind(pcb, IP_ADDR_ANY, IPERF_PORT) != ERR_OK) {
		udp_remove(pcb);
		return -EADDRINUSE;
	}
	udp_recv(pcb, iperf_udp_recv, NULL);

	for (u32 i = EMPTY_HDR_BYTES; i < sizeof(payload); i++)
		payload[i] = (u8)('0' + (i - EMPTY_HDR_BYTES) % 10);
	return tcp_app_listen(&iperf, IPERF_PORT, conns, sizeof(conns[0]),
			      ARRAY_SIZE(conns));
}
APP("iperf", iperf_init, &iperf.stats);
