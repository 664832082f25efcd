/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * section - how leaves register themselves
 *
 * Knobs, /proc files, shell commands, qdisc kinds and NIC drivers put a
 * pointer to their description into a linker section, so that a leaf is one
 * file and nobody keeps a list. Never used on a packet's way.
 *
 *	SECTION_ITEM(rp_sysctl, struct ctl_table, &my_knob);
 *	SECTION_FOREACH(rp_sysctl, struct ctl_table, t)
 *		use(*t);
 *
 * The section's name must be a C identifier: the linker then defines
 * __start_NAME and __stop_NAME by itself, on the board and on the host.
 */
#ifndef CORE_SECTION_H
#define CORE_SECTION_H

#define SECTION_CAT2(a, b) a##b
#define SECTION_CAT(a, b)  SECTION_CAT2(a, b)

#define SECTION_ITEM(sec, type, ptr)                                           \
	static const type *const SECTION_CAT(sec##_item_, __COUNTER__)         \
		__attribute__((used, section(#sec))) = (ptr)

#define SECTION_DECLARE(sec, type)                                             \
	extern const type *const __start_##sec[] __attribute__((weak));        \
	extern const type *const __stop_##sec[] __attribute__((weak))

#define SECTION_FOREACH(sec, type, it)                                         \
	for (const type *const *it = __start_##sec; it < __stop_##sec; it++)

#endif
