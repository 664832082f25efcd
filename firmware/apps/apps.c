/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * apps - starts the services; what those on TCP share
 */
#include "apps/app.h"

#include <errno.h>
#include <string.h>

#include "core/printk.h"
#include "core/seq_file.h"
#include "core/skb.h"
#include "lwip/priv/tcp_priv.h"

enum {
	KEEP_IDLE_MS = 60000,
	KEEP_INTERVAL_MS = 10000,
	KEEP_COUNT = 6,
	POLLS_PER_SECOND = 1000 / TCP_SLOW_INTERVAL,
};

/* Receive buffers in all queues. */
static u32 held_skbs;

void apps_init(void)
{
	SECTION_FOREACH(rp_app, struct app, app)
	{
		int err = (*app)->init();

		if (err != 0)
			pr_warn("%s: not started, error %d", (*app)->name, err);
	}
}

static int apps_show(struct seq_file *m)
{
	seq_printf(m, "%-8s %5s %5s %8s %7s %7s %12s %12s\n", "name", "open",
		   "max", "accepted", "refused", "stalled", "rx_bytes",
		   "tx_bytes");
	SECTION_FOREACH(rp_app, struct app, app)
	{
		const struct app_stats *s = (*app)->stats;

		seq_printf(m, "%-8s %5u %5u %8u %7u %7u %12llu %12llu\n",
			   (*app)->name, (unsigned int)s->open,
			   (unsigned int)s->max, (unsigned int)s->accepted,
			   (unsigned int)s->refused, (unsigned int)s->stalled,
			   (unsigned long long)s->rx_bytes,
			   (unsigned long long)s->tx_bytes);
	}
	return 0;
}
PROC_FILE("net/apps", apps_show);

/* --- received data that waits -----------------------------------------------
 */

err_t skb_queue_add(struct skb_queue *q, struct pbuf *p)
{
	u32 pieces = pbuf_clen(p);

	/* One segment is always taken: who fills the budget stops himself and
	 * nobody else. */
	if (q->head != NULL && (held_skbs + pieces > CONFIG_APP_HELD_SKBS ||
				q->skbs + pieces > APP_CONN_HELD_MAX))
		return ERR_MEM;
	p->cb.next = NULL;
	if (q->head == NULL)
		q->head = p;
	else
		q->tail->cb.next = p;
	q->tail = p;
	q->skbs += pieces;
	held_skbs += pieces;
	return ERR_OK;
}

void skb_queue_drop_first(struct skb_queue *q)
{
	struct pbuf *p = q->head, *rest = p->next;

	if (rest != NULL) {
		/* The rest of the chain takes the place of the whole. */
		pbuf_ref(rest);
		rest->cb.next = p->cb.next;
	}
	q->head = rest != NULL ? rest : p->cb.next;
	if (q->tail == p)
		q->tail = q->head;
	pbuf_free(p);
	q->skbs--;
	held_skbs--;
}

void skb_queue_purge(struct skb_queue *q)
{
	while (q->head != NULL)
		skb_queue_drop_first(q);
}

void tcp_app_recved(struct tcp_pcb *pcb, u32 len)
{
	while (len > 0) {
		u16 n = (u16)min_u32(len, UINT16_MAX);

		tcp_recved(pcb, n);
		len -= n;
	}
}

/* --- connections
 * --------------------------------------------------------------- */

static void release(struct app_conn *c)
{
	struct tcp_app *app = c->app;

	c->pcb = NULL;
	if (app->cleanup != NULL)
		app->cleanup(c);
	c->next_free = app->free;
	app->free = c;
	app->stats.open--;
}

/* lwIP has freed the pcb already. */
static void conn_err(void *arg, err_t err)
{
	(void)err;
	release(arg);
}

