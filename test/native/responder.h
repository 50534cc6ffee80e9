/* SPDX-License-Identifier: MIT */
/*
 * A responder in C, doing what the TypeScript one does: a ram disk whose memory
 * the kernel half copies from and to, one doorbell per batch, a blocking wait.
 */
#ifndef RESPONDER_H
#define RESPONDER_H

#include <stdatomic.h>

#include "tgt_sim.h"

struct ram_store {
	int fd;
	uint8_t *base;
	uint64_t blocks;	/* of 512 bytes */
};

int ram_store_open(struct ram_store *store, uint64_t blocks);
void ram_store_close(struct ram_store *store);

#define RESPONDER_ANSWER 256u	/* bytes for what is not in the store */

struct responder {
	struct tgt_sim_file *file;
	struct ram_store *store;
	struct tgt_ring kuring, ukring;
	struct tgt_telemetry *tel;
	struct tgt_slot_stamp *verdicts;
	uint8_t *map;		/* of the memfd */
	size_t mapped;
	uint8_t *answers;	/* one per ukring slot */
	int wake_fd;
	bool attention;		/* the first command gets a UNIT ATTENTION */
	bool bad_uaddr;		/* answered again with sense */
	/* how it fails, for tests */
	uint32_t lie_every;	/* one READ in so many comes from another place */
	uint32_t busy_every;	/* one command in so many is BUSY */
	atomic_uint_fast64_t commands, rejected;
	/* NULL, or called for each event of kuring: when the last wait began and returned */
	void (*taken)(struct responder *r, uint32_t index, uint64_t slept_ns, uint64_t woke_ns);
};

/* Opens the simulator as its owner. */
int responder_open(struct responder *r, struct tgt_sim *sim, struct ram_store *store);
/* Answers until responder_stop(), or `commands` have been answered (0 = no end). */
int responder_run(struct responder *r, uint64_t commands);
/* From any thread. */
void responder_stop(struct responder *r);
void responder_close(struct responder *r);

#endif
