/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fuzz - the whole stack in one process, for fuzz targets
 *
 * world.c starts what the firmware starts (stack, services, shell) on two
 * devices that are only memory, with a clock that the target moves and random
 * numbers that are the same in every run. Targets hand in frames or typed
 * text. After each input world_end() takes everything back to the start
 * without a restart and checks that nothing is missing: that is what makes
 * tens of thousands of frames a second possible.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <setjmp.h>

#include "core/netdevice.h"
#include "core/types.h"

/* The board is .1 and its peer .2; any other address there is a neighbour that
 * never answers. eth0 has a fixed address and is in a group, eth1 asks DHCP. */
#define FUZZ_NET   0x0a000000u /* 10.0.0.0/24 */
#define FUZZ_OWN   (FUZZ_NET + 1)
#define FUZZ_PEER  (FUZZ_NET + 2)
#define FUZZ_GROUP 0xef010203u /* 239.1.2.3 */

extern const u8 fuzz_own_mac[2][ETH_ALEN];
extern const u8 fuzz_peer_mac[ETH_ALEN];
extern struct net_device fuzz_dev[2];

/* Once, from LLVMFuzzerInitialize(). */
void world_start(void);

/* Before and after each input. */
void world_begin(void);
void world_end(void);

/* One turn of the main loop. */
void world_turn(void);

/* Let time pass, timers firing when they are due. */
void world_advance(u64 ns);

/* A frame arrives: any length; a real NIC's limits are kept here. */
void world_receive(struct net_device *dev, const u8 *frame, size_t len);

/* Packets given to the device stay with it (true), or leave at once. */
void world_hold_transmit(bool hold);

/* What the shell is to read. */
void world_type(const u8 *text, size_t len);

/* The last DNS query that left; a length of 0: there was none. */
struct fuzz_query {
	u16 port; /* it came from */
	size_t len;
	u8 message[64];
};
extern struct fuzz_query fuzz_query;

/* port.c: the clock, moved by world_advance(). `poweroff` and `reboot` jump to
 * fuzz_board_ended, which world_turn() sets. */
extern u64 fuzz_now_ns;
extern jmp_buf fuzz_board_ended;
void fuzz_reseed(void);

/* skbuff.c: the next buffer is as long as this frame and no byte longer. */
void fuzz_skb_fit(size_t len);

/* memp.c, skbuff.c: the @nth allocation from now fails; 0: none does. */
void fuzz_fail_allocation(u32 nth);
bool fuzz_allocation_fails(void);

/* Our own check failed: print and abort, which libFuzzer reports. */
#define FUZZ_CHECK(cond)                                                       \
	do {                                                                   \
		if (!(cond))                                                   \
			fuzz_failed(#cond, __FILE__, __LINE__);                \
	} while (0)
_Noreturn void fuzz_failed(const char *what, const char *file, int line);

#endif
