/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bpf - see bpf.h (row I13)
 */
#include "packet/bpf.h"
#include <errno.h>

/* Whole codes, so that one switch takes an instruction apart. */
enum {
	LD_W_ABS = BPF_LD | BPF_W | BPF_ABS,
	LD_H_ABS = BPF_LD | BPF_H | BPF_ABS,
	LD_B_ABS = BPF_LD | BPF_B | BPF_ABS,
	LD_W_IND = BPF_LD | BPF_W | BPF_IND,
	LD_H_IND = BPF_LD | BPF_H | BPF_IND,
	LD_B_IND = BPF_LD | BPF_B | BPF_IND,
	LD_IMM = BPF_LD | BPF_IMM,
	LD_MEM = BPF_LD | BPF_MEM,
	LD_LEN = BPF_LD | BPF_W | BPF_LEN,
	LDX_IMM = BPF_LDX | BPF_IMM,
	LDX_MEM = BPF_LDX | BPF_MEM,
	LDX_LEN = BPF_LDX | BPF_W | BPF_LEN,
	LDX_MSH = BPF_LDX | BPF_B | BPF_MSH,
	ALU_NEG = BPF_ALU | BPF_NEG,
	JMP_JA = BPF_JMP | BPF_JA,
	RET_K = BPF_RET | BPF_K,
	RET_A = BPF_RET | BPF_A,
	MISC_TAX = BPF_MISC | BPF_TAX,
	MISC_TXA = BPF_MISC | BPF_TXA,

	CLASS_MASK = 0x07,
	OP_MASK = 0xf0,
	SHIFT_MASK = 31,
};

/* --- before it runs ------------------------------------------------------- */

static const char *check_load(const struct sock_filter *f)
{
	if (f->k < SKF_AD_OFF)
		/* Linux's SKF_NET_OFF and SKF_LL_OFF are negative too. */
		return f->k >= 0x80000000u ? "negative offset" : NULL;
	switch (f->k - SKF_AD_OFF) {
	case SKF_AD_PROTOCOL:
	case SKF_AD_PKTTYPE:
	case SKF_AD_IFINDEX:
		return NULL;
	default:
		return "ancillary data that is not there "
		       "(compile with tcpdump -y EN10MB)";
	}
}

static const char *check_alu(const struct sock_filter *f)
{
	switch (f->code & OP_MASK) {
	case BPF_ADD:
	case BPF_SUB:
	case BPF_MUL:
	case BPF_OR:
	case BPF_AND:
	case BPF_XOR:
		return NULL;
	case BPF_DIV:
	case BPF_MOD:
		return f->code & BPF_X || f->k ? NULL : "division by zero";
	case BPF_LSH:
	case BPF_RSH:
		return f->code & BPF_X || f->k <= SHIFT_MASK
			       ? NULL
			       : "shift by more than 31";
	default:
		return f->code == ALU_NEG ? NULL : "unknown instruction";
	}
}

/* @left: instructions behind this one. */
static const char *check_jump(const struct sock_filter *f, u32 left)
{
	if (f->code == JMP_JA)
		return f->k < left ? NULL : "jump out of the program";
	switch (f->code & OP_MASK) {
	case BPF_JEQ:
	case BPF_JGT:
	case BPF_JGE:
	case BPF_JSET:
		return f->jt < left && f->jf < left ? NULL
						    : "jump out of the program";
	default:
		return "unknown instruction";
	}
}

