/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lwipopts - lwIP's compile-time choices
 *
 * Sizes that a user would change stand in firmware/config.h; this page says
 * how lwIP is cut for the path: no OS, one thread, our hooks around it.
 */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#include "config.h"

/* --- shape ------------------------------------------------------------- */
#define NO_SYS		     1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN	     0
#define LWIP_SOCKET	     0
#define LWIP_IPV4	     1
#define LWIP_IPV6	     0
#define LWIP_SINGLE_NETIF    0
#define LWIP_TIMERS	     1

/* --- memory: fixed pools, sized in config.h ---------------------------- */
#define MEM_ALIGNMENT		      8
#define MEMP_MEM_MALLOC		      0
#define MEM_LIBC_MALLOC		      0
#define MEM_USE_POOLS		      1
#define MEMP_USE_CUSTOM_POOLS	      1
#define MEM_USE_POOLS_TRY_BIGGER_POOL 1
#define LWIP_SUPPORT_CUSTOM_PBUF      1
#define LWIP_PBUF_REF_T		      u16_t
#define PBUF_POOL_SIZE		      CONFIG_PBUF_POOL_SIZE
#define PBUF_POOL_BUFSIZE	      1600
#define MEMP_NUM_PBUF		      CONFIG_NUM_PBUF
#define MEMP_NUM_TCP_PCB	      CONFIG_NUM_TCP_PCB
#define MEMP_NUM_TCP_PCB_LISTEN	      CONFIG_NUM_TCP_LISTEN
#define MEMP_NUM_UDP_PCB	      CONFIG_NUM_UDP_PCB
#define MEMP_NUM_RAW_PCB	      4
/* The pieces of datagrams that wait in a qdisc, all at once. */
#define MEMP_NUM_FRAG_PBUF   512
#define MEMP_NUM_TCP_SEG     CONFIG_NUM_TCP_SEG
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 8)

/* The packet's control block travels inside each pbuf. */
#include "core/skb.h"
#define LWIP_PBUF_CUSTOM_DATA struct skb_cb cb;

/* --- link -------------------------------------------------------------- */
#define LWIP_ETHERNET		       1
#define LWIP_ARP		       1
#define ETH_PAD_SIZE		       0
#define ARP_TABLE_SIZE		       CONFIG_ARP_TABLE_SIZE
#define ARP_QUEUEING		       1
#define ETHARP_TABLE_MATCH_NETIF       1
#define ETHARP_SUPPORT_STATIC_ENTRIES  1
#define LWIP_NETIF_HWADDRHINT	       1
#define LWIP_NETIF_HOSTNAME	       1
#define LWIP_NETIF_LINK_CALLBACK       1
#define LWIP_NETIF_STATUS_CALLBACK     1
#define LWIP_NETIF_EXT_STATUS_CALLBACK 1
#define LWIP_NETIF_TX_SINGLE_PBUF      0
#define LWIP_HAVE_LOOPIF	       0
#define LWIP_NETIF_LOOPBACK	       0

/* --- IP: checks, fragments and ICMP limits are ours (stack/ipv4) ------- */
#define IP_FORWARD		  0
#define IP_REASSEMBLY		  0
#define IP_FRAG			  1
#define IP_OPTIONS_ALLOWED	  1
#define IP_SOF_BROADCAST	  1
#define LWIP_ICMP		  1
#define LWIP_BROADCAST_PING	  0
#define LWIP_MULTICAST_PING	  0
#define LWIP_RAW		  1
#define LWIP_IGMP		  1
#define LWIP_MULTICAST_TX_OPTIONS 1
#define IP_DEFAULT_TTL		  64
#define LWIP_DHCP		  1
#define LWIP_DHCP_DOES_ACD_CHECK  0
#define LWIP_ACD		  0
#define LWIP_DNS		  1
#define LWIP_UDP		  1

/* --- TCP --------------------------------------------------------------- */
#define LWIP_TCP		  1
#define TCP_MSS			  1460
#define LWIP_WND_SCALE		  1
#define TCP_RCV_SCALE		  CONFIG_TCP_RCV_SCALE
#define TCP_WND			  CONFIG_TCP_WND
#define TCP_SND_BUF		  CONFIG_TCP_SND_BUF
#define TCP_SND_QUEUELEN	  CONFIG_TCP_SND_QUEUELEN
#define TCP_OVERSIZE		  TCP_MSS
#define LWIP_TCP_SACK_OUT	  1
#define LWIP_TCP_TIMESTAMPS	  0
#define TCP_QUEUE_OOSEQ		  1
#define TCP_OOSEQ_MAX_PBUFS	  CONFIG_TCP_OOSEQ_MAX_PBUFS
#define TCP_LISTEN_BACKLOG	  1
#define LWIP_TCP_KEEPALIVE	  1
#define LWIP_TCP_PCB_NUM_EXT_ARGS 2
#define SO_REUSE		  1
/* Ticks of 50 ms: delayed ACK 50 ms and RTO at least 200 ms, about Linux's. */
#define TCP_TMR_INTERVAL  50
#define LWIP_TCP_RTO_TIME 1000
#define TCP_MSL		  CONFIG_TCP_MSL_MS
/* The window is not backed by lwIP's own pool but by the receive buffers. */
#define LWIP_DISABLE_TCP_SANITY_CHECKS 1

/* --- checksums --------------------------------------------------
 * Those of the IP header, TCP and UDP are checked once, in GRO or in ip_rcv(),
 * before anything trusts them. */
#define CHECKSUM_CHECK_IP     0
#define CHECKSUM_CHECK_TCP    0
#define CHECKSUM_CHECK_UDP    0
#define LWIP_CHECKSUM_ON_COPY 1

/* --- counters: ours are 32 bit and have Linux's names ------------------ */
#define LWIP_STATS	   1
#define LWIP_STATS_LARGE   1
#define MIB2_STATS	   1
#define LWIP_STATS_DISPLAY 0

#define LWIP_HOOK_FILENAME "lwip_hooks.h"

#endif
