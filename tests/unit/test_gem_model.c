/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: tests/model/model.c tests/model/gem_model.c
/*
 * The model itself: that it is the hardware that hardware-facts describe, and
 * that it complains where it must. A model that never complains proves nothing.
 */
#include "test.h"
#include "board.h"
#include "gem_model.h"
#include "io.h"

enum {
	BASE = 0x0b000000,
	SLOTS = 4,
};

static struct gem_model m;
static u32 *rx, *tx;
static _Alignas(64) u8 buffers[SLOTS][1536];
static _Alignas(64) u8 packet[1600];
static const u8 mac[6] = { 0x02, 0, 0, 0, 0, 1 };

static void bring_up(const struct gem_traits *traits)
{
	gem_model_init(&m, "gem", BASE, traits);
	rx = board_dma_alloc(8 * SLOTS, 64);
	tx = board_dma_alloc(8 * SLOTS, 64);
	for (u32 i = 0; i < SLOTS; i++) {
		rx[2 * i] =
			board_dma_addr(buffers[i]) | (i == SLOTS - 1 ? 2u : 0);
		tx[2 * i + 1] = 1u << 31 | (i == SLOTS - 1 ? 1u << 30 : 0);
	}
	writel(0x00020000 | 1u << 18 | 1u << 19 | 1u << 10 | 2, BASE + 0x04);
	writel(2, BASE + 0x88);
	writel(0x0100, BASE + 0x8c);
	writel(24u << 16 | 0x704, BASE + 0x10);
	writel(board_dma_addr(rx), BASE + 0x18);
	writel(board_dma_addr(tx), BASE + 0x1c);
	writel(0x8e, BASE + 0x28);
	dsb();
	writel(0x1c, BASE);
	test_now_ns += 2 * NSEC_PER_SEC; /* the link is up */
}

static void make_frame(u8 *f, size_t len, const u8 *dst)
{
	for (size_t i = 0; i < len; i++)
		f[i] = (u8)(i * 7 + len);
	memcpy(f, dst, 6);
}

static enum gem_rx receive(size_t len)
{
	u8 f[1600];

	make_frame(f, len, mac);
	return gem_model_receive(&m, f, len);
}

static void give_back(u32 i)
{
	board_dma_invalidate(buffers[i], sizeof(buffers[i]));
	rx[2 * i + 1] = 0;
	dma_wmb();
	rx[2 * i] &= ~1u;
	dsb();
}

static void put_frame(u32 i, u32 len)
{
	make_frame(packet, len, mac);
	board_dma_clean(packet, len);
	tx[2 * i] = board_dma_addr(packet);
	dma_wmb();
	tx[2 * i + 1] = (tx[2 * i + 1] & 1u << 30) | 1u << 15 | len;
	dsb();
}

void test_begin(void)
{
	model_reset();
}

TEST(gem_model, received_frame_is_seen_after_invalidate_only)
{
	bring_up(&gem_traits_qemu);
	assert_int_equal(receive(100), GEM_RX_STORED);
	assert_int_equal(rx[0] & 1, 1);
	assert_int_equal(rx[1] & 0x1fff, 100);
	assert_int_equal(rx[1] & 0xc000, 0xc000);
	assert_int_equal(buffers[0][50], 0);
	board_dma_invalidate(buffers[0], 100);
	assert_int_equal(buffers[0][50], (u8)(50 * 7 + 100));
}

TEST(gem_model, frame_that_was_not_cleaned_leaves_as_poison)
{
	bring_up(&gem_traits_qemu);
	make_frame(packet, 64, mac);
	tx[0] = board_dma_addr(packet);
	tx[1] = 1u << 15 | 64;
	dsb();
	writel(0x21c, BASE);
	assert_int_equal(gem_model_sent(&m, 0)->data[40], MODEL_POISON);
}

