/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fuzz_bpf - filter programs, as instructions, as text, as expressions
 *
 * Whatever passes the check must come to its end, on a packet in one piece and
 * on the same one cut in two, with the same verdict, and read nothing outside:
 * the packet lies in memory of exactly its length. What the compiler makes must
 * pass the check. Each program runs a second time in the plainest interpreter
 * there can be, and the two must agree.
 *
 * Input: a byte that says what follows (INSNS, TEXT, EXPRESSION), the packet's
 * length, where it is cut, the packet, then the program.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "packet/bpf.h"
#include "packet/bpf_compile.h"

enum {
	INSNS,
	TEXT,
	EXPRESSION,
	KINDS,
	HEADER = 3,
	TEXT_MAX = 4096,
};

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static struct sock_filter prog[BPF_MAXINSNS + 1];

static void copy_rest(const struct bpf_packet *pkt, u32 off, u8 *buf, u32 n)
{
	FUZZ_CHECK(n >= 1 && n <= 4);
	FUZZ_CHECK(off < pkt->len && pkt->len - off >= n);
	memcpy(buf, (const u8 *)pkt->ctx + off, n);
}

/* --- the plainest interpreter ----------------------------------------------
 */

static bool plain_load(const u8 *p, u32 len, u64 off, u32 size, u32 *v)
{
	if (off + size > len)
		return false;
	*v = 0;
	for (u32 i = 0; i < size; i++)
		*v = *v * 256 + p[off + i];
	return true;
}

static u32 plain_run(const u8 *p, u32 len, u32 nr)
{
	u32 a = 0, x = 0, mem[BPF_MEMWORDS] = { 0 };
	u32 sizes[] = { 4, 2, 1 };

	for (u32 pc = 0, steps = 0;; pc++, steps++) {
		const struct sock_filter *f = &prog[pc];
		u32 b = f->code & BPF_X ? x : f->k, v;
		u32 size = sizes[(f->code >> 3 & 3) % 3];
		u32 *reg = (f->code & 7) == BPF_LDX ? &x : &a;

		FUZZ_CHECK(pc < nr && steps < nr);
		switch (f->code & 7) {
		case BPF_LD:
		case BPF_LDX:
			if ((f->code & 0xe0) == BPF_IMM) {
				*reg = f->k;
			} else if ((f->code & 0xe0) == BPF_MEM) {
				FUZZ_CHECK(f->k < BPF_MEMWORDS);
				*reg = mem[f->k];
			} else if ((f->code & 0xe0) == BPF_LEN) {
				*reg = len;
			} else if ((f->code & 0xe0) == BPF_MSH) {
				if (!plain_load(p, len, f->k, 1, &v))
					return 0;
				x = v % 16 * 4;
			} else if ((f->code & 0xe0) == BPF_IND) {
				if (!plain_load(p, len, (u32)(x + f->k), size,
						&a))
					return 0;
			} else if (f->k >= SKF_AD_OFF) {
				a = f->k == SKF_AD_OFF	     ? 0x0800
				    : f->k == SKF_AD_OFF + 4 ? 3
							     : 7;
			} else if (!plain_load(p, len, f->k, size, &a)) {
				return 0;
			}
			break;
		case BPF_ST:
			mem[f->k] = a;
			break;
		case BPF_STX:
			mem[f->k] = x;
			break;
		case BPF_ALU:
			switch (f->code & 0xf0) {
			case BPF_ADD:
				a += b;
				break;
			case BPF_SUB:
				a -= b;
				break;
			case BPF_MUL:
				a = (u32)((u64)a * b);
				break;
			case BPF_DIV:
			case BPF_MOD:
				if (b == 0)
					return 0;
				a = (f->code & 0xf0) == BPF_DIV ? a / b : a % b;
				break;
			case BPF_OR:
				a |= b;
				break;
			case BPF_AND:
				a &= b;
				break;
			case BPF_XOR:
				a ^= b;
				break;
			case BPF_LSH:
				a = (u32)((u64)a << (b % 32));
				break;
			case BPF_RSH:
				a = a >> (b % 32);
				break;
			default:
				a = ~a + 1;
				break;
			}
			break;
		case BPF_JMP:
			switch (f->code & 0xf0) {
			case BPF_JA:
				pc += f->k;
				break;
			case BPF_JEQ:
				pc += a == b ? f->jt : f->jf;
				break;
			case BPF_JGT:
				pc += a > b ? f->jt : f->jf;
				break;
			case BPF_JGE:
				pc += a >= b ? f->jt : f->jf;
				break;
			default:
				pc += a & b ? f->jt : f->jf;
				break;
			}
			break;
		case BPF_RET:
			return f->code & BPF_A ? a : f->k;
		default:
			if (f->code & BPF_TXA)
				a = x;
			else
				x = a;
			break;
		}
	}
}

/* --- one input --------------------------------------------------------------
 */

/* Return: number of instructions that passed the check, 0: none. */
static u32 make_program(u8 kind, const u8 *data, size_t size)
{
	static char text[TEXT_MAX + 1];
	char error[BPF_COMPILE_ERROR_MAX];
	struct bpf_error err = { 0 };
	int n;

	if (kind == INSNS) {
		u32 nr =
			(u32)min_size(size / sizeof(prog[0]), ARRAY_SIZE(prog));

		memcpy(prog, data, nr * sizeof(prog[0]));
		if (bpf_check(prog, nr, &err) == 0)
			return nr;
		FUZZ_CHECK(err.text && err.insn <= nr);
		return 0;
	}
	size = min_size(size, TEXT_MAX);
	memcpy(text, data, size);
	text[size] = '\0';
	if (kind == TEXT) {
		n = bpf_parse(text, prog, BPF_MAXINSNS, &err);
		if (n > 0 && bpf_check(prog, (u32)n, &err) == 0)
			return (u32)n;
		FUZZ_CHECK(err.text);
		return 0;
	}
	memset(error, 0, sizeof(error));
	n = bpf_compile(text, 96, prog, error);
	if (n < 0) {
		FUZZ_CHECK(error[0] && memchr(error, '\0', sizeof(error)));
		return 0;
	}
	FUZZ_CHECK(bpf_check(prog, (u32)n, NULL) == 0);
	return (u32)n;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct bpf_packet pkt = { .copy = copy_rest,
				  .ifindex = 7,
				  .protocol = 0x0800,
				  .pkt_type = 3 };
	u32 len, nr, verdict;
	u8 *packet, *head;
	u8 kind, cut;

	if (size < HEADER)
		return 0;
	kind = data[0] % KINDS;
	len = (u32)min_size(data[1], size - HEADER);
	cut = data[2];
	nr = make_program(kind, data + HEADER + len, size - HEADER - len);
	if (!nr)
		return 0;

	packet = malloc(len ? len : 1);
	FUZZ_CHECK(packet);
	memcpy(packet, data + HEADER, len);
	pkt.data = packet;
	pkt.data_len = len;
	pkt.len = len;
	pkt.ctx = packet;
	verdict = bpf_run(prog, &pkt);
	FUZZ_CHECK(verdict == plain_run(packet, len, nr));

	pkt.data_len = len ? cut % len : 0;
	head = malloc(pkt.data_len ? pkt.data_len : 1);
	FUZZ_CHECK(head);
	memcpy(head, packet, pkt.data_len);
	pkt.data = head;
	FUZZ_CHECK(verdict == bpf_run(prog, &pkt));
	free(head);
	free(packet);
	return 0;
}
