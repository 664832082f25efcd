/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sysctl - run-time knobs with Linux's names, defaults and limits
 *
 * A stage declares its knobs beside the state they set:
 *
 *	SYSCTL_INT("net.core.netdev_budget", &netdev_budget, 1, INT_MAX);
 *
 * They are then there for `sysctl`, for /proc/sys/net/core/netdev_budget and
 * for start-up scripts. Context: application.
 */
#ifndef CORE_SYSCTL_H
#define CORE_SYSCTL_H

#include "core/section.h"
#include "core/seq_file.h"
#include "core/types.h"

struct ctl_table {
	const char *name; /* dotted */
	int *data;	  /* @count ints, shown separated by tabs */
	u8 count;
	bool read_only;
	int min, max;
	/* Called after a successful write; NULL if nothing needs to know. */
	void (*changed)(const struct ctl_table *t);
	/* In place of @data: writes the value's text, no newline. Then the
	 * knob is read-only. */
	void (*show)(struct seq_file *m);
};

SECTION_DECLARE(rp_sysctl, struct ctl_table);

#define SYSCTL_TABLE(...)                                                      \
	SYSCTL_TABLE_N(SECTION_CAT(ctl_table_, __COUNTER__), __VA_ARGS__)
#define SYSCTL_TABLE_N(id, ...)                                                \
	static const struct ctl_table id = { __VA_ARGS__ };                    \
	SECTION_ITEM(rp_sysctl, struct ctl_table, &id)

#define SYSCTL_INT(name_, ptr_, min_, max_)                                    \
	SYSCTL_TABLE(.name = (name_), .data = (ptr_), .count = 1,              \
		     .min = (min_), .max = (max_))

const struct ctl_table *sysctl_find(const char *name);

/* Write the value's text as Linux's file has it, without the newline. */
void sysctl_show_value(struct seq_file *m, const struct ctl_table *t);

/**
 * sysctl_write() - set a knob from text
 * @value: decimal numbers, as many as the knob has, separated by blanks
 *
 * Nothing changes unless every number is right.
 * Return: 0; -EINVAL not a number, or outside the limits; -EACCES read-only.
 */
int sysctl_write(const struct ctl_table *t, const char *value);

#endif
