# SPDX-License-Identifier: BSD-3-Clause
"""What lwIP gets wrong on its own, put right in front of it (docs/path.md
rows I15-I21)

	host tap0 10.9.0.1    ===== eth0 10.9.0.2 board
	wire tap0 10.9.0.77 (frames by hand)
"""

import itertools
import random
import re
import socket
import time
import pytest

import wire as w
from conftest import BOARD0, BROADCAST_IP
from test_services import assert_same, tcp_echo
from wire import ACK, BROADCAST, FIN, ICMP, PSH, RST, SYN, UDP, URG, Wire

pytestmark = [pytest.mark.quick, pytest.mark.host]

CLOSED_PORT = 4444
OTHER_MAC = "02:00:00:00:00:99"


@pytest.fixture
def wire(host, board):
    peer = Wire(host, "tap0", board)
    yield peer
    peer.close()


@pytest.fixture
def conn(wire):
    """An open connection to the echo service."""
    conn = wire.connect(7)
    yield conn
    conn.reset()


def rose(board, before, reason):
    return board.drops()[reason] - before[reason]


# --- TCP ---------------------------------------------------------------------


def test_mss_option_in_a_data_segment_is_ignored(host, board, wire, conn):
    """lwIP would change the size under queued data and assert."""
    for mss in (1, 100, 536, 65535, 0):
        conn.data(b"x" * 100, options=b"\x02\x04" + mss.to_bytes(2, "big"),
                  window=10)
        conn.data(b"y" * 1400, options=b"\x02\x04" + mss.to_bytes(2, "big"))
        assert conn.read(1500) == b"x" * 100 + b"y" * 1400
    conn.data(b"z" * 1460)
    conn.data(b"z" * 1460)
    answer = conn.receive(lambda p: p.payload)
    assert len(answer.payload) == 1460
    conn.ack = answer.seq
    assert conn.read(2 * 1460, 5) == b"z" * 2 * 1460


def isn_of(wire, sport):
    conn = w.Connection(wire, 7, sport=sport).syn()
    conn.reset()
    return conn.isn


def test_initial_sequence_numbers_cannot_be_predicted(board, wire):
    """24 connections in a row, as nmap does."""
    isns = [isn_of(wire, 30000 + n) for n in range(24)]
    steps = [(b - a) & 0xffffffff for a, b in zip(isns, isns[1:])]
    assert len(set(steps)) == len(steps)
    # Spread over the whole range, not a counter with noise on top.
    assert len({step >> 28 for step in steps}) >= 6
    second = [(b - a) & 0xffffffff for a, b in zip(steps, steps[1:])]
    assert len({step >> 28 for step in second}) >= 6


def test_sequence_numbers_of_one_pair_rise_with_time(board, wire):
    """RFC 6528: a new incarnation begins above the old one, by a clock that
    ticks every 4 us or faster (Linux's: 64 ns)."""
    first = isn_of(wire, 31000)
    time.sleep(0.5)
    step = (isn_of(wire, 31000) - first) & 0xffffffff
    assert 0.5 / 4e-6 <= step < 2 / 64e-9


def test_data_without_ack_flag_is_not_taken(board, wire, conn):
    before = board.drops()
    for flags in (0, PSH, URG, PSH | URG):
        conn.send(flags, b"evil")
    assert conn.receive(lambda p: p.payload, 0.3) is None
    assert rose(board, before, "TCP_FLAGS") == 4
    assert conn.works()


@pytest.mark.parametrize("distance", [1, 1000, 100_000, 1 << 30, 0x7ffffff0])
def test_ack_of_the_future_is_not_taken(board, wire, conn, distance):
    """RFC 9293 3.10.7.4: answered with an ACK, the data dropped."""
    before = board.drops()
    conn.send(ACK | PSH, b"evil", ack=conn.ack + distance)
    answer = conn.receive(timeout=0.5)
    assert answer and answer.flags == ACK and not answer.payload
    assert answer.ack == conn.seq & 0xffffffff
    assert rose(board, before, "TCP_ACK_INVALID") == 1
    assert conn.works()


@pytest.mark.parametrize("distance", [200_000, 1 << 20, 1 << 30])
def test_ancient_ack_is_not_taken(board, wire, conn, distance):
    """RFC 5961 5: older than the largest window that was ever offered."""
    before = board.drops()
    conn.send(ACK | PSH, b"evil", ack=conn.ack - distance)
    assert conn.receive(lambda p: p.payload, 0.3) is None
    assert rose(board, before, "TCP_ACK_INVALID") == 1
    assert conn.works()


