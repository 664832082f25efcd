/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tc_match - what a filter matches: u32, flower, matchall, bpf (row I13)
 */
#include <errno.h>
#include <string.h>

#include "lwip/def.h"
#include "lwip/prot/ieee.h"
#include "shell/ip_link.h"
#include "shell/tc.h"

enum {
	ETHTYPE_8021AD = 0x88a8,
	TCP_FLAGS_MASK = 0xfff,
	VLAN_ID_MAX = 0xfff,
};

static int illegal(struct ip_words *w, const char *what)
{
	return sh_usage(w->sh, "Illegal \"%s\"", what);
}

static int what_is(struct ip_words *w, const char *word)
{
	return sh_usage(w->sh, "What is \"%s\"?", word);
}

/* The value of the key before it. */
static char *value(struct ip_words *w, int *err)
{
	char *v = ip_take(w);

	if (v == NULL)
		*err = tc_incomplete(w);
	return v;
}

/*
 * "action ...", "classid X" and "flowid X", which all kinds have. Return: -1
 * if @word is none of them; else 0 or the status.
 */
static int parse_common(struct ip_words *w, struct tc_filter *f,
			const char *word)
{
	int err = 0;
	char *v;

	if (strcmp(word, "action") == 0)
		return tc_parse_actions(w, f);
	if (strcmp(word, "classid") != 0 && strcmp(word, "flowid") != 0)
		return -1;
	v = value(w, &err);
	if (v == NULL)
		return err;
	return tc_classid(v, &f->classid) ? 0 : illegal(w, "classid");
}

/* --- u32
 * ------------------------------------------------------------------- */

/* [at OFFSET]; *at stays if it is not there. */
static bool parse_at(struct ip_words *w, s32 *at)
{
	const char *word = ip_peek(w);
	bool negative;
	u32 v;

	if (word == NULL || strcmp(word, "at") != 0)
		return true;
	w->next++;
	word = ip_take(w);
	if (word == NULL)
		return false;
	negative = *word == '-';
	if (!tc_number(word + negative, 0xffff, &v))
		return false;
	*at = negative ? -(s32)v : (s32)v;
	return true;
}

/* A field of @bytes at @at: the word around it. */
static bool add_field(struct u32_sel *sel, u32 val, u32 mask, s32 at, s32 bytes)
{
	s32 word = at & ~3;
	s32 shift = 8 * (4 - bytes - (at - word));

	if (at & (bytes - 1))
		return false;
	return u32_add_key(sel, val << shift, mask << shift, word);
}

/* VALUE MASK, the mask in hexadecimal. */
static bool parse_masked(struct ip_words *w, s32 bytes, u32 *val, u32 *mask)
{
	u32 max = bytes == 4 ? UINT32_MAX : (1u << (8 * bytes)) - 1;
	const char *v = ip_take(w), *m = ip_take(w);

	return v != NULL && m != NULL && tc_number(v, max, val) &&
	       tc_hex(m, max, mask);
}

static bool match_number(struct ip_words *w, struct u32_sel *sel, s32 bytes,
			 s32 at)
{
	u32 val, mask;

	return parse_masked(w, bytes, &val, &mask) && parse_at(w, &at) &&
	       add_field(sel, val, mask, at, bytes);
}

static bool match_prefix(struct ip_words *w, struct u32_sel *sel, s32 at)
{
	const char *word = ip_take(w);
	be32_t addr = 0;
	u8 len = 0;

	if (word == NULL ||
	    (strcmp(word, "any") != 0 && !args_ip4_prefix(word, &addr, &len)))
		return false;
	return parse_at(w, &at) &&
	       u32_add_key(sel, lwip_ntohl(addr),
			   lwip_ntohl(ip4_prefix_mask(len)), at);
}

