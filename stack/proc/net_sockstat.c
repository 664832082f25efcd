/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/net/sockstat - sockets in use, and the memory they hold (row M3)
 */
#include "core/seq_file.h"
#include "lwip/memp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"
#include "proc/sock.h"

enum { PAGE_SIZE = 4096 };

struct tcp_sum {
	u32 inuse;  /* listening or connected */
	u32 orphan; /* closed by the application, still sending */
	u32 tw;
	u32 bytes; /* queued in both directions */
};

static bool is_orphan(const struct tcp_pcb *pcb)
{
	return pcb->state == FIN_WAIT_1 || pcb->state == FIN_WAIT_2 ||
	       pcb->state == CLOSING || pcb->state == LAST_ACK;
}

static void count_tcp(struct tcp_sum *sum)
{
	*sum = (struct tcp_sum){ 0 };
	for (struct tcp_pcb_listen *l = tcp_listen_pcbs.listen_pcbs; l != NULL;
	     l = l->next)
		sum->inuse++;
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL;
	     pcb = pcb->next) {
		sum->bytes += sock_tx_queue(pcb) + sock_rx_queue(pcb);
		if (is_orphan(pcb))
			sum->orphan++;
		else
			sum->inuse++;
	}
	for (struct tcp_pcb *pcb = tcp_tw_pcbs; pcb != NULL; pcb = pcb->next)
		sum->tw++;
}

static unsigned int pool_used(memp_t pool)
{
	return (unsigned int)memp_pools[pool]->stats->used;
}

static int sockstat_show(struct seq_file *m)
{
	unsigned int udp = pool_used(MEMP_UDP_PCB);
	unsigned int raw = pool_used(MEMP_RAW_PCB);
	struct tcp_sum tcp;

	count_tcp(&tcp);
	seq_printf(m, "sockets: used %u\n",
		   (unsigned int)tcp.inuse + udp + raw);
	seq_printf(m, "TCP: inuse %u orphan %u tw %u alloc %u mem %u\n",
		   (unsigned int)tcp.inuse, (unsigned int)tcp.orphan,
		   (unsigned int)tcp.tw,
		   pool_used(MEMP_TCP_PCB) + pool_used(MEMP_TCP_PCB_LISTEN) -
			   (unsigned int)tcp.tw,
		   (unsigned int)((tcp.bytes + PAGE_SIZE - 1) / PAGE_SIZE));
	seq_printf(m, "UDP: inuse %u mem 0\n", udp);
	seq_puts(m, "UDPLITE: inuse 0\n");
	seq_printf(m, "RAW: inuse %u\n", raw);
	seq_puts(m, "FRAG: inuse 0 memory 0\n");
	return 0;
}
PROC_FILE("net/sockstat", sockstat_show);
