# SPDX-License-Identifier: BSD-3-Clause
"""Commands and /proc files: Linux's words, Linux's formats, true figures

	host tap0 10.9.0.1 ===== eth0 10.9.0.2 board

Formats are compared with what this machine's own kernel and tools write,
where it has them; figures with the traffic that was made.
"""

import re
import socket
import subprocess
import time
import pytest

import wire as w
from conftest import BOARD0, HOST0, TAP0_MAC, wait_until
from wire import Wire

pytestmark = [pytest.mark.quick, pytest.mark.host]

MAC = r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}"


def matches(lines, *patterns):
    """Every pattern matches the line of its place, whole."""
    assert len(lines) >= len(patterns), lines
    for line, pattern in zip(lines, patterns):
        assert re.fullmatch(pattern, line), "%r is not %r" % (line, pattern)


def tokens(text):
    """A line's shape: numbers are alike, words are themselves."""
    return re.sub(r"\b[0-9]+\b", "N", re.sub(r"[ \t]+", " ", text)).strip()


def local(path):
    with open(path, encoding="ascii") as f:
        return [line.rstrip() for line in f]


# --- help and the shell ------------------------------------------------------


def test_help_names_every_command(board):
    text = "\n".join(board.cmd("help"))
    for name in ("help", "ip", "ping", "ethtool", "cat", "ss", "sysctl",
                 "dmesg", "uptime", "poweroff", "reboot", "echo",
                 "dhclient"):
        assert re.search(r"^\s*%s\b" % name, text, re.M), name


def test_exit_status(board):
    assert board.cmd("echo $?") == ["0"]
    board.cmd("nosuch", status=None)
    first = board.status
    assert first != 0
    board.cmd("ip link show eth0")
    assert board.cmd("echo $?") == ["0"]


def test_echo_quotes(board):
    assert board.cmd("echo 'a  b' \"c  d\" e\\ f") == ["a  b c  d e f"]


def type_keys(board, keys):
    """Keys as a terminal sends them; the output of the line they make."""
    board.write(keys + "\r")
    out = board.wait_prompt().decode("latin-1").split("\n")
    return [line for line in out[1:] if line]


def test_line_editing(board):
    assert type_keys(board, "echo abd\x1b[Dc") == ["abcd"]
    assert type_keys(board, "cho x\x1b[He") == ["x"]
    assert type_keys(board, "echo abc\x7f\x7fz") == ["az"]
    assert type_keys(board, "junk\x15echo clean") == ["clean"]
    assert type_keys(board, "echo one two\x17three") == ["one three"]
    assert type_keys(board, "echo ab\x1b[H\x06\x06\x06\x06\x06\x0bcd") == \
        ["cd"]
    assert type_keys(board, "echo abc\x1b[H\x1b[C\x1b[3~c\x05d") == ["abcd"]


def test_history(board):
    board.cmd("echo first")
    board.cmd("echo second")
    assert type_keys(board, "\x1b[A\x1b[A\x1b[A\x1b[A")[-1:] == ["first"]
    assert type_keys(board, "\x10!") == ["first!"]


def test_completion(board):
    assert type_keys(board, "upt\t")[0].strip() != ""
    board.write("cat /proc/net/softn\t")
    board.wait_for(rb"/proc/net/softnet_stat", 2)
    board.sync()
    # Two that begin so: the second Tab lists them.
    board.write("sysctl net.core.netdev_bu\t\t")
    board.wait_for(rb"netdev_budget_usecs", 2)
    board.write("_u\t")
    board.wait_for(rb"net\.core\.netdev_budget_usecs", 2)
    board.write("\r")
    assert b"= " in board.wait_prompt()


def test_uptime_counts_seconds(board):
    one = float(board.cmd("cat /proc/uptime")[0].split()[0])
    time.sleep(1)
    two = float(board.cmd("cat /proc/uptime")[0].split()[0])
    assert 0.9 < two - one < 2
    matches(board.cmd("uptime"), r" \d\d:\d\d:\d\d up .*load average: .*")


