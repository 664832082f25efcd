# SPDX-License-Identifier: BSD-3-Clause
"""Start and end of a board, and what it says to nonsense

	board eth0 ===== tap0 10.9.0.1 (dnsmasq)      namespace "host"
	board eth0 ===== QEMU's user-mode network     no namespace, no root
"""

import re
import subprocess
import time
import pytest

from board import BoardError
from conftest import STATIC_RC, wait_until

PROMPT_SECONDS = 2.0


@pytest.fixture(scope="module")
def dnsmasq(host, tmp_path_factory):
    """A DHCP server on tap0; yields the path of its log."""
    folder = tmp_path_factory.mktemp("dnsmasq")
    log = open(folder / "log", "w+", encoding="utf-8")
    server = host.popen(
        "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--user=root",
        "--interface=tap0", "--bind-interfaces", "--port=0", "--log-dhcp",
        "--dhcp-range=10.9.0.100,10.9.0.150,1h",
        "--dhcp-option=option:router,10.9.0.1", "--pid-file=",
        "--dhcp-leasefile=%s" % (folder / "leases"),
        stdout=log, stderr=subprocess.STDOUT)
    wait_until(lambda: "DHCP, " in (folder / "log").read_text(), bool, 5)
    yield folder
    server.terminate()
    server.wait()
    log.close()


def address_of(board, dev="eth0"):
    match = re.search(r"inet (\d+\.\d+\.\d+\.\d+)/(\d+)",
                      "\n".join(board.cmd("ip addr show " + dev)))
    return match and match.group(1)


@pytest.mark.quick
def test_prompt_comes_in_two_seconds(host, start_board):
    times = []
    for _ in range(2):
        board = start_board(host, taps=["tap0"], rc=STATIC_RC)
        times.append(board.prompt_seconds)
        board.close()
    best = min(times)
    assert best < PROMPT_SECONDS


@pytest.mark.quick
@pytest.mark.host
def test_dhcp_gives_an_address_and_learns_the_name(host, start_board, dnsmasq):
    """The built-in start-up script: DHCP on eth0."""
    board = start_board(host, taps=["tap0"])
    address = wait_until(lambda: address_of(board), bool, 15)
    assert address and address.startswith("10.9.0.1"), board.tail()
    lease = (dnsmasq / "leases").read_text().split()
    assert lease[2] == address
    assert lease[3] == "ringpath"
    host.run("ping", "-c", "2", "-i", "0.01", "-W", "2", address)
    assert any(line.startswith("default via 10.9.0.1 dev eth0")
               for line in board.cmd("ip route"))
    board.close()


@pytest.mark.quick
def test_user_network_answers_at_the_printed_url(start_board):
    """`make run` as a newcomer types it."""
    board = start_board(net="user")
    url = re.search(r"http://127\.0\.0\.1:\d+/", board.text())
    assert url, board.tail()
    assert wait_until(lambda: address_of(board), bool, 15) == "10.0.2.15"
    for path in ("", "proc/net/dev"):
        page = subprocess.run(
            ["curl", "-sS", "-m", "10", url.group() + path], text=True,
            capture_output=True, check=False)
        assert page.returncode == 0, page.stderr + board.tail()
        assert page.stdout
    board.write("poweroff\r")
    assert board.wait_exit() == 0


@pytest.mark.quick
def test_ctrl_a_x_ends_it(start_board):
    board = start_board(net="user")
    board.write("\x01x")
    assert board.wait_exit() == 0


@pytest.mark.quick
@pytest.mark.host
def test_poweroff_ends_with_exit_code_0(host, start_board):
    board = start_board(host, taps=["tap0"], rc=STATIC_RC)
    board.write("poweroff\r")
    assert board.wait_exit() == 0


@pytest.mark.quick
def test_reboot_starts_again(host, start_board):
    board = start_board(host, taps=["tap0"], rc=STATIC_RC)
    time.sleep(1.5)
    board.cmd("ip link set eth0 mtu 1400")
    board.write("reboot\r")
    board.wait_for(rb"(?s).*^# \Z", 10)
    assert "mtu 1500" in "\n".join(board.cmd("ip link show eth0"))
    assert address_of(board) == "10.9.0.2"
    host.run("ping", "-c", "2", "-i", "0.01", "-W", "2", "10.9.0.2")


