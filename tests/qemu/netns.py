# SPDX-License-Identifier: BSD-3-Clause
"""netns - network namespaces of the tests' own

Every name contains the pid of the pytest that made it, so that leftovers of
runs that were killed are recognised and removed by the next run.

	ns = Namespace("host")
	ns.tap("tap0", "10.9.0.1/24")
	ns.run("ping", "-c1", "10.9.0.2")
	sock = ns.socket(socket.AF_INET, socket.SOCK_STREAM)
"""

import contextlib
import ctypes
import os
import re
import socket
import struct
import subprocess

RUN = "/run/netns"
CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)

SIOCETHTOOL = 0x8946
# tx checksum, TSO, GSO: off, so that AF_PACKET sees finished frames.
ETHTOOL_SETTERS = (0x17, 0x1f, 0x24)


def why_not():
    """None where namespaces and taps can be made, else the reason."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if not os.path.exists("/dev/net/tun"):
        return "there is no /dev/net/tun"
    probe = subprocess.run(["unshare", "-n", "ip", "tuntap", "add", "x",
                            "mode", "tap"], capture_output=True,
                           text=True, check=False)
    if probe.returncode:
        return "no network namespace: " + probe.stderr.strip()
    return None


def remove_leftovers():
    """Remove namespaces whose pytest is gone."""
    if not os.path.isdir(RUN):
        return
    for name in os.listdir(RUN):
        match = re.fullmatch(r"rp(\d+)-\w+", name)
        if match and not os.path.exists("/proc/" + match.group(1)):
            subprocess.run(["ip", "netns", "del", name],
                           check=False)


class Namespace:
    """One network namespace; close() removes it with all that is in it."""

    def __init__(self, word):
        self.name = "rp%d-%s" % (os.getpid(), word)
        subprocess.run(["ip", "netns", "add", self.name], check=True)
        self.ip("link", "set", "lo", "up")
        # No neighbour discovery between the frames that are counted.
        for which in ("all", "default"):
            self.sysctl("net.ipv6.conf.%s.disable_ipv6" % which, 1)

    def close(self):
        subprocess.run(["ip", "netns", "del", self.name], check=False)

    def ip(self, *words):
        subprocess.run(["ip", "-n", self.name] + list(words),
                       check=True)

    def command(self, *words):
        """The words that run a command in here; by exec, same pid."""
        return ["ip", "netns", "exec", self.name] + list(words)

    def run(self, *words, timeout=60, check=True, **more):
        """Run to the end; stdout and stderr come back as text."""
        run = subprocess.run(self.command(*words), text=True,
                             capture_output=True, timeout=timeout,
                             check=False, **more)
        assert not check or run.returncode == 0, \
                "%s: exit %d\n%s%s" % (" ".join(words), run.returncode,
                                       run.stdout, run.stderr)
        return run

    def popen(self, *words, **more):
        return subprocess.Popen(self.command(*words), **more)

    @contextlib.contextmanager
    def entered(self):
        """This thread is in the namespace; what it opens stays there."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(os.path.join(RUN, self.name), os.O_RDONLY)
        try:
            assert LIBC.setns(there, CLONE_NEWNET) == 0
            yield
        finally:
            assert LIBC.setns(home, CLONE_NEWNET) == 0
            os.close(there)
            os.close(home)

    def socket(self, *args):
        with self.entered():
            return socket.socket(*args)

    def connect(self, address, timeout=10):
        """A connected TCP socket."""
        sock = self.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.settimeout(timeout)
        try:
            sock.connect(address)
        except OSError:
            sock.close()
            raise
        return sock

    def sysctl(self, name, value):
        with self.entered():
            path = "/proc/sys/" + name.replace(".", "/")
            with open(path, "w", encoding="ascii") as f:
                f.write(str(value))

    def tap(self, name, address=None, mac=None):
        self.ip("tuntap", "add", name, "mode", "tap")
        if mac:
            self.ip("link", "set", name, "address", mac)
        if address:
            self.ip("addr", "add", address, "dev", name)
        self.ip("link", "set", name, "up")

    def veth(self, name, other, other_name, address):
        """A cable: name in here, other_name with address in other."""
        self.ip("link", "add", name, "type", "veth", "peer", "name",
                other_name, "netns", other.name)
        other.ip("addr", "add", address, "dev", other_name)
        other.ip("link", "set", other_name, "up")
        self.ip("link", "set", name, "up")
        other.plain_frames(other_name)

    def plain_frames(self, name):
        """No offloads: the frames on a cable are what a wire has."""
        sock = self.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for setter in ETHTOOL_SETTERS:
            value = ctypes.create_string_buffer(
                    struct.pack("II", setter, 0))
            request = struct.pack("16sP", name.encode(),
                                  ctypes.addressof(value))
            request = ctypes.create_string_buffer(
                    request.ljust(40, b"\0"))
            LIBC.ioctl(sock.fileno(), SIOCETHTOOL, request)
        sock.close()

    def link_counter(self, name, counter):
        """ip -s link's figure, e.g. "tx_dropped"."""
        with self.entered(), \
             open("/proc/thread-self/net/dev", encoding="ascii") as f:
            for line in f:
                dev, _, figures = line.partition(":")
                if dev.strip() == name:
                    names = ("rx_bytes rx_packets rx_errs "
                             "rx_drop rx_fifo rx_frame "
                             "rx_compressed rx_multicast "
                             "tx_bytes tx_packets tx_errs "
                             "tx_drop").split()
                    return int(dict(zip(names,
                            figures.split()))[counter])
        raise KeyError(name)
