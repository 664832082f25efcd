/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/loadavg - how busy the CPU was in the last 1, 5 and 15 minutes (M1)
 *
 * Linux looks every 5 s how many tasks want to run and averages with weights
 * that fade exponentially. Here one task runs or idles, so the share of time
 * that was not idle stands for that number, and nobody needs to look every
 * 5 s: a reader makes up for all periods since the last one, which share
 * their average. Fixed point with 11 bits, as in Linux.
 */
#include "core/cputime.h"
#include "core/port.h"
#include "core/seq_file.h"

#define PERIOD_NS (5 * NSEC_PER_SEC)

enum {
	FSHIFT = 11,
	FIXED_1 = 1 << FSHIFT,
	/* After so many periods even the slowest average has settled. */
	PERIODS_MAX = 4096,
};

/* FIXED_1 / exp(5 s / 1 min, 5 min, 15 min) */
static const u32 fade[3] = { 1884, 2014, 2037 };

static struct {
	u64 looked_ns;
	u64 idle_ns;
	u32 avg[3];
} load;

static u32 calc_load(u32 avg, u32 exp, u32 active)
{
	u32 next = avg * exp + active * (FIXED_1 - exp);

	if (active >= avg)
		next += FIXED_1 - 1;
	return next / FIXED_1;
}

static void update(u64 now)
{
	u64 ns[CPUTIME_NR], elapsed = now - load.looked_ns, idle;
	u32 periods, busy;

	if (elapsed < PERIOD_NS)
		return;
	cputime_read(ns);
	idle = ns[CPUTIME_IDLE] - load.idle_ns;
	busy = idle >= elapsed ? 0
			       : (u32)((elapsed - idle) * FIXED_1 / elapsed);
	periods = elapsed / PERIOD_NS > PERIODS_MAX
			  ? PERIODS_MAX
			  : (u32)(elapsed / PERIOD_NS);
	for (; periods > 0; periods--)
		for (int i = 0; i < 3; i++)
			load.avg[i] = calc_load(load.avg[i], fade[i], busy);
	load.looked_ns = now;
	load.idle_ns = ns[CPUTIME_IDLE];
}

static int loadavg_show(struct seq_file *m)
{
	update(clock_ns());
	for (int i = 0; i < 3; i++) {
		/* Half a hundredth is added, so that the rest rounds. */
		u32 v = load.avg[i] + FIXED_1 / 200;

		seq_printf(m, "%u.%02u ", (unsigned int)(v >> FSHIFT),
			   (unsigned int)((v & (FIXED_1 - 1)) * 100 >> FSHIFT));
	}
	seq_puts(m, "1/1 1\n");
	return 0;
}
PROC_FILE("loadavg", loadavg_show);
