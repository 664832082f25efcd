# SPDX-License-Identifier: BSD-3-Clause
"""Faults: afterwards every count is what it was, and the board answers

	host tap0 10.9.0.1    ===== eth0 10.9.0.2 board
	wire tap0 10.9.0.77 (frames by hand)
"""

import random
import re
import struct
import subprocess
import threading
import time
import pytest

import wire as w
from conftest import BOARD0, BROADCAST_IP, wait_until
from test_services import assert_same, tcp_echo
from wire import ACK, PSH, Wire

URL = "http://%s/" % BOARD0


@pytest.fixture
def wire(host, board):
    peer = Wire(host, "tap0", board)
    yield peer
    peer.close()


def rings(board):
    """Current sizes of `ethtool -g`: {"RX": 512, "TX": 512}, and limits."""
    text = "\n".join(board.cmd("ethtool -g eth0"))
    most, now = text.split("Current hardware settings:")

    def sizes(part):
        return {name: int(n) for name, n in
                re.findall(r"^(RX|TX):\s+(\d+)$", part, re.M)}

    return sizes(now), sizes(most)


def frames_on_the_way(host, board):
    """Sent by the tap and not counted by the board. What the tap's own queue
    drops when the board is slower than the sender is neither."""
    return host.link_counter("tap0", "tx_packets") - \
        board.netdev()["rx_packets"]


@pytest.fixture
def small_rings(board):
    """The smallest rings that the driver takes."""
    before, _ = rings(board)
    board.cmd("ethtool -G eth0 rx 64 tx 64")
    yield rings(board)[0]
    board.cmd("ethtool -G eth0 rx %d tx %d" % (before["RX"], before["TX"]))


@pytest.mark.quick
def test_burst_larger_than_the_ring(host, board, wire, small_rings):
    """QEMU's GEM stops at a full ring and goes on only when told to."""
    assert small_rings["RX"] <= 128
    before = frames_on_the_way(host, board)
    for size in (0, 18, 600, 1472):
        frame = w.ethernet(wire.board_mac, wire.MAC, w.ETH_IP,
                           wire.udp(9, bytes(size)))
        for _ in range(5000):
            wire.send_frame(frame)
        assert wait_until(wire.alive, bool, 10)
    assert frames_on_the_way(host, board) == before
    out = host.run("ping", "-f", "-q", "-c", "1000", BOARD0).stdout
    assert "1000 received" in out


def test_large_packets_through_a_small_tx_ring(host, board, small_rings):
    """Fragments and TCP bursts longer than the ring: queued, none lost."""
    out = host.run("ping", "-q", "-c", "50", "-i", "0.002", "-s", "20000",
                   BOARD0).stdout
    assert " 0% packet loss" in out
    data = random.Random(1).randbytes(3 << 20)
    assert_same(tcp_echo(host, data), data)


def test_ring_resized_while_traffic_runs(host, board):
    before, most = rings(board)
    data = random.Random(2).randbytes(20 << 20)
    result = []
    sender = threading.Thread(
        target=lambda: result.append(tcp_echo(host, data) == data))
    sender.start()
    for size in (64, 1024, 128, most["RX"], 256) * 3:
        board.cmd("ethtool -G eth0 rx %d tx %d" %
                  (size, min(size, most["TX"])))
        assert rings(board)[0]["RX"] == size
        time.sleep(0.05)
    sender.join()
    board.cmd("ethtool -G eth0 rx %d tx %d" % (before["RX"], before["TX"]))
    assert result == [True]


@pytest.mark.quick
def test_readers_that_never_read_hold_only_their_share(host, board, wire):
    """Echo connections whose peer takes nothing back, fed byte by byte."""
    conns = []
    for _ in range(40):
        conn = wire.connect(7)
        for _ in range(400):
            conn.data(b"x", window=0)
        conns.append(conn)
        wire.barrier()
    host.run("curl", "-sS", "-f", "-m", "5", URL)
    data = random.Random(5).randbytes(1 << 20)
    assert_same(tcp_echo(host, data), data)
    for conn in conns:
        conn.reset()


