/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bpf_compile - see bpf_compile.h (row I13)
 *
 * One pass. Words become tests; each test is emitted where it stands, with
 * the places that still want a target kept in two lists (what to do when it
 * holds, when it does not) that run through the jumps themselves. `and`, `or`
 * and `not` only join such lists, so every jump goes forward. Operators wait
 * on a stack of their own; the grammar needs no recursion. At the end jumps
 * longer than a byte holds get a long one beside them.
 */
#include "packet/bpf_compile.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	INSNS_MAX = BPF_MAXINSNS,
	DEPTH_MAX = 64, /* operators and tests that wait */
	WORD_MAX = 40,
	NONE = 0xffff, /* end of a list of jumps */

	ETH_TYPE = 12,
	ETH_PAYLOAD = 14,
	ETYPE_IP = 0x0800,
	ETYPE_ARP = 0x0806,
	ETYPE_RARP = 0x8035,
	ETYPE_IP6 = 0x86dd,
	ETYPE_VLAN = 0x8100,
	ETYPE_QINQ = 0x88a8,
	ETYPE_QINQ_OLD = 0x9100,
	ETYPE_MIN = 0x600, /* below it is a length (IEEE 802.3) */
	PROTO_ICMP = 1,
	PROTO_IGMP = 2,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_FRAGMENT = 44,
	PROTO_ICMP6 = 58,
	PROTO_SCTP = 132,
	IP_OFFSET_MASK = 0x1fff,
	MAC_LEN = 6,
};

/* Whether or not a field is found, jt and jf name instructions. */
struct insn {
	u16 code;
	u16 jt, jf;
	u32 k;
};

/* A test: where it begins, and its jumps that wait for a target, linked
 * through jt and jf. A link is the number of an instruction times two, plus
 * one when it is the jf that waits. */
struct block {
	u16 entry;
	u16 yes, no;
};

enum proto {
	P_ANY,
	P_ETHER,
	P_IP,
	P_IP6,
	P_ARP,
	P_RARP,
	P_TCP,
	P_UDP,
	P_ICMP,
	P_ICMP6,
	P_IGMP,
};

enum dir { D_ANY, D_SRC, D_DST, D_EITHER, D_BOTH };
enum type { T_ANY, T_HOST, T_NET, T_PORT, T_PORTRANGE, T_PROTO };

struct quals {
	enum proto proto;
	enum dir dir;
	enum type type;
};

enum op { OP_PAREN, OP_NOT, OP_AND, OP_OR };

struct compiler {
	const char *at; /* behind the current word */
	char word[WORD_MAX + 1];
	char *error;
	bool failed;
	u32 link; /* what VLAN tags add to the offsets */
	struct quals last;
	u32 nr_insns, nr_blocks, nr_ops;
	struct insn insns[INSNS_MAX];
	struct block blocks[DEPTH_MAX];
	u8 ops[DEPTH_MAX];
};

__attribute__((format(printf, 2, 3))) static void fail(struct compiler *c,
						       const char *fmt, ...)
{
	va_list ap;

	if (c->failed)
		return; /* the first reason is the true one */
	c->failed = true;
	va_start(ap, fmt);
	(void)vsnprintf(c->error, BPF_COMPILE_ERROR_MAX, fmt, ap);
	va_end(ap);
}

/* --- words ---------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Is it a word of its own, wherever it stands? */
static bool is_mark(char c)
{
	return c == '(' || c == ')' || c == '!';
}

/* The next word into c->word; empty at the end. */
static void next_word(struct compiler *c)
{
	size_t n = 0;

	while (is_blank(*c->at))
		c->at++;
	if (is_mark(*c->at)) {
		c->word[n++] = *c->at++;
	} else if ((c->at[0] == '&' && c->at[1] == '&') ||
		   (c->at[0] == '|' && c->at[1] == '|')) {
		c->word[n++] = *c->at++;
		c->word[n++] = *c->at++;
	} else {
		while (*c->at && !is_blank(*c->at) && !is_mark(*c->at) &&
		       *c->at != '&' && *c->at != '|') {
			if (n == WORD_MAX) {
				fail(c, "word too long");
				break;
			}
			c->word[n++] = *c->at++;
		}
		if (n == 0 && *c->at)
			fail(c, "unexpected '%c'", *c->at);
	}
	c->word[n] = '\0';
}

