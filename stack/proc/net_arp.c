/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/net/arp - the neighbours whose MAC address is known (row M7)
 *
 * lwIP tells of complete entries only, and not which of them are permanent.
 */
#include "core/netdevice.h"
#include "core/seq_file.h"
#include "lwip/etharp.h"

enum {
	ARPHRD_ETHER = 1,
	ATF_COM = 0x02,
};

static int arp_show(struct seq_file *m)
{
	seq_puts(m, "IP address       HW type     Flags       "
		    "HW address            Mask     Device\n");
	for (size_t i = 0; i < ARP_TABLE_SIZE; i++) {
		char ip[IP4ADDR_STRLEN_MAX];
		struct eth_addr *hw;
		struct netif *netif;
		ip4_addr_t *addr;

		if (etharp_get_entry(i, &addr, &netif, &hw) == 0)
			continue;
		seq_printf(m,
			   "%-16s 0x%-10x0x%-10x%02x:%02x:%02x:%02x:%02x:%02x"
			   "     *        %s\n",
			   ip4addr_ntoa_r(addr, ip, sizeof(ip)), ARPHRD_ETHER,
			   ATF_COM, hw->addr[0], hw->addr[1], hw->addr[2],
			   hw->addr[3], hw->addr[4], hw->addr[5],
			   netif_to_dev(netif)->name);
	}
	return 0;
}
PROC_FILE("net/arp", arp_show);
