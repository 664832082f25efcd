/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tc_util - numbers, rates, sizes and names as `tc` reads and writes them
 *
 * No floating point: a decimal number is its digits and how many of them are
 * behind the point.
 */
#include <string.h>
#include <strings.h>

#include "lwip/def.h"
#include "lwip/prot/ieee.h"
#include "shell/tc.h"

enum {
	ETHTYPE_8021AD = 0x88a8,
	ETHTYPE_LOOPBACK = 0x60,
};

int tc_incomplete(struct ip_words *w)
{
	return sh_usage(w->sh, "Command line is not complete. Try option "
			       "\"help\"");
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

static bool number(const char *s, u32 base, u32 max, u32 *value)
{
	u64 v = 0;

	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++) {
		u32 d = (u32)digit(*s);

		if (d >= base)
			return false;
		v = v * base + d;
		if (v > max)
			return false;
	}
	*value = (u32)v;
	return true;
}

bool tc_number(const char *s, u32 max, u32 *value)
{
	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		return number(s + 2, 16, max, value);
	if (s[0] == '0' && s[1] != '\0')
		return number(s + 1, 8, max, value);
	return number(s, 10, max, value);
}

bool tc_hex(const char *s, u32 max, u32 *value)
{
	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		s += 2;
	return number(s, 16, max, value);
}

/* --- rates and sizes -----------------------------------------------------
 */

struct unit {
	const char *name;
	u64 scale;
};

/* A decimal number and a unit's name, times its scale, over @divisor. */
static bool scaled(const char *s, const struct unit *units, u64 no_unit,
		   u64 divisor, u64 *value)
{
	u64 digits = 0, scale = no_unit, places = 1;
	bool any = false, point = false;

	for (; (*s >= '0' && *s <= '9') || (*s == '.' && !point); s++) {
		if (*s == '.') {
			point = true;
			continue;
		}
		if (digits > UINT64_MAX / 100 || places > 1000000000)
			return false;
		any = true;
		digits = digits * 10 + (u64)(*s - '0');
		if (point)
			places *= 10;
	}
	if (!any)
		return false;
	if (*s != '\0') {
		while (units->name != NULL && strcasecmp(units->name, s) != 0)
			units++;
		if (units->name == NULL)
			return false;
		scale = units->scale;
	}
	if (digits > UINT64_MAX / scale)
		return false;
	*value = digits * scale / places / divisor;
	return true;
}

bool tc_rate(const char *s, u64 *rate)
{
	static const struct unit units[] = {
		{ "bit", 1 },
		{ "kbit", 1000 },
		{ "mbit", 1000000 },
		{ "gbit", 1000000000 },
		{ "tbit", 1000000000000 },
		{ "kibit", 1ull << 10 },
		{ "mibit", 1ull << 20 },
		{ "gibit", 1ull << 30 },
		{ "tibit", 1ull << 40 },
		{ "bps", 8 },
		{ "kbps", 8000 },
		{ "mbps", 8000000 },
		{ "gbps", 8000000000 },
		{ "tbps", 8000000000000 },
		{ "kibps", 8ull << 10 },
		{ "mibps", 8ull << 20 },
		{ "gibps", 8ull << 30 },
		{ "tibps", 8ull << 40 },
		{ NULL, 0 },
	};

	return scaled(s, units, 1, 8, rate);
}

bool tc_size(const char *s, u32 *size)
{
	static const struct unit units[] = {
		{ "b", 1 },
		{ "k", 1ull << 10 },
		{ "kb", 1ull << 10 },
		{ "m", 1ull << 20 },
		{ "mb", 1ull << 20 },
		{ "g", 1ull << 30 },
		{ "gb", 1ull << 30 },
		{ "kbit", (1ull << 10) / 8 },
		{ "mbit", (1ull << 20) / 8 },
		{ "gbit", (1ull << 30) / 8 },
		{ NULL, 0 },
	};
	u64 v;

	if (!scaled(s, units, 1, 1, &v) || v > UINT32_MAX)
		return false;
	*size = (u32)v;
	return true;
}

void tc_print_rate(struct shell *sh, u64 rate)
{
	static const char *const units[] = { "", "K", "M", "G", "T" };
	u64 bits = rate * 8;
	size_t i = 0;

	while (i + 1 < ARRAY_SIZE(units) && bits >= 1000 &&
	       (bits % 1000 == 0 || bits >= 1000000)) {
		bits /= 1000;
		i++;
	}
	sh_printf(sh, "%llu%sbit", (unsigned long long)bits, units[i]);
}

