/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ping - echo requests, in the words of iputils' ping
 *
 * A job: it lives in a timer (when to send, when to stop waiting) and in the
 * callback of a raw ICMP socket. Times are kept here, by sequence number, so
 * a reply cannot lie about them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/netdevice.h"
#include "core/port.h"
#include "core/timer.h"
#include "lwip/dns.h"
#include "lwip/icmp.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip4.h"
#include "lwip/raw.h"
#include "shell/args.h"
#include "shell/shell.h"

enum {
	SLOTS = 256, /* replies are matched this far back */
	SIZE_DEFAULT = 56,
	SIZE_MAX_BYTES = 65507,
	/* Payload that fits the largest pool for one piece (CONFIG_MEM_*). */
	ONE_PIECE_MAX = 1500,
	INTERVAL_MIN_MS = 2,
	IP_HEADER = 20,
	ICMP_HEADER = 8,
};

struct slot {
	u64 sent_ns;
	u16 seq;
	bool used, answered;
};

static struct {
	struct raw_pcb *pcb;
	struct timer timer;
	char name[64]; /* as typed */
	bool by_name;
	ip4_addr_t addr;
	u16 id;
	bool quiet, broadcast;
	u32 count; /* 0: until Ctrl-C */
	u32 interval_ms, wait_ms, size;
	u8 ttl;

	u64 started_ns, last_ns; /* the first and the last request */
	u64 next_ns;
	bool waiting; /* all are sent */
	bool resolving;
	u32 serial; /* of this run: a late DNS answer is not ours */
	u32 sent, received, duplicates, errors;
	u64 min_us, max_us, sum_us, sum2_us;
	struct slot slots[SLOTS];
} job;

static void print_name(struct shell *sh)
{
	if (job.by_name)
		sh_printf(sh, "%s (", job.name);
	sh_print_ip4(sh, job.addr.addr);
	if (job.by_name)
		seq_putc(sh->out, ')');
}

/* --- the end ---------------------------------------------------------------
 */

static u64 square_root(u64 v)
{
	u64 root = 0, bit = 1ull << 62;

	while (bit > v)
		bit >>= 2;
	for (; bit != 0; bit >>= 2) {
		if (v >= root + bit) {
			v -= root + bit;
			root = (root >> 1) + bit;
		} else {
			root >>= 1;
		}
	}
	return root;
}

/* Lost of sent in per cent, six digits at most, as %g has it. */
static void print_loss(struct shell *sh, u32 lost, u32 sent)
{
	u64 scaled = sent != 0 ? ((u64)lost * 1000000 + sent / 2) / sent : 0;
	u32 whole = (u32)(scaled / 10000), part = (u32)(scaled % 10000);
	char decimals[8];
	size_t n;

	(void)snprintf(decimals, sizeof(decimals), "%04u", (unsigned int)part);
	n = strlen(decimals);
	while (n > 0 && decimals[n - 1] == '0')
		decimals[--n] = '\0';
	sh_printf(sh, "%u%s%s%% packet loss", (unsigned int)whole,
		  n > 0 ? "." : "", decimals);
}

static void print_ms(struct shell *sh, u64 us, const char *after)
{
	sh_printf(sh, "%llu.%03u%s", (unsigned long long)(us / 1000),
		  (unsigned int)(us % 1000), after);
}

