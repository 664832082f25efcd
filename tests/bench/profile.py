#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""profile - where the instructions of a packet go, by function

	/usr/bin/python3 tests/bench/profile.py udp_echo_18 [--top 40]

QEMU executes one instruction a block and logs each (exec,nochain); the log is
summed by the image's symbols. Slow and exact: a few hundred packets are
enough. The loads are those of bench.py.
"""

import argparse
import bisect
import collections
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import bench  # noqa: E402
import netns  # noqa: E402
from until import executed, one_instruction_a_block  # noqa: E402

UNITS = 200


def symbols(elf):
    out = subprocess.run(["arm-none-eabi-nm", "-n", elf], text=True,
                         capture_output=True, check=True).stdout
    table = []
    for line in out.splitlines():
        words = line.split()
        if len(words) == 3 and words[1] in "tTwW" and words[2][0] != "$":
            name = re.sub(r"\.(lto_priv|isra|constprop|part)[.\d]*.*", "",
                          words[2])
            table.append((int(words[0], 16), name))
    return table


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("load", help="a name of bench.py's rows")
    parser.add_argument("--top", type=int, default=30)
    args = parser.parse_args()
    rows = {name: (method, words)
            for name, _, method, words in bench.COUNTED}
    rows.update((name, (method, (0,)))
                for name, _, method, _ in bench.TRACED)
    if args.load not in rows:
        sys.exit("profile: no load \"%s\"; there are %s" % (
            args.load, ", ".join(rows)))
    reason = netns.why_not()
    if reason:
        sys.exit("profile: " + reason)
    method, words = rows[args.load]
    words = (UNITS,) + words[1:]
    bench.BURST = UNITS

    with tempfile.TemporaryDirectory(prefix="rp-profile-") as folder:
        log = os.path.join(folder, "log")
        qemu_args = "%s -D %s" % (
            one_instruction_a_block(bench.Board.qemu), log)
        with bench.Bench(qemu_args) as b:
            load = getattr(b, method)
            load(*words)
            b.board.monitor("log exec,nochain")
            units = load(*words)
            b.board.monitor("log none")
            table = symbols(b.board.elf)
        starts = [start for start, _ in table]
        count = collections.Counter()
        for address, times in executed(log).items():
            where = bisect.bisect_right(starts, address)
            count[table[where - 1][1]] += times
    print("%s: %d instructions a unit, all that the board did" % (
        args.load, sum(count.values()) / units))
    for name, number in count.most_common(args.top):
        print("%8.1f  %s" % (number / units, name))


if __name__ == "__main__":
    main()
