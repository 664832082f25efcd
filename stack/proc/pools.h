/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pools - all memory that is handed out after boot, in one sum (row I10)
 */
#ifndef PROC_POOLS_H
#define PROC_POOLS_H

#include "core/types.h"

struct pools_sum {
	u64 bytes;
	u64 free_bytes;
};

/* Receive buffers and lwIP's pools together. Context: application. */
void pools_read(struct pools_sum *sum);

#endif
