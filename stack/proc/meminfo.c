/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/meminfo - the fixed memory of a board, in Linux words (row M1)
 *
 * Nothing is allocated after boot, so MemTotal and MemFree are what the image
 * leaves of the RAM, and what moves is inside the pools: Slab is all of them,
 * MemAvailable adds what is free in them to MemFree.
 */
#include "core/port.h"
#include "core/seq_file.h"
#include "core/skbuff.h"
#include "proc/pools.h"

static void line(struct seq_file *m, const char *name, u64 bytes)
{
	seq_printf(m, "%-16s%8llu kB\n", name,
		   (unsigned long long)(bytes / 1024));
}

/*
 * A board that says nothing about its RAM has its pools and no more. See
 * port.h.
 */
__attribute__((weak)) void port_meminfo(u64 *total, u64 *unused)
{
	struct pools_sum sum;

	pools_read(&sum);
	*total = sum.bytes;
	*unused = 0;
}

static int meminfo_show(struct seq_file *m)
{
	struct pools_sum sum;
	u64 total, unused;

	port_meminfo(&total, &unused);
	pools_read(&sum);
	line(m, "MemTotal:", total);
	line(m, "MemFree:", unused);
	line(m, "MemAvailable:", unused + sum.free_bytes);
	line(m, "Buffers:", 0);
	line(m, "Cached:", 0);
	line(m, "SwapCached:", 0);
	line(m, "SwapTotal:", 0);
	line(m, "SwapFree:", 0);
	line(m, "Slab:", sum.bytes);
	line(m, "SReclaimable:", 0);
	line(m, "SUnreclaim:", sum.bytes);
	return 0;
}
PROC_FILE("meminfo", meminfo_show);
