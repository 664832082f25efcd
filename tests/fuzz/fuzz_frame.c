/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fuzz_frame - frames from the wire into the whole stack
 *
 * The input is a list of records, one byte that says which and then its
 * fields; a field that is missing reads as 0, so that every input means
 * something. Some records are frames byte for byte. Others are made to pass
 * the first checks, because lengths, sums and sequence numbers are put right
 * from what the stack expects at that moment, with an offset on top that the
 * fuzzer chooses: so it gets deep into connections, reassembly and DHCP.
 *
 * seeds.py writes the same records; keep the two together.
 */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "lwip/def.h"
#include "lwip/dhcp.h"
#include "lwip/dns.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/tcp.h"
#include "lwip/prot/udp.h"

enum record {
	REC_RAW,	/* device, len16, bytes */
	REC_FIXED_SUMS, /* the same; IP, L4 lengths and sums put right */
	REC_TCP, /* slot, flags, how16, seq16, ack16, window16, opts, data */
	REC_CONNECT,   /* slot, window16: a whole handshake */
	REC_UDP,       /* source port16, port16, len16, bytes */
	REC_IP,	       /* protocol, flags+offset16, id16, len16, bytes */
	REC_ARP,       /* op, sender's last octet, target's, len8, bytes */
	REC_DHCP,      /* message type, len16, bytes: options */
	REC_DNS,       /* len16, bytes: all behind the id */
	REC_TIME,      /* 2^n ms, n in 0..15 */
	REC_HOLD,      /* packets stay in the device, or leave */
	REC_LINK,      /* device, what: the cable, up, down */
	REC_MANY,      /* service, n: so many handshakes */
	REC_NO_MEMORY, /* n: the n-th allocation from now fails, once */
	REC_TRAIN, /* slot, seq16, segs, len16, one of them: flags, seq8, len8
		    */
	REC_NR,
};

enum {
	REMOTE_PORT = 40000, /* slot 0's */
	FIRST_OF_MANY = 100,
	MANY_MAX = 400,	   /* of an input; pools hold fewer */
	MAX_RECORDS = 256, /* keeps one input short */
	FRAME_SIZE = 1600,
	L3 = ETH_HLEN,
	L4 = ETH_HLEN + IP_HLEN,
};

/* The last stands for a connection that the board itself has opened. */
static const u16 services[] = { 7, 9, 19, 80, 5001, 5201, 22, 0 };

static struct {
	const u8 *at;
	size_t left;
	u32 many_left;
} in;

static u8 frame[FRAME_SIZE];

/* --- reading fields
 * --------------------------------------------------------------- */

static u8 take8(void)
{
	if (in.left == 0)
		return 0;
	in.left--;
	return *in.at++;
}

static u16 take16(void)
{
	u16 high = take8();

	return (u16)(high << 8 | take8());
}

/* At most @room bytes into @to; how many the record says. Bit 15 of the
 * length stands for "so many equal bytes", cheap bulk. */
static size_t take_bytes(u8 *to, size_t room)
{
	u16 len = take16();
	size_t n = min_size(len & 0x7fff, room);

	if (len & 0x8000) {
		memset(to, 'x', n);
		return n;
	}
	n = min_size(n, in.left);
	memcpy(to, in.at, n);
	in.at += n;
	in.left -= n;
	return n;
}

/* --- building frames
 * ---------------------------------------------------------------- */

static void put16(u8 *to, u32 v)
{
	to[0] = (u8)(v >> 8);
	to[1] = (u8)v;
}

static void put32(u8 *to, u32 v)
{
	put16(to, v >> 16);
	put16(to + 2, v);
}

static void put_eth(const struct net_device *dev, u16 type)
{
	memcpy(frame, fuzz_own_mac[dev == &fuzz_dev[1]], ETH_ALEN);
	memcpy(frame + 6, fuzz_peer_mac, ETH_ALEN);
	put16(frame + 12, type);
}