def test_dmesg_has_the_boot(board):
    text = "\n".join(board.cmd("dmesg", log=True))
    assert re.search(r"^\[ *\d+\.\d{6}\] Ringpath ", text, re.M)
    assert re.search(r"^\[ *\d+\.\d{6}\] .*eth0", text, re.M)


# --- ip ----------------------------------------------------------------------


def test_ip_addr_looks_like_linux(board):
    lines = board.cmd("ip addr show eth0")
    matches(lines,
            r"\d+: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 "
            r"qdisc \S+ state UP group default qlen 1000",
            r"    link/ether %s brd ff:ff:ff:ff:ff:ff" % MAC,
            r"    inet 10\.9\.0\.2/24 (brd 10\.9\.0\.255 )?scope global "
            r"eth0",
            r"       valid_lft forever preferred_lft forever")


def test_ip_link_looks_like_linux(board):
    matches(board.cmd("ip link show eth0"),
            r"\d+: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 "
            r"qdisc \S+ state UP mode DEFAULT group default qlen 1000",
            r"    link/ether %s brd ff:ff:ff:ff:ff:ff" % MAC)
    assert board.cmd("ip l sh eth0") == board.cmd("ip link show dev eth0")


def test_ip_addr_add_and_del(host, board):
    board.cmd("ip addr del 10.9.0.2/24 dev eth0")
    assert "inet " not in "\n".join(board.cmd("ip addr show eth0"))
    assert host.run("ping", "-c", "1", "-W", "1", BOARD0,
                    check=False).returncode != 0
    board.cmd("ip addr add 10.9.0.2/24 dev eth0")
    host.run("ping", "-c", "3", "-i", "0.01", "-W", "2", BOARD0)


def test_ip_link_set(host, board):
    board.cmd("ip link set eth0 mtu 1000")
    assert " mtu 1000 " in board.cmd("ip link show eth0")[0]
    out = host.run("ping", "-c", "3", "-i", "0.01", "-s", "1400", "-W", "2",
                   BOARD0).stdout
    assert "3 received" in out
    board.cmd("ip link set dev eth0 mtu 1500")
    board.cmd("ip link set eth0 promisc on")
    assert "PROMISC" in board.cmd("ip link show eth0")[0]
    board.cmd("ip link set eth0 promisc off")
    board.cmd("ip link set eth0 down")
    assert re.search(r"<BROADCAST,MULTICAST> .* state DOWN",
                     board.cmd("ip link show eth0")[0])
    board.cmd("ip link set eth0 up")
    host.run("ping", "-c", "3", "-i", "0.01", "-W", "2", BOARD0)


def test_mac_address_can_be_changed(host, board):
    before = re.search(MAC, board.cmd("ip link show eth0")[1]).group()
    board.cmd("ip link set eth0 down")
    board.cmd("ip link set eth0 address 02:00:00:00:00:42")
    board.cmd("ip link set eth0 up")
    host.ip("neigh", "flush", "dev", "tap0")
    host.run("ping", "-c", "3", "-i", "0.01", "-W", "2", BOARD0)
    seen = host.run("ip", "neigh", "show", BOARD0).stdout
    board.cmd("ip link set eth0 down")
    board.cmd("ip link set eth0 address " + before)
    board.cmd("ip link set eth0 up")
    host.ip("neigh", "flush", "dev", "tap0")
    host.run("ping", "-c", "3", "-i", "0.01", "-W", "2", BOARD0)
    assert "02:00:00:00:00:42" in seen


