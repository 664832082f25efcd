/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tcpdump_print - see tcpdump_print.h (row I13)
 */
#include "shell/tcpdump_print.h"
#include <string.h>

enum {
	ETH_LEN = 14,
	ARP_LEN = 28,
	IP_LEN = 20,
	TCP_LEN = 20,
	UDP_LEN = 8,
	ICMP_LEN = 8,

	TYPE_IP = 0x0800,
	TYPE_ARP = 0x0806,
	TYPE_VLAN = 0x8100,
	TYPE_IP6 = 0x86dd,
	TYPE_MIN = 0x600,

	PROTO_ICMP = 1,
	PROTO_IGMP = 2,
	PROTO_TCP = 6,
	PROTO_UDP = 17,

	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,

	OPT_EOL = 0,
	OPT_NOP = 1,
	OPT_MSS = 2,
	OPT_WSCALE = 3,
	OPT_SACKOK = 4,
	OPT_SACK = 5,
	OPT_TIMESTAMP = 8,
};

/* What is left of a packet: @cap bytes may be read, @len are there. */
struct part {
	const u8 *p;
	u32 cap, len;
};

static u32 be16(const u8 *p)
{
	return (u32)p[0] << 8 | p[1];
}

static u32 be32(const u8 *p)
{
	return be16(p) << 16 | be16(p + 2);
}

static struct part skip(struct part part, u32 n)
{
	return (struct part){ part.p + n, part.cap - n, part.len - n };
}

static void print_mac(struct seq_file *m, const u8 *a)
{
	seq_printf(m, "%02x:%02x:%02x:%02x:%02x:%02x", a[0], a[1], a[2], a[3],
		   a[4], a[5]);
}

static void print_ip(struct seq_file *m, const u8 *a)
{
	seq_printf(m, "%u.%u.%u.%u", a[0], a[1], a[2], a[3]);
}

static void truncated(struct seq_file *m, const char *what)
{
	seq_printf(m, " [|%s]", what);
}

/* --- ARP -------------------------------------------------------------------
 */

