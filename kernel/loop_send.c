// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/debug/tgt_loop/hostN/send: commands and task management functions
 * that the midlayer never sends. One line per write(), which returns when the
 * answer is there:
 *
 *	cdb HEX [lun N] [tag N] [attr simple|head|ordered] [in LEN] [out HEX]
 *	tmf NAME [lun N] [tag N]
 *
 * read() gives the result of this file's last write; of a file that wrote
 * nothing, the newest of the host.
 */
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>

#include "loop.h"

#define LOOP_SEND_MAX	(64 << 10)	/* bytes of data, either way */

struct loop_request {
	struct loop_cmd cmd;
	struct completion done;
	struct scatterlist sg;
	int function;		/* of a tmf, else 0 */
	u8 *data;
};

static const struct {
	const char *name;
	int function;
} loop_functions[] = {
	{ "abort-task", TGT_TMF_ABORT_TASK },
	{ "abort-task-set", TGT_TMF_ABORT_TASK_SET },
	{ "clear-aca", TGT_TMF_CLEAR_ACA },
	{ "clear-task-set", TGT_TMF_CLEAR_TASK_SET },
	{ "lun-reset", TGT_TMF_LUN_RESET },
	{ "target-reset", TGT_TMF_TARGET_RESET },
};

/* "ABORT_TASK" and "abort-task" are the same name. */
static bool loop_same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (tolower(*a == '_' ? '-' : *a) != *b)
			return false;
	return *a == *b;
}

static int loop_parse_function(struct loop_request *rq, const char *value)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(loop_functions); i++) {
		if (loop_same_name(value, loop_functions[i].name)) {
			rq->function = loop_functions[i].function;
			return 0;
		}
	}
	return -EINVAL;
}

static int loop_parse_cdb(struct loop_request *rq, const char *value)
{
	size_t len = strlen(value);

	if (!len || len % 2 || len / 2 > sizeof(rq->cmd.tgt.cdb))
		return -EINVAL;
	return hex2bin(rq->cmd.tgt.cdb, value, len / 2);
}

static int loop_parse_attr(struct loop_request *rq, const char *value)
{
	if (!strcmp(value, "simple"))
		rq->cmd.tgt.attribute = TGT_ATTR_SIMPLE;
	else if (!strcmp(value, "head"))
		rq->cmd.tgt.attribute = TGT_ATTR_HEAD_OF_QUEUE;
	else if (!strcmp(value, "ordered"))
		rq->cmd.tgt.attribute = TGT_ATTR_ORDERED;
	else
		return -EINVAL;
	return 0;
}

static int loop_parse_lun(struct loop_request *rq, const char *value)
{
	u64 lun;

	if (kstrtou64(value, 0, &lun))
		return -EINVAL;
	int_to_scsilun(lun, (struct scsi_lun *)rq->cmd.tgt.lun);
	return 0;
}

static int loop_data(struct loop_request *rq, u32 len, enum tgt_data_dir dir)
{
	struct tgt_cmd *t = &rq->cmd.tgt;

	if (rq->data || !len || len > LOOP_SEND_MAX)
		return -EINVAL;
	rq->data = kzalloc(len, GFP_KERNEL);
	if (!rq->data)
		return -ENOMEM;
	sg_init_one(&rq->sg, rq->data, len);
	t->sgl = &rq->sg;
	t->sg_nents = 1;
	t->data_len = len;
	t->dir = dir;
	return 0;
}

static int loop_parse_in(struct loop_request *rq, const char *value)
{
	u32 len;

	if (kstrtou32(value, 0, &len))
		return -EINVAL;
	return loop_data(rq, len, TGT_DIR_READ);
}

static int loop_parse_out(struct loop_request *rq, const char *value)
{
	size_t len = strlen(value);
	int err;

	if (len % 2)
		return -EINVAL;
	err = loop_data(rq, min_t(size_t, len / 2, U32_MAX), TGT_DIR_WRITE);
	return err ?: hex2bin(rq->data, value, len / 2);
}

static int loop_parse_word(struct loop_request *rq, const char *key,
			   const char *value)
{
	if (!strcmp(key, "lun"))
		return loop_parse_lun(rq, value);
	if (!strcmp(key, "tag"))
		return kstrtou64(value, 0, &rq->cmd.tgt.tag);
	if (rq->function)
		return -EINVAL;
	if (!strcmp(key, "attr"))
		return loop_parse_attr(rq, value);
	if (!strcmp(key, "in"))
		return loop_parse_in(rq, value);
	if (!strcmp(key, "out"))
		return loop_parse_out(rq, value);
	return -EINVAL;
}

static char *loop_next_word(char **line)
{
	char *word;

	while ((word = strsep(line, " \t\n")))
		if (*word)
			return word;
	return NULL;
}

static int loop_parse(struct loop_request *rq, char *line)
{
	char *key = loop_next_word(&line);
	char *value = loop_next_word(&line);
	int err;

	if (!key || !value)
		return -EINVAL;
	if (!strcmp(key, "cdb"))
		err = loop_parse_cdb(rq, value);
	else if (!strcmp(key, "tmf"))
		err = loop_parse_function(rq, value);
	else
		err = -EINVAL;

	while (!err && (key = loop_next_word(&line))) {
		value = loop_next_word(&line);
		err = value ? loop_parse_word(rq, key, value) : -EINVAL;
	}
	return err ? -EINVAL : 0;
}

