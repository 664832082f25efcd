/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * discard - takes everything, answers nothing (RFC 863), TCP and UDP port 9
 */
#include <errno.h>

#include "apps/app.h"
#include "lwip/udp.h"

enum { DISCARD_PORT = 9 };

static struct app_conn conns[CONFIG_APP_CONNS];

static err_t discard_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p,
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

static struct tcp_app discard = { .recv = discard_recv };

static void discard_udp_recv(void *arg, struct udp_pcb *pcb, struct pbuf *p,
			     const ip_addr_t *addr, u16 port)
{
	(void)arg;
	(void)pcb;
	(void)addr;
	(void)port;
	discard.stats.rx_bytes += p->tot_len;
	pbuf_free(p);
}

static int discard_init(void)
{
	struct udp_pcb *pcb = udp_new();

	if (pcb == NULL)
		return -ENOMEM;
	if (udp_bind(pcb, IP_ADDR_ANY, DISCARD_PORT) != ERR_OK) {
		udp_remove(pcb);
		return -EADDRINUSE;
	}
	udp_recv(pcb, discard_udp_recv, NULL);
	return tcp_app_listen(&discard, DISCARD_PORT, conns, sizeof(conns[0]),
			      ARRAY_SIZE(conns));
}
APP("discard", discard_init, &discard.stats);