static bool is_zero(const u8 *p, u32 n)
{
	for (u32 i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static void print_arp(struct seq_file *m, const struct tcpdump_print *t,
		      struct part a)
{
	const u8 *sha = a.p + 8, *spa = a.p + 14, *tha = a.p + 18;
	const u8 *tpa = a.p + 24;
	u32 op;

	if (!t->ethernet)
		seq_puts(m, "ARP, ");
	if (a.cap < ARP_LEN) {
		truncated(m, "arp");
		return;
	}
	op = be16(a.p + 6);
	if (op == 1) {
		seq_puts(m, "Request who-has ");
		print_ip(m, tpa);
		if (!is_zero(tha, 6)) {
			seq_puts(m, " (");
			print_mac(m, tha);
			seq_putc(m, ')');
		}
		seq_puts(m, " tell ");
		print_ip(m, spa);
	} else if (op == 2) {
		seq_puts(m, "Reply ");
		print_ip(m, spa);
		seq_puts(m, " is-at ");
		print_mac(m, sha);
	} else {
		seq_printf(m, "Unknown (%u)", (unsigned int)op);
	}
	seq_printf(m, ", length %u", (unsigned int)a.len);
}

/* --- ICMP, IGMP ------------------------------------------------------------
 */

static void print_unreachable(struct seq_file *m, struct part icmp)
{
	const u8 *ip = icmp.p + ICMP_LEN;
	u32 code = icmp.p[1], mtu = be16(icmp.p + 6), hlen;
	bool has_ip = icmp.cap >= ICMP_LEN + IP_LEN;

	if (!has_ip) {
		truncated(m, "icmp");
		return;
	}
	switch (code) {
	case 0:
		seq_puts(m, "net ");
		print_ip(m, ip + 16);
		seq_puts(m, " unreachable");
		return;
	case 1:
		seq_puts(m, "host ");
		print_ip(m, ip + 16);
		seq_puts(m, " unreachable");
		return;
	case 2:
		print_ip(m, ip + 16);
		seq_printf(m, " protocol %u unreachable", ip[9]);
		return;
	case 3:
		hlen = (ip[0] & 15u) * 4;
		print_ip(m, ip + 16);
		if (icmp.cap < ICMP_LEN + hlen + 4) {
			truncated(m, "icmp");
			return;
		}
		if (ip[9] == PROTO_TCP || ip[9] == PROTO_UDP)
			seq_printf(m, " %s port %u unreachable",
				   ip[9] == PROTO_TCP ? "tcp" : "udp",
				   (unsigned int)be16(ip + hlen + 2));
		else
			seq_printf(m, " protocol %u port %u unreachable", ip[9],
				   (unsigned int)be16(ip + hlen + 2));
		return;
	case 4:
		print_ip(m, ip + 16);
		seq_puts(m, " unreachable - need to frag");
		if (mtu)
			seq_printf(m, " (mtu %u)", (unsigned int)mtu);
		return;
	case 9:
	case 10:
	case 13:
		seq_puts(m, code == 9 ? "net " : "host ");
		print_ip(m, ip + 16);
		seq_puts(m, " unreachable - admin prohibited");
		if (code == 13)
			seq_puts(m, " filter");
		return;
	default:
		print_ip(m, ip + 16);
		seq_printf(m, " unreachable - #%u", (unsigned int)code);
		return;
	}
}

static void print_icmp(struct seq_file *m, struct part icmp)
{
	u32 type, code;

	seq_puts(m, "ICMP ");
	if (icmp.cap < ICMP_LEN) {
		truncated(m, "icmp");
		return;
	}
	type = icmp.p[0];
	code = icmp.p[1];
	switch (type) {
	case 0:
	case 8:
		seq_printf(m, "echo %s, id %u, seq %u",
			   type == 8 ? "request" : "reply",
			   (unsigned int)be16(icmp.p + 4),
			   (unsigned int)be16(icmp.p + 6));
		break;
	case 3:
		print_unreachable(m, icmp);
		break;
	case 4:
		seq_puts(m, "source quench");
		break;
	case 11:
		if (code > 1)
			seq_printf(m, "time exceeded-#%u", (unsigned int)code);
		else
			seq_puts(m, code == 0 ? "time exceeded in-transit"
					      : "ip reassembly time exceeded");
		break;
	default:
		seq_printf(m, "type-#%u", (unsigned int)type);
		break;
	}
	seq_printf(m, ", length %u", (unsigned int)icmp.len);
}

static void print_igmp(struct seq_file *m, const struct tcpdump_print *t,
		       struct part igmp)
{
	seq_puts(m, "igmp");
	if (t->quick)
		return;
	if (igmp.cap < 8) {
		truncated(m, "igmp");
		return;
	}
	switch (igmp.p[0]) {
	case 0x11:
		seq_printf(m, " query v%u",
			   igmp.len >= 12 ? 3
			   : igmp.p[1]	  ? 2
					  : 1);
		if (igmp.len < 12 && igmp.p[1] && igmp.p[1] != 100)
			seq_printf(m, " [max resp time %u]", igmp.p[1]);
		if (igmp.len < 12 && be32(igmp.p + 4)) {
			seq_puts(m, " [gaddr ");
			print_ip(m, igmp.p + 4);
			seq_putc(m, ']');
		}
		return;
	case 0x12:
	case 0x16:
		seq_printf(m, " v%u report ", igmp.p[0] == 0x12 ? 1 : 2);
		print_ip(m, igmp.p + 4);
		return;
	case 0x17:
		seq_puts(m, " leave ");
		print_ip(m, igmp.p + 4);
		return;
	case 0x22:
		seq_printf(m, " v3 report, %u group record(s)",
			   (unsigned int)be16(igmp.p + 6));
		return;
	default:
		seq_printf(m, "-%u", igmp.p[0]);
		return;
	}
}

/* --- UDP, TCP --------------------------------------------------------------
 */

static void print_udp(struct seq_file *m, struct part udp, bool fragment)
{
	u32 len = be16(udp.p + 4);

	if (len < UDP_LEN) {
		seq_printf(m, "truncated-udplength %u", (unsigned int)len);
		return;
	}
	len -= UDP_LEN;
	if (len > udp.len - UDP_LEN && !fragment)
		seq_printf(m, "UDP, bad length %u > %u", (unsigned int)len,
			   (unsigned int)(udp.len - UDP_LEN));
	else
		seq_printf(m, "UDP, length %u", (unsigned int)len);
}

/* The numbers a connection began with; a new entry if there is none yet.
 * Return: true if the packet's own numbers are those. */
static bool find_flow(struct tcpdump_print *t, const u8 *ip, const u8 *tcp,
		      struct tcpdump_flow **flow, bool *reverse)
{
	struct tcpdump_flow want = { .used = true };
	u32 src = be32(ip + 12), dst = be32(ip + 16);
	u16 sport = (u16)be16(tcp), dport = (u16)be16(tcp + 2);
	struct tcpdump_flow *f;
	bool known = false;

	*reverse = sport != dport ? sport > dport : src > dst;
	want.low_addr = *reverse ? dst : src;
	want.high_addr = *reverse ? src : dst;
	want.low_port = *reverse ? dport : sport;
	want.high_port = *reverse ? sport : dport;
	for (f = t->flows; f < t->flows + TCPDUMP_FLOWS; f++) {
		if (f->used && f->low_addr == want.low_addr &&
		    f->high_addr == want.high_addr &&
		    f->low_port == want.low_port &&
		    f->high_port == want.high_port) {
			known = true;
			break;
		}
	}
	if (!known) {
		f = &t->flows[t->next_flow++ % TCPDUMP_FLOWS];
		*f = want;
	}
	*flow = f;
	if (known && !(tcp[13] & TCP_SYN))
		return false;
	f->seq = be32(tcp + 4);
	f->ack = be32(tcp + 8) - 1;
	if (*reverse) {
		f->ack = be32(tcp + 4);
		f->seq = be32(tcp + 8) - 1;
	}
	return true;
}

static void print_tcp_flags(struct seq_file *m, u32 flags)
{
	static const char letters[] = "FSRP.UEW";

	seq_puts(m, "Flags [");
	if (!flags)
		seq_puts(m, "none");
	for (u32 i = 0; i < 8; i++)
		if (flags & 1u << i)
			seq_putc(m, letters[i]);
	seq_putc(m, ']');
}

static void print_sack(struct seq_file *m, const u8 *opt, u32 base)
{
	u32 blocks = (opt[1] - 2u) / 8;

	seq_printf(m, "sack %u ", (unsigned int)blocks);
	for (u32 i = 0; i < blocks; i++)
		seq_printf(m, "{%u:%u}",
			   (unsigned int)(be32(opt + 2 + 8 * i) - base),
			   (unsigned int)(be32(opt + 6 + 8 * i) - base));
}

static void print_tcp_option(struct seq_file *m, const u8 *opt, u32 sack_base)
{
	u32 len = opt[1];

	switch (opt[0]) {
	case OPT_MSS:
		seq_printf(m, "mss %u", (unsigned int)be16(opt + 2));
		return;
	case OPT_WSCALE:
		seq_printf(m, "wscale %u", opt[2]);
		return;
	case OPT_SACKOK:
		seq_puts(m, "sackOK");
		return;
	case OPT_SACK:
		print_sack(m, opt, sack_base);
		return;
	case OPT_TIMESTAMP:
		seq_printf(m, "TS val %u ecr %u", (unsigned int)be32(opt + 2),
			   (unsigned int)be32(opt + 6));
		return;
	default:
		seq_printf(m, "unknown-%u", opt[0]);
		if (len > 2)
			seq_puts(m, " 0x");
		for (u32 i = 2; i < len; i++)
			seq_printf(m, "%02x", opt[i]);
		return;
	}
}

/* Has an option with these @left bytes a length that its kind can have? */
static bool option_is_sound(const u8 *opt, u32 left)
{
	if (left < 2 || opt[1] < 2 || opt[1] > left)
		return false;
	switch (opt[0]) {
	case OPT_MSS:
		return opt[1] == 4;
	case OPT_WSCALE:
		return opt[1] == 3;
	case OPT_SACKOK:
		return opt[1] == 2;
	case OPT_SACK:
		return opt[1] % 8 == 2;
	case OPT_TIMESTAMP:
		return opt[1] == 10;
	default:
		return true;
	}
}

/* Return: false if they stop making sense. */
static bool print_tcp_options(struct seq_file *m, const u8 *opt, u32 len,
			      u32 sack_base)
{
	const char *comma = "";

	seq_puts(m, ", options [");
	while (len) {
		u32 n = 1;

		seq_puts(m, comma);
		comma = ",";
		if (opt[0] == OPT_EOL) {
			seq_puts(m, "eol");
			break;
		}
		if (opt[0] == OPT_NOP) {
			seq_puts(m, "nop");
		} else if (option_is_sound(opt, len)) {
			print_tcp_option(m, opt, sack_base);
			n = opt[1];
		} else {
			seq_puts(m, "[bad opt]]");
			return false;
		}
		opt += n;
		len -= n;
	}
	seq_putc(m, ']');
	return true;
}

static void print_tcp(struct seq_file *m, struct tcpdump_print *t, const u8 *ip,
		      struct part tcp)
{
	u32 hlen = (tcp.p[12] >> 4) * 4u, flags = tcp.p[13], len;
	u32 seq = be32(tcp.p + 4), ack = be32(tcp.p + 8), sack_base = 0;

	len = tcp.len - hlen;
	if (hlen < TCP_LEN) {
		seq_printf(m, " tcp %u [bad hdr length %u - too short, < 20]",
			   (unsigned int)len, (unsigned int)hlen);
		return;
	}
	if (t->quick)
		seq_printf(m, "tcp %u", (unsigned int)len);
	else
		print_tcp_flags(m, flags);
	if (hlen > tcp.len) {
		seq_printf(m, " [bad hdr length %u - too long, > %u]",
			   (unsigned int)hlen, (unsigned int)tcp.len);
		return;
	}
	if (t->quick)
		return;
	if (flags & TCP_ACK) {
		struct tcpdump_flow *f;
		bool reverse;

		if (!find_flow(t, ip, tcp.p, &f, &reverse)) {
			seq -= reverse ? f->ack : f->seq;
			ack -= reverse ? f->seq : f->ack;
		}
		sack_base = reverse ? f->seq : f->ack;
	}
	if (len > 0 || (flags & (TCP_SYN | TCP_FIN | TCP_RST))) {
		seq_printf(m, ", seq %u", (unsigned int)seq);
		if (len > 0)
			seq_printf(m, ":%u", (unsigned int)(seq + len));
	}
	if (flags & TCP_ACK)
		seq_printf(m, ", ack %u", (unsigned int)ack);
	seq_printf(m, ", win %u", (unsigned int)be16(tcp.p + 14));
	if (flags & TCP_URG)
		seq_printf(m, ", urg %u", (unsigned int)be16(tcp.p + 18));
	if (hlen > TCP_LEN) {
		if (tcp.cap < hlen) {
			truncated(m, "tcp");
			return;
		}
		if (!print_tcp_options(m, tcp.p + TCP_LEN, hlen - TCP_LEN,
				       sack_base))
			return;
	}
	seq_printf(m, ", length %u", (unsigned int)len);
}

/* --- IP --------------------------------------------------------------------
 */

static void print_ports(struct seq_file *m, const u8 *ip, const u8 *l4)
{
	print_ip(m, ip + 12);
	seq_printf(m, ".%u > ", (unsigned int)be16(l4));
	print_ip(m, ip + 16);
	seq_printf(m, ".%u: ", (unsigned int)be16(l4 + 2));
}

static void print_addresses(struct seq_file *m, const u8 *ip)
{
	print_ip(m, ip + 12);
	seq_puts(m, " > ");
	print_ip(m, ip + 16);
	seq_puts(m, ": ");
}

static void print_l4(struct seq_file *m, struct tcpdump_print *t, const u8 *ip,
		     struct part l4)
{
	switch (ip[9]) {
	case PROTO_UDP:
		if (l4.cap < UDP_LEN)
			break;
		print_ports(m, ip, l4.p);
		print_udp(m, l4, be16(ip + 6) & 0x2000);
		return;
	case PROTO_TCP:
		if (l4.cap < TCP_LEN)
			break;
		print_ports(m, ip, l4.p);
		print_tcp(m, t, ip, l4);
		return;
	case PROTO_ICMP:
		print_addresses(m, ip);
		print_icmp(m, l4);
		return;
	case PROTO_IGMP:
		print_addresses(m, ip);
		print_igmp(m, t, l4);
		return;
	default:
		print_addresses(m, ip);
		seq_printf(m, " ip-proto-%u %u", ip[9], (unsigned int)l4.len);
		return;
	}
	print_addresses(m, ip);
	truncated(m, ip[9] == PROTO_UDP ? "udp" : "tcp");
}

static void print_ipv4(struct seq_file *m, struct tcpdump_print *t,
		       struct part ip)
{
	u32 hlen, len;

	if (!t->ethernet)
		seq_puts(m, "IP ");
	if (ip.cap < IP_LEN) {
		truncated(m, "ip");
		return;
	}
	if (ip.p[0] >> 4 != 4) {
		seq_printf(m, "wrong link-layer encapsulation");
		return;
	}
	hlen = (ip.p[0] & 15u) * 4;
	if (hlen < IP_LEN) {
		seq_printf(m, "bad-hlen %u", (unsigned int)hlen);
		return;
	}
	len = be16(ip.p + 2);
	if (len < hlen) {
		seq_printf(m, "bad-len %u", (unsigned int)len);
		return;
	}
	if (len > ip.len)
		seq_printf(m, "truncated-ip - %u bytes missing! ",
			   (unsigned int)(len - ip.len));
	/* What the link added behind it is not the packet's. */
	ip.len = len;
	ip.cap = min_u32(ip.cap, len);
	if (be16(ip.p + 6) & 0x1fff) {
		print_addresses(m, ip.p);
		seq_printf(m, "ip-proto-%u", ip.p[9]);
	} else if (ip.cap < hlen) {
		truncated(m, "ip");
	} else {
		print_l4(m, t, ip.p, skip(ip, hlen));
	}
}

/* --- Ethernet --------------------------------------------------------------
 */

static const char unknown_type[] = "Unknown";

static const char *type_name(u32 type)
{
	switch (type) {
	case TYPE_IP:
		return "IPv4";
	case TYPE_ARP:
		return "ARP";
	case TYPE_IP6:
		return "IPv6";
	case TYPE_VLAN:
		return "802.1Q";
	default:
		return unknown_type;
	}
}

static void print_quick_type(struct seq_file *m, u32 type)
{
	seq_printf(m, ", %s", type_name(type));
	if (type_name(type) == unknown_type)
		seq_printf(m, " Ethertype (0x%04x)", (unsigned int)type);
}

static void print_header(struct seq_file *m, const struct tcpdump_print *t,
			 const u8 *data, u32 len)
{
	u32 type = be16(data + 12);

	print_mac(m, data + 6);
	seq_puts(m, " > ");
	print_mac(m, data);
	if (type < TYPE_MIN)
		seq_puts(m, ", 802.3");
	else if (t->quick)
		print_quick_type(m, type);
	else
		seq_printf(m, ", ethertype %s (0x%04x)", type_name(type),
			   (unsigned int)type);
	seq_printf(m, ", length %u: ", (unsigned int)len);
}

/* Lines of 16 bytes, as tcpdump shows what it cannot take apart. */
static void print_bytes(struct seq_file *m, struct part rest)
{
	enum { LINE = 16 };

	for (u32 at = 0; at < rest.cap; at += LINE) {
		u32 n = min_u32(rest.cap - at, LINE);
		const u8 *p = rest.p + at;

		seq_printf(m, "\n\t0x%04x: ", (unsigned int)at);
		for (u32 i = 0; i < LINE; i++) {
			if (i % 2 == 0)
				seq_putc(m, ' ');
			if (i < n)
				seq_printf(m, "%02x", p[i]);
			else
				seq_puts(m, "  ");
		}
		seq_puts(m, "  ");
		for (u32 i = 0; i < n; i++)
			seq_putc(m,
				 p[i] > ' ' && p[i] <= '~' ? (char)p[i] : '.');
	}
}

void tcpdump_print(struct seq_file *m, struct tcpdump_print *t, const u8 *data,
		   u32 cap_len, u32 len)
{
	struct part rest = { data, cap_len, len };
	u32 type;

	if (cap_len < ETH_LEN) {
		truncated(m, "ether");
		return;
	}
	if (t->ethernet)
		print_header(m, t, data, len);
	type = be16(data + 12);
	rest = skip(rest, ETH_LEN);
	while (type == TYPE_VLAN && rest.cap >= 4) {
		u32 tci = be16(rest.p);

		type = be16(rest.p + 2);
		if (t->ethernet)
			seq_printf(m,
				   "vlan %u, p %u%s, ethertype %s "
				   "(0x%04x), ",
				   (unsigned int)(tci & 0xfff),
				   (unsigned int)(tci >> 13),
				   tci & 0x1000 ? ", DEI" : "", type_name(type),
				   (unsigned int)type);
		rest = skip(rest, 4);
	}
	switch (type) {
	case TYPE_IP:
		print_ipv4(m, t, rest);
		return;
	case TYPE_ARP:
		print_arp(m, t, rest);
		return;
	default:
		if (!t->ethernet)
			print_header(m, t, data, len);
		if (!t->quick)
			print_bytes(m, rest);
		return;
	}
}
