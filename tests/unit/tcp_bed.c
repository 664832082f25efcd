/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tcp_bed - see tcp_bed.h
 */
#include "tcp_bed.h"
#include "lwip/def.h"
#include "lwip/priv/tcp_priv.h"

struct tcp_pcb *tb_pcb;
u32 tb_received;
u8 tb_data[65536];
bool tb_eof, tb_error, tb_refuses;
struct bed_tcp tb_peer;

static u16 own_port; /* of the connection under test */

static err_t on_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	(void)arg;
	(void)err;
	if (!p) {
		tb_eof = true;
		return ERR_OK;
	}
	if (tb_refuses)
		return ERR_MEM;
	tb_received += p->tot_len;
	(void)pbuf_copy_partial(p, tb_data, p->tot_len, 0);
	tcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	return ERR_OK;
}

static void on_error(void *arg, err_t err)
{
	(void)arg;
	(void)err;
	tb_error = true;
	tb_pcb = NULL;
}

static void adopt(struct tcp_pcb *pcb)
{
	tb_pcb = pcb;
	tcp_recv(pcb, on_recv);
	tcp_err(pcb, on_error);
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)arg;
	if (err != ERR_OK)
		return err;
	adopt(pcb);
	return ERR_OK;
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)arg;
	(void)pcb;
	return err;
}

void tcp_bed_start(void)
{
	struct tcp_pcb *pcb;

	bed_start();
	pcb = tcp_new();
	assert_int_equal(tcp_bind(pcb, IP4_ADDR_ANY, TCP_BED_PORT), ERR_OK);
	tcp_accept(tcp_listen(pcb), on_accept);
}

static struct tcp_pcb *find_in(struct tcp_pcb *list)
{
	for (; list; list = list->next)
		if (list->local_port == own_port &&
		    list->remote_port == tb_peer.sport)
			return list;
	return NULL;
}

struct tcp_pcb *tb_find(void)
{
	struct tcp_pcb *pcb = find_in(tcp_active_pcbs);

	return pcb ? pcb : find_in(tcp_tw_pcbs);
}

enum tcp_state tb_state(void)
{
	struct tcp_pcb *pcb = tb_find();

	return pcb ? pcb->state : CLOSED;
}

void tb_probe(const struct bed_tcp *tcp)
{
	bed_tcp_in(tcp);
}

void tb_send(u8 flags, const void *data, u16 len)
{
	tb_peer.flags = flags;
	tb_peer.data = data;
	tb_peer.data_len = len;
	bed_tcp_in(&tb_peer);
	tb_peer.seq += len + !!(flags & TCP_SYN) + !!(flags & TCP_FIN);
	tb_peer.flags = TCP_ACK;
	tb_peer.data = NULL;
	tb_peer.data_len = 0;
}

/* The peer has seen what we sent last. */
static void peer_acks(void)
{
	const struct bed_packet *p = bed_last();
	u8 flags = bed_tcp_flags(p);

	tb_peer.ack = bed_tcp_seq(p) + !!(flags & (TCP_SYN | TCP_FIN));
}

static void open_actively(void)
{
	ip_addr_t peer = { PP_HTONL(BED_PEER_IP) };

	adopt(tcp_new());
	own_port = tb_peer.dport = tb_peer.sport;
	assert_int_equal(tcp_bind(tb_pcb, IP4_ADDR_ANY, own_port), ERR_OK);
	assert_int_equal(
		tcp_connect(tb_pcb, &peer, tb_peer.sport, on_connected),
		ERR_OK);
	peer_acks();
}

static void open_passively(void)
{
	static const u8 options[] = {
		2, 4, 0x05, 0xb4, 1, 3, 3, 2, 4, 2, 1, 1
	};

	tb_peer.options = options;
	tb_peer.options_len = sizeof(options);
	tb_send(TCP_SYN, NULL, 0);
	tb_peer.options_len = 0;
	peer_acks();
}

static void we_close(void)
{
	assert_int_equal(tcp_close(tb_pcb), ERR_OK);
	tb_pcb = NULL;
}

/* Each state by way of the one before it. */
static void bring(enum tcp_state state)
{
	switch (state) {
	case CLOSED:
		tb_peer.dport = TCP_BED_PORT + 1;
		return;
	case LISTEN:
		return;
	case SYN_SENT:
		open_actively();
		break;
	case SYN_RCVD:
		open_passively();
		break;
	case ESTABLISHED:
		bring(SYN_RCVD);
		tb_send(TCP_ACK, NULL, 0);
		assert_non_null(tb_pcb);
		break;
	case CLOSE_WAIT:
		bring(ESTABLISHED);
		tb_send(TCP_ACK | TCP_FIN, NULL, 0);
		break;
	case LAST_ACK:
		bring(CLOSE_WAIT);
		we_close();
		break;
	case FIN_WAIT_1:
		bring(ESTABLISHED);
		we_close();
		break;
	case FIN_WAIT_2:
		bring(FIN_WAIT_1);
		peer_acks();
		tb_send(TCP_ACK, NULL, 0);
		break;
	case CLOSING:
		bring(FIN_WAIT_1);
		tb_send(TCP_ACK | TCP_FIN, NULL, 0);
		break;
	case TIME_WAIT:
		bring(FIN_WAIT_2);
		tb_send(TCP_ACK | TCP_FIN, NULL, 0);
		break;
	}
	assert_int_equal(tb_state(), state);
}

void tb_enter(enum tcp_state state)
{
	u16 sport = tb_peer.sport ? (u16)(tb_peer.sport + 1) : 20000;

	tb_received = 0;
	tb_eof = tb_error = tb_refuses = false;
	tb_pcb = NULL;
	own_port = TCP_BED_PORT;
	tb_peer = (struct bed_tcp){ .sport = sport,
				    .dport = TCP_BED_PORT,
				    .seq = TCP_BED_PEER_SEQ,
				    .wnd = 8000 };
	bed_forget();
	bring(state);
	/* Challenges of before do not count. */
	test_now_ns += 10 * NSEC_PER_SEC;
	bed_forget();
}

void tb_leave(void)
{
	struct tcp_pcb *pcb;

	while ((pcb = tb_find()))
		tcp_abandon(pcb, 0);
	tb_pcb = NULL;
}
