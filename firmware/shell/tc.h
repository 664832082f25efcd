/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tc - what the objects of `tc` share (tc.c, tc_filter.c, tc_match.c,
 * tc_action.c, tc_util.c)
 *
 * As in `ip`, a line is read whole and applied then, so one with an error
 * changes nothing. Words and formats are iproute2's; where its message has more
 * than one line, its first one stands.
 */
#ifndef SHELL_TC_H
#define SHELL_TC_H

#include "core/netdevice.h"
#include "sched/cls_api.h"
#include "shell/ip.h"

int tc_do_qdisc(struct ip_words *w);
int tc_do_filter(struct ip_words *w);

/* --- tc_match.c: what a filter matches -----------------------------------
 */

/* The words behind a filter's kind, up to the end of the line. Return: 0, or
 * the status after the error line. */
int tc_parse_match(struct ip_words *w, struct tc_filter *f);

/* A filter's handle as its kind writes it. */
bool tc_parse_handle(enum tc_kind kind, const char *word, u32 *handle);

/* "handle 0x1 ...": what follows "chain 0 ", newline included, and actions. */
void tc_print_match(struct shell *sh, const struct tc_filter *f, bool stats);

/* --- tc_action.c ------------------------------------------------------------
 */

/* The words behind "action", as many actions as there are. */
int tc_parse_actions(struct ip_words *w, struct tc_filter *f);
void tc_print_actions(struct shell *sh, const struct tc_filter *f, bool stats);

/* --- tc_util.c ---------------------------------------------------------------
 */

/* The error line for a value that is missing. Return: 2. */
int tc_incomplete(struct ip_words *w);

/* A number as C writes it: 10, 0x0a, 012; or hexadecimal. @max: the largest. */
bool tc_number(const char *s, u32 max, u32 *value);
bool tc_hex(const char *s, u32 max, u32 *value);

/* "1mbit", "1.5Mbit", "125kBps": bytes a second. "10k", "1.5mb": bytes. */
bool tc_rate(const char *s, u64 *rate);
bool tc_size(const char *s, u32 *size);
void tc_print_rate(struct shell *sh, u64 rate);
void tc_print_size(struct shell *sh, u32 size);

/* "1:10", "ffff:": major << 16 | minor, both hexadecimal. */
bool tc_classid(const char *s, u32 *id);
void tc_print_classid(struct shell *sh, u32 id);

/* "ip", "arp", "802.1q", "all", 0x88b5: an Ethernet type, network order. */
bool tc_protocol(const char *s, be16_t *protocol);
void tc_print_protocol(struct shell *sh, be16_t protocol);

/* ` Sent 1 bytes 1 pkt (dropped 0, ...) ` and its second line, behind
 * @prefix. */
void tc_print_stats(struct shell *sh, const char *prefix, u64 bytes,
		    u32 packets, const u32 queue[3]);

#endif
