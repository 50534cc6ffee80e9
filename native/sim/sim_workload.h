/* SPDX-License-Identifier: MIT */
/*
 * What the initiator reads and writes, and how it knows what it should find.
 * Used by the initiator's thread alone.
 */
#ifndef SIM_WORKLOAD_H
#define SIM_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

/* One transfer-sized piece of the disk. */
struct sim_unit {
	uint32_t generation;	/* of the newest write */
	uint16_t readers;	/* in flight */
	bool writer;		/* in flight */
	bool known;		/* holds `generation`, for sure */
};

struct sim_workload {
	uint64_t seed;
	uint64_t random;	/* state */
	uint32_t lba_size;
	uint32_t blocks;	/* of lba_size, per unit */
	uint64_t stride;	/* in units, so that the set spans the disk */
	uint32_t nr_units;
	struct sim_unit *units;
};

/* -errno; -ENOSPC if the disk is smaller than one transfer. */
int sim_workload_init(struct sim_workload *w, uint64_t seed, uint32_t transfer,
		      uint32_t depth, uint64_t capacity, uint32_t lba_size);
void sim_workload_free(struct sim_workload *w);

uint64_t sim_random(struct sim_workload *w);
/* A unit that may be read or written now, and is marked so; -1 if none is found. */
int64_t sim_unit_take(struct sim_workload *w, bool write);
uint64_t sim_unit_lba(const struct sim_workload *w, uint32_t unit);
void sim_pattern_fill(const struct sim_workload *w, uint32_t unit, uint8_t *data);
bool sim_pattern_same(const struct sim_workload *w, uint32_t unit, const uint8_t *data);

#endif