/* match ip FIELD ...: offsets of a header without options. */
static bool match_ip(struct ip_words *w, struct u32_sel *sel)
{
	static const struct {
		const char *name;
		s8 bytes, at;
	} fields[] = {
		{ "tos", 1, 1 },	{ "dsfield", 1, 1 },
		{ "precedence", 1, 1 }, { "protocol", 1, 9 },
		{ "sport", 2, 20 },	{ "dport", 2, 22 },
		{ "icmp_type", 1, 20 }, { "icmp_code", 1, 21 },
	};
	const char *word = ip_take(w);
	u32 val, mask;

	if (word == NULL)
		return false;
	if (strcmp(word, "src") == 0)
		return match_prefix(w, sel, 12);
	if (strcmp(word, "dst") == 0)
		return match_prefix(w, sel, 16);
	if (strcmp(word, "ihl") == 0)
		return parse_masked(w, 1, &val, &mask) && val < 16 &&
		       add_field(sel, val, mask & 0xf, 0, 1);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (strcmp(word, fields[i].name) == 0)
			return match_number(w, sel, fields[i].bytes,
					    fields[i].at);
	return false;
}

/* match ether src|dst MAC: it ends 2 (src) or 8 bytes before the network
 * header. */
static bool match_ether(struct ip_words *w, struct u32_sel *sel)
{
	const char *word = ip_take(w), *addr = ip_take(w);
	u8 m[6];
	u32 high, low;

	if (word == NULL || addr == NULL || !args_mac(addr, m))
		return false;
	high = (u32)m[0] << 8 | m[1];
	low = (u32)m[2] << 24 | (u32)m[3] << 16 | (u32)m[4] << 8 | m[5];
	if (strcmp(word, "dst") == 0)
		return u32_add_key(sel, high, 0xffff, -16) &&
		       u32_add_key(sel, low, UINT32_MAX, -12);
	if (strcmp(word, "src") != 0)
		return false;
	return u32_add_key(sel, high << 16 | low >> 16, UINT32_MAX, -8) &&
	       u32_add_key(sel, low << 16, 0xffff0000, -4);
}

static bool match(struct ip_words *w, struct u32_sel *sel, const char *what)
{
	if (strcmp(what, "ip") == 0)
		return match_ip(w, sel);
	if (strcmp(what, "ether") == 0)
		return match_ether(w, sel);
	if (strcmp(what, "u32") == 0)
		return match_number(w, sel, 4, 0);
	if (strcmp(what, "u16") == 0)
		return match_number(w, sel, 2, 0);
	return strcmp(what, "u8") == 0 && match_number(w, sel, 1, 0);
}

static int parse_u32(struct ip_words *w, struct tc_filter *f)
{
	const char *word;
	int err = 0;

	while (err == 0 && (word = ip_take(w)) != NULL) {
		const char *what;

		if (strcmp(word, "match") != 0) {
			err = parse_common(w, f, word);
			if (err < 0)
				err = what_is(w, word);
			continue;
		}
		what = value(w, &err);
		if (what != NULL && !match(w, &f->u32, what))
			err = illegal(w, "match");
	}
	if (err == 0 && f->u32.nr == 0)
		return sh_error(w->sh,
				"Error: cls_u32: Selector not specified.");
	f->u32.terminal = f->nr_actions != 0 || f->classid != 0;
	return err;
}

static void print_u32(struct shell *sh, const struct tc_filter *f)
{
	unsigned int table = f->handle >> 20, node = f->handle & 0xfff;

	sh_printf(sh, "fh %x::%x order %u key ht %x bkt 0 ", table, node, node,
		  table);
	if (f->classid != 0) {
		seq_puts(sh->out, "*flowid ");
		tc_print_classid(sh, f->classid);
		seq_putc(sh->out, ' ');
	} else if (f->u32.terminal) {
		seq_puts(sh->out, "terminal flowid ");
	}
	seq_puts(sh->out, "not_in_hw \n");
	for (u32 i = 0; i < f->u32.nr; i++)
		sh_printf(sh, "  match %08x/%08x at %d\n",
			  (unsigned int)f->u32.keys[i].value,
			  (unsigned int)f->u32.keys[i].mask,
			  (int)f->u32.keys[i].offset);
}

/* --- flower
 * ---------------------------------------------------------------- */

/* MAC[/BITS] or MAC[/MASK]; key without the bits that the mask has not. */
static bool flower_mac(char *v, u8 key[6], u8 mask[6])
{
	char *slash = strchr(v, '/');
	u32 bits = 48;

	if (slash != NULL)
		*slash++ = '\0';
	if (!args_mac(v, key))
		return false;
	if (slash == NULL || !args_mac(slash, mask)) {
		if (slash != NULL && !args_u32(slash, 0, 48, &bits))
			return false;
		for (u32 i = 0; i < 6; i++) {
			u32 n = bits > 8 * i ? bits - 8 * i : 0;

			mask[i] = n >= 8 ? 0xff : (u8)(0xff00u >> n);
		}
	}
	for (int i = 0; i < 6; i++)
		key[i] &= mask[i];
	return true;
}

