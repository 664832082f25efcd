# SPDX-License-Identifier: BSD-3-Clause
"""tc: filters at the doors of a device, with real traffic (row I13)

	host tap0 10.9.0.1 ===== eth0 10.9.0.2 board
	host tap1 10.9.1.1 ===== eth1 10.9.1.2 board
	wire tap0 10.9.0.77 (frames by hand)

What `tc` says is compared with this machine's own: line by line with rules on
a veth where its kernel has the classifier, else with what its tc prints of
the same rule (tc_oracle.py). Counters are compared to the packet.
"""

import re
import struct
import threading
import time
import pytest

import netns
import tc_oracle as o
import wire as w
from conftest import BOARD0, BOARD1, HOST0, wait_until
from wire import Wire

NICS = 2
DROP = "action drop"


@pytest.fixture(scope="module", autouse=True)
def deep_queue(host):
    """A burst waits here, so that none is lost on a busy machine."""
    for tap in ("tap0", "tap1"):
        host.ip("link", "set", tap, "txqueuelen", "20000")


@pytest.fixture
def wire(host, board):
    peer = Wire(host, "tap0", board)
    yield peer
    peer.close()


@pytest.fixture
def wire1(host, board):
    """Hears what eth1 sends."""
    peer = Wire(host, "tap1", None)
    yield peer
    peer.close()


@pytest.fixture
def clsact(board):
    board.cmd("tc qdisc add dev eth0 clsact")
    yield
    board.cmd("tc qdisc del dev eth0 clsact")


@pytest.fixture
def clsact1(board):
    board.cmd("tc qdisc add dev eth1 clsact")
    yield
    board.cmd("tc qdisc del dev eth1 clsact")


def add(board, rule, dev="eth0", door="ingress"):
    board.cmd("tc filter add dev %s %s %s" % (dev, door, rule))


def statistics(board, dev="eth0", door="ingress"):
    """One dict for each action, in the order of the output."""
    text = "\n".join(board.cmd("tc -s filter show dev %s %s" % (dev, door)))
    return [dict(zip(("bytes", "packets", "drops", "overlimits"),
                     map(int, found))) for found in re.findall(
        r"Sent (\d+) bytes (\d+) pkt \(dropped (\d+), overlimits (\d+) "
        r"requeues 0\)", text)]


def counts(board, number=0, **where):
    return statistics(board, **where)[number]


def send_udp(wire, count, port=7, size=22, **more):
    """Datagrams of size + 28 bytes of IP."""
    frame = w.ethernet(wire.board_mac, wire.MAC, w.ETH_IP,
                       wire.udp(port, bytes(size), **more))
    for _ in range(count):
        wire.send_frame(frame)


def echoes(wire):
    return len(wire.drain(lambda p: p.proto == w.UDP))


# --- formats ----------------------------------------------------


@pytest.fixture(scope="module")
def linux(may_netns):
    """A namespace whose eth0 and eth1 are a veth, for this machine's tc."""
    ns = netns.Namespace("oracle")
    ns.ip("link", "add", "eth0", "type", "veth", "peer", "name", "eth1")
    ns.ip("link", "set", "eth0", "up")
    ns.ip("link", "set", "eth1", "up")
    probe = [ns.run("tc", *words.split(), check=False) for words in (
        "qdisc add dev eth0 clsact",
        "filter add dev eth0 ingress u32 match u32 0 0 action mirred egress "
        "redirect dev eth1",
        "filter add dev eth0 ingress bpf bytecode 1,6_0_0_1",
        "qdisc del dev eth0 clsact")]
    if probe[0].returncode or probe[1].returncode:
        ns.close()
        pytest.skip("this kernel has no u32 or no mirred")
    yield ns
    ns.close()


