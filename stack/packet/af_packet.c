/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * af_packet - see af_packet.h (rows I13, E10)
 */
#include "packet/af_packet.h"
#include <errno.h>
#include <string.h>
#include "core/port.h"
#include "core/skbuff.h"
#include "lwip/prot/ieee.h"

enum {
	ALIGN = 8,
	ETHERTYPE_AT = 12,
	VLAN_TAG_LEN = 4,
	/* Headers in front of a packet's payload, at most: Ethernet with a tag,
	 * IP and TCP with options. */
	PULLED_MAX = ETH_HLEN + VLAN_TAG_LEN + 60 + 60,
	PROTO_TCP = 6,
};

/* In place of a record's time stamp: the rest of the ring, up to its end, is
 * not used. */
#define SKIP_TO_START UINT64_MAX

_Static_assert(sizeof(struct tap_record) % ALIGN == 0,
	       "records lie one behind the other");

bool packet_tap_drops;

static struct {
	struct packet_tap *taps;
	u32 last_id;
} state;

/* A packet as the taps see it: @pulled bytes that its payload has left behind,
 * then the chain; or only bytes. */
struct view {
	const struct pbuf *skb; /* NULL: all of it is @head */
	const u8 *head;
	u32 head_len;
	u32 len;
};

/* --- the ring -------------------------------------------------------------
 */

static struct tap_record *record_at(const struct packet_tap *tap, u32 pos)
{
	return (void *)(tap->ring + (pos & (tap->size - 1)));
}

static u32 to_end(const struct packet_tap *tap, u32 pos)
{
	return tap->size - (pos & (tap->size - 1));
}

/* Room for a record with @len bytes of data, in one piece; NULL: none. It is
 * not visible before tap->head moves behind it. */
static struct tap_record *ring_reserve(struct packet_tap *tap, u32 len)
{
	u32 size = (u32)((sizeof(struct tap_record) + len + ALIGN - 1) &
			 ~(u32)(ALIGN - 1));
	u32 room, end;
	struct tap_record *r;

	if (tap->head == tap->tail) {
		tap->head = 0;
		tap->tail = 0;
	}
	room = tap->size - (tap->head - tap->tail);
	end = to_end(tap, tap->head);
	if (size > end) {
		if (room < end + size)
			return NULL;
		/* It may be too small for more than this field. */
		record_at(tap, tap->head)->tstamp_ns = SKIP_TO_START;
		tap->head += end;
	} else if (room < size) {
		return NULL;
	}
	r = record_at(tap, tap->head);
	r->size = size;
	return r;
}

const struct tap_record *packet_tap_peek(struct packet_tap *tap)
{
	const struct tap_record *r;

	if (tap->head == tap->tail)
		return NULL;
	r = record_at(tap, tap->tail);
	if (r->tstamp_ns == SKIP_TO_START) {
		tap->tail += to_end(tap, tap->tail);
		if (tap->head == tap->tail)
			return NULL;
		r = record_at(tap, tap->tail);
	}
	return r;
}

void packet_tap_next(struct packet_tap *tap)
{
	const struct tap_record *r = packet_tap_peek(tap);

	if (r)
		tap->tail += r->size;
}

/* --- a packet comes by ------------------------------------------------------
 */

/* @n bytes at @off of the whole. */
static void view_copy(const struct view *v, u32 off, u8 *buf, u32 n)
{
	if (off < v->head_len) {
		u32 k = min_u32(n, v->head_len - off);

		memcpy(buf, v->head + off, k);
		off += k;
		buf += k;
		n -= k;
	}
	if (n)
		(void)pbuf_copy_partial(v->skb, buf, (u16)n,
					(u16)(off - v->head_len));
}

static void bpf_copy(const struct bpf_packet *pkt, u32 off, u8 *buf, u32 n)
{
	view_copy(pkt->ctx, off, buf, n);
}

static u16 get_u16(const struct view *v, u32 off)
{
	u8 b[2];

	view_copy(v, off, b, sizeof(b));
	return (u16)(b[0] << 8 | b[1]);
}

