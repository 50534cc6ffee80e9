/* SPDX-License-Identifier: MIT */
/*
 * The ring core under load: several producers behind one lock, one consumer,
 * wrap, full, and the death and restart of either side, against a plain queue.
 *
 * The queue is an array of ring size without any synchronisation of its own:
 * only the ring's acquire and release order its accesses, so that a sanitizer
 * sees it if they do not.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tgt_ring.h"

#define ENTRIES	512u
#define PRODUCERS 3u

static uint8_t shared[TGT_RINGBUF_SIZE] __attribute__((aligned(4096)));

struct model {
	uint64_t serial[ENTRIES];
	uint64_t head;		/* the consumer's: next serial expected */
	uint64_t tail;		/* the producers', under their lock */
};

static struct {
	struct tgt_ring producer;
	pthread_mutex_t lock;
	struct model model;
	atomic_bool stop, quiet;
	atomic_uint_fast64_t full, empty, published, consumed;
} g = { .lock = PTHREAD_MUTEX_INITIALIZER };

static uint64_t seed = 1;

static void fail(const char *what, uint64_t a, uint64_t b)
{
	fprintf(stderr, "ring-stress: %s: %llu, %llu (seed=%llu)\n", what, (unsigned long long)a,
		(unsigned long long)b, (unsigned long long)seed);
	abort();
}

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Now and then one side falls behind, so that the ring runs full and empty. */
static void dawdle(uint64_t *random)
{
	uint64_t r = next_random(random) % 4096;

	if (r < 4)
		usleep(r * 100);
	else if (r < 40)
		sched_yield();
}

/* Every byte of an event follows from its serial. */
static void make_event(struct tgt_event *ev, uint64_t serial)
{
	uint64_t *word = (uint64_t *)ev;

	for (size_t i = 0; i < sizeof(*ev) / sizeof(*word); i++)
		word[i] = (serial + 1) * 0x9e3779b97f4a7c15ull + i * 0x0101010101010101ull;
}

static void check_event(const struct tgt_event *ev, uint64_t serial)
{
	struct tgt_event want;

	make_event(&want, serial);
	if (memcmp(ev, &want, sizeof(want)))
		fail("event is torn, lost or out of order", serial, ((const uint64_t *)ev)[0]);
}

/* Under the producers' lock. */
static void publish_serial(uint64_t serial)
{
	struct tgt_event ev;

	make_event(&ev, serial);
	g.model.serial[serial % ENTRIES] = serial;
	tgt_ring_publish(&g.producer, &ev);
	/* nothing newer can be there: the condition may be false only if it was read */
	atomic_fetch_add_explicit(&g.published, 1, memory_order_relaxed);
}

static void *produce(void *arg)
{
	uint64_t random = seed * 31 + (uintptr_t)arg + 1;

	while (!atomic_load(&g.stop)) {
		dawdle(&random);
		pthread_mutex_lock(&g.lock);
		if (tgt_ring_full(&g.producer)) {
			atomic_fetch_add_explicit(&g.full, 1, memory_order_relaxed);
			pthread_mutex_unlock(&g.lock);
			sched_yield();
			continue;
		}
		publish_serial(g.model.tail++);
		pthread_mutex_unlock(&g.lock);
	}
	return NULL;
}

enum death { LIVES, DIES_HOLDING, DIES_BETWEEN, DEATHS };

struct consumer {
	struct tgt_ring ring;
	uint64_t budget;	/* events until it dies */
	enum death death;
	uint64_t random;
};

static void *consume(void *arg)
{
	struct consumer *c = arg;
	uint64_t left = c->budget;

	for (;;) {
		struct tgt_event ev;

		dawdle(&c->random);
		if (!tgt_ring_peek(&c->ring, &ev)) {
			atomic_fetch_add_explicit(&g.empty, 1, memory_order_relaxed);
			if (atomic_load(&g.quiet))
				return NULL;
			sched_yield();
			continue;
		}
		check_event(&ev, g.model.head);
		if (g.model.serial[g.model.head % ENTRIES] != g.model.head)
			fail("the queue holds another", g.model.serial[g.model.head % ENTRIES],
			     g.model.head);
		if (c->death == DIES_HOLDING && left <= 1)
			return NULL;
		g.model.head++;
		tgt_ring_release(&c->ring);
		atomic_fetch_add_explicit(&g.consumed, 1, memory_order_relaxed);
		if (c->death != LIVES && --left == 0)
			return NULL;
	}
}

