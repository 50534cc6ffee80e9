/* SPDX-License-Identifier: MIT */
/* Owns the C responder; see responder.h. */
#define _GNU_SOURCE
#include "responder.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define LBA_SIZE 512u

int ram_store_open(struct ram_store *store, uint64_t blocks)
{
	store->blocks = blocks;
	store->fd = memfd_create("ram-store", MFD_CLOEXEC);
	if (store->fd < 0 || ftruncate(store->fd, (off_t)(blocks * LBA_SIZE)) < 0)
		return -errno;
	store->base = mmap(NULL, blocks * LBA_SIZE, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_NORESERVE, store->fd, 0);
	return store->base == MAP_FAILED ? -errno : 0;
}

void ram_store_close(struct ram_store *store)
{
	munmap(store->base, store->blocks * LBA_SIZE);
	close(store->fd);
}

/*
 * ThreadSanitizer knows memory by its address: through a mapping of its own the
 * responder's loads would not pair with the kernel half's stores.
 */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SHARE_MAPPING 1
#endif
#endif

static int map_rings(struct responder *r, struct tgt_sim *sim)
{
	uint32_t total = ((struct tgt_telemetry *)((uint8_t *)tgt_sim_base(sim) +
						    TGT_TELEMETRY_OFFSET))->total_size;

	r->mapped = TGT_TELEMETRY_OFFSET + total;
#ifdef SHARE_MAPPING
	r->map = tgt_sim_base(sim);
#else
	r->map = mmap(NULL, r->mapped, PROT_READ | PROT_WRITE, MAP_SHARED, tgt_sim_memory(sim), 0);
	if (r->map == MAP_FAILED)
		return -errno;
#endif
	tgt_ring_init(&r->kuring, r->map);
	tgt_ring_init(&r->ukring, r->map + TGT_RINGBUF_SIZE);
	r->tel = (struct tgt_telemetry *)(r->map + TGT_TELEMETRY_OFFSET);
	r->verdicts = (struct tgt_slot_stamp *)((uint8_t *)r->tel + r->tel->ukring_stamps);
	return 0;
}

int responder_open(struct responder *r, struct tgt_sim *sim, struct ram_store *store)
{
	int err = map_rings(r, sim);

	if (err)
		return err;
	r->store = store;
	r->answers = calloc(r->ukring.nr_entry, RESPONDER_ANSWER);
	r->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (!r->answers || r->wake_fd < 0)
		return -ENOMEM;
	err = tgt_sim_open(sim, true, &r->file);
	if (err) {
		close(r->wake_fd);
		free(r->answers);
	}
	return err;
}

void responder_close(struct responder *r)
{
	tgt_sim_close(r->file);
#ifndef SHARE_MAPPING
	munmap(r->map, r->mapped);
#endif
	close(r->wake_fd);
	free(r->answers);
}

void responder_stop(struct responder *r)
{
	(void)eventfd_write(r->wake_fd, 1);
}

/* ---- SCSI --------------------------------------------------------------- */

static uint64_t get(const uint8_t *p, int bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | *p++;
	return v;
}

static void put(uint8_t *p, uint64_t v, int bytes)
{
	while (bytes--) {
		p[bytes] = (uint8_t)v;
		v >>= 8;
	}
}

struct answer {
	int32_t result;
	const void *data;
	uint32_t len;
	uint8_t rw;
};

static struct answer sense(uint8_t *room, uint8_t key, uint16_t asc)
{
	memset(room, 0, 18);
	room[0] = 0x70;
	room[2] = key;
	room[7] = 10;
	put(room + 12, asc, 2);
	return (struct answer){ 0x02, room, 18, TGT_RW_READ };
}

static uint32_t at_most(uint32_t a, uint64_t b)
{
	return a < b ? a : (uint32_t)b;
}

static struct answer move(struct responder *r, uint8_t *room, bool write, uint64_t lba,
			  uint64_t blocks, uint64_t serial)
{
	if (lba > r->store->blocks || blocks > r->store->blocks - lba)
		return sense(room, 0x05, 0x2100);
	if (!write && r->lie_every && serial % r->lie_every == 0)
		lba = lba ? 0 : r->store->blocks - blocks;
	return (struct answer){ 0, r->store->base + lba * LBA_SIZE, (uint32_t)(blocks * LBA_SIZE),
				write ? TGT_RW_WRITE : TGT_RW_READ };
}

