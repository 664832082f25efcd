/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tap - the NIC of the board that is a Linux process (rows I1-I4, E14-E16)
 *
 * A tap is a frame per read() and per write(); its queue lives in the kernel.
 * Seen from the stack it is a NIC as any other: an interrupt when a frame has
 * come, NAPI, receive buffers of the pool in which the frame lands without a
 * copy, gathered transmit, and a queue that stops when the kernel's is full.
 *
 * nic->base is the descriptor, opened by the board; nic->irq the line wired
 * to it, level triggered (board/host/host.h).
 */
#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/interrupt.h"
#include "core/netdevice.h"
#include "core/port.h"
#include "core/printk.h"
#include "core/receive.h"
#include "core/skbuff.h"
#include "host.h"
#include "net/nic_driver.h"

enum {
	/* What the kernel queues for us: a tap's txqueuelen; fixed. */
	TAP_QUEUE_LEN = 1000,
	/* A read that fills the buffer may have been cut. */
	TAP_MAX_FRAME = SKB_DATA_SIZE - SKB_NET_IP_ALIGN - 1,
};

struct tap {
	struct net_device dev;
	struct napi_struct napi;
	int fd;
	bool polling;	       /* NAPI has it: the line's events are masked */
	bool gone;	       /* the host took the interface away */
	struct pbuf *tx_first; /* waits for the kernel's queue; ours */
	u64 rx_no_buffer, rx_reads_empty, tx_queue_full;
};

static struct tap taps[HOST_NICS];
static u32 tap_count;

static struct tap *dev_to_tap(struct net_device *dev)
{
	return dev->priv;
}

/* The device's interrupt mask, from its state. */
static void update_events(struct tap *t)
{
	short events = 0;

	if ((t->dev.flags & IFF_UP) && !t->polling && !t->gone)
		events = t->tx_first != NULL ? POLLIN | POLLOUT : POLLIN;
	host_line_events(t->dev.irq, events);
}

static void tap_irq(void *arg)
{
	struct tap *t = arg;

	t->polling = true;
	update_events(t);
	/* A packet that waits to be sent may be what it is about. */
	if (t->tx_first == NULL)
		napi_schedule_irq(&t->napi);
	else if (t->napi.coalesce.on)
		coalesce_irq(&t->napi, true);
	else
		(void)napi_schedule(&t->napi);
}

/* --- transmit ----------------------------------------------------------- */

/* Write the packet, gathered. Return: 0, or errno of writev(). */
static int write_frame(const struct tap *t, const struct pbuf *skb)
{
	struct iovec iov[MAX_SKB_FRAGS];
	int frags = 0;

	for (const struct pbuf *q = skb; q != NULL; q = q->next) {
		if (frags == MAX_SKB_FRAGS)
			return EMSGSIZE;
		iov[frags].iov_base = q->payload;
		iov[frags++].iov_len = q->len;
	}
	return writev(t->fd, iov, frags) < 0 ? errno : 0;
}

/* The packet has left, or will never. @err: of write_frame(). */
static void finish(struct tap *t, struct pbuf *skb, int err)
{
	struct net_device_stats *stats = &t->dev.stats;

	switch (err) {
	case 0:
		stats->tx_packets++;
		stats->tx_bytes += skb->tot_len;
		dev_consume_skb(skb);
		return;
	case EMSGSIZE:
		stats->tx_dropped++;
		skb->cb.queued = 0;
		kfree_skb_reason(skb, DROP_SKB_TOO_MANY_FRAGS);
		return;
	case EIO: /* the host set the interface down: a pulled cable */
		stats->tx_errors++;
		stats->tx_carrier_errors++;
		skb->cb.queued = 0;
		kfree_skb_reason(skb, DROP_DEV_DOWN);
		return;
	default:
		stats->tx_errors++;
		skb->cb.queued = 0;
		kfree_skb_reason(skb, DROP_NOMEM);
		return;
	}
}

static void tap_start_xmit(struct pbuf *skb, struct net_device *dev, bool more)
{
	struct tap *t = dev_to_tap(dev);
	int err = write_frame(t, skb);

	(void)more; /* a write is its own doorbell */
	if (err != EAGAIN) {
		finish(t, skb, err);
		return;
	}
	t->tx_queue_full++;
	t->tx_first = skb;
	netif_stop_queue(dev);
	update_events(t);
}

