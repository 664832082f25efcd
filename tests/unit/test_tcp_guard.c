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
 * tcp_guard - against lwIP's TCP itself: what must not get through, and that
 * all the rest still does
 */
#include "tcp_bed.h"
#include "core/drop.h"
#include "core/sysctl.h"
#include "ipv4/snmp.h"
#include "ipv4/tcp_guard.h"
#include "lwip/def.h"
#include "lwip/ip_addr.h"
#include "lwip/priv/tcp_priv.h"

static u32 objects;

void test_begin(void)
{
	tcp_bed_start();
	objects = bed_lwip_objects();
}

void test_end(void)
{
	tb_leave();
	assert_int_equal(bed_live, 0);
	assert_int_equal(bed_lwip_objects(), objects);
}

static const enum tcp_state open_states[] = {
	ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK,
};

#define FOR_OPEN_STATES(s)                                                     \
	for (size_t i_ = 0;                                                    \
	     i_ < ARRAY_SIZE(open_states) && (s = open_states[i_], 1); i_++)

static void expect_challenge(const struct bed_tcp *probe)
{
	u32 acks = tcpext_mib.TCPChallengeACK;
	enum tcp_state state = tb_state();

	bed_forget();
	tb_probe(probe);
	assert_int_equal(tcpext_mib.TCPChallengeACK, acks + 1);
	assert_int_equal(bed_sent, 1);
	assert_int_equal(bed_tcp_flags(bed_last()), TCP_ACK);
	assert_int_equal(bed_tcp_ack(bed_last()), tb_find()->rcv_nxt);
	assert_int_equal(bed_tcp_seq(bed_last()), tb_find()->snd_nxt);
	assert_int_equal(tb_state(), state);
}

static void expect_silence(const struct bed_tcp *probe)
{
	enum tcp_state state = tb_state();

	bed_forget();
	tb_probe(probe);
	assert_int_equal(bed_sent, 0);
	assert_int_equal(tb_state(), state);
}

static struct bed_tcp peer_with(u8 flags)
{
	struct bed_tcp tcp = tb_peer;

	tcp.flags = flags;
	return tcp;
}

static struct bed_tcp peer_with_data(u8 flags, const char *data)
{
	struct bed_tcp tcp = peer_with(flags);

	tcp.data = data;
	tcp.data_len = (u16)strlen(data);
	return tcp;
}

static void later(void)
{
	test_now_ns += NSEC_PER_SEC;
}

/* --- a connection -----------------------------------------------------------
 */

TEST(tcp_guard, good_segments_are_not_its_business)
{
	tb_enter(ESTABLISHED);
	tb_send(TCP_ACK | TCP_PSH, "hello", 5);
	assert_int_equal(tb_received, 5);
	assert_memory_equal(tb_data, "hello", 5);
	tb_send(TCP_ACK | TCP_FIN, NULL, 0);
	assert_true(tb_eof);
	assert_int_equal(tcpext_mib.TCPChallengeACK, 0);
}

TEST(tcp_guard, data_without_ack_flag_is_dropped_in_every_state)
{
	static const u8 flags[] = { 0, TCP_PSH, TCP_FIN, TCP_URG,
				    TCP_FIN | TCP_PSH | TCP_URG };
	enum tcp_state s;

	FOR_OPEN_STATES(s)
	{
		tb_enter(s);
		for (size_t i = 0; i < sizeof(flags); i++) {
			struct bed_tcp tcp = peer_with_data(flags[i], "x");

			expect_silence(&tcp);
		}
		assert_int_equal(tb_received, 0);
		tb_leave();
	}
	assert_int_equal(drop_counts[DROP_TCP_FLAGS],
			 5 * ARRAY_SIZE(open_states));
}

TEST(tcp_guard, acks_of_the_future_are_challenged)
{
	enum tcp_state s;

	FOR_OPEN_STATES(s)
	{
		struct bed_tcp tcp;

		tb_enter(s);
		tcp = peer_with_data(TCP_ACK, "x");
		tcp.ack = tb_find()->snd_nxt + 1;
		expect_challenge(&tcp);
		later();
		tcp.ack = tb_find()->snd_nxt + 0x7fffffff;
		expect_challenge(&tcp);
		assert_int_equal(tb_received, 0);
		tb_leave();
	}
}

