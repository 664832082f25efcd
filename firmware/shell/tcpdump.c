/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tcpdump - see packets go by, in the words of tcpdump (row I13)
 *
 * A job: copies come into the tap's ring as packets pass, a timer prints a few
 * of them a turn. The console is slow; what it cannot keep up with is dropped
 * as copies and counted in the last line, as on Linux.
 *
 * `-i any` listens to every device, `-i drop` to the packets that are dropped,
 * each with its reason. There are no files here: what Wireshark is to see comes
 * over TCP (apps/capture.c).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "core/netdevice.h"
#include "core/port.h"
#include "core/timer.h"
#include "packet/af_packet.h"
#include "packet/bpf_compile.h"
#include "shell/args.h"
#include "shell/shell.h"
#include "shell/tcpdump_print.h"

enum {
	LINES_PER_TURN = 8,
	DEVICE_MAX = 16,
	/* "(000) ldh      [12]" and its operands. */
	LISTING_MAX = 64,
};

/* Lets the console's buffer empty before the next lines. */
#define TURN_NS (2 * NSEC_PER_MSEC)

static struct {
	struct packet_tap tap;
	struct timer timer;
	struct tcpdump_print print;
	char device[DEVICE_MAX];
	bool any; /* name the device in each line */
	bool list, numbers;
	bool bytecode;
	u32 count; /* 0: until Ctrl-C */
	u32 captured;
	char *filter;
	_Alignas(8) u8 ring[CONFIG_TCPDUMP_RING_SIZE];
} job;

_Static_assert((CONFIG_TCPDUMP_RING_SIZE & (CONFIG_TCPDUMP_RING_SIZE - 1)) == 0,
	       "a ring");

/* --- the end ---------------------------------------------------------------
 */

static void finish(struct shell *sh)
{
	u32 accepted, dropped;

	packet_tap_sums(&job.tap, &accepted, &dropped);
	packet_tap_close(&job.tap);
	del_timer(&job.timer);
	sh_printf(sh, "%u packet%s captured\n", (unsigned int)job.captured,
		  job.captured == 1 ? "" : "s");
	sh_printf(sh, "%u packet%s received by filter\n",
		  (unsigned int)accepted, accepted == 1 ? "" : "s");
	sh_printf(sh, "%u packet%s dropped by kernel\n", (unsigned int)dropped,
		  dropped == 1 ? "" : "s");
	shell_job_done(sh, 0);
}

static void cancel(struct shell *sh)
{
	seq_putc(sh->out, '\n');
	finish(sh);
}

/* --- lines -----------------------------------------------------------------
 */

static void print_time(struct shell *sh, u64 ns)
{
	u32 us = (u32)(ns / NSEC_PER_USEC % 1000000);
	u32 s = (u32)(ns / NSEC_PER_SEC % 86400);

	sh_printf(sh, "%02u:%02u:%02u.%06u ", (unsigned int)(s / 3600),
		  (unsigned int)(s / 60 % 60), (unsigned int)(s % 60),
		  (unsigned int)us);
}

static const char *direction(const struct tap_record *r)
{
	switch (r->pkt_type) {
	case PACKET_OUTGOING:
		return "Out";
	case PACKET_BROADCAST:
		return "B";
	case PACKET_MULTICAST:
		return "M";
	case PACKET_OTHERHOST:
		return "P";
	default:
		return "In";
	}
}

static void print_record(struct shell *sh, const struct tap_record *r)
{
	print_time(sh, r->tstamp_ns);
	if (job.any) {
		const struct net_device *dev = dev_get_by_index(r->ifindex);

		sh_printf(sh, "%-5s %-3s ", dev->name, direction(r));
	}
	if (r->point == TAP_DROP)
		sh_printf(sh, "(%s) ",
			  drop_reason_name((enum drop_reason)r->reason));
	tcpdump_print(sh->out, &job.print, r->data, r->cap_len, r->orig_len);
	seq_putc(sh->out, '\n');
}

static void tick(struct timer *t, u64 now)
{
	struct shell *sh = &console_shell;

	for (int i = 0; i < LINES_PER_TURN; i++) {
		const struct tap_record *r = packet_tap_peek(&job.tap);

		if (!r)
			return; /* ready() calls again */
		print_record(sh, r);
		packet_tap_next(&job.tap);
		if (++job.captured == job.count) {
			finish(sh);
			return;
		}
	}
	mod_timer(t, now + TURN_NS);
}

static void ready(struct packet_tap *tap)
{
	(void)tap;
	if (!job.timer.pending)
		mod_timer(&job.timer, clock_ns());
}

/* --- the program -----------------------------------------------------------
 */

