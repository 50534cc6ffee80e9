// SPDX-License-Identifier: GPL-2.0-only
/*
 * ukring: what the responder says, checked, done, and the verdict on it.
 *
 * The ring is the responder's memory and may change at any time: each event is
 * copied once, and only the copy is looked at.
 */
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "tgt_core.h"
#include "tgt_trace.h"

/* May this response be for that command? On 0 or 1 there is a plan. */
static s32 tgt_rsp_check(const struct tgt_event *ev, const struct tgt_cmd *cmd,
			 struct tgt_plan *plan)
{
	if (!cmd)
		return -ENOENT;
	switch (cmd->state) {
	case TGT_CMD_SENT:
		if (!tgt_extras && (ev->u.cmd_rsp.rw & TGT_RW_DATA_ONLY))
			return -EPROTO;
		return tgt_verdict_cmd_rsp(ev, cmd->dir, cmd->data_len, plan);
	case TGT_CMD_MOVING:
	case TGT_CMD_DONE_QUEUED:
		return -EALREADY;
	}
	return -ENOENT;		/* not asked yet, or dropped */
}

/* Answered: tell the responder, then the initiator. */
static void tgt_rsp_done(struct tgt_batch *b, struct tgt_cmd *cmd,
			 const struct tgt_plan *plan, s32 result)
{
	if (plan->action == TGT_PLAN_DATA || plan->action == TGT_PLAN_DATA_ONLY)
		cmd->moved = max(cmd->moved, plan->len);
	cmd->data_only = plan->action == TGT_PLAN_DATA_ONLY;
	cmd->result = result;
	tgt_cmd_set_state(cmd, TGT_CMD_DONE_QUEUED);
	tgt_event_post(b, &cmd->pend, TGT_PEND_DONE);
}

/* Look the command up; what needs no memory is done at once. */
static s32 tgt_rsp_claim(const struct tgt_event *ev, struct tgt_cmd **moving,
			 struct tgt_plan *plan)
{
	struct tgt_batch b;
	struct tgt_cmd *cmd;
	s32 verdict;

	tgt_batch_begin(&b, true);
	if (!tgt_host_find(ev->u.cmd_rsp.host_no)) {
		verdict = -ENODEV;
		goto out;
	}
	cmd = tgt_cmd_find(ev->u.cmd_rsp.host_no, ev->u.cmd_rsp.cid);
	verdict = tgt_rsp_check(ev, cmd, plan);
	if (verdict < 0)
		goto out;
	switch (plan->action) {
	case TGT_PLAN_STATUS:
		tgt_rsp_done(&b, cmd, plan, ev->u.cmd_rsp.result);
		break;
	case TGT_PLAN_DROP:
		tgt_cmd_set_state(cmd, TGT_CMD_DROPPED);
		break;
	default:
		tgt_cmd_set_state(cmd, TGT_CMD_MOVING);
		*moving = cmd;
	}
out:
	tgt_batch_end(&b);
	return verdict;
}

/* The move is over; meanwhile the command may have been taken back. */
static s32 tgt_rsp_settle(const struct tgt_event *ev, struct tgt_cmd *cmd,
			  const struct tgt_plan *plan, int err)
{
	struct tgt_batch b;
	s32 verdict = err;

	tgt_batch_begin(&b, true);
	if (cmd->ended) {
		WRITE_ONCE(tgt.moves_ended, tgt.moves_ended + 1);
		cmd->sense_len = 0;
		tgt_cmd_return(&b, cmd, cmd->end_result);
		verdict = -ENOENT;
	} else if (err) {
		tgt_cmd_set_state(cmd, TGT_CMD_SENT);
	} else {
		tgt_rsp_done(&b, cmd, plan, ev->u.cmd_rsp.result);
	}
	tgt_batch_end(&b);
	if (verdict == -ENOENT)
		wake_up(&tgt.move_wait);
	return verdict;
}

static s32 tgt_recv_cmd_rsp(const struct tgt_event *ev)
{
	struct tgt_cmd *moving = NULL;
	struct tgt_plan plan;
	s32 verdict, err;

	verdict = tgt_rsp_claim(ev, &moving, &plan);
	if (!moving)
		return verdict;
	err = tgt_rsp_settle(ev, moving, &plan,
			     tgt_move(moving, &plan, ev->u.cmd_rsp.uaddr));
	return err ?: verdict;
}

static s32 tgt_recv_task_rsp(const struct tgt_event *ev)
{
	struct tgt_task *task;
	struct tgt_batch b;
	s32 verdict = 0;

	tgt_batch_begin(&b, true);
	task = tgt_task_find(ev->u.tsk_mgmt_rsp.host_no, ev->u.tsk_mgmt_rsp.mid);
	if (!tgt_host_find(ev->u.tsk_mgmt_rsp.host_no))
		verdict = -ENODEV;
	else if (!task || task->answered || task->pend.kind != TGT_PEND_NONE)
		verdict = -ENOENT;
	else
		tgt_task_answer(&b, task, ev->u.tsk_mgmt_rsp.result);
	tgt_batch_end(&b);
	return verdict;
}

static s32 tgt_recv_event(const struct tgt_event *ev, u32 status)
{
	s32 verdict = tgt_verdict_shape(ev, status);

	if (verdict)
		return verdict;
	return ev->type == TGT_UEVENT_CMD_RSP ? tgt_recv_cmd_rsp(ev) :
						tgt_recv_task_rsp(ev);
}

static void tgt_trace_consumed(const struct tgt_event *ev, u32 idx, s32 verdict)
{
	bool task = ev->type == TGT_UEVENT_TSK_MGMT_RSP;

	trace_tgt_event_consumed(ev->type,
				 task ? ev->u.tsk_mgmt_rsp.host_no : ev->u.cmd_rsp.host_no,
				 task ? ev->u.tsk_mgmt_rsp.mid : ev->u.cmd_rsp.cid,
				 idx, verdict);
}

/*
 * Consume what is published, one lap at most: a responder that refills while we
 * read rings again. The verdict is in the window before the slot is free.
 */
void tgt_recv_lap(void)
{
	struct tgt_event ev;
	u32 n, status;

	for (n = 0; n < tgt.ukring.nr_entry; n++) {
		s32 verdict;

		status = tgt_ring_peek(&tgt.ukring, &ev);
		if (!status || fatal_signal_pending(current))
			break;
		verdict = tgt_recv_event(&ev, status);
		tgt_trace_consumed(&ev, tgt.ukring.idx, verdict);
		tgt_telemetry_consumed(ev.type, tgt.ukring.idx, verdict);
		tgt_ring_release(&tgt.ukring);
		tgt_tell(ukring_consumed, tgt.ukring.idx);
		cond_resched();
	}
	if (n) {
		struct tgt_batch b;

		tgt_batch_begin(&b, true);
		WRITE_ONCE(tgt.activity, tgt.activity + n);
		b.consumed = true;
		tgt_batch_end(&b);
	}
}
