/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * gic - ARM Generic Interrupt Controller, version 1 or 2, one core (rows I5,
 * E17)
 *
 * For a board: gic_init() once, then gic_handle_irq() from the IRQ vector.
 */
#ifndef IRQ_GIC_H
#define IRQ_GIC_H

#include <stdint.h>

/* @dist, @cpu: the two register blocks. All lines masked afterwards. */
void gic_init(uintptr_t dist, uintptr_t cpu);

/* Take one interrupt and run its handler. Context: hard IRQ. */
void gic_handle_irq(void);

#endif