TEST(tcp_guard, ancient_acks_are_challenged)
{
	struct bed_tcp tcp;

	tb_enter(ESTABLISHED);
	tcp = peer_with_data(TCP_ACK, "x");
	/* The largest window was 8000 << 2. */
	tcp.ack = tb_pcb->lastack - 32000;
	tb_probe(&tcp);
	assert_int_equal(tb_received, 1);
	tcp.seq++;
	tcp.ack--;
	expect_challenge(&tcp);
	assert_int_equal(tb_received, 1);
	assert_int_equal(drop_counts[DROP_TCP_ACK_INVALID], 1);
}

TEST(tcp_guard, only_a_reset_at_the_edge_of_the_window_is_believed)
{
	enum tcp_state s;

	FOR_OPEN_STATES(s)
	{
		struct bed_tcp tcp;

		tb_enter(s);
		tcp = peer_with(TCP_RST);
		tcp.seq = tb_peer.seq + 1;
		expect_challenge(&tcp);
		later();
		tcp.seq = tb_peer.seq + tb_find()->rcv_wnd - 1;
		expect_challenge(&tcp);
		tcp.seq = tb_peer.seq + tb_find()->rcv_wnd;
		expect_silence(&tcp);
		tcp.seq = tb_peer.seq - 1;
		expect_silence(&tcp);
		tcp.seq = tb_peer.seq;
		tb_probe(&tcp);
		assert_int_equal(tb_state(), CLOSED);
	}
}

TEST(tcp_guard, a_hundred_resets_get_one_answer_each_half_second)
{
	struct bed_tcp tcp;

	tb_enter(ESTABLISHED);
	tcp = peer_with(TCP_RST);
	for (u32 i = 0; i < 100; i++) {
		tcp.seq = tb_peer.seq + 1 + i;
		tb_probe(&tcp);
	}
	assert_int_equal(bed_sent, 1);
	assert_int_equal(tcpext_mib.TCPACKSkippedChallenge, 99);
	test_now_ns += 500 * NSEC_PER_MSEC;
	for (u32 i = 0; i < 100; i++)
		tb_probe(&tcp);
	assert_int_equal(bed_sent, 2);
}

static int *knob(const char *name)
{
	SECTION_FOREACH(rp_sysctl, struct ctl_table, t)
	{
		if (strcmp((*t)->name, name) == 0)
			return (*t)->data;
	}
	fail_msg("no knob %s", name);
	return NULL;
}

TEST(tcp_guard, challenges_of_all_connections_are_limited_together)
{
	struct bed_tcp tcp;

	tb_enter(ESTABLISHED);
	*knob("net.ipv4.tcp_invalid_ratelimit") = 0;
	*knob("net.ipv4.tcp_challenge_ack_limit") = 30;
	tcp = peer_with(TCP_RST);
	tcp.seq++;
	for (u32 i = 0; i < 100; i++)
		tb_probe(&tcp);
	assert_int_equal(bed_sent, 30);
	later();
	for (u32 i = 0; i < 100; i++)
		tb_probe(&tcp);
	assert_int_equal(bed_sent, 60);
}

TEST(tcp_guard, a_syn_on_an_open_connection_is_challenged_wherever_it_lies)
{
	static const u32 offsets[] = { 0, 1, 1000, 0xffffffff, 0x80000000 };
	enum tcp_state s;
	u32 n = 0;

	FOR_OPEN_STATES(s)
	{
		tb_enter(s);
		for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
			struct bed_tcp tcp =
				peer_with(i & 1 ? TCP_SYN : TCP_SYN | TCP_ACK);

			tcp.seq += offsets[i];
			later();
			expect_challenge(&tcp);
			n++;
		}
		tb_leave();
	}
	assert_int_equal(tcpext_mib.TCPSYNChallenge, n);
}

/* Peer was restarted: our challenge meets no connection there, its reset has
 * our ACK as sequence number, and that is exactly right. */
TEST(tcp_guard, a_restarted_peer_gets_through)
{
	struct bed_tcp tcp;

	tb_enter(ESTABLISHED);
	tcp = peer_with(TCP_SYN);
	tcp.seq = 12345;
	expect_challenge(&tcp);
	tcp = peer_with(TCP_RST);
	tcp.seq = bed_tcp_ack(bed_last());
	tb_probe(&tcp);
	assert_int_equal(tb_state(), CLOSED);
	assert_true(tb_error);
}

static const u8 mss_536[] = { 2, 4, 0x02, 0x18 };
static const u8 late_options[][4] = {
	{ 2, 4, 0x02, 0x18 },		      /* MSS */
	{ 2, 4, 0, 1 },	      { 3, 3, 7, 1 }, /* window scale */
	{ 4, 2, 1, 1 },			      /* SACK permitted */
	{ 1, 1, 1, 2 }, /* an MSS that goes on behind the header */
	{ 1, 1, 1, 99 },      { 99, 0, 2, 4 },
};

