/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * app - the services of the image, and what those on TCP share
 *
 * A service registers itself: APP("echo", echo_init, &echo_stats). apps_init()
 * starts all of them once the stack is up. /proc/net/apps shows their
 * counters.
 *
 * For services on TCP: fill a struct tcp_app and call tcp_app_listen(). Each
 * connection is one struct that begins with a struct app_conn, from a fixed
 * array; lwIP's callbacks get it as their argument. An empty array refuses the
 * connection and counts it. A peer that vanishes is found by keepalive; one
 * that takes no byte of what waits for it for APP_STALL_SECONDS is aborted.
 *
 * Ownership: a callback that is given a pbuf consumes it if it returns
 * ERR_OK; with ERR_MEM it stays with TCP, which offers it again.
 *
 * Context: application and lwIP's callbacks, which here are the same.
 */
#ifndef APPS_APP_H
#define APPS_APP_H

#include "core/section.h"
#include "core/types.h"
#include "lwip/tcp.h"

enum {
	APP_STALL_SECONDS = 60,
	/* A connection may hold this many receive buffers: the window's worth
	 * of full ones, so that only small segments ever reach it. */
	APP_CONN_HELD_MAX = 96,
	APP_PUSH_SEGMENTS = 16,
};

struct app_stats {
	u32 open; /* connections now */
	u32 max;  /* most ever */
	u32 accepted;
	u32 refused; /* none free */
	u32 stalled; /* aborted because the peer took nothing */
	u64 rx_bytes, tx_bytes;
};

struct app {
	const char *name;
	int (*init)(void); /* 0 or -errno */
	struct app_stats *stats;
};

SECTION_DECLARE(rp_app, struct app);

#define APP(name_, init_, stats_)                                              \
	static const struct app SECTION_CAT(app_, init_) = {                   \
		.name = (name_),                                               \
		.init = (init_),                                               \
		.stats = (stats_),                                             \
	};                                                                     \
	SECTION_ITEM(rp_app, struct app, &SECTION_CAT(app_, init_))

/**
 * apps_init() - start every service; one that fails is logged and left out
 *
 * Context: once at boot, after the stack is up.
 */
void apps_init(void);

struct tcp_app;

/* Buffers that wait for the application, in the order of arrival. */
struct skb_queue {
	struct pbuf *head, *tail;
	u32 skbs; /* pieces of all chains */
};

/* First member of a connection. */
struct app_conn {
	struct app_conn *next_free;
	struct tcp_app *app;
	struct tcp_pcb *pcb; /* NULL: gone, the connection is being freed */
	u16 stall_seconds;   /* reset by the service when bytes were taken */
};

struct tcp_app {
	struct app_stats stats;
	struct app_conn *free;

	/* lwIP's own callbacks; sent may be NULL. */
	tcp_recv_fn recv;
	tcp_sent_fn sent;
	/* Connection opened; its memory is zero but for the base. NULL or
	 * ERR_OK to take it, ERR_ABRT after tcp_app_abort(). */
	err_t (*opened)(struct app_conn *c);
	/* Once a second; what it returns goes to lwIP. May be NULL. */
	err_t (*tick)(struct app_conn *c);
	/* The connection ends: give back what it holds. May be NULL. */
	void (*cleanup)(struct app_conn *c);
	/* No connection is free: close one that is idle. May be NULL. */
	void (*make_room)(void);

	size_t conn_size;
};

/**
 * tcp_app_listen() - take connections on a port
 * @conns: array of @count connections of @size bytes, kept for ever
 *
 * Return: 0, -ENOMEM, -EADDRINUSE.
 */
int tcp_app_listen(struct tcp_app *app, u16 port, void *conns, size_t size,
		   u32 count);

/* A connection for a pcb that the service opens by itself; NULL: none free. */
struct app_conn *tcp_app_adopt(struct tcp_app *app, struct tcp_pcb *pcb);

/**
 * tcp_app_close() - send what was written, then close; free the connection
 *
 * The pcb goes on without the service: a FIN that finds no memory is tried
 * again, and what the peer does not take in APP_STALL_SECONDS is dropped.
 */
void tcp_app_close(struct app_conn *c);

/* Reset the connection and free it. Return: ERR_ABRT, for lwIP. */
err_t tcp_app_abort(struct app_conn *c);

/**
 * skb_queue_add() - keep received data until it can be used
 * @p: consumed if there is room
 *
 * Return: ERR_OK; ERR_MEM when this queue or all of them hold too much.
 */
err_t skb_queue_add(struct skb_queue *q, struct pbuf *p);

/* Free the first piece of the first chain. */
void skb_queue_drop_first(struct skb_queue *q);
void skb_queue_purge(struct skb_queue *q);

/**
 * tcp_app_push() - choose between latency and memory before a write
 *
 * Few segments on their way: small data goes at once. Many: it is gathered
 * (Nagle), so that a client that takes nothing, or byte by byte, cannot fill
 * the pools with tiny segments.
 */
static inline void tcp_app_push(struct tcp_pcb *pcb)
{
	if (tcp_sndqueuelen(pcb) < APP_PUSH_SEGMENTS)
		tcp_nagle_disable(pcb);
	else
		tcp_nagle_enable(pcb);
}

/* tcp_recved() for any number of bytes. */
void tcp_app_recved(struct tcp_pcb *pcb, u32 len);

#endif