@pytest.mark.host
def test_empty_script_leaves_the_board_without_address(host, start_board):
    board = start_board(host, taps=["tap0"], rc="# nothing\n")
    assert address_of(board) is None


@pytest.mark.quick
@pytest.mark.host
def test_script_with_a_bad_line_still_boots_and_says_so(host, start_board):
    rc = "ip addr add 10.9.0.2/24 dev eth0\nip link sett eth0 up\n" \
        "nonsense\nip link set eth0 up\n"
    board = start_board(host, taps=["tap0"], rc=rc)
    said = [line for line in board.text().split("\n")
            if re.match(r"\S*rc:\d+: ", line)]
    assert len(said) == 2, board.tail()
    assert ":2: " in said[0] and "sett" in said[0]
    assert ":3: " in said[1] and "nonsense" in said[1]
    host.run("ping", "-c", "2", "-i", "0.01", "-W", "2", "10.9.0.2")


# Line, and what the one line of complaint must contain to say which word is
# meant: the word, or what Linux's own tool calls it.
MALFORMED = [
    ("nosuchcommand", "nosuchcommand"),
    ("nosuchcommand with words", "nosuchcommand"),
    ("ip nonsense", "nonsense"),
    ("ip addr nonsense", "nonsense"),
    ("ip addr add", "add"),
    ("ip addr add 10.9.0.3/24", "dev"),
    ("ip addr add 10.9.0.3/24 dev", "dev"),
    ("ip addr add 10.9.0.3/24 dev eth9", "eth9"),
    ("ip addr add 10.9.0.3/33 dev eth0", "10.9.0.3/33"),
    ("ip addr add 10.9.0.3/-1 dev eth0", "10.9.0.3/-1"),
    ("ip addr add 10.9.0.3/ dev eth0", "10.9.0.3/"),
    ("ip addr add 10.9.0.300/24 dev eth0", "10.9.0.300/24"),
    ("ip addr add 10.9.0/24x dev eth0", "10.9.0/24x"),
    ("ip addr add 10.9.0.3/24 dev eth0 junk", "junk"),
    ("ip addr del 10.77.0.3/24 dev eth0", "Address"),
    ("ip link set", "dev"),
    ("ip link set eth9 up", "eth9"),
    ("ip link set eth0 sideways", "sideways"),
    ("ip link set eth0 mtu", "mtu"),
    ("ip link set eth0 mtu 67", "mtu"),
    ("ip link set eth0 mtu 99999", "mtu"),
    ("ip link set eth0 mtu -1", "-1"),
    ("ip link set eth0 mtu 15x0", "15x0"),
    ("ip link set eth0 mtu 4294968796", "4294968796"),
    ("ip link set eth0 address 01:00:00:00:00:01", "01:00:00:00:00:01"),
    ("ip link set eth0 address 02:00:00:00:00", "02:00:00:00:00"),
    ("ip link set eth0 address 02:00:00:00:00:00:01",
     "02:00:00:00:00:00:01"),
    ("ip link show eth9", "eth9"),
    ("ip route add default via 10.9.0.300", "10.9.0.300"),
    ("ip route add default via", "via"),
    ("ip route add 10.1.0.0/40 via 10.9.0.1", "10.1.0.0/40"),
    ("ip route add default via 10.200.0.1", "gateway"),
    ("ip neigh add 10.9.0.9 lladdr 02:00:00:00:00 dev eth0",
     "02:00:00:00:00"),
    ("ip neigh add 10.9.0.9 lladdr 02:00:00:00:00:09", "Device"),
    ("ip neigh add 10.9.0.900 lladdr 02:00:00:00:00:09 dev eth0",
     "10.9.0.900"),
    ("ip neigh del 10.9.0.99 dev eth0", "10.9.0.99"),
    ("ethtool", "ethtool"),
    ("ethtool -g", "device"),
    ("ethtool -g eth9", "eth9"),
    ("ethtool -Q eth0", "-Q"),
    ("ethtool -G eth0 rx", "rx"),
    ("ethtool -G eth0 rx 0", "0"),
    ("ethtool -G eth0 rx 99999999", "99999999"),
    ("ethtool -G eth0 rx -4", "-4"),
    ("ethtool -G eth0 rx 12a", "12a"),
    ("ethtool -G eth0 rx 128 junk 5", "junk"),
    ("ethtool --reset", "device"),
    ("ethtool --reset eth0 nothing", "component"),
    ("sysctl -w", "variable"),
    ("sysctl net.no.such", "net/no/such"),
    ("sysctl -w net.no.such=1", "net/no/such"),
    ("sysctl -w net.core.netdev_budget=", "net.core.netdev_budget"),
    ("sysctl -w net.core.netdev_budget=many", "netdev_budget"),
    ("sysctl -w net.core.netdev_budget=0", "netdev_budget"),
    ("sysctl -w net.core.netdev_budget=-300", "netdev_budget"),
    ("sysctl -w net.core.netdev_budget=300x", "netdev_budget"),
    ("sysctl -w net.core.netdev_budget=99999999999999999999",
     "netdev_budget"),
    ("sysctl -w net.core.netdev_budget=1 2", "2"),
    ("cat", "cat"),
    ("cat /proc/nothing", "/proc/nothing"),
    ("cat /etc/passwd", "/etc/passwd"),
    ("cat /proc/net", "/proc/net"),
    ("ls /proc/nothing", "/proc/nothing"),
    ("ping", "ping"),
    ("ping 1.2.3", "1.2.3"),
    ("ping -c", "'c'"),
    ("ping -c x 10.9.0.1", "x"),
    ("ping -c 0 10.9.0.1", "0"),
    ("ping -s 99999 10.9.0.1", "99999"),
    ("ss -Z", "'Z'"),
    ("dhclient eth9", "eth9"),
    ("dhclient", "dhclient"),
    ("uptime now", "now"),
    ("poweroff maybe", "maybe"),
    ("reboot maybe", "maybe"),
    ("'unfinished", "'"),
    ("echo \"unfinished", "\""),
    ("x" * 200, "x"),
    ("ip " + "a " * 100, "words"),
]