/* The kernel may have room again. */
static void retry_transmit(struct tap *t)
{
	struct pbuf *skb = t->tx_first;
	int err = write_frame(t, skb);

	if (err == EAGAIN)
		return;
	t->tx_first = NULL;
	finish(t, skb, err);
	netif_wake_queue(&t->dev);
}

static void purge_transmit(struct tap *t)
{
	if (t->tx_first == NULL)
		return;
	t->dev.stats.tx_dropped++;
	kfree_skb_reason(t->tx_first, DROP_TX_RING_PURGE);
	t->tx_first = NULL;
}

/* --- receive ----------------------------------------------------------------
 */

/* Bad lengths are weather; the buffer goes back. */
static bool length_is_wrong(struct tap *t, ssize_t len)
{
	if (len >= ETH_HLEN && len <= TAP_MAX_FRAME)
		return false;
	t->dev.stats.rx_errors++;
	t->dev.stats.rx_length_errors++;
	drop_count(DROP_RX_FRAME_ERROR);
	return true;
}

/* Nothing more to read: empty, or the host took the interface away. */
static void read_ended(struct tap *t)
{
	if (errno == EAGAIN || errno == EINTR) {
		t->rx_reads_empty++;
		return;
	}
	t->gone = true;
	netif_carrier_off(&t->dev);
	pr_warn("%s: the host's interface is gone (error %d)", t->dev.name,
		errno);
}

/* The pool is empty: as a NIC does, take the frame off the wire and lose it,
 * so that what comes after is new. False: none was there. */
static bool lose_frame(struct tap *t)
{
	u8 scratch[64];

	if (read(t->fd, scratch, sizeof(scratch)) < 0) {
		read_ended(t);
		return false;
	}
	t->rx_no_buffer++;
	t->dev.stats.rx_packets++;
	t->dev.stats.rx_dropped++;
	drop_count(DROP_RX_NO_BUFFER);
	return true;
}

/* One frame, good or bad. False: none was there. */
static bool receive_frame(struct tap *t)
{
	struct skb_buf *buf = skb_buf_get();
	ssize_t len;

	if (buf == NULL)
		return lose_frame(t);
	len = read(t->fd, buf->data + SKB_NET_IP_ALIGN,
		   SKB_DATA_SIZE - SKB_NET_IP_ALIGN);
	if (len < 0) {
		skb_buf_put(buf);
		read_ended(t);
		return false;
	}
	if (length_is_wrong(t, len)) {
		skb_buf_put(buf);
		return true;
	}
	t->dev.stats.rx_packets++;
	t->dev.stats.rx_bytes += (u64)len;
	napi_gro_receive(&t->napi, skb_build(buf, SKB_NET_IP_ALIGN, (u16)len,
					     &t->dev, t->napi.now_ns));
	return true;
}

static int tap_poll(struct napi_struct *napi, int budget)
{
	struct tap *t = dev_to_tap(napi->dev);
	int done = 0;

	if (t->tx_first != NULL)
		retry_transmit(t);
	while (done < budget && !t->gone && receive_frame(t))
		done++;
	napi_gro_flush(napi);
	/* No second look at the queue after unmasking: the line is level
	 * triggered, a frame that came meanwhile raises it again. */
	if (napi_poll_is_done(done, budget) && napi_complete_done(napi, done)) {
		t->polling = false;
		update_events(t);
	}
	return done;
}

/* --- the doors of a net_device
 * ------------------------------------------------ */

/* There is a cable as long as there is an interface. */
static int tap_open(struct net_device *dev)
{
	struct tap *t = dev_to_tap(dev);

	if (t->gone)
		return -ENODEV;
	napi_enable(&t->napi);
	t->polling = false;
	update_events(t);
	netif_carrier_on(dev);
	return 0;
}

static void tap_stop(struct net_device *dev)
{
	struct tap *t = dev_to_tap(dev);

	napi_disable(&t->napi);
	host_line_events(dev->irq, 0);
	purge_transmit(t);
}

