# SPDX-License-Identifier: BSD-3-Clause
"""The services of the default image, with real clients

	host tap0 10.9.0.1 ===== eth0 10.9.0.2 board
"""

import os
import random
import re
import socket
import struct
import threading
import time
import pytest

from conftest import BOARD0

URL = "http://%s/" % BOARD0
IPERF_SECONDS = int(os.environ.get("IPERF_SECONDS", "10"))
CHARGEN_LINE = bytes(range(0x20, 0x7f))


def tcp_echo(host, data, address=(BOARD0, 7), timeout=60):
    """Send all of data to an echo service; returns what came back."""
    sock = host.connect(address, timeout)
    failure = []

    def send():
        try:
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
        except OSError as error:
            failure.append(error)

    sender = threading.Thread(target=send)
    sender.start()
    back = bytearray(len(data) + 1)
    view = memoryview(back)
    have = 0
    try:
        while have < len(back):
            got = sock.recv_into(view[have:])
            if got == 0:
                break
            have += got
    finally:
        sender.join(timeout)
        sock.close()
    assert not failure, failure[0]
    return back[:have]


def assert_same(back, data):
    """Like ==, but says where instead of printing megabytes."""
    if back == data:
        return
    assert len(back) == len(data), "%d bytes came back of %d" % (
        len(back), len(data))
    where = next(i for i in range(len(data)) if back[i] != data[i])
    pytest.fail("byte %d differs" % where)


@pytest.mark.host
@pytest.mark.parametrize("size", [1, 1459, 1460, 1461, 100_000])
def test_tcp_echo(host, board, size):
    data = random.Random(size).randbytes(size)
    assert_same(tcp_echo(host, data), data)


@pytest.mark.quick
def test_tcp_echo_of_100_mb_is_bit_exact(host, board, capsys):
    data = random.Random(7).randbytes(100 << 20)
    start = time.monotonic()
    back = tcp_echo(host, data)
    seconds = time.monotonic() - start
    with capsys.disabled():
        print("\necho: 100 MB in %.1f s, %.0f Mbit/s each way" %
              (seconds, len(data) * 8 / 1e6 / seconds))
    assert_same(back, data)


@pytest.mark.host
def test_32_echo_connections_at_once(host, board):
    results = {}

    def one(number):
        data = random.Random(number).randbytes(50_000 + number)
        results[number] = tcp_echo(host, data) == data

    threads = [threading.Thread(target=one, args=(n,)) for n in range(32)]
    # Sockets are made in the namespace of the thread that makes them.
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == dict.fromkeys(range(32), True)


@pytest.mark.quick
@pytest.mark.host
@pytest.mark.parametrize("size", [0, 1, 18, 1000, 1472, 1473, 4000])
def test_udp_echo(host, board, size):
    """Above 1472 bytes in fragments, both ways."""
    sock = host.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(3)
    sock.connect((BOARD0, 7))
    for number in range(20):
        data = random.Random(number).randbytes(size)
        sock.send(data)
        assert sock.recv(65536) == data
    sock.close()


@pytest.mark.host
def test_discard_takes_all_and_says_nothing(host, board):
    sock = host.connect((BOARD0, 9))
    sock.sendall(bytes(2 << 20))
    sock.shutdown(socket.SHUT_WR)
    assert sock.recv(100) == b""
    sock.close()


@pytest.mark.host
def test_udp_discard_says_nothing(host, board):
    sock = host.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(0.3)
    sock.connect((BOARD0, 9))
    for _ in range(50):
        sock.send(b"into the void")
    with pytest.raises(TimeoutError):
        sock.recv(100)
    sock.close()


@pytest.mark.host
def test_chargen_sends_the_pattern_of_rfc_864(host, board):
    """Lines of 72 characters, each beginning one further in the ring of the
    95 printable ones."""
    sock = host.connect((BOARD0, 19))
    text = b""
    while len(text) < 74 * 1000:
        text += sock.recv(65536)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))
    sock.close()
    ring = CHARGEN_LINE * 2
    for number in range(1000):
        line = text[number * 74:number * 74 + 74]
        first = number % 95
        assert line == ring[first:first + 72] + b"\r\n", number


@pytest.mark.quick
@pytest.mark.host
def test_http_page(host, board):
    head = host.run("curl", "-sS", "-i", "-m", "10", URL).stdout
    assert re.match(r"HTTP/1\.[01] 200 OK\r?\n", head), head[:200]
    assert "Content-Type: text/html" in head or \
        "Content-type: text/html" in head
    assert "Ringpath" in head


@pytest.mark.quick
@pytest.mark.host
@pytest.mark.parametrize("path", [
    "proc/interrupts", "proc/softirqs", "proc/stat", "proc/meminfo",
    "proc/net/dev", "proc/net/arp", "proc/net/softnet_stat",
    "proc/net/sockstat", "proc/net/drop_reasons", "proc/net/skb_pool"])
def test_proc_files_over_http(host, board, path):
    """The same file as on the console; numbers may have moved on."""
    def shape(text):
        return re.sub(r"[0-9a-f]+", "N", re.sub(r"\s+", " ", text)).strip()

    page = host.run("curl", "-sS", "-f", "-m", "10", URL + path).stdout
    assert shape(page) == shape(board.cat("/" + path))


