/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * memp - lwIP's pools on malloc(), for fuzzing
 *
 * In the firmware a pool's piece that is used after its end is only the next
 * one's memory. Here each is a piece of its own, so that AddressSanitizer
 * sees it; the pools' sizes and counters stay what they are. Stands in for
 * lwIP's memp.c.
 */
#include "lwip/memp.h"

#include <stdlib.h>

#include "fuzz.h"
#include "lwip/etharp.h"
#include "lwip/igmp.h"
#include "lwip/ip4_frag.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/raw.h"
#include "lwip/stats.h"
#include "lwip/timeouts.h"
#include "lwip/udp.h"
#include "netif/ppp/ppp_opts.h"

#define LWIP_MEMPOOL(name, num, size, desc)                                    \
	LWIP_MEMPOOL_DECLARE(name, num, size, desc)
#include "lwip/priv/memp_std.h"

const struct memp_desc *const memp_pools[MEMP_MAX] = {
#define LWIP_MEMPOOL(name, num, size, desc) &memp_##name,
#include "lwip/priv/memp_std.h"
};

static u32 failing;

void fuzz_fail_allocation(u32 nth)
{
	failing = nth;
}

bool fuzz_allocation_fails(void)
{
	return failing != 0 && --failing == 0;
}

void memp_init_pool(const struct memp_desc *desc)
{
	desc->stats->avail = desc->num;
}

void memp_init(void)
{
	for (int i = 0; i < MEMP_MAX; i++) {
		memp_init_pool(memp_pools[i]);
		lwip_stats.memp[i] = memp_pools[i]->stats;
	}
}

void *memp_malloc_pool(const struct memp_desc *desc)
{
	struct stats_mem *stats = desc->stats;

	/* lwIP's own timers take a piece that they have just given back:
	 * that cannot fail, and lwIP asserts that it does not. */
	if (stats->used >= desc->num ||
	    (desc != memp_pools[MEMP_SYS_TIMEOUT] && fuzz_allocation_fails())) {
		stats->err++;
		return NULL;
	}
	if (++stats->used > stats->max)
		stats->max = stats->used;
	return malloc(desc->size);
}

void *memp_malloc(memp_t type)
{
	return memp_malloc_pool(memp_pools[type]);
}

void memp_free_pool(const struct memp_desc *desc, void *mem)
{
	if (mem == NULL)
		return;
	desc->stats->used--;
	free(mem);
}

void memp_free(memp_t type, void *mem)
{
	memp_free_pool(memp_pools[type], mem);
}
