/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * parse - see parse.h
 */
#include "shell/parse.h"

#include <stdio.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool begins_variable(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c != '\0' && strchr("_{(@*#$!-", c));
}

static int fail(struct parse *p, const char *why)
{
	(void)snprintf(p->error, sizeof(p->error), "%s", why);
	return -1;
}

static int fail_char(struct parse *p, char c)
{
	(void)snprintf(p->error, sizeof(p->error),
		       "%c has no meaning here, quote it", c);
	return -1;
}

/* One character more of the current word. */
static bool put(struct parse *p, size_t *n, char c)
{
	/* The last byte is kept for the word's end. */
	if (*n + 1 >= sizeof(p->text))
		return false;
	p->text[(*n)++] = c;
	return true;
}

/*
 * At a $: its value, or the character itself. Return: characters used; -1.
 */
static int dollar(struct parse *p, const char *s, size_t *n, int status)
{
	char value[4];

	if (s[1] != '?') {
		if (begins_variable(s[1]))
			return fail(p, "variables other than $? do not exist");
		return put(p, n, '$') ? 1 : fail(p, "line too long");
	}
	(void)snprintf(value, sizeof(value), "%u", (unsigned int)status & 0xff);
	for (const char *v = value; *v != '\0'; v++)
		if (!put(p, n, *v))
			return fail(p, "line too long");
	return 2;
}

/* One word at @s. Return: what follows it; NULL: p->error. */
static const char *word(struct parse *p, const char *s, size_t *n, int status)
{
	char quote = '\0';

	for (;; s++) {
		if (*s == '\0') {
			if (quote == '\0')
				return s;
			(void)fail(p, quote == '"' ? "missing closing \""
						   : "missing closing '");
			return NULL;
		}
		if (quote == '\0' && (is_blank(*s) || *s == ';'))
			return s;
		if (quote == '\0' && (*s == '\'' || *s == '"')) {
			quote = *s;
			continue;
		}
		if (quote != '\0' && *s == quote) {
			quote = '\0';
			continue;
		}
		if (*s == '$' && quote != '\'') {
			int used = dollar(p, s, n, status);

			if (used < 0)
				return NULL;
			s += used - 1;
			continue;
		}
		if (*s == '\\' && quote == '\0') {
			if (*++s == '\0') {
				(void)fail(p, "nothing after the last \\");
				return NULL;
			}
		} else if (*s == '\\' && quote == '"' && s[1] != '\0' &&
			   strchr("\"\\$", s[1]) != NULL) {
			s++;
		} else if (quote == '\0' && strchr("|&<>()`", *s) != NULL) {
			(void)fail_char(p, *s);
			return NULL;
		}
		if (!put(p, n, *s)) {
			(void)fail(p, "line too long");
			return NULL;
		}
	}
}

int parse_command(struct parse *p, const char **line, int status)
{
	const char *s = *line;
	size_t n = 0;

	p->argc = 0;
	p->error[0] = '\0';
	for (;;) {
		while (is_blank(*s))
			s++;
		if (*s == '#')
			s += strlen(s);
		if (*s == '\0' || *s == ';')
			break;
		if (p->argc == SHELL_ARGS_MAX)
			return fail(p, "too many words");
		p->argv[p->argc++] = p->text + n;
		s = word(p, s, &n, status);
		if (s == NULL)
			return -1;
		p->text[n++] = '\0';
		if (n == sizeof(p->text))
			return fail(p, "line too long");
	}
	p->argv[p->argc] = NULL;
	*line = *s == ';' ? s + 1 : s;
	return p->argc;
}

int parse_check(struct parse *p, const char *line)
{
	while (*line != '\0')
		/* 255: the longest $? there is. */
		if (parse_command(p, &line, 255) < 0)
			return -1;
	return 0;
}
