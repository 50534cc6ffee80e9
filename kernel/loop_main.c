// SPDX-License-Identifier: GPL-2.0-only
/*
 * tgt_loop.ko: its hosts, from insmod to rmmod.
 */
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/module.h>

#include "loop.h"

#define LOOP_MAX_HOSTS	16

static unsigned int hosts = 1;
module_param(hosts, uint, 0444);
MODULE_PARM_DESC(hosts, "virtual SCSI hosts, each an I_T nexus (default 1, at most 16)");

struct dentry *loop_debugfs;
static struct device *loop_root;
static struct loop_host *loop_hosts[LOOP_MAX_HOSTS];

static void loop_teardown(void)
{
	unsigned int i;

	for (i = 0; i < LOOP_MAX_HOSTS && loop_hosts[i]; i++)
		loop_host_destroy(loop_hosts[i]);
	debugfs_remove(loop_debugfs);
	root_device_unregister(loop_root);
}

static int __init loop_init(void)
{
	unsigned int i;

	if (!hosts || hosts > LOOP_MAX_HOSTS) {
		pr_err("tgt_loop: hosts=%u: not in 1..%u\n", hosts, LOOP_MAX_HOSTS);
		return -EINVAL;
	}
	loop_root = root_device_register("tgt_loop");
	if (IS_ERR(loop_root))
		return PTR_ERR(loop_root);
	loop_debugfs = debugfs_create_dir("tgt_loop", NULL);

	for (i = 0; i < hosts; i++) {
		struct loop_host *host = loop_host_create(loop_root);

		if (IS_ERR(host)) {
			loop_teardown();
			return PTR_ERR(host);
		}
		loop_hosts[i] = host;
	}
	return 0;
}

module_init(loop_init);
module_exit(loop_teardown);
MODULE_DESCRIPTION("virtual SCSI hosts answered by a process on /dev/tgt");
MODULE_VERSION("1");
MODULE_LICENSE("GPL");
