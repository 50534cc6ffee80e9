/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside scsi_tgt.ko: the one state and who may touch it.
 *
 * tgt.lock (innermost, interrupts off) covers everything that is not said to be
 * otherwise. tgt.doorbell (a mutex, outermost) covers ukring and what is counted
 * of it. No lock is held while user memory is touched or a driver is called.
 *
 * A driver is called back from tgt_batch_end() alone, inside one RCU read
 * section with the critical section that took the command off the lists: after
 * synchronize_rcu(), a command that is not on the lists is back at its driver.
 */
#ifndef _TGT_CORE_H
#define _TGT_CORE_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "scsi_tgt.h"
#include "tgt_ring.h"

enum tgt_cmd_state {
	TGT_CMD_QUEUED,		/* waits for kuring, or for an owner */
	TGT_CMD_SENT,		/* its CMD_REQ is published */
	TGT_CMD_MOVING,		/* a doorbell copies its data, without the lock */
	TGT_CMD_DONE_QUEUED,	/* answered: CMD_DONE or its delay to come */
	TGT_CMD_DROPPED,	/* only an abort brings it back */
	TGT_CMD_STATES,
};

enum tgt_pending_kind {
	TGT_PEND_NONE,		/* not in the queue */
	TGT_PEND_REQ,		/* of a struct tgt_cmd */
	TGT_PEND_DONE,		/* of a struct tgt_cmd */
	TGT_PEND_TASK,		/* of a struct tgt_task */
	TGT_PEND_ORPHAN,	/* of a struct tgt_orphan */
};

/* Which commands; a NULL or false member does not restrict. */
struct tgt_match {
	const struct tgt_host *host;
	const struct tgt_host_ops *ops;
	const u8 *lun;
	bool by_tag;
	u64 tag;
	bool stopping;		/* those of stopping hosts */
	u64 last_seq;		/* none that came later; 0: all */
};

/* A task management function the responder owes an answer to. */
struct tgt_task {
	struct tgt_pending pend;
	struct list_head link;	/* in tgt.tasks; empty when nobody waits any more */
	s32 host_no;
	s32 function;
	u64 tag;
	u64 mid;
	u64 queued_ns;
	u8 lun[8];
	struct tgt_match match;	/* the commands concerned, */
	bool concerns;		/* if there may be any */
	bool answered;
	s32 result;
};

/* A CMD_DONE whose command has already gone back to its driver. */
struct tgt_orphan {
	struct tgt_pending pend;
	s32 host_no;
	u32 cid;
	s32 result;
};

struct tgt_core {
	spinlock_t lock;
	struct tgt_ring kuring;
	struct list_head hosts;
	struct list_head cmds;		/* by seq */
	struct list_head tasks;		/* by mid */
	struct list_head pending;	/* for kuring, in order */
	struct list_head delayed;	/* published, held back by delay_ms */
	unsigned long delay_due;	/* jiffies, the first of them */
	struct xarray cids;
	u32 last_cid;
	u64 last_mid;
	u64 last_seq;
	unsigned int nr_pending;
	unsigned int nr_queued;		/* commands in TGT_CMD_QUEUED */
	u64 moves_ended;		/* moves that found their command taken back */

	unsigned int owners;
	unsigned int holds;
	bool served;			/* there is an owner, or there may be again */
	bool stalled;			/* see tgt_owner_away() */
	unsigned long expires;		/* jiffies; without an owner */
	u64 beats;			/* owner's polls and doorbells */
	u64 activity;			/* events produced and consumed, ever */

	struct mutex doorbell;
	struct tgt_ring ukring;

	wait_queue_head_t owner_wait;
	wait_queue_head_t observer_wait;
	wait_queue_head_t task_wait;
	wait_queue_head_t move_wait;

	struct workqueue_struct *wq;
	struct delayed_work drain_work;
	struct delayed_work delay_work;
	struct delayed_work expire_work;

