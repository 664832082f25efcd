/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * http_request - reads the head of one HTTP/1.x request (RFC 9112), as it
 * arrives, in pieces of any size
 *
 * Call http_request_init(), then http_request_feed() until it says that the
 * head is complete; then @status is 0, or the error to answer with. Only what
 * the server acts upon is kept, so a head may be long (HTTP_HEAD_MAX) while
 * its memory is one line.
 *
 * Pure: no clock, no network.
 */
#ifndef APPS_HTTP_REQUEST_H
#define APPS_HTTP_REQUEST_H

#include "core/types.h"

enum {
	HTTP_LINE_MAX = 384,
	HTTP_PATH_MAX = 256,
	HTTP_HEAD_MAX = 16384,
};

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_NOT_ALLOWED, /* known, but nothing here takes it */
	HTTP_UNKNOWN,
};

struct http_request {
	/* The request. */
	enum http_method method;
	u16 status; /* 0 good, else 400, 414, 431, 501 or 505 */
	bool keep_alive;
	bool has_body;		  /* Content-Length above 0 */
	char path[HTTP_PATH_MAX]; /* decoded, without the query */

	/* How far it was read. */
	bool begun; /* the request line was seen */
	bool http_1_0, has_host, has_length;
	bool line_cut;
	u16 line_len;
	u32 head_len;
	char line[HTTP_LINE_MAX];
};

void http_request_init(struct http_request *r);

/**
 * http_request_feed() - read on
 * @used: set to how many of the @len bytes belong to this head
 *
 * Return: true if the head is complete or wrong; the rest is not its own.
 */
bool http_request_feed(struct http_request *r, const char *data, size_t len,
		       size_t *used);

#endif