TEST(gem_model, doorbell_sends_the_ring_inside_the_store)
{
	bring_up(&gem_traits_qemu);
	put_frame(0, 60);
	put_frame(1, 200);
	writel(0x21c, BASE);
	assert_int_equal(m.sent.count, 2);
	assert_memory_equal(gem_model_sent(&m, 1)->data, packet, 200);
	assert_true(tx[1] >> 31);
	assert_int_equal(readl(BASE + 0x14), 0x21);
	assert_int_equal(readl(BASE + 0x24), 0x88);
	assert_false(m.line);
}

TEST(gem_model, manual_wire_sends_when_told)
{
	bring_up(&gem_traits_silicon);
	m.manual_wire = true;
	put_frame(0, 60);
	put_frame(1, 61);
	put_frame(2, 62);
	writel(0x21c, BASE);
	assert_int_equal(m.sent.count, 0);
	assert_int_equal(gem_model_transmit(&m, 1), 1);
	assert_int_equal(readl(BASE + 0x14) & 8, 8);
	assert_int_equal(gem_model_transmit(&m, 10), 2);
	assert_int_equal(readl(BASE + 0x14) & 8, 0);
}

TEST(gem_model, isr_clears_by_reading_or_by_writing)
{
	bring_up(&gem_traits_qemu);
	(void)receive(60);
	assert_int_equal(readl(BASE + 0x24), 2);
	assert_int_equal(readl(BASE + 0x24), 0);

	m.traits.isr_read_clears = false;
	(void)receive(60);
	assert_int_equal(readl(BASE + 0x24), 2);
	assert_int_equal(readl(BASE + 0x24), 2);
	assert_true(m.line);
	writel(2, BASE + 0x24);
	assert_int_equal(readl(BASE + 0x24), 0);
	assert_false(m.line);
}

TEST(gem_model, masked_event_never_shows)
{
	bring_up(&gem_traits_qemu);
	writel(2, BASE + 0x2c);
	(void)receive(60);
	writel(2, BASE + 0x28);
	assert_int_equal(readl(BASE + 0x24), 0);
	assert_int_equal(readl(BASE + 0x20), 2);
}

TEST(gem_model, qemu_resumes_on_a_write_of_nwctrl_only)
{
	bring_up(&gem_traits_qemu);
	for (u32 i = 0; i < SLOTS; i++)
		assert_int_equal(receive(60), GEM_RX_STORED);
	assert_int_equal(readl(BASE + 0x20) & 1, 1);
	assert_int_equal(receive(61), GEM_RX_HELD);
	assert_int_equal(receive(62), GEM_RX_HELD);
	give_back(0);
	give_back(1);
	writel(1, BASE + 0x20);
	assert_int_equal(gem_model_poll(&m), 0);
	writel(0x1c, BASE);
	assert_int_equal(rx[1] & 0x1fff, 61);
	assert_int_equal(rx[2] & 1, 0);
	assert_int_equal(gem_model_poll(&m), 1);
	assert_int_equal(rx[3] & 0x1fff, 62);
}

TEST(gem_model, silicon_loses_and_counts_and_goes_on)
{
	bring_up(&gem_traits_silicon);
	for (u32 i = 0; i < SLOTS; i++)
		assert_int_equal(receive(60), GEM_RX_STORED);
	assert_int_equal(receive(61), GEM_RX_LOST);
	give_back(0);
	assert_int_equal(receive(62), GEM_RX_STORED);
	assert_int_equal(rx[1] & 0x1fff, 62);
	assert_int_equal(readl(BASE + 0x1a0), 1);
	assert_int_equal(readl(BASE + 0x1a0), 0);
}

TEST(gem_model, octets_are_swapped_in_qemu)
{
	bring_up(&gem_traits_qemu);
	(void)receive(100);
	assert_int_equal(readl(BASE + 0x150), 0);
	assert_int_equal(readl(BASE + 0x154), 100);
	assert_int_equal(readl(BASE + 0x154), 100);
}

