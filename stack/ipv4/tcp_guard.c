/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tcp_guard - see tcp_guard.h (row I21)
 *
 * Names as in RFC 9293: SEG.SEQ is hdr->seqno, SND.UNA pcb->lastack, SND.NXT
 * pcb->snd_nxt, RCV.NXT pcb->rcv_nxt, RCV.WND pcb->rcv_wnd, and MAX.SND.WND of
 * RFC 5961 pcb->snd_wnd_max. The header is in host order.
 */
#include "ipv4/tcp_guard.h"
#include <limits.h>
#include "core/drop.h"
#include "core/port.h"
#include "core/sysctl.h"
#include "core/tap.h"
#include "ipv4/snmp.h"
#include "lwip/ip.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/tcp.h"
#include "lwip/stats.h"
#include "lwip/tcp.h"

/* Timestamps would have to be kept in segments without SYN. */
_Static_assert(!LWIP_TCP_TIMESTAMPS, "see silence_options()");

#define OFF_ROAD __attribute__((noinline, cold))

/* A segment as the hook gets it. */
struct segment {
	struct tcp_hdr *hdr;
	struct pbuf *p; /* at the data */
	u8 flags;
	u32 len;     /* in sequence space */
	u16 optlen;  /* all options */
	u16 opt1len; /* those behind the header; the rest lies at opt2 */
	u8 *opt2;
};

static struct {
	u8 ext_arg; /* where a pcb keeps the time of its last challenge */
	bool has_ext_arg;
	u64 second_ns; /* when the running second began */
	u32 sent;      /* challenges in it */
	u32 segments;  /* that found a connection or a listener */
	/* The segment at hand, for taps. */
	struct tcp_hdr *hdr;
	struct pbuf *skb;
} guard;

static int tcp_challenge_ack_limit = 1000;
static int tcp_invalid_ratelimit = 500;
static int tcp_min_snd_mss = 48;

SYSCTL_INT("net.ipv4.tcp_challenge_ack_limit", &tcp_challenge_ack_limit, 0,
	   INT_MAX);
SYSCTL_INT("net.ipv4.tcp_invalid_ratelimit", &tcp_invalid_ratelimit, 0,
	   INT_MAX);
SYSCTL_INT("net.ipv4.tcp_min_snd_mss", &tcp_min_snd_mss, 48, 65535);

/* lwIP keeps the header in host order; there and back again. */
static void swap_header(struct tcp_hdr *hdr)
{
	hdr->src = htons(hdr->src);
	hdr->dest = htons(hdr->dest);
	hdr->seqno = htonl(hdr->seqno);
	hdr->ackno = htonl(hdr->ackno);
	hdr->wnd = htons(hdr->wnd);
}

/* To the taps, as it came. */
OFF_ROAD static void show_drop(enum drop_reason reason)
{
	swap_header(guard.hdr);
	packet_tap_drop(guard.skb, reason);
	swap_header(guard.hdr);
}

static err_t drop(enum drop_reason reason)
{
	drop_count(reason);
	if (unlikely(packet_tap_drops))
		show_drop(reason);
	return ERR_ABRT; /* lwIP frees it */
}

/* --- challenge ACKs ---------------------------------------------------------
 */

/* May this connection answer a bad segment now? Then it is noted. */
static bool connection_may_answer(struct tcp_pcb *pcb)
{
	u32 now_ms = (u32)(clock_ns() / NSEC_PER_MSEC);
	u32 last_ms;

	if (!guard.has_ext_arg) {
		guard.ext_arg = tcp_ext_arg_alloc_id();
		guard.has_ext_arg = true;
	}
	last_ms = (u32)(uintptr_t)tcp_ext_arg_get(pcb, guard.ext_arg);
	if (last_ms && now_ms - last_ms < (u32)tcp_invalid_ratelimit)
		return false;
	/* 0 stands for never. */
	tcp_ext_arg_set(pcb, guard.ext_arg,
			(void *)(uintptr_t)(now_ms ? now_ms : 1));
	return true;
}