def test_ip_route(host, board):
    assert board.cmd("ip route") == [
        "10.9.0.0/24 dev eth0 proto kernel scope link src 10.9.0.2"]
    board.cmd("ip route add default via 10.9.0.1 dev eth0")
    assert board.cmd("ip route")[0].startswith(
        "default via 10.9.0.1 dev eth0")
    # An address behind the host answers through it.
    host.ip("addr", "add", "192.0.2.1/32", "dev", "lo")
    out = board.cmd("ping -c 2 -i 0.1 192.0.2.1")
    host.ip("addr", "del", "192.0.2.1/32", "dev", "lo")
    assert any("2 received" in line for line in out)
    board.cmd("ip route del default")
    assert len(board.cmd("ip route")) == 1
    assert board.cmd("ping -c 1 -W 1 192.0.2.1", status=None)
    assert board.status != 0


def test_ip_neigh(host, board):
    host.run("ping", "-c", "1", "-W", "2", BOARD0)
    assert any(re.fullmatch(
        r"10\.9\.0\.1 dev eth0 lladdr %s (REACHABLE|STALE|DELAY|PROBE)" %
        TAP0_MAC, line) for line in board.cmd("ip neigh"))
    board.cmd("ip neigh add 10.9.0.50 lladdr 02:00:00:00:00:50 dev eth0 "
              "nud permanent")
    assert "10.9.0.50 dev eth0 lladdr 02:00:00:00:00:50 PERMANENT" in \
        board.cmd("ip neigh show")
    assert any(re.fullmatch(r"10\.9\.0\.50 +0x1 +0x6 +02:00:00:00:00:50 +\* "
                            r"+eth0", line)
               for line in board.cmd("cat /proc/net/arp"))
    board.cmd("ip neigh del 10.9.0.50 dev eth0")
    assert "10.9.0.50" not in "\n".join(board.cmd("ip neigh"))


# --- ethtool -----------------------------------------------------------------


def test_ethtool_i(board):
    lines = board.cmd("ethtool -i eth0")
    keys = [line.split(":")[0] for line in lines]
    assert keys[:4] == ["driver", "version", "firmware-version",
                        "expansion-rom-version"]
    assert {"bus-info", "supports-statistics"} <= set(keys)
    assert re.fullmatch(r"driver: \w+", lines[0])


def test_ethtool_g(board):
    matches(board.cmd("ethtool -g eth0"),
            r"Ring parameters for eth0:", r"Pre-set maximums:",
            r"RX:\t+\d+", r"RX Mini:\t+n/a", r"RX Jumbo:\t+n/a", r"TX:\t+\d+",
            r"Current hardware settings:", r"RX:\t+\d+",
            r"RX Mini:\t+n/a", r"RX Jumbo:\t+n/a", r"TX:\t+\d+")


def test_ethtool_s(host, board):
    """The NIC's own counters follow the traffic."""
    assert board.cmd("ethtool -S eth0")[0] == "NIC statistics:"
    before = board.ethtool()
    host.run("ping", "-q", "-c", "100", "-i", "0.002", BOARD0)
    after = board.ethtool()
    assert list(before) == list(after) and before
    rise = [after[name] - before[name] for name in after]
    assert sum(100 <= step <= 104 for step in rise) >= 2


def test_every_frame_is_counted(host, board):
    """Exact, but for an ARP that may come between."""
    host.run("ping", "-c", "1", "-W", "2", BOARD0)
    wire = Wire(host, "tap0", None)
    before = board.netdev()
    for size in (0, 18, 100, 1472):
        for _ in range(50):
            wire.send(wire.udp(9, bytes(size)))
    out = host.run("ping", "-q", "-c", "100", "-i", "0.002", "-s", "100",
                   BOARD0).stdout
    after = board.netdev()
    wire.close()
    assert "100 received" in out
    rise = {name: after[name] - before[name] for name in after}
    # 4 * 50 datagrams and 100 pings; maybe an ARP each way.
    assert 300 <= rise["rx_packets"] <= 304
    assert 100 <= rise["tx_packets"] <= 104


