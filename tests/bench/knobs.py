#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""knobs - what each knob of reception does, in tables and plots (I4, I9)

	tests/bench/knobs.py		measure, print the tables
	tests/bench/knobs.py --write	and put them into docs/performance.md,
					the plots into docs/img/

One knob at a time, the others at their defaults. Instructions and interrupts
are counted on a board under `-icount shift=0`; rates and latencies are timed
on one that runs freely. docs/performance.md, "What the knobs do", says what
was measured.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "../..")
sys.path.insert(0, os.path.join(HERE, "../qemu"))

import bench  # noqa: E402
import netns  # noqa: E402

BURST = 2000
PACED_GAP = 200e-6
RUNS = 5
PAGE = os.path.join(ROOT, "docs/performance.md")
PICTURES = os.path.join(ROOT, "docs/img")
HEADING = "## What the knobs do\n"

# name, how it is set, values, default, the load that instructions are
# counted under
KNOBS = [
    ("dev_weight", "sysctl -w net.core.dev_weight=%d",
     (1, 4, 16, 64, 256), 64, "bursts"),
    ("netdev_budget", "sysctl -w net.core.netdev_budget=%d",
     (1, 16, 64, 300, 2000), 300, "bursts"),
    ("netdev_budget_usecs", "sysctl -w net.core.netdev_budget_usecs=%d",
     (10, 100, 500, 2000, 8000), 2000, "bursts"),
    ("rx-usecs", "ethtool -C eth0 rx-usecs %d",
     (0, 100, 300, 1000, 3000, 10000), 0, "paced"),
]

COLUMNS = [
    # key, heading, format
    ("instructions", "instructions per packet", "%.0f"),
    ("irqs", "hard IRQs per packet", "%.4f"),
    ("rounds", "softirq rounds per packet", "%.4f"),
    ("rate", "UDP echo, thousands a second", "%.1f"),
    ("idle50", "ping p50, us", "%.0f"),
    ("idle99", "ping p99, us", "%.0f"),
    ("load50", "p50 under load, us", "%.0f"),
    ("load99", "p99 under load, us", "%.0f"),
]


# --- loads: each returns how many frames it has sent -------------------------

def discard_socket(b):
    sock = b.ns.socket(bench.socket.AF_INET, bench.socket.SOCK_DGRAM)
    sock.connect((bench.BOARD_IP, 9))
    return sock


