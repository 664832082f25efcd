/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * board - Zynq-7000: QEMU's xilinx-zynq-a9, ZedBoard, Zybo
 *
 * QEMU is told from silicon by PSS_IDCODE, which its model leaves at 0.
 * Clocks, console and the end of the run follow from that, nothing else.
 */
#include "board.h"

#include <string.h>

#include "core/types.h"
#include "handoff.h"
#include "io.h"
#include "irq/gic.h"
#include "mmu.h"
#include "serial/cadence_uart.h"
#include "timer/a9_timers.h"
#include "zynq_regs.h"

enum {
	/* The crystal: 50 MHz on the first Zybo, 33.3 MHz on the others. */
	PS_CLK_HZ = 33333333,
	QEMU_PERIPHCLK_HZ = 100000000,
	BAUD = 115200,

	/* ARM "Semihosting for AArch32 and AArch64", release 2.0 */
	SYS_EXIT_EXTENDED = 0x20,
	SYS_ELAPSED = 0x30,
	ADP_STOPPED_APPLICATION_EXIT = 0x20026,
};

const char board_name[] = "zynq-a9";
const char board_model[] = "Xilinx Zynq-7000";

extern char __text_start[], __data_start[], __stacks_start[], __stacks_end[];
extern char __dma_start[], __dma_end[], __ram_end[];

static struct {
	bool silicon;
	size_t dma_used;
} board;

/* Addresses as pointers, for a table that the compiler can fill. */
#define AT(addr) ((const char *)(addr))

const struct mmu_region board_mmu_regions[] = {
	{ __text_start, __data_start, MMU_TEXT },
	/* Behind the image the C library's heap would be. */
	{ __data_start, __ram_end, MMU_DATA },
	{ __stacks_start, __stacks_end, MMU_STACKS },
	{ __dma_start, __dma_end, MMU_UNCACHED },
	{ AT(HANDOFF_SEED), AT(HANDOFF_END), MMU_DATA },
	{ AT(0xe0000000), AT(0xe0300000), MMU_DEVICE },
	{ AT(0xf8000000), AT(0xf9000000), MMU_DEVICE },
	{ NULL, NULL, MMU_DEVICE },
};

static const struct board_nic nics[] = {
	{
		.compatible = "cdns,zynq-gem",
		.base = ZYNQ_GEM0_BASE,
		.irq = ZYNQ_IRQ_GEM0,
		.mac = { 0x02, 0x52, 0x50, 0x00, 0x00, 0x01 },
		.phy_addr = -1,
	},
	{
		.compatible = "cdns,zynq-gem",
		.base = ZYNQ_GEM1_BASE,
		.irq = ZYNQ_IRQ_GEM1,
		.mac = { 0x02, 0x52, 0x50, 0x00, 0x00, 0x02 },
		.phy_addr = -1,
	},
	{ .compatible = NULL },
};

const struct board_nic *board_nics(void)
{
	return nics;
}

/* --- clocks (UG585, 25.2 and 25.10) --------------------------------------- */

static u32 pll_hz(u32 ctrl_reg)
{
	u32 ctrl = readl(ZYNQ_SLCR_BASE + ctrl_reg);

	if (ctrl & PLL_CTRL_BYPASS)
		return PS_CLK_HZ;
	return PS_CLK_HZ * (ctrl >> PLL_CTRL_FDIV_SHIFT & PLL_CTRL_FDIV_MASK);
}

static u32 divided(u32 hz, u32 clk_ctrl)
{
	u32 divisor =
		clk_ctrl >> CLK_CTRL_DIVISOR_SHIFT & CLK_CTRL_DIVISOR_MASK;

	return divisor == 0 ? hz : hz / divisor;
}

/* CPU_3x2x is half of CPU_6x4x in both clock ratios, 6:2:1 and 4:2:1. */
static u32 periphclk_hz(void)
{
	static const u16 pll[] = { SLCR_ARM_PLL_CTRL, SLCR_ARM_PLL_CTRL,
				   SLCR_DDR_PLL_CTRL, SLCR_IO_PLL_CTRL };
	u32 ctrl = readl(ZYNQ_SLCR_BASE + SLCR_ARM_CLK_CTRL);
	u32 src = ctrl >> CLK_CTRL_SRC_SHIFT & CLK_CTRL_SRC_MASK;

	return divided(pll_hz(pll[src]), ctrl) / 2;
}

static u32 uart_ref_hz(void)
{
	static const u16 pll[] = { SLCR_IO_PLL_CTRL, SLCR_IO_PLL_CTRL,
				   SLCR_ARM_PLL_CTRL, SLCR_DDR_PLL_CTRL };
	u32 ctrl = readl(ZYNQ_SLCR_BASE + SLCR_UART_CLK_CTRL);
	u32 src = ctrl >> CLK_CTRL_SRC_SHIFT & CLK_CTRL_SRC_MASK;

	return divided(pll_hz(pll[src]), ctrl);
}

/* --- start ---------------------------------------------------------------- */

