/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lwip_hooks - the hooks that lwIP calls inside its own sources
 *
 * Included by lwIP's files only (LWIP_HOOK_FILENAME).
 */
#ifndef LWIP_HOOKS_H
#define LWIP_HOOKS_H

#include "lwip/err.h"
#include "lwip/ip_addr.h"

struct tcp_pcb;
struct tcp_hdr;
struct pbuf;

/* stack/ipv4/tcp_guard.c: the checks of RFC 5961 and RFC 9293 that lwIP does
 * not make. Not ERR_OK: the segment is dropped by lwIP. */
err_t tcp_guard_in(struct tcp_pcb *pcb, struct tcp_hdr *hdr, u16_t optlen,
		   u16_t opt1len, u8_t *opt2, struct pbuf *p);
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, hdr, optlen, opt1len, opt2, p)         \
	tcp_guard_in(pcb, hdr, optlen, opt1len, opt2, p)

/* stack/ipv4/tcp_isn.c: RFC 6528. */
u32_t tcp_isn(const ip_addr_t *local_ip, u16_t local_port,
	      const ip_addr_t *remote_ip, u16_t remote_port);
#define LWIP_HOOK_TCP_ISN tcp_isn

/* stack/lwip/lwip_glue.c: an address of ours belongs to its device, with a link
 * or without. */
struct netif *ip_route_local(const ip4_addr_t *dest);
#define LWIP_HOOK_IP4_ROUTE ip_route_local

#endif
