/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tc_action - the actions of a filter: `action drop`, `action police rate ...`
 * (row I13)
 *
 * gact, police, skbedit and mirred, each with the words that iproute2 has for
 * what is built in.
 */
#include <string.h>

#include "core/port.h"
#include "shell/tc.h"

/* police: Linux's 255 cells of 8 bytes, what iproute2 makes of no mtu. */
enum { POLICE_MTU_DEFAULT = 2040 };

static const struct {
	const char *name;
	enum tc_verdict verdict;
} controls[] = {
	{ "continue", TC_ACT_UNSPEC }, { "drop", TC_ACT_SHOT },
	{ "shot", TC_ACT_SHOT },       { "pass", TC_ACT_OK },
	{ "ok", TC_ACT_OK },	       { "reclassify", TC_ACT_RECLASSIFY },
	{ "pipe", TC_ACT_PIPE },
};

static const char *control_name(enum tc_verdict verdict)
{
	if (verdict == TC_ACT_STOLEN)
		return "stolen";
	for (size_t i = 0; i < ARRAY_SIZE(controls); i++)
		if (controls[i].verdict == verdict)
			return controls[i].name;
	return "?";
}

static bool control(const char *word, size_t len, enum tc_verdict *verdict)
{
	for (size_t i = 0; len != 0 && i < ARRAY_SIZE(controls); i++)
		if (strncmp(word, controls[i].name, len) == 0) {
			*verdict = controls[i].verdict;
			return true;
		}
	return false;
}

/* The next word if it is a control; else the default stays. */
static void maybe_control(struct ip_words *w, enum tc_verdict *verdict)
{
	const char *word = ip_peek(w);

	if (word != NULL && control(word, strlen(word), verdict))
		w->next++;
}

static int illegal(struct ip_words *w, const char *what)
{
	return sh_usage(w->sh, "Illegal \"%s\"", what);
}

/* [index N] */
static int maybe_index(struct ip_words *w, struct tc_action *a)
{
	const char *word = ip_peek(w);

	if (word == NULL || !args_abbrev(word, "index"))
		return 0;
	w->next++;
	word = ip_take(w);
	if (word == NULL)
		return tc_incomplete(w);
	if (!args_u32(word, 1, UINT32_MAX, &a->index))
		return illegal(w, "index");
	return 0;
}

/* --- gact
 * ----------------------------------------------------------------- */

static int parse_gact(struct ip_words *w, struct tc_action *a, char *word)
{
	a->kind = TC_ACTION_GACT;
	if (strcmp(word, "gact") == 0) {
		word = ip_take(w);
		if (word == NULL)
			return tc_incomplete(w);
	}
	if (!control(word, strlen(word), &a->control))
		return sh_usage(w->sh, "Bad action type %s", word);
	return maybe_index(w, a);
}

/* --- police
 * ---------------------------------------------------------------- */

/* EXCEED[/CONFORM] */
static bool parse_exceed(const char *word, struct tc_action *a)
{
	const char *slash = strchr(word, '/');
	size_t n = slash != NULL ? (size_t)(slash - word) : strlen(word);

	return control(word, n, &a->control) &&
	       (slash == NULL ||
		control(slash + 1, strlen(slash + 1), &a->police.conform));
}

static int police_value(struct ip_words *w, struct tc_action *a,
			const char *key, u32 *burst)
{
	struct tc_police *p = &a->police;
	const char *v = ip_take(w);

	if (v == NULL)
		return tc_incomplete(w);
	if (strcmp(key, "rate") == 0) {
		if (p->rate != 0)
			return sh_usage(w->sh, "Double \"rate\" spec");
		if (!tc_rate(v, &p->rate) || p->rate == 0)
			return sh_usage(w->sh,
					"Error: argument \"%s\" is wrong: rate",
					v);
	} else if (strcmp(key, "mtu") == 0) {
		if (p->mtu != 0)
			return sh_usage(w->sh, "Double \"mtu/minburst\" spec");
		if (!tc_size(v, &p->mtu) || p->mtu == 0)
			return sh_usage(w->sh,
					"Error: argument \"%s\" is wrong: mtu",
					v);
	} else if (strcmp(key, "conform-exceed") == 0) {
		if (!parse_exceed(v, a))
			return sh_usage(w->sh, "Bad action type %s", v);
	} else {
		if (*burst != 0)
			return sh_usage(w->sh, "Double \"buffer/burst\" spec");
		if (!tc_size(v, burst) || *burst == 0)
			return sh_usage(w->sh,
					"Error: argument \"%s\" is wrong: "
					"buffer",
					v);
	}
	return 0;
}