static bool word_is(const struct compiler *c, const char *text)
{
	return strcmp(c->word, text) == 0;
}

/* Take the word if it is this one. */
static bool accept(struct compiler *c, const char *text)
{
	if (!word_is(c, text))
		return false;
	next_word(c);
	return true;
}

/* Decimal, or hexadecimal after 0x, the whole of @s. */
static bool parse_number(const char *s, u32 max, u32 *value)
{
	u32 base = 10;
	u64 v = 0;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	}
	if (!*s)
		return false;
	for (; *s; s++) {
		u32 digit;

		if (*s >= '0' && *s <= '9')
			digit = (u32)(*s - '0');
		else if ((*s | 0x20) >= 'a' && (*s | 0x20) <= 'f')
			digit = (u32)((*s | 0x20) - 'a') + 10;
		else
			return false;
		v = v * base + digit;
		if (digit >= base || v > max)
			return false;
	}
	*value = (u32)v;
	return true;
}

/* One to four octets with dots between them, up to @end. Return: how many
 * there were, 0 if it is no address; @value has the octets on top. */
static u32 parse_octets(const char *s, const char *end, u32 *value)
{
	u32 v = 0, n = 0;

	while (n < 4) {
		u32 octet = 0;
		const char *from = s;

		for (; s < end && *s >= '0' && *s <= '9'; s++) {
			octet = octet * 10 + (u32)(*s - '0');
			if (octet > 255)
				return 0;
		}
		if (s == from)
			return 0;
		v |= octet << (24 - 8 * n++);
		if (s == end) {
			*value = v;
			return n;
		}
		if (*s++ != '.')
			return 0;
	}
	return 0;
}

static bool parse_address(const char *s, u32 *value)
{
	return parse_octets(s, s + strlen(s), value) == 4;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Six groups of one or two digits. */
static bool parse_mac(const char *s, u8 mac[MAC_LEN])
{
	for (int i = 0; i < MAC_LEN; i++) {
		int v = hex_digit(*s++);

		if (v < 0)
			return false;
		if (hex_digit(*s) >= 0)
			v = v * 16 + hex_digit(*s++);
		mac[i] = (u8)v;
		if (*s++ != (i < MAC_LEN - 1 ? ':' : '\0'))
			return false;
	}
	return true;
}

static const struct {
	const char *name;
	u16 port;
} port_names[] = {
	{ "echo", 7 },	  { "discard", 9 },   { "chargen", 19 },
	{ "ssh", 22 },	  { "telnet", 23 },   { "domain", 53 },
	{ "bootps", 67 }, { "bootpc", 68 },   { "tftp", 69 },
	{ "http", 80 },	  { "ntp", 123 },     { "snmp", 161 },
	{ "https", 443 }, { "iperf3", 5201 },
};

static bool parse_port(const char *s, u32 *port)
{
	if (parse_number(s, UINT16_MAX, port))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(port_names); i++) {
		if (strcmp(s, port_names[i].name) == 0) {
			*port = port_names[i].port;
			return true;
		}
	}
	return false;
}

/* --- code ----------------------------------------------------------------- */

static u16 emit(struct compiler *c, u16 code, u32 k)
{
	if (c->nr_insns == INSNS_MAX) {
		fail(c, "expression too long");
		return 0;
	}
	c->insns[c->nr_insns] =
		(struct insn){ .code = code, .jt = NONE, .jf = NONE, .k = k };
	return (u16)c->nr_insns++;
}

static u16 *link_field(struct compiler *c, u16 link)
{
	struct insn *i = &c->insns[link / 2];

	return link & 1 ? &i->jf : &i->jt;
}

/* All of @list go to @target. */
static void patch(struct compiler *c, u16 list, u16 target)
{
	/* After a failure lists may be anything. */
	while (list != NONE && !c->failed) {
		u16 *field = link_field(c, list);

		list = *field;
		*field = target;
	}
}

/* Both lists in one. */
static u16 join(struct compiler *c, u16 first, u16 second)
{
	u16 at = first;

	if (first == NONE || c->failed)
		return second;
	while (*link_field(c, at) != NONE)
		at = *link_field(c, at);
	*link_field(c, at) = second;
	return first;
}

/* @b was emitted right behind @a. */
static struct block both(struct compiler *c, struct block a, struct block b)
{
	patch(c, a.yes, b.entry);
	return (struct block){ a.entry, b.yes, join(c, a.no, b.no) };
}

