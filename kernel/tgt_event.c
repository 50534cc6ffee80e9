// SPDX-License-Identifier: GPL-2.0-only
/*
 * kuring and the queue in front of it, wake-ups and the calls back into drivers.
 *
 * Every event goes through one FIFO and is published in its order; while the
 * ring is full it waits there. User space frees slots without saying so, hence
 * the queue is tried again on each event, doorbell and poll, and every 10 ms.
 */
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "tgt_core.h"
#include "tgt_trace.h"

#define TGT_DRAIN_DELAY		msecs_to_jiffies(10)

void tgt_batch_begin(struct tgt_batch *b, bool may_call)
	__acquires(RCU) __acquires(&tgt.lock)
{
	INIT_LIST_HEAD(&b->done);
	b->may_call = may_call;
	b->published = false;
	b->consumed = false;
	b->unread = false;
	rcu_read_lock();
	spin_lock_irqsave(&tgt.lock, b->irqflags);
}

void tgt_batch_end(struct tgt_batch *b)
	__releases(&tgt.lock) __releases(RCU)
{
	struct tgt_cmd *cmd, *next;
	bool owner, observers;

	/*
	 * A poller queues itself, then takes the lock: it is seen here, or it
	 * sees. With something unread it was awake, or woken before.
	 */
	owner = b->published && waitqueue_active(&tgt.owner_wait);
	observers = (b->published || b->consumed) &&
		    waitqueue_active(&tgt.observer_wait);
	if (owner && !b->unread)
		tgt_count(wakeups);
	spin_unlock_irqrestore(&tgt.lock, b->irqflags);

	if (owner)
		wake_up_interruptible(&tgt.owner_wait);
	if (observers)
		wake_up_interruptible(&tgt.observer_wait);
	list_for_each_entry_safe(cmd, next, &b->done, pend.link)
		cmd->host->ops->cmd_done(cmd);
	rcu_read_unlock();
}

static void tgt_publish(struct tgt_batch *b, const struct tgt_event *ev,
			s32 host_no, u64 id)
{
	u32 idx = tgt.kuring.idx;

	if (!b->published)
		b->unread = tgt_ring_unread(&tgt.kuring);
	trace_tgt_event_published(ev->type, host_no, id, idx);
	tgt_telemetry_published(ev->type, idx);
	tgt_ring_publish(&tgt.kuring, ev);
	tgt_tell(kuring_produced, tgt.kuring.idx);
	WRITE_ONCE(tgt.activity, tgt.activity + 1);
	b->published = true;
}

static void tgt_publish_req(struct tgt_batch *b, struct tgt_cmd *cmd)
{
	struct tgt_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.type = TGT_KEVENT_CMD_REQ;
	ev.k.cmd_req.host_no = cmd->host->host_no;
	ev.k.cmd_req.cid = cmd->cid;
	ev.k.cmd_req.data_len = cmd->data_len;
	memcpy(ev.k.cmd_req.scb, cmd->cdb, sizeof(ev.k.cmd_req.scb));
	memcpy(ev.k.cmd_req.lun, cmd->lun, sizeof(ev.k.cmd_req.lun));
	ev.k.cmd_req.attribute = cmd->attribute;
	ev.k.cmd_req.tag = cmd->tag;
	tgt_publish(b, &ev, cmd->host->host_no, cmd->cid);
	tgt_cmd_set_state(cmd, TGT_CMD_SENT);
}

static void tgt_publish_done(struct tgt_batch *b, s32 host_no, u32 cid, s32 result)
{
	struct tgt_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.type = TGT_KEVENT_CMD_DONE;
	ev.k.cmd_done.host_no = host_no;
	ev.k.cmd_done.cid = cid;
	ev.k.cmd_done.result = result;
	tgt_publish(b, &ev, host_no, cid);
}

