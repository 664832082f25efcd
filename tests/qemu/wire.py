# SPDX-License-Identifier: BSD-3-Clause
"""wire - frames by hand, for what no honest stack would send

	wire = Wire(ns, "tap0", board)		a peer 10.9.0.77 of its own MAC
	wire.send(wire.udp(7, b"hello"))
	frame = wire.receive(lambda p: p.proto == UDP)
	conn = wire.connect(7)			a TCP connection, step by step

The peer's address is not the kernel's, so nothing answers behind the test's
back. Headers are built with right lengths and checksums unless a keyword
says otherwise.
"""

import itertools
import socket
import struct
import time

ICMP, TCP, UDP = 1, 6, 17
FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
ETH_IP, ETH_ARP = 0x0800, 0x0806
BROADCAST = "ff:ff:ff:ff:ff:ff"
PACKET_OUTGOING = 4
PACKET_IGNORE_OUTGOING = 23
SOL_PACKET = 263

PORTS = itertools.count(20000)


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def checksum(data):
    """The Internet checksum of RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def ethernet(dst, src, kind, payload):
    return mac(dst) + mac(src) + struct.pack("!H", kind) + payload


def ipv4(src, dst, proto, payload, *, ident=0, flags=2, offset=0, ttl=64,
         version=4, ihl=None, length=None, csum=None, options=b"", tos=0):
    """flags 2 is "do not fragment", 1 "more fragments"; offset in bytes."""
    words = 5 + (len(options) + 3) // 4
    options = options.ljust((words - 5) * 4, b"\0")
    header = struct.pack(
        "!BBHHHBBH4s4s",
        version << 4 | (words if ihl is None else ihl), tos,
        words * 4 + len(payload) if length is None else length, ident,
        flags << 13 | offset // 8, ttl, proto, 0, socket.inet_aton(src),
        socket.inet_aton(dst)) + options
    if csum is None:
        csum = checksum(header)
    return header[:10] + struct.pack("!H", csum) + header[12:] + payload


def pseudo(src, dst, proto, length):
    return socket.inet_aton(src) + socket.inet_aton(dst) + \
        struct.pack("!BBH", 0, proto, length)


def udp(src, dst, sport, dport, payload, *, length=None, csum=None):
    """csum: None the right one, 0 "none was made"."""
    header = struct.pack("!HHHH", sport, dport,
                         8 + len(payload) if length is None else length, 0)
    if csum is None:
        csum = checksum(pseudo(src, dst, UDP, 8 + len(payload)) + header +
                        payload) or 0xffff
    return header[:6] + struct.pack("!H", csum) + payload


def tcp(src, dst, sport, dport, seq, ack, flags, payload=b"", *,
        window=65535, options=b"", doff=None, csum=None, urgent=0):
    words = 5 + (len(options) + 3) // 4
    options = options.ljust((words - 5) * 4, b"\0")
    header = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xffffffff,
                         ack & 0xffffffff,
                         (words if doff is None else doff) << 4, flags,
                         window, 0, urgent) + options
    if csum is None:
        csum = checksum(pseudo(src, dst, TCP,
                               len(header) + len(payload)) +
                        header + payload)
    return header[:16] + struct.pack("!H", csum) + header[18:] + payload


def icmp(kind, code, rest, payload=b"", *, csum=None):
    message = struct.pack("!BBHI", kind, code, 0, rest) + payload
    if csum is None:
        csum = checksum(message)
    return message[:2] + struct.pack("!H", csum) + message[4:]


def echo_request(payload=b"", ident=1, seq=1):
    return icmp(8, 0, ident << 16 | seq, payload)


def arp(op, sha, spa, tha, tpa, *, htype=1, ptype=ETH_IP, hlen=6, plen=4):
    return struct.pack("!HHBBH", htype, ptype, hlen, plen, op) + mac(sha) + \
        socket.inet_aton(spa) + mac(tha) + socket.inet_aton(tpa)


class Packet:
    """A received frame, taken apart as far as it goes."""

    def __init__(self, frame):
        self.frame = frame
        self.dst, self.src = frame[0:6], frame[6:12]
        self.kind = struct.unpack("!H", frame[12:14])[0]
        self.proto = self.flags = None
        self.body = frame[14:]
        if self.kind == ETH_IP:
            self.parse_ip(frame[14:])

    def parse_ip(self, data):
        ihl = (data[0] & 15) * 4
        length, self.ident, self.frag = struct.unpack("!HHH", data[2:8])
        self.proto = data[9]
        self.saddr = socket.inet_ntoa(data[12:16])
        self.daddr = socket.inet_ntoa(data[16:20])
        self.body = body = data[ihl:length]
        if self.frag & 0x1fff:
            self.proto = None
        elif self.proto == TCP:
            self.sport, self.dport, self.seq, self.ack, off, self.flags, \
                self.window = struct.unpack("!HHIIBBH", body[:16])
            self.options = body[20:(off >> 4) * 4]
            self.payload = body[(off >> 4) * 4:]
        elif self.proto == UDP:
            self.sport, self.dport = struct.unpack("!HH", body[:4])
            self.payload = body[8:]
        elif self.proto == ICMP:
            self.type, self.code = body[:2]
            self.payload = body[8:]


class Wire:
    """A peer on a tap, with an address that the kernel does not have."""

    IP, MAC = "10.9.0.77", "02:00:00:00:00:77"

    def __init__(self, ns, dev, board, board_ip="10.9.0.2",
                 board_mac="52:54:00:12:34:56"):
        self.board, self.board_ip, self.board_mac = board, board_ip, board_mac
        self.sock = ns.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self.sock.bind((dev, 3))
        if board:
            board.cmd("ip neigh replace %s lladdr %s dev eth0 nud permanent"
                      % (self.IP, self.MAC))

    def close(self):
        self.sock.close()
        if self.board:
            self.board.cmd("ip neigh del %s dev eth0" % self.IP)

    # --- sending ------------------------------------------------------------

    def send(self, packet, dst=None):
        """An IP packet, to the board's MAC unless told otherwise."""
        self.send_frame(ethernet(dst or self.board_mac, self.MAC, ETH_IP,
                                 packet))

    def send_frame(self, frame):
        self.sock.send(frame)

    def ip(self, proto, payload, src=None, dst=None, **more):
        return ipv4(src or self.IP, dst or self.board_ip, proto, payload,
                    **more)

    def udp(self, dport, payload, sport=7777, src=None, dst=None, ip=None,
            **more):
        src, dst = src or self.IP, dst or self.board_ip
        return ipv4(src, dst, UDP, udp(src, dst, sport, dport, payload,
                                       **more), **(ip or {}))

    def ping(self, payload=b"", src=None, seq=1, **more):
        return self.ip(ICMP, echo_request(payload, seq=seq), src, **more)

    # --- receiving ------------------------------------------------------------

    def receive(self, wanted=lambda packet: True, timeout=2.0):
        """The next packet that is wanted; None when there is none."""
        end = time.monotonic() + timeout
        while True:
            left = end - time.monotonic()
            if left <= 0:
                return None
            self.sock.settimeout(left)
            try:
                frame, address = self.sock.recvfrom(65536)
            except TimeoutError:
                return None
            if address[2] == PACKET_OUTGOING:
                continue
            packet = Packet(frame)
            if wanted(packet):
                return packet

    def drain(self, wanted=lambda packet: True, quiet=0.15):
        """All that is wanted until the wire is quiet."""
        packets = []
        while True:
            packet = self.receive(timeout=quiet)
            if packet is None:
                return packets
            if wanted(packet):
                packets.append(packet)

    def alive(self, timeout=1.0):
        """The board answers a ping; nothing before it is left unread."""
        seq = next(PORTS) & 0xffff
        token = struct.pack("!H", seq) * 8
        self.send(self.ping(token, seq=seq))
        return self.receive(lambda p: p.proto == ICMP and
                            p.payload == token, timeout) is not None

    def barrier(self):
        """All that was sent so far has been taken by the board. The tap's
        queue may overflow behind a burst, so there is more than one try."""
        assert any(self.alive() for _ in range(4)), \
            "the board does not answer a ping"

    def connect(self, dport, **more):
        return Connection(self, dport, **more).open()


