/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/net/pools, /proc/net/skb_pool - what can run out (row I10)
 *
 * net/pools has a line for each of lwIP's pools: name, bytes of one piece,
 * used now, used at most ever, how many there are, and how often none was
 * left. net/skb_pool is the same for receive buffers.
 */
#include "proc/pools.h"

#include "core/seq_file.h"
#include "core/skbuff.h"
#include "lwip/memp.h"
#include "lwip/stats.h"

/* lwIP leaves its pools' names out; its own list makes them again. */
static const char *const names[MEMP_MAX] = {
#define LWIP_MEMPOOL(name, num, size, desc) #name,
#include "lwip/priv/memp_std.h"
};

void pools_read(struct pools_sum *sum)
{
	struct skb_pool_stats skb;

	skb_pool_read(&skb);
	sum->bytes = (u64)skb.total * sizeof(struct skb_buf);
	sum->free_bytes = (u64)skb.free * sizeof(struct skb_buf);
	for (int i = 0; i < MEMP_MAX; i++) {
		const struct memp_desc *pool = memp_pools[i];
		u32 left = pool->num - (u32)pool->stats->used;

		sum->bytes += (u64)pool->num * pool->size;
		sum->free_bytes += (u64)left * pool->size;
	}
}

static int pools_show(struct seq_file *m)
{
	seq_printf(m, "%-20s %6s %6s %6s %6s %6s\n", "name", "size", "used",
		   "max", "num", "err");
	for (int i = 0; i < MEMP_MAX; i++) {
		const struct memp_desc *pool = memp_pools[i];

		seq_printf(m, "%-20s %6u %6u %6u %6u %6u\n", names[i],
			   (unsigned int)pool->size,
			   (unsigned int)pool->stats->used,
			   (unsigned int)pool->stats->max,
			   (unsigned int)pool->num,
			   (unsigned int)pool->stats->err);
	}
	return 0;
}
PROC_FILE("net/pools", pools_show);

static int skb_pool_show(struct seq_file *m)
{
	struct skb_pool_stats st;

	skb_pool_read(&st);
	seq_printf(m, "total %u\nfree %u\nlowest %u\nempty %u\n",
		   (unsigned int)st.total, (unsigned int)st.free,
		   (unsigned int)st.lowest, (unsigned int)st.empty);
	return 0;
}
PROC_FILE("net/skb_pool", skb_pool_show);
