/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * printk - log ring: whole lines, the oldest go first
 */
#include "core/printk.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "core/port.h"

enum {
	LINE_MAX_BYTES = 256, /* stamp and newline included; longer is cut */
};

#define RATELIMIT_NS (5 * NSEC_PER_SEC)

_Static_assert((CONFIG_LOG_SIZE & (CONFIG_LOG_SIZE - 1)) == 0 &&
		       CONFIG_LOG_SIZE >= 2 * LINE_MAX_BYTES,
	       "free-running positions");

static struct {
	u32 head; /* positions run free; tail is the start of a line */
	u32 tail;
	void (*sink)(const char *text, size_t len);
	char ring[CONFIG_LOG_SIZE];
} kmsg;

void printk_set_sink(void (*sink)(const char *text, size_t len))
{
	kmsg.sink = sink;
}

static void drop_oldest_line(void)
{
	while (kmsg.ring[kmsg.tail++ % CONFIG_LOG_SIZE] != '\n')
		;
}

static void append(const char *line, size_t len)
{
	u32 flags = irq_save();

	while (kmsg.head - kmsg.tail + len > CONFIG_LOG_SIZE)
		drop_oldest_line();
	for (size_t i = 0; i < len; i++)
		kmsg.ring[kmsg.head++ % CONFIG_LOG_SIZE] = line[i];
	irq_restore(flags);
}

static __attribute__((format(printf, 1, 0))) void vprintk(const char *fmt,
							  va_list ap)
{
	char line[LINE_MAX_BYTES];
	u64 us = clock_ns() / NSEC_PER_USEC;
	size_t len, room;
	int n;

	n = snprintf(line, sizeof(line), "[%5lu.%06lu] ",
		     (unsigned long)(us / 1000000),
		     (unsigned long)(us % 1000000));
	len = n > 0 ? (size_t)n : 0;
	room = sizeof(line) - 1 - len; /* one for the newline */
	n = vsnprintf(line + len, room, fmt, ap);
	if (n > 0)
		len += min_size((size_t)n, room - 1);
	/* One call, one line: a newline inside would lose its stamp. */
	for (size_t i = 0; i < len; i++)
		if (line[i] == '\n')
			line[i] = ' ';
	while (len > 0 && line[len - 1] == ' ')
		len--;
	line[len++] = '\n';
	append(line, len);
	if (kmsg.sink)
		kmsg.sink(line, len);
}

void pr_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintk(fmt, ap);
	va_end(ap);
}

void pr_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintk(fmt, ap);
	va_end(ap);
}

bool printk_ratelimit(u64 *last_ns)
{
	u64 now = clock_ns();

	if (*last_ns != 0 && now - *last_ns < RATELIMIT_NS)
		return false;
	*last_ns = now != 0 ? now : 1;
	return true;
}

size_t dmesg_read(u32 *pos, char *buf, size_t size)
{
	u32 flags = irq_save();
	size_t n;

	/* 0, or a place that was overwritten meanwhile: the oldest line. */
	if (*pos - kmsg.tail > kmsg.head - kmsg.tail)
		*pos = kmsg.tail;
	for (n = 0; n < size && *pos != kmsg.head; n++)
		buf[n] = kmsg.ring[(*pos)++ % CONFIG_LOG_SIZE];
	irq_restore(flags);
	return n;
}
