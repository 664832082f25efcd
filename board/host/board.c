/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * board - a Linux process: its arguments, its taps, its end
 *
 * The same firmware as on hardware, under sanitizers and a debugger. A NIC is
 * a tap that exists already; nothing is created. See usage below.
 */
#include "board.h"

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host.h"

enum {
	RC_MAX = 65536,
	DMA_POOL_SIZE = 262144,
};

static const char usage[] =
	"usage: ringpath.elf [--tap NAME [--tap NAME]] [--rc FILE]\n"
	"                    [--exit-on-eof]\n"
	"  --tap NAME     a tap that exists; the first is eth0, the second "
	"eth1\n"
	"  --rc FILE      start-up script, in place of the built-in one\n"
	"  --exit-on-eof  type \"poweroff\" when standard input ends\n"
	"On a terminal Ctrl-A x ends it.\n";

const char board_name[] = "host";
const char board_model[] = "Linux process";

static struct {
	char **argv;
	struct board_nic nics[HOST_NICS + 1];
	size_t nic_count;
	bool has_rc;
	bool exit_on_eof;
	bool panicked;
	size_t dma_used;
	char rc[RC_MAX + 1];
	_Alignas(4096) uint8_t dma[DMA_POOL_SIZE];
} board;

/* main() takes no arguments on a board; the C library hands them here. */
__attribute__((constructor)) static void keep_arguments(int argc, char **argv)
{
	(void)argc;
	board.argv = argv;
}

/* A wrong word on the command line: one line, and nothing was started. */
_Noreturn static void refuse(const char *word, const char *why)
{
	fprintf(stderr, "ringpath: %s: %s\n", word, why);
	exit(2);
}

static void read_rc(const char *name)
{
	FILE *f = fopen(name, "re");
	size_t len;

	if (f == NULL)
		refuse(name, strerror(errno));
	len = fread(board.rc, 1, sizeof(board.rc), f);
	if (ferror(f))
		refuse(name, strerror(errno));
	if (len > RC_MAX)
		refuse(name, "start-up script larger than 65536 bytes");
	if (memchr(board.rc, 0, len) != NULL)
		refuse(name, "not a text file");
	board.rc[len] = 0;
	board.has_rc = true;
	(void)fclose(f); /* only read from */
}

/* TUNSETIFF makes what it does not find, so ask first. */
static bool interface_exists(const char *name)
{
	struct ifreq ifr = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool found;

	if (fd < 0)
		return false;
	memcpy(ifr.ifr_name, name, strlen(name));
	found = ioctl(fd, SIOCGIFINDEX, &ifr) == 0;
	(void)close(fd);
	return found;
}

static int open_tap(const char *name)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd;

	if (strlen(name) == 0 || strlen(name) >= IFNAMSIZ)
		refuse(name, "not the name of an interface");
	if (!interface_exists(name))
		refuse(name, "no such interface");
	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		refuse("/dev/net/tun", strerror(errno));
	memcpy(ifr.ifr_name, name, strlen(name));
	if (ioctl(fd, TUNSETIFF, &ifr) != 0)
		refuse(name, errno == EINVAL ? "not a tap" : strerror(errno));
	return fd;
}

/* QEMU's default addresses, so that tests and tools find the same ones. */
static void add_nic(const char *name)
{
	size_t i = board.nic_count;
	unsigned int line = HOST_IRQ_NIC0 + (unsigned int)i;
	int fd;

	if (i == HOST_NICS)
		refuse(name, "more than two taps");
	fd = open_tap(name);
	board.nics[i] = (struct board_nic){
		.compatible = "tap",
		.base = (uintptr_t)fd,
		.irq = line,
		.mac = { 0x52, 0x54, 0x00, 0x12, 0x34, (uint8_t)(0x56 + i) },
		.phy_addr = -1,
		.name = name,
	};
	board.nic_count++;
	host_line_attach(line, fd);
}

static void parse_arguments(char **arg)
{
	for (; *arg != NULL; arg++) {
		if (strcmp(*arg, "--help") == 0) {
			(void)fputs(usage, stdout);
			exit(0);
		} else if (strcmp(*arg, "--exit-on-eof") == 0) {
			board.exit_on_eof = true;
		} else if (strcmp(*arg, "--tap") == 0) {
			if (arg[1] == NULL)
				refuse("--tap", "needs an interface's name");
			add_nic(*++arg);
		} else if (strcmp(*arg, "--rc") == 0) {
			if (arg[1] == NULL)
				refuse("--rc", "needs a file's name");
			read_rc(*++arg);
		} else {
			refuse(*arg, "unknown word, see --help");
		}
	}
}

void board_init(void)
{
	host_cpu_init();
	parse_arguments(board.argv + 1);
	host_console_init(board.exit_on_eof);
	host_irq_init();
}

const struct board_nic *board_nics(void)
{
	return board.nics;
}

const char *board_rc(void)
{
	return board.has_rc ? board.rc : NULL;
}

_Noreturn void board_poweroff(int status)
{
	host_console_exit();
	exit(status);
}

/* The taps are close-on-exec, as everything else we opened. After a panic the
 * process ends instead, so that a core dump or a debugger sees it. */
_Noreturn void board_reset(void)
{
	host_console_exit();
	if (board.panicked)
		abort();
	(void)execv("/proc/self/exe", board.argv);
	perror("ringpath: /proc/self/exe");
	exit(1);
}

/* With file names and lines, where a sanitizer is linked in. */
void __sanitizer_print_stack_trace(void) __attribute__((weak));

void board_backtrace(void (*print)(const char *fmt, ...))
{
	void *frames[32];
	int n;

	board.panicked = true;
	if (__sanitizer_print_stack_trace != NULL) {
		board_console_drain();
		__sanitizer_print_stack_trace();
		return;
	}
	n = backtrace(frames, 32);
	for (int i = 0; i < n; i++)
		print("  #%d %p\n", i, frames[i]);
}

void *board_dma_alloc(size_t size, size_t align)
{
	size_t at = (board.dma_used + align - 1) & ~(align - 1);

	if (align > 4096 || at > DMA_POOL_SIZE || size > DMA_POOL_SIZE - at)
		return NULL;
	board.dma_used = at + size;
	return board.dma + at;
}

uint32_t board_dma_addr(const void *ptr)
{
	return (uint32_t)(uintptr_t)ptr; /* static memory is below 4 GB */
}

void board_dma_clean(const void *ptr, size_t len)
{
	(void)ptr;
	(void)len;
}

void board_dma_invalidate(void *ptr, size_t len)
{
	(void)ptr;
	(void)len;
}

size_t board_entropy(void *buf, size_t len)
{
	ssize_t n = getrandom(buf, len, 0);

	return n < 0 ? 0 : (size_t)n;
}

/* --- memory ------------------------------------------------------------ */

/* The host's own. */
void board_memory(size_t *total, size_t *unused)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	*total = (size_t)sysconf(_SC_PHYS_PAGES) * page;
	*unused = (size_t)sysconf(_SC_AVPHYS_PAGES) * page;
}
