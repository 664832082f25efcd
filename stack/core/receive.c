/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * receive - see receive.h (rows I11-I13)
 */
#include "core/receive.h"
#include "ipv4/arp_input.h"
#include "ipv4/ip_input.h"

/* Linux: eth_type_trans(). */
static enum pkt_type classify(const struct eth_halves *eth,
			      const struct net_device *dev)
{
	const u16 *dest = eth->dest;
	const u16 *own = (const u16 *)(const void *)dev->dev_addr;

	if (unlikely(*(const u8 *)dest & 1))
		return (dest[0] & dest[1] & dest[2]) == 0xffff
			       ? PACKET_BROADCAST
			       : PACKET_MULTICAST;
	if (likely(dest[0] == own[0] && dest[1] == own[1] && dest[2] == own[2]))
		return PACKET_HOST;
	return PACKET_OTHERHOST;
}

void netif_receive_skb(struct pbuf *skb)
{
	struct net_device *dev = skb->cb.dev;
	const struct eth_halves *eth = skb->payload;
	enum pkt_type type = classify(eth, dev);

	skb->cb.pkt_type = (u8)type;
	skb->cb.protocol = eth->type;
	if (unlikely(type == PACKET_OTHERHOST)) {
		kfree_skb_reason(skb, DROP_OTHERHOST);
		return;
	}
	if (unlikely(type == PACKET_MULTICAST))
		dev->stats.multicast++;

	switch (eth->type) {
	case PP_HTONS(ETHTYPE_IP):
		skb->payload = (u8 *)skb->payload + ETH_HLEN;
		skb->len = (u16)(skb->len - ETH_HLEN);
		skb->tot_len = (u16)(skb->tot_len - ETH_HLEN);
		ip_rcv(skb, &dev->netif);
		return;
	case PP_HTONS(ETHTYPE_ARP):
		skb->payload = (u8 *)skb->payload + ETH_HLEN;
		skb->len = (u16)(skb->len - ETH_HLEN);
		skb->tot_len = (u16)(skb->tot_len - ETH_HLEN);
		arp_rcv(skb, &dev->netif);
		return;
	default:
		dev->stats.rx_dropped++;
		kfree_skb_reason(skb, DROP_UNHANDLED_PROTO);
		return;
	}
}
