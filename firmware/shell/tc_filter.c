/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tc_filter - `tc filter`: add, replace, del, show (row I13)
 */
#include <errno.h>
#include <string.h>

#include "lwip/def.h"
#include "shell/tc.h"

/* Linux's names of the two doors, as parents. */
enum {
	PARENT_INGRESS = 0xfffffff2u,
	PARENT_EGRESS = 0xfffffff3u,
	PARENT_OLD = 0xffff0000u, /* of the ingress qdisc: "ffff:" */
};

/* What the words before the kind say. */
struct request {
	struct net_device *dev;
	bool has_parent, has_prio, has_protocol, has_handle, has_chain;
	u32 parent;
	u32 prio;
	be16_t protocol;
	const char *handle;
	int kind; /* -1: not said */
};

static int invalid(struct ip_words *w, const char *v, const char *why)
{
	return sh_usage(w->sh, "Error: argument \"%s\" is wrong: %s", v, why);
}

/* --- words ----------------------------------------------------------------
 */

static int parse_parent(struct ip_words *w, struct request *r, const char *word)
{
	char *v;
	int err;

	if (strcmp(word, "parent") == 0) {
		err = ip_value(w, word, &r->has_parent, &v);
		if (err == 0 && !tc_classid(v, &r->parent))
			err = invalid(w, v, "invalid parent ID");
		return err;
	}
	if (r->has_parent)
		return sh_usage(w->sh, "Error: \"%s\" is duplicate parent ID",
				word);
	r->has_parent = true;
	r->parent = word[0] == 'i' ? PARENT_INGRESS : PARENT_EGRESS;
	return 0;
}

static int parse_chain(struct ip_words *w, struct request *r)
{
	u32 chain;
	char *v;
	int err = ip_value(w, "chain", &r->has_chain, &v);

	if (err != 0)
		return err;
	if (!args_u32(v, 0, UINT32_MAX, &chain))
		return invalid(w, v, "invalid chain index value");
	if (chain != 0)
		return sh_error(w->sh,
				"Error: \"%s\": chain 0 is all there is.", v);
	return 0;
}

static bool is_prio(const char *word)
{
	return args_abbrev(word, "preference") || strcmp(word, "prio") == 0 ||
	       args_abbrev(word, "priority");
}

