/* SPDX-License-Identifier: MIT */
/* Owns the working set: which blocks are in use, what was written to them last. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim_workload.h"

#define SET_BYTES	(64u << 20)	/* the working set's upper bound */
#define ODD		0x9e3779b97f4a7c15ull

int sim_workload_init(struct sim_workload *w, uint64_t seed, uint32_t transfer,
		      uint32_t depth, uint64_t capacity, uint32_t lba_size)
{
	uint64_t all, set;

	memset(w, 0, sizeof(*w));
	if (!lba_size || lba_size % 512 || transfer % lba_size)
		return -EINVAL;
	w->seed = seed;
	w->random = seed;
	w->lba_size = lba_size;
	w->blocks = transfer / lba_size;
	all = capacity / w->blocks;
	if (!all)
		return -ENOSPC;
	set = SET_BYTES / transfer;
	if (set < 2ull * depth)
		set = 2ull * depth;
	if (set > all)
		set = all;
	w->nr_units = (uint32_t)set;
	w->stride = all / set;
	w->units = calloc(set, sizeof(*w->units));
	return w->units ? 0 : -ENOMEM;
}

void sim_workload_free(struct sim_workload *w)
{
	free(w->units);
	w->units = NULL;
}

/* Sebastiano Vigna's splitmix64 constants: a bijection of 64 bits. */
static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

uint64_t sim_random(struct sim_workload *w)
{
	w->random += ODD;
	return mix(w->random);
}

int64_t sim_unit_take(struct sim_workload *w, bool write)
{
	uint32_t at = (uint32_t)(sim_random(w) % w->nr_units);

	/* in a small set neighbours are tried; a big one hits at once */
	for (uint32_t i = 0; i < w->nr_units && i < 1024; i++) {
		struct sim_unit *u = &w->units[at];

		if (!u->writer && !(write && u->readers)) {
			if (write) {
				u->writer = true;
				u->known = false;
				u->generation++;
			} else {
				u->readers++;
			}
			return at;
		}
		at = at + 1 == w->nr_units ? 0 : at + 1;
	}
	return -1;
}

uint64_t sim_unit_lba(const struct sim_workload *w, uint32_t unit)
{
	return (uint64_t)unit * w->stride * w->blocks;
}

/* Of one logical block: no two blocks, generations or seeds look alike. */
static uint64_t block_key(const struct sim_workload *w, uint32_t unit, uint32_t block)
{
	uint64_t lba = sim_unit_lba(w, unit) + block;

	return mix(mix(lba ^ w->seed * ODD) + w->units[unit].generation);
}

void sim_pattern_fill(const struct sim_workload *w, uint32_t unit, uint8_t *data)
{
	for (uint32_t b = 0; b < w->blocks; b++, data += w->lba_size) {
		uint64_t key = block_key(w, unit, b);
		uint64_t *word = (uint64_t *)data;

		for (uint32_t i = 0; i < w->lba_size / 8; i++)
			word[i] = key + i * ODD;
	}
}

bool sim_pattern_same(const struct sim_workload *w, uint32_t unit, const uint8_t *data)
{
	uint64_t differ = 0;

	for (uint32_t b = 0; b < w->blocks; b++, data += w->lba_size) {
		uint64_t key = block_key(w, unit, b);
		const uint64_t *word = (const uint64_t *)data;

		for (uint32_t i = 0; i < w->lba_size / 8; i++)
			differ |= word[i] ^ (key + i * ODD);
	}
	return !differ;
}
