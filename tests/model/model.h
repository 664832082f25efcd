/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * model - what all device models share: the bus, memory as a device sees it,
 * the clock, and the complaint
 *
 * Bus: a model gives its address range to model_attach(); io.h's readl() and
 * writel() find it there. An access that no model answers is a complaint.
 *
 * Memory: device and CPU do not see the same bytes, as on a chip whose DMA
 * passes the caches by. A device reads and writes a shadow of memory, 32-byte
 * line by line; board_dma_clean() carries lines from the CPU to the shadow,
 * board_dma_invalidate() from the shadow to the CPU. What a driver forgets to
 * clean is sent as 0xEE, what it forgets to invalidate reads as what was there
 * before. Memory of board_dma_alloc() is the same for both.
 *
 * Clock: test_now_ns of test.h, which moves a little at each register access,
 * so that a loop that waits for a bit comes to its end.
 *
 * Complaint: model_complain() ends the test, or counts, when model_tolerant.
 */
#ifndef MODEL_H
#define MODEL_H

#include "board.h"
#include "core/types.h"

enum {
	MODEL_LINE = 32,       /* cache line of the Cortex-A9 */
	MODEL_ACCESS_NS = 250, /* one register access */
	MODEL_POISON = 0xee,   /* memory that a device never was shown */
};

struct model_device {
	const char *name;
	uintptr_t base;
	size_t size;
	void *priv;
	u32 (*read)(void *priv, u32 offset);
	void (*write)(void *priv, u32 offset, u32 value);
	/* Stores before this moment are visible to the device. */
	void (*barrier)(void *priv);
};

/* Forget all devices, memory and complaints: before each test. */
void model_reset(void);

void model_attach(const struct model_device *dev);

/* Called after each register access, when interrupts are not masked: where a
 * test takes interrupts between any two accesses. NULL: nothing. */
extern void (*model_after_access)(void);

/* The access that was just made, for model_after_access(). */
struct model_access {
	uintptr_t addr;
	u32 value;
	bool write;
};

extern struct model_access model_last;

struct model_counts {
	u32 reads, writes;
	u32 barriers;
	u32 cleans, invalidates;
	u64 clean_bytes, invalidate_bytes;
};

extern struct model_counts model_counts;

/* --- memory, for models ------------------------------------------------- */

/* DMA of a device. False: there is no memory at this address (bus error). */
bool model_dma_read(u32 addr, void *buf, size_t len);
bool model_dma_write(u32 addr, const void *buf, size_t len);

/* A descriptor word; rings must be memory of board_dma_alloc(). */
u32 model_ring_read(u32 addr);
void model_ring_write(u32 addr, u32 value);
bool model_is_ring_memory(u32 addr, size_t len);

/* Would [addr, addr + len) lose what a device writes there, because lines of
 * it are dirty in the CPU's cache? */
bool model_is_dirty(u32 addr, size_t len);

/* --- complaints --------------------------------------------------------- */

extern bool model_tolerant;
extern u32 model_complaints;
extern char model_last_complaint[256];

void model_complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
