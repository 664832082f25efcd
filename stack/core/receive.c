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

static inline void pull_eth_header(struct pbuf *skb)
{
	skb->payload = (u8 *)skb->payload + ETH_HLEN;
	skb->len = (u16)(skb->len - ETH_HLEN);
	skb->tot_len = (u16)(skb->tot_len - ETH_HLEN);
}

/*
 * Step over an 802.1Q tag. There are no VLAN devices: as on Linux, a tag that
 * names a VLAN then says that the frame is for somebody else, and one of VLAN
 * 0 says its priority only. The frame's bytes stay as they came.
 * Return: the type of what it carries, 0 if nobody takes it.
 */
__attribute__((noinline, cold)) static be16_t vlan_untag(struct pbuf *skb)
{
	const struct vlan_halves *tagged = skb->payload;
	u16 tci;

	if (skb->len < sizeof(*tagged))
		return 0;
	tci = ntohs(tagged->tci);
	if (tci & VLAN_VID_MASK)
		return 0;
	skb->cb.vlan_tci = tci;
	skb->cb.protocol = tagged->type;
	skb->payload = (u8 *)skb->payload + VLAN_HLEN;
	skb->len = (u16)(skb->len - VLAN_HLEN);
	skb->tot_len = (u16)(skb->tot_len - VLAN_HLEN);
	return tagged->type;
}

/* Somebody listens, or tc has filters. Return: false: the packet is gone. */
__attribute__((noinline, cold)) static bool rx_hooks(struct pbuf *skb,
						     struct net_device *dev)
{
	tap_rx(skb, dev);
	return !dev->ingress || tc_ingress(skb);
}

/* Not for us alone. Return: false: not for us at all. */
__attribute__((noinline)) static bool rx_not_host(struct pbuf *skb,
						  struct net_device *dev)
{
	if (skb->cb.pkt_type == PACKET_OTHERHOST) {
		kfree_skb_reason(skb, DROP_OTHERHOST);
		return false;
	}
	if (skb->cb.pkt_type == PACKET_MULTICAST)
		dev->stats.multicast++;
	return true;
}

static void deliver(struct pbuf *skb, struct net_device *dev, be16_t protocol)
{
	switch (protocol) {
	case PP_HTONS(ETHTYPE_IP):
		pull_eth_header(skb);
		ip_rcv(skb, &dev->netif);
		return;
	case PP_HTONS(ETHTYPE_ARP):
		pull_eth_header(skb);
		arp_rcv(skb, &dev->netif);
		return;
	default:
		dev->stats.rx_dropped++;
		kfree_skb_reason(skb, DROP_UNHANDLED_PROTO);
		return;
	}
}

void netif_receive_skb(struct pbuf *skb)
{
	struct net_device *dev = skb->cb.dev;
	const struct eth_halves *eth = skb->payload;
	be16_t protocol = eth->type;
	enum pkt_type type = classify(eth, dev);

	skb->cb.pkt_type = (u8)type;
	skb->cb.protocol = protocol;
	/* One question for both, so that neither costs much while unused. */
	if (unlikely((uintptr_t)dev->ingress | dev->taps) &&
	    !rx_hooks(skb, dev))
		return;
	if (unlikely(type != PACKET_HOST) && !rx_not_host(skb, dev))
		return;
	if (unlikely(protocol == PP_HTONS(ETHTYPE_VLAN)))
		protocol = vlan_untag(skb);
	deliver(skb, dev, protocol);
}
