/* SPDX-License-Identifier: MIT */
/* Owns the initiator's thread: probe, then reads and writes at a chosen depth. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "sim_initiator.h"

#define PROBE_AGAIN_NS	500000000ull

static void add(uint64_t *counter)
{
	__atomic_store_n(counter, *counter + 1, __ATOMIC_RELAXED);
}

static void put_big_endian(uint8_t *p, uint64_t v, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--, v >>= 8)
		p[i] = (uint8_t)v;
}

static void build_cdb(uint8_t *scb, bool write, uint64_t lba, uint32_t blocks)
{
	memset(scb, 0, 16);
	if (lba + blocks <= 0x100000000ull) {
		scb[0] = write ? 0x2a : 0x28;
		put_big_endian(scb + 2, lba, 4);
		put_big_endian(scb + 7, blocks, 2);
	} else {
		scb[0] = write ? 0x8a : 0x88;
		put_big_endian(scb + 2, lba, 8);
		put_big_endian(scb + 10, blocks, 4);
	}
}

/* May another command go out now? Otherwise when: in *until, if earlier. */
static bool may_issue(struct sim_initiator *ini, uint64_t *until)
{
	const struct tgt_sim_options *o = &ini->sim->options;
	uint64_t now, step;

	if (!ini->free || (o->count && ini->issued >= o->count))
		return false;
	if (!o->rate)
		return true;
	now = sim_now();
	step = 1000000000ull / o->rate;
	/* what was missed while the disk was slow is not made up for */
	if (ini->next_issue + o->depth * step < now)
		ini->next_issue = now;
	if (now < ini->next_issue) {
		if (ini->next_issue < *until)
			*until = ini->next_issue;
		return false;
	}
	ini->next_issue += step;
	return true;
}

static bool issue(struct sim_initiator *ini)
{
	struct sim_slot *slot = ini->free;
	bool write = sim_random(&ini->work) % 100 >= ini->sim->options.read;
	int64_t unit = sim_unit_take(&ini->work, write);

	if (unit < 0)
		return false;
	ini->free = slot->next_free;
	slot->unit = (uint32_t)unit;
	slot->retries = 0;
	slot->io.data = ini->buffers + (size_t)(slot - ini->slots) * ini->sim->options.block;
	slot->io.data_len = ini->sim->options.block;
	slot->io.dir = write ? TGT_DIR_WRITE : TGT_DIR_READ;
	build_cdb(slot->io.scb, write, sim_unit_lba(&ini->work, slot->unit), ini->work.blocks);
	if (write)
		sim_pattern_fill(&ini->work, slot->unit, slot->io.data);
	add(&ini->issued);
	(void)sim_slot_send(ini, slot);
	return true;
}

static void finish(struct sim_initiator *ini, struct sim_slot *slot)
{
	struct sim_unit *unit = &ini->work.units[slot->unit];
	const struct tgt_sim_io *io = &slot->io;
	bool good = io->result == 0 && io->moved == io->data_len;

	if (io->dir == TGT_DIR_WRITE) {
		unit->writer = false;
		unit->known = good;
	} else {
		unit->readers--;
		if (good && unit->known && !sim_pattern_same(&ini->work, slot->unit, io->data))
			add(&ini->corrupt);
	}
	if (slot->phase == SLOT_ABORTING && io->result == TGT_SIM_DID_ABORT)
		add(&ini->aborted);
	else if (!good)
		add(&ini->failed);
	add(&ini->completed);

	slot->phase = SLOT_FREE;
	slot->next_free = ini->free;
	ini->free = slot;
	if (ini->sim->options.count && ini->completed >= ini->sim->options.count)
		__atomic_store_n(&ini->finished, true, __ATOMIC_RELEASE);
}

static void work(struct sim_initiator *ini)
{
	for (uint32_t i = 0; i < ini->sim->options.depth; i++) {
		ini->slots[i].next_free = ini->free;
		ini->free = &ini->slots[i];
	}
	ini->next_issue = sim_now();
	while (!sim_initiator_stopping(ini)) {
		uint64_t until = ini->next_tick;
		uint32_t n;

		while (may_issue(ini, &until) && issue(ini))
			;
		n = sim_slots_wait(ini, until);
		for (uint32_t i = 0; i < n; i++) {
			if (!sim_slot_settled(ini, ini->batch[i]))
				continue;
			finish(ini, ini->batch[i]);
			/* at once, so that the responder is not kept waiting */
			if (may_issue(ini, &until))
				(void)issue(ini);
		}
		sim_slots_tick(ini);
	}
}

