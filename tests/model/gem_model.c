/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * gem_model - a Cadence GEM and its PHY in software, register by register
 *
 * Registers and descriptors are those of the Zynq-7000 manual (UG585, chapter
 * 16); what differs in QEMU's cadence_gem is in the traits.
 */
#include "gem_model.h"
#include <stdlib.h>
#include "test.h"

enum reg {
	NWCTRL = 0x00,
	NWCFG = 0x04,
	NWSTATUS = 0x08,
	DMACFG = 0x10,
	TXSTATUS = 0x14,
	RXQBASE = 0x18,
	TXQBASE = 0x1c,
	RXSTATUS = 0x20,
	ISR = 0x24,
	IER = 0x28,
	IDR = 0x2c,
	IMR = 0x30,
	PHYMNTNC = 0x34,
	HASHLO = 0x80,
	HASHHI = 0x84,
	SPADDR1LO = 0x88,
	SPADDR4HI = 0xa4,
	TIDM1 = 0xa8,
	TIDM4 = 0xb4,
	MODID = 0xfc,
	STATS = 0x100,
	STATS_END = 0x1b0,
	DCFG1 = 0x280,
	DCFG7 = 0x298,
};

#define BIT(n) (1u << (n))

enum {
	NWCTRL_LOOPBACK = BIT(1),
	NWCTRL_RXEN = BIT(2),
	NWCTRL_TXEN = BIT(3),
	NWCTRL_MDIO = BIT(4),
	NWCTRL_CLEAR_STATS = BIT(5),
	NWCTRL_TXSTART = BIT(9),
	NWCTRL_TXHALT = BIT(10),
	NWCTRL_FLUSH = BIT(18),
	NWCTRL_STORED = ~(BIT(5) | BIT(6) | (0x1fu << 9) | (0x7u << 16)),

	NWCFG_100 = BIT(0),
	NWCFG_FD = BIT(1),
	NWCFG_JUMBO = BIT(3),
	NWCFG_PROMISC = BIT(4),
	NWCFG_NO_BCAST = BIT(5),
	NWCFG_MCAST_HASH = BIT(6),
	NWCFG_UCAST_HASH = BIT(7),
	NWCFG_BIG = BIT(8),
	NWCFG_GIGABIT = BIT(10),
	NWCFG_STRIP_FCS = BIT(17),

	DMACFG_TX_CSUM = BIT(11),
	DMACFG_64BIT = BIT(30),

	TX_USED_READ = BIT(0),
	TX_RETRY_LIMIT = BIT(2),
	TX_GO = BIT(3),
	TX_BUS_ERROR = BIT(4),
	TX_COMPLETE = BIT(5),
	TX_UNDERRUN = BIT(6),

	RX_NO_BUFFER = BIT(0),
	RX_RECEIVED = BIT(1),
	RX_OVERRUN = BIT(2),
	RX_BUS_ERROR = BIT(3),

	INT_RX = BIT(1),
	INT_RX_USED = BIT(2),
	INT_TX_USED = BIT(3),
	INT_TX_UNDERRUN = BIT(4),
	INT_TX_LATE = BIT(5),
	INT_BUS = BIT(6),
	INT_TX = BIT(7),
	INT_RX_OVERRUN = BIT(10),
	INT_HRESP = BIT(11),
	INT_ALL = 0x07ffffff,

	RXD_SW = BIT(0),
	RXD_WRAP = BIT(1),
	RXD_ADDR = ~3u,
	RXD_SOF = BIT(14),
	RXD_EOF = BIT(15),
	RXD_LEN = 0x1fff,

	TXD_LEN = 0x3fff,
	TXD_LAST = BIT(15),
	TXD_WRAP = BIT(30),
	TXD_USED = BIT(31),
	TXD_LATE = BIT(26),
	TXD_BUS_ERROR = BIT(27),
	TXD_UNDERRUN = BIT(28),
};

/* Indices of statistics, by their offset. */
enum {
	STAT_TX_OCTETS = 0,
	STAT_TX_FRAMES = 2,
	STAT_TX_BCAST,
	STAT_TX_MCAST,
	STAT_TX_64 = 6,
	STAT_TX_UNDERRUN = 13,
	STAT_TX_LATE = 17,
	STAT_RX_OCTETS = 20,
	STAT_RX_FRAMES = 22,
	STAT_RX_BCAST,
	STAT_RX_MCAST,
	STAT_RX_64 = 26,
	STAT_RX_OVERSIZE = 34,
	STAT_RX_RESOURCE = 40,
	STAT_RX_OVERRUN = 41,
};

/* MDIO, Clause 22. */
enum {
	MDIO_READ = 0x60020000,
	MDIO_WRITE = 0x50020000,
	MDIO_OP = 0xf0030000,
	MDIO_NS = 26000, /* 64 bits at 2.5 MHz */
	MDC_DIV_48 = 3,

	BMCR = 0,
	BMSR = 1,
	PHYID1 = 2,
	PHYID2 = 3,
	ANAR = 4,
	ANLPAR = 5,
	CTRL1000 = 9,
	STAT1000 = 10,
	ESTATUS = 15,

	BMCR_RESET = BIT(15),
	BMCR_LOOPBACK = BIT(14),
	BMCR_100 = BIT(13),
	BMCR_ANENABLE = BIT(12),
	BMCR_POWERDOWN = BIT(11),
	BMCR_ISOLATE = BIT(10),
	BMCR_ANRESTART = BIT(9),
	BMCR_1000 = BIT(6),
	BMSR_BASE = 0x7949,
	BMSR_AN_DONE = BIT(5),
	BMSR_LINK = BIT(2),
};

