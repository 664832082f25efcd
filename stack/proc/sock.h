/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sock - lwIP's connections in Linux's words, for /proc/net/tcp, /proc/net/udp
 * and `ss` (rows M4, M5, M7)
 */
#ifndef PROC_SOCK_H
#define PROC_SOCK_H

#include "core/types.h"
#include "lwip/tcpbase.h"

struct tcp_pcb;

/* Linux's numbers (include/net/tcp_states.h). */
enum sock_state {
	SOCK_ESTABLISHED = 1,
	SOCK_SYN_SENT,
	SOCK_SYN_RECV,
	SOCK_FIN_WAIT1,
	SOCK_FIN_WAIT2,
	SOCK_TIME_WAIT,
	SOCK_CLOSE,
	SOCK_CLOSE_WAIT,
	SOCK_LAST_ACK,
	SOCK_LISTEN,
	SOCK_CLOSING,
};

enum sock_state sock_state(enum tcp_state state);

/* Bytes written and not yet acknowledged; received and not yet read. */
u32 sock_tx_queue(const struct tcp_pcb *pcb);
u32 sock_rx_queue(const struct tcp_pcb *pcb);

/* The timer that runs, Linux's numbers: 0 none, 1 retransmission, 2 keepalive,
 * 3 TIME_WAIT, 4 zero-window probe; and the hundredths of a second it has
 * left. */
int sock_timer(const struct tcp_pcb *pcb, u32 *left);

#endif
