# SPDX-License-Identifier: BSD-3-Clause
#
#	make run	boot the firmware in QEMU, user-mode network, no root
#	make test	everything that CI runs; ends with "N passed, N failed"
#	make check	the seconds-long part: unit tests, layers, style
#	make bench	instructions per packet, throughput, latency
#	make knobs	what each knob does to them: tables and plots in docs/
#	make livelock	useful work under ten times overload: tables, plot
#	make host	the same firmware as a Linux process (ASan, UBSan)
#	make fuzz	fuzz whole frames, FUZZ_SECONDS=60
#	make size	code, data and the largest objects
#
# Variables: BOARD, NET, TAP0, TAP1, RC, QEMU, QEMU_ARGS (see tools/run),
# LWIP_TARBALL=file for machines that cannot fetch lwIP, V=1 shows commands.

BOARD	?= zynq-a9
QEMU	?= qemu-system-arm
B	:= build/$(BOARD)
LWIP	:= build/lwip-2.2.1
PYTHON	:= /usr/bin/python3
Q	:= $(if $(V),,@)
WERROR	?= -Werror
FUZZ_SECONDS ?= 60

export BOARD NET TAP0 TAP1 RC QEMU QEMU_ARGS LWIP_TARBALL PYTHON

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := all

# board.mk sets ARCH_DIR, CROSS, BOARD_SRCS, BOARD_CFLAGS, BOARD_LDFLAGS.
include board/$(BOARD)/board.mk

CC	:= $(CROSS)gcc
SIZE	:= $(CROSS)size
NM	:= $(CROSS)nm

WARN := -Wall -Wextra -Wshadow -Wundef -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wcast-align=strict \
	-Wwrite-strings -Wvla -Walloca -Wformat=2 -Wnull-dereference \
	-Wduplicated-cond -Wduplicated-branches -Wlogical-op \
	-Wimplicit-fallthrough=5 -Wdouble-promotion -Wredundant-decls \
	-Wstack-usage=1024 $(BOARD_WARN) $(WERROR)

COMMON	:= -std=gnu11 -O2 -g -ffunction-sections -fdata-sections -fno-common \
	$(BOARD_CFLAGS)
INC	:= -Iboard -Idrivers -Istack -Istack/lwip -Ifirmware -I$(B) \
	-isystem $(LWIP)/src/include

# The stack and the firmware are the same on every board.
SRCS	:= $(sort $(wildcard stack/core/*.c stack/sched/*.c stack/packet/*.c \
	stack/ipv4/*.c stack/proc/*.c stack/lwip/*.c firmware/*.c \
	firmware/shell/*.c \
	firmware/apps/*.c firmware/apps/*.S) drivers/net/loopback.c) \
	$(BOARD_SRCS)
LWIP_SRCS := $(addprefix $(LWIP)/src/,\
	core/init.c core/def.c core/dns.c core/inet_chksum.c core/ip.c \
	core/mem.c core/memp.c core/netif.c core/pbuf.c core/raw.c \
	core/stats.c core/sys.c core/tcp.c core/tcp_in.c core/tcp_out.c \
	core/timeouts.c core/udp.c core/ipv4/dhcp.c core/ipv4/etharp.c \
	core/ipv4/icmp.c core/ipv4/igmp.c core/ipv4/ip4.c \
	core/ipv4/ip4_addr.c core/ipv4/ip4_frag.c netif/ethernet.c)

OBJS	:= $(patsubst %,$(B)/%.o,$(SRCS)) \
	$(patsubst $(LWIP)/%,$(B)/lwip/%.o,$(LWIP_SRCS))
ELF	:= $(B)/ringpath.elf

all: $(ELF)

# --- set-up ------------------------------------------------------------------

# Says what is missing, installs it, brings lwIP; done again only when
# tools/deps itself changed.
build/.deps: tools/deps
	$(Q)tools/deps build
	$(Q)touch $@

build/.deps-test: tools/deps
	$(Q)tools/deps test
	$(Q)touch $@ build/.deps

build/.deps-bench: tools/deps
	$(Q)tools/deps bench
	$(Q)touch $@ build/.deps-test build/.deps

$(LWIP_SRCS): | build/.deps

# --- firmware ----------------------------------------------------------------

$(B)/lwip/%.o: $(LWIP)/% $(MAKEFILE_LIST) | build/.deps
	@mkdir -p $(@D)
	@echo "  CC      lwip/$*"
	$(Q)$(CC) $(COMMON) $(INC) -Wno-all -MD -MP -c -o $@ $<

$(B)/%.c.o: %.c $(MAKEFILE_LIST) | build/.deps
	@mkdir -p $(@D)
	@echo "  CC      $*.c"
	$(Q)$(CC) $(COMMON) $(WARN) $(INC) -MD -MP -c -o $@ $<

$(B)/%.S.o: %.S $(MAKEFILE_LIST) | build/.deps
	@mkdir -p $(@D)
	@echo "  AS      $*.S"
	$(Q)$(CC) $(COMMON) $(INC) -MD -MP -c -o $@ $<

# What is built into the image as it is.
$(B)/firmware/apps/web.S.o: firmware/apps/web/index.html

# The start-up script that is used when none is given.
$(B)/firmware/rc.o: firmware/rc firmware/rc.S
	@mkdir -p $(@D)
	$(Q)$(CC) $(COMMON) -c -o $@ firmware/rc.S

$(ELF): $(OBJS) $(B)/firmware/rc.o $(BOARD_LDSCRIPT)
	@echo "  LD      $@"
	$(Q)$(CC) $(COMMON) -o $@ $(OBJS) $(B)/firmware/rc.o $(BOARD_LDFLAGS) \
		-Wl,--gc-sections -Wl,-Map=$(B)/ringpath.map

-include $(OBJS:.o=.d)

# --- what people type -------------------------------------------------------

run:
	$(Q)$(MAKE) -s -j$(shell nproc) all
	$(Q)tools/run $(ELF)

host:
	$(Q)$(MAKE) BOARD=host all

size: $(ELF)
	$(Q)tools/size-report $(ELF) $(NM) $(SIZE)

check: build/.deps-test
	$(Q)$(MAKE) -C tests/unit WERROR=$(WERROR)
	$(Q)tools/check-layers
	$(Q)tools/check-style

test: build/.deps-test
	$(Q)tests/run-all

bench: build/.deps-test $(ELF)
	$(Q)$(PYTHON) tests/bench/bench.py $(BENCH_ARGS)

knobs: build/.deps-bench $(ELF)
	$(Q)$(PYTHON) tests/bench/knobs.py --write

livelock: build/.deps-bench $(ELF)
	$(Q)$(PYTHON) tests/bench/livelock.py --write

fuzz: build/.deps-test
	$(Q)$(MAKE) -C tests/fuzz run FUZZ_SECONDS=$(FUZZ_SECONDS)

clean:
	rm -rf build/zynq-a9 build/host build/unit build/fuzz build/.deps*

.PHONY: all run host size check test bench knobs livelock fuzz clean