const struct gem_traits gem_traits_qemu = {
	.name = "qemu",
	.isr_read_clears = true,
	.resume_on_nwctrl = true,
	.holds_frames = true,
	.octets_swapped = true,
	.base_reads_back = true,
	.offset_all = true,
	.dcfg1 = 0x02d00111,
	.big_frame = 1538,
	.bmcr_after_reset = 0,
};

const struct gem_traits gem_traits_silicon = {
	.name = "silicon",
	.stats_clear = true,
	.mdio_takes_time = true,
	.link_latches_low = true,
	.speed_matters = true,
	.dcfg1 = 0x02500111,
	.big_frame = 1536,
	.bmcr_after_reset = 0x1140,
	.autoneg_ns = 1500 * NSEC_PER_MSEC,
};

/* --- lists of frames ---------------------------------------------------- */

static void frames_add(struct gem_frames *f, const void *data, size_t len)
{
	struct gem_frame *copy = malloc(offsetof(struct gem_frame, data) + len);

	if (f->count == f->size) {
		f->size = f->size ? 2 * f->size : 64;
		f->list = realloc(f->list, f->size * sizeof(*f->list));
	}
	assert_non_null(copy);
	assert_non_null(f->list);
	copy->len = (u16)len;
	memcpy(copy->data, data, len);
	f->list[f->count++] = copy;
}

static void frames_free(struct gem_frames *f)
{
	for (u32 i = f->first; i < f->count; i++)
		free(f->list[i]);
	free(f->list);
	memset(f, 0, sizeof(*f));
}

const struct gem_frame *gem_model_sent(const struct gem_model *m, u32 index)
{
	if (index >= m->sent.count)
		fail_msg("frame %u of %u was never sent", index, m->sent.count);
	return m->sent.list[index];
}

void gem_model_forget_sent(struct gem_model *m)
{
	frames_free(&m->sent);
}

/* --- interrupt line ----------------------------------------------------- */

static void update_line(struct gem_model *m)
{
	bool level = m->isr != 0 || m->spurious;

	if (level == m->line)
		return;
	m->line = level;
	m->irqs_raised += level;
	if (m->irq)
		m->irq(m->irq_arg, level);
}

/* A masked event leaves no trace. */
static void raise_event(struct gem_model *m, u32 bits)
{
	if ((bits & ~m->imr) && m->faults.lose_irq) {
		m->faults.lose_irq--;
		return;
	}
	m->isr |= bits & ~m->imr;
	update_line(m);
}

void gem_model_spurious_irq(struct gem_model *m)
{
	m->spurious = true;
	update_line(m);
}

/* --- rings: what hardware owns ------------------------------------------ */

/* Count the slots up to the one that wraps. */
static u32 learn_ring(struct gem_model *m, const char *which, u32 base,
		      u32 word, u32 wrap)
{
	u32 n = 0;

	if (base == 0 || base & 7) {
		model_complain("%s: %s ring at 0x%x: not set or not 8-aligned",
			       m->name, which, (unsigned int)base);
		return 0;
	}
	while (n < GEM_MODEL_MAX_RING) {
		if (!model_is_ring_memory(base + 8 * n, 8))
			break;
		if (model_ring_read(base + 8 * n++ + 4 * word) & wrap) {
			if (n < 2)
				model_complain("%s: %s ring of one slot",
					       m->name, which);
			return n;
		}
	}
	model_complain("%s: %s ring without wrap bit", m->name, which);
	return 0;
}

static u32 rx_buffer_size(const struct gem_model *m)
{
	u32 units = m->dmacfg >> 16 & 0xff;

	return 64 * (units ? units : 1);
}

static void rx_accept(struct gem_model *m, u32 i, u32 w0, u32 w1)
{
	u32 addr = w0 & RXD_ADDR, size = rx_buffer_size(m);
	u8 probe;

	if (addr == 0 || !model_dma_read(addr, &probe, 1))
		model_complain("%s: RX slot %u: buffer address 0x%x", m->name,
			       i, (unsigned int)addr);
	else if (addr % MODEL_LINE)
		model_complain("%s: RX slot %u: buffer 0x%x shares a line",
			       m->name, i, (unsigned int)addr);
	else if (model_is_dirty(addr, size))
		model_complain("%s: RX slot %u: buffer with dirty lines",
			       m->name, i);
	for (u32 k = 0; k < m->rx_slots; k++)
		if (k != i && m->rx_shadow[k].owned &&
		    (m->rx_shadow[k].w0 & RXD_ADDR) == addr)
			model_complain("%s: RX slots %u and %u share a buffer",
				       m->name, i, k);
	m->rx_shadow[i].w0 = w0;
	m->rx_shadow[i].w1 = w1;
	m->rx_shadow[i].owned = true;
}

static void rx_check(struct gem_model *m)
{
	if (!(m->nwctrl & NWCTRL_RXEN))
		return;
	for (u32 i = 0; i < m->rx_slots; i++) {
		u32 w0 = model_ring_read(m->rx_base + 8 * i);
		u32 w1 = model_ring_read(m->rx_base + 8 * i + 4);
		bool last = i == m->rx_slots - 1;

		if (((w0 & RXD_WRAP) != 0) != last)
			model_complain("%s: RX slot %u: wrap bit changed",
				       m->name, i);
		if (!m->rx_shadow[i].owned && !(w0 & RXD_SW))
			rx_accept(m, i, w0, w1);
		else if (m->rx_shadow[i].owned &&
			 (m->rx_shadow[i].w0 != w0 || m->rx_shadow[i].w1 != w1))
			model_complain("%s: RX slot %u is hardware's and was "
				       "changed",
				       m->name, i);
	}
}

