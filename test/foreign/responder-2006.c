// SPDX-License-Identifier: MIT
/*
 * A responder that behaves as the target daemons of 2006 did: it knows the
 * interface of /dev/tgt from its description alone (own structures, no header
 * of the kernel) and takes the liberties those daemons took:
 *
 *  - looks "tgt" up in /proc/devices, unlinks /dev/tgt and makes it anew;
 *  - starts both indices at 0 whenever it opens the device;
 *  - one write(fd, ev, 1) per answer;
 *  - leaves garbage in every byte of a slot it has no use for: `len`, the `k`
 *    union, the padding;
 *  - answers MODE SENSE with all it has, however little was asked for;
 *  - points `uaddr` at its sense buffer when the result is CHECK CONDITION;
 *  - closes and starts again, with a command in hand unanswered
 *    (--restart-after N, or SIGHUP).
 *
 * Serves one logical unit, LUN 0, to every host that asks.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { CMD_RSP, TSK_MGMT_RSP, CMD_REQ, CMD_DONE, TSK_MGMT_REQ };

struct event {
	uint32_t type;
	union {
		struct {
			int32_t host_no;
			uint32_t cid;
			uint32_t len;
			int32_t result;
			uint64_t uaddr;
			uint8_t rw;
		} cmd_rsp;
		struct {
			int32_t host_no;
			uint64_t mid;
			int32_t result;
		} tm_rsp;
	} u;
	union {
		struct {
			int32_t host_no;
			uint32_t cid;
			uint32_t data_len;
			uint8_t scb[16];
			uint8_t lun[8];
			int32_t attribute;
			uint64_t tag;
		} cmd_req;
		struct {
			int32_t host_no;
			uint32_t cid;
			int32_t result;
		} cmd_done;
		struct {
			int32_t host_no;
			int32_t function;
			uint64_t tag;
			uint8_t lun[8];
			uint64_t mid;
		} tm_req;
	} k;
};

struct slot {
	uint32_t status;
	uint32_t len;
	struct event ev;
};

#if defined(__x86_64__)
_Static_assert(sizeof(struct event) == 88, "event");
_Static_assert(sizeof(struct slot) == 96, "slot");
#endif

#define RING_BYTES 65536
#define BLOCK 512

static int fd = -1;
static struct slot *kuring, *ukring;
static uint32_t kidx, uidx, mask;

static uint8_t *disk;
static uint64_t disk_bytes;
static uint8_t reply[4096], sense[18];

static unsigned long served, restarts, done_errors;
static volatile sig_atomic_t restart_wanted, stop_wanted;

static void die(const char *what)
{
	fprintf(stderr, "responder-2006: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void on_signal(int sig)
{
	if (sig == SIGHUP)
		restart_wanted = 1;
	else
		stop_wanted = 1;
}

/* ---- the device --------------------------------------------------------- */

static unsigned lookup_major(void)
{
	char line[128], name[64];
	unsigned found = 0, major;
	FILE *f = fopen("/proc/devices", "r");

	if (!f)
		die("/proc/devices");
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "Block", 5))
			break;
		if (sscanf(line, "%u %63s", &major, name) == 2 && !strcmp(name, "tgt"))
			found = major;
	}
	fclose(f);
	if (!found) {
		fprintf(stderr, "responder-2006: no tgt in /proc/devices\n");
		exit(1);
	}
	return found;
}

