/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * gem - driver of the Cadence Gigabit Ethernet MAC as Zynq-7000 has it
 * (rows I1-I10, E12-E20)
 *
 * Two rings of descriptors in uncached memory, one for each direction. A
 * receive descriptor always points to a buffer of the pool: poll takes a
 * frame out and puts a fresh buffer in, or, when the pool is empty, counts
 * the frame as dropped and leaves its buffer where it is, so the ring is
 * never short of one. A transmit frame takes one descriptor for each piece
 * of its chain; nothing is copied.
 *
 * Read it in the road's order: gem_irq() masks the NIC and calls for a poll;
 * gem_poll() reaps what was sent, receives within its budget, restarts a
 * receiver that ran dry, and unmasks; gem_start_xmit() fills the transmit
 * ring. Then come the slow parts: ring set-up, link, open and stop.
 *
 * Ring indices run freely, 32 bits; masked, they are slots. Both rings'
 * sizes are powers of two and change at run time (`ethtool -G`).
 *
 * Context: gem_irq() is a hard IRQ; poll and xmit are softirq; all else is
 * application. Registers: gem_regs.h. Ran so far in QEMU 7.2 and 10.0 only;
 * what is there for silicon says so.
 */
#include <errno.h>
#include <string.h>
#include "board.h"
#include "config.h"
#include "io.h"
#include "core/interrupt.h"
#include "core/netdevice.h"
#include "core/port.h"
#include "core/printk.h"
#include "core/receive.h"
#include "core/tap.h"
#include "core/timer.h"
#include "net/gem_regs.h"
#include "net/nic_driver.h"
#include "net/phy.h"

enum {
	GEM_MAX = 2, /* controllers on the chip */
	RX_RING_MIN = 64,
	RX_RING_MAX = 2048,
	TX_RING_MIN = 64,
	TX_RING_MAX = 4096,
	/* Room for a longest packet and the terminator behind it: below this
	 * the queue stops. */
	TX_ROOM_STOP = MAX_SKB_FRAGS + 1,
	TX_ROOM_WAKE = 2 * TX_ROOM_STOP,
	/* The FCS is stripped; anything outside is not an Ethernet frame. */
	RX_FRAME_MIN = ETH_HLEN,
	RX_FRAME_MAX = SKB_DATA_SIZE - SKB_NET_IP_ALIGN,
	TICKS_PER_PHY_POLL = 10,
	TX_STUCK_TICKS = 50,
	/* Buffers that no ring may take: the path needs some to work with. */
	RX_POOL_RESERVE = 256,
};

#define TICK_NS		(100 * NSEC_PER_MSEC)
#define MDIO_TIMEOUT_NS (1 * NSEC_PER_MSEC) /* a transfer takes 27 us */
#define TX_HALT_NS	(2 * NSEC_PER_MSEC) /* 1,538 bytes at 10 Mb/s */
#define TX_DRAIN_NS	(50 * NSEC_PER_MSEC)

/* What interrupts us; completions only while something is in flight. A masked
 * event is not latched: it never shows later. */
#define GEM_IRQS_RX (GEM_INT_RXCMPL | GEM_INT_RXUSED)
#define GEM_IRQS_TX                                                            \
	(GEM_INT_TXCMPL | GEM_INT_TXUSED | GEM_INT_TXUNDER | GEM_INT_TXRETRY)
#define GEM_IRQS (GEM_IRQS_RX | GEM_IRQS_TX)
/* What moderation does not make wait: a full ring, and completions. */
#define GEM_IRQS_URGENT (GEM_INT_RXUSED | GEM_IRQS_TX)

_Static_assert(TX_RING_MIN > TX_ROOM_WAKE, "a stopped queue could not wake");
_Static_assert(sizeof(struct gem_desc) == 8, "the DMA's layout");

/* The frame that begins in a slot; frags is 0 where none begins. */
struct tx_slot {
	struct pbuf *skb;
	u32 frags;
};

/* Counters that only `ethtool -S` shows; one name each, same order. */
struct gem_counters {
	u64 rx_frame_errors;  /* without start, without end, odd length */
	u64 rx_no_buffer;     /* pool empty: dropped, buffer recycled */
	u64 rx_ring_full;     /* RX-used events: receiver restarted */
	u64 rx_lockup_resets; /* receiver toggled after silence */
	u64 irq_spurious;     /* handler found nothing */
	u64 irq_missed;	      /* work lay there and no interrupt came */
	u64 tx_doorbells;
	u64 tx_restarts;   /* start was lost, given again */
	u64 tx_errors_dma; /* underrun or bus error: ring re-based */
	u64 tx_timeout;
	u64 bus_errors; /* ISR AMBA error bit, also oversize in QEMU */
	u64 resets;
};

static const char *const counter_names[] = {
	"rx_frame_errors", "rx_no_buffer", "rx_ring_full", "rx_lockup_resets",
	"irq_spurious",	   "irq_missed",   "tx_doorbells", "tx_restarts",
	"tx_errors_dma",   "tx_timeout",   "bus_errors",   "resets",
};

_Static_assert(sizeof(struct gem_counters) ==
		       ARRAY_SIZE(counter_names) * sizeof(u64),
	       "one name for each counter");

/* The MAC's own error counters: cleared by reading, so they are summed. */
static const struct hw_counter {
	u16 offset;
	const char *name;
} hw_counters[] = {
	{ GEM_TXUNDERCNT, "tx_underrun" },
	{ GEM_SNGLCOLLCNT, "tx_single_collision_frames" },
	{ GEM_MULTICOLLCNT, "tx_multiple_collision_frames" },
	{ GEM_EXCESSCOLLCNT, "tx_excessive_collisions" },
	{ GEM_LATECOLLCNT, "tx_late_collisions" },
	{ GEM_CSENSECNT, "tx_carrier_sense_errors" },
	{ GEM_RXUNDRCNT, "rx_undersized_frames" },
	{ GEM_RXOVRCNT, "rx_oversize_frames" },
	{ GEM_RXJABCNT, "rx_jabbers" },
	{ GEM_RXFCSCNT, "rx_frame_check_sequence_errors" },
	{ GEM_RXLENGTHCNT, "rx_length_field_frame_errors" },
	{ GEM_RXSYMBCNT, "rx_symbol_errors" },
	{ GEM_RXALIGNCNT, "rx_alignment_errors" },
	{ GEM_RXRESERRCNT, "rx_resource_errors" },
	{ GEM_RXORCNT, "rx_overruns" },
};

struct gem {
	uintptr_t base;
	u32 nwctrl; /* what NWCTRL holds, without the bits that start things */
	u32 nwcfg;

