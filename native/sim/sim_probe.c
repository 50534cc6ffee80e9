/* SPDX-License-Identifier: MIT */
/* Owns the questions a disk driver asks before its first read. */
#define _GNU_SOURCE
#include "sim_initiator.h"

#define PROBE_BYTES	1024u

static uint64_t big_endian(const uint8_t *p, int bytes)
{
	uint64_t v = 0;

	for (int i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return v;
}

/* One command, start to end. Returns its result, or -1 when stopped. */
static int32_t ask(struct sim_initiator *ini, const uint8_t *cdb, size_t cdb_len, uint8_t *answer,
		   uint32_t len)
{
	struct sim_slot *slot = &ini->slots[0];

	memset(slot->io.scb, 0, sizeof(slot->io.scb));
	memcpy(slot->io.scb, cdb, cdb_len);
	slot->io.dir = len ? TGT_DIR_READ : TGT_DIR_NONE;
	slot->io.data = answer;
	slot->io.data_len = len;
	slot->retries = 0;
	if (answer)
		memset(answer, 0, len);
	(void)sim_slot_send(ini, slot);
	for (;;) {
		uint32_t n = sim_slots_wait(ini, ini->next_tick);

		if (sim_initiator_stopping(ini))
			return -1;
		if (n && sim_slot_settled(ini, slot)) {
			slot->phase = SLOT_FREE;
			return slot->io.result;
		}
		sim_slots_tick(ini);
	}
}

/*
 * In the order of Linux's scan and sd_mod. What is optional there is asked
 * and ignored here: the responder sees what a real disk driver would send.
 */
bool sim_probe(struct sim_initiator *ini, uint64_t *capacity, uint32_t *lba_size)
{
	static const uint8_t inquiry[6] = { 0x12, 0, 0, 0, 36, 0 };
	static const uint8_t report_luns[12] = { 0xa0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0 };
	static const uint8_t test_unit_ready[6] = { 0 };
	static const uint8_t read_capacity_16[16] = {
		[0] = 0x9e, [1] = 0x10, [13] = 32,
	};
	static const uint8_t read_capacity_10[10] = { 0x25 };
	static const uint8_t mode_sense[6] = { 0x1a, 0, 0x08, 0, 192, 0 };
	uint8_t answer[PROBE_BYTES];

	if (ask(ini, inquiry, sizeof(inquiry), answer, 36) || ini->slots[0].io.moved < 5)
		return false;
	/* connected, and a direct access device */
	if (answer[0])
		return false;
	if (ask(ini, report_luns, sizeof(report_luns), answer, PROBE_BYTES) < 0)
		return false;
	if (ask(ini, test_unit_ready, sizeof(test_unit_ready), NULL, 0))
		return false;
	if (ask(ini, read_capacity_16, sizeof(read_capacity_16), answer, 32) == 0) {
		*capacity = big_endian(answer, 8) + 1;
		*lba_size = (uint32_t)big_endian(answer + 8, 4);
	} else if (ask(ini, read_capacity_10, sizeof(read_capacity_10), answer, 8) == 0) {
		*capacity = big_endian(answer, 4) + 1;
		*lba_size = (uint32_t)big_endian(answer + 4, 4);
	} else {
		return false;
	}
	return ask(ini, mode_sense, sizeof(mode_sense), answer, 192) >= 0;
}
