/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ip_input - see ip_input.h (rows I15, I17, I19)
 *
 * The road of a plain packet (no options, no fragment, unicast to an address
 * of its own interface) runs straight down ip_rcv(); everything else is in
 * functions of its own.
 */
#include "ipv4/ip_input.h"
#include <string.h>
#include "ipv4/checksum.h"
#include "core/netdevice.h"
#include "ipv4/ip_fragment.h"
#include "ipv4/snmp.h"
#include "lwip/def.h"
#include "lwip/dhcp.h"
#include "lwip/igmp.h"
#include "lwip/ip4.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/tcp.h"
#include "lwip/prot/udp.h"
#include "lwip/stats.h"

enum {
	IP_PLAIN = 0x45, /* version 4, five words */

	IPOPT_END = 0,
	IPOPT_NOOP = 1,
	IPOPT_RR = 7,
	IPOPT_TIMESTAMP = 68,
	IPOPT_LSRR = 131,
	IPOPT_SSRR = 137,

	DHCP_CLIENT_PORT = 68,
};

/* "No reason to drop it": the first reason is never given for a packet. */
#define ACCEPT	 DROP_NOT_SPECIFIED
#define OFF_ROAD __attribute__((noinline, cold))

u8 ip_rcv_pkt_type = PACKET_HOST;

/* --- header -------------------------------------------------------------- */

/*
 * The length of a header that is not plain; 0 if it cannot be one. @len is
 * what lies in one piece.
 */
OFF_ROAD static u16 odd_header_len(const struct ip_hdr *iph, u16 len)
{
	u16 hlen = IPH_HL_BYTES(iph);

	if (IPH_V(iph) != 4 || hlen < IP_HLEN || hlen > len)
		return 0;
	return hlen;
}

/* Cut what the link added behind the packet (Ethernet's padding). */
static inline void trim(struct pbuf *skb, u16 len)
{
	if (unlikely(skb->next)) {
		pbuf_realloc(skb, len);
		return;
	}
	skb->len = len;
	skb->tot_len = len;
}

/*
 * Malformed and source-routing options are refused, as Linux does unless
 * accept_source_route is set; the others pass and are not acted upon.
 */
OFF_ROAD static bool options_are_sound(const struct ip_hdr *iph, u16 hlen)
{
	const u8 *opt = (const u8 *)iph + IP_HLEN;
	const u8 *end = (const u8 *)iph + hlen;

	while (opt < end && *opt != IPOPT_END) {
		if (*opt == IPOPT_NOOP) {
			opt++;
			continue;
		}
		if (end - opt < 2 || opt[1] < 2 || opt[1] > end - opt)
			return false;
		switch (*opt) {
		case IPOPT_LSRR:
		case IPOPT_SSRR:
			return false;
		case IPOPT_RR: /* pointer from 4 on */
			if (opt[1] < 3 || opt[2] < 4)
				return false;
			break;
		case IPOPT_TIMESTAMP: /* pointer from 5 on */
			if (opt[1] < 4 || opt[2] < 5)
				return false;
			break;
		default:
			break;
		}
		opt += opt[1];
	}
	return true;
}

/* --- who sent it, whom is it for (Linux: ip_route_input) --------------------
 */

static inline u8 first_octet(be32_t addr)
{
	return (u8)(ntohl(addr) >> 24);
}

static inline bool is_multicast(be32_t addr)
{
	return (first_octet(addr) & 0xf0) == 0xe0;
}

static bool is_own_address(be32_t addr)
{
	const struct netif *netif;

	NETIF_FOREACH(netif)
	{
		if (netif_ip4_addr(netif)->addr == addr)
			return true;
	}
	return false;
}

/* The broadcast address of one of our subnets? Those of two addresses or one
 * have none (RFC 3021). */
static bool is_subnet_broadcast(be32_t addr)
{
	const struct netif *netif;

	NETIF_FOREACH(netif)
	{
		be32_t own = netif_ip4_addr(netif)->addr;
		be32_t mask = netif_ip4_netmask(netif)->addr;

		if (own && ((own ^ addr) & mask) == 0 &&
		    (addr | mask) == IPADDR_BROADCAST && ntohl(~mask) > 1)
			return true;
	}
	return false;
}

