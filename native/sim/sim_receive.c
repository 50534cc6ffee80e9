/* SPDX-License-Identifier: MIT */
/* Owns the receive path: ukring is consumed, judged, carried out and stamped. */
#define _GNU_SOURCE
#include <sys/uio.h>

#include "sim_internal.h"

/* No user address lies above it on any 64-bit Linux with 4-level paging. */
#define SIM_USER_END	(1ull << 47)

/*
 * The responder's memory, as copy_from_user() and copy_to_user() would see it:
 * a bad address is -EFAULT, never a signal.
 */
static int copy_user(struct tgt_sim *sim, void *local, uint64_t uaddr, uint32_t len, bool to_user)
{
	struct iovec here = { .iov_base = local, .iov_len = len };
	struct iovec there = { .iov_base = (void *)(uintptr_t)uaddr, .iov_len = len };
	ssize_t n;

	if (uaddr > SIM_USER_END || uaddr + len > SIM_USER_END)
		return -EFAULT;
	n = to_user ? process_vm_writev(sim->pid, &here, 1, &there, 1, 0)
		    : process_vm_readv(sim->pid, &here, 1, &there, 1, 0);
	return n == (ssize_t)len ? 0 : -EFAULT;
}

/*
 * What has gathered under the lock is delivered every few events and at the
 * end: one wake-up of the initiator for many commands. Should it come for the
 * lock itself meanwhile, it takes everything along.
 */
#define DELIVER_EVERY	16u

static void unlock_quietly(struct tgt_sim *sim)
{
	pthread_mutex_unlock(&sim->lock);
}

static void deliver(struct tgt_sim *sim)
{
	sim_lock(sim);
	sim_unlock(sim);
}

/* Between the two halves of a command; the table keeps it while it moves. */
static int move_data(struct tgt_sim *sim, struct tgt_sim_io *io, const struct tgt_event *ev,
		     const struct tgt_plan *plan)
{
	uint64_t uaddr = ev->u.cmd_rsp.uaddr;

	if (plan->action == TGT_PLAN_SENSE)
		return copy_user(sim, io->sense, uaddr, plan->len, false);
	return copy_user(sim, io->data, uaddr, plan->len, io->dir == TGT_DIR_WRITE);
}

static int32_t cmd_rsp(struct tgt_sim *sim, const struct tgt_event *ev)
{
	struct tgt_plan plan = { TGT_PLAN_STATUS, 0 };
	struct tgt_sim_io *io;
	int32_t verdict;

	if (ev->u.cmd_rsp.host_no != SIM_HOST)
		return -ENODEV;
	sim_lock(sim);
	io = sim_find(sim, ev->u.cmd_rsp.cid);
	if (!io || io->state == TGT_SIM_QUEUED || io->state == TGT_SIM_DROPPED)
		verdict = -ENOENT;
	else if (io->state != TGT_SIM_SENT)
		verdict = -EALREADY;
	else
		verdict = tgt_verdict_cmd_rsp(ev, io->dir, io->data_len, &plan);
	if (verdict < 0)
		goto unlock;

	if (plan.action == TGT_PLAN_DROP) {
		io->state = TGT_SIM_DROPPED;
		goto unlock;
	}
	if (plan.action != TGT_PLAN_STATUS) {
		int err;

		io->state = TGT_SIM_MOVING;
		unlock_quietly(sim);
		err = move_data(sim, io, ev, &plan);
		sim_lock(sim);
		io->state = TGT_SIM_SENT;
		if (err) {
			verdict = err;
			goto unlock;
		}
		if (plan.action == TGT_PLAN_SENSE)
			io->sense_len = plan.len;
		else if (plan.len > io->moved)
			io->moved = plan.len;
	}
	sim_flush(sim);
	/* data only goes with GOOD alone, so its CMD_DONE says 0 */
	sim_emit_done(sim, io, ev->u.cmd_rsp.result, plan.action == TGT_PLAN_DATA_ONLY);
unlock:
	unlock_quietly(sim);
	return verdict;
}

static int32_t tsk_mgmt_rsp(struct tgt_sim *sim, const struct tgt_event *ev)
{
	int32_t verdict;

	if (ev->u.tsk_mgmt_rsp.host_no != SIM_HOST)
		return -ENODEV;
	sim_lock(sim);
	verdict = sim_tmf_answered(sim, ev->u.tsk_mgmt_rsp.mid, ev->u.tsk_mgmt_rsp.result);
	unlock_quietly(sim);
	return verdict;
}

static int32_t judge(struct tgt_sim *sim, const struct tgt_event *ev, uint32_t status)
{
	int32_t verdict = tgt_verdict_shape(ev, status);

	if (verdict)
		return verdict;
	return ev->type == TGT_UEVENT_CMD_RSP ? cmd_rsp(sim, ev) : tsk_mgmt_rsp(sim, ev);
}

/* At most one lap: a producer that refills as fast as this cannot keep it here. */
void sim_receive(struct tgt_sim *sim)
{
	struct tgt_telemetry *tel = sim->tel;
	struct tgt_ring *ring = &sim->ukring;
	bool cut_short = false;
	uint32_t n;

	for (n = 0; n < ring->nr_entry; n++) {
		struct tgt_event ev;
		uint32_t status, type;
		int32_t verdict;

		/* only this path adds to it, so without the lock it can only shrink */
		if (__atomic_load_n(&sim->done_pending, __ATOMIC_RELAXED) >= SIM_DONES) {
			cut_short = true;
			break;
		}
		status = tgt_ring_peek(ring, &ev);
		if (!status)
			break;
		verdict = judge(sim, &ev, status);

		tgt_stamp_write(sim->ukring_stamps, ring->nr_entry, ring->idx, verdict, sim_now());
		tgt_ring_release(ring);
		sim_tel_set(tel->ukring_consumed, ring->idx);
		type = ev.type < TGT_EVENT_TYPES ? ev.type : TGT_EVENT_TYPES;
		sim_tel_add(tel->ukring_events[type], 1);
		sim_tel_add(tel->verdicts[tgt_verdict_class(verdict)], 1);
		if (n % DELIVER_EVERY == DELIVER_EVERY - 1)
			deliver(sim);
	}
	__atomic_store_n(&sim->cut_short, cut_short, __ATOMIC_RELAXED);
	if (!n)
		return;
	sim_lock(sim);
	sim->wake_observers = sim->observers != 0;
	sim_unlock(sim);
}
