/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * skb_copy - see skbuff.h (rows I13, I14)
 */
#include "core/skbuff.h"

struct pbuf *skb_copy(const struct pbuf *skb)
{
	enum { ROOM = SKB_DATA_SIZE - SKB_NET_IP_ALIGN };
	struct pbuf *head = NULL, *last = NULL;
	u16 done = 0;

	while (done < skb->tot_len) {
		u16 left = (u16)(skb->tot_len - done);
		u16 len = left < ROOM ? left : ROOM;
		struct skb_buf *buf = skb_buf_get();
		struct pbuf *q;

		if (unlikely(!buf)) {
			if (head)
				(void)pbuf_free(head);
			return NULL;
		}
		q = skb_build(buf, SKB_NET_IP_ALIGN, len, skb->cb.dev, 0);
		/* Of this piece and all behind it. */
		q->tot_len = left;
		(void)pbuf_copy_partial(skb, q->payload, len, done);
		if (last)
			last->next = q;
		else
			head = q;
		last = q;
		done = (u16)(done + len);
	}
	if (head) {
		head->cb = skb->cb;
		head->cb.next = NULL;
		head->cb.queued = 0;
	}
	return head;
}
