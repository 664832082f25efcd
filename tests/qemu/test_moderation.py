# SPDX-License-Identifier: BSD-3-Clause
"""Interrupt moderation (row I4): what it costs, what it saves, what breaks

	host tap0 10.9.0.1    ===== eth0 10.9.0.2 board
	wire tap0 10.9.0.77 (frames by hand)
"""

import random
import re
import socket
import statistics
import subprocess
import threading
import time
import pytest

import wire as w
from conftest import BOARD0, wait_until
from test_faults import frames_on_the_way, rings, small_rings, wire
from test_services import assert_same, tcp_echo

# pytest finds fixtures by name where they are imported.
assert small_rings and wire

DISCARD, ECHO = 9, 7


@pytest.fixture(autouse=True)
def default_settings(board):
    yield
    board.sync()
    board.cmd("sysctl -w net.ringpath.napi_off=0")
    board.cmd("ethtool -C eth0 adaptive-rx off rx-usecs 0 rx-frames 0")


def setting(board, name):
    text = "\n".join(board.cmd("ethtool -c eth0"))
    return re.search(r"^%s:\s+(\d+)$" % name, text, re.M).group(1)


def rx_usecs(board):
    return int(setting(board, "rx-usecs"))


def interrupts(board):
    """{"eth0": 518, "timer": 23, ...}"""
    return {name: int(count) for count, name in re.findall(
        r"^ *\d+: +(\d+) .* (\S+)$", board.cat("/proc/interrupts"), re.M)}


def udp(host, port):
    sock = host.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect((BOARD0, port))
    sock.settimeout(5)
    return sock


def ping_median_us(host, count=100, interval=0.007):
    out = host.run("ping", "-c", str(count), "-i", str(interval),
                   BOARD0).stdout
    times = [float(ms) * 1000 for ms in re.findall(r"time=([\d.]+) ms", out)]
    assert len(times) == count
    return statistics.median(times)


def test_ethtool_shows_and_sets(board):
    text = board.cmd("ethtool -c eth0")
    assert text[:5] == ["Coalesce parameters for eth0:",
                        "Adaptive RX: off  TX: off",
                        "stats-block-usecs:\tn/a", "sample-interval:\tn/a",
                        "pkt-rate-low:\t\tn/a"]
    assert text[-1] == "CQE mode RX: n/a  TX: n/a"
    assert "rx-usecs:\t0" in text and "tx-frames:\t0" in text
    board.cmd("ethtool -C eth0 rx-usecs 125 rx-frames 32")
    text = board.cmd("ethtool -c eth0")
    assert "rx-usecs:\t125" in text and "rx-frames:\t32" in text
    board.cmd("ethtool -C eth0 adaptive-rx on")
    assert "Adaptive RX: on  TX: off" in board.cmd("ethtool -c eth0")
    board.cmd("ethtool -C eth0 adaptive-rx off")
    text = board.cmd("ethtool -c eth0")
    assert "rx-usecs:\t125" in text and "rx-frames:\t32" in text


@pytest.mark.parametrize("words, status, says", [
    ("rx-usecs 10001", 1, "Invalid argument (rx-usecs 0..10000, "),
    ("rx-frames 513", 1, "rx-frames 0..512)"),
    ("tx-usecs 1", 1, "Operation not supported"),
    ("adaptive-tx on", 1, "Operation not supported"),
    ("rx-usecs -1", 2, "invalid value '-1'"),
    ("rx-usecs", 2, "no value for parameter 'rx-usecs'"),
    ("adaptive-rx maybe", 2, "invalid value 'maybe'"),
    ("rx-usecs 5 rx-usecs 6", 2, "duplicate parameter 'rx-usecs'"),
    ("speed 5", 2, "unknown parameter 'speed'"),
    ("", 2, "no coalesce parameters given"),
])
def test_wrong_values_change_nothing(board, words, status, says):
    board.cmd("ethtool -C eth0 rx-usecs 7")
    out = board.cmd("ethtool -C eth0 " + words, status=status)
    assert len(out) == 1 and says in out[0]
    assert rx_usecs(board) == 7


