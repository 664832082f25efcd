/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * net_bed - see net_bed.h
 */
#include "net_bed.h"
#include <stdlib.h>
#include "core/skbuff.h"
#include "ipv4/icmp_limit.h"
#include "ipv4/ip_input.h"
#include "lwip/def.h"
#include "lwip/inet_chksum.h"
#include "lwip/init.h"
#include "lwip/ip4.h"
#include "lwip/memp.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/udp.h"
#include "lwip/stats.h"
#include "lwip/tcp.h"

struct net_device bed_eth0, bed_eth1;
int bed_live;
u32 bed_sent;

static struct bed_packet sent[BED_SENT_MAX];

/* The driver aligns IP headers to four bytes. */
struct exact_skb {
	struct pbuf_custom pc;
	_Alignas(8) u8 data[];
};

static void exact_free(struct pbuf *p)
{
	bed_live--;
	free(p);
}

struct pbuf *bed_skb(const void *data, u16 len, enum pkt_type pkt_type)
{
	enum { ROOM = ETH_HLEN + SKB_NET_IP_ALIGN };
	struct exact_skb *e = malloc(sizeof(*e) + ROOM + len);
	struct pbuf *p;

	assert_non_null(e);
	memset(e, 0, sizeof(*e) + ROOM);
	memcpy(e->data + ROOM, data, len);
	e->pc.custom_free_function = exact_free;
	p = pbuf_alloced_custom(PBUF_RAW, len, PBUF_POOL, &e->pc,
				e->data + ROOM, len);
	assert_non_null(p);
	p->cb = (struct skb_cb){ .dev = &bed_eth0, .pkt_type = (u8)pkt_type };
	bed_live++;
	return p;
}

static err_t output(struct netif *netif, struct pbuf *p, const ip4_addr_t *dest)
{
	struct bed_packet *s = &sent[bed_sent % BED_SENT_MAX];

	(void)dest;
	if (!ip_output_allow(p, netif))
		return ERR_OK;
	s->len = pbuf_copy_partial(p, s->data, BED_MTU, 0);
	bed_sent++;
	return ERR_OK;
}

/* ARP's own frames. */
static err_t linkoutput(struct netif *netif, struct pbuf *p)
{
	(void)netif;
	(void)p;
	return ERR_OK;
}

static err_t init(struct netif *netif)
{
	netif->output = output;
	netif->linkoutput = linkoutput;
	netif->mtu = BED_MTU;
	netif->hwaddr_len = ETH_ALEN;
	netif->hwaddr[0] = 2;
	netif->hwaddr[5] = netif == &bed_eth0.netif ? 1 : 2;
	netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_LINK_UP |
		       NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
		       NETIF_FLAG_IGMP;
	return ERR_OK;
}

static void add(struct net_device *dev, const char *name, u32 ip)
{
	ip4_addr_t addr = { htonl(ip) }, mask = { PP_HTONL(0xffffff00) };
	ip4_addr_t none = { 0 };

	strcpy(dev->name, name);
	assert_non_null(netif_add(&dev->netif, &addr, &mask, &none, dev, init,
				  ip4_input));
	netif_set_up(&dev->netif);
}

void bed_start(void)
{
	test_now_ns = 100 * NSEC_PER_SEC;
	lwip_init();
	add(&bed_eth0, "eth0", BED_OWN_IP);
	add(&bed_eth1, "eth1", BED_ETH1_IP);
	netif_set_default(&bed_eth0.netif);
	bed_forget();
}

u32 bed_lwip_objects(void)
{
	u32 n = 0;

	for (int i = 0; i < MEMP_MAX; i++)
		if (i != MEMP_SYS_TIMEOUT && i != MEMP_IGMP_GROUP)
			n += lwip_stats.memp[i]->used;
	return n;
}

const struct bed_packet *bed_packet(u32 i)
{
	assert_true(i < bed_sent && bed_sent - i <= BED_SENT_MAX);
	return &sent[i % BED_SENT_MAX];
}

const struct bed_packet *bed_last(void)
{
	return bed_packet(bed_sent - 1);
}

void bed_forget(void)
{
	bed_sent = 0;
}

struct pbuf *bed_ip_skb(const struct bed_ip *ip)
{
	static u8 buf[65536];
	struct ip_hdr *iph = (struct ip_hdr *)buf;
	u16 hlen = (u16)(IP_HLEN + ip->options_len);
	u16 len = (u16)(hlen + ip->data_len);

