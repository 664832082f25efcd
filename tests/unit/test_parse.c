// SRCS: firmware/shell/parse.c
/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "shell/parse.h"
#include "test.h"

static struct parse p;

/* Take the first command of @line; its words as "[a][b]", or the error. */
static const char *words(const char *line, int status)
{
	static char text[4 * SHELL_LINE_MAX];
	size_t n = 0;
	int argc = parse_command(&p, &line, status);

	if (argc < 0)
		return p.error;
	text[0] = '\0';
	for (int i = 0; i < argc; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "[%s]",
				      p.argv[i]);
	assert_null(p.argv[argc]);
	return text;
}

TEST(parse, blanks_separate_words)
{
	assert_string_equal(words("  ip \t link  set ", 0), "[ip][link][set]");
	assert_string_equal(words("", 0), "");
	assert_string_equal(words(" \t ", 0), "");
}

TEST(parse, single_quotes_take_everything_as_it_is)
{
	assert_string_equal(words("echo 'a \\ \"$? # ;|'", 7),
			    "[echo][a \\ \"$? # ;|]");
}

TEST(parse, double_quotes_keep_blanks_and_expand_the_status)
{
	assert_string_equal(words("echo \"a  b;$?\"", 7), "[echo][a  b;7]");
	assert_string_equal(words("echo \"\\\"\\\\\\$?\\n\"", 7),
			    "[echo][\"\\$?\\n]");
}

TEST(parse, quotes_join_what_touches_them)
{
	assert_string_equal(words("a'b c'\"d e\"f", 0), "[ab cd ef]");
	assert_string_equal(words("echo '' \"\"", 0), "[echo][][]");
}

TEST(parse, a_backslash_takes_the_next_character)
{
	assert_string_equal(words("echo a\\ b \\; \\# \\' \\|", 0),
			    "[echo][a b][;][#]['][|]");
}

TEST(parse, a_comment_begins_at_the_start_of_a_word_only)
{
	assert_string_equal(words("echo a#b # c ; echo 'd", 0), "[echo][a#b]");
	assert_string_equal(words("# all of it", 0), "");
}

TEST(parse, a_semicolon_ends_a_command)
{
	const char *line = "one 1;two 2 ; ;";

	assert_int_equal(parse_command(&p, &line, 0), 2);
	assert_string_equal(p.argv[1], "1");
	assert_int_equal(parse_command(&p, &line, 0), 2);
	assert_string_equal(p.argv[1], "2");
	assert_int_equal(parse_command(&p, &line, 0), 0);
	assert_int_equal(*line, '\0');
}

TEST(parse, the_status_is_one_byte)
{
	assert_string_equal(words("echo $?", 0), "[echo][0]");
	assert_string_equal(words("echo x$?y", 127), "[echo][x127y]");
	assert_string_equal(words("echo $?", 258), "[echo][2]");
}

TEST(parse, a_lone_dollar_is_a_dollar)
{
	assert_string_equal(words("echo $ a$ $.", 0), "[echo][$][a$][$.]");
}

TEST(parse, an_error_names_what_is_missing)
{
	assert_string_equal(words("echo 'a", 0), "missing closing '");
	assert_string_equal(words("echo \"a", 0), "missing closing \"");
	assert_string_equal(words("echo \"a\\\"", 0), "missing closing \"");
	assert_string_equal(words("echo \"a\\", 0), "missing closing \"");
	assert_string_equal(words("echo a\\", 0), "nothing after the last \\");
}

TEST(parse, what_only_a_real_shell_can_do_is_refused)
{
	assert_string_equal(words("dmesg | grep x", 0),
			    "| has no meaning here, quote it");
	assert_string_equal(words("dmesg >x", 0),
			    "> has no meaning here, quote it");
	assert_string_equal(words("sleep 9&", 0),
			    "& has no meaning here, quote it");
	assert_string_equal(words("echo `x`", 0),
			    "` has no meaning here, quote it");
	assert_string_equal(words("echo $HOME", 0),
			    "variables other than $? do not exist");
	assert_string_equal(words("echo \"${x}\"", 0),
			    "variables other than $? do not exist");
}

TEST(parse, there_is_a_most_of_words)
{
	char line[2 * SHELL_ARGS_MAX + 3];

	for (int i = 0; i <= SHELL_ARGS_MAX; i++)
		memcpy(line + 2 * i, "a ", 3);
	line[2 * SHELL_ARGS_MAX] = '\0';
	(void)words(line, 0);
	assert_int_equal(p.argc, SHELL_ARGS_MAX);
	line[2 * SHELL_ARGS_MAX] = 'a';
	assert_string_equal(words(line, 0), "too many words");
}

TEST(parse, the_longest_line_of_statuses_fits)
{
	char line[SHELL_LINE_MAX + 1];

	for (int i = 0; i < SHELL_LINE_MAX; i += 2)
		memcpy(line + i, "$?", 2);
	line[SHELL_LINE_MAX] = '\0';
	assert_int_equal(strlen(words(line, 255)), 3 * SHELL_LINE_MAX / 2 + 2);
}

TEST(parse, a_line_beyond_every_limit_is_an_error)
{
	static char line[3 * SHELL_LINE_MAX];

	memset(line, 'a', sizeof(line) - 1);
	assert_string_equal(words(line, 0), "line too long");
}

TEST(parse, check_sees_an_error_behind_a_good_command)
{
	assert_int_equal(parse_check(&p, "ip link set eth0 down; echo 'x"), -1);
	assert_string_equal(p.error, "missing closing '");
	assert_int_equal(parse_check(&p, "a; b 'c'; # d"), 0);
}

/* Same seed, same lines: whatever is typed, the parser stays in its memory,
 * comes to the end, and words end with a zero byte. */
TEST(parse, any_line_ends)
{
	static const char set[] = "ab '\"\\#;$?|\t{";
	u32 seed = 1;

	for (int round = 0; round < 20000; round++) {
		char line[40];
		const char *at = line;
		int n, steps = 0;

		seed = seed * 1664525 + 1013904223;
		n = (int)(seed >> 16) % (int)sizeof(line);
		for (int i = 0; i < n; i++) {
			seed = seed * 1664525 + 1013904223;
			line[i] = set[(seed >> 16) % (sizeof(set) - 1)];
		}
		line[n] = '\0';
		while (*at != '\0' && parse_command(&p, &at, 255) >= 0)
			assert_true(++steps <= n);
	}
}
