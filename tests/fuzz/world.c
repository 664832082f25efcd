/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * world - see fuzz.h
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apps/app.h"
#include "core/backlog.h"
#include "core/port.h"
#include "core/receive.h"
#include "core/skbuff.h"
#include "core/softirq.h"
#include "core/timer.h"
#include "core/xmit.h"
#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/igmp.h"
#include "lwip/inet_chksum.h"
#include "lwip/lwip_glue.h"
#include "lwip/memp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/dns.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/udp.h"
#include "lwip/tcp.h"
#include "sched/cls_api.h"
#include "shell/shell.h"

enum {
	SHELL_TURNS = 64,
	TX_RING = 64, /* packets that a device can hold */
	/* The smallest RX buffer a driver hands to the stack as a frame. */
	FRAME_MAX = 1536,
	MAX_TX_FRAME = ETH_HLEN + ETH_DATA_LEN,
	/* Linux keeps fragments 30 s, lwIP an ARP query 5 s. */
	QUIET_SECONDS = 65,
};

const u8 fuzz_own_mac[2][ETH_ALEN] = { { 0x52, 0x54, 0, 0x12, 0x34, 0x56 },
				       { 0x52, 0x54, 0, 0x12, 0x34, 0x57 } };
const u8 fuzz_peer_mac[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x02 };
struct net_device fuzz_dev[2];
struct fuzz_query fuzz_query;

static struct {
	struct pbuf *ring[TX_RING];
	u32 held;
	bool hold;
} tx[2];

static struct napi_struct napi[2]; /* a poll lasts until world_turn() */
static u64 frames;
static u32 memp_baseline[MEMP_MAX];
static const char *const memp_names[MEMP_MAX] = {
#define LWIP_MEMPOOL(name, num, size, desc) #name,
#include "lwip/priv/memp_std.h"
};

/* --- the devices
 * --------------------------------------------------------------- */

static void keep_query(const u8 *udp, size_t len)
{
	len -= UDP_HLEN;
	if (len > sizeof(fuzz_query.message))
		return;
	memcpy(fuzz_query.message, udp + UDP_HLEN, len);
	fuzz_query.len = len;
	fuzz_query.port = (u16)(udp[0] << 8 | udp[1]);
}

/* What leaves must be right whatever came in. Fragments are not checked
 * above IP; a sum of 0 is "none" for UDP. */
