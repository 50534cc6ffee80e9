// SPDX-License-Identifier: MIT
/*
 * What `npm run bench:target` holds tgtctl against: the least a responder can do
 * for the same work. One disk in shared memory that the kernel copies from and
 * to, up to 64 events a doorbell, every verdict read, poll() when the ring is
 * empty. It knows the commands that sd sends to a small disk, and no more.
 *
 * target-responder MIB, until SIGTERM.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tgt_ring.h"

#define BLOCK 512u
#define BATCH 64	/* as the engine in src/session/engine.ts */
#define ROOM 64u	/* bytes for an answer that is not in the store */

struct answer {
	int32_t result;
	const void *data;
	uint32_t len;
	uint8_t rw;
};

static int device;
static struct tgt_ring kuring, ukring;
static const struct tgt_slot_stamp *stamps;
static uint8_t (*rooms)[ROOM];	/* one a slot of ukring */
static uint8_t *store;
static uint32_t blocks;
static unsigned long served, refused;
static volatile sig_atomic_t stop;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

/* ---- SCSI ---------------------------------------------------------------- */

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static void put32(uint8_t *p, uint32_t v)
{
	p[0] = v >> 24, p[1] = v >> 16, p[2] = v >> 8, p[3] = v;
}

static struct answer sense(uint8_t *room, uint8_t asc)
{
	memset(room, 0, 18);
	room[0] = 0x70;
	room[2] = 5; /* ILLEGAL REQUEST */
	room[7] = 10;
	room[12] = asc;
	return (struct answer){ .result = 2, .data = room, .len = 18 };
}

static struct answer reply(uint8_t *room, uint32_t len, uint32_t allocation)
{
	return (struct answer){ .data = room, .len = len < allocation ? len : allocation };
}

static struct answer move(uint8_t *room, const uint8_t *cdb, uint8_t rw)
{
	uint32_t lba = get32(cdb + 2), count = cdb[7] << 8 | cdb[8];

	if (lba > blocks || count > blocks - lba)
		return sense(room, 0x21);
	return (struct answer){ .data = store + (size_t)lba * BLOCK, .len = count * BLOCK, .rw = rw };
}

static struct answer execute(const uint8_t *cdb, int present, uint8_t *room)
{
	memset(room, 0, ROOM);
	switch (cdb[0]) {
	case 0x12: /* INQUIRY */
		if (cdb[1] & 1)
			return sense(room, 0x24);
		memcpy(room, "\0\0\6\2\37\0\0\2TGTCTL  BENCH RESPONDER 0001", 36);
		room[0] = present ? 0 : 0x7f;
		return reply(room, 36, cdb[3] << 8 | cdb[4]);
	case 0xa0: /* REPORT LUNS */
		room[3] = 8;
		return reply(room, 16, get32(cdb + 6));
	}
	if (!present)
		return sense(room, 0x25);
	switch (cdb[0]) {
	case 0x28: /* READ(10) */
		return move(room, cdb, TGT_RW_READ);
	case 0x2a: /* WRITE(10) */
		return move(room, cdb, TGT_RW_WRITE);
	case 0x00: /* TEST UNIT READY */
	case 0x35: /* SYNCHRONIZE CACHE(10) */
		return (struct answer){ 0 };
	case 0x25: /* READ CAPACITY(10) */
		put32(room, blocks - 1);
		put32(room + 4, BLOCK);
		return reply(room, 8, 8);
	case 0x1a: /* MODE SENSE(6): the caching page, write back */
		room[0] = 23;
		room[4] = 0x08, room[5] = 18, room[6] = 0x04;
		return reply(room, 24, cdb[4]);
	}
	return sense(room, 0x20);
}

/* ---- the rings ----------------------------------------------------------- */