TEST(tcp_guard, options_of_a_syn_mean_nothing_later)
{
	enum tcp_state s;

	FOR_OPEN_STATES(s)
	{
		u16 mss;
		u8 scale;
		tcpflags_t flags;

		tb_enter(s);
		mss = tb_find()->mss;
		scale = tb_find()->snd_scale;
		flags = tb_find()->flags;
		for (size_t i = 0; i < ARRAY_SIZE(late_options); i++) {
			struct bed_tcp tcp = peer_with(TCP_ACK);

			tcp.ack = tb_find()->lastack;
			tcp.options = late_options[i];
			tcp.options_len = 4;
			tb_probe(&tcp);
			assert_int_equal(tb_find()->mss, mss);
			assert_int_equal(tb_find()->snd_scale, scale);
			assert_int_equal(tb_find()->flags & TF_SACK,
					 flags & TF_SACK);
		}
		tb_leave();
	}
}

/* The assert "inconsistent oversize vs. space" in tcp_write(). */
TEST(tcp_guard, an_mss_in_a_data_segment_does_not_reach_the_send_queue)
{
	struct bed_tcp tcp;

	tb_enter(ESTABLISHED);
	tb_pcb->snd_wnd = 0; /* it stays unsent */
	assert_int_equal(tcp_write(tb_pcb, tb_data, 600, TCP_WRITE_FLAG_COPY),
			 ERR_OK);
	tcp = peer_with_data(TCP_ACK, "x");
	tcp.options = mss_536;
	tcp.options_len = sizeof(mss_536);
	tcp.wnd = 0;
	tb_probe(&tcp);
	assert_int_equal(tcp_write(tb_pcb, tb_data, 600, TCP_WRITE_FLAG_COPY),
			 ERR_OK);
}

/* Options in two pbufs: a datagram that came as fragments. */
TEST(tcp_guard, options_split_between_buffers_are_silenced_too)
{
	for (u32 in_first = 0; in_first < 4; in_first++) {
		u8 header[TCP_HLEN + 4] = { 0 };
		struct tcp_hdr *hdr = (struct tcp_hdr *)header;
		u8 opt2[4];
		struct pbuf *p = bed_skb("", 0, PACKET_HOST);

		tb_enter(ESTABLISHED);
		hdr->seqno = tb_peer.seq;
		hdr->ackno = tb_peer.ack;
		hdr->_hdrlen_rsvd_flags = PP_HTONS(0x6000 | TCP_ACK);
		memcpy(header + TCP_HLEN, mss_536, 4);
		memcpy(opt2, mss_536 + in_first, 4 - in_first);
		assert_int_equal(
			tcp_guard_in(tb_pcb, hdr, 4, (u16)in_first, opt2, p),
			ERR_OK);
		assert_int_equal(in_first ? header[TCP_HLEN] : opt2[0],
				 LWIP_TCP_OPT_EOL);
		pbuf_free(p);
		tb_leave();
	}
}

/* A keepalive or a zero-window probe: one octet before the window. */
TEST(tcp_guard, keepalives_are_answered_but_not_faster_than_the_limit)
{
	struct bed_tcp tcp;

	tb_enter(ESTABLISHED);
	tcp = peer_with(TCP_ACK);
	tcp.seq--;
	for (u32 i = 0; i < 10; i++)
		tb_probe(&tcp);
	assert_int_equal(bed_sent, 1);
	assert_int_equal(tcpext_mib.TCPACKSkippedSeq, 9);
	later();
	tb_probe(&tcp);
	assert_int_equal(bed_sent, 2);
}

TEST(tcp_guard, segments_out_of_order_are_put_in_order)
{
	struct bed_tcp tcp;

	tb_enter(ESTABLISHED);
	tcp = peer_with_data(TCP_ACK | TCP_FIN, "world");
	tcp.seq += 5;
	tb_probe(&tcp);
	assert_int_equal(tb_received, 0);
	tcp = peer_with_data(TCP_ACK, "hello");
	tb_probe(&tcp);
	assert_int_equal(tb_received, 10);
	assert_memory_equal(tb_data, "helloworld", 10);
	assert_true(tb_eof);
}

/* The assert "ooseq tcplen > rcv_wnd" in tcp_receive(): lwIP does not cut the
 * first early segment to the window, and fills the hole before it. */
