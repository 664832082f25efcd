// SRCS: firmware/shell/lineedit.c
/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell/lineedit.h"
#include "test.h"

#define LEFT  "\x1b[D"
#define RIGHT "\x1b[C"
#define UP    "\x1b[A"
#define DOWN  "\x1b[B"
#define ERASE "\x1b[K"

static struct lineedit le;

/* A terminal of one row: what a person would see. */
static struct {
	char row[2 * SHELL_LINE_MAX];
	size_t cols, at;
	u32 bells, newlines;
	char raw[64 * 1024];
	size_t raw_len;
} term;

static const char *skip_escape(const char *s)
{
	s += 2;
	if (s[0] == 'K') {
		term.cols = term.at;
		term.row[term.cols] = '\0';
		return s;
	}
	while ((*s >= '0' && *s <= '9'))
		s++;
	return s;
}

static void show(const char *s, const char *end)
{
	for (; s < end; s++) {
		switch (*s) {
		case '\a':
			term.bells++;
			break;
		case '\b':
			assert_true(term.at > 0);
			term.at--;
			/* A character is one column, however long. */
			while (((u8)term.row[term.at] & 0xc0) == 0x80)
				term.at--;
			break;
		case '\r':
			term.at = 0;
			break;
		case '\n':
			term.newlines++;
			term.at = 0;
			term.cols = 0;
			term.row[0] = '\0';
			break;
		case '\x1b':
			s = skip_escape(s);
			break;
		default:
			assert_true(term.at < sizeof(term.row) - 1);
			term.row[term.at++] = *s;
			if (term.at > term.cols)
				term.cols = term.at;
			term.row[term.cols] = '\0';
		}
	}
}

static void term_write(void *ctx, const char *text, size_t len)
{
	(void)ctx;
	assert_true(term.raw_len + len < sizeof(term.raw));
	memcpy(term.raw + term.raw_len, text, len);
	term.raw_len += len;
	term.raw[term.raw_len] = '\0';
	show(text, text + len);
}

static const char *const *candidates;

static void offer(void *ctx, const char *before, lineedit_add_t add,
		  void *add_ctx)
{
	(void)ctx;
	(void)before;
	for (const char *const *c = candidates; c != NULL && *c != NULL; c++)
		add(add_ctx, *c);
}

static void start(void)
{
	memset(&le, 0xaa, sizeof(le));
	memset(&term, 0, sizeof(term));
	le.write = term_write;
	le.complete = offer;
	le.ctx = NULL;
	lineedit_init(&le);
	lineedit_begin(&le, "# ");
}

static enum lineedit_event type(const char *s)
{
	enum lineedit_event event = LINEEDIT_MORE;

	for (; *s != '\0'; s++)
		event = lineedit_input(&le, *s);
	return event;
}

/* A whole line, and the next prompt. */
static void enter(const char *s)
{
	assert_int_equal(type(s), LINEEDIT_MORE);
	assert_int_equal(type("\r"), LINEEDIT_LINE);
	lineedit_begin(&le, "# ");
}

TEST(lineedit, typed_text_is_echoed_and_given_back)
{
	start();
	type("ip link");
	assert_string_equal(term.row, "# ip link");
	assert_int_equal(type("\r"), LINEEDIT_LINE);
	assert_string_equal(le.line, "ip link");
	assert_int_equal(term.newlines, 1);
}

TEST(lineedit, cr_and_lf_and_both_are_one_enter)
{
	start();
	assert_int_equal(type("a\r"), LINEEDIT_LINE);
	lineedit_begin(&le, "# ");
	assert_int_equal(type("\n"), LINEEDIT_MORE);
	assert_int_equal(type("b\n"), LINEEDIT_LINE);
	lineedit_begin(&le, "# ");
	assert_int_equal(type("\n"), LINEEDIT_LINE);
	assert_string_equal(le.line, "");
}

TEST(lineedit, backspace_and_del_take_the_character_before)
{
	start();
	type("abc\x7f\x08");
	assert_string_equal(le.line, "a");
	assert_string_equal(term.row, "# a");
	type("\x7f\x7f");
	assert_string_equal(term.row, "# ");
	assert_int_equal(term.bells, 1);
}

TEST(lineedit, arrows_move_and_text_goes_in_between)
{
	start();
	type("abd" LEFT "c");
	assert_string_equal(le.line, "abcd");
	assert_string_equal(term.row, "# abcd");
	assert_int_equal(term.at, 5);
	type(RIGHT "e");
	assert_string_equal(le.line, "abcde");
	type(RIGHT);
	assert_int_equal(term.bells, 1);
}

TEST(lineedit, home_and_end_have_all_their_sequences)
{
	static const char *const homes[] = { "\x01", "\x1b[H", "\x1bOH",
					     "\x1b[1~", "\x1b[7~" };
	static const char *const ends[] = { "\x05", "\x1b[F", "\x1bOF",
					    "\x1b[4~", "\x1b[8~" };

	for (size_t i = 0; i < ARRAY_SIZE(homes); i++) {
		start();
		type("bc");
		type(homes[i]);
		type("a");
		type(ends[i]);
		type("d");
		assert_string_equal(le.line, "abcd");
		assert_string_equal(term.row, "# abcd");
	}
}

