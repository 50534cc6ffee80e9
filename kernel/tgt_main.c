// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_tgt.ko: SCSI target commands answered by a process on /dev/tgt. This
 * file: the one state, and its beginning and end.
 */
#include <linux/gfp.h>
#include <linux/module.h>

#include "tgt_core.h"

bool tgt_extras = true;
module_param_named(extras, tgt_extras, bool, 0444);
MODULE_PARM_DESC(extras, "telemetry window, hold and data-only answers (default Y); N: the interface of 2006");

struct tgt_core tgt = {
	.lock		= __SPIN_LOCK_UNLOCKED(tgt.lock),
	.hosts		= LIST_HEAD_INIT(tgt.hosts),
	.cmds		= LIST_HEAD_INIT(tgt.cmds),
	.tasks		= LIST_HEAD_INIT(tgt.tasks),
	.pending	= LIST_HEAD_INIT(tgt.pending),
	.delayed	= LIST_HEAD_INIT(tgt.delayed),
	.cids		= XARRAY_INIT(tgt.cids, XA_FLAGS_ALLOC1 | XA_FLAGS_LOCK_IRQ),
	.last_seq	= 1,	/* tgt_match.last_seq 0 means all */
	.doorbell	= __MUTEX_INITIALIZER(tgt.doorbell),
	.owner_wait	= __WAIT_QUEUE_HEAD_INITIALIZER(tgt.owner_wait),
	.observer_wait	= __WAIT_QUEUE_HEAD_INITIALIZER(tgt.observer_wait),
	.task_wait	= __WAIT_QUEUE_HEAD_INITIALIZER(tgt.task_wait),
	.move_wait	= __WAIT_QUEUE_HEAD_INITIALIZER(tgt.move_wait),
};

static int __init tgt_init(void)
{
	int err;

	tgt.rings = (void *)__get_free_pages(GFP_KERNEL | __GFP_COMP | __GFP_ZERO,
					     get_order(TGT_RINGS_SIZE));
	if (!tgt.rings)
		return -ENOMEM;
	tgt_ring_init(&tgt.kuring, tgt.rings);
	tgt_ring_init(&tgt.ukring, tgt.rings + TGT_RINGBUF_SIZE);

	err = tgt_telemetry_alloc();
	if (err)
		goto free_rings;

	/* commands that clean memory may be waiting for this */
	tgt.wq = alloc_workqueue("scsi_tgt", WQ_MEM_RECLAIM | WQ_HIGHPRI, 0);
	if (!tgt.wq) {
		err = -ENOMEM;
		goto free_telemetry;
	}
	INIT_DELAYED_WORK(&tgt.drain_work, tgt_drain_work);
	INIT_DELAYED_WORK(&tgt.delay_work, tgt_delay_work);
	INIT_DELAYED_WORK(&tgt.expire_work, tgt_expire_work);

	err = tgt_dev_create();
	if (err)
		goto destroy_wq;
	tgt_debugfs_create();
	return 0;

destroy_wq:
	destroy_workqueue(tgt.wq);
free_telemetry:
	tgt_telemetry_free();
free_rings:
	free_pages((unsigned long)tgt.rings, get_order(TGT_RINGS_SIZE));
	return err;
}

/* No file is open and no driver is registered, or we would not be here. */
static void __exit tgt_exit(void)
{
	tgt_debugfs_destroy();
	tgt_dev_destroy();
	cancel_delayed_work_sync(&tgt.drain_work);
	cancel_delayed_work_sync(&tgt.delay_work);
	cancel_delayed_work_sync(&tgt.expire_work);
	destroy_workqueue(tgt.wq);
	xa_destroy(&tgt.cids);
	tgt_telemetry_free();
	free_pages((unsigned long)tgt.rings, get_order(TGT_RINGS_SIZE));
}

module_init(tgt_init);
module_exit(tgt_exit);
MODULE_DESCRIPTION("SCSI target commands answered by a process on /dev/tgt");
MODULE_VERSION("1");
MODULE_LICENSE("GPL");
