/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * http_request - reads the head of one HTTP/1.x request (RFC 9112)
 */
#include "apps/http_request.h"

#include <string.h>

void http_request_init(struct http_request *r)
{
	memset(r, 0, sizeof(*r));
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* @word is lower case and as long as the @len bytes at @s have to be. */
static bool is_word(const char *s, size_t len, const char *word)
{
	if (strlen(word) != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (lower(s[i]) != word[i])
			return false;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static u16 parse_method(struct http_request *r, const char *s, size_t len)
{
	static const char *const others[] = { "POST",	 "PUT",	  "DELETE",
					      "CONNECT", "TRACE", "OPTIONS",
					      "PATCH" };

	/* Methods are the one thing in HTTP that minds its case. */
	if (len == 3 && memcmp(s, "GET", len) == 0) {
		r->method = HTTP_GET;
		return 0;
	}
	if (len == 4 && memcmp(s, "HEAD", len) == 0) {
		r->method = HTTP_HEAD;
		return 0;
	}
	r->method = HTTP_UNKNOWN;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (strlen(others[i]) == len && memcmp(s, others[i], len) == 0)
			r->method = HTTP_NOT_ALLOWED;
	return len == 0 ? 400 : 0;
}

/* "/path?query", "http://host/path" or "*". */
static u16 parse_target(struct http_request *r, const char *s, const char *end)
{
	static const char scheme[] = "http://";
	size_t n = 0;

	if ((size_t)(end - s) > sizeof(scheme) - 1 &&
	    is_word(s, sizeof(scheme) - 1, scheme)) {
		s += sizeof(scheme) - 1;
		while (s < end && *s != '/')
			s++;
		r->path[0] = '/'; /* if there is no path after the host */
	}
	for (; s < end && *s != '?'; s++) {
		char c = *s;

		if (c == '%') {
			int high = end - s > 2 ? hex_digit(s[1]) : -1;
			int low = end - s > 2 ? hex_digit(s[2]) : -1;

			if (high < 0 || low < 0)
				return 400;
			c = (char)(high << 4 | low);
			s += 2;
		}
		if ((unsigned char)c < ' ' || c == 0x7f)
			return 400;
		if (n >= sizeof(r->path) - 1)
			return 414;
		r->path[n++] = c;
	}
	if (r->path[0] == '*' && n == 1)
		return r->method == HTTP_NOT_ALLOWED ? 0 : 400;
	return r->path[0] == '/' ? 0 : 400;
}

/* "HTTP/1.1"; later minor versions are read as 1.1 (RFC 9110, 2.5). */
static u16 parse_version(struct http_request *r, const char *s, size_t len)
{
	if (len != 8 || memcmp(s, "HTTP/", 5) != 0 || s[6] != '.' ||
	    hex_digit(s[5]) < 0 || hex_digit(s[5]) > 9 || hex_digit(s[7]) < 0 ||
	    hex_digit(s[7]) > 9)
		return 400;
	if (s[5] != '1')
		return 505;
	r->http_1_0 = s[7] == '0';
	r->keep_alive = !r->http_1_0;
	return 0;
}

static u16 parse_request_line(struct http_request *r)
{
	const char *end = r->line + r->line_len;
	const char *target = memchr(r->line, ' ', r->line_len), *version;
	u16 status;

	if (target == NULL)
		return 400;
	status = parse_method(r, r->line, (size_t)(target - r->line));
	if (status != 0)
		return status;
	if (r->line_cut)
		return 414;
	target++;
	version = memchr(target, ' ', (size_t)(end - target));
	if (version == NULL)
		return 400;
	status = parse_version(r, version + 1, (size_t)(end - version - 1));
	return status != 0 ? status : parse_target(r, target, version);
}

/* "close", "Keep-Alive, Upgrade": the words between commas. */
static void parse_connection(struct http_request *r, const char *s,
			     const char *end)
{
	while (s < end) {
		const char *word, *stop;

		while (s < end && (is_blank(*s) || *s == ','))
			s++;
		word = s;
		while (s < end && *s != ',')
			s++;
		stop = s;
		while (stop > word && is_blank(stop[-1]))
			stop--;
		if (is_word(word, (size_t)(stop - word), "close"))
			r->keep_alive = false;
		else if (is_word(word, (size_t)(stop - word), "keep-alive") &&
			 r->http_1_0)
			r->keep_alive = true;
	}
}

static u16 parse_length(struct http_request *r, const char *s, const char *end)
{
	bool above_zero = false;

	/* Twice is how requests are smuggled past those who read one only. */
	if (r->has_length || s == end)
		return 400;
	for (; s < end; s++) {
		if (*s < '0' || *s > '9')
			return 400;
		above_zero |= *s != '0';
	}
	r->has_length = true;
	r->has_body = above_zero;
	return 0;
}

static u16 parse_header(struct http_request *r)
{
	const char *end = r->line + r->line_len, *value;
	const char *colon = memchr(r->line, ':', r->line_len);
	size_t len;

	/* A name that begins or ends with a blank: folded lines, tricks. */
	if (colon == NULL)
		return r->line_cut ? 431 : 400;
	if (colon == r->line || is_blank(r->line[0]) || is_blank(colon[-1]))
		return 400;
	len = (size_t)(colon - r->line);
	value = colon + 1;
	while (value < end && is_blank(*value))
		value++;
	while (end > value && is_blank(end[-1]))
		end--;
	if (is_word(r->line, len, "host"))
		r->has_host = true;
	else if (is_word(r->line, len, "connection"))
		parse_connection(r, value, end);
	else if (is_word(r->line, len, "content-length"))
		return parse_length(r, value, end);
	else if (is_word(r->line, len, "transfer-encoding"))
		return 501;
	return 0;
}

/* A whole line, without its end. Return: true if the head ends here. */
static bool parse_line(struct http_request *r)
{
	if (r->line_len > 0 && r->line[r->line_len - 1] == '\r')
		r->line_len--;
	if (!r->begun) {
		/* Empty lines in front are left over from the last body. */
		if (r->line_len > 0) {
			r->begun = true;
			r->status = parse_request_line(r);
		}
	} else if (r->line_len > 0) {
		r->status = parse_header(r);
	} else {
		if (!r->http_1_0 && !r->has_host)
			r->status = 400;
		return true;
	}
	r->line_len = 0;
	r->line_cut = false;
	return r->status != 0;
}

bool http_request_feed(struct http_request *r, const char *data, size_t len,
		       size_t *used)
{
	for (size_t i = 0; i < len; i++) {
		bool done = false;

		if (++r->head_len > HTTP_HEAD_MAX) {
			r->status = r->begun ? 431 : 414;
			done = true;
		} else if (data[i] == '\n') {
			done = parse_line(r);
		} else if (r->line_len < sizeof(r->line)) {
			r->line[r->line_len++] = data[i];
		} else {
			r->line_cut = true;
		}
		if (done) {
			if (r->status != 0)
				r->keep_alive = false;
			*used = i + 1;
			return true;
		}
	}
	*used = len;
	return false;
}
