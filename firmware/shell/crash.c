/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * crash - provoke a fault on purpose (as Linux's sysrq-trigger and lkdtm do)
 *
 * To see that a fault is reported with its registers and call chain and that
 * the board comes back, on every new board once and in the tests always.
 */
#include <string.h>

#include "core/port.h"
#include "shell/shell.h"

/* Deeper than any stack; the array keeps each frame large, the volatile use
 * behind the call keeps it from becoming a loop. */
static __attribute__((noinline)) int dig(int depth)
{
	volatile char frame[512];

	frame[0] = (char)depth;
	if (depth == 0)
		return 0;
	return dig(depth - 1) + frame[0];
}

static void by_access(void)
{
	/* Nothing is mapped at address 0, on no board. */
	volatile int *volatile nowhere = NULL;

	*nowhere = 1;
}

static void by_instruction(void)
{
	__builtin_trap();
}

static void by_stack(void)
{
	(void)dig(1 << 20);
}

static void by_assert(void)
{
	volatile int two = 2;

	ASSERT(two == 3);
}

static const struct {
	const char *word;
	void (*crash)(void);
} ways[] = {
	{ "abort", by_access },
	{ "undefined", by_instruction },
	{ "stack", by_stack },
	{ "assert", by_assert },
};

static int crash(struct shell *sh, int argc, char **argv)
{
	if (argc != 2)
		return sh_usage(sh, "crash: one of abort, undefined, stack, "
				    "assert is needed");
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
		if (!strcmp(argv[1], ways[i].word))
			ways[i].crash();
	return sh_usage(sh, "crash: \"%s\" is not a way to crash", argv[1]);
}
SHELL_COMMAND("crash", "abort | undefined | stack | assert",
	      "provoke a fault: the board reports it and restarts", crash);
