/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ip - what the objects of `ip` share (ip.c, ip_addr.c, ip_link.c, ...)
 *
 * Each object is a function that takes what follows its name. It reads all
 * its words first and applies them then, so a line with an error changes
 * nothing. Messages are iproute2's, one line each.
 */
#ifndef SHELL_IP_H
#define SHELL_IP_H

#include "core/netdevice.h"
#include "shell/args.h"
#include "shell/shell.h"

struct ip_words {
	struct shell *sh;
	int argc;
	char **argv; /* NULL after the last */
	int next;
	bool brief, stats; /* -br, -s */
};

/* The next word, NULL at the end; the same and go behind it. */
static inline char *ip_peek(const struct ip_words *w)
{
	return w->next < w->argc ? w->argv[w->next] : NULL;
}

static inline char *ip_take(struct ip_words *w)
{
	return w->next < w->argc ? w->argv[w->next++] : NULL;
}

int ip_do_addr(struct ip_words *w);
int ip_do_link(struct ip_words *w);
int ip_do_route(struct ip_words *w);
int ip_do_neigh(struct ip_words *w);
int ip_do_maddr(struct ip_words *w);

/* The value after keyword @key. @seen: was the keyword there before? It is
 * set. Return: 0 and the value; else the status after the error line. */
int ip_value(struct ip_words *w, const char *key, bool *seen, char **value);

/* The device named by the value after @key. */
int ip_dev(struct ip_words *w, const char *key, struct net_device **dev);

/* Error lines. */
int ip_garbage(struct ip_words *w, const char *what, const char *word);
int ip_unknown_command(struct ip_words *w, const char *object,
		       const char *word);

/* Words of a show command: [dev] [X] and nothing else; *dev NULL: all. */
int ip_show_words(struct ip_words *w, struct net_device **dev);

/* For loops over devices: is there one, and is it meant? */
struct net_device *ip_wanted(int ifindex, const struct net_device *only);

#endif
