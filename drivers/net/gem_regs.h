/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * gem_regs - registers of the Cadence Gigabit Ethernet MAC
 *
 * Zynq-7000 SoC Technical Reference Manual, UG585 v1.13, chapter 16 and
 * appendix B.18 (module gem). Offsets in bytes; bits stand under their
 * register. Names are the manual's.
 */
#ifndef NET_GEM_REGS_H
#define NET_GEM_REGS_H

/* Bits stand indented under their register. */
/* clang-format off */

#define GEM_NWCTRL	   0x000 /* network control */
#define  NWCTRL_RXEN	   (1u << 2)
#define  NWCTRL_TXEN	   (1u << 3)
#define  NWCTRL_MDEN	   (1u << 4)  /* MDIO port on */
#define  NWCTRL_STATCLR	   (1u << 5)
#define  NWCTRL_STARTTX	   (1u << 9)
#define  NWCTRL_HALTTX	   (1u << 10) /* after the frame being sent */
#define  NWCTRL_FLUSH_DPRAM (1u << 18) /* drop one frame of the RX SRAM */

#define GEM_NWCFG	   0x004 /* network configuration */
#define  NWCFG_100	   (1u << 0)
#define  NWCFG_FDEN	   (1u << 1)
#define  NWCFG_COPYALL	   (1u << 4)  /* promiscuous */
#define  NWCFG_MCASTHASH   (1u << 6)
#define  NWCFG_1536RX	   (1u << 8)  /* frames to 1536 bytes: room for VLAN */
#define  NWCFG_1000	   (1u << 10)
#define  NWCFG_RXOFFS(n)   ((u32)(n) << 14)
#define  NWCFG_FCSREM	   (1u << 17) /* take the FCS off */
#define  NWCFG_MDCDIV_48   (3u << 18) /* MDC = CPU_1x / 48, 2.3 MHz of 111 */

#define GEM_NWSTATUS	   0x008
#define  NWSTATUS_MDIOIDLE (1u << 2)

#define GEM_DMACFG	   0x010
#define  DMACFG_BURST16	   (1u << 4)
#define  DMACFG_RXSRAM_8K  (3u << 8)
#define  DMACFG_TXSRAM_4K  (1u << 10)
#define  DMACFG_RXBUF(n)   ((u32)((n) / 64) << 16) /* bytes */
#define  DMACFG_DISCARD	   (1u << 24) /* no buffer: drop, do not hold */

#define GEM_TXSTATUS	   0x014 /* write 1 to clear */
#define  TXSTATUS_USEDREAD (1u << 0)
#define  TXSTATUS_GO	   (1u << 3) /* read only: the DMA is running */
#define  TXSTATUS_ERRORS   0x1d4u    /* retry, AHB, underrun, late, hresp */
#define GEM_RXQBASE	   0x018
#define GEM_TXQBASE	   0x01c
#define GEM_RXSTATUS	   0x020 /* write 1 to clear */
#define  RXSTATUS_NOBUF	   (1u << 0)

#define GEM_ISR		   0x024 /* read, then write back: see gem_irq() */
#define GEM_IER		   0x028
#define GEM_IDR		   0x02c
#define GEM_IMR		   0x030 /* bit set: masked */
#define  GEM_INT_RXCMPL	   (1u << 1)
#define  GEM_INT_RXUSED	   (1u << 2)  /* receive found no free descriptor */
#define  GEM_INT_TXUSED	   (1u << 3)
#define  GEM_INT_TXUNDER   (1u << 4)
#define  GEM_INT_TXRETRY   (1u << 5)
#define  GEM_INT_TXAHB	   (1u << 6)
#define  GEM_INT_TXCMPL	   (1u << 7)
#define  GEM_INT_RXOVR	   (1u << 10)
#define  GEM_INT_HRESP	   (1u << 11)

#define GEM_PHYMNTNC	   0x034
#define  PHYMNTNC_READ	   0x60020000u
#define  PHYMNTNC_WRITE	   0x50020000u
#define  PHYMNTNC_ADDR(n)  ((u32)(n) << 23)
#define  PHYMNTNC_REG(n)   ((u32)(n) << 18)

#define GEM_HASHBOT	   0x080
#define GEM_HASHTOP	   0x084
#define GEM_LADDR1L	   0x088 /* writing the low half turns the entry off, */
#define GEM_LADDR1H	   0x08c /* writing the high half turns it on */

/* Error statistics, cleared by reading (and by QEMU never counted). */
#define GEM_TXUNDERCNT	   0x134
#define GEM_SNGLCOLLCNT	   0x138
#define GEM_MULTICOLLCNT   0x13c
#define GEM_EXCESSCOLLCNT  0x140
#define GEM_LATECOLLCNT	   0x144
#define GEM_CSENSECNT	   0x14c
#define GEM_RXUNDRCNT	   0x184
#define GEM_RXOVRCNT	   0x188
#define GEM_RXJABCNT	   0x18c
#define GEM_RXFCSCNT	   0x190
#define GEM_RXLENGTHCNT	   0x194
#define GEM_RXSYMBCNT	   0x198
#define GEM_RXALIGNCNT	   0x19c
#define GEM_RXRESERRCNT	   0x1a0 /* no buffer when a frame came */
#define GEM_RXORCNT	   0x1a4 /* overrun of the SRAM */

/* clang-format on */

/*
 * A descriptor, both directions. The NIC and we take turns by one bit of it,
 * which is written last and read first.
 */
struct gem_desc {
	volatile u32 addr;
	volatile u32 ctrl;
};

/* clang-format off */
/* Receive, word 0: the bit set means "ours". */
#define RXD_OWN		   (1u << 0)
#define RXD_WRAP	   (1u << 1)
/* Receive, word 1. */
#define RXD_LEN_MASK	   0x1fffu
#define RXD_SOF		   (1u << 14)
#define RXD_EOF		   (1u << 15)

/* Transmit, word 1: the bit set means "ours". */
#define TXD_LEN_MASK	   0x3fffu
#define TXD_LAST	   (1u << 15)
#define TXD_LATECOLL	   (1u << 26)
#define TXD_AHB		   (1u << 27)
#define TXD_UNDERRUN	   (1u << 28)
#define TXD_RETRY	   (1u << 29)
#define TXD_ERRORS	   (TXD_LATECOLL | TXD_AHB | TXD_UNDERRUN | TXD_RETRY)
#define TXD_WRAP	   (1u << 30)
#define TXD_USED	   (1u << 31)

/* clang-format on */

#endif
