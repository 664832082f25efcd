/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * port - what the stack and lwIP ask for, answered by the board
 *
 * See core/port.h and lwip/arch/cc.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "board.h"
#include "core/port.h"
#include "core/siphash.h"
#include "lwip/arch.h"
#include "port_init.h"

u64 clock_ns(void)
{
	return board_clock_ns();
}

void port_meminfo(u64 *total, u64 *unused)
{
	size_t all, rest;

	board_memory(&all, &rest);
	*total = all;
	*unused = rest;
}

u32 irq_save(void)
{
	return board_irq_save();
}

void irq_restore(u32 flags)
{
	board_irq_restore(flags);
}

/* --- random: a keyed hash over a counter ------------------------------- */

static struct {
	struct siphash_key key;
	u64 counter;
} rng;

/*
 * The fallback where the chip has no source: the low bits of the clock's
 * distance between two reads, many times over, which caches, memory refresh
 * and the loader's timing move; and what memory held at power-on. Weak in an
 * emulator that counts instructions; see docs/random.md.
 */
static void gather_jitter(u64 out[2])
{
	struct siphash_key key = { { 0x52696e6770617468ull,
				     board_clock_ns() } };
	u64 last = 0;

	for (int i = 0; i < 1024; i++) {
		u64 now = board_clock_ns();
		u64 sample[2] = { now - last, key.k[0] };

		last = now;
		key.k[i & 1] ^= siphash(sample, sizeof(sample), &key);
	}
	memcpy(out, key.k, sizeof(key.k));
}

bool random_init(void)
{
	u64 seed[4] = { 0 };
	size_t real = board_entropy(seed, sizeof(seed));

	gather_jitter(rng.key.k);
	rng.key.k[0] ^= seed[0] ^ seed[2];
	rng.key.k[1] ^= seed[1] ^ seed[3];
	memset(seed, 0, sizeof(seed));
	return real >= sizeof(rng.key);
}

void get_random_bytes(void *buf, size_t len)
{
	u8 *out = buf;

	while (len) {
		/* When a packet comes is a little entropy of its own. */
		u64 in[2] = { rng.counter++, board_clock_ns() };
		u64 word = siphash(in, sizeof(in), &rng.key);
		size_t n = len < sizeof(word) ? len : sizeof(word);

		memcpy(out, &word, n);
		out += n;
		len -= n;
	}
}

uint32_t lwip_rand(void)
{
	u32 word;

	get_random_bytes(&word, sizeof(word));
	return word;
}

/* --- the end ----------------------------------------------------------- */

__attribute__((format(printf, 1, 2))) static void print(const char *fmt, ...)
{
	char line[160];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (n > 0)
		board_console_write(line, (size_t)n < sizeof(line)
						  ? (size_t)n
						  : sizeof(line) - 1);
	board_console_drain();
}

_Noreturn void panic(const char *fmt, ...)
{
	static bool again;
	char line[160];
	va_list ap;

	(void)board_irq_save();
	if (!again) {
		again = true;
		va_start(ap, fmt);
		(void)vsnprintf(line, sizeof(line), fmt, ap);
		va_end(ap);
		print("\r\nKernel panic - not syncing: %s\r\n", line);
		board_backtrace(print);
		print("Restarting the board.\r\n");
	}
	board_reset();
}

_Noreturn void lwip_assert_failed(const char *message, const char *file,
				  int line)
{
	panic("lwIP assertion \"%s\" failed at %s:%d", message, file, line);
}
