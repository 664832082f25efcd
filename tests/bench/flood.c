/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * flood - send one frame over and over, at a rate, for a time
 *
 *	flood INTERFACE HEX RATE SECONDS
 *
 * RATE is in frames a second, at most 5,000,000; SECONDS at most 60. A frame
 * that the interface has no room for is lost, as on a wire whose end does not
 * listen. Prints how many frames were offered, how many of them were taken,
 * and the seconds.
 *
 * livelock.py and tests/qemu/test_livelock.py compile and start it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	BATCH = 64,
	FRAME_MIN = 14,
	FRAME_MAX = 1514,
	RATE_MAX = 5000000,
	SECONDS_MAX = 60,
	TURN_NS = 500000, /* frames due within half a millisecond go together */
	LATE_NS = 20000000, /* what cannot be caught up with is not offered */
};

#define NSEC_PER_SEC 1000000000LL

static unsigned char frame[FRAME_MAX];
static size_t frame_len;
static struct mmsghdr batch[BATCH];
static struct iovec piece;

static long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

static void sleep_until(long long ns)
{
	struct timespec ts = { ns / NSEC_PER_SEC, ns % NSEC_PER_SEC };

	(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

static int parse_hex(const char *hex)
{
	size_t n = strlen(hex) / 2;

	if (n < FRAME_MIN || n > FRAME_MAX || strlen(hex) % 2)
		return -1;
	for (size_t i = 0; i < n; i++) {
		unsigned int byte;

		if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
			return -1;
		frame[i] = (unsigned char)byte;
	}
	frame_len = n;
	return 0;
}

static int open_interface(const char *name)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)if_nametoindex(name),
	};
	int on = 1;
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || !to.sll_ifindex)
		return -1;
	if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&to, sizeof(to)))
		return -1;
	return fd;
}

/* Offer @n frames; those that find no room are lost. Return: how many went. */
static long offer(int fd, long n)
{
	long taken = 0;

	while (n > 0) {
		unsigned int want = n < BATCH ? (unsigned int)n : BATCH;
		int sent = sendmmsg(fd, batch, want, MSG_DONTWAIT);

		if (sent > 0) {
			taken += sent;
			n -= sent;
		} else if (errno == EINTR) {
			continue;
		} else if (errno == ENOBUFS || errno == EAGAIN) {
			n--;
		} else {
			perror("flood");
			exit(1);
		}
	}
	return taken;
}

int main(int argc, char **argv)
{
	double rate = argc == 5 ? atof(argv[3]) : 0;
	double seconds = argc == 5 ? atof(argv[4]) : 0;
	long long begin, end, now;
	double due = 0;
	long offered = 0, taken = 0;
	int fd;

	if (rate <= 0 || rate > RATE_MAX || seconds <= 0 ||
	    seconds > SECONDS_MAX || parse_hex(argv[2])) {
		fprintf(stderr, "usage: flood INTERFACE HEX RATE SECONDS\n");
		return 2;
	}
	fd = open_interface(argv[1]);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	piece = (struct iovec){ frame, frame_len };
	for (int i = 0; i < BATCH; i++) {
		batch[i].msg_hdr.msg_iov = &piece;
		batch[i].msg_hdr.msg_iovlen = 1;
	}

	begin = now = now_ns();
	end = begin + (long long)(seconds * NSEC_PER_SEC);
	for (long long last = begin; now < end; now = now_ns()) {
		long n;

		if (now - last > LATE_NS)
			last = now - LATE_NS;
		due += (double)(now - last) * rate / NSEC_PER_SEC;
		last = now;
		n = (long)due;
		due -= (double)n;
		offered += n;
		taken += offer(fd, n);
		sleep_until(now + TURN_NS);
	}
	printf("%ld %ld %.6f\n", offered, taken,
	       (double)(now - begin) / NSEC_PER_SEC);
	return 0;
}
