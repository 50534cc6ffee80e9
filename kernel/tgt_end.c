// SPDX-License-Identifier: GPL-2.0-only
/*
 * Taking commands back from the responder: aborts, resets, hosts and owners
 * that go away.
 */
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "tgt_core.h"

bool tgt_match_cmd(const struct tgt_match *m, const struct tgt_cmd *cmd)
{
	return (!m->host || cmd->host == m->host) &&
	       (!m->ops || cmd->host->ops == m->ops) &&
	       (!m->stopping || cmd->host->stopping) &&
	       (!m->by_tag || cmd->tag == m->tag) &&
	       (!m->lun || !memcmp(cmd->lun, m->lun, sizeof(cmd->lun))) &&
	       (!m->last_seq || cmd->seq <= m->last_seq);
}

static struct tgt_orphan *tgt_orphan_alloc(const struct tgt_cmd *cmd, s32 result)
{
	struct tgt_orphan *o = kmalloc(sizeof(*o), GFP_ATOMIC | __GFP_NOWARN);

	if (o) {
		o->host_no = cmd->host->host_no;
		o->cid = cmd->cid;
		o->result = result;
	}
	return o;
}

/* Answered, and the responder waits for its CMD_DONE: that stays in the queue. */
static bool tgt_end_answered(struct tgt_batch *b, struct tgt_cmd *cmd, s32 result)
{
	struct tgt_orphan *o;

	if (cmd->pend.kind == TGT_PEND_NONE) {		/* on tgt.delayed */
		list_del(&cmd->pend.link);
		tgt_cmd_return(b, cmd, cmd->result);
		return true;
	}
	o = tgt_orphan_alloc(cmd, cmd->data_only ? 0 : cmd->result);
	if (!o)
		return false;
	list_replace(&cmd->pend.link, &o->pend.link);
	o->pend.kind = TGT_PEND_ORPHAN;
	cmd->pend.kind = TGT_PEND_NONE;
	tgt_cmd_return(b, cmd, cmd->data_only ? result : cmd->result);
	return true;
}

/* With the responder; if it has not been asked to let go, it is told. */
static bool tgt_end_sent(struct tgt_batch *b, struct tgt_cmd *cmd, s32 result,
			 bool tell)
{
	struct tgt_orphan *o;

	if (tell && tgt.owners) {
		o = tgt_orphan_alloc(cmd, result);
		if (!o)
			return false;
		tgt_event_append(&o->pend, TGT_PEND_ORPHAN);
	}
	tgt_cmd_return(b, cmd, result);
	return true;
}

/* Return: has it ended? If not, try again when a move has ended, or later. */
static bool tgt_end_one(struct tgt_batch *b, struct tgt_cmd *cmd, s32 result,
			bool tell)
{
	switch (cmd->state) {
	case TGT_CMD_MOVING:
		cmd->ended = true;
		cmd->end_result = result;
		return false;
	case TGT_CMD_DONE_QUEUED:
		return tgt_end_answered(b, cmd, result);
	case TGT_CMD_SENT:
		return tgt_end_sent(b, cmd, result, tell);
	default:
		tgt_event_withdraw(&cmd->pend);
		tgt_cmd_return(b, cmd, result);
		return true;
	}
}

/*
 * End the matching commands, once through. Return: how many there were; *left
 * of them have not ended yet.
 */
unsigned int tgt_end_pass(struct tgt_batch *b, const struct tgt_match *m,
			  s32 result, bool tell, unsigned int *left)
{
	unsigned int waiting = tgt.nr_pending, seen = 0;
	struct tgt_cmd *cmd, *next;

	*left = 0;
	list_for_each_entry_safe(cmd, next, &tgt.cmds, all) {
		if (!tgt_match_cmd(m, cmd))
			continue;
		seen++;
		if (!tgt_end_one(b, cmd, result, tell))
			(*left)++;
	}
	if (tgt.nr_pending > waiting)
		tgt_event_drain(b, tgt.nr_pending - waiting);
	return seen;
}

/*
 * End the matching commands and wait until all are back at their drivers, also
 * for the doorbell that is copying one's data. Sleeps.
 */
void tgt_end_cmds(const struct tgt_match *m, s32 result, bool tell)
{
	unsigned int seen, left;
	bool sync = !m->by_tag;
	struct tgt_batch b;
	u64 ended;

	for (;;) {
		tgt_batch_begin(&b, true);
		ended = tgt.moves_ended;
		seen = tgt_end_pass(&b, m, result, tell, &left);
		tgt_batch_end(&b);
		/* what was not here, or was moving, somebody else gives back */
		if (!seen || left)
			sync = true;
		if (!left)
			break;
		/* the time is for an orphan that found no memory */
		wait_event_timeout(tgt.move_wait,
				   READ_ONCE(tgt.moves_ended) != ended, HZ / 50);
	}
	if (sync)
		synchronize_rcu();
}
