/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * procps - commands that show files below /proc, and what procps and
 * util-linux make of them: cat, ls, uptime, free, dmesg (rows M1-M3)
 */
#include <errno.h>
#include <string.h>

#include "core/port.h"
#include "core/printk.h"
#include "shell/args.h"
#include "shell/shell.h"

/* For commands that read a file and print something else. */
static char file_buf[2048];

static int read_file(const char *path, struct seq_file *m)
{
	seq_init(m, file_buf, sizeof(file_buf));
	return proc_show(m, path);
}

/* "-x" where no option exists, or a word where none belongs. */
static int refuse(struct shell *sh, const char *name, const char *word)
{
	if (word[0] == '-' && word[1] != '\0')
		return sh_usage(sh, "%s: invalid option -- '%s'", name,
				word + 1);
	return sh_usage(sh, "%s: unexpected word \"%s\"", name, word);
}

/* --- cat, ls ---------------------------------------------------------------
 */

static int cat(struct shell *sh, int argc, char **argv)
{
	int status = 0;

	if (argc < 2)
		return sh_usage(sh, "cat: missing file name");
	for (int i = 1; i < argc; i++)
		if (argv[i][0] == '-')
			return refuse(sh, "cat", argv[i]);
	for (int i = 1; i < argc; i++) {
		int err = argv[i][0] == '/' && strncmp(argv[i], "/proc", 5) != 0
				  ? -ENOENT
				  : proc_show(sh->out, argv[i]);

		if (err != 0)
			status = sh_error(sh, "cat: %s: %s", argv[i],
					  sh_strerror(err));
	}
	return status;
}

static int ls(struct shell *sh, int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "/";
	int err;

	if (argc > 2)
		return refuse(sh, "ls", argv[2]);
	if (path[0] == '-')
		return refuse(sh, "ls", path);
	if (strcmp(path, "/") == 0) {
		seq_puts(sh->out, "proc/\n");
		return 0;
	}
	err = path[0] == '/' && strncmp(path, "/proc", 5) != 0
		      ? -ENOENT
		      : proc_list(sh->out, path);
	if (err == -ENOTDIR) {
		sh_printf(sh, "%s\n", path);
		return 0;
	}
	if (err != 0)
		return sh_error(sh, "ls: cannot access '%s': %s", path,
				sh_strerror(err));
	return 0;
}

/* Offer the folder's names below what was typed up to the last slash. */
static void path_complete(int argc, char **argv,
			  void (*add)(void *ctx, const char *word), void *ctx)
{
	static char path[96];
	const char *word = argv[argc - 1];
	const char *slash = strrchr(word, '/');
	size_t dir = slash != NULL ? (size_t)(slash - word) + 1 : 0;
	struct seq_file m;
	char *name, *end;

	if (strncmp(word, "/proc/", 6) != 0) {
		add(ctx, "/proc/");
		return;
	}
	if (dir >= sizeof(path) - 1)
		return;
	memcpy(path, word, dir);
	path[dir] = '\0';
	seq_init(&m, file_buf, sizeof(file_buf));
	if (proc_list(&m, path) != 0)
		return;
	for (name = file_buf; (end = strchr(name, '\n')) != NULL;
	     name = end + 1) {
		size_t n = (size_t)(end - name);

		if (dir + n >= sizeof(path))
			continue;
		memcpy(path + dir, name, n);
		path[dir + n] = '\0';
		add(ctx, path);
	}
}
SHELL_COMMAND_COMPLETE("cat", "file...", "print files below /proc", cat,
		       path_complete);
SHELL_COMMAND_COMPLETE("ls", "[folder]", "list a folder below /proc", ls,
		       path_complete);

/* --- uptime ----------------------------------------------------------------
 */

/* No clock on the wall: the time of day counts from the start, as on a Linux
 * machine without one. */
