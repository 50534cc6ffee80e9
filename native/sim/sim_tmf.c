/* SPDX-License-Identifier: MIT */
/* Owns the task management functions that are out, and what their answers do. */
#include "sim_internal.h"

int tgt_sim_submit_tmf(struct tgt_sim *sim, struct tgt_sim_tmf *tmf)
{
	struct tgt_sim_tmf **tail;

	sim_lock(sim);
	if (__atomic_load_n(&sim->gone, __ATOMIC_RELAXED)) {
		sim_unlock(sim);
		return -ENODEV;
	}
	if (sim->nr_tmfs == SIM_TMFS) {
		sim_unlock(sim);
		return -EBUSY;
	}
	tmf->mid = sim->next_mid++;
	tmf->end_tag = sim->next_tag;
	tmf->result = 0;
	tmf->next = NULL;
	for (tail = &sim->tmfs; *tail;)
		tail = &(*tail)->next;
	*tail = tmf;
	sim->nr_tmfs++;
	if (tmf->function == TGT_TMF_ABORT_TASK)
		for (uint32_t i = 0; i < TGT_SIM_COMMANDS; i++)
			if (sim->table[i] && sim->table[i]->tag == tmf->tag)
				sim->table[i]->aborting = true;
	if (sim->owner) {
		sim_flush(sim);
		sim_emit_tmf(sim, tmf);
	}
	sim_unlock(sim);
	return 0;
}

struct tgt_sim_tmf *sim_tmf_take(struct tgt_sim *sim, uint64_t mid)
{
	for (struct tgt_sim_tmf **at = &sim->tmfs; *at; at = &(*at)->next) {
		struct tgt_sim_tmf *tmf = *at;

		if (tmf->mid != mid)
			continue;
		*at = tmf->next;
		sim->nr_tmfs--;
		tmf->mid = 0;
		return tmf;
	}
	return NULL;
}

int tgt_sim_cancel_tmf(struct tgt_sim *sim, struct tgt_sim_tmf *tmf)
{
	uint64_t mid;
	int err = 0;

	sim_lock(sim);
	mid = tmf->mid;
	if (!mid || !sim_tmf_take(sim, mid)) {
		err = -ENOENT;
	} else {
		for (struct sim_event **at = &sim->pending; *at;) {
			if ((*at)->ev.type == TGT_KEVENT_TSK_MGMT_REQ &&
			    (*at)->ev.k.tsk_mgmt_req.mid == mid)
				sim_withdraw(sim, at);
			else
				at = &(*at)->next;
		}
	}
	sim_unlock(sim);
	return err;
}

static bool tmf_means(const struct tgt_sim_tmf *tmf, const struct tgt_sim_io *io)
{
	if (io->tag >= tmf->end_tag)
		return false;
	switch (tmf->function) {
	case TGT_TMF_ABORT_TASK:
		return io->tag == tmf->tag;
	case TGT_TMF_ABORT_TASK_SET:
	case TGT_TMF_CLEAR_TASK_SET:
	case TGT_TMF_LUN_RESET:
		return !memcmp(io->lun, tmf->lun, sizeof(io->lun));
	case TGT_TMF_TARGET_RESET:
		return true;
	}
	return false;
}

/* Has the responder not been asked yet? */
static bool tmf_waits(const struct tgt_sim *sim, uint64_t mid)
{
	for (const struct sim_event *e = sim->pending; e; e = e->next)
		if (e->ev.type == TGT_KEVENT_TSK_MGMT_REQ && e->ev.k.tsk_mgmt_req.mid == mid)
			return true;
	return false;
}

/*
 * TSK_MGMT_RSP. Success, or "no such task", takes the commands it means out of
 * the table, so that a later response to them finds nothing. Answered ones are
 * past aborting.
 */
int32_t sim_tmf_answered(struct tgt_sim *sim, uint64_t mid, int32_t result)
{
	struct tgt_sim_tmf *tmf = mid && !tmf_waits(sim, mid) ? sim_tmf_take(sim, mid) : NULL;
	bool ends = result == 0 || result == -EEXIST;

	if (!tmf)
		return -ENOENT;
	for (uint32_t i = 0; ends && i < TGT_SIM_COMMANDS; i++) {
		struct tgt_sim_io *io = sim->table[i];

		if (io && (io->state == TGT_SIM_SENT || io->state == TGT_SIM_DROPPED) &&
		    tmf_means(tmf, io))
			sim_end(sim, io, TGT_SIM_DID_ABORT);
	}
	tmf->result = result;
	tmf->next = sim->finished_tmfs;
	sim->finished_tmfs = tmf;
	return 0;
}
