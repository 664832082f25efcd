/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * netdevice - a network interface as the path, the tools and drivers see it
 *
 * For drivers: fill a struct net_device (ops, priv, dev_addr, irq), call
 * register_netdev(). For the stack: dev_queue_xmit() and netif_receive_skb().
 * For tools: dev_open(), dev_close() and the ethtool_ calls of the ops.
 *
 * Ownership: ndo_start_xmit() consumes the packet and frees it in finite
 * time, sent or not. A driver gives received packets to napi_gro_receive().
 *
 * Context: application or softirq unless said otherwise.
 */
#ifndef CORE_NETDEVICE_H
#define CORE_NETDEVICE_H

#include "core/napi.h"
#include "core/seq_file.h"
#include "core/skb.h"
#include "core/types.h"
#include "lwip/netif.h"

enum {
	IFNAMSIZ = 16,
	ETH_ALEN = 6,
	ETH_HLEN = 14,
	ETH_ZLEN = 60,
	ETH_DATA_LEN = 1500,
	NETDEV_MAX = 4,
	DEFAULT_TX_QUEUE_LEN = 1000,
	/* Most pieces of one packet; a driver's ring must hold them, and the
	 * queue is stopped when fewer slots are free. */
	MAX_SKB_FRAGS = 17,
};

/* dev->flags, Linux's values. */
enum {
	IFF_UP = 0x1,
	IFF_BROADCAST = 0x2,
	IFF_LOOPBACK = 0x8,
	IFF_NOARP = 0x80,
	IFF_PROMISC = 0x100,
	IFF_ALLMULTI = 0x200,
	IFF_MULTICAST = 0x1000,
};

/* dev->features: what `ethtool -K` switches. */
enum {
	NETIF_F_GRO = 0x1,    /* segments are merged: gro.h */
	NETIF_F_RXCSUM = 0x2, /* the NIC verifies checksums */
	/* Ours: tc looks at each frame, so none are merged. */
	NETIF_F_TC_INGRESS = 0x80000000,
};

/* Linux's struct rtnl_link_stats64, as far as it can be counted here. */
struct net_device_stats {
	u64 rx_packets, tx_packets;
	u64 rx_bytes, tx_bytes;
	u64 rx_errors, tx_errors;
	u64 rx_dropped, tx_dropped;
	u64 multicast, collisions;
	u64 rx_length_errors, rx_over_errors, rx_crc_errors, rx_frame_errors;
	u64 rx_fifo_errors, rx_missed_errors;
	u64 tx_aborted_errors, tx_carrier_errors, tx_fifo_errors;
};

struct ethtool_ringparam {
	u32 rx_max_pending, tx_max_pending;
	u32 rx_min_pending, tx_min_pending;
	u32 rx_pending, tx_pending;
};

struct ethtool_link {
	bool up;
	u16 speed; /* Mb/s */
	bool full_duplex;
	bool autoneg;
	int phy_addr; /* -1: none */
};

struct net_device;

struct net_device_ops {
	/* Bring the hardware up; rings filled, NAPI on. 0 or -errno. */
	int (*ndo_open)(struct net_device *dev);
	/* Stop; every buffer back in its pool when it returns. */
	void (*ndo_stop)(struct net_device *dev);
	/* Put @skb (consumed) on the ring. Called only while the queue is not
	 * stopped, so there is room for MAX_SKB_FRAGS pieces. @more: another
	 * follows at once, the doorbell may wait for it. */
	void (*ndo_start_xmit)(struct pbuf *skb, struct net_device *dev,
			       bool more);
	/* Program the address filter from dev->flags, dev_addr, mc list. */
	void (*ndo_set_rx_mode)(struct net_device *dev);
	/* The queue has been stopped too long: reset what is needed. */
	void (*ndo_tx_timeout)(struct net_device *dev);
	/* Fold hardware counters into dev->stats. May be NULL. */
	void (*ndo_get_stats)(struct net_device *dev);
	/* Ring sizes in packets. set: values are inside the limits already;
	 * rounds up to what the ring needs; works while traffic runs. */
	void (*get_ringparam)(struct net_device *dev,
			      struct ethtool_ringparam *ring);
	int (*set_ringparam)(struct net_device *dev, u32 rx, u32 tx);
	void (*get_link)(struct net_device *dev, struct ethtool_link *link);
	/* `ethtool -S`: call @emit for each counter, in a fixed order. */
	void (*get_ethtool_stats)(struct net_device *dev,
				  void (*emit)(void *ctx, const char *name,
					       u64 value),
				  void *ctx);
	/* dev->features is about to become @features, of which only bits in
	 * hw_features have changed. NULL if there are none. */
	int (*set_features)(struct net_device *dev, u32 features);
	/* `ethtool -c/-C` of a NIC that moderates by itself; see coalesce.h
	 * for what they return. Both NULL: the board's timer does it. */
	int (*get_coalesce)(const struct net_device *dev,
			    struct ethtool_coalesce *set,
			    struct ethtool_coalesce *now);
	int (*set_coalesce)(struct net_device *dev,
			    const struct ethtool_coalesce *set);
	/* Do at least @frames (1..) wait in the ring, or as many as it holds?
	 * One look. NULL: it cannot be looked at. */
	bool (*rx_waiting)(struct net_device *dev, u32 frames);
	/* Reset the NIC with traffic in flight (`ethtool --reset`). */
	void (*reset)(struct net_device *dev);
};

