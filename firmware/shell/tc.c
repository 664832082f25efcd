/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tc - options and objects of `tc`, and its qdisc (rows I13, E11)
 */
#include "shell/tc.h"

#include <string.h>

#include "sched/sch_generic.h"

static const struct tc_object {
	const char *name;
	int (*run)(struct ip_words *w);
} objects[] = {
	{ "qdisc", tc_do_qdisc },
	{ "filter", tc_do_filter },
};

enum {
	INGRESS_HANDLE = 0xffff,
	INGRESS_PARENT = 0xfffffff1u, /* ffff:fff1 */
};

/* --- qdisc
 * ----------------------------------------------------------------- */

struct request {
	struct net_device *dev;
	bool has_handle;
	enum tc_door door;
};

static int parse_handle(struct ip_words *w, struct request *r)
{
	u32 handle;
	char *v;
	int err = ip_value(w, "handle", &r->has_handle, &v);

	if (err != 0)
		return err;
	if (!tc_classid(v, &handle))
		return sh_usage(w->sh,
				"Error: argument \"%s\" is wrong: invalid "
				"qdisc ID",
				v);
	/* The only one these two can have. */
	if (handle >> 16 != INGRESS_HANDLE)
		return sh_error(w->sh,
				"Error: \"%s\": ingress and clsact are "
				"ffff: always.",
				v);
	return 0;
}

static int parse(struct ip_words *w, struct request *r)
{
	char *word;
	int err = 0;

	while (err == 0 && (word = ip_take(w)) != NULL) {
		if ((strcmp(word, "dev") == 0 || strcmp(word, "handle") == 0) &&
		    ip_peek(w) == NULL) {
			err = tc_incomplete(w);
		} else if (strcmp(word, "dev") == 0) {
			err = ip_dev(w, word, &r->dev);
		} else if (strcmp(word, "handle") == 0) {
			err = parse_handle(w, r);
		} else if (strcmp(word, "ingress") == 0 ||
			   strcmp(word, "clsact") == 0) {
			if (r->door != TC_NO_DOOR)
				return sh_usage(w->sh,
						"Error: \"%s\" is a duplicate "
						"parent ID",
						word);
			r->door = word[0] == 'i' ? TC_INGRESS : TC_CLSACT;
		} else if (r->door != TC_NO_DOOR) {
			return sh_usage(w->sh, "What is \"%s\"?", word);
		} else {
			return sh_error(w->sh,
					"Error: Specified qdisc kind \"%s\" "
					"is unknown.",
					word);
		}
	}
	return err;
}

static int change(struct ip_words *w,
		  int (*apply)(struct net_device *dev, enum tc_door door,
			       const char **why))
{
	struct request r = { 0 };
	const char *why;
	int err = parse(w, &r);

	if (err != 0)
		return err;
	if (r.dev == NULL)
		return sh_usage(w->sh, "Not enough information: \"dev\" "
				       "argument is required.");
	if (r.door == TC_NO_DOOR)
		return sh_usage(w->sh, "Not enough information: \"ingress\" "
				       "or \"clsact\" is required.");
	if (apply(r.dev, r.door, &why) != 0)
		return sh_error(w->sh, "Error: %s", why);
	return 0;
}

static void print_name(struct ip_words *w, const char *id, u32 handle,
		       const struct net_device *dev,
		       const struct net_device *only)
{
	sh_printf(w->sh, "qdisc %s %x: ", id, (unsigned int)handle);
	if (only == NULL)
		sh_printf(w->sh, "dev %s ", dev->name);
}

static void print_stats(struct ip_words *w, u64 bytes, u32 packets,
			const u32 queue[3], u32 waiting)
{
	if (!w->stats)
		return;
	tc_print_stats(w->sh, " ", bytes, packets, queue);
	sh_printf(w->sh, " %up requeues 0\n", (unsigned int)waiting);
}

static void show_root(struct ip_words *w, const struct net_device *dev,
		      const struct net_device *only)
{
	const struct Qdisc *sch = dev->qdisc;
	static const u32 none[3];

	if (sch == NULL) {
		print_name(w, "noqueue", 0, dev, only);
		seq_puts(w->sh->out, "root refcnt 2 \n");
		print_stats(w, 0, 0, none, 0);
	} else {
		const u32 queue[3] = { sch->stats.drops, sch->stats.overlimits,
				       sch->stats.backlog_bytes };

		print_name(w, sch->ops->id, 0, dev, only);
		sh_printf(w->sh, "root refcnt 2 limit %up\n",
			  (unsigned int)sch->limit_pkts);
		print_stats(w, sch->stats.bytes, sch->stats.packets, queue,
			    sch->q.qlen);
	}
}

