/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * interrupt - hard interrupts by number, with their handlers and counts
 *
 * For drivers: request_irq() once, then the handler runs with interrupts
 * masked whenever the line is up. For interrupt controllers (drivers/irq):
 * fill a struct irq_chip, call generic_handle_irq() for each one taken.
 * Shown in /proc/interrupts (rows I5, E17).
 *
 * A handler touches device masks, the NAPI poll list, pending bits and
 * counters; never a packet.
 */
#ifndef CORE_INTERRUPT_H
#define CORE_INTERRUPT_H

#include "core/types.h"

enum { NR_IRQS = 128 };

typedef void (*irq_handler_t)(void *arg);

struct irq_chip {
	const char *name; /* "GICv1" */
	void (*unmask)(unsigned int irq);
	void (*mask)(unsigned int irq);
	/* Make it pending, as its device does. May be NULL. */
	void (*retrigger)(unsigned int irq);
};

struct irq_desc {
	irq_handler_t handler;
	void *arg;
	const char *name;
	u32 count;
};

/* The board's controller; called once, before the first request_irq(). */
void irq_set_chip(const struct irq_chip *chip);

/**
 * request_irq() - attach a handler and unmask the line
 * @name: shown in /proc/interrupts; must live for ever
 *
 * Return: 0; -EINVAL no such line; -EBUSY taken.
 */
int request_irq(unsigned int irq, irq_handler_t handler, const char *name,
		void *arg);

/* Mask the line and forget the handler. */
void free_irq(unsigned int irq);

/**
 * generic_handle_irq() - run the handler of a line
 *
 * A line without a handler is masked and counted as spurious, so that it
 * cannot storm. Context: hard IRQ.
 */
void generic_handle_irq(unsigned int irq);

/* Let it interrupt once more, though its device says nothing. False: this
 * controller cannot. */
bool irq_retrigger(unsigned int irq);

/* Count an interrupt that had gone away when the controller was asked. */
void irq_count_spurious(void);
u32 irq_spurious_count(void);

/* For /proc/interrupts: NULL when @irq has no handler. */
const struct irq_desc *irq_to_desc(unsigned int irq);
const char *irq_chip_name(void);
u64 irq_total_count(void);

#endif
