/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What scsi_tgt.ko offers to low-level target drivers.
 *
 * A driver receives SCSI commands from initiators and hands them to the core;
 * a process on /dev/tgt says what becomes of them; the core moves the data and
 * gives each command back with its status.
 *
 *	register a host		tgt_host_register()
 *	for each command	fill in a struct tgt_cmd, tgt_cmd_queue()
 *	when it is over		ops->cmd_done()
 *	task management		tgt_tmf()
 *	on the way out		tgt_host_stop(), tgt_host_unregister()
 *
 * Who owns a struct tgt_cmd: the driver until tgt_cmd_queue() returned 0, the
 * core from then until it calls ops->cmd_done(), the driver again from the
 * start of that call. Every accepted command comes back exactly once - except
 * one that the responder dropped or a fault point lost: that one comes back
 * when the initiator aborts it, as it would from a real target.
 */
#ifndef _SCSI_TGT_H
#define _SCSI_TGT_H

#include <linux/scatterlist.h>
#include <linux/types.h>

#include "scsi_tgt_if.h"
#include "tgt_verdict.h"

struct tgt_cmd;
struct tgt_host;

/**
 * struct tgt_host_ops - what a driver provides
 * @name:	the driver's name, for people
 * @cmd_done:	the command is over and the driver's again: cmd->result, resid,
 *		sense and sense_len say how. Called with no lock held, inside
 *		an RCU read section, from any context but never from inside
 *		tgt_cmd_queue(): must not sleep. It may call tgt_cmd_queue().
 *
 * Hosts with the same ops are ports of one target: LOGICAL UNIT RESET, CLEAR
 * TASK SET and TARGET RESET on one of them reach the commands of all.
 */
struct tgt_host_ops {
	const char *name;
	void (*cmd_done)(struct tgt_cmd *cmd);
};

/**
 * struct tgt_host - one I_T nexus as the responder sees it
 * @ops:	set by the driver
 * @host_no:	set by the driver, unique among target hosts; a driver with a
 *		Scsi_Host uses its number
 *
 * The rest is the core's.
 */
struct tgt_host {
	const struct tgt_host_ops *ops;
	s32 host_no;

	struct list_head link;
	bool registered;
	bool stopping;
};

/* A place in the queue for kuring. The core's. */
struct tgt_pending {
	struct list_head link;
	u8 kind;
};

/**
 * struct tgt_cmd - a command; embed it in the driver's own
 * @host:	the host it came through
 * @tag:	the initiator's task tag; task management finds the command by
 *		it, so it is unique among the host's unfinished commands
 * @lun:	the eight bytes as they came
 * @cdb:	zero padded
 * @attribute:	TGT_ATTR_*
 * @dir:	from the initiator's side: TGT_DIR_WRITE brings data
 * @data_len:	bytes the initiator sends or expects, at most TGT_MAX_LEN
 * @sgl:	@data_len bytes in the kernel's address space. Data-out is here
 *		before tgt_cmd_queue(); data-in is here when cmd_done() is called
 * @sg_nents:	entries of @sgl
 *
 * The driver sets the fields above and keeps them until cmd_done(). The core
 * sets these before cmd_done():
 *
 * @result:	SAM status in bits 0..7, DID_* in bits 16..23
 * @resid:	bytes of @data_len that were not moved
 * @sense_len:	bytes of @sense, 0 without
 * @sense:	sense data, when the status is CHECK CONDITION
 *
 * The rest is the core's.
 */
struct tgt_cmd {
	struct tgt_host *host;
	u64 tag;
	u8 lun[8];
	u8 cdb[16];
	s32 attribute;
	enum tgt_data_dir dir;
	u32 data_len;
	struct scatterlist *sgl;
	unsigned int sg_nents;

	s32 result;
	u32 resid;
	u8 sense_len;
	u8 sense[TGT_SENSE_MAX];