static void print_statistics(struct shell *sh)
{
	u64 n = job.received + job.duplicates;

	sh_printf(sh, "\n--- %s ping statistics ---\n", job.name);
	sh_printf(sh, "%u packets transmitted, %u received, ",
		  (unsigned int)job.sent, (unsigned int)job.received);
	if (job.duplicates != 0)
		sh_printf(sh, "+%u duplicates, ", (unsigned int)job.duplicates);
	if (job.errors != 0)
		sh_printf(sh, "+%u errors, ", (unsigned int)job.errors);
	print_loss(sh, job.sent - job.received, job.sent);
	sh_printf(sh, ", time %llums\n",
		  (unsigned long long)((job.last_ns - job.started_ns) /
				       NSEC_PER_MSEC));
	if (n != 0) {
		u64 avg = job.sum_us / n;
		u64 mean2 = job.sum2_us / n;

		sh_printf(sh, "rtt min/avg/max/mdev = ");
		print_ms(sh, job.min_us, "/");
		print_ms(sh, avg, "/");
		print_ms(sh, job.max_us, "/");
		print_ms(sh,
			 square_root(mean2 > avg * avg ? mean2 - avg * avg : 0),
			 " ms\n");
	} else {
		seq_putc(sh->out, '\n');
	}
}

static void close_socket(void)
{
	del_timer(&job.timer);
	if (job.pcb != NULL)
		raw_remove(job.pcb);
	job.pcb = NULL;
	job.resolving = false;
}

static void finish(struct shell *sh)
{
	close_socket();
	print_statistics(sh);
	shell_job_done(sh, job.received != 0 ? 0 : 1);
}

static void cancel(struct shell *sh)
{
	if (job.resolving) {
		close_socket();
		shell_job_done(sh, SHELL_INTR);
		return;
	}
	finish(sh);
}

/* --- replies ---------------------------------------------------------------
 */

/* iputils shows about three digits. */
static void print_time(struct shell *sh, u64 us)
{
	unsigned long long whole;

	if (us >= 100000 - 50) {
		whole = (us + 500) / 1000;
		sh_printf(sh, " time=%llu ms", whole);
	} else if (us >= 10000 - 5) {
		whole = (us + 50) / 1000;
		sh_printf(sh, " time=%llu.%01u ms", whole,
			  (unsigned int)((us + 50) % 1000 / 100));
	} else if (us >= 1000) {
		whole = (us + 5) / 1000;
		sh_printf(sh, " time=%llu.%02u ms", whole,
			  (unsigned int)((us + 5) % 1000 / 10));
	} else {
		sh_printf(sh, " time=0.%03u ms", (unsigned int)us);
	}
}

/* Everything that was sent is answered: no need to wait on. */
static bool is_complete(void)
{
	return job.count != 0 && job.received >= job.count;
}

static void reply(const ip4_addr_t *from, u16 seq, u16 icmp_len, u8 ttl)
{
	struct shell *sh = &console_shell;
	struct slot *s = &job.slots[seq % SLOTS];
	bool duplicate;
	u64 us;

	if (!s->used || s->seq != seq)
		return;
	us = (clock_ns() - s->sent_ns) / NSEC_PER_USEC;
	duplicate = s->answered;
	s->answered = true;
	if (duplicate)
		job.duplicates++;
	else
		job.received++;
	if (job.received + job.duplicates == 1 || us < job.min_us)
		job.min_us = us;
	if (us > job.max_us)
		job.max_us = us;
	job.sum_us += us;
	job.sum2_us += us * us;

	if (!job.quiet) {
		sh_printf(sh, "%u bytes from ", icmp_len);
		if (from->addr == job.addr.addr)
			print_name(sh);
		else
			sh_print_ip4(sh, from->addr);
		sh_printf(sh, ": icmp_seq=%u ttl=%u", seq, ttl);
		print_time(sh, us);
		seq_puts(sh->out, duplicate ? " (DUP!)\n" : "\n");
	}
	if (is_complete())
		mod_timer(&job.timer, clock_ns());
}

static const char *unreachable_text(u8 type, u8 code)
{
	static const char *const texts[] = {
		"Destination Net Unreachable",
		"Destination Host Unreachable",
		"Destination Protocol Unreachable",
		"Destination Port Unreachable",
		"Frag needed and DF set",
		"Source Route Failed",
	};

	if (type == ICMP_TE)
		return code == 0 ? "Time to live exceeded"
				 : "Frag reassembly time exceeded";
	if (code < ARRAY_SIZE(texts))
		return texts[code];
	return code == 13 ? "Packet filtered" : "Destination Unreachable";
}