static char *loop_cmd_text(const struct loop_request *rq)
{
	const struct tgt_cmd *t = &rq->cmd.tgt;
	u32 in = t->dir == TGT_DIR_READ ? t->data_len - t->resid : 0;
	char *text = kvzalloc(256 + 2 * (sizeof(t->sense) + in), GFP_KERNEL);
	char *p = text;

	if (!text)
		return NULL;
	p += sprintf(p, "tag %llu\nstatus %02x\nhost_byte %02x\nresid %u\nsense ",
		     t->tag, t->result & 0xff, (t->result >> 16) & 0xff, t->resid);
	p = bin2hex(p, t->sense, t->sense_len);
	p += sprintf(p, "\ndata ");
	p = bin2hex(p, rq->data, in);
	*p = '\n';
	return text;
}

/* Return: text of the result, or an ERR_PTR. */
static char *loop_run_cmd(struct loop_host *host, struct loop_request *rq)
{
	struct tgt_cmd *t = &rq->cmd.tgt;
	int err = tgt_cmd_queue(t);
	char *text;

	if (err)
		return ERR_PTR(err);
	if (wait_for_completion_killable(&rq->done)) {
		/* it must come back before its memory goes */
		err = tgt_tmf(t->host, TGT_TMF_ABORT_TASK, t->tag, t->lun);
		if (err < 0 && err != -EEXIST)
			tgt_host_reset(t->host);
		wait_for_completion(&rq->done);
		return ERR_PTR(-EINTR);
	}
	text = loop_cmd_text(rq);
	return text ?: ERR_PTR(-ENOMEM);
}

static char *loop_run_function(struct loop_host *host, struct loop_request *rq)
{
	struct tgt_cmd *t = &rq->cmd.tgt;
	int ret = tgt_tmf(&host->tgt, rq->function, t->tag, t->lun);
	char *text = ret == 1 ? kasprintf(GFP_KERNEL, "answer none\n") :
				kasprintf(GFP_KERNEL, "answer %d\n", ret);

	return text ?: ERR_PTR(-ENOMEM);
}

static char *loop_run(struct loop_host *host, char *line)
{
	struct loop_request *rq = kzalloc(sizeof(*rq), GFP_KERNEL);
	char *text;
	int err;

	if (!rq)
		return ERR_PTR(-ENOMEM);
	init_completion(&rq->done);
	rq->cmd.done = &rq->done;
	rq->cmd.tgt.host = &host->tgt;
	rq->cmd.tgt.tag = loop_tag();
	rq->cmd.tgt.attribute = TGT_ATTR_SIMPLE;
	err = loop_parse(rq, line);
	if (err)
		text = ERR_PTR(err);
	else if (rq->function)
		text = loop_run_function(host, rq);
	else
		text = loop_run_cmd(host, rq);
	kfree(rq->data);
	kfree(rq);
	return text;
}

/* What a file holds: whose it is, and the result of its last write. */
struct loop_send_file {
	struct loop_host *host;
	struct mutex lock;
	char *text;
};

static int loop_send_open(struct inode *inode, struct file *file)
{
	struct loop_send_file *f = kzalloc(sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	f->host = inode->i_private;
	mutex_init(&f->lock);
	file->private_data = f;
	return 0;
}

static int loop_send_release(struct inode *inode, struct file *file)
{
	struct loop_send_file *f = file->private_data;

	kvfree(f->text);
	kfree(f);
	return 0;
}

static void loop_keep(struct mutex *lock, char **place, char *text)
{
	mutex_lock(lock);
	swap(*place, text);
	mutex_unlock(lock);
	kvfree(text);
}

static char *loop_copy_text(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = kvmalloc(size, GFP_KERNEL);

	return copy ? memcpy(copy, text, size) : NULL;
}

static ssize_t loop_send_write(struct file *file, const char __user *buf,
			       size_t n, loff_t *pos)
{
	struct loop_send_file *f = file->private_data;
	char *line, *text;

	if (n > 2 * LOOP_SEND_MAX + 256)
		return -EINVAL;
	line = memdup_user_nul(buf, n);
	if (IS_ERR(line))
		return PTR_ERR(line);
	text = loop_run(f->host, line);
	kfree(line);
	if (IS_ERR(text))
		return PTR_ERR(text);

	loop_keep(&f->host->last_lock, &f->host->last, loop_copy_text(text));
	loop_keep(&f->lock, &f->text, text);
	*pos = 0;	/* the read that follows begins at the beginning */
	return n;
}

static ssize_t loop_read_text(struct mutex *lock, char **text, char __user *buf,
			      size_t n, loff_t *pos)
{
	ssize_t ret = 0;

	mutex_lock(lock);
	if (*text)
		ret = simple_read_from_buffer(buf, n, pos, *text, strlen(*text));
	mutex_unlock(lock);
	return ret;
}

static ssize_t loop_send_read(struct file *file, char __user *buf, size_t n,
			      loff_t *pos)
{
	struct loop_send_file *f = file->private_data;

	if (READ_ONCE(f->text))
		return loop_read_text(&f->lock, &f->text, buf, n, pos);
	return loop_read_text(&f->host->last_lock, &f->host->last, buf, n, pos);
}

static const struct file_operations loop_send_fops = {
	.owner		= THIS_MODULE,
	.open		= loop_send_open,
	.release	= loop_send_release,
	.read		= loop_send_read,
	.write		= loop_send_write,
};

void loop_send_create(struct loop_host *host)
{
	char name[16];

	mutex_init(&host->last_lock);
	snprintf(name, sizeof(name), "host%d", host->tgt.host_no);
	host->dir = debugfs_create_dir(name, loop_debugfs);
	debugfs_create_file("send", 0600, host->dir, host, &loop_send_fops);
}

/* An open file keeps the module, so nothing is being sent. */
void loop_send_destroy(struct loop_host *host)
{
	debugfs_remove(host->dir);
	kvfree(host->last);
}