void board_init(void)
{
	board.silicon = !zynq_is_qemu();
	a9_clock_init(ZYNQ_PERIPHBASE,
		      board.silicon ? periphclk_hz() : QEMU_PERIPHCLK_HZ);
	if (board.silicon)
		cadence_uart_init(ZYNQ_UART1_BASE, uart_ref_hz(), BAUD);
	else
		cadence_uart_init(ZYNQ_UART0_BASE, 0, BAUD);
	gic_init(ZYNQ_GICD_BASE, ZYNQ_GICC_BASE);
	a9_timer_init(ZYNQ_IRQ_PTIMER);
	cadence_uart_irq_init(board.silicon ? ZYNQ_IRQ_UART1 : ZYNQ_IRQ_UART0);
}

/* For start.S. */
void board_irq_handler(void);
__attribute__((used)) void board_irq_handler(void)
{
	gic_handle_irq();
}

uint64_t board_clock_ns(void)
{
	return a9_clock_ns();
}

void board_timer_set(uint64_t deadline_ns)
{
	a9_timer_set(deadline_ns);
}

/* --- console ----------------------------------------------------------------
 */

void board_console_write(const char *text, size_t len)
{
	cadence_uart_write(text, len);
}

size_t board_console_read(char *buf, size_t size)
{
	return cadence_uart_read(buf, size);
}

bool board_console_pending(void)
{
	return cadence_uart_pending();
}

void board_console_drain(void)
{
	cadence_uart_drain();
}

/* --- end ------------------------------------------------------------------ */

/* Asks QEMU; nobody there: start.S lets it come back with @op unchanged. The
 * call is an exception into this same mode, so it costs the link register. */
static u32 semihosting(u32 op, void *args)
{
	register u32 r0 __asm__("r0") = op;
	register void *r1 __asm__("r1") = args;

	__asm__ volatile("svc #0x123456"
			 : "+r"(r0)
			 : "r"(r1)
			 : "memory", "lr", "cc");
	return r0;
}

static _Noreturn void halt(void)
{
	(void)board_irq_save();
	for (;;)
		board_idle();
}

void board_poweroff(int status)
{
	static const char text[] = "System halted\n";
	u32 args[2] = { ADP_STOPPED_APPLICATION_EXIT, (u32)status };

	board_console_drain();
	if (!board.silicon)
		(void)semihosting(SYS_EXIT_EXTENDED, args);
	board_console_write(text, sizeof(text) - 1);
	board_console_drain();
	halt();
}

void board_reset(void)
{
	board_console_drain();
	zynq_slcr_unlock();
	writel(PSS_RST_CTRL_SOFT_RST, ZYNQ_SLCR_BASE + SLCR_PSS_RST_CTRL);
	dsb();
	halt();
}

/* --- memory for DMA ---------------------------------------------------------
 */

void *board_dma_alloc(size_t size, size_t align)
{
	size_t start = (board.dma_used + align - 1) & ~(align - 1);
	size_t total = (size_t)(__dma_end - __dma_start);

	if (start > total || size > total - start)
		return NULL;
	board.dma_used = start + size;
	memset(__dma_start + start, 0, size);
	return __dma_start + start;
}

uint32_t board_dma_addr(const void *ptr)
{
	return (uintptr_t)ptr;
}

/* --- what it was started with -----------------------------------------------
 */

const char *board_rc(void)
{
	const struct handoff_rc *rc = (const void *)HANDOFF_RC;
	u32 sum = 0;

	if (memcmp(rc->magic, HANDOFF_RC_MAGIC, sizeof(rc->magic)) != 0 ||
	    rc->length >= HANDOFF_END - HANDOFF_RC - sizeof(*rc) ||
	    rc->text[rc->length] != '\0')
		return NULL;
	for (u32 i = 0; i < rc->length; i++)
		sum += (u8)rc->text[i];
	return sum == rc->sum ? rc->text : NULL;
}

/*
 * The seed is the launcher's. A reset brings the same one back, so the
 * host's clock is mixed in: keys differ from one boot to the next.
 */
size_t board_entropy(void *buf, size_t len)
{
	struct handoff_seed *seed = (void *)HANDOFF_SEED;
	u64 elapsed = 0;

	if (board.silicon ||
	    memcmp(seed->magic, HANDOFF_SEED_MAGIC, sizeof(seed->magic)) != 0)
		return 0;
	len = min_size(len, sizeof(seed->bytes));
	(void)semihosting(SYS_ELAPSED, &elapsed);
	memcpy(buf, seed->bytes, len);
	for (size_t i = 0; i < len && i < sizeof(elapsed); i++)
		((u8 *)buf)[i] ^= (u8)(elapsed >> 8 * i);
	memset(seed, 0, sizeof(*seed));
	__asm__ volatile("" : : : "memory");
	return len;
}

/* --- memory ------------------------------------------------------------ */

void board_memory(size_t *total, size_t *unused)
{
	*total = (size_t)(__ram_end - __text_start);
	*unused = (size_t)(__ram_end - __dma_end);
}
