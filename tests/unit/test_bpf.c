/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: stack/packet/bpf.c stack/packet/bpf_compile.c tests/unit/packets.c
/* Classic BPF: checked, run, and compiled as the real tcpdump does (I13). */
#include <errno.h>
#include "test.h"
#include "packet/bpf.h"
#include "packet/bpf_compile.h"
#include "packets.h"

static struct sock_filter prog[BPF_MAXINSNS + 1];
static struct bpf_error err;

/* What the packet has behind its first piece. */
static void copy_rest(const struct bpf_packet *pkt, u32 off, u8 *buf, u32 n)
{
	assert_true(off + n <= pkt->len);
	assert_true(off + n > pkt->data_len);
	memcpy(buf, (const u8 *)pkt->ctx + off, n);
}

static struct bpf_packet packet_of(const u8 *data, u32 len, u32 first_piece)
{
	return (struct bpf_packet){ .data = data,
				    .data_len = first_piece,
				    .len = len,
				    .copy = copy_rest,
				    .ctx = data };
}

static u32 run(const struct sock_filter *p, u32 n, const u8 *data, u32 len)
{
	struct bpf_packet pkt = packet_of(data, len, len);

	assert_int_equal(bpf_check(p, n, NULL), 0);
	return bpf_run(p, &pkt);
}

#define RUN(data, ...)                                                         \
	run((const struct sock_filter[]){ __VA_ARGS__ },                       \
	    sizeof((const struct sock_filter[]){ __VA_ARGS__ }) / 8, data,     \
	    sizeof(data))

#define REFUSED(insn_, text_, ...)                                             \
	do {                                                                   \
		const struct sock_filter p_[] = { __VA_ARGS__ };               \
		assert_int_equal(bpf_check(p_, ARRAY_SIZE(p_), &err),          \
				 -EINVAL);                                     \
		assert_int_equal(err.insn, insn_);                             \
		assert_string_equal(err.text, text_);                          \
	} while (0)

static const u8 bytes[] = { 0x45, 0x02, 0x03, 0x04, 0xff };

/* --- the check -------------------------------------------------------------
 */

TEST(bpf, empty_and_too_long_programs_are_refused)
{
	assert_int_equal(bpf_check(prog, 0, &err), -EINVAL);
	assert_string_equal(err.text, "empty program");
	for (u32 i = 0; i < BPF_MAXINSNS + 1; i++)
		prog[i] = (struct sock_filter){ BPF_RET, 0, 0, 1 };
	assert_int_equal(bpf_check(prog, BPF_MAXINSNS, &err), 0);
	assert_int_equal(bpf_check(prog, BPF_MAXINSNS + 1, &err), -EINVAL);
	assert_string_equal(err.text, "program of more than 512 instructions");
}

TEST(bpf, program_must_end_in_a_return)
{
	REFUSED(1, "does not end in a return", { BPF_RET, 0, 0, 1 },
		{ BPF_LD | BPF_IMM, 0, 0, 1 });
}

TEST(bpf, jumps_must_stay_inside)
{
	static const char out[] = "jump out of the program";

	REFUSED(0, out, { BPF_JMP | BPF_JA, 0, 0, 1 }, { BPF_RET, 0, 0, 0 });
	/* What would be backwards for a signed offset: an endless loop. */
	REFUSED(0, out, { BPF_JMP | BPF_JA, 0, 0, UINT32_MAX },
		{ BPF_RET, 0, 0, 0 });
	REFUSED(0, out, { BPF_JMP | BPF_JEQ, 1, 0, 0 }, { BPF_RET, 0, 0, 0 });
	REFUSED(0, out, { BPF_JMP | BPF_JSET, 0, 255, 0 },
		{ BPF_RET, 0, 0, 0 });
	assert_int_equal(RUN(bytes, { BPF_JMP | BPF_JA, 0, 0, 1 },
			     { BPF_RET, 0, 0, 1 }, { BPF_RET, 0, 0, 2 }),
			 2);
}