static void tx_accept(struct gem_model *m, u32 i, u32 w0, u32 w1)
{
	u8 probe;

	if (w0 == 0 || !model_dma_read(w0, &probe, 1))
		model_complain("%s: TX slot %u: buffer address 0x%x", m->name,
			       i, (unsigned int)w0);
	if ((w1 & TXD_LEN) == 0)
		model_complain("%s: TX slot %u: no length", m->name, i);
	m->tx_shadow[i].w0 = w0;
	m->tx_shadow[i].w1 = w1;
	m->tx_shadow[i].owned = true;
}

static void tx_check(struct gem_model *m)
{
	bool in_frame = false;
	u32 at = (m->tx_ptr - m->tx_base) / 8;

	if (!(m->nwctrl & NWCTRL_TXEN) || m->tx_slots == 0)
		return;
	for (u32 i = 0; i < m->tx_slots; i++) {
		u32 w0 = model_ring_read(m->tx_base + 8 * i);
		u32 w1 = model_ring_read(m->tx_base + 8 * i + 4);

		if (((w1 & TXD_WRAP) != 0) != (i == m->tx_slots - 1))
			model_complain("%s: TX slot %u: wrap bit changed",
				       m->name, i);
		if (m->tx_shadow[i].owned &&
		    (m->tx_shadow[i].w0 != w0 || m->tx_shadow[i].w1 != w1))
			model_complain("%s: TX slot %u is hardware's and was "
				       "changed",
				       m->name, i);
	}
	for (u32 n = 0; n <= m->tx_slots; n++, at = (at + 1) % m->tx_slots) {
		u32 w0 = model_ring_read(m->tx_base + 8 * at);
		u32 w1 = model_ring_read(m->tx_base + 8 * at + 4);

		if (w1 & TXD_USED) {
			if (in_frame)
				model_complain("%s: TX slot %u ends a frame "
					       "that has no last slot",
					       m->name, at);
			return;
		}
		if (n == m->tx_slots)
			break;
		if (!m->tx_shadow[at].owned)
			tx_accept(m, at, w0, w1);
		in_frame = !(w1 & TXD_LAST);
	}
	model_complain("%s: TX ring without a used slot", m->name);
}

void gem_model_check(struct gem_model *m)
{
	rx_check(m);
	tx_check(m);
}

u32 gem_model_rx_owned(const struct gem_model *m)
{
	u32 n = 0;

	for (u32 i = 0; i < m->rx_slots; i++)
		n += !(model_ring_read(m->rx_base + 8 * i) & RXD_SW);
	return n;
}

static void mark_seen(struct gem_model *m)
{
	for (u32 i = 0; i < m->rx_slots; i++)
		m->rx_shadow[i].seen = m->rx_shadow[i].owned;
	for (u32 i = 0; i < m->tx_slots; i++)
		m->tx_shadow[i].seen = m->tx_shadow[i].owned;
}

static void gem_barrier(void *priv)
{
	struct gem_model *m = priv;

	gem_model_check(m);
	mark_seen(m);
}

/* --- statistics --------------------------------------------------------- */

static bool is_broadcast(const u8 *mac)
{
	static const u8 all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	return memcmp(mac, all, 6) == 0;
}

static void count_frame(struct gem_model *m, const u8 *f, size_t len,
			u32 octets, u32 frames, u32 bin)
{
	static const u16 limits[] = { 64, 127, 255, 511, 1023, 1518 };
	u32 i = 0;

	m->stats[octets] += len;
	m->stats[frames]++;
	if (is_broadcast(f))
		m->stats[frames + 1]++;
	else if (m->traits.octets_swapped ? f[0] == 0x01 : f[0] & 1)
		m->stats[frames + 2]++;
	while (i < ARRAY_SIZE(limits) && len > limits[i])
		i++;
	m->stats[bin + i]++;
}

static u32 read_stat(struct gem_model *m, u32 offset)
{
	u32 i = (offset - STATS) / 4;
	bool octets = i == STAT_TX_OCTETS || i == STAT_RX_OCTETS;
	bool octets_hi = i == STAT_TX_OCTETS + 1 || i == STAT_RX_OCTETS + 1;
	u64 *stat = &m->stats[octets_hi ? i - 1 : i];
	bool low = m->traits.octets_swapped ? octets_hi : octets;
	u32 value;

	if (!octets && !octets_hi) {
		value = (u32)*stat;
		if (m->traits.stats_clear)
			*stat = 0;
		return value;
	}
	value = low ? (u32)*stat : (u32)(*stat >> 32);
	if (m->traits.stats_clear)
		*stat &= low ? 0xffffffff00000000ull : 0xffffffffull;
	return value;
}

/* --- the PHY ------------------------------------------------------------ */

static void autoneg_start(struct gem_model *m)
{
	m->phy.an_done_ns = test_now_ns + m->traits.autoneg_ns;
	if (m->traits.autoneg_ns)
		m->phy.latched_down = true;
}

static bool autoneg_done(const struct gem_model *m)
{
	return m->phy.cable && test_now_ns >= m->phy.an_done_ns;
}