static void show_door(struct ip_words *w, const struct net_device *dev,
		      const struct net_device *only)
{
	const struct sch_ingress *sch = sch_ingress_get(dev);
	const u32 queue[3] = {
		sch->ingress.stats.drops + sch->egress.stats.drops, 0, 0
	};

	if (sch->door == TC_NO_DOOR)
		return;
	print_name(w, sch->door == TC_INGRESS ? "ingress" : "clsact",
		   INGRESS_HANDLE, dev, only);
	seq_puts(w->sh->out, "parent ");
	tc_print_classid(w->sh, INGRESS_PARENT);
	seq_puts(w->sh->out,
		 sch->door == TC_INGRESS ? " ---------------- \n" : " \n");
	print_stats(w, sch->ingress.stats.bytes + sch->egress.stats.bytes,
		    sch->ingress.stats.packets + sch->egress.stats.packets,
		    queue, 0);
}

static int show(struct ip_words *w)
{
	struct net_device *only = NULL;
	bool doors_only = false;
	char *word;

	while ((word = ip_take(w)) != NULL) {
		int err;

		if (strcmp(word, "ingress") == 0 ||
		    strcmp(word, "clsact") == 0) {
			doors_only = true;
			continue;
		}
		if (strcmp(word, "dev") != 0)
			return sh_usage(w->sh,
					"What is \"%s\"? Try \"tc "
					"qdisc help\".",
					word);
		err = ip_dev(w, word, &only);
		if (err != 0)
			return err;
	}
	for (int i = 1; i <= NETDEV_MAX; i++) {
		struct net_device *dev = ip_wanted(i, only);

		if (dev == NULL)
			continue;
		if (!doors_only)
			show_root(w, dev, only);
		show_door(w, dev, only);
	}
	return 0;
}

int tc_do_qdisc(struct ip_words *w)
{
	char *word = ip_take(w);

	if (word == NULL || args_abbrev(word, "show") ||
	    args_abbrev(word, "list") || strcmp(word, "lst") == 0)
		return show(w);
	if (args_abbrev(word, "add"))
		return change(w, sch_ingress_add);
	if (args_abbrev(word, "delete"))
		return change(w, sch_ingress_del);
	if (strcmp(word, "help") == 0) {
		sh_printf(w->sh,
			  "Usage: tc qdisc add|del dev DEVICE ingress|clsact\n"
			  "       tc [ -s ] qdisc show [ dev DEVICE ]\n");
		return 0;
	}
	return sh_usage(w->sh,
			"Command \"%s\" is unknown, try \"tc qdisc help\".",
			word);
}

/* --- tc
 * -------------------------------------------------------------------- */

static int tc(struct shell *sh, int argc, char **argv)
{
	struct ip_words w = { .sh = sh, .argc = argc, .argv = argv, .next = 1 };
	char *word;

	while ((word = ip_peek(&w)) != NULL && word[0] == '-') {
		const char *o = word[1] == '-' ? word + 2 : word + 1;

		if (!args_abbrev(o, "statistics") && !args_abbrev(o, "stats"))
			return sh_usage(sh,
					"Option \"%s\" is unknown, try \"tc "
					"help\".",
					word);
		w.stats = true;
		w.next++;
	}
	word = ip_take(&w);
	if (word == NULL || strcmp(word, "help") == 0) {
		sh_printf(sh, "Usage: tc [ -s ] OBJECT { COMMAND }\n"
			      "where  OBJECT := { qdisc | filter }\n");
		return word == NULL ? 2 : 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(objects); i++)
		if (args_abbrev(word, objects[i].name))
			return objects[i].run(&w);
	return sh_usage(sh, "Object \"%s\" is unknown, try \"tc help\".", word);
}

static void tc_complete(int argc, char **argv,
			void (*add)(void *ctx, const char *word), void *ctx)
{
	static const char *const first[] = { "qdisc", "filter" };
	static const char *const second[] = { "add", "del", "replace", "show" };
	static const char *const more[] = {
		"dev",	    "ingress", "egress", "clsact",   "prio",
		"protocol", "handle",  "u32",	 "flower",   "matchall",
		"bpf",	    "match",   "action", "police",   "skbedit",
		"mirred",   "drop",    "pass",	 "redirect", "mirror",
	};

	if (argc == 2) {
		for (size_t i = 0; i < ARRAY_SIZE(first); i++)
			add(ctx, first[i]);
		return;
	}
	if (argc == 3 && argv[1][0] != '-') {
		for (size_t i = 0; i < ARRAY_SIZE(second); i++)
			add(ctx, second[i]);
		return;
	}
	sh_complete_devices(add, ctx);
	for (size_t i = 0; i < ARRAY_SIZE(more); i++)
		add(ctx, more[i]);
}
SHELL_COMMAND_COMPLETE("tc", "[-s] qdisc|filter ...",
		       "filters and actions at the doors of devices", tc,
		       tc_complete);
