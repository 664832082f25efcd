/* SPDX-License-Identifier: BSD-3-Clause */
/* The default start-up script, as text in the image (zero-terminated). */
	.section .rodata.firmware_rc, "a"
	.global firmware_rc
firmware_rc:
	.incbin "firmware/rc"
	.byte 0
	.section .note.GNU-stack, "", %progbits