u32 gem_model_link_speed(struct gem_model *m)
{
	struct gem_phy *p = &m->phy;
	u16 gigabit = p->ctrl1000 & p->stat1000 >> 2 & 0x300;
	u16 common = p->anar & p->lpa;

	if (!p->cable || m->faults.phy_absent ||
	    p->bmcr & (BMCR_POWERDOWN | BMCR_ISOLATE))
		return 0;
	if (!(p->bmcr & BMCR_ANENABLE) && m->traits.autoneg_ns)
		return p->bmcr & BMCR_1000  ? 1000
		       : p->bmcr & BMCR_100 ? 100
					    : 10;
	if (!autoneg_done(m))
		return 0;
	if (gigabit)
		return 1000;
	return common & 0x180 ? 100 : common & 0x60 ? 10 : 0;
}

static u16 phy_read_bmsr(struct gem_model *m)
{
	bool up = gem_model_link_speed(m) != 0;
	u16 value = BMSR_BASE;

	if (autoneg_done(m))
		value |= BMSR_AN_DONE;
	if (!up && m->traits.link_latches_low)
		m->phy.latched_down = true;
	if (up && !m->phy.latched_down)
		value |= BMSR_LINK;
	m->phy.latched_down = !up && m->traits.link_latches_low;
	return value;
}

static u16 phy_read(struct gem_model *m, u32 addr, u32 reg)
{
	struct gem_phy *p = &m->phy;

	if (addr != p->addr || m->faults.phy_absent)
		return 0xffff;
	switch (reg) {
	case BMCR:
		return p->bmcr;
	case BMSR:
		return phy_read_bmsr(m);
	case PHYID1:
		return p->id1;
	case PHYID2:
		return p->id2;
	case ANAR:
		return p->anar;
	case ANLPAR:
		return autoneg_done(m) ? p->lpa : 0;
	case CTRL1000:
		return p->ctrl1000;
	case STAT1000:
		return autoneg_done(m) ? p->stat1000 : 0;
	case ESTATUS:
		return 0x3000;
	default:
		return 0;
	}
}

static void phy_write(struct gem_model *m, u32 addr, u32 reg, u16 value)
{
	struct gem_phy *p = &m->phy;

	if (addr != p->addr || m->faults.phy_absent)
		return;
	switch (reg) {
	case BMCR:
		if (value & BMCR_RESET)
			value = m->traits.bmcr_after_reset | BMCR_ANRESTART;
		if (value & BMCR_ANRESTART)
			autoneg_start(m);
		p->bmcr = value & (u16)~BMCR_ANRESTART;
		break;
	case ANAR:
		p->anar = value;
		break;
	case CTRL1000:
		p->ctrl1000 = value;
		break;
	default:
		break;
	}
}

static bool mdio_is_idle(const struct gem_model *m)
{
	return !m->faults.mdio_stuck && test_now_ns >= m->phy.mdio_done_ns;
}

static void mdio_write(struct gem_model *m, u32 value)
{
	u32 addr = value >> 23 & 31, reg = value >> 18 & 31;

	m->mdio_ops++;
	if (!(m->nwctrl & NWCTRL_MDIO)) {
		model_complain("%s: MDIO is not enabled", m->name);
		return;
	}
	if (!mdio_is_idle(m)) {
		if (!m->faults.mdio_stuck)
			model_complain("%s: MDIO is busy", m->name);
		return;
	}
	if (m->traits.mdio_takes_time) {
		m->phy.mdio_done_ns = test_now_ns + MDIO_NS;
		if ((m->nwcfg >> 18 & 7) < MDC_DIV_48)
			model_complain("%s: MDC above 2.5 MHz", m->name);
	}
	m->phymntnc = value;
	switch (value & MDIO_OP) {
	case MDIO_READ:
		m->phymntnc = (value & 0xffff0000) | phy_read(m, addr, reg);
		break;
	case MDIO_WRITE:
		phy_write(m, addr, reg, (u16)value);
		break;
	default:
		model_complain("%s: MDIO command 0x%x", m->name,
			       (unsigned int)value);
	}
}

static u32 mdio_read(struct gem_model *m)
{
	if (!mdio_is_idle(m)) {
		if (!m->faults.mdio_stuck)
			model_complain("%s: PHYMNTNC read while busy", m->name);
		return 0;
	}
	return m->phymntnc;
}

void gem_model_cable(struct gem_model *m, bool plugged)
{
	if (plugged && !m->phy.cable)
		autoneg_start(m);
	if (!plugged && m->traits.link_latches_low)
		m->phy.latched_down = true;
	m->phy.cable = plugged;
}

/* Frames pass when the PHY has a link and the MAC talks at its speed. */
static bool wire_passes(struct gem_model *m)
{
	u32 speed = gem_model_link_speed(m);
	u32 mac = m->nwcfg & NWCFG_GIGABIT ? 1000
		  : m->nwcfg & NWCFG_100   ? 100
					   : 10;

	if (m->nwctrl & NWCTRL_LOOPBACK)
		return true;
	return speed != 0 && (speed == mac || !m->traits.speed_matters);
}

/* --- receive ------------------------------------------------------------ */

u32 gem_model_hash(const u8 mac[6])
{
	u64 bits = 0;
	u32 index = 0;

	for (u32 i = 0; i < 6; i++)
		bits |= (u64)mac[i] << (8 * i);
	for (u32 i = 0; i < 48; i++)
		index ^= (u32)(bits >> i & 1) << (i % 6);
	return index;
}

static bool hash_matches(const struct gem_model *m, const u8 *mac)
{
	u32 index = gem_model_hash(mac);

	return m->hash[index / 32] >> (index % 32) & 1;
}