/* V[/M]: decimal, else hexadecimal; the mask is hexadecimal. */
static bool flower_number(char *v, u32 max, bool hex, u32 *key, u32 *mask)
{
	char *slash = strchr(v, '/');

	if (slash != NULL)
		*slash++ = '\0';
	*mask = max;
	if (slash != NULL && !tc_hex(slash, max, mask))
		return false;
	if ((hex || !args_u32(v, 0, max, key)) && !tc_hex(v, max, key))
		return false;
	*key &= *mask;
	return true;
}

static bool flower_proto(const char *v, u8 *proto)
{
	static const struct {
		const char *name;
		u8 nr;
	} names[] = { { "tcp", 6 },
		      { "udp", 17 },
		      { "sctp", 132 },
		      { "icmp", 1 },
		      { "icmpv6", 58 } };
	u32 nr;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(v, names[i].name) == 0) {
			*proto = names[i].nr;
			return true;
		}
	if (!tc_hex(v, 0xff, &nr))
		return false;
	*proto = (u8)nr;
	return true;
}

static bool has_ports(const struct fl_flow *fl)
{
	return (fl->used & FL_IP_PROTO) &&
	       (fl->key.ip_proto == 6 || fl->key.ip_proto == 17 ||
		fl->key.ip_proto == 132);
}

static bool is_ip(const struct fl_flow *fl)
{
	return (fl->used & FL_ETH_TYPE) && fl->key.eth_type == ETHTYPE_IP;
}

/* One field. False: the value is wrong, or the field makes no sense here. */
static bool flower_field(struct fl_flow *fl, u32 field, char *v)
{
	struct fl_key *k = &fl->key, *m = &fl->mask;
	u32 val = 0, mask = 0;
	be16_t type;
	u8 len;

	switch (field) {
	case FL_DST_MAC:
		return flower_mac(v, k->dst_mac, m->dst_mac);
	case FL_SRC_MAC:
		return flower_mac(v, k->src_mac, m->src_mac);
	case FL_VLAN_ID:
		m->vlan_id = VLAN_ID_MAX;
		if (!tc_number(v, VLAN_ID_MAX, &val))
			return false;
		k->vlan_id = (u16)val;
		return true;
	case FL_VLAN_PRIO:
		m->vlan_prio = 7;
		if (!tc_number(v, 7, &val))
			return false;
		k->vlan_prio = (u8)val;
		return true;
	case FL_VLAN_TYPE:
		if (!tc_protocol(v, &type))
			return false;
		k->eth_type = lwip_ntohs(type);
		m->eth_type = 0xffff;
		fl->used |= FL_ETH_TYPE;
		return true;
	case FL_IP_PROTO:
		m->ip_proto = 0xff;
		return is_ip(fl) && flower_proto(v, &k->ip_proto);
	case FL_IP_TOS:
	case FL_IP_TTL:
		if (!is_ip(fl) || !flower_number(v, 0xff, false, &val, &mask))
			return false;
		*(field == FL_IP_TOS ? &k->tos : &k->ttl) = (u8)val;
		*(field == FL_IP_TOS ? &m->tos : &m->ttl) = (u8)mask;
		return true;
	case FL_SRC_IP:
		if (!is_ip(fl) || !args_ip4_prefix(v, &k->src_ip, &len))
			return false;
		m->src_ip = ip4_prefix_mask(len);
		k->src_ip &= m->src_ip;
		return true;
	case FL_DST_IP:
		if (!is_ip(fl) || !args_ip4_prefix(v, &k->dst_ip, &len))
			return false;
		m->dst_ip = ip4_prefix_mask(len);
		k->dst_ip &= m->dst_ip;
		return true;
	case FL_SRC_PORT:
	case FL_DST_PORT:
		if (!has_ports(fl) ||
		    !flower_number(v, 0xffff, false, &val, &mask))
			return false;
		*(field == FL_SRC_PORT ? &k->src_port : &k->dst_port) =
			(u16)val;
		*(field == FL_SRC_PORT ? &m->src_port : &m->dst_port) =
			(u16)mask;
		return true;
	default:
		if (!has_ports(fl) || k->ip_proto != 6 ||
		    !flower_number(v, TCP_FLAGS_MASK, true, &val, &mask))
			return false;
		k->tcp_flags = (u16)val;
		m->tcp_flags = (u16)mask;
		return true;
	}
}

