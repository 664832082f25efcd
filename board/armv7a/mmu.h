/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * mmu - what memory is where, and what it may be used for
 *
 * For a board: define board_mmu_regions[]. Virtual is physical; what is not
 * named there faults, NULL included.
 */
#ifndef ARMV7A_MMU_H
#define ARMV7A_MMU_H

#include <stdint.h>

enum mmu_type {
	MMU_TEXT,     /* cached, read and execute */
	MMU_DATA,     /* cached, read and write */
	MMU_STACKS,   /* the same by 4 KB pages, guard pages not mapped; 1 MB */
	MMU_UNCACHED, /* Normal memory without cache: rings */
	MMU_DEVICE,
};

struct mmu_region {
	const char *start; /* on a 1 MB border; start is rounded down, */
	const char *end;   /* end up */
	enum mmu_type type;
};

/* Ends with an entry whose .end is NULL; a later entry wins. */
extern const struct mmu_region board_mmu_regions[];

/* Fill the tables. Runs with the MMU off. Returns what goes into TTBR0. */
uint32_t mmu_build(void);

/* The stack whose guard page @addr is in ("svc"); NULL: in none. */
const char *mmu_guard_name(uintptr_t addr);

/* Top of the stack that @sp is on; 0: on none. */
uintptr_t mmu_stack_top(uintptr_t sp);

#endif
