/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * port - what the stack and the shell ask of their surroundings, for fuzzing
 *
 * Time stands still unless the target moves it, randomness repeats, and the
 * ends of the board (poweroff, reboot) end only the input.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "core/port.h"
#include "fuzz.h"
#include "lwip/arch.h"

u64 fuzz_now_ns;
jmp_buf fuzz_board_ended;
static u64 random_state;

void fuzz_reseed(void)
{
	random_state = 0x9e3779b97f4a7c15ull;
}

_Noreturn void fuzz_failed(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: FUZZ_CHECK(%s) failed\n", file, line, what);
	abort();
}

/* --- core/port.h ------------------------------------------------------------
 */

u64 clock_ns(void)
{
	return fuzz_now_ns;
}

u32 irq_save(void)
{
	return 0;
}

void irq_restore(u32 flags)
{
	(void)flags;
}

/* xorshift64* */
void get_random_bytes(void *buf, size_t len)
{
	u8 *p = buf;

	while (len-- > 0) {
		random_state ^= random_state >> 12;
		random_state ^= random_state << 25;
		random_state ^= random_state >> 27;
		*p++ = (u8)((random_state * 0x2545f4914f6cdd1dull) >> 56);
	}
}

_Noreturn void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
	abort();
}

uint32_t lwip_rand(void)
{
	u32 word;

	get_random_bytes(&word, sizeof(word));
	return word;
}

_Noreturn void lwip_assert_failed(const char *message, const char *file,
				  int line)
{
	panic("lwIP assertion \"%s\" failed at %s:%d", message, file, line);
}

/* --- board.h, as far as the shell and the services see it
 * --------------------- */

const char board_name[] = "fuzz";
const char board_model[] = "libFuzzer";

static struct {
	const u8 *text;
	size_t left;
} typed;

void world_type(const u8 *text, size_t len)
{
	typed.text = text;
	typed.left = len;
}

uint64_t board_clock_ns(void)
{
	return fuzz_now_ns;
}

void board_console_write(const char *text, size_t len)
{
	/* Read all of it, so that text out of nowhere is found. */
	static volatile u8 sum;

	for (size_t i = 0; i < len; i++)
		sum = (u8)(sum + (u8)text[i]);
}

size_t board_console_read(char *buf, size_t size)
{
	size_t n = min_size(size, typed.left);

	if (n == 0)
		return 0;
	memcpy(buf, typed.text, n);
	typed.text += n;
	typed.left -= n;
	return n;
}

bool board_console_pending(void)
{
	return typed.left != 0;
}

void board_console_drain(void)
{
}

const char *board_rc(void)
{
	return NULL;
}

size_t board_entropy(void *buf, size_t len)
{
	get_random_bytes(buf, len);
	return len;
}

void board_backtrace(void (*print)(const char *fmt, ...))
{
	(void)print;
}

/* `poweroff` and `reboot` end the line that was typed, nothing else. */
_Noreturn void board_poweroff(int status)
{
	(void)status;
	typed.left = 0;
	longjmp(fuzz_board_ended, 1);
}

_Noreturn void board_reset(void)
{
	board_poweroff(0);
}

/* --- AddressSanitizer's own choices
 * -------------------------------------------- */

const char *__asan_default_options(void);

/* Short histories of allocations: half of the speed. What is not given back
 * is found by world_end(). */
const char *__asan_default_options(void)
{
	return "malloc_context_size=6:detect_leaks=0:quarantine_size_mb=32";
}