def test_100_resets_inside_the_window_get_few_challenges(board, wire, conn):
    """RFC 5961 3 and 7: only the exact one ends it, ACKs are limited."""
    wire.drain(quiet=0.05)
    for number in range(100):
        conn.send(RST, seq=conn.seq + 1 + number * 100)
    challenges = wire.drain(conn.ours)
    assert 1 <= len(challenges) <= 3
    assert all(p.flags == ACK for p in challenges)
    assert conn.works()
    # The exact one does end it.
    conn.send(RST)
    wire.barrier()
    conn.send(ACK | PSH, b"anybody?")
    answer = conn.receive()
    assert answer and answer.flags & RST


def test_100_syns_on_an_open_connection_get_few_challenges(board, wire, conn):
    """RFC 5961 4."""
    wire.drain(quiet=0.05)
    for number in range(100):
        conn.send(SYN, seq=conn.seq + number * 100)
    challenges = wire.drain(conn.ours)
    assert 1 <= len(challenges) <= 3
    assert all(p.flags == ACK for p in challenges)
    assert conn.works()


def test_many_connections_share_a_challenge_limit(board, wire):
    """Resets over 50 connections: no amplifier either."""
    conns = [wire.connect(7) for _ in range(50)]
    wire.drain(quiet=0.05)
    for _ in range(20):
        for conn in conns:
            conn.send(RST, seq=conn.seq + 500)
    answers = wire.drain(lambda p: p.proto == w.TCP)
    assert len(answers) <= 150
    for conn in conns:
        assert conn.works()
        conn.reset()


def test_tcp_in_a_broadcast_frame_is_dropped(board, wire):
    before = board.drops()
    conn = w.Connection(wire, 7)
    wire.send(conn.segment(SYN), BROADCAST)
    wire.send(wire.ip(w.TCP, w.tcp(wire.IP, BROADCAST_IP, 3, 7, 1, 0, SYN),
                      dst=BROADCAST_IP), BROADCAST)
    assert conn.receive(timeout=0.3) is None
    assert rose(board, before, "TCP_NOT_HOST") == 2


# --- UDP and fragments -------------------------------------------------------


def echoed(wire, sport, timeout=0.3):
    packet = wire.receive(lambda p: p.proto == UDP and p.dport == sport,
                          timeout)
    return packet and packet.payload


def test_udp_length_beyond_the_packet_is_dropped(board, wire):
    before = board.drops()
    for length in (14, 20, 1000, 65535):
        wire.send(wire.udp(7, b"hello", sport=5555, length=length, csum=0))
    assert echoed(wire, 5555) is None
    assert rose(board, before, "UDP_LENGTH") == 4


def test_udp_length_below_its_header_is_dropped(board, wire):
    before = board.drops()
    for length in (1, 7):
        wire.send(wire.udp(7, b"hello", sport=5555, length=length, csum=0))
    assert echoed(wire, 5555) is None
    assert rose(board, before, "UDP_LENGTH") == 2


def test_bytes_behind_the_udp_length_are_not_delivered(board, wire):
    wire.send(wire.udp(7, b"hello, and what no one sent", sport=5556,
                       length=8 + 5, csum=0))
    assert echoed(wire, 5556, 2) == b"hello"


def fragments(wire, proto, message, ident, size=64):
    """The message in pieces, as IP packets."""
    return [wire.ip(proto, message[at:at + size], ident=ident, offset=at,
                    flags=1 if at + size < len(message) else 0)
            for at in range(0, len(message), size)]


def test_fragments_of_different_protocols_are_not_joined(board, wire):
    """lwIP's key lacks the protocol."""
    datagram = w.udp(wire.IP, wire.board_ip, 5557, 7, b"A" * 120)
    intruder = wire.ip(ICMP, b"B" * 64, ident=77, offset=64)
    first, last = fragments(wire, UDP, datagram, 77)
    wire.send(first)
    wire.send(intruder)
    assert echoed(wire, 5557) is None
    wire.send(last)
    assert echoed(wire, 5557, 2) == b"A" * 120


