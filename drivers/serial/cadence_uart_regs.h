/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cadence_uart_regs - the Zynq-7000's UART
 *
 * Xilinx UG585 (Zynq-7000 TRM, v1.12.2), chapter 19 and appendix B.33.
 */
#ifndef SERIAL_CADENCE_UART_REGS_H
#define SERIAL_CADENCE_UART_REGS_H

enum {
	UART_CR = 0x00,
	UART_CR_RXRST = 1 << 0, /* clears itself */
	UART_CR_TXRST = 1 << 1, /* clears itself */
	UART_CR_RXEN = 1 << 2,
	UART_CR_RXDIS = 1 << 3,
	UART_CR_TXEN = 1 << 4,
	UART_CR_TXDIS = 1 << 5,
	UART_MR = 0x04,
	UART_MR_8N1 = 0x20,
	UART_IER = 0x08,
	UART_IDR = 0x0c,
	UART_ISR = 0x14, /* write 1 to clear; the same bits in IER, IDR */
	UART_IXR_RTRIG = 1 << 0, /* RX FIFO at its trigger level */
	UART_IXR_TEMPTY = 1 << 3,
	UART_IXR_ROVR = 1 << 5,
	UART_IXR_ALL = 0x1fff,
	UART_BAUDGEN = 0x18, /* ref / BAUDGEN / (BAUDDIV + 1) = baud */
	UART_RXTOUT = 0x1c,
	UART_RXWM = 0x20, /* RX trigger level, bytes */
	UART_SR = 0x2c,
	UART_SR_REMPTY = 1 << 1,
	UART_SR_TEMPTY = 1 << 3,
	UART_SR_TFUL = 1 << 4,
	UART_SR_TACTIVE = 1 << 11, /* a byte is on the wire */
	UART_FIFO = 0x30,
	UART_BAUDDIV = 0x34, /* 4 to 255 */

	/* 64 on silicon, but QEMU's model holds 16. */
	UART_FIFO_BYTES = 16,
};

#endif
