/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * builtin - help, echo, sleep, hostname, poweroff, reboot
 */
#include <string.h>

#include "board.h"
#include "core/netdevice.h"
#include "core/port.h"
#include "core/timer.h"
#include "lwip/lwip_glue.h"
#include "shell/args.h"
#include "shell/shell.h"

/* --- help ------------------------------------------------------------------
 */

/* The command whose name sorts next after @last; NULL at the end. */
static const struct shell_command *next_command(const char *last)
{
	const struct shell_command *best = NULL;

	SECTION_FOREACH(rp_shell, struct shell_command, c)
	if (strcmp((*c)->name, last) > 0 &&
	    (best == NULL || strcmp((*c)->name, best->name) < 0))
		best = *c;
	return best;
}

static int help(struct shell *sh, int argc, char **argv)
{
	const struct shell_command *c;
	const char *name = "";

	if (argc > 2)
		return sh_usage(sh, "help: unexpected word \"%s\"", argv[2]);
	if (argc == 1) {
		while ((c = next_command(name)) != NULL) {
			sh_printf(sh, "%-10s %s\n", c->name, c->summary);
			name = c->name;
		}
		return 0;
	}
	while ((c = next_command(name)) != NULL) {
		name = c->name;
		if (strcmp(name, argv[1]) != 0)
			continue;
		sh_printf(sh, "usage: %s%s%s\n%s\n", c->name,
			  *c->usage != '\0' ? " " : "", c->usage, c->summary);
		return 0;
	}
	return sh_error(sh, "help: no command \"%s\"", argv[1]);
}

static void help_complete(int argc, char **argv,
			  void (*add)(void *ctx, const char *word), void *ctx)
{
	(void)argv;
	if (argc != 2)
		return;
	SECTION_FOREACH(rp_shell, struct shell_command, c)
	add(ctx, (*c)->name);
}
SHELL_COMMAND_COMPLETE("help", "[command]", "list commands, or explain one",
		       help, help_complete);

/* --- echo --------------------------------------------------------------------
 */

static int echo(struct shell *sh, int argc, char **argv)
{
	bool newline = true;
	int i = 1;

	if (argc > 1 && strcmp(argv[1], "-n") == 0) {
		newline = false;
		i++;
	}
	for (bool first = true; i < argc; i++, first = false) {
		if (!first)
			seq_putc(sh->out, ' ');
		seq_puts(sh->out, argv[i]);
	}
	if (newline)
		seq_putc(sh->out, '\n');
	return 0;
}
SHELL_COMMAND("echo", "[-n] [word]...",
	      "print its words; $? is the last status", echo);

/* --- sleep -------------------------------------------------------------------
 */

static struct timer sleep_timer;

static void sleep_over(struct timer *t, u64 now)
{
	(void)t;
	(void)now;
	shell_job_done(&console_shell, 0);
}

static void sleep_cancel(struct shell *sh)
{
	del_timer(&sleep_timer);
	shell_job_done(sh, SHELL_INTR);
}

static int sleep_cmd(struct shell *sh, int argc, char **argv)
{
	u32 ms;

	if (argc < 2)
		return sh_usage(sh, "sleep: missing operand");
	if (argc > 2)
		return sh_usage(sh, "sleep: unexpected word \"%s\"", argv[2]);
	if (!args_seconds(argv[1], &ms))
		return sh_usage(sh, "sleep: invalid time interval \"%s\"",
				argv[1]);
	timer_setup(&sleep_timer, sleep_over);
	mod_timer(&sleep_timer, clock_ns() + ms * NSEC_PER_MSEC);
	shell_job_start(sh, sleep_cancel);
	return SHELL_JOB;
}
SHELL_COMMAND("sleep", "seconds", "wait, 0.5 is half a second", sleep_cmd);

/* --- hostname
 * ------------------------------------------------------------------ */

/* RFC 952 and RFC 1123: letters, digits, hyphens inside, dots between. */
static bool hostname_is_valid(const char *s)
{
	if (*s == '\0' || *s == '-' || *s == '.' ||
	    strlen(s) >= sizeof(lwip_hostname))
		return false;
	for (; *s != '\0'; s++) {
		bool ok = (*s >= 'a' && *s <= 'z') ||
			  (*s >= 'A' && *s <= 'Z') ||
			  (*s >= '0' && *s <= '9') || *s == '-' || *s == '.';

		if (!ok || (s[1] == '\0' && (*s == '-' || *s == '.')))
			return false;
	}
	return true;
}

static int hostname(struct shell *sh, int argc, char **argv)
{
	if (argc == 1) {
		sh_printf(sh, "%s\n", lwip_hostname);
		return 0;
	}
	if (argc > 2)
		return sh_usage(sh, "hostname: unexpected word \"%s\"",
				argv[2]);
	if (!hostname_is_valid(argv[1]))
		return sh_error(sh, "hostname: invalid name \"%s\"", argv[1]);
	memcpy(lwip_hostname, argv[1], strlen(argv[1]) + 1);
	return 0;
}
SHELL_COMMAND("hostname", "[name]", "show or set what this host calls itself",
	      hostname);

/* --- the end
 * --------------------------------------------------------------------- */

static int stop_all(struct shell *sh, int argc, char **argv)
{
	if (argc > 1)
		return sh_usage(sh, "%s: unexpected word \"%s\"", argv[0],
				argv[1]);
	for (int i = 1; i <= NETDEV_MAX; i++) {
		struct net_device *dev = dev_get_by_index(i);

		if (dev != NULL)
			dev_close(dev);
	}
	shell_flush(sh);
	board_console_drain();
	return 0;
}

static int poweroff(struct shell *sh, int argc, char **argv)
{
	int err = stop_all(sh, argc, argv);

	if (err != 0)
		return err;
	board_poweroff(0);
}
SHELL_COMMAND("poweroff", "", "stop the board (ends the emulator)", poweroff);

static int reboot(struct shell *sh, int argc, char **argv)
{
	int err = stop_all(sh, argc, argv);

	if (err != 0)
		return err;
	board_reset();
}
SHELL_COMMAND("reboot", "", "start the board anew", reboot);