TEST(lineedit, delete_and_ctrl_d_take_the_character_at_the_cursor)
{
	start();
	type("abcd\x01\x1b[3~\x04");
	assert_string_equal(le.line, "cd");
	assert_string_equal(term.row, "# cd");
}

TEST(lineedit, ctrl_d_on_an_empty_line_is_the_end)
{
	start();
	assert_int_equal(type("\x04"), LINEEDIT_EOF);
}

TEST(lineedit, ctrl_u_k_w_cut_before_behind_and_a_word)
{
	start();
	type("one two three" LEFT LEFT "\x0b");
	assert_string_equal(le.line, "one two thr");
	type("\x17");
	assert_string_equal(le.line, "one two ");
	type("\x17");
	assert_string_equal(le.line, "one ");
	type("x" LEFT "\x15");
	assert_string_equal(le.line, "x");
	assert_string_equal(term.row, "# x");
}

TEST(lineedit, ctrl_l_shows_the_line_anew)
{
	start();
	type("abc" LEFT);
	memset(&term, 0, sizeof(term));
	type("\x0c");
	assert_string_equal(term.row, "# abc");
	assert_int_equal(term.at, 4);
}

TEST(lineedit, ctrl_c_gives_the_line_up)
{
	start();
	assert_int_equal(type("abc\x03"), LINEEDIT_INTR);
	assert_non_null(strstr(term.raw, "abc^C\n"));
	lineedit_begin(&le, "# ");
	assert_string_equal(le.line, "");
	type(UP);
	assert_string_equal(le.line, "");
}

TEST(lineedit, history_goes_back_and_forth_and_keeps_what_was_typed)
{
	start();
	enter("first");
	enter("second");
	type("new" UP);
	assert_string_equal(le.line, "second");
	type(UP UP);
	assert_string_equal(le.line, "first");
	assert_int_equal(term.bells, 1);
	type(DOWN DOWN);
	assert_string_equal(le.line, "new");
	assert_string_equal(term.row, "# new");
	type(DOWN);
	assert_int_equal(term.bells, 2);
}

TEST(lineedit, history_leaves_out_empty_lines_and_repetitions)
{
	start();
	enter("first");
	enter("second");
	enter("second");
	enter("");
	type(UP UP);
	assert_string_equal(le.line, "first");
}

TEST(lineedit, history_holds_sixteen_lines)
{
	char line[3] = "a0";

	start();
	for (int i = 0; i < LINEEDIT_HISTORY + 4; i++) {
		line[1] = (char)('A' + i);
		enter(line);
	}
	for (int i = 0; i < LINEEDIT_HISTORY; i++)
		type(UP);
	assert_string_equal(le.line, "aE");
	assert_int_equal(term.bells, 0);
	type(UP);
	assert_int_equal(term.bells, 1);
	assert_string_equal(le.line, "aE");
}

TEST(lineedit, an_edited_history_line_becomes_a_new_one)
{
	start();
	enter("ip link");
	type(UP " set");
	assert_int_equal(type("\r"), LINEEDIT_LINE);
	assert_string_equal(le.line, "ip link set");
	lineedit_begin(&le, "# ");
	type(UP UP);
	assert_string_equal(le.line, "ip link");
}

TEST(lineedit, tab_finishes_the_only_word)
{
	static const char *const c[] = { "ethtool", "echo", NULL };

	start();
	candidates = c;
	type("et\t");
	assert_string_equal(le.line, "ethtool ");
	assert_string_equal(term.row, "# ethtool ");
}

TEST(lineedit, tab_adds_what_is_common_and_lists_the_second_time)
{
	static const char *const c[] = { "netdev_budget", "netdev_budget_usecs",
					 "dev_weight", NULL };

	start();
	candidates = c;
	type("sysctl n\t");
	assert_string_equal(le.line, "sysctl netdev_budget");
	type("\t");
	assert_non_null(strstr(term.raw, "netdev_budget_usecs"));
	assert_null(strstr(term.raw, "dev_weight"));
	assert_string_equal(term.row, "# sysctl netdev_budget");
	assert_string_equal(le.line, "sysctl netdev_budget");
}

TEST(lineedit, tab_puts_no_blank_behind_a_folder)
{
	static const char *const c[] = { "/proc/net/", NULL };

	start();
	candidates = c;
	type("cat /p\t");
	assert_string_equal(le.line, "cat /proc/net/");
}

TEST(lineedit, tab_in_the_middle_completes_before_the_cursor)
{
	static const char *const c[] = { "link", NULL };

	start();
	candidates = c;
	type("ip l eth0" LEFT LEFT LEFT LEFT LEFT "\t");
	assert_string_equal(le.line, "ip link  eth0");
	assert_string_equal(term.row, "# ip link  eth0");
}

TEST(lineedit, tab_without_candidates_rings)
{
	start();
	candidates = NULL;
	type("x\t");
	assert_int_equal(term.bells, 1);
	assert_string_equal(le.line, "x");
	le.complete = NULL;
	type("\t");
	assert_int_equal(term.bells, 2);
}

