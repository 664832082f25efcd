/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arp_input - see arp_input.h (row I11)
 */
#include "ipv4/arp_input.h"
#include <string.h>
#include "core/netdevice.h"
#include "core/printk.h"
#include "lwip/def.h"
#include "lwip/etharp.h"
#include "lwip/prot/etharp.h"
#include "lwip/prot/iana.h"
#include "lwip/prot/ieee.h"

static bool header_is_sound(const struct etharp_hdr *arp)
{
	return arp->hwtype == PP_HTONS(LWIP_IANA_HWTYPE_ETHERNET) &&
	       arp->proto == PP_HTONS(ETHTYPE_IP) && arp->hwlen == ETH_ALEN &&
	       arp->protolen == sizeof(ip4_addr_t) &&
	       (arp->opcode == PP_HTONS(ARP_REQUEST) ||
		arp->opcode == PP_HTONS(ARP_REPLY));
}

/* Of one station, and not of this one. */
static bool sender_mac_is_sound(const struct eth_addr *mac,
				const struct netif *netif)
{
	static const struct eth_addr zero;

	return !(mac->addr[0] & 1) && memcmp(mac, &zero, ETH_ALEN) != 0 &&
	       memcmp(mac, netif->hwaddr, ETH_ALEN) != 0;
}

static be32_t load_addr(const struct ip4_addr_wordaligned *from)
{
	be32_t addr;

	memcpy(&addr, from, sizeof(addr));
	return addr;
}

/* A host's address; 0.0.0.0 is one that has none yet (RFC 5227). */
static bool sender_ip_is_sound(ip4_addr_t ip, const struct netif *netif)
{
	if (ip4_addr_isany_val(ip))
		return true;
	return ip4_addr1_val(ip) != 0 && !ip4_addr_isloopback(&ip) &&
	       !ip4_addr_ismulticast(&ip) && !ip4_addr_isbroadcast(&ip, netif);
}

static bool is_own_ip(ip4_addr_t ip)
{
	const struct netif *netif;

	if (ip4_addr_isany_val(ip))
		return false;
	NETIF_FOREACH(netif)
	{
		if (ip4_addr_eq(netif_ip4_addr(netif), &ip))
			return true;
	}
	return false;
}

static void warn_of_conflict(ip4_addr_t ip, const struct eth_addr *mac,
			     struct netif *netif)
{
	static u64 last_ns;
	const u8 *m = mac->addr;

	if (printk_ratelimit(&last_ns))
		pr_warn("%s: %02x:%02x:%02x:%02x:%02x:%02x is using our "
			"address %u.%u.%u.%u",
			netif_to_dev(netif)->name, m[0], m[1], m[2], m[3], m[4],
			m[5], ip4_addr1_val(ip), ip4_addr2_val(ip),
			ip4_addr3_val(ip), ip4_addr4_val(ip));
}

void arp_rcv(struct pbuf *skb, struct netif *netif)
{
	struct etharp_hdr *arp = skb->payload;
	enum drop_reason reason = DROP_ARP_INVALID;
	ip4_addr_t sender, target;

	if (skb->len < sizeof(*arp)) {
		reason = DROP_PKT_TOO_SMALL;
		goto drop;
	}
	if (!header_is_sound(arp))
		goto drop;
	sender.addr = load_addr(&arp->sipaddr);
	target.addr = load_addr(&arp->dipaddr);
	if (ip4_addr_ismulticast(&target) || ip4_addr_isloopback(&target))
		goto drop;

	reason = DROP_ARP_SENDER;
	if (!sender_mac_is_sound(&arp->shwaddr, netif) ||
	    !sender_ip_is_sound(sender, netif))
		goto drop;
	if (unlikely(is_own_ip(sender))) {
		warn_of_conflict(sender, &arp->shwaddr, netif);
		goto drop;
	}

	/*
	 * lwIP makes a new entry for whoever has our address as target. An
	 * answer gets no target, so that it only completes or refreshes an
	 * entry: one that we did not ask for finds none.
	 */
	if (arp->opcode == PP_HTONS(ARP_REPLY))
		memset(&arp->dipaddr, 0, sizeof(arp->dipaddr));
	etharp_input(skb, netif);
	return;
drop:
	kfree_skb_reason(skb, reason);
}
