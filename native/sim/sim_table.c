/* SPDX-License-Identifier: MIT */
/* Owns the command table: who is in it, in which state, and who hears of its changes. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "sim_internal.h"

void sim_lock(struct tgt_sim *sim)
{
	pthread_mutex_lock(&sim->lock);
}

/*
 * Pairs with the fence between arming and re-checking in sim_wait.c: either
 * the waiter sees the event, or this sees it armed. One write per sleep.
 */
static bool disarm(struct tgt_sim_file *file)
{
	return __atomic_load_n(&file->armed, __ATOMIC_RELAXED) &&
	       __atomic_exchange_n(&file->armed, 0, __ATOMIC_SEQ_CST);
}

static void wake_file(struct tgt_sim_file *file)
{
	/* cannot fail: the counter is far from full, the fd lives with the file */
	(void)eventfd_write(file->event_fd, 1);
}

/* Wakes and delivers what has gathered under the lock, outside it. */
void sim_unlock(struct tgt_sim *sim)
{
	struct tgt_sim_file *owner = NULL;
	struct tgt_sim_io *io;
	struct tgt_sim_tmf *tmf;

	if (sim->wake_owner || sim->wake_observers)
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (sim->options.delay_us)
		sim_delay_wake(sim);
	io = sim->finished;
	tmf = sim->finished_tmfs;
	if (sim->wake_owner && sim->owner && disarm(sim->owner)) {
		owner = sim->owner;
		tgt_sim_file_get(owner);
		sim_tel_add(sim->tel->wakeups, 1);
	}
	if (sim->wake_observers)
		for (struct tgt_sim_file *f = sim->files; f; f = f->next)
			if (!f->writable && disarm(f))
				wake_file(f);
	sim->wake_owner = sim->wake_observers = false;
	sim->finished = NULL;
	sim->finished_tail = &sim->finished;
	sim->finished_tmfs = NULL;
	pthread_mutex_unlock(&sim->lock);

	if (owner) {
		wake_file(owner);
		tgt_sim_file_put(owner);
	}
	while (io) {
		struct tgt_sim_io *next = io->next;

		io->done(io);
		io = next;
	}
	while (tmf) {
		struct tgt_sim_tmf *next = tmf->next;

		tmf->done(tmf);
		tmf = next;
	}
}

struct tgt_sim_io *sim_find(struct tgt_sim *sim, uint32_t cid)
{
	struct tgt_sim_io *io = sim->table[cid % TGT_SIM_COMMANDS];

	return io && io->cid == cid ? io : NULL;
}

static void table_remove(struct tgt_sim *sim, struct tgt_sim_io *io)
{
	sim->table[io->cid % TGT_SIM_COMMANDS] = NULL;
	io->state = TGT_SIM_IDLE;
	sim->outstanding--;
	sim_tel_set(sim->tel->outstanding, sim->outstanding);
}

/* The command is over: `done` runs at the next sim_unlock(). */
void sim_end(struct tgt_sim *sim, struct tgt_sim_io *io, int32_t result)
{
	table_remove(sim, io);
	io->result = result;
	io->next = NULL;
	*sim->finished_tail = io;
	sim->finished_tail = &io->next;
}

static int older(const void *a, const void *b)
{
	const struct tgt_sim_io *const *x = a, *const *y = b;

	return (*x)->tag < (*y)->tag ? -1 : (*x)->tag > (*y)->tag;
}

static size_t by_age(struct tgt_sim *sim, struct tgt_sim_io **out)
{
	size_t n = 0;

	for (uint32_t i = 0; i < TGT_SIM_COMMANDS; i++)
		if (sim->table[i])
			out[n++] = sim->table[i];
	qsort(out, n, sizeof(*out), older);
	return n;
}

/* The rings are clean: everything unfinished goes out again, oldest first. */
void sim_owner_attached(struct tgt_sim *sim)
{
	struct tgt_sim_io *all[TGT_SIM_COMMANDS];
	size_t n = by_age(sim, all);

	for (size_t i = 0; i < n; i++)
		if (all[i]->state == TGT_SIM_QUEUED)
			sim_emit_req(sim, all[i]);
	for (struct tgt_sim_tmf *tmf = sim->tmfs; tmf; tmf = tmf->next)
		sim_emit_tmf(sim, tmf);
}