/* Returns the match bits of the descriptor; false: not for us. */
static bool filter(const struct gem_model *m, const u8 *f, u32 *match)
{
	*match = 0;
	if (m->nwcfg & NWCFG_PROMISC)
		return true;
	if (is_broadcast(f)) {
		*match = BIT(31);
		return !(m->nwcfg & NWCFG_NO_BCAST);
	}
	if (m->nwcfg & (f[0] & 1 ? NWCFG_MCAST_HASH : NWCFG_UCAST_HASH) &&
	    hash_matches(m, f)) {
		*match = f[0] & 1 ? BIT(30) : BIT(29);
		return true;
	}
	for (u32 i = 0; i < 4; i++) {
		u32 lo = m->spaddr[i][0], hi = m->spaddr[i][1];
		u8 mac[6] = { (u8)lo,	      (u8)(lo >> 8), (u8)(lo >> 16),
			      (u8)(lo >> 24), (u8)hi,	     (u8)(hi >> 8) };

		if (m->spaddr_active[i] && memcmp(f, mac, 6) == 0) {
			*match = BIT(27) | i << 25;
			return true;
		}
	}
	return false;
}

static void no_descriptor(struct gem_model *m)
{
	m->rx_stopped = true;
	m->rxstatus |= RX_NO_BUFFER;
	raise_event(m, INT_RX_USED);
}

/* Look at the next descriptor; false: it is software's. */
static bool rx_fetch(struct gem_model *m, u32 *w0)
{
	if (m->rx_slots == 0)
		return false;
	*w0 = model_ring_read(m->rx_ptr);
	if (*w0 & RXD_SW) {
		no_descriptor(m);
		return false;
	}
	m->rx_stopped = false;
	return true;
}

static void rx_write_back(struct gem_model *m, u32 w0, u32 w1)
{
	u32 i = (m->rx_ptr - m->rx_base) / 8;

	model_ring_write(m->rx_ptr + 4, w1);
	model_ring_write(m->rx_ptr, w0 | RXD_SW);
	m->rx_shadow[i].owned = m->rx_shadow[i].seen = false;
	m->rx_ptr = w0 & RXD_WRAP ? m->rx_base : m->rx_ptr + 8;
}

static u32 apply_rx_faults(struct gem_model *m, u32 w1)
{
	struct gem_faults *f = &m->faults;

	if (f->rx_no_eof) {
		f->rx_no_eof--;
		w1 &= ~(RXD_EOF | RXD_LEN);
	}
	if (f->rx_no_sof) {
		f->rx_no_sof--;
		w1 &= ~RXD_SOF;
	}
	if (f->rx_zero_len) {
		f->rx_zero_len--;
		w1 &= ~RXD_LEN;
	}
	if (f->rx_len) {
		f->rx_len--;
		w1 = (w1 & ~RXD_LEN) | (f->rx_len_value & RXD_LEN);
	}
	return w1;
}

static void rx_bus_error(struct gem_model *m)
{
	m->rxstatus |= RX_BUS_ERROR;
	raise_event(m, INT_BUS | INT_HRESP);
	m->rx_lost++;
}

/* Write a frame into the ring; false: the ring ended before the frame. */
static bool rx_dma(struct gem_model *m, const u8 *f, u32 len, u32 match)
{
	u32 size = rx_buffer_size(m), offset = m->nwcfg >> 14 & 3;
	u32 at = 0;
	bool first = true;

	while (first || at < len) {
		u32 shift = first || m->traits.offset_all ? offset : 0;
		u32 room = m->traits.offset_all ? size : size - shift;
		u32 n = min_u32(room, len - at);
		u32 w0, w1 = match;

		if (!rx_fetch(m, &w0))
			return false;
		if (shift + n > size)
			model_complain("%s: RX buffer of %u overflows", m->name,
				       size);
		if (!model_dma_write((w0 & RXD_ADDR) + shift, f + at, n)) {
			rx_bus_error(m);
			return true;
		}
		at += n;
		if (first)
			w1 |= RXD_SOF;
		if (at == len)
			w1 |= RXD_EOF | len;
		if (first && at == len)
			w1 = apply_rx_faults(m, w1);
		rx_write_back(m, w0, w1);
		first = false;
	}
	return true;
}

