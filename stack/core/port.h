/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * port - what the stack asks of whoever runs it
 *
 * The stack knows no board. These few functions are given to it by
 * firmware/port.c (a board) or by a test (a virtual clock). Everything is
 * callable from every context unless said otherwise.
 */
#ifndef CORE_PORT_H
#define CORE_PORT_H

#include "core/types.h"

/* Monotonic nanoseconds since boot; never goes back, not even between CPUs. */
u64 clock_ns(void);

/*
 * Mask hard interrupts and return the state to hand back to irq_restore().
 * Pairs nest. Only napi.c, softirq.c and rings shared with a handler use it.
 */
u32 irq_save(void);
void irq_restore(u32 flags);

/* Fill @buf with @len bytes for keys and sequence numbers; see docs/random.md
 * for what they are worth on each board. Never fails. */
void get_random_bytes(void *buf, size_t len);

/* Bytes of RAM this board has, and how many of them the image leaves unused.
 * For /proc/meminfo, which has a default (its pools) for who does not know. */
void port_meminfo(u64 *total, u64 *unused);

/**
 * panic() - say why, show registers and a backtrace, restart the board
 * @fmt: printf-like, one line
 *
 * Only our own bug leads here, never the wire, the shell or the hardware.
 */
_Noreturn void panic(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

/*
 * ASSERT - for what only our own bug can cause. Stays on in every build.
 */
#define ASSERT(cond)                                                           \
	do {                                                                   \
		if (unlikely(!(cond)))                                         \
			panic("ASSERT(%s) failed at %s:%d", #cond, __FILE__,   \
			      __LINE__);                                       \
	} while (0)

#endif
