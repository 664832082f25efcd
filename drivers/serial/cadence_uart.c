/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cadence_uart - rings around two FIFOs
 *
 * The rings are shared with the interrupt handler and touched with interrupts
 * masked, for at most one FIFO's worth at a time.
 */
#include "serial/cadence_uart.h"

#include "board.h"
#include "config.h"
#include "core/interrupt.h"
#include "core/port.h"
#include "io.h"
#include "serial/cadence_uart_regs.h"

enum {
	TX_RING = CONFIG_CONSOLE_TX_SIZE, /* bytes, powers of two */
	RX_RING = 4096,
	BOOT_SPINS = 1000000,
};

#define DRAIN_NS (200 * NSEC_PER_MSEC)

_Static_assert((TX_RING & (TX_RING - 1)) == 0, "free-running indices");
_Static_assert((RX_RING & (RX_RING - 1)) == 0, "free-running indices");

static struct {
	uintptr_t base; /* 0: not there yet, text is dropped */
	u32 tx_head, tx_tail;
	u32 rx_head, rx_tail;
	u32 tx_dropped;
	u32 rx_overruns;
	bool rx_stopped; /* RX ring full, its interrupt masked */
	bool stuck;	 /* the other end did not take text for DRAIN_NS */
	char tx[TX_RING];
	char rx[RX_RING];
} uart;

/* How many bytes the FIFO takes for sure. */
static u32 tx_room(void)
{
	u32 sr = readl(uart.base + UART_SR);

	if (sr & UART_SR_TEMPTY)
		return UART_FIFO_BYTES;
	return (sr & UART_SR_TFUL) ? 0 : 1;
}

/* Ring to FIFO until one of them ends. Interrupts masked. */
static void tx_pump(void)
{
	while (uart.tx_tail != uart.tx_head) {
		u32 room = tx_room();

		if (room == 0)
			return;
		uart.stuck = false;
		for (; room > 0 && uart.tx_tail != uart.tx_head; room--)
			writel((u8)uart.tx[uart.tx_tail++ % TX_RING],
			       uart.base + UART_FIFO);
	}
}

/* FIFO to ring. A full ring masks the interrupt and leaves the rest where it
 * is: the sender waits in an emulator, and loses bytes on a wire. */
static void rx_pump(void)
{
	while (!(readl(uart.base + UART_SR) & UART_SR_REMPTY)) {
		if (uart.rx_head - uart.rx_tail == RX_RING) {
			uart.rx_stopped = true;
			writel(UART_IXR_RTRIG, uart.base + UART_IDR);
			return;
		}
		uart.rx[uart.rx_head++ % RX_RING] =
			(char)readl(uart.base + UART_FIFO);
	}
}

static void uart_irq(void *arg)
{
	u32 isr = readl(uart.base + UART_ISR);

	(void)arg;
	/* Acknowledged before the FIFOs are looked at: what happens after is
	 * a new event. */
	writel(isr, uart.base + UART_ISR);
	if (isr & UART_IXR_ROVR)
		uart.rx_overruns++;
	if (!uart.rx_stopped) {
		rx_pump();
		/* The trigger level was still reached at the acknowledge. */
		writel(UART_IXR_RTRIG, uart.base + UART_ISR);
	}
	tx_pump();
	if (uart.tx_tail == uart.tx_head)
		writel(UART_IXR_TEMPTY, uart.base + UART_IDR);
}

/* Divisors with the smallest error: ref / cd / (bdiv + 1). */
static void set_baud(u32 ref_hz, u32 baud)
{
	u32 best_err = UINT32_MAX, best_cd = 1, best_bdiv = 4, bdiv;

	for (bdiv = 4; bdiv < 256; bdiv++) {
		u32 step = baud * (bdiv + 1);
		u32 cd = (ref_hz + step / 2) / step;
		u32 got, err;

		if (cd == 0 || cd > 0xffff)
			continue;
		got = ref_hz / (cd * (bdiv + 1));
		err = got > baud ? got - baud : baud - got;
		if (err < best_err) {
			best_err = err;
			best_cd = cd;
			best_bdiv = bdiv;
		}
	}
	writel(best_cd, uart.base + UART_BAUDGEN);
	writel(best_bdiv, uart.base + UART_BAUDDIV);
}

