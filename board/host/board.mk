# SPDX-License-Identifier: BSD-3-Clause
# host: the firmware as a Linux process under sanitizers, NICs are taps
CROSS		:=
BOARD_CFLAGS	:= -Iboard/host -no-pie -fno-pie -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=undefined
# The sanitizers' own frames and checks set these two off.
BOARD_WARN	:= -Wno-stack-usage -Wno-null-dereference
# Low static addresses, so that board_dma_addr() fits 32 bits. The lists
# of section.h survive --gc-sections, since __start_ and __stop_ name them.
BOARD_LDFLAGS	:= -no-pie
BOARD_SRCS	:= $(wildcard board/host/*.c) drivers/irq/host_irq.c \
	drivers/net/tap.c
