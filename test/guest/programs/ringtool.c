// SPDX-License-Identifier: MIT
/*
 * Small questions to /dev/tgt that a shell cannot ask. Each subcommand prints
 * what it found and exits 0, or one line on stderr and exits 1.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "scsi_tgt_if.h"

static const char *device = "/dev/tgt";

static void die(const char *what)
{
	fprintf(stderr, "ringtool: %s: %s (%s)\n", what, strerror(errno),
		strerrorname_np(errno));
	exit(1);
}

static int open_device(int flags)
{
	int fd = open(device, flags | O_CLOEXEC);

	if (fd < 0)
		die(device);
	return fd;
}

static void *map_or_die(int fd, int prot, size_t bytes, off_t offset)
{
	void *map = mmap(NULL, bytes, prot, MAP_SHARED, fd, offset);

	if (map == MAP_FAILED)
		die("mmap");
	return map;
}

static const struct tgt_telemetry *map_telemetry(int fd)
{
	const struct tgt_telemetry *t;
	size_t total;

	t = map_or_die(fd, PROT_READ, sysconf(_SC_PAGESIZE), TGT_TELEMETRY_OFFSET);
	total = t->total_size;
	munmap((void *)t, sysconf(_SC_PAGESIZE));
	return map_or_die(fd, PROT_READ, total, TGT_TELEMETRY_OFFSET);
}

static void sleep_forever(void)
{
	printf("ready\n");
	fflush(stdout);
	for (;;)
		pause();
}

/* open rw|ro: holds the file. map: holds only a mapping, the file is closed. */
static int hold(const char *what)
{
	int fd = open_device(!strcmp(what, "ro") ? O_RDONLY : O_RDWR);

	if (!strcmp(what, "map")) {
		map_or_die(fd, PROT_READ | PROT_WRITE, TGT_RINGS_SIZE, 0);
		close(fd);
	}
	sleep_forever();
	return 0;
}

/* Both rings, as an observer sees them, into a file. */
static int image(const char *path)
{
	int fd = open_device(O_RDONLY), out;
	const char *map = map_or_die(fd, PROT_READ, TGT_RINGS_SIZE, 0);

	out = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (out < 0 || write(out, map, TGT_RINGS_SIZE) != TGT_RINGS_SIZE || close(out))
		die(path);
	return 0;
}

/* How many slots of an image were ever used, how many are published. */
static int describe(const char *path)
{
	static unsigned char rings[TGT_RINGS_SIZE], zero[96];
	int fd = open(path, O_RDONLY), ring, slot;

	if (fd < 0 || read(fd, rings, sizeof(rings)) != sizeof(rings))
		die(path);
	for (ring = 0; ring < 2; ring++) {
		unsigned used = 0, published = 0;

		for (slot = 0; slot < 512; slot++) {
			const unsigned char *p = rings + ring * TGT_RINGBUF_SIZE + slot * 96;

			used += memcmp(p, zero, 96) != 0;
			published += memcmp(p, zero, 4) != 0;
		}
		printf("%s: %u used, %u published\n", ring ? "ukring" : "kuring", used, published);
	}
	return 0;
}

static int telemetry(void)
{
	const struct tgt_telemetry *t = map_telemetry(open_device(O_RDONLY));
	unsigned i;

	printf("magic=%#x\nversion=%u\nheader_size=%u\ntotal_size=%u\nfeatures=%u\n"
	       "dialect=%u\nnr_entry=%u\nentry_size=%u\nepoch=%u\nowner_pid=%u\n"
	       "owner_start_ns=%llu\nflags=%u\noutstanding=%u\ndevices=%u\nhosts=%u\n"
	       "kuring_produced=%u\nukring_consumed=%u\n",
	       t->magic, t->version, t->header_size, t->total_size, t->features, t->dialect,
	       t->nr_entry, t->entry_size, t->epoch, t->owner_pid,
	       (unsigned long long)t->owner_start_ns, t->flags, t->outstanding, t->devices,
	       t->hosts, t->kuring_produced, t->ukring_consumed);
	for (i = 0; i < TGT_EVENT_TYPES; i++)
		printf("kuring_events_%u=%llu\n", i, (unsigned long long)t->kuring_events[i]);
	for (i = 0; i < TGT_EVENT_TYPES + 1; i++)
		printf("ukring_events_%u=%llu\n", i, (unsigned long long)t->ukring_events[i]);
	for (i = 0; i < TGT_VERDICT_CLASSES; i++)
		printf("verdict_%u=%llu\n", i, (unsigned long long)t->verdicts[i]);
	printf("kuring_full=%llu\nwakeups=%llu\ndoorbells=%llu\n",
	       (unsigned long long)t->kuring_full, (unsigned long long)t->wakeups,
	       (unsigned long long)t->doorbells);
	return 0;
}

static int failures;

static void expect(const char *what, int got, int wanted)
{
	printf("%s: %s", what, got ? strerrorname_np(got) : "ok");
	if (got != wanted) {
		printf(", expected %s", wanted ? strerrorname_np(wanted) : "ok");
		failures++;
	}
	printf("\n");
}

/* Refused either way: the shape is wrong, or the wish to write. */
static void expect_refusal(const char *what, int got)
{
	expect(what, got, got == EINVAL ? EINVAL : EACCES);
}

