/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * mmu - short-descriptor translation tables, identity mapped
 *
 * Manual: ARM DDI 0406C, B3.5. One table of 1 MB sections, and one of 4 KB
 * pages for the megabyte of the stacks. Normal memory is not shareable: one
 * core runs, and a Cortex-A9 outside of SMP would not cache shareable memory
 * (ARM DDI 0388, 7.4).
 */
#include "mmu.h"

#include "core/types.h"

enum {
	SECTION_SHIFT = 20,
	PAGE_SHIFT = 12,
	L1_ENTRIES = 4096,
	L2_ENTRIES = 256,
	PAGE_SIZE = 1 << PAGE_SHIFT,

	/* B3.5.1: first level */
	L1_TABLE = 0x1,
	L1_SECTION = 0x2,
	L1_B = 1 << 2,
	L1_C = 1 << 3,
	L1_XN = 1 << 4,
	L1_AP_RW = 1 << 10, /* privileged */
	L1_TEX1 = 1 << 12,
	L1_AP_RO = 1 << 15, /* with AP_RW: read-only */

	/* B3.5.1: second level, small page */
	L2_PAGE = 0x2,
	L2_XN = 0x1,
	L2_B = 1 << 2,
	L2_C = 1 << 3,
	L2_AP_RW = 1 << 4,
	L2_TEX1 = 1 << 6,

	/* B4.1.154: walks are inner and outer write-back, write-allocate */
	TTBR_WBWA = 0x48,
};

struct stack {
	const char *name;
	const char *bottom;
	const char *top;
};

extern const char __stacks_start[];
extern const char __svc_stack_bottom[], __svc_stack_top[];
extern const char __irq_stack_bottom[], __irq_stack_top[];
extern const char __abt_stack_bottom[], __abt_stack_top[];
extern const char __und_stack_bottom[], __und_stack_top[];
extern const char __fiq_stack_bottom[], __fiq_stack_top[];

static const struct stack stacks[] = {
	{ "svc", __svc_stack_bottom, __svc_stack_top },
	{ "irq", __irq_stack_bottom, __irq_stack_top },
	{ "abt", __abt_stack_bottom, __abt_stack_top },
	{ "und", __und_stack_bottom, __und_stack_top },
	{ "fiq", __fiq_stack_bottom, __fiq_stack_top },
};

static _Alignas(16384) u32 l1_table[L1_ENTRIES];
static _Alignas(1024) u32 l2_stacks[L2_ENTRIES];

static const u32 section_bits[] = {
	[MMU_TEXT] = L1_SECTION | L1_TEX1 | L1_C | L1_B | L1_AP_RW | L1_AP_RO,
	[MMU_DATA] = L1_SECTION | L1_TEX1 | L1_C | L1_B | L1_AP_RW | L1_XN,
	[MMU_UNCACHED] = L1_SECTION | L1_TEX1 | L1_AP_RW | L1_XN,
	[MMU_DEVICE] = L1_SECTION | L1_B | L1_AP_RW | L1_XN,
};

static void map_stacks(u32 section)
{
	for (size_t i = 0; i < ARRAY_SIZE(stacks); i++) {
		uintptr_t page = (uintptr_t)stacks[i].bottom;

		for (; page < (uintptr_t)stacks[i].top; page += PAGE_SIZE)
			l2_stacks[(page >> PAGE_SHIFT) % L2_ENTRIES] =
				page | L2_PAGE | L2_XN | L2_TEX1 | L2_C | L2_B |
				L2_AP_RW;
	}
	l1_table[section] = (uintptr_t)l2_stacks | L1_TABLE;
}

/* Words only: with the MMU off an unaligned access would fault. */
__attribute__((used)) uint32_t mmu_build(void)
{
	const struct mmu_region *r;

	for (r = board_mmu_regions; r->end; r++) {
		u32 section = (uintptr_t)r->start >> SECTION_SHIFT;
		u32 last = ((uintptr_t)r->end - 1) >> SECTION_SHIFT;

		if (r->type == MMU_STACKS) {
			map_stacks(section);
			continue;
		}
		for (; section <= last; section++)
			l1_table[section] = section << SECTION_SHIFT |
					    section_bits[r->type];
	}
	return (uintptr_t)l1_table | TTBR_WBWA;
}

const char *mmu_guard_name(uintptr_t addr)
{
	for (size_t i = 0; i < ARRAY_SIZE(stacks); i++)
		if ((uintptr_t)stacks[i].bottom - addr - 1 < PAGE_SIZE)
			return stacks[i].name;
	return NULL;
}

uintptr_t mmu_stack_top(uintptr_t sp)
{
	/* A stack that just overflowed counts as itself. */
	for (size_t i = 0; i < ARRAY_SIZE(stacks); i++)
		if (sp >= (uintptr_t)stacks[i].bottom - PAGE_SIZE &&
		    sp <= (uintptr_t)stacks[i].top)
			return (uintptr_t)stacks[i].top;
	return 0;
}
