// SRCS: firmware/apps/http_request.c
/* SPDX-License-Identifier: BSD-3-Clause */
#include "test.h"
#include "apps/http_request.h"

static struct http_request r;
static size_t used;

/* In one piece, and in pieces of one byte: the same must come out. */
static bool feed(const char *text)
{
	struct http_request slow;
	size_t len = strlen(text), total = 0;
	bool done, slow_done = false;

	http_request_init(&r);
	done = http_request_feed(&r, text, len, &used);

	http_request_init(&slow);
	while (!slow_done && total < len) {
		size_t n;

		slow_done = http_request_feed(&slow, text + total, 1, &n);
		total += n;
	}
	assert_int_equal(slow_done, done);
	assert_int_equal(total, used);
	assert_int_equal(slow.status, r.status);
	assert_string_equal(slow.path, r.path);
	return done;
}

static u16 status_of(const char *text)
{
	assert_true(feed(text));
	return r.status;
}

TEST(http_request, reads_a_get)
{
	assert_int_equal(status_of("GET /proc/uptime HTTP/1.1\r\n"
				   "Host: board\r\n\r\nGET /next"),
			 0);
	assert_int_equal(r.method, HTTP_GET);
	assert_string_equal(r.path, "/proc/uptime");
	assert_true(r.keep_alive);
	assert_false(r.has_body);
	assert_int_equal(used, 42);
}

TEST(http_request, waits_for_the_empty_line)
{
	assert_false(feed("GET / HTTP/1.1\r\nHost: x\r\n"));
	assert_false(feed("GET / HTTP/1.1"));
	assert_false(feed(""));
}

TEST(http_request, takes_lines_without_carriage_return)
{
	assert_int_equal(status_of("HEAD / HTTP/1.1\nHost: x\n\n"), 0);
	assert_int_equal(r.method, HTTP_HEAD);
}

TEST(http_request, empty_lines_in_front_are_skipped)
{
	assert_int_equal(status_of("\r\n\r\nGET /a HTTP/1.0\r\n\r\n"), 0);
	assert_string_equal(r.path, "/a");
}

