// SPDX-License-Identifier: GPL-2.0-only
/*
 * Target hosts: coming, going, being found.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <scsi/scsi_status.h>

#include "tgt_core.h"

struct tgt_host *tgt_host_find(s32 host_no)
{
	struct tgt_host *host;

	list_for_each_entry(host, &tgt.hosts, link)
		if (host->host_no == host_no)
			return host;
	return NULL;
}

int tgt_host_register(struct tgt_host *host)
{
	struct tgt_batch b;
	int err = 0;

	tgt_batch_begin(&b, true);
	if (tgt_host_find(host->host_no)) {
		err = -EEXIST;
	} else {
		host->stopping = false;
		host->registered = true;
		list_add_tail(&host->link, &tgt.hosts);
		tgt_tell(hosts, tgt.telemetry->hosts + 1);
	}
	tgt_batch_end(&b);
	return err;
}
EXPORT_SYMBOL_GPL(tgt_host_register);

void tgt_host_stop(struct tgt_host *host)
{
	struct tgt_match match = { .host = host };
	unsigned int left;
	struct tgt_batch b;

	tgt_batch_begin(&b, true);
	host->stopping = true;
	if (!tgt.owners)	/* then nothing moves */
		tgt_end_pass(&b, &match, DID_NO_CONNECT << 16, false, &left);
	tgt_batch_end(&b);
}
EXPORT_SYMBOL_GPL(tgt_host_stop);

void tgt_host_unregister(struct tgt_host *host)
{
	struct tgt_match match = { .host = host };
	struct tgt_batch b;

	tgt_batch_begin(&b, true);
	host->registered = false;
	tgt_batch_end(&b);

	tgt_end_cmds(&match, DID_NO_CONNECT << 16, true);

	tgt_batch_begin(&b, true);
	list_del(&host->link);
	tgt_tell(hosts, tgt.telemetry->hosts - 1);
	tgt_batch_end(&b);
	/* a doorbell may have found the host just before */
	synchronize_rcu();
}
EXPORT_SYMBOL_GPL(tgt_host_unregister);

void tgt_host_devices(struct tgt_host *host, int change)
{
	struct tgt_batch b;

	tgt_batch_begin(&b, false);
	tgt_tell(devices, tgt.telemetry->devices + change);
	tgt_batch_end(&b);
}
EXPORT_SYMBOL_GPL(tgt_host_devices);
