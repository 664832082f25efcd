/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * echo - sends back what it receives (RFC 862), TCP and UDP port 7
 *
 * TCP: a segment is written back whole or waits in the connection's queue;
 * only what was written opens the window again, so a client that does not
 * read fills its own window and nothing else. A client that has shut down
 * its writing side gets the rest, then the end.
 *
 * UDP: the datagram itself goes back, from the address it came to. Nothing is
 * answered that was sent to a group, or that comes from a service that would
 * answer the answer.
 */
#include <errno.h>

#include "apps/app.h"
#include "lwip/ip.h"
#include "lwip/udp.h"

enum { ECHO_PORT = 7 };

struct echo_conn {
	struct app_conn base;
	struct skb_queue waiting;
	bool peer_closed;
};

static struct echo_conn conns[CONFIG_APP_CONNS];

/* Whole segments only: what comes in full goes out full. */
static bool write_back(struct echo_conn *c, const struct pbuf *p)
{
	struct tcp_pcb *pcb = c->base.pcb;
	struct app_stats *stats = &c->base.app->stats;

	tcp_app_push(pcb);
	if (p->len > tcp_sndbuf(pcb) ||
	    tcp_write(pcb, p->payload, p->len, TCP_WRITE_FLAG_COPY) != ERR_OK)
		return false;
	stats->rx_bytes += p->len;
	stats->tx_bytes += p->len;
	return true;
}

/* Write what waits; close when nothing is left of a closed client. */
static void pump(struct echo_conn *c)
{
	u32 written = 0;

	while (c->waiting.head != NULL && write_back(c, c->waiting.head)) {
		written += c->waiting.head->len;
		skb_queue_drop_first(&c->waiting);
	}
	if (written > 0) {
		tcp_app_recved(c->base.pcb, written);
		(void)tcp_output(c->base.pcb); /* else it goes with an ACK */
	}
	if (c->peer_closed && c->waiting.head == NULL)
		tcp_app_close(&c->base);
}

static err_t echo_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p,
		       err_t err)
{
	struct echo_conn *c = arg;

	(void)err; /* lwIP never sets it here */
	if (p == NULL) {
		c->peer_closed = true;
		pump(c);
		return ERR_OK;
	}
	if (c->waiting.head == NULL && p->next == NULL && write_back(c, p)) {
		tcp_recved(pcb, p->len);
		pbuf_free(p);
		return ERR_OK;
	}
	err = skb_queue_add(&c->waiting, p);
	if (err == ERR_OK)
		pump(c);
	return err;
}

static err_t echo_sent(void *arg, struct tcp_pcb *pcb, u16 len)
{
	struct echo_conn *c = arg;

	(void)pcb;
	(void)len;
	c->base.stall_seconds = 0;
	if (c->waiting.head != NULL)
		pump(c);
	return ERR_OK;
}

static err_t echo_tick(struct app_conn *c)
{
	pump(container_of(c, struct echo_conn, base));
	return ERR_OK;
}

static void echo_cleanup(struct app_conn *c)
{
	skb_queue_purge(&container_of(c, struct echo_conn, base)->waiting);
}

static struct tcp_app echo = {
	.recv = echo_recv,
	.sent = echo_sent,
	.tick = echo_tick,
	.cleanup = echo_cleanup,
};

/* Services that answer anything: an echo between two would never end. */
static bool would_answer(u16 port)
{
	switch (port) {
	case 0: /* cannot be answered */
	case ECHO_PORT:
	case 13: /* daytime */
	case 17: /* qotd */
	case 19: /* chargen */
	case 37: /* time */
		return true;
	default:
		return false;
	}
}

static bool was_for_group(void)
{
	return ip_addr_ismulticast(ip_current_dest_addr()) ||
	       ip_addr_isbroadcast(ip_current_dest_addr(),
				   ip_current_input_netif());
}

static void echo_udp_recv(void *arg, struct udp_pcb *pcb, struct pbuf *p,
			  const ip_addr_t *addr, u16 port)
{
	struct app_stats *stats = &echo.stats;

	(void)arg;
	stats->rx_bytes += p->tot_len;
	/* Headers are written in front of the data: it must be ours alone. */
	if (!would_answer(port) && !was_for_group() && p->ref == 1) {
		u16 len = p->tot_len;

		if (udp_sendto_if_src(pcb, p, addr, port,
				      ip_current_input_netif(),
				      ip_current_dest_addr()) == ERR_OK)
			stats->tx_bytes += len;
	}
	pbuf_free(p);
}

static int echo_init(void)
{
	struct udp_pcb *pcb = udp_new();

	if (pcb == NULL)
		return -ENOMEM;
	if (udp_bind(pcb, IP_ADDR_ANY, ECHO_PORT) != ERR_OK) {
		udp_remove(pcb);
		return -EADDRINUSE;
	}
	udp_recv(pcb, echo_udp_recv, NULL);
	return tcp_app_listen(&echo, ECHO_PORT, conns, sizeof(conns[0]),
			      ARRAY_SIZE(conns));
}
APP("echo", echo_init, &echo.stats);
