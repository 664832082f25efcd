/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bpf - classic BPF: a program that says whether to keep a packet, and how
 * much of it (row I13)
 *
 * Programs are what `tcpdump -ddd EXPR` prints. For who takes one from
 * outside: bpf_parse() its text, then bpf_check() it; only a program that
 * passed may run. For who filters: describe the packet in a struct
 * bpf_packet, call bpf_run(). For commands: bpf_compile.h.
 *
 * Semantics are Linux's: a load outside the packet, a division by a zero in X,
 * or a negative offset that is computed while running, ends the program with
 * 0 (not wanted); shifts take the low five bits of X. Scratch memory is zero at
 * the start. Of the negative offsets (SKF_AD_OFF + n) protocol, packet type
 * and interface index are there; the others are refused by bpf_check().
 *
 * Every jump goes forward, so a program of n instructions ends after at most n
 * steps. Pure: no clock, no globals, no lwIP.
 */
#ifndef PACKET_BPF_H
#define PACKET_BPF_H

#include "core/types.h"

enum {
	BPF_MAXINSNS = 512, /* Linux's is 4096; 8 bytes each */
	BPF_MEMWORDS = 16,
};

/* Linux's struct sock_filter. */
struct sock_filter {
	u16 code;
	u8 jt, jf;
	u32 k;
};

_Static_assert(sizeof(struct sock_filter) == 8, "as on Linux");

/* The fields of sock_filter.code. */
enum {
	BPF_LD = 0x00,
	BPF_LDX = 0x01,
	BPF_ST = 0x02,
	BPF_STX = 0x03,
	BPF_ALU = 0x04,
	BPF_JMP = 0x05,
	BPF_RET = 0x06,
	BPF_MISC = 0x07,

	BPF_W = 0x00,
	BPF_H = 0x08,
	BPF_B = 0x10,

	BPF_IMM = 0x00,
	BPF_ABS = 0x20,
	BPF_IND = 0x40,
	BPF_MEM = 0x60,
	BPF_LEN = 0x80,
	BPF_MSH = 0xa0,

	BPF_ADD = 0x00,
	BPF_SUB = 0x10,
	BPF_MUL = 0x20,
	BPF_DIV = 0x30,
	BPF_OR = 0x40,
	BPF_AND = 0x50,
	BPF_LSH = 0x60,
	BPF_RSH = 0x70,
	BPF_NEG = 0x80,
	BPF_MOD = 0x90,
	BPF_XOR = 0xa0,

	BPF_JA = 0x00,
	BPF_JEQ = 0x10,
	BPF_JGT = 0x20,
	BPF_JGE = 0x30,
	BPF_JSET = 0x40,

	BPF_K = 0x00,
	BPF_X = 0x08,
	BPF_A = 0x10, /* of RET */

	BPF_TAX = 0x00,
	BPF_TXA = 0x80,
};

/* Offsets that are not in the packet (Linux: SKF_AD_OFF and on). */
#define SKF_AD_OFF 0xfffff000u
enum {
	SKF_AD_PROTOCOL = 0, /* Ethernet type */
	SKF_AD_PKTTYPE = 4,
	SKF_AD_IFINDEX = 8,
};

/* A packet as a program sees it; all borrowed. */
struct bpf_packet {
	const u8 *data; /* what lies in one piece, from the Ethernet header */
	u32 data_len;
	u32 len; /* of the whole packet, at least data_len */
	/* Copy @n (1..4) bytes at @off; they lie inside len and not all inside
	 * data_len. Called only if len is greater than data_len. */
	void (*copy)(const struct bpf_packet *pkt, u32 off, u8 *buf, u32 n);
	const void *ctx;
	u32 ifindex;
	u16 protocol; /* host order */
	u8 pkt_type;
};

/* Why a program or its text is refused. */
struct bpf_error {
	u32 insn; /* number of the instruction, from 0 */
	const char *text;
};

/**
 * bpf_check() - may this program run?
 *
 * Return: 0; -EINVAL and @err (may be NULL) says which instruction and why.
 */
int bpf_check(const struct sock_filter *prog, u32 len, struct bpf_error *err);

/**
 * bpf_run() - run a program that passed bpf_check()
 *
 * Return: how many bytes of the packet to keep, 0: none of it. May be more
 * than the packet has.
 */
u32 bpf_run(const struct sock_filter *prog, const struct bpf_packet *pkt);

/**
 * bpf_parse() - read a program as `tcpdump -ddd` prints it
 * @text: the number of instructions, then four decimal numbers for each
 * (code, jt, jf, k), separated by blanks, newlines or commas
 * @prog: room for @max instructions
 *
 * Does not check what the program does.
 * Return: number of instructions; -EINVAL and @err (may be NULL).
 */
int bpf_parse(const char *text, struct sock_filter *prog, u32 max,
	      struct bpf_error *err);

#endif
