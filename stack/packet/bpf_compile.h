/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bpf_compile - the usual filter expressions to classic BPF (row I13)
 *
 * For commands: what is typed after `tcpdump` becomes a program that gives the
 * same verdict on Ethernet frames as the one that real tcpdump makes. Known:
 *
 *	[ip|arp|rarp] [src|dst|src or dst|src and dst] host ADDRESS
 *	[ip|arp|rarp] [src|dst|...] net A/P, net A mask M, net A.B
 *	[tcp|udp] [src|dst|...] port N, portrange N-M
 *	ether [src|dst] host MAC, ether proto N, ip proto N, ip6 proto N
 *	tcp udp icmp icmp6 igmp ip ip6 arp rarp, vlan [N]
 *	[ether] broadcast, [ether|ip] multicast, less N, greater N
 *	and && or || not ! ( )
 *
 * A value alone takes the words before the last value: `port 80 or 443`. What
 * is not known (byte tests, names of hosts) is refused by name; such a filter
 * can be compiled with `tcpdump -y EN10MB -ddd` and given as a program. The one
 * difference: code is not optimized, so of a frame that ends in the middle of
 * its headers a field may be asked for that tcpdump would not have looked at,
 * and then the frame is not wanted.
 *
 * Pure but for its scratch memory, which is static: one call at a time.
 */
#ifndef PACKET_BPF_COMPILE_H
#define PACKET_BPF_COMPILE_H

#include "packet/bpf.h"

enum {
	BPF_COMPILE_ERROR_MAX = 80,
	BPF_SNAPLEN_MAX = 262144, /* tcpdump's own */
};

/**
 * bpf_compile() - compile an expression
 * @expr: words separated by blanks; empty: everything is kept
 * @snaplen: what the program returns for a packet that is wanted
 * @prog: room for BPF_MAXINSNS
 * @error: room for BPF_COMPILE_ERROR_MAX characters; filled when it fails
 *
 * Return: number of instructions, which pass bpf_check(); -EINVAL.
 */
int bpf_compile(const char *expr, u32 snaplen, struct sock_filter *prog,
		char *error);

#endif