class Connection:
    """A TCP connection, step by step. seq and ack are what we send next."""

    def __init__(self, wire, dport, sport=None, isn=1000, window=65535):
        self.wire, self.dport = wire, dport
        self.sport = sport or next(PORTS)
        self.seq, self.ack, self.window = isn, 0, window
        self.options = b""

    def segment(self, flags, payload=b"", seq=None, ack=None, ip=None,
                **more):
        """An IP packet of this connection."""
        src, dst = self.wire.IP, self.wire.board_ip
        more.setdefault("window", self.window)
        return ipv4(src, dst, TCP, tcp(
            src, dst, self.sport, self.dport,
            self.seq if seq is None else seq,
            self.ack if ack is None else ack, flags, payload, **more),
            **(ip or {}))

    def send(self, *args, **more):
        self.wire.send(self.segment(*args, **more))

    def ours(self, packet):
        return packet.proto == TCP and packet.dport == self.sport and \
            packet.sport == self.dport

    def receive(self, wanted=lambda packet: True, timeout=2.0):
        return self.wire.receive(lambda p: self.ours(p) and wanted(p),
                                 timeout)

    def syn(self, options=b"\x02\x04\x05\xb4"):
        """SYN out, SYN and ACK back; state SYN_RCVD on the board."""
        self.send(SYN, options=options, ack=0)
        answer = self.receive(lambda p: p.flags & SYN)
        assert answer, "no answer to a SYN"
        assert answer.ack == (self.seq + 1) & 0xffffffff
        self.isn = answer.seq
        self.options = answer.options
        self.seq += 1
        self.ack = (answer.seq + 1) & 0xffffffff
        return self

    def open(self):
        self.syn()
        self.send(ACK)
        return self

    def data(self, payload, **more):
        """Send data that the board must take."""
        self.send(ACK | PSH, payload, **more)
        self.seq += len(payload)

    def read(self, length, timeout=3.0):
        """Take length bytes, in order, acknowledging them."""
        data = b""
        end = time.monotonic() + timeout
        while len(data) < length:
            packet = self.receive(lambda p: p.payload,
                                  end - time.monotonic())
            if packet is None:
                break
            if packet.seq == self.ack:
                data += packet.payload
                self.ack = (self.ack + len(packet.payload)) & 0xffffffff
            self.send(ACK)
        return data

    def works(self, text=b"still there?"):
        """It echoes (for connections to port 7)."""
        self.data(text)
        return self.read(len(text)) == text

    def reset(self):
        """End it at once, from whatever state."""
        self.send(RST, ack=0)