static void put_ip(u8 protocol, size_t payload)
{
	u8 *ip = frame + L3;

	put_eth(&fuzz_dev[0], 0x0800);
	memset(ip, 0, IP_HLEN);
	ip[0] = 0x45;
	put16(ip + 2, (u32)(IP_HLEN + payload));
	ip[8] = 64;
	ip[9] = protocol;
	put32(ip + 12, FUZZ_PEER);
	put32(ip + 16, FUZZ_OWN);
}

/* RFC 1071, going on from @sum, in host order. */
static u16 checksum(u32 sum, const u8 *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? p[i] : (u32)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (u16)~sum;
}

/* Of the pseudo header, which TCP and UDP add to theirs. */
static u32 pseudo_header(const u8 *ip, size_t len)
{
	u32 sum = (u32)len + ip[9];

	for (size_t i = 12; i < 20; i += 2)
		sum += (u32)ip[i] << 8 | ip[i + 1];
	return sum;
}

/* Where the checksum of this protocol is; 0: it has none. */
static size_t l4_sum_at(u8 protocol)
{
	switch (protocol) {
	case 1:
	case 2:
		return 2;
	case 6:
		return 16;
	case 17:
		return 6;
	default:
		return 0;
	}
}

/* Lengths and sums of the IPv4 frame of @len bytes in frame[]. */
static void fix_sums(size_t len)
{
	u8 *ip = frame + L3;
	size_t hlen = (ip[0] & 15u) * 4u;
	size_t at = l4_sum_at(ip[9]);
	u8 *l4 = ip + hlen;
	size_t l4_len;

	if (frame[12] != 8 || frame[13] != 0 || len < L4 || hlen < IP_HLEN ||
	    len < L3 + hlen)
		return;
	l4_len = len - L3 - hlen;
	put16(ip + 2, (u32)(len - L3));
	if (at != 0 && l4_len >= at + 2 && (ip[6] & 0x3f) == 0 && ip[7] == 0) {
		if (ip[9] == 17)
			put16(l4 + 4, (u32)l4_len);
		put16(l4 + at, 0);
		put16(l4 + at,
		      checksum(ip[9] < 6 ? 0 : pseudo_header(ip, l4_len), l4,
			       l4_len));
	}
	put16(ip + 10, 0);
	put16(ip + 10, checksum(0, ip, hlen));
}

static void send_ip(struct net_device *dev, size_t len)
{
	fix_sums(len);
	world_receive(dev, frame, len);
	world_turn();
}

/* --- TCP ---------------------------------------------------------------- */

struct slot {
	u16 port, remote_port;
};

static struct slot slot_of(u8 service, u16 connection)
{
	struct slot slot = { services[service & 7],
			     (u16)(REMOTE_PORT + connection) };

	if (slot.port != 0)
		return slot;
	for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL;
	     pcb = pcb->next)
		if (pcb->remote_port < REMOTE_PORT)
			return (struct slot){ pcb->local_port,
					      pcb->remote_port };
	return slot;
}

static struct slot take_slot(void)
{
	u8 byte = take8();

	return slot_of(byte >> 4, byte & 15);
}

static struct tcp_pcb *find_in(struct tcp_pcb *list, struct slot slot)
{
	for (struct tcp_pcb *pcb = list; pcb != NULL; pcb = pcb->next)
		if (pcb->local_port == slot.port &&
		    pcb->remote_port == slot.remote_port)
			return pcb;
	return NULL;
}

static struct tcp_pcb *find_pcb(struct slot slot)
{
	struct tcp_pcb *pcb = find_in(tcp_active_pcbs, slot);

	return pcb != NULL ? pcb : find_in(tcp_tw_pcbs, slot);
}

static size_t put_tcp(struct slot slot, u8 flags, u32 seq, u32 ack, u16 window,
		      const u8 *opts, size_t opts_len, size_t data_len)
{
	u8 *tcp = frame + L4;

	put_ip(6, TCP_HLEN + opts_len + data_len);
	put16(tcp, slot.remote_port);
	put16(tcp + 2, slot.port);
	put32(tcp + 4, seq);
	put32(tcp + 8, ack);
	tcp[12] = (u8)((TCP_HLEN + opts_len) / 4 << 4);
	tcp[13] = flags;
	put16(tcp + 14, window);
	put16(tcp + 18, 0);
	if (opts_len != 0)
		memcpy(tcp + TCP_HLEN, opts, opts_len);
	return L4 + TCP_HLEN + opts_len + data_len;
}

