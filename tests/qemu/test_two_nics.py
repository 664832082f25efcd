# SPDX-License-Identifier: BSD-3-Clause
"""Both GEMs at once (row I9: round robin over the NICs)

	host tap0 10.9.0.1 ===== eth0 10.9.0.2 board
	host tap1 10.9.1.1 ===== eth1 10.9.1.2 board
"""

import random
import threading
import pytest

from conftest import BOARD0, BOARD1, HOST0, HOST1
from test_services import tcp_echo

NICS = 2


@pytest.mark.quick
@pytest.mark.host
def test_each_answers_on_its_own_wire(host, board):
    before0 = host.link_counter("tap0", "tx_packets")
    host.run("ping", "-c", "20", "-i", "0.002", "-q", "-W", "2", BOARD1)
    assert host.link_counter("tap0", "tx_packets") == before0
    host.run("ping", "-c", "20", "-i", "0.002", "-q", "-W", "2", BOARD0)


@pytest.mark.quick
@pytest.mark.host
def test_both_carry_traffic_at_the_same_time(host, board):
    results = {}

    def echo(name, address):
        data = random.Random(name).randbytes(5 << 20)
        results[name] = tcp_echo(host, data, (address, 7)) == data

    def flood(name, address):
        out = host.run("ping", "-f", "-q", "-c", "3000", address).stdout
        results[name] = "3000 received" in out

    work = [threading.Thread(target=f, args=(f.__name__ + a, a))
            for f in (echo, flood) for a in (BOARD0, BOARD1)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert len(results) == 4 and all(results.values()), results


def test_one_down_leaves_the_other_alone(host, board):
    board.cmd("ip link set eth0 down")
    assert host.run("ping", "-c", "1", "-W", "1", BOARD0,
                    check=False).returncode != 0
    host.run("ping", "-c", "20", "-i", "0.002", "-q", BOARD1)
    board.cmd("ip link set eth0 up")
    host.run("ping", "-c", "20", "-i", "0.01", "-q", "-W", "2", BOARD0)


def test_board_pings_over_both(board):
    for address in (HOST0, HOST1):
        out = board.cmd("ping -c 3 -i 0.1 " + address)
        assert any("3 received" in line for line in out)
