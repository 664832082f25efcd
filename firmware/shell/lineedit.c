/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lineedit - see lineedit.h
 */
#include "shell/lineedit.h"

#include <string.h>

#define CTRL(c) ((c)&0x1f)

enum {
	KEY_ESC = 0x1b,
	KEY_DEL = 0x7f,
};

/* Where in an escape sequence we are. */
enum escape {
	ESC_NONE,
	ESC_START, /* ESC */
	ESC_CSI,   /* ESC [ */
	ESC_SS3,   /* ESC O */
};

/* --- output ----------------------------------------------------------------
 */

static void out(struct lineedit *le, const char *s, size_t n)
{
	if (n > 0)
		le->write(le->ctx, s, n);
}

static void outs(struct lineedit *le, const char *s)
{
	out(le, s, strlen(s));
}

static void bell(struct lineedit *le)
{
	outs(le, "\a");
}

static bool is_continuation(char c)
{
	return ((u8)c & 0xc0) == 0x80;
}

/* Columns of @n bytes: characters, not bytes. */
static int columns(const char *s, size_t n)
{
	int cols = 0;

	for (size_t i = 0; i < n; i++)
		cols += !is_continuation(s[i]);
	return cols;
}

static void back(struct lineedit *le, int cols)
{
	static const char backspaces[] = "\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b";

	while (cols > 0) {
		int n = cols < 16 ? cols : 16;

		out(le, backspaces, (size_t)n);
		cols -= n;
	}
}

/* Show what stands behind the cursor anew, and come back. */
static void show_tail(struct lineedit *le)
{
	const char *tail = le->line + le->cursor;
	size_t n = (size_t)(le->len - le->cursor);

	out(le, tail, n);
	outs(le, "\x1b[K");
	back(le, columns(tail, n));
}

static void show_line(struct lineedit *le)
{
	outs(le, "\r");
	outs(le, le->prompt);
	out(le, le->line, le->cursor);
	show_tail(le);
}

/* --- cursor and text
 * ---------------------------------------------------------- */

/* Bytes of the character before position @at, and of the one at it. */
static u16 before(const struct lineedit *le, u16 at)
{
	u16 n = 0;

	while (n < at)
		if (!is_continuation(le->line[at - ++n]))
			break;
	return n;
}

static u16 at_cursor(const struct lineedit *le)
{
	u16 n = le->cursor < le->len ? 1 : 0;

	while (le->cursor + n < le->len &&
	       is_continuation(le->line[le->cursor + n]))
		n++;
	return n;
}

static void move_to(struct lineedit *le, u16 to)
{
	if (to < le->cursor)
		back(le, columns(le->line + to, (size_t)(le->cursor - to)));
	else
		out(le, le->line + le->cursor, (size_t)(to - le->cursor));
	le->cursor = to;
}

static void insert(struct lineedit *le, const char *s, size_t n)
{
	if (le->len + n > SHELL_LINE_MAX) {
		le->too_long = true;
		bell(le);
		return;
	}
	memmove(le->line + le->cursor + n, le->line + le->cursor,
		(size_t)(le->len - le->cursor) + 1);
	memcpy(le->line + le->cursor, s, n);
	le->len = (u16)(le->len + n);
	le->cursor = (u16)(le->cursor + n);
	out(le, s, n);
	if (le->cursor != le->len)
		show_tail(le);
}

/* Take @n bytes out at the cursor. */
static void delete_forward(struct lineedit *le, u16 n)
{
	if (n == 0) {
		bell(le);
		return;
	}
	memmove(le->line + le->cursor, le->line + le->cursor + n,
		(size_t)(le->len - le->cursor - n) + 1);
	le->len = (u16)(le->len - n);
	/* Whoever edits has seen where the line stopped. */
	le->too_long = false;
	show_tail(le);
}

static void delete_backward(struct lineedit *le, u16 n)
{
	if (n != 0)
		move_to(le, (u16)(le->cursor - n));
	delete_forward(le, n);
}

static u16 word_before(const struct lineedit *le)
{
	u16 at = le->cursor;

	while (at > 0 && le->line[at - 1] == ' ')
		at--;
	while (at > 0 && le->line[at - 1] != ' ')
		at--;
	return (u16)(le->cursor - at);
}

static void replace_line(struct lineedit *le, const char *s)
{
	size_t n = strlen(s);

	move_to(le, 0);
	memcpy(le->line, s, n + 1);
	le->len = (u16)n;
	le->cursor = (u16)n;
	le->too_long = false;
	out(le, le->line, n);
	outs(le, "\x1b[K");
}

/* --- history
 * ------------------------------------------------------------------- */

static const char *history_at(const struct lineedit *le, u8 pos)
{
	return le->history[(le->history_head + LINEEDIT_HISTORY - pos) %
			   LINEEDIT_HISTORY];
}