static bool everybody_may_answer(void)
{
	u64 now = clock_ns();

	if (now - guard.second_ns >= NSEC_PER_SEC) {
		guard.second_ns = now;
		guard.sent = 0;
	}
	if (guard.sent >= (u32)tcp_challenge_ack_limit)
		return false;
	guard.sent++;
	return true;
}

/* May a bad segment be answered? If not, @skipped counts it. */
static bool may_answer(struct tcp_pcb *pcb, u32 *skipped)
{
	if (connection_may_answer(pcb) && everybody_may_answer())
		return true;
	(*skipped)++;
	return false;
}

static void challenge(struct tcp_pcb *pcb)
{
	if (!may_answer(pcb, &tcpext_mib.TCPACKSkippedChallenge))
		return;
	tcpext_mib.TCPChallengeACK++;
	/* Without memory for it, it is as if it had been lost. */
	(void)tcp_send_empty_ack(pcb);
}

/* --- options -----------------------------------------------------------------
 */

static u8 *option_byte(const struct segment *seg, u32 i)
{
	if (i < seg->opt1len || !seg->opt2)
		return (u8 *)seg->hdr + TCP_HLEN + i;
	return seg->opt2 + (i - seg->opt1len);
}

/* lwIP knows no option that means anything without SYN, and one of them does
 * harm: an "end of options" at their begin keeps it from reading any. */
static inline void silence_options(const struct segment *seg)
{
	if (seg->optlen)
		*option_byte(seg, 0) = LWIP_TCP_OPT_EOL;
}

static void raise_mss(const struct segment *seg, u32 value_at)
{
	u8 *high = option_byte(seg, value_at);
	u8 *low = option_byte(seg, value_at + 1);
	u32 mss = (u32)(*high << 8 | *low);

	if (mss && mss < (u32)tcp_min_snd_mss) {
		*high = (u8)(tcp_min_snd_mss >> 8);
		*low = (u8)tcp_min_snd_mss;
	}
}

/*
 * Of a SYN: end the options where they stop making sense, since lwIP reads a
 * length byte behind the last one, and raise an MSS so small that it would
 * have us send thousands of packets for a page.
 */
OFF_ROAD static void clean_syn_options(const struct segment *seg)
{
	u32 i = 0;

	while (i < seg->optlen) {
		u8 *kind = option_byte(seg, i);
		u32 left = seg->optlen - i;
		u32 len;

		if (*kind == LWIP_TCP_OPT_EOL)
			return;
		if (*kind == LWIP_TCP_OPT_NOP) {
			i++;
			continue;
		}
		len = left > 1 ? *option_byte(seg, i + 1) : 0;
		if (len < 2 || len > left) {
			*kind = LWIP_TCP_OPT_EOL;
			return;
		}
		if (*kind == LWIP_TCP_OPT_MSS && len == LWIP_TCP_OPT_LEN_MSS)
			raise_mss(seg, i + 2);
		i += len;
	}
}

/* --- states without a connection ---------------------------------------------
 */

/* Linux: only a plain SYN opens a connection, and only an ACK is refused. */
OFF_ROAD static err_t listen_in(const struct tcp_pcb_listen *lpcb,
				const struct segment *seg)
{
	if (seg->flags & TCP_RST)
		return drop(DROP_TCP_RESET);
	if (seg->flags & TCP_ACK)
		return ERR_OK; /* lwIP answers with a reset */
	if ((seg->flags & (TCP_SYN | TCP_FIN)) != TCP_SYN)
		return drop(DROP_TCP_FLAGS);
	if (lpcb->accepts_pending >= lpcb->backlog) {
		/* lwIP would forget it, too; the peer comes again. */
		tcpext_mib.ListenOverflows++;
		tcpext_mib.ListenDrops++;
		return drop(DROP_TCP_LISTEN_OVERFLOW);
	}
	clean_syn_options(seg);
	return ERR_OK;
}

