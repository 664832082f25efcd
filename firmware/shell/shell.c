/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * shell - the console's loop: type-ahead, lines, scripts, jobs
 *
 * What is typed waits in a ring until the editor may have it: while a job or
 * the start-up script runs nothing is lost, only Ctrl-C is looked for, as a
 * terminal does it. A line's commands run one by one; when one goes on as a
 * job, the rest of the line waits, then the rest of the script.
 */
#include "shell/shell.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "board.h"
#include "core/netdevice.h"
#include "shell/lineedit.h"
#include "shell/parse.h"

#define CTRL_C '\003'

enum {
	OUT_SIZE = 512,
	INPUT_PER_POLL = 64,
};

static const char prompt[] = "# ";

static char out_buf[OUT_SIZE];
static void flush_out(struct seq_file *m);
static struct seq_file console_out = {
	.buf = out_buf,
	.size = sizeof(out_buf),
	.flush = flush_out,
};

struct shell console_shell = { .out = &console_out };

static struct {
	struct lineedit editor;
	bool editing; /* a prompt is shown */

	/* Typed and not yet taken; free-running indices. */
	char ring[SHELL_TYPE_AHEAD];
	u16 head, tail;
	u16 intrs; /* Ctrl-Cs in the ring */

	/* The line whose commands run; @rest is NULL when it is done. */
	struct parse words;
	char line[SHELL_LINE_MAX + 1];
	const char *rest;

	const char *script; /* what is left of it */
} state;

_Static_assert((SHELL_TYPE_AHEAD & (SHELL_TYPE_AHEAD - 1)) == 0,
	       "free-running indices");

/* --- output
 * -------------------------------------------------------------------- */

void shell_console_write(const char *s, size_t len)
{
	while (len > 0) {
		const char *nl = memchr(s, '\n', len);
		size_t n = nl != NULL ? (size_t)(nl - s) : len;

		if (n > 0)
			board_console_write(s, n);
		if (nl == NULL)
			return;
		board_console_write("\r\n", 2);
		s += n + 1;
		len -= n + 1;
	}
}

static void flush_out(struct seq_file *m)
{
	shell_console_write(m->buf, m->count);
	m->count = 0;
}

void shell_flush(struct shell *sh)
{
	if (sh->out->flush != NULL)
		sh->out->flush(sh->out);
}

void sh_printf(struct shell *sh, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	seq_vprintf(sh->out, fmt, ap);
	va_end(ap);
}