TEST(gem_model, filter_knows_own_broadcast_and_hash)
{
	static const u8 bcast[6] = { 255, 255, 255, 255, 255, 255 };
	static const u8 other[6] = { 2, 0, 0, 0, 0, 2 };
	/* 01:00:5e:00:00:01: bits 0 of bytes 0 and 5; 1, 2, 3, 4, 6 of 2. */
	static const u8 group[6] = { 1, 0, 0x5e, 0, 0, 1 };
	u8 f[60];

	bring_up(&gem_traits_qemu);
	make_frame(f, 60, bcast);
	assert_int_equal(gem_model_receive(&m, f, 60), GEM_RX_STORED);
	assert_int_equal(rx[1] >> 31, 1);
	make_frame(f, 60, other);
	assert_int_equal(gem_model_receive(&m, f, 60), GEM_RX_FILTERED);
	make_frame(f, 60, group);
	assert_int_equal(gem_model_receive(&m, f, 60), GEM_RX_FILTERED);
	/* 01.. bit 0 -> 0; 5e: bits 17..20, 22 -> 5, 0, 1, 2, 4; 01: bit 40
	 * -> 4. So 0 and 4 cancel: bits 1, 2, 5 are left. */
	assert_int_equal(gem_model_hash(group), 0x26);
	writel(1u << 6, BASE + 0x84);
	writel(m.nwcfg | 1u << 6, BASE + 0x04);
	assert_int_equal(gem_model_receive(&m, f, 60), GEM_RX_STORED);
}

TEST(gem_model, phy_answers_at_its_address)
{
	bring_up(&gem_traits_qemu);
	writel(0x60020000 | 7u << 23 | 2u << 18, BASE + 0x34);
	assert_int_equal(readl(BASE + 0x34) & 0xffff, 0x0141);
	writel(0x60020000 | 6u << 23 | 2u << 18, BASE + 0x34);
	assert_int_equal(readl(BASE + 0x34) & 0xffff, 0xffff);
	writel(0x60020000 | 7u << 23 | 1u << 18, BASE + 0x34);
	assert_int_equal(readl(BASE + 0x34) & 0xffff, 0x796d);
}

TEST(gem_model, link_loss_is_latched_on_silicon)
{
	bring_up(&gem_traits_silicon);
	gem_model_cable(&m, false);
	gem_model_cable(&m, true);
	test_now_ns += 2 * NSEC_PER_SEC;
	writel(0x60020000 | 7u << 23 | 1u << 18, BASE + 0x34);
	test_now_ns += NSEC_PER_MSEC;
	assert_int_equal(readl(BASE + 0x34) & 4, 0);
	writel(0x60020000 | 7u << 23 | 1u << 18, BASE + 0x34);
	test_now_ns += NSEC_PER_MSEC;
	assert_int_equal(readl(BASE + 0x34) & 4, 4);
}

TEST(gem_model, lockup_ends_when_rxen_is_toggled)
{
	bring_up(&gem_traits_silicon);
	m.faults.rx_lockup = true;
	assert_int_equal(receive(60), GEM_RX_LOST);
	writel(0x1c, BASE);
	assert_int_equal(receive(60), GEM_RX_LOST);
	writel(0x18, BASE);
	writel(0x1c, BASE);
	assert_int_equal(receive(60), GEM_RX_STORED);
}

TEST(gem_model, clearing_txen_goes_back_to_the_base)
{
	bring_up(&gem_traits_silicon);
	put_frame(0, 60);
	writel(0x21c, BASE);
	assert_int_equal(readl(BASE + 0x1c), board_dma_addr(tx) + 8);
	writel(0x14, BASE);
	assert_int_equal(readl(BASE + 0x1c), board_dma_addr(tx));
}

/* --- complaints --------------------------------------------------------- */

static void expect_complaint(const char *text)
{
	if (!strstr(model_last_complaint, text))
		fail_msg("expected '%s', got '%s'", text, model_last_complaint);
}