TEST(lineedit, tab_at_a_full_line_changes_nothing)
{
	static const char *const c[] = { "aaaabbbbcccc", NULL };

	start();
	for (int i = 0; i < SHELL_LINE_MAX - 5; i++)
		type(i == 0 ? "a" : " ");
	candidates = c;
	type("aaaa\t");
	assert_int_equal(strlen(le.line), SHELL_LINE_MAX - 1);
	assert_int_equal(type("\r"), LINEEDIT_LINE);
}

TEST(lineedit, utf8_moves_and_goes_as_whole_characters)
{
	start();
	type("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
	assert_string_equal(le.line, "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
	type(LEFT LEFT "x");
	assert_string_equal(le.line, "a\xc3\xa4x\xe2\x82\xac\xf0\x9f\x98\x80");
	type("\x7f\x7f");
	assert_string_equal(le.line, "a\xe2\x82\xac\xf0\x9f\x98\x80");
	type("\x04");
	assert_string_equal(le.line, "a\xf0\x9f\x98\x80");
	assert_string_equal(term.row, "# a\xf0\x9f\x98\x80");
	assert_int_equal(term.bells, 0);
}

TEST(lineedit, bytes_that_are_no_utf8_are_refused)
{
	start();
	type("a\x80\xff\xc0\xc3z\xe2\x82\xc3\xa4");
	assert_string_equal(le.line, "az\xc3\xa4");
	assert_int_equal(term.bells, 5);
}

TEST(lineedit, an_escape_sequence_may_be_cut_by_a_control_character)
{
	start();
	assert_int_equal(type("ab\x1b[1\r"), LINEEDIT_LINE);
	assert_string_equal(le.line, "ab");
	lineedit_begin(&le, "# ");
	type("x\x1b\x1b[Dy");
	assert_string_equal(le.line, "yx");
}

TEST(lineedit, unknown_sequences_leave_nothing_behind)
{
	start();
	type("a\x1b[24~\x1b[1;5C\x1bOP\x1b"
	     "b\x1b[200~z");
	assert_string_equal(le.line, "az");
	/* A parameter that only wraps to a known one is unknown too. */
	type("\x1b[257~"
	     "y");
	assert_string_equal(le.line, "azy");
}

TEST(lineedit, a_line_too_long_is_refused_and_never_given)
{
	start();
	for (int i = 0; i < SHELL_LINE_MAX; i++)
		type("a");
	assert_int_equal(term.bells, 0);
	type("b");
	assert_int_equal(term.bells, 1);
	assert_int_equal(strlen(le.line), SHELL_LINE_MAX);
	assert_int_equal(type("\r"), LINEEDIT_TOO_LONG);
	lineedit_begin(&le, "# ");
	type(UP);
	assert_string_equal(le.line, "");
}

TEST(lineedit, a_line_too_long_can_be_mended)
{
	start();
	for (int i = 0; i < SHELL_LINE_MAX + 1; i++)
		type("a");
	type("\x7f");
	assert_int_equal(type("\r"), LINEEDIT_LINE);
	assert_int_equal(strlen(le.line), SHELL_LINE_MAX - 1);
}

TEST(lineedit, a_character_of_two_bytes_does_not_half_fit)
{
	start();
	for (int i = 0; i < SHELL_LINE_MAX - 1; i++)
		type("a");
	type("\xc3\xa4");
	assert_int_equal(strlen(le.line), SHELL_LINE_MAX - 1);
	assert_int_equal(term.bells, 1);
}

TEST(lineedit, appending_echoes_one_byte_for_one)
{
	size_t before;

	start();
	before = term.raw_len;
	for (int i = 0; i < 400; i++)
		type("a");
	assert_int_equal(term.raw_len - before, 400);
}

/* Same seed, same keys: whatever is typed, what the terminal shows is the
 * line, its cursor is ours, and a line never leaves its memory. */
TEST(lineedit, the_screen_always_shows_the_line)
{
	static const char *const keys[] = {
		"a",	"b ",	  "\xc3\xa4",	 LEFT,	    RIGHT,
		UP,	DOWN,	  "\x7f",	 "\x01",    "\x05",
		"\x0b", "\x15",	  "\x17",	 "\x1b[3~", "\t",
		"\x80", "\x1b[1", "longer text", "\r",	    "\x03",
	};
	static const char *const c[] = { "alpha", "alphabet", "b", NULL };
	char expect[SHELL_LINE_MAX + 4];
	u32 seed = 1;

	start();
	candidates = c;
	for (int i = 0; i < 20000; i++) {
		enum lineedit_event event;

		seed = seed * 1664525 + 1013904223;
		event = type(keys[(seed >> 16) % ARRAY_SIZE(keys)]);
		if (event != LINEEDIT_MORE)
			lineedit_begin(&le, "# ");
		term.raw_len = 0;
		expect[0] = '#';
		expect[1] = ' ';
		memcpy(expect + 2, le.line, strlen(le.line) + 1);
		assert_string_equal(term.row, expect);
		assert_int_equal(term.at, 2 + le.cursor);
		assert_int_equal(strlen(le.line), le.len);
	}
}
