/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cadence_uart - the console's UART
 *
 * For a board: cadence_uart_init() as early as possible, output works from
 * then on; cadence_uart_irq_init() when the interrupt controller stands. The
 * rest implements board_console_*(). One UART is the console; one is enough.
 *
 * Nothing here waits for the other end: text that finds the FIFO full goes to
 * a ring and leaves by interrupt; what finds the ring full is dropped and
 * counted. Input that finds its ring full stays in the FIFO.
 */
#ifndef SERIAL_CADENCE_UART_H
#define SERIAL_CADENCE_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* @ref_hz: the UART's reference clock; 0: leave the baud rate alone. */
void cadence_uart_init(uintptr_t base, uint32_t ref_hz, uint32_t baud);
void cadence_uart_irq_init(unsigned int irq);

/* Context: any. */
void cadence_uart_write(const char *text, size_t len);

/* Context: application. Returns bytes, 0 when nothing was typed. */
size_t cadence_uart_read(char *buf, size_t size);
bool cadence_uart_pending(void);

/* Wait until all has left, at most 200 ms for each sign of life. Context:
 * any; works with interrupts masked. */
void cadence_uart_drain(void);

struct cadence_uart_stats {
	uint32_t tx_dropped;  /* bytes: the ring was full */
	uint32_t rx_overruns; /* times: the FIFO was full */
};

void cadence_uart_read_stats(struct cadence_uart_stats *st);

#endif
