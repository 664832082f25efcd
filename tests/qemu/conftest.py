# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures of the tests over taps

The topology that most files use; each draws its own at its top:

	+------------- namespace "host" -------------+
	|  tap0 10.9.0.1/24 ======= eth0 10.9.0.2    |
	|  tap1 10.9.1.1/24 ======= eth1 10.9.1.2    |   board
	+--------------------------------------------+

One board per file: it boots in about a second. After every test the counts
of the board's pools must be what they were before it, and every frame that it
ever received must be accounted for (docs/counters.md).
"""

import os
import time
import pytest

import netns
from board import Board, PANIC

HOST0, BOARD0 = "10.9.0.1", "10.9.0.2"
BROADCAST_IP = "10.9.0.255"
HOST1, BOARD1 = "10.9.1.1", "10.9.1.2"
TAP0_MAC, TAP1_MAC = "52:54:00:aa:00:01", "52:54:00:aa:00:02"
BOARD0_MAC = "52:54:00:12:34:56"

STATIC_RC = """\
# Addresses by hand; fragments that wait in vain are given up soon.
sysctl -w net.ipv4.ipfrag_time=1
ip addr add 10.9.0.2/24 dev eth0
ip link set eth0 up
"""
STATIC_RC2 = STATIC_RC + """\
ip addr add 10.9.1.2/24 dev eth1
ip link set eth1 up
"""


def pytest_addoption(parser):
    parser.addoption("--board", default=Board.kind,
                     help="zynq-a9 or host")
    parser.addoption("--qemu", default=Board.qemu, help="the emulator")
    parser.addoption("--elf", help="the firmware, if it is not in build/")


def pytest_configure(config):
    Board.kind = config.getoption("--board")
    Board.qemu = config.getoption("--qemu")
    Board.image = config.getoption("--elf")
    for line in ("quick: also run on the second QEMU",
                 "host: also makes sense on the host board"):
        config.addinivalue_line("markers", line)
    if not netns.why_not():
        netns.remove_leftovers()


@pytest.fixture(scope="session", autouse=True)
def firmware():
    """Without the firmware nothing can be tried: a failure, no skip."""
    elf = Board().elf
    assert os.path.exists(elf), \
            "%s is missing: make BOARD=%s" % (elf, Board.kind)


@pytest.fixture(scope="session")
def may_netns():
    reason = netns.why_not()
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="module")
def host(may_netns):
    """The namespace with tap0 and tap1."""
    ns = netns.Namespace("host")
    ns.tap("tap0", HOST0 + "/24", TAP0_MAC)
    ns.tap("tap1", HOST1 + "/24", TAP1_MAC)
    yield ns
    ns.close()


def board_maker():
    """make(ns, ...) boots a board; all of them end with the fixture."""
    made = []

    def make(*args, **more):
        board = Board(*args, **more)
        made.append(board)
        return board.boot()

    yield make
    for board in made:
        board.close()


# For boards of a whole file, and of one test.
make_board = pytest.fixture(board_maker, scope="module")
start_board = pytest.fixture(board_maker)


@pytest.fixture(scope="module")
def board(host, make_board, request):
    """The board on tap0; on tap1 too where the file says NICS = 2."""
    if getattr(request.module, "NICS", 1) == 2:
        return make_board(host, taps=["tap0", "tap1"], rc=STATIC_RC2)
    return make_board(host, taps=["tap0"], rc=STATIC_RC)


def pool_counts(board):
    """What must come back: free buffers, and who holds memory."""
    sockets = board.sockstat()
    counts = {"skb free": board.pool()["free"],
              "tcp inuse": sockets["TCP"]["inuse"],
              "tcp orphan": sockets["TCP"]["orphan"],
              "udp inuse": sockets["UDP"]["inuse"]}
    for line in board.cmd("cat /proc/net/pools")[1:]:
        name, _, used = line.split()[:3]
        # TIME_WAIT and timers come and go by themselves.
        if name not in ("TCP_PCB", "SYS_TIMEOUT"):
            counts[name + " used"] = int(used)
    return counts


def assert_balance(board):
    """Every received frame has come to an end or has one drop reason: the
    board's own sum, and the same from the files that have Linux's names.
    """
    sums = board.table("/proc/net/balance")
    assert (sums["missing"], sums["undelivered"]) == (0, 0), sums


@pytest.fixture(autouse=True)
def conserved(request):
    """A test that uses the module's board leaves its pools as they were,
    each frame accounted for, and the board alive, without a panic or
    sanitizer report."""
    if "board" not in request.fixturenames:
        yield
        return
    board = request.getfixturevalue("board")
    if not board.running:
        pytest.fail("the board ended in an earlier test" +
                    board.tail())
    before = pool_counts(board)
    start = len(board.log)
    yield
    assert board.running, "the board ended" + board.tail()
    board.sync()
    after = wait_until(lambda: pool_counts(board),
                       lambda counts: counts == before, 15)
    assert after == before
    assert_balance(board)
    panic = PANIC.search(board.log, start)
    assert not panic, "the board panicked" + board.tail(80)


def wait_until(look, good, timeout):
    """look() until good() says so; returns the last look."""
    end = time.monotonic() + timeout
    while True:
        value = look()
        if good(value) or time.monotonic() > end:
            return value
        time.sleep(0.05)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failure shows the end of the console."""
    outcome = yield
    report = outcome.get_result()
    board = item.funcargs.get("board") if hasattr(item, "funcargs") \
            else None
    if report.failed and isinstance(board, Board) and \
       "console, the end" not in report.longreprtext:
        report.sections.append(("console", board.tail()))
