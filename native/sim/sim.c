/* SPDX-License-Identifier: MIT */
/* Owns the life of a simulator. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sim_internal.h"

/* A sandbox may forbid it; then every response would be an -EFAULT. */
static int try_process_vm(int pid)
{
	char from = 1, to = 0;
	struct iovec here = { &to, 1 }, there = { &from, 1 };

	return process_vm_readv(pid, &here, 1, &there, 1, 0) == 1 ? 0 : -errno;
}

static bool valid(const struct tgt_sim_options *o)
{
	return o->depth >= 1 && o->depth <= 512 && o->read <= 100 && o->block >= 512 &&
	       o->block % 512 == 0 && o->block <= (1u << 20) && o->lun < 16384 &&
	       o->delay_us <= 1000000;
}

int tgt_sim_create(const struct tgt_sim_options *options, struct tgt_sim **out)
{
	struct tgt_sim *sim;
	int err;

	if (!valid(options))
		return -EINVAL;
	err = try_process_vm(getpid());
	if (err)
		return err;
	sim = calloc(1, sizeof(*sim));
	if (!sim)
		return -ENOMEM;
	sim->options = *options;
	if (!sim->options.timeout_ms)
		sim->options.timeout_ms = 30000;
	if (!sim->options.abort_ms)
		sim->options.abort_ms = 5000;
	sim->refs = 1;
	sim->pid = getpid();
	sim->next_cid = 1;
	sim->next_tag = 0x10000;	/* so that nobody takes a tag for a cid */
	sim->next_mid = 1;
	sim->pending_tail = &sim->pending;
	sim->finished_tail = &sim->finished;

	sim->events = calloc(SIM_EVENTS, sizeof(*sim->events));
	if (!sim->events) {
		err = -ENOMEM;
		goto free_sim;
	}
	for (uint32_t i = 0; i < SIM_EVENTS; i++) {
		sim->events[i].next = sim->free_events;
		sim->free_events = &sim->events[i];
	}
	err = sim_mutex_init(&sim->lock);
	if (err)
		goto free_events;
	err = sim_mutex_init(&sim->receive);
	if (err)
		goto destroy_lock;
	err = sim_memory_init(sim);
	if (err)
		goto destroy_receive;
	*out = sim;
	return 0;

destroy_receive:
	pthread_mutex_destroy(&sim->receive);
destroy_lock:
	pthread_mutex_destroy(&sim->lock);
free_events:
	free(sim->events);
free_sim:
	free(sim);
	return err;
}

int tgt_sim_start(struct tgt_sim *sim)
{
	int err;

	pthread_mutex_lock(&sim->receive);
	if (__atomic_load_n(&sim->gone, __ATOMIC_RELAXED))
		err = -ENODEV;
	else if (sim->initiator)
		err = -EALREADY;
	else
		err = sim_initiator_start(sim);
	if (!err)
		sim_tel_set(sim->tel->devices, 1);
	pthread_mutex_unlock(&sim->receive);
	return err;
}

void tgt_sim_get(struct tgt_sim *sim)
{
	__atomic_fetch_add(&sim->refs, 1, __ATOMIC_RELAXED);
}

void tgt_sim_put(struct tgt_sim *sim)
{
	if (__atomic_sub_fetch(&sim->refs, 1, __ATOMIC_ACQ_REL))
		return;
	sim_initiator_free(sim);
	sim_memory_free(sim);
	pthread_mutex_destroy(&sim->receive);
	pthread_mutex_destroy(&sim->lock);
	free(sim->events);
	free(sim);
}

void tgt_sim_destroy(struct tgt_sim *sim)
{
	/* after the last doorbell; no initiator is started any more */
	pthread_mutex_lock(&sim->receive);
	__atomic_store_n(&sim->gone, true, __ATOMIC_SEQ_CST);
	pthread_mutex_unlock(&sim->receive);
	/* takes its commands back */
	sim_initiator_stop(sim);

	pthread_mutex_lock(&sim->receive);
	sim_lock(sim);
	sim_end_everything(sim);
	for (struct tgt_sim_file *f = sim->files; f; f = f->next)
		(void)eventfd_write(f->event_fd, 1);
	sim_unlock(sim);
	close(sim->memory_fd);
	sim->memory_fd = -1;
	pthread_mutex_unlock(&sim->receive);
	tgt_sim_put(sim);
}

int tgt_sim_memory(const struct tgt_sim *sim)
{
	return sim->memory_fd;
}

void *tgt_sim_base(const struct tgt_sim *sim)
{
	return sim->base;
}

void tgt_sim_get_stats(struct tgt_sim *sim, struct tgt_sim_stats *stats)
{
	sim_initiator_stats(sim, stats);
}
