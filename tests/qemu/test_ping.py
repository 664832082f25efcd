# SPDX-License-Identifier: BSD-3-Clause
"""ICMP echo: none lost, all sizes, quick (rows I5-I19, E5-E20)

	host tap0 10.9.0.1 ===== eth0 10.9.0.2 board
"""

import os
import re
import statistics
import pytest

from conftest import BOARD0, HOST0

MEDIAN_US = 150
QUIET_LOAD = 0.8


@pytest.mark.quick
@pytest.mark.host
def test_flood_of_10000_loses_none(host, board):
    out = host.run("ping", "-f", "-q", "-c", "10000", BOARD0).stdout
    assert "10000 packets transmitted, 10000 received, 0% packet loss" in out


@pytest.mark.quick
@pytest.mark.host
@pytest.mark.parametrize("size", [0, 1, 17, 18, 19, 56, 100, 555, 1000, 1471,
                                  1472])
def test_every_size_comes_back(host, board, size):
    out = host.run("ping", "-c", "20", "-i", "0.002", "-q", "-s", str(size),
                   "-M", "do", "-p", "a55a0ff0", BOARD0).stdout
    assert " 0% packet loss" in out
    assert "wrong data" not in out


@pytest.mark.host
@pytest.mark.parametrize("size", [1473, 2952, 4000, 20000])
def test_fragmented_packets_are_put_together(host, board, size):
    """Reassembly on the way in, fragments on the way out (I19, E9)."""
    out = host.run("ping", "-c", "20", "-i", "0.01", "-q", "-s", str(size),
                   "-p", "a55a0ff0", BOARD0).stdout
    assert " 0% packet loss" in out
    assert "wrong data" not in out


def test_median_round_trip(host, board, record_property, capsys):
    """1,000 pings; the bar holds where nothing else runs."""
    load = os.getloadavg()[0]
    out = host.run("ping", "-c", "1000", "-i", "0.002", BOARD0).stdout
    times = [float(ms) * 1000 for ms in re.findall(r"time=([\d.]+) ms", out)]
    assert len(times) == 1000
    median = statistics.median(times)
    record_property("median_us", median)
    with capsys.disabled():
        print("\nping: median %.0f us, least %.0f, 99 %% %.0f (load %.2f)" %
              (median, min(times), sorted(times)[989], load))
    if load < QUIET_LOAD:
        assert median < MEDIAN_US


@pytest.mark.quick
def test_board_pings_the_host(host, board):
    out = board.cmd("ping -c 5 -i 0.1 " + HOST0, timeout=20)
    assert out[0].startswith("PING %s" % HOST0)
    assert sum("bytes from " + HOST0 in line for line in out) == 5
    assert any(re.match(r"5 packets transmitted, 5 received, 0% packet loss",
                        line) for line in out)
    assert re.match(r"rtt min/avg/max/mdev = [\d.]+/[\d.]+/[\d.]+/[\d.]+ ms",
                    out[-1])


def test_ping_of_nobody_fails(board):
    out = board.cmd("ping -c 1 -W 1 10.9.0.200", timeout=20, status=1)
    assert any("100% packet loss" in line for line in out)


def test_ctrl_c_ends_a_ping(board):
    board.write("ping %s\r" % HOST0)
    board.wait_for(rb"icmp_seq=2 ", 10)
    board.write("\x03")
    before, _ = board.wait_for(rb"^# \Z", 5)
    assert b"packets transmitted" in before
    assert board.cmd("echo again") == ["again"]
