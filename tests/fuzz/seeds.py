# SPDX-License-Identifier: BSD-3-Clause
"""seeds - first inputs for the fuzz targets

	seeds.py FOLDER

Writes FOLDER/frame/* and FOLDER/console/*. The records of the frame target
are described in fuzz_frame.c; keep the two together.
"""

import os
import struct
import sys

(RAW, FIXED_SUMS, TCP, CONNECT, UDP, IP, ARP, DHCP, DNS, TIME, HOLD, LINK,
 MANY, NO_MEMORY, TRAIN) = range(15)
ECHO, DISCARD, CHARGEN, HTTP, IPERF, IPERF3, CLOSED, OPENED = range(8)
FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32

OWN_MAC = bytes.fromhex("525400123456")
PEER_MAC = bytes.fromhex("020000000002")
OWN, PEER = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])


def data(payload):
	return struct.pack("!H", len(payload)) + payload


def bulk(length):
	return struct.pack("!H", 0x8000 | length)


def slot(service, connection=0):
	return service << 4 | connection


# --- records ------------------------------------------------------------------

def raw(frame, dev=0):
	return bytes([RAW, dev]) + data(frame)


def fixed(frame, dev=0):
	return bytes([FIXED_SUMS, dev]) + data(frame)


def tcp(where, flags, payload=b"", seq=0, ack=0, how=0, window=8192,
	opts=b"", length=None):
	opts += b"\1" * (-len(opts) % 4)
	return (struct.pack("!BBBHhhHB", TCP, where, flags, how, seq, ack,
			    window, len(opts) // 4) + opts +
		(bulk(length) if length else data(payload)))


def train(where, segs, length, seq=0, odd=63, flags=0, odd_seq=0, odd_len=0):
	return struct.pack("!BBhBHBBBB", TRAIN, where, seq, segs - 1, length,
			   odd, flags, odd_seq, odd_len)


def connect(where, window=0xffff):
	return struct.pack("!BBH", CONNECT, where, window)


def udp(port, payload, source=50000):
	return struct.pack("!BHH", UDP, source, port) + data(payload)


def ip(protocol, payload, fragment=0, ident=1):
	return struct.pack("!BBHH", IP, protocol, fragment, ident) + \
		data(payload)


def arp(op, sender, target, extra=b""):
	return bytes([ARP, op, sender, target]) + data(extra)


def dhcp(kind, options):
	return bytes([DHCP, kind]) + data(options)


def dns(answers, payload, flags=0x8180):
	return struct.pack("!BHH", DNS, flags, answers) + data(payload)


def time(exponent):
	return bytes([TIME, exponent])


def hold(on):
	return bytes([HOLD, on])


def link(dev, what):
	return bytes([LINK, dev, what])


def many(service, count):
	return bytes([MANY, service, count])


def no_memory(nth):
	return bytes([NO_MEMORY, nth - 1])


# --- plain frames -------------------------------------------------------------

def eth(kind, payload, to=OWN_MAC):
	return to + PEER_MAC + struct.pack("!H", kind) + payload


def ipv4(protocol, payload, options=b"", to=OWN, source=PEER, ttl=64):
	return struct.pack("!BBHHHBBH", 0x40 | 5 + len(options) // 4, 0,
			   20 + len(options) + len(payload), 1, 0, ttl,
			   protocol, 0) + source + to + options + payload


def frame_seeds():
	ping = bytes([8, 0, 0, 0, 0, 1, 0, 1]) + bytes(range(56))
	get = b"GET / HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n"
	yield "arp", arp(1, 2, 1) + arp(2, 2, 1) + arp(0x81, 3, 1)
	yield "arp-short", raw(eth(0x0806, b"\0\1\x08\0\6\4\0\1"))
	yield "arp-gratuitous", arp(0x81, 2, 2, bytes(18))
	yield "echo-request", ip(1, ping) + ip(1, ping[:8])
	yield "echo-big", ip(1, ping * 20)
	yield "icmp-unreachable", ip(
		1, bytes([3, 4, 0, 0, 0, 0, 2, 64]) + ipv4(6, bytes(8),
							  to=PEER, source=OWN))
	yield "udp-echo", udp(7, b"hello") + udp(7, b"") + udp(7, b"x" * 1400)
	yield "udp-closed", udp(9999, b"nobody")
	yield "udp-iperf", b"".join(udp(5001, struct.pack("!iII", n, 0, 0) +
					bytes(100)) for n in (0, 1, 2, -3))
	yield "udp-broadcast", fixed(eth(0x0800, ipv4(
		17, struct.pack("!HHHH", 50000, 7, 12, 0) + b"echo",
		to=bytes([10, 0, 0, 255])), b"\xff" * 6))
	yield "ip-options", fixed(eth(0x0800, ipv4(
		1, ping, bytes([7, 7, 4, 0, 0, 0, 0, 1]))))
	yield "ip-source-route", fixed(eth(0x0800, ipv4(
		1, ping, bytes([131, 7, 4, 10, 0, 0, 9, 0]))))
	yield "ip-elsewhere", fixed(eth(0x0800, ipv4(
		17, bytes(8), to=bytes([10, 0, 9, 9]))))
	yield "ip-protocol", ip(47, b"gre") + ip(41, bytes(40))
	yield "fragments", (ip(1, (ping * 10)[:480], 0x2000, 7) +
			    ip(1, (ping * 10)[480:], 60, 7))
	yield "fragments-reversed", (ip(17, bytes(100), 60, 8) + ip(
		17, struct.pack("!HHHH", 5, 7, 580, 0) + bytes(472), 0x2000,
		8))
	yield "fragments-overlap", (ip(1, ping, 0x2000, 9) +
				    ip(1, ping, 0x2004, 9) + ip(1, ping, 9, 9))
	yield "fragments-lost", (ip(1, ping, 0x2000, 10) + time(14) + time(14) +
				 time(14))
	yield "igmp-query", fixed(eth(0x0800, ipv4(
		2, bytes([0x11, 100, 0, 0, 0, 0, 0, 0]),
		to=bytes([224, 0, 0, 1]), ttl=1), bytes([1, 0, 94, 0, 0, 1])))
	group = bytes([239, 1, 2, 3])
	yield "igmp-group", fixed(eth(0x0800, ipv4(
		2, bytes([0x11, 20, 0, 0]) + group, to=group, ttl=1),
		bytes([1, 0, 94, 1, 2, 3]))) + fixed(eth(0x0800, ipv4(
			2, bytes([0x16, 0, 0, 0]) + group, to=group, ttl=1),
			bytes([1, 0, 94, 1, 2, 3]))) + time(12)
	tiny = struct.pack("!HHHH", 50000, 7, 1480, 0) + bytes(1472)
	yield "fragments-tiny", b"".join(
		ip(17, tiny[n * 16:n * 16 + 16],
		   n * 2 | (0x2000 if n < 92 else 0), 11) for n in range(93))
	for service in (ECHO, HTTP, IPERF):
		yield "tcp-many-%d" % service, many(service, 200) + time(12)
	yield "tcp-too-many", (many(ECHO, 100) + many(DISCARD, 100) +
			       many(CHARGEN, 100) + many(HTTP, 100))
	echo = slot(ECHO)
	yield "tcp-syn", tcp(echo, SYN, opts=b"\2\4\5\xb4\3\3\7\1\1\1\4\2")
	yield "tcp-echo", (connect(echo) + tcp(echo, ACK | PSH, b"hello") +
			   tcp(echo, ACK) + tcp(echo, ACK | FIN) +
			   tcp(echo, ACK) + time(10))
	yield "tcp-bulk", connect(echo) + b"".join(
		tcp(echo, ACK, length=1460) for _ in range(12))
	yield "tcp-hole", (connect(echo) +
			   tcp(echo, ACK, length=100, seq=100) +
			   tcp(echo, ACK, length=100, seq=300) +
			   tcp(echo, ACK, length=100) +
			   tcp(echo, ACK, length=200, seq=50))
	yield "tcp-reset", (connect(echo) + tcp(echo, RST) +
			    tcp(echo, RST, seq=9))
	yield "tcp-challenge", (connect(echo) + tcp(echo, SYN) +
				tcp(echo, RST, seq=5) +
				tcp(echo, ACK, ack=1000) +
				tcp(echo, ACK, b"x", how=0x20))
	yield "tcp-no-ack", connect(echo) + tcp(echo, PSH, b"data")
	yield "tcp-mss", connect(echo) + tcp(echo, ACK | PSH, b"mss",
					     opts=b"\2\4\0\x10")
	yield "tcp-urgent", connect(echo) + tcp(echo, ACK | URG, b"urgent")
	yield "tcp-closed-port", tcp(slot(CLOSED), SYN) + tcp(slot(CLOSED), ACK)
	yield "tcp-window", (connect(slot(CHARGEN), 0) + time(10) +
			     tcp(slot(CHARGEN), ACK, window=2000) + time(12) +
			     tcp(slot(CHARGEN), ACK) + time(5))
	yield "tcp-retransmit", (connect(slot(CHARGEN)) + time(12) + time(12) +
				 tcp(slot(CHARGEN), ACK, how=4) * 4)
	yield "tcp-discard", connect(slot(DISCARD)) + b"".join(
		tcp(slot(DISCARD), ACK, length=1400) for _ in range(4)) + \
		tcp(slot(DISCARD), ACK | FIN)
	yield "tcp-half-open", b"".join(tcp(slot(ECHO, n), SYN)
					for n in range(8)) + time(14)
	yield "tcp-held", (hold(1) + connect(echo) +
			   tcp(echo, ACK, b"held") * 4 + time(10) + hold(0))
	yield "tcp-no-memory", b"".join(
		no_memory(n) + connect(slot(ECHO, n)) +
		no_memory(n) + tcp(slot(ECHO, n), ACK, b"data")
		for n in range(1, 7))
	yield "tcp-link", (connect(echo) + link(0, 0) + tcp(echo, ACK, b"x") +
			   link(0, 1) + tcp(echo, ACK, b"x") + link(0, 2) +
			   link(0, 3))
	# A client that does not read: first TCP's buffer fills, then the
	# service's queue, then data is refused.
	yield "tcp-blocked", (connect(echo, 0) + b"".join(
		tcp(echo, ACK, length=1460, window=0) for _ in range(60)) +
		tcp(echo, ACK, window=30000) + tcp(echo, ACK | FIN))
	yield "tcp-refused", (connect(echo, 0) + b"".join(
		tcp(echo, ACK, length=1460, window=0) for _ in range(50)) +
		b"".join(tcp(echo, ACK | PSH, b"x", window=0)
			 for _ in range(120)) +
		time(12) + tcp(echo, ACK, window=30000) + time(12))
	yield "tcp-zero-window", (connect(slot(CHARGEN), 0) + time(14) +
				  tcp(slot(CHARGEN), ACK, window=0) + time(15))
	http = slot(HTTP)
	last = b"GET / HTTP/1.0\r\n\r\n"
	yield "tcp-time-wait", (connect(http) + tcp(http, ACK | PSH, last) +
				tcp(http, ACK) * 3 + tcp(http, ACK | FIN) +
				tcp(http, ACK | FIN, seq=-1) +
				tcp(http, SYN, seq=100) + tcp(http, RST) +
				time(13) * 2)
	yield "tcp-both-close", (connect(http) + tcp(http, ACK | PSH, last) +
				 tcp(http, ACK | FIN, how=4) + tcp(http, ACK) +
				 time(13))
	yield "http", (connect(http) + tcp(http, ACK | PSH, get) +
		       tcp(http, ACK) * 3 + tcp(http, ACK | FIN))
	for name, request in (
		("proc", b"GET /proc/net/dev HTTP/1.1\r\nHost: b\r\n\r\n"),
		("folder", b"GET /proc/sys/net/ HTTP/1.0\r\n\r\n"),
		("head", b"HEAD / HTTP/1.1\r\nHost: 10.0.0.1:80\r\n\r\n"),
		("absolute", b"GET http://b/%70roc/uptime?q HTTP/1.1\r\n"
		 b"Host: b\r\nRange: bytes=0-9\r\n\r\n"),
		("missing", b"GET /no-such HTTP/1.0\r\n\r\n"),
		("post", b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd"),
		("alive", b"GET / HTTP/1.1\r\nConnection: keep-alive\r\n\r\n"),
		("old", b"GET /\r\n"),
		("bad", b"\0\xff\r\n\r\n")):
		yield "http-" + name, (connect(http) +
				       tcp(http, ACK | PSH, request) +
				       tcp(http, ACK) * 2)
	yield "http-pieces", connect(http) + b"".join(
		tcp(http, ACK | PSH, get[n:n + 5])
		for n in range(0, len(get), 5))
	iperf = slot(IPERF)
	header = struct.pack("!IIIIIi", 0, 1, 5001, 0, 0, -100) + bytes(40)
	yield "iperf", (connect(iperf) + tcp(iperf, ACK, header) +
			tcp(iperf, ACK, length=1460) + tcp(iperf, ACK | FIN))
	yield "iperf-both-ways", (connect(iperf) + tcp(
		iperf, ACK, struct.pack("!I", 0x80000001) + header[4:]) +
		time(5) + tcp(iperf, FIN | ACK) + tcp(iperf, ACK) +
		tcp(slot(OPENED), SYN | ACK, how=12) +
		tcp(slot(OPENED), SYN | ACK) +
		tcp(slot(OPENED), ACK) * 4 + time(12))
	yield "iperf-refused", (connect(iperf) + tcp(
		iperf, ACK, struct.pack("!I", 0x80000001) + header[4:]) +
		time(5) + tcp(slot(OPENED), RST | ACK) + time(12))
	options = (bytes([54, 4, 10, 0, 1, 2, 51, 4, 0, 0, 1, 0, 1, 4, 255, 255,
			  255, 0, 3, 4, 10, 0, 1, 2, 6, 4, 10, 0, 0, 2, 255]))
	yield "dhcp", (dhcp(2, options) + dhcp(5, options) + time(12) +
		       dhcp(6, options))
	yield "dhcp-nak", dhcp(2, options) + dhcp(6, options) + time(13)
	yield "dhcp-overload", dhcp(2, bytes([52, 1, 3]) + options)
	address = (b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) +
		   bytes([10, 0, 0, 7]))
	alias = (b"\xc0\x0c" + struct.pack("!HHIH", 5, 1, 60, 4) + b"\1b\0\0")
	yield "dns", dns(1, address) + dns(1, address[:9]) + dns(0, b"")
	yield "dns-alias", dns(2, alias + address) + dns(2, alias)
	yield "dns-error", dns(0, b"", 0x8183) + dns(1, address, 0x8382)
	yield "dns-lost", dns(1, address, 0) + time(12) * 6
	yield "other-protocols", (raw(eth(0x86dd, bytes(40))) +
				  raw(eth(0x8100, bytes(20))) +
				  raw(eth(0x0800, b"")) + raw(eth(5, b"llc")))
	yield "vlan", (raw(eth(0x8100, b"\0\0\x08\0" + ipv4(1, ping))) +
		       raw(eth(0x8100, b"\x60\0\x81\0" + bytes(20))) +
		       raw(eth(0x8100, b"\0\7\x08\0" + ipv4(1, ping))))
	for service in (ECHO, DISCARD, HTTP, IPERF):
		where = slot(service)
		yield "train-%d" % service, (
			connect(where) + train(where, 20, 1000) +
			train(where, 50, 1459) +
			train(where, 9, 100, odd=4, flags=PSH) +
			train(where, 9, 100, odd=4, flags=FIN | PSH))
	where = slot(ECHO)
	yield "train-holes", (
		connect(where) + train(where, 5, 700, seq=700) +
		train(where, 5, 700, odd=2, odd_seq=9) + train(where, 9, 700) +
		train(where, 4, 300, seq=-450) + train(where, 6, 50, odd=1,
						       odd_len=200))
	yield "neighbours", b"".join(arp(1, n, 1) for n in range(2, 90))


CONSOLE = [
	"help", "help ip", "?", "ip addr", "ip -s link", "ip a show eth0",
	"ip addr add 10.0.0.9/24 dev eth0", "ip addr del 10.0.0.9/24 dev eth0",
	"ip link set eth0 down", "ip link set eth0 up mtu 1400",
	"ip link set eth1 address 02:00:00:00:00:09", "ip link set eth0 mtu 9",
	"ip route", "ip route add default via 10.0.0.2 dev eth0",
	"ip route del default", "ip neigh", "ip neigh flush all",
	"ip neigh add 10.0.0.7 lladdr 02:00:00:00:00:07 dev eth0",
	"ping -c 2 10.0.0.2", "ping -c 1 -s 1400 -i 0.1 10.0.0.77",
	"ping name.example", "ping\t", "ethtool eth0", "ethtool -i eth0",
	"ethtool -g eth0", "ethtool -G eth0 rx 256 tx 128", "ethtool -S eth0",
	"ethtool --reset eth0", "ethtool -k eth0",
	"ethtool -K eth0 gro off", "ethtool -K eth0 rx on gro on gro x",
	"cat /proc/interrupts /proc/softirqs",
	"cat /proc/net/dev", "cat /proc/net/tcp /proc/net/arp",
	"cat /proc/no/such", "ls /proc", "ls /proc/sys/net/core", "ss -tan",
	"ss -uln", "ss -s", "sysctl -a", "sysctl net.core.netdev_budget",
	"sysctl -w net.core.netdev_budget=600", "sysctl -w a=b",
	"sysctl net.core.dev_weight=99999999999999999999", "dmesg", "uptime",
	"dhclient eth1", "dhclient -r eth1", "nstat", "nstat -az", "free",
	"tc qdisc add dev eth0 clsact", "tc qdisc", "tc -s qdisc show dev eth0",
	"tc qdisc add dev eth0 clsact; tc filter add dev eth0 ingress protocol "
	"ip prio 5 u32 match ip src 10.0.0.0/8 match u16 7 ffff at 22 classid "
	"1:2 action drop; tc -s filter show dev eth0 ingress",
	"tc qdisc add dev eth0 ingress; tc filter add dev eth0 parent ffff: "
	"protocol 802.1Q flower vlan_id 5 vlan_ethtype ip ip_proto tcp "
	"dst_port 80/fff0 tcp_flags 2/3 action skbedit mark 1/3 priority 1:1",
	"tc qdisc add dev eth0 clsact; tc filter add dev eth0 egress matchall "
	"action police rate 1.5mbit burst 10kb mtu 1k conform-exceed drop/pipe "
	"action mirred ingress mirror dev eth1; tc filter del dev eth0 egress",
	"tc qdisc add dev eth0 clsact; tc filter replace dev eth0 ingress "
	"prio 1 handle 7 bpf bytecode '1,6 0 0 1' action continue index 9",
	"tcpdump -c 1 arp", "tcpdump -d tcp port 80", "tcpdump -e -q -i any",
	"tcpdump -ddd -f '1,6 0 0 0'", "tcpdump -i drop -p -s 60 not (arp",
	"capture -i eth0 -t rx,drop udp", "capture", "capture -f 1,6,0,0,0",
	"dropwatch", "hostname", "echo $?", "echo 'a b' \"c $? d\" e\\ f",
	"'unfinished", "\"unfinished", "a\\", "# comment", "  ; ;", "sleep 1",
	"\x1b[A\x1b[A\x1b[B\r", "ab\x1b[D\x1b[Dc\x7f\x01\x0b\x05\x15",
	"ip\t\t", "cat /proc/net/\t\t", "\x12ping", "\xff\xfe\x80",
	"x" * 600, "a " * 200, "poweroff", "reboot",
]


def console_seeds():
	for n, line in enumerate(CONSOLE):
		yield "line-%02d" % n, line.encode("latin-1") + b"\n"
	yield "all", "\n".join(CONSOLE[:-2]).encode("latin-1") + b"\n"


BPF_INSNS, BPF_TEXT, BPF_EXPRESSION = range(3)
EXPRESSIONS = [
	"tcp port 80 and not host 10.0.0.1", "src net 10.0.0.0/8 or 192.168",
	"vlan 5 and (udp portrange 1-99 || arp)", "ether host 2:0:0:0:0:2",
	"net 10.0.0.0 mask 255.0.0.0", "ip6 proto 6", "! ip multicast",
	"less 60 or greater 1000", "src and dst port domain",
]
# (code, jt, jf, k): "tcp port 7" in part, and one instruction of each kind.
PROGRAMS = [
	[(40, 0, 0, 12), (21, 0, 8, 0x800), (48, 0, 0, 23), (21, 0, 6, 6),
	 (40, 0, 0, 20), (69, 4, 0, 0x1fff), (177, 0, 0, 14), (72, 0, 0, 14),
	 (21, 0, 1, 7), (6, 0, 0, 262144), (6, 0, 0, 0)],
	[(0, 0, 0, 9), (1, 0, 0, 3), (2, 0, 0, 1), (3, 0, 0, 2),
	 (96, 0, 0, 1), (97, 0, 0, 2), (128, 0, 0, 0), (129, 0, 0, 0),
	 (32, 0, 0, 0xfffff008)] +
	[(4 | op << 4 | x, 0, 0, 3) for op in (0, 1, 2, 3, 4, 5, 6, 7, 9, 10)
	 for x in (0, 8)] +
	[(132, 0, 0, 0), (5, 0, 0, 0), (29, 0, 0, 1), (45, 0, 0, 1),
	 (53, 0, 0, 1), (77, 0, 0, 1), (7, 0, 0, 0), (135, 0, 0, 0),
	 (80, 0, 0, 1), (64, 0, 0, 1), (22, 0, 0, 0)],
]


def bpf_seeds():
	frame = OWN_MAC + PEER_MAC + bytes.fromhex(
		"08004500001c000100004006000a0000020a0000011e610007"
		"0000000000000000")
	head = bytes([len(frame), 20]) + frame
	for n, text in enumerate(EXPRESSIONS):
		yield "expression-%d" % n, (bytes([BPF_EXPRESSION]) + head +
					    text.encode())
	for n, program in enumerate(PROGRAMS):
		yield "insns-%d" % n, bytes([BPF_INSNS]) + head + b"".join(
			struct.pack("<HBBI", *insn) for insn in program)
		yield "text-%d" % n, bytes([BPF_TEXT]) + head + (
			"%d\n" % len(program) + "\n".join(
				"%d %d %d %d" % insn
				for insn in program)).encode()


def main():
	for target, seeds in (("frame", frame_seeds()),
			      ("console", console_seeds()),
			      ("bpf", bpf_seeds())):
		folder = os.path.join(sys.argv[1], target)
		os.makedirs(folder, exist_ok=True)
		for name, content in seeds:
			with open(os.path.join(folder, name), "wb") as f:
				f.write(content)


if __name__ == "__main__":
	main()