TEST(tcp_guard, an_early_segment_does_not_overrun_the_window)
{
	static u8 data[1460];
	struct bed_tcp tcp;

	tb_enter(ESTABLISHED);
	tb_pcb->rcv_wnd = tb_pcb->rcv_ann_wnd = 2000;
	tcp = peer_with(TCP_ACK);
	tcp.data = data;
	tcp.data_len = 1001;
	tcp.seq += 1000;
	tb_probe(&tcp);
	tcp.seq -= 1000;
	tcp.data_len = 1000;
	tb_probe(&tcp);
	assert_int_equal(tb_received, 1000);
	assert_int_equal(drop_counts[DROP_TCP_OVERWINDOW], 1);
}

TEST(tcp_guard, an_early_segment_that_just_fits_is_kept)
{
	static u8 data[1460];
	struct bed_tcp tcp;

	tb_enter(ESTABLISHED);
	tb_pcb->rcv_wnd = tb_pcb->rcv_ann_wnd = 2000;
	tcp = peer_with(TCP_ACK);
	tcp.data = data;
	tcp.data_len = 1000;
	tcp.seq += 1000;
	tb_probe(&tcp);
	tcp.seq -= 1000;
	tb_probe(&tcp);
	assert_int_equal(tb_received, 2000);
}

/* The assert "tcplen > rcv_wnd": the FIN that waits is handed to a segment
 * which fills the window already. */
TEST(tcp_guard, data_behind_a_waiting_fin_does_not_fill_the_window)
{
	static u8 data[1460];
	struct bed_tcp tcp;

	tb_enter(ESTABLISHED);
	tb_pcb->rcv_wnd = tb_pcb->rcv_ann_wnd = 1000;
	tcp = peer_with(TCP_ACK | TCP_FIN);
	tcp.data = data;
	tcp.data_len = 9;
	tcp.seq += 990;
	tb_probe(&tcp);
	assert_non_null(tb_pcb->ooseq);
	tcp = peer_with(TCP_ACK);
	tcp.data = data;
	for (u16 len = 1000; len <= 1010; len += 10) {
		tcp.data_len = len;
		tb_probe(&tcp);
	}
	assert_int_equal(tb_received, 0);
	tcp.data_len = 990; /* the honest peer */
	tb_probe(&tcp);
	assert_int_equal(tb_received, 999);
	assert_true(tb_eof);
}

/* The assert "mss_local is too small" in tcp_write(). */
TEST(tcp_guard, a_window_that_opens_little_from_nothing_cuts_no_queued_segment)
{
	struct bed_tcp tcp;

	tb_enter(SYN_RCVD);
	tb_find()->snd_wnd_max = 0; /* the SYN had a window of 0 */
	tb_find()->snd_wnd = 0;
	tb_peer.wnd = 0;
	tb_send(TCP_ACK, NULL, 0);
	assert_non_null(tb_pcb);
	assert_int_equal(tcp_write(tb_pcb, tb_data, 1000, TCP_WRITE_FLAG_COPY),
			 ERR_OK);
	tcp = peer_with_data(TCP_ACK, "x");
	tcp.wnd = 2; /* scaled: 8 */
	tb_probe(&tcp);
	assert_int_equal(tcp_write(tb_pcb, tb_data, 1000, TCP_WRITE_FLAG_COPY),
			 ERR_OK);
}

/* The assert "persist ticking with empty send buffer" in tcp_slowtmr(): an
 * honest peer takes the one octet of our probe and stays closed. */
TEST(tcp_guard, a_probe_that_was_all_there_was_to_send_ends_the_probing)
{
	tb_enter(ESTABLISHED);
	tb_send(TCP_ACK, "x", 1);
	tb_peer.wnd = 0; /* a segment as new as the last changes no window */
	tb_send(TCP_ACK, "x", 1);
	assert_int_equal(tb_pcb->snd_wnd, 0);
	assert_int_equal(tcp_write(tb_pcb, "y", 1, TCP_WRITE_FLAG_COPY),
			 ERR_OK);
	assert_int_equal(tcp_output(tb_pcb), ERR_OK);
	bed_forget();
	for (u32 i = 0; i < 100 && !bed_sent; i++)
		tcp_tmr();
	assert_int_equal(bed_sent, 1);
	assert_int_equal(bed_last()->data[bed_last()->len - 1], 'y');
	tb_peer.ack++;
	tb_send(TCP_ACK, NULL, 0);
	assert_null(tb_pcb->unsent);
	for (u32 i = 0; i < 100; i++)
		tcp_tmr();
	assert_int_equal(tb_state(), ESTABLISHED);
}