	/* Receive: rx_tail is the next slot to look at. Every slot but those
	 * between it and the NIC's own pointer belongs to the NIC. */
	struct gem_desc *rx;
	u32 rx_size;
	u32 rx_tail;

	/* Transmit: slots tx_tail..tx_head are the NIC's. */
	struct gem_desc *tx;
	u32 tx_size;
	u32 tx_head;
	u32 tx_tail;
	bool tx_broken; /* the DMA stopped on an error: re-base the ring */

	struct net_device dev;
	struct napi_struct napi;
	struct phy phy;
	const struct board_nic *nic;

	struct timer tick;
	u32 ticks;
	u64 tick_rx_packets; /* stats.rx_packets at the last tick */
	u32 silent_ticks;    /* ticks without a frame */
	bool tick_work_seen; /* work lay there at the last tick */
	u32 tick_rx_tail;
	u32 tick_tx_tail;
	u32 tx_stuck_ticks;

	struct gem_counters count;
	u64 hw_sum[ARRAY_SIZE(hw_counters)];

	/* What the current gem_receive() has not taken; folded at its end. */
	struct {
		u32 bytes, errors, unwanted, no_buffer;
	} rx_not;

	struct skb_buf *rx_buf[RX_RING_MAX];
	struct tx_slot tx_slot[TX_RING_MAX];
};

static struct gem gems[GEM_MAX];
static int nr_gems;

static u32 gem_readl(const struct gem *g, u32 reg)
{
	return readl(g->base + reg);
}

static void gem_writel(const struct gem *g, u32 reg, u32 value)
{
	writel(value, g->base + reg);
}

/* Let these interrupt. Whoever calls looks at the ring next: the store must
 * have arrived before that look, and only a load from the same device shows
 * that it has. */
static void unmask(const struct gem *g, u32 irqs)
{
	gem_writel(g, GEM_IER, irqs);
	(void)gem_readl(g, GEM_IMR);
	dsb();
}

/* --- hard interrupt (I5-I7, E17-E19) ----------------------------------- */

static bool rx_has_frame(const struct gem *g);
static bool tx_has_done(const struct gem *g);

static void gem_irq_moderated(struct gem *g, u32 isr)
{
	bool urgent = isr & GEM_IRQS_URGENT;

	gem_writel(g, GEM_IDR, urgent ? GEM_IRQS : GEM_INT_RXCMPL);
	coalesce_irq(&g->napi, urgent);
}

static void gem_irq(void *arg)
{
	struct gem *g = arg;
	/* QEMU clears ISR when it is read, silicon where a 1 is written:
	 * doing both is right on both. It comes before the masking, which
	 * does not lower the line while ISR bits are set. */
	u32 isr = gem_readl(g, GEM_ISR);

	if (unlikely(!isr)) {
		/* The one that irq_retrigger() has made? */
		if (!napi_off || !(rx_has_frame(g) || tx_has_done(g))) {
			g->count.irq_spurious++;
			return;
		}
		isr = GEM_INT_RXCMPL;
	}
	gem_writel(g, GEM_ISR, isr);
	/* Any host can set this bit in QEMU, by one long frame: so it is
	 * counted, and answered by nothing. */
	if (unlikely(isr & (GEM_INT_TXAHB | GEM_INT_HRESP)))
		g->count.bus_errors++;
	if (likely(isr & GEM_IRQS)) {
		if (unlikely(g->napi.coalesce.on)) {
			gem_irq_moderated(g, isr);
			return;
		}
		gem_writel(g, GEM_IDR, GEM_IRQS);
		(void)napi_schedule(&g->napi);
	}
}

/* --- transmit (E12-E16, E20) ------------------------------------------- */

static void tx_recover(struct gem *g);

static u32 tx_in_flight(const struct gem *g)
{
	return g->tx_head - g->tx_tail;
}

/* Free slots, one less than there are: a used=1 descriptor must stand behind
 * the last frame, or the NIC's prefetch runs on into old ones (AR 72136). */
static u32 tx_room(const struct gem *g)
{
	return g->tx_size - 1 - tx_in_flight(g);
}

/* Tell the NIC to look at its ring. */
static void tx_doorbell(struct gem *g)
{
	/* The descriptors are in memory before the NIC is told of them. */
	dsb();
	g->count.tx_doorbells++;
	/* What it says from here on is about this start: tx_check_start(). */
	gem_writel(g, GEM_TXSTATUS, TXSTATUS_USEDREAD);
	gem_writel(g, GEM_NWCTRL, g->nwctrl | NWCTRL_STARTTX);
}

/* Write one frame's descriptors; there is room. Does not ring. */
static void tx_put(struct gem *g, struct pbuf *skb)
{
	u32 mask = g->tx_size - 1;
	u32 first = g->tx_head & mask;
	u32 last = first;
	u32 frags = 0;

	for (struct pbuf *q = skb; q; q = q->next) {
		u32 i = (first + frags) & mask;
		u32 wrap = i == mask ? TXD_WRAP : 0;

		/* The NIC would stop for ever at an empty piece. */
		if (unlikely(!q->len))
			continue;
		board_dma_clean(q->payload, q->len);
		g->tx[i].addr = board_dma_addr(q->payload);
		/* The first one stays ours until the frame is complete. */
		g->tx[i].ctrl = q->len | wrap | (frags == 0 ? TXD_USED : 0);
		last = i;
		frags++;
	}
	g->tx[last].ctrl |= TXD_LAST;
	g->tx_slot[first] = (struct tx_slot){ .skb = skb, .frags = frags };
	g->tx_head += frags;
	/* All of the frame is there before its first descriptor is the NIC's:
	 * it may be running and come by at any moment. */
	dma_wmb();
	g->tx[first].ctrl &= ~TXD_USED;
}

static void tx_error(struct gem *g, u32 ctrl)
{
	struct net_device_stats *st = &g->dev.stats;

	st->tx_errors++;
	if (ctrl & (TXD_UNDERRUN | TXD_AHB))
		st->tx_fifo_errors++;
	else
		st->tx_aborted_errors++;
	/* Silicon: the transmitter has halted, and its pointer may be back at
	 * the ring's base (UG585 16.3.8). */
	g->tx_broken = true;
}