@pytest.mark.quick
def test_pool_exhausted_by_segments_behind_a_hole(host, board, wire):
    """A byte of data in each buffer, none of which may be delivered: more
    than the pool has. The ring stays whole and the board answers again."""
    before = board.pool()
    conns = []
    for _ in range(60):
        conn = w.Connection(wire, 7)
        conn.send(w.SYN, ack=0)
        answer = conn.receive(lambda p: p.flags & w.SYN, 0.2)
        if not answer:
            break
        conn.seq, conn.ack = conn.seq + 1, answer.seq + 1
        conn.send(ACK)
        for number in range(95):
            conn.send(ACK | PSH, b"x", seq=conn.seq + 10 + 3 * number)
        conns.append(conn)
    during = board.pool()

    def recovered():
        for conn in conns:
            conn.reset()
        return wire.alive()

    start = time.monotonic()
    assert wait_until(recovered, bool, 10), board.pool()
    seconds = time.monotonic() - start
    assert during["lowest"] < before["total"] / 10
    assert seconds < 1, "deaf for %.1f s" % seconds
    assert_same(tcp_echo(host, bytes(100_000)), bytes(100_000))


@pytest.mark.quick
def test_rings_larger_than_the_pool_are_refused(board):
    """Both NICs at their most would leave no buffer for a packet."""
    before = rings(board)[0]
    most = rings(board)[1]["RX"]
    board.cmd("ip link set eth1 up")
    for dev in ("eth0", "eth1"):
        board.cmd("ethtool -G %s rx %d" % (dev, most), status=None)
    free = board.pool()["free"]
    for dev in ("eth0", "eth1"):
        board.cmd("ethtool -G %s rx %d" % (dev, before["RX"]))
    board.cmd("ip link set eth1 down")
    assert free > 0


@pytest.mark.quick
def test_frames_longer_than_the_mtu_do_no_harm(host, board, wire):
    """1515 to 1600 bytes. QEMU's GEM lets 1538 pass; none may be delivered
    in part."""
    host.ip("link", "set", "tap0", "mtu", "1600")
    for size in range(1473, 1559):
        wire.send(wire.ip(w.ICMP, w.echo_request(bytes(size), seq=size)))
    wire.send(wire.ping(bytes(1472)))
    answers = wire.drain(lambda p: p.proto == w.ICMP and p.type == 0 and
                         not p.frag & 0x2000)
    host.ip("link", "set", "tap0", "mtu", "1500")
    assert len(answers[-1].payload) == 1472


@pytest.mark.quick
def test_link_goes_down_and_comes_back(host, board):
    def carrier():
        return "LOWER_UP" in board.cmd("ip link show eth0")[0]

    for _ in range(2):
        board.set_link(0, "off")
        assert not wait_until(carrier, lambda up: not up, 5)
        assert "NO-CARRIER" in board.cmd("ip link show eth0")[0]
        assert host.run("ping", "-c", "1", "-W", "1", BOARD0,
                        check=False).returncode != 0
        board.set_link(0, "on")
        assert wait_until(carrier, bool, 5)
        out = host.run("ping", "-q", "-c", "50", "-i", "0.01", "-W", "2",
                       BOARD0).stdout
        assert " 0% packet loss" in out


def test_tcp_survives_a_link_that_was_away(host, board):
    sock = host.connect((BOARD0, 7), 20)
    board.set_link(0, "off")
    sock.send(b"sent while the cable was out")
    time.sleep(1)
    board.set_link(0, "on")
    assert sock.recv(100) == b"sent while the cable was out"
    sock.close()