static struct block either(struct compiler *c, struct block a, struct block b)
{
	patch(c, a.no, b.entry);
	return (struct block){ a.entry, join(c, a.yes, b.yes), b.no };
}

static struct block inverse(struct block a)
{
	return (struct block){ a.entry, a.no, a.yes };
}

/* What was loaded from @entry on, compared. */
static struct block jump(struct compiler *c, u16 entry, u16 op, u32 k)
{
	u16 i = emit(c, (u16)(BPF_JMP | op), k);

	return (struct block){ entry, (u16)(i * 2), (u16)(i * 2 + 1) };
}

/* @size (BPF_W, H, B) at @off, under @mask, equals @value? */
static struct block equals(struct compiler *c, u16 size, u32 off, u32 mask,
			   u32 value)
{
	u16 entry;

	/* Nothing to look at, not even whether it is there. */
	if (mask == 0)
		return jump(c, emit(c, BPF_LD | BPF_IMM, 0), BPF_JEQ, value);
	entry = emit(c, (u16)(BPF_LD | size | BPF_ABS), off);
	if (mask != UINT32_MAX)
		(void)emit(c, BPF_ALU | BPF_AND, mask);
	return jump(c, entry, BPF_JEQ, value);
}

static struct block ether_type(struct compiler *c, u32 type)
{
	return equals(c, BPF_H, c->link + ETH_TYPE, UINT32_MAX, type);
}

static u32 payload(const struct compiler *c)
{
	return c->link + ETH_PAYLOAD;
}

/* A test that never holds, for what can never be. */
static struct block never(struct compiler *c)
{
	u16 entry = emit(c, BPF_LD | BPF_IMM, 0);

	return jump(c, entry, BPF_JEQ, 1);
}

static struct block ip_proto(struct compiler *c, u32 proto)
{
	struct block a = ether_type(c, ETYPE_IP);

	return both(c, a, equals(c, BPF_B, payload(c) + 9, UINT32_MAX, proto));
}

/* Also behind a fragment header, as tcpdump looks. */
static struct block ip6_proto(struct compiler *c, u32 proto)
{
	struct block type = ether_type(c, ETYPE_IP6);
	struct block plain =
		equals(c, BPF_B, payload(c) + 6, UINT32_MAX, proto);
	struct block frag =
		equals(c, BPF_B, payload(c) + 6, UINT32_MAX, PROTO_FRAGMENT);
	struct block inner =
		equals(c, BPF_B, payload(c) + 40, UINT32_MAX, proto);

	return both(c, type, either(c, plain, both(c, frag, inner)));
}

static struct block any_ip_proto(struct compiler *c, u32 proto)
{
	struct block a = ip_proto(c, proto);

	return either(c, a, ip6_proto(c, proto));
}

/* --- addresses ------------------------------------------------------------ */

/* Source and destination field by direction. */
static struct block address(struct compiler *c, enum dir dir, u32 src, u32 dst,
			    u32 mask, u32 value)
{
	struct block a;

	if (dir == D_DST)
		return equals(c, BPF_W, dst, mask, value);
	a = equals(c, BPF_W, src, mask, value);
	if (dir == D_SRC)
		return a;
	if (dir == D_BOTH)
		return both(c, a, equals(c, BPF_W, dst, mask, value));
	return either(c, a, equals(c, BPF_W, dst, mask, value));
}

static struct block typed_address(struct compiler *c, u32 type, enum dir dir,
				  u32 value, u32 mask)
{
	u32 src = payload(c) + (type == ETYPE_IP ? 12 : 14);
	u32 dst = payload(c) + (type == ETYPE_IP ? 16 : 24);
	struct block a = ether_type(c, type);

	return both(c, a, address(c, dir, src, dst, mask, value));
}

static struct block host(struct compiler *c, const struct quals *q, u32 value,
			 u32 mask)
{
	struct block a;

	switch (q->proto) {
	case P_IP:
		return typed_address(c, ETYPE_IP, q->dir, value, mask);
	case P_ARP:
		return typed_address(c, ETYPE_ARP, q->dir, value, mask);
	case P_RARP:
		return typed_address(c, ETYPE_RARP, q->dir, value, mask);
	case P_ANY:
		a = typed_address(c, ETYPE_IP, q->dir, value, mask);
		a = either(c, a,
			   typed_address(c, ETYPE_ARP, q->dir, value, mask));
		return either(
			c, a,
			typed_address(c, ETYPE_RARP, q->dir, value, mask));
	default:
		fail(c, "'%s': that protocol has no such addresses", c->word);
		return never(c);
	}
}

