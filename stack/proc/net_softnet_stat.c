/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/net/softnet_stat - NAPI at a glance, one line per CPU (rows I9, M2)
 *
 * Fifteen hexadecimal columns: frames processed, dropped, rounds ended by the
 * budget (time_squeeze), five that Linux no longer fills, CPU collisions, RPS
 * wake-ups, flow limit hits, backlog length, CPU, and the two parts of the
 * backlog. Without RPS and a second CPU most are 0.
 */
#include "core/backlog.h"
#include "core/napi.h"
#include "core/seq_file.h"

enum {
	BACKLOG_LEN = 11,
	INPUT_QUEUE_LEN = 13,
};

static int softnet_stat_show(struct seq_file *m)
{
	seq_printf(m, "%08x %08x %08x", (unsigned int)softnet_data.processed,
		   (unsigned int)softnet_data.dropped,
		   (unsigned int)softnet_data.time_squeeze);
	for (int column = 3; column < 15; column++)
		seq_printf(m, " %08x",
			   column == BACKLOG_LEN || column == INPUT_QUEUE_LEN
				   ? (unsigned int)backlog_len()
				   : 0);
	seq_putc(m, '\n');
	return 0;
}
PROC_FILE("net/softnet_stat", softnet_stat_show);