TEST(gem_model, complains_of_a_changed_descriptor)
{
	bring_up(&gem_traits_qemu);
	model_tolerant = true;
	rx[2] += 64;
	dsb();
	expect_complaint("RX slot 1 is hardware's");
}

TEST(gem_model, complains_of_two_slots_with_one_buffer)
{
	bring_up(&gem_traits_qemu);
	(void)receive(60);
	model_tolerant = true;
	board_dma_invalidate(buffers[1], 1536);
	rx[1] = 0;
	rx[0] = board_dma_addr(buffers[1]);
	dsb();
	expect_complaint("share a buffer");
}

TEST(gem_model, complains_of_a_dirty_buffer)
{
	bring_up(&gem_traits_qemu);
	(void)receive(60);
	board_dma_invalidate(buffers[0], 60);
	buffers[0][33] ^= 1;
	model_tolerant = true;
	rx[1] = 0;
	rx[0] &= ~1u;
	dsb();
	expect_complaint("dirty lines");
}

TEST(gem_model, complains_of_a_base_written_while_running)
{
	bring_up(&gem_traits_qemu);
	model_tolerant = true;
	writel(board_dma_addr(rx), BASE + 0x18);
	expect_complaint("RXQBASE written");
	writel(board_dma_addr(tx), BASE + 0x1c);
	expect_complaint("TXQBASE written");
}

TEST(gem_model, complains_of_a_doorbell_without_barrier)
{
	bring_up(&gem_traits_qemu);
	model_tolerant = true;
	put_frame(0, 60);
	tx[2] = board_dma_addr(packet);
	tx[3] = 1u << 15 | 60;
	writel(0x21c, BASE);
	expect_complaint("no barrier between TX slot 1");
}

TEST(gem_model, complains_of_and_stalls_on_an_empty_slot)
{
	bring_up(&gem_traits_qemu);
	model_tolerant = true;
	tx[0] = board_dma_addr(packet);
	tx[1] = 1u << 15;
	dsb();
	writel(0x21c, BASE);
	expect_complaint("without address or length");
	tx[1] = 1u << 31;
	put_frame(0, 60);
	writel(0x21c, BASE);
	assert_int_equal(m.sent.count, 0);
	writel(0x14, BASE);
	writel(0x1c, BASE);
	writel(0x21c, BASE);
	assert_int_equal(m.sent.count, 1);
}

TEST(gem_model, complains_of_a_frame_that_is_too_long)
{
	bring_up(&gem_traits_qemu);
	model_tolerant = true;
	put_frame(0, 1519);
	writel(0x21c, BASE);
	expect_complaint("above 1518");
}

TEST(gem_model, complains_of_a_full_ring_without_terminator)
{
	bring_up(&gem_traits_silicon);
	m.manual_wire = true;
	put_frame(0, 60);
	put_frame(1, 60);
	put_frame(2, 60);
	model_tolerant = true;
	put_frame(3, 60);
	expect_complaint("without a used slot");
}

TEST(gem_model, complains_of_a_first_slot_handed_over_too_early)
{
	bring_up(&gem_traits_silicon);
	model_tolerant = true;
	tx[0] = board_dma_addr(packet);
	tx[1] = 14;
	dma_wmb();
	expect_complaint("no last slot");
}

TEST(gem_model, complains_of_a_ring_without_wrap)
{
	bring_up(&gem_traits_qemu);
	model_tolerant = true;
	writel(0, BASE);
	rx[2 * SLOTS - 2] &= ~2u;
	dsb();
	writel(0x1c, BASE);
	assert_true(model_complaints > 0);
	expect_complaint("RX");
}

TEST(gem_model, complains_of_an_unknown_register)
{
	bring_up(&gem_traits_qemu);
	model_tolerant = true;
	(void)readl(BASE + 0x3c);
	expect_complaint("register 0x3c");
	(void)readl(BASE + GEM_MODEL_SIZE);
	expect_complaint("no device");
}
