/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: stack/packet/pcapng.c
/* Capture files, read back by the real tshark (I13). */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "test.h"
#include "packet/pcapng.h"

static u8 out[4096];
static size_t len;

static u32 word_at(size_t at)
{
	u32 v;

	assert_true(at + sizeof(v) <= len);
	memcpy(&v, out + at, sizeof(v));
	return v;
}

static void packet(const struct pcapng_packet *p, const u8 *data)
{
	size_t n;

	n = pcapng_packet_head(out + len, p);
	assert_int_equal(n, PCAPNG_PACKET_HEAD);
	len += n;
	memcpy(out + len, data, p->cap_len);
	len += p->cap_len;
	n = pcapng_packet_tail(out + len, p);
	assert_true(n <= PCAPNG_PACKET_TAIL_MAX);
	len += n;
}

static void interface(const char *name)
{
	static const u8 mac[6] = { 2, 0, 0, 0, 0, 1 };
	const struct pcapng_interface i = { .name = name,
					    .description = "a tap point",
					    .filter = "tcp port 80",
					    .mac = mac,
					    .snaplen = 96 };
	size_t n = pcapng_interface(out + len, &i);

	assert_true(n <= PCAPNG_INTERFACE_MAX);
	len += n;
}

static void section(void)
{
	const struct pcapng_section s = { .hardware = "a board",
					  .os = "an OS",
					  .application = "a test" };

	len = pcapng_section(out, &s);
	assert_true(len <= PCAPNG_SECTION_MAX);
}

/* Every block's length stands at both of its ends; they fill the file. */
static u32 count_blocks(void)
{
	u32 blocks = 0;

	for (size_t at = 0; at < len; blocks++) {
		u32 n = word_at(at + 4);

		assert_true(n >= 12 && n % 4 == 0 && at + n <= len);
		assert_int_equal(word_at(at + n - 4), n);
		at += n;
	}
	return blocks;
}

static const u8 frame[60] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56, 2, 0,
			      0,    0,	  0, 1,	   0x88, 0xb5, 9, 8 };

static void whole_file(void)
{
	struct pcapng_packet p = { .tstamp_ns = 1234567890123456789ull,
				   .packet_id = 77,
				   .interface = 0,
				   .cap_len = 59,
				   .orig_len = 1000,
				   .direction = PCAPNG_INBOUND,
				   .reception = PCAPNG_BROADCAST };
	const struct pcapng_statistics st = { .tstamp_ns = 5,
					      .start_ns = 4,
					      .interface = 1,
					      .received = 100,
					      .accepted = 90,
					      .dropped = 8,
					      .delivered = 82 };

	section();
	interface("eth0 rx");
	interface("eth0 drop");
	packet(&p, frame);
	p.interface = 1;
	p.cap_len = 60;
	p.orig_len = 60;
	p.drops = 8;
	p.comment = "IP_CSUM";
	p.direction = PCAPNG_OUTBOUND;
	packet(&p, frame);
	len += pcapng_statistics(out + len, &st);
}

TEST(pcapng, blocks_tell_their_length_at_both_ends)
{
	whole_file();
	assert_int_equal(count_blocks(), 6);
	/* Alignment of every length of data. */
	for (u32 n = 0; n <= 9; n++) {
		const struct pcapng_packet p = { .cap_len = n, .orig_len = n };

		section();
		interface("x");
		packet(&p, frame);
		assert_int_equal(count_blocks(), 3);
	}
}

TEST(pcapng, long_texts_are_cut_and_missing_ones_left_out)
{
	char text[300];
	const struct pcapng_section s = { text, text, text };
	const struct pcapng_section none = { NULL, NULL, NULL };
	const struct pcapng_interface i = {
		.name = text, .description = text, .filter = text, .mac = frame
	};
	struct pcapng_packet p = { .comment = text, .drops = 1, .cap_len = 1 };

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(pcapng_section(out, &s), PCAPNG_SECTION_MAX);
	assert_int_equal(pcapng_section(out, &none), 32);
	len = pcapng_interface(out, &i);
	assert_int_equal(len, PCAPNG_INTERFACE_MAX);
	assert_int_equal(count_blocks(), 1);
	assert_int_equal(pcapng_packet_tail(out, &p), PCAPNG_PACKET_TAIL_MAX);
}

/* What a command says of the file, whose name is in $F. */
static const char *say(const char *command)
{
	static char text[8192];
	char path[64];
	size_t n;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/tmp/rp-pcapng-%d.pcapng",
		       (int)getpid());
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(out, len, 1, f), 1);
	(void)fclose(f);
	(void)setenv("F", path, 1);
	f = popen(command, "r");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	assert_int_equal(pclose(f), 0);
	(void)unlink(path);
	return text;
}

TEST(pcapng, tshark_reads_every_field)
{
	whole_file();
	assert_string_equal(
		say("tshark -r $F -T fields -E separator=/s "
		    "-e frame.interface_name -e frame.cap_len -e frame.len "
		    "-e frame.time_epoch -e frame.packet_id "
		    "-e frame.packet_flags_direction "
		    "-e frame.packet_flags_reception_type "
		    "-e frame.comment 2>/dev/null"),
		"eth0 rx 59 1000 1234567890.123456789 77 0x00000001 3 \n"
		"eth0 drop 60 60 1234567890.123456789 77 0x00000002 3 "
		"IP_CSUM\n");
	assert_string_equal(say("tshark -r $F -T fields -e data.data "
				"-Y data 2>/dev/null | tail -n 1 | "
				"cut -c1-8"),
			    "09080000\n");
}

TEST(pcapng, capinfos_finds_interfaces_and_statistics)
{
	const char *text;

	whole_file();
	text = say("capinfos $F 2>/dev/null");
	assert_non_null(strstr(text, "Capture hardware:    a board"));
	assert_non_null(strstr(text, "Capture oper-sys:    an OS"));
	assert_non_null(strstr(text, "Capture application: a test"));
	assert_non_null(strstr(text, "Number of interfaces in file: 2"));
	assert_non_null(strstr(text, "Name = eth0 drop"));
	assert_non_null(strstr(text, "Time precision = nanoseconds (9)"));
	assert_non_null(strstr(text, "Capture length = 96"));
	assert_non_null(strstr(text, "Number of stat entries = 1"));
}
