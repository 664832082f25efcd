/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * config - every compile-time size, on one page
 *
 * What can be changed while the board runs is a sysctl, not a line here. The
 * cost in bytes stands beside each size; `make size` shows the sum.
 */
#ifndef CONFIG_H
#define CONFIG_H

/* Receive buffers shared by all NICs; 1,728 bytes each. Must hold what the
 * RX rings own (512 each by default) and what sockets keep. */
#define CONFIG_SKB_POOL_SIZE 4096

/* Default ring sizes, as Linux's macb driver has them; 8 bytes a slot, and
 * 4 (receive) or 8 (transmit) of bookkeeping. Limits for `ethtool -G` are in
 * gem.c. */
#define CONFIG_RX_RING_DEFAULT 512
#define CONFIG_TX_RING_DEFAULT 512

/* lwIP's pbuf pool: only what lwIP allocates for itself; 1,664 each. */
#define CONFIG_PBUF_POOL_SIZE 32
/* PBUF_REF/ROM headers: data sent without a copy; 64 each. */
#define CONFIG_NUM_PBUF 1024

#define CONFIG_NUM_TCP_PCB    256  /* 240 each */
#define CONFIG_NUM_TCP_LISTEN 16   /* 56 each */
#define CONFIG_NUM_UDP_PCB    16   /* 48 each */
#define CONFIG_NUM_TCP_SEG    4096 /* 24 each */
#define CONFIG_ARP_TABLE_SIZE 64   /* 32 each */

/* mem_malloc's pools (stack/lwip/lwippools.h). */
#define CONFIG_MEM_NUM_SMALL  2048 /* 168 each: ACKs, small datagrams */
#define CONFIG_MEM_NUM_MEDIUM 256  /* 520 each */
#define CONFIG_MEM_NUM_FRAME  2048 /* 1,672 each: full segments */
#define CONFIG_MEM_NUM_LARGE  64   /* 4,104 each */

/* TCP: 128 KB windows, 64 KB of unacknowledged data. */
#define CONFIG_TCP_RCV_SCALE	   2
#define CONFIG_TCP_WND		   131072
#define CONFIG_TCP_SND_BUF	   65536
#define CONFIG_TCP_SND_QUEUELEN	   256
#define CONFIG_TCP_OOSEQ_MAX_PBUFS 96
#define CONFIG_TCP_MSL_MS	   5000 /* TIME_WAIT is twice this */

/* IP reassembly: Linux's ipfrag_high_thresh, in buffers. */
#define CONFIG_IPFRAG_MAX_SKBS	 256
#define CONFIG_IPFRAG_MAX_QUEUES 32

/* Kernel log and console output waiting for the UART, bytes. */
#define CONFIG_LOG_SIZE	       16384
#define CONFIG_CONSOLE_TX_SIZE 65536

/* Services: connections that each one takes (HTTP 1,024 bytes each, the others
 * 64), and receive buffers that all of them may hold while a client does not
 * read: beyond, TCP is told to wait. */
#define CONFIG_APP_CONNS     128
#define CONFIG_APP_HELD_SKBS 1024

/* /proc files being sent over HTTP at the same time, and the largest one; the
 * longest is net/tcp with 150 bytes a connection. */
#define CONFIG_HTTP_PROC_FILES 8
#define CONFIG_HTTP_PROC_SIZE  49152

/* Taps: copies of packets that wait for their listener, bytes, powers of two:
 * the console's tcpdump has one ring, each capture connection one of its own.
 * A capture connection takes 25 KB more. */
#define CONFIG_TCPDUMP_RING_SIZE 131072
#define CONFIG_CAPTURE_RING_SIZE 262144
#define CONFIG_CAPTURE_CONNS	 2
/* Where tshark and Wireshark connect to: TCP@board:2002. */
#define CONFIG_CAPTURE_PORT 2002

#endif