struct Qdisc;
struct tc_block;

struct net_device {
	char name[IFNAMSIZ];
	int ifindex; /* 1.. */
	const struct net_device_ops *ops;
	void *priv;
	const char *driver; /* "macb": ethtool -i */
	const char *bus_info;
	_Alignas(u32) u8 dev_addr[ETH_ALEN];
	u16 mtu;
	u16 max_mtu;
	u32 flags;
	unsigned int irq;
	u32 tx_queue_len;
	u32 features;	 /* on now */
	u32 hw_features; /* that the NIC lets us switch; GRO always can be */

	bool carrier;	    /* netif_carrier_on/off */
	bool queue_stopped; /* netif_stop_queue: the ring is full */
	u8 taps;	    /* points that somebody listens at (core/tap.h) */
	u32 promiscuity;    /* taps that want to hear everything */
	u64 trans_start_ns; /* the last packet went to the ring */
	u32 carrier_up_count, carrier_down_count;

	struct napi_struct *napi;	   /* NULL: not a NIC */
	struct Qdisc *qdisc;		   /* NULL: loopback */
	struct tc_block *ingress, *egress; /* tc's filters; NULL: none */
	struct net_device *next_sched;	   /* waiting for NET_TX */
	bool scheduled;

	struct net_device_stats stats;

	/* lwIP's view: addresses, ARP, timers. */
	struct netif netif;
	/* Multicast MACs lwIP joined, for the filter. */
	struct {
		u8 addr[ETH_ALEN];
		u8 users;
	} mc[16];
	u32 mc_overflow; /* more that @mc has no room for: hear them all */
};

static inline struct net_device *netif_to_dev(struct netif *netif)
{
	return (struct net_device *)netif->state;
}

/**
 * register_netdev() - give the device a name, an index and lwIP's netif
 * @dev: name empty = next "ethN"; flags IFF_LOOPBACK = no queue, no ARP; must
 * live for ever
 *
 * Return: 0; -ENOSPC more than NETDEV_MAX.
 */
int register_netdev(struct net_device *dev);

/* By name or index (from 1); NULL when there is none. */
struct net_device *dev_get_by_name(const char *name);
struct net_device *dev_get_by_index(int ifindex);

/* ip link set X up/down; -errno of ndo_open. Both are idempotent. */
int dev_open(struct net_device *dev);
void dev_close(struct net_device *dev);

/* ip link set X promisc on/off, allmulticast on/off: then set_rx_mode. */
void dev_change_flags(struct net_device *dev, u32 set, u32 clear);

/* One more (+1) or one less (-1) wants to hear every frame. */
void dev_set_promiscuity(struct net_device *dev, int inc);

/* Hear every frame, by IFF_PROMISC or for a tap? For ndo_set_rx_mode(). */
static inline bool dev_is_promiscuous(const struct net_device *dev)
{
	return (dev->flags & IFF_PROMISC) || dev->promiscuity;
}

/* ip link set X mtu N: -EINVAL outside 68..max_mtu. */
int dev_set_mtu(struct net_device *dev, u32 mtu);

/* ip link set X address: -EADDRNOTAVAIL for a group or zero address. */
int dev_set_mac_address(struct net_device *dev, const u8 addr[ETH_ALEN]);

/* ethtool -K: switch features on and off. -EOPNOTSUPP: one of them is fixed;
 * -errno of the driver. Nothing has changed then. */
int dev_set_features(struct net_device *dev, u32 set, u32 clear);

/* Join and leave a multicast MAC. */
void dev_mc_add(struct net_device *dev, const u8 addr[ETH_ALEN]);
void dev_mc_del(struct net_device *dev, const u8 addr[ETH_ALEN]);

/* For drivers (and their PHY): the link came or went. */
void netif_carrier_on(struct net_device *dev);
void netif_carrier_off(struct net_device *dev);

/* For drivers: too few slots left; slots are back (runs the queue). */
static inline void netif_stop_queue(struct net_device *dev)
{
	dev->queue_stopped = true;
}
void netif_wake_queue(struct net_device *dev);

/* Statistics with the driver's own folded in. */
const struct net_device_stats *dev_get_stats(struct net_device *dev);

#endif