static const struct {
	const char *name;
	u32 field;
} flower_words[] = {
	{ "dst_mac", FL_DST_MAC },	  { "src_mac", FL_SRC_MAC },
	{ "vlan_id", FL_VLAN_ID },	  { "vlan_prio", FL_VLAN_PRIO },
	{ "vlan_ethtype", FL_VLAN_TYPE }, { "ip_proto", FL_IP_PROTO },
	{ "ip_tos", FL_IP_TOS },	  { "ip_ttl", FL_IP_TTL },
	{ "dst_ip", FL_DST_IP },	  { "src_ip", FL_SRC_IP },
	{ "dst_port", FL_DST_PORT },	  { "src_port", FL_SRC_PORT },
	{ "tcp_flags", FL_TCP_FLAGS },
};

static int flower_word(struct ip_words *w, struct fl_flow *fl, bool tagged,
		       const char *word)
{
	u32 field = 0;
	int err = 0;
	char *v;

	for (size_t i = 0; i < ARRAY_SIZE(flower_words); i++)
		if (strcmp(word, flower_words[i].name) == 0)
			field = flower_words[i].field;
	if (field == 0)
		return what_is(w, word);
	v = value(w, &err);
	if (v == NULL)
		return err;
	if ((field & FL_VLAN) && !tagged)
		return sh_usage(w->sh,
				"Can't set \"%s\" if ethertype isn't 802.1Q "
				"or 802.1AD",
				word);
	if (!flower_field(fl, field, v))
		return illegal(w, word);
	fl->used |= field;
	return 0;
}

static int parse_flower(struct ip_words *w, struct tc_filter *f)
{
	u16 type = lwip_ntohs(f->protocol);
	bool tagged = type == ETHTYPE_VLAN || type == ETHTYPE_8021AD;
	const char *word;
	int err = 0;

	/* The protocol of the filter is one of the flow's fields; that of a
	 * tagged frame is its tag. */
	if (type != ETH_P_ALL && !tagged) {
		f->flower.used = FL_ETH_TYPE;
		f->flower.key.eth_type = type;
		f->flower.mask.eth_type = 0xffff;
	}
	while (err == 0 && (word = ip_take(w)) != NULL) {
		err = parse_common(w, f, word);
		if (err < 0)
			err = flower_word(w, &f->flower, tagged, word);
	}
	return err;
}

static void print_flower_mac(struct shell *sh, const char *name, const u8 *mac,
			     const u8 *mask)
{
	u32 bits = 0;
	bool holes = false;

	for (u32 i = 0; i < 48; i++) {
		bool set = mask[i / 8] & (0x80 >> i % 8);

		holes |= set && bits != i;
		bits += set;
	}
	sh_printf(sh, "  %s ", name);
	ip_print_mac(sh, mac);
	if (holes) {
		seq_putc(sh->out, '/');
		ip_print_mac(sh, mask);
	} else if (bits < 48) {
		sh_printf(sh, "/%u", (unsigned int)bits);
	}
	seq_putc(sh->out, '\n');
}

static void print_flower_number(struct shell *sh, const char *name, u32 key,
				u32 mask, u32 all)
{
	sh_printf(sh, "  %s %u", name, (unsigned int)key);
	if (mask != all)
		sh_printf(sh, "/0x%x", (unsigned int)mask);
	seq_putc(sh->out, '\n');
}

static void print_flower_ip(struct shell *sh, const char *name, be32_t addr,
			    be32_t mask)
{
	int len = ip4_mask_prefix(mask);

	sh_printf(sh, "  %s ", name);
	sh_print_ip4(sh, addr);
	if (len < 32)
		sh_printf(sh, "/%d", len);
	seq_putc(sh->out, '\n');
}

