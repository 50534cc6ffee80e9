// SPDX-License-Identifier: MIT
/*
 * A responder that tries every wrong answer it can think of on each command
 * before it gives the right one, and compares the verdicts the kernel stamps
 * into telemetry with the ones the interface promises. Serves a RAM disk on
 * LUN 0 meanwhile, so the initiator must not notice.
 *
 * hostile [MIB]: runs until SIGTERM, then exits 1 if any verdict was wrong.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tgt_ring.h"

static int fd;
static struct tgt_ring kuring, ukring;
static const struct tgt_telemetry *telemetry;
static const struct tgt_slot_stamp *stamps;

static unsigned char *disk, reply[512], sense[18];
static __u64 disk_bytes;
static unsigned long commands, answers, wrong, data_only;
static volatile sig_atomic_t stop_wanted;

static void on_signal(int sig)
{
	(void)sig;
	stop_wanted = 1;
}

static void die(const char *what)
{
	fprintf(stderr, "hostile: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Publishes ev with that status word, rings, and returns the verdict. */
static int put(const struct tgt_event *ev, __u32 status)
{
	struct rbuf_hdr *hdr = tgt_ring_hdr(&ukring, ukring.idx);
	const struct tgt_slot_stamp *stamp = &stamps[tgt_ring_slot(&ukring, ukring.idx)];

	hdr->len = 0xdeadbeef;
	memcpy(hdr->data, ev, sizeof(*ev));
	tgt_store_release(&hdr->status, status);
	if (write(fd, "x", 1) != 1)
		die("write");
	answers++;
	if (tgt_load_acquire(&stamp->index) != ukring.idx) {
		fprintf(stderr, "hostile: slot %u not consumed (stamp %u)\n", ukring.idx,
			stamp->index);
		exit(1);
	}
	ukring.idx++;
	return stamp->verdict;
}

static void expect(const char *what, int verdict, int wanted)
{
	if (verdict == wanted)
		return;
	wrong++;
	fprintf(stderr, "hostile: %s: verdict %d, expected %d\n", what, verdict, wanted);
}

/* The right answer, worked out once per command. */
static struct tgt_event right_answer(const struct tgt_event *req, int *direction)
{
	const __u8 *cdb = req->k.cmd_req.scb;
	struct tgt_event rsp = { .type = TGT_UEVENT_CMD_RSP };
	__u64 blocks = disk_bytes / 512, lba = 0, count = 0;

	rsp.u.cmd_rsp.host_no = req->k.cmd_req.host_no;
	rsp.u.cmd_rsp.cid = req->k.cmd_req.cid;
	rsp.u.cmd_rsp.uaddr = (unsigned long)reply;
	*direction = TGT_RW_READ;
	memset(reply, 0, sizeof(reply));

	switch (cdb[0]) {
	case 0x00:
	case 0x35:
		return rsp;
	case 0x12:
		reply[0] = req->k.cmd_req.lun[1] ? 0x7f : 0;
		if (cdb[1] & 1)
			break;
		reply[2] = 4;
		reply[3] = 2;
		reply[4] = 31;
		memcpy(reply + 8, "TEST    HOSTILE         0001", 28);
		rsp.u.cmd_rsp.len = 36 < cdb[4] ? 36 : cdb[4];
		return rsp;
	case 0xa0:
		reply[3] = 8;
		rsp.u.cmd_rsp.len = 16;
		return rsp;
	case 0x25:
		reply[0] = (blocks - 1) >> 24, reply[1] = (blocks - 1) >> 16;
		reply[2] = (blocks - 1) >> 8, reply[3] = blocks - 1;
		reply[6] = 2;
		rsp.u.cmd_rsp.len = 8;
		return rsp;
	case 0x2a:
		*direction = TGT_RW_WRITE;
		/* fall through */
	case 0x28:
		lba = (__u64)cdb[2] << 24 | cdb[3] << 16 | cdb[4] << 8 | cdb[5];
		count = cdb[7] << 8 | cdb[8];
		if (lba + count > blocks)
			break;
		rsp.u.cmd_rsp.rw = *direction;
		rsp.u.cmd_rsp.uaddr = (unsigned long)disk + lba * 512;
		rsp.u.cmd_rsp.len = count * 512;
		return rsp;
	}
	memset(sense, 0, sizeof(sense));
	sense[0] = 0x70;
	sense[2] = 5;
	sense[7] = 10;
	sense[12] = cdb[0] == 0x12 ? 0x24 : 0x20;
	rsp.u.cmd_rsp.result = 2;
	rsp.u.cmd_rsp.uaddr = (unsigned long)sense;
	rsp.u.cmd_rsp.len = sizeof(sense);
	return rsp;
}

#define TRY(what, wanted, change) do {			\
	struct tgt_event ev = *right;			\
	change;						\
	expect(what, put(&ev, 1), wanted);		\
} while (0)