static struct block mac_at(struct compiler *c, u32 off, const u8 *mac)
{
	u32 high = (u32)mac[0] << 8 | mac[1];
	u32 low = (u32)mac[2] << 24 | (u32)mac[3] << 16 | (u32)mac[4] << 8 |
		  mac[5];
	struct block a = equals(c, BPF_W, off + 2, UINT32_MAX, low);

	return both(c, a, equals(c, BPF_H, off, UINT32_MAX, high));
}

static struct block ether_host(struct compiler *c, enum dir dir, const u8 *mac)
{
	struct block a;

	if (dir == D_DST)
		return mac_at(c, 0, mac);
	a = mac_at(c, MAC_LEN, mac);
	if (dir == D_SRC)
		return a;
	if (dir == D_BOTH)
		return both(c, a, mac_at(c, 0, mac));
	return either(c, a, mac_at(c, 0, mac));
}

/* --- ports ---------------------------------------------------------------- */

struct range {
	u32 low, high;
};

/* The half-word at X + @off (or at @off) lies in the range. */
static struct block port_at(struct compiler *c, u16 mode, u32 off,
			    struct range r)
{
	u16 entry = emit(c, (u16)(BPF_LD | BPF_H | mode), off);
	struct block low, high;
	u16 again;

	if (r.low == r.high)
		return jump(c, entry, BPF_JEQ, r.low);
	low = jump(c, entry, BPF_JGE, r.low);
	again = emit(c, (u16)(BPF_LD | BPF_H | mode), off);
	high = inverse(jump(c, again, BPF_JGT, r.high));
	return both(c, low, high);
}

static struct block ports(struct compiler *c, enum dir dir, u16 mode, u32 off,
			  struct range r)
{
	struct block a;

	if (dir == D_DST)
		return port_at(c, mode, off + 2, r);
	a = port_at(c, mode, off, r);
	if (dir == D_SRC)
		return a;
	if (dir == D_BOTH)
		return both(c, a, port_at(c, mode, off + 2, r));
	return either(c, a, port_at(c, mode, off + 2, r));
}

/* The protocol byte at @off is the one asked for, or one that has ports. */
static struct block has_ports(struct compiler *c, enum proto proto, u32 off)
{
	struct block a;

	if (proto != P_ANY)
		return equals(c, BPF_B, off, UINT32_MAX,
			      proto == P_TCP ? PROTO_TCP : PROTO_UDP);
	a = equals(c, BPF_B, off, UINT32_MAX, PROTO_TCP);
	a = either(c, a, equals(c, BPF_B, off, UINT32_MAX, PROTO_UDP));
	return either(c, a, equals(c, BPF_B, off, UINT32_MAX, PROTO_SCTP));
}

static struct block port4(struct compiler *c, const struct quals *q,
			  struct range r)
{
	struct block a = ether_type(c, ETYPE_IP), whole, l4;
	u16 entry;

	a = both(c, a, has_ports(c, q->proto, payload(c) + 9));
	/* A later fragment has no ports. */
	entry = emit(c, BPF_LD | BPF_H | BPF_ABS, payload(c) + 6);
	whole = inverse(jump(c, entry, BPF_JSET, IP_OFFSET_MASK));
	a = both(c, a, whole);
	entry = emit(c, BPF_LDX | BPF_B | BPF_MSH, payload(c));
	l4 = ports(c, q->dir, BPF_IND, payload(c), r);
	l4.entry = entry;
	return both(c, a, l4);
}

static struct block port6(struct compiler *c, const struct quals *q,
			  struct range r)
{
	struct block a = ether_type(c, ETYPE_IP6);

	a = both(c, a, has_ports(c, q->proto, payload(c) + 6));
	return both(c, a, ports(c, q->dir, BPF_ABS, payload(c) + 40, r));
}

static struct block port(struct compiler *c, const struct quals *q,
			 struct range r)
{
	struct block a;