TEST(tcp_guard, zero_window_probes_are_answered)
{
	struct bed_tcp tcp;

	tb_enter(ESTABLISHED);
	tb_pcb->rcv_wnd = tb_pcb->rcv_ann_wnd = 0;
	tcp = peer_with_data(TCP_ACK, "x");
	tb_probe(&tcp);
	assert_int_equal(bed_sent, 1);
	assert_int_equal(bed_tcp_ack(bed_last()), tb_peer.seq);
}

/* --- half open
 * ----------------------------------------------------------------- */

TEST(tcp_guard, a_half_open_connection_checks_the_sequence_number)
{
	struct bed_tcp tcp;

	tb_enter(SYN_RCVD);
	tcp = peer_with(TCP_ACK);
	tcp.seq += 0x40000000;
	expect_challenge(&tcp);
	tcp = peer_with(0);
	expect_silence(&tcp);
	tcp = peer_with(TCP_SYN | TCP_ACK);
	later();
	expect_challenge(&tcp);
	tb_send(TCP_ACK, NULL, 0);
	assert_int_equal(tb_state(), ESTABLISHED);
}

TEST(tcp_guard, a_repeated_syn_gets_its_syn_ack_again_within_the_limit)
{
	struct bed_tcp tcp;

	tb_enter(SYN_RCVD);
	tcp = peer_with(TCP_SYN);
	tcp.seq--;
	tcp.options = mss_536; /* a forged one must not change the terms */
	tcp.options_len = 4;
	for (u32 i = 0; i < 10; i++)
		tb_probe(&tcp);
	assert_int_equal(bed_sent, 1);
	assert_int_equal(bed_tcp_flags(bed_last()), TCP_SYN | TCP_ACK);
	assert_int_equal(tb_find()->mss, 1460);
	assert_int_equal(tcpext_mib.TCPACKSkippedSynRecv, 9);
	later();
	tb_probe(&tcp);
	assert_int_equal(bed_sent, 2);
}

TEST(tcp_guard, while_connecting_only_the_answer_to_our_syn_counts)
{
	struct bed_tcp tcp;

	tb_enter(SYN_SENT);
	tcp = peer_with(TCP_SYN); /* both at once: lwIP cannot */
	tcp.options = mss_536;
	tcp.options_len = 4;
	expect_silence(&tcp);
	tcp = peer_with(TCP_RST); /* no ACK: from anybody */
	expect_silence(&tcp);
	tcp = peer_with(TCP_RST | TCP_ACK);
	tcp.ack++;
	expect_silence(&tcp);
	tcp = peer_with(TCP_ACK);
	expect_silence(&tcp);
	assert_int_equal(tb_pcb->snd_scale, 0);

	tcp = peer_with(TCP_ACK); /* of an old connection */
	tcp.ack += 1000;
	for (u32 i = 0; i < 20; i++)
		tb_probe(&tcp);
	assert_int_equal(bed_sent, 1);
	assert_int_equal(bed_tcp_flags(bed_last()) & TCP_RST, TCP_RST);
	assert_int_equal(bed_tcp_seq(bed_last()), tcp.ack);
	assert_int_equal(tb_pcb->nrtx, 0); /* none of our tries was spent */

	tb_send(TCP_SYN | TCP_ACK, NULL, 0);
	assert_int_equal(tb_state(), ESTABLISHED);
}

TEST(tcp_guard, a_refused_connection_ends)
{
	tb_enter(SYN_SENT);
	tb_send(TCP_RST | TCP_ACK, NULL, 0);
	assert_int_equal(tb_state(), CLOSED);
	assert_true(tb_error);
}

TEST(tcp_guard, only_a_plain_syn_opens_a_connection)
{
	for (u32 flags = 0; flags < 64; flags++) {
		struct bed_tcp tcp;

		tb_enter(LISTEN);
		tcp = peer_with((u8)flags);
		tb_probe(&tcp);
		if (flags & TCP_RST) {
			assert_int_equal(bed_sent, 0);
		} else if (flags & TCP_ACK) {
			assert_int_equal(bed_sent, 1);
			assert_true(bed_tcp_flags(bed_last()) & TCP_RST);
		} else if ((flags & TCP_SYN) && !(flags & TCP_FIN)) {
			assert_int_equal(tb_state(), SYN_RCVD);
			tb_leave();
			continue;
		} else {
			assert_int_equal(bed_sent, 0);
		}
		assert_int_equal(tb_state(), CLOSED);
	}
}

