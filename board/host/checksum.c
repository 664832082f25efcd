/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * checksum - the sum of board/armv7a/checksum.S in portable C
 *
 * The one's-complement sum of the bytes as little-endian halfwords (RFC
 * 1071), folded to 16 bits, not inverted. Any alignment, any length from 0.
 */
#include <stdint.h>
#include <string.h>

#include "arch/cc.h"

uint16_t ip_csum_fold(const void *data, int len)
{
	const uint8_t *p = data;
	uint64_t sum = 0;
	uint32_t word;

	for (; len >= 4; len -= 4, p += 4) {
		memcpy(&word, p, 4);
		sum += word;
	}
	if (len >= 2) {
		sum += p[0] | p[1] << 8;
		len -= 2;
		p += 2;
	}
	if (len > 0)
		sum += *p;
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)((sum & 0xffff) + (sum >> 16));
}
