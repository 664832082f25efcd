/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tcp_isn - see tcp_isn.h (row I21)
 */
#include "ipv4/tcp_isn.h"
#include "core/port.h"
#include "core/siphash.h"

static struct {
	struct siphash_key key;
	bool has_key;
} isn;

u32_t tcp_isn(const ip_addr_t *local_ip, u16_t local_port,
	      const ip_addr_t *remote_ip, u16_t remote_port)
{
	const struct {
		be32_t local, remote;
		u16 local_port, remote_port;
	} pair = {
		ip_2_ip4(local_ip)->addr,
		ip_2_ip4(remote_ip)->addr,
		local_port,
		remote_port,
	};

	if (unlikely(!isn.has_key)) {
		get_random_bytes(&isn.key, sizeof(isn.key));
		isn.has_key = true;
	}
	/* Steps of 64 ns, as on Linux: once round in 274 s, which outlasts any
	 * segment of an earlier connection. */
	return (u32)siphash(&pair, sizeof(pair), &isn.key) +
	       (u32)(clock_ns() >> 6);
}
