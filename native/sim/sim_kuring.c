/* SPDX-License-Identifier: MIT */
/* Owns kuring and the queue in front of it: events go out in one order, none is lost. */
#include "sim_internal.h"

static void publish(struct tgt_sim *sim, const struct tgt_event *ev, struct tgt_sim_io *io)
{
	uint32_t idx = sim->kuring.idx;

	tgt_stamp_write(sim->kuring_stamps, sim->kuring.nr_entry, idx, 0, sim_now());
	tgt_ring_publish(&sim->kuring, ev);
	sim_tel_set(sim->tel->kuring_produced, idx + 1);
	sim_tel_add(sim->tel->kuring_events[ev->type], 1);
	sim->wake_owner = true;
	sim->wake_observers = sim->observers != 0;

	if (!io)
		return;
	if (ev->type == TGT_KEVENT_CMD_REQ || io->data_only)
		io->state = TGT_SIM_SENT;
	else
		sim_end(sim, io, io->result);
	io->data_only = false;
}

static void emit(struct tgt_sim *sim, const struct tgt_event *ev, struct tgt_sim_io *io)
{
	struct sim_event *e;

	if (!sim->pending && !tgt_ring_full(&sim->kuring)) {
		publish(sim, ev, io);
		return;
	}
	/* the pool covers every command, every TMF and SIM_DONES */
	e = sim->free_events;
	sim->free_events = e->next;
	e->next = NULL;
	e->ev = *ev;
	e->io = io;
	*sim->pending_tail = e;
	sim->pending_tail = &e->next;
	__atomic_store_n(&sim->nr_pending, sim->nr_pending + 1, __ATOMIC_RELAXED);
	if (ev->type == TGT_KEVENT_CMD_DONE)
		__atomic_store_n(&sim->done_pending, sim->done_pending + 1, __ATOMIC_RELAXED);
	sim_tel_add(sim->tel->kuring_full, 1);
	/* who drained the ring meanwhile and sleeps has to look again */
	sim->wake_owner = true;
}

/* Takes an event off the queue. */
void sim_withdraw(struct tgt_sim *sim, struct sim_event **at)
{
	struct sim_event *e = *at;

	*at = e->next;
	if (!e->next)
		sim->pending_tail = at;
	__atomic_store_n(&sim->nr_pending, sim->nr_pending - 1, __ATOMIC_RELAXED);
	if (e->ev.type == TGT_KEVENT_CMD_DONE)
		__atomic_store_n(&sim->done_pending, sim->done_pending - 1, __ATOMIC_RELAXED);
	e->next = sim->free_events;
	sim->free_events = e;
}

void sim_flush(struct tgt_sim *sim)
{
	while (sim->pending && !tgt_ring_full(&sim->kuring)) {
		struct sim_event *e = sim->pending;

		publish(sim, &e->ev, e->io);
		sim_withdraw(sim, &sim->pending);
	}
}

void sim_emit_req(struct tgt_sim *sim, struct tgt_sim_io *io)
{
	struct tgt_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.type = TGT_KEVENT_CMD_REQ;
	ev.k.cmd_req.host_no = SIM_HOST;
	ev.k.cmd_req.cid = io->cid;
	ev.k.cmd_req.data_len = io->data_len;
	memcpy(ev.k.cmd_req.scb, io->scb, sizeof(io->scb));
	memcpy(ev.k.cmd_req.lun, io->lun, sizeof(io->lun));
	ev.k.cmd_req.attribute = io->attribute;
	ev.k.cmd_req.tag = io->tag;
	emit(sim, &ev, io);
}

/* Tells the responder, then the initiator, unless it was data only. */
void sim_emit_done(struct tgt_sim *sim, struct tgt_sim_io *io, int32_t result, bool data_only)
{
	struct tgt_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.type = TGT_KEVENT_CMD_DONE;
	ev.k.cmd_done.host_no = SIM_HOST;
	ev.k.cmd_done.cid = io->cid;
	ev.k.cmd_done.result = result;
	io->state = TGT_SIM_DONE_QUEUED;
	io->data_only = data_only;
	io->result = result;
	emit(sim, &ev, io);
}

void sim_emit_tmf(struct tgt_sim *sim, const struct tgt_sim_tmf *tmf)
{
	struct tgt_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.type = TGT_KEVENT_TSK_MGMT_REQ;
	ev.k.tsk_mgmt_req.host_no = SIM_HOST;
	ev.k.tsk_mgmt_req.function = tmf->function;
	ev.k.tsk_mgmt_req.tag = tmf->tag;
	memcpy(ev.k.tsk_mgmt_req.lun, tmf->lun, sizeof(tmf->lun));
	ev.k.tsk_mgmt_req.mid = tmf->mid;
	emit(sim, &ev, NULL);
}