def bursts(b, count=10000):
    """Datagrams of 18 bytes. The board is stopped while they are sent, so
    that they come at once, whatever else this machine does."""
    with discard_socket(b) as sock:
        for _ in range(count // BURST):
            b.board.monitor("stop")
            for _ in range(BURST):
                sock.send(bytes(18))
            b.board.monitor("cont")
            time.sleep(0.1)
    time.sleep(0.1)
    return count


def paced(b, count=2000):
    """5,000 datagrams a second, one by one."""
    with discard_socket(b) as sock:
        due = time.monotonic()
        for _ in range(count):
            sock.send(bytes(18))
            due += PACED_GAP
            while time.monotonic() < due:
                pass
    time.sleep(0.1)
    return count


# --- what is measured ---------------------------------------------------------

def interrupts(b):
    """Of all lines but the console's."""
    return sum(int(n) for n, name in re.findall(
        r"^ *\d+: +(\d+) .* (\S+)$", b.board.cat("/proc/interrupts"),
        re.M) if name != "uart")


def rounds(b):
    return int(re.search(r"NET_RX: +(\d+)",
                         b.board.cat("/proc/softirqs")).group(1))


def over_runs(choose, measure, *args):
    """Of several runs, each figure by itself."""
    rows = [measure(*args) for _ in range(RUNS)]
    return {key: choose(row[key] for row in rows) for key in rows[0]}


def count(b, load):
    return over_runs(statistics.median, count_once, b, load)


def count_once(b, load):
    """Instructions, interrupts and rounds for a packet of a load."""
    idle, reading = b.idle
    irqs, turns = interrupts(b), rounds(b)
    before = b.cpu_ns()
    packets = load(b)
    after = b.cpu_ns()
    irqs, turns = interrupts(b) - irqs, rounds(b) - turns
    busy = sum(after[c] - before[c] for c in bench.BUSY)
    span = sum(after.values()) - sum(before.values())
    return {"instructions":
            (busy - reading - idle * (span - busy)) / packets,
            "irqs": irqs / packets, "rounds": turns / packets}


def pings(b, prefix, number=100):
    """Not in step with any rx-usecs."""
    out = b.ns.run("ping", "-i", "0.0053", "-c", str(number),
                   bench.BOARD_IP).stdout
    times = sorted(float(t) * 1000 for t in
                   re.findall(r"time=([\d.]+) ms", out))
    return {prefix + "50": times[len(times) // 2],
            prefix + "99": times[len(times) * 99 // 100]}


def timed_once(b):
    """Times and latencies; the load is a ping flood."""
    row = {"ms_each": 1e3 / bench.timed(b.udp_echo, 10000, 18)}
    row.update(pings(b, "idle"))
    flood = b.ns.popen("ping", "-f", "-q", bench.BOARD_IP,
                       stdout=subprocess.DEVNULL)
    row.update(pings(b, "load"))
    flood.kill()
    flood.wait()
    return row


def timed(b):
    """The quietest of the runs."""
    row = over_runs(min, timed_once, b)
    row["rate"] = 1 / row.pop("ms_each")
    return row


def each_value(b, knobs, measure):
    """{(knob, value): measure(load)}, each knob back at its default."""
    rows = {}
    for name, command, values, default, load in knobs:
        for value in values:
            b.board.cmd(command % value)
            rows[name, value] = measure(globals()[load])
            print("%s %d: %s" % (name, value, rows[name, value]),
                  file=sys.stderr, flush=True)
        b.board.cmd(command % default)
    return rows


def measure_all(knobs):
    with bench.Bench("-icount shift=0") as b:
        b.idle = b.idle_rate()
        bursts(b)  # caches of both ends, ARP
        rows = each_value(b, knobs, lambda load: count(b, load))
    with bench.Bench("") as b:
        b.udp_echo(20000, 18)
        more = each_value(b, knobs, lambda load: timed(b))
    for key, row in rows.items():
        row.update(more[key])
    return rows


# --- what comes out -----------------------------------------------------------

def table(name, values, default, rows):
    lines = ["| %s | %s |" % (name, " | ".join(c[1] for c in COLUMNS)),
             "|" + "---|" * (len(COLUMNS) + 1)]
    for value in values:
        cells = [form % rows[name, value][key]
                 for key, _, form in COLUMNS]
        lines.append("| %d%s | %s |" % (
            value, " (default)" if value == default else "",
            " | ".join(cells)))
    return "\n".join(lines)


PANELS = [
    ("instructions per packet", ("instructions",)),
    ("hard IRQs per packet", ("irqs",)),
    ("UDP echo, thousands a second", ("rate",)),
    ("ping, us", ("idle50", "idle99", "load50", "load99")),
]
LABELS = {"idle50": "p50, idle", "idle99": "p99, idle",
          "load50": "p50, under load", "load99": "p99, under load"}


def plot(name, values, rows):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(2, 2, figsize=(9, 6))
    for axis, (title, keys) in zip(axes.flat, PANELS):
        for key in keys:
            axis.plot(range(len(values)),
                      [rows[name, v][key] for v in values], "o-",
                      label=LABELS.get(key))
        axis.set_xticks(range(len(values)), values)
        axis.set_title(title, fontsize=10)
        axis.set_xlabel(name)
        axis.grid(alpha=0.3)
        if len(keys) > 1:
            axis.set_yscale("log")
            axis.legend(fontsize=7)
        else:
            axis.set_ylim(bottom=0)
    figure.tight_layout()
    os.makedirs(PICTURES, exist_ok=True)
    figure.savefig(os.path.join(PICTURES, "knob-%s.png" % name), dpi=80,
                   metadata={"Software": None})
    pyplot.close(figure)


def write(knobs, rows):
    """The tables go behind their knob's headings; text between stays."""
    with open(PAGE, encoding="utf-8") as f:
        page = f.read()
    for name, _, values, default, _ in knobs:
        plot(name, values, rows)
        heading = "### %s\n" % name
        at = page.index(heading, page.index(HEADING))
        begin = page.index("| " + name, at)
        end = page.index("\n\n", begin)
        page = page[:begin] + table(name, values, default, rows) + \
            page[end:]
    with open(PAGE, "w", encoding="utf-8") as f:
        f.write(page)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="regex of knobs")
    parser.add_argument("--elf", help="the firmware, if not in build/")
    parser.add_argument("--write", action="store_true",
                        help="into docs/performance.md and docs/img/")
    args = parser.parse_args()
    reason = netns.why_not()
    if reason:
        sys.exit("knobs: " + reason)
    netns.remove_leftovers()
    bench.Board.image = args.elf
    knobs = [k for k in KNOBS if re.search(args.only, k[0])]
    rows = measure_all(knobs)
    for name, _, values, default, _ in knobs:
        print("\n### %s\n\n%s" % (name, table(name, values, default,
                                             rows)))
    if args.write:
        write(knobs, rows)


if __name__ == "__main__":
    main()