static bool needs_value(const char *word)
{
	static const char *const keys[] = { "dev", "parent", "chain", "handle",
					    "protocol" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (strcmp(word, keys[i]) == 0)
			return true;
	return is_prio(word);
}

/* One word and its value. Return: -1 if it is none of a filter's own words. */
static int parse_word(struct ip_words *w, struct request *r, char *word)
{
	char *v;
	int err;

	if (ip_peek(w) == NULL && needs_value(word))
		return tc_incomplete(w);
	if (strcmp(word, "dev") == 0)
		return ip_dev(w, word, &r->dev);
	if (strcmp(word, "ingress") == 0 || strcmp(word, "egress") == 0 ||
	    strcmp(word, "parent") == 0)
		return parse_parent(w, r, word);
	if (strcmp(word, "chain") == 0)
		return parse_chain(w, r);
	if (strcmp(word, "handle") == 0) {
		err = ip_value(w, word, &r->has_handle, &v);
		if (err == 0)
			r->handle = v;
		return err;
	}
	if (strcmp(word, "protocol") == 0) {
		err = ip_value(w, word, &r->has_protocol, &v);
		if (err == 0 && !tc_protocol(v, &r->protocol))
			err = invalid(w, v, "invalid protocol");
		return err;
	}
	if (is_prio(word)) {
		err = ip_value(w, "priority", &r->has_prio, &v);
		if (err == 0 && !tc_number(v, 0xffff, &r->prio))
			err = invalid(w, v, "invalid priority value");
		return err;
	}
	return -1;
}

static int kind_of(const char *word)
{
	for (int kind = TC_U32; kind <= TC_BPF; kind++)
		if (strcmp(word, tc_kind_name((enum tc_kind)kind)) == 0)
			return kind;
	return -1;
}

/* All words up to the kind and with it. */
static int parse_request(struct ip_words *w, struct request *r)
{
	char *word;

	r->kind = -1;
	while ((word = ip_take(w)) != NULL) {
		int err = parse_word(w, r, word);

		if (err > 0)
			return err;
		if (err == 0)
			continue;
		r->kind = kind_of(word);
		if (r->kind >= 0)
			break;
		return sh_error(w->sh, "Error: TC classifier \"%s\" not found.",
				word);
	}
	if (r->dev == NULL)
		return sh_usage(w->sh, "Not enough information: \"dev\" "
				       "argument is required.");
	return 0;
}

/* The filters that the parent names. NULL: there are none such; @why. */
static struct tc_block *find_block(const struct request *r, const char **why)
{
	struct sch_ingress *sch = sch_ingress_get(r->dev);

	*why = "Qdisc not classful.";
	if (!r->has_parent)
		return NULL;
	*why = "Parent Qdisc doesn't exists.";
	if (sch->door == TC_NO_DOOR)
		return NULL;
	if (r->parent == PARENT_INGRESS ||
	    (r->parent == PARENT_OLD && sch->door == TC_INGRESS))
		return &sch->ingress;
	/* Linux takes "egress" of an ingress qdisc for its ingress. */
	if (r->parent == PARENT_EGRESS && sch->door == TC_CLSACT)
		return &sch->egress;
	return NULL;
}

static int refused(struct ip_words *w, int err, const char *why)
{
	if (why == NULL)
		return sh_error(w->sh, "RTNETLINK answers: %s",
				sh_strerror(err));
	return sh_error(w->sh, "Error: %s", why);
}

/* --- add, replace, del ---------------------------------------------------
 */

static int add(struct ip_words *w, bool replace)
{
	/* Of a size that a stack need not have. */
	static struct tc_filter f;
	struct request r = { 0 };
	struct tc_block *block;
	const char *why;
	int err = parse_request(w, &r);

	if (err != 0)
		return err;
	if (r.kind < 0)
		return sh_error(w->sh, "Error: Filter kind and protocol must "
				       "be specified.");
	memset(&f, 0, sizeof(f));
	f.kind = (enum tc_kind)r.kind;
	f.protocol = r.has_protocol ? r.protocol : PP_HTONS(ETH_P_ALL);
	f.prio = (u16)r.prio;
	if (r.handle != NULL && !tc_parse_handle(f.kind, r.handle, &f.handle))
		return sh_usage(w->sh, "Illegal filter ID");
	err = tc_parse_match(w, &f);
	if (err != 0)
		return err;
	block = find_block(&r, &why);
	if (block == NULL)
		return sh_error(w->sh, "Error: %s", why);
	err = tcf_add(block, &f, replace, &why);
	if (err != 0)
		return refused(w, err, why);
	block->classid = r.parent;
	sch_ingress_update(r.dev);
	return 0;
}

static int del(struct ip_words *w)
{
	struct request r = { 0 };
	struct tc_block *block;
	u32 handle = 0;
	const char *why;
	int err = parse_request(w, &r);

	if (err != 0)
		return err;
	if (ip_peek(w) != NULL)
		return sh_usage(w->sh, "What is \"%s\"?", ip_peek(w));
	if (r.handle != NULL && r.kind < 0)
		return sh_usage(w->sh, "Must specify filter type when using "
				       "\"handle\"");
	if (r.handle != NULL &&
	    !tc_parse_handle((enum tc_kind)r.kind, r.handle, &handle))
		return sh_usage(w->sh, "Illegal filter ID");
	block = find_block(&r, &why);
	if (block == NULL)
		return sh_error(w->sh, "Error: %s", why);
	err = tcf_del(block, (u16)r.prio, r.has_protocol ? r.protocol : 0,
		      r.kind, handle, &why);
	if (err != 0)
		return refused(w, err, why);
	sch_ingress_update(r.dev);
	return 0;
}

/* --- show
 * ------------------------------------------------------------------ */

/* "filter [parent] [protocol P] [pref N] kind chain 0 ": without what the
 * command line has said already. */
static void print_head(struct shell *sh, const struct request *r,
		       const struct tc_block *block, const struct tc_filter *f)
{
	seq_puts(sh->out, "filter ");
	if (block->classid != r->parent) {
		if (block->classid == PARENT_INGRESS) {
			seq_puts(sh->out, "ingress ");
		} else if (block->classid == PARENT_EGRESS) {
			seq_puts(sh->out, "egress ");
		} else {
			seq_puts(sh->out, "parent ");
			tc_print_classid(sh, block->classid);
			seq_putc(sh->out, ' ');
		}
	}
	if (!r->has_protocol) {
		seq_puts(sh->out, "protocol ");
		tc_print_protocol(sh, f->protocol);
		seq_putc(sh->out, ' ');
	}
	if (!r->has_prio)
		sh_printf(sh, "pref %u ", f->prio);
	sh_printf(sh, "%s chain 0 ", tc_kind_name(f->kind));
}

static int show(struct ip_words *w)
{
	struct request r = { 0 };
	const struct tc_block *block;
	u32 last_prio = 0;
	const char *why;
	char *word;

	while ((word = ip_take(w)) != NULL) {
		int err = parse_word(w, &r, word);

		if (err > 0)
			return err;
		if (err < 0)
			return sh_usage(w->sh,
					"What is \"%s\"? Try \"tc "
					"filter help\"",
					word);
	}
	if (r.dev == NULL)
		return 0;
	block = find_block(&r, &why);
	/* As on Linux: what is not there has no filters. */
	if (block == NULL)
		return 0;
	for (const struct tc_filter *f = block->head; f != NULL; f = f->next) {
		if ((r.has_prio && f->prio != r.prio) ||
		    (r.has_protocol && f->protocol != r.protocol))
			continue;
		if (f->prio != last_prio) {
			print_head(w->sh, &r, block, f);
			seq_putc(w->sh->out, '\n');
			if (f->kind == TC_U32) {
				print_head(w->sh, &r, block, f);
				sh_printf(w->sh, "fh %x: ht divisor 1 \n",
					  (unsigned int)(f->handle >> 20));
			}
			last_prio = f->prio;
		}
		print_head(w->sh, &r, block, f);
		tc_print_match(w->sh, f, w->stats);
	}
	return 0;
}

int tc_do_filter(struct ip_words *w)
{
	char *word = ip_take(w);

	if (word == NULL || args_abbrev(word, "show") ||
	    args_abbrev(word, "list") || strcmp(word, "lst") == 0)
		return show(w);
	if (args_abbrev(word, "add"))
		return add(w, false);
	if (args_abbrev(word, "replace"))
		return add(w, true);
	if (args_abbrev(word, "delete"))
		return del(w);
	if (strcmp(word, "help") == 0) {
		sh_printf(
			w->sh,
			"Usage: tc filter add|replace|del dev DEVICE ingress|"
			"egress|parent ID\n"
			"                 [ prio N ] [ protocol P ] [ handle H "
			"]\n"
			"                 u32 match ip src|dst|sport|dport|"
			"protocol|tos|ihl ...\n"
			"               | u32 match u32|u16|u8 VALUE MASK at "
			"OFFSET\n"
			"               | flower FIELD VALUE ... | matchall | "
			"bpf bytecode '...'\n"
			"                 [ action drop|pass|pipe|continue "
			"]\n"
			"                 [ action police rate R burst B "
			"conform-exceed A/A ]\n"
			"                 [ action skbedit mark N | priority "
			"C ]\n"
			"                 [ action mirred egress|ingress "
			"mirror|redirect dev D ]\n"
			"       tc [ -s ] filter show dev DEVICE ingress|"
			"egress\n");
		return 0;
	}
	return sh_usage(w->sh,
			"Command \"%s\" is unknown, try \"tc filter help\".",
			word);
}
