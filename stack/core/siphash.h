/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * siphash - SipHash-2-4, a keyed hash for short input (Aumasson, Bernstein
 * 2012), for sequence numbers (RFC 6528), cookies and hash tables that an
 * attacker must not be able to aim at
 *
 * Pure.
 */
#ifndef CORE_SIPHASH_H
#define CORE_SIPHASH_H

#include "core/types.h"

struct siphash_key {
	u64 k[2];
};

u64 siphash(const void *data, size_t len, const struct siphash_key *key);

#endif
