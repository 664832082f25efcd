#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""relay - a bad cable between two interfaces, the same with every run

	relay.py DEV1 DEV2 [delay_ms=5] [loss=2] [reorder=2] [duplicate=1]
		[corrupt=1] [seed=1]

Percentages are per frame and direction. A reordered frame is delayed twice,
so that later ones overtake it; a corrupted one has one bit flipped behind its
Ethernet header. Ends on SIGTERM and prints what it did.
"""

import heapq
import random
import select
import signal
import socket
import sys
import time

SOL_PACKET = 263
PACKET_IGNORE_OUTGOING = 23
ETH_P_ALL = 3


def open_device(name):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 << 20)
    sock.setblocking(False)
    sock.bind((name, ETH_P_ALL))
    return sock


class Cable:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options["seed"])
        self.waiting = []
        self.order = 0
        self.did = dict.fromkeys(
            ["frames", "loss", "reorder", "duplicate", "corrupt"], 0)

    def chance(self, what):
        hit = self.random.random() * 100 < self.options[what]
        self.did[what] += hit
        return hit

    def put(self, frame, out, now):
        self.did["frames"] += 1
        if self.chance("loss"):
            return
        delay = self.options["delay_ms"] / 1000
        if self.chance("corrupt"):
            frame = bytearray(frame)
            bit = self.random.randrange(14 * 8, len(frame) * 8)
            frame[bit // 8] ^= 1 << bit % 8
        copies = 1 + self.chance("duplicate")
        if self.chance("reorder"):
            delay *= 2
        for _ in range(copies):
            self.order += 1
            heapq.heappush(self.waiting,
                           (now + delay, self.order, out, frame))

    def send_due(self, now):
        while self.waiting and self.waiting[0][0] <= now:
            _, _, out, frame = heapq.heappop(self.waiting)
            try:
                out.send(frame)
            except (BlockingIOError, OSError):
                self.did["loss"] += 1

    def run(self, one, two):
        other = {one: two, two: one}
        while True:
            timeout = 1.0
            if self.waiting:
                timeout = max(0, self.waiting[0][0] - time.monotonic())
            ready, _, _ = select.select([one, two], [], [], timeout)
            for sock in ready:
                for _ in range(64):
                    try:
                        frame = sock.recv(65536)
                    except BlockingIOError:
                        break
                    self.put(frame, other[sock], time.monotonic())
            self.send_due(time.monotonic())


def main():
    options = {"delay_ms": 5, "loss": 2, "reorder": 2, "duplicate": 1,
               "corrupt": 1, "seed": 1}
    for word in sys.argv[3:]:
        name, value = word.split("=")
        options[name] = type(options[name])(value)
    cable = Cable(options)

    def end(*_):
        print(cable.did, flush=True)
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    one, two = open_device(sys.argv[1]), open_device(sys.argv[2])
    print("ready", flush=True)
    cable.run(one, two)


main()