/* A source that no sender on the wire can have; 0.0.0.0 is left to callers. */
static bool is_martian_source(be32_t src)
{
	u8 net = first_octet(src);

	return net == IP_LOOPBACKNET || is_multicast(src) ||
	       src == IPADDR_BROADCAST || (net == 0 && src != IPADDR_ANY) ||
	       (src != IPADDR_ANY && is_own_address(src)) ||
	       is_subnet_broadcast(src);
}

/* RFC 4541: IGMP queries and the like may come from 0.0.0.0. */
static bool is_local_multicast(be32_t addr)
{
	return (addr & PP_HTONL(0xffffff00)) == PP_HTONL(0xe0000000);
}

/*
 * DHCP answers may be sent to the address that is being offered (RFC 2131
 * section 4.1), so while a lease is sought the port is the only sign.
 */
static bool is_dhcp_answer(const struct ip_hdr *iph, const struct pbuf *skb,
			   const struct netif *netif)
{
	const struct udp_hdr *uh =
		(const struct udp_hdr *)((const u8 *)iph + IPH_HL_BYTES(iph));

	return netif_dhcp_data(netif) && iph->_proto == IP_PROTO_UDP &&
	       (iph->_offset & PP_HTONS(IP_OFFMASK)) == 0 &&
	       skb->len >= IPH_HL_BYTES(iph) + UDP_HLEN &&
	       uh->dest == PP_HTONS(DHCP_CLIENT_PORT);
}

OFF_ROAD static enum drop_reason route_multicast(const struct ip_hdr *iph,
						 struct netif *netif)
{
	ip4_addr_t group = { iph->dest.addr };

	if (iph->src.addr == IPADDR_ANY && !is_local_multicast(group.addr) &&
	    iph->_proto != IP_PROTO_IGMP)
		return DROP_IP_INVALID_SOURCE;
	if (!igmp_lookfor_group(netif, &group))
		return DROP_IP_NOT_LOCAL;
	ipext_mib.InMcastPkts++;
	return ACCEPT;
}

/*
 * Sources that were looked at lately and found plain, with the interface they
 * came by. Forgotten as soon as any address of ours changes.
 */
enum {
	SOURCES = 64, /* 8 bytes each */
};

static struct source {
	be32_t addr;
	const struct netif *netif;
} sources[SOURCES];

static void forget_sources(struct netif *netif, netif_nsc_reason_t reason,
			   const netif_ext_callback_args_t *args)
{
	(void)netif;
	(void)reason;
	(void)args;
	memset(sources, 0, sizeof(sources));
}

static inline struct source *source_slot(be32_t addr)
{
	/* The octet in which neighbours differ. */
	return &sources[ntohl(addr) % SOURCES];
}

OFF_ROAD static void remember_source(be32_t addr, const struct netif *netif)
{
	NETIF_DECLARE_EXT_CALLBACK(on_change)
	static bool watching;

	if (!watching) {
		netif_add_ext_callback(&on_change, forget_sources);
		watching = true;
	}
	*source_slot(addr) = (struct source){ addr, netif };
}

/*
 * Is this for our address on @netif, from a source seen before? "No" only
 * means that route_input() must look.
 */
static inline bool route_is_plain(be32_t src, be32_t dst,
				  const struct netif *netif)
{
	const struct source *slot = source_slot(src);

	return dst == netif_ip4_addr(netif)->addr && src == slot->addr &&
	       netif == slot->netif;
}

/* Loopback: from us to us. Of 127/8, lwIP takes 127.0.0.1 only. */
OFF_ROAD static enum drop_reason route_loopback(be32_t src, be32_t dst,
						const struct netif *netif)
{
	if (src == IPADDR_ANY || !is_own_address(src))
		return DROP_IP_INVALID_SOURCE;
	if (dst == IPADDR_ANY || !is_own_address(dst)) {
		ip_mib.InAddrErrors++;
		return DROP_IP_NOT_LOCAL;
	}
	remember_source(src, netif);
	return ACCEPT;
}

/* All that the plain test did not know to be right. */
OFF_ROAD static enum drop_reason route_input(const struct ip_hdr *iph,
					     const struct pbuf *skb,
					     struct netif *netif)
{
	be32_t src = iph->src.addr, dst = iph->dest.addr;

