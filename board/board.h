/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * board - what a board gives to drivers and firmware
 *
 * One folder under board/ implements all of this and nothing else; nothing
 * outside board/, drivers/ and linker/ knows which board it runs on.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct board_nic {
	const char *compatible; /* which driver: "cdns,zynq-gem" */
	uintptr_t base;
	unsigned int irq;
	uint8_t mac[6];	  /* used when the NIC holds none; all zero: random */
	int phy_addr;	  /* -1: scan */
	const char *name; /* for the tap driver: the host's interface */
};

extern const char board_name[];	 /* "zynq-a9" */
extern const char board_model[]; /* "Xilinx Zynq-7000 (QEMU)": for dmesg */

/* The NICs; a table that ends with .compatible == NULL. */
const struct board_nic *board_nics(void);

/* For NIC drivers; nothing to do in an emulator. Clocks on, once, before the
 * first register is touched; a reset, which loses all registers; and the
 * transmit clock for a link of @mbps (10, 100, 1000). */
void board_nic_setup(const struct board_nic *nic);
void board_nic_reset(const struct board_nic *nic);
void board_nic_set_speed(const struct board_nic *nic, unsigned int mbps);

/* --- start ------------------------------------------------------------- */

/* First thing in main(): console, clock, interrupt controller (which
 * registers itself by irq_set_chip()), timer. Interrupts are still masked. */
void board_init(void);

/* --- time -------------------------------------------------------------- */

/* Monotonic nanoseconds since start. */
uint64_t board_clock_ns(void);

/* Raise an interrupt at @deadline_ns (absolute), so that board_idle()
 * returns. UINT64_MAX: none. A deadline in the past fires at once. */
void board_timer_set(uint64_t deadline_ns);

/* --- interrupts -------------------------------------------------------- */

uint32_t board_irq_save(void);
void board_irq_restore(uint32_t flags);
void board_irq_enable(void);

/* Sleep until an interrupt is pending. Called with interrupts masked;
 * returns with them masked, the interrupt not yet taken. */
void board_idle(void);

/* --- console ----------------------------------------------------------- */

/* Queue text; what does not fit is dropped and counted. Any context. */
void board_console_write(const char *text, size_t len);

/* Take what was typed, never waits. Returns bytes, 0 when none. */
size_t board_console_read(char *buf, size_t size);

/* Anything typed that was not read? Looked at before sleeping. */
bool board_console_pending(void);

/* Wait until all text has left (polls; for panic and poweroff). */
void board_console_drain(void);

/* --- end --------------------------------------------------------------- */

_Noreturn void board_poweroff(int status);
_Noreturn void board_reset(void);

/* Print the registers and the call chain from here, for panic(). */
void board_backtrace(void (*print)(const char *fmt, ...));

/* --- memory ------------------------------------------------------------ */

/* RAM that the image may use, and how much of it it does not. */
void board_memory(size_t *total, size_t *unused);

/* --- memory for DMA ---------------------------------------------------- */

/* Zeroed memory that CPU and devices see the same way, without cache; for
 * rings. Taken once and kept; @align is a power of two. NULL: none left. */
void *board_dma_alloc(size_t size, size_t align);

/* Address as a device sees it. */
uint32_t board_dma_addr(const void *ptr);

/* Before a device reads [ptr, ptr+len): write dirty lines back. */
void board_dma_clean(const void *ptr, size_t len);

/* Before the CPU reads what a device wrote, and before a device is to write:
 * forget the lines. Lines shared with other data are the caller's fault. */
void board_dma_invalidate(void *ptr, size_t len);

/* --- what it was started with ------------------------------------------ */

/* The start-up script given at launch; NULL: use the built-in one. */
const char *board_rc(void);

/* Unpredictable bytes from the chip or the launcher; returns how many of
 * @len were filled with real entropy (0: the caller must use its fallback). */
size_t board_entropy(void *buf, size_t len);

#endif
