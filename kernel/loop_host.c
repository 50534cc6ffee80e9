// SPDX-License-Identifier: GPL-2.0-only
/*
 * A virtual SCSI host: the midlayer's commands to the target core and back,
 * its error handling as task management functions.
 */
#include <linux/atomic.h>
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/version.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>

#include "loop.h"

static int can_queue = 256;
module_param(can_queue, int, 0444);
MODULE_PARM_DESC(can_queue, "commands per host at a time (default 256)");

static unsigned int max_kib = 1024;
module_param(max_kib, uint, 0444);
MODULE_PARM_DESC(max_kib, "KiB per transfer (default 1024, at most 16384)");

/* Unique among all hosts; a command that is sent again gets another. */
u64 loop_tag(void)
{
	static atomic64_t last;

	return atomic64_inc_return(&last);
}

static struct loop_host *loop_of(struct Scsi_Host *shost)
{
	return shost_priv(shost);
}

static enum tgt_data_dir loop_dir(const struct scsi_cmnd *sc)
{
	if (!scsi_bufflen((struct scsi_cmnd *)sc))
		return TGT_DIR_NONE;
	return sc->sc_data_direction == DMA_TO_DEVICE ? TGT_DIR_WRITE : TGT_DIR_READ;
}

static void loop_fill(struct loop_cmd *cmd, struct loop_host *host,
		      struct scsi_cmnd *sc)
{
	struct tgt_cmd *t = &cmd->tgt;

	cmd->sc = sc;
	cmd->done = NULL;
	t->host = &host->tgt;
	t->tag = loop_tag();
	int_to_scsilun(sc->device->lun, (struct scsi_lun *)t->lun);
	memset(t->cdb, 0, sizeof(t->cdb));
	memcpy(t->cdb, sc->cmnd, min_t(size_t, sc->cmd_len, sizeof(t->cdb)));
	t->attribute = TGT_ATTR_SIMPLE;
	t->dir = loop_dir(sc);
	t->data_len = scsi_bufflen(sc);
	t->sgl = scsi_sglist(sc);
	t->sg_nents = scsi_sg_count(sc);
}

/*
 * Error handling asks with TEST UNIT READY whether the device lives. While its
 * owner is away the answer is to be patient; otherwise a stopped debugger would
 * take the disk offline.
 */
static bool loop_vouch(const struct scsi_cmnd *sc)
{
	return sc->submitter == SUBMITTED_BY_SCSI_ERROR_HANDLER &&
	       sc->cmnd[0] == TEST_UNIT_READY && tgt_owner_away();
}

static int loop_queuecommand(struct Scsi_Host *shost, struct scsi_cmnd *sc)
{
	struct loop_cmd *cmd = scsi_cmd_priv(sc);

	if (loop_vouch(sc)) {
		sc->result = DID_OK << 16;
		scsi_done(sc);
		return 0;
	}
	loop_fill(cmd, loop_of(shost), sc);
	switch (tgt_cmd_queue(&cmd->tgt)) {
	case 0:
		return 0;
	case -EBUSY:
		return SCSI_MLQUEUE_HOST_BUSY;
	case -ENODEV:
		sc->result = DID_NO_CONNECT << 16;
		break;
	default:
		sc->result = DID_ERROR << 16;
	}
	scsi_done(sc);
	return 0;
}

static void loop_cmd_done(struct tgt_cmd *t)
{
	struct loop_cmd *cmd = container_of(t, struct loop_cmd, tgt);
	struct scsi_cmnd *sc = cmd->sc;

	if (!sc) {
		complete(cmd->done);
		return;
	}
	sc->result = t->result;
	scsi_set_resid(sc, t->resid);
	memcpy(sc->sense_buffer, t->sense, t->sense_len);
	/* GOOD, yet less than the initiator must have */
	if (!t->result && t->data_len - t->resid < sc->underflow)
		sc->result = DID_ERROR << 16;
	/* the doorbell is a process: by way of the softirq it would wake ksoftirqd */
	scsi_done_direct(sc);
}

static const struct tgt_host_ops loop_ops = {
	.name = "tgt_loop",
	.cmd_done = loop_cmd_done,
};

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
static enum scsi_timeout_action loop_timed_out(struct scsi_cmnd *sc)
{
	struct loop_cmd *cmd = scsi_cmd_priv(sc);

