// SPDX-License-Identifier: MIT
/*
 * Somebody else's /dev/tgt: a character device called "tgt" that has the two
 * rings and nothing more. No SCSI behind it, no telemetry, any number of
 * openers, and an open() that says so in the log, because tgtctl must not
 * open what it was not told to.
 *
 * ring_bytes: the only length mmap() takes (other kernels, other sizes).
 */
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/version.h>
#include <linux/vmalloc.h>

static unsigned long ring_bytes = 131072;
module_param(ring_bytes, ulong, 0444);
MODULE_PARM_DESC(ring_bytes, "the one length mmap() accepts");

static unsigned int opens;
module_param(opens, uint, 0444);
MODULE_PARM_DESC(opens, "how often the device was opened");

static void *rings;
static int fake_major;
static struct class *fake_class;

static int fake_open(struct inode *inode, struct file *file)
{
	opens++;
	return 0;
}

static ssize_t fake_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	return len;
}

static __poll_t fake_poll(struct file *file, poll_table *wait)
{
	return 0;
}

static int fake_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_pgoff || vma->vm_end - vma->vm_start != ring_bytes)
		return -EINVAL;
	return remap_vmalloc_range(vma, rings, 0);
}

static const struct file_operations fake_fops = {
	.owner = THIS_MODULE,
	.open = fake_open,
	.write = fake_write,
	.poll = fake_poll,
	.mmap = fake_mmap,
};

static int __init fake_init(void)
{
	struct device *dev;
	int err = -ENOMEM;

	rings = vmalloc_user(ring_bytes);
	if (!rings)
		return err;
	fake_major = register_chrdev(0, "tgt", &fake_fops);
	err = fake_major;
	if (err < 0)
		goto free_rings;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	fake_class = class_create("tgt");
#else
	fake_class = class_create(THIS_MODULE, "tgt");
#endif
	err = PTR_ERR_OR_ZERO(fake_class);
	if (err)
		goto unregister;
	dev = device_create(fake_class, NULL, MKDEV(fake_major, 0), NULL, "tgt");
	err = PTR_ERR_OR_ZERO(dev);
	if (err)
		goto destroy_class;
	return 0;

destroy_class:
	class_destroy(fake_class);
unregister:
	unregister_chrdev(fake_major, "tgt");
free_rings:
	vfree(rings);
	return err;
}

static void __exit fake_exit(void)
{
	device_destroy(fake_class, MKDEV(fake_major, 0));
	class_destroy(fake_class);
	unregister_chrdev(fake_major, "tgt");
	vfree(rings);
}

module_init(fake_init);
module_exit(fake_exit);
MODULE_DESCRIPTION("A /dev/tgt that is not ours, for tests");
MODULE_VERSION("0.0");
MODULE_LICENSE("Dual MIT/GPL");