/* Until there is a disk. False: stopped before that. */
static bool find_disk(struct sim_initiator *ini)
{
	const struct tgt_sim_options *o = &ini->sim->options;
	uint64_t capacity, again;
	uint32_t lba_size;

	for (;;) {
		if (sim_probe(ini, &capacity, &lba_size) &&
		    !sim_workload_init(&ini->work, o->seed, o->block, o->depth, capacity, lba_size))
			return true;
		if (sim_initiator_stopping(ini))
			return false;
		add(&ini->failed);
		again = sim_now() + PROBE_AGAIN_NS;
		while (sim_now() < again && !sim_initiator_stopping(ini))
			sim_slots_wait(ini, again);
	}
}

static void *initiator(void *arg)
{
	struct sim_initiator *ini = arg;

	ini->next_tick = sim_now() + SLOT_TICK_NS;
	if (find_disk(ini))
		work(ini);
	sim_slots_cancel(ini);
	sim_workload_free(&ini->work);
	return NULL;
}

/* Signals are the process's business, never this thread's. */
static int start_thread(struct sim_initiator *ini)
{
	sigset_t all, old;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&ini->thread, NULL, initiator, ini);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (!err)
		pthread_setname_np(ini->thread, "tgt-initiator");
	return -err;
}

int sim_initiator_start(struct tgt_sim *sim)
{
	struct sim_initiator *ini = calloc(1, sizeof(*ini));
	int err;

	if (!ini)
		return -ENOMEM;
	ini->sim = sim;
	err = sim_slots_init(ini);
	if (err)
		goto free_initiator;
	err = sim_mutex_init(&ini->lock);
	if (err)
		goto free_slots;
	err = start_thread(ini);
	if (err)
		goto destroy_lock;
	__atomic_store_n(&sim->initiator, ini, __ATOMIC_RELEASE);
	return 0;

destroy_lock:
	pthread_mutex_destroy(&ini->lock);
free_slots:
	sim_slots_free(ini);
free_initiator:
	free(ini);
	return err;
}

/* Stops the thread; its counters stay readable until the last reference goes. */
void sim_initiator_stop(struct tgt_sim *sim)
{
	struct sim_initiator *ini = __atomic_load_n(&sim->initiator, __ATOMIC_ACQUIRE);

	if (!ini)
		return;
	pthread_mutex_lock(&ini->lock);
	__atomic_store_n(&ini->stop, true, __ATOMIC_RELEASE);
	__atomic_store_n(&ini->asleep, 0, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&ini->lock);
	sim_futex_wake(&ini->asleep);
	pthread_join(ini->thread, NULL);
}

void sim_initiator_free(struct tgt_sim *sim)
{
	struct sim_initiator *ini = sim->initiator;

	if (!ini)
		return;
	pthread_mutex_destroy(&ini->lock);
	sim_slots_free(ini);
	free(ini);
}

void sim_initiator_stats(struct tgt_sim *sim, struct tgt_sim_stats *stats)
{
	struct sim_initiator *ini = __atomic_load_n(&sim->initiator, __ATOMIC_ACQUIRE);

	memset(stats, 0, sizeof(*stats));
	if (!ini)
		return;
	stats->finished = __atomic_load_n(&ini->finished, __ATOMIC_ACQUIRE);
	stats->completed = __atomic_load_n(&ini->completed, __ATOMIC_RELAXED);
	stats->issued = __atomic_load_n(&ini->issued, __ATOMIC_RELAXED);
	stats->failed = __atomic_load_n(&ini->failed, __ATOMIC_RELAXED);
	stats->corrupt = __atomic_load_n(&ini->corrupt, __ATOMIC_RELAXED);
	stats->aborted = __atomic_load_n(&ini->aborted, __ATOMIC_RELAXED);
}