def test_proc_net_dev_equals_ip_s_link_of_the_other_end(host, board):
    """/proc/net/dev: Linux's header, and to the byte what the tap counts."""
    lines = board.cmd("cat /proc/net/dev")
    assert lines[:2] == local("/proc/net/dev")[:2]

    def figures():
        return {name: n for name, n in board.netdev().items()
                if name.endswith(("_bytes", "_packets"))}

    def tap():
        return {name: host.link_counter("tap0", other) for name, other in
                (("rx_bytes", "tx_bytes"), ("rx_packets", "tx_packets"),
                 ("tx_bytes", "rx_bytes"), ("tx_packets", "rx_packets"))}

    board0, tap0 = figures(), tap()
    host.run("ping", "-q", "-c", "200", "-i", "0.002", "-s", "200", BOARD0)
    board1, tap1 = figures(), tap()
    assert {k: board1[k] - board0[k] for k in board0} == \
        {k: tap1[k] - tap0[k] for k in tap0}


# --- sysctl ------------------------------------------------------------------


KNOBS = {"net.core.netdev_budget": "300",
         "net.core.netdev_budget_usecs": None, "net.core.dev_weight": "64"}


def test_sysctl_a_is_sorted_and_has_linux_defaults(board):
    lines = board.cmd("sysctl -a")
    assert all(re.fullmatch(r"[a-z0-9_.]+ = .*", line) for line in lines)
    names = [line.split(" = ")[0] for line in lines]
    assert names == sorted(names)
    values = dict(line.split(" = ", 1) for line in lines)
    for name, value in KNOBS.items():
        assert name in values
        assert value is None or values[name] == value


def test_sysctl_w_sets_and_proc_sys_shows(board):
    for line in ("sysctl -w net.core.dev_weight=32",
                 "sysctl net.core.dev_weight=16"):
        value = line.split("=")[1]
        assert board.cmd(line) == ["net.core.dev_weight = " + value]
        assert board.cmd("sysctl net.core.dev_weight") == [
            "net.core.dev_weight = " + value]
        assert board.cmd("sysctl -n net.core.dev_weight") == [value]
        assert board.cmd("cat /proc/sys/net/core/dev_weight") == [value]
    board.cmd("sysctl -w net.core.dev_weight=64")


def test_small_budgets_squeeze_and_lose_nothing(host, board):
    """Row I9: work left over counts as a time squeeze."""
    def squeezed():
        return int(board.cmd("cat /proc/net/softnet_stat")[0].split()[2], 16)

    board.cmd("sysctl -w net.core.dev_weight=4 net.core.netdev_budget=4")
    before = squeezed()
    wire = Wire(host, "tap0", None)
    for _ in range(2000):
        wire.send(wire.udp(9, b""))
    wire.close()
    out = host.run("ping", "-f", "-q", "-c", "500", BOARD0).stdout
    after = squeezed()
    board.cmd("sysctl -w net.core.dev_weight=64 net.core.netdev_budget=300")
    assert "500 received" in out
    assert after > before


# --- ss ----------------------------------------------------------------------


def ss_rows(board):
    lines = board.cmd("ss -tan")
    assert re.fullmatch(r"State +Recv-Q +Send-Q +Local Address:Port +Peer "
                        r"Address:Port *(Process *)?", lines[0])
    return [line.split() for line in lines[1:]]


def test_ss_shows_listeners(board):
    rows = ss_rows(board)
    for port in (7, 9, 19, 80, 5001):
        assert any(row[0] == "LISTEN" and row[1] == "0" and
                   row[3:] == ["0.0.0.0:%d" % port, "0.0.0.0:*"]
                   for row in rows), port