void cadence_uart_init(uintptr_t base, uint32_t ref_hz, uint32_t baud)
{
	u32 spins;

	/* What a boot loader printed last may still be on its way. */
	for (spins = 0; spins < BOOT_SPINS; spins++) {
		u32 sr = readl(base + UART_SR);

		if ((sr & UART_SR_TEMPTY) && !(sr & UART_SR_TACTIVE))
			break;
	}
	uart.base = base;
	writel(UART_IXR_ALL, base + UART_IDR);
	writel(UART_CR_RXDIS | UART_CR_TXDIS, base + UART_CR);
	writel(UART_MR_8N1, base + UART_MR);
	if (ref_hz != 0)
		set_baud(ref_hz, baud);
	writel(UART_CR_RXDIS | UART_CR_TXDIS | UART_CR_RXRST | UART_CR_TXRST,
	       base + UART_CR);
	for (spins = 0; spins < BOOT_SPINS; spins++)
		if (!(readl(base + UART_CR) & (UART_CR_RXRST | UART_CR_TXRST)))
			break;
	writel(1, base + UART_RXWM);
	writel(0, base + UART_RXTOUT);
	writel(UART_CR_RXEN | UART_CR_TXEN, base + UART_CR);
	writel(UART_IXR_ALL, base + UART_ISR);
}

void cadence_uart_irq_init(unsigned int irq)
{
	if (request_irq(irq, uart_irq, "uart", NULL) != 0)
		panic("uart: irq %u is taken", irq);
	writel(UART_IXR_RTRIG | UART_IXR_ROVR, uart.base + UART_IER);
}

/* One step of a write, interrupts masked: into the FIFO while nothing waits
 * before us, else into the ring. Returns bytes used, dropped ones included. */
static size_t write_some(const char *text, size_t len)
{
	size_t n;

	if (uart.tx_tail == uart.tx_head) {
		u32 room = tx_room();

		if (room > 0) {
			uart.stuck = false;
			len = min_size(len, room);
			for (n = 0; n < len; n++)
				writel((u8)text[n], uart.base + UART_FIFO);
			return len;
		}
		/* Cleared first: the FIFO may run empty from here on, and
		 * that is the event to wait for. */
		writel(UART_IXR_TEMPTY, uart.base + UART_ISR);
	}
	for (n = 0; n < len && uart.tx_head - uart.tx_tail < TX_RING; n++)
		uart.tx[uart.tx_head++ % TX_RING] = text[n];
	uart.tx_dropped += len - n;
	writel(UART_IXR_TEMPTY, uart.base + UART_IER);
	return len;
}

void cadence_uart_write(const char *text, size_t len)
{
	if (uart.base == 0)
		return;
	while (len > 0) {
		size_t step = min_size(len, 256);
		u32 flags = board_irq_save();

		step = write_some(text, step);
		board_irq_restore(flags);
		text += step;
		len -= step;
	}
}

size_t cadence_uart_read(char *buf, size_t size)
{
	u32 flags = board_irq_save();
	size_t n;

	for (n = 0; n < size && uart.rx_tail != uart.rx_head; n++)
		buf[n] = uart.rx[uart.rx_tail++ % RX_RING];
	if (uart.rx_stopped && n > 0) {
		uart.rx_stopped = false;
		rx_pump();
		if (!uart.rx_stopped)
			writel(UART_IXR_RTRIG, uart.base + UART_IER);
	}
	board_irq_restore(flags);
	return n;
}

bool cadence_uart_pending(void)
{
	return uart.rx_head != uart.rx_tail;
}

static bool drain_step(void)
{
	u32 flags = board_irq_save();
	u32 sr;

	tx_pump();
	sr = readl(uart.base + UART_SR);
	board_irq_restore(flags);
	return uart.tx_tail == uart.tx_head && (sr & UART_SR_TEMPTY) &&
	       !(sr & UART_SR_TACTIVE);
}

void cadence_uart_drain(void)
{
	u64 start;
	u32 tail;

	if (uart.base == 0)
		return;
	start = board_clock_ns();
	tail = uart.tx_tail;
	while (!drain_step()) {
		u64 now = board_clock_ns();

		if (uart.stuck)
			return;
		if (uart.tx_tail != tail) {
			tail = uart.tx_tail;
			start = now;
		} else if (now - start > DRAIN_NS) {
			uart.stuck = true;
			return;
		}
	}
}

void cadence_uart_read_stats(struct cadence_uart_stats *st)
{
	st->tx_dropped = uart.tx_dropped;
	st->rx_overruns = uart.rx_overruns;
}
