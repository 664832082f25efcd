/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * port_init - what main() calls of port.c
 */
#ifndef FIRMWARE_PORT_INIT_H
#define FIRMWARE_PORT_INIT_H

#include "core/types.h"

/* Key the generator; once, before the stack starts. Return: true if the board
 * gave real entropy, false if only the fallback of docs/random.md was there. */
bool random_init(void);

#endif