MIRROR = "action mirred egress mirror dev eth1"
MOVE = "action mirred egress redirect dev eth1"
PROGRAM = "4,40 0 0 12,21 0 1 2054,6 0 0 4294967295,6 0 0 0"
SCRIPT = """\
qdisc add dev eth0 clsact
qdisc add dev eth0 ingress
qdisc del dev eth0 ingress
qdisc show dev eth0 ingress
filter add dev eth0 ingress protocol ip prio 10 u32 match ip src 10.0.0.0/8 \
match ip dport 80 0xffff {move}
filter add dev eth0 ingress protocol ip prio 10 u32 match ip protocol 6 0xff \
match u8 5 0xff at 3 {mirror} {move}
filter add dev eth0 ingress protocol ip prio 10 handle ::5 u32 \
match ip sport 80 0xff
filter add dev eth0 ingress protocol ip prio 10 handle 801::5 u32 \
match ip sport 80 0xff
filter add dev eth0 ingress protocol 802.1Q u32 match u32 0 0 {mirror}
filter add dev eth0 ingress u32 match ip tos 0x10 0xff match ip ihl 5 0xf \
match u16 0x1234 0xffff at 2 classid 1:1
filter add dev eth0 ingress protocol 0x88b5 u32 match ether dst \
00:11:22:33:44:55 match ether src 66:77:88:99:aa:bb classid 2:
filter add dev eth0 ingress prio 3 u32 match u32 0x12345678 0xffffffff at -16 \
match u16 1 0xffff at -2 match u8 1 0xff at -5 match ip icmp_type 8 0xff \
match ip dst 1.2.3.4 match u32 5 6 at 40 match u32 4 4 at 40
filter add dev eth0 ingress protocol arp prio 7 bpf bytecode '{program}' {move}
filter add dev eth0 ingress protocol arp prio 7 bpf bytecode '1,6 0 0 1' \
classid 1:2 action mirred ingress mirror dev eth1 action mirred ingress \
redirect dev eth1
filter show dev eth0 ingress
filter show dev eth0
filter show dev eth0 egress
filter show dev eth0 parent ffff:fff2
filter show dev eth0 ingress prio 7
filter show dev eth0 ingress protocol arp
filter add dev eth0 ingress protocol ip prio 7 u32 match u32 0 0 {move}
filter add dev eth0 ingress protocol arp prio 7 u32 match u32 0 0 {move}
filter del dev eth0 ingress prio 99
filter del dev eth0 ingress protocol arp prio 7 handle 9 bpf
filter del dev eth0 ingress protocol arp prio 7 handle 1 u32
filter del dev eth0 ingress protocol arp
filter del dev eth0 ingress protocol arp prio 7 handle 1 bpf
filter del dev eth0 ingress protocol ip prio 10 handle 800::801 u32
filter show dev eth0 ingress
filter add dev eth0 ingress protocol ip prio 10 handle 800::800 u32 \
match u32 1 1 {move}
filter replace dev eth0 ingress protocol ip prio 10 handle 800::800 u32 \
match u32 1 1 {move}
filter replace dev eth0 ingress protocol arp prio 7 handle 2 bpf \
bytecode '1,6 0 0 2'
filter add dev eth0 ingress protocol arp prio 7 handle 2 bpf \
bytecode '1,6 0 0 2'
filter show dev eth0 ingress
filter add dev eth0 ingress u32 match ip foo 1
filter add dev eth0 ingress u32 match ip protocol 6 0xff match ip protocol 7 \
0xff
filter add dev eth0 ingress u32 match u16 70000 ffff at 0
filter add dev eth0 ingress u32 match u32 1 1 at 3
filter add dev eth0 ingress u32 match
filter add dev eth0 ingress u32 flowid x
filter add dev eth0 ingress u32 foo
filter add dev eth0 ingress u32 classid 1:1
filter add dev eth0 ingress handle x u32 match u32 0 0
filter add dev eth0 ingress protocol foo u32 match u32 0 0
filter add dev eth0 ingress prio x u32 match u32 0 0
filter add dev eth0 ingress prio 70000 u32 match u32 0 0
filter add dev eth0 ingress prio 1 prio 2 u32 match u32 0 0
filter add dev eth0 ingress egress u32 match u32 0 0
filter add dev eth0 parent 1: u32 match u32 0 0
filter add dev eth0 u32 match u32 0 0
filter add dev nope ingress u32 match u32 0 0
filter add dev eth1 ingress u32 match u32 0 0
filter add dev eth0 ingress
filter add dev
filter show dev eth0 foo
filter foo
foo
qdisc foo
qdisc show foo
qdisc del dev eth1 ingress
filter del dev eth0 ingress
filter show dev eth0 ingress
filter add dev eth0 ingress u32 match u32 0 0 {move}
filter add dev eth0 egress prio 3 u32 match u32 0 0 {mirror}
filter show dev eth0 egress
filter show dev eth0 ingress
qdisc del dev eth0 clsact
filter show dev eth0 ingress
qdisc add dev eth0 handle ffff: ingress
qdisc show dev eth0 clsact
filter add dev eth0 parent ffff: prio 3 u32 match u32 0 0 {move}
filter show dev eth0 parent ffff:
filter show dev eth0 ingress
qdisc del dev eth0 ingress
""".format(move=MOVE, mirror=MIRROR, program=PROGRAM)


def split(line):
    """The words of a line as the shell makes them."""
    return [plain or quoted for quoted, plain in
            re.findall(r"'([^']*)'|(\S+)", line)]


# What is said in other words: the board names the word in question, or has
# no other kinds and chains.
OTHER_WORDS = re.compile(
    r"^filter add dev eth0 ingress$|^qdisc show dev eth0 (ingress|clsact)$")