static struct answer inquiry(const uint8_t *cdb, uint8_t *room, bool present)
{
	memset(room, 0, 36);
	room[0] = present ? 0x00 : 0x7f;
	room[2] = 6;
	room[3] = 2;
	room[4] = 31;
	room[7] = 0x02;
	memcpy(room + 8, "TGTCTL  C RESPONDER     0001", 28);
	return (struct answer){ 0, room, at_most(36, get(cdb + 3, 2)), TGT_RW_READ };
}

static struct answer report_luns(const uint8_t *cdb, uint8_t *room)
{
	memset(room, 0, 16);
	put(room, 8, 4);
	return (struct answer){ 0, room, at_most(16, get(cdb + 6, 4)), TGT_RW_READ };
}

static struct answer read_capacity(struct responder *r, uint8_t *room, bool sixteen, uint32_t len)
{
	uint64_t last = r->store->blocks - 1;

	memset(room, 0, 32);
	put(room, sixteen ? last : at_most(UINT32_MAX, last), sixteen ? 8 : 4);
	put(room + (sixteen ? 8 : 4), LBA_SIZE, 4);
	return (struct answer){ 0, room, at_most(sixteen ? 32 : 8, len), TGT_RW_READ };
}

static struct answer execute(struct responder *r, const struct tgt_event *ev, uint8_t *room)
{
	const uint8_t *cdb = ev->k.cmd_req.scb;
	bool present = !memcmp(ev->k.cmd_req.lun, "\0\0\0\0\0\0\0\0", 8);
	uint64_t serial = atomic_fetch_add_explicit(&r->commands, 1, memory_order_relaxed) + 1;

	switch (cdb[0]) {
	case 0x12:
		return inquiry(cdb, room, present);
	case 0xa0:
		return report_luns(cdb, room);
	}
	if (!present)
		return sense(room, 0x05, 0x2500);
	if (r->attention) {
		r->attention = false;
		return sense(room, 0x06, 0x2900);
	}
	if (r->busy_every && serial % r->busy_every == 0)
		return (struct answer){ 0x08, NULL, 0, TGT_RW_READ };

	switch (cdb[0]) {
	case 0x00:
	case 0x35:
	case 0x91:
		return (struct answer){ 0, NULL, 0, TGT_RW_READ };
	case 0x03:
		sense(room, 0, 0);
		return (struct answer){ 0, room, at_most(18, cdb[4]), TGT_RW_READ };
	case 0x08:
	case 0x0a:
		return move(r, room, cdb[0] == 0x0a, get(cdb + 1, 3) & 0x1fffff,
			    cdb[4] ? cdb[4] : 256, serial);
	case 0x28:
	case 0x2a:
		return move(r, room, cdb[0] == 0x2a, get(cdb + 2, 4), get(cdb + 7, 2), serial);
	case 0xa8:
	case 0xaa:
		return move(r, room, cdb[0] == 0xaa, get(cdb + 2, 4), get(cdb + 6, 4), serial);
	case 0x88:
	case 0x8a:
		return move(r, room, cdb[0] == 0x8a, get(cdb + 2, 8), get(cdb + 10, 4), serial);
	case 0x25:
		return read_capacity(r, room, false, 8);
	case 0x9e:
		if ((cdb[1] & 0x1f) == 0x10)
			return read_capacity(r, room, true, (uint32_t)get(cdb + 10, 4));
		return sense(room, 0x05, 0x2400);
	case 0x1a:
		memset(room, 0, 4);
		room[0] = 3;
		return (struct answer){ 0, room, at_most(4, cdb[4]), TGT_RW_READ };
	}
	return sense(room, 0x05, 0x2000);
}

/* ---- rings -------------------------------------------------------------- */

