/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * io - device registers and memory barriers of an ARMv7-A core (rows I1-I4)
 *
 * For drivers. A register access carries no barrier: registers are Device
 * memory, so accesses to one device stay in program order among themselves,
 * but not against Normal memory (ring and packet). The driver places the
 * barrier beside the sentence that says what it orders.
 *
 * Context: any.
 */
#ifndef ARMV7A_IO_H
#define ARMV7A_IO_H

#include "core/types.h"

static inline u32 readl(uintptr_t addr)
{
	return *(const volatile u32 *)addr;
}

static inline void writel(u32 value, uintptr_t addr)
{
	*(volatile u32 *)addr = value;
}

/* What was stored before is seen by a device before what is stored after:
 * between the words of a descriptor and its ownership bit. */
static inline void dma_wmb(void)
{
	__asm__ volatile("dmb oshst" ::: "memory");
}

/* What is loaded after is not older than what was loaded before: between the
 * ownership bit and what it protects. */
static inline void dma_rmb(void)
{
	__asm__ volatile("dmb osh" ::: "memory");
}

/* Everything before has arrived, cache maintenance included: before a
 * register is written that makes a device look at memory. */
static inline void dsb(void)
{
	__asm__ volatile("dsb sy" ::: "memory");
}

#endif