static void wrong_answers(const struct tgt_event *right, __u32 data_len)
{
	struct tgt_event zero = { 0 };

	TRY("unknown type", -EINVAL, ev.type = 77);
	TRY("a type of the other side", -EINVAL, ev.type = TGT_KEVENT_CMD_DONE);
	expect("status word 5", put(right, 5), -EINVAL);
	TRY("no SAM status", -EINVAL, ev.u.cmd_rsp.result = 0x99);
	TRY("negative result", -EINVAL, ev.u.cmd_rsp.result = -5);
	TRY("host_no with high bits", -ENODEV, ev.u.cmd_rsp.host_no += 65536);
	TRY("negative host_no", -ENODEV, ev.u.cmd_rsp.host_no = -1);
	TRY("unknown cid", -ENOENT, ev.u.cmd_rsp.cid += 0x1000000);
	TRY("cid 0", -ENOENT, ev.u.cmd_rsp.cid = 0);
	TRY("endless", -EMSGSIZE, ev.u.cmd_rsp.result = 0; ev.u.cmd_rsp.len = (16 << 20) + 1);
	TRY("unknown mid", -ENOENT, ev.type = TGT_UEVENT_TSK_MGMT_RSP;
	    ev.u.tsk_mgmt_rsp.mid = 0xffff888000000000; ev.u.tsk_mgmt_rsp.result = 0);
	TRY("sense from nowhere", -EFAULT, ev.u.cmd_rsp.result = 2; ev.u.cmd_rsp.len = 18;
	    ev.u.cmd_rsp.uaddr = 16);
	zero.u.cmd_rsp.host_no = right->u.cmd_rsp.host_no;
	expect("zeroed slot (H01)", put(&zero, 1), -ENOENT);

	if (right->u.cmd_rsp.result || !right->u.cmd_rsp.len || !data_len)
		return;
	TRY("unmapped", -EFAULT, ev.u.cmd_rsp.uaddr = 16);
	TRY("kernel address", -EFAULT, ev.u.cmd_rsp.uaddr = 0xffff888000100000);
	TRY("not canonical", -EFAULT, ev.u.cmd_rsp.uaddr = 0x8000000000000000);
	TRY("wraps", -EFAULT, ev.u.cmd_rsp.uaddr = -8ull);
	TRY("wrong direction", -EPROTO, ev.u.cmd_rsp.rw ^= 1);
	TRY("rw 2", -EPROTO, ev.u.cmd_rsp.rw = 2);
	TRY("data only without data", -EPROTO, ev.u.cmd_rsp.rw |= TGT_RW_DATA_ONLY;
	    ev.u.cmd_rsp.len = 0);
	TRY("data only with a status", -EPROTO, ev.u.cmd_rsp.rw |= TGT_RW_DATA_ONLY;
	    ev.u.cmd_rsp.result = 8);
}

static void command(const struct tgt_event *req)
{
	int direction, verdict, again;
	struct tgt_event right = right_answer(req, &direction);
	__u32 data_len = req->k.cmd_req.data_len;

	commands++;
	wrong_answers(&right, data_len);
	if (right.u.cmd_rsp.len && !right.u.cmd_rsp.result && data_len &&
	    (telemetry->features & TGT_FEATURE_DATA_ONLY) && commands % 2) {
		struct tgt_event first = right;

		first.u.cmd_rsp.rw |= TGT_RW_DATA_ONLY;
		verdict = put(&first, 1);
		expect("data only", verdict, first.u.cmd_rsp.len > data_len);
		right.u.cmd_rsp.len = 0;
		data_only++;
	}
	verdict = put(&right, 1);
	expect("the right answer", verdict,
	       !right.u.cmd_rsp.result && right.u.cmd_rsp.len > data_len);
	again = put(&right, 1);
	if (again != -EALREADY && again != -ENOENT)
		expect("the same again", again, -EALREADY);
}

static void handle(const struct tgt_event *ev)
{
	struct tgt_event rsp = { .type = TGT_UEVENT_TSK_MGMT_RSP };

	if (ev->type == TGT_KEVENT_CMD_REQ)
		command(ev);
	else if (ev->type == TGT_KEVENT_TSK_MGMT_REQ) {
		rsp.u.tsk_mgmt_rsp.host_no = ev->k.tsk_mgmt_req.host_no;
		rsp.u.tsk_mgmt_rsp.mid = ev->k.tsk_mgmt_req.mid;
		put(&rsp, 1);
	}
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_signal };
	struct tgt_event ev;
	unsigned char *map;

	sigaction(SIGTERM, &sa, NULL);
	disk_bytes = (argc > 1 ? atoi(argv[1]) : 16) * 1048576ull;
	disk = mmap(NULL, disk_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	fd = open("/dev/tgt", O_RDWR);
	if (fd < 0)
		die("/dev/tgt");
	map = mmap(NULL, TGT_RINGS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	telemetry = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, TGT_TELEMETRY_OFFSET);
	if (disk == MAP_FAILED || map == MAP_FAILED || telemetry == MAP_FAILED)
		die("mmap");
	telemetry = mmap(NULL, telemetry->total_size, PROT_READ, MAP_SHARED, fd,
			 TGT_TELEMETRY_OFFSET);
	if (telemetry == MAP_FAILED)
		die("mmap telemetry");
	stamps = (const void *)((const char *)telemetry + telemetry->ukring_stamps);
	tgt_ring_init(&kuring, map);
	tgt_ring_init(&ukring, map + TGT_RINGBUF_SIZE);
	fprintf(stderr, "hostile: ready\n");

	while (!stop_wanted) {
		struct pollfd pfd = { .fd = fd, .events = POLLIN };

		if (!tgt_ring_peek(&kuring, &ev)) {
			poll(&pfd, 1, 500);
			continue;
		}
		tgt_ring_release(&kuring);
		handle(&ev);
	}
	printf("hostile: %lu commands, %lu answers, %lu data only, %lu verdicts wrong\n",
	       commands, answers, data_only, wrong);
	return wrong != 0;
}
