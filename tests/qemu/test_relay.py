# SPDX-License-Identifier: BSD-3-Clause
"""TCP over a bad cable: delay, loss, reordering, duplicates, bit errors

	namespace "peer"         namespace "host"
	10.9.0.1 veth1 ======= veth0   relay.py   tap0 ===== eth0 10.9.0.2
	                          (frames only, no addresses)       board
"""

import os
import random
import subprocess
import sys
import time
import pytest

import netns
from conftest import STATIC_RC, wait_until
from test_services import assert_same, tcp_echo

BRIEF = [pytest.mark.quick, pytest.mark.host]
RELAY = os.path.join(os.path.dirname(__file__), "relay.py")


@pytest.fixture(scope="module")
def cable(may_netns):
    """Both namespaces, no relay yet."""
    near, peer = netns.Namespace("cable"), netns.Namespace("peer")
    near.tap("tap0")
    near.veth("veth0", peer, "veth1", "10.9.0.1/24")
    yield near, peer
    near.close()
    peer.close()


@pytest.fixture(scope="module")
def board(cable, make_board):
    return make_board(cable[0], taps=["tap0"], rc=STATIC_RC)


@pytest.fixture
def relay(cable):
    """relay("loss=2", ...) starts one; ended with the test."""
    running = []

    def start(*options):
        process = cable[0].popen(sys.executable, RELAY, "tap0", "veth0",
                                 *options, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in running:
        process.terminate()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("kilobytes, options", [
    pytest.param(5 << 10, ["delay_ms=5", "loss=2", "reorder=2",
                           "duplicate=1", "corrupt=1"], id="5MB"),
    pytest.param(2 << 10, ["delay_ms=1", "loss=0", "reorder=25",
                           "duplicate=0", "corrupt=0"], id="reordered",
                 marks=BRIEF),
    pytest.param(1 << 10, ["delay_ms=2", "loss=0", "reorder=0",
                           "duplicate=50", "corrupt=0"], id="duplicated",
                 marks=BRIEF),
    pytest.param(256, ["delay_ms=20", "loss=5", "reorder=5", "duplicate=5",
                       "corrupt=5"], id="worst", marks=BRIEF),
])
def test_echo_through_a_bad_cable_is_bit_exact(cable, board, relay, capsys,
                                               kilobytes, options):
    relay(*options, "seed=%d" % kilobytes)
    data = random.Random(kilobytes).randbytes(kilobytes << 10)
    start = time.monotonic()
    back = tcp_echo(cable[1], data, timeout=120)
    with capsys.disabled():
        print("\nrelay: %d KB in %.1f s" % (kilobytes,
                                            time.monotonic() - start))
    assert_same(back, data)
    # The end of the connection is to be lost and repeated as well.
    wait_until(lambda: board.sockstat()["TCP"]["orphan"],
               lambda count: count == 0, 20)