static int parse_police(struct ip_words *w, struct tc_action *a)
{
	static const char *const keys[] = { "rate",	     "burst",
					    "buffer",	     "maxburst",
					    "mtu",	     "minburst",
					    "conform-exceed" };
	struct tc_police *p = &a->police;
	u32 burst = 0;
	char *word;
	int err;

	a->kind = TC_ACTION_POLICE;
	a->control = TC_ACT_RECLASSIFY;
	p->conform = TC_ACT_OK;
	if (ip_peek(w) == NULL)
		return tc_incomplete(w);
	while ((word = ip_peek(w)) != NULL) {
		const char *key = NULL;

		for (size_t i = 0; i < ARRAY_SIZE(keys) && key == NULL; i++)
			if (strcmp(word, keys[i]) == 0)
				key = keys[i];
		if (key != NULL) {
			w->next++;
			if (strcmp(key, "minburst") == 0)
				key = "mtu";
			err = police_value(w, a, key, &burst);
			if (err != 0)
				return err;
			continue;
		}
		if (args_abbrev(word, "index")) {
			err = maybe_index(w, a);
			if (err != 0)
				return err;
			continue;
		}
		if (!control(word, strlen(word), &a->control))
			break;
		w->next++;
	}
	if (p->rate == 0 && p->mtu == 0)
		return sh_usage(w->sh, "'rate' or 'mtu' MUST be specified.");
	if ((p->rate != 0) != (burst != 0))
		return sh_usage(w->sh, "'burst' requires 'rate'.");
	if (p->rate != 0)
		p->burst_ticks = police_bytes_to_ticks(p->rate, burst);
	if (p->mtu == 0)
		p->mtu = POLICE_MTU_DEFAULT;
	return 0;
}

static void print_police(struct shell *sh, const struct tc_action *a)
{
	const struct tc_police *p = &a->police;

	sh_printf(sh, " police 0x%x rate ", (unsigned int)a->index);
	tc_print_rate(sh, p->rate);
	seq_puts(sh->out, " burst ");
	tc_print_size(sh, p->rate != 0 ? police_ticks_to_bytes(p->rate,
							       p->burst_ticks)
				       : 0);
	seq_puts(sh->out, " mtu ");
	tc_print_size(sh, p->mtu);
	sh_printf(sh, " action %s", control_name(a->control));
	if (p->conform != TC_ACT_OK)
		sh_printf(sh, "/%s", control_name(p->conform));
	seq_puts(sh->out, " overhead 0b \n\tref 1 bind 1 ");
}

/* --- skbedit
 * --------------------------------------------------------------- */

static int parse_mark(struct ip_words *w, struct tc_skbedit *e, char *v)
{
	char *slash = strchr(v, '/');

	if (slash != NULL) {
		*slash = '\0';
		if (!tc_number(slash + 1, UINT32_MAX, &e->mask))
			return sh_usage(w->sh, "Illegal mask");
		e->has_mask = true;
	}
	if (!tc_number(v, UINT32_MAX, &e->mark))
		return sh_usage(w->sh, "Illegal mark");
	e->set_mark = true;
	return 0;
}

static int parse_skbedit(struct ip_words *w, struct tc_action *a)
{
	struct tc_skbedit *e = &a->skbedit;
	char *word;
	int err = 0;

	a->kind = TC_ACTION_SKBEDIT;
	a->control = TC_ACT_PIPE;
	if (ip_peek(w) == NULL)
		return tc_incomplete(w);
	while (err == 0 && (word = ip_peek(w)) != NULL) {
		bool is_mark = args_abbrev(word, "mark");
		char *v;

		if (!is_mark &&
		    (!args_abbrev(word, "priority") || strcmp(word, "p") == 0))
			break;
		w->next++;
		v = ip_take(w);
		if (v == NULL)
			return tc_incomplete(w);
		if (is_mark)
			err = parse_mark(w, e, v);
		else if (!tc_classid(v, &e->priority))
			err = sh_usage(w->sh, "Illegal priority");
		else
			e->set_priority = true;
	}
	if (err != 0)
		return err;
	if (!e->set_mark && !e->set_priority)
		return sh_usage(w->sh,
				"skbedit: \"%s\" is neither mark nor "
				"priority",
				word);
	maybe_control(w, &a->control);
	return maybe_index(w, a);
}

static void print_skbedit(struct shell *sh, const struct tc_action *a)
{
	const struct tc_skbedit *e = &a->skbedit;

	seq_puts(sh->out, "skbedit ");
	if (e->set_priority) {
		seq_puts(sh->out, " priority ");
		tc_print_classid(sh, e->priority);
	}
	if (e->set_mark)
		sh_printf(sh, " mark %u", (unsigned int)e->mark);
	if (e->has_mask)
		sh_printf(sh, "/0x%x", (unsigned int)e->mask);
	sh_printf(sh, " %s\n\t index %u ref 1 bind 1", control_name(a->control),
		  (unsigned int)a->index);
}

/* --- mirred
 * ---------------------------------------------------------------- */

