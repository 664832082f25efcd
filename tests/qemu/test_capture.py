# SPDX-License-Identifier: BSD-3-Clause
"""Taps: tcpdump on the console, and captures read by stock tools (I13)

	host tap0 10.9.0.1 ===== eth0 10.9.0.2 board
	     tshark -i TCP@10.9.0.2:2002
"""

import contextlib
import os
import re
import signal
import socket
import struct
import subprocess
import threading
import time
import pytest

from board import ROOT
from conftest import BOARD0, TAP0_MAC, wait_until
from pcapng import Capture
from wire import BROADCAST, RST, ethernet, mac, Wire

PORT = 2002
STATISTICS_SECONDS = 1.5


@pytest.fixture(name="wire")
def a_wire(host, board):
    wire = Wire(host, "tap0", board)
    yield wire
    wire.close()


class Client:
    """A connection to the capture port, read by a thread."""

    def __init__(self, host, line=None, read=True):
        self.sock = host.connect((BOARD0, PORT))
        self.data = bytearray()
        if line:
            self.sock.sendall(line.encode() + b"\n")
        self.thread = None
        if read:
            self.read()
            wait_until(lambda: len(self.data), bool, 5)
            assert self.data, "the stream does not begin"

    def read(self):
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                data = self.sock.recv(65536)
                if not data:
                    return
                self.data += data

    def capture(self):
        return Capture(bytes(self.data))

    def wait(self, good, timeout=10):
        """The capture, as soon as it is good()."""
        capture = wait_until(self.capture, good, timeout)
        assert good(capture), "%d packets: %s" % (
            len(capture.packets), [p.interface for p in capture.packets])
        return capture

    def close(self):
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        if self.thread:
            self.thread.join(10)
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *what):
        self.close()


def until_closed(host, line):
    """All that the board sends back to a line."""
    with host.connect((BOARD0, PORT)) as sock:
        sock.sendall(line)
        data = b""
        while True:
            more = sock.recv(65536)
            if not more:
                return data.decode()
            data += more


class Flood:
    """UDP to the echo port as fast as one thread can."""

    def __init__(self, host, size=200):
        self.sock = host.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.stop = threading.Event()
        self.payload = bytes(size)
        self.sent = 0
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.stop.is_set():
            for _ in range(50):
                with contextlib.suppress(BlockingIOError, ConnectionError):
                    self.sock.sendto(self.payload, (BOARD0, 9))
                    self.sent += 1
            time.sleep(0.005)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *what):
        self.stop.set()
        self.thread.join()
        self.sock.close()


# --- the console's tcpdump ---------------------------------------------------

@pytest.mark.host
def test_tcpdump_shows_a_ping(host, board):
    board.write("tcpdump -c 2 icmp\r")
    board.wait_for(rb"listening on eth0, link-type EN10MB \(Ethernet\), "
                   rb"snapshot length 262144 bytes")
    host.run("ping", "-c1", "-s", "56", BOARD0)
    text = board.wait_prompt().decode()
    time_ = r"\d\d:\d\d:\d\d\.\d{6} "
    request = re.search(time_ + r"IP 10\.9\.0\.1 > 10\.9\.0\.2: ICMP echo "
                        r"request, id (\d+), seq 1, length 64\n", text)
    assert request, text
    assert re.search(time_ + r"IP 10\.9\.0\.2 > 10\.9\.0\.1: ICMP echo "
                     r"reply, id %s, seq 1, length 64\n" % request.group(1),
                     text), text
    assert "2 packets captured\n2 packets received by filter\n" \
        "0 packets dropped by kernel" in text


@pytest.mark.host
def test_ctrl_c_ends_it_with_linux_summary(host, board):
    board.write("tcpdump -e -q host %s and udp\r" % BOARD0)
    board.wait_for(rb"listening on eth0.*\n")
    with host.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"hello", (BOARD0, 9))
    board.wait_for(rb"52:54:00:aa:00:01 > [0-9a-f:]+, IPv4, length \d+: "
                   rb"10\.9\.0\.1\.\d+ > 10\.9\.0\.2\.9: UDP, length 5\n")
    board.write("\x03")
    text = board.wait_prompt().decode()
    assert text.strip() == "^C\n1 packet captured\n" \
        "1 packet received by filter\n0 packets dropped by kernel"
    board.cmd("true", status=None)