@pytest.mark.quick
@pytest.mark.host
@pytest.mark.parametrize("usecs", [500, 3000])
def test_ping_takes_as_much_longer_as_set(host, board, usecs):
    at_once = ping_median_us(host)
    board.cmd("ethtool -C eth0 rx-usecs %d" % usecs)
    waited = ping_median_us(host)
    assert usecs <= waited < usecs + at_once + 1000
    board.cmd("ethtool -C eth0 rx-usecs 0")
    assert ping_median_us(host) < usecs


def paced(host, board, count=2000, gap=0.0002):
    """Datagrams at a fixed rate; interrupts of NIC and timer meanwhile."""
    before = interrupts(board)
    with udp(host, DISCARD) as sock:
        due = time.monotonic()
        for _ in range(count):
            sock.send(bytes(18))
            due += gap
            while time.monotonic() < due:
                pass
    after = interrupts(board)
    return (after["eth0"] - before["eth0"],
            after["timer"] - before["timer"])


@pytest.mark.quick
def test_far_fewer_interrupts_for_a_packet(host, board):
    """5,000 packets a second: many interrupt, or ten share a timer's."""
    before = frames_on_the_way(host, board)
    nic, timer = paced(host, board)
    board.cmd("ethtool -C eth0 rx-usecs 2000")
    nic_then, timer_then = paced(host, board)
    assert nic > 500
    assert nic_then < nic / 5
    assert nic_then + timer_then < (nic + timer) / 2
    assert wait_until(lambda: frames_on_the_way(host, board),
                      lambda frames: frames == before, 5) == before


def first_answer_ms(sock, requests):
    """Requests in one burst; until the first answer, in ms, median of 15."""
    times = []
    for _ in range(15):
        begin = time.monotonic()
        for _ in range(requests):
            sock.send(b"x")
        sock.recv(10)
        times.append((time.monotonic() - begin) * 1000)
        for _ in range(requests - 1):
            sock.recv(10)
        time.sleep(0.03)  # the wait that follows is over, too
    return statistics.median(times)


def test_rx_frames_ends_the_wait(host, board):
    board.cmd("ethtool -C eth0 rx-usecs 10000 rx-frames 8")
    with udp(host, ECHO) as sock:
        assert first_answer_ms(sock, 1) >= 10
        assert first_answer_ms(sock, 7) >= 10
        assert first_answer_ms(sock, 8) < 5


@pytest.mark.host
def test_adaptive_follows_the_load(host, board):
    board.cmd("ethtool -C eth0 adaptive-rx on")
    assert rx_usecs(board) == 1
    stop = threading.Event()

    def flood():
        with udp(host, DISCARD) as sock:
            while not stop.is_set():
                sock.send(bytes(18))

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        assert wait_until(lambda: rx_usecs(board),
                          lambda usecs: usecs >= 128, 20) >= 128
    finally:
        stop.set()
        thread.join()
    time.sleep(0.5)

    def requests():
        with udp(host, ECHO) as sock:
            for _ in range(500):
                sock.send(b"x")
                sock.recv(10)
        return rx_usecs(board)

    assert wait_until(requests, lambda usecs: usecs <= 8, 20) <= 8


@pytest.mark.host
def test_adaptive_does_not_delay_what_comes_alone(host, board):
    """After silence there is nothing to wait for, at any profile."""
    at_once = ping_median_us(host)
    board.cmd("ethtool -C eth0 rx-usecs 10000")
    assert ping_median_us(host, 20, 0.03) > 10000
    board.cmd("ethtool -C eth0 adaptive-rx on")
    assert ping_median_us(host) < at_once + 300


@pytest.mark.quick
@pytest.mark.parametrize("words", ["rx-usecs 1", "rx-usecs 50",
                                   "rx-usecs 2000 rx-frames 4",
                                   "adaptive-rx on"])