/* Free what has been sent. */
static void tx_reap(struct gem *g)
{
	u32 mask = g->tx_size - 1;
	u32 tail = g->tx_tail;

	while (tail != g->tx_head) {
		struct tx_slot *slot = &g->tx_slot[tail & mask];
		u32 ctrl = g->tx[tail & mask].ctrl;

		if (!(ctrl & TXD_USED))
			break;
		/* The NIC gives back the first descriptor only. */
		for (u32 k = 1; k < slot->frags; k++)
			g->tx[(tail + k) & mask].ctrl |= TXD_USED;
		if (unlikely(ctrl & TXD_ERRORS)) {
			tx_error(g, ctrl);
		} else {
			g->dev.stats.tx_packets++;
			g->dev.stats.tx_bytes += slot->skb->tot_len;
		}
		tail += slot->frags;
		dev_consume_skb(slot->skb);
	}
	g->tx_tail = tail;
	if (unlikely(g->dev.queue_stopped) && tx_room(g) >= TX_ROOM_WAKE)
		netif_wake_queue(&g->dev);
}

static bool tx_has_done(const struct gem *g)
{
	return g->tx_tail != g->tx_head &&
	       (g->tx[g->tx_tail & (g->tx_size - 1)].ctrl & TXD_USED);
}

/*
 * Rung: free what is sent already, and ask for an interrupt only if something
 * is still on its way. One interrupt then covers all that is sent until the
 * poll, which masks it; QEMU, which sends inside the doorbell's store, needs
 * none at all.
 */
static void tx_ring_and_reap(struct gem *g)
{
	tx_doorbell(g);
	tx_reap(g);
	while (tx_in_flight(g) && !g->napi.irq_scheduled) {
		unmask(g, GEM_IRQS_TX);
		/* Completed before the unmasking, it raised nothing. */
		if (!tx_has_done(g))
			return;
		tx_reap(g);
	}
}

static void gem_start_xmit(struct pbuf *skb, struct net_device *dev, bool more)
{
	struct gem *g = dev->priv;

	tx_put(g, skb);
	if (unlikely(tx_room(g) < TX_ROOM_STOP))
		netif_stop_queue(dev);
	if (!more || dev->queue_stopped)
		tx_ring_and_reap(g);
}

/*
 * Frames are waiting. Silicon: a start that is written while the DMA is just
 * coming to rest can be lost, and after an error it rests as well. If it is at
 * rest, or has come to a used descriptor since, start it again; once too often
 * does no harm.
 */
static void tx_check_start(struct gem *g)
{
	u32 status = gem_readl(g, GEM_TXSTATUS);

	if (unlikely(status & TXSTATUS_ERRORS)) {
		gem_writel(g, GEM_TXSTATUS, status);
		tx_recover(g);
		return;
	}
	if ((status & TXSTATUS_GO) && !(status & TXSTATUS_USEDREAD))
		return;
	g->count.tx_restarts++;
	tx_doorbell(g);
}

/* --- receive (I3, I8-I10) ---------------------------------------------- */

static bool rx_has_frame(const struct gem *g)
{
	return g->rx[g->rx_tail & (g->rx_size - 1)].addr & RXD_OWN;
}

/* The NIC fills the slots in order, so the last of them tells. */
static bool gem_rx_waiting(struct net_device *dev, u32 frames)
{
	const struct gem *g = dev->priv;
	u32 last = g->rx_tail + min_u32(frames, g->rx_size) - 1;

	return g->rx[last & (g->rx_size - 1)].addr & RXD_OWN;
}

/* Hand slot @i with its buffer to the NIC. @wrap: RXD_WRAP in the ring's last
 * slot, else 0. */
static inline void rx_give(struct gem *g, u32 i, struct skb_buf *buf, u32 wrap)
{
	struct gem_desc *d = &g->rx[i];

	/* A dirty line that is written back later would overwrite what the
	 * NIC has stored; only the last frame's bytes can be dirty. */
	board_dma_invalidate(buf->data, buf->dirty);
	g->rx_buf[i] = buf;
	d->ctrl = 0;
	/* The old length is gone before the slot is the NIC's. */
	dma_wmb();
	d->addr = board_dma_addr(buf->data) | wrap;
}

/* Is it one whole frame? */
static bool rx_ctrl_is_good(u32 ctrl)
{
	u32 len = ctrl & RXD_LEN_MASK;

	return (ctrl & (RXD_SOF | RXD_EOF)) == (RXD_SOF | RXD_EOF) &&
	       len >= RX_FRAME_MIN && len <= RX_FRAME_MAX;
}

/* A frame that is not taken: its slot goes back to the NIC with the buffer
 * that it has. Nobody wrote to it, so no line of it is dirty. @len: of what
 * is in it, 0 if that is no frame. */
static void rx_recycle(struct gem *g, struct gem_desc *d,
		       const struct skb_buf *buf, u32 len,
		       enum drop_reason reason)
{
	drop_frame_reason(&g->dev, buf->data + SKB_NET_IP_ALIGN, len, reason);
	d->ctrl = 0;
	/* The old length is gone before the slot is the NIC's. */
	dma_wmb();
	d->addr &= ~RXD_OWN;
}

/* What becomes of the frame in a slot; DROP_REASON_NR: it can be taken. */
static enum drop_reason rx_verdict(struct net_device *dev, struct skb_buf *buf,
				   u32 ctrl, u64 now)
{
	u32 len = ctrl & RXD_LEN_MASK;

	if (unlikely(!rx_ctrl_is_good(ctrl)))
		return DROP_RX_FRAME_ERROR;
	/* Forget what the CPU may have fetched, by speculation too, while the
	 * NIC was writing. */
	board_dma_invalidate(buf->data, SKB_NET_IP_ALIGN + len);
	/* What nobody wants dies before it has cost a buffer. */
	return netif_rx_verdict(dev, buf->data + SKB_NET_IP_ALIGN, len, now);
}

/*
 * Behind a frame that nobody wanted there may be a storm of them. They are
 * looked at here, by the one cache line that has the Ethernet header, and no
 * more is done with them; ends before the first one that may be wanted. Not
 * where taps or tc want to see what is dropped.
 * Return: how many it has dropped.
 */
static u32 rx_drop_unwanted(struct gem *g, u32 budget)
{
	struct gem_desc *rx = g->rx;
	u32 mask = g->rx_size - 1;
	u32 tail = g->rx_tail;
	u32 n = 0, sum = 0;

	if (g->dev.taps || g->dev.ingress)
		return 0;
	for (; n < budget; n++, tail++) {
		struct gem_desc *d = &rx[tail & mask];
		u8 *data = g->rx_buf[tail & mask]->data;
		u32 addr = d->addr;
		u32 ctrl;

		if (!(addr & RXD_OWN))
			break;
		/* As in gem_receive(). */
		dma_rmb();
		ctrl = d->ctrl;
		if (unlikely(!rx_ctrl_is_good(ctrl)))
			break;
		board_dma_invalidate(data, SKB_NET_IP_ALIGN + ETH_HLEN + 2);
		if (netif_speaks(data + SKB_NET_IP_ALIGN))
			break;
		sum += ctrl & RXD_LEN_MASK;
		d->ctrl = 0;
		/* As in rx_recycle(). */
		dma_wmb();
		d->addr = addr & ~RXD_OWN;
	}
	g->rx_tail = tail;
	g->rx_not.bytes += sum;
	g->rx_not.unwanted += n;
	drop_counts[DROP_UNHANDLED_PROTO] += n;
	return n;
}

