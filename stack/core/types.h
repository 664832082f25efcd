/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * types - the integers and small helpers that every file uses
 *
 * be16_t and be32_t hold network byte order; cross with ntohs()/htonl() from
 * lwip/def.h once, at the edge.
 */
#ifndef CORE_TYPES_H
#define CORE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef uint16_t be16_t;
typedef uint32_t be32_t;

#define likely(x)     __builtin_expect(!!(x), 1)
#define unlikely(x)   __builtin_expect(!!(x), 0)
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define container_of(ptr, type, member)                                        \
	((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#define NSEC_PER_SEC  1000000000ull
#define NSEC_PER_MSEC 1000000ull
#define NSEC_PER_USEC 1000ull

static inline u32 min_u32(u32 a, u32 b)
{
	return a < b ? a : b;
}

static inline u32 max_u32(u32 a, u32 b)
{
	return a > b ? a : b;
}

static inline size_t min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Wrapping comparison of sequence numbers: is a after b? */
static inline bool after32(u32 a, u32 b)
{
	return (s32)(a - b) > 0;
}

static inline bool is_power_of_2(u32 n)
{
	return n != 0 && (n & (n - 1)) == 0;
}

static inline u32 roundup_pow_of_two(u32 n)
{
	return n <= 1 ? 1 : 1u << (32 - __builtin_clz(n - 1));
}

#endif
