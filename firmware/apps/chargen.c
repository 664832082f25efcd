/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * chargen - sends lines of 72 characters until the client closes (RFC 864),
 * TCP port 19
 *
 * UDP is left out: it answers forged requests with more bytes than they had.
 *
 * The text repeats after 95 lines. It lies in memory once, plus the length of
 * one write, so that every write is one piece, whole segments long, and sent
 * without a copy.
 */
#include "apps/app.h"
#include "lwip/priv/tcp_priv.h"

enum {
	CHARGEN_PORT = 19,
	FIRST_CHAR = ' ',
	CHARS = '~' - ' ' + 1,
	LINE_CHARS = 72,
	LINE_BYTES = LINE_CHARS + 2,
	PERIOD = CHARS * LINE_BYTES,
	WRITE_MAX = 8 * TCP_MSS,
};

struct chargen_conn {
	struct app_conn base;
	u32 offset; /* into the period */
};

static char text[PERIOD + WRITE_MAX];
static struct chargen_conn conns[CONFIG_APP_CONNS];

static char char_at(u32 offset)
{
	u32 line = offset / LINE_BYTES % CHARS, column = offset % LINE_BYTES;

	if (column == LINE_CHARS)
		return '\r';
	if (column == LINE_CHARS + 1)
		return '\n';
	return (char)(FIRST_CHAR + (line + column) % CHARS);
}

static bool write_text(struct chargen_conn *c, u32 len)
{
	if (tcp_write(c->base.pcb, text + c->offset, (u16)len, 0) != ERR_OK)
		return false;
	c->offset = (c->offset + len) % PERIOD;
	c->base.app->stats.tx_bytes += len;
	return true;
}

/* As much as TCP takes, in whole segments. */
static void fill(struct chargen_conn *c)
{
	struct tcp_pcb *pcb = c->base.pcb;
	u32 mss = tcp_mss(pcb), room;

	while ((room = tcp_sndbuf(pcb)) >= mss) {
		u32 len = min_u32(room, WRITE_MAX);

		if (!write_text(c, len - len % mss) && !write_text(c, mss))
			break;
	}
	(void)tcp_output(pcb); /* what does not go now goes with an ACK */
}

static err_t chargen_opened(struct app_conn *c)
{
	fill(container_of(c, struct chargen_conn, base));
	return ERR_OK;
}

static err_t chargen_tick(struct app_conn *c)
{
	fill(container_of(c, struct chargen_conn, base));
	return ERR_OK;
}

static err_t chargen_sent(void *arg, struct tcp_pcb *pcb, u16 len)
{
	struct chargen_conn *c = arg;

	(void)pcb;
	(void)len;
	c->base.stall_seconds = 0;
	fill(c);
	return ERR_OK;
}

static err_t chargen_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p,
			  err_t err)
{
	struct app_conn *c = arg;

	(void)err; /* lwIP never sets it here */
	if (p == NULL) {
		tcp_app_close(c);
		return ERR_OK;
	}
	c->app->stats.rx_bytes += p->tot_len;
	tcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	return ERR_OK;
}

static struct tcp_app chargen = {
	.recv = chargen_recv,
	.sent = chargen_sent,
	.opened = chargen_opened,
	.tick = chargen_tick,
};

static int chargen_init(void)
{
	for (u32 i = 0; i < sizeof(text); i++)
		text[i] = char_at(i);
	return tcp_app_listen(&chargen, CHARGEN_PORT, conns, sizeof(conns[0]),
			      ARRAY_SIZE(conns));
}
APP("chargen", chargen_init, &chargen.stats);