/* With no consumer alive and the lock held: what the poll condition must say. */
static void check_condition(const struct consumer *c)
{
	bool waiting = g.model.head != g.model.tail;

	if (tgt_ring_unread(&g.producer) != waiting)
		fail("poll condition", waiting, tgt_ring_unread(&g.producer));
	if (g.producer.idx - c->ring.idx != (uint32_t)(g.model.tail - g.model.head))
		fail("indices drifted apart", g.producer.idx, c->ring.idx);
	if (tgt_ring_full(&g.producer) != (g.model.tail - g.model.head == ENTRIES))
		fail("full", g.model.tail, g.model.head);
}

/* As a new owner finds it: clean rings, and what was not released comes again. */
static void wipe_and_resend(struct consumer *c)
{
	memset(shared, 0, sizeof(shared));
	g.producer.idx = 0;
	c->ring.idx = 0;
	for (uint64_t s = g.model.head; s != g.model.tail; s++)
		publish_serial(s);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* kuring: the consumer dies and another takes over, the producers live on. */
static uint64_t kuring_round(double seconds, uint32_t first_idx)
{
	double end = now() + seconds;
	pthread_t producers[PRODUCERS], thread;
	struct consumer c = { .random = seed };
	uint64_t deaths = 0;

	memset(shared, 0, sizeof(shared));
	memset(&g.model, 0, sizeof(g.model));
	atomic_store(&g.stop, false);
	atomic_store(&g.quiet, false);
	tgt_ring_init(&g.producer, shared);
	if (g.producer.nr_entry != ENTRIES)
		fail("nr_entry", g.producer.nr_entry, ENTRIES);
	g.producer.idx = first_idx;
	c.ring = g.producer;
	for (uintptr_t i = 0; i < PRODUCERS; i++)
		pthread_create(&producers[i], NULL, produce, (void *)i);

	while (now() < end) {
		c.death = 1 + next_random(&c.random) % (DEATHS - 1);
		c.budget = 1 + next_random(&c.random) % 5000;
		pthread_create(&thread, NULL, consume, &c);
		pthread_join(thread, NULL);
		deaths++;
		/* sometimes nobody is there for long enough to fill the ring */
		if (next_random(&c.random) % 8 == 0)
			usleep(2000);
		pthread_mutex_lock(&g.lock);
		check_condition(&c);
		/* half of them come back where they were, the others as a new owner */
		if (next_random(&c.random) % 2)
			wipe_and_resend(&c);
		pthread_mutex_unlock(&g.lock);
	}

	atomic_store(&g.stop, true);
	for (uint32_t i = 0; i < PRODUCERS; i++)
		pthread_join(producers[i], NULL);
	atomic_store(&g.quiet, true);
	c.death = LIVES;
	pthread_create(&thread, NULL, consume, &c);
	pthread_join(thread, NULL);
	pthread_mutex_lock(&g.lock);
	check_condition(&c);
	pthread_mutex_unlock(&g.lock);
	if (g.model.head != g.model.tail)
		fail("events left over", g.model.head, g.model.tail);
	return deaths;
}

/* ---- ukring: the producer dies, the kernel half consumes behind a lock ---- */

struct user {
	struct tgt_ring ring;
	uint64_t budget;
	bool dies_filling;
	uint64_t random;
};

static void *user_produce(void *arg)
{
	struct user *u = arg;

	for (uint64_t i = 0; i < u->budget; i++) {
		struct tgt_event ev;

		dawdle(&u->random);
		while (tgt_ring_full(&u->ring)) {
			atomic_fetch_add_explicit(&g.full, 1, memory_order_relaxed);
			sched_yield();
		}
		make_event(&ev, g.model.tail);
		if (u->dies_filling && i + 1 == u->budget) {
			/* half an event, never published */
			memcpy(tgt_ring_hdr(&u->ring, u->ring.idx)->data, &ev, sizeof(ev) / 2);
			break;
		}
		g.model.serial[g.model.tail % ENTRIES] = g.model.tail;
		g.model.tail++;
		tgt_ring_publish(&u->ring, &ev);
		atomic_fetch_add_explicit(&g.published, 1, memory_order_relaxed);
	}
	return NULL;
}

static struct tgt_ring kernel_ring;	/* under g.lock */

static void drain_one_lap(void)
{
	struct tgt_event ev;

	for (uint32_t n = 0; n < ENTRIES && tgt_ring_peek(&kernel_ring, &ev); n++) {
		check_event(&ev, g.model.head);
		if (g.model.serial[g.model.head % ENTRIES] != g.model.head)
			fail("the queue holds another", 0, g.model.head);
		g.model.head++;
		tgt_ring_release(&kernel_ring);
		atomic_fetch_add_explicit(&g.consumed, 1, memory_order_relaxed);
	}
}

static void *kernel_consume(void *arg)
{
	uint64_t random = seed + 99;

	(void)arg;
	while (!atomic_load(&g.stop)) {
		dawdle(&random);
		pthread_mutex_lock(&g.lock);
		drain_one_lap();
		pthread_mutex_unlock(&g.lock);
		sched_yield();
	}
	return NULL;
}

static uint64_t ukring_round(double seconds)
{
	double end = now() + seconds;
	pthread_t kernel, thread;
	struct user u = { .random = seed + 7 };
	uint64_t deaths = 0;

	memset(shared, 0, sizeof(shared));
	memset(&g.model, 0, sizeof(g.model));
	atomic_store(&g.stop, false);
	tgt_ring_init(&kernel_ring, shared);
	u.ring = kernel_ring;
	pthread_create(&kernel, NULL, kernel_consume, NULL);
	while (now() < end) {
		u.budget = 1 + next_random(&u.random) % 5000;
		u.dies_filling = next_random(&u.random) % 2;
		pthread_create(&thread, NULL, user_produce, &u);
		pthread_join(thread, NULL);
		deaths++;
		/* the next owner opens: what the dead one left is gone with it */
		pthread_mutex_lock(&g.lock);
		memset(shared, 0, sizeof(shared));
		kernel_ring.idx = 0;
		u.ring.idx = 0;
		g.model.head = g.model.tail;
		pthread_mutex_unlock(&g.lock);
	}
	atomic_store(&g.stop, true);
	pthread_join(kernel, NULL);
	return deaths;
}

int main(int argc, char **argv)
{
	uint64_t k = 0, u = 0;
	double seconds = 4;

	for (int i = 1; i < argc; i++) {
		unsigned long long v;

		if (sscanf(argv[i], "seconds=%llu", &v) == 1) {
			seconds = (double)v;
		} else if (sscanf(argv[i], "seed=%llu", &v) == 1) {
			seed = v ? v : 1;
		} else {
			fprintf(stderr, "usage: ring-stress [seconds=N] [seed=N]\n");
			return 64;
		}
	}
	k += kuring_round(seconds / 4, 0);
	/* the free-running index itself wraps too */
	k += kuring_round(seconds / 4, UINT32_MAX - 1000);
	u += ukring_round(seconds / 2);

	printf("ring-stress: %llu published, %llu consumed, %llu times full, %llu empty, %llu consumers and %llu producers died\n",
	       (unsigned long long)g.published, (unsigned long long)g.consumed,
	       (unsigned long long)g.full, (unsigned long long)g.empty, (unsigned long long)k,
	       (unsigned long long)u);
	/* a run that never got there has tested nothing */
	if (!g.full || !g.empty || g.consumed < 10 * ENTRIES || !k || !u)
		fail("too little happened", g.full, g.consumed);
	return 0;
}
