/* SPDX-License-Identifier: MIT */
/* Owns sleeping: poll() on a simulated file, without a lost wake-up. */
#define _GNU_SOURCE
#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>

#include "sim_internal.h"

static bool owner_ready(struct tgt_sim *sim)
{
	if (__atomic_load_n(&sim->delaying, __ATOMIC_RELAXED))
		return false;
	/* as the kernel's poll(): looking is also a chance to send what waits */
	if (__atomic_load_n(&sim->cut_short, __ATOMIC_RELAXED)) {
		pthread_mutex_lock(&sim->receive);
		sim_lock(sim);
		sim_flush(sim);
		sim_unlock(sim);
		sim_receive(sim);
		pthread_mutex_unlock(&sim->receive);
	}
	if (__atomic_load_n(&sim->nr_pending, __ATOMIC_RELAXED)) {
		sim_lock(sim);
		sim_flush(sim);
		sim_unlock(sim);
	}
	/* the ring core's condition, at the published index, without the lock */
	struct tgt_ring ring = sim->kuring_shape;

	ring.idx = sim_tel_get(sim->tel->kuring_produced);
	return tgt_ring_unread(&ring);
}

static bool observer_ready(const struct tgt_sim_file *file)
{
	const struct tgt_telemetry *tel = file->sim->tel;

	return sim_tel_get(tel->kuring_produced) != file->mark_produced ||
	       sim_tel_get(tel->ukring_consumed) != file->mark_consumed ||
	       sim_tel_get(tel->epoch) != file->mark_epoch;
}

static int ready_bits(struct tgt_sim_file *file)
{
	if (__atomic_load_n(&file->closed, __ATOMIC_SEQ_CST) ||
	    __atomic_load_n(&file->sim->gone, __ATOMIC_SEQ_CST))
		return TGT_SIM_GONE;
	if (file->writable ? owner_ready(file->sim) : observer_ready(file))
		return TGT_SIM_DEVICE;
	return 0;
}

/* One poll() on both fds. */
static int poll_once(void *context, int64_t timeout_ns, uint64_t *stamp)
{
	struct pollfd *fds = context;
	struct timespec ts = { timeout_ns / 1000000000, timeout_ns % 1000000000 };
	int n = ppoll(fds, 2, timeout_ns < 0 ? NULL : &ts, NULL);
	int bits = 0;

	n = n < 0 ? -errno : n;
	*stamp = sim_now();
	if (n <= 0)
		return n;
	if (fds[1].revents & POLLNVAL)
		return -EBADF;
	if (fds[0].revents)
		bits |= TGT_SIM_DEVICE;
	if (fds[1].revents & POLLIN)
		bits |= TGT_SIM_WAKE;
	return bits;
}

int tgt_sim_wait(struct tgt_sim_file *file, int wake_fd, int64_t timeout_ns, uint64_t *stamp)
{
	struct pollfd fds[2] = {
		{ .fd = file->event_fd, .events = POLLIN },
		{ .fd = wake_fd, .events = POLLIN },
	};

	return tgt_sim_wait_by(file, wake_fd, timeout_ns, stamp, poll_once, fds);
}

int tgt_sim_event_fd(const struct tgt_sim_file *file)
{
	return file->event_fd;
}

static void clear(int event_fd)
{
	eventfd_t drop;

	(void)eventfd_read(event_fd, &drop);
}

int tgt_sim_wait_by(struct tgt_sim_file *file, int wake_fd, int64_t timeout_ns,
		    uint64_t *stamp, tgt_sim_sleep sleep, void *context)
{
	uint64_t end = timeout_ns > 0 ? sim_now() + (uint64_t)timeout_ns : 0;
	int64_t left = timeout_ns;

	for (;;) {
		int bits = ready_bits(file);
		int n;

		if (!bits) {
			/*
			 * Arm, then look again. The fence pairs with the one in
			 * sim_unlock(): an event published before the fence there
			 * is seen here, a later one finds the file armed.
			 */
			__atomic_store_n(&file->armed, 1, __ATOMIC_RELAXED);
			__atomic_thread_fence(__ATOMIC_SEQ_CST);
			bits = ready_bits(file);
		}
		/* what is ready without asking the fds leaves no time to sleep */
		n = sleep(context, bits ? 0 : left, stamp);
		__atomic_store_n(&file->armed, 0, __ATOMIC_RELAXED);
		if (n < 0 && n != -EINTR)
			return n;
		if (n > 0 && (n & TGT_SIM_DEVICE)) {
			clear(file->event_fd);
			bits |= ready_bits(file);
		}
		if (n > 0 && (n & TGT_SIM_WAKE)) {
			clear(wake_fd);
			bits |= TGT_SIM_WAKE;
		}
		if (bits)
			return bits;
		if (timeout_ns == TGT_SIM_TICK) {
			if (!n)
				return 0;
		} else if (timeout_ns >= 0) {
			uint64_t now = *stamp;

			if (now >= end)
				return 0;
			left = (int64_t)(end - now);
		}
	}
}