	if (netif_to_dev(netif)->flags & IFF_LOOPBACK)
		return route_loopback(src, dst, netif);
	if (is_martian_source(src))
		return DROP_IP_INVALID_SOURCE;
	if (is_multicast(dst))
		return route_multicast(iph, netif);
	if (dst == IPADDR_BROADCAST) {
		/* Only here may the sender have no address yet. */
		ipext_mib.InBcastPkts++;
		return ACCEPT;
	}
	if (src == IPADDR_ANY)
		return DROP_IP_INVALID_SOURCE;
	if (first_octet(dst) == 0 || first_octet(dst) == IP_LOOPBACKNET) {
		ip_mib.InAddrErrors++;
		return DROP_IP_INVALID_DEST;
	}
	if (is_own_address(dst)) {
		remember_source(src, netif);
		return ACCEPT;
	}
	if (is_subnet_broadcast(dst)) {
		ipext_mib.InBcastPkts++;
		return ACCEPT;
	}
	if (is_dhcp_answer(iph, skb, netif))
		return ACCEPT;
	ip_mib.InAddrErrors++;
	return DROP_IP_NOT_LOCAL;
}

/* --- what is inside ------------------------------------------------------- */

/* Of a chain: a piece may begin in the middle of a halfword. */
OFF_ROAD static u64 chain_sum(const struct pbuf *skb, u16 hlen)
{
	const u8 *p = (const u8 *)skb->payload + hlen;
	u16 len = (u16)(skb->len - hlen);
	bool odd = false;
	u64 sum = 0;

	for (;;) {
		u16 part = ip_csum_fold(p, len);

		sum += odd ? csum_swap(part) : part;
		odd ^= len & 1;
		skb = skb->next;
		if (!skb)
			return sum;
		p = skb->payload;
		len = skb->len;
	}
}

/*
 * Do TCP's or UDP's bytes and the pseudo header sum up? Asked once for each
 * packet, here, unless the NIC or GRO knows already.
 */
static inline bool l4_sums_up(const struct pbuf *skb, const struct ip_hdr *iph,
			      u16 hlen, u8 protocol)
{
	u16 len = (u16)(skb->tot_len - hlen);
	u64 sum;

	if (skb->cb.ip_summed == CHECKSUM_UNNECESSARY)
		return true;
	if (unlikely(skb->cb.ip_summed == CHECKSUM_BAD))
		return false;
	if (likely(!skb->next))
		sum = ip_csum_fold((const u8 *)iph + hlen, len);
	else
		sum = chain_sum(skb, hlen);
	return csum_is_good(sum + csum_pseudo_header(iph, protocol, len));
}

/* @hlen + UDP's length, shorter than the packet: the rest is not data. */
OFF_ROAD static void trim_udp(struct pbuf *skb, struct ip_hdr *iph, u16 hlen,
			      u16 len)
{
	trim(skb, len);
	/* lwIP compares with the header. */
	IPH_LEN_SET(iph, htons(len));
	IPH_CHKSUM_SET(iph, 0);
	IPH_CHKSUM_SET(iph, (u16)~ip_csum_fold(iph, hlen));
}

static inline enum drop_reason check_udp(struct pbuf *skb, struct ip_hdr *iph,
					 u16 hlen)
{
	const struct udp_hdr *uh =
		(const struct udp_hdr *)((const u8 *)iph + hlen);
	u32 len;

	if (unlikely(skb->len < hlen + UDP_HLEN)) {
		MIB2_STATS_INC(mib2.udpinerrors);
		return DROP_PKT_TOO_SMALL;
	}
	len = ntohs(uh->len);
	if (unlikely(hlen + len != skb->tot_len)) {
		if (len < UDP_HLEN || hlen + len > skb->tot_len) {
			MIB2_STATS_INC(mib2.udpinerrors);
			return DROP_UDP_LENGTH;
		}
		trim_udp(skb, iph, hlen, (u16)(hlen + len));
	}
	/* 0: the sender has made none. */
	if (uh->chksum && unlikely(!l4_sums_up(skb, iph, hlen, IP_PROTO_UDP))) {
		UDP_STATS_INC(udp.chkerr);
		MIB2_STATS_INC(mib2.udpinerrors);
		return DROP_UDP_CSUM;
	}
	return ACCEPT;
}

