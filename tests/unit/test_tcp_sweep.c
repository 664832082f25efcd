/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: tests/unit/tcp_bed.c
// SRCS: tests/unit/net_bed.c stack/core/drop.c stack/core/skbuff.c
// SRCS: stack/core/siphash.c stack/core/timer.c stack/ipv4/arp_input.c
// SRCS: stack/ipv4/icmp_limit.c stack/ipv4/icmp_send.c
// SRCS: stack/ipv4/ip_fragment.c stack/ipv4/ip_input.c stack/ipv4/snmp.c
// SRCS: stack/ipv4/tcp_guard.c stack/ipv4/tcp_isn.c
// SRCS: lwip/src/core/init.c lwip/src/core/def.c lwip/src/core/dns.c
// SRCS: lwip/src/core/inet_chksum.c lwip/src/core/ip.c lwip/src/core/mem.c
// SRCS: lwip/src/core/memp.c lwip/src/core/netif.c lwip/src/core/pbuf.c
// SRCS: lwip/src/core/raw.c lwip/src/core/stats.c lwip/src/core/sys.c
// SRCS: lwip/src/core/tcp.c lwip/src/core/tcp_in.c lwip/src/core/tcp_out.c
// SRCS: lwip/src/core/timeouts.c lwip/src/core/udp.c
// SRCS: lwip/src/core/ipv4/dhcp.c lwip/src/core/ipv4/etharp.c
// SRCS: lwip/src/core/ipv4/icmp.c lwip/src/core/ipv4/igmp.c
// SRCS: lwip/src/core/ipv4/ip4.c lwip/src/core/ipv4/ip4_addr.c
// SRCS: lwip/src/core/ipv4/ip4_frag.c lwip/src/netif/ethernet.c
/*
 * tcp_sweep - one and two wrong fields of a segment, in every state of TCP,
 * against lwIP with our guards in front of it
 *
 * Nothing may be found: no assert, no read outside the packet (the sanitizer
 * looks), no buffer that does not come back, no data that was not sent by the
 * book, and the connection works on unless a reset fitted exactly.
 */
#include "tcp_bed.h"
#include "lwip/def.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/ip.h"

enum {
	DATA = 1460,
};

static u8 payload[4096];

/* What a segment is before it is spoilt: the next data, in order. */
static struct bed_tcp right_segment(void)
{
	struct bed_tcp tcp = tb_peer;

	tcp.flags = TCP_ACK | TCP_PSH;
	tcp.data = payload;
	tcp.data_len = 100;
	return tcp;
}

static u32 window(void)
{
	const struct tcp_pcb *pcb = tb_find();

	return pcb ? pcb->rcv_wnd : 65535;
}

/* --- ways to be wrong
 * ----------------------------------------------------------- */

typedef void (*spoiler)(struct bed_tcp *tcp);

#define SPOIL(name, statement)                                                 \
	static void name(struct bed_tcp *tcp)                                  \
	{                                                                      \
		statement;                                                     \
	}
#define OPTIONS(text)                                                          \
	(tcp->options = (text), tcp->options_len = sizeof(text) - 1)