/* TCP from or to @port of ours? */
static bool is_tcp_of(const struct view *v, enum tap_point point, u16 port)
{
	u8 ip[20];
	u32 l4;
	bool from, to;

	if (v->len < ETH_HLEN + sizeof(ip) ||
	    get_u16(v, ETHERTYPE_AT) != ETHTYPE_IP)
		return false;
	view_copy(v, ETH_HLEN, ip, sizeof(ip));
	l4 = ETH_HLEN + (ip[0] & 15u) * 4;
	/* Later fragments have no ports. */
	if (ip[9] != PROTO_TCP || (ip[6] & 0x1f) || ip[7] || v->len < l4 + 4)
		return false;
	from = get_u16(v, l4) == port;
	to = get_u16(v, l4 + 2) == port;
	return point == TAP_TX ? from : point == TAP_RX ? to : from || to;
}

/* What one packet is to every tap. */
struct event {
	struct view view;
	struct bpf_packet pkt;
	const struct net_device *dev;
	enum tap_point point;
	u64 now;
	u32 id;
	u8 reason;
};

static void offer(struct packet_tap *tap, const struct event *e)
{
	struct tap_count *count = &tap->count[e->dev->ifindex - 1][e->point];
	u32 keep = UINT32_MAX;
	bool was_empty = tap->head == tap->tail;
	struct tap_record *r;

	if (tap->skip_tcp_port &&
	    is_tcp_of(&e->view, e->point, tap->skip_tcp_port))
		return;
	count->seen++;
	if (tap->prog_len)
		keep = bpf_run(tap->prog, &e->pkt);
	if (!keep)
		return;
	count->accepted++;
	keep = min_u32(min_u32(keep, tap->snaplen), e->view.len);
	r = ring_reserve(tap, keep);
	if (!r) {
		count->dropped++;
		return;
	}
	r->tstamp_ns = e->now;
	r->packet_id = e->id;
	r->orig_len = e->view.len;
	r->cap_len = keep;
	r->drops = count->dropped - count->reported;
	r->ifindex = (u8)e->dev->ifindex;
	r->point = (u8)e->point;
	r->pkt_type = e->pkt.pkt_type;
	r->reason = e->reason;
	view_copy(&e->view, 0, r->data, keep);
	count->reported = count->dropped;
	tap->head += r->size;
	if (was_empty && tap->ready)
		tap->ready(tap);
}

/* To every tap that listens at this point of this device. */
static void deliver(struct event *e, u8 pkt_type)
{
	const struct view *v = &e->view;

	e->pkt = (struct bpf_packet){
		.data = v->head_len ? v->head : v->skb->payload,
		.data_len = v->head_len ? v->head_len : v->skb->len,
		.len = v->len,
		.copy = bpf_copy,
		.ctx = v,
		.ifindex = (u32)e->dev->ifindex,
		.protocol = v->len >= ETH_HLEN ? get_u16(v, ETHERTYPE_AT) : 0,
		.pkt_type = pkt_type,
	};
	for (struct packet_tap *tap = state.taps; tap; tap = tap->next)
		if ((tap->points & 1u << e->point) &&
		    (!tap->ifindex || tap->ifindex == e->dev->ifindex))
			offer(tap, e);
}

static u32 packet_id(struct pbuf *skb)
{
	if (!skb->cb.packet_id) {
		if (++state.last_id == 0)
			state.last_id = 1;
		skb->cb.packet_id = state.last_id;
	}
	return skb->cb.packet_id;
}