/* An ICMP error: is the packet it quotes one of ours? */
static void quoted(const u8 *icmp, u16 len, const ip4_addr_t *from)
{
	struct shell *sh = &console_shell;
	const u8 *inner = icmp + ICMP_HEADER;
	u16 hlen, seq;

	if (len < ICMP_HEADER + IP_HEADER)
		return;
	hlen = (u16)((inner[0] & 0xf) * 4);
	if (hlen < IP_HEADER || len < ICMP_HEADER + hlen + ICMP_HEADER)
		return;
	if (inner[9] != IP_PROTO_ICMP || memcmp(inner + 16, &job.addr, 4) != 0)
		return;
	inner += hlen;
	if (inner[0] != ICMP_ECHO || (u16)(inner[4] << 8 | inner[5]) != job.id)
		return;
	seq = (u16)(inner[6] << 8 | inner[7]);
	job.errors++;
	if (job.quiet)
		return;
	seq_puts(sh->out, "From ");
	sh_print_ip4(sh, from->addr);
	sh_printf(sh, " icmp_seq=%u %s\n", seq,
		  unreachable_text(icmp[0], icmp[1]));
}

/* Returns 0 always: lwIP goes on with the packet, it may be for others. */
static u8_t receive(void *arg, struct raw_pcb *pcb, struct pbuf *p,
		    const ip_addr_t *addr)
{
	/* Header with options, error, quoted header with options, echo. */
	u8 head[60 + ICMP_HEADER + 60 + ICMP_HEADER];
	u16 len = pbuf_copy_partial(p, head, sizeof(head), 0);
	const ip4_addr_t *from = ip_2_ip4(addr);
	u16 hlen, sum;

	(void)arg;
	(void)pcb;
	if (len < IP_HEADER)
		return 0;
	hlen = (u16)((head[0] & 0xf) * 4);
	if (hlen < IP_HEADER || len < hlen + ICMP_HEADER)
		return 0;
	if (head[hlen] == ICMP_DUR || head[hlen] == ICMP_TE) {
		quoted(head + hlen, (u16)(len - hlen), from);
		return 0;
	}
	if (head[hlen] != ICMP_ER ||
	    (u16)(head[hlen + 4] << 8 | head[hlen + 5]) != job.id)
		return 0;
	if (!job.broadcast && from->addr != job.addr.addr)
		return 0;
	/* We see it before lwIP has looked at its checksum. */
	if (pbuf_remove_header(p, hlen) != 0)
		return 0;
	sum = inet_chksum_pbuf(p);
	(void)pbuf_add_header(p, hlen);
	if (sum != 0)
		return 0;
	reply(from, (u16)(head[hlen + 6] << 8 | head[hlen + 7]),
	      (u16)(p->tot_len - hlen), head[8]);
	return 0;
}

/* --- requests --------------------------------------------------------------
 */

static struct pbuf *make_request(u16 seq)
{
	u32 len = ICMP_HEADER + job.size;
	struct pbuf *p =
		pbuf_alloc(PBUF_IP, (u16_t)len,
			   job.size <= ONE_PIECE_MAX ? PBUF_RAM : PBUF_POOL);
	struct icmp_echo_hdr *icmp;
	u32 at = 0;

	if (p == NULL)
		return NULL;
	for (struct pbuf *q = p; q != NULL; q = q->next)
		for (u16 i = 0; i < q->len; i++, at++)
			((u8 *)q->payload)[i] = (u8)(at - ICMP_HEADER);
	icmp = p->payload;
	icmp->type = ICMP_ECHO;
	icmp->code = 0;
	icmp->chksum = 0;
	icmp->id = lwip_htons(job.id);
	icmp->seqno = lwip_htons(seq);
	icmp->chksum = inet_chksum_pbuf(p);
	return p;
}