	if (q->proto != P_ANY && q->proto != P_TCP && q->proto != P_UDP) {
		fail(c, "'%s': that protocol has no ports", c->word);
		return never(c);
	}
	a = port4(c, q, r);
	return either(c, a, port6(c, q, r));
}

/* --- a value and what it means -------------------------------------------- */

static struct block test_host(struct compiler *c, const struct quals *q)
{
	u8 mac[MAC_LEN];
	u32 value;

	if (parse_mac(c->word, mac)) {
		if (q->proto == P_ETHER)
			return ether_host(c, q->dir, mac);
		fail(c, "'%s': an Ethernet address needs 'ether'", c->word);
		return never(c);
	}
	if (q->proto == P_ETHER || !parse_address(c->word, &value)) {
		fail(c, "unknown host '%s'", c->word);
		return never(c);
	}
	return host(c, q, value, UINT32_MAX);
}

/* "10.0.0.0/8", "10.1", "10.0.0.0 mask 255.0.0.0". */
static struct block test_net(struct compiler *c, const struct quals *q)
{
	const char *slash = strchr(c->word, '/');
	const char *end = slash ? slash : c->word + strlen(c->word);
	u32 value = 0, len, mask;
	u32 octets = parse_octets(c->word, end, &value);
	const char *rest;

	if (octets == 0) {
		fail(c, "unknown network '%s'", c->word);
		return never(c);
	}
	len = octets * 8;
	if (slash && !parse_number(slash + 1, 32, &len)) {
		fail(c, "'%s': not a prefix length", slash + 1);
		return never(c);
	}
	mask = len == 0 ? 0 : UINT32_MAX << (32 - len);
	rest = c->at;
	if (!slash) {
		char word[WORD_MAX + 1];

		memcpy(word, c->word, sizeof(word));
		next_word(c);
		if (word_is(c, "mask")) {
			next_word(c);
			if (!parse_address(c->word, &mask))
				fail(c, "'%s': not a mask", c->word);
		} else {
			c->at = rest;
			memcpy(c->word, word, sizeof(word));
		}
	}
	if (value & ~mask) {
		fail(c, "'%s': bits outside the mask", c->word);
		return never(c);
	}
	return host(c, q, value, mask);
}

static struct block test_port(struct compiler *c, const struct quals *q)
{
	struct range r;

	if (!parse_port(c->word, &r.low)) {
		fail(c, "unknown port '%s'", c->word);
		return never(c);
	}
	r.high = r.low;
	return port(c, q, r);
}

static struct block test_portrange(struct compiler *c, const struct quals *q)
{
	char *dash = strchr(c->word, '-');
	struct range r;
	bool good;

	if (!dash)
		return test_port(c, q);
	*dash = '\0';
	good = parse_port(c->word, &r.low) && parse_port(dash + 1, &r.high);
	*dash = '-';
	if (!good) {
		fail(c, "unknown ports '%s'", c->word);
		return never(c);
	}
	if (r.low > r.high)
		r = (struct range){ r.high, r.low };
	return port(c, q, r);
}

static bool parse_proto(const char *s, bool ether, u32 *value)
{
	static const struct {
		const char *name;
		u16 ether, ip;
	} names[] = {
		{ "ip", ETYPE_IP, 0 },	   { "ip6", ETYPE_IP6, 0 },
		{ "arp", ETYPE_ARP, 0 },   { "rarp", ETYPE_RARP, 0 },
		{ "icmp", 0, PROTO_ICMP }, { "icmp6", 0, PROTO_ICMP6 },
		{ "igmp", 0, PROTO_IGMP }, { "tcp", 0, PROTO_TCP },
		{ "udp", 0, PROTO_UDP },   { "sctp", 0, PROTO_SCTP },
	};

	if (parse_number(s, ether ? UINT16_MAX : UINT8_MAX, value))
		return !ether || *value >= ETYPE_MIN;
	if (*s == '\\')
		s++;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(s, names[i].name) != 0)
			continue;
		*value = ether ? names[i].ether : names[i].ip;
		return *value != 0;
	}
	return false;
}

static struct block test_proto(struct compiler *c, const struct quals *q)
{
	u32 value;

	if (!parse_proto(c->word, q->proto == P_ETHER, &value)) {
		fail(c, "unknown protocol '%s'", c->word);
		return never(c);
	}
	switch (q->proto) {
	case P_ETHER:
		return ether_type(c, value);
	case P_IP:
		return ip_proto(c, value);
	case P_IP6:
		return ip6_proto(c, value);
	case P_ANY:
		return any_ip_proto(c, value);
	default:
		fail(c, "'proto' does not go with that protocol");
		return never(c);
	}
}