/* Return: what is wrong with it, NULL: nothing. */
static const char *check_insn(const struct sock_filter *f, u32 left)
{
	static const char unknown[] = "unknown instruction";

	if (f->code > 0xff)
		return unknown;
	switch (f->code) {
	case LD_W_ABS:
	case LD_H_ABS:
	case LD_B_ABS:
		return check_load(f);
	case LD_W_IND:
	case LD_H_IND:
	case LD_B_IND:
	case LD_IMM:
	case LD_LEN:
	case LDX_IMM:
	case LDX_LEN:
	case LDX_MSH:
	case RET_K:
	case RET_A:
	case MISC_TAX:
	case MISC_TXA:
		return NULL;
	case LD_MEM:
	case LDX_MEM:
	case BPF_ST:
	case BPF_STX:
		return f->k < BPF_MEMWORDS ? NULL
					   : "no such word of scratch memory";
	default:
		break;
	}
	switch (f->code & CLASS_MASK) {
	case BPF_ALU:
		return check_alu(f);
	case BPF_JMP:
		return check_jump(f, left);
	default:
		return unknown;
	}
}

static int refuse(struct bpf_error *err, u32 insn, const char *text)
{
	if (err)
		*err = (struct bpf_error){ insn, text };
	return -EINVAL;
}

int bpf_check(const struct sock_filter *prog, u32 len, struct bpf_error *err)
{
	if (len == 0)
		return refuse(err, 0, "empty program");
	if (len > BPF_MAXINSNS)
		return refuse(err, BPF_MAXINSNS,
			      "program of more than 512 instructions");
	for (u32 i = 0; i < len; i++) {
		const char *wrong = check_insn(&prog[i], len - 1 - i);

		if (wrong)
			return refuse(err, i, wrong);
	}
	if ((prog[len - 1].code & CLASS_MASK) != BPF_RET)
		return refuse(err, len - 1, "does not end in a return");
	return 0;
}

/* --- running -------------------------------------------------------------- */

/* @size bytes at @off, in network order. False: not in the packet. */
static bool load(const struct bpf_packet *pkt, u32 off, u32 size, u32 *value)
{
	const u8 *p;
	u8 buf[4];
	u32 v = 0;

	if (likely(off < pkt->data_len && pkt->data_len - off >= size)) {
		p = pkt->data + off;
	} else {
		if (off >= pkt->len || pkt->len - off < size)
			return false;
		pkt->copy(pkt, off, buf, size);
		p = buf;
	}
	for (u32 i = 0; i < size; i++)
		v = v << 8 | p[i];
	*value = v;
	return true;
}

/* A load of an offset that stands in the instruction. */
static bool load_abs(const struct bpf_packet *pkt, u32 off, u32 size,
		     u32 *value)
{
	if (likely(off < SKF_AD_OFF))
		return load(pkt, off, size, value);
	if (off - SKF_AD_OFF == SKF_AD_PROTOCOL)
		*value = pkt->protocol;
	else if (off - SKF_AD_OFF == SKF_AD_PKTTYPE)
		*value = pkt->pkt_type;
	else
		*value = pkt->ifindex;
	return true;
}

/* A load at X + k. */
static bool load_ind(const struct bpf_packet *pkt, u32 x, u32 k, u32 size,
		     u32 *value)
{
	return load(pkt, x + k, size, value);
}

/* False: division by zero. */
static bool alu(u8 op, u32 *a, u32 b)
{
	switch (op) {
	case BPF_ADD:
		*a += b;
		return true;
	case BPF_SUB:
		*a -= b;
		return true;
	case BPF_MUL:
		*a *= b;
		return true;
	case BPF_DIV:
		if (b == 0)
			return false;
		*a /= b;
		return true;
	case BPF_MOD:
		if (b == 0)
			return false;
		*a %= b;
		return true;
	case BPF_OR:
		*a |= b;
		return true;
	case BPF_AND:
		*a &= b;
		return true;
	case BPF_XOR:
		*a ^= b;
		return true;
	case BPF_LSH:
		*a <<= b & SHIFT_MASK;
		return true;
	case BPF_RSH:
		*a >>= b & SHIFT_MASK;
		return true;
	default:
		*a = 0u - *a; /* NEG: nothing else passed the check */
		return true;
	}
}

static bool condition(u8 op, u32 a, u32 b)
{
	switch (op) {
	case BPF_JEQ:
		return a == b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	default:
		return (a & b) != 0;
	}
}