static u32 crc32(const u8 *p, size_t len)
{
	u32 crc = ~0u;

	for (size_t i = 0; i < len; i++) {
		crc ^= p[i];
		for (u32 k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

/* A frame that passed the filter, with a descriptor in sight. */
static enum gem_rx rx_store(struct gem_model *m, const u8 *frame, size_t len,
			    u32 match)
{
	static u8 f[GEM_MODEL_MAX_FRAME];
	u32 stored = (u32)(len < 60 ? 60 : len);

	memset(f, 0, 64);
	memcpy(f, frame, len);
	if (!(m->nwcfg & NWCFG_STRIP_FCS)) {
		u32 crc = crc32(f, stored);

		memcpy(f + stored, &crc, 4);
	}
	if (!rx_dma(m, f, stored + (m->nwcfg & NWCFG_STRIP_FCS ? 0 : 4),
		    match)) {
		m->stats[STAT_RX_RESOURCE] += m->traits.holds_frames ? 0 : 1;
		m->rx_lost++;
		return GEM_RX_LOST;
	}
	m->rx_stored++;
	count_frame(m, f, stored, STAT_RX_OCTETS, STAT_RX_FRAMES, STAT_RX_64);
	m->rxstatus |= RX_RECEIVED;
	raise_event(m, INT_RX);
	if (m->traits.resume_on_nwctrl) {
		u32 w0;

		(void)rx_fetch(m, &w0);
	}
	return GEM_RX_STORED;
}

static bool rx_fault(struct gem_model *m)
{
	if (m->faults.rx_lockup) {
		m->stats[STAT_RX_RESOURCE]++;
		return true;
	}
	if (m->faults.rx_overrun) {
		m->faults.rx_overrun--;
		m->stats[STAT_RX_OVERRUN]++;
		m->rxstatus |= RX_OVERRUN;
		raise_event(m, INT_RX_OVERRUN);
		return true;
	}
	if (m->faults.rx_bus_error) {
		m->faults.rx_bus_error--;
		rx_bus_error(m);
		return true;
	}
	return false;
}

static bool can_receive(const struct gem_model *m)
{
	return m->nwctrl & NWCTRL_RXEN && m->rx_slots != 0 &&
	       !(m->traits.resume_on_nwctrl && m->rx_stopped);
}

static enum gem_rx rx_one(struct gem_model *m, const u8 *frame, size_t len)
{
	u32 limit = m->nwcfg & NWCFG_BIG ? m->traits.big_frame : 1518;
	u32 match;

	if (!wire_passes(m) || rx_fault(m)) {
		m->rx_lost++;
		return GEM_RX_LOST;
	}
	if (!filter(m, frame, &match))
		return GEM_RX_FILTERED;
	if (len + 4 > limit) {
		/* QEMU sets the bit and forgets to move the line. */
		if (m->traits.resume_on_nwctrl)
			m->isr |= INT_BUS & ~m->imr;
		else
			m->stats[STAT_RX_OVERSIZE]++;
		m->rx_lost++;
		return GEM_RX_LOST;
	}
	rx_check(m);
	return rx_store(m, frame, len, match);
}

enum gem_rx gem_model_receive(struct gem_model *m, const void *frame,
			      size_t len)
{
	assert_true(len >= 14 && len + 4 <= GEM_MODEL_MAX_FRAME);
	if (m->traits.holds_frames && m->phy.cable &&
	    (!can_receive(m) || m->held.first < m->held.count)) {
		frames_add(&m->held, frame, len);
		return GEM_RX_HELD;
	}
	if (!can_receive(m)) {
		m->rx_lost++;
		return GEM_RX_LOST;
	}
	return rx_one(m, frame, len);
}

static bool deliver_held(struct gem_model *m)
{
	struct gem_frames *h = &m->held;
	struct gem_frame *f;

	if (h->first == h->count || !can_receive(m))
		return false;
	f = h->list[h->first++];
	(void)rx_one(m, f->data, f->len);
	free(f);
	if (h->first == h->count)
		frames_free(h);
	return true;
}

u32 gem_model_poll(struct gem_model *m)
{
	u32 n = 0;

	while (deliver_held(m))
		n++;
	return n;
}

/* --- transmit ------------------------------------------------------------ */

static u32 tx_next(const struct gem_model *m, u32 ptr, u32 w1)
{
	return w1 & TXD_WRAP ? m->tx_base : ptr + 8;
}

/* Everything from tx_ptr up to @end is software's again; only the first slot
 * says so in memory. */
static void tx_release(struct gem_model *m, u32 next, u32 errors)
{
	u32 w1 = model_ring_read(m->tx_ptr + 4), ptr = m->tx_ptr;

	model_ring_write(m->tx_ptr + 4, w1 | TXD_USED | errors);
	do {
		u32 i = (ptr - m->tx_base) / 8;

		m->tx_shadow[i].owned = m->tx_shadow[i].seen = false;
		ptr = tx_next(m, ptr, model_ring_read(ptr + 4));
	} while (ptr != next);
	m->tx_ptr = next;
}

static void tx_stop_with_error(struct gem_model *m, u32 next, u32 errors,
			       u32 status, u32 event)
{
	tx_release(m, next, errors);
	m->tx_go = false;
	m->txstatus |= status;
	raise_event(m, event);
}

static bool tx_fault(struct gem_model *m, u32 next)
{
	struct gem_faults *f = &m->faults;

	if (f->tx_bus_error) {
		f->tx_bus_error--;
		tx_stop_with_error(m, next, TXD_BUS_ERROR, TX_BUS_ERROR,
				   INT_BUS);
		return true;
	}
	if (f->tx_underrun) {
		f->tx_underrun--;
		m->stats[STAT_TX_UNDERRUN]++;
		tx_stop_with_error(m, next, TXD_UNDERRUN, TX_UNDERRUN,
				   INT_TX_UNDERRUN);
		return true;
	}
	if (f->tx_late) {
		f->tx_late--;
		m->stats[STAT_TX_LATE]++;
		tx_stop_with_error(m, next, TXD_LATE, TX_RETRY_LIMIT,
				   INT_TX_LATE);
		/* This frame is given up; the next one's turn comes. */
		m->tx_go = !f->tx_late_halts;
		return true;
	}
	return false;
}

static void tx_stick(struct gem_model *m, const char *why)
{
	m->tx_stuck = true;
	model_complain("%s: TX %s", m->name, why);
}

/* Gather one frame; returns its length, 0 when hardware would stall on it. */
static u32 tx_gather(struct gem_model *m, u8 *f, u32 *next)
{
	u32 len = 0, ptr = m->tx_ptr;

	for (u32 n = 0; n < m->tx_slots; n++) {
		u32 w0 = model_ring_read(ptr), w1 = model_ring_read(ptr + 4);
		u32 part = w1 & TXD_LEN;

		if (w1 & TXD_USED) {
			tx_stick(m, "frame without a last slot");
			return 0;
		}
		if (w0 == 0 || part == 0) {
			tx_stick(m, "slot without address or length");
			return 0;
		}
		if (len + part > 1518) {
			raise_event(m, INT_BUS);
			tx_stick(m, "frame above 1518 bytes");
			return 0;
		}
		if (!model_dma_read(w0, f + len, part)) {
			raise_event(m, INT_BUS | INT_HRESP);
			tx_stick(m, "buffer that is not memory");
			return 0;
		}
		len += part;
		ptr = tx_next(m, ptr, w1);
		if (w1 & TXD_LAST) {
			*next = ptr;
			return len;
		}
	}
	tx_stick(m, "ring without a last slot");
	return 0;
}

static void tx_deliver(struct gem_model *m, u8 *f, u32 len)
{
	m->tx_frames++;
	count_frame(m, f, len, STAT_TX_OCTETS, STAT_TX_FRAMES, STAT_TX_64);
	if (m->nwctrl & NWCTRL_LOOPBACK || m->phy.bmcr & BMCR_LOOPBACK) {
		(void)rx_one(m, f, len);
		return;
	}
	if (!wire_passes(m)) {
		m->tx_lost++;
		return;
	}
	frames_add(&m->sent, f, len);
}

static bool tx_one(struct gem_model *m)
{
	static u8 f[GEM_MODEL_MAX_FRAME];
	u32 len, next;

	if (!m->tx_go || m->tx_stuck || m->faults.tx_stall ||
	    m->tx_slots == 0 || !(m->nwctrl & NWCTRL_TXEN))
		return false;
	tx_check(m);
	if (model_ring_read(m->tx_ptr + 4) & TXD_USED) {
		m->tx_go = false;
		m->txstatus |= TX_USED_READ;
		raise_event(m, INT_TX_USED);
		return false;
	}
	len = tx_gather(m, f, &next);
	if (len == 0)
		return false;
	if (tx_fault(m, next))
		return true;
	tx_release(m, next, 0);
	tx_deliver(m, f, len);
	m->txstatus |= TX_COMPLETE;
	raise_event(m, INT_TX);
	return true;
}

u32 gem_model_transmit(struct gem_model *m, u32 max)
{
	u32 n = 0;

	while (n < max && tx_one(m))
		n++;
	/* After its last frame hardware reads on, and finds a used slot. */
	if (n < max ||
	    (m->tx_slots && model_ring_read(m->tx_ptr + 4) & TXD_USED))
		(void)tx_one(m);
	return n;
}

/* --- registers ----------------------------------------------------------- */

static void rx_enable(struct gem_model *m)
{
	m->rx_toggles++;
	m->faults.rx_lockup = false;
	m->rx_slots = learn_ring(m, "RX", m->rx_base, 0, RXD_WRAP);
	memset(m->rx_shadow, 0, sizeof(m->rx_shadow));
	if (m->dmacfg & DMACFG_64BIT)
		model_complain("%s: 64-bit descriptors", m->name);
	if (m->dmacfg & DMACFG_TX_CSUM)
		model_complain("%s: TX checksums are not modelled", m->name);
	if (m->nwcfg & NWCFG_JUMBO)
		model_complain("%s: jumbo frames", m->name);
	if ((m->dmacfg >> 8 & 7) != 7 && !m->traits.resume_on_nwctrl)
		model_complain("%s: packet memory is not all in use", m->name);
}

static void tx_enable(struct gem_model *m)
{
	m->tx_slots = learn_ring(m, "TX", m->tx_base, 1, TXD_WRAP);
	memset(m->tx_shadow, 0, sizeof(m->tx_shadow));
}

static void tx_disable(struct gem_model *m)
{
	m->tx_ptr = m->tx_base;
	m->tx_go = false;
	m->tx_stuck = false;
	if (!m->faults.tx_stall_survives)
		m->faults.tx_stall = false;
	memset(m->tx_shadow, 0, sizeof(m->tx_shadow));
}

/* What hardware is about to look at must have left the CPU before. */
static void check_barrier(struct gem_model *m, const char *which,
			  const struct gem_slot *shadow, u32 slots)
{
	gem_model_check(m);
	for (u32 i = 0; i < slots; i++)
		if (shadow[i].owned && !shadow[i].seen)
			model_complain("%s: no barrier between %s slot %u and "
				       "NWCTRL",
				       m->name, which, i);
}

static void tx_start(struct gem_model *m)
{
	m->doorbells++;
	if (!(m->nwctrl & NWCTRL_TXEN))
		return;
	check_barrier(m, "TX", m->tx_shadow, m->tx_slots);
	if (m->faults.lose_tx_start) {
		m->faults.lose_tx_start--;
		return;
	}
	m->tx_go = true;
	if (!m->manual_wire)
		(void)gem_model_transmit(m, UINT32_MAX);
}

static void write_nwctrl(struct gem_model *m, u32 value)
{
	u32 on = value & ~m->nwctrl, off = m->nwctrl & ~value, w0;

	m->nwctrl = value & NWCTRL_STORED;
	if (off & NWCTRL_TXEN)
		tx_disable(m);
	if (on & NWCTRL_RXEN)
		rx_enable(m);
	if (on & NWCTRL_TXEN)
		tx_enable(m);
	if (on & (NWCTRL_RXEN | NWCTRL_TXEN)) {
		gem_model_check(m);
		mark_seen(m);
	}
	if (value & NWCTRL_CLEAR_STATS && m->traits.stats_clear)
		memset(m->stats, 0, sizeof(m->stats));
	m->rx_flushes += (value & NWCTRL_FLUSH) != 0;
	if (value & NWCTRL_TXHALT && !m->traits.resume_on_nwctrl)
		m->tx_go = false;
	if (value & NWCTRL_RXEN) {
		m->rx_resumes++;
		if (!(on & NWCTRL_RXEN))
			check_barrier(m, "RX", m->rx_shadow, m->rx_slots);
		if (m->traits.resume_on_nwctrl && rx_fetch(m, &w0))
			(void)deliver_held(m);
	}
	if (value & NWCTRL_TXSTART)
		tx_start(m);
}

static void write_base(struct gem_model *m, bool rx, u32 value)
{
	if (m->nwctrl & (rx ? NWCTRL_RXEN : NWCTRL_TXEN))
		model_complain("%s: %s written while it runs", m->name,
			       rx ? "RXQBASE" : "TXQBASE");
	if (rx) {
		m->rx_base = m->rx_ptr = value;
		m->rx_slots = 0;
		m->rx_stopped = false;
		return;
	}
	m->tx_base = m->tx_ptr = value;
	m->tx_slots = 0;
	m->tx_stuck = false;
}

static void gem_write(void *priv, u32 offset, u32 value)
{
	struct gem_model *m = priv;

	if (offset == NWCTRL) {
		write_nwctrl(m, value);
		return;
	}
	gem_model_check(m);
	if (offset >= SPADDR1LO && offset <= SPADDR4HI) {
		u32 i = (offset - SPADDR1LO) / 8, hi = offset >> 2 & 1;

		m->spaddr[i][hi] = value;
		m->spaddr_active[i] = hi;
		return;
	}
	if (offset >= TIDM1 && offset <= TIDM4) {
		m->type_id[(offset - TIDM1) / 4] = value;
		return;
	}
	switch (offset) {
	case NWCFG:
		m->nwcfg = value;
		break;
	case DMACFG:
		m->dmacfg = value;
		break;
	case TXSTATUS:
		m->txstatus &= ~value;
		break;
	case RXSTATUS:
		m->rxstatus &= ~value;
		break;
	case RXQBASE:
	case TXQBASE:
		write_base(m, offset == RXQBASE, value);
		break;
	case ISR:
		if (!m->traits.isr_read_clears)
			m->isr &= ~value;
		m->spurious = false;
		update_line(m);
		break;
	case IER:
		m->imr &= ~value;
		break;
	case IDR:
		m->imr |= value & INT_ALL;
		break;
	case PHYMNTNC:
		mdio_write(m, value);
		break;
	case HASHLO:
	case HASHHI:
		m->hash[offset == HASHHI] = value;
		break;
	default:
		model_complain("%s: write of 0x%x to register 0x%x", m->name,
			       (unsigned int)value, (unsigned int)offset);
	}
}

static u32 read_isr(struct gem_model *m)
{
	u32 value = m->isr;

	if (m->traits.isr_read_clears)
		m->isr = 0;
	m->spurious = false;
	update_line(m);
	return value;
}

static u32 gem_read(void *priv, u32 offset)
{
	struct gem_model *m = priv;

	gem_model_check(m);
	if (offset >= STATS && offset <= STATS_END)
		return read_stat(m, offset);
	if (offset >= SPADDR1LO && offset <= SPADDR4HI)
		return m->spaddr[(offset - SPADDR1LO) / 8][offset >> 2 & 1];
	if (offset >= TIDM1 && offset <= TIDM4)
		return m->type_id[(offset - TIDM1) / 4];
	switch (offset) {
	case NWCTRL:
		return m->nwctrl;
	case NWCFG:
		return m->nwcfg;
	case NWSTATUS:
		return 2 | (mdio_is_idle(m) ? 4 : 0);
	case DMACFG:
		return m->dmacfg;
	case TXSTATUS:
		return m->txstatus |
		       (m->tx_go && !m->traits.base_reads_back ? TX_GO : 0);
	case RXQBASE:
		return m->traits.base_reads_back ? m->rx_base : m->rx_ptr;
	case TXQBASE:
		return m->traits.base_reads_back ? m->tx_base : m->tx_ptr;
	case RXSTATUS:
		return m->rxstatus;
	case ISR:
		return read_isr(m);
	case IMR:
		return m->imr;
	case PHYMNTNC:
		return mdio_read(m);
	case HASHLO:
	case HASHHI:
		return m->hash[offset == HASHHI];
	case MODID:
		return 0x00020118;
	case DCFG1:
		return m->traits.dcfg1;
	default:
		if (offset > DCFG1 && offset <= DCFG7)
			return 0;
		model_complain("%s: read of register 0x%x", m->name,
			       (unsigned int)offset);
		return 0;
	}
}

void gem_model_init(struct gem_model *m, const char *name, uintptr_t base,
		    const struct gem_traits *traits)
{
	const struct model_device dev = {
		.name = name,
		.base = base,
		.size = GEM_MODEL_SIZE,
		.priv = m,
		.read = gem_read,
		.write = gem_write,
		.barrier = gem_barrier,
	};

	memset(m, 0, sizeof(*m));
	m->name = name;
	m->traits = *traits;
	m->nwcfg = 0x00080000;
	m->dmacfg = 0x00020784;
	m->imr = INT_ALL;
	m->phy = (struct gem_phy){
		.addr = 7,
		.id1 = 0x0141,
		.id2 = 0x0cc2,
		.cable = true,
		.bmcr = 0x1140,
		.anar = 0x0de1,
		.ctrl1000 = 0x0e00,
		.lpa = 0xcde1,
		.stat1000 = 0x7c00,
	};
	model_attach(&dev);
}