/* The value that is the current word. */
static struct block test_value(struct compiler *c, const struct quals *q)
{
	struct block b;

	switch (q->type) {
	case T_NET:
		b = test_net(c, q);
		break;
	case T_PORT:
		b = test_port(c, q);
		break;
	case T_PORTRANGE:
		b = test_portrange(c, q);
		break;
	case T_PROTO:
		b = test_proto(c, q);
		break;
	default:
		b = test_host(c, q);
		break;
	}
	next_word(c);
	return b;
}

/* --- words that stand for themselves ---------------------------------------
 */

static struct block test_vlan(struct compiler *c)
{
	struct block a = ether_type(c, ETYPE_VLAN);
	u32 id;

	a = either(c, a, ether_type(c, ETYPE_QINQ));
	a = either(c, a, ether_type(c, ETYPE_QINQ_OLD));
	if (parse_number(c->word, 4095, &id)) {
		next_word(c);
		a = both(c, a, equals(c, BPF_H, payload(c), 0xfff, id));
	}
	/* From here on the expression is about what is inside. */
	c->link += 4;
	return a;
}

static struct block test_length(struct compiler *c, bool less)
{
	u16 entry = emit(c, BPF_LD | BPF_W | BPF_LEN, 0);
	u32 len = 0;

	if (!parse_number(c->word, UINT32_MAX, &len))
		fail(c, "'%s': not a length", c->word);
	next_word(c);
	if (less)
		return inverse(jump(c, entry, BPF_JGT, len));
	return jump(c, entry, BPF_JGE, len);
}

static struct block test_broadcast(struct compiler *c, enum proto proto)
{
	static const u8 all[MAC_LEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	if (proto != P_ANY && proto != P_ETHER)
		fail(c, "'broadcast' goes with 'ether' only");
	return mac_at(c, 0, all);
}

static struct block test_multicast(struct compiler *c, enum proto proto)
{
	struct block a;
	u16 entry;