	struct tgt_pending pend;
	struct list_head all;
	u64 seq;
	u64 queued_ns;
	unsigned long due;
	u32 cid;
	u32 moved;
	s32 end_result;
	u8 state;
	bool data_only;
	bool aborting;
	bool ended;
};

/**
 * tgt_host_register - make a host known to the responder
 * @host: with ops and host_no set; stays the driver's memory
 *
 * May sleep. Return: 0, or -EEXIST when host_no is taken.
 */
int tgt_host_register(struct tgt_host *host);

/**
 * tgt_host_stop - the host is about to go
 * @host: a registered host
 *
 * From now on its commands are not kept for an absent owner: outstanding ones
 * fail at once while there is none, and so do new ones, also while the owner is
 * stopped. Call it before tearing down whatever sends last commands
 * (scsi_remove_host() does). May sleep.
 */
void tgt_host_stop(struct tgt_host *host);

/**
 * tgt_host_unregister - take a host back
 * @host: a registered host on which no tgt_tmf() is under way
 *
 * Outstanding commands come back with DID_NO_CONNECT (the responder is told by
 * CMD_DONE). When this returns, no cmd_done() of the host runs or will run.
 * May sleep, also for as long as a data transfer of the host takes.
 */
void tgt_host_unregister(struct tgt_host *host);

/**
 * tgt_host_devices - count SCSI devices, for the telemetry window
 * @host: a registered host
 * @change: +1 or -1
 */
void tgt_host_devices(struct tgt_host *host, int change);

/**
 * tgt_cmd_queue - hand a command over
 * @cmd: filled in; nothing of it needs to be zeroed
 *
 * Any context, hard interrupts too. Never calls cmd_done() itself, though it
 * may be called on another CPU before this returns.
 *
 * Return: 0, the command is the core's until cmd_done();
 * -EBUSY, too many wait: say BUSY or TASK SET FULL and try again;
 * -ENODEV, nobody serves: DID_NO_CONNECT;
 * -EINVAL, more than TGT_MAX_LEN bytes.
 */
int tgt_cmd_queue(struct tgt_cmd *cmd);

/**
 * tgt_tmf - a task management function
 * @host: the host it came through
 * @function: TGT_TMF_*
 * @tag: of the task, for TGT_TMF_ABORT_TASK
 * @lun: the eight bytes as they came
 *
 * Asks the responder and waits up to tmf_secs for its answer; then every
 * command concerned that was there when the function arrived comes back with
 * DID_RESET, without a CMD_DONE. (One that had been answered comes back with
 * its own status.) Without an owner, or when a previous function found that it
 * neither answers nor rings, this does not wait. Sleeps.
 *
 * When it returns anything but a rejection, cmd_done() has returned for all
 * commands concerned.
 *
 * Return: 0, done; 1, nobody answered, the commands were taken back all the
 * same; -EEXIST, the responder knows no such task, likewise; another negative
 * errno: the responder rejects the function and its commands go on.
 */
int tgt_tmf(struct tgt_host *host, int function, u64 tag, const u8 lun[8]);

/**
 * tgt_host_reset - take all commands of a host back
 * @host: a registered host
 *
 * They come back with DID_RESET, and the responder is told by CMD_DONE. For
 * when all else failed. Sleeps, but does not wait for the responder.
 */
void tgt_host_reset(struct tgt_host *host);

/**
 * tgt_owner_away - is nobody able to answer just now?
 *
 * True while an owner that has gone may still have a successor, while the
 * owner holds (TGT_IOC_HOLD), and while it is stopped: it let a task management
 * function time out and has not looked at the device since. Any context.
 */
bool tgt_owner_away(void);

/**
 * tgt_cmd_timed_out - should the initiator's timer for @cmd start again?
 * @cmd: a command the core owns
 *
 * For eh_timed_out. True while tgt_owner_away(), except on a stopping host.
 * Any context.
 */
bool tgt_cmd_timed_out(const struct tgt_cmd *cmd);

#endif
