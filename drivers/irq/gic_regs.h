/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * gic_regs - registers of the Generic Interrupt Controller
 *
 * ARM IHI 0048A (architecture version 1.0), chapter 4.
 */
#ifndef IRQ_GIC_REGS_H
#define IRQ_GIC_REGS_H

enum {
	/* 4.3: distributor */
	GICD_CTLR = 0x000,
	GICD_CTLR_ENABLE = 1 << 0,
	GICD_TYPER = 0x004,
	GICD_TYPER_ITLINES = 0x1f, /* lines / 32 - 1 */
	GICD_IGROUPR = 0x080,	   /* 1 bit a line, 0: group 0, secure */
	GICD_ISENABLER = 0x100,
	GICD_ICENABLER = 0x180,
	GICD_ISPENDR = 0x200,
	GICD_ICPENDR = 0x280,
	GICD_IPRIORITYR = 0x400, /* 1 byte a line, 0 is most urgent */
	GICD_ITARGETSR = 0x800,	 /* 1 byte a line, bit 0: CPU 0 */
	GICD_ICFGR = 0xc00,	 /* 2 bits a line, 00: level */

	/* 4.4: CPU interface */
	GICC_CTLR = 0x000,
	GICC_CTLR_ENABLE = 1 << 0,
	GICC_PMR = 0x004,
	GICC_BPR = 0x008,
	GICC_IAR = 0x00c,
	GICC_IAR_ID = 0x3ff,
	GICC_IAR_NONE = 1020, /* this and above: no interrupt */
	GICC_EOIR = 0x010,
};

#endif
