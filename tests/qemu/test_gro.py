# SPDX-License-Identifier: BSD-3-Clause
"""GRO on the real firmware: nothing is different but the counters (row I12)

	host tap0 10.9.0.1 ===== eth0 10.9.0.2 board
"""

import random
import socket
import pytest

import wire as w
from conftest import BOARD0
from test_services import assert_same, tcp_echo
from wire import Wire

ECHO, DISCARD = 7, 9
MSS = 1460


def rise(board, before):
    """What has changed since, of `ethtool -S` and of the drop reasons."""
    now = board.ethtool()
    return {name: now[name] - before[name] for name in now}


def bulk(host, megabytes):
    """To discard; sendall leaves it to the kernel how it is cut."""
    sock = host.connect((BOARD0, DISCARD), timeout=60)
    for _ in range(megabytes):
        sock.sendall(bytes(1 << 20))
    sock.shutdown(socket.SHUT_WR)
    assert sock.recv(1) == b""
    sock.close()


@pytest.fixture(params=["on", "off"])
def gro(board, request):
    board.cmd("ethtool -K eth0 gro " + request.param)
    yield request.param == "on"
    board.cmd("ethtool -K eth0 gro on")


def test_100_mb_are_bit_exact(host, board, gro):
    data = random.Random(3).randbytes(100 << 20)
    drops, before = board.drops(), board.ethtool()
    assert_same(tcp_echo(host, data, timeout=300), data)
    grown = rise(board, before)
    assert board.drops() == drops
    if gro:
        # More than half of the segments rode behind another one.
        assert grown["rx_gro_merged"] > len(data) // MSS // 2
        assert grown["rx_gro_packets"] > 0
    else:
        assert not any(grown[name] for name in grown
                       if name.startswith("rx_gro_"))


def test_bulk_arrives_in_long_chains(host, board):
    before = board.ethtool()
    bulk(host, 16)
    grown = rise(board, before)
    merged, packets = grown["rx_gro_merged"], grown["rx_gro_packets"]
    assert merged > 10_000 / 2
    assert merged / packets > 4
    assert sum(grown[name] for name in grown
               if name.startswith("rx_gro_flush_")) >= packets


def test_requests_do_not_wait(host, board, gro):
    """One segment with PSH, one answer, again: no timer takes part."""
    sock = host.connect((BOARD0, ECHO))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.settimeout(5)
    for number in range(200):
        sock.sendall(b"%4d" % number)
        assert sock.recv(100) == b"%4d" % number
    sock.close()


def test_two_segments_are_acknowledged_at_once(host, board):
    """Merged or not: the ACK of the second does not wait for a timer."""
    wire = Wire(host, "tap0", board)
    conn = wire.connect(DISCARD)
    for number in range(20):
        frames = []
        for _ in range(2):
            frames.append(conn.segment(w.ACK, bytes(MSS)))
            conn.seq += MSS
        for frame in frames:
            wire.send(frame)
        answer = wire.receive(lambda p: p.proto == w.TCP and
                              p.ack == conn.seq & 0xffffffff, timeout=0.045)
        assert answer, "no ACK in 45 ms after pair %d" % number
    conn.reset()
    wire.close()


@pytest.mark.host
def test_switch_and_its_words(board):
    def shown():
        return dict(line.strip().split(": ")
                    for line in board.cmd("ethtool -k eth0")[1:])

    assert shown()["generic-receive-offload"] == "on"
    board.cmd("ethtool -K eth0 gro off")
    assert shown()["generic-receive-offload"] == "off"
    board.cmd("ethtool -K eth0 generic-receive-offload on")
    assert shown()["generic-receive-offload"] == "on"
    for words, said in (
            ("rx on", "Could not change any device features"),
            ("gro off rx on", "Could not change any device features"),
            ("gro", "no value for feature 'gro'"),
            ("gro maybe", "invalid value 'maybe'"),
            ("tso on", "no feature 'tso'"),
            ("gro on gro off", "duplicate feature"),
            ("", "no features given")):
        out = board.cmd("ethtool -K eth0 " + words, status=None)
        assert board.status != 0 and said in "\n".join(out)
    assert shown()["generic-receive-offload"] == "on"
    assert shown()["rx-checksumming"] == "off [fixed]"


def test_wrong_checksum_in_a_train(host, board):
    """Of three segments the second is wrong: one drop, and what is asked for
    again is the second."""
    wire = Wire(host, "tap0", board)
    conn = wire.connect(DISCARD)
    drops = board.drops()
    start = conn.seq
    frames = []
    for number in range(3):
        frames.append(conn.segment(w.ACK, bytes(MSS),
                                   csum=1 if number == 1 else None))
        conn.seq += MSS
    for frame in frames:
        wire.send(frame)
    assert wire.receive(lambda p: p.proto == w.TCP and
                        p.ack == (start + MSS) & 0xffffffff)
    wire.barrier()
    assert board.drops()["TCP_CSUM"] == drops["TCP_CSUM"] + 1
    conn.seq = start + MSS
    conn.reset()
    wire.close()


def test_vlan_0_is_a_priority_and_the_others_are_not_here(host, board):
    wire = Wire(host, "tap0", board)
    ping = wire.ip(w.ICMP, w.echo_request(b"tagged"))
    drops = board.drops()

    def tagged(tci):
        return w.ethernet(wire.board_mac, wire.MAC, 0x8100,
                          tci.to_bytes(2, "big") + b"\x08\x00" + ping)

    wire.send_frame(tagged(0x6000))
    assert wire.receive(lambda p: p.proto == w.ICMP)
    wire.send_frame(tagged(5))
    wire.barrier()
    assert board.drops()["UNHANDLED_PROTO"] == drops["UNHANDLED_PROTO"] + 1
    wire.close()
