/* SPDX-License-Identifier: MIT */
/* Owns what is open on a simulator: one owner, any number of observers. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "sim_internal.h"

static void become_owner(struct tgt_sim *sim, struct tgt_sim_file *file)
{
	struct tgt_telemetry *tel = sim->tel;

	sim_memory_wipe(sim);
	sim->owner = file;
	sim_tel_add(tel->epoch, 1);
	sim_tel_set(tel->owner_start_ns, sim_process_start());
	sim_tel_set(tel->owner_pid, (uint32_t)sim->pid);
	sim_tel_set(tel->flags, TGT_FLAG_OWNER);
	sim_owner_attached(sim);
	sim->wake_observers = true;
}

/* What is there has been seen. */
static void set_mark(struct tgt_sim *sim, struct tgt_sim_file *file)
{
	file->mark_epoch = sim_tel_get(sim->tel->epoch);
	file->mark_produced = sim_tel_get(sim->tel->kuring_produced);
	file->mark_consumed = sim_tel_get(sim->tel->ukring_consumed);
}

static void become_observer(struct tgt_sim *sim, struct tgt_sim_file *file)
{
	set_mark(sim, file);
	__atomic_store_n(&sim->observers, sim->observers + 1, __ATOMIC_RELAXED);
}

int tgt_sim_open(struct tgt_sim *sim, bool writable, struct tgt_sim_file **out)
{
	struct tgt_sim_file *file = calloc(1, sizeof(*file));
	int err = 0;

	if (!file)
		return -ENOMEM;
	file->sim = sim;
	file->refs = 1;
	file->writable = writable;
	file->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (file->event_fd < 0) {
		err = -errno;
		free(file);
		return err;
	}

	pthread_mutex_lock(&sim->receive);
	sim_lock(sim);
	if (__atomic_load_n(&sim->gone, __ATOMIC_RELAXED))
		err = -ENODEV;
	else if (writable && sim->owner)
		err = -EBUSY;
	if (!err) {
		file->next = sim->files;
		sim->files = file;
		if (writable)
			become_owner(sim, file);
		else
			become_observer(sim, file);
		tgt_sim_get(sim);
	}
	sim_unlock(sim);
	pthread_mutex_unlock(&sim->receive);

	if (err) {
		close(file->event_fd);
		free(file);
		return err;
	}
	*out = file;
	return 0;
}

void tgt_sim_file_get(struct tgt_sim_file *file)
{
	__atomic_fetch_add(&file->refs, 1, __ATOMIC_RELAXED);
}

void tgt_sim_file_put(struct tgt_sim_file *file)
{
	if (__atomic_sub_fetch(&file->refs, 1, __ATOMIC_ACQ_REL))
		return;
	close(file->event_fd);
	tgt_sim_put(file->sim);
	free(file);
}

void *tgt_sim_file_base(const struct tgt_sim_file *file)
{
	return file->sim->base;
}

bool tgt_sim_file_owns(const struct tgt_sim_file *file)
{
	return file->writable;
}

void tgt_sim_close(struct tgt_sim_file *file)
{
	struct tgt_sim *sim = file->sim;

	/* a doorbell of this owner comes to its end first */
	pthread_mutex_lock(&sim->receive);
	sim_lock(sim);
	__atomic_store_n(&file->closed, true, __ATOMIC_SEQ_CST);
	for (struct tgt_sim_file **at = &sim->files; *at; at = &(*at)->next) {
		if (*at == file) {
			*at = file->next;
			break;
		}
	}
	if (file->writable) {
		sim->owner = NULL;
		sim_tel_set(sim->tel->flags, 0);
		sim_tel_set(sim->tel->owner_pid, 0);
		sim_tel_set(sim->tel->owner_start_ns, 0);
		sim_owner_left(sim);
	} else {
		__atomic_store_n(&sim->observers, sim->observers - 1, __ATOMIC_RELAXED);
	}
	sim_unlock(sim);
	pthread_mutex_unlock(&sim->receive);
	(void)eventfd_write(file->event_fd, 1);
	tgt_sim_file_put(file);
}

static int usable(const struct tgt_sim_file *file)
{
	if (__atomic_load_n(&file->sim->gone, __ATOMIC_RELAXED))
		return -ENODEV;
	return __atomic_load_n(&file->closed, __ATOMIC_RELAXED) ? -EBADF : 0;
}

int tgt_sim_kick(struct tgt_sim_file *file)
{
	struct tgt_sim *sim = file->sim;
	int err;

	if (!file->writable)
		return -EBADF;
	pthread_mutex_lock(&sim->receive);
	err = usable(file);
	if (!err) {
		sim_tel_add(sim->tel->doorbells, 1);
		sim_receive(sim);
	}
	pthread_mutex_unlock(&sim->receive);
	return err;
}

int tgt_sim_hold(struct tgt_sim_file *file, bool on)
{
	struct tgt_sim *sim = file->sim;
	int err;

	if (!file->writable)
		return -EPERM;
	sim_lock(sim);
	err = usable(file);
	if (!err)
		sim_tel_set(sim->tel->flags, TGT_FLAG_OWNER | (on ? TGT_FLAG_HOLD : 0));
	sim_unlock(sim);
	return err;
}

bool sim_clock_runs(struct tgt_sim *sim)
{
	uint32_t flags = sim_tel_get(sim->tel->flags);

	return (flags & TGT_FLAG_OWNER) && !(flags & TGT_FLAG_HOLD);
}

int tgt_sim_read_mark(struct tgt_sim_file *file, uint64_t *produced)
{
	struct tgt_sim *sim = file->sim;
	int err;

	if (file->writable)
		return -EINVAL;
	sim_lock(sim);
	err = usable(file);
	if (!err) {
		set_mark(sim, file);
		*produced = file->mark_produced;
	}
	sim_unlock(sim);
	return err;
}