def test_ss_follows_a_connection(host, board):
    sock = host.connect((BOARD0, 7))
    peer = "%s:%d" % (HOST0, sock.getsockname()[1])

    def state():
        rows = [row for row in ss_rows(board) if row[4] == peer]
        return rows[0][0] if rows else None

    assert state() == "ESTAB"
    sock.shutdown(socket.SHUT_WR)
    assert wait_until(state, lambda s: s is None or s != "ESTAB", 3) in \
        (None, "LAST-ACK", "CLOSE-WAIT")
    sock.close()
    assert wait_until(state, lambda s: s is None, 10) is None


def test_ss_shows_what_waits(host, board):
    """Send-Q is what the peer has not acknowledged."""
    wire = Wire(host, "tap0", board)
    conn = wire.connect(7)
    conn.data(b"q" * 700, window=0)
    wire.barrier()
    row = [row for row in ss_rows(board)
           if row[4] == "%s:%d" % (wire.IP, conn.sport)][0]
    conn.reset()
    wire.close()
    assert row[0] == "ESTAB"
    assert int(row[1]) + int(row[2]) == 700


# --- /proc -------------------------------------------------------------------


def test_proc_interrupts(host, board):
    lines = board.cmd("cat /proc/interrupts")
    assert re.fullmatch(r" +CPU0 *", lines[0])

    def count():
        line = [text for text in board.cmd("cat /proc/interrupts")
                if text.endswith("eth0")][0]
        return int(re.match(r" *\d+: +(\d+) +\S+", line).group(1))

    before = count()
    host.run("ping", "-q", "-c", "50", "-i", "0.002", BOARD0)
    assert 50 <= count() - before <= 300


def test_proc_softirqs(host, board):
    lines = board.cmd("cat /proc/softirqs")
    names = [line.split(":")[0].strip() for line in lines[1:]]
    assert names == [line.split(":")[0].strip()
                     for line in local("/proc/softirqs")[1:]]

    def net_rx():
        return [int(line.split(":")[1]) for line in
                board.cmd("cat /proc/softirqs") if "NET_RX" in line][0]

    before = net_rx()
    # One after the other: requests that come together share a round.
    for _ in range(10):
        host.run("ping", "-q", "-c", "1", BOARD0)
    assert net_rx() - before >= 10


def test_proc_stat_accounts_all_time(board):
    def cpu():
        line = board.cmd("cat /proc/stat")[0].split()
        assert line[0] == "cpu"
        assert len(line) >= 8
        return [int(n) for n in line[1:]]

    one, start = cpu(), time.monotonic()
    time.sleep(2)
    two, end = cpu(), time.monotonic()
    ticks = sum(two) - sum(one)
    assert 0.8 < ticks / (100 * (end - start)) < 1.2
    # Nothing to do: it sleeps (idle is the fourth).
    assert two[3] - one[3] > 0.8 * ticks


def test_proc_meminfo(board):
    lines = board.cmd("cat /proc/meminfo")
    matches(lines, r"MemTotal: +\d+ kB", r"MemFree: +\d+ kB")
    values = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    assert values["MemFree"] <= values["MemTotal"]


def test_proc_softnet_stat(host, board):
    width = len(local("/proc/net/softnet_stat")[0].split())
    row = board.cmd("cat /proc/net/softnet_stat")[0].split()
    assert all(re.fullmatch(r"[0-9a-f]{8}", word) for word in row)
    assert len(row) in (width, 15)
    host.run("ping", "-q", "-c", "50", "-i", "0.002", BOARD0)
    after = board.cmd("cat /proc/net/softnet_stat")[0].split()
    assert 50 <= int(after[0], 16) - int(row[0], 16) <= 56


def test_proc_net_sockstat(host, board):
    shape = [tokens(line) for line in local("/proc/net/sockstat")]
    assert [tokens(line) for line in
            board.cmd("cat /proc/net/sockstat")] == shape
    before = board.sockstat()["TCP"]
    socks = [host.connect((BOARD0, 7)) for _ in range(10)]
    during = board.sockstat()["TCP"]
    for sock in socks:
        sock.close()
    assert during["inuse"] - before["inuse"] == 10
    assert during["alloc"] - before["alloc"] == 10