static inline enum drop_reason check_tcp(const struct pbuf *skb,
					 const struct ip_hdr *iph, u16 hlen)
{
	const struct tcp_hdr *th =
		(const struct tcp_hdr *)((const u8 *)iph + hlen);
	u32 doff;

	if (unlikely(skb->cb.pkt_type != PACKET_HOST))
		return DROP_TCP_NOT_HOST;
	if (unlikely(skb->len < hlen + TCP_HLEN)) {
		MIB2_STATS_INC(mib2.tcpinerrs);
		return DROP_PKT_TOO_SMALL;
	}
	doff = TCPH_HDRLEN_BYTES(th);
	if (unlikely(doff < TCP_HLEN || hlen + doff > skb->tot_len)) {
		MIB2_STATS_INC(mib2.tcpinerrs);
		return DROP_TCP_INHDR;
	}
	if (unlikely(!l4_sums_up(skb, iph, hlen, IP_PROTO_TCP))) {
		MIB2_STATS_INC(mib2.tcpinsegs);
		MIB2_STATS_INC(mib2.tcpinerrs);
		TCP_STATS_INC(tcp.chkerr);
		return DROP_TCP_CSUM;
	}
	return ACCEPT;
}

/* Neither TCP nor UDP. */
OFF_ROAD static enum drop_reason check_other(u8 proto)
{
	/* lwIP answers these with "protocol unreachable", and drops them. */
	if (proto != IP_PROTO_ICMP && proto != IP_PROTO_IGMP) {
		drop_count(DROP_IP_NOPROTO);
		ip_mib.InUnknownProtos++;
		ip_mib.InDelivers--;
	}
	return ACCEPT;
}

/* A broadcast or multicast frame: icmp_limit.c must know for the time that
 * lwIP works on it. */
OFF_ROAD static void deliver_group(struct pbuf *skb, struct netif *netif)
{
	ip_rcv_pkt_type = skb->cb.pkt_type;
	(void)ip4_input(skb, netif); /* always ERR_OK, always consumes */
	ip_rcv_pkt_type = PACKET_HOST;
}

/* --- the road --------------------------------------------------------------
 */

void ip_rcv(struct pbuf *skb, struct netif *netif)
{
	struct ip_hdr *iph = skb->payload;
	enum drop_reason reason = DROP_IP_INHDR;
	u16 hlen = IP_HLEN;
	u16 len;

	ip_mib.InReceives++;

	if (unlikely(skb->len < IP_HLEN)) {
		reason = DROP_PKT_TOO_SMALL;
		goto header_error;
	}
	if (likely(iph->_v_hl == IP_PLAIN)) {
		if (likely(skb->cb.ip_summed == CHECKSUM_NONE) &&
		    unlikely(!csum_is_good(csum_ip_header(iph))))
			goto checksum_error;
	} else {
		hlen = odd_header_len(iph, skb->len);
		if (!hlen)
			goto header_error;
		if (ip_csum_fold(iph, hlen) != 0xffff)
			goto checksum_error;
	}

	len = ntohs(iph->_len);
	if (len != skb->tot_len) {
		if (unlikely(len > skb->tot_len)) {
			ipext_mib.InTruncatedPkts++;
			reason = DROP_PKT_TOO_SMALL;
			goto drop;
		}
		if (unlikely(len < hlen))
			goto header_error;
		trim(skb, len);
	}
	if (unlikely(hlen != IP_HLEN) && !options_are_sound(iph, hlen)) {
		reason = DROP_IP_OPTIONS;
		goto header_error;
	}

	if (unlikely(!route_is_plain(iph->src.addr, iph->dest.addr, netif))) {
		reason = route_input(iph, skb, netif);
		if (reason != ACCEPT)
			goto drop;
	}

	if (unlikely(iph->_offset & PP_HTONS(IP_MF | IP_OFFMASK))) {
		skb = ip_defrag(skb, netif);
		if (!skb)
			return;
		iph = skb->payload;
		hlen = IPH_HL_BYTES(iph);
	}

	if (iph->_proto == IP_PROTO_TCP)
		reason = check_tcp(skb, iph, hlen);
	else if (iph->_proto == IP_PROTO_UDP)
		reason = check_udp(skb, iph, hlen);
	else
		reason = check_other(iph->_proto);
	if (unlikely(reason != ACCEPT))
		goto drop;

	ip_mib.InDelivers++;
	skb->if_idx = netif_get_index(netif);
	if (unlikely(skb->cb.pkt_type != PACKET_HOST))
		deliver_group(skb, netif);
	else
		(void)ip4_input(skb, netif);
	return;

checksum_error:
	reason = DROP_IP_CSUM;
	ipext_mib.InCsumErrors++;
header_error:
	ip_mib.InHdrErrors++;
drop:
	kfree_skb_reason(skb, reason);
}