/* The same behind a frame that a filter of tc dropped. */
static u32 rx_drop_filtered(struct gem *g, u32 budget, u64 now)
{
	u32 mask = g->rx_size - 1;
	u32 n;

	if (g->dev.taps)
		return 0;
	for (n = 0; n < budget; n++) {
		struct gem_desc *d = &g->rx[g->rx_tail & mask];
		u8 *data = g->rx_buf[g->rx_tail & mask]->data;
		enum drop_reason verdict;
		u32 len;

		if (!(d->addr & RXD_OWN))
			break;
		/* As in gem_receive(). */
		dma_rmb();
		if (unlikely(!rx_ctrl_is_good(d->ctrl)))
			break;
		len = d->ctrl & RXD_LEN_MASK;
		board_dma_invalidate(data, SKB_NET_IP_ALIGN + len);
		verdict = tc_rx_verdict(&g->dev, data + SKB_NET_IP_ALIGN, len,
					now);
		if (verdict == DROP_REASON_NR)
			break;
		drop_count(verdict);
		/* As on Linux, tc's drops are its own. */
		g->rx_not.unwanted += verdict != DROP_TC_INGRESS;
		g->rx_not.bytes += len;
		d->ctrl = 0;
		/* As in rx_recycle(). */
		dma_wmb();
		d->addr &= ~RXD_OWN;
		g->rx_tail++;
	}
	return n;
}

/*
 * The frame in slot @i is not taken, nor are, if @verdict is that kind, those
 * behind it. Off the road: the loop that takes frames stays short.
 * Return: how many more slots it has emptied, @budget at most.
 */
__attribute__((noinline)) static u32
rx_reject(struct gem *g, u32 i, u32 budget, u64 now, enum drop_reason verdict)
{
	struct gem_desc *d = &g->rx[i];
	u32 len = d->ctrl & RXD_LEN_MASK;

	if (verdict == DROP_RX_FRAME_ERROR)
		len = 0;
	rx_recycle(g, d, g->rx_buf[i], len, verdict);
	g->rx_not.bytes += len;
	switch (verdict) {
	case DROP_RX_FRAME_ERROR:
		g->rx_not.errors++;
		return 0;
	case DROP_RX_NO_BUFFER:
		g->rx_not.no_buffer++;
		return 0;
	case DROP_TC_INGRESS:
		/* As on Linux, tc's drops are its own. */
		return rx_drop_filtered(g, budget, now);
	default:
		g->rx_not.unwanted++;
		return rx_drop_unwanted(g, budget);
	}
}

static void fold_rejected(struct gem *g)
{
	struct net_device_stats *st = &g->dev.stats;

	st->rx_packets -= g->rx_not.errors;
	st->rx_bytes += g->rx_not.bytes;
	st->rx_errors += g->rx_not.errors;
	st->rx_length_errors += g->rx_not.errors;
	st->rx_dropped += g->rx_not.unwanted + g->rx_not.no_buffer;
	g->count.rx_frame_errors += g->rx_not.errors;
	g->count.rx_no_buffer += g->rx_not.no_buffer;
	memset(&g->rx_not, 0, sizeof(g->rx_not));
}

/* Take up to @budget frames. Return: how many slots were emptied. */
static int gem_receive(struct gem *g, int budget, u64 now)
{
	struct net_device *dev = &g->dev;
	u32 mask = g->rx_size - 1;
	u32 bytes = 0;
	bool rejected = false;
	int done = 0;

	while (done < budget) {
		u32 tail = g->rx_tail;
		u32 i = tail & mask;
		struct gem_desc *d = &g->rx[i];
		struct skb_buf *buf = g->rx_buf[i], *fresh = NULL;
		enum drop_reason verdict;
		u32 addr = d->addr;
		u32 ctrl;

		if (!(addr & RXD_OWN))
			break;
		/* Ownership first, then what it protects. */
		dma_rmb();
		ctrl = d->ctrl;
		g->rx_tail = tail + 1;
		done++;
		verdict = rx_verdict(dev, buf, ctrl, now);
		if (likely(verdict == DROP_REASON_NR)) {
			fresh = skb_buf_get();
			verdict = DROP_RX_NO_BUFFER;
		}
		if (unlikely(!fresh)) {
			rejected = true;
			done += (int)rx_reject(g, i, (u32)(budget - done), now,
					       verdict);
			continue;
		}
		bytes += ctrl & RXD_LEN_MASK;
		rx_give(g, i, fresh, addr & RXD_WRAP);
		napi_gro_receive(&g->napi,
				 skb_build(buf, SKB_NET_IP_ALIGN,
					   ctrl & RXD_LEN_MASK, dev, now));
	}

	dev->stats.rx_packets += (u32)done;
	dev->stats.rx_bytes += bytes;
	if (unlikely(rejected))
		fold_rejected(g);
	return done;
}

/*
 * A receiver that found no free descriptor has stopped. Silicon looks again
 * at the next frame; QEMU only when NWCTRL is written with RXEN set. By now
 * the slots are the NIC's again, so it finds one (else this would interrupt
 * for ever). The flush takes the frame that hangs in the SRAM out of the way:
 * half of the remedy for the lock-up under small frames (AR 52028; the other
 * half is in tick()).
 */
static void rx_restart(struct gem *g)
{
	/* The refilled descriptors are in memory before the NIC looks. */
	dsb();
	if (likely(!(gem_readl(g, GEM_RXSTATUS) & RXSTATUS_NOBUF)))
		return;
	gem_writel(g, GEM_RXSTATUS, RXSTATUS_NOBUF);
	g->count.rx_ring_full++;
	gem_writel(g, GEM_NWCTRL, g->nwctrl | NWCTRL_FLUSH_DPRAM);
	gem_writel(g, GEM_NWCTRL, g->nwctrl);
}

