# SPDX-License-Identifier: BSD-3-Clause
"""until - instructions that a packet costs until it reaches a function

QEMU executes one instruction a block and logs each (exec,nochain). The image
is linked as a whole, so the function may be a part of its caller: the line
table tells which instructions are its own, or of what it has called inline.
"""

import collections
import os
import re
import subprocess
import tempfile

# Functions that only a packet on its way in runs through; what begins with
# one of these words. A function that is inlined counts as where it came from.
ROAD = re.compile(r"gem_|rx_|skb_|board_dma_|netif_|napi_|tap_rx|vlan_|"
                  r"classify|pull_eth|unmask")


def one_instruction_a_block(qemu):
    """The word for it changed with QEMU 8.1."""
    version = subprocess.run([qemu, "--version"], text=True,
                             capture_output=True, check=True).stdout
    major = int(re.search(r"version (\d+)", version).group(1))
    return "-singlestep" if major < 8 else \
        "-accel tcg,one-insn-per-tb=on"


def executed(log):
    """{address: how often}"""
    count = collections.Counter()
    with open(log, encoding="ascii", errors="replace") as f:
        for line in f:
            match = re.match(r"Trace \d+: \S+ \[\w+/(\w+)/", line)
            if match:
                count[int(match.group(1), 16)] += 1
    return count


def inline_stacks(elf, addresses):
    """{address: [innermost function, ..., the one that has a symbol]}"""
    out = subprocess.run(["arm-none-eabi-addr2line", "-a", "-f", "-i", "-e",
                          elf], text=True, capture_output=True, check=True,
                         input="\n".join(map(hex, addresses))).stdout
    stacks, names = {}, None
    lines = iter(out.splitlines())
    for line in lines:
        if line.startswith("0x"):
            names = stacks[int(line, 16)] = []
        else:
            names.append(line)
            next(lines)  # file and line
    return stacks


def instructions_until(function, make_bench, load, elf, qemu, units):
    """@make_bench(qemu_args) gives the board, @load(board, units) the work,
    whose packets end in @function. Return: instructions for each."""
    with tempfile.TemporaryDirectory(prefix="rp-until-") as folder:
        log = os.path.join(folder, "log")
        with make_bench("%s -D %s" % (one_instruction_a_block(qemu),
                                      log)) as bench:
            load(bench, units)
            bench.board.monitor("log exec,nochain")
            done = load(bench, units)
            bench.board.monitor("log none")
        count = executed(log)
    stacks = inline_stacks(elf, sorted(count))
    return sum(times for address, times in count.items()
               if function not in stacks[address] and
               ROAD.match(stacks[address][-1])) / done
