/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * model - the bus, memory as a device sees it, and the complaint
 */
#include "model.h"
#include <stdio.h>
#include "io.h"
#include "test.h"

enum {
	MAX_DEVICES = 4,
	PAGE_SHIFT = 12,
	PAGE_BYTES = 1 << PAGE_SHIFT,
	PAGE_LINES = PAGE_BYTES / MODEL_LINE,
	NR_PAGES = 1 << (32 - PAGE_SHIFT),
	RING_MEMORY = 512 * 1024,
	POOL_PAGES = 4096,
};

enum line_state {
	LINE_UNKNOWN, /* no device ever saw it */
	LINE_SYNC,    /* dev[] is memory; the CPU may have written since */
	LINE_STALE,   /* a device wrote; the CPU still sees cpu[] */
};

struct page {
	u8 dev[PAGE_BYTES];
	u8 cpu[PAGE_BYTES];
	u8 state[PAGE_LINES];
};

static struct {
	struct model_device devices[MAX_DEVICES];
	u32 nr_devices;
	size_t ring_used;
	u32 pages_used;
} bus;

static struct page *pages[NR_PAGES];
static struct page page_pool[POOL_PAGES];
static _Alignas(4096) u8 ring_memory[RING_MEMORY];

struct model_counts model_counts;
struct model_access model_last;
void (*model_after_access)(void);
bool model_tolerant;
u32 model_complaints;
char model_last_complaint[256];

/* The linker's names for where the program begins and ends. */
extern char __executable_start[];
extern char end[];

void model_complain(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(model_last_complaint, sizeof(model_last_complaint), fmt,
			ap);
	va_end(ap);
	model_complaints++;
	if (!model_tolerant)
		fail_msg("model: %s", model_last_complaint);
}

void model_reset(void)
{
	memset(&bus, 0, sizeof(bus));
	memset(pages, 0, sizeof(pages));
	memset(ring_memory, 0, sizeof(ring_memory));
	memset(&model_counts, 0, sizeof(model_counts));
	model_after_access = NULL;
	model_tolerant = false;
	model_complaints = 0;
	model_last_complaint[0] = '\0';
}

void model_attach(const struct model_device *dev)
{
	assert_true(bus.nr_devices < MAX_DEVICES);
	bus.devices[bus.nr_devices++] = *dev;
}

/* --- registers ---------------------------------------------------------- */

static const struct model_device *find_device(uintptr_t addr)
{
	for (u32 i = 0; i < bus.nr_devices; i++) {
		const struct model_device *d = &bus.devices[i];

		if (addr >= d->base && addr - d->base < d->size)
			return d;
	}
	model_complain("no device at 0x%zx", (size_t)addr);
	return NULL;
}

static void after_access(void)
{
	test_now_ns += MODEL_ACCESS_NS;
	if (model_after_access && test_irq_depth == 0)
		model_after_access();
}

u32 readl(uintptr_t addr)
{
	const struct model_device *d = find_device(addr);
	u32 value = d ? d->read(d->priv, (u32)(addr - d->base)) : 0;

	model_counts.reads++;
	model_last = (struct model_access){ addr, value, false };
	after_access();
	return value;
}

void writel(u32 value, uintptr_t addr)
{
	const struct model_device *d = find_device(addr);

	model_counts.writes++;
	if (d)
		d->write(d->priv, (u32)(addr - d->base), value);
	model_last = (struct model_access){ addr, value, true };
	after_access();
}

static void barrier(void)
{
	model_counts.barriers++;
	for (u32 i = 0; i < bus.nr_devices; i++)
		if (bus.devices[i].barrier)
			bus.devices[i].barrier(bus.devices[i].priv);
}

void dma_wmb(void)
{
	barrier();
}

void dma_rmb(void)
{
}

void dsb(void)
{
	barrier();
}

/* --- memory ------------------------------------------------------------- */

/* Whole lines are moved, also where they reach into a red zone of ASan. */
__attribute__((no_sanitize("address"))) static void move(u8 *to, const u8 *from,
							 size_t len)
{
	for (size_t i = 0; i < len; i++)
		((volatile u8 *)to)[i] = from[i];
}