def test_tcpdump_hears_what_is_not_for_the_board(host, board, wire):
    """Promiscuous, and every protocol; with -p neither MAC nor more."""
    other = ethernet("02:00:00:00:00:99", wire.MAC, 0x88b5, b"to another " * 4)
    for option, expected in (("", 1), ("-p ", 0)):
        board.write("tcpdump %sether proto 0x88b5\r" % option)
        board.wait_for(rb"listening on.*\n")
        wire.send_frame(other)
        wire.send_frame(ethernet(BROADCAST, wire.MAC, 0x88b5, bytes(46)))
        board.wait_for(rb"> ff:ff:ff:ff:ff:ff, ethertype Unknown \(0x88b5\), "
                       rb"length 60: \n\t0x0000:  0000 0000")
        board.write("\x03")
        text = board.wait_prompt().decode()
        assert "%d packet" % (1 + expected) in text, text
    assert "PROMISC" not in "".join(board.cmd("ip link show eth0"))
    before = board.netdev()["rx_packets"]
    wire.send_frame(other)
    wire.barrier()
    assert board.netdev()["rx_packets"] <= before + 3, "still promiscuous"


@pytest.mark.host
def test_tcpdump_of_drops_names_the_reason(host, board, wire):
    board.write("tcpdump -c 1 -i drop host %s\r" % wire.IP)
    board.wait_for(rb"listening on drop.*\n")
    wire.send(wire.udp(9, b"x", ip={"csum": 1}))
    text = board.wait_prompt().decode()
    assert re.search(r"eth0  In  \(IP_CSUM\) IP 10\.9\.0\.77\.7777 > "
                     r"10\.9\.0\.2\.9: UDP, length 1\n", text), text


@pytest.mark.host
@pytest.mark.parametrize("words,error", [
    ("host nowhere", "tcpdump: unknown host 'nowhere'"),
    ("tcp prot 80", "tcpdump: unknown host 'prot'"),
    ("-i eth7", "tcpdump: eth7: No such device exists"),
    ("-f '2,5 0 0 4294967295,6 0 0 0'",
     "tcpdump: instruction 0: jump out of the program"),
    ("-f '1,40 0 0 12'",
     "tcpdump: instruction 0: does not end in a return"),
    ("-c 0", "tcpdump: invalid packet count 0"),
    ("-w x", "tcpdump: -w: there are no files here; "
             "tshark -i TCP@board:2002"),
])
def test_tcpdump_says_what_is_wrong(board, words, error):
    assert board.cmd("tcpdump " + words, status=None) == [error]
    assert board.status in (1, 2)


@pytest.mark.host
def test_tcpdump_takes_and_prints_programs(host, board):
    program = host.run("tcpdump", "-y", "EN10MB", "-ddd", "icmp").stdout
    board.write("tcpdump -c 1 -f '%s'\r" % program.strip().replace("\n", ","))
    board.wait_for(rb"listening on.*\n")
    host.run("ping", "-c1", BOARD0)
    assert "ICMP echo request" in board.wait_prompt().decode()
    # A test that has nothing to optimize: the same to the letter.
    for option in ("-d", "-ddd"):
        real = host.run("tcpdump", "-y", "EN10MB", option, "udp src port 7 "
                        "and ip").stdout
        ours = board.cmd("tcpdump %s ether proto 2048" % option)
        real = host.run("tcpdump", "-y", "EN10MB", option,
                        "ether proto 2048").stdout
        assert [line.rstrip() for line in ours] == \
            [line.rstrip() for line in real.splitlines()]


# --- capture over TCP --------------------------------------------------------

def tshark(host, path, *words):
    """Start a live capture into a file; it has begun when this returns."""
    process = host.popen("tshark", "-q", "-i", "TCP@%s:%d" % (BOARD0, PORT),
                         "-w", path, *words, stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL)
    wait_until(lambda: os.path.exists(path) and os.path.getsize(path), bool,
               15)
    assert os.path.getsize(path), "tshark has not begun"
    return process


def frames_of(path, *words):
    """(bytes of each frame) by the real tshark."""
    out = subprocess.run(
        ["tshark", "-r", path, "-T", "fields", "-e", "frame.number"] +
        list(words), capture_output=True, text=True, check=True).stdout
    return out.splitlines()


def classic(path):
    """Frames of a classic pcap file, without Ethernet's padding."""
    with open(path, "rb") as f:
        data = f.read()
    at = 24
    frames = []
    while at + 16 <= len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        frames.append(data[at + 16:at + 16 + length])
        at += 16 + length
    return frames


def unpadded(frame):
    """What the emulator added up to 60 bytes is not the sender's."""
    if frame[12:14] == b"\x08\x00":
        return frame[:14 + struct.unpack("!H", frame[16:18])[0]]
    if frame[12:14] == b"\x08\x06":
        return frame[:42]
    return frame


