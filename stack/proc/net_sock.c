/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/net/tcp, /proc/net/udp, /proc/net/raw - sockets (row M7)
 *
 * Addresses are in network order as they lie in memory, ports in host order,
 * both in hexadecimal: so does Linux. There are no users and no inodes; the
 * pointer column is what Linux shows to those who may not see it.
 */
#include "proc/sock.h"

#include "core/seq_file.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/udp.h"

enum {
	TCP_WIDTH = 149,
	UDP_WIDTH = 127,
	TICK_MS = 10,
	LINE_MAX_BYTES = 160,
};

#define POINTER "00000000"

enum sock_state sock_state(enum tcp_state state)
{
	static const u8 linux_state[] = {
		[CLOSED] = SOCK_CLOSE,
		[LISTEN] = SOCK_LISTEN,
		[SYN_SENT] = SOCK_SYN_SENT,
		[SYN_RCVD] = SOCK_SYN_RECV,
		[ESTABLISHED] = SOCK_ESTABLISHED,
		[FIN_WAIT_1] = SOCK_FIN_WAIT1,
		[FIN_WAIT_2] = SOCK_FIN_WAIT2,
		[CLOSE_WAIT] = SOCK_CLOSE_WAIT,
		[CLOSING] = SOCK_CLOSING,
		[LAST_ACK] = SOCK_LAST_ACK,
		[TIME_WAIT] = SOCK_TIME_WAIT,
	};

	return (enum sock_state)linux_state[state];
}

u32 sock_tx_queue(const struct tcp_pcb *pcb)
{
	return pcb->snd_lbb - pcb->lastack;
}

u32 sock_rx_queue(const struct tcp_pcb *pcb)
{
	u32 full = TCP_WND_MAX(pcb);

	return pcb->rcv_wnd < full ? full - pcb->rcv_wnd : 0;
}

static u32 ticks_left(u32 whole_ms, u32 passed_ms)
{
	return whole_ms > passed_ms ? (whole_ms - passed_ms) / TICK_MS : 0;
}

int sock_timer(const struct tcp_pcb *pcb, u32 *left)
{
	u32 idle_ms = (tcp_ticks - pcb->tmr) * TCP_SLOW_INTERVAL;

	*left = 0;
	if (pcb->state == TIME_WAIT) {
		*left = ticks_left(2 * TCP_MSL, idle_ms);
		return 3;
	}
	if (pcb->persist_backoff > 0)
		return 4;
	if (pcb->rtime >= 0) {
		*left = ticks_left((u32)pcb->rto * TCP_SLOW_INTERVAL,
				   (u32)pcb->rtime * TCP_SLOW_INTERVAL);
		return 1;
	}
	if (ip_get_option(pcb, SOF_KEEPALIVE) &&
	    (pcb->state == ESTABLISHED || pcb->state == CLOSE_WAIT)) {
		*left = ticks_left(pcb->keep_idle, idle_ms);
		return 2;
	}
	return 0;
}

/* Both ends; the zero ones of a listener come as NULL and 0. */
static void ends(struct seq_file *m, const ip_addr_t *local, u16 local_port,
		 const ip_addr_t *remote, u16 remote_port,
		 enum sock_state state)
{
	seq_printf(m, "%08X:%04X %08X:%04X %02X ",
		   (unsigned int)ip_2_ip4(local)->addr, local_port,
		   remote != NULL ? (unsigned int)ip_2_ip4(remote)->addr : 0,
		   remote_port, (unsigned int)state);
}

static void pad_line(struct seq_file *m, int width, const char *text)
{
	seq_printf(m, "%-*s\n", width, text);
}

static void tcp_listener(struct seq_file *m, int sl,
			 const struct tcp_pcb_listen *pcb)
{
	seq_printf(m, "%4d: ", sl);
	ends(m, &pcb->local_ip, pcb->local_port, NULL, 0, SOCK_LISTEN);
	seq_printf(m,
		   "%08X:%08X 00:00000000 00000000 %5u %8d 0 1 " POINTER
		   " 100 0 0 10 0",
		   0u, pcb->accepts_pending, 0u, 0);
}

