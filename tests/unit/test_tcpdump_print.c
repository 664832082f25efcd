/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: firmware/shell/tcpdump_print.c stack/core/seq_file.c
/* The console's tcpdump prints what the real one prints (I13). */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "test.h"
#include "shell/tcpdump_print.h"

#define ETH                                                                    \
	"525400123456"                                                         \
	"020000000077"
#define TO_IP ETH "0800"
#define ADDRS                                                                  \
	"0a090001"                                                             \
	"0a090002"
#define IP(len, frag, proto, addrs)                                            \
	TO_IP "4500" len "0001" frag "40" proto "0000" addrs

/* Hexadecimal; one frame each. */
static const char *const frames[] = {
	/* ARP: request, with a target's MAC, reply, announcement, probe */
	"ffffffffffff"
	"020000000077"
	"0806"
	"0001080006040001"
	"020000000077"
	"0a090001"
	"000000000000"
	"0a090002",
	"525400123456"
	"020000000077"
	"0806"
	"0001080006040001"
	"020000000077"
	"0a090001"
	"525400123456"
	"0a090002",
	"020000000077"
	"525400123456"
	"0806"
	"0001080006040002"
	"525400123456"
	"0a090002"
	"020000000077"
	"0a090001"
	"000000000000000000000000000000000000",
	"ffffffffffff"
	"020000000077"
	"0806"
	"0001080006040001"
	"020000000077"
	"0a090001"
	"000000000000"
	"0a090001",
	"ffffffffffff"
	"020000000077"
	"0806"
	"0001080006040001"
	"020000000077"
	"00000000"
	"000000000000"
	"0a090001",
	/* UDP: plain, padded, with options, later and first fragments */
	IP("0020", "4000", "11", ADDRS) "1e610007000c0000"
					"68656c6f",
	IP("001d", "0000", "11", ADDRS) "1e61000700090000"
					"61"
					"0000000000000000000000000000000000",
	TO_IP "4600002000010000401100000a0900010a090002"
	      "01010101"
	      "1e61000700080000",
	IP("0030", "00b9", "11", ADDRS) "6162636465666768696a6b6c6d6e6f70"
					"717273747576777879303132",
	IP("0030", "2000", "11",
	   ADDRS) "1e61000707d80000"
		  "6162636465666768696a6b6c6d6e6f7071727374",
	IP("0030", "2000", "01",
	   ADDRS) "0800000012340001"
		  "6162636465666768696a6b6c6d6e6f7071727374",
	IP("0030", "0010", "06", ADDRS) "6162636465666768696a6b6c6d6e6f70"
					"717273747576777879303132",
	/* UDP with impossible lengths */
	IP("0020", "0000", "11", ADDRS) "1e61000700030000"
					"68656c6f",
	IP("0020", "0000", "11", ADDRS) "1e610007ffff0000"
					"68656c6f",
	/* ICMP */
	IP("0020", "0000", "01", ADDRS) "0800f7ff12340005"
					"61626364",
	IP("0020", "0000", "01", ADDRS) "0000f7ff12340005"
					"61626364",
	IP("0038", "0000", "01",
	   ADDRS) "0303000000000000"
		  "4500001c00010000401100000a0900020a090001"
		  "00071e6100080000",
	IP("0038", "0000", "01",
	   ADDRS) "0303000000000000"
		  "4500002800010000400600000a0900020a090001"
		  "00071e6100000000",
	IP("0038", "0000", "01",
	   ADDRS) "0300000000000000"
		  "4500001c00010000401100000a0900020a090001"
		  "00071e6100080000",
	IP("0038", "0000", "01",
	   ADDRS) "0301000000000000"
		  "4500001c00010000401100000a0900020a090001"
		  "00071e6100080000",
	IP("0038", "0000", "01",
	   ADDRS) "0302000000000000"
		  "4500001c00010000406300000a0900020a090001"
		  "00071e6100080000",
	IP("0038", "0000", "01",
	   ADDRS) "0304000000000240"
		  "4500001c00010000401100000a0900020a090001"
		  "00071e6100080000",
	IP("0038", "0000", "01",
	   ADDRS) "030d000000000000"
		  "4500001c00010000401100000a0900020a090001"
		  "00071e6100080000",
	IP("0038", "0000", "01",
	   ADDRS) "030a000000000000"
		  "4500001c00010000401100000a0900020a090001"
		  "00071e6100080000",
	IP("0038", "0000", "01",
	   ADDRS) "0b00000000000000"
		  "4500001c00010000401100000a0900020a090001"
		  "00071e6100080000",
	IP("0038", "0000", "01",
	   ADDRS) "0b01000000000000"
		  "4500001c00010000401100000a0900020a090001"
		  "00071e6100080000",
	IP("0038", "0000", "01",
	   ADDRS) "0400000000000000"
		  "4500001c00010000401100000a0900020a090001"
		  "00071e6100080000",
	/* IGMP: query, report, leave, v3 report */
	IP("001c", "0000", "02",
	   "0a090001"
	   "e0000001") "1164000000000000",
	IP("001c", "0000", "02",
	   "0a090001"
	   "e0000001") "110a0000ef010101",
	IP("001c", "0000", "02",
	   "0a090001"
	   "ef010101") "16000000ef010101",
	IP("001c", "0000", "02",
	   "0a090001"
	   "e0000002") "17000000ef010101",
	/* a protocol that nobody knows */
	IP("0018", "0000", "fd", ADDRS) "01020304",
	/* TCP: SYN, SYN ACK, ACK, data, SACK, FIN, RST, odd flags */
	IP("003c", "4000", "06",
	   ADDRS) "9c401389"
		  "00001000"
		  "00000000"
		  "a002faf000000000"
		  "020405b40402080a000004d20000000001030307",
	IP("0038", "4000", "06",
	   "0a090002"
	   "0a090001") "13899c40"
		       "00500000"
		       "00001001"
		       "8012800000000000"
		       "020405b40101040201030302",
	IP("0028", "4000", "06", ADDRS) "9c401389"
					"00001001"
					"00500001"
					"5010020000000000",
	IP("002b", "4000", "06", ADDRS) "9c401389"
					"00001001"
					"00500001"
					"5018020000000000"
					"616263",
	IP("0028", "4000", "06",
	   "0a090002"
	   "0a090001") "13899c40"
		       "00500001"
		       "00001004"
		       "5010800000000000"
		       "000000000000",
	IP("0038", "4000", "06",
	   "0a090002"
	   "0a090001") "13899c40"
		       "00500001"
		       "00001004"
		       "9010800000000000"
		       "0101050a0000100700001009"
		       "0101080a",
	IP("0034", "4000", "06",
	   "0a090002"
	   "0a090001") "13899c40"
		       "00500001"
		       "00001004"
		       "8010800000000000"
		       "0101050a0000100700001009",
	IP("0028", "4000", "06", ADDRS) "9c401389"
					"00001004"
					"00500001"
					"5011020000000000",
	IP("0028", "4000", "06", ADDRS) "9c401389"
					"00001004"
					"00000000"
					"5004000000000000",
	IP("0028", "4000", "06", ADDRS) "9c401389"
					"00001004"
					"00000000"
					"5000000000000000",
	IP("0028", "4000", "06", ADDRS) "9c401389"
					"00001004"
					"00500001"
					"50e0000000000007",
	IP("002c", "4000", "06", ADDRS) "9c401389"
					"00001004"
					"00500001"
					"6010020000000000"
					"63040102",
	/* TCP between the same two ports, both ways */
	IP("0029", "4000", "06", ADDRS) "13881388"
					"00001001"
					"00500001"
					"5018020000000000"
					"61",
	IP("0029", "4000", "06",
	   "0a090002"
	   "0a090001") "13881388"
		       "00500001"
		       "00001002"
		       "5018020000000000"
		       "61",
	/* header lengths that cannot be */
	IP("0028", "4000", "06", ADDRS) "9c401389"
					"00001004"
					"00000000"
					"4010000000000000",
	IP("0028", "4000", "06", ADDRS) "9c401389"
					"00001004"
					"00000000"
					"f010000000000000",
	TO_IP "4400001c00010000401100000a0900010a0900020007000700080000",
	TO_IP "4500001000010000401100000a0900010a0900020007000700080000",
	/* longer than the frame */
	IP("0040", "0000", "11", ADDRS) "1e610007002c0000"
					"68656c6f",
	/* a VLAN, and what is no IP */
	ETH "8100"
	    "6005"
	    "0800"
	    "4500002000010000401100000a0900010a090002"
	    "1e610007000c000068656c6f",
	ETH "88b5"
	    "000102030405060708090a0b0c0d0e0f1011",
};