@pytest.mark.quick
@pytest.mark.host
def test_tshark_sees_byte_for_byte_what_the_host_sees(host, board, tmp_path):
    tmp_path.chmod(0o777)
    live, own = str(tmp_path / "live.pcapng"), str(tmp_path / "own.pcap")
    board.cmd("capture -i eth0")
    reader = tshark(host, live)
    dump = host.popen("tcpdump", "-i", "tap0", "-U", "-Z", "root", "-w", own,
                      "not port %d" % PORT, stdout=subprocess.DEVNULL,
                      stderr=subprocess.DEVNULL)
    wait_until(lambda: os.path.exists(own) and os.path.getsize(own), bool, 10)
    time.sleep(0.3)
    try:
        host.run("ping", "-c3", "-i", "0.05", "-s", "1400", BOARD0)
        host.run("ping", "-c1", "-s", "4000", BOARD0)
        with host.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect((BOARD0, 7))
            for n in (0, 1, 18, 700, 1472):
                sock.send(os.urandom(n))
                sock.recv(2000)
        with host.connect((BOARD0, 7)) as sock:
            for text in (b"a", b"bcd" * 100):
                sock.sendall(text)
                assert sock.recv(1000)
        host.run("ip", "neigh", "flush", "dev", "tap0")
        host.run("ping", "-c1", BOARD0)
        time.sleep(1.5)
    finally:
        for process in (reader, dump):
            process.send_signal(signal.SIGINT)
            process.wait(10)
        board.cmd("capture -i any")
    with open(live, "rb") as f:
        capture = Capture(f.read())
    assert capture.interfaces == ["eth0 rx", "eth0 tx", "eth0 drop"]
    seen = [unpadded(p.data) for p in capture.packets
            if p.interface != "eth0 drop"]
    sent = [unpadded(frame) for frame in classic(own)]
    assert len(sent) > 30
    # The two directions cross on the way: in each, the order is the same.
    for ours in (True, False):
        assert [f for f in seen if (f[6:12] == mac(TAP0_MAC)) == ours] == \
            [f for f in sent if (f[6:12] == mac(TAP0_MAC)) == ours]
    assert len(frames_of(live)) == len(capture.packets)
    times = [p.ns for p in capture.packets if p.interface == "eth0 rx"]
    assert times == sorted(times)
    info = subprocess.run(["capinfos", live], capture_output=True, text=True,
                          check=True).stdout
    assert re.search(r"Number of interfaces in file: *3", info), info


@pytest.mark.host
def test_a_packet_keeps_its_number_and_its_drop_says_why(host, board, wire):
    with Client(host, "capture -i eth0 host %s" % wire.IP) as client:
        wire.send(wire.udp(9, b"good"))
        wire.send(wire.udp(9, b"bad", ip={"csum": 1}))
        wire.send(wire.udp(9, b"long", length=99))
        wire.barrier()
        # One that lwIP has in its hands already.
        conn = wire.connect(7)
        conn.send(RST, seq=conn.seq + 100)
        wire.barrier()
        conn.reset()
        capture = client.wait(lambda c: len(c.at("eth0 drop")) >= 3 and
                              len(c.at("eth0 tx")) >= 1)
    received = capture.at("eth0 rx")
    ids = [p.packet_id for p in received]
    assert len(set(ids)) == len(ids) and 0 not in ids
    drops = capture.at("eth0 drop")
    assert [p.comment for p in drops] == ["IP_CSUM", "UDP_LENGTH",
                                          "TCP_RESET"]
    by_id = {p.packet_id: p for p in received}
    for packet in drops:
        original = by_id[packet.packet_id]
        assert unpadded(packet.data) == unpadded(original.data)
    assert all(not p.comment for p in received)
    assert {p.flags & 3 for p in received} == {1}
    assert {p.flags & 3 for p in capture.at("eth0 tx")} == {2}


@pytest.mark.host
def test_a_frame_that_dies_in_the_driver_is_shown(host, board, wire):
    """No protocol of ours: without an RX tap it never becomes a packet."""
    with Client(host, "capture -i eth0 -t drop") as client:
        wire.send_frame(ethernet(BROADCAST, wire.MAC, 0x88b5, b"nobody" * 9))
        capture = client.wait(lambda c: c.packets)
    assert capture.interfaces == ["eth0 drop"]
    assert capture.packets[0].comment == "UNHANDLED_PROTO"
    assert b"nobody" * 9 in capture.packets[0].data


@pytest.mark.host
def test_the_console_sets_what_clients_get(host, board, wire):
    board.cmd("capture -i eth0 -t rx -s 60 udp port 9")
    try:
        assert board.cmd("capture")[0] == \
            "TCP port 2002: eth0 rx, snapshot length 60, filter: udp port 9"
        with Client(host) as client:
            wire.send(wire.udp(9, bytes(500)))
            wire.send(wire.udp(7, bytes(500)))
            wire.send(wire.udp(9, bytes(500)))
            capture = client.wait(lambda c: len(c.packets) == 2)
            assert re.match(r"connected: eth0 rx, 2 packets, 0 dropped",
                            board.cmd("capture")[1])
        assert capture.interfaces == ["eth0 rx"]
        assert [(len(p.data), p.length) for p in capture.packets] == \
            [(60, 542)] * 2
    finally:
        board.cmd("capture -i any")


