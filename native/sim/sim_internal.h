/* SPDX-License-Identifier: MIT */
/*
 * What the simulator's files share. Two locks, taken in this order:
 * `receive` serialises the doorbell and the comings and goings of owners;
 * `lock` guards the command table, the pending events, kuring and the files.
 * User data moves under `receive` alone.
 */
#ifndef SIM_INTERNAL_H
#define SIM_INTERNAL_H

#include <pthread.h>

#include "tgt_sim.h"

#define SIM_HOST	0	/* the one target host */
#define SIM_TMFS	64u
/* CMD_DONEs that may wait for room before the doorbell stops consuming */
#define SIM_DONES	1024u
#define SIM_EVENTS	(TGT_SIM_COMMANDS + SIM_TMFS + SIM_DONES)

/* An event that waits for room in kuring. */
struct sim_event {
	struct sim_event *next;
	struct tgt_event ev;
	struct tgt_sim_io *io;	/* of CMD_REQ and CMD_DONE; NULL once cancelled */
};

struct tgt_sim_file {
	struct tgt_sim *sim;
	struct tgt_sim_file *next;
	uint32_t refs;		/* atomic */
	bool writable;
	bool closed;		/* atomic */
	uint32_t armed;		/* atomic: poll() may sleep, an eventfd write is due */
	int event_fd;
	/* observer: what it has seen */
	uint32_t mark_epoch, mark_produced, mark_consumed;
};

struct sim_initiator;

struct tgt_sim {
	struct tgt_sim_options options;
	uint32_t refs;		/* atomic */
	bool gone;		/* atomic */
	int memory_fd;
	int pid;
	uint8_t *base;		/* rings, then telemetry */
	size_t mapped;
	struct tgt_ring kuring_shape;	/* geometry alone; never changes */
	struct tgt_telemetry *tel;
	struct tgt_slot_stamp *kuring_stamps, *ukring_stamps;

	pthread_mutex_t receive;
	struct tgt_ring ukring;
	bool cut_short;		/* atomic: the doorbell stopped with slots left */

	pthread_mutex_t lock;
	struct tgt_ring kuring;
	struct tgt_sim_file *owner;	/* at most one */
	struct tgt_sim_file *files;
	uint32_t observers;	/* atomic */
	struct tgt_sim_io *table[TGT_SIM_COMMANDS];	/* by cid, modulo */
	uint32_t outstanding;
	uint32_t next_cid;
	uint64_t next_tag;
	struct tgt_sim_tmf *tmfs;
	uint32_t nr_tmfs;
	uint64_t next_mid;
	struct sim_event *pending, **pending_tail;	/* order of publication */
	uint32_t nr_pending;	/* atomic for readers without the lock */
	uint32_t done_pending;	/* atomic: CMD_DONEs among them */
	struct sim_event *free_events;
	struct sim_event *events;
	/* what sim_unlock() has to do */
	struct tgt_sim_io *finished, **finished_tail;
	struct tgt_sim_tmf *finished_tmfs;
	bool wake_owner;
	bool wake_observers;
	bool delaying;		/* atomic: a wake-up of the owner is put off */

	struct sim_initiator *initiator;	/* atomic, set once */
};

/* The telemetry page has readers without a lock. */
#define sim_tel_set(field, v)	__atomic_store_n(&(field), (v), __ATOMIC_RELAXED)
#define sim_tel_get(field)	__atomic_load_n(&(field), __ATOMIC_RELAXED)
#define sim_tel_add(field, n)	sim_tel_set(field, sim_tel_get(field) + (n))

uint64_t sim_now(void);
/* pthread_mutex_init for short sections under contention. */
int sim_mutex_init(pthread_mutex_t *mutex);

/* sim_memory.c */
int sim_memory_init(struct tgt_sim *sim);
void sim_memory_free(struct tgt_sim *sim);
void sim_memory_wipe(struct tgt_sim *sim);
uint64_t sim_process_start(void);

/* sim_table.c: with `lock` held, sim_unlock() also wakes and delivers */
void sim_lock(struct tgt_sim *sim);
void sim_unlock(struct tgt_sim *sim);
struct tgt_sim_io *sim_find(struct tgt_sim *sim, uint32_t cid);
void sim_end(struct tgt_sim *sim, struct tgt_sim_io *io, int32_t result);
void sim_owner_attached(struct tgt_sim *sim);
void sim_owner_left(struct tgt_sim *sim);
void sim_end_everything(struct tgt_sim *sim);

/* sim_kuring.c: with `lock` held */
void sim_emit_req(struct tgt_sim *sim, struct tgt_sim_io *io);
void sim_emit_done(struct tgt_sim *sim, struct tgt_sim_io *io, int32_t result, bool data_only);
void sim_emit_tmf(struct tgt_sim *sim, const struct tgt_sim_tmf *tmf);
void sim_withdraw(struct tgt_sim *sim, struct sim_event **at);
/* Publishes what fits. */
void sim_flush(struct tgt_sim *sim);

/* sim_tmf.c: with `lock` held */
struct tgt_sim_tmf *sim_tmf_take(struct tgt_sim *sim, uint64_t mid);
int32_t sim_tmf_answered(struct tgt_sim *sim, uint64_t mid, int32_t result);

/* sim_receive.c: with `receive` held */
void sim_receive(struct tgt_sim *sim);

/* sim_quirk.c: with `lock` held, which it drops meanwhile; for sim_unlock() */
void sim_delay_wake(struct tgt_sim *sim);

/* sim_initiator.c */
int sim_initiator_start(struct tgt_sim *sim);
void sim_initiator_stop(struct tgt_sim *sim);
/* With the last reference. */
void sim_initiator_free(struct tgt_sim *sim);
void sim_initiator_stats(struct tgt_sim *sim, struct tgt_sim_stats *stats);
/* May a command time out now? Not without an owner, not under hold. */
bool sim_clock_runs(struct tgt_sim *sim);

#endif
