/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ip - options and objects of `ip`; see ip.h
 */
#include "shell/ip.h"

#include <string.h>

static const struct ip_object {
	const char *name;
	int (*run)(struct ip_words *w);
	const char *commands; /* for completion */
} objects[] = {
	/* In iproute2's order: the first that an abbreviation fits. */
	{ "address", ip_do_addr, "add del flush show" },
	{ "maddress", ip_do_maddr, "add del show" },
	{ "route", ip_do_route, "add del get replace show" },
	{ "neighbor", ip_do_neigh, "add del flush replace show" },
	{ "neighbour", ip_do_neigh, "" },
	{ "link", ip_do_link, "set show" },
};

int ip_value(struct ip_words *w, const char *key, bool *seen, char **value)
{
	char *v = ip_take(w);

	if (v == NULL)
		return sh_usage(w->sh, "ip: no value after \"%s\"", key);
	if (*seen)
		return sh_usage(w->sh,
				"Error: duplicate \"%s\": \"%s\" is the second "
				"value.",
				key, v);
	*seen = true;
	*value = v;
	return 0;
}

int ip_dev(struct ip_words *w, const char *key, struct net_device **dev)
{
	bool seen = *dev != NULL;
	char *name = NULL;
	int err = ip_value(w, key, &seen, &name);

	if (err != 0)
		return err;
	*dev = dev_get_by_name(name);
	if (*dev == NULL)
		return sh_error(w->sh, "Cannot find device \"%s\"", name);
	return 0;
}

int ip_garbage(struct ip_words *w, const char *what, const char *word)
{
	return sh_usage(w->sh,
			"Error: either \"%s\" is duplicate, or \"%s\" is a "
			"garbage.",
			what, word);
}

int ip_unknown_command(struct ip_words *w, const char *object, const char *word)
{
	return sh_usage(w->sh, "Command \"%s\" is unknown, try \"ip %s help\".",
			word, object);
}

int ip_show_words(struct ip_words *w, struct net_device **dev)
{
	char *word;

	*dev = NULL;
	while ((word = ip_take(w)) != NULL) {
		if (strcmp(word, "dev") == 0) {
			int err = ip_dev(w, word, dev);

			if (err != 0)
				return err;
			continue;
		}
		if (*dev != NULL)
			return ip_garbage(w, "dev", word);
		*dev = dev_get_by_name(word);
		if (*dev == NULL)
			return sh_error(w->sh, "Device \"%s\" does not exist.",
					word);
	}
	return 0;
}

struct net_device *ip_wanted(int ifindex, const struct net_device *only)
{
	struct net_device *dev = dev_get_by_index(ifindex);

	return only == NULL || only == dev ? dev : NULL;
}

/* Return: true if the word was an option. */
static bool option(struct ip_words *w, const char *word)
{
	/* iproute2 takes "--brief" for "-brief". */
	const char *o = word[1] == '-' ? word + 2 : word + 1;

	if (args_abbrev(o, "brief") && o[1] == 'r')
		w->brief = true;
	else if (args_abbrev(o, "stats") || args_abbrev(o, "statistics"))
		w->stats = true;
	else
		return strcmp(o, "4") == 0;
	return true;
}

static int ip(struct shell *sh, int argc, char **argv)
{
	struct ip_words w = { .sh = sh, .argc = argc, .argv = argv, .next = 1 };
	char *word;

	while ((word = ip_peek(&w)) != NULL && word[0] == '-') {
		if (!option(&w, word))
			return sh_usage(sh,
					"Option \"%s\" is unknown, try \"ip "
					"-help\".",
					word);
		w.next++;
	}
	word = ip_take(&w);
	if (word == NULL || strcmp(word, "help") == 0) {
		sh_printf(sh, "Usage: ip [ -s | -br ] OBJECT { COMMAND }\n"
			      "where  OBJECT := { address | link | maddress | "
			      "neighbor | route }\n");
		return word == NULL ? 2 : 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(objects); i++)
		if (args_abbrev(word, objects[i].name))
			return objects[i].run(&w);
	return sh_usage(sh, "Object \"%s\" is unknown, try \"ip help\".", word);
}

static void add_words(const char *words, void (*add)(void *ctx, const char *),
		      void *ctx)
{
	char word[16];

	while (*words != '\0') {
		size_t n = strcspn(words, " ");

		if (n < sizeof(word)) {
			memcpy(word, words, n);
			word[n] = '\0';
			add(ctx, word);
		}
		words += n + (words[n] == ' ');
	}
}

static void ip_complete(int argc, char **argv,
			void (*add)(void *ctx, const char *word), void *ctx)
{
	int object = 1;

	while (object < argc - 1 && argv[object][0] == '-')
		object++;
	if (object == argc - 1) {
		add_words("addr link maddr neigh route", add, ctx);
		return;
	}
	if (object + 1 == argc - 1) {
		for (size_t i = 0; i < ARRAY_SIZE(objects); i++)
			if (args_abbrev(argv[object], objects[i].name)) {
				add_words(objects[i].commands, add, ctx);
				return;
			}
		return;
	}
	sh_complete_devices(add, ctx);
	add_words("dev", add, ctx);
	if (args_abbrev(argv[object], "link"))
		add_words("up down mtu promisc allmulticast address txqueuelen",
			  add, ctx);
	else if (args_abbrev(argv[object], "route"))
		add_words("default via", add, ctx);
	else if (args_abbrev(argv[object], "neighbor"))
		add_words("lladdr all", add, ctx);
}
SHELL_COMMAND_COMPLETE("ip", "[-s | -br] addr|link|maddr|neigh|route ...",
		       "show and set devices, addresses, routes, neighbours",
		       ip, ip_complete);
