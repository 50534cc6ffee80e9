/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints: one event in each ring. id is the cid, for task management the
 * mid; index is the free-running position.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM scsi_tgt

#if !defined(_TGT_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TGT_TRACE_H

#include <linux/tracepoint.h>

#include "scsi_tgt_if.h"

#define tgt_show_type(type)					\
	__print_symbolic(type,					\
		{ TGT_UEVENT_CMD_RSP,		"CMD_RSP" },		\
		{ TGT_UEVENT_TSK_MGMT_RSP,	"TSK_MGMT_RSP" },	\
		{ TGT_KEVENT_CMD_REQ,		"CMD_REQ" },		\
		{ TGT_KEVENT_CMD_DONE,		"CMD_DONE" },		\
		{ TGT_KEVENT_TSK_MGMT_REQ,	"TSK_MGMT_REQ" })

TRACE_EVENT(tgt_event_published,
	TP_PROTO(u32 type, s32 host_no, u64 id, u32 index),
	TP_ARGS(type, host_no, id, index),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(u32, type)
		__field(s32, host_no)
		__field(u32, index)
	),
	TP_fast_assign(
		__entry->id = id;
		__entry->type = type;
		__entry->host_no = host_no;
		__entry->index = index;
	),
	TP_printk("%s host_no=%d id=%llu index=%u",
		  tgt_show_type(__entry->type), __entry->host_no, __entry->id,
		  __entry->index)
);

TRACE_EVENT(tgt_event_consumed,
	TP_PROTO(u32 type, s32 host_no, u64 id, u32 index, s32 verdict),
	TP_ARGS(type, host_no, id, index, verdict),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(u32, type)
		__field(s32, host_no)
		__field(u32, index)
		__field(s32, verdict)
	),
	TP_fast_assign(
		__entry->id = id;
		__entry->type = type;
		__entry->host_no = host_no;
		__entry->index = index;
		__entry->verdict = verdict;
	),
	TP_printk("%s host_no=%d id=%llu index=%u verdict=%d",
		  tgt_show_type(__entry->type), __entry->host_no, __entry->id,
		  __entry->index, __entry->verdict)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE tgt_trace
#include <trace/define_trace.h>
