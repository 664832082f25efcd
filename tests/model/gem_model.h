/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * gem_model - a Cadence GEM and its PHY in software, register by register
 *
 * For tests of drivers/net/gem.c and phy.c, which run on it unchanged. Two
 * personalities, switchable at run time: the GEM that QEMU emulates, and
 * Zynq-7000 silicon, where they differ (traits). The model is the driver's
 * enemy: whatever the hardware forbids is a complaint, and it can be told to
 * misbehave (faults).
 *
 * Frames carry no FCS on either side of the model.
 *
 * Receiving: gem_model_receive() is a frame that arrives. Where QEMU holds
 * frames back (no descriptor, receiver off) they wait; gem_model_poll() is
 * its I/O thread that delivers what fits.
 *
 * Sending: either synchronously inside the doorbell's store, as in QEMU, or
 * with manual_wire only when the test calls gem_model_transmit().
 */
#ifndef GEM_MODEL_H
#define GEM_MODEL_H

#include "model.h"

enum {
	GEM_MODEL_SIZE = 0x1000,
	GEM_MODEL_MAX_RING = 8192,
	GEM_MODEL_MAX_FRAME = 10240,
	GEM_MODEL_STATS = 45,
};

struct gem_traits {
	const char *name;
	bool isr_read_clears;  /* else write 1 to clear */
	bool resume_on_nwctrl; /* the descriptor is looked at only on a write
				* to NWCTRL; else at the next frame */
	bool holds_frames;     /* what cannot be stored waits; else is lost */
	bool octets_swapped;   /* low half of octets at the high register */
	bool stats_clear;      /* by reading, and by NWCTRL.5 */
	bool base_reads_back;  /* RXQBASE/TXQBASE read as written */
	bool offset_all;       /* the RX offset shifts every buffer */
	bool mdio_takes_time;
	bool link_latches_low;
	bool speed_matters; /* NWCFG must fit the link */
	u32 dcfg1;
	u32 big_frame; /* the limit with NWCFG.8, FCS included */
	u16 bmcr_after_reset;
	u64 autoneg_ns;
};

extern const struct gem_traits gem_traits_qemu;
extern const struct gem_traits gem_traits_silicon;

/* Counts say how often the fault still happens. */
struct gem_faults {
	u32 rx_overrun; /* the frame is lost, RXSTATUS.2 */
	u32 rx_no_eof;	/* SOF without EOF */
	u32 rx_no_sof;	/* EOF without SOF */
	u32 rx_zero_len;
	u32 rx_len; /* next frame claims rx_len_value bytes */
	u32 rx_len_value;
	u32 rx_bus_error; /* the frame is lost, RXSTATUS.3 */
	u32 tx_bus_error; /* transmission stops with an error */
	u32 tx_underrun;
	u32 tx_late;		/* retry limit or late collision */
	bool tx_late_halts;	/* and the transmitter comes to rest */
	u32 lose_tx_start;	/* a doorbell that nobody hears */
	u32 lose_irq;		/* an event does not reach ISR */
	bool tx_stall;		/* nothing is sent any more */
	bool tx_stall_survives; /* and clearing TXEN does not help */
	bool rx_lockup;		/* nothing is received until RXEN is toggled */
	bool mdio_stuck;
	bool phy_absent;
};

struct gem_phy {
	u32 addr;
	u16 id1, id2;
	bool cable;
	bool latched_down;
	u16 bmcr, anar, ctrl1000, lpa, stat1000;
	u64 an_done_ns;
	u64 mdio_done_ns;
};

/* What hardware owns, as it was handed over. */
struct gem_slot {
	u32 w0, w1;
	bool owned;
	bool seen; /* a barrier has stood behind it */
};

struct gem_frame {
	u16 len;
	u8 data[GEM_MODEL_MAX_FRAME];
};

struct gem_frames {
	struct gem_frame **list;
	u32 count, size, first;
};

enum gem_rx {
	GEM_RX_STORED,
	GEM_RX_HELD,	 /* waits outside: gem_model_poll() */
	GEM_RX_FILTERED, /* for somebody else */
	GEM_RX_LOST,
};

struct gem_model {
	const char *name;
	struct gem_traits traits;
	struct gem_faults faults;
	struct gem_phy phy;
	bool manual_wire;

	/* The interrupt line: called when it changes. */
	void (*irq)(void *arg, bool level);
	void *irq_arg;
	bool line;
	bool spurious;

	u32 nwctrl, nwcfg, dmacfg, txstatus, rxstatus, isr, imr, phymntnc;
	u32 hash[2];
	u32 spaddr[4][2];
	bool spaddr_active[4];
	u32 type_id[4];
	u64 stats[GEM_MODEL_STATS];

	u32 rx_base, rx_ptr, rx_slots;
	bool rx_stopped; /* the descriptor looked at last was not ours */
	u32 tx_base, tx_ptr, tx_slots;
	bool tx_go;
	bool tx_stuck;

	struct gem_slot rx_shadow[GEM_MODEL_MAX_RING];
	struct gem_slot tx_shadow[GEM_MODEL_MAX_RING];

	struct gem_frames sent;
	struct gem_frames held;

	/* For tests to look at. */
	u32 doorbells;	/* writes of TX start */
	u32 rx_resumes; /* writes of NWCTRL with RXEN set */
	u32 rx_toggles; /* RXEN from 0 to 1 */
	u32 rx_stored, rx_lost;
	u32 rx_flushes; /* NWCTRL.18 */
	u32 tx_frames, tx_lost;
	u32 irqs_raised;
	u32 mdio_ops;
};

/* Reset state of hardware; then adjust traits, phy and irq, if need be. */
void gem_model_init(struct gem_model *m, const char *name, uintptr_t base,
		    const struct gem_traits *traits);

enum gem_rx gem_model_receive(struct gem_model *m, const void *frame,
			      size_t len);

/* Deliver what was held; returns how many frames. */
u32 gem_model_poll(struct gem_model *m);

/* Let up to @max frames leave; returns how many did. */
u32 gem_model_transmit(struct gem_model *m, u32 max);

/* The frame that left as number @index (from 0) since the last forget. */
const struct gem_frame *gem_model_sent(const struct gem_model *m, u32 index);
void gem_model_forget_sent(struct gem_model *m);

void gem_model_cable(struct gem_model *m, bool plugged);

/* The link's speed as both ends agreed: 1000, 100, 10; 0: no link. */
u32 gem_model_link_speed(struct gem_model *m);

/* The line goes up although nothing happened, until ISR is read. */
void gem_model_spurious_irq(struct gem_model *m);

/* Look at all that hardware owns: any wrong change is a complaint. */
void gem_model_check(struct gem_model *m);

/* How many receive descriptors hardware owns now. */
u32 gem_model_rx_owned(const struct gem_model *m);

/* The 6-bit index of an address in the hash filter. */
u32 gem_model_hash(const u8 mac[6]);

#endif