def test_rules_look_and_fail_as_on_linux(linux, board):
    """The same lines to both, every answer compared; of an error the first
    line, and that there was one."""
    different = []
    for line in SCRIPT.splitlines():
        run = linux.run("tc", *split(line), check=False)
        want = [text.rstrip() for text in run.stdout.rstrip().split("\n")]
        got = board.cmd("tc " + line, status=None)
        if " del " in line:
            # Linux gives the numbers of actions back a little later.
            time.sleep(0.2)
        if run.returncode:
            want = run.stderr.strip().split("\n")[:1]
        if (board.status != 0) != (run.returncode != 0) or \
           (run.returncode and len(got) != 1) or \
           ((got or [""]) != want and not OTHER_WORDS.match(line)):
            different.append((line, got, want))
    for door in ("clsact", "ingress"):
        board.cmd("tc qdisc del dev eth0 " + door, status=None)
    assert not different


FLOWER_IP = o.be16(8, 0x0800)


def flower(protocol, *parts):
    return o.message("flower", protocol, 20, 0, None), \
        o.message("flower", protocol, 20, 1, b"".join(parts) + o.u32(22, 8))


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


ORACLE = [
    ("protocol ip prio 20 flower ip_proto tcp dst_port 80 src_port 1000/0xff00 "
     "tcp_flags 0x2/0x12 action drop",
     lambda: flower(0x0800, FLOWER_IP, o.u8(9, 6), o.be16(18, 0x0300),
                    o.be16(35, 0xff00), o.be16(19, 80), o.be16(36, 0xffff),
                    o.masked(71, 72, b"\0\2", b"\0\x12"),
                    o.actions(3, o.gact("drop")))),
    ("protocol ip prio 20 flower ip_proto udp src_port 53 action pass",
     lambda: flower(0x0800, FLOWER_IP, o.u8(9, 17), o.be16(20, 53),
                    o.be16(37, 0xffff), o.actions(3, o.gact("pass")))),
    ("protocol ip prio 20 flower src_ip 10.0.0.0/8 dst_ip 192.168.1.1 ip_tos "
     "16/fc ip_ttl 64 ip_proto icmp action continue",
     lambda: flower(0x0800, FLOWER_IP, o.u8(9, 1),
                    o.masked(73, 74, b"\x10", b"\xfc"),
                    o.masked(75, 76, b"\x40", b"\xff"),
                    o.masked(10, 11, o.ip("10.0.0.0"), o.ip("255.0.0.0")),
                    o.masked(12, 13, o.ip("192.168.1.1"), b"\xff" * 4),
                    o.actions(3, o.gact("continue")))),
    ("prio 20 flower dst_mac 00:11:22:33:44:55 src_mac 66:77:88:99:aa:bb/24 "
     "classid 1:2 action pipe",
     lambda: flower(3, o.u32(1, 0x10002),
                    o.masked(4, 5, mac("00:11:22:33:44:55"), b"\xff" * 6),
                    o.masked(6, 7, mac("66:77:88:00:00:00"),
                             b"\xff\xff\xff\0\0\0"),
                    o.actions(3, o.gact("pipe")))),
    ("protocol arp prio 20 flower dst_mac 01:00:00:00:00:01/01:00:00:00:00:01 "
     "action drop index 77",
     lambda: flower(0x0806, o.be16(8, 0x0806),
                    o.masked(4, 5, mac("01:00:00:00:00:01"),
                             mac("01:00:00:00:00:01")),
                    o.actions(3, o.gact("drop", 77)))),
    ("protocol 802.1Q prio 20 flower vlan_id 5 vlan_prio 3 vlan_ethtype ip "
     "ip_proto udp action reclassify",
     lambda: flower(0x8100, FLOWER_IP, o.u16(23, 5), o.u8(24, 3),
                    o.be16(25, 0x0800), o.u8(9, 17),
                    o.actions(3, o.gact("reclassify")))),
    ("protocol ip prio 20 flower ip_proto 2f action police rate 1mbit burst "
     "10k conform-exceed drop/pipe action skbedit mark 3/0xff priority 1:1 "
     "action skbedit mark 0x10 pass",
     lambda: flower(0x0800, FLOWER_IP, o.u8(9, 0x2f), o.actions(
         3, o.police(125000, 1280000, 2040, "drop", "pipe"),
         o.skbedit(1, mark=3, mask=255, priority=0x10001),
         o.skbedit(2, "pass", mark=16)))),
    ("prio 20 matchall action police rate 1500kbit burst 15000 mtu 1500",
     lambda: (o.message("matchall", 3, 20, 0, None),
              o.message("matchall", 3, 20, 1, o.u32(3, 8) + o.actions(
                  2, o.police(187500, 1250000, 1500, "reclassify"))))),
    ("prio 20 handle 7 matchall flowid 1:9 action police rate 2.5gbit burst "
     "1mb mtu 1024kb drop",
     lambda: (o.message("matchall", 3, 20, 0, None),
              o.message("matchall", 3, 20, 7, o.u32(1, 0x10009) +
                        o.u32(3, 8) + o.actions(2, o.police(
                            312500000, (1 << 20) * 15625000 // 312500000,
                            1 << 20, "drop"))))),
]