SPOIL(seq_before, tcp->seq -= 1)
SPOIL(seq_half, tcp->seq -= 50)
SPOIL(seq_old, tcp->seq -= 5000)
SPOIL(seq_early, tcp->seq += 1)
SPOIL(seq_hole, tcp->seq += 2000)
SPOIL(seq_edge, tcp->seq += window() - 100)
SPOIL(seq_over_edge, tcp->seq += window() - 50)
SPOIL(seq_last, tcp->seq += window() - 1)
SPOIL(seq_behind, tcp->seq += window())
SPOIL(seq_far, tcp->seq += 0x80000000)
SPOIL(ack_future, tcp->ack += 1)
SPOIL(ack_far, tcp->ack += 0x7fffffff)
SPOIL(ack_past, tcp->ack -= 1)
SPOIL(ack_ancient, tcp->ack -= 100000)
SPOIL(ack_zero, tcp->ack = 0)
SPOIL(flags_none, tcp->flags = 0)
SPOIL(flags_no_ack, tcp->flags = TCP_PSH)
SPOIL(flags_fin, tcp->flags |= TCP_FIN)
SPOIL(flags_only_fin, tcp->flags = TCP_FIN)
SPOIL(flags_syn, tcp->flags = TCP_SYN)
SPOIL(flags_syn_ack, tcp->flags = TCP_SYN | TCP_ACK)
SPOIL(flags_syn_fin, tcp->flags = TCP_SYN | TCP_FIN)
SPOIL(flags_rst, tcp->flags = TCP_RST)
SPOIL(flags_rst_ack, tcp->flags = TCP_RST | TCP_ACK)
SPOIL(flags_xmas, tcp->flags = TCP_FIN | TCP_PSH | TCP_URG)
SPOIL(flags_all, tcp->flags = 0x3f)
SPOIL(flags_urg, tcp->flags |= TCP_URG)
SPOIL(urgent_pointer, (tcp->flags |= TCP_URG, tcp->urgp = 0xffff))
SPOIL(doff_none, tcp->doff = 1)
SPOIL(doff_short, tcp->doff = 4)
SPOIL(doff_in_data, tcp->doff = 6)
SPOIL(doff_long, tcp->doff = 15)
SPOIL(window_zero, tcp->wnd = 0)
SPOIL(window_one, tcp->wnd = 1)
SPOIL(window_largest, tcp->wnd = 65535)
SPOIL(length_none, tcp->data_len = 0)
SPOIL(length_one, tcp->data_len = 1)
SPOIL(length_full, tcp->data_len = DATA)
SPOIL(length_huge, tcp->data_len = sizeof(payload))
SPOIL(checksum, tcp->csum_error = 1)
SPOIL(port, tcp->dport ^= 1)
SPOIL(option_mss, OPTIONS("\2\4\2\x18"))
SPOIL(option_mss_one, OPTIONS("\2\4\0\1"))
SPOIL(option_mss_zero, OPTIONS("\2\4\0\0"))
SPOIL(option_scale, OPTIONS("\3\3\xff\1"))
SPOIL(option_sack, OPTIONS("\4\2\5\x0a\0\0\0\1\0\0\0\2"))
SPOIL(option_cut, OPTIONS("\1\1\1\2"))
SPOIL(option_length_zero, OPTIONS("\x63\0\2\4"))
SPOIL(option_length_long, OPTIONS("\x63\xff\2\4"))
SPOIL(option_time, OPTIONS("\1\1\x08\x0a\0\0\0\1\0\0\0\0"))
SPOIL(broadcast, tcp->ip.pkt_type = PACKET_BROADCAST)
SPOIL(from_ourselves, tcp->ip.src = BED_OWN_IP)
SPOIL(ip_options, (tcp->ip.options = "\x94\4\0\0", tcp->ip.options_len = 4))
SPOIL(ip_length_short, tcp->ip.len_error = -90)
SPOIL(ip_length_shorter, tcp->ip.len_error = -110)
SPOIL(ip_padding, tcp->ip.padding = 6)

static const spoiler spoilers[] = {
	seq_before,
	seq_half,
	seq_old,
	seq_early,
	seq_hole,
	seq_edge,
	seq_over_edge,
	seq_last,
	seq_behind,
	seq_far,
	ack_future,
	ack_far,
	ack_past,
	ack_ancient,
	ack_zero,
	flags_none,
	flags_no_ack,
	flags_fin,
	flags_only_fin,
	flags_syn,
	flags_syn_ack,
	flags_syn_fin,
	flags_rst,
	flags_rst_ack,
	flags_xmas,
	flags_all,
	flags_urg,
	urgent_pointer,
	doff_none,
	doff_short,
	doff_in_data,
	doff_long,
	window_zero,
	window_one,
	window_largest,
	length_none,
	length_one,
	length_full,
	length_huge,
	checksum,
	port,
	option_mss,
	option_mss_one,
	option_mss_zero,
	option_scale,
	option_sack,
	option_cut,
	option_length_zero,
	option_length_long,
	option_time,
	broadcast,
	from_ourselves,
	ip_options,
	ip_length_short,
	ip_length_shorter,
	ip_padding,
};

/* --- what must hold
 * ---------------------------------------------------------------- */

static u32 objects, segments;

static bool reset_fits(const struct bed_tcp *tcp, u32 rcv_nxt)
{
	return (tcp->flags & TCP_RST) && tcp->seq == rcv_nxt;
}

/* In ESTABLISHED, after a wrong segment: the right one still arrives. */
static void expect_it_works_on(void)
{
	struct bed_tcp tcp = right_segment();
	u32 before = tb_received;

	tcp.seq = tb_pcb->rcv_nxt;
	tcp.ack = tb_pcb->snd_nxt;
	tb_probe(&tcp);
	assert_true(tb_received >= before + 100);
}

static void one(enum tcp_state state, spoiler a, spoiler b)
{
	struct bed_tcp tcp;
	u32 rcv_nxt = 0;
	u16 mss = 0;

	tb_enter(state);
	if (tb_find()) {
		rcv_nxt = tb_find()->rcv_nxt;
		mss = tb_find()->mss;
	}
	/* The application has something to send, too. */
	if (state == ESTABLISHED)
		assert_int_equal(
			tcp_write(tb_pcb, payload, 300, TCP_WRITE_FLAG_COPY),
			ERR_OK);
	tcp = right_segment();
	a(&tcp);
	if (b)
		b(&tcp);
	segments++;
	tb_probe(&tcp);

	if (!(tcp.flags & TCP_ACK))
		assert_int_equal(tb_received, 0);
	if (state == ESTABLISHED) {
		if (tb_state() == CLOSED)
			assert_true(reset_fits(&tcp, rcv_nxt));
		else
			assert_int_equal(tb_find()->mss, mss);
		if (tb_state() == ESTABLISHED) {
			assert_int_equal(tcp_write(tb_pcb, payload, 1000,
						   TCP_WRITE_FLAG_COPY),
					 ERR_OK);
			expect_it_works_on();
		}
	}
	tb_leave();
	assert_int_equal(bed_live, 0);
	assert_int_equal(bed_lwip_objects(), objects);
}

