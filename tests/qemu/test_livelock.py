# SPDX-License-Identifier: BSD-3-Clause
"""Overload does not stop useful work (rows I4, I8, I9)

	+------------- namespace "livelock" -------------+
	|  tap0 10.9.0.1/24 ======= eth0 10.9.0.2 flooded |
	|  tap1 10.9.1.1/24 ======= eth1 10.9.1.2   HTTP  |   board
	+-------------------------------------------------+

The board is slowed down to a known speed, so that it and not this machine is
what is overloaded; all bars are ratios within one run. `make livelock` has the
whole curve (docs/performance.md).
"""

import os
import sys

import pytest

from board import Board

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../bench"))

import livelock  # noqa: E402

SECONDS = 1.5


@pytest.fixture(scope="module")
def slow(may_netns):
    if Board.kind != "zynq-a9":
        pytest.skip("only QEMU's board can be slowed down")
    with livelock.Slow() as board:
        board.most = board.capacity(livelock.SERVICE, 100000)
        yield board


def point(slow, load, frame=livelock.SERVICE, counter="service"):
    return livelock.one_point(slow, frame, counter, load * slow.most, SECONDS)


def test_a_service_gets_as_much_at_eight_times_as_at_its_peak(slow):
    peak = max(point(slow, 1.2)["done"], slow.most)
    assert point(slow, 8)["done"] >= 0.8 * peak


def test_console_and_the_other_interface_are_served_under_flood(slow):
    busy = point(slow, 8)
    assert busy["console"] is not None
    asked = 1 / livelock.HTTP_EACH[slow.shift]
    assert busy["http"] >= 0.5 * asked, busy


def test_frames_for_a_closed_port_starve_nobody(slow):
    busy = point(slow, 8, livelock.CLOSED, "polled")
    assert busy["console"] is not None
    assert busy["http"] >= 0.5 / livelock.HTTP_EACH[slow.shift], busy


def test_without_napi_less_gets_done(slow):
    """What the others would look like if budgets were broken."""
    slow.command("sysctl -w net.ringpath.napi_off=1")
    try:
        busy = point(slow, 8)
    finally:
        slow.command("sysctl -w net.ringpath.napi_off=0")
    assert busy["done"] < 0.8 * slow.most
    assert busy["http"] < 0.6 / livelock.HTTP_EACH[slow.shift], busy


def test_every_frame_of_the_floods_is_accounted_for(slow):
    """After all of the above, to the frame."""
    slow.drain()
    sums = slow.patiently(slow.board.table, "/proc/net/balance")
    assert sums["received"] > 10 * slow.most
    assert (sums["missing"], sums["undelivered"]) == (0, 0), sums
