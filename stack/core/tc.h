/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * tc - where a device's filters stand on the road (row I13)
 *
 * dev->ingress and dev->egress are NULL while there are none: then a door costs
 * one load and one branch. What is behind them is in sched/cls_api.h. Context:
 * softirq or application.
 */
#ifndef CORE_TC_H
#define CORE_TC_H

#include "core/drop.h"
#include "core/types.h"

struct net_device;
struct pbuf;

/**
 * tc_rx_verdict() - may a frame come in, as far as its bytes tell?
 * @dev: its ingress is not NULL
 * @frame: borrowed, at its Ethernet header, in a buffer with two bytes before
 *
 * For netif_rx_verdict() (receive.h).
 * Return: DROP_REASON_NR: give it a buffer; else the reason to drop it, and it
 * is counted with its filter.
 */
enum drop_reason tc_rx_verdict(struct net_device *dev, const u8 *frame, u32 len,
			       u64 now);

/**
 * tc_ingress(), tc_egress() - run the filters of the packet's device
 * @skb: at its Ethernet header; cb.dev's ingress or egress is not NULL
 *
 * Return: true: go on. False: it was consumed.
 */
bool tc_ingress(struct pbuf *skb);
bool tc_egress(struct pbuf *skb);

#endif