TEST(tcp_guard, broken_options_of_a_syn_are_not_read_past_their_end)
{
	static const u8 broken[][4] = {
		{ 1, 1, 1, 2 },	  { 1, 1, 1, 3 }, { 1, 1, 1, 4 },
		{ 1, 1, 1, 200 }, { 1, 1, 2, 4 }, { 3, 4, 7, 0 },
		{ 5, 0, 2, 4 },	  { 5, 1, 2, 4 }, { 5, 255, 2, 4 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		struct bed_tcp tcp;

		tb_enter(LISTEN);
		tcp = peer_with(TCP_SYN);
		tcp.options = broken[i];
		tcp.options_len = 4;
		tb_probe(&tcp);
		assert_int_equal(tb_state(), SYN_RCVD);
		assert_int_equal(tb_find()->mss, 536);
		tb_leave();
	}
}

TEST(tcp_guard, a_tiny_mss_is_raised)
{
	u8 option[] = { 2, 4, 0, 1 };
	struct bed_tcp tcp;

	tb_enter(LISTEN);
	tcp = peer_with(TCP_SYN);
	tcp.options = option;
	tcp.options_len = 4;
	tb_probe(&tcp);
	assert_int_equal(tb_find()->mss, 48);
	tb_leave();
	tb_enter(LISTEN);
	option[3] = 200;
	tcp.sport = tb_peer.sport;
	tb_probe(&tcp);
	assert_int_equal(tb_find()->mss, 200);
}

TEST(tcp_guard, a_full_backlog_is_counted)
{
	struct bed_tcp tcp;

	tb_enter(LISTEN);
	tcp_backlog_set(tcp_listen_pcbs.pcbs, 1);
	tb_enter(SYN_RCVD);
	tcp = peer_with(TCP_SYN);
	tcp.sport = 5;
	expect_silence(&tcp);
	assert_int_equal(tcpext_mib.ListenOverflows, 1);
	assert_int_equal(tcpext_mib.ListenDrops, 1);
	assert_int_equal(drop_counts[DROP_TCP_LISTEN_OVERFLOW], 1);
}

/* --- TIME_WAIT
 * -------------------------------------------------------------------- */

TEST(tcp_guard, a_younger_syn_reopens_at_once)
{
	struct bed_tcp tcp;

	tb_enter(TIME_WAIT);
	tcp = peer_with(TCP_SYN);
	tcp.seq += 100;
	tcp.options = mss_536;
	tcp.options_len = 4;
	tb_probe(&tcp);
	assert_int_equal(tb_state(), SYN_RCVD);
	assert_int_equal(bed_sent, 1);
	assert_int_equal(bed_tcp_flags(bed_last()), TCP_SYN | TCP_ACK);
	assert_int_equal(bed_tcp_ack(bed_last()), tcp.seq + 1);
	assert_int_equal(tb_find()->mss, 536);
	assert_null(tcp_tw_pcbs);
	assert_int_equal(tcpext_mib.TWRecycled, 1);
	snmp_read();
	assert_int_equal(tcp_mib.InSegs, 5);
}

TEST(tcp_guard, an_older_syn_does_not_and_gets_one_ack)
{
	struct bed_tcp tcp;

	tb_enter(TIME_WAIT);
	tcp = peer_with(TCP_SYN);
	tcp.seq -= 100;
	for (u32 i = 0; i < 10; i++)
		tb_probe(&tcp);
	assert_int_equal(tb_state(), TIME_WAIT);
	assert_int_equal(bed_sent, 1);
	assert_int_equal(bed_tcp_flags(bed_last()), TCP_ACK);
	assert_int_equal(tcpext_mib.TCPACKSkippedTimeWait, 9);
}

TEST(tcp_guard, resets_and_stray_segments_do_not_end_time_wait)
{
	struct bed_tcp tcp;

	tb_enter(TIME_WAIT);
	tcp = peer_with(TCP_RST);
	expect_silence(&tcp);
	tcp = peer_with(TCP_ACK);
	expect_silence(&tcp);
	tcp = peer_with_data(0, "x");
	expect_silence(&tcp);
	tcp = peer_with(TCP_ACK | TCP_FIN); /* our last ACK was lost */
	tcp.seq--;
	tb_probe(&tcp);
	assert_int_equal(bed_sent, 1);
	assert_int_equal(bed_tcp_flags(bed_last()), TCP_ACK);
	assert_int_equal(tb_state(), TIME_WAIT);
}
