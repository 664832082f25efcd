/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * skbuff - receive buffers on malloc(), for fuzzing
 *
 * Each buffer ends where its frame ends, so that a byte read or written
 * behind it, a packet used after its end or ended twice is found. Stands in
 * for stack/core/skbuff.c.
 */
#include "core/skbuff.h"

#include <stdlib.h>

#include "config.h"
#include "core/tap.h"
#include "fuzz.h"

static struct skb_pool_stats pool;
static size_t fit = SKB_DATA_SIZE;

static void free_custom(struct pbuf *p)
{
	skb_buf_put((struct skb_buf *)(void *)p);
}

void fuzz_skb_fit(size_t len)
{
	fit = SKB_NET_IP_ALIGN + len;
}

void skb_pool_init(void)
{
	pool.total = CONFIG_SKB_POOL_SIZE;
	pool.free = pool.total;
	pool.lowest = pool.total;
}

struct skb_buf *skb_buf_get(void)
{
	size_t size = offsetof(struct skb_buf, data) + fit;
	struct skb_buf *buf;
	void *mem;

	fit = SKB_DATA_SIZE;
	if (pool.free == 0 || fuzz_allocation_fails()) {
		pool.empty++;
		return NULL;
	}
	if (--pool.free < pool.lowest)
		pool.lowest = pool.free;
	FUZZ_CHECK(posix_memalign(&mem, SKB_CACHE_LINE, size) == 0);
	buf = mem;
	buf->pc.custom_free_function = free_custom;
	return buf;
}

void skb_buf_put(struct skb_buf *buf)
{
	pool.free++;
	free(buf);
}

struct pbuf *skb_build(struct skb_buf *buf, u16 offset, u16 len,
		       struct net_device *dev, u64 now)
{
	struct pbuf *skb = &buf->pc.pbuf;

	*skb = (struct pbuf){
		.payload = buf->data + offset,
		.tot_len = len,
		.len = len,
		.type_internal = (u8)PBUF_POOL,
		.flags = PBUF_FLAG_IS_CUSTOM,
		.ref = 1,
		.cb = { .dev = dev, .tstamp_ns = now },
	};
	return skb;
}

void consume_skb(struct pbuf *skb)
{
	(void)pbuf_free(skb); /* how many went is nobody's business */
}

void kfree_skb_reason(struct pbuf *skb, enum drop_reason reason)
{
	drop_count(reason);
	tap_drop(skb, reason);
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

void skb_pool_read(struct skb_pool_stats *st)
{
	*st = pool;
}