void sh_print_ip4(struct shell *sh, be32_t addr)
{
	u8 b[4];

	memcpy(b, &addr, sizeof(b));
	sh_printf(sh, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
}

__attribute__((format(printf, 2, 0))) static void
error_line(struct shell *sh, const char *fmt, va_list ap)
{
	if (sh->script != NULL)
		seq_printf(sh->out, "%s:%d: ", sh->script, sh->line_nr);
	seq_vprintf(sh->out, fmt, ap);
	seq_putc(sh->out, '\n');
}

int sh_error(struct shell *sh, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	error_line(sh, fmt, ap);
	va_end(ap);
	return 1;
}

int sh_usage(struct shell *sh, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	error_line(sh, fmt, ap);
	va_end(ap);
	return 2;
}

const char *sh_strerror(int err)
{
	static const struct {
		int err;
		const char *text;
	} names[] = {
		{ EACCES, "Permission denied" },
		{ EADDRNOTAVAIL, "Cannot assign requested address" },
		{ EBUSY, "Device or resource busy" },
		{ EEXIST, "File exists" },
		{ EINVAL, "Invalid argument" },
		{ EIO, "Input/output error" },
		{ EISDIR, "Is a directory" },
		{ ENETDOWN, "Network is down" },
		{ ENETUNREACH, "Network is unreachable" },
		{ ENOBUFS, "No buffer space available" },
		{ ENODEV, "No such device" },
		{ ENOENT, "No such file or directory" },
		{ ENOMEM, "Cannot allocate memory" },
		{ ENOSPC, "No space left on device" },
		{ ENOTDIR, "Not a directory" },
		{ EOPNOTSUPP, "Operation not supported" },
		{ ESRCH, "No such process" },
		{ ETIMEDOUT, "Connection timed out" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].err == -err)
			return names[i].text;
	return "Unknown error";
}

/* --- commands
 * ------------------------------------------------------------------ */

static const struct shell_command *find_command(const char *name)
{
	SECTION_FOREACH(rp_shell, struct shell_command, c)
	if (strcmp((*c)->name, name) == 0)
		return *c;
	return NULL;
}

/* Run the next command of the current line. */
static void run_next(struct shell *sh)
{
	const struct shell_command *cmd;
	struct parse *p = &state.words;
	int n, status;

	/* parse_check() saw the whole line, so only the first command of a
	 * line that is too long once $? is there can fail here. */
	n = parse_command(p, &state.rest, sh->status);
	if (n < 0) {
		sh->status = sh_usage(sh, "%s", p->error);
		state.rest = NULL;
		return;
	}
	if (*state.rest == '\0')
		state.rest = NULL;
	if (n == 0)
		return;
	cmd = find_command(p->argv[0]);
	if (cmd == NULL) {
		(void)sh_error(sh, "%s: command not found", p->argv[0]);
		sh->status = SHELL_NOT_FOUND;
		return;
	}
	status = cmd->run(sh, p->argc, p->argv);
	if (status != SHELL_JOB)
		sh->status = status;
}

static void begin_line(struct shell *sh, const char *line)
{
	if (parse_check(&state.words, line) < 0) {
		sh->status =
			sh_usage(sh, "syntax error: %s", state.words.error);
		return;
	}
	memmove(state.line, line, strlen(line) + 1);
	state.rest = state.line;
}

int shell_run_line(struct shell *sh, const char *line)
{
	if (strlen(line) > SHELL_LINE_MAX)
		return sh->status = sh_usage(sh, "line too long");
	state.rest = NULL;
	begin_line(sh, line);
	while (state.rest != NULL && !sh->job_running)
		run_next(sh);
	return sh->job_running ? SHELL_JOB : sh->status;
}

/* --- jobs
 * ------------------------------------------------------------------------- */

void shell_job_start(struct shell *sh, void (*cancel)(struct shell *sh))
{
	sh->job_running = true;
	sh->job_cancel = cancel;
}

void shell_job_done(struct shell *sh, int status)
{
	sh->job_running = false;
	sh->job_cancel = NULL;
	sh->status = status;
}

/* --- script
 * -------------------------------------------------------------------------- */

/* Take the script's next line and run its first command. */
static void script_step(struct shell *sh)
{
	const char *from = state.script;
	size_t len = strcspn(from, "\n");

	state.script = from[len] == '\n' ? from + len + 1 : from + len;
	sh->line_nr++;
	if (len > 0 && from[len - 1] == '\r')
		len--;
	if (len > SHELL_LINE_MAX) {
		sh->status = sh_usage(sh, "line too long");
		return;
	}
	memcpy(state.line, from, len);
	state.line[len] = '\0';
	begin_line(sh, state.line);
}

static void script_end(struct shell *sh)
{
	state.script = NULL;
	sh->script = NULL;
	sh->line_nr = 0;
	sh->status = 0;
}

/* --- input
 * -----------------------------------------------------------------------------
 */

static void ring_put(char c)
{
	state.ring[state.head++ & (SHELL_TYPE_AHEAD - 1)] = c;
	state.intrs += c == CTRL_C;
}

static char ring_get(void)
{
	char c = state.ring[state.tail++ & (SHELL_TYPE_AHEAD - 1)];

	state.intrs -= c == CTRL_C;
	return c;
}

static u16 ring_used(void)
{
	return (u16)(state.head - state.tail);
}

/*
 * Into the ring. While a job runs, characters that find it full are dropped
 * with a bell, because a Ctrl-C may stand behind them; else they wait in the
 * driver's ring.
 */
static void take_input(struct shell *sh)
{
	char buf[INPUT_PER_POLL];
	size_t room = SHELL_TYPE_AHEAD - ring_used(), n;

	if (sh->job_running)
		room = sizeof(buf);
	n = board_console_read(buf, min_size(room, sizeof(buf)));
	for (size_t i = 0; i < n; i++) {
		if (ring_used() < SHELL_TYPE_AHEAD) {
			ring_put(buf[i]);
			continue;
		}
		if (buf[i] == CTRL_C) {
			(void)ring_get();
			ring_put(CTRL_C);
		} else {
			seq_putc(sh->out, '\a');
		}
	}
}

/* Ctrl-C ends the job, forgets the rest of the line and what was typed before
 * it; a script goes on with its next line. */
static void interrupt(struct shell *sh)
{
	while (state.intrs > 0)
		(void)ring_get();
	seq_puts(sh->out, "^C");
	state.rest = NULL;
	if (sh->job_cancel != NULL)
		sh->job_cancel(sh);
	if (sh->job_running)
		shell_job_done(sh, SHELL_INTR);
	/* As on a terminal, the job's last words end the line, if it has any.
	 */
	if (sh->out->count == 0 || sh->out->buf[sh->out->count - 1] != '\n')
		seq_putc(sh->out, '\n');
}

static void line_typed(struct shell *sh, enum lineedit_event event)
{
	state.editing = false;
	if (event == LINEEDIT_TOO_LONG)
		sh->status = sh_usage(sh, "line too long");
	else if (event == LINEEDIT_INTR)
		sh->status = SHELL_INTR;
	else
		begin_line(sh, state.editor.line);
}

/* Give the editor what was typed, up to the end of a line. */
static void edit(struct shell *sh)
{
	if (!state.editing) {
		lineedit_begin(&state.editor, prompt);
		state.editing = true;
	}
	for (int i = 0; i < INPUT_PER_POLL && ring_used() > 0; i++) {
		enum lineedit_event event =
			lineedit_input(&state.editor, ring_get());

		if (event == LINEEDIT_EOF) {
			/* There is no one to log out to. */
			seq_putc(sh->out, '\a');
		} else if (event != LINEEDIT_MORE) {
			line_typed(sh, event);
			return;
		}
	}
}

bool shell_pending(void)
{
	if (board_console_pending() || console_out.count > 0)
		return true;
	if (console_shell.job_running)
		return state.intrs > 0;
	return state.rest != NULL || state.script != NULL || !state.editing ||
	       ring_used() > 0;
}

bool shell_poll(void)
{
	struct shell *sh = &console_shell;

	take_input(sh);
	if (sh->job_running) {
		if (state.intrs > 0)
			interrupt(sh);
	} else if (state.rest != NULL) {
		run_next(sh);
	} else if (state.script != NULL) {
		if (*state.script != '\0')
			script_step(sh);
		else
			script_end(sh);
	} else {
		edit(sh);
	}
	if (console_out.count > 0)
		flush_out(&console_out);
	if (sh->job_running)
		return false;
	return state.rest != NULL || state.script != NULL || !state.editing ||
	       ring_used() > 0;
}

/* --- editor's callbacks
 * ------------------------------------------------------------------- */

static void editor_write(void *ctx, const char *text, size_t len)
{
	struct shell *sh = ctx;

	seq_write(sh->out, text, len);
}

void sh_complete_devices(void (*add)(void *ctx, const char *word), void *ctx)
{
	for (int i = 1; i <= NETDEV_MAX; i++) {
		struct net_device *dev = dev_get_by_index(i);

		if (dev != NULL)
			add(ctx, dev->name);
	}
}

/* The words of the last command before the cursor; quotes are not looked at,
 * a wrong guess costs nothing. */
static void editor_complete(void *ctx, const char *before, lineedit_add_t add,
			    void *add_ctx)
{
	/* Not running anything now: the line's words are free. */
	struct parse *p = &state.words;
	const struct shell_command *cmd;
	char *s = p->text;

	(void)ctx;
	if (strrchr(before, ';') != NULL)
		before = strrchr(before, ';') + 1;
	memcpy(p->text, before, strlen(before) + 1);
	p->argc = 0;
	for (;;) {
		s += strspn(s, " \t");
		if (p->argc == SHELL_ARGS_MAX)
			return;
		p->argv[p->argc++] = s;
		s += strcspn(s, " \t");
		if (*s == '\0')
			break;
		*s++ = '\0';
	}
	if (p->argc == 1) {
		SECTION_FOREACH(rp_shell, struct shell_command, c)
		add(add_ctx, (*c)->name);
		return;
	}
	cmd = find_command(p->argv[0]);
	if (cmd != NULL && cmd->complete != NULL)
		cmd->complete(p->argc, p->argv, add, add_ctx);
}

void shell_start(const char *script, const char *script_name)
{
	struct shell *sh = &console_shell;

	state.editor.write = editor_write;
	state.editor.complete = editor_complete;
	state.editor.ctx = sh;
	lineedit_init(&state.editor);
	sh->script = script_name;
	state.script = script;
}
