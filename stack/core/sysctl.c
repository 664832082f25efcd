/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sysctl - run-time knobs with Linux's names, defaults and limits
 */
#include "core/sysctl.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

enum { SYSCTL_VALUES_MAX = 8 };

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static const char *skip_blanks(const char *s)
{
	while (is_blank(*s))
		s++;
	return s;
}

/*
 * One decimal number that ends at a blank or at the end of the text. Return:
 * what follows it, NULL if it is no number or no int.
 */
static const char *parse_int(const char *s, int *value)
{
	bool negative = *s == '-';
	s64 v = 0;

	if (negative)
		s++;
	if (*s == '\0' || is_blank(*s))
		return NULL;
	for (; *s != '\0' && !is_blank(*s); s++) {
		if (*s < '0' || *s > '9')
			return NULL;
		v = v * 10 + (*s - '0');
		if (v > (s64)INT_MAX + 1)
			return NULL;
	}
	if (negative)
		v = -v;
	if (v > INT_MAX)
		return NULL;
	*value = (int)v;
	return s;
}

const struct ctl_table *sysctl_find(const char *name)
{
	SECTION_FOREACH(rp_sysctl, struct ctl_table, t)
	if (strcmp((*t)->name, name) == 0)
		return *t;
	return NULL;
}

void sysctl_show_value(struct seq_file *m, const struct ctl_table *t)
{
	if (t->show != NULL) {
		t->show(m);
		return;
	}
	for (int i = 0; i < t->count; i++)
		seq_printf(m, i == 0 ? "%d" : "\t%d", t->data[i]);
}

int sysctl_write(const struct ctl_table *t, const char *value)
{
	int v[SYSCTL_VALUES_MAX];
	const char *s = value;

	if (t->read_only || t->show != NULL)
		return -EACCES;
	if (t->count > SYSCTL_VALUES_MAX)
		return -EINVAL;
	for (int i = 0; i < t->count; i++) {
		s = parse_int(skip_blanks(s), &v[i]);
		if (s == NULL || v[i] < t->min || v[i] > t->max)
			return -EINVAL;
	}
	if (*skip_blanks(s) != '\0')
		return -EINVAL;

	memcpy(t->data, v, t->count * sizeof(v[0]));
	if (t->changed != NULL)
		t->changed(t);
	return 0;
}