static void print_flower_types(struct shell *sh, const struct fl_flow *fl)
{
	const struct fl_key *k = &fl->key;

	if (fl->used & FL_ETH_TYPE) {
		seq_puts(sh->out, "  eth_type ");
		if (k->eth_type == ETHTYPE_IP)
			seq_puts(sh->out, "ipv4\n");
		else if (k->eth_type == ETHTYPE_IPV6)
			seq_puts(sh->out, "ipv6\n");
		else if (k->eth_type == ETHTYPE_ARP)
			seq_puts(sh->out, "arp\n");
		else
			sh_printf(sh, "%04x\n", k->eth_type);
	}
	if (!(fl->used & FL_IP_PROTO))
		return;
	seq_puts(sh->out, "  ip_proto ");
	switch (k->ip_proto) {
	case 1:
		seq_puts(sh->out, "icmp\n");
		break;
	case 6:
		seq_puts(sh->out, "tcp\n");
		break;
	case 17:
		seq_puts(sh->out, "udp\n");
		break;
	case 58:
		seq_puts(sh->out, "icmpv6\n");
		break;
	case 132:
		seq_puts(sh->out, "sctp\n");
		break;
	default:
		sh_printf(sh, "%02x\n", k->ip_proto);
		break;
	}
}

static void print_flower_vlan(struct shell *sh, const struct fl_flow *fl)
{
	if (fl->used & FL_VLAN_ID)
		sh_printf(sh, "  vlan_id %u\n", fl->key.vlan_id);
	if (fl->used & FL_VLAN_PRIO)
		sh_printf(sh, "  vlan_prio %u\n", fl->key.vlan_prio);
	if (fl->used & FL_VLAN_TYPE) {
		seq_puts(sh->out, "  vlan_ethtype ");
		tc_print_protocol(sh, lwip_htons(fl->key.eth_type));
		seq_putc(sh->out, '\n');
	}
}

static void print_flower(struct shell *sh, const struct tc_filter *f)
{
	const struct fl_flow *fl = &f->flower;
	const struct fl_key *k = &fl->key, *m = &fl->mask;

	sh_printf(sh, "handle 0x%x ", (unsigned int)f->handle);
	if (f->classid != 0) {
		seq_puts(sh->out, "classid ");
		tc_print_classid(sh, f->classid);
		seq_putc(sh->out, ' ');
	}
	seq_putc(sh->out, '\n');
	print_flower_vlan(sh, fl);
	if (fl->used & FL_DST_MAC)
		print_flower_mac(sh, "dst_mac", k->dst_mac, m->dst_mac);
	if (fl->used & FL_SRC_MAC)
		print_flower_mac(sh, "src_mac", k->src_mac, m->src_mac);
	print_flower_types(sh, fl);
	if (fl->used & FL_IP_TOS)
		print_flower_number(sh, "ip_tos", k->tos, m->tos, 0xff);
	if (fl->used & FL_IP_TTL)
		print_flower_number(sh, "ip_ttl", k->ttl, m->ttl, 0xff);
	if (fl->used & FL_DST_IP)
		print_flower_ip(sh, "dst_ip", k->dst_ip, m->dst_ip);
	if (fl->used & FL_SRC_IP)
		print_flower_ip(sh, "src_ip", k->src_ip, m->src_ip);
	if (fl->used & FL_DST_PORT)
		print_flower_number(sh, "dst_port", k->dst_port, m->dst_port,
				    0xffff);
	if (fl->used & FL_SRC_PORT)
		print_flower_number(sh, "src_port", k->src_port, m->src_port,
				    0xffff);
	if (fl->used & FL_TCP_FLAGS)
		sh_printf(sh, "  tcp_flags 0x%x/%x\n", k->tcp_flags,
			  m->tcp_flags);
	seq_puts(sh->out, "  not_in_hw\n");
}

/* --- bpf, matchall --------------------------------------------------------
 */