TEST(bpf, constant_zero_divisor_and_wide_shift_are_refused)
{
	REFUSED(0, "division by zero", { BPF_ALU | BPF_DIV, 0, 0, 0 },
		{ BPF_RET, 0, 0, 0 });
	REFUSED(0, "division by zero", { BPF_ALU | BPF_MOD, 0, 0, 0 },
		{ BPF_RET, 0, 0, 0 });
	REFUSED(0, "shift by more than 31", { BPF_ALU | BPF_LSH, 0, 0, 32 },
		{ BPF_RET, 0, 0, 0 });
}

TEST(bpf, scratch_memory_has_16_words)
{
	static const char no[] = "no such word of scratch memory";

	REFUSED(0, no, { BPF_ST, 0, 0, 16 }, { BPF_RET, 0, 0, 0 });
	REFUSED(0, no, { BPF_STX, 0, 0, 16 }, { BPF_RET, 0, 0, 0 });
	REFUSED(0, no, { BPF_LD | BPF_MEM, 0, 0, 16 }, { BPF_RET, 0, 0, 0 });
	REFUSED(0, no, { BPF_LDX | BPF_MEM, 0, 0, UINT32_MAX },
		{ BPF_RET, 0, 0, 0 });
	/* It is zero at the start. */
	assert_int_equal(RUN(bytes, { BPF_LD | BPF_IMM, 0, 0, 5 },
			     { BPF_LD | BPF_MEM, 0, 0, 15 },
			     { BPF_RET | BPF_A, 0, 0, 0 }),
			 0);
}

TEST(bpf, every_code_that_linux_does_not_know_is_refused)
{
	u32 known = 0;

	for (u32 code = 0; code <= UINT16_MAX; code++) {
		struct sock_filter p[] = { { (u16)code, 0, 0, 1 },
					   { BPF_RET, 0, 0, 0 } };

		/* JA over one more, so that only the code can be wrong. */
		if (code == (BPF_JMP | BPF_JA))
			p[0].k = 0;
		if (bpf_check(p, 2, &err) == 0)
			known++;
		else
			assert_string_equal(err.text, "unknown instruction");
	}
	/* Loads 6+3+2, to X 4, stores 2, ALU 10*2+1, jumps 1+4*2, returns 2,
	 * moves 2. */
	assert_int_equal(known, 9 + 4 + 2 + 21 + 9 + 2 + 2);
}

TEST(bpf, ancillary_loads_that_are_there_work_and_others_are_refused)
{
	struct bpf_packet pkt = packet_of(bytes, sizeof(bytes), 5);
	struct sock_filter p[] = { { BPF_LD | BPF_W | BPF_ABS, 0, 0,
				     SKF_AD_OFF + SKF_AD_IFINDEX },
				   { BPF_RET | BPF_A, 0, 0, 0 } };

	pkt.ifindex = 3;
	pkt.protocol = 0x0806;
	pkt.pkt_type = 4;
	assert_int_equal(bpf_check(p, 2, &err), 0);
	assert_int_equal(bpf_run(p, &pkt), 3);
	p[0].k = SKF_AD_OFF + SKF_AD_PROTOCOL;
	assert_int_equal(bpf_run(p, &pkt), 0x0806);
	p[0].k = SKF_AD_OFF + SKF_AD_PKTTYPE;
	assert_int_equal(bpf_run(p, &pkt), 4);
	p[0].k = SKF_AD_OFF + 44; /* VLAN_TAG */
	assert_int_equal(bpf_check(p, 2, &err), -EINVAL);
	p[0].k = SKF_AD_OFF + 1;
	assert_int_equal(bpf_check(p, 2, &err), -EINVAL);
	p[0].k = 0xfff00000u; /* SKF_NET_OFF */
	assert_int_equal(bpf_check(p, 2, &err), -EINVAL);
	assert_string_equal(err.text, "negative offset");
}