/* Nobody is left to read CMD_DONEs: those commands end, the rest waits. */
void sim_owner_left(struct tgt_sim *sim)
{
	while (sim->pending) {
		struct sim_event *e = sim->pending;

		if (e->ev.type == TGT_KEVENT_CMD_DONE && e->io && !e->io->data_only)
			sim_end(sim, e->io, e->io->result);
		sim_withdraw(sim, &sim->pending);
	}
	for (uint32_t i = 0; i < TGT_SIM_COMMANDS; i++) {
		struct tgt_sim_io *io = sim->table[i];

		if (!io || io->state == TGT_SIM_DROPPED)
			continue;
		io->state = TGT_SIM_QUEUED;
		io->data_only = false;
	}
}

int tgt_sim_submit(struct tgt_sim *sim, struct tgt_sim_io *io)
{
	uint32_t cid;

	sim_lock(sim);
	if (__atomic_load_n(&sim->gone, __ATOMIC_RELAXED)) {
		sim_unlock(sim);
		return -ENODEV;
	}
	if (sim->outstanding == TGT_SIM_COMMANDS) {
		sim_unlock(sim);
		return -EBUSY;
	}
	do {
		cid = sim->next_cid++;
		if (sim->next_cid > INT32_MAX)
			sim->next_cid = 1;
	} while (sim->table[cid % TGT_SIM_COMMANDS]);

	io->cid = cid;
	io->tag = sim->next_tag++;
	io->state = TGT_SIM_QUEUED;
	io->aborting = false;
	io->data_only = false;
	io->result = 0;
	io->moved = 0;
	io->sense_len = 0;
	io->born_ns = sim_now();
	sim->table[cid % TGT_SIM_COMMANDS] = io;
	sim->outstanding++;
	sim_tel_set(sim->tel->outstanding, sim->outstanding);
	if (sim->owner) {
		sim_flush(sim);
		sim_emit_req(sim, io);
	}
	sim_unlock(sim);
	return 0;
}

int tgt_sim_cancel(struct tgt_sim *sim, struct tgt_sim_io *io)
{
	int err = 0;

	sim_lock(sim);
	if (io->state == TGT_SIM_IDLE) {
		err = -ENOENT;
	} else if (io->state == TGT_SIM_MOVING) {
		err = -EBUSY;
	} else {
		for (struct sim_event **at = &sim->pending; *at;) {
			if ((*at)->io != io) {
				at = &(*at)->next;
			} else if ((*at)->ev.type == TGT_KEVENT_CMD_REQ) {
				sim_withdraw(sim, at);
			} else {
				/* the responder still learns that it is done */
				(*at)->io = NULL;
				at = &(*at)->next;
			}
		}
		table_remove(sim, io);
	}
	sim_unlock(sim);
	return err;
}

/* Destruction: nothing stays behind. Both locks held, nothing is moving. */
void sim_end_everything(struct tgt_sim *sim)
{
	while (sim->pending)
		sim_withdraw(sim, &sim->pending);
	for (uint32_t i = 0; i < TGT_SIM_COMMANDS; i++)
		if (sim->table[i])
			sim_end(sim, sim->table[i], TGT_SIM_DID_NO_CONNECT);
	while (sim->tmfs) {
		struct tgt_sim_tmf *tmf = sim_tmf_take(sim, sim->tmfs->mid);

		tmf->result = -ENODEV;
		tmf->next = sim->finished_tmfs;
		sim->finished_tmfs = tmf;
	}
}

size_t tgt_sim_commands(struct tgt_sim *sim, struct tgt_sim_command *out, size_t room)
{
	struct tgt_sim_io *all[TGT_SIM_COMMANDS];
	uint64_t now = sim_now();
	size_t n;

	sim_lock(sim);
	n = by_age(sim, all);
	if (n > room)
		n = room;
	for (size_t i = 0; i < n; i++) {
		const struct tgt_sim_io *io = all[i];

		out[i].cid = io->cid;
		out[i].host_no = SIM_HOST;
		out[i].tag = io->tag;
		memcpy(out[i].lun, io->lun, sizeof(io->lun));
		memcpy(out[i].scb, io->scb, sizeof(io->scb));
		out[i].state = io->aborting && io->state != TGT_SIM_DONE_QUEUED ? TGT_SIM_ABORTING
										 : io->state;
		out[i].age_ns = now > io->born_ns ? now - io->born_ns : 0;
	}
	sim_unlock(sim);
	return n;
}