static int try_map(int fd, size_t bytes, int prot, int flags, off_t offset)
{
	void *map = mmap(NULL, bytes, prot, flags, fd, offset);

	if (map == MAP_FAILED)
		return errno;
	munmap(map, bytes);
	return 0;
}

/* What mmap() takes from an owner and from an observer, and what it refuses. */
static int maps(void)
{
	const int rw = PROT_READ | PROT_WRITE;
	int owner = open_device(O_RDWR), observer = open_device(O_RDONLY);
	void *map;

	expect("owner, both rings", try_map(owner, 131072, rw, MAP_SHARED, 0), 0);
	expect("owner, both rings, read-only", try_map(owner, 131072, PROT_READ, MAP_SHARED, 0), 0);
	expect("owner, one ring", try_map(owner, 65536, rw, MAP_SHARED, 0), EINVAL);
	expect("owner, a page", try_map(owner, 4096, rw, MAP_SHARED, 0), EINVAL);
	expect("owner, a page more", try_map(owner, 135168, rw, MAP_SHARED, 0), EINVAL);
	expect("owner, second ring alone", try_map(owner, 65536, rw, MAP_SHARED, 65536), EINVAL);
	expect("owner, private", try_map(owner, 131072, rw, MAP_PRIVATE, 0), EINVAL);
	expect("owner, telemetry", try_map(owner, 4096, PROT_READ, MAP_SHARED, 131072), 0);
	expect_refusal("owner, telemetry writable", try_map(owner, 4096, rw, MAP_SHARED, 131072));
	expect("owner, beyond telemetry", try_map(owner, 4096, PROT_READ, MAP_SHARED, 1 << 24), EINVAL);
	expect("observer, both rings", try_map(observer, 131072, PROT_READ, MAP_SHARED, 0), 0);
	expect("observer, writable", try_map(observer, 131072, rw, MAP_SHARED, 0), EACCES);
	expect("observer, private", try_map(observer, 131072, PROT_READ, MAP_PRIVATE, 0), EINVAL);
	expect("observer, telemetry", try_map(observer, 4096, PROT_READ, MAP_SHARED, 131072), 0);

	map = map_or_die(observer, PROT_READ, 131072, 0);
	expect("observer, mprotect writable", mprotect(map, 131072, rw) ? errno : 0, EACCES);
	map = map_or_die(owner, PROT_READ, 4096, 131072);
	expect("owner, mprotect telemetry", mprotect(map, 4096, rw) ? errno : 0, EACCES);
	return failures != 0;
}

/* A read-only file changes nothing, whatever is tried on it. */
static int observer(void)
{
	int fd = open_device(O_RDONLY);
	__u32 one = 1;

	expect("write", write(fd, "x", 1) < 0 ? errno : 0, EBADF);
	expect("hold", ioctl(fd, TGT_IOC_HOLD, &one) < 0 ? errno : 0, EPERM);
	expect("unknown ioctl", ioctl(fd, _IO('t', 99)) < 0 ? errno : 0, ENOTTY);
	return failures != 0;
}

/* Prints the count an observer reads, after poll() said there is something. */
static int watch(int limit_ms)
{
	struct pollfd pfd = { .fd = open_device(O_RDONLY), .events = POLLIN };
	__u64 produced;

	printf("ready\n");
	fflush(stdout);
	if (poll(&pfd, 1, limit_ms) != 1 || !(pfd.revents & POLLIN)) {
		fprintf(stderr, "ringtool: nothing seen in %d ms\n", limit_ms);
		return 1;
	}
	if (read(pfd.fd, &produced, sizeof(produced)) != sizeof(produced))
		die("read");
	printf("produced=%llu\n", (unsigned long long)produced);
	return 0;
}

static int second_owner(void)
{
	int fd = open(device, O_RDWR);

	expect("second owner", fd < 0 ? errno : 0, EBUSY);
	return failures != 0;
}

/* An owner that has hold on and answers nothing. */
static int hold_commands(void)
{
	int fd = open_device(O_RDWR);
	__u32 one = 1;

	map_or_die(fd, PROT_READ | PROT_WRITE, TGT_RINGS_SIZE, 0);
	if (ioctl(fd, TGT_IOC_HOLD, &one))
		die("TGT_IOC_HOLD");
	sleep_forever();
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (getenv("TGTCTL_DEVICE"))
		device = getenv("TGTCTL_DEVICE");
	if (!strcmp(what, "open") && argc == 3)
		return hold(argv[2]);
	if (!strcmp(what, "image") && argc == 3)
		return image(argv[2]);
	if (!strcmp(what, "describe") && argc == 3)
		return describe(argv[2]);
	if (!strcmp(what, "watch") && argc == 3)
		return watch(atoi(argv[2]));
	if (!strcmp(what, "telemetry"))
		return telemetry();
	if (!strcmp(what, "maps"))
		return maps();
	if (!strcmp(what, "observer"))
		return observer();
	if (!strcmp(what, "second-owner"))
		return second_owner();
	if (!strcmp(what, "hold-commands"))
		return hold_commands();
	fprintf(stderr, "usage: ringtool open rw|ro|map | image FILE | describe FILE | watch MS |\n"
			"                telemetry | maps | observer | second-owner | hold-commands\n");
	return 64;
}
