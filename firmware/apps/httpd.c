/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * httpd - the status page and the files of /proc over HTTP, TCP port 80
 *
 *	/			the page (web/index.html), built into the image
 *	/proc/net/dev		a file, as `cat` shows it
 *	/proc/net/		a folder, as a list of links
 *
 * One request after the other per connection: received data waits in a queue
 * until the answer before it has gone to TCP, so a client that sends many at
 * once and does not read fills its own window. A file of /proc is rendered
 * into one of a few buffers, which is free again as soon as TCP has copied it;
 * when all are busy the answer is 503.
 */
#include <errno.h>
#include <string.h>

#include "apps/app.h"
#include "apps/http_request.h"
#include "core/seq_file.h"

enum {
	HTTP_PORT = 80,
	HEAD_BYTES = 256,
	ERROR_BYTES = 128,
	/* A request must be complete so soon after its first byte. */
	REQUEST_SECONDS = 20,
	/* So long a connection may wait for its next request. */
	IDLE_SECONDS = 60,
	/* So long we listen to a client that still sends when we have refused
	 * its request: a reset would take our answer away from it. */
	LINGER_SECONDS = 5,
};

#define TEXT_HTML  "text/html; charset=utf-8"
#define TEXT_PLAIN "text/plain; charset=utf-8"

struct proc_page {
	struct proc_page *next_free;
	char text[CONFIG_HTTP_PROC_SIZE];
};

struct http_conn {
	struct app_conn base;
	struct skb_queue in;
	u16 in_offset; /* used of its first piece */
	bool peer_closed;
	bool close_after;
	bool lingering;	       /* answered and shut down, input is discarded */
	bool waiting_for_body; /* an answer is on its way */
	u16 seconds; /* since the request began, or since the last answer */

	u16 head_len, head_sent;
	const char *body;
	u32 body_left;
	u8 body_flags;		/* for tcp_write() */
	struct proc_page *page; /* where body lies, or NULL */

	char head[HEAD_BYTES + ERROR_BYTES];
	struct http_request request;
};

static struct http_conn conns[CONFIG_APP_CONNS];
static struct proc_page pages[CONFIG_HTTP_PROC_FILES];
static struct proc_page *free_pages;
static struct tcp_app http;

/* web.S */
extern const char web_index_html[], web_index_html_end[];

/* --- answers ----------------------------------------------------------------
 */

static const char *reason(u16 status)
{
	switch (status) {
	case 200:
		return "OK";
	case 400:
		return "Bad Request";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 408:
		return "Request Timeout";
	case 414:
		return "URI Too Long";
	case 431:
		return "Request Header Fields Too Large";
	case 501:
		return "Not Implemented";
	case 503:
		return "Service Unavailable";
	case 505:
		return "HTTP Version Not Supported";
	default:
		return "Internal Server Error";
	}
}

static void answer(struct http_conn *c, u16 status, const char *type,
		   const char *body, size_t len, u8 flags)
{
	struct seq_file m;

	if (!c->request.keep_alive || c->request.has_body)
		c->close_after = true;
	seq_init(&m, c->head, HEAD_BYTES);
	seq_printf(&m,
		   "HTTP/1.1 %u %s\r\nServer: Ringpath\r\n"
		   "Content-Type: %s\r\nContent-Length: %u\r\n"
		   "Cache-Control: no-store\r\nConnection: %s\r\n",
		   status, reason(status), type, (unsigned int)len,
		   c->close_after ? "close" : "keep-alive");
	if (status == 405)
		seq_puts(&m, "Allow: GET, HEAD\r\n");
	if (status == 503)
		seq_puts(&m, "Retry-After: 1\r\n");
	seq_puts(&m, "\r\n");

	c->head_len = (u16)m.count;
	c->head_sent = 0;
	c->body = body;
	c->body_left = c->request.method == HTTP_HEAD ? 0 : (u32)len;
	c->body_flags = flags;
	c->waiting_for_body = true;
}

/* A short page that says what is wrong, behind the head in its memory. */
static void answer_error(struct http_conn *c, u16 status)
{
	char text[ERROR_BYTES];
	struct seq_file m;

	seq_init(&m, text, sizeof(text));
	seq_printf(&m, "<!doctype html><title>%u %s</title><h1>%u %s</h1>\n",
		   status, reason(status), status, reason(status));
	answer(c, status, TEXT_HTML, NULL, m.count, 0);
	if (c->body_left > 0) {
		memcpy(c->head + c->head_len, text, m.count);
		c->head_len = (u16)(c->head_len + m.count);
		c->body_left = 0;
	}
}

static void put_page(struct http_conn *c)
{
	if (c->page == NULL)
		return;
	c->page->next_free = free_pages;
	free_pages = c->page;
	c->page = NULL;
}