static void tcp_connection(struct seq_file *m, int sl,
			   const struct tcp_pcb *pcb)
{
	u32 left;
	int timer = sock_timer(pcb, &left);
	/* Before its first loss a connection knows no threshold. */
	int ssthresh = pcb->cwnd < pcb->ssthresh
			       ? -1
			       : (int)(pcb->ssthresh / pcb->mss);

	seq_printf(m, "%4d: ", sl);
	ends(m, &pcb->local_ip, pcb->local_port, &pcb->remote_ip,
	     pcb->remote_port, sock_state(pcb->state));
	seq_printf(m, "%08X:%08X %02X:%08X %08X %5u %8d 0 1 " POINTER,
		   (unsigned int)sock_tx_queue(pcb),
		   (unsigned int)sock_rx_queue(pcb), timer, (unsigned int)left,
		   pcb->nrtx, 0u, pcb->persist_probe);
	seq_printf(m, " %d %d %d %u %d", pcb->rto * TCP_SLOW_INTERVAL / TICK_MS,
		   TCP_FAST_INTERVAL / TICK_MS, 0,
		   (unsigned int)(pcb->cwnd / pcb->mss), ssthresh);
}

static void tcp_timewait(struct seq_file *m, int sl, const struct tcp_pcb *pcb)
{
	u32 left;
	int timer = sock_timer(pcb, &left);

	seq_printf(m, "%4d: ", sl);
	ends(m, &pcb->local_ip, pcb->local_port, &pcb->remote_ip,
	     pcb->remote_port, SOCK_TIME_WAIT);
	seq_printf(m, "%08X:%08X %02X:%08X %08X %5d %8d 0 3 " POINTER, 0u, 0u,
		   timer, (unsigned int)left, 0u, 0, 0);
}

static int tcp_show(struct seq_file *m)
{
	char buf[LINE_MAX_BYTES];
	struct seq_file line;
	int sl = 0;

	pad_line(m, TCP_WIDTH,
		 "  sl  local_address rem_address   st tx_queue rx_queue tr "
		 "tm->when retrnsmt   uid  timeout inode");
	for (struct tcp_pcb_listen *pcb = tcp_listen_pcbs.listen_pcbs;
	     pcb != NULL; pcb = pcb->next) {
		seq_init(&line, buf, sizeof(buf));
		tcp_listener(&line, sl++, pcb);
		pad_line(m, TCP_WIDTH, buf);
	}
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL;
	     pcb = pcb->next) {
		seq_init(&line, buf, sizeof(buf));
		tcp_connection(&line, sl++, pcb);
		pad_line(m, TCP_WIDTH, buf);
	}
	for (struct tcp_pcb *pcb = tcp_tw_pcbs; pcb != NULL; pcb = pcb->next) {
		seq_init(&line, buf, sizeof(buf));
		tcp_timewait(&line, sl++, pcb);
		pad_line(m, TCP_WIDTH, buf);
	}
	return 0;
}
PROC_FILE("net/tcp", tcp_show);

static int udp_show(struct seq_file *m)
{
	char buf[LINE_MAX_BYTES];
	struct seq_file line;
	int sl = 0;

	pad_line(m, UDP_WIDTH,
		 "   sl  local_address rem_address   st tx_queue rx_queue tr "
		 "tm->when retrnsmt   uid  timeout inode ref pointer drops");
	for (struct udp_pcb *pcb = udp_pcbs; pcb != NULL; pcb = pcb->next) {
		bool connected = (pcb->flags & UDP_FLAGS_CONNECTED) != 0;

		seq_init(&line, buf, sizeof(buf));
		seq_printf(&line, "%5d: ", sl++);
		ends(&line, &pcb->local_ip, pcb->local_port, &pcb->remote_ip,
		     pcb->remote_port,
		     connected ? SOCK_ESTABLISHED : SOCK_CLOSE);
		seq_printf(&line,
			   "%08X:%08X 00:00000000 00000000 %5u %8d 0 2 " POINTER
			   " 0",
			   0u, 0u, 0u, 0);
		pad_line(m, UDP_WIDTH, buf);
	}
	return 0;
}
PROC_FILE("net/udp", udp_show);

/* lwIP keeps its list of raw sockets to itself; net/sockstat counts them. */
static int raw_show(struct seq_file *m)
{
	seq_puts(m, "  sl  local_address rem_address   st tx_queue rx_queue "
		    "tr tm->when retrnsmt   uid  timeout inode ref pointer "
		    "drops\n");
	return 0;
}
PROC_FILE("net/raw", raw_show);
