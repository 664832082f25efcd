# SPDX-License-Identifier: BSD-3-Clause
"""tc_oracle - what iproute2's own tc prints of a filter

The kernel of the machine that tests may lack a classifier or an action, but
`tc monitor file` prints any filter that a file of netlink messages describes.
So a rule is packed here as the kernel would report it, and the real tc says
how it looks.

	flower = Filter("flower", protocol=0x0800, prio=10, handle=1,
			options=nest(TCA_OPTIONS, ...))
	lines = show([flower])
"""

import os
import socket
import struct
import subprocess
import tempfile

RTM_NEWTFILTER = 44
NLM_F_MULTI = 2
ETH_P_ALL = 3
INGRESS = 0xfffffff2
NOT_IN_HW = 8
# enum of each attribute, <linux/rtnetlink.h> and <linux/pkt_cls.h>
TCA_KIND, TCA_OPTIONS, TCA_CHAIN = 1, 2, 11
ACT_KIND, ACT_OPTIONS, ACT_STATS, ACT_INDEX = 1, 2, 4, 3
STATS_BASIC, STATS_QUEUE = 1, 3
CONTROLS = {"continue": -1, "pass": 0, "ok": 0, "reclassify": 1, "drop": 2,
            "shot": 2, "pipe": 3, "stolen": 4}


def attr(kind, data):
    head = struct.pack("=HH", 4 + len(data), kind)
    return (head + data).ljust((4 + len(data) + 3) & ~3, b"\0")


def nest(kind, *parts):
    return attr(kind, b"".join(parts))


def u8(kind, value):
    return attr(kind, struct.pack("=B", value))


def u16(kind, value):
    return attr(kind, struct.pack("=H", value))


def be16(kind, value):
    return attr(kind, struct.pack("!H", value))


def u32(kind, value):
    return attr(kind, struct.pack("=I", value & 0xffffffff))


def masked(kind, mask_kind, value, mask):
    """An attribute and its mask, both bytes."""
    return attr(kind, value) + attr(mask_kind, mask)


# --- actions: (kind, options) ------------------------------------------------


def generic(index, control):
    """struct tc_action's common head, tc_gen."""
    return struct.pack("=IIiii", index, 0, CONTROLS[control], 1, 1)


def gact(control, index=1):
    return "gact", attr(2, generic(index, control))


def skbedit(index=1, control="pipe", mark=None, mask=None, priority=None):
    options = attr(2, generic(index, control))
    if priority is not None:
        options += u32(3, priority)
    if mark is not None:
        options += u32(5, mark)
    if mask is not None:
        options += u32(8, mask)
    return "skbedit", options


def mirred(eaction, ifindex, control, index=1):
    """eaction: 1 egress redirect, 2 egress mirror, 3 ingress redirect, 4
    ingress mirror."""
    return "mirred", attr(2, generic(index, control) +
                          struct.pack("=iI", eaction, ifindex))


def police(rate, burst, mtu, exceed, conform=None, index=1):
    """rate in bytes a second, burst in ticks of 64 ns."""
    spec = struct.pack("=BBHhHI", 3, 1, 0, 0, 0, rate)
    none = struct.pack("=BBHhHI", 0, 0, 0, 0, 0, 0)
    parms = struct.pack("=IiIII", index, CONTROLS[exceed], 0, burst, mtu) + \
        spec + none + struct.pack("=iiI", 1, 1, 0)
    options = attr(1, parms)
    if conform:
        options += u32(5, CONTROLS[conform])
    return "police", options


def actions(kind, *acts):
    """The list of actions of a filter, as its attribute number kind."""
    parts = []
    for order, (name, options) in enumerate(acts, 1):
        stats = nest(ACT_STATS,
                     attr(STATS_BASIC, struct.pack("=QII", 0, 0, 0)),
                     attr(STATS_QUEUE, struct.pack("=5I", 0, 0, 0, 0, 0)))
        parts.append(nest(order, attr(ACT_KIND, name.encode() + b"\0"),
                          stats, attr(ACT_OPTIONS, options)))
    return nest(kind, *parts)


# --- filters ------------------------------------------------------------------


def ip(text):
    return socket.inet_aton(text)


def message(kind, protocol, prio, handle, options, ifindex=1):
    """One RTM_NEWTFILTER of a dump."""
    body = struct.pack("=BxxxiIII", 0, ifindex, handle, INGRESS,
                       prio << 16 | socket.htons(protocol))
    body += attr(TCA_KIND, kind.encode() + b"\0") + u32(TCA_CHAIN, 0)
    if options is not None:
        body += attr(TCA_OPTIONS, options)
    return struct.pack("=IHHII", 16 + len(body), RTM_NEWTFILTER, NLM_F_MULTI,
                       1, 0) + body


def show(messages, *flags):
    """What tc prints of them, as `tc filter show dev X ingress` would: the
    device and the parent are what the command line said."""
    with tempfile.NamedTemporaryFile(delete=False) as f:
        # rtmon's format: the sender's process and time precede messages.
        f.write(b"".join(messages))
    try:
        out = subprocess.run(["tc", *flags, "monitor", "file", f.name],
                             capture_output=True, text=True, check=True)
    finally:
        os.unlink(f.name)
    text = out.stdout.replace("filter dev lo ingress ", "filter ")
    return [line.rstrip() for line in text.rstrip().split("\n")]