/* Each name of a folder becomes a link below @path. */
static void list_links(struct seq_file *m, const char *path, const char *names)
{
	const char *slash = path[strlen(path) - 1] == '/' ? "" : "/";

	seq_printf(m,
		   "<!doctype html><meta name=viewport "
		   "content=\"width=device-width\">"
		   "<meta name=color-scheme content=\"light dark\">"
		   "<title>%s</title><h1>%s</h1>\n<pre>\n",
		   path, path);
	while (*names != '\0') {
		size_t len = strcspn(names, "\n");

		seq_printf(m, "<a href=\"%s%s%.*s\">%.*s</a>\n", path, slash,
			   (int)len, names, (int)len, names);
		names += len;
		names += *names == '\n';
	}
	seq_puts(m, "</pre>\n");
}

/* A folder: its names into the page's last quarter, the links in front. */
static int render_folder(struct seq_file *m, struct proc_page *page,
			 const char *path)
{
	const size_t names_at = sizeof(page->text) / 4 * 3;
	struct seq_file names;
	int err;

	seq_init(&names, page->text + names_at, sizeof(page->text) - names_at);
	err = proc_list(&names, path);
	if (err != 0)
		return err;
	seq_init(m, page->text, names_at);
	list_links(m, path, names.buf);
	return 0;
}

static void answer_proc(struct http_conn *c, const char *path)
{
	struct proc_page *page = free_pages;
	const char *type = TEXT_PLAIN;
	struct seq_file m;
	int err;

	if (page == NULL) {
		answer_error(c, 503);
		return;
	}
	seq_init(&m, page->text, sizeof(page->text));
	err = proc_show(&m, path);
	if (err == -EISDIR) {
		err = render_folder(&m, page, path);
		type = TEXT_HTML;
	}
	if (err != 0 || m.overflow) {
		answer_error(c, err == -ENOENT ? 404 : 500);
		return;
	}
	free_pages = page->next_free;
	c->page = page;
	answer(c, 200, type, page->text, m.count, TCP_WRITE_FLAG_COPY);
}

static bool is_below_proc(const char *path)
{
	return strncmp(path, "/proc", 5) == 0 &&
	       (path[5] == '/' || path[5] == '\0');
}

static void respond(struct http_conn *c)
{
	const struct http_request *r = &c->request;

	if (r->status != 0)
		answer_error(c, r->status);
	else if (r->method == HTTP_UNKNOWN)
		answer_error(c, 501);
	else if (r->method == HTTP_NOT_ALLOWED)
		answer_error(c, 405);
	else if (strcmp(r->path, "/") == 0 ||
		 strcmp(r->path, "/index.html") == 0)
		answer(c, 200, TEXT_HTML, web_index_html,
		       (size_t)(web_index_html_end - web_index_html), 0);
	else if (is_below_proc(r->path))
		answer_proc(c, r->path);
	else
		answer_error(c, 404);
}

/* --- sending
 * -------------------------------------------------------------------- */

/* Give TCP up to @len bytes. Return: how many it took, 0 when it is full. */
static u32 write_some(struct http_conn *c, const char *data, u32 len, u8 flags)
{
	struct tcp_pcb *pcb = c->base.pcb;
	u32 n = min_u32(len, tcp_sndbuf(pcb));

	if (n == 0)
		return 0;
	if (tcp_write(pcb, data, (u16)n, flags) != ERR_OK) {
		/* All or nothing: perhaps a segment finds memory. */
		n = min_u32(n, tcp_mss(pcb));
		if (tcp_write(pcb, data, (u16)n, flags) != ERR_OK)
			return 0;
	}
	http.stats.tx_bytes += n;
	return n;
}

/* Return: true when the whole answer has gone to TCP. */
static bool send_answer(struct http_conn *c)
{
	tcp_app_push(c->base.pcb);
	while (c->head_sent < c->head_len) {
		u32 n = write_some(
			c, c->head + c->head_sent,
			(u32)c->head_len - c->head_sent,
			TCP_WRITE_FLAG_COPY |
				(c->body_left > 0 ? TCP_WRITE_FLAG_MORE : 0));

		if (n == 0)
			return false;
		c->head_sent = (u16)(c->head_sent + n);
	}
	while (c->body_left > 0) {
		u32 n = write_some(c, c->body, c->body_left, c->body_flags);

		if (n == 0)
			return false;
		c->body += n;
		c->body_left -= n;
	}
	return true;
}

/* --- receiving
 * ------------------------------------------------------------------- */

