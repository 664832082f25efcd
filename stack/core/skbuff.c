/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * skbuff - see skbuff.h (rows I3, I10)
 */
#include "core/skbuff.h"
#include "core/port.h"
#include "core/tap.h"
#include "config.h"
#include "lwip/netif.h"

_Static_assert(offsetof(struct skb_buf, pc) == 0,
	       "the pbuf's address is the buffer's");
_Static_assert(SKB_DATA_SIZE % SKB_CACHE_LINE == 0,
	       "data must own its cache lines alone");

static struct skb_buf pool[CONFIG_SKB_POOL_SIZE];

static struct {
	struct skb_buf *free; /* last in, first out: it may still be cached */
	u32 nr_free;
	u32 lowest;
	u32 empty;
	bool starved;
} state;

/* lwIP's pbuf_free() ends here when the last reference goes. */
static void free_custom(struct pbuf *p)
{
	skb_buf_put((struct skb_buf *)(void *)p);
}

void skb_pool_init(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(pool); i++) {
		struct skb_buf *buf = &pool[i];

		buf->pc.custom_free_function = free_custom;
		/* The loader may have left lines of it dirty. */
		buf->dirty = SKB_DATA_SIZE;
		buf->next_free = state.free;
		state.free = buf;
	}
	state.nr_free = ARRAY_SIZE(pool);
	state.lowest = state.nr_free;
}

struct skb_buf *skb_buf_get(void)
{
	struct skb_buf *buf = state.free;

	if (unlikely(!buf)) {
		state.empty++;
		state.starved = true;
		return NULL;
	}
	state.free = buf->next_free;
	if (--state.nr_free < state.lowest)
		state.lowest = state.nr_free;
	return buf;
}

void skb_buf_put(struct skb_buf *buf)
{
	buf->next_free = state.free;
	state.free = buf;
	state.nr_free++;
}

struct pbuf *skb_build(struct skb_buf *buf, u16 offset, u16 len,
		       struct net_device *dev, u64 now)
{
	struct pbuf *skb = &buf->pc.pbuf;

	buf->dirty = (u16)(offset + len);
	/* What pbuf_alloced_custom() does, without its 66 instructions. The
	 * type is one whose data follows its struct, so that lwIP may move
	 * back over the headers (echo replies in place, forwarding). */
	skb->next = NULL;
	skb->payload = buf->data + offset;
	skb->tot_len = len;
	skb->len = len;
	skb->type_internal = (u8)PBUF_POOL;
	skb->flags = PBUF_FLAG_IS_CUSTOM;
	skb->ref = 1;
	skb->if_idx = NETIF_NO_INDEX;
	skb_cb_init(&skb->cb, dev, PACKET_HOST, now);
	return skb;
}

void consume_skb(struct pbuf *skb)
{
	/* The usual case, one of ours and nobody else holds it. */
	if (likely(skb->ref == 1 && !skb->next &&
		   (skb->flags & PBUF_FLAG_IS_CUSTOM) &&
		   ((struct pbuf_custom *)(void *)skb)->custom_free_function ==
			   free_custom))
		skb_buf_put((struct skb_buf *)(void *)skb);
	else
		(void)pbuf_free(skb); /* how many went is nobody's business */
}

/* Off the road, and the last thing there: then nothing need be saved for what
 * follows it. */
__attribute__((noinline, cold)) static void
show_and_consume(struct pbuf *skb, enum drop_reason reason)
{
	packet_tap_drop(skb, reason);
	consume_skb(skb);
}

void kfree_skb_reason(struct pbuf *skb, enum drop_reason reason)
{
	drop_count(reason);
	if (unlikely(packet_tap_drops))
		show_and_consume(skb, reason);
	else
		consume_skb(skb);
}

const u8 *skb_rx_frame(const struct pbuf *skb)
{
	const struct skb_buf *buf = (const void *)skb;

	if (!(skb->flags & PBUF_FLAG_IS_CUSTOM) ||
	    buf->pc.custom_free_function != free_custom)
		return NULL;
	return buf->data + SKB_NET_IP_ALIGN;
}

bool skb_pool_starved(void)
{
	bool starved = state.starved;

	state.starved = false;
	return starved;
}

void skb_pool_read(struct skb_pool_stats *st)
{
	st->total = ARRAY_SIZE(pool);
	st->free = state.nr_free;
	st->lowest = state.lowest;
	st->empty = state.empty;
}
