/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ss - sockets, in the words and columns of iproute2's ss (rows M4, M5)
 */
#include <stdio.h>
#include <string.h>

#include "core/netdevice.h"
#include "lwip/memp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"
#include "lwip/udp.h"
#include "proc/sock.h"
#include "shell/args.h"
#include "shell/shell.h"

enum {
	COL_NETID,
	COL_STATE,
	COL_RECVQ,
	COL_SENDQ,
	COL_LOCAL,
	COL_LPORT,
	COL_PEER,
	COL_PPORT,
	COL_PROCESS,
	COL_NR,
};

#define BIT(n)	   (1u << (n))
#define ALL_STATES (BIT(SOCK_CLOSING + 1) - BIT(SOCK_ESTABLISHED))
/* Without -a and -l. */
#define CONNECTED                                                              \
	(ALL_STATES & ~(BIT(SOCK_LISTEN) | BIT(SOCK_CLOSE) |                   \
			BIT(SOCK_TIME_WAIT) | BIT(SOCK_SYN_RECV)))

struct query {
	bool tcp, udp, timers, no_header, summary;
	bool all, listening;
	u32 states; /* 0: by -a and -l */
};

/* Columns that are shown, and how wide they must be. */
struct table {
	struct shell *sh; /* NULL while widths are found */
	const struct query *q;
	u32 states;
	u8 width[COL_NR];
	bool hidden[COL_NR];
	char cell[COL_NR][48];
};

/* ESTABLISHED first: SOCK_ESTABLISHED is 1. */
static const char *const state_names[] = {
	"",	      "ESTAB",	    "SYN-SENT",	 "SYN-RECV",
	"FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "UNCONN",
	"CLOSE-WAIT", "LAST-ACK",   "LISTEN",	 "CLOSING",
};

static const struct {
	const char *name;
	u32 states;
} filters[] = {
	{ "established", BIT(SOCK_ESTABLISHED) },
	{ "syn-sent", BIT(SOCK_SYN_SENT) },
	{ "syn-recv", BIT(SOCK_SYN_RECV) },
	{ "fin-wait-1", BIT(SOCK_FIN_WAIT1) },
	{ "fin-wait-2", BIT(SOCK_FIN_WAIT2) },
	{ "time-wait", BIT(SOCK_TIME_WAIT) },
	{ "closed", BIT(SOCK_CLOSE) },
	{ "unconnected", BIT(SOCK_CLOSE) },
	{ "close-wait", BIT(SOCK_CLOSE_WAIT) },
	{ "last-ack", BIT(SOCK_LAST_ACK) },
	{ "listening", BIT(SOCK_LISTEN) },
	{ "listen", BIT(SOCK_LISTEN) },
	{ "closing", BIT(SOCK_CLOSING) },
	{ "all", ALL_STATES },
	{ "connected", ALL_STATES & ~(BIT(SOCK_CLOSE) | BIT(SOCK_LISTEN)) },
	{ "synchronized", ALL_STATES & ~(BIT(SOCK_CLOSE) | BIT(SOCK_LISTEN) |
					 BIT(SOCK_SYN_SENT)) },
};

/* --- one row
 * ------------------------------------------------------------------ */

static void print_row(const struct table *t)
{
	const char *before = "";

	for (int i = 0; i < COL_NR; i++) {
		bool right = i == COL_LOCAL || i == COL_PEER;

		if (t->hidden[i])
			continue;
		if (i == COL_LPORT || i == COL_PPORT)
			before = ":";
		sh_printf(t->sh, right ? "%s%*s" : "%s%-*s", before,
			  t->width[i], t->cell[i]);
		before = " ";
	}
	seq_putc(t->sh->out, '\n');
}

/* A row is complete: measure it, or print it. */
static void row(struct table *t)
{
	if (t->sh != NULL) {
		print_row(t);
		return;
	}
	for (int i = 0; i < COL_NR; i++) {
		size_t n = strlen(t->cell[i]);

		if (n > t->width[i])
			t->width[i] = (u8)n;
	}
}

