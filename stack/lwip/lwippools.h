/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lwippools - the sizes that lwIP's mem_malloc() hands out (MEM_USE_POOLS)
 *
 * A TCP segment of 1460 bytes with its pbuf and headers fits the third.
 */
/* clang-format off */
LWIP_MALLOC_MEMPOOL_START
LWIP_MALLOC_MEMPOOL(CONFIG_MEM_NUM_SMALL, 160)
LWIP_MALLOC_MEMPOOL(CONFIG_MEM_NUM_MEDIUM, 512)
LWIP_MALLOC_MEMPOOL(CONFIG_MEM_NUM_FRAME, 1664)
LWIP_MALLOC_MEMPOOL(CONFIG_MEM_NUM_LARGE, 4096)
LWIP_MALLOC_MEMPOOL_END
