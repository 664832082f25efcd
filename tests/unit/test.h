/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test - how a unit test is written
 *
 *	// SRCS: stack/core/drop.c
 *	#include "test.h"
 *	#include "core/drop.h"
 *
 *	TEST(drop, each_reason_has_a_name)
 *	{
 *		assert_string_equal(drop_reason_name(0), "NOT_SPECIFIED");
 *	}
 *
 * The first line names the sources that are linked in; a path that begins
 * with lwip/ is lwIP's. Each test runs in a process of its own, so state in
 * the sources under test is fresh, and a crash or a hang (20 s) fails one test
 * only. With a test's name as argument it runs in this process: for gdb.
 *
 * test.c also stands in, weakly, for what the stack asks of its surroundings
 * (core/port.h, printk.h, lwIP's arch); a source under test that defines such
 * a function replaces it.
 */
#ifndef TEST_H
#define TEST_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>
#include "core/types.h"

struct test_case {
	const char *name;
	void (*run)(void);
	struct test_case *next;
};

void test_register(struct test_case *t);

#define TEST(subject, sentence)                                                \
	static void subject##__##sentence(void);                               \
	static struct test_case subject##__##sentence##_case = {               \
		#subject ": " #sentence, subject##__##sentence, NULL           \
	};                                                                     \
	__attribute__((constructor)) static void                               \
		subject##__##sentence##_register(void)                         \
	{                                                                      \
		test_register(&subject##__##sentence##_case);                  \
	}                                                                      \
	static void subject##__##sentence(void)

/* A file may define these: before and after each of its tests. */
void test_begin(void);
void test_end(void);

/* --- the world around the code under test ------------------------------- */

/* clock_ns() returns this, and then adds test_tick_ns (0). */
extern u64 test_now_ns;
extern u64 test_tick_ns;

/* Depth of irq_save() now, and how often it was called. */
extern u32 test_irq_depth;
extern u32 test_irq_saves;
/* Called when irq_restore() reaches depth 0: pending interrupts. */
extern void (*test_irq_hook)(void);

/* pr_info and pr_warn: how many, and the last line. */
extern u32 test_infos, test_warns;
extern char test_log[256];

/* expect_panic(statement): the statement must end in panic(). */
extern jmp_buf test_panic_jmp;
extern bool test_panic_expected;
extern char test_panic_text[256];

#define expect_panic(statement)                                                \
	do {                                                                   \
		test_panic_expected = true;                                    \
		if (setjmp(test_panic_jmp) == 0) {                             \
			statement;                                             \
			test_panic_expected = false;                           \
			fail_msg("no panic: %s", #statement);                  \
		}                                                              \
		test_panic_expected = false;                                   \
	} while (0)

#endif
