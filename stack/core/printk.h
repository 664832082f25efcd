/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * printk - the kernel log: one line per part at boot, then only what a human
 * must act on
 *
 * Lines go to a ring that `dmesg` shows, stamped "[    0.001234] ", and to
 * the sink that firmware sets (the console). Nothing is logged per packet.
 * Context: any, hard IRQ included (the sink must allow it).
 */
#ifndef CORE_PRINTK_H
#define CORE_PRINTK_H

#include "core/types.h"

/* Where finished log lines also go; NULL (the default) is nowhere. */
void printk_set_sink(void (*sink)(const char *text, size_t len));

void pr_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void pr_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * printk_ratelimit() - may a warning that the wire can provoke be printed?
 * @last_ns: the caller's own static, 0 at first
 *
 * Return: true at most once in five seconds for each @last_ns.
 */
bool printk_ratelimit(u64 *last_ns);

/**
 * dmesg_read() - the log from its oldest kept line, for `dmesg`
 * @pos: byte position, start with 0; advanced by what was returned
 * @buf: filled with up to @size bytes, no terminator
 *
 * Return: bytes copied, 0 at the end.
 */
size_t dmesg_read(u32 *pos, char *buf, size_t size);

#endif
