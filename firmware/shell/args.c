/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * args - see args.h
 */
#include "shell/args.h"

#include <string.h>

enum { DAY_SECONDS = 86400 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The digits at *@s, at most @max; moves *@s behind them. */
static bool digits(const char **s, u32 max, u32 *value)
{
	u64 v = 0;

	if (!is_digit(**s))
		return false;
	for (; is_digit(**s); (*s)++) {
		v = v * 10 + (u64)(**s - '0');
		if (v > max)
			return false;
	}
	*value = (u32)v;
	return true;
}

bool args_u32(const char *s, u32 min, u32 max, u32 *value)
{
	u32 v;

	if (!digits(&s, max, &v) || *s != '\0' || v < min)
		return false;
	*value = v;
	return true;
}

bool args_seconds(const char *s, u32 *ms)
{
	u32 whole, unit = 100, part = 0;

	if (!digits(&s, DAY_SECONDS, &whole))
		return false;
	if (*s == '.') {
		s++;
		if (!is_digit(*s))
			return false;
		for (; is_digit(*s) && unit != 0; s++, unit /= 10)
			part += (u32)(*s - '0') * unit;
	}
	if (*s != '\0')
		return false;
	*ms = whole * 1000 + part;
	return true;
}

/* An address at *@s; moves *@s behind it. */
static bool ip4_at(const char **s, be32_t *addr)
{
	u8 byte[4];
	u32 v;

	for (int i = 0; i < 4; i++) {
		const char *from;

		if (i > 0 && *(*s)++ != '.')
			return false;
		from = *s;
		if (!digits(s, 255, &v))
			return false;
		if (*from == '0' && *s - from > 1)
			return false;
		byte[i] = (u8)v;
	}
	memcpy(addr, byte, sizeof(*addr));
	return true;
}

bool args_ip4(const char *s, be32_t *addr)
{
	be32_t a;

	if (!ip4_at(&s, &a) || *s != '\0')
		return false;
	*addr = a;
	return true;
}

bool args_ip4_prefix(const char *s, be32_t *addr, u8 *len)
{
	u32 bits = 32;
	be32_t a;

	if (!ip4_at(&s, &a))
		return false;
	if (*s == '/') {
		if (!args_u32(s + 1, 0, 32, &bits))
			return false;
	} else if (*s != '\0') {
		return false;
	}
	*addr = a;
	*len = (u8)bits;
	return true;
}

be32_t ip4_prefix_mask(u8 len)
{
	u8 byte[4];
	be32_t mask;

	for (int i = 0; i < 4; i++) {
		int bits = len - 8 * i;

		if (bits >= 8)
			byte[i] = 0xff;
		else
			byte[i] = bits <= 0 ? 0 : (u8)(0xff00u >> bits);
	}
	memcpy(&mask, byte, sizeof(mask));
	return mask;
}

int ip4_mask_prefix(be32_t mask)
{
	for (u8 len = 0; len <= 32; len++)
		if (ip4_prefix_mask(len) == mask)
			return len;
	return -1;
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool args_mac(const char *s, u8 mac[6])
{
	u8 m[6];

	for (int i = 0; i < 6; i++) {
		int hi, lo;

		if (i > 0 && *s++ != ':')
			return false;
		hi = hex_digit(s[0]);
		if (hi < 0)
			return false;
		lo = hex_digit(s[1]);
		if (lo < 0)
			return false;
		m[i] = (u8)(hi << 4 | lo);
		s += 2;
	}
	if (*s != '\0')
		return false;
	memcpy(mac, m, sizeof(m));
	return true;
}

bool args_abbrev(const char *s, const char *full)
{
	return *s != '\0' && strncmp(s, full, strlen(s)) == 0;
}

int args_getopt(struct args_opt *o)
{
	const char *found;
	char c;

	if (o->next == 0) {
		o->next = 1;
		o->words = 1;
	}
	while (o->cluster == NULL) {
		char *word;

		if (o->next >= o->argc)
			return 0;
		word = o->argv[o->next++];
		if (!o->only_words && strcmp(word, "--") == 0)
			o->only_words = true;
		else if (!o->only_words && word[0] == '-' && word[1] != '\0')
			o->cluster = word + 1;
		else
			o->argv[o->words++] = word;
	}

	c = *o->cluster++;
	found = c == ':' ? NULL : strchr(o->spec, c);
	o->bad = c;
	if (found == NULL) {
		o->cluster = NULL;
		return '?';
	}
	if (found[1] != ':') {
		if (*o->cluster == '\0')
			o->cluster = NULL;
		return c;
	}
	o->value = o->cluster;
	o->cluster = NULL;
	if (*o->value == '\0') {
		if (o->next >= o->argc)
			return ':';
		o->value = o->argv[o->next++];
	}
	return c;
}