/* --- running ---------------------------------------------------------------
 */

TEST(bpf, loads_are_in_network_order_at_any_address)
{
	assert_int_equal(RUN(bytes, { BPF_LD | BPF_W | BPF_ABS, 0, 0, 1 },
			     { BPF_RET | BPF_A, 0, 0, 0 }),
			 0x020304ff);
	assert_int_equal(RUN(bytes, { BPF_LD | BPF_H | BPF_ABS, 0, 0, 3 },
			     { BPF_RET | BPF_A, 0, 0, 0 }),
			 0x04ff);
	assert_int_equal(RUN(bytes, { BPF_LD | BPF_B | BPF_ABS, 0, 0, 4 },
			     { BPF_RET | BPF_A, 0, 0, 0 }),
			 0xff);
	/* MSH: an IP header's length in bytes. */
	assert_int_equal(RUN(bytes, { BPF_LDX | BPF_B | BPF_MSH, 0, 0, 0 },
			     { BPF_MISC | BPF_TXA, 0, 0, 0 },
			     { BPF_RET | BPF_A, 0, 0, 0 }),
			 20);
	assert_int_equal(RUN(bytes, { BPF_LDX | BPF_IMM, 0, 0, 2 },
			     { BPF_LD | BPF_H | BPF_IND, 0, 0, 1 },
			     { BPF_RET | BPF_A, 0, 0, 0 }),
			 0x04ff);
}

