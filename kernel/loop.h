/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside tgt_loop.ko: virtual SCSI hosts whose commands go to scsi_tgt.ko, so
 * that what a responder serves appears as ordinary disks of this machine.
 */
#ifndef _TGT_LOOP_H
#define _TGT_LOOP_H

#include <linux/mutex.h>

#include "scsi_tgt.h"

struct Scsi_Host;
struct completion;
struct dentry;
struct device;
struct scsi_cmnd;

/* In the Scsi_Host's hostdata: initiator and target port in one. */
struct loop_host {
	struct tgt_host tgt;
	struct Scsi_Host *shost;
	struct dentry *dir;
	struct mutex last_lock;
	char *last;		/* text of the newest result of "send" */
};

/* A command: the midlayer's, or one written to "send" (no sc). */
struct loop_cmd {
	struct tgt_cmd tgt;
	struct scsi_cmnd *sc;
	struct completion *done;
};

extern struct dentry *loop_debugfs;

u64 loop_tag(void);

/* loop_host.c */
struct loop_host *loop_host_create(struct device *parent);
void loop_host_destroy(struct loop_host *host);

/* loop_send.c */
void loop_send_create(struct loop_host *host);
void loop_send_destroy(struct loop_host *host);

#endif