/* A tap hears everything; receive.c sorts out what is for others. */
static void tap_set_rx_mode(struct net_device *dev)
{
	(void)dev;
}

static void tap_tx_timeout(struct net_device *dev)
{
	struct tap *t = dev_to_tap(dev);

	purge_transmit(t);
	update_events(t);
	netif_wake_queue(dev);
}

static void tap_get_ringparam(struct net_device *dev,
			      struct ethtool_ringparam *ring)
{
	(void)dev;
	*ring = (struct ethtool_ringparam){
		.rx_max_pending = TAP_QUEUE_LEN,
		.rx_min_pending = TAP_QUEUE_LEN,
		.rx_pending = TAP_QUEUE_LEN,
		.tx_max_pending = TAP_QUEUE_LEN,
		.tx_min_pending = TAP_QUEUE_LEN,
		.tx_pending = TAP_QUEUE_LEN,
	};
}

/* The only sizes inside the limits are the ones there are. */
static int tap_set_ringparam(struct net_device *dev, u32 rx, u32 tx)
{
	(void)dev;
	return rx == TAP_QUEUE_LEN && tx == TAP_QUEUE_LEN ? 0 : -EINVAL;
}

static void tap_get_link(struct net_device *dev, struct ethtool_link *link)
{
	*link = (struct ethtool_link){
		.up = dev->carrier,
		.speed = 10, /* what Linux says of a tap */
		.full_duplex = true,
		.autoneg = false,
		.phy_addr = -1,
	};
}

static void tap_get_ethtool_stats(struct net_device *dev,
				  void (*emit)(void *ctx, const char *name,
					       u64 value),
				  void *ctx)
{
	const struct tap *t = dev_to_tap(dev);

	emit(ctx, "rx_frames", dev->stats.rx_packets);
	emit(ctx, "rx_octets", dev->stats.rx_bytes);
	emit(ctx, "tx_frames", dev->stats.tx_packets);
	emit(ctx, "tx_octets", dev->stats.tx_bytes);
	emit(ctx, "rx_no_buffer", t->rx_no_buffer);
	emit(ctx, "rx_reads_empty", t->rx_reads_empty);
	emit(ctx, "tx_queue_full", t->tx_queue_full);
	gro_get_stats(&t->napi.gro, emit, ctx);
	coalesce_get_stats(&t->napi, emit, ctx);
}

/* There is no hardware state but the packet that waits. */
static void tap_reset(struct net_device *dev)
{
	tap_tx_timeout(dev);
}

static const struct net_device_ops tap_ops = {
	.ndo_open = tap_open,
	.ndo_stop = tap_stop,
	.ndo_start_xmit = tap_start_xmit,
	.ndo_set_rx_mode = tap_set_rx_mode,
	.ndo_tx_timeout = tap_tx_timeout,
	.get_ringparam = tap_get_ringparam,
	.set_ringparam = tap_set_ringparam,
	.get_link = tap_get_link,
	.get_ethtool_stats = tap_get_ethtool_stats,
	.reset = tap_reset,
};

static int tap_probe(const struct board_nic *nic)
{
	struct tap *t;
	int err;

	if (tap_count == HOST_NICS)
		return -ENOSPC;
	t = &taps[tap_count];
	t->fd = (int)nic->base;
	t->dev.ops = &tap_ops;
	t->dev.priv = t;
	t->dev.driver = "tun";
	t->dev.bus_info = nic->name;
	t->dev.mtu = ETH_DATA_LEN;
	t->dev.max_mtu = ETH_DATA_LEN;
	t->dev.irq = nic->irq;
	memcpy(t->dev.dev_addr, nic->mac, ETH_ALEN);
	netif_napi_add(&t->dev, &t->napi, tap_poll);
	err = register_netdev(&t->dev);
	if (err != 0)
		return err;
	err = request_irq(nic->irq, tap_irq, t->dev.name, t);
	if (err != 0)
		return err;
	tap_count++;
	pr_info("%s: tap %s, irq %u", t->dev.name, nic->name, nic->irq);
	return 0;
}

NIC_DRIVER("tap", tap_probe);