def test_proc_net_arp_has_linux_header(board):
    assert board.cmd("cat /proc/net/arp")[0] == local("/proc/net/arp")[0]


@pytest.mark.parametrize("path", ["tcp", "udp", "route", "snmp"])
def test_proc_net_files_have_linux_headers(board, path):
    def heads(lines):
        return [" ".join(line.split()[:4]) for line in lines
                if re.match(r"\s*(sl|Iface|Ip: F|Icmp: I|Tcp: R|Udp: I)",
                            line)]

    ours = heads(board.cmd("cat /proc/net/" + path))
    assert ours and ours == heads(local("/proc/net/" + path))


def test_proc_net_tcp_is_read_by_linux_tools(board, tmp_path):
    """The figures of `ss -tan` and of /proc/net/tcp are the same sockets."""
    rows = [line.split() for line in board.cmd("cat /proc/net/tcp")[1:]]
    ports = sorted(int(row[1].split(":")[1], 16) for row in rows
                   if row[3] == "0A")
    assert ports == sorted(int(row[3].rsplit(":")[-1])
                           for row in ss_rows(board) if row[0] == "LISTEN")


def test_snmp_counts_pings_and_datagrams(host, board):
    def snmp():
        lines = board.cmd("cat /proc/net/snmp")
        found = {}
        for names, values in zip(lines[::2], lines[1::2]):
            kind = names.split(":")[0]
            found.update({kind + name: int(value) for name, value in
                          zip(names.split()[1:], values.split()[1:])})
        return found

    before = snmp()
    host.run("ping", "-q", "-c", "30", "-i", "0.002", BOARD0)
    sock = host.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for _ in range(20):
        sock.sendto(b"x", (BOARD0, 9))
    sock.close()
    after = snmp()
    assert after["IcmpInEchos"] - before["IcmpInEchos"] == 30
    assert after["IcmpOutEchoReps"] - before["IcmpOutEchoReps"] == 30
    assert after["UdpInDatagrams"] - before["UdpInDatagrams"] == 20


def test_ls_lists_proc(board):
    top = board.cmd("ls /proc")
    assert "net/" in top and "interrupts" in top
    assert "dev" in board.cmd("ls /proc/net")


def test_drop_reasons_add_up(host, board):
    """Every frame ends somewhere: what was sent wrongly is in one counter."""
    wire = Wire(host, "tap0", board)
    before = board.drops()
    for _ in range(25):
        wire.send(wire.ip(w.ICMP, w.echo_request(), csum=1))
        wire.send(wire.udp(7, b"x", csum=1))
    wire.barrier()
    after = board.drops()
    wire.close()
    rise = {name: after[name] - before[name] for name in after
            if after[name] != before[name]}
    assert rise == {"IP_CSUM": 25, "UDP_CSUM": 25}


def test_tcpdump_sees_what_the_board_says(host, board, tmp_path):
    """Frames on the wire are well-formed for a strict reader."""
    capture = tmp_path / "pcap"
    dump = host.popen("tcpdump", "-i", "tap0", "-n", "-U", "-Z", "root",
                      "--immediate-mode", "-w",
                      str(capture), stderr=subprocess.PIPE, text=True)
    dump.stderr.readline()
    host.run("ping", "-c", "5", "-i", "0.01", BOARD0)
    host.run("curl", "-sS", "-m", "5", "-o", "/dev/null",
             "http://%s/" % BOARD0)
    time.sleep(0.3)
    dump.terminate()
    dump.wait()
    dump.stderr.close()
    text = host.run("tcpdump", "-n", "-vv", "-r", str(capture), "src", "host",
                    BOARD0).stdout
    assert "ICMP echo reply" in text and "HTTP/1." in text
    assert "incorrect" not in text and "bad cksum" not in text
    assert "truncated" not in text
