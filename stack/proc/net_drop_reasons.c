/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/net/drop_reasons - dropped packets by reason, "NAME COUNT" (row M8)
 */
#include "core/drop.h"
#include "core/seq_file.h"
#include "lwip/stats.h"

/* lwIP drops these itself and only counts. */
static u32 dropped_by_lwip(enum drop_reason reason)
{
	if (reason == DROP_UDP_CSUM)
		return lwip_stats.udp.chkerr;
	return reason == DROP_TCP_CSUM ? lwip_stats.tcp.chkerr : 0;
}

static int drop_reasons_show(struct seq_file *m)
{
	for (int i = 0; i < DROP_REASON_NR; i++)
		seq_printf(m, "%s %u\n", drop_reason_name(i),
			   (unsigned int)(drop_counts[i] + dropped_by_lwip(i)));
	return 0;
}
PROC_FILE("net/drop_reasons", drop_reasons_show);
