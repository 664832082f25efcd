# SPDX-License-Identifier: BSD-3-Clause
# zynq-a9: Xilinx Zynq-7000, one Cortex-A9; QEMU's xilinx-zynq-a9
CROSS		:= arm-none-eabi-
BOARD_CFLAGS	:= -mcpu=cortex-a9 -marm -mfpu=vfpv3 -mfloat-abi=hard \
	-flto=auto -Iboard/armv7a -Iboard/zynq-a9
BOARD_LDSCRIPT	:= linker/zynq-a9.ld linker/common.ld
BOARD_LDFLAGS	:= -nostartfiles -T linker/zynq-a9.ld -Llinker \
	--specs=nosys.specs -Wl,--no-warn-rwx-segments \
	-Wl,-z,max-page-size=4096 -Wl,-z,noexecstack
BOARD_SRCS	:= $(wildcard board/armv7a/*.c board/armv7a/*.S \
	board/zynq-a9/*.c) drivers/irq/gic.c drivers/timer/a9_timers.c \
	drivers/serial/cadence_uart.c drivers/net/gem.c drivers/net/phy.c