enum { FRAME_MAX = 256 };

static u32 bytes_of(const char *hex, u8 *data)
{
	u32 n = 0;

	for (; hex[0]; hex += 2) {
		char two[3] = { hex[0], hex[1], 0 };

		data[n++] = (u8)strtoul(two, NULL, 16);
	}
	assert_true(n <= FRAME_MAX);
	return n;
}

static const char *file(void)
{
	static char path[64];

	(void)snprintf(path, sizeof(path), "/tmp/rp-print-%d.pcap",
		       (int)getpid());
	return path;
}

static void write_file(void)
{
	const u32 head[6] = { 0xa1b2c3d4, 4u << 16 | 2, 0, 0, 65535, 1 };
	FILE *f = fopen(file(), "wb");
	u8 data[FRAME_MAX];

	assert_non_null(f);
	(void)fwrite(head, sizeof(head), 1, f);
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		u32 len = bytes_of(frames[i], data);
		const u32 record[4] = { 0, 0, len, len };

		(void)fwrite(record, sizeof(record), 1, f);
		(void)fwrite(data, len, 1, f);
	}
	(void)fclose(f);
}

/* The real one's text with these options against ours. */
static void compare(const char *options, struct tcpdump_print *t)
{
	static char want[65536], have[65536], command[256];
	struct seq_file m;
	u8 data[FRAME_MAX];
	u32 differ = 0;
	size_t n;
	FILE *f;

	write_file();
	(void)snprintf(command, sizeof(command),
		       "tcpdump -n -t %s -r - <%s 2>/dev/null", options,
		       file());
	f = popen(command, "r");
	assert_non_null(f);
	n = fread(want, 1, sizeof(want) - 1, f);
	want[n] = '\0';
	assert_int_equal(pclose(f), 0);
	(void)unlink(file());

	seq_init(&m, have, sizeof(have) - 1);
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		u32 len = bytes_of(frames[i], data);

		tcpdump_print(&m, t, data, len, len);
		seq_putc(&m, '\n');
	}
	have[m.count] = '\0';
	for (char *w = want, *h = have; *w || *h;) {
		size_t wn = strcspn(w, "\n"), hn = strcspn(h, "\n");

		if (wn != hn || memcmp(w, h, wn) != 0)
			print_message("want: %.*s\nhave: %.*s\n%u\n", (int)wn,
				      w, (int)hn, h, ++differ);
		w += wn + (w[wn] == '\n');
		h += hn + (h[hn] == '\n');
	}
	assert_int_equal(differ, 0);
}

TEST(tcpdump, lines_are_those_of_the_real_one)
{
	static struct tcpdump_print t;

	compare("", &t);
}

TEST(tcpdump, lines_with_ethernet_headers_are_those_of_the_real_one)
{
	static struct tcpdump_print t = { .ethernet = true };

	compare("-e", &t);
}

TEST(tcpdump, quick_lines_are_those_of_the_real_one)
{
	static struct tcpdump_print t = { .quick = true };

	compare("-q", &t);
}

TEST(tcpdump, nothing_is_read_behind_what_was_captured)
{
	static struct tcpdump_print t;
	u8 data[FRAME_MAX];
	char text[4096];

	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		u32 len = bytes_of(frames[i], data);

		for (u32 cap = 0; cap <= len; cap++) {
			/* Memory of exactly that length, for the sanitizer. */
			u8 *exact = malloc(cap ? cap : 1);
			struct seq_file m;

			assert_non_null(exact);
			memcpy(exact, data, cap);
			seq_init(&m, text, sizeof(text));
			tcpdump_print(&m, &t, exact, cap, len);
			assert_true(m.count > 0 && !m.overflow);
			free(exact);
		}
	}
}