static void cell_text(struct table *t, int col, const char *text)
{
	(void)snprintf(t->cell[col], sizeof(t->cell[col]), "%s", text);
}

static void cell_number(struct table *t, int col, u32 v)
{
	(void)snprintf(t->cell[col], sizeof(t->cell[col]), "%u",
		       (unsigned int)v);
}

static void cell_addr(struct table *t, int col, const ip_addr_t *addr,
		      u8 ifindex)
{
	const struct net_device *dev = NULL;
	be32_t a = addr != NULL ? ip_2_ip4(addr)->addr : 0;
	u8 b[4];

	/* lwIP's index is one more than its number, which begins at 0. */
	if (ifindex != NETIF_NO_INDEX && netif_get_by_index(ifindex) != NULL)
		dev = netif_to_dev(netif_get_by_index(ifindex));
	memcpy(b, &a, sizeof(b));
	(void)snprintf(t->cell[col], sizeof(t->cell[col]), "%u.%u.%u.%u%s%s",
		       b[0], b[1], b[2], b[3], dev != NULL ? "%" : "",
		       dev != NULL ? dev->name : "");
}

static void cell_port(struct table *t, int col, u16 port)
{
	if (port == 0)
		cell_text(t, col, "*");
	else
		cell_number(t, col, port);
}

/* Hundredths of a second as ss has them: "1min30sec", "59sec", "5.200ms" (its
 * way to say 5.2 s), "200ms". */
static void print_when(char *buf, size_t size, u32 left)
{
	unsigned int minutes = (unsigned int)(left / 6000);
	unsigned int secs = (unsigned int)(left / 100 % 60);
	unsigned int msecs = (unsigned int)(left % 100 * 10);
	struct seq_file m;

	seq_init(&m, buf, size);
	if (minutes != 0) {
		seq_printf(&m, "%umin", minutes);
		msecs = 0;
		if (minutes > 9)
			secs = 0;
	}
	if (secs > 9)
		msecs = 0;
	if (secs != 0)
		seq_printf(&m, "%u%s", secs, msecs != 0 ? "." : "sec");
	if (msecs != 0)
		seq_printf(&m, "%03ums", msecs);
}

static void cell_timer(struct table *t, const struct tcp_pcb *pcb)
{
	static const char *const names[] = { "off", "on", "keepalive",
					     "timewait", "persist" };
	u32 left;
	int timer = sock_timer(pcb, &left);
	char when[24];

	cell_text(t, COL_PROCESS, "");
	if (!t->q->timers || timer == 0)
		return;
	print_when(when, sizeof(when), left);
	(void)snprintf(t->cell[COL_PROCESS], sizeof(t->cell[COL_PROCESS]),
		       "timer:(%s,%s,%u)", names[timer], when,
		       timer == 3 ? 0u : (unsigned int)pcb->nrtx);
}

/* --- all rows
 * --------------------------------------------------------------------- */

static bool wanted(const struct table *t, enum sock_state state)
{
	return (t->states & BIT(state)) != 0;
}

static void udp_rows(struct table *t)
{
	cell_text(t, COL_NETID, "udp");
	cell_text(t, COL_RECVQ, "0");
	cell_text(t, COL_SENDQ, "0");
	cell_text(t, COL_PROCESS, "");
	for (const struct udp_pcb *pcb = udp_pcbs; pcb != NULL;
	     pcb = pcb->next) {
		bool connected = (pcb->flags & UDP_FLAGS_CONNECTED) != 0;
		enum sock_state state =
			connected ? SOCK_ESTABLISHED : SOCK_CLOSE;

		if (!wanted(t, state))
			continue;
		cell_text(t, COL_STATE, state_names[state]);
		cell_addr(t, COL_LOCAL, &pcb->local_ip, pcb->netif_idx);
		cell_port(t, COL_LPORT, pcb->local_port);
		cell_addr(t, COL_PEER, connected ? &pcb->remote_ip : NULL,
			  NETIF_NO_INDEX);
		cell_port(t, COL_PPORT, connected ? pcb->remote_port : 0);
		row(t);
	}
}

