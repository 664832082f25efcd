/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test - runs the tests of one file, each in its own process, and stands in
 * for board and firmware around the code under test
 */
#include "test.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "core/port.h"
#include "core/printk.h"

enum {
	HANG_SECONDS = 20,
	EXIT_UNKNOWN_TEST = 2,
};

#define WEAK __attribute__((weak))

u64 test_now_ns;
u64 test_tick_ns;
u32 test_irq_depth;
u32 test_irq_saves;
void (*test_irq_hook)(void);
u32 test_infos, test_warns;
char test_log[256];
jmp_buf test_panic_jmp;
bool test_panic_expected;
char test_panic_text[256];

static struct test_case *first;
static struct test_case **last = &first;

const char *__asan_default_options(void);
u32 sys_now(void);
u32 lwip_rand(void);
_Noreturn void lwip_assert_failed(const char *message, const char *file,
				  int line);
u16 ip_csum_fold(const void *data, int len);

struct pbuf;
struct net_device;
struct netif;
struct ip4_addr;
int tc_rx_verdict(struct net_device *dev, const u8 *frame, u32 len, u64 now);
bool tc_ingress(struct pbuf *skb);
bool tc_egress(struct pbuf *skb);
struct netif *ip_route_local(const struct ip4_addr *dest);
extern bool packet_tap_drops;
void packet_tap_rx(struct pbuf *skb, struct net_device *dev);
void packet_tap_tx(struct pbuf *skb, struct net_device *dev, u64 now);
void packet_tap_drop(struct pbuf *skb, int reason);
void packet_tap_drop_frame(struct net_device *dev, const void *frame, u32 len,
			   int reason);

/* Nothing under test allocates; looking for leaks after each test is slow. */
const char *__asan_default_options(void)
{
	return "detect_leaks=0:detect_stack_use_after_return=1";
}

void test_register(struct test_case *t)
{
	*last = t;
	last = &t->next;
}

WEAK void test_begin(void)
{
}

WEAK void test_end(void)
{
}

/* --- core/port.h -------------------------------------------------------- */

WEAK u64 clock_ns(void)
{
	u64 now = test_now_ns;

	test_now_ns += test_tick_ns;
	return now;
}

WEAK u32 irq_save(void)
{
	test_irq_saves++;
	return test_irq_depth++;
}

WEAK void irq_restore(u32 flags)
{
	if (test_irq_depth == 0 || flags != test_irq_depth - 1)
		fail_msg("irq_restore() does not pair with its irq_save()");
	test_irq_depth = flags;
	if (flags == 0 && test_irq_hook)
		test_irq_hook();
}

static u32 next_random(void)
{
	static u32 state = 1;

	state = state * 1664525 + 1013904223;
	return state >> 8;
}

WEAK void get_random_bytes(void *buf, size_t len)
{
	u8 *p = buf;

	while (len--)
		*p++ = (u8)next_random();
}

WEAK _Noreturn void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(test_panic_text, sizeof(test_panic_text), fmt, ap);
	va_end(ap);
	if (test_panic_expected)
		longjmp(test_panic_jmp, 1);
	fail_msg("panic: %s", test_panic_text);
	abort();
}

/* --- core/printk.h ------------------------------------------------------ */

WEAK void pr_info(const char *fmt, ...)
{
	va_list ap;

	test_infos++;
	va_start(ap, fmt);
	(void)vsnprintf(test_log, sizeof(test_log), fmt, ap);
	va_end(ap);
}

WEAK void pr_warn(const char *fmt, ...)
{
	va_list ap;

	test_warns++;
	va_start(ap, fmt);
	(void)vsnprintf(test_log, sizeof(test_log), fmt, ap);
	va_end(ap);
}

WEAK bool printk_ratelimit(u64 *last_ns)
{
	if (*last_ns && test_now_ns - *last_ns < 5 * NSEC_PER_SEC)
		return false;
	*last_ns = test_now_ns ? test_now_ns : 1;
	return true;
}

/* --- core/tap.h: nobody listens ------------------------------------------ */

WEAK bool packet_tap_drops;

WEAK void packet_tap_rx(struct pbuf *skb, struct net_device *dev)
{
	fail_msg("tap: %p, %p, and nobody listens", (void *)skb, (void *)dev);
}

