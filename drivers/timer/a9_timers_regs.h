/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * a9_timers_regs - timers inside the Cortex-A9 MPCore
 *
 * ARM DDI 0407G (Cortex-A9 MPCore TRM, r3p0), chapter 4. Offsets from
 * PERIPHBASE; both count PERIPHCLK.
 */
#ifndef TIMER_A9_TIMERS_REGS_H
#define TIMER_A9_TIMERS_REGS_H

enum {
	/* 4.4: global timer, 64 bits up */
	GT_COUNTER_LO = 0x200,
	GT_COUNTER_HI = 0x204,
	GT_CONTROL = 0x208,
	GT_CONTROL_ENABLE = 1 << 0,
	/* bits 1-3 comparator, its interrupt, auto-increment: unused */

	/* 4.2: private timer, 32 bits down */
	PT_LOAD = 0x600, /* writing it starts the count anew */
	PT_CONTROL = 0x608,
	PT_CONTROL_ENABLE = 1 << 0,
	PT_CONTROL_AUTO_RELOAD = 1 << 1,
	PT_CONTROL_IRQ = 1 << 2,
	PT_STATUS = 0x60c,
	PT_STATUS_EVENT = 1 << 0, /* write 1 to clear */
};

#endif