@pytest.mark.parametrize("rule,messages", ORACLE,
                         ids=[rule for rule, _ in ORACLE])
def test_rules_look_as_iproute2_prints_them(board, clsact, rule, messages):
    add(board, rule)
    assert board.cmd("tc filter show dev eth0 ingress") == \
        o.show(messages())


ERRORS = [
    ("ingress protocol ip flower dst_port 80", 'Illegal "dst_port"'),
    ("ingress protocol ip flower ip_proto icmp dst_port 80",
     'Illegal "dst_port"'),
    ("ingress flower ip_proto tcp", 'Illegal "ip_proto"'),
    ("ingress protocol ip flower ip_ttl 300", 'Illegal "ip_ttl"'),
    ("ingress protocol ip flower vlan_id 5", None),
    ("ingress protocol ip flower src_ip 10.0.0.0/33", 'Illegal "src_ip"'),
    ("ingress protocol ip flower foo 1", 'What is "foo"?'),
    ("ingress flower drop", 'What is "drop"?'),
    ("ingress matchall foo", 'What is "foo"?'),
    ("ingress bpf", "RTNETLINK answers: Invalid argument"),
    ("ingress bpf bytecode '1,6 0 0'", None),
    ("ingress bpf bytecode '1,5 0 0 1'", None),
    ("ingress matchall action", 'Illegal "action"'),
    ("ingress matchall action foo", "Bad action type foo"),
    ("ingress matchall action drop foo", 'What is "foo"?'),
    ("ingress matchall action police rate 1mbit",
     "'burst' requires 'rate'."),
    ("ingress matchall action police rate 1xbit burst 1k",
     'Error: argument "1xbit" is wrong: rate'),
    ("ingress matchall action police rate 1mbit burst 1k conform-exceed foo",
     "Bad action type foo"),
    ("ingress matchall action skbedit mark 5x", "Illegal mark"),
    ("ingress matchall action mirred mirror dev eth1",
     "mirred option not supported mirror"),
    ("ingress matchall action mirred egress redirect dev nope",
     'Cannot find device "nope"'),
    ("ingress chain 5 matchall", None),
]


@pytest.mark.parametrize("rule,words", ERRORS, ids=[r for r, _ in ERRORS])
def test_errors_are_one_line_and_change_nothing(board, clsact, rule, words):
    out = board.cmd("tc filter add dev eth0 " + rule, status=None)
    assert board.status in (1, 2) and len(out) == 1
    if words:
        assert out == [words]
    assert not board.cmd("tc filter show dev eth0 ingress")


def test_sixty_four_filters(board, clsact):
    for number in range(1, 65):
        add(board, "prio %d matchall action pass" % number)
    out = board.cmd("tc filter add dev eth0 ingress prio 65 matchall "
                    "action pass", status=1)
    assert out == ["RTNETLINK answers: No space left on device"]
    board.cmd("tc filter del dev eth0 ingress")
    add(board, "prio 65 matchall action pass")


def test_qdisc_show(board):
    assert board.cmd("tc qdisc show") == [
        "qdisc noqueue 0: dev lo root refcnt 2",
        "qdisc pfifo 0: dev eth0 root refcnt 2 limit 1000p",
        "qdisc pfifo 0: dev eth1 root refcnt 2 limit 1000p"]
    out = board.cmd("tc -s qdisc show dev eth0")
    assert out[0] == "qdisc pfifo 0: root refcnt 2 limit 1000p"
    assert re.fullmatch(r" Sent \d+ bytes \d+ pkt \(dropped \d+, overlimits "
                        r"0 requeues 0\)", out[1])
    assert out[2] == " backlog 0b 0p requeues 0"


# --- drop, pass, mark ----------------------------------------------------


@pytest.mark.quick
@pytest.mark.host
def test_drops_to_the_packet(board, wire, clsact):
    add(board, "protocol ip prio 1 flower ip_proto udp dst_port 7 " + DROP)
    drops, before = board.drops(), board.netdev()
    send_udp(wire, 1000)
    assert wire.alive()
    assert counts(board) == {"bytes": 50000, "packets": 1000, "drops": 1000,
                             "overlimits": 0}
    assert board.drops()["TC_INGRESS"] == drops["TC_INGRESS"] + 1000
    # They were received, and tc's drops are not the device's.
    after = board.netdev()
    assert after["rx_packets"] - before["rx_packets"] >= 1001
    assert after["rx_drop"] == before["rx_drop"]
    assert echoes(wire) == 0
    board.cmd("tc filter del dev eth0 ingress prio 1")
    send_udp(wire, 10)
    assert echoes(wire) == 10


