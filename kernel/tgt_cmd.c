// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a command: queued, its state and cid, back to its driver.
 */
#include <linux/ktime.h>
#include <linux/module.h>

#include "tgt_core.h"

u32 tgt_fault_delay_ms;
u32 tgt_fault_refuse;
u32 tgt_fault_lose;

/* One of so many; debugfs may write the number meanwhile, so it is read once. */
static bool tgt_fault_take(u32 *left)
{
	u32 n = READ_ONCE(*left);

	if (!n)
		return false;
	WRITE_ONCE(*left, n - 1);
	return true;
}

/* Is there a place for one more? */
static int tgt_cmd_admit(const struct tgt_cmd *cmd)
{
	if (!cmd->host->registered || !tgt.served ||
	    (cmd->host->stopping && (!tgt.owners || tgt.stalled)))
		return -ENODEV;
	if (tgt_fault_take(&tgt_fault_refuse))
		return -EBUSY;
	if (tgt.nr_queued >= tgt.kuring.nr_entry)
		return -EBUSY;
	return 0;
}

int tgt_cmd_queue(struct tgt_cmd *cmd)
{
	struct tgt_batch b;
	int err;

	if (cmd->data_len > TGT_MAX_LEN)
		return -EINVAL;

	cmd->result = 0;
	cmd->resid = cmd->data_len;
	cmd->sense_len = 0;
	INIT_LIST_HEAD(&cmd->pend.link);
	cmd->pend.kind = TGT_PEND_NONE;
	cmd->queued_ns = ktime_get_ns();
	cmd->moved = 0;
	cmd->end_result = 0;
	cmd->data_only = false;
	cmd->aborting = false;
	cmd->ended = false;

	tgt_batch_begin(&b, false);
	err = tgt_cmd_admit(cmd);
	if (err)
		goto out;
	if (xa_alloc_cyclic(&tgt.cids, &cmd->cid, cmd, XA_LIMIT(1, U32_MAX),
			    &tgt.last_cid, GFP_ATOMIC) < 0) {
		err = -EBUSY;
		goto out;
	}
	cmd->seq = ++tgt.last_seq;
	cmd->state = TGT_CMD_QUEUED;
	tgt.nr_queued++;
	list_add_tail(&cmd->all, &tgt.cmds);
	tgt_tell(outstanding, tgt.telemetry->outstanding + 1);
	if (tgt.owners)
		tgt_event_post(&b, &cmd->pend, TGT_PEND_REQ);
out:
	tgt_batch_end(&b);
	return err;
}
EXPORT_SYMBOL_GPL(tgt_cmd_queue);

/* The command with that cid, if it came through that host. */
struct tgt_cmd *tgt_cmd_find(s32 host_no, u32 cid)
{
	struct tgt_cmd *cmd = xa_load(&tgt.cids, cid);

	return cmd && cmd->host->host_no == host_no ? cmd : NULL;
}

void tgt_cmd_set_state(struct tgt_cmd *cmd, u8 state)
{
	tgt.nr_queued -= cmd->state == TGT_CMD_QUEUED;
	tgt.nr_queued += state == TGT_CMD_QUEUED;
	cmd->state = state;
}

/* Off all lists; tgt_batch_end() gives it to the driver. */
void tgt_cmd_return(struct tgt_batch *b, struct tgt_cmd *cmd, s32 result)
{
	WARN_ON_ONCE(!b->may_call);
	cmd->result = result;
	cmd->resid = cmd->data_len - cmd->moved;
	tgt.nr_queued -= cmd->state == TGT_CMD_QUEUED;
	xa_erase(&tgt.cids, cmd->cid);
	list_del(&cmd->all);
	tgt_tell(outstanding, tgt.telemetry->outstanding - 1);
	list_add_tail(&cmd->pend.link, &b->done);
}

/* Fault point delay_ms. */
static void tgt_cmd_delay(struct tgt_cmd *cmd, unsigned long delay)
{
	tgt_cmd_set_state(cmd, TGT_CMD_DONE_QUEUED);
	cmd->due = jiffies + delay;
	if (list_empty(&tgt.delayed) || time_before(cmd->due, tgt.delay_due)) {
		tgt.delay_due = cmd->due;
		mod_delayed_work(tgt.wq, &tgt.delay_work, delay);
	}
	list_add_tail(&cmd->pend.link, &tgt.delayed);
}

/* Answered, and the responder has been told: to the initiator with it. */
void tgt_cmd_finish(struct tgt_batch *b, struct tgt_cmd *cmd)
{
	u32 delay = READ_ONCE(tgt_fault_delay_ms);

	if (tgt_fault_take(&tgt_fault_lose)) {
		tgt_cmd_set_state(cmd, TGT_CMD_DROPPED);
	} else if (delay) {
		tgt_cmd_delay(cmd, msecs_to_jiffies(delay));
	} else {
		tgt_cmd_return(b, cmd, cmd->result);
	}
}

/* Finish the delayed commands whose time has come. */
void tgt_delay_work(struct work_struct *work)
{
	unsigned long now = jiffies;
	struct tgt_cmd *cmd, *next;
	bool more = false;
	struct tgt_batch b;

	tgt_batch_begin(&b, true);
	list_for_each_entry_safe(cmd, next, &tgt.delayed, pend.link) {
		if (time_after_eq(now, cmd->due)) {
			list_del(&cmd->pend.link);
			tgt_cmd_return(&b, cmd, cmd->result);
		} else if (!more || time_before(cmd->due, tgt.delay_due)) {
			tgt.delay_due = cmd->due;
			more = true;
		}
	}
	if (more)
		mod_delayed_work(tgt.wq, &tgt.delay_work, tgt.delay_due - now);
	tgt_batch_end(&b);
}

bool tgt_owner_away(void)
{
	return READ_ONCE(tgt.owners) ?
	       READ_ONCE(tgt.holds) || READ_ONCE(tgt.stalled) :
	       READ_ONCE(tgt.served);
}
EXPORT_SYMBOL_GPL(tgt_owner_away);

bool tgt_cmd_timed_out(const struct tgt_cmd *cmd)
{
	return !READ_ONCE(cmd->host->stopping) && tgt_owner_away();
}
EXPORT_SYMBOL_GPL(tgt_cmd_timed_out);