static void listen_rows(struct table *t)
{
	cell_text(t, COL_PROCESS, "");
	for (const struct tcp_pcb_listen *pcb = tcp_listen_pcbs.listen_pcbs;
	     pcb != NULL; pcb = pcb->next) {
		cell_text(t, COL_STATE, state_names[SOCK_LISTEN]);
		cell_number(t, COL_RECVQ, pcb->accepts_pending);
		cell_number(t, COL_SENDQ, pcb->backlog);
		cell_addr(t, COL_LOCAL, &pcb->local_ip, pcb->netif_idx);
		cell_port(t, COL_LPORT, pcb->local_port);
		cell_addr(t, COL_PEER, NULL, NETIF_NO_INDEX);
		cell_port(t, COL_PPORT, 0);
		row(t);
	}
}

static void tcp_rows(struct table *t, const struct tcp_pcb *pcb)
{
	for (; pcb != NULL; pcb = pcb->next) {
		enum sock_state state = sock_state(pcb->state);
		bool tw = state == SOCK_TIME_WAIT;

		if (!wanted(t, state))
			continue;
		cell_text(t, COL_STATE, state_names[state]);
		cell_number(t, COL_RECVQ, tw ? 0 : sock_rx_queue(pcb));
		cell_number(t, COL_SENDQ, tw ? 0 : sock_tx_queue(pcb));
		cell_addr(t, COL_LOCAL, &pcb->local_ip, NETIF_NO_INDEX);
		cell_port(t, COL_LPORT, pcb->local_port);
		cell_addr(t, COL_PEER, &pcb->remote_ip, NETIF_NO_INDEX);
		cell_port(t, COL_PPORT, pcb->remote_port);
		cell_timer(t, pcb);
		row(t);
	}
}

static void all_rows(struct table *t)
{
	if (t->q->udp)
		udp_rows(t);
	if (!t->q->tcp)
		return;
	cell_text(t, COL_NETID, "tcp");
	if (wanted(t, SOCK_LISTEN))
		listen_rows(t);
	tcp_rows(t, tcp_active_pcbs);
	tcp_rows(t, tcp_tw_pcbs);
}

static void heading(struct table *t)
{
	static const char *const names[COL_NR] = {
		"Netid", "State",	 "Recv-Q", "Send-Q",  "Local Address",
		"Port",	 "Peer Address", "Port",   "Process",
	};

	for (int i = 0; i < COL_NR; i++)
		cell_text(t, i, names[i]);
	row(t);
}

static u32 default_states(const struct query *q)
{
	if (q->states != 0)
		return q->states;
	if (q->all)
		return ALL_STATES;
	if (q->listening)
		return BIT(SOCK_LISTEN) | BIT(SOCK_CLOSE);
	return CONNECTED;
}

static void list(struct shell *sh, const struct query *q)
{
	static struct table t; /* too large for the stack */

	t = (struct table){ .q = q, .states = default_states(q) };
	t.hidden[COL_NETID] = !(q->tcp && q->udp);
	t.hidden[COL_STATE] = is_power_of_2(t.states);
	if (!q->no_header)
		heading(&t);
	all_rows(&t);
	t.sh = sh;
	if (!q->no_header)
		heading(&t);
	all_rows(&t);
}

/* --- ss -s
 * -------------------------------------------------------------------------- */

static void transport(struct shell *sh, const char *name, u32 n)
{
	sh_printf(sh, "%s\t  %-9u %-9u %-9u\n", name, (unsigned int)n,
		  (unsigned int)n, 0u);
}

static u32 pool_used(memp_t pool)
{
	return (u32)memp_pools[pool]->stats->used;
}

