/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cpu - clock, timer and interrupts of a Linux process (row I5 on the host)
 *
 * Everything that could interrupt is found by ppoll(): in board_idle(), which
 * sleeps in it, and now and then, without sleeping, where interrupts are
 * unmasked or the time is asked, so that a busy main loop sees its devices
 * too. See host.h.
 */
#define _GNU_SOURCE /* ppoll() */
#include "host.h"

#include <limits.h>
#include <time.h>

#include "board.h"

/* A busy main loop looks at the descriptors this often at most: a system
 * call of about a microsecond, 2 % of the time; the latency it adds is what
 * interrupt moderation adds on a real NIC. */
enum { SCAN_INTERVAL_NS = 50000 };

struct line {
	int fd;
	short events;
	bool enabled;
};

static struct {
	uint64_t start_ns;
	uint64_t deadline_ns;
	uint64_t scanned_ns;
	bool masked;
	uint32_t pending; /* one bit a line */
	void (*entry)(unsigned int line);
	struct line lines[HOST_LINES];
} cpu = {
	.deadline_ns = UINT64_MAX,
	.masked = true,
	.lines = { [0 ... HOST_LINES - 1] = { .fd = -1 } },
};

static uint64_t monotonic_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts); /* cannot fail on Linux */
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static uint64_t clock_ns(void)
{
	return monotonic_ns() - cpu.start_ns;
}

static bool line_is_open(const struct line *line)
{
	return line->fd >= 0 && line->enabled && line->events != 0;
}

/* Look at every open line and the console; sleep up to @sleep_ns for one. */
static void scan(uint64_t sleep_ns)
{
	struct pollfd pfd[HOST_LINES + 2];
	unsigned int line_of[HOST_LINES];
	size_t lines = 0, console;
	struct timespec ts = {
		.tv_sec = (time_t)(sleep_ns / 1000000000u),
		.tv_nsec = (long)(sleep_ns % 1000000000u),
	};

	for (unsigned int i = 0; i < HOST_LINES; i++) {
		if (!line_is_open(&cpu.lines[i]))
			continue;
		pfd[lines].fd = cpu.lines[i].fd;
		pfd[lines].events = cpu.lines[i].events;
		pfd[lines].revents = 0;
		line_of[lines++] = i;
	}
	console = host_console_poll(&pfd[lines]);

	/* A signal or no memory: nothing was seen, the next scan will. */
	if (ppoll(pfd, lines + console, &ts, NULL) > 0) {
		for (size_t i = 0; i < lines; i++)
			if (pfd[i].revents != 0)
				cpu.pending |= 1u << line_of[i];
		host_console_polled(&pfd[lines], console);
	}
	cpu.scanned_ns = clock_ns();
}

static void take_pending(void)
{
	while (cpu.pending != 0) {
		unsigned int i = (unsigned int)__builtin_ctz(cpu.pending);

		cpu.pending &= cpu.pending - 1;
		/* Masked since it was seen: a level that went away. */
		if (!line_is_open(&cpu.lines[i]) || cpu.entry == NULL)
			continue;
		cpu.masked = true;
		cpu.entry(i);
		cpu.masked = false;
	}
}

/* Between two statements of whoever called: what a busy loop that never
 * sleeps has in place of real interrupts. */
static void interrupt_point(void)
{
	if (cpu.masked)
		return;
	if (cpu.pending == 0 && clock_ns() - cpu.scanned_ns >= SCAN_INTERVAL_NS)
		scan(0);
	take_pending();
}

void host_cpu_init(void)
{
	cpu.start_ns = monotonic_ns();
}

void host_line_attach(unsigned int line, int fd)
{
	cpu.lines[line] = (struct line){ .fd = fd };
}

void host_line_events(unsigned int line, short events)
{
	if (line < HOST_LINES)
		cpu.lines[line].events = events;
}

void host_line_enable(unsigned int line, bool on)
{
	if (line < HOST_LINES)
		cpu.lines[line].enabled = on;
}

void host_set_irq_entry(void (*entry)(unsigned int line))
{
	cpu.entry = entry;
}

/* Every turn of the main loop asks for the time, even where nothing is masked
 * and unmasked. The handlers run first: time does not go back. */
uint64_t board_clock_ns(void)
{
	interrupt_point();
	return clock_ns();
}

void board_timer_set(uint64_t deadline_ns)
{
	cpu.deadline_ns = deadline_ns;
}

uint32_t board_irq_save(void)
{
	uint32_t flags = cpu.masked;

	cpu.masked = true;
	return flags;
}

void board_irq_enable(void)
{
	cpu.masked = false;
	interrupt_point();
}

void board_irq_restore(uint32_t flags)
{
	if (flags == 0)
		board_irq_enable();
}

void board_idle(void)
{
	uint64_t now = clock_ns();

	if (cpu.pending != 0 || cpu.deadline_ns <= now)
		return;
	/* An hour stands for "none": the main loop just comes by once. */
	if (cpu.deadline_ns - now > 3600ull * 1000000000u)
		scan(3600ull * 1000000000u);
	else
		scan(cpu.deadline_ns - now);
}
