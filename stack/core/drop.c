/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * drop - every dropped packet has one named reason (row M8)
 */
#include "core/drop.h"

u32 drop_counts[DROP_REASON_NR];

static const char *const names[DROP_REASON_NR] = {
#define DROP_NAME(name) #name,
	DROP_REASONS(DROP_NAME)
#undef DROP_NAME
};

/* "?" for a number that is no reason, so that tools may print anything. */
const char *drop_reason_name(enum drop_reason reason)
{
	if ((unsigned int)reason >= DROP_REASON_NR)
		return "?";
	return names[reason];
}