static int gem_poll(struct napi_struct *napi, int budget)
{
	struct gem *g = napi->dev->priv;
	int done;

	tx_reap(g);
	if (unlikely(g->tx_broken))
		tx_recover(g);
	else if (unlikely(tx_in_flight(g)))
		tx_check_start(g);

	done = gem_receive(g, budget, napi->now_ns);
	rx_restart(g);
	napi_gro_flush(napi);

	if (!napi_poll_is_done(done, budget))
		return done;
	if (unlikely(!napi_complete_done(napi, done))) {
		/* A timer polls next, and finds what this misses; but a ring
		 * that has filled up meanwhile does not wait for it. */
		unmask(g, tx_in_flight(g) ? GEM_IRQS_URGENT : GEM_INT_RXUSED);
		if ((gem_readl(g, GEM_RXSTATUS) & RXSTATUS_NOBUF) &&
		    napi_schedule(napi))
			gem_writel(g, GEM_IDR, GEM_IRQS);
		return done;
	}
	unmask(g, tx_in_flight(g) ? GEM_IRQS : GEM_IRQS_RX);
	/* What came between the last look and the unmasking has raised nothing
	 * and never will: look once more. */
	if (rx_has_frame(g) || tx_has_done(g)) {
		if (unlikely(napi_off) && irq_retrigger(g->dev.irq))
			return done;
		if (napi_schedule(napi))
			gem_writel(g, GEM_IDR, GEM_IRQS);
	}
	return done;
}

/* --- rings: fill, empty, re-base --------------------------------------- */

/* Give every slot a buffer; the receiver is off. -ENOMEM: pool too small. */
static int rx_ring_fill(struct gem *g)
{
	for (u32 i = 0; i < g->rx_size; i++) {
		struct skb_buf *buf = skb_buf_get();

		if (!buf) {
			while (i--)
				skb_buf_put(g->rx_buf[i]);
			return -ENOMEM;
		}
		rx_give(g, i, buf, i == g->rx_size - 1 ? RXD_WRAP : 0);
	}
	g->rx_tail = 0;
	dsb();
	gem_writel(g, GEM_RXQBASE, board_dma_addr(g->rx));
	return 0;
}

/* Take all buffers back; the receiver is off. Frames in them are lost. */
static void rx_ring_empty(struct gem *g)
{
	for (u32 i = 0; i < g->rx_size; i++) {
		struct skb_buf *buf = g->rx_buf[i];

		if (g->rx[i].addr & RXD_OWN)
			drop_count(DROP_RX_RING_PURGE);
		/* The NIC's writes never make our lines dirty. */
		buf->dirty = 0;
		skb_buf_put(buf);
	}
}

static void tx_ring_init(struct gem *g)
{
	for (u32 i = 0; i < g->tx_size; i++) {
		g->tx[i].addr = 0;
		g->tx[i].ctrl = TXD_USED | (i == g->tx_size - 1 ? TXD_WRAP : 0);
	}
	g->tx_head = 0;
	g->tx_tail = 0;
	g->tx_broken = false;
	dsb();
	gem_writel(g, GEM_TXQBASE, board_dma_addr(g->tx));
}

/*
 * Stop the transmitter after the frame it is sending, and take what it has
 * not sent. Clearing TXEN puts its pointer back to the ring's base, so the
 * ring must be set up anew (tx_resume).
 * Return: the packets, oldest first, linked by cb.next.
 */
static struct pbuf *tx_halt(struct gem *g)
{
	struct pbuf *head = NULL, **link = &head;
	u64 end = clock_ns() + TX_HALT_NS;
	u32 mask = g->tx_size - 1;

	if (g->nwctrl & NWCTRL_TXEN) {
		gem_writel(g, GEM_NWCTRL, g->nwctrl | NWCTRL_HALTTX);
		while ((gem_readl(g, GEM_TXSTATUS) & TXSTATUS_GO) &&
		       clock_ns() < end)
			;
	}
	tx_reap(g);
	g->nwctrl &= ~NWCTRL_TXEN;
	gem_writel(g, GEM_NWCTRL, g->nwctrl);

	while (g->tx_tail != g->tx_head) {
		struct tx_slot *slot = &g->tx_slot[g->tx_tail & mask];

		*link = slot->skb;
		link = &slot->skb->cb.next;
		g->tx_tail += slot->frags;
	}
	*link = NULL;
	return head;
}

static void tx_purge(struct gem *g, struct pbuf *skb)
{
	while (skb) {
		struct pbuf *next = skb->cb.next;

		g->dev.stats.tx_dropped++;
		skb->cb.queued = 0;
		kfree_skb_reason(skb, DROP_TX_RING_PURGE);
		skb = next;
	}
}

/* Start the transmitter on an empty ring, with @skb's list in it first. */
static void tx_resume(struct gem *g, struct pbuf *skb)
{
	tx_ring_init(g);
	g->nwctrl |= NWCTRL_TXEN;
	gem_writel(g, GEM_NWCTRL, g->nwctrl);
	while (skb && tx_room(g) >= TX_ROOM_STOP) {
		struct pbuf *next = skb->cb.next;

		tx_put(g, skb);
		skb = next;
	}
	tx_purge(g, skb); /* a smaller ring than before, and a full one */
	if (tx_in_flight(g))
		tx_doorbell(g);
	if (tx_room(g) >= TX_ROOM_STOP)
		netif_wake_queue(&g->dev);
	else
		netif_stop_queue(&g->dev);
}

/* After an error that halts the DMA: the failed frame is gone, the others go
 * out from a fresh ring. */
static void tx_recover(struct gem *g)
{
	g->count.tx_errors_dma++;
	tx_resume(g, tx_halt(g));
}

/* --- address filter (I2) ----------------------------------------------- */

/* UG585 16.3.5: bit n of the index is the XOR of every sixth address bit. */
static u32 hash_index(const u8 *mac)
{
	u64 addr = 0;
	u32 index = 0;

	for (int i = ETH_ALEN - 1; i >= 0; i--)
		addr = addr << 8 | mac[i];
	for (; addr; addr >>= 6)
		index ^= (u32)addr & 0x3f;
	return index;
}

