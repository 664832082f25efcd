/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fuzz_console - typed text into the whole shell
 *
 * Line editor, history, completion, parser, every command and every /proc
 * file, with the stack behind them. A command that takes time gets some after
 * each line.
 */
#include <string.h>

#include "board.h"
#include "fuzz.h"

enum {
	CTRL_C = 3,
	TYPED_MAX = 4096,
};

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	world_start();
	return 0;
}

static void type(const u8 *text, size_t len)
{
	world_type(text, len);
	for (u32 turns = 0; turns < 64 && board_console_pending(); turns++)
		world_turn();
	world_advance(200 * NSEC_PER_MSEC);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const u8 end[] = { CTRL_C, '\r' };

	size = min_size(size, TYPED_MAX);
	world_begin();
	while (size > 0) {
		const u8 *eol = memchr(data, '\n', size);
		size_t len = eol != NULL ? (size_t)(eol - data) + 1 : size;

		type(data, len);
		data += len;
		size -= len;
	}
	type(end, sizeof(end));
	world_end();
	return 0;
}
