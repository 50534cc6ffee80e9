// SPDX-License-Identifier: MIT
/*
 * The compiler's own word on the layout of kernel/scsi_tgt_if.h: a table of offsets and sizes in
 * section .probe (freestanding, so that it can be built for any ABI without a libc), and, with
 * PROBE_MAIN, a program that writes a ring image with another value in every field.
 */
#include <linux/types.h>
#include "../../kernel/scsi_tgt_if.h"

struct probe_row {
	char name[48];
	unsigned int value;
	unsigned int size;
} __attribute__((packed));

#define EVENT(name, member) \
	{ name, __builtin_offsetof(struct tgt_event, member), sizeof(((struct tgt_event *)0)->member) }
#define TELEMETRY(member) \
	{ "telemetry." #member, __builtin_offsetof(struct tgt_telemetry, member), \
	  sizeof(((struct tgt_telemetry *)0)->member) }
#define STAMP(member) \
	{ "stamp." #member, __builtin_offsetof(struct tgt_slot_stamp, member), \
	  sizeof(((struct tgt_slot_stamp *)0)->member) }
#define NUMBER(name, value) { name, (unsigned int)(value), 0 }

__attribute__((section(".probe"), used)) const struct probe_row probe_rows[] = {
	EVENT("event.type", type),
	EVENT("CMD_RSP.host_no", u.cmd_rsp.host_no),
	EVENT("CMD_RSP.cid", u.cmd_rsp.cid),
	EVENT("CMD_RSP.len", u.cmd_rsp.len),
	EVENT("CMD_RSP.result", u.cmd_rsp.result),
	EVENT("CMD_RSP.uaddr", u.cmd_rsp.uaddr),
	EVENT("CMD_RSP.rw", u.cmd_rsp.rw),
	EVENT("TSK_MGMT_RSP.host_no", u.tsk_mgmt_rsp.host_no),
	EVENT("TSK_MGMT_RSP.mid", u.tsk_mgmt_rsp.mid),
	EVENT("TSK_MGMT_RSP.result", u.tsk_mgmt_rsp.result),
	EVENT("CMD_REQ.host_no", k.cmd_req.host_no),
	EVENT("CMD_REQ.cid", k.cmd_req.cid),
	EVENT("CMD_REQ.data_len", k.cmd_req.data_len),
	EVENT("CMD_REQ.scb", k.cmd_req.scb),
	EVENT("CMD_REQ.lun", k.cmd_req.lun),
	EVENT("CMD_REQ.attribute", k.cmd_req.attribute),
	EVENT("CMD_REQ.tag", k.cmd_req.tag),
	EVENT("CMD_DONE.host_no", k.cmd_done.host_no),
	EVENT("CMD_DONE.cid", k.cmd_done.cid),
	EVENT("CMD_DONE.result", k.cmd_done.result),
	EVENT("TSK_MGMT_REQ.host_no", k.tsk_mgmt_req.host_no),
	EVENT("TSK_MGMT_REQ.function", k.tsk_mgmt_req.function),
	EVENT("TSK_MGMT_REQ.tag", k.tsk_mgmt_req.tag),
	EVENT("TSK_MGMT_REQ.lun", k.tsk_mgmt_req.lun),
	EVENT("TSK_MGMT_REQ.mid", k.tsk_mgmt_req.mid),
	NUMBER("type.CMD_RSP", TGT_UEVENT_CMD_RSP),
	NUMBER("type.TSK_MGMT_RSP", TGT_UEVENT_TSK_MGMT_RSP),
	NUMBER("type.CMD_REQ", TGT_KEVENT_CMD_REQ),
	NUMBER("type.CMD_DONE", TGT_KEVENT_CMD_DONE),
	NUMBER("type.TSK_MGMT_REQ", TGT_KEVENT_TSK_MGMT_REQ),
	NUMBER("sizeof.event", sizeof(struct tgt_event)),
	NUMBER("sizeof.header", sizeof(struct rbuf_hdr)),
	NUMBER("sizeof.ring", TGT_RINGBUF_SIZE),
	NUMBER("sizeof.pointer", sizeof(void *)),
	NUMBER("attribute.SIMPLE", TGT_ATTR_SIMPLE),
	NUMBER("attribute.HEAD OF QUEUE", TGT_ATTR_HEAD_OF_QUEUE),
	NUMBER("attribute.ORDERED", TGT_ATTR_ORDERED),
	NUMBER("function.ABORT TASK SET", TGT_TMF_ABORT_TASK_SET),
	NUMBER("function.TARGET RESET", TGT_TMF_TARGET_RESET),
	NUMBER("function.ABORT TASK", TGT_TMF_ABORT_TASK),
	NUMBER("function.CLEAR TASK SET", TGT_TMF_CLEAR_TASK_SET),
	NUMBER("function.CLEAR ACA", TGT_TMF_CLEAR_ACA),
	NUMBER("function.LOGICAL UNIT RESET", TGT_TMF_LUN_RESET),
	TELEMETRY(magic),
	TELEMETRY(version),
	TELEMETRY(header_size),
	TELEMETRY(total_size),
	TELEMETRY(features),
	TELEMETRY(dialect),
	TELEMETRY(nr_entry),
	TELEMETRY(entry_size),
	TELEMETRY(kuring_stamps),
	TELEMETRY(ukring_stamps),
	TELEMETRY(epoch),
	TELEMETRY(owner_pid),
	TELEMETRY(owner_start_ns),
	TELEMETRY(flags),
	TELEMETRY(outstanding),
	TELEMETRY(devices),
	TELEMETRY(hosts),
	TELEMETRY(kuring_produced),
	TELEMETRY(ukring_consumed),
	TELEMETRY(kuring_events),
	TELEMETRY(ukring_events),
	TELEMETRY(kuring_full),
	TELEMETRY(verdicts),
	TELEMETRY(wakeups),
	TELEMETRY(doorbells),
	{ "telemetry.size", sizeof(struct tgt_telemetry), 0 },
	STAMP(index),
	STAMP(verdict),
	STAMP(t_ns),
	NUMBER("stamp.size", sizeof(struct tgt_slot_stamp)),
	NUMBER("header.status", __builtin_offsetof(struct rbuf_hdr, status)),
	NUMBER("header.len", __builtin_offsetof(struct rbuf_hdr, len)),
	NUMBER("const.magic", TGT_TELEMETRY_MAGIC),
	NUMBER("const.version", TGT_TELEMETRY_VERSION),
	NUMBER("const.verdicts", TGT_VERDICT_CLASSES),
	NUMBER("const.data_only", TGT_FEATURE_DATA_ONLY),
	NUMBER("const.hold", TGT_FEATURE_HOLD),
	NUMBER("const.exclusive", TGT_FEATURE_EXCLUSIVE),
};

