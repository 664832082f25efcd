// SPDX-License-Identifier: BSD-3-Clause
// SRCS: stack/core/interrupt.c
/*
 * Hard interrupts by number (rows I5, E17)
 */
#include <errno.h>

#include "core/interrupt.h"
#include "test.h"

static unsigned int masked, unmasked, handled;

static void mask(unsigned int irq)
{
	masked = irq;
}

static void unmask(unsigned int irq)
{
	unmasked = irq;
}

static void handler(void *arg)
{
	handled += *(unsigned int *)arg;
}

static const struct irq_chip chip = {
	.name = "test",
	.unmask = unmask,
	.mask = mask,
};

TEST(interrupt, line_without_a_handler_is_masked_and_cannot_storm)
{
	u32 before = irq_spurious_count();

	irq_set_chip(&chip);
	generic_handle_irq(40);
	assert_int_equal(masked, 40);
	assert_int_equal(irq_spurious_count(), before + 1);
}

TEST(interrupt, handler_runs_with_its_argument_and_is_counted)
{
	static unsigned int step = 3;

	irq_set_chip(&chip);
	assert_int_equal(request_irq(54, handler, "eth0", &step), 0);
	assert_int_equal(unmasked, 54);
	generic_handle_irq(54);
	generic_handle_irq(54);
	assert_int_equal(handled, 6);
	assert_int_equal(irq_to_desc(54)->count, 2);
	assert_string_equal(irq_to_desc(54)->name, "eth0");
}

TEST(interrupt, taken_or_absurd_line_is_refused)
{
	static unsigned int step = 1;

	irq_set_chip(&chip);
	assert_int_equal(request_irq(54, handler, "eth0", &step), 0);
	assert_int_equal(request_irq(54, handler, "eth1", &step), -EBUSY);
	assert_int_equal(request_irq(NR_IRQS, handler, "eth1", &step), -EINVAL);
}

TEST(interrupt, freed_line_is_masked_and_free_again)
{
	static unsigned int step = 1;

	irq_set_chip(&chip);
	assert_int_equal(request_irq(77, handler, "eth1", &step), 0);
	free_irq(77);
	assert_int_equal(masked, 77);
	assert_null(irq_to_desc(77));
	assert_int_equal(request_irq(77, handler, "eth1", &step), 0);
}