TEST(http_request, connection_stays_open_as_the_version_says)
{
	(void)status_of("GET / HTTP/1.0\r\n\r\n");
	assert_false(r.keep_alive);
	(void)status_of("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
	assert_true(r.keep_alive);
	(void)status_of("GET / HTTP/1.1\r\nHost: x\r\n"
			"Connection: upgrade , Close\r\n\r\n");
	assert_false(r.keep_alive);
	(void)status_of("GET / HTTP/1.1\r\nHost: x\r\n"
			"Connection: close\r\nConnection: keep-alive\r\n\r\n");
	assert_false(r.keep_alive);
}

TEST(http_request, http_1_1_needs_a_host)
{
	assert_int_equal(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
	assert_int_equal(status_of("GET / HTTP/1.0\r\n\r\n"), 0);
}

TEST(http_request, decodes_the_path_and_cuts_the_query)
{
	assert_int_equal(status_of("GET /%70roc/a%2Fb?x=%zz HTTP/1.0\r\n\r\n"),
			 0);
	assert_string_equal(r.path, "/proc/a/b");
	assert_int_equal(status_of("GET http://h:80/a HTTP/1.0\r\n\r\n"), 0);
	assert_string_equal(r.path, "/a");
	assert_int_equal(status_of("GET http://h HTTP/1.0\r\n\r\n"), 0);
	assert_string_equal(r.path, "/");
}

TEST(http_request, refuses_what_is_no_path)
{
	static const char *const wrong[] = {
		"GET a HTTP/1.0\r\n\r\n",
		"GET /%7 HTTP/1.0\r\n\r\n",
		"GET /%00 HTTP/1.0\r\n\r\n",
		"GET /%0a HTTP/1.0\r\n\r\n",
		"GET  HTTP/1.0\r\n\r\n",
		"GET * HTTP/1.0\r\n\r\n",
		"GET /\r\n\r\n",
		"GET\r\n\r\n",
		"GET / HTTP/1\r\n\r\n",
		"GET / FTP/1.0\r\n\r\n",
		"GET /a b HTTP/1.0\r\n\r\n",
		" / HTTP/1.0\r\n\r\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_int_equal(status_of(wrong[i]), 400);
		assert_false(r.keep_alive);
	}
}

TEST(http_request, knows_methods_it_does_not_take)
{
	assert_int_equal(status_of("POST / HTTP/1.0\r\n"
				   "Content-Length: 5\r\n\r\n"),
			 0);
	assert_int_equal(r.method, HTTP_NOT_ALLOWED);
	assert_true(r.has_body);
	assert_int_equal(status_of("OPTIONS * HTTP/1.0\r\n\r\n"), 0);
	assert_int_equal(r.method, HTTP_NOT_ALLOWED);
	assert_int_equal(status_of("get / HTTP/1.0\r\n\r\n"), 0);
	assert_int_equal(r.method, HTTP_UNKNOWN);
}

TEST(http_request, later_versions_are_refused)
{
	assert_int_equal(status_of("GET / HTTP/2.0\r\n\r\n"), 505);
	assert_int_equal(status_of("GET / HTTP/1.9\r\nHost: x\r\n\r\n"), 0);
}

TEST(http_request, refuses_bodies_it_cannot_measure)
{
	assert_int_equal(status_of("GET / HTTP/1.0\r\n"
				   "Content-Length: 1x\r\n\r\n"),
			 400);
	assert_int_equal(status_of("GET / HTTP/1.0\r\nContent-Length: 0\r\n"
				   "Content-Length: 0\r\n\r\n"),
			 400);
	assert_int_equal(status_of("GET / HTTP/1.0\r\n"
				   "Transfer-Encoding: chunked\r\n\r\n"),
			 501);
	assert_int_equal(status_of("GET / HTTP/1.0\r\n"
				   "Content-Length:\r\n\r\n"),
			 400);
}

TEST(http_request, refuses_headers_with_tricks)
{
	assert_int_equal(status_of("GET / HTTP/1.0\r\nHost : x\r\n\r\n"), 400);
	assert_int_equal(status_of("GET / HTTP/1.0\r\n folded\r\n\r\n"), 400);
	assert_int_equal(status_of("GET / HTTP/1.0\r\nno colon\r\n\r\n"), 400);
	assert_int_equal(status_of("GET / HTTP/1.0\r\n: x\r\n\r\n"), 400);
}

static void fill(char *text, size_t size, const char *head, char with)
{
	size_t n = strlen(head);

	memset(text, with, size - 1);
	memcpy(text, head, n);
	text[size - 1] = '\0';
}

TEST(http_request, a_path_that_is_too_long_is_414)
{
	static char text[600];

	fill(text, sizeof(text), "GET /", 'a');
	memcpy(text + sizeof(text) - 14, " HTTP/1.0\r\n\r\n", 13);
	assert_int_equal(status_of(text), 414);
	fill(text, 320, "GET /", 'a');
	memcpy(text + 320 - 14, " HTTP/1.0\r\n\r\n", 13);
	assert_int_equal(status_of(text), 414);
}

TEST(http_request, a_line_without_end_is_414)
{
	static char text[HTTP_HEAD_MAX + 100];

	fill(text, sizeof(text), "GET /", 'a');
	assert_int_equal(status_of(text), 414);
	assert_int_equal(used, HTTP_HEAD_MAX + 1);
}

TEST(http_request, a_long_header_is_skipped_and_too_many_are_431)
{
	static char text[HTTP_HEAD_MAX + 100];

	fill(text, 5000, "GET / HTTP/1.0\r\nCookie: ", 'c');
	memcpy(text + 5000 - 5, "\r\n\r\n", 4);
	assert_int_equal(status_of(text), 0);
	fill(text, sizeof(text), "GET / HTTP/1.0\r\nCookie: ", 'c');
	assert_int_equal(status_of(text), 431);
}