__attribute__((no_sanitize("address"))) static bool
same(const u8 *a, const u8 *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

static u8 *cpu_ptr(u32 addr)
{
	return (u8 *)(uintptr_t)addr;
}

static bool is_memory(u32 addr, size_t len)
{
	uintptr_t lo = (uintptr_t)__executable_start, hi = (uintptr_t)end;

	return addr >= lo && addr < hi && len <= hi - addr;
}

bool model_is_ring_memory(u32 addr, size_t len)
{
	uintptr_t lo = (uintptr_t)ring_memory;

	return addr >= lo && addr - lo < RING_MEMORY &&
	       len <= RING_MEMORY - (addr - lo);
}

static struct page *page_of(u32 addr)
{
	struct page **p = &pages[addr >> PAGE_SHIFT];

	if (!*p) {
		assert_true(bus.pages_used < POOL_PAGES);
		*p = &page_pool[bus.pages_used++];
		memset((*p)->state, LINE_UNKNOWN, sizeof((*p)->state));
	}
	return *p;
}

struct line {
	u8 *cpu;   /* what the CPU sees */
	u8 *dev;   /* what devices see */
	u8 *saved; /* what the CPU saw when a device wrote */
	u8 *state;
};

static struct line line_at(u32 addr)
{
	struct page *p = page_of(addr);
	u32 offset = addr & (PAGE_BYTES - 1) & ~(MODEL_LINE - 1u);

	return (struct line){ cpu_ptr(addr & ~(MODEL_LINE - 1u)),
			      p->dev + offset, p->cpu + offset,
			      p->state + offset / MODEL_LINE };
}

static bool line_is_dirty(const struct line *l)
{
	switch (*l->state) {
	case LINE_SYNC:
		return !same(l->cpu, l->dev, MODEL_LINE);
	case LINE_STALE:
		return !same(l->cpu, l->saved, MODEL_LINE);
	default:
		return false;
	}
}

/* How much of [addr, addr + len) lies in addr's line. */
static size_t in_line(u32 addr, size_t len)
{
	return min_size(len, MODEL_LINE - (addr & (MODEL_LINE - 1)));
}

bool model_is_dirty(u32 addr, size_t len)
{
	for (size_t n; len > 0; addr += (u32)n, len -= n) {
		struct line l = line_at(addr);

		if (line_is_dirty(&l))
			return true;
		n = in_line(addr, len);
	}
	return false;
}

bool model_dma_read(u32 addr, void *buf, size_t len)
{
	u8 *out = buf;

	if (!is_memory(addr, len))
		return false;
	if (model_is_ring_memory(addr, len)) {
		memcpy(buf, cpu_ptr(addr), len);
		return true;
	}
	for (size_t n; len > 0; addr += (u32)n, out += n, len -= n) {
		struct line l = line_at(addr);

		n = in_line(addr, len);
		if (*l.state == LINE_UNKNOWN)
			memset(out, MODEL_POISON, n);
		else
			memcpy(out, l.dev + (addr & (MODEL_LINE - 1)), n);
	}
	return true;
}

bool model_dma_write(u32 addr, const void *buf, size_t len)
{
	const u8 *in = buf;

	if (!is_memory(addr, len))
		return false;
	if (model_is_ring_memory(addr, len)) {
		memcpy(cpu_ptr(addr), buf, len);
		return true;
	}
	for (size_t n; len > 0; addr += (u32)n, in += n, len -= n) {
		struct line l = line_at(addr);

		n = in_line(addr, len);
		if (line_is_dirty(&l))
			model_complain("DMA to 0x%x, where the CPU's cache "
				       "holds a dirty line",
				       (unsigned int)addr);
		if (*l.state == LINE_UNKNOWN)
			move(l.dev, l.cpu, MODEL_LINE);
		move(l.saved, l.cpu, MODEL_LINE);
		memcpy(l.dev + (addr & (MODEL_LINE - 1)), in, n);
		*l.state = LINE_STALE;
	}
	return true;
}

u32 model_ring_read(u32 addr)
{
	u32 value = 0;

	if (!model_is_ring_memory(addr, 4))
		model_complain("descriptor at 0x%x, not in DMA memory",
			       (unsigned int)addr);
	else
		memcpy(&value, cpu_ptr(addr), 4);
	return value;
}

void model_ring_write(u32 addr, u32 value)
{
	if (model_is_ring_memory(addr, 4))
		memcpy(cpu_ptr(addr), &value, 4);
}

/* --- board.h: memory and clock ------------------------------------------ */

void *board_dma_alloc(size_t size, size_t align)
{
	size_t at = (bus.ring_used + align - 1) & ~(align - 1);

	assert_true(is_power_of_2((u32)align));
	if (at > RING_MEMORY || size > RING_MEMORY - at)
		return NULL;
	bus.ring_used = at + size;
	return ring_memory + at;
}

u32 board_dma_addr(const void *ptr)
{
	if ((uintptr_t)ptr > UINT32_MAX)
		model_complain("%p is not memory that a device can reach", ptr);
	return (u32)(uintptr_t)ptr;
}

void board_dma_clean(const void *ptr, size_t len)
{
	u32 addr = board_dma_addr(ptr);

	model_counts.cleans++;
	model_counts.clean_bytes += len;
	for (size_t n; len > 0; addr += (u32)n, len -= n) {
		struct line l = line_at(addr);

		n = in_line(addr, len);
		if (*l.state == LINE_STALE && !line_is_dirty(&l))
			continue; /* not dirty: nothing is written back */
		if (*l.state == LINE_STALE)
			model_complain("0x%x was written by the CPU under a "
				       "device's DMA",
				       (unsigned int)addr);
		move(l.dev, l.cpu, MODEL_LINE);
		*l.state = LINE_SYNC;
	}
}

void board_dma_invalidate(void *ptr, size_t len)
{
	u32 addr = board_dma_addr(ptr);

	model_counts.invalidates++;
	model_counts.invalidate_bytes += len;
	for (size_t n; len > 0; addr += (u32)n, len -= n) {
		struct line l = line_at(addr);

		n = in_line(addr, len);
		if (*l.state == LINE_UNKNOWN)
			move(l.dev, l.cpu, MODEL_LINE);
		if (*l.state == LINE_STALE && line_is_dirty(&l))
			model_complain("0x%x was written by the CPU under a "
				       "device's DMA",
				       (unsigned int)addr);
		move(l.cpu, l.dev, MODEL_LINE);
		*l.state = LINE_SYNC;
	}
}

u64 board_clock_ns(void)
{
	test_now_ns += test_tick_ns;
	return test_now_ns;
}