static void summary(struct shell *sh)
{
	u32 estab = 0, orphaned = 0, active = 0, listening = 0, tw = 0;
	u32 udp = pool_used(MEMP_UDP_PCB), raw = pool_used(MEMP_RAW_PCB);

	for (const struct tcp_pcb *p = tcp_active_pcbs; p; p = p->next) {
		enum sock_state s = sock_state(p->state);

		active++;
		estab += s == SOCK_ESTABLISHED;
		orphaned += s == SOCK_FIN_WAIT1 || s == SOCK_FIN_WAIT2 ||
			    s == SOCK_CLOSING || s == SOCK_LAST_ACK;
	}
	for (const struct tcp_pcb *p = tcp_tw_pcbs; p; p = p->next)
		tw++;
	for (const struct tcp_pcb_listen *l = tcp_listen_pcbs.listen_pcbs; l;
	     l = l->next)
		listening++;

	sh_printf(sh, "Total: %u\n",
		  (unsigned int)(active - orphaned + listening + udp + raw));
	sh_printf(sh,
		  "TCP:   %u (estab %u, closed %u, orphaned %u, timewait %u)\n"
		  "\n",
		  (unsigned int)(active + listening + tw), (unsigned int)estab,
		  (unsigned int)tw, (unsigned int)orphaned, (unsigned int)tw);
	sh_printf(sh, "Transport Total     IP        IPv6\n");
	transport(sh, "RAW", raw);
	transport(sh, "UDP", udp);
	transport(sh, "TCP", active - orphaned + listening);
	transport(sh, "INET", active - orphaned + listening + udp + raw);
	transport(sh, "FRAG", 0);
	seq_putc(sh->out, '\n');
}

/* --- the command
 * ----------------------------------------------------------------------- */

static int options(struct shell *sh, struct args_opt *o, struct query *q)
{
	int c;

	while ((c = args_getopt(o)) > 0) {
		switch (c) {
		case 't':
			q->tcp = true;
			break;
		case 'u':
			q->udp = true;
			break;
		case 'a':
			q->all = true;
			break;
		case 'l':
			q->listening = true;
			break;
		case 'o':
			q->timers = true;
			break;
		case 'H':
			q->no_header = true;
			break;
		case 's':
			q->summary = true;
			break;
		case 'n':
		case 'e':
		case 'p':
		case '4':
			/* Numbers, IPv4 and no processes: there is nothing
			 * else. */
			break;
		default:
			return sh_usage(sh, "ss: invalid option -- '%c'",
					o->bad);
		}
	}
	return 0;
}

static int state_filter(struct shell *sh, int words, char **argv,
			struct query *q)
{
	for (int i = 1; i < words; i += 2) {
		u32 states = 0;

		if (strcmp(argv[i], "state") != 0)
			return sh_usage(sh, "ss: unexpected word \"%s\"",
					argv[i]);
		if (i + 1 == words)
			return sh_usage(sh, "ss: no value after \"state\"");
		for (size_t j = 0; j < ARRAY_SIZE(filters); j++)
			if (strcmp(filters[j].name, argv[i + 1]) == 0)
				states = filters[j].states;
		if (states == 0)
			return sh_usage(sh, "ss: wrong state name: %s",
					argv[i + 1]);
		q->states |= states;
	}
	return 0;
}

static int ss(struct shell *sh, int argc, char **argv)
{
	struct args_opt o = { .argc = argc,
			      .argv = argv,
			      .spec = "tualonepH4s" };
	struct query q = { 0 };
	int err = options(sh, &o, &q);

	if (err == 0)
		err = state_filter(sh, o.words, argv, &q);
	if (err != 0)
		return err;
	if (q.summary) {
		summary(sh);
		return 0;
	}
	if (!q.tcp && !q.udp)
		q.tcp = q.udp = true;
	list(sh, &q);
	return 0;
}

static void ss_complete(int argc, char **argv,
			void (*add)(void *ctx, const char *word), void *ctx)
{
	if (argc > 2 && strcmp(argv[argc - 2], "state") == 0) {
		for (size_t i = 0; i < ARRAY_SIZE(filters); i++)
			add(ctx, filters[i].name);
		return;
	}
	add(ctx, "state");
}
SHELL_COMMAND_COMPLETE("ss", "[-tualoneHs] [state NAME]...", "show sockets", ss,
		       ss_complete);