static void tgt_publish_task(struct tgt_batch *b, const struct tgt_task *task)
{
	struct tgt_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.type = TGT_KEVENT_TSK_MGMT_REQ;
	ev.k.tsk_mgmt_req.host_no = task->host_no;
	ev.k.tsk_mgmt_req.function = task->function;
	ev.k.tsk_mgmt_req.tag = task->tag;
	memcpy(ev.k.tsk_mgmt_req.lun, task->lun, sizeof(ev.k.tsk_mgmt_req.lun));
	ev.k.tsk_mgmt_req.mid = task->mid;
	tgt_publish(b, &ev, task->host_no, task->mid);
}

/* The CMD_DONE goes first, then the status to the initiator. */
static void tgt_send_done(struct tgt_batch *b, struct tgt_cmd *cmd)
{
	tgt_publish_done(b, cmd->host->host_no, cmd->cid,
			 cmd->data_only ? 0 : cmd->result);
	if (cmd->data_only) {
		cmd->data_only = false;
		tgt_cmd_set_state(cmd, TGT_CMD_SENT);
	} else {
		tgt_cmd_finish(b, cmd);
	}
}

/* Would publishing this call back a driver? */
static bool tgt_pending_calls(const struct tgt_pending *p)
{
	return p->kind == TGT_PEND_DONE &&
	       !container_of(p, struct tgt_cmd, pend)->data_only;
}

static void tgt_send(struct tgt_batch *b, struct tgt_pending *p)
{
	u8 kind = p->kind;

	tgt_event_withdraw(p);
	switch (kind) {
	case TGT_PEND_REQ:
		tgt_publish_req(b, container_of(p, struct tgt_cmd, pend));
		break;
	case TGT_PEND_DONE:
		tgt_send_done(b, container_of(p, struct tgt_cmd, pend));
		break;
	case TGT_PEND_TASK: {
		struct tgt_task *task = container_of(p, struct tgt_task, pend);

		tgt_publish_task(b, task);
		if (list_empty(&task->link))
			tgt_task_free(task);
		break;
	}
	case TGT_PEND_ORPHAN: {
		struct tgt_orphan *o = container_of(p, struct tgt_orphan, pend);

		tgt_publish_done(b, o->host_no, o->cid, o->result);
		kfree(o);
		break;
	}
	}
}

/* Take an event off the queue unsent. */
void tgt_event_withdraw(struct tgt_pending *p)
{
	if (p->kind == TGT_PEND_NONE)
		return;
	list_del_init(&p->link);
	p->kind = TGT_PEND_NONE;
	tgt.nr_pending--;
}

/* Queue an event of the given kind; tgt_event_drain() is to follow. */
void tgt_event_append(struct tgt_pending *p, u8 kind)
{
	p->kind = kind;
	list_add_tail(&p->link, &tgt.pending);
	tgt.nr_pending++;
}

/* Publish what fits. The last `fresh` events are new, and counted if they wait. */
void tgt_event_drain(struct tgt_batch *b, unsigned int fresh)
{
	while (!list_empty(&tgt.pending)) {
		struct tgt_pending *p = list_first_entry(&tgt.pending,
							 struct tgt_pending, link);

		if (tgt_pending_calls(p) && !b->may_call) {
			mod_delayed_work(tgt.wq, &tgt.drain_work, 0);
			break;
		}
		if (tgt_ring_full(&tgt.kuring)) {
			queue_delayed_work(tgt.wq, &tgt.drain_work, TGT_DRAIN_DELAY);
			break;
		}
		tgt_send(b, p);
	}
	tgt_tell(kuring_full, tgt.telemetry->kuring_full +
			      min(fresh, tgt.nr_pending));
}

void tgt_event_post(struct tgt_batch *b, struct tgt_pending *p, u8 kind)
{
	tgt_event_append(p, kind);
	tgt_event_drain(b, 1);
}

void tgt_drain_work(struct work_struct *work)
{
	struct tgt_batch b;

	tgt_batch_begin(&b, true);
	tgt_event_drain(&b, 0);
	tgt_batch_end(&b);
}
