/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * zynq_regs - addresses, interrupts and system registers of a Zynq-7000
 *
 * Xilinx UG585 (Zynq-7000 TRM, v1.12.2), chapters 4 (map), 7 (interrupts), 25
 * (clocks), 26 (reset), appendix B.28 (SLCR).
 */
#ifndef ZYNQ_REGS_H
#define ZYNQ_REGS_H

#include <stdbool.h>

#include "io.h"

#define ZYNQ_UART0_BASE 0xe0000000u
#define ZYNQ_UART1_BASE 0xe0001000u
#define ZYNQ_GEM0_BASE	0xe000b000u
#define ZYNQ_GEM1_BASE	0xe000c000u
#define ZYNQ_SLCR_BASE	0xf8000000u
#define ZYNQ_PERIPHBASE 0xf8f00000u
#define ZYNQ_GICC_BASE	(ZYNQ_PERIPHBASE + 0x100)
#define ZYNQ_GICD_BASE	(ZYNQ_PERIPHBASE + 0x1000)

enum {
	ZYNQ_IRQ_PTIMER = 29,
	ZYNQ_IRQ_GEM0 = 54,
	ZYNQ_IRQ_UART0 = 59,
	ZYNQ_IRQ_GEM1 = 77,
	ZYNQ_IRQ_UART1 = 82,

	SLCR_UNLOCK = 0x008,
	SLCR_UNLOCK_KEY = 0xdf0d,
	SLCR_ARM_PLL_CTRL = 0x100,
	SLCR_DDR_PLL_CTRL = 0x104,
	SLCR_IO_PLL_CTRL = 0x108,
	/* PLL_CTRL: bit 4 bypassed, 18:12 multiplier */
	PLL_CTRL_BYPASS = 1 << 4,
	PLL_CTRL_FDIV_SHIFT = 12,
	PLL_CTRL_FDIV_MASK = 0x7f,
	SLCR_ARM_CLK_CTRL = 0x120,
	SLCR_UART_CLK_CTRL = 0x154,
	/* CLK_CTRL: 13:8 divisor, 5:4 which PLL */
	CLK_CTRL_DIVISOR_SHIFT = 8,
	CLK_CTRL_DIVISOR_MASK = 0x3f,
	CLK_CTRL_SRC_SHIFT = 4,
	CLK_CTRL_SRC_MASK = 0x3,
	SLCR_PSS_RST_CTRL = 0x200,
	PSS_RST_CTRL_SOFT_RST = 1 << 0,
	SLCR_PSS_IDCODE = 0x530, /* QEMU's model reads 0 */
};

/* QEMU's model has no chip identity; silicon's is never 0. */
static inline bool zynq_is_qemu(void)
{
	return readl(ZYNQ_SLCR_BASE + SLCR_PSS_IDCODE) == 0;
}

/* The other SLCR registers ignore writes until then; never locked again. */
static inline void zynq_slcr_unlock(void)
{
	writel(SLCR_UNLOCK_KEY, ZYNQ_SLCR_BASE + SLCR_UNLOCK);
}

#endif
