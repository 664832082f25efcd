/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * seq_file - text that a /proc file or a command writes (rows M1-M9)
 *
 * The text always ends in a zero byte that @count does not include, so one
 * byte of the buffer is never filled.
 */
#include "core/seq_file.h"

#include <stdio.h>
#include <string.h>

static size_t room(const struct seq_file *m)
{
	return m->size - 1 - m->count;
}

/* Make room by the flush function. Return: true if there is more now. */
static bool flush(struct seq_file *m)
{
	if (m->flush == NULL || m->count == 0)
		return false;
	m->flush(m);
	return true;
}

/**
 * seq_init() - begin an empty text in the caller's memory
 * @size: of @buf, at least 1; one byte of it holds the final zero
 *
 * Set m->flush afterwards if the text is to leave through it.
 */
void seq_init(struct seq_file *m, char *buf, size_t size)
{
	memset(m, 0, sizeof(*m));
	m->buf = buf;
	m->size = size;
	buf[0] = '\0';
}

void seq_write(struct seq_file *m, const char *s, size_t len)
{
	while (len > 0) {
		size_t n = min_size(len, room(m));

		memcpy(m->buf + m->count, s, n);
		m->count += n;
		m->buf[m->count] = '\0';
		s += n;
		len -= n;
		if (len > 0 && !flush(m)) {
			m->overflow = true;
			return;
		}
	}
}

void seq_puts(struct seq_file *m, const char *s)
{
	seq_write(m, s, strlen(s));
}

void seq_putc(struct seq_file *m, char c)
{
	seq_write(m, &c, 1);
}

void seq_vprintf(struct seq_file *m, const char *fmt, va_list ap)
{
	va_list again;
	size_t len;
	int n;

	va_copy(again, ap);
	n = vsnprintf(m->buf + m->count, room(m) + 1, fmt, ap);
	len = n > 0 ? (size_t)n : 0;
	if (len > room(m)) {
		/* Cut off here; without the cut after a flush. */
		m->buf[m->count] = '\0';
		(void)flush(m);
		n = vsnprintf(m->buf + m->count, room(m) + 1, fmt, again);
		len = n > 0 ? (size_t)n : 0;
		if (len > room(m)) {
			m->overflow = true;
			len = room(m);
		}
	}
	m->count += len;
	va_end(again);
}

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	seq_vprintf(m, fmt, ap);
	va_end(ap);
}