	void *rings;
	struct tgt_telemetry *telemetry;
	struct tgt_slot_stamp *kuring_stamps;
	struct tgt_slot_stamp *ukring_stamps;
};

extern struct tgt_core tgt;

/* module parameters and fault points */
extern bool tgt_exclusive;
extern bool tgt_extras;
extern unsigned int tgt_reattach_secs;
extern unsigned int tgt_tmf_secs;
extern u32 tgt_fault_delay_ms;
extern u32 tgt_fault_refuse;
extern u32 tgt_fault_lose;

/* ---- tgt_event.c: kuring, the queue in front of it, call-backs */

/* A critical section under tgt.lock and what is to follow it. */
struct tgt_batch {
	struct list_head done;	/* commands to give back */
	unsigned long irqflags;
	bool may_call;		/* drivers may be called back from here */
	bool published;
	bool consumed;		/* ukring moved on */
	bool unread;		/* there was something to read before */
};

void tgt_batch_begin(struct tgt_batch *b, bool may_call)
	__acquires(RCU) __acquires(&tgt.lock);
void tgt_batch_end(struct tgt_batch *b) __releases(&tgt.lock) __releases(RCU);
void tgt_event_post(struct tgt_batch *b, struct tgt_pending *p, u8 kind);
void tgt_event_withdraw(struct tgt_pending *p);
void tgt_event_append(struct tgt_pending *p, u8 kind);
void tgt_event_drain(struct tgt_batch *b, unsigned int fresh);
void tgt_drain_work(struct work_struct *work);

/* ---- tgt_cmd.c: the life of a command; all under the lock */
struct tgt_cmd *tgt_cmd_find(s32 host_no, u32 cid);
void tgt_cmd_set_state(struct tgt_cmd *cmd, u8 state);
void tgt_cmd_return(struct tgt_batch *b, struct tgt_cmd *cmd, s32 result);
void tgt_cmd_finish(struct tgt_batch *b, struct tgt_cmd *cmd);
void tgt_delay_work(struct work_struct *work);

/* ---- tgt_end.c: taking commands back */
bool tgt_match_cmd(const struct tgt_match *m, const struct tgt_cmd *cmd);
unsigned int tgt_end_pass(struct tgt_batch *b, const struct tgt_match *m,
			  s32 result, bool tell, unsigned int *left);
void tgt_end_cmds(const struct tgt_match *m, s32 result, bool tell);

/* ---- tgt_tmf.c, under the lock */
struct tgt_task *tgt_task_find(s32 host_no, u64 mid);
void tgt_task_answer(struct tgt_batch *b, struct tgt_task *task, s32 result);
void tgt_task_free(struct tgt_task *task);

/* ---- tgt_host.c, under the lock */
struct tgt_host *tgt_host_find(s32 host_no);

/* ---- tgt_move.c: user memory, no lock */
int tgt_move(struct tgt_cmd *cmd, const struct tgt_plan *plan, u64 uaddr);

/* ---- tgt_recv.c, under the doorbell mutex */
void tgt_recv_lap(void);

/* ---- tgt_owner.c */
int tgt_owner_open(void);
void tgt_owner_release(bool held);
void tgt_owner_hold(bool *held, bool on);
void tgt_expire_work(struct work_struct *work);

/* ---- tgt_telemetry.c */
int tgt_telemetry_alloc(void);
void tgt_telemetry_free(void);
void tgt_telemetry_flags(void);
void tgt_telemetry_published(u32 type, u32 idx);
void tgt_telemetry_consumed(u32 type, u32 idx, s32 verdict);

/* One writer at a time under its lock; readers map the page. */
#define tgt_tell(field, v)	WRITE_ONCE(tgt.telemetry->field, v)
#define tgt_count(field)	tgt_tell(field, tgt.telemetry->field + 1)

/* ---- tgt_dev.c, tgt_debugfs.c */
int tgt_dev_create(void);
void tgt_dev_destroy(void);
void tgt_debugfs_create(void);
void tgt_debugfs_destroy(void);

#endif