@pytest.mark.parametrize("rule", [
    "protocol ip u32 match ip dport 9 0xffff",
    "protocol ip u32 match ip src 10.9.0.77 match ip protocol 17 0xff "
    "match u16 9 0xffff at 22",
    "u32 match ether src 02:00:00:00:00:77 match u32 9 0xffff at 20",
    "protocol ip flower src_ip 10.9.0.64/26 ip_proto udp dst_port 9",
    "protocol ip flower src_mac 02:00:00:00:00:00/40 ip_proto udp dst_port 9",
    # udp dst port 9
    "bpf bytecode '9,40 0 0 12,21 0 6 2048,48 0 0 23,21 0 4 17,177 0 0 14,"
    "72 0 0 16,21 0 1 9,6 0 0 262144,6 0 0 0'",
], ids=["u32-ip", "u32-more", "u32-ether", "flower-prefix", "flower-mac",
        "bpf"])
@pytest.mark.host
def test_what_matches_and_what_does_not(board, wire, clsact, rule):
    add(board, rule + " " + DROP)
    send_udp(wire, 100, port=9)
    send_udp(wire, 50, port=7)
    assert echoes(wire) == 50
    assert counts(board)["packets"] == counts(board)["drops"] == 100


@pytest.mark.host
def test_tcp_flags_and_established_connections(board, wire, clsact):
    conn = wire.connect(7)
    add(board, "protocol ip flower ip_proto tcp tcp_flags 0x02/0x12 " + DROP)
    assert conn.works()
    other = w.Connection(wire, 7)
    other.send(w.SYN, ack=0)
    assert other.receive(timeout=0.3) is None
    assert counts(board)["drops"] == 1
    conn.reset()


def test_arp_and_vlan(board, wire, clsact):
    add(board, "protocol arp prio 1 flower " + DROP)
    add(board, "protocol 802.1Q prio 2 flower vlan_id 5 " + DROP)
    wire.send_frame(w.ethernet(w.BROADCAST, wire.MAC, w.ETH_ARP, w.arp(
        1, wire.MAC, wire.IP, "00:00:00:00:00:00", BOARD0)))
    assert wire.receive(lambda p: p.kind == w.ETH_ARP, 0.3) is None
    for vlan in (5, 6, 5 | 3 << 13):
        wire.send_frame(w.ethernet(
            wire.board_mac, wire.MAC, 0x8100,
            struct.pack("!HH", vlan, w.ETH_IP) + wire.udp(7, bytes(32))))
    assert wire.alive()
    arp, vlan = statistics(board)
    assert arp["drops"] == 1
    # As on Linux, without the tag.
    assert vlan["drops"] == 2 and vlan["bytes"] == 2 * 60


def test_continue_pipe_and_order(board, wire, clsact):
    add(board, "prio 30 matchall action pass")
    add(board, "protocol ip prio 10 flower ip_proto udp action pipe "
        "action continue")
    add(board, "protocol ip prio 20 flower ip_proto udp dst_port 9 " + DROP)
    send_udp(wire, 20, port=9)
    send_udp(wire, 30, port=7)
    assert echoes(wire) == 30
    pipe, go_on, drop, last = statistics(board)
    assert pipe["packets"] == go_on["packets"] == 50
    assert drop["drops"] == 20
    assert last["packets"] == 30


def test_what_is_not_dropped_is_not_touched(board, wire, clsact):
    """Frames that pass are as if there were no filters."""
    add(board, "protocol ip prio 1 flower ip_proto udp dst_port 99 " + DROP)
    add(board, "prio 2 matchall action skbedit mark 7 priority 1:1 pipe "
        "action pass")
    for size in (0, 1, 18, 500, 1472):
        wire.send(wire.udp(7, b"%" * size))
        answer = wire.receive(lambda p: p.proto == w.UDP)
        assert answer and answer.payload == b"%" * size


def test_egress(board, host, wire, clsact):
    add(board, "protocol ip flower ip_proto udp src_port 7 " + DROP,
        door="egress")
    before = board.drops()["TC_EGRESS"]
    send_udp(wire, 100)
    assert wire.alive()
    assert counts(board, door="egress") == {
        "bytes": 6400, "packets": 100, "drops": 100, "overlimits": 0}
    assert board.drops()["TC_EGRESS"] == before + 100
    # TCP goes through, retransmission copies and all.
    host.run("ping", "-q", "-c", "50", "-i", "0.002", "-s", "20000", BOARD0)