OFF_ROAD static err_t syn_sent_in(struct tcp_pcb *pcb,
				  const struct segment *seg)
{
	bool acks_our_syn =
		(seg->flags & TCP_ACK) && seg->hdr->ackno == pcb->lastack + 1;

	if (seg->flags & TCP_RST)
		return acks_our_syn ? ERR_OK : drop(DROP_TCP_RESET);
	if ((seg->flags & TCP_ACK) && !acks_our_syn) {
		/* The peer still has an old connection: a reset ends it. lwIP
		 * would spend one of our tries on each such segment. */
		if (may_answer(pcb, &tcpext_mib.TCPACKSkippedChallenge))
			tcp_rst(pcb, seg->hdr->ackno,
				seg->hdr->seqno + seg->len, &pcb->local_ip,
				&pcb->remote_ip, pcb->local_port,
				pcb->remote_port);
		return drop(DROP_TCP_ACK_INVALID);
	}
	/* lwIP does not open from both sides at once, but would take over the
	 * options of such a SYN. */
	if (!acks_our_syn || !(seg->flags & TCP_SYN))
		return drop(DROP_TCP_FLAGS);
	clean_syn_options(seg);
	return ERR_OK;
}

/*
 * A new SYN that is younger than all that the old connection received opens
 * a new one at once (RFC 9293 section 3.6.1), instead of after TIME_WAIT. The
 * old pcb goes, and the segment, as it was on the wire, is taken in again.
 */
static err_t reopen(struct tcp_pcb *pcb, const struct segment *seg)
{
	struct tcp_hdr *hdr = seg->hdr;
	struct pbuf *p = seg->p;

	if (pbuf_add_header(p, (size_t)TCP_HLEN + seg->optlen))
		return drop(DROP_TCP_SYN_CHALLENGE);
	hdr->src = htons(hdr->src);
	hdr->dest = htons(hdr->dest);
	hdr->seqno = htonl(hdr->seqno);
	hdr->ackno = htonl(hdr->ackno);
	hdr->wnd = htons(hdr->wnd);

	tcpext_mib.TWRecycled++;
	lwip_stats.mib2.tcpinsegs--; /* it will be counted again */
	tcp_pcb_remove(&tcp_tw_pcbs, pcb);
	tcp_free(pcb);
	/* lwIP drops its own reference when we return. */
	pbuf_ref(p);
	tcp_input(p, ip_current_input_netif());
	return ERR_ABRT;
}

OFF_ROAD static err_t time_wait_in(struct tcp_pcb *pcb,
				   const struct segment *seg)
{
	/* RFC 1337: a reset does not end TIME_WAIT. */
	if (seg->flags & TCP_RST)
		return drop(DROP_TCP_RESET);
	if ((seg->flags & (TCP_SYN | TCP_ACK | TCP_FIN)) == TCP_SYN &&
	    after32(seg->hdr->seqno, pcb->rcv_nxt) && !seg->opt2)
		return reopen(pcb, seg);
	if (!(seg->flags & (TCP_SYN | TCP_ACK)))
		return drop(DROP_TCP_FLAGS);
	if (seg->len == 0 ||
	    !may_answer(pcb, &tcpext_mib.TCPACKSkippedTimeWait))
		return drop(DROP_TCP_INVALID_SEQUENCE);
	if (seg->flags & TCP_SYN) {
		/* lwIP would reset what the peer has just begun. */
		tcpext_mib.TCPSYNChallenge++;
		(void)tcp_send_empty_ack(pcb); /* else it is lost */
		return drop(DROP_TCP_SYN_CHALLENGE);
	}
	return ERR_OK;
}

/* --- a connection
 * -------------------------------------------------------------- */

/* RFC 5961 section 3: only a reset at exactly RCV.NXT is believed. */
OFF_ROAD static err_t reset_in(struct tcp_pcb *pcb, const struct segment *seg)
{
	u32 offset = seg->hdr->seqno - pcb->rcv_nxt;

	if (offset == 0)
		return ERR_OK;
	if (offset < pcb->rcv_wnd)
		challenge(pcb);
	return drop(DROP_TCP_RESET);
}

/* RFC 5961 section 4: the peer may have restarted. If it has, it answers our
 * ACK with a reset that fits. */
