# SPDX-License-Identifier: BSD-3-Clause
"""board - a board that runs, its console and QEMU's monitor

	board = Board(ns, taps=["tap0"], rc="ip link set eth0 up\\n")
	board.boot()
	board.cmd("ip addr")		its output, a list of lines
	board.status			its exit status, $?
	board.monitor("info network")
	board.close()
"""

import json
import os
import pty
import re
import select
import socket
import subprocess
import tempfile
import threading
import time
import tty

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
NETDEV_NAMES = (
    "rx_bytes rx_packets rx_errs rx_drop rx_fifo rx_frame rx_compressed "
    "rx_multicast tx_bytes tx_packets tx_errs tx_drop tx_fifo tx_colls "
    "tx_carrier tx_compressed").split()
BOOT_SECONDS = 30
# What a terminal obeys and does not show.
ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\r")
# Kernel log lines that may come between a command's own.
LOG_LINE = re.compile(r"\[ *\d+\.\d+\] ")
PANIC = re.compile(rb"panic|ASSERT|data abort|Sanitizer|runtime error",
                   re.IGNORECASE)


class BoardError(AssertionError):
    """The board did not do what it must; carries the end of the console."""


class Board:
    """One firmware, in QEMU or as a process, on its own pty."""

    # Set by conftest.py from pytest's options.
    kind, qemu, image = "zynq-a9", "qemu-system-arm", None

    def __init__(self, ns=None, taps=(), rc=None, args="", net=None):
        self.ns = ns
        self.taps = list(taps)
        self.rc = rc
        self.args = args
        self.net = net or ("tap" if taps else "user")
        self.process = None
        self.status = None
        self.syncs = 0
        self.log = bytearray()
        self.seen = 0
        self.more = threading.Condition()
        self.eof = False
        self.folder = tempfile.TemporaryDirectory(prefix="rp-board-")
        self.qmp = None
        self.master = None
        self.started = None
        self.prompt_seconds = None

    # --- start and end ---------------------------------------------------

    @property
    def elf(self):
        return self.image or os.path.join(ROOT, "build", self.kind,
                                          "ringpath.elf")

    def start(self):
        """Start it and return at once."""
        env = dict(os.environ, BOARD=self.kind, QEMU=self.qemu,
                   NET=self.net, TAP0="", TAP1="", RC="")
        for number, tap in enumerate(self.taps):
            env["TAP%d" % number] = tap
        if self.rc is not None:
            env["RC"] = os.path.join(self.folder.name, "rc")
            with open(env["RC"], "w", encoding="latin-1") as f:
                f.write(self.rc)
        env["QEMU_ARGS"] = "-qmp unix:%s,server=on,wait=off %s" % (
                self.qmp_path, self.args)
        words = [os.path.join(ROOT, "tools/run"), self.elf]
        if self.ns:
            words = self.ns.command(*words)
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.started = time.monotonic()
        self.process = subprocess.Popen(
                words, stdin=slave, stdout=slave, stderr=slave,
                env=env, cwd=ROOT, start_new_session=True)
        os.close(slave)
        threading.Thread(target=self.read_console,
                         daemon=True).start()
        return self

    def boot(self, timeout=BOOT_SECONDS):
        """Start it and wait for the prompt."""
        self.start()
        self.wait_prompt(timeout)
        self.prompt_seconds = time.monotonic() - self.started
        return self

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()
        if self.qmp:
            self.qmp.close()
            self.qmp = None
        with self.more:
            self.more.wait_for(lambda: self.eof, timeout=2)
        if self.master is not None:
            os.close(self.master)
            self.master = None
        self.folder.cleanup()

    def wait_exit(self, timeout=10):
        """Wait for its own end; returns the exit code."""
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise BoardError("still runs" + self.tail()) from None

    @property
    def running(self):
        return self.process.poll() is None

    # --- console ---------------------------------------------------------

    def read_console(self):
        """Thread: a board whose console nobody reads would stall."""
        master = self.master
        while True:
            try:
                ready, _, _ = select.select([master], [], [],
                                            0.5)
                if not ready and self.running:
                    continue
                data = os.read(master, 65536) if ready else b""
            except OSError:
                data = b""
            with self.more:
                self.log += data
                self.eof = self.eof or not data
                self.more.notify_all()
            if not data:
                return

    def tail(self, lines=40):
        text = ESCAPES.sub(b"", bytes(self.log)).decode("latin-1")
        return "\n--- console, the end ---\n" + \
                "\n".join(text.split("\n")[-lines:])

    def text(self):
        """All of the console since start."""
        with self.more:
            return ESCAPES.sub(b"", bytes(self.log)).decode(
                    "latin-1")

    def wait_for(self, pattern, timeout=10):
        """Wait until pattern (bytes regex) is there; returns what was
        before it and the match, and goes on behind it."""
        pattern = re.compile(pattern, re.MULTILINE)
        end = time.monotonic() + timeout
        with self.more:
            while True:
                plain = ESCAPES.sub(b"",
                                    bytes(self.log[self.seen:]))
                match = pattern.search(plain)
                if match:
                    break
                left = end - time.monotonic()
                if self.eof:
                    raise BoardError("ended without %r%s" % (
                            pattern.pattern, self.tail()))
                if left <= 0:
                    raise BoardError("no %r in %g s%s" % (
                            pattern.pattern, timeout,
                            self.tail()))
                self.more.wait(left)
            self.seen = len(self.log) - self.raw_length(
                    plain[match.end():])
        return plain[:match.start()], match

    def raw_length(self, rest):
        """How many raw bytes at the log's end hold the plain rest."""
        length = len(rest)
        while len(ESCAPES.sub(b"", bytes(self.log[len(self.log) -
                                        length:]))) < len(rest):
            length += 1
        return length

    def wait_prompt(self, timeout=10):
        """Wait for a prompt after which the console is silent."""
        before, _ = self.wait_for(rb"^# \Z", timeout)
        return before

    def sync(self):
        """Give up what is being typed or runs; wait for an idle prompt."""
        self.syncs += 1
        self.write("\x03\x15echo sync $? %d\r" % self.syncs)
        self.wait_for(rb"^sync \d+ %d\n# \Z" % self.syncs)

    def write(self, data):
        if isinstance(data, str):
            data = data.encode("latin-1")
        while data:
            data = data[os.write(self.master, data):]

    def cmd(self, line, timeout=20, status=0, log=False):
        """Run a line; returns its output, kernel log lines only if @log.
        @status is what $? must be, None: anything."""
        self.write(line + "\r")
        out = self.wait_prompt(timeout).decode("latin-1").split("\n")
        if out and out[0].endswith(line):
            out = out[1:]
        out = [text.rstrip() for text in out
               if log or not LOG_LINE.match(text)]
        while out and not out[-1]:
            out.pop()
        self.write("echo $?\r")
        before, match = self.wait_for(rb"^(\d+)\n(?:.*\n)*# \Z")
        del before
        self.status = int(match.group(1))
        if status is not None and self.status != status:
            raise BoardError("%r: exit status %d, expected %d\n%s" % (
                    line, self.status, status, "\n".join(out)))
        return out

    def cat(self, path):
        return "\n".join(self.cmd("cat " + path))

    def table(self, path):
        """A file of "name value" lines as a dict."""
        return {line.split()[0].rstrip(":"): int(line.split()[1])
                for line in self.cmd("cat " + path)
                if re.match(r"\S+\s+\d+$", line)}

    def drops(self):
        return self.table("/proc/net/drop_reasons")

    def pool(self):
        return self.table("/proc/net/skb_pool")

    def ethtool(self, dev="eth0"):
        """ethtool -S as a dict."""
        return {name.strip(): int(value) for name, value in
                (line.split(":") for line in
                 self.cmd("ethtool -S " + dev)
                 if re.match(r"\s+\S+: \d+$", line))}

    def netdev(self, dev="eth0"):
        """Its line of /proc/net/dev: {"rx_packets": 5, ...}."""
        line = [text for text in self.cmd("cat /proc/net/dev")
                if text.split(":")[0].strip() == dev][0]
        return dict(zip(NETDEV_NAMES,
                        map(int, line.split(":")[1].split())))

    def sockstat(self):
        """{"TCP": {"inuse": 4, ...}, ...}"""
        sums = {}
        for line in self.cmd("cat /proc/net/sockstat"):
            name, _, rest = line.partition(":")
            words = rest.split()
            sums[name] = dict(zip(words[::2],
                                  map(int, words[1::2])))
        return sums

    # --- QEMU's monitor ---------------------------------------------------

    @property
    def qmp_path(self):
        return os.path.join(self.folder.name, "qmp")

    def monitor(self, line):
        """A line for QEMU's human monitor; returns what it says."""
        if not self.qmp:
            sock = socket.socket(socket.AF_UNIX,
                                 socket.SOCK_STREAM)
            sock.settimeout(10)
            sock.connect(self.qmp_path)
            self.qmp = sock.makefile("rw")
            sock.close()
            self.qmp.readline()
            self.qmp_call("qmp_capabilities", {})
        return self.qmp_call("human-monitor-command",
                             {"command-line": line})

    def qmp_call(self, name, arguments):
        self.qmp.write(json.dumps({"execute": name,
                                   "arguments": arguments}) + "\n")
        self.qmp.flush()
        while True:
            answer = json.loads(self.qmp.readline())
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise BoardError(str(answer["error"]))

    def set_link(self, number, state):
        """Cable of NIC number in or out: state "on" or "off"."""
        nets = re.findall(r"^\s*\\?\s*(\S+): index=0,type=nic",
                          self.monitor("info network"), re.MULTILINE)
        self.monitor("set_link %s %s" % (nets[number], state))
