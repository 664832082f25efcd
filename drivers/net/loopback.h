/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * loopback - lo: what is sent to ourselves is received again (row I14)
 */
#ifndef NET_LOOPBACK_H
#define NET_LOOPBACK_H

enum {
	/* Linux has 65536. Here a packet's length is 16 bits wide, headers
	 * included, and a copy is made of pieces of SKB_DATA_SIZE, at most
	 * MAX_SKB_FRAGS of them. */
	LOOPBACK_MTU = 16384,
};

/* Register lo and set it up, with 127.0.0.1/8. Context: application, at boot,
 * before any other device, so that its index is 1 as on Linux. */
void loopback_init(void);

#endif
