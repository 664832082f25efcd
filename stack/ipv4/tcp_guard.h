/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tcp_guard - what a segment must be before lwIP's TCP sees it (row I21)
 *
 * lwIP 2.2.1 takes data without an ACK flag, acknowledgments of what was
 * never sent, an MSS option in the middle of a connection, and answers any
 * number of resets; some of it ends in one of its asserts. This file stands
 * in its hook and lets only those segments through that RFC 9293 and RFC 5961
 * call acceptable. What a bad segment earns is what Linux does: nothing, or
 * one "challenge" ACK that makes the real peer speak up.
 *
 * The prototype of tcp_guard_in() stands in lwip_hooks.h. Context: softirq.
 *
 * Knobs: net.ipv4.tcp_challenge_ack_limit (all connections together, per
 * second), tcp_invalid_ratelimit (one connection, milliseconds between two),
 * tcp_min_snd_mss. Counters: TcpExt in snmp.h.
 */
#ifndef IPV4_TCP_GUARD_H
#define IPV4_TCP_GUARD_H

#include "core/types.h"
#include "lwip_hooks.h"

/* How many segments found a connection or a listener. */
u32 tcp_guard_segments(void);

#endif