static void answer_command(const struct tgt_event *req)
{
	static const uint8_t lun0[8];
	struct tgt_event ev = { .type = TGT_UEVENT_CMD_RSP };
	struct answer a = execute(req->k.cmd_req.scb, !memcmp(req->k.cmd_req.lun, lun0, 8),
				  rooms[tgt_ring_slot(&ukring, ukring.idx)]);

	ev.u.cmd_rsp.host_no = req->k.cmd_req.host_no;
	ev.u.cmd_rsp.cid = req->k.cmd_req.cid;
	ev.u.cmd_rsp.len = a.len;
	ev.u.cmd_rsp.result = a.result;
	ev.u.cmd_rsp.uaddr = (uintptr_t)a.data;
	ev.u.cmd_rsp.rw = a.rw;
	tgt_ring_publish(&ukring, &ev);
	served++;
}

/* Everything is answered in its batch: there is never a task to abort. */
static void answer_task(const struct tgt_event *req)
{
	struct tgt_event ev = { .type = TGT_UEVENT_TSK_MGMT_RSP };

	ev.u.tsk_mgmt_rsp.host_no = req->k.tsk_mgmt_req.host_no;
	ev.u.tsk_mgmt_rsp.mid = req->k.tsk_mgmt_req.mid;
	ev.u.tsk_mgmt_rsp.result = -EEXIST;
	tgt_ring_publish(&ukring, &ev);
}

/* One doorbell; ukring is empty afterwards. */
static void ring_doorbell(uint32_t first)
{
	if (write(device, "", 1) < 0 && errno != EINTR)
		die("write /dev/tgt");
	for (; first != ukring.idx; first++) {
		const struct tgt_slot_stamp *s = &stamps[tgt_ring_slot(&ukring, first)];

		if (tgt_load_acquire(&s->index) != first || s->verdict < 0)
			refused++;
	}
}

/* Consumes a batch; returns how many events there were. */
static int batch(void)
{
	uint32_t first = ukring.idx;
	struct tgt_event ev;
	int n;

	for (n = 0; n < BATCH && tgt_ring_peek(&kuring, &ev); n++) {
		tgt_ring_release(&kuring);
		if (ev.type == TGT_KEVENT_CMD_REQ)
			answer_command(&ev);
		else if (ev.type == TGT_KEVENT_TSK_MGMT_REQ)
			answer_task(&ev);
	}
	if (ukring.idx != first)
		ring_doorbell(first);
	return n;
}

static void *map(int fd, size_t bytes, int prot, off_t offset)
{
	void *p = mmap(NULL, bytes, prot, MAP_SHARED, fd, offset);

	if (p == MAP_FAILED)
		die("mmap");
	return p;
}

static void set_up(size_t bytes)
{
	int memory = memfd_create("store", MFD_CLOEXEC);
	const struct tgt_telemetry *t;
	uint8_t *rings;

	if (memory < 0 || ftruncate(memory, bytes))
		die("memory");
	store = map(memory, bytes, PROT_READ | PROT_WRITE, 0);
	blocks = bytes / BLOCK;

	device = open("/dev/tgt", O_RDWR);
	if (device < 0)
		die("/dev/tgt");
	rings = map(device, TGT_RINGS_SIZE, PROT_READ | PROT_WRITE, 0);
	tgt_ring_init(&kuring, rings);
	tgt_ring_init(&ukring, rings + TGT_RINGBUF_SIZE);
	t = map(device, 4096, PROT_READ, TGT_TELEMETRY_OFFSET);
	t = map(device, t->total_size, PROT_READ, TGT_TELEMETRY_OFFSET);
	stamps = (const void *)((const uint8_t *)t + t->ukring_stamps);
	rooms = calloc(ukring.nr_entry, ROOM);
	if (!rooms)
		die("memory");
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct pollfd fd = { .events = POLLIN };

	if (argc != 2) {
		fprintf(stderr, "usage: target-responder MIB\n");
		return 64;
	}
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	set_up(strtoul(argv[1], NULL, 0) << 20);
	fd.fd = device;
	fprintf(stderr, "target-responder: ready\n");
	while (!stop) {
		/* a second: a signal may have come just before */
		if (poll(&fd, 1, 1000) < 0 && errno != EINTR)
			die("poll /dev/tgt");
		while (batch())
			;
	}
	fprintf(stderr, "target-responder: served %lu, refused %lu\n", served, refused);
	return refused ? 1 : 0;
}
