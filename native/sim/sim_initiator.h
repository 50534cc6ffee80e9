/* SPDX-License-Identifier: MIT */
/* What the initiator's files share: its thread, its slots, its queue of endings. */
#ifndef SIM_INITIATOR_H
#define SIM_INITIATOR_H

#include "sim_internal.h"
#include "sim_workload.h"

enum slot_phase {
	SLOT_FREE,
	SLOT_FLYING,
	SLOT_ABORTING,	/* a TMF is out; ends when io and tmf both have */
	SLOT_RETRY,	/* waits until `due` to be sent again */
};

struct sim_slot {
	struct tgt_sim_io io;
	struct tgt_sim_tmf tmf;
	struct sim_initiator *owner;
	enum slot_phase phase;
	bool io_ended, tmf_ended;	/* atomic, set by `done` callbacks */
	bool queued;			/* in `ended`; under the lock */
	uint32_t retries;
	uint64_t due;		/* timeout, or the time to retry */
	uint32_t unit;
	struct sim_slot *next;	/* in `ended`; under the lock */
	struct sim_slot *next_free;	/* may still stand in `ended`: not the same link */
};

struct sim_initiator {
	struct tgt_sim *sim;
	pthread_t thread;

	pthread_mutex_t lock;
	uint32_t asleep;	/* atomic, a futex: cleared by who wakes */
	bool stop;
	struct sim_slot *ended, **ended_tail;	/* io or tmf is over, newest last */

	/* the thread's own */
	struct sim_slot *slots;		/* options.depth of them */
	struct sim_slot **batch;	/* what sim_slots_wait() returned */
	uint8_t *buffers;		/* options.depth x options.block */
	struct sim_slot *free;
	struct sim_workload work;
	uint32_t retrying;		/* slots in SLOT_RETRY */
	uint64_t next_tick, next_issue;

	/* atomic, written by the thread */
	uint64_t issued, completed, failed, corrupt, aborted;
	bool finished;
};

#define SLOT_TICK_NS	100000000ull	/* how often timeouts are looked at */

/* sim_slots.c: sends, times out, aborts and retries one command. */
int sim_slots_init(struct sim_initiator *ini);
void sim_slots_free(struct sim_initiator *ini);
/* -errno if it could not be sent; the slot is then unchanged. */
int sim_slot_send(struct sim_initiator *ini, struct sim_slot *slot);
/* Sleeps until something ends, `until` passes or stop; returns how many of `batch`. */
uint32_t sim_slots_wait(struct sim_initiator *ini, uint64_t until);
/* Is the command over? False: it waits for its TMF, or is to be sent again. */
bool sim_slot_settled(struct sim_initiator *ini, struct sim_slot *slot);
/* Timeouts and due retries. */
void sim_slots_tick(struct sim_initiator *ini);
/* Takes every command back; none is in flight afterwards. */
void sim_slots_cancel(struct sim_initiator *ini);
bool sim_initiator_stopping(struct sim_initiator *ini);
void sim_futex_wake(uint32_t *word);

/* sim_probe.c: false when there is no usable disk (yet). */
bool sim_probe(struct sim_initiator *ini, uint64_t *capacity, uint32_t *lba_size);

#endif
