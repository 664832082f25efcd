/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lineedit - a line typed on a serial terminal, with history and completion
 *
 * Characters go in one by one, as they come from the line; echo goes out by
 * write(), where a new line is "\n" alone. Keys: arrows, Home, End, Delete,
 * Backspace, Tab, Ctrl-A B C D E F H K L N P U W. The terminal needs backspace,
 * carriage return and "erase to the end" (ESC [ K); everything that is appended
 * at the end is echoed as it is, so pasting costs no more than it must.
 *
 * Bytes above 127 are taken as UTF-8 and kept in whole characters, one column
 * each; what is no UTF-8 is refused with a bell. A line that was too long is
 * not given to the caller, so half a line never runs.
 *
 * Pure: no clock, no globals.
 */
#ifndef SHELL_LINEEDIT_H
#define SHELL_LINEEDIT_H

#include "shell/shell.h"

enum { LINEEDIT_HISTORY = 16 };

enum lineedit_event {
	LINEEDIT_MORE,	   /* go on */
	LINEEDIT_LINE,	   /* Enter: le->line holds it */
	LINEEDIT_TOO_LONG, /* Enter, but characters had been refused */
	LINEEDIT_INTR,	   /* Ctrl-C: the line was given up */
	LINEEDIT_EOF,	   /* Ctrl-D on an empty line */
};

typedef void (*lineedit_add_t)(void *ctx, const char *word);

struct lineedit {
	/* Set by the caller before lineedit_init(). */
	void (*write)(void *ctx, const char *text, size_t len);
	/* Offer the words that may stand at the end of @before, the line up to
	 * the cursor. May be NULL. */
	void (*complete)(void *ctx, const char *before, lineedit_add_t add,
			 void *add_ctx);
	void *ctx;

	/* Zero-terminated after every character. */
	char line[SHELL_LINE_MAX + 1];
	/* Internal. */
	const char *prompt;
	u16 len, cursor;
	u8 escape; /* enum escape */
	u8 escape_param;
	u8 utf8_have, utf8_want;
	char utf8[4];
	bool last_was_cr;
	bool last_was_tab;
	bool too_long;
	u8 history_count, history_head; /* head: the next to be written */
	u8 history_pos; /* 0: the line being typed, 1: the last one, ... */
	char history[LINEEDIT_HISTORY][SHELL_LINE_MAX + 1];
	char typed[SHELL_LINE_MAX + 1]; /* while history is shown */
};

/* Empty everything but the three fields above. */
void lineedit_init(struct lineedit *le);

/* Print the prompt (must live until the line is done) and begin a new line. */
void lineedit_begin(struct lineedit *le, const char *prompt);

/* Take one character. After anything but LINEEDIT_MORE and LINEEDIT_EOF the
 * line is finished and the cursor stands on a new one: begin anew. */
enum lineedit_event lineedit_input(struct lineedit *le, char c);

#endif