static int uptime(struct shell *sh, int argc, char **argv)
{
	u64 s = clock_ns() / NSEC_PER_SEC;
	u32 days = (u32)(s / 86400), hours = (u32)(s / 3600 % 24);
	u32 mins = (u32)(s / 60 % 60);
	char *load[3] = { NULL, NULL, NULL };
	struct seq_file m;
	char *p = file_buf;

	if (argc > 1)
		return refuse(sh, "uptime", argv[1]);
	if (read_file("/proc/loadavg", &m) != 0)
		return sh_error(sh, "uptime: /proc/loadavg: %s",
				sh_strerror(-ENOENT));
	for (int i = 0; i < 3; i++) {
		load[i] = p;
		p += strcspn(p, " \n");
		if (*p != '\0')
			*p++ = '\0';
	}

	sh_printf(sh, " %02u:%02u:%02u up ", (unsigned int)hours,
		  (unsigned int)mins, (unsigned int)(s % 60));
	if (days != 0)
		sh_printf(sh, "%u %s, ", (unsigned int)days,
			  days == 1 ? "day" : "days");
	if (hours != 0)
		sh_printf(sh, "%2u:%02u, ", (unsigned int)hours,
			  (unsigned int)mins);
	else
		sh_printf(sh, "%u min, ", (unsigned int)mins);
	sh_printf(sh, " 1 user,  load average: %s, %s, %s\n", load[0], load[1],
		  load[2]);
	return 0;
}
SHELL_COMMAND("uptime", "", "how long the board has been up, and its load",
	      uptime);

/* --- free -------------------------------------------------------------------
 */

/* The number after "Key:" in /proc/meminfo; 0 when it is not there. */
static u32 meminfo(const char *key)
{
	size_t len = strlen(key);
	const char *line = file_buf;

	while (line != NULL) {
		if (strncmp(line, key, len) == 0 && line[len] == ':') {
			u32 kb = 0;

			line += len + 1;
			line += strspn(line, " ");
			for (; *line >= '0' && *line <= '9'; line++)
				kb = kb * 10 + (u32)(*line - '0');
			return kb;
		}
		line = strchr(line, '\n');
		if (line != NULL)
			line++;
	}
	return 0;
}

static int free_cmd(struct shell *sh, int argc, char **argv)
{
	u32 total, free_kb, cache, available;
	struct seq_file m;

	if (argc > 1)
		return refuse(sh, "free", argv[1]);
	if (read_file("/proc/meminfo", &m) != 0)
		return sh_error(sh, "free: /proc/meminfo: %s",
				sh_strerror(-ENOENT));
	total = meminfo("MemTotal");
	free_kb = meminfo("MemFree");
	available = meminfo("MemAvailable");
	cache = meminfo("Buffers") + meminfo("Cached");
	sh_printf(sh, "               total        used        free      shared"
		      "  buff/cache   available\n");
	sh_printf(sh, "Mem:     %11u %11u %11u %11u %11u %11u\n",
		  (unsigned int)total,
		  (unsigned int)(total - min_u32(total, available)),
		  (unsigned int)free_kb, (unsigned int)meminfo("Shmem"),
		  (unsigned int)cache, (unsigned int)available);
	sh_printf(sh, "Swap:    %11u %11u %11u\n",
		  (unsigned int)meminfo("SwapTotal"), 0u,
		  (unsigned int)meminfo("SwapFree"));
	return 0;
}
SHELL_COMMAND("free", "", "memory in use, in KiB", free_cmd);

/* --- dmesg -------------------------------------------------------------------
 */

static int dmesg(struct shell *sh, int argc, char **argv)
{
	char buf[256];
	u32 pos = 0;
	size_t n;

	if (argc > 1)
		return refuse(sh, "dmesg", argv[1]);
	while ((n = dmesg_read(&pos, buf, sizeof(buf))) > 0)
		seq_write(sh->out, buf, n);
	return 0;
}
SHELL_COMMAND("dmesg", "", "print the kernel log", dmesg);
