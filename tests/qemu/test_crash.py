# SPDX-License-Identifier: BSD-3-Clause
"""A fault is reported with its reason, and the board comes back

The board has no network here: its console is all that is needed.
"""

import pytest

from board import Board

WAYS = {
    "abort": rb"data abort",
    "undefined": rb"undefined instruction",
    "stack": rb"stack overflow",
    "assert": rb"ASSERT\(two == 3\) failed at firmware/shell/crash\.c:\d+",
}


@pytest.fixture(scope="module")
def lonely():
    if Board.kind == "host":
        pytest.skip("a process ends at a fault, it does not restart")
    board = Board(net="user", rc="# nothing to set up\n")
    board.boot()
    yield board
    board.close()


@pytest.mark.quick
@pytest.mark.parametrize("way", WAYS)
def test_fault_is_reported_and_the_board_restarts(lonely, way):
    lonely.cmd("hostname before-the-fault")
    lonely.write("crash %s\r" % way)
    lonely.wait_for(rb"(?i)" + WAYS[way], 5)
    # Registers or the line of the assertion, then who called whom.
    lonely.wait_for(rb"(?i)(call chain|backtrace|called from)", 5)
    lonely.wait_for(rb"Ringpath \S+ on ", 10)
    lonely.wait_prompt()
    assert lonely.cmd("hostname") == ["ringpath"]


def test_a_way_that_does_not_exist_changes_nothing(lonely):
    out = lonely.cmd("crash gently", status=2)
    assert out == ['crash: "gently" is not a way to crash']
