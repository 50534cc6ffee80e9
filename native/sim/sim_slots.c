/* SPDX-License-Identifier: MIT */
/* Owns commands in flight: sending, time limits, ABORT TASK and retries. */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sim_initiator.h"

#define RETRY_NS	2000000ull
#define BUSY_RETRIES	5000u	/* x RETRY_NS: at least ten seconds */
#define SENSE_RETRIES	16u

static bool is_set(const bool *flag)
{
	return __atomic_load_n(flag, __ATOMIC_ACQUIRE);
}

/*
 * A futex of our own instead of a condition variable: the wake-up comes after
 * the unlock, so that the woken thread does not run into the lock at once.
 * The word may be freed by then; a wake-up never reads it.
 */
void sim_futex_wake(uint32_t *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* While *word is 1, until CLOCK_MONOTONIC `until`. */
static void futex_wait(uint32_t *word, uint64_t until)
{
	struct timespec ts = { (time_t)(until / 1000000000), (long)(until % 1000000000) };

	while (__atomic_load_n(word, __ATOMIC_ACQUIRE)) {
		long n = syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, 1, &ts, NULL,
				 FUTEX_BITSET_MATCH_ANY);

		if (n < 0 && errno == ETIMEDOUT)
			return;
	}
}

/* An io or a tmf is over: the slot is put before the thread, once. */
static void ended(struct sim_slot *slot, bool *which)
{
	struct sim_initiator *ini = slot->owner;
	uint32_t *word = &ini->asleep;
	bool wake;

	pthread_mutex_lock(&ini->lock);
	__atomic_store_n(which, true, __ATOMIC_RELEASE);
	if (!slot->queued) {
		slot->queued = true;
		slot->next = NULL;
		*ini->ended_tail = slot;
		ini->ended_tail = &slot->next;
	}
	wake = __atomic_exchange_n(word, 0, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&ini->lock);
	if (wake)
		sim_futex_wake(word);
}

static void io_done(struct tgt_sim_io *io)
{
	struct sim_slot *slot = (struct sim_slot *)((char *)io - offsetof(struct sim_slot, io));

	ended(slot, &slot->io_ended);
}

static void tmf_done(struct tgt_sim_tmf *tmf)
{
	struct sim_slot *slot = (struct sim_slot *)((char *)tmf - offsetof(struct sim_slot, tmf));

	ended(slot, &slot->tmf_ended);
}

int sim_slots_init(struct sim_initiator *ini)
{
	const struct tgt_sim_options *o = &ini->sim->options;

	ini->slots = calloc(o->depth, sizeof(*ini->slots));
	ini->batch = calloc(o->depth, sizeof(*ini->batch));
	ini->buffers = aligned_alloc(4096, ((size_t)o->depth * o->block + 4095) / 4096 * 4096);
	if (!ini->slots || !ini->batch || !ini->buffers) {
		sim_slots_free(ini);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < o->depth; i++) {
		struct sim_slot *slot = &ini->slots[i];

		slot->owner = ini;
		slot->io.done = io_done;
		slot->io.attribute = TGT_ATTR_SIMPLE;
		slot->tmf.done = tmf_done;
		/* peripheral addressing, and flat space above it (SAM-4 4.6.7) */
		slot->io.lun[0] = o->lun < 256 ? 0 : (uint8_t)(0x40 | o->lun >> 8);
		slot->io.lun[1] = (uint8_t)o->lun;
	}
	ini->ended_tail = &ini->ended;
	return 0;
}

void sim_slots_free(struct sim_initiator *ini)
{
	free(ini->slots);
	free(ini->batch);
	free(ini->buffers);
}

bool sim_initiator_stopping(struct sim_initiator *ini)
{
	return is_set(&ini->stop);
}

static void retry_later(struct sim_initiator *ini, struct sim_slot *slot, uint64_t due)
{
	slot->phase = SLOT_RETRY;
	slot->due = due;
	ini->retrying++;
}

int sim_slot_send(struct sim_initiator *ini, struct sim_slot *slot)
{
	int err;

	slot->io_ended = slot->tmf_ended = false;
	slot->phase = SLOT_FLYING;
	slot->due = sim_now() + ini->sim->options.timeout_ms * 1000000ull;
	err = tgt_sim_submit(ini->sim, &slot->io);
	if (err)
		retry_later(ini, slot, sim_now() + RETRY_NS);
	return err;
}

uint32_t sim_slots_wait(struct sim_initiator *ini, uint64_t until)
{
	uint32_t n = 0;

	pthread_mutex_lock(&ini->lock);
	if (!ini->ended && !ini->stop && sim_now() < until) {
		__atomic_store_n(&ini->asleep, 1, __ATOMIC_RELAXED);
		pthread_mutex_unlock(&ini->lock);
		futex_wait(&ini->asleep, until);
		pthread_mutex_lock(&ini->lock);
		__atomic_store_n(&ini->asleep, 0, __ATOMIC_RELAXED);
	}
	for (struct sim_slot *slot = ini->ended; slot; slot = slot->next) {
		slot->queued = false;
		ini->batch[n++] = slot;
	}
	ini->ended = NULL;
	ini->ended_tail = &ini->ended;
	pthread_mutex_unlock(&ini->lock);
	return n;
}