# --- police ----------------------------------------------------


@pytest.mark.parametrize("kbit,size", [(1000, 500), (8000, 1000)])
def test_police_keeps_the_rate_within_a_percent(board, wire, clsact, kbit,
                                                size):
    # No pause of this machine's is as long as the burst.
    rate, burst, seconds = kbit * 125, kbit * 25, 4
    add(board, "protocol ip flower ip_proto udp dst_port 9 action police rate "
        "%dkbit burst %d conform-exceed drop/pass" % (kbit, burst))
    frame = w.ethernet(wire.board_mac, wire.MAC, w.ETH_IP,
                       wire.udp(9, bytes(size - 28)))
    sent, begin = 0, time.monotonic()
    while (now := time.monotonic()) < begin + seconds:
        # Three times as much as may pass, in pace.
        due = (now - begin) * rate * 3 / size
        while sent < due:
            wire.send_frame(frame)
            sent += 1
        time.sleep(0.0005)
    took = time.monotonic() - begin
    assert wire.alive()
    seen = counts(board)
    assert seen["packets"] == sent
    assert seen["drops"] == seen["overlimits"]
    passed = (seen["packets"] - seen["drops"]) * size
    assert passed == pytest.approx(burst + rate * took, rel=0.01)


def test_police_marks_and_mtu(board, wire, clsact):
    add(board, "protocol ip flower ip_proto udp action police mtu 100 drop")
    send_udp(wire, 10, size=72)
    send_udp(wire, 10, size=73)
    assert echoes(wire) == 10
    assert counts(board)["overlimits"] == 10


# --- mirred ----------------------------------------------------


def heard(wire):
    return wire.drain(lambda p: p.proto == w.UDP, 0.3)


@pytest.mark.quick
@pytest.mark.host
def test_redirect_moves_whole_frames(board, wire, wire1, clsact):
    add(board, "protocol ip flower ip_proto udp " + MOVE)
    for size in (0, 18, 1472):
        wire.send(wire.udp(7, bytes(range(256)) * 6 if size == 1536
                           else b"r" * size))
    frames = heard(wire1)
    assert [len(p.payload) for p in frames] == [0, 18, 1472]
    assert all(p.src == w.mac(wire.MAC) and p.dst == w.mac(wire.board_mac) and
               p.payload.strip(b"r") == b"" for p in frames)
    assert echoes(wire) == 0
    assert counts(board)["packets"] == 3 and counts(board)["drops"] == 0


@pytest.mark.host
def test_mirror_copies(board, wire, wire1, clsact):
    add(board, "protocol ip flower ip_proto udp " + MIRROR)
    send_udp(wire, 200)
    assert echoes(wire) == 200
    assert len(heard(wire1)) == 200
    assert counts(board)["packets"] == 200


def test_mirror_of_what_is_sent(board, host, wire1, clsact):
    """Chains, and segments that TCP keeps for retransmission."""
    add(board, "protocol ip u32 match ip src %s %s" % (BOARD0, MIRROR),
        door="egress")
    host.run("ping", "-q", "-c", "5", "-i", "0.01", "-s", "4000", BOARD0)
    assert len(wire1.drain(lambda p: p.kind == w.ETH_IP, 0.3)) == 15
    with host.connect((BOARD0, 7)) as sock:
        sock.sendall(bytes(100000))
        left = 100000
        while left:
            left -= len(sock.recv(65536))
    assert len(heard(wire1)) == 0


def test_redirect_of_frames_that_nobody_here_speaks(board, wire, wire1,
                                                    clsact):
    """A wire through the board: any protocol, any address."""
    board.cmd("ip link set eth0 promisc on")
    add(board, "matchall " + MOVE)
    frame = w.ethernet("02:00:00:00:00:99", wire.MAC, 0x88b5, b"x" * 46)
    tagged = w.ethernet("02:00:00:00:00:99", wire.MAC, 0x8100,
                        struct.pack("!HH", 9, 0x88b5) + b"y" * 46)
    wire.send_frame(frame)
    wire.send_frame(tagged)
    got = [p.frame for p in wire1.drain(quiet=0.3)]
    board.cmd("ip link set eth0 promisc off")
    assert got[:1] == [frame] and len(got) == 2


def test_redirect_to_a_device_that_is_down(board, wire, clsact):
    add(board, "protocol ip flower ip_proto udp " + MOVE)
    board.cmd("ip link set eth1 down")
    before = board.drops()
    send_udp(wire, 50)
    assert wire.alive()
    after = board.drops()
    board.cmd("ip link set eth1 up")
    assert counts(board) == {"bytes": 2500, "packets": 50, "drops": 0,
                             "overlimits": 50}
    assert after["TC_INGRESS"] - before["TC_INGRESS"] == 50