@pytest.mark.quick
def test_nic_reset_with_traffic_in_flight(host, board):
    data = random.Random(3).randbytes(20 << 20)
    result = []
    sender = threading.Thread(
        target=lambda: result.append(tcp_echo(host, data, timeout=60)))
    flood = host.popen("ping", "-f", "-q", BOARD0,
                       stdout=subprocess.DEVNULL)
    sender.start()
    for _ in range(20):
        board.cmd("ethtool --reset eth0 all")
        time.sleep(0.05)
    flood.send_signal(2)
    flood.wait(10)
    sender.join()
    assert_same(result[0], data)


def test_down_and_up_with_traffic_in_flight(host, board):
    data = random.Random(4).randbytes(5 << 20)
    result = []
    sender = threading.Thread(
        target=lambda: result.append(tcp_echo(host, data, timeout=60)))
    sender.start()
    for _ in range(10):
        board.cmd("ip link set eth0 down")
        board.cmd("ip link set eth0 up")
        time.sleep(0.1)
    sender.join()
    assert_same(result[0], data)


@pytest.mark.quick
def test_flood_of_100000_frames_while_http_is_served(host, board, wire):
    """Every request answers: softirq rounds leave the applications their
    turn."""
    frame = w.ethernet(wire.board_mac, wire.MAC, w.ETH_IP,
                       wire.udp(9, b"")).ljust(60, b"\0")
    before = frames_on_the_way(host, board)
    end = host.link_counter("tap0", "tx_packets") + 100_000
    client = host.popen("ab", "-q", "-s", "30", "-n", "500", "-c", "4", URL,
                        stdout=subprocess.PIPE, text=True)
    while host.link_counter("tap0", "tx_packets") < end:
        for _ in range(1000):
            wire.send_frame(frame)
    out, _ = client.communicate(timeout=60)
    assert re.search(r"Complete requests:\s+500$", out, re.M), out
    assert re.search(r"Failed requests:\s+0$", out, re.M), out
    assert wait_until(wire.alive, bool, 10)
    assert frames_on_the_way(host, board) == before


def ip_frame(wire, packet, dst=None):
    return w.ethernet(dst or wire.board_mac, wire.MAC, w.ETH_IP, packet)


def cut(packet, length):
    return packet[:length]