def test_overlapping_fragments_are_dropped(board, wire):
    before = board.drops()
    datagram = w.udp(wire.IP, wire.board_ip, 5558, 7, b"A" * 184)
    first, middle, last = fragments(wire, UDP, datagram, 78)
    wire.send(first)
    wire.send(wire.ip(UDP, b"B" * 64, ident=78, offset=56, flags=1))
    wire.send(middle)
    wire.send(last)
    assert echoed(wire, 5558) is None
    assert rose(board, before, "FRAG_OVERLAP") >= 1


def test_fragments_in_any_order_are_joined(board, wire):
    message = random.Random(5).randbytes(300)
    datagram = w.udp(wire.IP, wire.board_ip, 5559, 7, message)
    pieces = fragments(wire, UDP, datagram, 80)
    for ident, order in enumerate(itertools.islice(
            itertools.permutations(range(len(pieces))), 0, 120, 7)):
        parts = fragments(wire, UDP, datagram, 1000 + ident)
        for number in order:
            wire.send(parts[number])
        assert echoed(wire, 5559, 2) == message, order


def test_fragments_that_never_complete_are_bounded(host, board, wire):
    """First pieces of 2,000 datagrams: others still get through, and the
    buffers come back (checked behind every test)."""
    for ident in range(2000):
        wire.send(wire.ip(UDP, bytes(512), ident=ident, flags=1))
    wire.barrier()
    out = host.run("ping", "-q", "-c", "5", "-i", "0.01", "-s", "4000", "-W",
                   "2", BOARD0).stdout
    assert "5 received" in out


# --- ICMP, ARP, addresses ----------------------------------------------------


def test_closed_port_gets_port_unreachable(board, wire):
    """So that silence in the next test means something."""
    time.sleep(1.1)
    wire.send(wire.udp(CLOSED_PORT, b"anybody?"))
    answer = wire.receive(lambda p: p.proto == ICMP)
    assert answer and (answer.type, answer.code) == (3, 3)


def test_no_icmp_error_for_a_broadcast(board, wire):
    time.sleep(1.1)
    packet = wire.udp(CLOSED_PORT, b"anybody?")
    wire.send(packet, BROADCAST)
    wire.send(packet, "01:00:5e:00:00:01")
    wire.send(wire.udp(CLOSED_PORT, b"anybody?", dst=BROADCAST_IP),
              BROADCAST)
    wire.send(wire.udp(CLOSED_PORT, b"anybody?", dst="255.255.255.255"),
              BROADCAST)
    wire.send(wire.ip(253, bytes(20), dst=BROADCAST_IP), BROADCAST)
    assert wire.receive(lambda p: p.proto == ICMP, 0.3) is None


def test_icmp_errors_are_limited(board, wire):
    """Linux's icmp_msgs_per_sec and burst keep a scanner's harvest small."""
    wire.drain(quiet=0.05)
    for port in range(20000, 21000):
        wire.send(wire.udp(port, b"scan"))
    errors = wire.drain(lambda p: p.proto == ICMP and p.type == 3)
    assert 1 <= len(errors) <= 200


def test_other_hosts_frames_are_dropped_when_promiscuous(board, wire):
    before = board.drops()
    board.cmd("ip link set eth0 promisc on")
    wire.send(wire.ping(b"for somebody else"), OTHER_MAC)
    wire.send(wire.udp(7, b"for somebody else"), OTHER_MAC)
    answer = wire.receive(lambda p: p.kind == w.ETH_IP, 0.3)
    board.cmd("ip link set eth0 promisc off")
    assert answer is None
    assert rose(board, before, "OTHERHOST") == 2
    wire.send(wire.ping(b"for somebody else"), OTHER_MAC)
    assert wire.receive(lambda p: p.kind == w.ETH_IP, 0.3) is None
    wire.barrier()


def neighbours(board):
    return "\n".join(board.cmd("ip neigh"))


def arp_to_board(wire, op, sha, spa, dst=None):
    """ARP that says: spa is at sha."""
    tha = "00:00:00:00:00:00" if op == 1 else wire.board_mac
    return w.ethernet(dst or wire.board_mac, wire.MAC, w.ETH_ARP,
                      w.arp(op, sha, spa, tha, wire.board_ip))


