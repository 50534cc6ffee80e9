/* SPDX-License-Identifier: MIT */
/* Owns the memfd: two rings and the telemetry window, laid out as the device's. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "sim_internal.h"

uint64_t sim_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

int sim_mutex_init(pthread_mutex_t *mutex)
{
	pthread_mutexattr_t attr;
	int err;

	pthread_mutexattr_init(&attr);
#ifdef __GLIBC__
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ADAPTIVE_NP);
#endif
	err = pthread_mutex_init(mutex, &attr);
	pthread_mutexattr_destroy(&attr);
	return -err;
}

static size_t round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

int sim_memory_init(struct tgt_sim *sim)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct tgt_ring ring;
	size_t stamps, total;
	int err;

	tgt_ring_init(&ring, NULL);
	stamps = ring.nr_entry * sizeof(struct tgt_slot_stamp);
	total = round_up(round_up(sizeof(struct tgt_telemetry), 64) + 2 * stamps, page);
	sim->mapped = TGT_TELEMETRY_OFFSET + total;

	sim->memory_fd = memfd_create("tgt-sim", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (sim->memory_fd < 0)
		return -errno;
	if (ftruncate(sim->memory_fd, (off_t)sim->mapped) < 0) {
		err = -errno;
		goto close_memory;
	}
	/* whoever maps it may rely on its size */
	if (fcntl(sim->memory_fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0) {
		err = -errno;
		goto close_memory;
	}
	sim->base = mmap(NULL, sim->mapped, PROT_READ | PROT_WRITE, MAP_SHARED,
			 sim->memory_fd, 0);
	if (sim->base == MAP_FAILED) {
		err = -errno;
		goto close_memory;
	}

	tgt_ring_init(&sim->kuring, sim->base);
	sim->kuring_shape = sim->kuring;
	tgt_ring_init(&sim->ukring, sim->base + TGT_RINGBUF_SIZE);

	sim->tel = (struct tgt_telemetry *)(sim->base + TGT_TELEMETRY_OFFSET);
	sim->tel->version = TGT_TELEMETRY_VERSION;
	sim->tel->header_size = sizeof(struct tgt_telemetry);
	sim->tel->total_size = (uint32_t)total;
	sim->tel->features = TGT_FEATURE_DATA_ONLY | TGT_FEATURE_HOLD | TGT_FEATURE_EXCLUSIVE;
	sim->tel->dialect = TGT_DIALECT_SEED;
	sim->tel->nr_entry = ring.nr_entry;
	sim->tel->entry_size = ring.entry_size;
	sim->tel->kuring_stamps = (uint32_t)round_up(sizeof(struct tgt_telemetry), 64);
	sim->tel->ukring_stamps = sim->tel->kuring_stamps + (uint32_t)stamps;
	sim->tel->hosts = 1;
	sim->kuring_stamps = (void *)((uint8_t *)sim->tel + sim->tel->kuring_stamps);
	sim->ukring_stamps = (void *)((uint8_t *)sim->tel + sim->tel->ukring_stamps);
	tgt_stamp_clear(sim->kuring_stamps, ring.nr_entry);
	tgt_stamp_clear(sim->ukring_stamps, ring.nr_entry);
	sim->tel->magic = TGT_TELEMETRY_MAGIC;
	return 0;

close_memory:
	close(sim->memory_fd);
	sim->memory_fd = -1;
	return err;
}

void sim_memory_free(struct tgt_sim *sim)
{
	munmap(sim->base, sim->mapped);
	if (sim->memory_fd >= 0)
		close(sim->memory_fd);
}

/* A new owner starts from clean rings at index 0. Both locks held. */
void sim_memory_wipe(struct tgt_sim *sim)
{
	/* status first: a reader that still looks finds nothing half-cleared */
	for (uint32_t i = 0; i < sim->kuring.nr_entry; i++) {
		tgt_store_release(&tgt_ring_hdr(&sim->kuring, i)->status, 0u);
		tgt_store_release(&tgt_ring_hdr(&sim->ukring, i)->status, 0u);
	}
	memset(sim->base, 0, TGT_RINGS_SIZE);
	sim->kuring.idx = 0;
	sim->ukring.idx = 0;
	tgt_stamp_clear(sim->kuring_stamps, sim->kuring.nr_entry);
	tgt_stamp_clear(sim->ukring_stamps, sim->ukring.nr_entry);
	sim_tel_set(sim->tel->kuring_produced, 0);
	sim_tel_set(sim->tel->ukring_consumed, 0);
}

/* CLOCK_BOOTTIME start of this process in ns, to the clock tick; 0 if unknown. */
uint64_t sim_process_start(void)
{
	char line[1024];
	FILE *f = fopen("/proc/self/stat", "re");
	size_t n;
	char *p;

	if (!f)
		return 0;
	n = fread(line, 1, sizeof(line) - 1, f);
	fclose(f);
	line[n] = '\0';
	/* the name may hold blanks and brackets; fields count from the last ')' */
	p = strrchr(line, ')');
	if (!p)
		return 0;
	for (int field = 2; field < 22; field++) {
		p = strchr(p + 1, ' ');
		if (!p)
			return 0;
	}
	return strtoull(p + 1, NULL, 10) * (1000000000ull / (uint64_t)sysconf(_SC_CLK_TCK));
}