static void history_add(struct lineedit *le)
{
	if (le->len == 0)
		return;
	if (le->history_count > 0 && strcmp(history_at(le, 1), le->line) == 0)
		return;
	memcpy(le->history[le->history_head], le->line, (size_t)le->len + 1);
	le->history_head = (u8)((le->history_head + 1) % LINEEDIT_HISTORY);
	if (le->history_count < LINEEDIT_HISTORY)
		le->history_count++;
}

static void history_move(struct lineedit *le, int by)
{
	int pos = le->history_pos + by;

	if (pos < 0 || pos > le->history_count) {
		bell(le);
		return;
	}
	if (le->history_pos == 0)
		memcpy(le->typed, le->line, (size_t)le->len + 1);
	le->history_pos = (u8)pos;
	replace_line(le, pos == 0 ? le->typed : history_at(le, (u8)pos));
}

/* --- completion
 * ------------------------------------------------------------------- */

struct candidates {
	struct lineedit *le;
	const char *word; /* what is typed so far */
	size_t word_len;
	int count;
	size_t common; /* bytes that all of them share */
	char first[64];
};

static void add_candidate(void *ctx, const char *word)
{
	struct candidates *c = ctx;
	size_t n = 0;

	if (strncmp(word, c->word, c->word_len) != 0 ||
	    strlen(word) >= sizeof(c->first))
		return;
	if (c->count++ == 0) {
		c->common = strlen(word);
		memcpy(c->first, word, c->common + 1);
		return;
	}
	while (n < c->common && word[n] == c->first[n])
		n++;
	c->common = n;
}

static void print_candidate(void *ctx, const char *word)
{
	struct candidates *c = ctx;

	if (strncmp(word, c->word, c->word_len) != 0)
		return;
	outs(c->le, word);
	outs(c->le, "  ");
}

/* Continue the word at the cursor; a second Tab shows what it could be. */
static void complete(struct lineedit *le, bool again)
{
	char text[SHELL_LINE_MAX + 1];
	struct candidates c = { .le = le };
	u16 at = le->cursor;

	if (le->complete == NULL) {
		bell(le);
		return;
	}
	memcpy(text, le->line, le->cursor);
	text[le->cursor] = '\0';
	while (at > 0 && strchr(" \t;", text[at - 1]) == NULL)
		at--;
	c.word = text + at;
	c.word_len = (size_t)(le->cursor - at);

	le->complete(le->ctx, text, add_candidate, &c);
	/* One byte more for the blank behind it. */
	if (c.count == 0 || le->len + c.common - c.word_len >= SHELL_LINE_MAX) {
		bell(le);
		return;
	}
	if (c.common > c.word_len)
		insert(le, c.first + c.word_len, c.common - c.word_len);
	else if (c.count > 1 && !again)
		bell(le);
	if (c.count == 1 && c.common > 0 &&
	    strchr("/=", c.first[c.common - 1]) == NULL)
		insert(le, " ", 1);
	if (c.count > 1 && c.common == c.word_len && again) {
		outs(le, "\n");
		le->complete(le->ctx, text, print_candidate, &c);
		outs(le, "\n");
		show_line(le);
	}
}

/* --- input
 * ------------------------------------------------------------------------- */

/* Bytes of the UTF-8 character that begins with @c; 0: none does. */
static u8 utf8_length(u8 c)
{
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if (c >= 0xe0 && c <= 0xef)
		return 3;
	if (c >= 0xf0 && c <= 0xf4)
		return 4;
	return 0;
}

static void utf8_input(struct lineedit *le, char c)
{
	if (is_continuation(c)) {
		if (le->utf8_want == 0) {
			bell(le);
			return;
		}
		le->utf8[le->utf8_have++] = c;
		if (le->utf8_have == le->utf8_want) {
			le->utf8_want = 0;
			insert(le, le->utf8, le->utf8_have);
		}
		return;
	}
	if (le->utf8_want != 0)
		bell(le);
	le->utf8_want = utf8_length((u8)c);
	le->utf8[0] = c;
	le->utf8_have = 1;
	if (le->utf8_want == 0)
		bell(le);
}

static void move_left(struct lineedit *le)
{
	if (le->cursor == 0)
		bell(le);
	move_to(le, (u16)(le->cursor - before(le, le->cursor)));
}

static void move_right(struct lineedit *le)
{
	if (le->cursor == le->len)
		bell(le);
	move_to(le, (u16)(le->cursor + at_cursor(le)));
}