static void sweep(enum tcp_state state)
{
	tcp_bed_start();
	objects = bed_lwip_objects();
	for (size_t i = 0; i < ARRAY_SIZE(spoilers); i++) {
		one(state, spoilers[i], NULL);
		for (size_t k = 0; k < ARRAY_SIZE(spoilers); k++)
			one(state, spoilers[i], spoilers[k]);
	}
	assert_true(segments > 1000);
}

#define SWEEP(state, name)                                                     \
	TEST(tcp_sweep, name)                                                  \
	{                                                                      \
		sweep(state);                                                  \
	}

SWEEP(CLOSED, nothing_is_found_where_nobody_listens)
SWEEP(LISTEN, nothing_is_found_in_listen)
SWEEP(SYN_SENT, nothing_is_found_in_syn_sent)
SWEEP(SYN_RCVD, nothing_is_found_in_syn_rcvd)
SWEEP(ESTABLISHED, nothing_is_found_in_established)
SWEEP(CLOSE_WAIT, nothing_is_found_in_close_wait)
SWEEP(LAST_ACK, nothing_is_found_in_last_ack)
SWEEP(FIN_WAIT_1, nothing_is_found_in_fin_wait_1)
SWEEP(FIN_WAIT_2, nothing_is_found_in_fin_wait_2)
SWEEP(CLOSING, nothing_is_found_in_closing)
SWEEP(TIME_WAIT, nothing_is_found_in_time_wait)

/* --- many wrong segments in a row
 * ------------------------------------------------ */

static u32 random_state;

static u32 any(u32 limit)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % limit;
}

/* Near an edge that matters: of what was received, of the window. */
static u32 near_an_edge(const struct tcp_pcb *pcb)
{
	u32 edges[] = { pcb->rcv_nxt, pcb->rcv_nxt + pcb->rcv_wnd,
			pcb->ooseq ? pcb->ooseq->tcphdr->seqno : pcb->rcv_nxt,
			pcb->rcv_nxt + any(3000) };

	return edges[any(ARRAY_SIZE(edges))] + any(5) - 2;
}

static void random_segment(const struct tcp_pcb *pcb)
{
	static const u8 flags[] = {
		TCP_ACK,	   TCP_ACK,
		TCP_ACK,	   TCP_ACK | TCP_PSH,
		TCP_ACK | TCP_FIN, TCP_ACK | TCP_FIN | TCP_URG
	};
	struct bed_tcp tcp = tb_peer;

	tcp.seq = near_an_edge(pcb);
	tcp.ack = any(4) ? pcb->snd_nxt - any(3) : pcb->lastack + any(3);
	tcp.flags = flags[any(ARRAY_SIZE(flags))];
	tcp.data = payload;
	tcp.data_len = (u16)(any(3) ? any(8) : any(DATA + 1));
	if (any(4) == 0)
		tcp.data_len = (u16)min_u32(pcb->rcv_wnd + any(3), DATA);
	tcp.wnd = (u16)(any(3) ? 8000 : any(4));
	if (any(20) == 0)
		spoilers[any(ARRAY_SIZE(spoilers))](&tcp);
	tb_probe(&tcp);
}

/* What the application may do meanwhile. */
static void random_application(void)
{
	if (!tb_pcb)
		return;
	switch (any(8)) {
	case 0:
		/* A full send buffer is a normal case. */
		(void)tcp_write(tb_pcb, payload, (u16)any(3000),
				TCP_WRITE_FLAG_COPY);
		break;
	case 1:
		(void)tcp_output(tb_pcb); /* without memory: later */
		break;
	case 2:
		tb_refuses = !tb_refuses;
		break;
	case 3:
		if (any(20) == 0 && tcp_close(tb_pcb) == ERR_OK)
			tb_pcb = NULL;
		break;
	default:
		break;
	}
}

static void random_conversation(void)
{
	tb_enter(ESTABLISHED);
	/* A small window, whose edges are soon reached. */
	tb_pcb->rcv_wnd = tb_pcb->rcv_ann_wnd = 10 + any(3000);
	for (u32 i = 0; i < 60; i++) {
		const struct tcp_pcb *pcb = tb_find();

		if (!pcb)
			break;
		random_segment(pcb);
		random_application();
		test_now_ns += any(300) * NSEC_PER_MSEC;
		tcp_tmr();
		bed_forget();
	}
	tb_refuses = false;
	tb_leave();
	assert_int_equal(bed_live, 0);
	assert_int_equal(bed_lwip_objects(), objects);
}

TEST(tcp_sweep, nothing_is_found_by_random_conversations)
{
	tcp_bed_start();
	objects = bed_lwip_objects();
	for (u32 seed = 1; seed <= 3000; seed++) {
		random_state = seed;
		random_conversation();
	}
}
