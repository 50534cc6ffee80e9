// SPDX-License-Identifier: GPL-2.0-only
/*
 * Owners: who may answer, what a new one finds, what happens without one.
 */
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <scsi/scsi_status.h>

#include "tgt_core.h"

bool tgt_exclusive = true;
module_param_named(exclusive, tgt_exclusive, bool, 0444);
MODULE_PARM_DESC(exclusive, "one owner at a time, another gets EBUSY (default Y)");

unsigned int tgt_reattach_secs = 60;
module_param_named(reattach_secs, tgt_reattach_secs, uint, 0644);
MODULE_PARM_DESC(reattach_secs, "how long unfinished commands wait for the next owner (default 60)");

unsigned int tgt_tmf_secs = 5;
module_param_named(tmf_secs, tgt_tmf_secs, uint, 0644);
MODULE_PARM_DESC(tmf_secs, "how long task management waits for its answer (default 5)");

/*
 * Clean rings at index 0. There is no owner, hence no doorbell under way, and
 * the next one comes through a file that this open has yet to make.
 */
static void tgt_rings_wipe(void)
{
	memset(tgt.rings, 0, TGT_RINGS_SIZE);
	tgt.kuring.idx = 0;
	tgt.ukring.idx = 0;
	tgt_stamp_clear(tgt.kuring_stamps, tgt.kuring.nr_entry);
	tgt_stamp_clear(tgt.ukring_stamps, tgt.ukring.nr_entry);
	tgt_tell(kuring_produced, 0);
	tgt_tell(ukring_consumed, 0);
}

/* All the predecessor left, in its order, functions after commands. */
static void tgt_send_again(struct tgt_batch *b)
{
	unsigned int fresh = 0;
	struct tgt_task *task;
	struct tgt_cmd *cmd;

	list_for_each_entry(cmd, &tgt.cmds, all) {
		if (cmd->state != TGT_CMD_QUEUED)
			continue;
		tgt_event_append(&cmd->pend, TGT_PEND_REQ);
		fresh++;
	}
	list_for_each_entry(task, &tgt.tasks, link) {
		if (task->answered)
			continue;
		tgt_event_append(&task->pend, TGT_PEND_TASK);
		fresh++;
	}
	tgt_event_drain(b, fresh);
}

int tgt_owner_open(void)
{
	struct tgt_batch b;

	tgt_batch_begin(&b, true);
	if (tgt.owners && tgt_exclusive) {
		tgt_batch_end(&b);
		return -EBUSY;
	}
	if (!tgt.owners++) {
		tgt_rings_wipe();
		tgt.served = true;
		tgt.stalled = false;
		WRITE_ONCE(tgt.activity, tgt.activity + 1);
		tgt_count(epoch);
		tgt_tell(owner_pid, task_tgid_nr(current));
		tgt_tell(owner_start_ns, current->group_leader->start_boottime);
		tgt_telemetry_flags();
		tgt_send_again(&b);
		b.published = true;	/* the wiping is news for observers */
	}
	tgt_batch_end(&b);
	return 0;
}

/* Nothing in the queue will be read: what it stood for waits, ends or goes. */
static void tgt_pending_flush(struct tgt_batch *b)
{
	struct tgt_pending *p, *next;

	list_for_each_entry_safe(p, next, &tgt.pending, link) {
		u8 kind = p->kind;

		tgt_event_withdraw(p);
		if (kind == TGT_PEND_DONE) {
			struct tgt_cmd *cmd = container_of(p, struct tgt_cmd, pend);

			if (cmd->data_only)
				tgt_cmd_set_state(cmd, TGT_CMD_SENT);
			else
				tgt_cmd_finish(b, cmd);
			cmd->data_only = false;
		} else if (kind == TGT_PEND_ORPHAN) {
			kfree(container_of(p, struct tgt_orphan, pend));
		} else if (kind == TGT_PEND_TASK) {
			struct tgt_task *task = container_of(p, struct tgt_task, pend);

			if (list_empty(&task->link))
				tgt_task_free(task);
		}
	}
}

void tgt_owner_release(bool held)
{
	unsigned long wait = READ_ONCE(tgt_reattach_secs) * (unsigned long)HZ;
	struct tgt_match stopping = { .stopping = true };
	unsigned int left;
	struct tgt_cmd *cmd;
	struct tgt_batch b;

	tgt_batch_begin(&b, true);
	tgt.holds -= held;
	if (!--tgt.owners) {
		tgt.stalled = false;
		tgt_tell(owner_pid, 0);
		tgt_tell(owner_start_ns, 0);
		tgt_pending_flush(&b);
		list_for_each_entry(cmd, &tgt.cmds, all)
			if (cmd->state == TGT_CMD_SENT)
				tgt_cmd_set_state(cmd, TGT_CMD_QUEUED);
		tgt_end_pass(&b, &stopping, DID_NO_CONNECT << 16, false, &left);
		tgt.expires = jiffies + wait;
		mod_delayed_work(tgt.wq, &tgt.expire_work, wait);
	}
	tgt_telemetry_flags();
	tgt_batch_end(&b);
}

/* TGT_IOC_HOLD: *held says whether this file does. */
void tgt_owner_hold(bool *held, bool on)
{
	struct tgt_batch b;

	tgt_batch_begin(&b, true);
	tgt.holds += on - *held;
	*held = on;
	tgt_telemetry_flags();
	tgt_batch_end(&b);
}

/* Nobody came: what is left fails, and so does what comes. */
void tgt_expire_work(struct work_struct *work)
{
	struct tgt_match all = {};
	unsigned int left;
	struct tgt_batch b;

	tgt_batch_begin(&b, true);
	/* not when this is the work of an earlier owner's going, running late */
	if (!tgt.owners && tgt.served && time_after_eq(jiffies, tgt.expires)) {
		tgt.served = false;
		tgt_end_pass(&b, &all, DID_NO_CONNECT << 16, false, &left);
	}
	tgt_batch_end(&b);
}