static void respond(struct responder *r, int32_t host_no, uint32_t cid, const struct answer *a)
{
	struct tgt_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.type = TGT_UEVENT_CMD_RSP;
	ev.u.cmd_rsp.host_no = host_no;
	ev.u.cmd_rsp.cid = cid;
	ev.u.cmd_rsp.len = a->len;
	ev.u.cmd_rsp.result = a->result;
	ev.u.cmd_rsp.uaddr = (uintptr_t)a->data;
	ev.u.cmd_rsp.rw = a->rw;
	tgt_ring_publish(&r->ukring, &ev);
}

static void handle(struct responder *r, const struct tgt_event *ev)
{
	uint32_t slot = tgt_ring_slot(&r->ukring, r->ukring.idx);
	struct tgt_event rsp;
	struct answer a;

	switch (ev->type) {
	case TGT_KEVENT_CMD_REQ:
		a = execute(r, ev, r->answers + slot * RESPONDER_ANSWER);
		respond(r, ev->k.cmd_req.host_no, ev->k.cmd_req.cid, &a);
		break;
	case TGT_KEVENT_TSK_MGMT_REQ:
		memset(&rsp, 0, sizeof(rsp));
		rsp.type = TGT_UEVENT_TSK_MGMT_RSP;
		rsp.u.tsk_mgmt_rsp.host_no = ev->k.tsk_mgmt_req.host_no;
		rsp.u.tsk_mgmt_rsp.mid = ev->k.tsk_mgmt_req.mid;
		/* everything is answered in its batch: there is no such task */
		rsp.u.tsk_mgmt_rsp.result = -EEXIST;
		tgt_ring_publish(&r->ukring, &rsp);
		break;
	}
}

/* What the kernel made of the batch. A bad address becomes sense. */
static bool again(struct responder *r, uint32_t first, uint32_t last)
{
	bool more = false;

	for (uint32_t i = first; i != last; i++) {
		uint32_t slot = tgt_ring_slot(&r->ukring, i);
		struct tgt_event ev;

		if (__atomic_load_n(&r->verdicts[slot].index, __ATOMIC_ACQUIRE) != i)
			continue;
		int32_t verdict = __atomic_load_n(&r->verdicts[slot].verdict, __ATOMIC_RELAXED);

		if (verdict >= 0)
			continue;
		atomic_fetch_add_explicit(&r->rejected, 1, memory_order_relaxed);
		memcpy(&ev, tgt_ring_hdr(&r->ukring, i)->data, sizeof(ev));
		if (verdict != -EFAULT || ev.type != TGT_UEVENT_CMD_RSP)
			continue;
		struct answer a = sense(r->answers + slot * RESPONDER_ANSWER, 0x03, 0x0c00);

		respond(r, ev.u.cmd_rsp.host_no, ev.u.cmd_rsp.cid, &a);
		more = true;
	}
	return more;
}

static int doorbell(struct responder *r, uint32_t first)
{
	uint32_t last;
	int err;

	do {
		last = r->ukring.idx;
		err = tgt_sim_kick(r->file);
		if (err || !again(r, first, last))
			return err;
		first = last;
	} while (true);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

int responder_run(struct responder *r, uint64_t commands)
{
	for (;;) {
		uint64_t stamp, slept = r->taken ? now_ns() : 0;
		int bits = tgt_sim_wait(r->file, r->wake_fd, -1, &stamp);
		uint32_t first = r->ukring.idx;
		struct tgt_event ev;
		int err;

		if (bits < 0)
			return bits;
		if (bits & (TGT_SIM_WAKE | TGT_SIM_GONE))
			return 0;
		while (!tgt_ring_full(&r->ukring) && r->ukring.idx - first < r->ukring.nr_entry / 2 &&
		       tgt_ring_peek(&r->kuring, &ev)) {
			if (r->taken)
				r->taken(r, r->kuring.idx, slept, stamp);
			tgt_ring_release(&r->kuring);
			handle(r, &ev);
		}
		if (r->ukring.idx == first)
			continue;
		err = doorbell(r, first);
		if (err)
			return err == -ENODEV ? 0 : err;
		if (commands && atomic_load(&r->commands) >= commands)
			return 0;
	}
}
