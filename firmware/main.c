/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * main - boot order and the main loop (row I8)
 *
 * One thread. Each turn of the loop is bounded: one softirq round within its
 * budgets, timers that are due, a little of the shell. Nothing to do: sleep
 * until an interrupt, or until the next timer.
 */
#include <errno.h>
#include "board.h"
#include "config.h"
#include "port_init.h"
#include "apps/app.h"
#include "core/backlog.h"
#include "core/cputime.h"
#include "core/netdevice.h"
#include "core/port.h"
#include "core/printk.h"
#include "core/skbuff.h"
#include "core/softirq.h"
#include "core/timer.h"
#include "core/version.h"
#include "core/xmit.h"
#include "lwip/lwip_glue.h"
#include "net/loopback.h"
#include "net/nic_driver.h"
#include "shell/shell.h"

int main(void);

/* The default start-up script, in the image (rc.S). */
extern const char firmware_rc[];

static void probe_nics(void)
{
	for (const struct board_nic *nic = board_nics(); nic->compatible;
	     nic++) {
		const struct nic_driver *drv = nic_driver_find(nic->compatible);
		int err = drv ? drv->probe(nic) : -ENODEV;

		if (err)
			pr_warn("%s at 0x%08lx: no interface (%d)",
				nic->compatible, (unsigned long)nic->base, err);
	}
}

/* Nothing is pending: sleep. Interrupts are masked while we look, so that one
 * that comes after the look still ends the sleep. */
static void idle(void)
{
	u32 flags = board_irq_save();

	if (!softirq_pending() && !board_console_pending()) {
		u64 next = timers_next();

		board_timer_set(next); /* does nothing if it is set already */
		if (next > board_clock_ns()) {
			(void)cputime_enter(CPUTIME_IDLE);
			board_idle();
			(void)cputime_enter(CPUTIME_SYSTEM);
		}
	}
	board_irq_restore(flags);
}

int main(void)
{
	const char *rc;

	board_init();
	printk_set_sink(shell_console_write);
	pr_info("Ringpath %s on %s", RINGPATH_VERSION, board_model);
	if (!random_init())
		pr_warn("random: no source of entropy, sequence numbers are "
			"harder to guess but not hard");
	skb_pool_init();
	open_softirq(NET_RX_SOFTIRQ, net_rx_action);
	open_softirq(NET_TX_SOFTIRQ, net_tx_action);
	backlog_init();
	lwip_start();
	loopback_init();
	probe_nics();
	apps_init();
	board_irq_enable();

	rc = board_rc();
	shell_start(rc ? rc : firmware_rc, "rc");

	for (;;) {
		bool more;

		do_softirq();
		timers_run(clock_ns());
		more = false;
		if (shell_pending()) {
			(void)cputime_enter(CPUTIME_USER);
			more = shell_poll();
			(void)cputime_enter(CPUTIME_SYSTEM);
		}
		if (unlikely(skb_pool_starved()))
			lwip_relieve();
		lwip_timers_arm(clock_ns());
		if (!more)
			idle();
	}
}
