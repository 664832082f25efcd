/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * shell - the console: commands with Linux's words, one file per command
 *
 * A command is a function and its description:
 *
 *	static int uptime(struct shell *sh, int argc, char **argv) { ... }
 *	SHELL_COMMAND("uptime", "", "how long the board has been up", uptime);
 *
 * It runs to its end in application context and returns its exit status (0
 * good, 1 failed, 2 wrong words), which `echo $?` shows. Output goes to
 * sh->out. An error is one line by sh_error(): which word, and why; then the
 * command has changed nothing.
 *
 * A command that takes time (ping) calls shell_job_start() and returns
 * SHELL_JOB; it goes on in callbacks and ends with shell_job_done(). Ctrl-C
 * calls its cancel().
 */
#ifndef SHELL_SHELL_H
#define SHELL_SHELL_H

#include "core/section.h"
#include "core/seq_file.h"
#include "core/types.h"

enum {
	SHELL_LINE_MAX = 512,
	SHELL_ARGS_MAX = 64,
	SHELL_TYPE_AHEAD = 256, /* characters kept while a job runs */
	SHELL_INTR = 130,	/* status of a command ended by Ctrl-C */
	SHELL_NOT_FOUND = 127,
	SHELL_JOB = -1, /* "still running" as a command's return value */
};

struct shell {
	struct seq_file *out;
	int status;	    /* $? */
	const char *script; /* name while a script runs, else NULL */
	int line_nr;
	void (*job_cancel)(struct shell *sh);
	bool job_running;
};

struct shell_command {
	const char *name;
	const char *usage; /* what follows the name: "[-a | -w] name[=value]" */
	const char *summary; /* one line for `help` */
	int (*run)(struct shell *sh, int argc, char **argv);
	/* Candidates for completing argv[argc-1]; NULL: none. Calls add() for
	 * each that begins with it. */
	void (*complete)(int argc, char **argv,
			 void (*add)(void *ctx, const char *word), void *ctx);
};

SECTION_DECLARE(rp_shell, struct shell_command);

#define SHELL_COMMAND(name_, usage_, summary_, run_)                           \
	static const struct shell_command SECTION_CAT(cmd_, run_) = {          \
		.name = (name_),                                               \
		.usage = (usage_),                                             \
		.summary = (summary_),                                         \
		.run = (run_),                                                 \
	};                                                                     \
	SECTION_ITEM(rp_shell, struct shell_command, &SECTION_CAT(cmd_, run_))

/* The same with a function that completes the command's words. */
#define SHELL_COMMAND_COMPLETE(name_, usage_, summary_, run_, complete_)       \
	static const struct shell_command SECTION_CAT(cmd_, run_) = {          \
		.name = (name_),                                               \
		.usage = (usage_),                                             \
		.summary = (summary_),                                         \
		.run = (run_),                                                 \
		.complete = (complete_),                                       \
	};                                                                     \
	SECTION_ITEM(rp_shell, struct shell_command, &SECTION_CAT(cmd_, run_))

void sh_printf(struct shell *sh, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* One line, @fmt without the newline, in the words of Linux's tool (which puts
 * its name in front, or not); with the script's name and line number before
 * it when a script runs ("rc:3: ping: ..."). Returns 1, to be returned. */
int sh_error(struct shell *sh, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The same and returns 2: the command line itself makes no sense. */
int sh_usage(struct shell *sh, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* "10.0.2.15" */
void sh_print_ip4(struct shell *sh, be32_t addr);

/* Text of a negative errno in Linux's words: "No such device". */
const char *sh_strerror(int err);

/* Write out what the commands have printed so far: before the board stops. */
void shell_flush(struct shell *sh);

/* For complete(): offer the names of all devices. */
void sh_complete_devices(void (*add)(void *ctx, const char *word), void *ctx);

void shell_job_start(struct shell *sh, void (*cancel)(struct shell *sh));
void shell_job_done(struct shell *sh, int status);

/* Run one line now; SHELL_JOB if it goes on in the background. */
int shell_run_line(struct shell *sh, const char *line);

/* Once, at boot: begin with this script, then prompt. */
void shell_start(const char *script, const char *script_name);

/* Is there anything for shell_poll() to do? Cheap, asked each turn. */
bool shell_pending(void);

/* From the main loop: take typed characters, go on with the script. Bounded
 * work per call. Return: true if there is more to do at once. */
bool shell_poll(void);

/* Text for the console from others (the kernel log): each new line gets the
 * carriage return that a terminal needs. Context: any. */
void shell_console_write(const char *text, size_t len);

/* The one console shell. */
extern struct shell console_shell;

#endif