# What is wrong, the frame, and the drop reasons one of which must count it.
# None: it reaches its end well. QEMU's GEM pads runts to 60 bytes.
BAD_FRAMES = [
    ("runt of 14 bytes", lambda i: ip_frame(i, b""),
     ["PKT_TOO_SMALL", "IP_INHDR"]),
    ("runt of 15 bytes", lambda i: ip_frame(i, b"\x45"),
     ["PKT_TOO_SMALL", "IP_INHDR", "IP_CSUM"]),
    ("half an IP header", lambda i: ip_frame(i, cut(i.ping(), 10)),
     ["PKT_TOO_SMALL", "IP_INHDR", "IP_CSUM"]),
    ("unknown Ethernet type", lambda i: w.ethernet(
        i.board_mac, i.MAC, 0x88b5, bytes(50)), ["UNHANDLED_PROTO"]),
    ("802.3 length field", lambda i: w.ethernet(
        i.board_mac, i.MAC, 50, bytes(50)), ["UNHANDLED_PROTO"]),
    ("wrong IP checksum", lambda i: ip_frame(
        i, i.ip(w.ICMP, w.echo_request(b"x" * 30), csum=0x1234)),
     ["IP_CSUM"]),
    ("IP version 6 in an IPv4 frame", lambda i: ip_frame(
        i, i.ip(w.ICMP, w.echo_request(), version=6)), ["IP_INHDR"]),
    ("header length 4", lambda i: ip_frame(
        i, i.ip(w.ICMP, w.echo_request(), ihl=4)), ["IP_INHDR"]),
    ("header length beyond the packet", lambda i: ip_frame(
        i, i.ip(w.ICMP, b"", ihl=15)),
     ["IP_INHDR", "IP_CSUM", "PKT_TOO_SMALL"]),
    ("total length below the header", lambda i: ip_frame(
        i, i.ip(w.ICMP, w.echo_request(), length=19)), ["IP_INHDR"]),
    ("total length beyond the frame", lambda i: ip_frame(
        i, i.ip(w.ICMP, w.echo_request(bytes(40)), length=1000)),
     ["IP_INHDR", "PKT_TOO_SMALL"]),
    ("wrong UDP checksum", lambda i: ip_frame(
        i, i.udp(7, b"hello", csum=0x1111)), ["UDP_CSUM"]),
    ("wrong TCP checksum", lambda i: ip_frame(
        i, w.Connection(i, 7).segment(w.SYN, csum=0x1111)), ["TCP_CSUM"]),
    ("TCP offset 4", lambda i: ip_frame(
        i, w.Connection(i, 7).segment(w.SYN, doff=4)), ["TCP_INHDR"]),
    ("TCP offset beyond the segment", lambda i: ip_frame(
        i, w.Connection(i, 7).segment(w.SYN, doff=15)), ["TCP_INHDR"]),
    ("half a TCP header", lambda i: ip_frame(
        i, i.ip(w.TCP, bytes(10))), ["TCP_INHDR", "PKT_TOO_SMALL"]),
    ("half a UDP header", lambda i: ip_frame(
        i, i.ip(w.UDP, bytes(4))), ["UDP_LENGTH", "PKT_TOO_SMALL"]),
    ("UDP length 7", lambda i: ip_frame(
        i, i.udp(7, b"hello", length=7)), ["UDP_LENGTH"]),
    ("UDP length beyond the packet", lambda i: ip_frame(
        i, i.udp(7, b"hello", length=100, csum=0)), ["UDP_LENGTH"]),
    ("unknown protocol", lambda i: ip_frame(
        i, i.ip(253, bytes(20))), ["IP_NOPROTO"]),
    ("ARP of 8 bytes", lambda i: w.ethernet(
        i.board_mac, i.MAC, w.ETH_ARP, w.arp(
            1, i.MAC, i.IP, "00:00:00:00:00:00", i.board_ip)[:8]),
     ["ARP_INVALID", "ARP_SENDER", "PKT_TOO_SMALL"]),
    ("ARP with hardware length 8", lambda i: w.ethernet(
        i.board_mac, i.MAC, w.ETH_ARP, w.arp(
            1, i.MAC, i.IP, "00:00:00:00:00:00", i.board_ip, hlen=8)),
     ["ARP_INVALID"]),
    ("ARP for protocol IPv6", lambda i: w.ethernet(
        i.board_mac, i.MAC, w.ETH_ARP, w.arp(
            1, i.MAC, i.IP, "00:00:00:00:00:00", i.board_ip, ptype=0x86dd)),
     ["ARP_INVALID"]),
    ("IP option of length 0", lambda i: ip_frame(
        i, i.ip(w.ICMP, w.echo_request(), options=b"\x44\x00\x05\x00")),
     ["IP_OPTIONS"]),
    ("IP option beyond the header", lambda i: ip_frame(
        i, i.ip(w.ICMP, w.echo_request(), options=b"\x44\x28\x05\x00")),
     ["IP_OPTIONS"]),
    ("source route", lambda i: ip_frame(
        i, i.ip(w.ICMP, w.echo_request(),
                options=b"\x83\x07\x04\x0a\x09\x00\x01\x00")),
     ["IP_OPTIONS"]),
    ("fragment that ends beyond 65535", lambda i: ip_frame(
        i, i.ip(w.UDP, bytes(1000), flags=0, offset=65528)),
     ["FRAG_INVALID"]),
    ("fragment of length not a multiple of 8", lambda i: ip_frame(
        i, i.ip(w.UDP, bytes(21), flags=1, offset=0, ident=9)),
     ["FRAG_INVALID"]),
    ("for another host", lambda i: ip_frame(
        i, i.ip(w.ICMP, w.echo_request(), dst="10.9.0.99")),
     ["IP_NOT_LOCAL"]),
    ("destination 0.0.0.1", lambda i: ip_frame(
        i, i.ip(w.ICMP, w.echo_request(), dst="0.0.0.1")),
     ["IP_INVALID_DEST", "IP_NOT_LOCAL"]),
    ("destination 127.0.0.1", lambda i: ip_frame(
        i, i.ip(w.ICMP, w.echo_request(), dst="127.0.0.1")),
     ["IP_INVALID_DEST"]),
    ("ICMP shorter than its header", lambda i: ip_frame(
        i, i.ip(w.ICMP, b"\x08\x00\xf7\xff")), None),
    ("echo request to the broadcast address", lambda i: ip_frame(
        i, i.ip(w.ICMP, w.echo_request(), dst=BROADCAST_IP),
        w.BROADCAST), None),
]


