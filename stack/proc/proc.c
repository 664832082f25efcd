/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * proc - the tree of files below /proc, by name (rows M1-M9)
 *
 * There is no tree in memory: each registered file knows its whole path, each
 * sysctl knob is the file sys/ + its name with slashes for dots, and folders
 * are what lies between slashes. All looks are linear: nobody does this per
 * packet.
 */
#include "core/seq_file.h"

#include <errno.h>
#include <string.h>

#include "core/sysctl.h"

enum { PROC_PATH_MAX = 96 };

/* "/proc/net/dev/" and "net/dev" become "net/dev"; false: too long. */
static bool normalize(const char *path, char out[PROC_PATH_MAX])
{
	static const char root[] = "/proc";
	size_t len, n = sizeof(root) - 1;

	if (strncmp(path, root, n) == 0 && (path[n] == '/' || path[n] == '\0'))
		path += n;
	while (*path == '/')
		path++;
	len = strlen(path);
	while (len > 0 && path[len - 1] == '/')
		len--;
	if (len >= PROC_PATH_MAX)
		return false;
	memcpy(out, path, len);
	out[len] = '\0';
	return true;
}

/* The path of a knob's file; cut off if it does not fit. */
static void sysctl_path(const struct ctl_table *t, char out[PROC_PATH_MAX])
{
	size_t n = 4;

	memcpy(out, "sys/", n);
	for (const char *s = t->name; *s != '\0' && n < PROC_PATH_MAX - 1; s++)
		out[n++] = *s == '.' ? '/' : *s;
	out[n] = '\0';
}

/* What follows @dir and its slash in @path; NULL if it lies elsewhere. */
static const char *below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	if (len == 0)
		return path;
	if (strncmp(path, dir, len) != 0 || path[len] != '/')
		return NULL;
	return path + len + 1;
}

/*
 * Take the first part of @rest (a name, with its slash if it is a folder) as
 * the next one of the listing if it sorts after @last and before @best.
 */
static void consider(const char *rest, const char *last, char *best)
{
	char name[PROC_PATH_MAX];
	const char *slash;
	size_t len;

	if (rest == NULL || *rest == '\0')
		return;
	slash = strchr(rest, '/');
	len = slash != NULL ? (size_t)(slash - rest) + 1 : strlen(rest);
	if (len >= sizeof(name))
		return;
	memcpy(name, rest, len);
	name[len] = '\0';
	if (strcmp(name, last) <= 0)
		return;
	if (*best == '\0' || strcmp(name, best) < 0)
		memcpy(best, name, len + 1);
}

/* The name in @dir that sorts next after @last; false at the end. */
static bool next_name(const char *dir, const char *last, char *best)
{
	char path[PROC_PATH_MAX];

	*best = '\0';
	SECTION_FOREACH(rp_proc, struct proc_file, f)
	consider(below((*f)->path, dir), last, best);
	SECTION_FOREACH(rp_sysctl, struct ctl_table, t)
	{
		sysctl_path(*t, path);
		consider(below(path, dir), last, best);
	}
	return *best != '\0';
}

static const struct proc_file *find_file(const char *path)
{
	SECTION_FOREACH(rp_proc, struct proc_file, f)
	if (strcmp((*f)->path, path) == 0)
		return *f;
	return NULL;
}

static const struct ctl_table *find_knob(const char *path)
{
	char name[PROC_PATH_MAX];

	SECTION_FOREACH(rp_sysctl, struct ctl_table, t)
	{
		sysctl_path(*t, name);
		if (strcmp(name, path) == 0)
			return *t;
	}
	return NULL;
}

int proc_show(struct seq_file *m, const char *path)
{
	const struct proc_file *file;
	const struct ctl_table *knob;
	char name[PROC_PATH_MAX], first[PROC_PATH_MAX];

	if (!normalize(path, name))
		return -ENOENT;
	file = find_file(name);
	if (file != NULL)
		return file->show(m);
	knob = find_knob(name);
	if (knob != NULL) {
		sysctl_show_value(m, knob);
		seq_putc(m, '\n');
		return 0;
	}
	return next_name(name, "", first) ? -EISDIR : -ENOENT;
}

int proc_list(struct seq_file *m, const char *path)
{
	char dir[PROC_PATH_MAX], last[PROC_PATH_MAX], name[PROC_PATH_MAX];

	if (!normalize(path, dir))
		return -ENOENT;
	if (find_file(dir) != NULL || find_knob(dir) != NULL)
		return -ENOTDIR;
	if (!next_name(dir, "", name))
		return -ENOENT;
	do {
		seq_puts(m, name);
		seq_putc(m, '\n');
		memcpy(last, name, sizeof(last));
	} while (next_name(dir, last, name));
	return 0;
}