static void send_one(struct shell *sh, u64 now)
{
	u16 seq = (u16)(job.sent + 1);
	struct pbuf *p = make_request(seq);
	ip_addr_t to;
	err_t err = ERR_MEM;

	ip_addr_copy_from_ip4(to, job.addr);
	job.slots[seq % SLOTS] = (struct slot){ .sent_ns = clock_ns(),
						.seq = seq,
						.used = true };
	if (job.sent++ == 0)
		job.started_ns = now;
	job.last_ns = now;
	if (p != NULL) {
		err = raw_sendto(job.pcb, p, &to);
		pbuf_free(p);
	}
	if (err == ERR_OK)
		return;
	job.errors++;
	if (!job.quiet)
		(void)sh_error(
			sh, "ping: sendmsg: %s",
			sh_strerror(err == ERR_RTE ? -ENETUNREACH : -ENOBUFS));
}

/* Nothing more to send: how long is an answer worth waiting for? */
static u64 linger_ns(void)
{
	u64 ms = job.wait_ms;

	if (job.received != 0) {
		ms = 2 * job.max_us / 1000;
		if (ms < job.interval_ms)
			ms = job.interval_ms;
	}
	return ms * NSEC_PER_MSEC;
}

static void tick(struct timer *t, u64 now)
{
	struct shell *sh = &console_shell;

	if (is_complete() || job.waiting) {
		finish(sh);
		return;
	}
	send_one(sh, now);
	if (job.count != 0 && job.sent >= job.count) {
		job.waiting = true;
		mod_timer(t, now + linger_ns());
		return;
	}
	/* A turn that came late does not shift the ones after it. */
	job.next_ns += job.interval_ms * NSEC_PER_MSEC;
	if (job.next_ns < now)
		job.next_ns = now;
	mod_timer(t, job.next_ns);
}

/* --- start ------------------------------------------------------------------
 */

/* Return: 0 and the job runs; else the status after its error line. */
static int begin(struct shell *sh)
{
	const struct netif *netif = ip4_route(&job.addr);
	u64 now = clock_ns();

	if (netif == NULL)
		return sh_error(sh, "ping: connect: %s",
				sh_strerror(-ENETUNREACH));
	if (ip4_addr_isbroadcast(&job.addr, netif) && !job.broadcast)
		return sh_error(sh, "ping: Do you want to ping broadcast? Then "
				    "-b.");
	job.pcb = raw_new(IP_PROTO_ICMP);
	if (job.pcb == NULL)
		return sh_error(sh, "ping: socket: %s", sh_strerror(-ENOBUFS));
	raw_recv(job.pcb, receive, NULL);
	job.pcb->ttl = job.ttl;
	if (job.broadcast)
		ip_set_option(job.pcb, SOF_BROADCAST);
	get_random_bytes(&job.id, sizeof(job.id));

	sh_printf(sh, "PING %s (", job.name);
	sh_print_ip4(sh, job.addr.addr);
	sh_printf(sh, ") %u(%u) bytes of data.\n", (unsigned int)job.size,
		  (unsigned int)job.size + ICMP_HEADER + IP_HEADER);
	job.next_ns = now;
	mod_timer(&job.timer, now);
	return 0;
}

static void resolved(const char *name, const ip_addr_t *addr, void *arg)
{
	struct shell *sh = &console_shell;
	int err;

	(void)name;
	/* Interrupted meanwhile, or another ping runs. */
	if (!job.resolving || (u32)(uintptr_t)arg != job.serial)
		return;
	job.resolving = false;
	if (addr == NULL) {
		err = sh_error(sh, "ping: %s: Name or service not known",
			       job.name);
	} else {
		job.addr = *ip_2_ip4(addr);
		err = begin(sh);
	}
	if (err != 0)
		shell_job_done(sh, err);
}