/* The end of ESC [ param key, or of ESC O key. */
static void escape_key(struct lineedit *le, char key)
{
	switch (key) {
	case 'A':
		history_move(le, 1);
		break;
	case 'B':
		history_move(le, -1);
		break;
	case 'C':
		move_right(le);
		break;
	case 'D':
		move_left(le);
		break;
	case 'H':
		move_to(le, 0);
		break;
	case 'F':
		move_to(le, le->len);
		break;
	case '~':
		if (le->escape_param == 1 || le->escape_param == 7)
			move_to(le, 0);
		else if (le->escape_param == 4 || le->escape_param == 8)
			move_to(le, le->len);
		else if (le->escape_param == 3)
			delete_forward(le, at_cursor(le));
		break;
	default:
		break;
	}
}

/* Return: true if the character belonged to the sequence. */
static bool escape_input(struct lineedit *le, char c)
{
	enum escape was = (enum escape)le->escape;

	/* Control characters end a sequence and mean what they mean. */
	if ((u8)c < 0x20 || (u8)c >= 0x7f) {
		le->escape = ESC_NONE;
		return false;
	}
	if (was == ESC_START && (c == '[' || c == 'O')) {
		le->escape = c == '[' ? ESC_CSI : ESC_SS3;
		le->escape_param = 0;
		return true;
	}
	if (was == ESC_CSI && c >= '0' && c <= '9') {
		/* 25: more than any key we know. */
		if (le->escape_param < 25)
			le->escape_param =
				(u8)(le->escape_param * 10 + (c - '0'));
		return true;
	}
	if (was == ESC_CSI && c < '@')
		return true;
	le->escape = ESC_NONE;
	/* ESC and a letter is an Alt key: none is known. */
	if (was != ESC_START)
		escape_key(le, c);
	return true;
}

static enum lineedit_event enter(struct lineedit *le)
{
	/* The cursor may stand in the middle. */
	move_to(le, le->len);
	outs(le, "\n");
	if (le->too_long)
		return LINEEDIT_TOO_LONG;
	history_add(le);
	return LINEEDIT_LINE;
}

static enum lineedit_event control(struct lineedit *le, char c)
{
	switch (c) {
	case '\r':
	case '\n':
		return enter(le);
	case CTRL('A'):
		move_to(le, 0);
		break;
	case CTRL('B'):
		move_left(le);
		break;
	case CTRL('C'):
		move_to(le, le->len);
		outs(le, "^C\n");
		return LINEEDIT_INTR;
	case CTRL('D'):
		if (le->len == 0)
			return LINEEDIT_EOF;
		delete_forward(le, at_cursor(le));
		break;
	case CTRL('E'):
		move_to(le, le->len);
		break;
	case CTRL('F'):
		move_right(le);
		break;
	case CTRL('H'):
	case KEY_DEL:
		delete_backward(le, before(le, le->cursor));
		break;
	case CTRL('K'):
		if (le->cursor < le->len)
			delete_forward(le, (u16)(le->len - le->cursor));
		break;
	case CTRL('L'):
		outs(le, "\x1b[H\x1b[2J");
		show_line(le);
		break;
	case CTRL('N'):
		history_move(le, -1);
		break;
	case CTRL('P'):
		history_move(le, 1);
		break;
	case CTRL('U'):
		if (le->cursor > 0)
			delete_backward(le, le->cursor);
		break;
	case CTRL('W'):
		delete_backward(le, word_before(le));
		break;
	default:
		break;
	}
	return LINEEDIT_MORE;
}

enum lineedit_event lineedit_input(struct lineedit *le, char c)
{
	bool was_cr = le->last_was_cr;
	bool was_tab = le->last_was_tab;

	le->last_was_cr = c == '\r';
	le->last_was_tab = c == '\t';
	/* CR LF is one Enter. */
	if (c == '\n' && was_cr)
		return LINEEDIT_MORE;
	if (le->escape != ESC_NONE && escape_input(le, c))
		return LINEEDIT_MORE;
	if ((u8)c >= 0x80) {
		utf8_input(le, c);
		return LINEEDIT_MORE;
	}
	if (le->utf8_want != 0) {
		le->utf8_want = 0;
		bell(le);
	}
	if (c == KEY_ESC) {
		le->escape = ESC_START;
	} else if (c == '\t') {
		complete(le, was_tab);
	} else if ((u8)c < 0x20 || c == KEY_DEL) {
		return control(le, c);
	} else {
		insert(le, &c, 1);
	}
	return LINEEDIT_MORE;
}

void lineedit_begin(struct lineedit *le, const char *prompt)
{
	le->prompt = prompt;
	le->line[0] = '\0';
	le->len = 0;
	le->cursor = 0;
	le->escape = ESC_NONE;
	le->utf8_want = 0;
	le->too_long = false;
	le->history_pos = 0;
	outs(le, prompt);
}

void lineedit_init(struct lineedit *le)
{
	le->history_count = 0;
	le->history_head = 0;
	le->last_was_cr = false;
	le->last_was_tab = false;
	lineedit_begin(le, "");
}