static err_t conn_poll(void *arg, struct tcp_pcb *pcb)
{
	struct app_conn *c = arg;

	if (tcp_sndqueuelen(pcb) == 0) {
		c->stall_seconds = 0;
	} else if (++c->stall_seconds >= APP_STALL_SECONDS) {
		c->app->stats.stalled++;
		return tcp_app_abort(c);
	}
	return c->app->tick != NULL ? c->app->tick(c) : ERR_OK;
}

/*
 * A closed connection that still sends. Without a service its argument is
 * free to count the seconds.
 */
static err_t closing_poll(void *arg, struct tcp_pcb *pcb)
{
	uintptr_t seconds = (uintptr_t)arg + 1;

	if (seconds >= APP_STALL_SECONDS) {
		tcp_abort(pcb);
		return ERR_ABRT;
	}
	tcp_arg(pcb, (void *)seconds);
	if (pcb->state == ESTABLISHED || pcb->state == CLOSE_WAIT)
		(void)tcp_close(pcb); /* failed before; the next poll tries */
	return ERR_OK;
}

struct app_conn *tcp_app_adopt(struct tcp_app *app, struct tcp_pcb *pcb)
{
	struct app_conn *c;

	if (app->free == NULL && app->make_room != NULL)
		app->make_room();
	c = app->free;
	if (c == NULL) {
		app->stats.refused++;
		return NULL;
	}
	app->free = c->next_free;
	memset(c, 0, app->conn_size);
	c->app = app;
	c->pcb = pcb;
	if (++app->stats.open > app->stats.max)
		app->stats.max = app->stats.open;

	ip_set_option(pcb, SOF_KEEPALIVE);
	pcb->keep_idle = KEEP_IDLE_MS;
	pcb->keep_intvl = KEEP_INTERVAL_MS;
	pcb->keep_cnt = KEEP_COUNT;
	tcp_nagle_disable(pcb);
	tcp_arg(pcb, c);
	tcp_recv(pcb, app->recv);
	tcp_sent(pcb, app->sent);
	tcp_err(pcb, conn_err);
	tcp_poll(pcb, conn_poll, POLLS_PER_SECOND);
	return c;
}

static err_t conn_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
	struct tcp_app *app = arg;
	struct app_conn *c;

	if (err != ERR_OK || pcb == NULL)
		return ERR_VAL;
	c = tcp_app_adopt(app, pcb);
	if (c == NULL)
		return ERR_MEM; /* lwIP resets it */
	app->stats.accepted++;
	return app->opened != NULL ? app->opened(c) : ERR_OK;
}

int tcp_app_listen(struct tcp_app *app, u16 port, void *conns, size_t size,
		   u32 count)
{
	struct tcp_pcb *pcb = tcp_new(), *listener;

	if (pcb == NULL)
		return -ENOMEM;
	if (tcp_bind(pcb, IP_ADDR_ANY, port) != ERR_OK) {
		(void)tcp_close(pcb); /* not connected: cannot fail */
		return -EADDRINUSE;
	}
	listener = tcp_listen_with_backlog(pcb, UINT8_MAX);
	if (listener == NULL) {
		(void)tcp_close(pcb);
		return -ENOMEM;
	}

	app->conn_size = size;
	for (u32 i = 0; i < count; i++) {
		struct app_conn *c = (void *)((char *)conns + i * size);

		c->next_free = app->free;
		app->free = c;
	}
	tcp_arg(listener, app);
	tcp_accept(listener, conn_accept);
	return 0;
}

void tcp_app_close(struct app_conn *c)
{
	struct tcp_pcb *pcb = c->pcb;

	tcp_arg(pcb, NULL);
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, NULL);
	tcp_err(pcb, NULL);
	tcp_poll(pcb, closing_poll, POLLS_PER_SECOND);
	release(c);
	(void)tcp_close(pcb); /* closing_poll() tries again */
}

err_t tcp_app_abort(struct app_conn *c)
{
	struct tcp_pcb *pcb = c->pcb;

	tcp_err(pcb, NULL);
	release(c);
	tcp_abort(pcb);
	return ERR_ABRT;
}
