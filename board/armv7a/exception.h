/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * exception - faults that end the run: say what happened, restart the board
 */
#ifndef ARMV7A_EXCEPTION_H
#define ARMV7A_EXCEPTION_H

#include <stdint.h>

/* As start.S stores it. */
struct exception_frame {
	uint32_t r[13];
	uint32_t sp;
	uint32_t lr;
	uint32_t pc;
	uint32_t cpsr;
	uint32_t pad;
};

enum exception_kind {
	EXCEPTION_UNDEF,
	EXCEPTION_SVC,
	EXCEPTION_PABT,
	EXCEPTION_DABT,
	EXCEPTION_FIQ,
};

/* For start.S. Prints, waits for the console, resets. */
_Noreturn void exception_fatal(struct exception_frame *f,
			       enum exception_kind kind);

#endif
