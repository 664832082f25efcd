/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tcp_isn - where a connection's sequence numbers begin (row I21)
 *
 * RFC 6528: a clock plus a keyed hash of both addresses and ports. Numbers
 * of one pair of endpoints rise with time, so that an old segment is not
 * taken for a new one; those of different pairs tell nothing of each other.
 *
 * The prototype of tcp_isn() stands in lwip_hooks.h, as lwIP calls it.
 * Context: softirq or application. The key is drawn at the first connection.
 */
#ifndef IPV4_TCP_ISN_H
#define IPV4_TCP_ISN_H

#include "core/types.h"
#include "lwip_hooks.h"

#endif