static void gem_set_rx_mode(struct net_device *dev)
{
	struct gem *g = dev->priv;
	const u8 *a = dev->dev_addr;
	u64 hash = 0;

	for (size_t i = 0; i < ARRAY_SIZE(dev->mc); i++)
		if (dev->mc[i].users)
			hash |= 1ull << hash_index(dev->mc[i].addr);
	if ((dev->flags & IFF_ALLMULTI) || dev->mc_overflow)
		hash = ~0ull;

	gem_writel(g, GEM_LADDR1L,
		   (u32)a[3] << 24 | (u32)a[2] << 16 | (u32)a[1] << 8 | a[0]);
	gem_writel(g, GEM_LADDR1H, (u32)a[5] << 8 | a[4]);
	gem_writel(g, GEM_HASHBOT, (u32)hash);
	gem_writel(g, GEM_HASHTOP, (u32)(hash >> 32));

	g->nwcfg &= ~(NWCFG_COPYALL | NWCFG_MCASTHASH);
	if (dev_is_promiscuous(dev))
		g->nwcfg |= NWCFG_COPYALL;
	if (hash)
		g->nwcfg |= NWCFG_MCASTHASH;
	gem_writel(g, GEM_NWCFG, g->nwcfg);
}

/* --- PHY and link ------------------------------------------------------ */

static int mdio_wait(const struct gem *g)
{
	u64 end = clock_ns() + MDIO_TIMEOUT_NS;

	while (!(gem_readl(g, GEM_NWSTATUS) & NWSTATUS_MDIOIDLE))
		if (clock_ns() > end)
			return -ETIMEDOUT;
	return 0;
}

static int gem_mdio_read(struct phy *phy, unsigned int addr, unsigned int reg)
{
	const struct gem *g = phy->priv;
	int err = mdio_wait(g);

	if (err)
		return err;
	gem_writel(g, GEM_PHYMNTNC,
		   PHYMNTNC_READ | PHYMNTNC_ADDR(addr) | PHYMNTNC_REG(reg));
	err = mdio_wait(g);
	return err ? err : (int)(gem_readl(g, GEM_PHYMNTNC) & 0xffff);
}

static int gem_mdio_write(struct phy *phy, unsigned int addr, unsigned int reg,
			  u16 value)
{
	const struct gem *g = phy->priv;
	int err = mdio_wait(g);

	if (err)
		return err;
	gem_writel(g, GEM_PHYMNTNC,
		   PHYMNTNC_WRITE | PHYMNTNC_ADDR(addr) | PHYMNTNC_REG(reg) |
			   value);
	return mdio_wait(g);
}

static void link_up(struct gem *g)
{
	struct pbuf *waiting = tx_halt(g);

	g->nwcfg &= ~(NWCFG_100 | NWCFG_1000 | NWCFG_FDEN);
	if (g->phy.speed == 1000)
		g->nwcfg |= NWCFG_1000;
	else if (g->phy.speed == 100)
		g->nwcfg |= NWCFG_100;
	if (g->phy.full_duplex)
		g->nwcfg |= NWCFG_FDEN;
	gem_writel(g, GEM_NWCFG, g->nwcfg);
	board_nic_set_speed(g->nic, g->phy.speed);
	tx_resume(g, waiting);
	if (!g->dev.carrier)
		pr_info("%s: Link is Up - %s/%s", g->dev.name,
			g->phy.speed == 1000  ? "1Gbps"
			: g->phy.speed == 100 ? "100Mbps"
					      : "10Mbps",
			g->phy.full_duplex ? "Full" : "Half");
	netif_carrier_on(&g->dev);
}

static void link_down(struct gem *g)
{
	netif_carrier_off(&g->dev);
	tx_purge(g, tx_halt(g));
	pr_info("%s: Link is Down", g->dev.name);
}

static void check_link(struct gem *g)
{
	if (phy_read_status(&g->phy) <= 0)
		return;
	if (g->phy.link)
		link_up(g);
	else if (g->dev.carrier)
		link_down(g);
}

/* --- every 100 ms ------------------------------------------------------ */

/* AR 52028: under many small frames the receiver of every Zynq-7000 can stop
 * for good. Two ticks without a frame: it is toggled, which on an idle wire
 * costs nothing. */
static void check_rx_lockup(struct gem *g)
{
	if (g->dev.stats.rx_packets != g->tick_rx_packets) {
		g->tick_rx_packets = g->dev.stats.rx_packets;
		g->silent_ticks = 0;
		return;
	}
	if (++g->silent_ticks < 2)
		return;
	g->silent_ticks = 0;
	g->count.rx_lockup_resets++;
	gem_writel(g, GEM_NWCTRL, g->nwctrl & ~NWCTRL_RXEN);
	gem_writel(g, GEM_NWCTRL, g->nwctrl);
}

/* The same work lies there for a whole tick and nobody polls: an interrupt was
 * lost. That must not happen, so it is counted; and it must not matter. */
static void check_missed_irq(struct gem *g)
{
	bool work =
		!g->napi.irq_scheduled && (rx_has_frame(g) || tx_has_done(g));

	if (work && g->tick_work_seen && g->rx_tail == g->tick_rx_tail &&
	    g->tx_tail == g->tick_tx_tail) {
		g->count.irq_missed++;
		if (napi_schedule(&g->napi))
			gem_writel(g, GEM_IDR, GEM_IRQS);
		work = false;
	}
	g->tick_work_seen = work;
	g->tick_rx_tail = g->rx_tail;
}

/* The core's watchdog sees stopped queues only; a ring that stands still with
 * room left is found here, as late as that one would. */
static void check_tx_stuck(struct gem *g)
{
	if (!tx_in_flight(g) || g->tx_tail != g->tick_tx_tail) {
		g->tick_tx_tail = g->tx_tail;
		g->tx_stuck_ticks = 0;
		return;
	}
	tx_check_start(g);
	if (++g->tx_stuck_ticks >= TX_STUCK_TICKS) {
		g->tx_stuck_ticks = 0;
		g->dev.ops->ndo_tx_timeout(&g->dev);
	}
}

static void tick(struct timer *t, u64 now)
{
	struct gem *g = container_of(t, struct gem, tick);

	check_missed_irq(g);
	check_tx_stuck(g);
	check_rx_lockup(g);
	if (g->phy.addr >= 0 && ++g->ticks % TICKS_PER_PHY_POLL == 0)
		check_link(g);
	mod_timer(t, now + TICK_NS);
}

/* --- open, stop, reset ------------------------------------------------- */

/* Everything off, nothing pending; whatever a boot loader left is gone. */
static void hw_quiesce(struct gem *g)
{
	g->nwctrl = NWCTRL_MDEN;
	gem_writel(g, GEM_NWCTRL, g->nwctrl);
	gem_writel(g, GEM_IDR, ~0u);
	gem_writel(g, GEM_ISR, gem_readl(g, GEM_ISR));
	gem_writel(g, GEM_TXSTATUS, ~0u);
	gem_writel(g, GEM_RXSTATUS, ~0u);
}