OFF_ROAD static err_t syn_in(struct tcp_pcb *pcb, const struct segment *seg)
{
	/* Our SYN ACK may have been lost: lwIP sends it again. */
	if (pcb->state == SYN_RCVD && seg->hdr->seqno == pcb->rcv_nxt - 1 &&
	    !(seg->flags & TCP_ACK)) {
		silence_options(seg);
		if (may_answer(pcb, &tcpext_mib.TCPACKSkippedSynRecv))
			return ERR_OK;
		return drop(DROP_TCP_SYN_CHALLENGE);
	}
	tcpext_mib.TCPSYNChallenge++;
	challenge(pcb);
	return drop(DROP_TCP_SYN_CHALLENGE);
}

/* RST, SYN, or no ACK: nothing that carries data. */
OFF_ROAD static err_t odd_flags_in(struct tcp_pcb *pcb,
				   const struct segment *seg)
{
	if (seg->flags & TCP_RST)
		return reset_in(pcb, seg);
	if (seg->flags & TCP_SYN)
		return syn_in(pcb, seg);
	return drop(DROP_TCP_FLAGS);
}

/* Does a FIN wait among the segments that came too early? */
static bool early_fin_waits(const struct tcp_pcb *pcb)
{
	for (const struct tcp_seg *s = pcb->ooseq; s; s = s->next)
		if (TCPH_FLAGS(s->tcphdr) & TCP_FIN)
			return true;
	return false;
}

/*
 * A segment that does not begin at RCV.NXT, or fills the window.
 *
 * lwIP cuts an early segment to the window only in some of the places where
 * it queues one, and asserts later that all of them were cut; and it moves
 * the FIN of a waiting segment to a longer one that may fill the window
 * already. No peer that respects our window and its own FIN sends such.
 */
OFF_ROAD static err_t odd_place_in(struct tcp_pcb *pcb,
				   const struct segment *seg)
{
	s32 offset = (s32)(seg->hdr->seqno - pcb->rcv_nxt);
	s64 end = (s64)offset + seg->len;
	s64 wnd = pcb->rcv_wnd;

	if (seg->len == 0) {
		/* Acceptable, or a keepalive, or part of an ACK storm. lwIP
		 * answers what lies outside. */
		if ((offset >= 0 && offset <= wnd) ||
		    may_answer(pcb, &tcpext_mib.TCPACKSkippedSeq))
			return ERR_OK;
		return drop(DROP_TCP_INVALID_SEQUENCE);
	}
	if ((offset > 0 && end > wnd) ||
	    (offset + (s64)seg->p->tot_len >= wnd && early_fin_waits(pcb))) {
		(void)tcp_send_empty_ack(pcb); /* else it is lost */
		return drop(DROP_TCP_OVERWINDOW);
	}
	return ERR_OK;
}

/* The acknowledgment of a segment of a half-open connection. */
OFF_ROAD static err_t syn_rcvd_in(struct tcp_pcb *pcb,
				  const struct segment *seg)
{
	/* RFC 9293 section 3.10.7.4: first, the sequence number. */
	if (seg->hdr->seqno - pcb->rcv_nxt > pcb->rcv_wnd) {
		challenge(pcb);
		return drop(DROP_TCP_INVALID_SEQUENCE);
	}
	return ERR_OK; /* lwIP resets a wrong ACK, without harm to itself */
}

/* RFC 5961 section 5. */
OFF_ROAD static err_t bad_ack_in(struct tcp_pcb *pcb)
{
	challenge(pcb);
	return drop(DROP_TCP_ACK_INVALID);
}

static inline bool ack_is_acceptable(const struct tcp_pcb *pcb, u32 ack)
{
	/* SND.UNA - MAX.SND.WND <= ack <= SND.NXT, in one comparison. */
	return pcb->snd_nxt - ack <=
	       pcb->snd_nxt - pcb->lastack + pcb->snd_wnd_max;
}

