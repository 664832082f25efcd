/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/net/drop_reasons - dropped packets by reason, "NAME COUNT" (row M8)
 */
#include "core/drop.h"
#include "core/seq_file.h"
#include "ipv4/lwip_drop.h"

static int drop_reasons_show(struct seq_file *m)
{
	for (int i = 0; i < DROP_REASON_NR; i++)
		seq_printf(m, "%s %u\n", drop_reason_name(i),
			   (unsigned int)(drop_counts[i] + lwip_dropped(i)));
	return 0;
}
PROC_FILE("net/drop_reasons", drop_reasons_show);