static void hw_init(struct gem *g)
{
	hw_quiesce(g);
	gem_writel(g, GEM_NWCTRL, g->nwctrl | NWCTRL_STATCLR);
	g->nwcfg = (g->nwcfg & (NWCFG_100 | NWCFG_1000)) | NWCFG_FDEN |
		   NWCFG_1536RX | NWCFG_RXOFFS(SKB_NET_IP_ALIGN) |
		   NWCFG_FCSREM | NWCFG_MDCDIV_48;
	gem_writel(g, GEM_NWCFG, g->nwcfg);
	/* Checksum offload stays off both ways: QEMU's transmitter corrupts
	 * headers that have IP options, silicon's pads short UDP wrongly. */
	gem_writel(g, GEM_DMACFG,
		   DMACFG_BURST16 | DMACFG_RXSRAM_8K | DMACFG_TXSRAM_4K |
			   DMACFG_RXBUF(SKB_DATA_SIZE) | DMACFG_DISCARD);
	gem_set_rx_mode(&g->dev);
}

/* Both rings are set up: run. RXEN comes last. */
static void hw_start(struct gem *g)
{
	napi_enable(&g->napi);
	unmask(g, tx_in_flight(g) ? GEM_IRQS : GEM_IRQS_RX);
	g->nwctrl |= NWCTRL_RXEN;
	gem_writel(g, GEM_NWCTRL, g->nwctrl);
}

static int gem_open(struct net_device *dev)
{
	struct gem *g = dev->priv;
	struct skb_pool_stats pool;
	int err;

	board_nic_reset(g->nic);
	hw_init(g);
	skb_pool_read(&pool);
	err = pool.free < g->rx_size + RX_POOL_RESERVE ? -ENOMEM
						       : rx_ring_fill(g);
	if (err) {
		pr_warn("%s: %u receive buffers are more than the pool has",
			dev->name, (unsigned int)g->rx_size);
		return err;
	}
	err = request_irq(dev->irq, gem_irq, dev->name, g);
	if (err) {
		rx_ring_empty(g);
		return err;
	}
	tx_ring_init(g);
	hw_start(g);

	g->phy.link = false;
	if (g->phy.addr >= 0) {
		err = phy_start(&g->phy);
		if (err)
			pr_warn("%s: PHY does not answer (%d)", dev->name, err);
		check_link(g);
	} else {
		/* Wired to a switch chip, or to nothing we can ask. */
		g->phy.speed = 1000;
		g->phy.full_duplex = true;
		link_up(g);
	}
	g->tick_work_seen = false;
	g->tx_stuck_ticks = 0;
	g->silent_ticks = 0;
	mod_timer(&g->tick, clock_ns() + TICK_NS);
	return 0;
}

static void gem_stop(struct net_device *dev)
{
	struct gem *g = dev->priv;

	del_timer(&g->tick);
	napi_disable(&g->napi);
	tx_purge(g, tx_halt(g));
	hw_quiesce(g);
	free_irq(dev->irq);
	rx_ring_empty(g);
}

/* From nothing to running again, with whatever was in flight dropped. */
static void gem_reset(struct net_device *dev)
{
	struct gem *g = dev->priv;

	g->count.resets++;
	if (!(dev->flags & IFF_UP))
		return;
	napi_disable(&g->napi);
	tx_purge(g, tx_halt(g));
	hw_quiesce(g);
	rx_ring_empty(g);

	board_nic_reset(g->nic);
	hw_init(g);
	/* The buffers were in this ring a moment ago. */
	(void)rx_ring_fill(g);
	if (dev->carrier) {
		link_up(g);
	} else {
		tx_ring_init(g);
	}
	hw_start(g);
}

static void gem_tx_timeout(struct net_device *dev)
{
	struct gem *g = dev->priv;

	g->count.tx_timeout++;
	pr_warn("%s: tx stalled, ring %u/%u, reset", dev->name,
		(unsigned int)tx_in_flight(g), (unsigned int)g->tx_size);
	gem_reset(dev);
}

/* --- ethtool ----------------------------------------------------------- */

static void gem_get_ringparam(struct net_device *dev,
			      struct ethtool_ringparam *ring)
{
	const struct gem *g = dev->priv;

	*ring = (struct ethtool_ringparam){
		.rx_max_pending = RX_RING_MAX,
		.tx_max_pending = TX_RING_MAX,
		.rx_min_pending = RX_RING_MIN,
		.tx_min_pending = TX_RING_MIN,
		.rx_pending = g->rx_size,
		.tx_pending = g->tx_size,
	};
}

/* Let what is in the ring leave, as long as that does not take long. */
static void tx_drain(struct gem *g)
{
	u64 end = clock_ns() + TX_DRAIN_NS;

	if (!(g->nwctrl & NWCTRL_TXEN))
		return;
	for (tx_reap(g); tx_in_flight(g) && clock_ns() < end; tx_reap(g))
		;
}

static int gem_set_ringparam(struct net_device *dev, u32 rx, u32 tx)
{
	struct gem *g = dev->priv;
	struct skb_pool_stats pool;
	struct pbuf *waiting;
	bool tx_was_on;

	rx = roundup_pow_of_two(rx);
	tx = roundup_pow_of_two(tx);
	if (rx == g->rx_size && tx == g->tx_size)
		return 0;
	if (!(dev->flags & IFF_UP)) {
		g->rx_size = rx;
		g->tx_size = tx;
		return 0;
	}
	skb_pool_read(&pool);
	if (rx > g->rx_size && rx - g->rx_size + RX_POOL_RESERVE > pool.free)
		return -ENOMEM;

	napi_disable(&g->napi);
	gem_writel(g, GEM_IDR, GEM_IRQS);
	tx_was_on = g->nwctrl & NWCTRL_TXEN;
	tx_drain(g);
	waiting = tx_halt(g);
	g->nwctrl &= ~NWCTRL_RXEN;
	gem_writel(g, GEM_NWCTRL, g->nwctrl);
	/* Nothing comes in any more; what is in the ring is received. */
	(void)gem_receive(g, (int)g->rx_size, clock_ns());
	rx_ring_empty(g);

	g->rx_size = rx;
	g->tx_size = tx;
	/* What was just received may have taken what the pool had; the old
	 * size always fits, its buffers are back. */
	while (rx_ring_fill(g))
		g->rx_size /= 2;
	if (tx_was_on)
		tx_resume(g, waiting);
	else
		tx_ring_init(g);
	hw_start(g);
	/* What ran ISR bits up meanwhile was masked, so it raises nothing. */
	if (napi_schedule(&g->napi))
		gem_writel(g, GEM_IDR, GEM_IRQS);
	return g->rx_size == rx ? 0 : -ENOMEM;
}