u32 bpf_run(const struct sock_filter *prog, const struct bpf_packet *pkt)
{
	u32 mem[BPF_MEMWORDS] = { 0 };
	u32 a = 0, x = 0, v;

	for (const struct sock_filter *f = prog;; f++) {
		bool good = true;

		switch (f->code) {
		case LD_W_ABS:
			good = load_abs(pkt, f->k, 4, &a);
			break;
		case LD_H_ABS:
			good = load_abs(pkt, f->k, 2, &a);
			break;
		case LD_B_ABS:
			good = load_abs(pkt, f->k, 1, &a);
			break;
		case LD_W_IND:
			good = load_ind(pkt, x, f->k, 4, &a);
			break;
		case LD_H_IND:
			good = load_ind(pkt, x, f->k, 2, &a);
			break;
		case LD_B_IND:
			good = load_ind(pkt, x, f->k, 1, &a);
			break;
		case LDX_MSH:
			good = load(pkt, f->k, 1, &v);
			if (good)
				x = (v & 0xf) * 4;
			break;
		case LD_IMM:
			a = f->k;
			break;
		case LDX_IMM:
			x = f->k;
			break;
		case LD_LEN:
			a = pkt->len;
			break;
		case LDX_LEN:
			x = pkt->len;
			break;
		case LD_MEM:
			a = mem[f->k];
			break;
		case LDX_MEM:
			x = mem[f->k];
			break;
		case BPF_ST:
			mem[f->k] = a;
			break;
		case BPF_STX:
			mem[f->k] = x;
			break;
		case MISC_TAX:
			x = a;
			break;
		case MISC_TXA:
			a = x;
			break;
		case RET_K:
			return f->k;
		case RET_A:
			return a;
		case JMP_JA:
			f += f->k;
			break;
		default:
			v = f->code & BPF_X ? x : f->k;
			if ((f->code & CLASS_MASK) == BPF_ALU)
				good = alu(f->code & OP_MASK, &a, v);
			else
				f += condition(f->code & OP_MASK, a, v) ? f->jt
									: f->jf;
			break;
		}
		if (unlikely(!good))
			return 0;
	}
}

/* --- text ----------------------------------------------------------------- */

static bool is_separator(char c)
{
	return c == ' ' || c == ',' || c == '\n' || c == '\r' || c == '\t';
}

/* The decimal number at *@s; moves *@s behind it. */
static bool number(const char **s, u32 max, u32 *value)
{
	u64 v = 0;

	while (is_separator(**s))
		(*s)++;
	if (**s < '0' || **s > '9')
		return false;
	for (; **s >= '0' && **s <= '9'; (*s)++) {
		v = v * 10 + (u64)(**s - '0');
		if (v > max)
			return false;
	}
	*value = (u32)v;
	return **s == '\0' || is_separator(**s);
}

int bpf_parse(const char *text, struct sock_filter *prog, u32 max,
	      struct bpf_error *err)
{
	u32 count;

	if (!number(&text, UINT32_MAX, &count))
		return refuse(err, 0, "does not begin with a count");
	if (count == 0)
		return refuse(err, 0, "empty program");
	if (count > max)
		return refuse(err, max, "too many instructions");
	for (u32 i = 0; i < count; i++) {
		u32 code, jt, jf, k;

		if (!number(&text, UINT16_MAX, &code) ||
		    !number(&text, UINT8_MAX, &jt) ||
		    !number(&text, UINT8_MAX, &jf) ||
		    !number(&text, UINT32_MAX, &k))
			return refuse(err, i, "is not four numbers");
		prog[i] = (struct sock_filter){ (u16)code, (u8)jt, (u8)jf, k };
	}
	while (is_separator(*text))
		text++;
	if (*text != '\0')
		return refuse(err, count, "more than it counts");
	return (int)count;
}