static int parse_bpf(struct ip_words *w, struct tc_filter *f)
{
	struct bpf_error why;
	const char *word;
	int err = 0;

	while (err == 0 && (word = ip_take(w)) != NULL) {
		char *v;
		int nr;

		if (strcmp(word, "bytecode") != 0) {
			err = parse_common(w, f, word);
			if (err < 0)
				err = what_is(w, word);
			continue;
		}
		v = value(w, &err);
		if (v == NULL)
			return err;
		nr = bpf_parse(v, f->bpf.insns, TC_BPF_INSNS, &why);
		if (nr < 0)
			return sh_usage(w->sh,
					"bpf: \"%s\": instruction %u: %s", v,
					(unsigned int)why.insn, why.text);
		if (bpf_check(f->bpf.insns, (u32)nr, &why) != 0)
			return sh_error(w->sh,
					"bpf: \"%s\": instruction %u: %s", v,
					(unsigned int)why.insn, why.text);
		f->bpf.nr = (u32)nr;
	}
	if (err == 0 && f->bpf.nr == 0)
		return sh_error(w->sh, "RTNETLINK answers: %s",
				sh_strerror(-EINVAL));
	return err;
}

static void print_handle(struct shell *sh, const struct tc_filter *f)
{
	sh_printf(sh, "handle 0x%x ", (unsigned int)f->handle);
	if (f->classid == 0)
		return;
	seq_puts(sh->out, "flowid ");
	tc_print_classid(sh, f->classid);
	seq_putc(sh->out, ' ');
}

static void print_bpf(struct shell *sh, const struct tc_filter *f)
{
	print_handle(sh, f);
	sh_printf(sh, "not_in_hw bytecode '%u", (unsigned int)f->bpf.nr);
	for (u32 i = 0; i < f->bpf.nr; i++) {
		const struct sock_filter *insn = &f->bpf.insns[i];

		sh_printf(sh, ",%u %u %u %u", insn->code, insn->jt, insn->jf,
			  (unsigned int)insn->k);
	}
	seq_puts(sh->out, "'\n");
}

static int parse_matchall(struct ip_words *w, struct tc_filter *f)
{
	const char *word;
	int err = 0;

	while (err == 0 && (word = ip_take(w)) != NULL) {
		err = parse_common(w, f, word);
		if (err < 0)
			err = what_is(w, word);
	}
	return err;
}

static void print_matchall(struct shell *sh, const struct tc_filter *f,
			   bool stats)
{
	print_handle(sh, f);
	seq_puts(sh->out, "\n  not_in_hw");
	if (stats)
		sh_printf(sh, " (rule hit %llu)",
			  (unsigned long long)tcf_hits(f));
	seq_putc(sh->out, '\n');
}

/* --- all of them --------------------------------------------------------
 */

int tc_parse_match(struct ip_words *w, struct tc_filter *f)
{
	switch (f->kind) {
	case TC_U32:
		return parse_u32(w, f);
	case TC_FLOWER:
		return parse_flower(w, f);
	case TC_BPF:
		return parse_bpf(w, f);
	case TC_MATCHALL:
	default:
		return parse_matchall(w, f);
	}
}

bool tc_parse_handle(enum tc_kind kind, const char *word, u32 *handle)
{
	const char *node = strrchr(word, ':');
	u32 table = 0, bucket = 0, number;
	char part[16];
	size_t n;

	if (kind != TC_U32)
		return tc_number(word, UINT32_MAX, handle) && *handle != 0;
	if (node == NULL)
		return word[0] == '0' && word[1] == 'x' &&
		       tc_hex(word, UINT32_MAX, handle) && *handle != 0;
	/* TABLE:BUCKET:NODE, and there is one bucket. */
	n = strcspn(word, ":");
	if (n >= sizeof(part) || word + n == node)
		return false;
	memcpy(part, word, n);
	part[n] = '\0';
	if (n != 0 && !tc_hex(part, 0xfff, &table))
		return false;
	word += n + 1;
	n = (size_t)(node - word);
	if (n >= sizeof(part))
		return false;
	memcpy(part, word, n);
	part[n] = '\0';
	if (n != 0 && !tc_hex(part, 0, &bucket))
		return false;
	if (!tc_hex(node + 1, 0xfff, &number) || number == 0)
		return false;
	*handle = table << 20 | number;
	return true;
}

void tc_print_match(struct shell *sh, const struct tc_filter *f, bool stats)
{
	switch (f->kind) {
	case TC_U32:
		print_u32(sh, f);
		break;
	case TC_FLOWER:
		print_flower(sh, f);
		break;
	case TC_BPF:
		print_bpf(sh, f);
		break;
	case TC_MATCHALL:
	default:
		print_matchall(sh, f, stats);
		break;
	}
	tc_print_actions(sh, f, stats);
}