static void check_ip(const u8 *ip, size_t len)
{
	size_t hlen = (ip[0] & 15u) * 4u;
	size_t total = (size_t)ip[2] << 8 | ip[3];
	bool fragment = (ip[6] & 0x3f) != 0 || ip[7] != 0;
	const u8 *l4 = ip + hlen;
	u32 sum;

	FUZZ_CHECK(ip[0] >> 4 == 4 && hlen >= 20);
	FUZZ_CHECK(total >= hlen && total == len);
	FUZZ_CHECK(inet_chksum(ip, (u16_t)hlen) == 0);
	if (fragment)
		return;
	if (ip[9] == IP_PROTO_ICMP) {
		FUZZ_CHECK(inet_chksum(l4, (u16_t)(total - hlen)) == 0);
		return;
	}
	if (ip[9] != IP_PROTO_TCP && ip[9] != IP_PROTO_UDP)
		return;
	if (ip[9] == IP_PROTO_UDP) {
		FUZZ_CHECK(((size_t)l4[4] << 8 | l4[5]) == total - hlen);
		if (l4[6] == 0 && l4[7] == 0)
			return;
		if (l4[2] == 0 && l4[3] == 53)
			keep_query(l4, total - hlen);
	}
	sum = (u32)(total - hlen) + ip[9];
	for (size_t i = 12; i < 20; i += 2)
		sum += (u32)ip[i] << 8 | ip[i + 1];
	for (size_t i = hlen; i < total; i++)
		sum += (i - hlen) & 1 ? ip[i] : (u32)ip[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	FUZZ_CHECK(sum == 0xffff);
}

static void check_frame(const struct pbuf *skb)
{
	static u8 frame[MAX_TX_FRAME];
	size_t len = skb->tot_len;

	FUZZ_CHECK(len >= ETH_HLEN && len <= MAX_TX_FRAME);
	FUZZ_CHECK(pbuf_clen(skb) <= MAX_SKB_FRAGS);
	FUZZ_CHECK(pbuf_copy_partial(skb, frame, (u16_t)len, 0) == len);
	if (frame[12] == 8 && frame[13] == 0)
		check_ip(frame + ETH_HLEN, len - ETH_HLEN);
}

static u32 dev_index(const struct net_device *dev)
{
	return dev == &fuzz_dev[1];
}

static void complete(struct net_device *dev)
{
	u32 i = dev_index(dev);

	while (tx[i].held > 0)
		consume_skb(tx[i].ring[--tx[i].held]);
}

static int fake_open(struct net_device *dev)
{
	netif_carrier_on(dev);
	return 0;
}

static void fake_start_xmit(struct pbuf *skb, struct net_device *dev, bool more)
{
	u32 i = dev_index(dev);

	(void)more;
	check_frame(skb);
	dev->stats.tx_packets++;
	dev->stats.tx_bytes += skb->tot_len;
	if (!tx[i].hold) {
		consume_skb(skb);
		return;
	}
	FUZZ_CHECK(tx[i].held < TX_RING);
	tx[i].ring[tx[i].held++] = skb;
	if (tx[i].held == TX_RING)
		netif_stop_queue(dev);
}

static void fake_set_rx_mode(struct net_device *dev)
{
	(void)dev;
}

static void fake_tx_timeout(struct net_device *dev)
{
	complete(dev);
	netif_wake_queue(dev);
}

static void fake_get_ringparam(struct net_device *dev,
			       struct ethtool_ringparam *ring)
{
	(void)dev;
	*ring = (struct ethtool_ringparam){
		.rx_max_pending = 8192,
		.tx_max_pending = 4096,
		.rx_min_pending = 64,
		.tx_min_pending = 64,
		.rx_pending = 512,
		.tx_pending = TX_RING,
	};
}

static int fake_set_ringparam(struct net_device *dev, u32 rx, u32 txn)
{
	(void)dev;
	FUZZ_CHECK(rx >= 64 && rx <= 8192 && txn >= 64 && txn <= 4096);
	return 0;
}

static void fake_get_link(struct net_device *dev, struct ethtool_link *link)
{
	*link = (struct ethtool_link){ .up = dev->carrier,
				       .speed = 1000,
				       .full_duplex = true,
				       .autoneg = true,
				       .phy_addr = 7 };
}

static void fake_ethtool_stats(struct net_device *dev,
			       void (*emit)(void *ctx, const char *name,
					    u64 value),
			       void *ctx)
{
	emit(ctx, "tx_held", tx[dev_index(dev)].held);
}

static const struct net_device_ops fake_ops = {
	.ndo_open = fake_open,
	.ndo_stop = complete,
	.ndo_start_xmit = fake_start_xmit,
	.ndo_set_rx_mode = fake_set_rx_mode,
	.ndo_tx_timeout = fake_tx_timeout,
	.get_ringparam = fake_get_ringparam,
	.set_ringparam = fake_set_ringparam,
	.get_link = fake_get_link,
	.get_ethtool_stats = fake_ethtool_stats,
	.reset = fake_tx_timeout,
};

void world_hold_transmit(bool hold)
{
	for (u32 i = 0; i < 2; i++) {
		tx[i].hold = hold;
		if (!hold) {
			complete(&fuzz_dev[i]);
			netif_wake_queue(&fuzz_dev[i]);
		}
	}
}

void world_receive(struct net_device *dev, const u8 *frame, size_t len)
{
	struct skb_buf *buf;

	/* What a driver does not let through. */
	if (len < ETH_HLEN || len > FRAME_MAX || !(dev->flags & IFF_UP) ||
	    !dev->carrier)
		return;
	fuzz_skb_fit(len);
	buf = skb_buf_get();
	if (buf == NULL) {
		drop_count(DROP_RX_NO_BUFFER);
		return;
	}
	memcpy(buf->data + SKB_NET_IP_ALIGN, frame, len);
	frames++;
	dev->stats.rx_packets++;
	dev->stats.rx_bytes += len;
	napi_gro_receive(
		&napi[dev_index(dev)],
		skb_build(buf, SKB_NET_IP_ALIGN, (u16)len, dev, fuzz_now_ns));
}

/* --- time
 * ------------------------------------------------------------------------ */

void world_turn(void)
{
	fuzz_now_ns += 10 * NSEC_PER_USEC;
	for (u32 i = 0; i < 2; i++)
		napi_gro_flush(&napi[i]);
	do_softirq();
	timers_run(fuzz_now_ns);
	if (setjmp(fuzz_board_ended) == 0)
		for (u32 n = 0; n < SHELL_TURNS && shell_poll(); n++)
			;
	do_softirq();
	lwip_timers_arm(fuzz_now_ns);
}

void world_advance(u64 ns)
{
	u64 end = fuzz_now_ns + ns;

	while (timers_next() <= end) {
		if (timers_next() > fuzz_now_ns)
			fuzz_now_ns = timers_next();
		world_turn();
	}
	if (end > fuzz_now_ns)
		fuzz_now_ns = end;
	world_turn();
}

/* --- begin and end
 * ------------------------------------------------------------------ */

static bool everything_is_back(void)
{
	struct skb_pool_stats st;

	skb_pool_read(&st);
	if (st.free != st.total)
		return false;
	for (int i = 0; i < MEMP_MAX; i++)
		if (i != MEMP_SYS_TIMEOUT &&
		    memp_pools[i]->stats->used != memp_baseline[i])
			return false;
	return true;
}

static void say_what_is_missing(void)
{
	struct skb_pool_stats st;

	skb_pool_read(&st);
	fprintf(stderr, "receive buffers: %u of %u free\n", st.free, st.total);
	for (int i = 0; i < MEMP_MAX; i++)
		if (memp_pools[i]->stats->used != memp_baseline[i])
			fprintf(stderr, "%s: %u used, %u at the start\n",
				memp_names[i], (u32)memp_pools[i]->stats->used,
				memp_baseline[i]);
}

/* Up, with the addresses and the neighbour of the start. */
static void set_up_network(void)
{
	struct eth_addr peer_mac;
	ip4_addr_t own, mask, peer;

	memcpy(peer_mac.addr, fuzz_peer_mac, ETH_ALEN);
	ip4_addr_set_u32(&own, PP_HTONL(FUZZ_OWN));
	ip4_addr_set_u32(&mask, PP_HTONL(0xffffff00u));
	ip4_addr_set_u32(&peer, PP_HTONL(FUZZ_PEER));
	for (u32 i = 0; i < 2; i++) {
		FUZZ_CHECK(dev_open(&fuzz_dev[i]) == 0);
		netif_carrier_on(&fuzz_dev[i]);
	}
	netif_set_addr(&fuzz_dev[0].netif, &own, &mask, &peer);
	netif_set_addr(&fuzz_dev[1].netif, IP4_ADDR_ANY4, IP4_ADDR_ANY4,
		       IP4_ADDR_ANY4);
	FUZZ_CHECK(etharp_add_static_entry(&peer, &peer_mac) == ERR_OK);
}

static void abort_connections(void)
{
	while (tcp_active_pcbs != NULL)
		tcp_abort(tcp_active_pcbs);
	while (tcp_tw_pcbs != NULL)
		tcp_abort(tcp_tw_pcbs);
}

static void forget_network(void)
{
	for (u32 i = 0; i < 2; i++) {
		struct netif *netif = &fuzz_dev[i].netif;

		if (netif_dhcp_data(netif) != NULL) {
			dhcp_release_and_stop(netif);
			dhcp_cleanup(netif);
		}
		etharp_cleanup_netif(netif);
	}
}

static void add_device(u32 i)
{
	struct net_device *dev = &fuzz_dev[i];

	dev->ops = &fake_ops;
	dev->driver = "fuzz";
	dev->bus_info = "memory";
	dev->irq = i + 1;
	napi[i].dev = dev;
	memcpy(dev->dev_addr, fuzz_own_mac[i], ETH_ALEN);
	FUZZ_CHECK(register_netdev(dev) == 0);
}

/* In the form of libFuzzer's own figures, for tests/fuzz/run. */
static void say_frames(void)
{
	fprintf(stderr, "stat::frames: %llu\n", (unsigned long long)frames);
}

void world_start(void)
{
	ip4_addr_t group;

	(void)atexit(say_frames);
	fuzz_reseed();
	fuzz_now_ns = NSEC_PER_SEC;
	skb_pool_init();
	open_softirq(NET_RX_SOFTIRQ, net_rx_action);
	open_softirq(NET_TX_SOFTIRQ, net_tx_action);
	backlog_init();
	lwip_start();
	add_device(0);
	add_device(1);
	apps_init();
	shell_start("", "rc");
	set_up_network();
	ip4_addr_set_u32(&group, PP_HTONL(FUZZ_GROUP));
	FUZZ_CHECK(igmp_joingroup_netif(&fuzz_dev[0].netif, &group) == ERR_OK);
	world_advance(NSEC_PER_SEC);
	forget_network();
	world_turn();
	for (int i = 0; i < MEMP_MAX; i++)
		memp_baseline[i] = memp_pools[i]->stats->used;
}

void world_begin(void)
{
	fuzz_reseed();
	fuzz_query.len = 0;
	set_up_network();
}

static void forget_filters(void)
{
	const char *why;

	for (size_t i = 0; i < ARRAY_SIZE(fuzz_dev); i++) {
		(void)sch_ingress_del(&fuzz_dev[i], TC_INGRESS, &why);
		(void)sch_ingress_del(&fuzz_dev[i], TC_CLSACT, &why);
	}
}

void world_end(void)
{
	fuzz_fail_allocation(0);
	world_hold_transmit(false);
	abort_connections();
	world_turn();
	forget_filters();
	/* A second at least: it also gives rate limits their tokens back. */
	for (u32 s = 0; s < QUIET_SECONDS; s++) {
		forget_network();
		world_advance(NSEC_PER_SEC);
		if (everything_is_back())
			return;
	}
	say_what_is_missing();
	fuzz_failed("everything is back", __FILE__, __LINE__);
}