/*
 * lwIP cuts what is written into segments of at most half the largest window
 * ever seen, and asserts that this only grows; but it takes none as "no
 * limit". A peer that opened with a window of 0 or 1 gets no limit for good.
 */
static inline bool window_was_never_open(const struct tcp_pcb *pcb)
{
	return pcb->snd_wnd_max < 2;
}

/*
 * The persist timer runs while all that is queued waits for a window, and
 * lwIP asserts that something is. But an acknowledgment can empty the queue: of
 * a probe that was all there was to send, or of what was sent before an RTO.
 * Progress stops the timer; lwIP starts it again if it is still needed.
 */
static inline void stop_persisting(struct tcp_pcb *pcb, u32 ack)
{
	if (after32(ack, pcb->lastack))
		pcb->persist_backoff = 0;
}

/*
 * lwIP acknowledges at once every second packet it gets, where RFC 9293
 * section 3.8.6.3 says every second full segment: what comes in pieces is more
 * than one.
 */
static inline void acknowledge_at_once(struct tcp_pcb *pcb,
				       const struct pbuf *p)
{
	if (p->next)
		tcp_set_flags(pcb, TF_ACK_NOW);
}

OFF_ROAD static err_t connection_in(struct tcp_pcb *pcb,
				    const struct segment *seg)
{
	if ((seg->flags & (TCP_SYN | TCP_RST | TCP_ACK)) != TCP_ACK)
		return odd_flags_in(pcb, seg);
	if (pcb->state == SYN_RCVD) {
		err_t err = syn_rcvd_in(pcb, seg);

		if (err != ERR_OK)
			return err;
	} else if (!ack_is_acceptable(pcb, seg->hdr->ackno)) {
		return bad_ack_in(pcb);
	}
	silence_options(seg);
	if (window_was_never_open(pcb))
		pcb->snd_wnd_max = 2 * (tcpwnd_size_t)pcb->mss;
	stop_persisting(pcb, seg->hdr->ackno);
	acknowledge_at_once(pcb, seg->p);
	return odd_place_in(pcb, seg);
}

OFF_ROAD static err_t odd_in(struct tcp_pcb *pcb, const struct segment *seg)
{
	guard.hdr = seg->hdr;
	guard.skb = seg->p;
	switch (pcb->state) {
	case LISTEN:
		return listen_in((const struct tcp_pcb_listen *)pcb, seg);
	case SYN_SENT:
		return syn_sent_in(pcb, seg);
	case TIME_WAIT:
		return time_wait_in(pcb, seg);
	default:
		return connection_in(pcb, seg);
	}
}

static inline bool is_plain(const struct tcp_pcb *pcb,
			    const struct tcp_hdr *hdr, const struct pbuf *p)
{
	return pcb->state >= ESTABLISHED && pcb->state <= LAST_ACK &&
	       (hdr->_hdrlen_rsvd_flags &
		PP_HTONS(TCP_SYN | TCP_RST | TCP_ACK)) == PP_HTONS(TCP_ACK) &&
	       hdr->seqno == pcb->rcv_nxt && p->tot_len < pcb->rcv_wnd &&
	       ack_is_acceptable(pcb, hdr->ackno) &&
	       !window_was_never_open(pcb) && pcb->persist_backoff == 0;
}

err_t tcp_guard_in(struct tcp_pcb *pcb, struct tcp_hdr *hdr, u16_t optlen,
		   u16_t opt1len, u8_t *opt2, struct pbuf *p)
{
	struct segment seg = {
		.hdr = hdr,
		.p = p,
		.optlen = optlen,
		.opt1len = opt1len,
		.opt2 = opt2,
	};

	guard.segments++;
	if (likely(is_plain(pcb, hdr, p))) {
		silence_options(&seg);
		acknowledge_at_once(pcb, p);
		return ERR_OK;
	}
	seg.flags = TCPH_FLAGS(hdr);
	seg.len =
		p->tot_len + !!(seg.flags & TCP_SYN) + !!(seg.flags & TCP_FIN);
	return odd_in(pcb, &seg);
}

u32 tcp_guard_segments(void)
{
	return guard.segments;
}
