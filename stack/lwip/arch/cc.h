/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cc - what lwIP asks of the compiler and the platform
 */
#ifndef LWIP_ARCH_CC_H
#define LWIP_ARCH_CC_H

#include <stdint.h>
#include <stddef.h>

#define LWIP_NO_INTTYPES_H    0
#define LWIP_ERRNO_STDINCLUDE 1

/* One instruction each, where lwIP would call a function. */
#define lwip_htons(x) ((uint16_t)__builtin_bswap16(x))
#define lwip_htonl(x) ((uint32_t)__builtin_bswap32(x))

_Noreturn void lwip_assert_failed(const char *message, const char *file,
				  int line);
#define LWIP_PLATFORM_ASSERT(message)                                          \
	lwip_assert_failed(message, __FILE__, __LINE__)
#define LWIP_PLATFORM_DIAG(x)                                                  \
	do {                                                                   \
	} while (0)

uint32_t lwip_rand(void);
#define LWIP_RAND() lwip_rand()

/* One addition with carry per word, in the board's assembly where there is
 * some (board/armv7a/checksum.S). */
uint16_t ip_csum_fold(const void *data, int len);
#define LWIP_CHKSUM ip_csum_fold

#endif
