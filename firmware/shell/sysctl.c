/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sysctl - show and set the knobs, in the words of procps' sysctl
 *
 * All words are checked before the first knob is turned: a line with one
 * wrong value changes nothing.
 */
#include "core/sysctl.h"

#include <errno.h>
#include <string.h>

#include "shell/args.h"
#include "shell/shell.h"

enum { NAME_MAX_LEN = 95, VALUES_MAX = 8 };

struct how {
	bool all, write, quiet, names, values, ignore;
};

/* "net/core/x=1" or "net.core.x=1": the dotted name. Return: the value in
 * @word, NULL without "="; @name is empty if the name is too long. */
static char *split(char *word, char name[NAME_MAX_LEN + 1])
{
	char *eq = strchr(word, '=');
	size_t n = eq != NULL ? (size_t)(eq - word) : strlen(word);

	while (n > 0 && word[n - 1] == ' ')
		n--;
	name[0] = '\0';
	if (n <= NAME_MAX_LEN) {
		for (size_t i = 0; i < n; i++)
			name[i] = word[i] == '/' ? '.' : word[i];
		name[n] = '\0';
	}
	if (eq == NULL)
		return NULL;
	eq++;
	return eq + strspn(eq, " ");
}

static void print(struct shell *sh, const struct ctl_table *t,
		  const struct how *how)
{
	if (!how->values)
		sh_printf(sh, how->names ? "%s" : "%s = ", t->name);
	if (!how->names)
		sysctl_show_value(sh->out, t);
	seq_putc(sh->out, '\n');
}

/* Is @t the knob @name, or one below it? Empty: all are. */
static bool is_below(const struct ctl_table *t, const char *name)
{
	size_t n = strlen(name);

	return n == 0 || (strncmp(t->name, name, n) == 0 &&
			  (t->name[n] == '\0' || t->name[n] == '.'));
}

/* Print what is below @name, sorted; with @sh NULL only count it. */
static int print_below(struct shell *sh, const char *name,
		       const struct how *how)
{
	const char *last = "";
	int count = 0;

	for (;;) {
		const struct ctl_table *best = NULL;

		SECTION_FOREACH(rp_sysctl, struct ctl_table, t)
		if (is_below(*t, name) && strcmp((*t)->name, last) > 0 &&
		    (best == NULL || strcmp((*t)->name, best->name) < 0))
			best = *t;
		if (best == NULL)
			return count;
		count++;
		last = best->name;
		if (sh != NULL)
			print(sh, best, how);
	}
}

static int not_there(struct shell *sh, char *name)
{
	for (char *s = name; *s != '\0'; s++)
		if (*s == '.')
			*s = '/';
	return sh_error(sh, "sysctl: cannot stat /proc/sys/%s: %s", name,
			sh_strerror(-ENOENT));
}

/* Would the knob take this value? Tried on a copy. */
static int try_value(const struct ctl_table *t, const char *value)
{
	int scratch[VALUES_MAX];
	struct ctl_table copy = *t;

	copy.data = scratch;
	copy.changed = NULL;
	return sysctl_write(&copy, value);
}

/* 0 if the word can be done; else the status after its error line. */
static int check(struct shell *sh, char *word, const struct how *how)
{
	char name[NAME_MAX_LEN + 1];
	char *value = split(word, name);
	const struct ctl_table *t = sysctl_find(name);
	int err;

	if (value == NULL && how->write)
		return sh_usage(sh,
				"sysctl: \"%s\" must be of the form "
				"name=value",
				word);
	if (name[0] == '\0')
		return sh_usage(sh, "sysctl: malformed setting \"%s\"", word);
	if (value == NULL)
		return print_below(NULL, name, how) == 0 && !how->ignore
			       ? not_there(sh, name)
			       : 0;
	if (t == NULL)
		return how->ignore ? 0 : not_there(sh, name);
	err = try_value(t, value);
	if (err == -EACCES)
		return sh_error(sh, "sysctl: permission denied on key \"%s\"",
				name);
	if (err != 0)
		return sh_error(sh, "sysctl: setting key \"%s\": %s", name,
				sh_strerror(err));
	return 0;
}

static void apply(struct shell *sh, char *word, const struct how *how)
{
	char name[NAME_MAX_LEN + 1];
	char *value = split(word, name);
	const struct ctl_table *t = sysctl_find(name);

	if (value == NULL) {
		(void)print_below(sh, name, how);
		return;
	}
	if (t == NULL)
		return;
	(void)sysctl_write(t, value); /* check() has tried it */
	if (!how->quiet)
		print(sh, t, how);
}

static int parse_options(struct shell *sh, struct args_opt *o, struct how *how)
{
	int c;

	while ((c = args_getopt(o)) > 0) {
		switch (c) {
		case 'a':
		case 'A':
		case 'X':
			how->all = true;
			break;
		case 'w':
			how->write = true;
			break;
		case 'q':
			how->quiet = true;
			break;
		case 'N':
			how->names = true;
			break;
		case 'n':
			how->values = true;
			break;
		case 'e':
			how->ignore = true;
			break;
		default:
			return sh_usage(sh, "sysctl: invalid option -- '%c'",
					o->bad);
		}
	}
	return 0;
}

static int sysctl(struct shell *sh, int argc, char **argv)
{
	struct args_opt o = { .argc = argc, .argv = argv, .spec = "aAXwqNne" };
	struct how how = { 0 };
	int err = parse_options(sh, &o, &how);

	if (err != 0)
		return err;
	if (how.all) {
		if (o.words > 1)
			return sh_usage(sh, "sysctl: unexpected word \"%s\"",
					argv[1]);
		(void)print_below(sh, "", &how);
		return 0;
	}
	if (o.words == 1)
		return sh_usage(sh, "sysctl: no variables specified");
	for (int i = 1; i < o.words; i++) {
		err = check(sh, argv[i], &how);
		if (err != 0)
			return err;
	}
	for (int i = 1; i < o.words; i++)
		apply(sh, argv[i], &how);
	return 0;
}

static void sysctl_complete(int argc, char **argv,
			    void (*add)(void *ctx, const char *word), void *ctx)
{
	(void)argc;
	(void)argv;
	SECTION_FOREACH(rp_sysctl, struct ctl_table, t)
	add(ctx, (*t)->name);
}
SHELL_COMMAND_COMPLETE("sysctl", "[-a] [-enNqw] [name[=value]]...",
		       "show or set knobs", sysctl, sysctl_complete);
