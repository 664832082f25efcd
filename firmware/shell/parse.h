/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * parse - a line of the shell to the words of its commands
 *
 * As in sh: words are separated by blanks; '...' takes everything as it is,
 * "..." takes everything but \ before " \ $, a backslash takes the next
 * character as it is; # at the start of a word begins a comment; ; ends a
 * command; $? is the last command's status. What sh would do and we do not
 * (pipes, redirections, variables) is refused, never taken as plain text.
 *
 * Pure.
 */
#ifndef SHELL_PARSE_H
#define SHELL_PARSE_H

#include "shell/shell.h"

struct parse {
	int argc;
	char *argv[SHELL_ARGS_MAX + 1]; /* NULL after the last */
	char error[48];			/* after -1: what was wrong */
	/* The words. A $? of two characters becomes up to three. */
	char text[2 * SHELL_LINE_MAX + 2];
};

/**
 * parse_command() - take the next command off a line
 * @line: moved behind the command and its ";"; at the end: at the zero byte
 * @status: what $? becomes, 0..255
 *
 * Return: number of words, 0 for an empty command; -1: @p->error says why.
 */
int parse_command(struct parse *p, const char **line, int status);

/* Would every command of the line parse? Nothing runs of a line that is only
 * half right. Return: 0; -1 and @p->error. */
int parse_check(struct parse *p, const char *line);

#endif