static void print_numbers(struct shell *sh)
{
	const struct packet_tap *tap = &job.tap;

	sh_printf(sh, "%u\n", (unsigned int)tap->prog_len);
	for (u32 i = 0; i < tap->prog_len; i++)
		sh_printf(sh, "%u %u %u %u\n", tap->prog[i].code,
			  tap->prog[i].jt, tap->prog[i].jf,
			  (unsigned int)tap->prog[i].k);
}

/* "[12]", "#0x800", "x", as tcpdump -d has it. */
static void operand(const struct sock_filter *f, char *text, size_t size)
{
	unsigned int k = (unsigned int)f->k;
	u32 mode = f->code & 0xe0u;
	u32 class = f->code & 7u;

	*text = '\0';
	if (class == BPF_ST || class == BPF_STX || mode == BPF_MEM)
		(void)snprintf(text, size, "M[%u]", k);
	else if (f->code == (BPF_JMP | BPF_JA))
		*text = '\0';
	else if (class == BPF_ALU || class == BPF_JMP)
		(void)snprintf(text, size, f->code & BPF_X ? "x" : "#0x%x", k);
	else if (class == BPF_RET && !(f->code & BPF_A))
		(void)snprintf(text, size, "#%u", k);
	else if (class > BPF_LDX)
		*text = '\0';
	else if (mode == BPF_ABS)
		(void)snprintf(text, size, "[%u]", k);
	else if (mode == BPF_IND)
		(void)snprintf(text, size, "[x + %u]", k);
	else if (mode == BPF_MSH)
		(void)snprintf(text, size, "4*([%u]&0xf)", k);
	else if (mode == BPF_IMM)
		(void)snprintf(text, size, "#0x%x", k);
	else
		(void)snprintf(text, size, "#pktlen");
}

static const char *mnemonic(u16 code)
{
	static const char *const alu[] = { "add", "sub", "mul", "div",
					   "or",  "and", "lsh", "rsh",
					   "neg", "mod", "xor" };
	static const char *const jump[] = { "ja", "jeq", "jgt", "jge", "jset" };

	switch (code & 7) {
	case BPF_LD:
		return (code & 0x18) == BPF_H	? "ldh"
		       : (code & 0x18) == BPF_B ? "ldb"
						: "ld";
	case BPF_LDX:
		return (code & 0x18) == BPF_B ? "ldxb" : "ldx";
	case BPF_ST:
		return "st";
	case BPF_STX:
		return "stx";
	case BPF_ALU:
		return alu[code >> 4];
	case BPF_JMP:
		return jump[code >> 4];
	case BPF_RET:
		return "ret";
	default:
		return code & BPF_TXA ? "txa" : "tax";
	}
}

static void print_listing(struct shell *sh)
{
	const struct packet_tap *tap = &job.tap;

	for (u32 i = 0; i < tap->prog_len; i++) {
		const struct sock_filter *f = &tap->prog[i];
		char text[LISTING_MAX];

		operand(f, text, sizeof(text));
		if (f->code == (BPF_JMP | BPF_JA))
			(void)snprintf(text, sizeof(text), "%u",
				       (unsigned int)(i + 1 + f->k));
		if ((f->code & 7) == BPF_JMP && f->code != (BPF_JMP | BPF_JA))
			sh_printf(sh, "(%03u) %-8s %-16s jt %u\tjf %u\n",
				  (unsigned int)i, mnemonic(f->code), text,
				  (unsigned int)(i + 1 + f->jt),
				  (unsigned int)(i + 1 + f->jf));
		else
			sh_printf(sh, "(%03u) %-8s %s\n", (unsigned int)i,
				  mnemonic(f->code), text);
	}
}

/* --- start -----------------------------------------------------------------
 */

/* The filter's words, or a program's numbers, from one word or many. */
static int set_filter(struct shell *sh, int words, char **argv)
{
	static char text[SHELL_LINE_MAX + 1];
	char error[BPF_COMPILE_ERROR_MAX];
	struct bpf_error err;
	int n;

	text[0] = '\0';
	for (int i = 1; i < words; i++) {
		if (i > 1)
			strcat(text, " ");
		strcat(text, argv[i]); /* all of them came from one line */
	}
	if (job.filter) {
		if (words > 1)
			return sh_usage(sh, "tcpdump: -f and an expression");
		n = bpf_parse(job.filter, job.tap.prog, BPF_MAXINSNS, &err);
		if (n < 0 || bpf_check(job.tap.prog, (u32)n, &err) < 0)
			return sh_error(sh, "tcpdump: instruction %u: %s",
					(unsigned int)err.insn, err.text);
	} else {
		n = bpf_compile(text, BPF_SNAPLEN_MAX, job.tap.prog, error);
		if (n < 0)
			return sh_error(sh, "tcpdump: %s", error);
	}
	job.tap.prog_len = (u32)n;
	return 0;
}