def test_ring_of_redirections_ends(board, host, wire, clsact, clsact1):
    add(board, "protocol ip flower ip_proto udp " + MOVE, door="egress")
    add(board, "protocol ip flower ip_proto udp action mirred egress redirect "
        "dev eth0", dev="eth1", door="egress")
    before = board.drops()["TC_EGRESS"]
    send_udp(wire, 100)
    assert wire.alive()
    assert board.drops()["TC_EGRESS"] - before == 100
    # eth0, eth1, eth0, eth1, and no further.
    assert counts(board, door="egress")["packets"] == 300
    assert counts(board, dev="eth1", door="egress")["packets"] == 200


def test_ring_by_the_backlog_ends(board, wire, clsact, clsact1):
    add(board, "protocol ip flower ip_proto udp action mirred ingress "
        "redirect dev eth1")
    add(board, "protocol ip flower ip_proto udp action mirred ingress "
        "redirect dev eth0", dev="eth1")
    before = board.drops()["TC_INGRESS"]
    send_udp(wire, 100)
    # A ping may be answered while some still go round by the backlog.
    dropped = wait_until(lambda: board.drops()["TC_INGRESS"] - before,
                         lambda n: n >= 100, 10)
    assert dropped == 100
    assert wire.alive()


def test_ingress_redirect_arrives_by_the_other_device(board, wire, clsact,
                                                      clsact1):
    """Its filters see it."""
    add(board, "protocol ip flower ip_proto udp dst_port 9 action mirred "
        "ingress redirect dev eth1")
    add(board, "protocol ip flower ip_proto udp dst_port 9 " + DROP,
        dev="eth1")
    send_udp(wire, 70, port=9)
    drops = wait_until(lambda: counts(board, dev="eth1")["drops"],
                       lambda n: n >= 70, 10)
    assert drops == 70
    assert counts(board)["packets"] == 70


# --- faults ----------------------------------------------------


def test_filters_come_and_go_while_traffic_runs(board, host, wire, clsact):
    stop = threading.Event()

    def flood():
        while not stop.is_set():
            send_udp(wire, 20)
            time.sleep(0.001)

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        for number in range(15):
            for rule in (MOVE, MIRROR, DROP, "action police rate 1mbit burst "
                         "10k conform-exceed drop/pass"):
                add(board, "protocol ip prio 5 flower ip_proto udp " + rule)
                board.cmd("tc filter del dev eth0 ingress" +
                          (" prio 5" if number % 2 else ""))
    finally:
        stop.set()
        thread.join()
    wire.drain()
    assert wire.alive()


def test_backlog_full(board, wire, clsact):
    """net.core.netdev_max_backlog, and its three counters."""
    add(board, "protocol ip flower ip_proto udp action mirred ingress "
        "redirect dev eth1")
    board.cmd("sysctl -w net.core.netdev_max_backlog=0")
    drops = board.drops()["CPU_BACKLOG"]
    dropped = int(board.cat("/proc/net/softnet_stat").split()[1], 16)
    device = board.netdev("eth1")["rx_drop"]
    send_udp(wire, 40)
    assert wire.alive()
    board.cmd("sysctl -w net.core.netdev_max_backlog=1000")
    assert board.drops()["CPU_BACKLOG"] - drops == 40
    assert int(board.cat("/proc/net/softnet_stat").split()[1], 16) - \
        dropped == 40
    assert board.netdev("eth1")["rx_drop"] - device == 40


def test_pool_empty_while_mirroring(board, host, wire, clsact):
    """More copies than buffers: fewer copies, the originals go on."""
    add(board, "protocol ip prio 1 flower ip_proto udp %s %s %s" % (
        MIRROR, MIRROR, MIRROR))
    for _ in range(5):
        send_udp(wire, 3000)
    assert wait_until(wire.alive, bool, 10)


def test_every_frame_has_one_end(board, host, wire, clsact):
    """in = delivered + redirected + dropped by name, to the packet."""
    add(board, "protocol ip prio 1 flower ip_proto udp dst_port 1 " + DROP)
    add(board, "protocol ip prio 2 flower ip_proto udp dst_port 2 " + MOVE)
    add(board, "protocol ip prio 3 flower ip_proto udp dst_port 7 action "
        "police rate 1mbit burst 1k conform-exceed drop/pass")
    start = {"rx": board.netdev()["rx_packets"], "drops": board.drops()}
    sent = host.link_counter("tap0", "tx_packets")
    for port in (1, 2, 9):
        send_udp(wire, 500, port=port)
        assert wait_until(wire.alive, bool, 10)
    for _ in range(300):
        wire.send_frame(w.ethernet(wire.board_mac, wire.MAC, 0x88b5,
                                   bytes(46)))
    assert wait_until(wire.alive, bool, 10)
    send_udp(wire, 500, port=7)
    echoed = echoes(wire)
    drops = board.drops()
    lost = {name: drops[name] - start["drops"][name] for name in drops
            if drops[name] != start["drops"][name]}
    drop, move, police = statistics(board)
    assert drop["drops"] == 500 and move["packets"] == 500
    assert echoed == 500 - police["drops"]
    assert lost == {"TC_INGRESS": 500 + police["drops"],
                    "UNHANDLED_PROTO": 300}
    assert board.netdev()["rx_packets"] - start["rx"] == \
        host.link_counter("tap0", "tx_packets") - sent


