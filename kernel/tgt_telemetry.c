// SPDX-License-Identifier: GPL-2.0-only
/*
 * The telemetry window: its layout and the counters the rings' two sides keep.
 * Written under tgt.lock, what concerns ukring under tgt.doorbell; read by
 * whoever maps it.
 */
#include <linux/ktime.h>
#include <linux/mm.h>

#include "tgt_core.h"

static u32 tgt_stamps_size(void)
{
	return tgt.kuring.nr_entry * sizeof(struct tgt_slot_stamp);
}

/* After the rings are initialised. */
int tgt_telemetry_alloc(void)
{
	u32 first = ALIGN(sizeof(struct tgt_telemetry), 64);
	u32 size = PAGE_ALIGN(first + 2 * tgt_stamps_size());
	struct tgt_telemetry *t = alloc_pages_exact(size, GFP_KERNEL | __GFP_ZERO);

	if (!t)
		return -ENOMEM;
	t->magic = TGT_TELEMETRY_MAGIC;
	t->version = TGT_TELEMETRY_VERSION;
	t->header_size = sizeof(*t);
	t->total_size = size;
	t->features = TGT_FEATURE_DATA_ONLY | TGT_FEATURE_HOLD |
		      (tgt_exclusive ? TGT_FEATURE_EXCLUSIVE : 0);
	t->dialect = TGT_DIALECT_SEED;
	t->nr_entry = tgt.kuring.nr_entry;
	t->entry_size = tgt.kuring.entry_size;
	t->kuring_stamps = first;
	t->ukring_stamps = first + tgt_stamps_size();

	tgt.telemetry = t;
	tgt.kuring_stamps = (void *)t + t->kuring_stamps;
	tgt.ukring_stamps = (void *)t + t->ukring_stamps;
	tgt_stamp_clear(tgt.kuring_stamps, t->nr_entry);
	tgt_stamp_clear(tgt.ukring_stamps, t->nr_entry);
	return 0;
}

void tgt_telemetry_free(void)
{
	free_pages_exact(tgt.telemetry, tgt.telemetry->total_size);
}

void tgt_telemetry_flags(void)
{
	tgt_tell(flags, (tgt.owners ? TGT_FLAG_OWNER : 0) |
			(tgt.holds ? TGT_FLAG_HOLD : 0));
}

/* Just before the event is published. */
void tgt_telemetry_published(u32 type, u32 idx)
{
	tgt_stamp_write(tgt.kuring_stamps, tgt.kuring.nr_entry, idx, 0,
			ktime_get_ns());
	tgt_count(kuring_events[type]);
}

/* Just before the slot is given back. */
void tgt_telemetry_consumed(u32 type, u32 idx, s32 verdict)
{
	tgt_stamp_write(tgt.ukring_stamps, tgt.ukring.nr_entry, idx, verdict,
			ktime_get_ns());
	type = min_t(u32, type, TGT_EVENT_TYPES);
	tgt_count(ukring_events[type]);
	tgt_count(verdicts[tgt_verdict_class(verdict)]);
}