TEST(bpf, load_outside_the_packet_rejects_it)
{
	static const struct {
		u16 code;
		u32 first_bad;
	} loads[] = {
		{ BPF_LD | BPF_W | BPF_ABS, 2 },
		{ BPF_LD | BPF_H | BPF_ABS, 4 },
		{ BPF_LD | BPF_B | BPF_ABS, 5 },
		{ BPF_LDX | BPF_B | BPF_MSH, 5 },
		{ BPF_LD | BPF_W | BPF_IND, 2 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(loads); i++) {
		struct sock_filter p[] = { { loads[i].code, 0, 0, 0 },
					   { BPF_RET, 0, 0, 9 } };

		p[0].k = loads[i].first_bad - 1;
		assert_int_equal(run(p, 2, bytes, sizeof(bytes)), 9);
		p[0].k = loads[i].first_bad;
		assert_int_equal(run(p, 2, bytes, sizeof(bytes)), 0);
		p[0].k = 0x7fffffff;
		assert_int_equal(run(p, 2, bytes, sizeof(bytes)), 0);
	}
	/* X + k beyond 2^31, and around 2^32. */
	assert_int_equal(RUN(bytes, { BPF_LDX | BPF_IMM, 0, 0, 0x80000000 },
			     { BPF_LD | BPF_B | BPF_IND, 0, 0, 1 },
			     { BPF_RET, 0, 0, 9 }),
			 0);
	assert_int_equal(RUN(bytes, { BPF_LDX | BPF_IMM, 0, 0, UINT32_MAX },
			     { BPF_LD | BPF_W | BPF_IND, 0, 0, 0 },
			     { BPF_RET, 0, 0, 9 }),
			 0);
}

TEST(bpf, division_by_zero_in_x_rejects)
{
	assert_int_equal(RUN(bytes, { BPF_ALU | BPF_DIV | BPF_X, 0, 0, 0 },
			     { BPF_RET, 0, 0, 9 }),
			 0);
	assert_int_equal(RUN(bytes, { BPF_ALU | BPF_MOD | BPF_X, 0, 0, 0 },
			     { BPF_RET, 0, 0, 9 }),
			 0);
}

TEST(bpf, arithmetic_is_of_32_bits_without_sign)
{
	static const struct {
		u16 op;
		u32 a, k, result;
	} cases[] = {
		{ BPF_ADD, UINT32_MAX, 2, 1 },
		{ BPF_SUB, 1, 2, UINT32_MAX },
		{ BPF_MUL, 0x10001, 0x10001, 0x20001 },
		{ BPF_DIV, UINT32_MAX, 2, 0x7fffffff },
		{ BPF_MOD, UINT32_MAX, 10, 5 },
		{ BPF_OR, 0xf0, 0x0f, 0xff },
		{ BPF_AND, 0xf3, 0x0f, 0x03 },
		{ BPF_XOR, 0xff, 0x0f, 0xf0 },
		{ BPF_LSH, 1, 31, 0x80000000 },
		{ BPF_RSH, 0x80000000, 31, 1 },
		{ BPF_NEG, 1, 0, UINT32_MAX },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		u16 code = BPF_ALU | cases[i].op;
		const struct sock_filter p[] = {
			{ BPF_LD | BPF_IMM, 0, 0, cases[i].a },
			{ code, 0, 0, cases[i].k },
			{ BPF_RET | BPF_A, 0, 0, 0 },
		};
		const struct sock_filter by_x[] = {
			{ BPF_LD | BPF_IMM, 0, 0, cases[i].a },
			{ BPF_LDX | BPF_IMM, 0, 0, cases[i].k },
			{ (u16)(code | BPF_X), 0, 0, 77 },
			{ BPF_RET | BPF_A, 0, 0, 0 },
		};

		assert_int_equal(run(p, 3, bytes, 5), cases[i].result);
		if (cases[i].op != BPF_NEG)
			assert_int_equal(run(by_x, 4, bytes, 5),
					 cases[i].result);
	}
	/* Linux: only five bits of X count. */
	assert_int_equal(RUN(bytes, { BPF_LD | BPF_IMM, 0, 0, 1 },
			     { BPF_LDX | BPF_IMM, 0, 0, 33 },
			     { BPF_ALU | BPF_LSH | BPF_X, 0, 0, 0 },
			     { BPF_RET | BPF_A, 0, 0, 0 }),
			 2);
}

TEST(bpf, conditions_compare_without_sign)
{
	static const struct {
		u16 op;
		u32 a, k;
		bool holds;
	} cases[] = {
		{ BPF_JEQ, 5, 5, true },
		{ BPF_JEQ, 5, 6, false },
		{ BPF_JGT, UINT32_MAX, 1, true },
		{ BPF_JGT, 5, 5, false },
		{ BPF_JGE, 5, 5, true },
		{ BPF_JGE, 4, 5, false },
		{ BPF_JSET, 0x80000000, ~0u, true },
		{ BPF_JSET, 4, 3, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct sock_filter p[] = {
			{ BPF_LD | BPF_IMM, 0, 0, cases[i].a },
			{ (u16)(BPF_JMP | cases[i].op), 0, 1, cases[i].k },
			{ BPF_RET, 0, 0, 1 },
			{ BPF_RET, 0, 0, 2 },
		};

		assert_int_equal(run(p, 4, bytes, 5), cases[i].holds ? 1 : 2);
	}
}

TEST(bpf, memory_length_and_moves_work)
{
	assert_int_equal(
		RUN(bytes, { BPF_LD | BPF_W | BPF_LEN, 0, 0, 0 },
		    { BPF_ST, 0, 0, 3 }, { BPF_LDX | BPF_MEM, 0, 0, 3 },
		    { BPF_STX, 0, 0, 4 }, { BPF_LD | BPF_IMM, 0, 0, 0 },
		    { BPF_MISC | BPF_TAX, 0, 0, 0 },
		    { BPF_LD | BPF_MEM, 0, 0, 4 },
		    { BPF_RET | BPF_A, 0, 0, 0 }),
		5);
	assert_int_equal(RUN(bytes, { BPF_LDX | BPF_W | BPF_LEN, 0, 0, 0 },
			     { BPF_MISC | BPF_TXA, 0, 0, 0 },
			     { BPF_RET | BPF_A, 0, 0, 0 }),
			 5);
}

TEST(bpf, verdict_does_not_depend_on_where_a_chain_is_cut)
{
	static const char *const exprs[] = { "tcp port 80", "host 10.0.0.1",
					     "arp or udp" };

	packets_make();
	for (size_t e = 0; e < ARRAY_SIZE(exprs); e++) {
		char error[BPF_COMPILE_ERROR_MAX];

		assert_true(bpf_compile(exprs[e], 99, prog, error) > 0);
		for (u32 i = 0; i < 200; i++) {
			const struct packet *p = &packets[i];
			struct bpf_packet pkt =
				packet_of(p->data, p->len, p->len);
			u32 whole = bpf_run(prog, &pkt);

			for (u32 cut = 0; cut < p->len; cut++) {
				pkt.data_len = cut;
				assert_int_equal(bpf_run(prog, &pkt), whole);
			}
		}
	}
}

/* --- text ------------------------------------------------------------------
 */

TEST(bpf, text_is_read_as_tcpdump_and_tc_write_it)
{
	assert_int_equal(
		bpf_parse("2\n40 0 0 12\n6 0 0 262144\n", prog, 2, &err), 2);
	assert_int_equal(prog[0].code, 40);
	assert_int_equal(prog[0].k, 12);
	assert_int_equal(prog[1].k, 262144);
	assert_int_equal(bpf_parse("1,21 1 255 4294967295,", prog, 1, &err), 1);
	assert_int_equal(prog[0].jf, 255);
	assert_int_equal(prog[0].k, UINT32_MAX);
}

TEST(bpf, text_that_is_no_program_is_refused)
{
	static const struct {
		const char *text, *why;
		u32 insn;
	} bad[] = {
		{ "", "does not begin with a count", 0 },
		{ "tcp", "does not begin with a count", 0 },
		{ "0", "empty program", 0 },
		{ "3,6 0 0 0,6 0 0 0,6 0 0 0", "too many instructions", 2 },
		{ "2,6 0 0 0,6 0 0", "is not four numbers", 1 },
		{ "1,6 256 0 0", "is not four numbers", 0 },
		{ "1,65536 0 0 0", "is not four numbers", 0 },
		{ "1,6 0 0 4294967296", "is not four numbers", 0 },
		{ "1,6 0 0 0x10", "is not four numbers", 0 },
		{ "1,6 0 0 -1", "is not four numbers", 0 },
		{ "1,6 0 0 0,6", "more than it counts", 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(bpf_parse(bad[i].text, prog, 2, &err),
				 -EINVAL);
		assert_string_equal(err.text, bad[i].why);
		assert_int_equal(err.insn, bad[i].insn);
	}
}

/* --- against the real tcpdump ----------------------------------------------
 */

/* What both can compile. */
static const char *const common[] = {
	"ip",
	"arp",
	"rarp",
	"ip6",
	"tcp",
	"udp",
	"icmp",
	"igmp",
	"icmp6",
	"host 10.0.0.1",

	"src host 10.0.0.1",
	"dst 10.0.0.2",
	"src or dst 10.0.0.1",
	"src and dst host 10.0.0.1",
	"src or dst port 80",
	"src and dst port 80",
	"ip host 10.0.0.1",
	"arp host 10.0.0.1",
	"rarp src host 10.0.0.2",
	"net 10.0.0.0/8",
	"net 10",
	"net 10.0.0",
	"src net 192.168.0.0/16",
	"dst net 10.0.0.0 mask 255.255.255.0",
	"net 0.0.0.0/0",
	"net 10.0.0.2/31",

	"arp net 10.0.0.0/24",
	"port 80",
	"tcp port 80",
	"udp port 53",
	"src port 22",
	"tcp dst port 443",
	"udp src port 7",
	"port domain",
	"tcp port http",
	"portrange 50-90",
	"tcp portrange 22-443",
	"udp dst portrange 0-100",
	"src portrange 443-80",
	"portrange 80",
	"ether host 52:54:00:12:34:56",
	"ether src 2:0:0:0:0:77",
	"ether dst ff:ff:ff:ff:ff:ff",
	"ether broadcast",
	"broadcast",
	"ether multicast",
	"multicast",
	"ip multicast",
	"ether proto 0x88b5",
	"ether proto 2048",
	"ip proto 17",
	"ip proto 132",
	"ip6 proto 6",
	"proto 17",
	"ip proto \\udp",
	"ether proto \\arp",
	"less 60",
	"greater 61",
	"less 20 or greater 90",
	"tcp and port 80",
	"tcp or udp",
	"not tcp",
	"! udp",
	"not not ip",
	"host 10.0.0.1 and not port 80",
	"port 80 or 443",
	"tcp port 80 or 443 or 22",
	"src host 10.0.0.1 or 10.0.0.2",
	"ip and (port 80 or port 443) and not host 10.0.0.2",
	"not (tcp or udp or arp)",
	"(tcp)and(port 80)",
	"tcp and port 80 or udp and port 53",
	"udp or tcp and port 7",
	"not tcp and not udp",
	"not (host 10.0.0.1 and tcp port 80)",
	"tcp && port 80 || arp",
	"((((ip))))",
	"not ip or arp and not rarp",
	"vlan",
	"vlan 5",
	"vlan and tcp",
	"vlan 5 and host 10.0.0.1",
	"vlan 5 and tcp port 80",
	"not vlan",
	"vlan and ip6",

	"port 22 or port 53 or port 80 or port 443 or port 8080 or host "
	"10.0.0.2 or net 192.168.0.0/16 or arp or vlan 7",
};

TEST(bpf, tcpdumps_programs_give_tcpdumps_verdicts)
{
	static bool keep[PACKETS];
	static char text[16384];
	const char *file = packets_file();
	u32 compared = 0;

	packets_make();
	packets_write(file);
	for (size_t e = 0; e < ARRAY_SIZE(common); e++) {
		int n;

		assert_true(tcpdump_program(common[e], text, sizeof(text)));
		n = bpf_parse(text, prog, BPF_MAXINSNS, &err);
		assert_true(n > 0);
		assert_int_equal(bpf_check(prog, (u32)n, &err), 0);
		assert_true(tcpdump_verdicts(file, common[e], keep));
		for (u32 i = 0; i < PACKETS; i++) {
			struct bpf_packet pkt =
				packet_of(packets[i].data, packets[i].len,
					  packets[i].len);

			if ((bpf_run(prog, &pkt) != 0) != keep[i])
				fail_msg("packet %u, %s", i, common[e]);
			compared++;
		}
	}
	packets_remove();
	assert_int_equal(compared, ARRAY_SIZE(common) * PACKETS);
}

TEST(bpf, our_compiler_gives_tcpdumps_verdicts)
{
	static bool keep[PACKETS];
	const char *file = packets_file();
	u32 kept = 0;

	packets_make();
	packets_write(file);
	for (size_t e = 0; e < ARRAY_SIZE(common); e++) {
		char error[BPF_COMPILE_ERROR_MAX] = "";
		int n = bpf_compile(common[e], 96, prog, error);

		if (n < 0)
			fail_msg("%s: %s", common[e], error);
		assert_int_equal(bpf_check(prog, (u32)n, &err), 0);
		assert_true(tcpdump_verdicts(file, common[e], keep));
		for (u32 i = 0; i < PACKETS; i++) {
			struct bpf_packet pkt =
				packet_of(packets[i].data, packets[i].len,
					  packets[i].len);
			u32 verdict = bpf_run(prog, &pkt);

			/* tcpdump's optimizer leaves out looks at fields that
			 * cannot matter; in a frame that ends before them ours
			 * says no. */
			if (packets[i].cut)
				continue;
			if ((verdict != 0) != keep[i])
				fail_msg("packet %u, %s: %u", i, common[e],
					 verdict);
			assert_true(verdict == 0 || verdict == 96);
			kept += keep[i];
		}
	}
	packets_remove();
	assert_true(kept > 10000);
}

TEST(bpf, long_expressions_get_long_jumps)
{
	static char expr[4096];
	static bool keep[PACKETS];
	const char *file = packets_file();
	char error[BPF_COMPILE_ERROR_MAX];
	int n;

	strcpy(expr, "host 10.0.0.1");
	for (int i = 0; i < 20; i++)
		sprintf(expr + strlen(expr), " and not host 10.9.0.%d", i);
	n = bpf_compile(expr, 1, prog, error);
	assert_true(n > 256);
	assert_int_equal(bpf_check(prog, (u32)n, &err), 0);
	packets_make();
	packets_write(file);
	assert_true(tcpdump_verdicts(file, expr, keep));
	packets_remove();
	for (u32 i = 0; i < PACKETS; i++) {
		struct bpf_packet pkt = packet_of(
			packets[i].data, packets[i].len, packets[i].len);

		assert_int_equal(bpf_run(prog, &pkt), keep[i]);
	}
	for (int i = 0; i < 25; i++)
		sprintf(expr + strlen(expr), " and not host 10.9.1.%d", i);
	assert_int_equal(bpf_compile(expr, 1, prog, error), -EINVAL);
	assert_string_equal(error, "expression too long");
}

TEST(bpf, empty_expression_keeps_everything)
{
	char error[BPF_COMPILE_ERROR_MAX];

	assert_int_equal(bpf_compile("  ", 7, prog, error), 1);
	assert_int_equal(run(prog, 1, bytes, 5), 7);
}

TEST(bpf, expressions_that_make_no_sense_are_refused_by_word)
{
	static const struct {
		const char *expr, *why;
	} bad[] = {
		{ "tcp port", "ends where a value must be" },
		{ "port nothing", "unknown port 'nothing'" },
		{ "port 65536", "unknown port '65536'" },
		{ "host 10.0.0.256", "unknown host '10.0.0.256'" },
		{ "host a.example", "unknown host 'a.example'" },
		{ "tcp[13] = 2", "'tcp[13]': needs a word before it: host" },
		{ "host 10.1", "unknown host '10.1'" },
		{ "10.0.0.1", "'10.0.0.1': needs a word before it: host" },
		{ "ip broadcast", "'broadcast' goes with 'ether' only" },
		{ "net 10.0.0.1/8", "'10.0.0.1/8': bits outside the mask" },
		{ "net 10.0.0.0/33", "'33': not a prefix length" },
		{ "(tcp", "'(' without ')'" },
		{ "tcp)", "')' without '('" },
		{ "tcp udp", "'udp' where 'and' or 'or' must be" },
		{ "tcp and", "ends where a value must be" },
		{ "and tcp", "'and' where a value must be" },
		{ "not", "ends where a value must be" },
		{ "tcp host 10.0.0.1",
		  "'10.0.0.1': that protocol has no such addresses" },
		{ "arp port 80", "'80': that protocol has no ports" },
		{ "host 52:54:00:12:34:56",
		  "'52:54:00:12:34:56': an Ethernet address needs 'ether'" },
		{ "ether", "'ether' needs a value" },
		{ "tcp & udp", "unexpected '&'" },
		{ "less x", "'x': not a length" },
		{ "ether proto 5", "unknown protocol '5'" },
	};
	char error[BPF_COMPILE_ERROR_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(bpf_compile(bad[i].expr, 1, prog, error),
				 -EINVAL);
		assert_string_equal(error, bad[i].why);
	}
}

TEST(bpf, depth_is_bounded)
{
	static char expr[1024];
	char error[BPF_COMPILE_ERROR_MAX];

	memset(expr, '(', 500);
	assert_int_equal(bpf_compile(expr, 1, prog, error), -EINVAL);
	assert_string_equal(error, "expression too deep");
}
