/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * console - the process's terminal as the board's serial console
 *
 * On a terminal every key goes to the shell, Ctrl-C too; Ctrl-A x ends the
 * process, as it ends QEMU, and Ctrl-A twice sends one. The terminal's mode
 * is put back at every kind of end. Output waits in a ring while its reader
 * is slow, so that the board never waits for it.
 */
#include "host.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "board.h"

enum {
	CTRL_A = 1,
	TX_SIZE = 65536,
	/* With less the kernel may report "writable" and then wait. */
	WRITE_CHUNK = 512,
};

static struct {
	bool exit_on_eof;
	bool tty;
	bool eof;
	bool readable;
	bool escaped; /* Ctrl-A was typed */
	bool gone;    /* nobody reads our output any more */
	size_t in_at, in_len;
	char in[256]; /* typed, not read */
	struct termios saved;
	uint32_t head, tail; /* free running */
	uint32_t dropped_bytes;
	char tx[TX_SIZE];
} con;

_Static_assert((TX_SIZE & (TX_SIZE - 1)) == 0,
	       "the ring's size is a power of two");

/* The sanitizers end the process without atexit() or a signal. */
void __sanitizer_set_death_callback(void (*callback)(void))
	__attribute__((weak));

static void restore_terminal(void)
{
	if (con.tty)
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &con.saved);
}

/* SA_RESETHAND: the second one ends the process the usual way. */
static void on_signal(int sig)
{
	restore_terminal();
	(void)raise(sig);
}

static void set_raw(void)
{
	/* Not SIGSEGV: the sanitizers' own handler tells more. */
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT };
	struct sigaction sa = { .sa_handler = on_signal,
				.sa_flags = (int)SA_RESETHAND };
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &con.saved) != 0)
		return;
	raw = con.saved;
	raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IXON | ISTRIP);
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	con.tty = true;
	(void)atexit(restore_terminal);
	if (__sanitizer_set_death_callback != NULL)
		__sanitizer_set_death_callback(restore_terminal);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		(void)sigaction(ends[i], &sa, NULL);
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

/* The oldest waiting text, in one piece. */
static size_t oldest(const char **text)
{
	uint32_t at = con.tail & (TX_SIZE - 1);
	uint32_t len = con.head - con.tail;

	if (len > TX_SIZE - at)
		len = TX_SIZE - at;
	*text = con.tx + at;
	return len;
}

/* One write; false when the reader is gone or must be waited for. */
static bool write_some(size_t most)
{
	const char *text;
	size_t len = oldest(&text);
	ssize_t n;

	if (len == 0)
		return false;
	n = write(STDOUT_FILENO, text, len < most ? len : most);
	if (n >= 0) {
		con.tail += (uint32_t)n;
		return true;
	}
	if (errno == EAGAIN || errno == EINTR)
		return errno == EINTR;
	con.gone = true;
	con.tail = con.head;
	return false;
}

static void flush(void)
{
	struct pollfd pfd = { .fd = STDOUT_FILENO, .events = POLLOUT };

	while (con.head != con.tail && poll(&pfd, 1, 0) == 1)
		if (!write_some(WRITE_CHUNK))
			break;
}

void host_console_init(bool exit_on_eof)
{
	con.exit_on_eof = exit_on_eof;
	(void)signal(SIGPIPE, SIG_IGN);
	if (isatty(STDIN_FILENO))
		set_raw();
}

void host_console_exit(void)
{
	board_console_drain();
	restore_terminal();
}

size_t host_console_poll(struct pollfd *pfd)
{
	size_t n = 0;

	if (!con.eof && !con.readable)
		pfd[n++] =
			(struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
	if (con.head != con.tail)
		pfd[n++] = (struct pollfd){ .fd = STDOUT_FILENO,
					    .events = POLLOUT };
	return n;
}

void host_console_polled(const struct pollfd *pfd, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (pfd[i].revents == 0)
			continue;
		if (pfd[i].fd == STDIN_FILENO)
			con.readable = true;
		else
			flush();
	}
}

void board_console_write(const char *text, size_t len)
{
	uint32_t room = TX_SIZE - (con.head - con.tail);

	if (con.gone)
		return;
	if (len > room) {
		con.dropped_bytes += (uint32_t)(len - room);
		len = room;
	}
	for (size_t i = 0; i < len; i++)
		con.tx[con.head++ & (TX_SIZE - 1)] = text[i];
	flush();
}

/* Read once what is there, into the empty buffer. What --exit-on-eof "types"
 * has its place behind all that was typed before, which the shell may not
 * have come to yet. */
static void fill_input(void)
{
	static const char last_words[] = "\npoweroff\n";
	ssize_t n = read(STDIN_FILENO, con.in, sizeof(con.in));

	con.readable = false;
	con.in_at = 0;
	con.in_len = n > 0 ? (size_t)n : 0;
	if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
		return;
	con.eof = true; /* or the terminal is gone */
	if (con.exit_on_eof) {
		con.in_len = sizeof(last_words) - 1;
		memcpy(con.in, last_words, con.in_len);
	}
}

/* The next key. Ctrl-A waits for the one behind it: x ends the process, a
 * second Ctrl-A is one, any other key comes behind it. False: none. */
static bool take_key(char *key)
{
	while (con.in_at < con.in_len) {
		char c = con.in[con.in_at];

		if (con.escaped) {
			con.escaped = false;
			if (c == 'x')
				board_poweroff(0);
			con.in_at += c == CTRL_A;
			*key = CTRL_A;
			return true;
		}
		con.in_at++;
		con.escaped = con.tty && c == CTRL_A;
		*key = c;
		if (!con.escaped)
			return true;
	}
	return false;
}

size_t board_console_read(char *buf, size_t size)
{
	size_t n = 0;

	if (con.in_at == con.in_len && con.readable)
		fill_input();
	while (n < size && take_key(&buf[n]))
		n++;
	return n;
}

bool board_console_pending(void)
{
	return con.readable || con.in_at < con.in_len;
}

void board_console_drain(void)
{
	struct pollfd pfd = { .fd = STDOUT_FILENO, .events = POLLOUT };

	/* A reader that takes nothing for a second has stopped reading. */
	while (con.head != con.tail && poll(&pfd, 1, 1000) == 1)
		if (!write_some(WRITE_CHUNK) && con.gone)
			break;
}
