# SPDX-License-Identifier: BSD-3-Clause
"""Each frame that does not reach its end has exactly one reason (row M8)

	namespace "host": tap0 10.9.0.1 ======= eth0 10.9.0.2, a peer 10.9.0.77

Frames of every kind go in one after the other; the sum of the reasons grows
by as many as were meant to be dropped, each in its own row, and none is
missing. conftest.py looks at the same sums after every test of the suite.
"""

import struct

import pytest

import wire as w
from conftest import BOARD0, BOARD0_MAC, BROADCAST_IP, wait_until
from wire import Wire

NR = 7


@pytest.fixture
def peer(host, board):
    peer = Wire(host, "tap0", board)
    yield peer
    peer.close()


def ip(peer, proto, body, dst=BOARD0, dst_mac=BOARD0_MAC, **more):
    return w.ethernet(dst_mac, peer.MAC, w.ETH_IP,
                      w.ipv4(peer.IP, dst, proto, body, **more))


def fragment(peer, number):
    """The first one of a datagram."""
    return ip(peer, w.UDP, bytes(64), ident=number, flags=1)


CASES = {
    "UNHANDLED_PROTO": lambda p: w.ethernet(BOARD0_MAC, p.MAC, 0x88b5,
                                            bytes(46)),
    "IP_INHDR": lambda p: ip(p, w.UDP, bytes(26), version=6),
    "IP_CSUM": lambda p: ip(p, w.UDP, bytes(26), csum=1),
    "IP_NOT_LOCAL": lambda p: ip(p, w.UDP, bytes(26), dst="10.9.0.200"),
    "IP_INVALID_SOURCE": lambda p: w.ethernet(
        BOARD0_MAC, p.MAC, w.ETH_IP,
        w.ipv4("127.0.0.1", BOARD0, w.UDP, bytes(26))),
    "IP_NOPROTO": lambda p: ip(p, 200, bytes(26)),
    "UDP_LENGTH": lambda p: ip(p, w.UDP, w.udp(p.IP, BOARD0, 5, 9, bytes(18),
                                               length=999)),
    "UDP_CSUM": lambda p: ip(p, w.UDP, w.udp(p.IP, BOARD0, 5, 9, bytes(18),
                                             csum=1)),
    "TCP_CSUM": lambda p: ip(p, w.TCP, w.tcp(p.IP, BOARD0, 5, 9, 1, 0, w.SYN,
                                             csum=1)),
    "TCP_INHDR": lambda p: ip(p, w.TCP, w.tcp(p.IP, BOARD0, 5, 9, 1, 0, w.SYN,
                                              doff=15)),
    "ARP_INVALID": lambda p: w.ethernet(BOARD0_MAC, p.MAC, w.ETH_ARP, w.arp(
        9, p.MAC, p.IP, BOARD0_MAC, BOARD0) + bytes(18)),
    "ICMP_CSUM": lambda p: ip(p, w.ICMP, w.icmp(8, 0, 1, bytes(18), csum=1)),
    "ICMP_INVALID": lambda p: ip(p, w.ICMP, w.icmp(77, 0, 1, bytes(18))),
    "ICMP_IGNORED": lambda p: ip(p, w.ICMP, w.icmp(8, 0, 1, bytes(18)),
                                 dst=BROADCAST_IP, dst_mac=w.BROADCAST),
    "IGMP_INVALID": lambda p: ip(p, 2, struct.pack("!BBH4s", 0x11, 0, 1,
                                                   bytes(4)),
                                 dst="224.0.0.1",
                                 dst_mac="01:00:5e:00:00:01"),
}

# Of a closed port: what is answered and what is not.
NO_SOCKET = {
    "UDP": lambda p: ip(p, w.UDP, w.udp(p.IP, BOARD0, 5, 4321, bytes(18))),
    "UDP broadcast": lambda p: ip(p, w.UDP, w.udp(
        p.IP, BROADCAST_IP, 5, 4321, bytes(18)), dst=BROADCAST_IP,
        dst_mac=w.BROADCAST),
    "TCP SYN": lambda p: ip(p, w.TCP, w.tcp(p.IP, BOARD0, 5, 4321, 1, 0,
                                            w.SYN)),
    "TCP RST": lambda p: ip(p, w.TCP, w.tcp(p.IP, BOARD0, 5, 4321, 1, 0,
                                            w.RST)),
}