/* Read on in what waits. Return: true if a request is complete. */
static bool read_request(struct http_conn *c)
{
	bool complete = false;
	u32 consumed = 0;

	while (!complete && c->in.head != NULL) {
		const struct pbuf *p = c->in.head;
		size_t used;

		complete = http_request_feed(
			&c->request, (const char *)p->payload + c->in_offset,
			(size_t)(p->len - c->in_offset), &used);
		consumed += (u32)used;
		c->in_offset = (u16)(c->in_offset + used);
		if (c->in_offset == p->len) {
			c->in_offset = 0;
			skb_queue_drop_first(&c->in);
		}
	}
	if (consumed > 0)
		tcp_app_recved(c->base.pcb, consumed);
	http.stats.rx_bytes += consumed;
	return complete;
}

/* What follows the last request that is answered: nobody reads it. */
static void discard_input(struct http_conn *c)
{
	u32 len = 0;

	for (const struct pbuf *p = c->in.head; p != NULL; p = p->cb.next)
		len += p->tot_len;
	if (len > 0)
		tcp_app_recved(c->base.pcb, len - c->in_offset);
	skb_queue_purge(&c->in);
	c->in_offset = 0;
}

/* The last answer has gone to TCP. The connection may be freed. */
static void finish(struct http_conn *c)
{
	bool more_may_come = c->request.status != 0 || c->request.has_body;

	discard_input(c);
	if (more_may_come && !c->peer_closed &&
	    tcp_shutdown(c->base.pcb, 0, 1) == ERR_OK)
		c->lingering = true;
	else
		tcp_app_close(&c->base);
}

/*
 * Go on until something is missing: a request, or room in TCP. The
 * connection may be freed when it returns.
 */
static void work(struct http_conn *c)
{
	for (;;) {
		if (c->waiting_for_body) {
			if (!send_answer(c))
				break;
			put_page(c);
			c->waiting_for_body = false;
			c->seconds = 0;
			if (c->close_after) {
				finish(c);
				return;
			}
			http_request_init(&c->request);
		}
		if (!read_request(c)) {
			if (c->peer_closed) {
				tcp_app_close(&c->base);
				return;
			}
			break;
		}
		respond(c);
	}
	(void)tcp_output(c->base.pcb); /* else it goes with the next ACK */
}

static err_t http_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p,
		       err_t err)
{
	struct http_conn *c = arg;

	(void)err; /* lwIP never sets it here */
	if (c->lingering) {
		if (p == NULL) {
			tcp_app_close(&c->base);
		} else {
			tcp_recved(pcb, p->tot_len);
			pbuf_free(p);
		}
		return ERR_OK;
	}
	if (p == NULL)
		c->peer_closed = true;
	else if (skb_queue_add(&c->in, p) != ERR_OK)
		return ERR_MEM;
	if (c->request.head_len == 0 && !c->waiting_for_body)
		c->seconds = 0;
	work(c);
	return ERR_OK;
}

static err_t http_sent(void *arg, struct tcp_pcb *pcb, u16 len)
{
	struct http_conn *c = arg;

	(void)pcb;
	(void)len;
	c->base.stall_seconds = 0;
	if (c->waiting_for_body)
		work(c);
	return ERR_OK;
}

static err_t http_tick(struct app_conn *base)
{
	struct http_conn *c = container_of(base, struct http_conn, base);

	if (c->waiting_for_body) {
		work(c);
		return ERR_OK;
	}
	c->seconds++;
	if (c->lingering) {
		if (c->seconds >= LINGER_SECONDS)
			tcp_app_close(base);
		return ERR_OK;
	}
	if (c->request.head_len > 0 && c->seconds >= REQUEST_SECONDS) {
		c->request.keep_alive = false;
		c->request.status = 408;
		respond(c);
		work(c);
	} else if (c->seconds >= IDLE_SECONDS) {
		tcp_app_close(base);
	}
	return ERR_OK;
}

/* The connection that has been idle longest between requests. */
static void http_make_room(void)
{
	struct http_conn *oldest = NULL;

	for (u32 i = 0; i < ARRAY_SIZE(conns); i++) {
		struct http_conn *c = &conns[i];

		if (c->base.pcb == NULL || c->waiting_for_body ||
		    c->request.head_len > 0)
			continue;
		if (oldest == NULL || c->seconds > oldest->seconds)
			oldest = c;
	}
	if (oldest != NULL)
		tcp_app_close(&oldest->base);
}

static void http_cleanup(struct app_conn *base)
{
	struct http_conn *c = container_of(base, struct http_conn, base);

	put_page(c);
	skb_queue_purge(&c->in);
}

static struct tcp_app http = {
	.recv = http_recv,
	.sent = http_sent,
	.tick = http_tick,
	.cleanup = http_cleanup,
	.make_room = http_make_room,
};

static int http_init(void)
{
	for (u32 i = 0; i < ARRAY_SIZE(pages); i++) {
		pages[i].next_free = free_pages;
		free_pages = &pages[i];
	}
	return tcp_app_listen(&http, HTTP_PORT, conns, sizeof(conns[0]),
			      ARRAY_SIZE(conns));
}
APP("http", http_init, &http.stats);
