/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lwip_glue - see lwip_glue.h
 */
#include <string.h>
#include "lwip_glue.h"
#include "core/port.h"
#include "core/timer.h"
#include "core/xmit.h"
#include "ipv4/icmp_limit.h"
#include "lwip/etharp.h"
#include "lwip/igmp.h"
#include "lwip/inet.h"
#include "lwip/init.h"
#include "lwip/sys.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/timeouts.h"
#include "netif/ethernet.h"

static struct timer lwip_timer;
static struct netif *lo_netif; /* NULL: there is no loopback device */

char lwip_hostname[32] = "ringpath";

/* --- time -------------------------------------------------------------- */

/* Milliseconds for lwIP's timers. Asked many times a second, so the division
 * is avoided while less than a few milliseconds have passed. */
u32_t sys_now(void)
{
	static u64 last_ns;
	static u32 last_ms;
	u64 now = clock_ns();

	if (now - last_ns >= 8 * NSEC_PER_MSEC) {
		last_ms = (u32)(now / NSEC_PER_MSEC);
		last_ns = (u64)last_ms * NSEC_PER_MSEC;
	}
	while (now - last_ns >= NSEC_PER_MSEC) {
		last_ns += NSEC_PER_MSEC;
		last_ms++;
	}
	return last_ms;
}

static void lwip_timer_fn(struct timer *t, u64 now)
{
	(void)t;
	(void)now;
	sys_check_timeouts();
}

void lwip_timers_arm(u64 now)
{
	u32 ms = sys_timeouts_sleeptime();
	u64 expires = now + (u64)ms * NSEC_PER_MSEC;

	if (ms == SYS_TIMEOUTS_SLEEPTIME_INFINITE)
		del_timer(&lwip_timer);
	/* The same millisecond as before needs no new alarm. */
	else if (!lwip_timer.pending || expires < lwip_timer.expires_ns ||
		 expires - lwip_timer.expires_ns > NSEC_PER_MSEC)
		mod_timer(&lwip_timer, expires);
}

void lwip_relieve(void)
{
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
		if (pcb->ooseq)
			tcp_free_ooseq(pcb);
}

/* --- output: lwIP lends a packet, we keep it by a reference (E5-E10) --- */

static err_t link_output(struct netif *netif, struct pbuf *p)
{
	if (unlikely(p->cb.queued)) {
		/* The same packet, sent again while it waits: its list link is
		 * in use, so this one goes as a copy. */
		p = pbuf_clone(PBUF_RAW, PBUF_RAM, p);
		if (!p)
			return ERR_MEM;
	} else {
		pbuf_ref(p);
	}
	/* Set anew each time: a retransmission carries the old values, and an
	 * echo goes back in the packet that brought the request. */
	skb_cb_init(&p->cb, netif_to_dev(netif), PACKET_OUTGOING, 0);
	return dev_queue_xmit(p) < 0 ? ERR_MEM : ERR_OK;
}

/*
 * For one of our own addresses: by loopback, whichever device has it. The
 * source stays the address of that device, as on Linux.
 */
__attribute__((noinline, cold)) static err_t loop_output(struct pbuf *p)
{
	const struct eth_addr *mac = (const void *)lo_netif->hwaddr;

	return ethernet_output(lo_netif, p, mac, mac, ETHTYPE_IP);
}

static err_t lo_output(struct netif *netif, struct pbuf *p,
		       const ip4_addr_t *dest)
{
	(void)dest;
	return ip_output_allow(p, netif) ? loop_output(p) : ERR_OK;
}

struct netif *ip_route_local(const ip4_addr_t *dest)
{
	struct netif *netif;

	NETIF_FOREACH(netif)
	{
		if (netif_is_up(netif) && netif_ip4_addr(netif)->addr &&
		    netif_ip4_addr(netif)->addr == dest->addr)
			return netif;
	}
	return NULL;
}

static err_t ip_local_out(struct netif *netif, struct pbuf *p,
			  const ip4_addr_t *dest)
{
	if (unlikely(!ip_output_allow(p, netif)))
		return ERR_OK;
	if (unlikely(dest->addr == netif_ip4_addr(netif)->addr && lo_netif))
		return loop_output(p);
	return etharp_output(netif, p, dest);
}

/* Never used: frames enter by netif_receive_skb(), not by the netif. */
static err_t no_input(struct pbuf *p, struct netif *netif)
{
	(void)netif;
	kfree_skb_reason(p, DROP_NOT_SPECIFIED);
	return ERR_OK;
}

/* --- devices ----------------------------------------------------------- */

/* IGMP joins and leaves: the address filter follows. */
static err_t igmp_mac_filter(struct netif *netif, const ip4_addr_t *group,
			     enum netif_mac_filter_action action)
{
	/* RFC 1112 section 6.4: the group's low 23 bits. */
	u8 mac[ETH_ALEN] = { 0x01,
			     0x00,
			     0x5e,
			     ip4_addr2(group) & 0x7f,
			     ip4_addr3(group),
			     ip4_addr4(group) };

	if (action == NETIF_ADD_MAC_FILTER)
		dev_mc_add(netif_to_dev(netif), mac);
	else
		dev_mc_del(netif_to_dev(netif), mac);
	return ERR_OK;
}

static err_t netif_setup(struct netif *netif)
{
	struct net_device *dev = netif_to_dev(netif);

	netif->name[0] = dev->name[0];
	netif->name[1] = dev->name[1];
	netif->hwaddr_len = ETH_ALEN;
	memcpy(netif->hwaddr, dev->dev_addr, ETH_ALEN);
	netif->mtu = dev->mtu;
	netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP |
		       NETIF_FLAG_ETHERNET | NETIF_FLAG_IGMP;
	netif->output = ip_local_out;
	netif->linkoutput = link_output;
	if (dev->flags & IFF_LOOPBACK) {
		netif->flags = 0;
		netif->output = lo_output;
		return ERR_OK;
	}
	netif_set_hostname(netif, lwip_hostname);
	netif_set_igmp_mac_filter(netif, igmp_mac_filter);
	return ERR_OK;
}

void lwip_attach(struct net_device *dev)
{
	struct netif *netif =
		netif_add_noaddr(&dev->netif, dev, netif_setup, no_input);

	ASSERT(netif);
	if (dev->flags & IFF_LOOPBACK) {
		ip4_addr_t addr = { PP_HTONL(INADDR_LOOPBACK) };
		ip4_addr_t mask = { PP_HTONL(0xff000000) };

		netif_set_addr(netif, &addr, &mask, IP4_ADDR_ANY4);
		lo_netif = netif;
		return;
	}
	if (!netif_default)
		netif_set_default(netif);
}

void lwip_set_up(struct net_device *dev, bool up)
{
	if (up)
		netif_set_up(&dev->netif);
	else
		netif_set_down(&dev->netif);
}

void lwip_set_link(struct net_device *dev, bool up)
{
	if (up)
		netif_set_link_up(&dev->netif);
	else
		netif_set_link_down(&dev->netif);
}

void lwip_start(void)
{
	lwip_init();
	timer_setup(&lwip_timer, lwip_timer_fn);
}
