/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * io - the host tests' readl() and writel(): each one asks a device model
 *
 * Stands in for board/armv7a/io.h, so that drivers run unchanged. Barriers
 * tell every model that the stores before them can now be seen.
 */
#ifndef MODEL_IO_H
#define MODEL_IO_H

#include "core/types.h"

u32 readl(uintptr_t addr);
void writel(u32 value, uintptr_t addr);
void dma_wmb(void);
void dma_rmb(void);
void dsb(void);

#endif