static void send_tcp(struct slot slot, u8 flags, u32 seq, u32 ack, u16 window,
		     const u8 *opts, size_t opts_len, size_t data_len)
{
	send_ip(&fuzz_dev[0], put_tcp(slot, flags, seq, ack, window, opts,
				      opts_len, data_len));
}

/* Numbers that this connection might expect, chosen by bits of @how. */
static u32 base_seq(const struct tcp_pcb *pcb, u16 how)
{
	switch (how & 3) {
	case 0:
		return pcb->rcv_nxt;
	case 1:
		return pcb->rcv_nxt + pcb->rcv_wnd;
	case 2:
		return pcb->rcv_nxt - 1;
	default:
		return 0;
	}
}

static u32 base_ack(const struct tcp_pcb *pcb, u16 how)
{
	switch (how >> 2 & 3) {
	case 0:
		return pcb->snd_nxt;
	case 1:
		return pcb->lastack;
	case 2:
		return pcb->snd_lbb;
	default:
		return 0;
	}
}

static void record_tcp(void)
{
	struct slot slot = take_slot();
	u8 flags = take8();
	u16 how = take16();
	s16 seq_offset = (s16)take16();
	s16 ack_offset = (s16)take16();
	u16 window = take16();
	size_t opts_len = (take8() & 15u) * 4u;
	u8 opts[40] = { 0 };
	u32 seq, ack;
	const struct tcp_pcb *pcb = find_pcb(slot);
	size_t data_len;

	opts_len = min_size(opts_len, sizeof(opts));
	for (size_t i = 0; i < opts_len; i++)
		opts[i] = take8();
	data_len = take_bytes(frame + L4 + TCP_HLEN + opts_len,
			      ETH_DATA_LEN - IP_HLEN - TCP_HLEN - opts_len);
	seq = pcb != NULL ? base_seq(pcb, how) : 1000;
	ack = pcb != NULL ? base_ack(pcb, how) : 0;
	seq += (u32)(s32)seq_offset;
	ack += (u32)(s32)ack_offset;
	if (how & 0x10) /* far away */
		seq += 0x80000000u;
	if (how & 0x20)
		ack += 0x80000000u;
	send_tcp(slot, flags, seq, ack, window, opts, opts_len, data_len);
}

static void handshake(struct slot slot, u16 window)
{
	/* MSS 1460, window scale 7, SACK. */
	static const u8 opts[] = { 2, 4, 5, 0xb4, 3, 3, 7, 1, 1, 1, 4, 2 };
	const struct tcp_pcb *pcb;

	send_tcp(slot, TCP_SYN, 1000, 0, window, opts, sizeof(opts), 0);
	pcb = find_pcb(slot);
	if (pcb != NULL)
		send_tcp(slot, TCP_ACK, pcb->rcv_nxt, pcb->snd_nxt, window,
			 NULL, 0, 0);
}

static void record_connect(void)
{
	struct slot slot = take_slot();

	handshake(slot, take16());
}

/* More than there are places for: of the service, of lwIP. */
static void record_many(void)
{
	u8 service = take8();
	u16 n = take8();

	for (; n > 0 && in.many_left > 0; n--, in.many_left--)
		handshake(slot_of(service, FIRST_OF_MANY + n), 8192);
}

