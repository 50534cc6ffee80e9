/* SPDX-License-Identifier: MIT */
/* Owns the faults that the simulator has on request. */
#include <time.h>

#include "sim_internal.h"

/* What a sleep may come too late by is spun away. */
#define SPIN_NS		100000ull
/* A simulator that is being destroyed waits no longer than this for a sleep. */
#define NAP_NS		20000000ull

static bool gone(const struct tgt_sim *sim)
{
	return __atomic_load_n(&sim->gone, __ATOMIC_RELAXED);
}

static void sleep_until(struct tgt_sim *sim, uint64_t end)
{
	uint64_t now;

	while (!gone(sim) && (now = sim_now()) + SPIN_NS < end) {
		uint64_t nap = end - SPIN_NS - now;
		struct timespec ts = { 0, (long)(nap < NAP_NS ? nap : NAP_NS) };

		(void)nanosleep(&ts, NULL);
	}
}

/*
 * Telemetry has the event's time, kuring the event: only who sleeps is told
 * later, by the thread that published. Whoever publishes meanwhile leaves his
 * wake-up to it, and a poll() that ends for another reason finds nothing
 * (`delaying`, see sim_wait.c).
 */
void sim_delay_wake(struct tgt_sim *sim)
{
	uint64_t end = sim_now() + sim->options.delay_us * 1000ull;

	if (!sim->wake_owner || !sim->owner ||
	    !__atomic_load_n(&sim->owner->armed, __ATOMIC_RELAXED))
		return;
	sim->wake_owner = false;
	if (sim->delaying)
		return;
	__atomic_store_n(&sim->delaying, true, __ATOMIC_RELAXED);
	pthread_mutex_unlock(&sim->lock);

	if (!sim->options.delay_spins)
		sleep_until(sim, end);
	while (!gone(sim) && sim_now() < end)
		;

	sim_lock(sim);
	__atomic_store_n(&sim->delaying, false, __ATOMIC_RELAXED);
	sim->wake_owner = true;
	/* as in sim_unlock(): who saw `delaying` and arms after this looks again */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}
