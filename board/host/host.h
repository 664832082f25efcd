/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * host - the "hardware" of the board that is a Linux process
 *
 * An interrupt line is a file descriptor that is ready. It has two masks, as
 * a real one has: which events the device raises it for, set by the device's
 * driver, and whether the interrupt controller lets it through, set by
 * drivers/irq/host_irq.c. Lines are level triggered: a line that is still
 * ready when it is unmasked is taken again, so no event is ever lost.
 *
 * A line is taken only while the CPU has interrupts unmasked, and only in
 * board_irq_restore(), board_irq_enable() and board_clock_ns(): handlers come
 * between two statements of the code they interrupt, as on a real CPU, but
 * never inside one.
 */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HOST_LINES = 8,
	HOST_NICS = 2,
	HOST_IRQ_NIC0 = 1, /* the second NIC's is the next */
};

/* Wire a descriptor to a line; both masks are closed. */
void host_line_attach(unsigned int line, int fd);

/* For the device's driver: POLLIN, POLLOUT, both, or 0 for none. Any
 * context. */
void host_line_events(unsigned int line, short events);

/* For the interrupt controller's driver: let the line through or not. Lines
 * that do not exist are never ready. */
void host_line_enable(unsigned int line, bool on);

/* For the same: @entry is called, interrupts masked, for each line taken. */
void host_set_irq_entry(void (*entry)(unsigned int line));

/* drivers/irq/host_irq.c: register with the core; from board_init(). */
void host_irq_init(void);

/* --- inside board/host -------------------------------------------------- */

/* Start of the clock. */
void host_cpu_init(void);

/* Terminal to raw mode, and back again however the process ends. */
void host_console_init(bool exit_on_eof);
void host_console_exit(void);

/* The console's descriptors for the poll loop: fills @pfd with at most two,
 * returns how many; then tell it what came back. */
size_t host_console_poll(struct pollfd *pfd);
void host_console_polled(const struct pollfd *pfd, size_t n);

#endif
