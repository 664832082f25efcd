/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * exception - registers, reason and call chain on the console, then reset
 *
 * The call chain is a guess that needs no frame pointers: words on the stack
 * that point behind a call instruction in our text. It may name a function
 * that returned already; it misses none that was called by BL or BLX.
 *
 * Manual: ARM DDI 0406C, B3.13 (fault status), B4.1.51 to B4.1.54.
 */
#include "exception.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "board.h"
#include "core/types.h"
#include "mmu.h"

enum {
	CHAIN_MAX = 24,
	DFSR_WNR = 1 << 11,
};

extern const char __text_start[], __text_end[];

/* How many exceptions are being reported: the second came from the first. */
static volatile int depth;

static const char *const kind_names[] = {
	[EXCEPTION_UNDEF] = "undefined instruction",
	[EXCEPTION_SVC] = "unexpected SVC",
	[EXCEPTION_PABT] = "prefetch abort",
	[EXCEPTION_DABT] = "data abort",
	[EXCEPTION_FIQ] = "unexpected FIQ",
};

static const char *fault_reason(u32 fsr)
{
	switch ((fsr & 0xf) | (fsr >> 6 & 0x10)) {
	case 0x01:
		return "alignment";
	case 0x02:
		return "debug event";
	case 0x05:
		return "nothing mapped, section";
	case 0x07:
		return "nothing mapped, page";
	case 0x08:
		return "external abort";
	case 0x09:
	case 0x0b:
		return "domain";
	case 0x0c:
	case 0x0e:
		return "external abort on table walk";
	case 0x0d:
		return "not permitted, section";
	case 0x0f:
		return "not permitted, page";
	case 0x16:
		return "asynchronous external abort";
	default:
		return "other";
	}
}

/* Straight out: what was queued before goes first, nothing stays behind. */
static __attribute__((format(printf, 1, 2))) void print_now(const char *fmt,
							    ...)
{
	char line[128];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (len > (int)sizeof(line) - 1)
		len = sizeof(line) - 1;
	board_console_drain();
	if (len > 0)
		board_console_write(line, len);
	board_console_drain();
}

static bool in_text(u32 addr)
{
	return (addr & 3) == 0 && addr > (uintptr_t)__text_start &&
	       addr < (uintptr_t)__text_end;
}

/* Does the instruction before @addr call (BL, BLX register)? */
static bool follows_call(u32 addr)
{
	u32 insn;

	if (!in_text(addr))
		return false;
	insn = *(const u32 *)(uintptr_t)(addr - 4);
	return (insn & 0x0f000000) == 0x0b000000 ||
	       (insn & 0x0ffffff0) == 0x012fff30;
}

static void print_chain(void (*print)(const char *fmt, ...), u32 pc, u32 lr,
			uintptr_t sp)
{
	uintptr_t top = mmu_stack_top(sp);
	int found = 0;
	u32 last = 0;

	print("call chain (arm-none-eabi-addr2line -fe ringpath.elf ...):\n");
	print(" pc %08x lr %08x\n", (unsigned int)pc, (unsigned int)lr);
	sp = (sp + 3) & ~(uintptr_t)3;
	/* A stack pointer in its guard page: nothing can be read there. */
	while (sp < top && mmu_guard_name(sp))
		sp += 4;
	for (; sp < top && found < CHAIN_MAX; sp += 4) {
		u32 word = *(const u32 *)sp;

		/* Recursion fills the list with one address. */
		if (!follows_call(word) || word == last)
			continue;
		last = word;
		print(" %08x\n", (unsigned int)(word - 4));
		found++;
	}
}

static void print_frame(const struct exception_frame *f)
{
	static const char *const names[] = { "r0 ", "r1 ", "r2 ", "r3 ",
					     "r4 ", "r5 ", "r6 ", "r7 ",
					     "r8 ", "r9 ", "r10", "r11",
					     "r12", "sp ", "lr ", "pc " };
	const u32 v[] = { f->r[0],  f->r[1], f->r[2],  f->r[3],
			  f->r[4],  f->r[5], f->r[6],  f->r[7],
			  f->r[8],  f->r[9], f->r[10], f->r[11],
			  f->r[12], f->sp,   f->lr,    f->pc };

	for (size_t i = 0; i < ARRAY_SIZE(v); i += 4)
		print_now("%s %08x  %s %08x  %s %08x  %s %08x\n", names[i],
			  (unsigned int)v[i], names[i + 1],
			  (unsigned int)v[i + 1], names[i + 2],
			  (unsigned int)v[i + 2], names[i + 3],
			  (unsigned int)v[i + 3]);
	print_now("cpsr %08x\n", (unsigned int)f->cpsr);
}

static void print_abort(enum exception_kind kind)
{
	const char *guard;
	u32 fsr, far;

	if (kind == EXCEPTION_DABT) {
		__asm__("mrc p15, 0, %0, c5, c0, 0" : "=r"(fsr));
		__asm__("mrc p15, 0, %0, c6, c0, 0" : "=r"(far));
	} else {
		__asm__("mrc p15, 0, %0, c5, c0, 1" : "=r"(fsr));
		__asm__("mrc p15, 0, %0, c6, c0, 2" : "=r"(far));
	}
	print_now("%s at %08x: %s (status %03x)\n",
		  kind == EXCEPTION_PABT ? "fetch"
		  : (fsr & DFSR_WNR)	 ? "write"
					 : "read",
		  (unsigned int)far, fault_reason(fsr), (unsigned int)fsr);
	guard = mmu_guard_name(far);
	if (guard)
		print_now("stack overflow: %s stack\n", guard);
	else if (far < 0x1000)
		print_now("NULL pointer\n");
}

__attribute__((used)) void exception_fatal(struct exception_frame *f,
					   enum exception_kind kind)
{
	static const char nested[] = "\n*** a fault while reporting one\n";

	/* What broke may be the printing itself: less at each step. */
	depth++;
	if (depth == 2)
		board_console_write(nested, sizeof(nested) - 1);
	if (depth == 2 || depth == 3)
		board_reset();
	if (depth > 3)
		for (;;)
			;
	if (kind == EXCEPTION_SVC)
		f->sp += sizeof(*f); /* the frame is on that same stack */
	print_now("\n*** %s, pc %08x\n", kind_names[kind], (unsigned int)f->pc);
	if (kind == EXCEPTION_PABT || kind == EXCEPTION_DABT)
		print_abort(kind);
	print_frame(f);
	print_chain(print_now, f->pc, f->lr, f->sp);
	print_now("*** reset\n");
	board_reset();
}

/* Not inlined: its own frame and return address begin the chain. */
__attribute__((noinline)) void board_backtrace(void (*print)(const char *fmt,
							     ...))
{
	u32 pc, lr, cpsr;
	uintptr_t sp;

	__asm__ volatile("mov %0, sp" : "=r"(sp));
	__asm__ volatile("mov %0, pc" : "=r"(pc));
	__asm__ volatile("mrs %0, cpsr" : "=r"(cpsr));
	lr = (uintptr_t)__builtin_return_address(0);
	print("sp %08x cpsr %08x\n", (unsigned int)sp, (unsigned int)cpsr);
	print_chain(print, pc - 8, lr, sp);
}