/* In @unit, rounded, if that says what @size is within @slack; else false. */
static bool print_in(struct shell *sh, u32 size, u32 unit, u32 slack,
		     const char *name)
{
	u64 n = ((u64)size + unit / 2) / unit;
	s64 off = (s64)(n * unit) - (s64)size;

	if (size < unit || off >= (s64)slack || -off >= (s64)slack)
		return false;
	sh_printf(sh, "%llu%s", (unsigned long long)n, name);
	return true;
}

void tc_print_size(struct shell *sh, u32 size)
{
	if (!print_in(sh, size, 1u << 20, 1024, "Mb") &&
	    !print_in(sh, size, 1u << 10, 16, "Kb"))
		sh_printf(sh, "%ub", (unsigned int)size);
}

/* --- names -------------------------------------------------------------------
 */

bool tc_classid(const char *s, u32 *id)
{
	const char *colon = strchr(s, ':');
	char major[8];
	u32 maj = 0, min = 0;
	size_t n;

	if (colon == NULL) {
		/* The minor alone, as iproute2 has it. */
		if (!tc_hex(s, 0xffff, &maj))
			return false;
		*id = maj;
		return true;
	}
	n = (size_t)(colon - s);
	if (n >= sizeof(major))
		return false;
	memcpy(major, s, n);
	major[n] = '\0';
	if ((n != 0 && !tc_hex(major, 0xffff, &maj)) ||
	    (colon[1] != '\0' && !tc_hex(colon + 1, 0xffff, &min)))
		return false;
	*id = maj << 16 | min;
	return true;
}

void tc_print_classid(struct shell *sh, u32 id)
{
	if (id == UINT32_MAX)
		seq_puts(sh->out, "root");
	else if (id == 0)
		seq_puts(sh->out, "none");
	else if (id >> 16 == 0)
		sh_printf(sh, ":%x", (unsigned int)id);
	else if ((id & 0xffff) == 0)
		sh_printf(sh, "%x:", (unsigned int)(id >> 16));
	else
		sh_printf(sh, "%x:%x", (unsigned int)(id >> 16),
			  (unsigned int)(id & 0xffff));
}

static const struct {
	const char *name;
	u16 type;
} protocols[] = {
	{ "ip", ETHTYPE_IP },	      { "all", ETH_P_ALL },
	{ "arp", ETHTYPE_ARP },	      { "ipv6", ETHTYPE_IPV6 },
	{ "802.1Q", ETHTYPE_VLAN },   { "802.1ad", ETHTYPE_8021AD },
	{ "loop", ETHTYPE_LOOPBACK }, { "rarp", ETHTYPE_RARP },
	{ "ipv4", ETHTYPE_IP },	      { "ppp_disc", ETHTYPE_PPPOEDISC },
	{ "ppp_ses", ETHTYPE_PPPOE }, { "lldp", ETHTYPE_LLDP },
};

bool tc_protocol(const char *s, be16_t *protocol)
{
	u32 v;

	for (size_t i = 0; i < ARRAY_SIZE(protocols); i++)
		if (strcasecmp(s, protocols[i].name) == 0) {
			*protocol = lwip_htons(protocols[i].type);
			return true;
		}
	if (!tc_number(s, 0xffff, &v))
		return false;
	*protocol = lwip_htons((u16)v);
	return true;
}

void tc_print_protocol(struct shell *sh, be16_t protocol)
{
	u16 type = lwip_ntohs(protocol);

	for (size_t i = 0; i < ARRAY_SIZE(protocols); i++)
		if (protocols[i].type == type) {
			seq_puts(sh->out, protocols[i].name);
			return;
		}
	sh_printf(sh, "[%u]", type);
}

void tc_print_stats(struct shell *sh, const char *prefix, u64 bytes,
		    u32 packets, const u32 queue[3])
{
	sh_printf(sh,
		  "%sSent %llu bytes %u pkt (dropped %u, overlimits %u "
		  "requeues 0) \n%sbacklog ",
		  prefix, (unsigned long long)bytes, (unsigned int)packets,
		  (unsigned int)queue[0], (unsigned int)queue[1], prefix);
	tc_print_size(sh, queue[2]);
}
