# SPDX-License-Identifier: BSD-3-Clause
"""The board that is a Linux process: its words, its console, its taps

	host tap0 10.9.0.1 ===== eth0 10.9.0.2 board (a process)
	     tap1 10.9.1.1 ===== eth1 10.9.1.2
"""

import os
import pty
import re
import signal
import subprocess
import termios
import time
import pytest

from board import Board
from conftest import BOARD0, BOARD1, STATIC_RC2, wait_until

pytestmark = pytest.mark.host
# Only the process can be asked; in QEMU's runs this file has no tests.
__test__ = Board.kind == "host"
NICS = 2


def run(*words, stdin="", host=None, timeout=20):
    words = [Board().elf] + list(words)
    if host:
        return host.run(*words, input=stdin, timeout=timeout, check=False)
    return subprocess.run(words, input=stdin, text=True, timeout=timeout,
                          capture_output=True, check=False)


def ping(host, address, count=1):
    return host.run("ping", "-q", "-c", str(count), "-i", "0.01", "-W", "1",
                    address, check=False).returncode == 0


# --- words --------------------------------------------------------------------

@pytest.mark.parametrize("words, named", [
    (["--nosuch"], "--nosuch"),
    (["tap0"], "tap0"),
    (["--tap"], "--tap"),
    (["--rc"], "--rc"),
    (["--tap", "nosuch"], "nosuch"),
    (["--tap", "lo"], "lo"),
    (["--tap", "x" * 16], "x" * 16),
    (["--tap", ""], "name of an interface"),
    (["--rc", "/nosuch"], "/nosuch"),
    (["--rc", "/"], "/"),
    (["--rc", "/dev/zero"], "/dev/zero"),
])
def test_a_wrong_word_is_one_line_and_exit_2(words, named):
    result = run(*words)
    assert result.returncode == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert named in result.stderr


def test_a_third_tap_is_refused(host):
    host.tap("tap2")
    result = run("--tap", "tap0", "--tap", "tap1", "--tap", "tap2",
                 host=host)
    host.ip("link", "del", "tap2")
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert "tap2" in result.stderr


def test_nothing_is_created(host):
    run("--tap", "tap7", host=host)
    assert "tap7" not in host.run("ip", "link").stdout


def test_help_names_every_word():
    result = run("--help")
    assert result.returncode == 0
    for word in ("--tap", "--rc", "--exit-on-eof"):
        assert word in result.stdout


# --- console ------------------------------------------------------------------

def test_exit_on_eof_runs_all_that_was_typed():
    result = run("--exit-on-eof", stdin="echo one\nsleep 1\necho two")
    assert result.returncode == 0, result.stderr
    lines = re.sub("\r", "", result.stdout).split("\n")
    assert lines.count("one") == 1 and lines.count("two") == 1


def test_it_goes_on_without_input_and_with_output_that_nobody_reads(
        host, tmp_path):
    rc = tmp_path / "rc"
    rc.write_text("ip addr add 10.9.0.2/24 dev eth0\nip link set eth0 up\n"
                  + "cat /proc/net/pools\n" * 500)
    board = host.popen(Board().elf, "--tap", "tap0", "--rc", str(rc),
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    try:
        assert wait_until(lambda: ping(host, BOARD0), bool, 10)
        assert ping(host, BOARD0, 100)
        assert board.poll() is None
    finally:
        board.kill()
        board.communicate()


def ctrl_a_x(process, master):
    del process
    os.write(master, b"\x01x")


def poweroff(process, master):
    del process
    os.write(master, b"poweroff\r")


def terminated(process, master):
    del master
    process.send_signal(signal.SIGTERM)


def aborted(process, master):
    """As a failed ASSERT does."""
    del master
    process.send_signal(signal.SIGABRT)


@pytest.mark.parametrize("end, status", [
    (ctrl_a_x, 0), (poweroff, 0), (terminated, -signal.SIGTERM),
    (aborted, -signal.SIGABRT)])
def test_the_terminal_is_put_back(end, status):
    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    process = subprocess.Popen([Board().elf], stdin=slave, stdout=slave,
                               stderr=slave, start_new_session=True)
    try:
        out = b""
        while not out.endswith(b"# "):
            out += os.read(master, 4096)
        assert termios.tcgetattr(slave) != before
        end(process, master)
        assert process.wait(10) == status
        assert termios.tcgetattr(slave) == before
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)


def test_ctrl_a_also_reaches_the_line_editor(board):
    board.write("cho x\x01e\r")
    assert b"\nx\n" in board.wait_prompt()
    board.write("cho y\x01\x01e\r")
    assert b"\ny\n" in board.wait_prompt()


# --- taps ---------------------------------------------------------------------

def cpu_seconds(board):
    with open("/proc/%d/stat" % board.process.pid, encoding="ascii") as f:
        words = f.read().rpartition(")")[2].split()
    return sum(int(t) for t in words[11:13]) / os.sysconf("SC_CLK_TCK")


def test_an_idle_board_sleeps(board):
    board.sync()
    before = cpu_seconds(board)
    time.sleep(2)
    assert cpu_seconds(board) - before < 0.2


def test_interface_set_down_by_the_host_is_counted_and_comes_back(
        host, board):
    assert ping(host, BOARD0)
    errors = tx_errors(board)
    host.ip("link", "set", "tap0", "down")
    before = cpu_seconds(board)
    board.write("ping -c 2 10.9.0.1\r")
    board.wait_prompt(20)
    assert cpu_seconds(board) - before < 2
    assert tx_errors(board) > errors
    host.ip("link", "set", "tap0", "up")
    assert wait_until(lambda: ping(host, BOARD0), bool, 10)


def tx_errors(board):
    line = [text for text in board.cmd("cat /proc/net/dev")
            if text.split(":")[0].strip() == "eth0"][0]
    return int(line.split(":")[1].split()[10])


def test_reboot_takes_the_taps_again(board, host):
    board.write("reboot\r")
    board.wait_for(rb"Ringpath(?s:.*)^# \Z", 10)
    assert ping(host, BOARD0) and ping(host, BOARD1)


def test_an_interface_that_is_deleted_is_a_lost_link(host, make_board):
    """Said once; the board goes on, and does not spin."""
    for name, address in (("tap2", "10.9.2.1/24"), ("tap3", "10.9.3.1/24")):
        host.tap(name, address)
    rc = STATIC_RC2.replace("10.9.0.2", "10.9.2.2").replace(
            "10.9.1.2", "10.9.3.2")
    board = make_board(host, taps=["tap2", "tap3"], rc=rc)
    assert ping(host, "10.9.2.2")
    host.ip("link", "del", "tap2")
    board.wait_for(rb"eth0: the host's interface is gone.*\n")
    board.sync()
    before = cpu_seconds(board)
    time.sleep(1)
    assert cpu_seconds(board) - before < 0.2
    assert "NO-CARRIER" in board.cmd("ip link show eth0")[0]
    board.cmd("ip link set eth0 down")
    board.cmd("ip link set eth0 up", status=None)
    assert board.status != 0
    assert ping(host, "10.9.3.2", 10)
    board.close()
    host.ip("link", "del", "tap3")