@pytest.mark.host
def test_http_404(host, board):
    for path in ("nothing", "proc/nothing", "proc/../nothing"):
        code = host.run("curl", "-s", "--path-as-is", "-o", "/dev/null",
                        "-m", "10", "-w", "%{http_code}", URL + path).stdout
        assert code == "404", path


@pytest.mark.host
def test_http_keeps_a_connection_alive(host, board):
    urls = [URL, URL + "proc/net/dev"] * 5
    out = host.run("curl", "-sS", "-m", "20", "-w", "\n%{num_connects}\n",
                   *urls).stdout
    assert sum(int(n) for n in re.findall(r"^([01])$", out, re.M)) == 1


@pytest.mark.host
@pytest.mark.parametrize("request_text", [
    b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
    b"BREW / HTTP/1.1\r\n\r\n", b"GET /" + b"a" * 3000 + b" HTTP/1.1\r\n\r\n",
    b"\0" * 500, b"GET / HTTP/1.1\r\nHost: " + b"b" * 5000 + b"\r\n\r\n",
    b"GET /../../proc/net/dev HTTP/1.0\r\n\r\n"],
    ids=["empty", "no-path", "version", "method", "long-path", "zeroes",
         "long-header", "dots"])
def test_http_survives_bad_requests(host, board, request_text):
    sock = host.connect((BOARD0, 80), 3)
    try:
        sock.sendall(request_text)
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(4096):
            pass
    except OSError:
        pass
    sock.close()
    assert "200 OK" in host.run("curl", "-sS", "-i", "-m", "5", URL).stdout


def ab(host, *words):
    """ab's report as {"Complete requests": "10000", ...}."""
    out = host.run("ab", "-q", *words, timeout=240).stdout
    return dict(re.findall(r"^([A-Z][\w ,-]+):\s+(\S+)", out, re.M))


def test_10000_http_requests_without_a_failure(host, board, capsys):
    report = ab(host, "-n", "10000", "-c", "32", URL)
    with capsys.disabled():
        print("\nab: %s requests/s" % report["Requests per second"])
    assert report["Complete requests"] == "10000"
    assert report["Failed requests"] == "0"
    assert "Non-2xx responses" not in report


@pytest.mark.quick
def test_2000_http_requests_with_keep_alive(host, board, capsys):
    report = ab(host, "-k", "-n", "2000", "-c", "32", URL)
    with capsys.disabled():
        print("\nab -k: %s requests/s" % report["Requests per second"])
    assert report["Complete requests"] == "2000"
    assert report["Failed requests"] == "0"
    assert int(report["Keep-Alive requests"]) >= 1900


def iperf(host, *words):
    """Bit rates of one-second intervals and of the whole, Mbit/s."""
    out = host.run("iperf", "-c", BOARD0, "-t", str(IPERF_SECONDS), "-i",
                   "1", "-f", "m", *words,
                   timeout=3 * IPERF_SECONDS + 30).stdout
    assert "failed" not in out, out
    rates = re.findall(r"([\d.]+)-\s*([\d.]+) sec.*?([\d.]+) Mbits/sec", out)
    return [(float(b) - float(a), float(rate)) for a, b, rate in rates], out


def test_iperf_into_the_board_does_not_stall(host, board, capsys):
    rates, out = iperf(host)
    with capsys.disabled():
        print("\niperf in: %s Mbit/s" % rates[-1][1])
    assert len(rates) > IPERF_SECONDS
    assert all(rate > 1 for _, rate in rates), out


def test_iperf_out_of_the_board_does_not_stall(host, board, capsys):
    """-r: after the first the board is the client."""
    rates, out = iperf(host, "-r")
    with capsys.disabled():
        print("\niperf out: %s Mbit/s" % rates[-1][1])
    assert len(rates) > 2 * IPERF_SECONDS
    assert all(rate > 1 for _, rate in rates), out


def test_connections_churn(host, board):
    """2,000 connections opened and closed: accept never stops."""
    for number in range(2000):
        sock = host.connect((BOARD0, 7), 5)
        if number % 3 == 0:
            sock.send(b"hello")
            assert sock.recv(100) == b"hello"
        if number % 3 == 1:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                            struct.pack("ii", 1, 0))
        sock.close()


def test_accept_goes_on_after_every_connection_was_taken(host, board):
    """More clients than the service has connections: some are refused, and
    the first that leaves makes room for the next."""
    sockets = []
    refused = 0
    for _ in range(200):
        try:
            sockets.append(host.connect((BOARD0, 7), 5))
        except ConnectionResetError:
            refused += 1
    for sock in sockets:
        try:
            sock.sendall(b"x")
            refused += sock.recv(1) == b""
        except OSError:
            refused += 1
    assert 0 < refused < 200
    for sock in sockets:
        sock.close()
    for _ in range(10):
        assert tcp_echo(host, b"still there") == b"still there"


def test_transmit_does_not_starve_receive(host, board):
    """The board sends as fast as four readers take, and answers pings."""
    stop = threading.Event()

    def read():
        with host.connect((BOARD0, 19), 20) as sock:
            while not stop.is_set():
                assert sock.recv(1 << 18)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        out = host.run("ping", "-c", "100", "-i", "0.01", BOARD0).stdout
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert "100 packets transmitted, 100 received" in out