#ifdef PROBE_MAIN
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned char rings[TGT_RINGS_SIZE] __attribute__((aligned(8)));
static unsigned char next = 1;

/* Gives an object bytes that differ from those of every other field. */
static void fill(void *object, size_t size)
{
	for (unsigned char *p = object; size--; p++)
		*p = next++;
}

static struct tgt_event *slot(int ring, int number, unsigned int type)
{
	struct rbuf_hdr *hdr = (void *)(rings + ring * TGT_RINGBUF_SIZE +
			number * (sizeof(struct rbuf_hdr) + sizeof(struct tgt_event)));
	struct tgt_event *ev = (void *)hdr->data;

	hdr->status = 1;
	hdr->len = 7 + number;
	ev->type = type;
	return ev;
}

#define FILL(field) fill(&(field), sizeof(field))

int main(void)
{
	struct tgt_event *ev;

	ev = slot(0, 3, TGT_KEVENT_CMD_REQ);
	FILL(ev->k.cmd_req.host_no);
	FILL(ev->k.cmd_req.cid);
	FILL(ev->k.cmd_req.data_len);
	FILL(ev->k.cmd_req.scb);
	FILL(ev->k.cmd_req.lun);
	FILL(ev->k.cmd_req.attribute);
	FILL(ev->k.cmd_req.tag);
	ev = slot(0, 4, TGT_KEVENT_CMD_DONE);
	FILL(ev->k.cmd_done.host_no);
	FILL(ev->k.cmd_done.cid);
	FILL(ev->k.cmd_done.result);
	ev = slot(0, 511, TGT_KEVENT_TSK_MGMT_REQ);
	FILL(ev->k.tsk_mgmt_req.host_no);
	FILL(ev->k.tsk_mgmt_req.function);
	FILL(ev->k.tsk_mgmt_req.tag);
	FILL(ev->k.tsk_mgmt_req.lun);
	FILL(ev->k.tsk_mgmt_req.mid);
	ev = slot(1, 0, TGT_UEVENT_CMD_RSP);
	FILL(ev->u.cmd_rsp.host_no);
	FILL(ev->u.cmd_rsp.cid);
	FILL(ev->u.cmd_rsp.len);
	FILL(ev->u.cmd_rsp.result);
	FILL(ev->u.cmd_rsp.uaddr);
	FILL(ev->u.cmd_rsp.rw);
	ev = slot(1, 1, TGT_UEVENT_TSK_MGMT_RSP);
	FILL(ev->u.tsk_mgmt_rsp.host_no);
	FILL(ev->u.tsk_mgmt_rsp.mid);
	FILL(ev->u.tsk_mgmt_rsp.result);
	/* a type nobody knows */
	ev = slot(1, 42, 0xfeed);
	memset(&ev->u, 0xa5, sizeof(ev->u));
	return fwrite(rings, sizeof(rings), 1, stdout) == 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
#endif