def test_nothing_is_lost_or_mixed_up(host, board, words):
    board.cmd("ethtool -C eth0 " + words)
    out = host.run("ping", "-f", "-q", "-c", "1000", BOARD0).stdout
    assert "1000 received, 0% packet loss" in out
    data = random.Random(1).randbytes(2 << 20)
    assert_same(tcp_echo(host, data), data)
    assert board.ethtool()["irq_missed"] == 0


def test_full_ring_does_not_wait(host, board, wire, small_rings):
    """900 frames through a ring of 64 would be 14 waits of 10 ms. They wait
    in the tap until the board goes on, so that they come at once."""
    before = frames_on_the_way(host, board)
    board.cmd("ethtool -C eth0 rx-usecs 10000")
    stats = board.ethtool()
    frame = w.ethernet(wire.board_mac, wire.MAC, w.ETH_IP,
                       wire.udp(DISCARD, bytes(18)))
    board.monitor("stop")
    for _ in range(900):
        wire.send_frame(frame)
    board.monitor("cont")
    assert wait_until(wire.alive, bool, 10)
    after = board.ethtool()
    assert after["rx_ring_full"] - stats["rx_ring_full"] >= 900 // 64 - 2
    assert after["rx_coalesce_usecs"] - stats["rx_coalesce_usecs"] < 7
    assert wait_until(lambda: frames_on_the_way(host, board),
                      lambda frames: frames == before, 5) == before


@pytest.mark.quick
def test_down_reset_and_resize_during_waits(host, board):
    """The timer is pending nearly always."""
    size = rings(board)[0]["RX"]
    board.cmd("ethtool -C eth0 rx-usecs 10000")
    flood = host.popen("ping", "-f", "-q", BOARD0,
                       stdout=subprocess.DEVNULL)
    for number in range(8):
        board.cmd("ip link set eth0 down")
        board.cmd("ip link set eth0 up")
        board.cmd("ethtool --reset eth0 all")
        board.cmd("ethtool -G eth0 rx %d" % (64 << number % 4))
        time.sleep(0.02)
    flood.kill()
    flood.wait()
    board.cmd("ethtool -G eth0 rx %d" % size)
    assert wait_until(
        lambda: host.run("ping", "-c", "3", "-i", "0.05", "-W", "1", BOARD0,
                         check=False).stdout,
        lambda out: " 0% packet loss" in out, 10)
    assert 9000 < ping_median_us(host, 20, 0.03) < 13000


@pytest.mark.quick
def test_settings_change_under_load(host, board):
    data = random.Random(3).randbytes(10 << 20)
    result = []
    sender = threading.Thread(
        target=lambda: result.append(tcp_echo(host, data, timeout=60)))
    sender.start()
    for words in ("rx-usecs 1000", "rx-usecs 0", "adaptive-rx on",
                  "rx-usecs 10000 adaptive-rx off", "rx-usecs 20 rx-frames 1",
                  "rx-usecs 0 rx-frames 0") * 4:
        board.cmd("ethtool -C eth0 " + words)
        time.sleep(0.02)
    sender.join()
    assert_same(result[0], data)


def burst_interrupts(host, board, count=500):
    """Fewer than the tap queues, so that none is lost before the board."""
    before = interrupts(board)["eth0"]
    arrived = board.netdev()["rx_packets"]
    with udp(host, DISCARD) as sock:
        for _ in range(count):
            sock.send(bytes(18))
    assert wait_until(lambda: board.netdev()["rx_packets"] - arrived,
                      lambda frames: frames >= count, 5) >= count
    return interrupts(board)["eth0"] - before


def test_without_napi_each_frame_interrupts(host, board):
    """The classic way, to compare with."""
    with_napi = burst_interrupts(host, board)
    board.cmd("sysctl -w net.ringpath.napi_off=1")
    assert burst_interrupts(host, board) >= 490
    out = host.run("ping", "-f", "-q", "-c", "500", BOARD0).stdout
    assert " 0% packet loss" in out
    board.cmd("sysctl -w net.ringpath.napi_off=0")
    assert with_napi < 350
    data = bytes(300_000)
    assert_same(tcp_echo(host, data), data)