@pytest.mark.parametrize("op, sha, spa, dst", [
    (1, BROADCAST, "10.9.0.60", None),
    (1, "01:00:5e:00:00:01", "10.9.0.61", None),
    (1, "00:00:00:00:00:00", "10.9.0.62", None),
    (2, BROADCAST, "10.9.0.63", None),
    (1, "02:00:00:00:00:66", "224.0.0.5", None),
    (1, "02:00:00:00:00:67", "10.9.0.255", None),
    (1, "02:00:00:00:00:68", "127.0.0.1", None),
    (1, "02:00:00:00:00:69", BOARD0, None),
], ids=["broadcast", "group", "zero", "broadcast-reply", "group-ip",
        "subnet-broadcast", "loopback", "own"])
def test_bogus_arp_sender_is_not_learnt(board, wire, op, sha, spa, dst):
    before = board.drops()
    wire.send_frame(arp_to_board(wire, op, sha, spa, dst))
    wire.barrier()
    assert spa + " " not in neighbours(board)
    assert rose(board, before, "ARP_SENDER") == 1


@pytest.mark.parametrize("sha, spa, dst", [
    ("02:00:00:00:00:64", "10.9.0.64", None),
    ("02:00:00:00:00:65", "10.9.0.65", BROADCAST),
], ids=["unsolicited", "gratuitous"])
def test_reply_that_nobody_asked_for_is_not_learnt(board, wire, sha, spa,
                                                   dst):
    wire.send_frame(arp_to_board(wire, 2, sha, spa, dst))
    wire.barrier()
    assert spa + " " not in neighbours(board)


def test_honest_arp_request_is_answered(board, wire):
    wire.send_frame(w.ethernet(
        BROADCAST, "02:00:00:00:00:70", w.ETH_ARP,
        w.arp(1, "02:00:00:00:00:70", "10.9.0.70", "00:00:00:00:00:00",
              wire.board_ip)))
    answer = wire.receive(lambda p: p.kind == w.ETH_ARP and
                          p.body[6:8] == b"\0\2")
    assert answer
    assert answer.body[8:14] == w.mac(wire.board_mac)
    assert "10.9.0.70" in neighbours(board)


def test_no_reply_moves_a_permanent_neighbour(board, wire):
    """The wire's own entry is one."""
    for op in (1, 2):
        wire.send_frame(arp_to_board(wire, op, OTHER_MAC, wire.IP))
        wire.barrier()
        assert re.search(r"^%s dev eth0 lladdr %s PERMANENT" %
                         (wire.IP, wire.MAC), neighbours(board), re.M)


BOGUS_SOURCES = ["127.0.0.1", "127.255.255.254", BOARD0, BROADCAST_IP,
                 "255.255.255.255", "224.0.0.1", "239.1.2.3", "0.0.0.5",
                 "0.0.0.0"]


@pytest.mark.parametrize("source", BOGUS_SOURCES)
def test_bogus_source_is_not_answered(board, wire, source):
    before = board.drops()
    sent = [wire.ping(b"from nowhere", src=source),
            wire.udp(7, b"from nowhere", src=source),
            wire.ip(w.TCP, w.tcp(source, wire.board_ip, 4000, 7, 1, 0, SYN),
                    src=source)]
    for packet in sent:
        wire.send(packet)
    answer = wire.receive(lambda p: p.kind == w.ETH_IP, 0.3)
    assert answer is None
    assert rose(board, before, "IP_INVALID_SOURCE") == len(sent)


# --- the sweep ---------------------------------------------------------------

SEQ, ACKNO = "seq", "ack"


def field_errors(conn):
    """One wrong header field each: keywords for Connection.segment()."""
    return [
        {"flags": 0}, {"flags": SYN}, {"flags": SYN | ACK},
        {"flags": RST}, {"flags": RST | ACK}, {"flags": FIN},
        {"flags": FIN | ACK}, {"flags": SYN | FIN}, {"flags": 0x3f},
        {"flags": 0xff}, {"flags": URG | ACK, "urgent": 0xffff},
        {SEQ: conn.seq - 1}, {SEQ: conn.seq + 1}, {SEQ: conn.seq - 70000},
        {SEQ: conn.seq + 70000}, {SEQ: conn.seq + (1 << 31)}, {SEQ: 0},
        {ACKNO: conn.ack - 1}, {ACKNO: conn.ack + 1}, {ACKNO: 0},
        {ACKNO: conn.ack + (1 << 31)}, {ACKNO: conn.ack - 200_000},
        {"window": 0}, {"window": 1}, {"doff": 0}, {"doff": 4},
        {"doff": 6}, {"doff": 15}, {"csum": 0},
        {"options": b"\x02\x04\x00\x01"}, {"options": b"\x02\x00\x00\x00"},
        {"options": b"\x02\xff\x05\xb4"}, {"options": b"\x03\x03\xff\x00"},
        {"options": b"\x08\x0a" + bytes(8)}, {"options": b"\x05\x0a" +
                                              b"\xff" * 8},
        {"options": b"\x01" * 40}, {"options": b"\xff" * 40},
        {"options": b"\x01" * 39 + b"\x02"},
        {"payload": b""}, {"payload": b"x" * 1000},
        {"ip": {"ihl": 4}}, {"ip": {"ihl": 15}}, {"ip": {"length": 20}},
        {"ip": {"length": 39}}, {"ip": {"length": 65535}},
        {"ip": {"ttl": 0}}, {"ip": {"flags": 4}},
        {"ip": {"flags": 1, "ident": 4242}},
        {"ip": {"flags": 0, "offset": 8, "ident": 4242}},
        {"ip": {"options": b"\x01\x01\x01\x01"}}, {"ip": {"csum": 0}},
    ]


