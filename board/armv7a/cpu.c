/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cpu - interrupt mask, sleep and cache maintenance of a Cortex-A9 (row E15)
 */
#include "board.h"

#include "core/types.h"
#include "io.h"

enum {
	CACHE_LINE = 32, /* ARM DDI 0388, 7.1: L1 data */
};

uint32_t board_irq_save(void)
{
	u32 flags;

	__asm__ volatile("mrs %0, cpsr\n\t"
			 "cpsid i"
			 : "=r"(flags)
			 :
			 : "memory");
	return flags;
}

void board_irq_restore(uint32_t flags)
{
	__asm__ volatile("msr cpsr_c, %0" : : "r"(flags) : "memory");
}

/* Asynchronous aborts too: a write that no device took is our bug. */
void board_irq_enable(void)
{
	__asm__ volatile("cpsie ai" : : : "memory");
}

void board_idle(void)
{
	__asm__ volatile("dsb\n\twfi" : : : "memory");
}

/* DCCMVAC, ARM DDI 0406C, B4.2.1. */
static inline void clean_line(uintptr_t addr)
{
	__asm__ volatile("mcr p15, 0, %0, c7, c10, 1" : : "r"(addr) : "memory");
}

/* DCIMVAC */
static inline void invalidate_line(uintptr_t addr)
{
	__asm__ volatile("mcr p15, 0, %0, c7, c6, 1" : : "r"(addr) : "memory");
}

/* N lines from @line on. */
static inline __attribute__((always_inline)) void
some_lines(uintptr_t line, int n, void (*op)(uintptr_t addr))
{
#pragma GCC unroll 8
	for (int i = 0; i < n; i++)
		op(line + (uintptr_t)i * CACHE_LINE);
}

/*
 * One operation on every line that [ptr, ptr+len) touches; becomes part of
 * its two callers. Two instructions a line and a loop's end every eighth:
 * 1514 bytes are 48 lines and 125 instructions, 64 bytes are 20.
 */
static inline __attribute__((always_inline)) void
for_each_line(uintptr_t ptr, size_t len, void (*op)(uintptr_t addr))
{
	uintptr_t line = ptr & ~(uintptr_t)(CACHE_LINE - 1);
	uintptr_t end = ptr + len;

	for (; (intptr_t)(end - line) > 7 * CACHE_LINE; line += 8 * CACHE_LINE)
		some_lines(line, 8, op);
	if ((intptr_t)(end - line) > 3 * CACHE_LINE) {
		some_lines(line, 4, op);
		line += 4 * CACHE_LINE;
	}
	for (; (intptr_t)(end - line) > 0; line += CACHE_LINE)
		op(line);
}

void board_dma_clean(const void *ptr, size_t len)
{
	for_each_line((uintptr_t)ptr, len, clean_line);
	dsb();
}

static __attribute__((noinline)) void invalidate_lines(uintptr_t ptr,
						       size_t len)
{
	for_each_line(ptr, len, invalidate_line);
	dsb();
}

/* The first two lines in place: a short frame has no more, and this much
 * becomes part of the driver's loop. */
void board_dma_invalidate(void *ptr, size_t len)
{
	uintptr_t line = (uintptr_t)ptr & ~(uintptr_t)(CACHE_LINE - 1);
	uintptr_t end = (uintptr_t)ptr + len;

	if (end - line > 2 * CACHE_LINE) {
		invalidate_lines(line, end - line);
		return;
	}
	if (len == 0)
		return;
	invalidate_line(line);
	if (end - line > CACHE_LINE)
		invalidate_line(line + CACHE_LINE);
	dsb();
}
