/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The ring core: geometry, reserve and publish, consume, poll condition.
 *
 * One file for the module, the simulator's kernel half and the sanitizer
 * targets. It keeps no lock: whoever owns a struct tgt_ring serialises its
 * producers (or consumers) among themselves. The other side is a stranger who
 * may write anything anywhere at any time, so nothing is read twice.
 */
#ifndef _TGT_RING_H
#define _TGT_RING_H

#include "scsi_tgt_if.h"

#ifdef __KERNEL__
#include <linux/compiler.h>
#include <linux/string.h>
#include <asm/barrier.h>
#define tgt_load_acquire(p)	smp_load_acquire(p)
#define tgt_store_release(p, v)	smp_store_release(p, v)
#define tgt_store_once(p, v)	WRITE_ONCE(*(p), v)
#define tgt_wmb()		smp_wmb()
#else
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#define tgt_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
#define tgt_store_release(p, v)	__atomic_store_n(p, v, __ATOMIC_RELEASE)
#define tgt_store_once(p, v)	__atomic_store_n(p, v, __ATOMIC_RELAXED)
#define tgt_wmb()		__atomic_thread_fence(__ATOMIC_RELEASE)
#endif

struct tgt_ring {
	__u8 *base;
	__u32 nr_entry;		/* a power of two */
	__u32 entry_size;	/* bytes from slot to slot */
	__u32 idx;		/* next slot to publish or to consume, free-running */
};

static inline void tgt_ring_init(struct tgt_ring *ring, void *base)
{
	__u32 fit;

	ring->base = (__u8 *)base;
	ring->entry_size = sizeof(struct rbuf_hdr) + sizeof(struct tgt_event);
	fit = TGT_RINGBUF_SIZE / ring->entry_size;
	for (ring->nr_entry = 1; ring->nr_entry * 2 <= fit;)
		ring->nr_entry *= 2;
	ring->idx = 0;
}

static inline __u32 tgt_ring_slot(const struct tgt_ring *ring, __u32 idx)
{
	return idx & (ring->nr_entry - 1);
}

static inline struct rbuf_hdr *tgt_ring_hdr(const struct tgt_ring *ring, __u32 idx)
{
	return (struct rbuf_hdr *)(ring->base +
				   (size_t)tgt_ring_slot(ring, idx) * ring->entry_size);
}

/* Producer: is there no free slot? Pairs with the consumer's release. */
static inline bool tgt_ring_full(const struct tgt_ring *ring)
{
	return tgt_load_acquire(&tgt_ring_hdr(ring, ring->idx)->status) != 0;
}

/*
 * Producer, after tgt_ring_full() said no: fill the slot and hand it over.
 * The release pairs with the acquire in tgt_ring_peek() (or in the daemon).
 */
static inline void tgt_ring_publish(struct tgt_ring *ring, const struct tgt_event *ev)
{
	struct rbuf_hdr *hdr = tgt_ring_hdr(ring, ring->idx);

	hdr->len = 0;
	memcpy(hdr->data, ev, sizeof(*ev));
	tgt_store_release(&hdr->status, 1u);
	ring->idx++;
}

/*
 * Consumer: copy the next event, once. Returns the slot's status word, 0 when
 * there is nothing; any other value counts as published. The slot stays the
 * consumer's until tgt_ring_release().
 */
static inline __u32 tgt_ring_peek(const struct tgt_ring *ring, struct tgt_event *copy)
{
	const struct rbuf_hdr *hdr = tgt_ring_hdr(ring, ring->idx);
	__u32 status = tgt_load_acquire(&hdr->status);

	if (status) {
		memcpy(copy, hdr->data, sizeof(*copy));
		/* nothing below may go back to the shared bytes for a field */
		__asm__ __volatile__("" : : : "memory");
	}
	return status;
}

/* Consumer: give the slot back. Pairs with the acquire in tgt_ring_full(). */
static inline void tgt_ring_release(struct tgt_ring *ring)
{
	tgt_store_release(&tgt_ring_hdr(ring, ring->idx)->status, 0u);
	ring->idx++;
}

/*
 * Producer's poll condition: the newest slot is still unread. Slots are
 * published in the order they are reserved, so this means "something is".
 */
static inline bool tgt_ring_unread(const struct tgt_ring *ring)
{
	return tgt_load_acquire(&tgt_ring_hdr(ring, ring->idx - 1)->status) != 0;
}

/* ---- telemetry stamps: one writer (the kernel half), any number of readers */

static inline void tgt_stamp_clear(struct tgt_slot_stamp *stamps, __u32 nr_entry)
{
	__u32 i;

	for (i = 0; i < nr_entry; i++)
		tgt_store_release(&stamps[i].index, ~i);
}

static inline void tgt_stamp_write(struct tgt_slot_stamp *stamps, __u32 nr_entry,
				   __u32 idx, __s32 verdict, __u64 t_ns)
{
	__u32 slot = idx & (nr_entry - 1);
	struct tgt_slot_stamp *s = &stamps[slot];

	tgt_store_once(&s->index, ~slot);
	tgt_wmb();	/* a reader that sees new contents sees no old index */
	tgt_store_once(&s->verdict, verdict);
	tgt_store_once(&s->t_ns, t_ns);
	tgt_store_release(&s->index, idx);
}

#endif