@pytest.mark.host
def test_its_own_packets_are_not_captured(host, board):
    with Client(host) as first, Client(host) as second:
        host.run("ping", "-c1", BOARD0)
        for client in (first, second):
            client.wait(lambda c: len(c.at("eth0 tx")) >= 1)
        time.sleep(STATISTICS_SECONDS)
        for client in (first, second):
            assert len(client.capture().packets) < 10
        # There are two; a third is refused.
        with pytest.raises(ConnectionResetError), \
             host.connect((BOARD0, PORT)) as third:
            third.recv(1)


@pytest.mark.host
@pytest.mark.parametrize("line,answer", [
    (b"capture -f 1,5,0,0,7\n",
     "capture: filter: instruction 0: jump out of the program\n"),
    (b"capture -f 1,6,0,0\n",
     "capture: filter: instruction 0: is not four numbers\n"),
    (b"capture tcp[13]\n",
     "capture: filter: 'tcp[13]': needs a word before it: host\n"),
    (b"capture -i eth9\n", "capture: eth9: No such device exists\n"),
    (b"capture -t rx,up\n", "capture: rx,up: tap points are rx, tx, drop\n"),
    (b"GET / HTTP/1.1\r\n",
     "capture: the line must begin with the word capture\n"),
    (b"capture " + b"x" * 13000 + b"\n", "capture: line too long\n"),
], ids=["jump", "numbers", "expression", "device", "points", "http",
        "long"])
def test_a_wrong_line_is_answered_by_why(host, board, line, answer):
    assert until_closed(host, line) == answer


@pytest.mark.host
def test_half_a_line_ends(host, board):
    assert until_closed(host, b"capture -i") == "capture: half a line\n"


def test_slow_client_loses_copies_and_nobody_loses_packets(host, board, wire):
    client = Client(host, "capture -t rx udp port 9", read=False)
    time.sleep(0.3)
    before = board.netdev()["rx_packets"]
    payload = bytes(1000)
    count = 2000
    for n in range(count):
        wire.send(wire.udp(9, payload))
        if n % 50 == 49:
            wire.barrier()
    assert board.netdev()["rx_packets"] >= before + count
    host.run("ping", "-c1", "-W1", BOARD0)
    client.read()
    # All that waited, and then one more, which tells what was lost.
    time.sleep(STATISTICS_SECONDS)
    wire.send(wire.udp(9, b"last"))
    capture = client.wait(lambda c: c.packets and
                          b"last" in c.packets[-1].data)
    time.sleep(STATISTICS_SECONDS)
    capture = client.capture()
    client.close()
    got, lost = len(capture.packets), sum(p.drops for p in capture.packets)
    assert lost > 0 and got > 100
    assert got + lost == count + 1
    told = capture.statistics["eth0 rx"]
    assert (told.accepted, told.dropped, told.delivered) == \
        (count + 1, lost, got)


@pytest.mark.quick
def test_client_that_vanishes_under_a_flood_leaves_nothing(host, board):
    """conserved() looks at the pools afterwards."""
    with Flood(host):
        for _ in range(5):
            client = Client(host)
            client.wait(lambda c: len(c.packets) > 500)
            # A reset, in the middle of a block.
            client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                   struct.pack("ii", 1, 0))
            client.sock.close()
            client.thread.join(10)
        host.run("ping", "-c3", "-i", "0.2", "-W1", BOARD0)
    gone = wait_until(lambda: board.cmd("capture"),
                      lambda out: len(out) == 1, 5)
    assert len(gone) == 1, gone
    with Client(host) as client:
        host.run("ping", "-c1", BOARD0)
        client.wait(lambda c: len(c.at("eth0 tx")) >= 1)


@pytest.mark.host
def test_one_command_compiles_and_captures(host, board, tmp_path):
    path = str(tmp_path / "out.pcapng")
    process = host.popen(os.path.join(ROOT, "tools/capture"), "-w", path,
                         BOARD0, "icmp[icmptype] = icmp-echo",
                         stderr=subprocess.DEVNULL)
    wait_until(lambda: os.path.exists(path) and os.path.getsize(path), bool,
               10)
    host.run("ping", "-c2", "-i", "0.05", BOARD0)

    def packets():
        with open(path, "rb") as f:
            return Capture(f.read()).packets

    wait_until(packets, lambda p: len(p) == 2, 5)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    assert [p.interface for p in packets()] == ["eth0 rx"] * 2
    refused = host.run(os.path.join(ROOT, "tools/capture"), "-w", path,
                       "-i", "eth9", BOARD0, check=False)
    assert refused.returncode == 1
    assert refused.stderr == "capture: eth9: No such device exists\n"
