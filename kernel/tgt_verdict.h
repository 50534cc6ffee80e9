/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * What the kernel makes of an event in ukring, as far as the event and the
 * facts of its command decide it. Pure, so that module and simulator cannot
 * disagree; looking up host, cid and mid and touching memory is the caller's.
 */
#ifndef _TGT_VERDICT_H
#define _TGT_VERDICT_H

#include "scsi_tgt_if.h"

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/types.h>
#else
#include <errno.h>
#include <stdbool.h>
#endif

#define TGT_MAX_LEN		(16u << 20)
#define TGT_SENSE_MAX		96u

enum tgt_data_dir { TGT_DIR_NONE, TGT_DIR_READ, TGT_DIR_WRITE };

/* What an accepted CMD_RSP asks for. */
enum tgt_plan_action {
	TGT_PLAN_STATUS,	/* status alone, no bytes */
	TGT_PLAN_DATA,		/* move len bytes, then the status */
	TGT_PLAN_DATA_ONLY,	/* move len bytes, stay outstanding */
	TGT_PLAN_SENSE,		/* read len bytes of sense, then CHECK CONDITION */
	TGT_PLAN_DROP,		/* forget the command without a CMD_DONE */
};

struct tgt_plan {
	enum tgt_plan_action action;
	__u32 len;		/* after clamping */
};

static inline bool tgt_is_sam_status(__s32 result)
{
	switch (result) {
	case 0x00: case 0x02: case 0x04: case 0x08: case 0x10: case 0x14:
	case 0x18: case 0x22: case 0x28: case 0x30: case 0x40:
		return true;
	}
	return false;
}

/* Before any look-up: -EINVAL or 0. status is the slot's status word. */
static inline __s32 tgt_verdict_shape(const struct tgt_event *ev, __u32 status)
{
	if (status != 1)
		return -EINVAL;
	if (ev->type != TGT_UEVENT_CMD_RSP && ev->type != TGT_UEVENT_TSK_MGMT_RSP)
		return -EINVAL;
	return 0;
}

/*
 * For a CMD_RSP whose command was found, outstanding and unanswered. Negative:
 * rejected. 0 or 1 (len was clamped): *plan says what to do, with memory still
 * to be tried.
 */
static inline __s32 tgt_verdict_cmd_rsp(const struct tgt_event *ev,
					enum tgt_data_dir dir, __u32 data_len,
					struct tgt_plan *plan)
{
	__s32 result = ev->u.cmd_rsp.result;
	__u32 len = ev->u.cmd_rsp.len;
	__u8 rw = ev->u.cmd_rsp.rw;
	__s32 verdict = 0;

	if (!tgt_is_sam_status(result) && result != TGT_RESULT_TASK_ABORTED)
		return -EINVAL;
	if (len > TGT_MAX_LEN)
		return -EMSGSIZE;

	if (result == TGT_RESULT_TASK_ABORTED) {
		plan->action = TGT_PLAN_DROP;
		plan->len = 0;
		return 0;
	}
	if ((rw & TGT_RW_DATA_ONLY) && result != 0x00)
		return -EPROTO;
	if (result == 0x02) {
		plan->action = len ? TGT_PLAN_SENSE : TGT_PLAN_STATUS;
		plan->len = len < TGT_SENSE_MAX ? len : TGT_SENSE_MAX;
		return 0;
	}
	/* of the other statuses, only these come with data */
	if (result != 0x00 && result != 0x04) {
		plan->action = TGT_PLAN_STATUS;
		plan->len = 0;
		return 0;
	}
	if (len > data_len) {
		len = data_len;
		verdict = 1;
	}
	if ((rw & TGT_RW_DATA_ONLY) && !len)
		return -EPROTO;
	if (len && (rw & ~TGT_RW_DATA_ONLY) !=
		   (dir == TGT_DIR_WRITE ? TGT_RW_WRITE : TGT_RW_READ))
		return -EPROTO;
	plan->len = len;
	plan->action = !len ? TGT_PLAN_STATUS :
		       (rw & TGT_RW_DATA_ONLY) ? TGT_PLAN_DATA_ONLY : TGT_PLAN_DATA;
	return verdict;
}

static inline enum tgt_verdict_class tgt_verdict_class(__s32 verdict)
{
	switch (verdict) {
	case 0:			return TGT_VERDICT_OK;
	case 1:			return TGT_VERDICT_CLAMPED;
	case -ENODEV:		return TGT_VERDICT_ENODEV;
	case -ENOENT:		return TGT_VERDICT_ENOENT;
	case -EALREADY:		return TGT_VERDICT_EALREADY;
	case -EFAULT:		return TGT_VERDICT_EFAULT;
	case -EPROTO:		return TGT_VERDICT_EPROTO;
	case -EMSGSIZE:		return TGT_VERDICT_EMSGSIZE;
	}
	return TGT_VERDICT_EINVAL;
}

#endif