	return tgt_cmd_timed_out(&cmd->tgt) ? SCSI_EH_RESET_TIMER :
					      SCSI_EH_NOT_HANDLED;
}
#else
static enum blk_eh_timer_return loop_timed_out(struct scsi_cmnd *sc)
{
	struct loop_cmd *cmd = scsi_cmd_priv(sc);

	return tgt_cmd_timed_out(&cmd->tgt) ? BLK_EH_RESET_TIMER : BLK_EH_DONE;
}
#endif

/* Error handling may go on unless the responder rejects the function. */
static int loop_tmf(struct scsi_device *sdev, int function, u64 tag)
{
	struct scsi_lun lun;
	int ret;

	int_to_scsilun(sdev->lun, &lun);
	ret = tgt_tmf(&loop_of(sdev->host)->tgt, function, tag, lun.scsi_lun);
	return ret >= 0 || ret == -EEXIST ? SUCCESS : FAILED;
}

static int loop_abort(struct scsi_cmnd *sc)
{
	struct loop_cmd *cmd = scsi_cmd_priv(sc);

	return loop_tmf(sc->device, TGT_TMF_ABORT_TASK, cmd->tgt.tag);
}

static int loop_device_reset(struct scsi_cmnd *sc)
{
	return loop_tmf(sc->device, TGT_TMF_LUN_RESET, 0);
}

static int loop_target_reset(struct scsi_cmnd *sc)
{
	return loop_tmf(sc->device, TGT_TMF_TARGET_RESET, 0);
}

static int loop_host_reset(struct scsi_cmnd *sc)
{
	tgt_host_reset(&loop_of(sc->device->host)->tgt);
	return SUCCESS;
}

static int loop_slave_alloc(struct scsi_device *sdev)
{
	tgt_host_devices(&loop_of(sdev->host)->tgt, 1);
	return 0;
}

static void loop_slave_destroy(struct scsi_device *sdev)
{
	tgt_host_devices(&loop_of(sdev->host)->tgt, -1);
}

static struct scsi_host_template loop_template = {
	.module			= THIS_MODULE,
	.name			= "tgt_loop",
	.proc_name		= "tgt_loop",
	.queuecommand		= loop_queuecommand,
	.eh_timed_out		= loop_timed_out,
	.eh_abort_handler	= loop_abort,
	.eh_device_reset_handler = loop_device_reset,
	.eh_target_reset_handler = loop_target_reset,
	.eh_host_reset_handler	= loop_host_reset,
	.slave_alloc		= loop_slave_alloc,
	.slave_destroy		= loop_slave_destroy,
	.change_queue_depth	= scsi_change_queue_depth,
	.cmd_size		= sizeof(struct loop_cmd),
	.sg_tablesize		= SG_MAX_SEGMENTS,
	.this_id		= -1,
};

struct loop_host *loop_host_create(struct device *parent)
{
	struct Scsi_Host *shost;
	struct loop_host *host;
	int err;

	shost = scsi_host_alloc(&loop_template, sizeof(*host));
	if (!shost)
		return ERR_PTR(-ENOMEM);
	shost->can_queue = clamp(can_queue, 1, 4096);
	shost->cmd_per_lun = shost->can_queue;
	shost->max_sectors = clamp(max_kib, 4U, TGT_MAX_LEN >> 10) * 2;
	shost->max_id = 1;
	shost->max_lun = ~0ULL;
	shost->max_cmd_len = sizeof_field(struct tgt_cmd, cdb);

	host = loop_of(shost);
	host->shost = shost;
	host->tgt.ops = &loop_ops;
	host->tgt.host_no = shost->host_no;
	err = tgt_host_register(&host->tgt);
	if (err)
		goto put;
	err = scsi_add_host(shost, parent);
	if (err)
		goto unregister;
	loop_send_create(host);
	return host;

unregister:
	tgt_host_unregister(&host->tgt);
put:
	scsi_host_put(shost);
	return ERR_PTR(err);
}

void loop_host_destroy(struct loop_host *host)
{
	loop_send_destroy(host);
	tgt_host_stop(&host->tgt);
	scsi_remove_host(host->shost);
	tgt_host_unregister(&host->tgt);
	scsi_host_put(host->shost);
}