def listen(wire):
    """LISTEN: no connection yet."""
    return w.Connection(wire, 7)


def syn_rcvd(wire):
    return w.Connection(wire, 7).syn()


def established(wire):
    return wire.connect(7)


def established_with_data_in_flight(wire):
    conn = wire.connect(7)
    conn.data(b"not acknowledged" * 50)
    return conn


def close_wait(wire):
    """The peer has closed; what it sent is not acknowledged, so the board
    cannot finish."""
    conn = wire.connect(7)
    conn.data(b"x" * 1000, window=0)
    conn.send(FIN | ACK, window=0)
    conn.seq += 1
    return conn


def fin_wait(wire):
    """The board closed first: HTTP without keep-alive."""
    conn = wire.connect(80)
    conn.data(b"GET /proc/uptime HTTP/1.0\r\n\r\n")
    end = conn.receive(lambda p: p.flags & FIN, 1)
    if end:
        conn.ack = (end.seq + len(end.payload)) & 0xffffffff
    return conn


def time_wait(wire):
    conn = fin_wait(wire)
    conn.ack += 1
    conn.send(FIN | ACK)
    conn.seq += 1
    return conn


def closed(wire):
    return w.Connection(wire, CLOSED_PORT)


STATES = [listen, syn_rcvd, established, established_with_data_in_flight,
          close_wait, fin_wait, time_wait, closed]
PAIRS_PER_STATE = 80


def end(conn, segment):
    """Reset it wherever the board thinks that it is: with all, a part or
    nothing of the data taken, with or without SYN or FIN."""
    length = len(segment["payload"])
    for seq in {conn.seq, segment.get(SEQ, conn.seq)}:
        for taken in {0, 1, length - 1, length, length + 1}:
            conn.send(RST, seq=seq + taken, ack=0)
    for packet in conn.wire.drain(conn.ours, quiet=0.001)[-1:]:
        conn.send(RST, seq=packet.ack, ack=0)


@pytest.mark.parametrize("state", STATES, ids=lambda f: f.__name__)
def test_sweep_of_wrong_fields(host, board, wire, state):
    """Each wrong field alone, and pairs of them with a fixed seed: about
    130 segments in each state, 1,000 in all."""
    count = len(field_errors(w.Connection(wire, 7)))
    pairs = list(itertools.combinations(range(count), 2))
    random.Random(state.__name__).shuffle(pairs)
    for chosen in [(n,) for n in range(count)] + pairs[:PAIRS_PER_STATE]:
        conn = state(wire)
        segment = {"flags": ACK | PSH, "payload": b"data", "ip": {}}
        for number in chosen:
            error = field_errors(conn)[number]
            segment["ip"].update(error.get("ip", {}))
            segment.update({k: v for k, v in error.items() if k != "ip"})
        options = segment.get("options")
        if options and segment.get("doff") == 15:
            del segment["doff"]
        conn.send(**segment)
        end(conn, segment)
    wire.barrier()
    data = random.Random(1).randbytes(20_000)
    assert_same(tcp_echo(host, data, timeout=10), data)


def test_urgent_data_is_just_data(host, board):
    sock = host.connect((BOARD0, 7))
    sock.send(b"normal")
    sock.send(b"!", socket.MSG_OOB)
    data = b""
    while len(data) < 7:
        data += sock.recv(100)
    sock.close()
    assert data == b"normal!"
