// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/debug/scsi_tgt: what cannot be seen in the rings, and the fault
 * points. Tables are copied under the lock and printed without it.
 */
#include <linux/debugfs.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "tgt_core.h"

static struct dentry *tgt_debugfs;

struct tgt_row {
	u64 tag;
	u64 id;
	u64 queued_ns;
	s32 host_no;
	s32 kind;	/* attribute or function */
	u32 data_len;
	u8 lun[8];
	u8 cdb[16];
	u8 dir;
	u8 state;
	bool aborting;
};

/* For aborting commands it matters that nothing has come of them yet. */
static const char *tgt_row_state(const struct tgt_row *row)
{
	static const char * const names[TGT_CMD_STATES] = {
		[TGT_CMD_QUEUED] = "queued",
		[TGT_CMD_SENT] = "sent",
		[TGT_CMD_MOVING] = "moving",
		[TGT_CMD_DONE_QUEUED] = "done-queued",
		[TGT_CMD_DROPPED] = "dropped",
	};

	if (row->aborting && row->state != TGT_CMD_DONE_QUEUED)
		return "aborting";
	return names[row->state];
}

static u64 tgt_age_ms(u64 queued_ns)
{
	return div_u64(ktime_get_ns() - queued_ns, NSEC_PER_MSEC);
}

static size_t tgt_copy_cmds(struct tgt_row *rows, size_t room)
{
	struct tgt_cmd *cmd;
	struct tgt_batch b;
	size_t n = 0;

	tgt_batch_begin(&b, false);
	list_for_each_entry(cmd, &tgt.cmds, all) {
		struct tgt_row *row = &rows[n];

		if (n++ >= room)
			continue;
		row->tag = cmd->tag;
		row->id = cmd->cid;
		row->queued_ns = cmd->queued_ns;
		row->host_no = cmd->host->host_no;
		row->kind = cmd->attribute;
		row->data_len = cmd->data_len;
		memcpy(row->lun, cmd->lun, sizeof(row->lun));
		memcpy(row->cdb, cmd->cdb, sizeof(row->cdb));
		row->dir = cmd->dir;
		row->state = cmd->state;
		row->aborting = cmd->aborting || cmd->ended;
	}
	tgt_batch_end(&b);
	return n;
}

static size_t tgt_copy_tasks(struct tgt_row *rows, size_t room)
{
	struct tgt_task *task;
	struct tgt_batch b;
	size_t n = 0;

	tgt_batch_begin(&b, false);
	list_for_each_entry(task, &tgt.tasks, link) {
		struct tgt_row *row = &rows[n];

		if (n++ >= room)
			continue;
		row->tag = task->tag;
		row->id = task->mid;
		row->queued_ns = task->queued_ns;
		row->host_no = task->host_no;
		row->kind = task->function;
		memcpy(row->lun, task->lun, sizeof(row->lun));
	}
	tgt_batch_end(&b);
	return n;
}

/* All rows there are, in memory the caller frees; NULL without memory. */
static struct tgt_row *tgt_copy_rows(size_t (*copy)(struct tgt_row *, size_t),
				     size_t *n)
{
	size_t room = 64;

	for (;;) {
		struct tgt_row *rows = kvcalloc(room, sizeof(*rows), GFP_KERNEL);

		if (!rows)
			return NULL;
		*n = copy(rows, room);
		if (*n <= room)
			return rows;
		room = *n + *n / 4;
		kvfree(rows);
	}
}

static int commands_show(struct seq_file *m, void *unused)
{
	static const char * const dirs[] = {
		[TGT_DIR_NONE] = "none",
		[TGT_DIR_READ] = "read",
		[TGT_DIR_WRITE] = "write",
	};
	size_t n, i;
	struct tgt_row *rows = tgt_copy_rows(tgt_copy_cmds, &n);

	if (!rows)
		return -ENOMEM;
	seq_puts(m, "host cid tag lun cdb state age_ms data_len dir attribute\n");
	for (i = 0; i < n; i++) {
		const struct tgt_row *row = &rows[i];

		seq_printf(m, "%d %llu %llu %8phN %16phN %s %llu %u %s %x\n",
			   row->host_no, row->id, row->tag, row->lun, row->cdb,
			   tgt_row_state(row), tgt_age_ms(row->queued_ns),
			   row->data_len, dirs[row->dir], row->kind);
	}
	kvfree(rows);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(commands);

static int tasks_show(struct seq_file *m, void *unused)
{
	size_t n, i;
	struct tgt_row *rows = tgt_copy_rows(tgt_copy_tasks, &n);

	if (!rows)
		return -ENOMEM;
	seq_puts(m, "host mid function tag lun age_ms\n");
	for (i = 0; i < n; i++) {
		const struct tgt_row *row = &rows[i];

		seq_printf(m, "%d %llu %02x %llu %8phN %llu\n", row->host_no,
			   row->id, row->kind, row->tag, row->lun,
			   tgt_age_ms(row->queued_ns));
	}
	kvfree(rows);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(tasks);

void tgt_debugfs_create(void)
{
	struct dentry *faults;

	tgt_debugfs = debugfs_create_dir("scsi_tgt", NULL);
	debugfs_create_file("commands", 0400, tgt_debugfs, NULL, &commands_fops);
	debugfs_create_file("tasks", 0400, tgt_debugfs, NULL, &tasks_fops);

	faults = debugfs_create_dir("faults", tgt_debugfs);
	debugfs_create_u32("delay_ms", 0600, faults, &tgt_fault_delay_ms);
	debugfs_create_u32("refuse", 0600, faults, &tgt_fault_refuse);
	debugfs_create_u32("lose", 0600, faults, &tgt_fault_lose);
}

void tgt_debugfs_destroy(void)
{
	debugfs_remove(tgt_debugfs);
}