WEAK void packet_tap_tx(struct pbuf *skb, struct net_device *dev, u64 now)
{
	(void)now;
	fail_msg("tap: %p, %p, and nobody listens", (void *)skb, (void *)dev);
}

WEAK void packet_tap_drop(struct pbuf *skb, int reason)
{
	fail_msg("tap: %p dropped (%d), and nobody listens", (void *)skb,
		 reason);
}

WEAK void packet_tap_drop_frame(struct net_device *dev, const void *frame,
				u32 len, int reason)
{
	(void)frame;
	(void)len;
	fail_msg("tap: %p dropped (%d), and nobody listens", (void *)dev,
		 reason);
}

/* --- core/tc.h: no filters ------------------------------------------------ */

WEAK int tc_rx_verdict(struct net_device *dev, const u8 *frame, u32 len,
		       u64 now)
{
	(void)dev;
	(void)frame;
	(void)len;
	(void)now;
	fail_msg("filters on a device that nobody added");
	return 0;
}

WEAK bool tc_ingress(struct pbuf *skb)
{
	(void)skb;
	fail_msg("ingress filters that nobody added");
	return true;
}

WEAK bool tc_egress(struct pbuf *skb)
{
	(void)skb;
	fail_msg("egress filters that nobody added");
	return true;
}

/* --- lwip_hooks.h: no address is ours ------------------------------------- */

WEAK struct netif *ip_route_local(const struct ip4_addr *dest)
{
	(void)dest;
	return NULL;
}

/* --- lwip/arch/cc.h ----------------------------------------------------- */

WEAK u32 sys_now(void)
{
	return (u32)(test_now_ns / NSEC_PER_MSEC);
}

WEAK u32 lwip_rand(void)
{
	return next_random();
}

WEAK _Noreturn void lwip_assert_failed(const char *message, const char *file,
				       int line)
{
	panic("lwIP: %s at %s:%d", message, file, line);
}

/* The Internet checksum in its plainest form (RFC 1071), not inverted. */
WEAK u16 ip_csum_fold(const void *data, int len)
{
	const u8 *p = data;
	u32 sum = 0;

	for (int i = 0; i < len; i++)
		sum += i & 1 ? (u32)p[i] << 8 : p[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (u16)sum;
}

/* --- running ------------------------------------------------------------ */

static void run_with_fixture(void **state)
{
	const struct test_case *t = *state;

	test_begin();
	t->run();
	test_end();
	assert_int_equal(test_irq_depth, 0);
}

static int run_here(struct test_case *t)
{
	const struct CMUnitTest one = {
		.name = t->name,
		.test_func = run_with_fixture,
		.initial_state = t,
	};

	return _cmocka_run_group_tests(t->name, &one, 1, NULL, NULL);
}

static int run_child(struct test_case *t, FILE *out)
{
	int status;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid < 0) {
		perror("fork");
		return 1;
	}
	if (pid == 0) {
		(void)dup2(fileno(out), STDOUT_FILENO);
		(void)dup2(fileno(out), STDERR_FILENO);
		(void)alarm(HANG_SECONDS);
		exit(run_here(t));
	}
	if (waitpid(pid, &status, 0) != pid)
		return 1;
	if (WIFSIGNALED(status))
		(void)fprintf(out, "ended by signal %d%s\n", WTERMSIG(status),
			      WTERMSIG(status) == SIGALRM ? " (hang)" : "");
	return status;
}

static void print_indented(FILE *out)
{
	char line[512];

	rewind(out);
	while (fgets(line, sizeof(line), out))
		printf("# %s", line);
}

int main(int argc, char **argv)
{
	int n = 0, failed = 0;

	for (struct test_case *t = first; t; t = t->next) {
		if (argc > 1 && strcmp(t->name, argv[1]) == 0)
			return run_here(t);
		n++;
	}
	if (argc > 1) {
		(void)fprintf(stderr, "no such test: %s\n", argv[1]);
		return EXIT_UNKNOWN_TEST;
	}
	printf("1..%d\n", n);
	n = 0;
	for (struct test_case *t = first; t; t = t->next) {
		FILE *out = tmpfile();
		int rc = out ? run_child(t, out) : 1;

		printf("%sok %d - %s\n", rc ? "not " : "", ++n, t->name);
		if (rc && out)
			print_indented(out);
		failed += rc != 0;
		if (out)
			(void)fclose(out);
	}
	return failed != 0;
}
