/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * nic - clocks and reset of the two GEMs, for silicon
 *
 * UG585 v1.13, appendix B.28 (module slcr). In QEMU these registers only keep
 * what is written, so nothing is done there. Never ran on a chip: see
 * docs/hardware.md.
 */
#include "board.h"
#include "io.h"
#include "zynq_regs.h"

#define SLCR_GEM_RCLK_CTRL(n) (ZYNQ_SLCR_BASE + 0x138u + 4u * (n))
#define RCLK_ACTIVE	      (1u << 0) /* receive clock from the pins */
#define SLCR_GEM_CLK_CTRL(n)  (ZYNQ_SLCR_BASE + 0x140u + 4u * (n))
#define GEM_CLK_ACTIVE	      (1u << 0)
#define GEM_CLK_DIV0(d)	      ((uint32_t)(d) << 8)
#define GEM_CLK_DIV1(d)	      ((uint32_t)(d) << 20) /* source: IO PLL */
#define SLCR_APER_CLK_CTRL    (ZYNQ_SLCR_BASE + 0x12cu)
#define APER_GEM_CLK(n)	      (1u << (6 + (n)))
#define SLCR_GEM_RST_CTRL     (ZYNQ_SLCR_BASE + 0x214u)
#define GEM_RST_ALL(n)	      (0x51u << (n)) /* CPU_1x, RX, reference */

static unsigned int index_of(const struct board_nic *nic)
{
	return nic->base == ZYNQ_GEM1_BASE;
}

void board_nic_setup(const struct board_nic *nic)
{
	unsigned int n = index_of(nic);

	if (zynq_is_qemu())
		return;
	zynq_slcr_unlock();
	writel(readl(SLCR_APER_CLK_CTRL) | APER_GEM_CLK(n), SLCR_APER_CLK_CTRL);
	writel(RCLK_ACTIVE, SLCR_GEM_RCLK_CTRL(n));
	dsb();
}

void board_nic_reset(const struct board_nic *nic)
{
	unsigned int n = index_of(nic);

	if (zynq_is_qemu())
		return;
	zynq_slcr_unlock();
	writel(readl(SLCR_GEM_RST_CTRL) | GEM_RST_ALL(n), SLCR_GEM_RST_CTRL);
	dsb();
	writel(readl(SLCR_GEM_RST_CTRL) & ~GEM_RST_ALL(n), SLCR_GEM_RST_CTRL);
	dsb();
}

void board_nic_set_speed(const struct board_nic *nic, unsigned int mbps)
{
	/* 125, 25 and 2.5 MHz from the IO PLL's 1,000 MHz. */
	uint32_t div1 = mbps == 1000 ? 1 : mbps == 100 ? 5 : 50;

	if (zynq_is_qemu())
		return;
	zynq_slcr_unlock();
	writel(GEM_CLK_DIV1(div1) | GEM_CLK_DIV0(8) | GEM_CLK_ACTIVE,
	       SLCR_GEM_CLK_CTRL(index_of(nic)));
}