static bool unit_attention(const struct tgt_sim_io *io)
{
	/* response codes 70h, 71h fixed, 72h, 73h descriptor (SPC-4 4.5) */
	bool descriptor = (io->sense[0] & 0x7e) == 0x72;
	uint8_t key = io->sense[descriptor ? 1 : 2] & 0x0f;

	return io->result == 0x02 && io->sense_len >= 3 && key == 0x06;
}

static bool wants_retry(struct sim_initiator *ini, struct sim_slot *slot)
{
	const struct tgt_sim_io *io = &slot->io;

	if (unit_attention(io) && slot->retries < SENSE_RETRIES) {
		slot->retries++;
		retry_later(ini, slot, 0);
		return true;
	}
	if ((io->result == 0x08 || io->result == 0x28) && slot->retries < BUSY_RETRIES) {
		slot->retries++;
		retry_later(ini, slot, sim_now() + RETRY_NS);
		return true;
	}
	return false;
}

bool sim_slot_settled(struct sim_initiator *ini, struct sim_slot *slot)
{
	if (slot->phase == SLOT_ABORTING) {
		if (!is_set(&slot->tmf_ended))
			return false;
		/* refused, or given up on: end it here. Else `done` comes, or came. */
		if (!is_set(&slot->io_ended)) {
			if (tgt_sim_cancel(ini->sim, &slot->io))
				return false;
			slot->io.result = TGT_SIM_DID_ABORT;
		}
		return true;
	}
	return slot->phase == SLOT_FLYING && is_set(&slot->io_ended) && !wants_retry(ini, slot);
}

static void start_abort(struct sim_initiator *ini, struct sim_slot *slot, uint64_t now)
{
	slot->tmf.function = TGT_TMF_ABORT_TASK;
	slot->tmf.tag = slot->io.tag;
	memcpy(slot->tmf.lun, slot->io.lun, sizeof(slot->tmf.lun));
	slot->phase = SLOT_ABORTING;
	slot->due = now + ini->sim->options.abort_ms * 1000000ull;
	if (tgt_sim_submit_tmf(ini->sim, &slot->tmf))
		slot->phase = SLOT_FLYING;	/* too many at once: next tick */
}

static void tick_slot(struct sim_initiator *ini, struct sim_slot *slot, uint64_t now, bool clock)
{
	switch (slot->phase) {
	case SLOT_FREE:
		break;
	case SLOT_RETRY:
		if (now >= slot->due) {
			ini->retrying--;
			(void)sim_slot_send(ini, slot);
		}
		break;
	case SLOT_FLYING:
		if (!clock)
			slot->due = now + ini->sim->options.timeout_ms * 1000000ull;
		else if (now >= slot->due && !is_set(&slot->io_ended))
			start_abort(ini, slot, now);
		break;
	case SLOT_ABORTING:
		if (now >= slot->due && !is_set(&slot->tmf_ended) &&
		    tgt_sim_cancel_tmf(ini->sim, &slot->tmf) == 0)
			ended(slot, &slot->tmf_ended);
		break;
	}
}

void sim_slots_tick(struct sim_initiator *ini)
{
	uint64_t now = sim_now();
	bool clock = sim_clock_runs(ini->sim);

	if (now < ini->next_tick && !ini->retrying)
		return;
	for (uint32_t i = 0; i < ini->sim->options.depth; i++)
		tick_slot(ini, &ini->slots[i], now, clock);
	ini->next_tick = now + (ini->retrying ? RETRY_NS : SLOT_TICK_NS);
}

static bool take_back(struct sim_initiator *ini, struct sim_slot *slot)
{
	if (slot->phase != SLOT_FLYING && slot->phase != SLOT_ABORTING)
		return true;
	if (!is_set(&slot->io_ended) && tgt_sim_cancel(ini->sim, &slot->io) == 0)
		ended(slot, &slot->io_ended);
	if (slot->phase == SLOT_ABORTING && !is_set(&slot->tmf_ended) &&
	    tgt_sim_cancel_tmf(ini->sim, &slot->tmf) == 0)
		ended(slot, &slot->tmf_ended);
	return is_set(&slot->io_ended) &&
	       (slot->phase != SLOT_ABORTING || is_set(&slot->tmf_ended));
}

void sim_slots_cancel(struct sim_initiator *ini)
{
	for (uint32_t i = 0; i < ini->sim->options.depth; i++) {
		/* data on the move ends within a copy's time */
		while (!take_back(ini, &ini->slots[i]))
			nanosleep(&(struct timespec){ 0, 100000 }, NULL);
		ini->slots[i].phase = SLOT_FREE;
	}
	/* a callback that still holds the lock is the last one to leave */
	pthread_mutex_lock(&ini->lock);
	pthread_mutex_unlock(&ini->lock);
}