def configuration(board):
    """All that a command could have changed."""
    return {line: board.cmd(line) for line in (
        "ip link", "ip addr", "ip route", "ethtool -g eth0", "sysctl -a")}


def settled(lines):
    """sysctl -a without what moves by itself."""
    return {command: [line for line in out
                      if not re.match(r"(kernel\.random|fs\.)", line)]
            for command, out in lines.items()}


@pytest.fixture(scope="module")
def talker(host, make_board):
    return make_board(host, taps=["tap0"], rc=STATIC_RC)


@pytest.mark.host
def test_malformed_lines_give_one_clear_line_and_change_nothing(talker):
    before = settled(configuration(talker))
    wrong = []
    for line, word in MALFORMED:
        try:
            out = talker.cmd(line, status=None)
        except BoardError as error:
            pytest.fail("%r: %s" % (line, error))
        if talker.status == 0:
            wrong.append("%r: exit status 0, said %r" % (line, out))
        elif len(out) != 1:
            wrong.append("%r: %d lines: %r" % (line, len(out), out))
        elif word not in out[0]:
            wrong.append("%r: no %r in %r" % (line, word, out[0]))
    after = settled(configuration(talker))
    assert not wrong, "\n".join(wrong)
    assert after == before


@pytest.mark.host
def test_a_line_that_is_too_long_is_not_run_in_part(talker):
    talker.write("echo a; echo b; echo " + "y" * 600 + "\r")
    out = talker.wait_prompt().decode().split("\n")
    assert out[1:] == ["line too long", ""]
    assert talker.cmd("echo fine") == ["fine"]


@pytest.mark.host
def test_bytes_that_are_no_text_do_no_harm(talker):
    talker.write(bytes(range(128, 256)) + b"\x00\x02\x05\x1b[99~\x1b[\x1bO")
    talker.sync()
    assert talker.cmd("echo fine") == ["fine"]


@pytest.mark.host
def test_comments_and_empty_lines_are_nothing(talker):
    assert talker.cmd("") == []
    assert talker.cmd("   # a comment") == []
    assert talker.cmd("echo a # b") == ["a"]