def balance(board):
    return board.table("/proc/net/balance")


def dropped_as(board, peer, reason, frames):
    """Send them; only @reason grows, by all of them."""
    before, received = board.drops(), balance(board)["received"]
    for frame in frames:
        peer.send_frame(frame)
    sums = wait_until(lambda: balance(board),
                      lambda now: now["received"] - received >= len(frames),
                      5)
    after = board.drops()
    grown = {name: after[name] - before[name] for name in after
             if after[name] != before[name] and
             # Of the answers, not of these frames.
             name not in ("ICMP_RATELIMIT", "ICMP_BROADCAST")}
    assert grown == {reason: len(frames)}
    assert (sums["missing"], sums["undelivered"]) == (0, 0), sums


@pytest.mark.host
@pytest.mark.parametrize("reason", CASES)
def test_it_has_one_reason(board, peer, reason):
    dropped_as(board, peer, reason, [CASES[reason](peer)] * NR)


@pytest.mark.host
@pytest.mark.parametrize("kind", NO_SOCKET)
def test_a_closed_port_is_a_reason(board, peer, kind):
    dropped_as(board, peer, "NO_SOCKET", [NO_SOCKET[kind](peer)] * NR)


@pytest.mark.host
def test_fragments_wait_and_their_copies_do_not(board, peer):
    board.cmd("sysctl -w net.ipv4.ipfrag_time=30")
    waiting = balance(board)["waiting"]
    peer.send_frame(fragment(peer, 77))
    sums = wait_until(lambda: balance(board),
                      lambda now: now["waiting"] == waiting + 1, 5)
    assert sums["waiting"] == waiting + 1
    assert sums["missing"] == 0
    dropped_as(board, peer, "DUP_FRAG", [fragment(peer, 77)] * NR)

    before = board.drops()["FRAG_OVERLAP"]
    peer.send_frame(ip(peer, w.UDP, bytes(64), ident=77, flags=1, offset=8))
    drops = wait_until(board.drops,
                       lambda now: now["FRAG_OVERLAP"] != before, 5)
    # The one that waited and the one that overlaps.
    assert drops["FRAG_OVERLAP"] == before + 2
    assert balance(board)["waiting"] == waiting
    board.cmd("sysctl -w net.ipv4.ipfrag_time=2")


@pytest.mark.host
def test_joined_fragments_are_one_datagram(host, board):
    before = balance(board)
    host.run("ping", "-c3", "-s", "4000", BOARD0)
    after = balance(board)
    assert after["missing"] == 0
    # 4,008 bytes are three frames.
    assert after["frag_joined"] - before["frag_joined"] == 6
    assert after["icmp"] - before["icmp"] == 3


@pytest.mark.host
def test_the_sums_are_those_of_the_other_files(host, board):
    """The same numbers under Linux's names, when nothing moves."""
    host.run("ping", "-c5", BOARD0)
    board.cmd("ping -c 2 127.0.0.1")

    def both():
        sums = balance(board)
        lines = [line.split() for line in
                 board.cmd("cat /proc/net/snmp")]
        mib = {names[0].rstrip(":") + name: int(value)
               for names, values in zip(lines[::2], lines[1::2])
               for name, value in zip(names[1:], values[1:])}
        received = sum(board.netdev(dev)["rx_packets"]
                       for dev in ("eth0", "lo"))
        return sums, mib, received

    def same(found):
        sums, mib, received = found
        return (sums["received"] == received and
                sums["ip"] == mib["IpInDelivers"] and
                sums["icmp"] == mib["IcmpInMsgs"] and
                sums["udp"] >= mib["UdpInDatagrams"] + mib["UdpNoPorts"] and
                sums["tcp"] + mib["TcpInCsumErrors"] == mib["TcpInSegs"])

    found = wait_until(both, same, 5)
    assert same(found), found