# --- lo ----------------------------------------------------


@pytest.mark.quick
@pytest.mark.host
def test_lo_is_the_first_device(board):
    lines = board.cmd("ip addr show")
    assert lines[:4] == [
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 16384 qdisc noqueue state UNKNOWN "
        "group default qlen 1000",
        "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00",
        "    inet 127.0.0.1/8 scope host lo",
        "       valid_lft forever preferred_lft forever"]
    assert lines[4].startswith("2: eth0: ")
    assert board.cat("/proc/net/dev").split("\n")[2].startswith("    lo: ")
    assert "lo" not in board.cat("/proc/net/route")
    assert all("127." not in line for line in board.cmd("ip route"))


@pytest.mark.quick
@pytest.mark.host
@pytest.mark.parametrize("address", ["127.0.0.1", BOARD0, BOARD1])
def test_ping_to_ourselves(board, host, address):
    """Each request and each answer is one packet, and none is on the wire."""
    lo, wires = board.netdev("lo"), [board.netdev(d)["tx_packets"]
                                     for d in ("eth0", "eth1")]
    out = board.cmd("ping -c 10 -i 0.01 -q " + address)
    assert any("10 received, 0% packet loss" in line for line in out)
    now = board.netdev("lo")
    assert now["rx_packets"] - lo["rx_packets"] == 20
    assert now["tx_bytes"] - lo["tx_bytes"] == 20 * 84
    assert wires == [board.netdev(d)["tx_packets"] for d in ("eth0", "eth1")]


@pytest.mark.host
def test_large_packets_to_ourselves(board):
    for size in (1472, 1473, 16000, 40000):
        for address in ("127.0.0.1", BOARD0):
            out = board.cmd("ping -c 3 -i 0.01 -q -s %d %s" % (size, address))
            assert any("3 received" in line for line in out), (size, address)


def test_own_address_without_a_cable(board):
    """An address is ours as long as its device is up."""
    board.set_link(0, "off")
    wait_until(lambda: board.cmd("ip link show eth0")[0],
               lambda line: "NO-CARRIER" in line, 5)
    out = board.cmd("ping -c 2 -i 0.01 -q " + BOARD0)
    board.set_link(0, "on")
    wait_until(lambda: board.cmd("ip link show eth0")[0],
               lambda line: "LOWER_UP" in line, 5)
    assert any("2 received" in line for line in out)


def test_lo_down_and_up(board):
    board.cmd("ip link set lo down")
    board.cmd("ping -c 1 -W 1 127.0.0.1", status=1)
    board.cmd("ping -c 1 -W 1 " + BOARD0, status=1)
    board.cmd("ping -c 1 -q " + HOST0)
    board.cmd("ip link set lo up")
    board.cmd("ping -c 1 -q 127.0.0.1")
    board.cmd("ping -c 1 -q " + BOARD0)


@pytest.mark.host
def test_loopback_addresses_do_not_come_by_wire(board, wire):
    before = board.drops()
    wire.send(wire.udp(7, b"x", src="127.0.0.1"))
    wire.send(wire.udp(7, b"x", dst="127.0.0.1"))
    wire.send(wire.udp(7, b"x", src=BOARD0))
    assert wire.alive()
    after = board.drops()
    assert after["IP_INVALID_SOURCE"] - before["IP_INVALID_SOURCE"] == 2
    assert after["IP_INVALID_DEST"] - before["IP_INVALID_DEST"] == 1


def test_filters_on_lo(board):
    board.cmd("tc qdisc add dev lo clsact")
    add(board, "protocol ip flower ip_proto icmp " + DROP, dev="lo")
    board.cmd("ping -c 2 -i 0.01 -W 0.2 -q 127.0.0.1", status=1)
    assert counts(board, dev="lo")["drops"] == 2
    assert counts(board, dev="lo")["bytes"] == 2 * 84
    board.cmd("tc qdisc del dev lo clsact")
    board.cmd("ping -c 2 -i 0.01 -q 127.0.0.1")