/* Segments one behind the other in one poll, with one that does not fit in. */
static void record_train(void)
{
	struct slot slot = take_slot();
	s16 seq_offset = (s16)take16();
	u8 segs = take8() & 63;
	size_t len = take16() % (ETH_DATA_LEN - IP_HLEN - TCP_HLEN);
	u8 odd_one = take8() & 63;
	u8 odd_flags = take8();
	u8 odd_seq = take8();
	u8 odd_len = take8();
	const struct tcp_pcb *pcb = find_pcb(slot);
	u32 seq = pcb != NULL ? pcb->rcv_nxt : 1000;
	u32 ack = pcb != NULL ? pcb->snd_nxt : 0;

	seq += (u32)(s32)seq_offset;
	memset(frame + L4 + TCP_HLEN, 'x', ETH_DATA_LEN - IP_HLEN - TCP_HLEN);
	for (u8 n = 0; n <= segs; n++) {
		bool odd = n == odd_one;
		size_t this_len = odd && odd_len ? odd_len : len;
		size_t frame_len = put_tcp(slot, odd ? 0x10 ^ odd_flags : 0x10,
					   odd ? seq + odd_seq : seq, ack,
					   0xffff, NULL, 0, this_len);

		put16(frame + L3 + 6, 0x4000); /* DF: the id is nothing */
		fix_sums(frame_len);
		world_receive(&fuzz_dev[0], frame, frame_len);
		seq += (u32)this_len;
	}
	world_turn();
}

/* --- the other records
 * ----------------------------------------------------------------- */

static void record_raw(bool fix)
{
	struct net_device *dev = &fuzz_dev[take8() & 1];
	size_t len = take_bytes(frame, sizeof(frame));

	if (fix)
		fix_sums(len);
	world_receive(dev, frame, len);
	world_turn();
}

static void record_udp(void)
{
	u8 *udp = frame + L4;
	u16 from = take16();
	u16 to = take16();
	size_t len =
		take_bytes(udp + UDP_HLEN, ETH_DATA_LEN - IP_HLEN - UDP_HLEN);

	put_ip(17, UDP_HLEN + len);
	put16(udp, from);
	put16(udp + 2, to);
	send_ip(&fuzz_dev[0], L4 + UDP_HLEN + len);
}

/* Any protocol, any fragment; the transport's sum only of a whole one. */
static void record_ip(void)
{
	u8 protocol = take8();
	u16 fragment = take16();
	u16 id = take16();
	size_t len = take_bytes(frame + L4, ETH_DATA_LEN - IP_HLEN);

	put_ip(protocol, len);
	put16(frame + L3 + 4, id);
	put16(frame + L3 + 6, fragment);
	send_ip(&fuzz_dev[0], L4 + len);
}

static void record_arp(void)
{
	u8 *arp = frame + L3;
	u8 op = take8();
	u8 sender = take8();
	u8 target = take8();
	size_t extra;

	put_eth(&fuzz_dev[0], 0x0806);
	if (op & 0x80)
		memset(frame, 0xff, ETH_ALEN);
	put16(arp, 1);
	put16(arp + 2, 0x0800);
	arp[4] = 6;
	arp[5] = 4;
	put16(arp + 6, op & 0x7f);
	memcpy(arp + 8, fuzz_peer_mac, ETH_ALEN);
	arp[13] = sender;
	put32(arp + 14, FUZZ_NET + sender);
	memset(arp + 18, 0, ETH_ALEN);
	put32(arp + 24, FUZZ_NET + target);
	extra = take_bytes(arp + 28, 64);
	world_receive(&fuzz_dev[0], frame, L3 + 28 + extra);
	world_turn();
}