static void device_open(void)
{
	uint32_t fits = RING_BYTES / sizeof(struct slot), n = 1;
	uint8_t *map;

	unlink("/dev/tgt");
	if (mknod("/dev/tgt", S_IFCHR | 0600, makedev(lookup_major(), 0)))
		die("mknod /dev/tgt");
	fd = open("/dev/tgt", O_RDWR);
	if (fd < 0)
		die("open /dev/tgt");
	map = mmap(NULL, 2 * RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		die("mmap /dev/tgt");
	while (n * 2 <= fits)
		n *= 2;
	mask = n - 1;
	kuring = (struct slot *)map;
	ukring = (struct slot *)(map + RING_BYTES);
	kidx = uidx = 0;
}

static void device_close(void)
{
	munmap(kuring, 2 * RING_BYTES);
	close(fd);
}

/* A slot of ukring with rubbish in all the bytes that mean nothing here. */
static struct slot *fill_slot(uint32_t type)
{
	struct slot *s = &ukring[uidx & mask];
	uint8_t *byte = (uint8_t *)&s->len;
	size_t i;

	while (__atomic_load_n(&s->status, __ATOMIC_ACQUIRE))
		write(fd, s, 1);
	for (i = 0; i < sizeof(*s) - sizeof(s->status); i++)
		byte[i] = 0xa1 + i * 7 + uidx;
	s->ev.type = type;
	return s;
}

static void send_slot(struct slot *s)
{
	__atomic_store_n(&s->status, 1, __ATOMIC_RELEASE);
	uidx++;
	if (write(fd, &s->ev, 1) < 0)
		die("write /dev/tgt");
}

static void answer(const struct event *req, int32_t result, void *data, uint32_t len, int rw)
{
	struct slot *s = fill_slot(CMD_RSP);

	s->ev.u.cmd_rsp.host_no = req->k.cmd_req.host_no;
	s->ev.u.cmd_rsp.cid = req->k.cmd_req.cid;
	s->ev.u.cmd_rsp.len = len;
	s->ev.u.cmd_rsp.result = result;
	s->ev.u.cmd_rsp.uaddr = (uintptr_t)data;
	s->ev.u.cmd_rsp.rw = rw;
	send_slot(s);
}

/* ---- SCSI --------------------------------------------------------------- */

static uint32_t be16(const uint8_t *p) { return p[0] << 8 | p[1]; }
static uint32_t be32(const uint8_t *p) { return be16(p) << 16 | be16(p + 2); }
static uint64_t be64(const uint8_t *p) { return (uint64_t)be32(p) << 32 | be32(p + 4); }

static void put_be32(uint8_t *p, uint32_t v)
{
	p[0] = v >> 24, p[1] = v >> 16, p[2] = v >> 8, p[3] = v;
}

static void check_condition(const struct event *req, uint8_t key, uint16_t asc_ascq)
{
	memset(sense, 0, sizeof(sense));
	sense[0] = 0x70;
	sense[2] = key;
	sense[7] = 10;
	sense[12] = asc_ascq >> 8;
	sense[13] = asc_ascq;
	answer(req, 2, sense, sizeof(sense), 0);
}

static uint32_t min(uint32_t a, uint32_t b) { return a < b ? a : b; }

static void inquiry(const struct event *req, int lun0)
{
	const uint8_t *cdb = req->k.cmd_req.scb;
	uint32_t len = 36;

	memset(reply, 0, sizeof(reply));
	reply[0] = lun0 ? 0x00 : 0x7f;
	if (cdb[1] & 1) {
		if (!lun0 || (cdb[2] != 0x00 && cdb[2] != 0x80))
			return check_condition(req, 5, 0x2400);
		reply[1] = cdb[2];
		if (cdb[2] == 0x00) {
			reply[3] = 2;
			reply[5] = 0x80;
			len = 6;
		} else {
			reply[3] = 8;
			memcpy(reply + 4, "beaf1006", 8);
			len = 12;
		}
	} else {
		reply[2] = 4;
		reply[3] = 0x02;
		reply[4] = 31;
		reply[7] = 0x02;
		memcpy(reply + 8, "IET     VIRTUAL-DISK    0001", 28);
	}
	answer(req, 0, reply, min(len, be16(cdb + 3)), 0);
}

/* As then: the whole page list goes out, whatever the allocation length is. */
static void mode_sense(const struct event *req, int ten)
{
	uint32_t header = ten ? 8 : 4, len;
	uint8_t *p;

	memset(reply, 0, sizeof(reply));
	p = reply + header;
	p[0] = 0x08, p[1] = 18, p[2] = 0x04; /* caching: write cache on */
	p += 20;
	p[0] = 0x0a, p[1] = 10;
	p += 12;
	p[0] = 0x1c, p[1] = 10;
	p += 12;
	len = p - reply;
	if (ten)
		reply[1] = len - 2;
	else
		reply[0] = len - 1;
	answer(req, 0, reply, len, 0);
}

static void read_write(const struct event *req, uint64_t lba, uint64_t blocks, int write_it)
{
	uint64_t last = disk_bytes / BLOCK;

	if (lba > last || blocks > last - lba)
		return check_condition(req, 5, 0x2100);
	answer(req, 0, disk + lba * BLOCK, blocks * BLOCK, write_it);
}

static void command(const struct event *req)
{
	static const uint8_t zero[8];
	const uint8_t *cdb = req->k.cmd_req.scb;
	int lun0 = !memcmp(req->k.cmd_req.lun, zero, 8);
	uint64_t blocks = disk_bytes / BLOCK;

	memset(reply, 0, 64);
	if (cdb[0] == 0x12)
		return inquiry(req, lun0);
	if (cdb[0] == 0xa0) {
		reply[3] = 8;
		return answer(req, 0, reply, min(16, be32(cdb + 6)), 0);
	}
	if (!lun0)
		return check_condition(req, 5, 0x2500);

	switch (cdb[0]) {
	case 0x00: /* TEST UNIT READY */
	case 0x1b: /* START STOP UNIT */
	case 0x2f: /* VERIFY(10) */
	case 0x35: /* SYNCHRONIZE CACHE(10) */
	case 0x91: /* SYNCHRONIZE CACHE(16) */
		return answer(req, 0, NULL, 0, 0);
	case 0x03: /* REQUEST SENSE */
		reply[0] = 0x70;
		reply[7] = 10;
		return answer(req, 0, reply, min(18, cdb[4]), 0);
	case 0x1a:
		return mode_sense(req, 0);
	case 0x5a:
		return mode_sense(req, 1);
	case 0x25: /* READ CAPACITY(10) */
		put_be32(reply, blocks - 1);
		put_be32(reply + 4, BLOCK);
		return answer(req, 0, reply, 8, 0);
	case 0x08:
	case 0x0a:
		return read_write(req, be32(cdb) & 0x1fffff, cdb[4] ? cdb[4] : 256, cdb[0] == 0x0a);
	case 0x28:
	case 0x2a:
		return read_write(req, be32(cdb + 2), be16(cdb + 7), cdb[0] == 0x2a);
	case 0xa8:
	case 0xaa:
		return read_write(req, be32(cdb + 2), be32(cdb + 6), cdb[0] == 0xaa);
	case 0x88:
	case 0x8a:
		return read_write(req, be64(cdb + 2), be32(cdb + 10), cdb[0] == 0x8a);
	}
	check_condition(req, 5, 0x2000);
}

static void task_management(const struct event *req)
{
	struct slot *s = fill_slot(TSK_MGMT_RSP);
	int function = req->k.tm_req.function;

	s->ev.u.tm_rsp.host_no = req->k.tm_req.host_no;
	s->ev.u.tm_rsp.mid = req->k.tm_req.mid;
	/* commands are answered as they come: there is never one to abort */
	s->ev.u.tm_rsp.result = function == 0x0d ? -EEXIST : function == 0x17 ? 0 : -EINVAL;
	send_slot(s);
}

/* ---- the loop ----------------------------------------------------------- */

static void restart(void)
{
	device_close();
	device_open();
	restarts++;
	restart_wanted = 0;
	fprintf(stderr, "responder-2006: started again, %lu commands so far\n", served);
}

static void handle(const struct event *ev)
{
	switch (ev->type) {
	case CMD_REQ:
		command(ev);
		served++;
		break;
	case CMD_DONE:
		done_errors += (ev->k.cmd_done.result >> 16 & 0xff) != 0;
		break;
	case TSK_MGMT_REQ:
		task_management(ev);
		break;
	default:
		fprintf(stderr, "responder-2006: unknown event type %u\n", ev->type);
	}
}

static void serve(unsigned long restart_after)
{
	unsigned long until_restart = restart_after;

	while (!stop_wanted) {
		struct pollfd pfd = { .fd = fd, .events = POLLIN };
		struct slot *s = &kuring[kidx & mask];
		struct event ev;

		if (restart_wanted)
			restart();
		else if (!__atomic_load_n(&s->status, __ATOMIC_ACQUIRE)) {
			/* a second: a signal may have come just before */
			if (poll(&pfd, 1, 1000) < 0 && errno != EINTR)
				die("poll /dev/tgt");
		} else {
			ev = s->ev;
			__atomic_store_n(&s->status, 0, __ATOMIC_RELEASE);
			kidx++;
			if (restart_after && ev.type == CMD_REQ && until_restart-- == 0) {
				until_restart = restart_after;
				restart(); /* and this one stays unanswered */
			} else
				handle(&ev);
		}
	}
}

static void disk_make(const char *path, uint64_t bytes)
{
	int flags = MAP_SHARED, file = -1;

	disk_bytes = bytes;
	if (path) {
		file = open(path, O_RDWR | O_CREAT, 0600);
		if (file < 0 || ftruncate(file, bytes))
			die(path);
	} else
		flags = MAP_PRIVATE | MAP_ANONYMOUS;
	disk = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, file, 0);
	if (disk == MAP_FAILED)
		die("memory of the disk");
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_signal };
	unsigned long restart_after = 0, mib = 64;
	const char *path = NULL;
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--restart-after") && i + 1 < argc)
			restart_after = strtoul(argv[++i], NULL, 0);
		else if (!strcmp(argv[i], "--size") && i + 1 < argc)
			mib = strtoul(argv[++i], NULL, 0);
		else if (!strcmp(argv[i], "--file") && i + 1 < argc)
			path = argv[++i];
		else {
			fprintf(stderr, "usage: responder-2006 [--size MIB] [--file PATH] "
					"[--restart-after COMMANDS]\n");
			return 64;
		}
	}
	sigaction(SIGHUP, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);

	disk_make(path, (uint64_t)mib << 20);
	device_open();
	fprintf(stderr, "responder-2006: ready\n");
	serve(restart_after);
	device_close();
	fprintf(stderr, "responder-2006: served %lu, restarts %lu, errors %lu\n",
		served, restarts, done_errors);
	return 0;
}
