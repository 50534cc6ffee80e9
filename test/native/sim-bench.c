/* SPDX-License-Identifier: MIT */
/* The C responder on the simulator: one JSON line of what it reached. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "responder.h"

static void *run(void *arg)
{
	responder_run(arg, 0);
	return NULL;
}

static void die(const char *what, int err)
{
	fprintf(stderr, "sim-bench: %s: %s\n", what, strerror(-err));
	exit(1);
}

static double seconds_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void sleep_for(double seconds)
{
	struct timespec ts = { (time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9) };

	while (nanosleep(&ts, &ts))
		;
}

int main(int argc, char **argv)
{
	struct tgt_sim_options options = { .depth = 32, .read = 70, .block = 4096, .seed = 1 };
	double seconds = 3, warm = 0.3, begin, end;
	struct tgt_sim_stats before, after;
	struct responder r = { .attention = true };
	struct ram_store store;
	struct tgt_sim *sim;
	pthread_t thread;
	int err;

	for (int i = 1; i < argc; i++) {
		double v;

		if (sscanf(argv[i], "depth=%lf", &v) == 1)
			options.depth = (uint32_t)v;
		else if (sscanf(argv[i], "read=%lf", &v) == 1)
			options.read = (uint32_t)v;
		else if (sscanf(argv[i], "block=%lf", &v) == 1)
			options.block = (uint32_t)v;
		else if (sscanf(argv[i], "rate=%lf", &v) == 1)
			options.rate = (uint32_t)v;
		else if (sscanf(argv[i], "seed=%lf", &v) == 1)
			options.seed = (uint64_t)v;
		else if (sscanf(argv[i], "seconds=%lf", &v) == 1)
			seconds = v;
		else
			die(argv[i], -EINVAL);
	}
	err = ram_store_open(&store, 131072);
	if (err)
		die("store", err);
	err = tgt_sim_create(&options, &sim);
	if (err)
		die("tgt_sim_create", err);
	err = responder_open(&r, sim, &store);
	if (err)
		die("responder_open", err);
	if (pthread_create(&thread, NULL, run, &r))
		die("pthread_create", -EAGAIN);
	err = tgt_sim_start(sim);
	if (err)
		die("tgt_sim_start", err);

	sleep_for(warm);
	tgt_sim_get_stats(sim, &before);
	begin = seconds_now();
	sleep_for(seconds);
	tgt_sim_get_stats(sim, &after);
	end = seconds_now();

	printf("{\"depth\":%u,\"commands\":%llu,\"seconds\":%.3f,\"iops\":%.0f,\"failed\":%llu,\"corrupt\":%llu}\n",
	       options.depth, (unsigned long long)(after.completed - before.completed), end - begin,
	       (double)(after.completed - before.completed) / (end - begin),
	       (unsigned long long)after.failed, (unsigned long long)after.corrupt);
	responder_stop(&r);
	pthread_join(thread, NULL);
	responder_close(&r);
	tgt_sim_destroy(sim);
	ram_store_close(&store);
	return after.failed || after.corrupt || atomic_load(&r.rejected) ? 1 : 0;
}