static int resolve(struct shell *sh)
{
	ip_addr_t addr;
	err_t err;

	/* lwIP would take "10.1" for 10.0.0.1. */
	if (ipaddr_aton(job.name, &addr))
		return sh_error(sh, "ping: %s: not a whole address", job.name);
	if (ip_addr_isany_val(*dns_getserver(0)))
		return sh_error(sh, "ping: %s: no name server is known",
				job.name);
	err = dns_gethostbyname(job.name, &addr, resolved,
				(void *)(uintptr_t)job.serial);
	if (err == ERR_OK) {
		job.addr = *ip_2_ip4(&addr);
		return begin(sh);
	}
	if (err != ERR_INPROGRESS)
		return sh_error(sh, "ping: %s: Name or service not known",
				job.name);
	job.resolving = true;
	return 0;
}

static int bad_value(struct shell *sh, const char *value)
{
	return sh_usage(sh, "ping: invalid argument: '%s'", value);
}

static int options(struct shell *sh, struct args_opt *o)
{
	u32 v;
	int c;

	while ((c = args_getopt(o)) > 0) {
		switch (c) {
		case 'b':
			job.broadcast = true;
			break;
		case 'c':
			if (!args_u32(o->value, 1, UINT32_MAX, &job.count))
				return bad_value(sh, o->value);
			break;
		case 'i':
			if (!args_seconds(o->value, &job.interval_ms))
				return bad_value(sh, o->value);
			if (job.interval_ms < INTERVAL_MIN_MS)
				return sh_usage(sh,
						"ping: interval '%s' is too "
						"short, minimum is 0.002",
						o->value);
			break;
		case 'n':
			break;
		case 'q':
			job.quiet = true;
			break;
		case 's':
			if (!args_u32(o->value, 0, SIZE_MAX_BYTES, &job.size))
				return bad_value(sh, o->value);
			break;
		case 't':
			if (!args_u32(o->value, 1, 255, &v))
				return bad_value(sh, o->value);
			job.ttl = (u8)v;
			break;
		case 'W':
			if (!args_seconds(o->value, &job.wait_ms))
				return bad_value(sh, o->value);
			break;
		case ':':
			return sh_usage(sh,
					"ping: option requires an argument -- "
					"'%c'",
					o->bad);
		default:
			return sh_usage(sh, "ping: invalid option -- '%c'",
					o->bad);
		}
	}
	return 0;
}

static int ping(struct shell *sh, int argc, char **argv)
{
	struct args_opt o = { .argc = argc,
			      .argv = argv,
			      .spec = "bc:i:nqs:t:W:" };
	u32 serial = job.serial + 1;
	be32_t addr;
	int err;

	memset(&job, 0, sizeof(job));
	job.serial = serial;
	job.interval_ms = 1000;
	job.wait_ms = 10000;
	job.size = SIZE_DEFAULT;
	job.ttl = 64;
	timer_setup(&job.timer, tick);

	err = options(sh, &o);
	if (err != 0)
		return err;
	if (o.words < 2)
		return sh_usage(sh, "ping: usage error: Destination address "
				    "required");
	if (o.words > 2)
		return sh_usage(sh, "ping: unexpected word \"%s\"", argv[2]);
	if (strlen(argv[1]) >= sizeof(job.name))
		return sh_error(sh, "ping: %s: name too long", argv[1]);
	memcpy(job.name, argv[1], strlen(argv[1]) + 1);
	if (args_ip4(job.name, &addr)) {
		job.addr.addr = addr;
		err = begin(sh);
	} else {
		job.by_name = true;
		err = resolve(sh);
	}
	if (err != 0)
		return err;
	shell_job_start(sh, cancel);
	return SHELL_JOB;
}
SHELL_COMMAND("ping",
	      "[-bnq] [-c count] [-i seconds] [-s size] [-t ttl] [-W seconds] "
	      "host",
	      "send echo requests until Ctrl-C", ping);
