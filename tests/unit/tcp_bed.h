/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tcp_bed - one connection of lwIP's in any state of RFC 9293, and a peer that
 * knows its numbers
 */
#ifndef TCP_BED_H
#define TCP_BED_H

#include "net_bed.h"
#include "lwip/tcp.h"

enum {
	TCP_BED_PORT = 80,
	TCP_BED_PEER_SEQ = 0xfffff000, /* it wraps soon */
};

/* Our side's end, as the application has it; NULL when it is gone. */
extern struct tcp_pcb *tb_pcb;
extern u32 tb_received;	  /* bytes */
extern u8 tb_data[65536]; /* the newest of them */
extern bool tb_eof, tb_error;
extern bool tb_refuses; /* the application takes no more data */

/* What the peer sends next. */
extern struct bed_tcp tb_peer;

void tcp_bed_start(void);

/* Bring a new connection into @state. LISTEN: the peer has sent nothing yet;
 * CLOSED: nobody listens where it will send. */
void tb_enter(enum tcp_state state);

/* The pcb in whatever list it is; its state. NULL: gone. */
struct tcp_pcb *tb_find(void);
enum tcp_state tb_state(void);

/* Abort the connection; what is left of it would be a leak. */
void tb_leave(void);

/* Send from the peer with these flags, and data; numbers from tb_peer, which
 * moves on. */
void tb_send(u8 flags, const void *data, u16 len);

/* Send this, and let tb_peer be as it was. */
void tb_probe(const struct bed_tcp *tcp);

#endif
