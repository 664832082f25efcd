/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * handoff - what a launcher puts into RAM for the firmware
 *
 * QEMU: -device loader,file=F,addr=0x07f00000,force-raw=on
 * A debugger on silicon may do the same. linker/zynq-a9.ld keeps the image
 * away from both places. Words are little endian.
 *
 * The start-up script (tools/run RC=file), at HANDOFF_RC:
 *	8 bytes	"RPRCv1\n\0"
 *	u32	length of the text, the NUL not counted
 *	u32	sum of the text's bytes, modulo 2^32
 *	text	and a NUL
 * Random bytes for keys (QEMU only), at HANDOFF_SEED; wiped once read:
 *	8 bytes	"RPSEEDv1"
 *	32 bytes
 */
#ifndef ZYNQ_HANDOFF_H
#define ZYNQ_HANDOFF_H

#include <stdint.h>

#define HANDOFF_SEED 0x07e00000u
#define HANDOFF_RC   0x07f00000u
#define HANDOFF_END  0x08000000u

#define HANDOFF_RC_MAGIC   "RPRCv1\n" /* its NUL is the eighth byte */
#define HANDOFF_SEED_MAGIC "RPSEEDv1" /* without its NUL */

struct handoff_rc {
	char magic[8];
	uint32_t length;
	uint32_t sum;
	char text[];
};

struct handoff_seed {
	char magic[8];
	uint8_t bytes[32];
};

#endif
