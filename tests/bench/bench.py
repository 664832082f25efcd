#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""bench - instructions per packet, exact, and wall-clock figures beside them

	make bench
	make bench BENCH_ARGS="--runs 5 --only udp --json out.json"

	+---- namespace "bench" ----+
	|  tap0 10.9.0.1/24 ======= eth0 10.9.0.2   board
	+---------------------------+

Two boards, one after the other. The first runs under `-icount shift=0`: there
an instruction takes one virtual nanosecond, so the nanoseconds that the board
accounts to hard IRQ, softirq, main loop and applications (/proc/cpu_ns) are
instructions. What an idle board spends in the same virtual time is taken off;
so is what reading the file costs. The second board runs freely and is timed.
docs/performance.md tells how each figure is made.
"""

import argparse
import json
import os
import re
import socket
import statistics
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../qemu"))

import netns  # noqa: E402
import until  # noqa: E402
from board import Board  # noqa: E402

BOARD_IP = "10.9.0.2"
TAP_MAC = bytes.fromhex("525400aa0001")
BOARD_MAC = bytes.fromhex("525400123456")
RC = """\
ip addr add 10.9.0.2/24 dev eth0
ip link set eth0 up
"""
BUSY = ("user", "system", "irq", "softirq")
MSS = 1460
WINDOW = 64
BURST = 2000

# The bars of the project: instructions, at most.
BARS = {
    "rx_drop": 120,
    "rx_to_ip": 150,
    "udp_echo_18": 1700,
    "tcp_in": 1300,
    "tcp_out": 4500,
}


class Bench:
    """The namespace, the board, and the ways to load it."""

    def __init__(self, qemu_args):
        self.ns = netns.Namespace("bench")
        self.ns.tap("tap0", "10.9.0.1/24", TAP_MAC.hex(":"))
        # A burst waits here, so that none is lost and interrupts are few,
        # however busy this machine is.
        self.ns.ip("link", "set", "tap0", "txqueuelen", "20000")
        self.board = Board(self.ns, taps=["tap0"], rc=RC,
                           args=qemu_args)

    def __enter__(self):
        self.board.boot()
        self.ns.run("ping", "-c1", BOARD_IP)
        return self

    def __exit__(self, *what):
        self.board.close()
        self.ns.close()

    def cpu_ns(self):
        return self.board.table("/proc/cpu_ns")

    # --- loads: each returns how many units of work were done -----------

    def raw(self):
        with self.ns.entered():
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        sock.bind(("tap0", 0))
        return sock

    def rx_drop(self, count):
        """60-byte frames of a protocol that nobody speaks."""
        frame = BOARD_MAC + TAP_MAC + b"\x88\xb5" + bytes(46)
        before = self.board.drops()["UNHANDLED_PROTO"]
        with self.raw() as sock:
            for _ in range(0, count, BURST):
                for _ in range(BURST):
                    sock.send(frame)
                time.sleep(0.05)
        time.sleep(0.2)
        return self.board.drops()["UNHANDLED_PROTO"] - before

    def tc_drop(self, count):
        """Datagrams of 60 bytes that a filter drops (SETUP)."""
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 46, 0, 0, 64, 17, 0,
                           socket.inet_aton("10.9.0.1"),
                           socket.inet_aton(BOARD_IP))
        frame = BOARD_MAC + TAP_MAC + b"\x08\0" + head + \
            struct.pack("!HHHH", 7777, 99, 26, 0) + bytes(18)
        before = self.board.drops()["TC_INGRESS"]
        with self.raw() as sock:
            for _ in range(0, count, BURST):
                for _ in range(BURST):
                    sock.send(frame)
                time.sleep(0.05)
        time.sleep(0.2)
        return self.board.drops()["TC_INGRESS"] - before

    def rx_to_ip(self, count):
        """60-byte frames that are IP by their type and version 6 by their
        first byte: they die first thing in ip_rcv(). At most a ring's worth
        at once."""
        frame = BOARD_MAC + TAP_MAC + b"\x08\0\x65" + bytes(45)
        before = self.board.drops()["IP_INHDR"]
        with self.raw() as sock:
            for _ in range(count):
                sock.send(frame)
        time.sleep(0.2)
        return self.board.drops()["IP_INHDR"] - before

    def udp_in(self, count, size):
        """Datagrams to discard, in bursts."""
        data = bytes(size)
        before = self.board.ethtool()["rx_frames"]
        with self.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect((BOARD_IP, 9))
            for _ in range(0, count, BURST):
                for _ in range(BURST):
                    sock.send(data)
                time.sleep(0.05)
        time.sleep(0.2)
        return self.board.ethtool()["rx_frames"] - before

    def echo(self, sock, send, count, window):
        """Keep @window requests on the way until @count came back."""
        sock.settimeout(5)
        sent = got = 0
        while got < count:
            while sent < count and sent - got < window:
                send(sent)
                sent += 1
            sock.recv(65536)
            got += 1
        return count

    def udp_echo(self, count, size, window=WINDOW):
        data = bytes(size)
        with self.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect((BOARD_IP, 7))
            return self.echo(sock, lambda n: sock.send(data), count,
                             window)

    def icmp_echo(self, count):
        """56 bytes of data, as ping sends them."""
        with self.ns.socket(socket.AF_INET, socket.SOCK_RAW,
                            socket.IPPROTO_ICMP) as sock:
            sock.connect((BOARD_IP, 0))

            def send(number):
                head = struct.pack("!BBHHH", 8, 0, 0, 0x5250,
                                   number & 0xffff)
                words = struct.unpack("!4H", head)
                total = sum(words)
                total = (total >> 16) + (total & 0xffff)
                head = struct.pack("!BBHHH", 8, 0,
                                   ~total & 0xffff, 0x5250,
                                   number & 0xffff)
                sock.send(head + bytes(56))

            return self.echo(sock, send, count, WINDOW)

    def tcp_in(self, count):
        """Bulk to discard; one unit is 1,460 bytes."""
        with self.ns.connect((BOARD_IP, 9), timeout=120) as sock:
            sock.sendall(bytes(count * MSS))
            sock.shutdown(socket.SHUT_WR)
            assert sock.recv(1) == b""
        return count

    def tcp_out(self, count):
        """Bulk from chargen; one unit is 1,460 bytes."""
        left = count * MSS
        got = 0
        with self.ns.connect((BOARD_IP, 19), timeout=120) as sock:
            while got < left:
                data = sock.recv(1 << 18)
                assert data
                got += len(data)
        return got / MSS

    def tcp_open(self, count):
        """Connect to discard and close; one after the other."""
        for _ in range(count):
            with self.ns.connect((BOARD_IP, 9)) as sock:
                sock.shutdown(socket.SHUT_WR)
                assert sock.recv(1) == b""
        return count

    def http(self, count, keep_alive):
        """GET a small file, /proc/version."""
        request = (b"GET /proc/version HTTP/1.1\r\nHost: b\r\n"
                   b"Connection: %s\r\n\r\n" %
                   (b"keep-alive" if keep_alive else b"close"))
        sock = None
        for _ in range(count):
            if not sock:
                sock = self.ns.connect((BOARD_IP, 80))
            sock.sendall(request)
            answer = b""
            while b"\r\n\r\n" not in answer:
                answer += sock.recv(65536)
            head, _, body = answer.partition(b"\r\n\r\n")
            assert b" 200 " in head.split(b"\r\n")[0], head
            size = int(re.search(rb"(?i)content-length: (\d+)",
                                 head).group(1))
            while len(body) < size:
                body += sock.recv(65536)
            if not keep_alive:
                sock.close()
                sock = None
        if sock:
            sock.close()
        return count

    # --- counting ---------------------------------------------------------

    def idle_rate(self):
        """Busy instructions for each virtual nanosecond of idling, and
        those that reading the file itself costs."""
        self.cpu_ns()
        first = self.cpu_ns()
        second = self.cpu_ns()
        time.sleep(2)
        third = self.cpu_ns()
        reading = sum(second[c] - first[c] for c in BUSY)
        busy = sum(third[c] - second[c] for c in BUSY) - reading
        span = sum(third.values()) - sum(second.values())
        return max(busy, 0) / span, reading

    def instructions(self, load, *args):
        """Instructions for one unit of a load, idling taken off."""
        rate, reading = self.idle
        before = self.cpu_ns()
        units = load(*args)
        after = self.cpu_ns()
        busy = sum(after[c] - before[c] for c in BUSY)
        span = sum(after.values()) - sum(before.values())
        extra = reading * (3 if load in (self.rx_drop, self.tc_drop,
                                         self.udp_in)
                           else 1)
        return (busy - extra - rate * (span - busy)) / units


COUNTED = [
    # name, what a unit is, method, arguments
    ("rx_drop", "60 B frame for nobody", "rx_drop", (20000,)),
    ("tc_drop", "60 B frame dropped by tc flower", "tc_drop", (20000,)),
    ("tc_drop_matchall", "the same by matchall", "tc_drop", (20000,)),
    ("tc_drop_u32", "the same by u32, two words", "tc_drop", (20000,)),
    ("tc_drop_8th", "the same by the eighth flower", "tc_drop", (20000,)),
    ("udp_in_18", "UDP in, 18 B", "udp_in", (10000, 18)),
    ("udp_in_1472", "UDP in, 1472 B", "udp_in", (10000, 1472)),
    ("icmp_echo", "ping, 56 B", "icmp_echo", (10000,)),
    ("udp_echo_18", "UDP echo, 18 B", "udp_echo", (10000, 18)),
    ("udp_echo_18_w1", "UDP echo, 18 B, one at a time", "udp_echo",
     (3000, 18, 1)),
    ("udp_echo_1472", "UDP echo, 1472 B", "udp_echo", (10000, 1472)),
    ("tcp_in", "TCP in, per 1460 B", "tcp_in", (10000,)),
    ("tcp_out", "TCP out, per 1460 B", "tcp_out", (10000,)),
    ("tcp_open", "TCP connection, open and close", "tcp_open", (500,)),
    ("http_keep", "HTTP request, keep-alive", "http", (1000, True)),
    ("http_new", "HTTP request, new connection", "http", (500, False)),
]

# Counted in a trace of every instruction, on boards of their own.
TRACED = [
    # name, what a unit is, method, the function where it ends
    ("rx_to_ip", "60 B frame until ip_rcv", "rx_to_ip", "ip_rcv"),
]
TRACED_UNITS = 200

TC_FILTER = "tc filter add dev eth0 ingress protocol ip prio %d "
TC_OPEN, TC_CLOSE = "tc qdisc add dev eth0 ingress", \
    "tc qdisc del dev eth0 ingress"

# Commands on the board before and after a load.
SETUP = {
    "tc_drop": ([TC_OPEN, TC_FILTER % 1 +
                 "flower ip_proto udp dst_port 99 action drop"], [TC_CLOSE]),
    "tc_drop_matchall": ([TC_OPEN, TC_FILTER % 1 + "matchall action drop"],
                         [TC_CLOSE]),
    "tc_drop_u32": ([TC_OPEN, TC_FILTER % 1 + "u32 match ip protocol 17 0xff "
                     "match ip dport 99 0xffff action drop"], [TC_CLOSE]),
    "tc_drop_8th": ([TC_OPEN] + [TC_FILTER % n + "flower ip_proto udp "
                                 "dst_port %d action drop" % (n + 91)
                                 for n in range(1, 9)], [TC_CLOSE]),
}


def trace_all(runs, only):
    table = {}
    for name, what, method, end in TRACED:
        if only and not re.search(only, name):
            continue
        values = [until.instructions_until(
            end, Bench, lambda bench, n: getattr(bench, method)(n),
            Board().elf, Board.qemu, TRACED_UNITS) for _ in range(runs)]
        put_row(table, name, what, values)
    return table


def put_row(table, name, what, values):
    table[name] = {
        "what": what,
        "median": round(statistics.median(values)),
        "min": round(min(values)),
        "max": round(max(values)),
        "bar": BARS.get(name),
    }
    show_row(name, table[name])


def count_all(runs, only):
    table = {}
    with Bench("-icount shift=0") as bench:
        bench.idle = bench.idle_rate()
        for name, what, method, args in COUNTED:
            if only and not re.search(only, name):
                continue
            load = getattr(bench, method)
            before, after = SETUP.get(name, ([], []))
            for line in before:
                bench.board.cmd(line)
            load(*args)  # caches of both ends, ARP, pools
            values = [bench.instructions(load, *args)
                      for _ in range(runs)]
            for line in after:
                bench.board.cmd(line)
            put_row(table, name, what, values)
    return table


def show_row(name, row):
    bar = row["bar"]
    verdict = "" if bar is None else \
        "  bar %d: %s" % (bar, "ok" if row["median"] <= bar else "OVER")
    print("%-16s %-32s %7d  (%d..%d)%s" % (
        name, row["what"], row["median"], row["min"], row["max"],
        verdict), flush=True)


def timed(load, *args):
    begin = time.monotonic()
    units = load(*args)
    return units / (time.monotonic() - begin)


def time_all(runs):
    table = {}

    def put(name, what, unit, values):
        table[name] = {"what": what, "unit": unit,
                       "median": round(statistics.median(values), 3),
                       "min": round(min(values), 3),
                       "max": round(max(values), 3)}
        print("%-16s %-32s %9.3f %s  (%.3f..%.3f)" % (
            name, what, table[name]["median"], unit, min(values),
            max(values)), flush=True)

    with Bench("") as bench:
        put("udp_echo_rate", "UDP echo, 18 B, 64 on the way", "k/s",
            [timed(bench.udp_echo, 20000, 18) / 1e3
             for _ in range(runs)])
        put("tcp_in_rate", "TCP in, one flow", "Mbit/s",
            [timed(bench.tcp_in, 20000) * MSS * 8 / 1e6
             for _ in range(runs)])
        put("tcp_out_rate", "TCP out, one flow", "Mbit/s",
            [timed(bench.tcp_out, 20000) * MSS * 8 / 1e6
             for _ in range(runs)])
        put("http_keep_rate", "HTTP requests, keep-alive", "1/s",
            [timed(bench.http, 1000, True) for _ in range(runs)])
        put("http_new_rate", "HTTP requests, new connections", "1/s",
            [timed(bench.http, 500, False) for _ in range(runs)])
        out = bench.ns.run("ping", "-i", "0.002", "-c", "1000",
                           BOARD_IP).stdout
        times = [float(t) for t in re.findall(r"time=([\d.]+) ms", out)]
        times.sort()
        put("ping_median", "ping, median of 1000", "ms",
            [statistics.median(times)])
        put("ping_p99", "ping, 99th percentile", "ms",
            [times[len(times) * 99 // 100]])
    return table


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", help="regex of names to count")
    parser.add_argument("--json", default=os.path.join(
        HERE, "../../build/bench.json"))
    parser.add_argument("--no-wall", action="store_true",
                        help="instructions only")
    args = parser.parse_args()
    reason = netns.why_not()
    if reason:
        sys.exit("bench: " + reason)
    netns.remove_leftovers()

    print("--- instructions per unit, median (spread of %d runs), "
          "-icount shift=0" % args.runs)
    result = {"instructions": trace_all(args.runs, args.only)}
    result["instructions"].update(count_all(args.runs, args.only))
    if not args.no_wall:
        print("--- wall clock on this machine, %d cores, load %.1f" % (
            os.cpu_count(), os.getloadavg()[0]))
        result["wall_clock"] = time_all(args.runs)
    version = subprocess.run([Board.qemu, "--version"], text=True,
                             capture_output=True, check=True).stdout
    result["qemu"] = version.splitlines()[0]
    with open(args.json, "w", encoding="ascii") as f:
        json.dump(result, f, indent=1)
        f.write("\n")
    over = [name for name, row in result["instructions"].items()
            if row["bar"] is not None and row["median"] > row["bar"]]
    if over:
        sys.exit("over the bar: " + ", ".join(over))


if __name__ == "__main__":
    main()
