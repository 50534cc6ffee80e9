/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The contract between scsi_tgt.ko and the process that answers for it.
 *
 * Two rings of fixed-size slots, mapped together at offset 0 of /dev/tgt:
 *
 *	bytes     0 ..  65535   kuring   kernel -> user
 *	bytes 65536 .. 131071   ukring   user -> kernel
 *	bytes 131072 ..         telemetry, a mapping of its own, read only; its
 *				first page says how long it is
 *
 * A slot is a struct rbuf_hdr followed by one struct tgt_event. No index is
 * shared: each side counts its own free-running u32. poll() tells of events
 * in kuring, write() of any bytes is the doorbell for ukring.
 *
 * struct rbuf_hdr and struct tgt_event are the wire format of 2006 and never
 * change; what is ours stands behind the rings.
 */
#ifndef _SCSI_TGT_IF_H
#define _SCSI_TGT_IF_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define TGT_RINGBUF_SIZE	65536
#define TGT_RINGS_SIZE		(2 * TGT_RINGBUF_SIZE)
#define TGT_TELEMETRY_OFFSET	TGT_RINGS_SIZE

enum tgt_event_type {
	/* user -> kernel */
	TGT_UEVENT_CMD_RSP,
	TGT_UEVENT_TSK_MGMT_RSP,
	/* kernel -> user */
	TGT_KEVENT_CMD_REQ,
	TGT_KEVENT_CMD_DONE,
	TGT_KEVENT_TSK_MGMT_REQ,
	TGT_EVENT_TYPES,
};

/* cmd_rsp.rw: direction from the initiator's side, plus our one extension */
#define TGT_RW_READ		0x00
#define TGT_RW_WRITE		0x01
#define TGT_RW_DATA_ONLY	0x80	/* move data, stay outstanding */

/* cmd_rsp.result is a SAM status, or this: drop the command silently */
#define TGT_RESULT_TASK_ABORTED	0x20

/* cmd_req.attribute */
#define TGT_ATTR_SIMPLE		0x20
#define TGT_ATTR_HEAD_OF_QUEUE	0x21
#define TGT_ATTR_ORDERED	0x22

/* tsk_mgmt_req.function */
#define TGT_TMF_ABORT_TASK_SET	0x06
#define TGT_TMF_TARGET_RESET	0x0c
#define TGT_TMF_ABORT_TASK	0x0d
#define TGT_TMF_CLEAR_TASK_SET	0x0e
#define TGT_TMF_CLEAR_ACA	0x16
#define TGT_TMF_LUN_RESET	0x17

struct tgt_event {
	__u32 type;
	/* user -> kernel; lies before the other union, not over it */
	union {
		struct {
			__s32 host_no;
			__u32 cid;
			__u32 len;
			__s32 result;
			__u64 uaddr;
			__u8 rw;
		} cmd_rsp;
		struct {
			__s32 host_no;
			__u64 mid;
			__s32 result;
		} tsk_mgmt_rsp;
	} u;
	/* kernel -> user */
	union {
		struct {
			__s32 host_no;
			__u32 cid;
			__u32 data_len;
			__u8 scb[16];
			__u8 lun[8];
			__s32 attribute;
			__u64 tag;
		} cmd_req;
		struct {
			__s32 host_no;
			__u32 cid;
			__s32 result;
		} cmd_done;
		struct {
			__s32 host_no;
			__s32 function;
			__u64 tag;
			__u8 lun[8];
			__u64 mid;
		} tsk_mgmt_req;
	} k;
} __attribute__((aligned(sizeof(__u64))));

struct rbuf_hdr {
	__u32 status;		/* 0 the producer may fill, 1 the consumer may read */
	__u32 len;		/* never written in 2006, 0 today */
	__u64 data[];
} __attribute__((aligned(sizeof(__u64))));

/* ---- telemetry: ours, absent on other kernels ------------------------- */

#define TGT_TELEMETRY_MAGIC	0x54544754
#define TGT_TELEMETRY_VERSION	1
#define TGT_DIALECT_SEED	1

#define TGT_FEATURE_DATA_ONLY	(1u << 0)
#define TGT_FEATURE_HOLD	(1u << 1)
#define TGT_FEATURE_EXCLUSIVE	(1u << 2)

#define TGT_FLAG_OWNER		(1u << 0)	/* a read-write file is open */
#define TGT_FLAG_HOLD		(1u << 1)	/* the owner asked for TGT_IOC_HOLD */

/* places in tgt_telemetry.verdicts[] */
enum tgt_verdict_class {
	TGT_VERDICT_OK,
	TGT_VERDICT_CLAMPED,
	TGT_VERDICT_EINVAL,
	TGT_VERDICT_ENODEV,
	TGT_VERDICT_ENOENT,
	TGT_VERDICT_EALREADY,
	TGT_VERDICT_EFAULT,
	TGT_VERDICT_EPROTO,
	TGT_VERDICT_EMSGSIZE,
	TGT_VERDICT_CLASSES,
};

/*
 * What the kernel knows of a slot: for kuring the time of publication, for
 * ukring the time of consumption and the verdict. A writer stores an index
 * that cannot belong to the slot (~slot), then verdict and t_ns, then the real
 * index. A reader takes index before and after and compares.
 */
struct tgt_slot_stamp {
	__u32 index;		/* free-running; index & (nr_entry - 1) == slot, or no lap yet */
	__s32 verdict;		/* ukring: 0, 1 or -errno; kuring: 0 */
	__u64 t_ns;		/* CLOCK_MONOTONIC */
};

struct tgt_telemetry {
	__u32 magic;
	__u32 version;
	__u32 header_size;	/* sizeof(struct tgt_telemetry) */
	__u32 total_size;	/* whole mapping, a multiple of the page size */
	__u32 features;
	__u32 dialect;
	__u32 nr_entry;
	__u32 entry_size;
	__u32 kuring_stamps;	/* byte offset of struct tgt_slot_stamp[nr_entry] */
	__u32 ukring_stamps;
	__u32 epoch;		/* counts owners, 0 before the first */
	__u32 owner_pid;	/* in the initial pid namespace, 0 without owner */
	__u64 owner_start_ns;	/* CLOCK_BOOTTIME start of that process */
	__u32 flags;
	__u32 outstanding;	/* commands the kernel holds, in any state */
	__u32 devices;		/* SCSI devices attached to target hosts */
	__u32 hosts;		/* target hosts registered */
	__u32 kuring_produced;	/* free-running, from 0 in each epoch */
	__u32 ukring_consumed;
	/* never reset */
	__u64 kuring_events[TGT_EVENT_TYPES];
	__u64 ukring_events[TGT_EVENT_TYPES + 1];	/* last: unknown type */
	__u64 kuring_full;	/* times an event had to wait for a slot */
	__u64 verdicts[TGT_VERDICT_CLASSES];
	__u64 wakeups;		/* times pollers were woken for kuring */
	__u64 doorbells;	/* write() calls */
};

/* ---- ioctls, on the owner's file -------------------------------------- */

/*
 * Nonzero: commands do not time out until the owner takes it back or its file
 * goes away. EPERM on a read-only file.
 */
#define TGT_IOC_HOLD		_IOW('t', 1, __u32)

#endif
