/* SPDX-License-Identifier: MIT */
/*
 * Burns processor time and nothing else: a thread for each SHARE (1 = a whole
 * processor), in slices, until it is killed. A thread that was kept from its
 * share makes up for it, so that in the end it has had what it was told to.
 *
 * burn SHARE...
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define SLICE_NS	1000000
#define MOST_THREADS	16

static double shares[MOST_THREADS];

static int64_t now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void work(void)
{
	volatile uint64_t x = 1;

	for (int i = 0; i < 1000; i++)
		x = x * 6364136223846793005u + 1442695040888963407u;
}

static void *burn(void *arg)
{
	double share = *(double *)arg;
	int64_t begin = now(CLOCK_MONOTONIC), next = begin;

	for (;;) {
		int64_t owed;

		next += SLICE_NS;
		if (next < now(CLOCK_MONOTONIC))
			next = now(CLOCK_MONOTONIC); /* kept waiting: no sleep */
		struct timespec ts = { next / 1000000000, next % 1000000000 };

		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
		owed = (int64_t)(share * (double)(now(CLOCK_MONOTONIC) - begin));
		while (now(CLOCK_THREAD_CPUTIME_ID) < owed)
			work();
	}
	return NULL;
}

int main(int argc, char **argv)
{
	if (argc < 2 || argc > MOST_THREADS + 1) {
		fprintf(stderr, "usage: burn SHARE...\n");
		return 64;
	}
	for (int i = 1; i < argc; i++) {
		pthread_t thread;
		char *end;

		shares[i - 1] = strtod(argv[i], &end);
		if (*end || !(shares[i - 1] >= 0 && shares[i - 1] <= 1)) {
			fprintf(stderr, "burn: %s is no share of a processor\n", argv[i]);
			return 64;
		}
		if (pthread_create(&thread, NULL, burn, &shares[i - 1])) {
			fprintf(stderr, "burn: no thread\n");
			return 1;
		}
	}
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
