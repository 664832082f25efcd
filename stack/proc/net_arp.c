/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/net/arp - the neighbours whose MAC address is known (row M7)
 */
#include "core/netdevice.h"
#include "core/seq_file.h"
#include "ipv4/neighbour.h"

enum {
	ARPHRD_ETHER = 1,
	ATF_COM = 0x02,
	ATF_PERM = 0x04,
};

static int arp_show(struct seq_file *m)
{
	struct neighbour n;

	seq_puts(m, "IP address       HW type     Flags       "
		    "HW address            Mask     Device\n");
	for (size_t i = 0; i < ARP_TABLE_SIZE; i++) {
		char ip[IP4ADDR_STRLEN_MAX];
		const u8 *hw = n.mac.addr;
		unsigned int flags = ATF_COM;

		if (!neigh_get(i, &n))
			continue;
		if (neigh_is_permanent(n.netif, n.addr.addr))
			flags |= ATF_PERM;
		seq_printf(m,
			   "%-16s 0x%-10x0x%-10x%02x:%02x:%02x:%02x:%02x:%02x"
			   "     *        %s\n",
			   ip4addr_ntoa_r(&n.addr, ip, sizeof(ip)),
			   ARPHRD_ETHER, flags, hw[0], hw[1], hw[2], hw[3],
			   hw[4], hw[5], netif_to_dev(n.netif)->name);
	}
	return 0;
}
PROC_FILE("net/arp", arp_show);