@pytest.mark.quick
@pytest.mark.host
@pytest.mark.parametrize("name, build, reasons", BAD_FRAMES,
                         ids=[name for name, _, _ in BAD_FRAMES])
def test_bad_frame(board, wire, name, build, reasons):
    """Each is counted under its reason, never answered, and harmless."""
    before = board.drops()
    wire.drain(quiet=0.01)
    for _ in range(5):
        wire.send_frame(build(wire))
    wire.barrier()
    after = board.drops()
    if reasons:
        rose = {reason: after[reason] - before[reason] for reason in after
                if after[reason] != before[reason]}
        assert sum(rose.get(reason, 0) for reason in reasons) == 5, rose


@pytest.mark.quick
@pytest.mark.host
def test_ip_options_that_are_harmless_are_let_through(board, wire):
    """No operation, end of list, router alert, record route."""
    for options in (b"\x01\x01\x01\x00", b"\x94\x04\x00\x00",
                    b"\x07\x07\x04\x00\x00\x00\x00\x00"):
        wire.send(wire.ping(b"with options", options=options))
        assert wire.receive(lambda p: p.proto == w.ICMP and
                            p.payload == b"with options"), options


@pytest.mark.host
def test_frames_of_every_length(board, wire):
    """1 to 1514 bytes of zeroes, and of a valid packet cut there."""
    whole = ip_frame(wire, wire.udp(9, bytes(1472)))
    for length in range(14, 1515):
        wire.send_frame(whole[:length])
        wire.send_frame(whole[:14] + bytes(length - 14))
        if length % 100 == 0:
            wire.barrier()
    wire.barrier()


def refuse_connections(wire):
    """What the board took for a SYN is not to stay half open."""
    for p in wire.drain(lambda p: p.proto == w.TCP and p.flags & w.SYN,
                        quiet=0.02):
        wire.send(w.ipv4(p.daddr, p.saddr, w.TCP, w.tcp(
            p.daddr, p.saddr, p.dport, p.sport, p.ack, 0, w.RST)))


@pytest.mark.host
def test_random_frames(board, wire):
    """20,000 valid packets with some bytes overwritten, fixed seed."""
    chance = random.Random(20)
    good = [wire.ping(bytes(40)), wire.udp(7, bytes(40)), wire.udp(9, b""),
            w.Connection(wire, 7).segment(ACK | PSH, b"data"),
            w.Connection(wire, 80).segment(w.SYN, options=b"\2\4\5\xb4"),
            wire.ip(w.UDP, bytes(64), flags=1, offset=0, ident=5)]
    for number in range(20_000):
        packet = bytearray(chance.choice(good))
        for _ in range(chance.choice((1, 1, 2, 4))):
            packet[chance.randrange(len(packet))] = chance.randrange(256)
        if chance.random() < 0.7:
            packet[10:12] = b"\0\0"
            packet[10:12] = struct.pack("!H", w.checksum(
                bytes(packet[:(packet[0] & 15) * 4])))
        wire.send(bytes(packet))
        if number % 1000 == 999:
            refuse_connections(wire)
    wire.barrier()
    refuse_connections(wire)
