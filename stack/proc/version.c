/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/version - what runs here (row M1)
 */
#include "core/seq_file.h"
#include "core/version.h"
#include "lwip/init.h"

static int version_show(struct seq_file *m)
{
	seq_puts(m, "Ringpath version " RINGPATH_VERSION " (gcc " __VERSION__
		    ", lwIP " LWIP_VERSION_STRING ") #1\n");
	return 0;
}
PROC_FILE("version", version_show);