	if (proto == P_IP) {
		a = ether_type(c, ETYPE_IP);
		entry = emit(c, BPF_LD | BPF_B | BPF_ABS, payload(c) + 16);
		return both(c, a, jump(c, entry, BPF_JGE, 224));
	}
	if (proto != P_ANY && proto != P_ETHER)
		fail(c, "'multicast' goes with 'ether' and 'ip' only");
	entry = emit(c, BPF_LD | BPF_B | BPF_ABS, 0);
	return jump(c, entry, BPF_JSET, 1);
}

/* A protocol without a value. */
static struct block test_protocol_alone(struct compiler *c, enum proto proto)
{
	switch (proto) {
	case P_IP:
		return ether_type(c, ETYPE_IP);
	case P_IP6:
		return ether_type(c, ETYPE_IP6);
	case P_ARP:
		return ether_type(c, ETYPE_ARP);
	case P_RARP:
		return ether_type(c, ETYPE_RARP);
	case P_TCP:
		return any_ip_proto(c, PROTO_TCP);
	case P_UDP:
		return any_ip_proto(c, PROTO_UDP);
	case P_ICMP:
		return ip_proto(c, PROTO_ICMP);
	case P_ICMP6:
		return ip6_proto(c, PROTO_ICMP6);
	case P_IGMP:
		return ip_proto(c, PROTO_IGMP);
	default:
		fail(c, "'ether' needs a value");
		return never(c);
	}
}

/* --- the grammar ------------------------------------------------------------
 */

static enum proto take_proto(struct compiler *c)
{
	static const struct {
		const char *name;
		enum proto proto;
	} names[] = {
		{ "ether", P_ETHER }, { "ip", P_IP },	  { "ip6", P_IP6 },
		{ "arp", P_ARP },     { "rarp", P_RARP }, { "tcp", P_TCP },
		{ "udp", P_UDP },     { "icmp", P_ICMP }, { "igmp", P_IGMP },
		{ "icmp6", P_ICMP6 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (accept(c, names[i].name))
			return names[i].proto;
	return P_ANY;
}

static bool is_dir(const struct compiler *c)
{
	return word_is(c, "src") || word_is(c, "dst");
}

/* "src", "dst", "src or dst", "src and dst". */
static enum dir take_dir(struct compiler *c)
{
	enum dir first = word_is(c, "src") ? D_SRC : D_DST, joined;
	const char *at;
	char word[WORD_MAX + 1];

	if (!is_dir(c))
		return D_ANY;
	next_word(c);
	if (word_is(c, "or") || word_is(c, "||"))
		joined = D_EITHER;
	else if (word_is(c, "and") || word_is(c, "&&"))
		joined = D_BOTH;
	else
		return first;
	/* Only if the other direction follows. */
	at = c->at;
	memcpy(word, c->word, sizeof(word));
	next_word(c);
	if (word_is(c, first == D_SRC ? "dst" : "src")) {
		next_word(c);
		return joined;
	}
	c->at = at;
	memcpy(c->word, word, sizeof(word));
	return first;
}

static enum type take_type(struct compiler *c)
{
	if (accept(c, "host"))
		return T_HOST;
	if (accept(c, "net"))
		return T_NET;
	if (accept(c, "port"))
		return T_PORT;
	if (accept(c, "portrange"))
		return T_PORTRANGE;
	if (accept(c, "proto"))
		return T_PROTO;
	return T_ANY;
}

/* Not a word of the language, so perhaps an address or the like. */
static bool is_value(const struct compiler *c)
{
	static const char *const others[] = {
		"",	     ")",	  "(",	  "!",	   "not",
		"&&",	     "||",	  "and",  "or",	   "ether",
		"ip",	     "ip6",	  "arp",  "rarp",  "tcp",
		"udp",	     "icmp",	  "igmp", "icmp6", "src",
		"dst",	     "host",	  "net",  "port",  "proto",
		"mask",	     "portrange", "vlan", "less",  "greater",
		"broadcast", "multicast",
	};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (word_is(c, others[i]))
			return false;
	return true;
}

/* One test of the expression. */
static struct block primitive(struct compiler *c)
{
	struct quals q = { P_ANY, D_ANY, T_ANY };

	if (accept(c, "vlan"))
		return test_vlan(c);
	if (accept(c, "less"))
		return test_length(c, true);
	if (accept(c, "greater"))
		return test_length(c, false);

	q.proto = take_proto(c);
	if (accept(c, "broadcast"))
		return test_broadcast(c, q.proto);
	if (accept(c, "multicast"))
		return test_multicast(c, q.proto);
	q.dir = take_dir(c);
	q.type = take_type(c);
	/* Behind "proto" a protocol's name is a value. */
	if (!is_value(c) && (q.type != T_PROTO || !c->word[0])) {
		if (q.proto != P_ANY && q.dir == D_ANY && q.type == T_ANY)
			return test_protocol_alone(c, q.proto);
		if (c->word[0])
			fail(c, "'%s' where a value must be", c->word);
		else
			fail(c, "ends where a value must be");
		return never(c);
	}
	/* A value alone: in the sense of the one before it. */
	if (q.proto == P_ANY && q.dir == D_ANY && q.type == T_ANY)
		q = c->last;
	if (q.proto == P_ANY && q.dir == D_ANY && q.type == T_ANY)
		fail(c, "'%s': needs a word before it: host", c->word);
	/* "src 10.0.0.1" is a host; "src 10.0.0.0/8" is a net. */
	if (q.type == T_ANY && strchr(c->word, '/'))
		q.type = T_NET;
	c->last = q;
	return test_value(c, &q);
}

static void push_op(struct compiler *c, enum op op)
{
	if (c->nr_ops == DEPTH_MAX)
		fail(c, "expression too deep");
	else
		c->ops[c->nr_ops++] = (u8)op;
}

static void push_block(struct compiler *c, struct block b)
{
	if (c->nr_blocks == DEPTH_MAX)
		fail(c, "expression too deep");
	else
		c->blocks[c->nr_blocks++] = b;
}

/* Work on the operator that waits on top. Its tests are there: a failed
 * compilation stops before. */
static void apply(struct compiler *c)
{
	enum op op = (enum op)c->ops[--c->nr_ops];
	struct block *b = &c->blocks[c->nr_blocks - 1];

	if (op == OP_NOT) {
		*b = inverse(*b);
		return;
	}
	b--;
	*b = op == OP_AND ? both(c, b[0], b[1]) : either(c, b[0], b[1]);
	c->nr_blocks--;
}

/* `and` and `or` bind alike, from left to right; `not` binds tighter: so all
 * that waits since the last parenthesis can be done now. */
static void apply_waiting(struct compiler *c)
{
	while (c->nr_ops > 0 && c->ops[c->nr_ops - 1] != OP_PAREN)
		apply(c);
}

static void apply_nots(struct compiler *c)
{
	while (c->nr_ops > 0 && c->ops[c->nr_ops - 1] == OP_NOT)
		apply(c);
}

/* What stands before a test: any number of "not" and "(". */
static void before_test(struct compiler *c)
{
	for (; !c->failed;) {
		if (accept(c, "not") || accept(c, "!"))
			push_op(c, OP_NOT);
		else if (accept(c, "("))
			push_op(c, OP_PAREN);
		else
			return;
	}
}

static void after_test(struct compiler *c)
{
	apply_nots(c);
	while (!c->failed && word_is(c, ")")) {
		apply_waiting(c);
		if (c->nr_ops == 0) {
			fail(c, "')' without '('");
			return;
		}
		c->nr_ops--;
		next_word(c);
		apply_nots(c);
	}
}

static void expression(struct compiler *c)
{
	for (;;) {
		before_test(c);
		if (c->failed)
			return;
		push_block(c, primitive(c));
		if (c->failed)
			return;
		after_test(c);
		if (c->failed || !c->word[0])
			break;
		apply_waiting(c);
		if (accept(c, "and") || accept(c, "&&"))
			push_op(c, OP_AND);
		else if (accept(c, "or") || accept(c, "||"))
			push_op(c, OP_OR);
		else
			/* Two tests side by side. */
			fail(c, "'%s' where 'and' or 'or' must be", c->word);
	}
	apply_waiting(c);
	if (c->nr_ops > 0)
		fail(c, "'(' without ')'");
}

/* --- the program ---------------------------------------------------------- */

/*
 * From back to front: then the distance to a target, which always lies
 * behind, is known. @pos: how far from the end each instruction came to lie.
 */
static int assemble(struct compiler *c, struct sock_filter *prog)
{
	static const char too_long[] = "expression too long";
	struct sock_filter *end = prog + BPF_MAXINSNS;
	u32 n = 0;

	for (u32 i = c->nr_insns; i-- > 0;) {
		struct insn *in = &c->insns[i];
		u32 jt = 0, jf = 0;

		/* Room for this one and two long jumps. */
		if (n + 3 > BPF_MAXINSNS) {
			fail(c, too_long);
			return -EINVAL;
		}
		if ((in->code & 7) == BPF_JMP) {
			jt = n - c->insns[in->jt].k;
			jf = n - c->insns[in->jf].k;
			if (jt > UINT8_MAX || jf > UINT8_MAX) {
				/* Counted with the other one before it. */
				*(end - ++n) =
					(struct sock_filter){ BPF_JMP | BPF_JA,
							      0, 0, jf };
				*(end - ++n) =
					(struct sock_filter){ BPF_JMP | BPF_JA,
							      0, 0, jt + 1 };
				jt = 0;
				jf = 1;
			}
		}
		*(end - ++n) =
			(struct sock_filter){ in->code, (u8)jt, (u8)jf, in->k };
		/* Not needed any more: now its place. */
		in->k = n;
	}
	memmove(prog, end - n, n * sizeof(*prog));
	return (int)n;
}

int bpf_compile(const char *expr, u32 snaplen, struct sock_filter *prog,
		char *error)
{
	static struct compiler compiler; /* 7 KB: not on the stack */
	struct compiler *c = &compiler;
	u16 keep, reject;

	memset(c, 0, sizeof(*c));
	c->at = expr;
	c->error = error;
	next_word(c);
	if (!c->failed && c->word[0]) {
		expression(c);
		if (c->failed)
			return -EINVAL;
		keep = emit(c, BPF_RET | BPF_K, snaplen);
		reject = emit(c, BPF_RET | BPF_K, 0);
		patch(c, c->blocks[0].yes, keep);
		patch(c, c->blocks[0].no, reject);
	} else {
		(void)emit(c, BPF_RET | BPF_K, snaplen);
	}
	if (c->failed)
		return -EINVAL;
	return assemble(c, prog);
}