static int parse_mirred(struct ip_words *w, struct tc_action *a)
{
	struct tc_mirred *m = &a->mirred;
	const char *word = ip_take(w);
	int err;

	a->kind = TC_ACTION_MIRRED;
	if (word == NULL)
		return tc_incomplete(w);
	if (strcmp(word, "egress") != 0 && strcmp(word, "ingress") != 0)
		return sh_usage(w->sh, "mirred option not supported %s", word);
	m->ingress = word[0] == 'i';
	word = ip_take(w);
	if (word == NULL)
		return tc_incomplete(w);
	if (strcmp(word, "mirror") != 0 && strcmp(word, "redirect") != 0)
		return sh_usage(w->sh, "mirred: bad action %s", word);
	m->redirect = word[0] == 'r';
	a->control = m->redirect ? TC_ACT_STOLEN : TC_ACT_PIPE;
	err = maybe_index(w, a);
	if (err != 0)
		return err;
	word = ip_take(w);
	if (word == NULL)
		return tc_incomplete(w);
	if (strcmp(word, "dev") != 0)
		return sh_usage(w->sh, "mirred: \"%s\" where \"dev\" must be",
				word);
	word = ip_take(w);
	if (word == NULL)
		return tc_incomplete(w);
	m->dev = dev_get_by_name(word);
	if (m->dev == NULL)
		return sh_error(w->sh, "Cannot find device \"%s\"", word);
	/* A packet that is redirected goes nowhere else. */
	if (!m->redirect)
		maybe_control(w, &a->control);
	return maybe_index(w, a);
}

static void print_mirred(struct shell *sh, const struct tc_action *a)
{
	const struct tc_mirred *m = &a->mirred;

	sh_printf(sh, "mirred (%s %s to device %s) %s\n\tindex %u ref 1 bind 1",
		  m->ingress ? "Ingress" : "Egress",
		  m->redirect ? "Redirect" : "Mirror", m->dev->name,
		  control_name(a->control), (unsigned int)a->index);
}

/* --- all of them --------------------------------------------------------
 */

int tc_parse_actions(struct ip_words *w, struct tc_filter *f)
{
	for (;;) {
		struct tc_action *a = &f->actions[f->nr_actions];
		char *word = ip_take(w);
		int err;

		if (word == NULL)
			return illegal(w, "action");
		if (f->nr_actions == TC_ACTIONS)
			return sh_error(w->sh,
					"Error: %d actions are all a filter "
					"can have.",
					TC_ACTIONS);
		*a = (struct tc_action){ 0 };
		if (strcmp(word, "police") == 0)
			err = parse_police(w, a);
		else if (strcmp(word, "skbedit") == 0)
			err = parse_skbedit(w, a);
		else if (strcmp(word, "mirred") == 0)
			err = parse_mirred(w, a);
		else
			err = parse_gact(w, a, word);
		if (err != 0)
			return err;
		f->nr_actions++;
		word = ip_peek(w);
		if (word == NULL || strcmp(word, "action") != 0)
			return 0;
		w->next++;
	}
}

/* Hundredths of a second, Linux's clock for it: 0 is not shown. */
static void print_time(struct shell *sh, const char *what, u64 then, u64 now)
{
	u64 hundredths = (now - then) / (NSEC_PER_SEC / 100);

	if (hundredths != 0)
		sh_printf(sh, " %s %llu sec", what,
			  (unsigned long long)(hundredths / 100));
}

void tc_print_actions(struct shell *sh, const struct tc_filter *f, bool stats)
{
	u64 now = clock_ns();

	for (u32 i = 0; i < f->nr_actions; i++) {
		const struct tc_action *a = &f->actions[i];
		const u32 queue[3] = { a->drops, a->overlimits, 0 };

		sh_printf(sh, "\taction order %u: ", (unsigned int)i + 1);
		switch (a->kind) {
		case TC_ACTION_POLICE:
			print_police(sh, a);
			break;
		case TC_ACTION_SKBEDIT:
			print_skbedit(sh, a);
			break;
		case TC_ACTION_MIRRED:
			print_mirred(sh, a);
			break;
		case TC_ACTION_GACT:
		default:
			sh_printf(sh,
				  "gact action %s\n\t random type none pass "
				  "val 0\n\t index %u ref 1 bind 1",
				  control_name(a->control),
				  (unsigned int)a->index);
			break;
		}
		if (stats) {
			print_time(sh, "installed", a->installed_ns, now);
			print_time(sh, "used", a->last_ns, now);
			if (a->first_ns != 0)
				print_time(sh, "firstused", a->first_ns, now);
			seq_puts(sh->out, "\n\tAction statistics:\n");
			tc_print_stats(sh, "\t", a->bytes, a->packets, queue);
			seq_puts(sh->out, " 0p requeues 0");
		}
		seq_puts(sh->out, "\n\n");
	}
}
