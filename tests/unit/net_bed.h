/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * net_bed - lwIP as released between two of our hands: packets go in as the
 * wire has them, and what lwIP sends is caught
 *
 * eth0 is 10.0.0.1/24, eth1 is 192.168.5.1/24; the peer is 10.0.0.2. Packets
 * lie in memory of exactly their length, so that the sanitizer sees a read
 * past their end, and are counted until they are given back.
 */
#ifndef NET_BED_H
#define NET_BED_H

#include "test.h"
#include "core/netdevice.h"
#include "lwip/pbuf.h"
#include "lwip/prot/tcp.h"

enum {
	BED_OWN_IP = 0x0a000001,
	BED_PEER_IP = 0x0a000002,
	BED_ETH1_IP = 0xc0a80501,
	BED_SENT_MAX = 64,
	BED_MTU = 1500,
};

extern struct net_device bed_eth0, bed_eth1;

/* Start lwIP and both interfaces. */
void bed_start(void);

/* Packets made by bed_skb() and not given back. */
extern int bed_live;

/* lwIP's own objects in use: TCP pcbs (listening ones too), segments, pbufs. */
u32 bed_lwip_objects(void);

/* What lwIP sent: IP packets, the newest ones. */
struct bed_packet {
	u16 len;
	u8 data[BED_MTU];
};

extern u32 bed_sent;			    /* since the last bed_forget() */
const struct bed_packet *bed_packet(u32 i); /* 0: the oldest */
const struct bed_packet *bed_last(void);
void bed_forget(void);

/* A packet of these bytes, as the driver would hand it on: payload at what
 * follows the Ethernet header. */
struct pbuf *bed_skb(const void *data, u16 len, enum pkt_type pkt_type);

/* An IPv4 header and what it carries; zero fields get what is usual. */
struct bed_ip {
	u32 src, dst; /* host order; peer and eth0 */
	u8 protocol;
	u8 ttl;
	u16 id;
	u16 frag; /* the field: flags and offset */
	const void *options;
	u8 options_len;
	const void *data;
	u16 data_len;
	s16 len_error;	/* added to the length field */
	u16 csum_error; /* added to the checksum */
	u16 padding;	/* bytes behind the packet */
	u8 v_hl;	/* in place of the right one */
	enum pkt_type pkt_type;
	bool from_any; /* src is 0.0.0.0 */
};

struct pbuf *bed_ip_skb(const struct bed_ip *ip);

/* bed_ip_skb() into ip_rcv() of eth0. */
void bed_ip_in(const struct bed_ip *ip);

/* Peer's UDP datagram; len_error goes to UDP's length field. */
u16 bed_udp(u8 *buf, u16 sport, u16 dport, const void *data, u16 len,
	    s16 len_error, bool checksum);

/* Peer's TCP segment. */
struct bed_tcp {
	u16 sport, dport;
	u32 seq, ack;
	u8 flags;
	u16 wnd;
	u8 doff; /* words; 0: what fits */
	u16 urgp;
	u16 csum_error;
	const void *options;
	u8 options_len; /* multiple of four */
	const void *data;
	u16 data_len;
	struct bed_ip ip; /* how it is wrapped */
};

void bed_tcp_in(const struct bed_tcp *tcp);

/* Fields of a caught TCP packet. */
u8 bed_tcp_flags(const struct bed_packet *p);
u32 bed_tcp_seq(const struct bed_packet *p);
u32 bed_tcp_ack(const struct bed_packet *p);

#endif
