// SPDX-License-Identifier: GPL-2.0-only
/*
 * Task management: ask the responder, wait, then take the commands back.
 */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <scsi/scsi_status.h>

#include "tgt_core.h"

/* The wait queue of a responder that reads none must end somewhere. */
#define TGT_MAX_PENDING		4096

struct tgt_task *tgt_task_find(s32 host_no, u64 mid)
{
	struct tgt_task *task;

	list_for_each_entry(task, &tgt.tasks, link)
		if (task->mid == mid && task->host_no == host_no)
			return task;
	return NULL;
}

/* Does this answer mean that the commands concerned are no more? */
static bool tgt_task_ends(int result)
{
	return result == 0 || result == -EEXIST;
}

/*
 * From here on a response to a command concerned is late, thus they end here
 * and not when the waiter runs. None is moving: a doorbell does one thing at a
 * time, and this is one. What finds no memory is left to the waiter.
 */
void tgt_task_answer(struct tgt_batch *b, struct tgt_task *task, s32 result)
{
	unsigned int left;

	if (task->concerns && tgt_task_ends(result))
		tgt_end_pass(b, &task->match, DID_RESET << 16, false, &left);
	task->result = result;
	WRITE_ONCE(task->answered, true);
	wake_up(&tgt.task_wait);
}

void tgt_task_free(struct tgt_task *task)
{
	kfree(task);
}

/* The commands a function is about, as far as the core can know. */
static bool tgt_tmf_match(struct tgt_match *m, const struct tgt_host *host,
			  int function, u64 tag, const u8 *lun)
{
	memset(m, 0, sizeof(*m));
	switch (function) {
	case TGT_TMF_ABORT_TASK:
		m->host = host;
		m->by_tag = true;
		m->tag = tag;
		return true;
	case TGT_TMF_ABORT_TASK_SET:
		m->host = host;
		m->lun = lun;
		return true;
	case TGT_TMF_CLEAR_TASK_SET:
	case TGT_TMF_LUN_RESET:
		m->ops = host->ops;
		m->lun = lun;
		return true;
	case TGT_TMF_TARGET_RESET:
		m->ops = host->ops;
		return true;
	}
	return false;
}

/* For the table in debugfs. */
static void tgt_tmf_mark(const struct tgt_match *m, bool aborting)
{
	struct tgt_cmd *cmd;

	list_for_each_entry(cmd, &tgt.cmds, all)
		if (tgt_match_cmd(m, cmd))
			cmd->aborting = aborting;
}

/* Nobody waits for it any more; a late answer finds nothing. */
static void tgt_task_leave(struct tgt_task *task)
{
	list_del_init(&task->link);
	if (task->pend.kind == TGT_PEND_NONE)
		tgt_task_free(task);	/* else tgt_event_drain() does */
}

/*
 * Send the function and wait for its answer. Return: the result, an errno for
 * one that makes no sense, or 1 without an answer.
 */
static int tgt_task_run(struct tgt_task *task)
{
	unsigned long wait = 0;
	struct tgt_batch b;
	int ret = 1;
	u64 beats;

	tgt_batch_begin(&b, true);
	if (!tgt.owners || tgt.nr_pending >= TGT_MAX_PENDING) {
		tgt_batch_end(&b);
		tgt_task_free(task);
		return 1;
	}
	task->mid = ++tgt.last_mid;
	list_add_tail(&task->link, &tgt.tasks);
	tgt_event_post(&b, &task->pend, TGT_PEND_TASK);
	if (!tgt.stalled)
		wait = READ_ONCE(tgt_tmf_secs) * (unsigned long)HZ;
	beats = tgt.beats;
	tgt_batch_end(&b);

	wait_event_timeout(tgt.task_wait, READ_ONCE(task->answered), wait);

	tgt_batch_begin(&b, true);
	if (task->answered)
		ret = task->result <= 0 && task->result >= -MAX_ERRNO ?
		      task->result : -EPROTO;
	else if (tgt.owners && tgt.beats == beats)
		tgt.stalled = true;
	tgt_task_leave(task);
	tgt_batch_end(&b);
	return ret;
}

int tgt_tmf(struct tgt_host *host, int function, u64 tag, const u8 lun[8])
{
	struct tgt_match match;
	struct tgt_task *task;
	struct tgt_batch b;
	bool concerns;
	int ret = 1;

	concerns = tgt_tmf_match(&match, host, function, tag, lun);
	tgt_batch_begin(&b, true);
	match.last_seq = tgt.last_seq;
	if (concerns)
		tgt_tmf_mark(&match, true);
	tgt_batch_end(&b);

	task = kzalloc(sizeof(*task), GFP_NOIO);
	if (task) {
		task->host_no = host->host_no;
		task->function = function;
		task->tag = tag;
		memcpy(task->lun, lun, sizeof(task->lun));
		task->queued_ns = ktime_get_ns();
		task->match = match;
		if (match.lun)
			task->match.lun = task->lun;
		task->concerns = concerns;
		ret = tgt_task_run(task);
	}
	if (!concerns)
		return ret;

	if (ret == 1 || tgt_task_ends(ret)) {
		tgt_end_cmds(&match, DID_RESET << 16, false);
	} else {
		tgt_batch_begin(&b, true);
		tgt_tmf_mark(&match, false);
		tgt_batch_end(&b);
	}
	return ret;
}
EXPORT_SYMBOL_GPL(tgt_tmf);

void tgt_host_reset(struct tgt_host *host)
{
	struct tgt_match match = { .host = host };

	tgt_end_cmds(&match, DID_RESET << 16, true);
}
EXPORT_SYMBOL_GPL(tgt_host_reset);
