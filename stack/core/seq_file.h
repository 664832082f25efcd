/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * seq_file - text that a /proc file or a command writes (rows M1-M9)
 *
 * A writer calls seq_printf() as often as it likes; the text leaves through
 * the flush function (console) or stays in the buffer (HTTP, tests), where
 * too much sets @overflow and the rest is dropped.
 *
 * For files: PROC_FILE("net/dev", show) makes /proc/net/dev exist for `cat`,
 * `ls` and HTTP. show() runs in application context and returns 0 or -errno.
 */
#ifndef CORE_SEQ_FILE_H
#define CORE_SEQ_FILE_H

#include <stdarg.h>
#include "core/section.h"
#include "core/types.h"

struct seq_file {
	char *buf;
	size_t size;
	size_t count;
	bool overflow;
	void (*flush)(struct seq_file *m); /* empties buf, sets count to 0 */
	void *private;
};

void seq_init(struct seq_file *m, char *buf, size_t size);
void seq_printf(struct seq_file *m, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void seq_vprintf(struct seq_file *m, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
void seq_puts(struct seq_file *m, const char *s);
void seq_putc(struct seq_file *m, char c);
void seq_write(struct seq_file *m, const char *s, size_t len);

struct proc_file {
	const char *path; /* below /proc, no leading slash: "net/dev" */
	int (*show)(struct seq_file *m);
};

SECTION_DECLARE(rp_proc, struct proc_file);

#define PROC_FILE(path_, show_)                                                \
	static const struct proc_file SECTION_CAT(proc_, show_) = { path_,     \
								    show_ };   \
	SECTION_ITEM(rp_proc, struct proc_file, &SECTION_CAT(proc_, show_))

/**
 * proc_show() - write one file below /proc
 * @path: "net/dev" or "/proc/net/dev"
 *
 * Return: 0; -ENOENT no such file; -EISDIR a folder of files.
 */
int proc_show(struct seq_file *m, const char *path);

/**
 * proc_list() - write the names in a folder, one a line, sorted
 * @path: "/proc", "net", "/proc/sys/net/core"; folders end in a slash
 *
 * Return: 0, -ENOENT or -ENOTDIR.
 */
int proc_list(struct seq_file *m, const char *path);

#endif