	memset(buf, 0, hlen);
	iph->_v_hl = ip->v_hl ? ip->v_hl : (u8)(0x40 | hlen / 4);
	iph->_len = htons((u16)(len + ip->len_error));
	iph->_id = htons(ip->id);
	iph->_offset = htons(ip->frag);
	iph->_ttl = ip->ttl ? ip->ttl : 64;
	iph->_proto = ip->protocol;
	iph->src.addr = htonl(ip->from_any ? 0
			      : ip->src	   ? ip->src
					   : BED_PEER_IP);
	iph->dest.addr = htonl(ip->dst ? ip->dst : BED_OWN_IP);
	if (ip->options_len)
		memcpy(buf + IP_HLEN, ip->options, ip->options_len);
	iph->_chksum = inet_chksum(iph, hlen);
	iph->_chksum = htons((u16)(ntohs(iph->_chksum) + ip->csum_error));
	if (ip->data_len)
		memcpy(buf + hlen, ip->data, ip->data_len);
	memset(buf + len, 0xee, ip->padding);
	return bed_skb(buf, (u16)(len + ip->padding), ip->pkt_type);
}

void bed_ip_in(const struct bed_ip *ip)
{
	ip_rcv(bed_ip_skb(ip), &bed_eth0.netif);
}

/* With the pseudo header of peer and eth0. */
static u16 l4_checksum(const void *data, u16 len, u8 protocol)
{
	ip4_addr_t src = { PP_HTONL(BED_PEER_IP) };
	ip4_addr_t dst = { PP_HTONL(BED_OWN_IP) };
	struct pbuf *p = bed_skb(data, len, PACKET_HOST);
	u16 sum = inet_chksum_pseudo(p, protocol, len, &src, &dst);

	pbuf_free(p);
	return sum;
}

u16 bed_udp(u8 *buf, u16 sport, u16 dport, const void *data, u16 len,
	    s16 len_error, bool checksum)
{
	struct udp_hdr *uh = (struct udp_hdr *)buf;
	u16 total = (u16)(UDP_HLEN + len);

	*uh = (struct udp_hdr){ htons(sport), htons(dport),
				htons((u16)(total + len_error)), 0 };
	if (len)
		memcpy(buf + UDP_HLEN, data, len);
	if (checksum)
		uh->chksum = l4_checksum(buf, (u16)(total + len_error),
					 IP_PROTO_UDP);
	return total;
}

void bed_tcp_in(const struct bed_tcp *tcp)
{
	static u8 buf[65536];
	struct tcp_hdr *th = (struct tcp_hdr *)buf;
	u16 hlen = (u16)(TCP_HLEN + tcp->options_len);
	struct bed_ip ip = tcp->ip;

	memset(th, 0, sizeof(*th));
	th->src = htons(tcp->sport);
	th->dest = htons(tcp->dport);
	th->seqno = htonl(tcp->seq);
	th->ackno = htonl(tcp->ack);
	th->_hdrlen_rsvd_flags = htons(
		(u16)((tcp->doff ? tcp->doff : hlen / 4) << 12 | tcp->flags));
	th->wnd = htons(tcp->wnd);
	th->urgp = htons(tcp->urgp);
	if (tcp->options_len)
		memcpy(buf + TCP_HLEN, tcp->options, tcp->options_len);
	if (tcp->data_len)
		memcpy(buf + hlen, tcp->data, tcp->data_len);
	ip.protocol = ip.protocol ? ip.protocol : IP_PROTO_TCP;
	ip.data = buf;
	ip.data_len = (u16)(hlen + tcp->data_len);
	th->chksum = l4_checksum(buf, ip.data_len, IP_PROTO_TCP);
	th->chksum = (u16)(th->chksum + tcp->csum_error);
	bed_ip_in(&ip);
}

static const struct tcp_hdr *tcp_header(const struct bed_packet *p)
{
	assert_int_equal(p->data[9], IP_PROTO_TCP);
	return (const struct tcp_hdr *)(p->data + IP_HLEN);
}

u8 bed_tcp_flags(const struct bed_packet *p)
{
	return TCPH_FLAGS(tcp_header(p));
}

u32 bed_tcp_seq(const struct bed_packet *p)
{
	return ntohl(tcp_header(p)->seqno);
}

u32 bed_tcp_ack(const struct bed_packet *p)
{
	return ntohl(tcp_header(p)->ackno);
}
