/* SPDX-License-Identifier: MIT */
/*
 * What bench:latency holds tgtctl against: a responder in C that owns the
 * simulator and takes, for each event published while it slept, the time from
 * the kernel half's stamp to poll()'s return. One JSON line, ns.
 *
 *   latency-wait [depth=N] [rate=N] [seconds=N] [warm=N] [delay=US] [cpu=N] [priority=N]
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "responder.h"

#define MOST	8000000u	/* more wake-ups than any run has */

struct waits {
	struct responder r;	/* first: `taken` gets it */
	const struct tgt_slot_stamp *stamps;
	bool measuring;		/* atomic */
	uint32_t count, awake, missed;
	uint32_t *ns;
};

static void die(const char *what, int err)
{
	fprintf(stderr, "latency-wait: %s: %s\n", what, strerror(-err));
	exit(1);
}

static void taken(struct responder *r, uint32_t index, uint64_t slept, uint64_t woke)
{
	struct waits *w = (struct waits *)r;
	const struct tgt_slot_stamp *s = &w->stamps[tgt_ring_slot(&r->kuring, index)];
	uint64_t t = __atomic_load_n(&s->t_ns, __ATOMIC_RELAXED);

	if (!__atomic_load_n(&w->measuring, __ATOMIC_RELAXED))
		return;
	if (__atomic_load_n(&s->index, __ATOMIC_ACQUIRE) != index || w->count == MOST)
		w->missed++;
	else if (t < slept || t > woke)
		w->awake++;	/* published while this thread was about other things */
	else
		w->ns[w->count++] = (uint32_t)(woke - t < UINT32_MAX ? woke - t : UINT32_MAX);
}

/* struct sched_attr of sched_setattr(2); glibc has none before 2.41. */
struct slice_attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

/* As tgtctl's engine: slices of 0.1 ms, which Linux 6.12 and newer know. */
static void ask_for_short_slices(void)
{
	struct slice_attr attr = { .size = sizeof(attr), .policy = SCHED_OTHER, .runtime = 100000 };

	(void)syscall(SYS_sched_setattr, 0, &attr, 0);
}

static void *run(void *arg)
{
	ask_for_short_slices();
	responder_run(arg, 0);
	return NULL;
}

static void sleep_for(double seconds)
{
	struct timespec ts = { (time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9) };

	while (nanosleep(&ts, &ts))
		;
}

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* The smallest value that so many of a hundred are not above, as HdrHistogram has it. */
static uint32_t percentile(const struct waits *w, double p)
{
	double rank = p / 100 * w->count;
	uint32_t at = (uint32_t)rank + (rank > (double)(uint32_t)rank);

	return w->count ? w->ns[at ? at - 1 : 0] : 0;
}

static void report(struct waits *w, bool shallow)
{
	double sum = 0;

	qsort(w->ns, w->count, sizeof(*w->ns), ascending);
	for (uint32_t i = 0; i < w->count; i++)
		sum += w->ns[i];
	printf("{\"wakeups\":%u,\"awake\":%u,\"missed\":%u,\"cpu_dma_latency\":%s,", w->count, w->awake,
	       w->missed, shallow ? "true" : "false");
	printf("\"min\":%u,\"p50\":%u,\"p90\":%u,\"p99\":%u,\"p999\":%u,\"max\":%u,\"mean\":%.0f}\n",
	       percentile(w, 0), percentile(w, 50), percentile(w, 90), percentile(w, 99),
	       percentile(w, 99.9), percentile(w, 100), w->count ? sum / w->count : 0);
}

/* As tgtctl does; the file stays open. */
static bool keep_out_of_deep_idle(void)
{
	int fd = open("/dev/cpu_dma_latency", O_RDWR | O_CLOEXEC);
	int32_t us = 0;

	return fd >= 0 && write(fd, &us, sizeof(us)) == sizeof(us);
}

struct settings {
	struct tgt_sim_options sim;
	double seconds, warm;
	int cpu, priority;
};

static void read_settings(struct settings *s, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		double v;

		if (sscanf(argv[i], "depth=%lf", &v) == 1)
			s->sim.depth = (uint32_t)v;
		else if (sscanf(argv[i], "rate=%lf", &v) == 1)
			s->sim.rate = (uint32_t)v;
		else if (sscanf(argv[i], "delay=%lf", &v) == 1)
			s->sim.delay_us = (uint32_t)v;
		else if (sscanf(argv[i], "seconds=%lf", &v) == 1)
			s->seconds = v;
		else if (sscanf(argv[i], "warm=%lf", &v) == 1)
			s->warm = v;
		else if (sscanf(argv[i], "cpu=%lf", &v) == 1)
			s->cpu = (int)v;
		else if (sscanf(argv[i], "priority=%lf", &v) == 1)
			s->priority = (int)v;
		else
			die(argv[i], -EINVAL);
	}
}

/* The responder's thread alone, as tgtctl's --cpu and --priority mean its engine's. */
static pthread_t start_responder(struct waits *w, const struct settings *s)
{
	struct sched_param param = { .sched_priority = s->priority };
	pthread_t thread;
	cpu_set_t set;

	if (pthread_create(&thread, NULL, run, &w->r))
		die("pthread_create", -EAGAIN);
	CPU_ZERO(&set);
	CPU_SET(s->cpu < 0 ? 0 : s->cpu, &set);
	if (s->cpu >= 0 && pthread_setaffinity_np(thread, sizeof(set), &set))
		die("pthread_setaffinity_np", -EINVAL);
	if (s->priority && pthread_setschedparam(thread, SCHED_FIFO, &param))
		die("pthread_setschedparam", -EPERM);
	return thread;
}

int main(int argc, char **argv)
{
	struct settings s = {
		.sim = { .depth = 1, .read = 70, .block = 4096, .seed = 1, .rate = 1000 },
		.seconds = 3, .warm = 0.5, .cpu = -1,
	};
	static struct waits w = { .r = { .taken = taken, .attention = true } };
	bool shallow = keep_out_of_deep_idle();
	struct ram_store store;
	struct tgt_sim *sim;
	pthread_t thread;
	int err;

	read_settings(&s, argc, argv);
	w.ns = malloc(MOST * sizeof(*w.ns));
	err = w.ns ? ram_store_open(&store, 131072) : -ENOMEM;
	if (err)
		die("memory", err);
	err = tgt_sim_create(&s.sim, &sim);
	if (err)
		die("tgt_sim_create", err);
	err = responder_open(&w.r, sim, &store);
	if (err)
		die("responder_open", err);
	w.stamps = (void *)((uint8_t *)w.r.tel + w.r.tel->kuring_stamps);
	thread = start_responder(&w, &s);
	err = tgt_sim_start(sim);
	if (err)
		die("tgt_sim_start", err);

	sleep_for(s.warm);
	__atomic_store_n(&w.measuring, true, __ATOMIC_RELAXED);
	sleep_for(s.seconds);
	__atomic_store_n(&w.measuring, false, __ATOMIC_RELAXED);
	responder_stop(&w.r);
	pthread_join(thread, NULL);
	report(&w, shallow);
	responder_close(&w.r);
	tgt_sim_destroy(sim);
	ram_store_close(&store);
	free(w.ns);
	return atomic_load(&w.r.rejected) || !w.count ? 1 : 0;
}