/* The first one that has a wire. */
static const struct net_device *default_device(void)
{
	for (int i = 1; i <= NETDEV_MAX; i++) {
		const struct net_device *dev = dev_get_by_index(i);

		if (dev && !(dev->flags & IFF_LOOPBACK))
			return dev;
	}
	return NULL;
}

static int set_device(struct shell *sh)
{
	const struct net_device *dev = default_device();

	job.tap.points = TAP_RX_BIT | TAP_TX_BIT;
	if (!job.device[0] && dev)
		memcpy(job.device, dev->name, strlen(dev->name) + 1);
	job.any = true;
	if (strcmp(job.device, "any") == 0)
		return 0;
	if (strcmp(job.device, "drop") == 0) {
		job.tap.points = TAP_DROP_BIT;
		return 0;
	}
	job.any = false;
	dev = dev_get_by_name(job.device);
	if (!dev)
		return sh_error(sh, "tcpdump: %s: No such device exists",
				job.device);
	job.tap.ifindex = dev->ifindex;
	return 0;
}

static int options(struct shell *sh, struct args_opt *o)
{
	int c;

	while ((c = args_getopt(o)) > 0) {
		switch (c) {
		case 'c':
			if (!args_u32(o->value, 1, UINT32_MAX, &job.count))
				return sh_usage(sh,
						"tcpdump: invalid packet count "
						"%s",
						o->value);
			break;
		case 'd':
			job.numbers = job.list;
			job.list = true;
			break;
		case 'e':
			job.print.ethernet = true;
			break;
		case 'f':
			job.filter = o->value;
			break;
		case 'i':
			if (strlen(o->value) >= sizeof(job.device))
				return sh_error(sh,
						"tcpdump: %s: No such device "
						"exists",
						o->value);
			memcpy(job.device, o->value, strlen(o->value) + 1);
			break;
		case 'l':
		case 'n':
			break; /* always so */
		case 'p':
			job.tap.no_promisc = true;
			break;
		case 'q':
			job.print.quick = true;
			break;
		case 's':
			if (!args_u32(o->value, 0, BPF_SNAPLEN_MAX,
				      &job.tap.snaplen))
				return sh_usage(sh,
						"tcpdump: invalid snaplen %s",
						o->value);
			if (!job.tap.snaplen)
				job.tap.snaplen = BPF_SNAPLEN_MAX;
			break;
		case ':':
			return sh_usage(sh,
					"tcpdump: option requires an argument "
					"-- '%c'",
					o->bad);
		default:
			if (o->bad == 'w')
				return sh_usage(
					sh,
					"tcpdump: -w: there are no files "
					"here; tshark -i TCP@board:%d",
					CONFIG_CAPTURE_PORT);
			return sh_usage(sh, "tcpdump: invalid option -- '%c'",
					o->bad);
		}
	}
	return 0;
}

static int tcpdump(struct shell *sh, int argc, char **argv)
{
	struct args_opt o = { .argc = argc,
			      .argv = argv,
			      .spec = "c:def:i:lnpqs:" };
	int err;

	memset(&job, 0, offsetof(typeof(job), ring));
	job.tap.snaplen = BPF_SNAPLEN_MAX;
	job.tap.ready = ready;
	timer_setup(&job.timer, tick);

	err = options(sh, &o);
	if (!err)
		err = set_device(sh);
	if (!err)
		err = set_filter(sh, o.words, argv);
	if (err)
		return err;
	if (job.numbers)
		print_numbers(sh);
	else if (job.list)
		print_listing(sh);
	if (job.list)
		return 0;

	err = packet_tap_open(&job.tap, job.ring, sizeof(job.ring));
	if (err)
		return sh_error(sh, "tcpdump: %s", sh_strerror(err));
	sh_printf(sh,
		  "listening on %s, link-type EN10MB (Ethernet), snapshot "
		  "length %u bytes\n",
		  job.device, (unsigned int)job.tap.snaplen);
	shell_job_start(sh, cancel);
	return SHELL_JOB;
}

static void complete(int argc, char **argv,
		     void (*add)(void *ctx, const char *word), void *ctx)
{
	if (argc < 3 || strcmp(argv[argc - 2], "-i") != 0)
		return;
	sh_complete_devices(add, ctx);
	add(ctx, "any");
	add(ctx, "drop");
}

SHELL_COMMAND_COMPLETE("tcpdump",
		       "[-deqp] [-c count] [-i device|any|drop] [-s snaplen] "
		       "[-f program] [expression]",
		       "print packets as they pass, until Ctrl-C", tcpdump,
		       complete);