/* An answer to eth1's client, whose transaction it names. */
static void record_dhcp(void)
{
	enum { FIXED = 240 }; /* BOOTP and the magic cookie */
	const struct dhcp *client;
	u8 *udp = frame + L4;
	u8 *bootp = udp + UDP_HLEN;
	u8 type = take8();
	u8 *opt = bootp + FIXED;
	size_t len;

	if (netif_dhcp_data(&fuzz_dev[1].netif) == NULL) {
		(void)dhcp_start(&fuzz_dev[1].netif); /* may find no memory */
		world_turn();
	}
	client = netif_dhcp_data(&fuzz_dev[1].netif);
	memset(bootp, 0, FIXED);
	bootp[0] = 2;
	bootp[1] = 1;
	bootp[2] = ETH_ALEN;
	if (client != NULL)
		put32(bootp + 4, client->xid);
	put32(bootp + 16, FUZZ_NET + 0x101); /* 10.0.1.1 */
	put32(bootp + 20, FUZZ_NET + 0x102);
	memcpy(bootp + 28, fuzz_own_mac[1], ETH_ALEN);
	put32(bootp + 236, 0x63825363);
	*opt++ = 53;
	*opt++ = 1;
	*opt++ = type;
	len = FIXED + 3;
	len += take_bytes(opt, ETH_DATA_LEN - IP_HLEN - UDP_HLEN - len);

	put_ip(17, UDP_HLEN + len);
	memset(frame, 0xff, ETH_ALEN);
	put32(frame + L3 + 12, FUZZ_NET + 0x102);
	put32(frame + L3 + 16, 0xffffffff);
	put16(udp, 67);
	put16(udp + 2, 68);
	send_ip(&fuzz_dev[1], L4 + UDP_HLEN + len);
}

static void name_found(const char *name, const ip_addr_t *addr, void *arg)
{
	(void)name;
	(void)addr;
	(void)arg;
}

/* Ask for a name, then answer the question that was asked. */
static void record_dns(void)
{
	enum { ROOM = ETH_DATA_LEN - IP_HLEN - UDP_HLEN };
	ip_addr_t server, found;
	u8 *udp = frame + L4;
	u8 *message = udp + UDP_HLEN;
	u16 flags = take16();
	u16 answers = take16();
	char name[24];
	size_t len;

	/* Answers are kept: each question is a new one. */
	(void)snprintf(name, sizeof(name), "n%llu.ab",
		       (unsigned long long)fuzz_now_ns);
	IP_ADDR4(&server, 10, 0, 0, 2);
	dns_setserver(0, &server);
	fuzz_query.len = 0;
	(void)dns_gethostbyname(name, &found, name_found, NULL);
	world_turn();
	len = fuzz_query.len;
	memcpy(message, fuzz_query.message, len);
	len += take_bytes(message + len, ROOM - len);
	if (fuzz_query.len >= 12) {
		put16(message + 2, flags);
		put16(message + 6, answers);
	}
	put_ip(17, UDP_HLEN + len);
	put16(udp, 53);
	put16(udp + 2, fuzz_query.port);
	send_ip(&fuzz_dev[0], L4 + UDP_HLEN + len);
}

static void record_link(void)
{
	struct net_device *dev = &fuzz_dev[take8() & 1];

	switch (take8() & 3) {
	case 0:
		netif_carrier_off(dev);
		break;
	case 1:
		netif_carrier_on(dev);
		break;
	case 2:
		dev_close(dev);
		break;
	default:
		(void)dev_open(dev);
		break;
	}
	world_turn();
}

static void run_record(enum record rec)
{
	switch (rec) {
	case REC_RAW:
	case REC_FIXED_SUMS:
		record_raw(rec == REC_FIXED_SUMS);
		break;
	case REC_TCP:
		record_tcp();
		break;
	case REC_CONNECT:
		record_connect();
		break;
	case REC_UDP:
		record_udp();
		break;
	case REC_IP:
		record_ip();
		break;
	case REC_ARP:
		record_arp();
		break;
	case REC_DHCP:
		record_dhcp();
		break;
	case REC_DNS:
		record_dns();
		break;
	case REC_TIME:
		world_advance((1ull << (take8() & 15)) * NSEC_PER_MSEC);
		break;
	case REC_HOLD:
		world_hold_transmit(take8() & 1);
		world_turn();
		break;
	case REC_LINK:
		record_link();
		break;
	case REC_MANY:
		record_many();
		break;
	case REC_NO_MEMORY:
		fuzz_fail_allocation(take8() + 1u);
		break;
	case REC_TRAIN:
		record_train();
		break;
	case REC_NR:
		break;
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	world_start();
	return 0;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	in.at = data;
	in.left = size;
	in.many_left = MANY_MAX;
	world_begin();
	for (u32 n = 0; in.left > 0 && n < MAX_RECORDS; n++)
		run_record(take8() % REC_NR);
	world_end();
	return 0;
}
