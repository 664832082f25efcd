# SPDX-License-Identifier: BSD-3-Clause
"""pcapng - read a capture stream, block by block, and be strict about it

	for block in blocks(data): ...
	capture = Capture(data)
	capture.packets[0].interface, .data, .comment, .packet_id, .drops
"""

import struct

SECTION, INTERFACE, STATISTICS, PACKET = 0x0a0d0d0a, 1, 5, 6


def blocks(data):
    """(type, body) of each whole block; what is cut at the end is left."""
    at = 0
    while at + 12 <= len(data):
        kind, length = struct.unpack_from("<II", data, at)
        assert length % 4 == 0 and length >= 12, "block of %d bytes" % length
        if at + length > len(data):
            break
        assert struct.unpack_from("<I", data, at + length - 4)[0] == length, \
            "a block's two lengths differ"
        yield kind, data[at + 8:at + length - 4]
        at += length


def options(data):
    """{code: value}; the end must be marked."""
    found = {}
    at = 0
    while True:
        code, length = struct.unpack_from("<HH", data, at)
        if code == 0:
            assert at + 4 == len(data), "bytes behind the options"
            return found
        found[code] = data[at + 4:at + 4 + length]
        at += 4 + (length + 3) // 4 * 4


def u64(opts, code):
    return struct.unpack("<Q", opts[code])[0] if code in opts else 0


class Packet:
    def __init__(self, body, interfaces):
        number, high, low, cap, self.length = struct.unpack_from("<5I", body)
        self.interface = interfaces[number]
        self.ns = high << 32 | low
        self.data = body[20:20 + cap]
        opts = options(body[20 + (cap + 3) // 4 * 4:])
        self.comment = opts.get(1, b"").decode()
        self.flags = struct.unpack("<I", opts[2])[0]
        self.drops = u64(opts, 4)
        self.packet_id = u64(opts, 5)


class Statistics:
    def __init__(self, body):
        opts = options(body[12:])
        self.received, self.dropped, self.accepted, self.delivered = \
            (u64(opts, code) for code in (4, 5, 6, 8))


class Capture:
    def __init__(self, data):
        self.interfaces = []
        self.packets = []
        self.statistics = {}
        for number, (kind, body) in enumerate(blocks(data)):
            assert (kind == SECTION) == (number == 0)
            if kind == SECTION:
                assert struct.unpack_from("<IHH", body) == (0x1a2b3c4d, 1, 0)
                self.section = options(body[16:])
            elif kind == INTERFACE:
                opts = options(body[8:])
                assert struct.unpack_from("<H", body)[0] == 1
                assert opts[9] == b"\x09", "not in nanoseconds"
                self.interfaces.append(opts[2].decode())
            elif kind == PACKET:
                self.packets.append(Packet(body, self.interfaces))
            elif kind == STATISTICS:
                name = self.interfaces[struct.unpack_from("<I", body)[0]]
                self.statistics[name] = Statistics(body)
            else:
                raise AssertionError("block of type %d" % kind)

    def at(self, interface):
        return [p for p in self.packets if p.interface == interface]