static void gem_get_link(struct net_device *dev, struct ethtool_link *link)
{
	const struct gem *g = dev->priv;

	*link = (struct ethtool_link){
		.up = dev->carrier,
		.speed = g->phy.speed,
		.full_duplex = g->phy.full_duplex,
		.autoneg = g->phy.addr >= 0,
		.phy_addr = g->phy.addr,
	};
}

static u64 hw_sum(const struct gem *g, u32 offset)
{
	for (size_t i = 0; i < ARRAY_SIZE(hw_counters); i++)
		if (hw_counters[i].offset == offset)
			return g->hw_sum[i];
	return 0;
}

static void gem_get_stats(struct net_device *dev)
{
	struct gem *g = dev->priv;
	struct net_device_stats *st = &dev->stats;

	for (size_t i = 0; i < ARRAY_SIZE(hw_counters); i++)
		g->hw_sum[i] += gem_readl(g, hw_counters[i].offset);
	st->collisions = hw_sum(g, GEM_SNGLCOLLCNT) +
			 hw_sum(g, GEM_MULTICOLLCNT) +
			 hw_sum(g, GEM_EXCESSCOLLCNT);
	st->rx_crc_errors = hw_sum(g, GEM_RXFCSCNT);
	st->rx_frame_errors = hw_sum(g, GEM_RXALIGNCNT);
	st->rx_over_errors = hw_sum(g, GEM_RXORCNT);
	st->rx_fifo_errors = hw_sum(g, GEM_RXORCNT);
	st->rx_missed_errors = hw_sum(g, GEM_RXRESERRCNT);
}

static void gem_get_ethtool_stats(struct net_device *dev,
				  void (*emit)(void *ctx, const char *name,
					       u64 value),
				  void *ctx)
{
	struct gem *g = dev->priv;
	const u64 *count = &g->count.rx_frame_errors;

	gem_get_stats(dev);
	emit(ctx, "rx_frames", dev->stats.rx_packets);
	emit(ctx, "rx_octets", dev->stats.rx_bytes);
	emit(ctx, "tx_frames", dev->stats.tx_packets);
	emit(ctx, "tx_octets", dev->stats.tx_bytes);
	for (size_t i = 0; i < ARRAY_SIZE(counter_names); i++)
		emit(ctx, counter_names[i], count[i]);
	gro_get_stats(&g->napi.gro, emit, ctx);
	coalesce_get_stats(&g->napi, emit, ctx);
	for (size_t i = 0; i < ARRAY_SIZE(hw_counters); i++)
		emit(ctx, hw_counters[i].name, g->hw_sum[i]);
}

static const struct net_device_ops gem_ops = {
	.ndo_open = gem_open,
	.ndo_stop = gem_stop,
	.ndo_start_xmit = gem_start_xmit,
	.ndo_set_rx_mode = gem_set_rx_mode,
	.ndo_tx_timeout = gem_tx_timeout,
	.ndo_get_stats = gem_get_stats,
	.get_ringparam = gem_get_ringparam,
	.set_ringparam = gem_set_ringparam,
	.get_link = gem_get_link,
	.rx_waiting = gem_rx_waiting,
	.get_ethtool_stats = gem_get_ethtool_stats,
	.reset = gem_reset,
};

/* --- probe ------------------------------------------------------------- */

/* The address that the NIC holds (a boot loader's, or QEMU's mac=), else the
 * board's, else one made up with the "locally administered" bit. */
static void choose_mac(struct gem *g, u8 mac[ETH_ALEN])
{
	static const u8 zero[ETH_ALEN];
	u32 lo = gem_readl(g, GEM_LADDR1L);
	u32 hi = gem_readl(g, GEM_LADDR1H);

	for (int i = 0; i < 4; i++)
		mac[i] = (u8)(lo >> (8 * i));
	mac[4] = (u8)hi;
	mac[5] = (u8)(hi >> 8);
	if (memcmp(mac, zero, ETH_ALEN) && !(mac[0] & 1))
		return;
	memcpy(mac, g->nic->mac, ETH_ALEN);
	if (memcmp(mac, zero, ETH_ALEN))
		return;
	get_random_bytes(mac, ETH_ALEN);
	mac[0] = (u8)((mac[0] & 0xfc) | 2);
}

static int gem_probe(const struct board_nic *nic)
{
	struct gem *g = &gems[nr_gems];
	int err;

	if (nr_gems == GEM_MAX)
		return -ENOSPC;
	g->nic = nic;
	g->base = nic->base;
	g->rx_size = CONFIG_RX_RING_DEFAULT;
	g->tx_size = CONFIG_TX_RING_DEFAULT;
	g->rx = board_dma_alloc(RX_RING_MAX * sizeof(*g->rx), 64);
	g->tx = board_dma_alloc(TX_RING_MAX * sizeof(*g->tx), 64);
	if (!g->rx || !g->tx)
		return -ENOMEM;

	board_nic_setup(nic);
	choose_mac(g, g->dev.dev_addr);
	board_nic_reset(nic);
	hw_quiesce(g);
	gem_writel(g, GEM_NWCFG, NWCFG_MDCDIV_48);
	g->phy = (struct phy){
		.read = gem_mdio_read,
		.write = gem_mdio_write,
		.priv = g,
	};
	if (phy_probe(&g->phy, nic->phy_addr))
		pr_warn("gem: no PHY answers, taking the link for granted");

	timer_setup(&g->tick, tick);
	/* No receive checksums (hw_features): on silicon the MAC's verdict
	 * stands in bits 23:22 of a descriptor, QEMU leaves them 0, so nobody
	 * could tell whether the switch does what it says. */
	g->dev.ops = &gem_ops;
	g->dev.priv = g;
	g->dev.driver = "macb";
	g->dev.bus_info = nic->name ? nic->name : "gem";
	g->dev.irq = nic->irq;
	netif_napi_add(&g->dev, &g->napi, gem_poll);
	err = register_netdev(&g->dev);
	if (err)
		return err;
	nr_gems++;
	pr_info("%s: Cadence GEM at 0x%08lx irq %u, PHY %d, %02x:%02x:%02x:"
		"%02x:%02x:%02x",
		g->dev.name, (unsigned long)g->base, g->dev.irq, g->phy.addr,
		g->dev.dev_addr[0], g->dev.dev_addr[1], g->dev.dev_addr[2],
		g->dev.dev_addr[3], g->dev.dev_addr[4], g->dev.dev_addr[5]);
	return 0;
}

NIC_DRIVER("cdns,zynq-gem", gem_probe);
