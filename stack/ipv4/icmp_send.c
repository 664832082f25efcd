/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * icmp_send - see icmp_send.h (row I19)
 */
#include "ipv4/icmp_send.h"
#include "ipv4/icmp_limit.h"
#include "ipv4/snmp.h"
#include "lwip/def.h"
#include "lwip/icmp.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip4.h"
#include "lwip/prot/icmp.h"
#include "lwip/prot/ip4.h"
#include "lwip/stats.h"

enum {
	/* RFC 1812 section 4.3.2.3: as much as fits into 576 bytes. */
	QUOTE_MAX = 576 - IP_HLEN - 8,
	/* Internetwork control, as Linux marks its errors. */
	ICMP_TOS = 0xc0,
};

static bool deserves_an_answer(const struct pbuf *skb, const struct ip_hdr *iph)
{
	if (IPH_OFFSET_BYTES(iph) != 0)
		return false;
	return iph->_proto != IP_PROTO_ICMP ||
	       !icmp_type_is_error(pbuf_get_at(skb, IPH_HL_BYTES(iph)));
}

void icmp_send(const struct pbuf *skb, u8 type, u8 code)
{
	const struct ip_hdr *iph = skb->payload;
	u16 quote = (u16)min_u32(skb->tot_len, QUOTE_MAX);
	ip4_addr_t dest = { iph->src.addr };
	struct icmp_hdr *icmph;
	struct netif *netif;
	struct pbuf *p;

	if (!deserves_an_answer(skb, iph))
		return;
	netif = ip4_route(&dest);
	if (!netif)
		return;
	p = pbuf_alloc(PBUF_IP, (u16)(sizeof(*icmph) + quote), PBUF_RAM);
	if (!p) {
		icmp_mib.OutErrors++;
		return;
	}
	icmph = p->payload;
	*icmph = (struct icmp_hdr){ .type = type, .code = code };
	(void)pbuf_copy_partial(skb, icmph + 1, quote, 0); /* all there */
	icmph->chksum = inet_chksum(icmph, p->len);
	/* An error is only an attempt; lost ones are counted by lwIP. */
	(void)ip4_output_if(p, NULL, &dest, IP_DEFAULT_TTL, ICMP_TOS,
			    IP_PROTO_ICMP, netif);
	pbuf_free(p);
}