/* Who it is for, before netif_receive_skb() has said so. */
static u8 frame_type(const struct net_device *dev, const u8 *dest)
{
	static const u8 all[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	if (dest[0] & 1)
		return memcmp(dest, all, ETH_ALEN) ? PACKET_MULTICAST
						   : PACKET_BROADCAST;
	return memcmp(dest, dev->dev_addr, ETH_ALEN) ? PACKET_OTHERHOST
						     : PACKET_HOST;
}

void packet_tap_rx(struct pbuf *skb, struct net_device *dev)
{
	struct event e = {
		.view = { .skb = skb, .len = skb->tot_len },
		.dev = dev,
		.point = TAP_RX,
		.now = skb->cb.tstamp_ns,
		.id = packet_id(skb),
	};

	deliver(&e, frame_type(dev, skb->payload));
}

void packet_tap_tx(struct pbuf *skb, struct net_device *dev, u64 now)
{
	struct event e = {
		.view = { .skb = skb, .len = skb->tot_len },
		.dev = dev,
		.point = TAP_TX,
		.now = now,
		.id = packet_id(skb),
	};

	deliver(&e, PACKET_OUTGOING);
}

/*
 * A dropped packet's payload may be anywhere behind its Ethernet header, which
 * then still lies in front of it in the receive buffer.
 */
static void find_header(struct view *v)
{
	const struct pbuf *skb = v->skb;
	const u8 *frame = skb_rx_frame(skb);
	const u8 *payload = skb->payload;

	if (skb->cb.pkt_type == PACKET_OUTGOING || !frame || payload <= frame ||
	    payload - frame > PULLED_MAX)
		return;
	v->head = frame;
	v->head_len = (u32)(payload - frame);
	v->len += v->head_len;
}

void packet_tap_drop(struct pbuf *skb, enum drop_reason reason)
{
	struct net_device *dev = skb->cb.dev;
	struct event e = {
		.view = { .skb = skb, .len = skb->tot_len },
		.dev = dev,
		.point = TAP_DROP,
		.reason = (u8)reason,
	};

	if (!dev || !(dev->taps & TAP_DROP_BIT))
		return;
	e.now = clock_ns();
	e.id = packet_id(skb);
	find_header(&e.view);
	deliver(&e, skb->cb.pkt_type);
}

void packet_tap_drop_frame(struct net_device *dev, const void *frame, u32 len,
			   enum drop_reason reason)
{
	struct event e = {
		.view = { .head = frame, .head_len = len, .len = len },
		.dev = dev,
		.point = TAP_DROP,
		.now = clock_ns(),
		.reason = (u8)reason,
	};

	deliver(&e, len >= ETH_ALEN ? frame_type(dev, frame) : PACKET_HOST);
}

/* --- opening and closing ---------------------------------------------------
 */

/* What all open taps together want of each device. */
static void update_points(void)
{
	packet_tap_drops = false;
	for (int i = 1; i <= NETDEV_MAX; i++) {
		struct net_device *dev = dev_get_by_index(i);
		u8 points = 0;

		if (!dev)
			continue;
		for (const struct packet_tap *tap = state.taps; tap;
		     tap = tap->next)
			if (!tap->ifindex || tap->ifindex == i)
				points |= tap->points;
		dev->taps = points;
		if (points & TAP_DROP_BIT)
			packet_tap_drops = true;
	}
}

/* As on Linux, "any device" leaves each one's filter as it is. */
static void set_promiscuity(const struct packet_tap *tap, int inc)
{
	struct net_device *dev = dev_get_by_index(tap->ifindex);

	if (dev && !tap->no_promisc && (tap->points & TAP_RX_BIT))
		dev_set_promiscuity(dev, inc);
}

int packet_tap_open(struct packet_tap *tap, void *ring, u32 size)
{
	if (tap->open)
		return -EBUSY;
	if (tap->ifindex && !dev_get_by_index(tap->ifindex))
		return -EINVAL;
	if (tap->prog_len && bpf_check(tap->prog, tap->prog_len, NULL))
		return -EINVAL;
	memset(tap->count, 0, sizeof(tap->count));
	tap->ring = ring;
	tap->size = size;
	tap->head = 0;
	tap->tail = 0;
	tap->open = true;
	tap->next = state.taps;
	state.taps = tap;
	update_points();
	set_promiscuity(tap, 1);
	return 0;
}

void packet_tap_close(struct packet_tap *tap)
{
	struct packet_tap **link = &state.taps;

	if (!tap->open)
		return;
	while (*link != tap)
		link = &(*link)->next;
	*link = tap->next;
	tap->open = false;
	tap->head = tap->tail;
	update_points();
	set_promiscuity(tap, -1);
}

void packet_tap_sums(const struct packet_tap *tap, u32 *accepted, u32 *dropped)
{
	*accepted = 0;
	*dropped = 0;
	for (u32 i = 0; i < NETDEV_MAX; i++) {
		for (u32 point = 0; point < TAP_POINT_NR; point++) {
			*accepted += tap->count[i][point].accepted;
			*dropped += tap->count[i][point].dropped;
		}
	}
}
