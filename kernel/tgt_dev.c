// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/tgt: the system calls. A file open for writing is an owner's, another an
 * observer's, which changes nothing.
 */
#include <linux/compat.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/version.h>

#include "tgt_core.h"

struct tgt_file {
	bool owner;
	bool held;
	u64 mark;	/* observer: tgt.activity when it last looked */
};

static int tgt_major;
static struct class *tgt_class;

static int tgt_open(struct inode *inode, struct file *file)
{
	struct tgt_file *f;
	int err;

	if (iminor(inode))
		return -ENXIO;
	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	f->owner = file->f_mode & FMODE_WRITE;
	f->mark = READ_ONCE(tgt.activity);
	if (f->owner) {
		err = tgt_owner_open();
		if (err) {
			kfree(f);
			return err;
		}
	}
	file->private_data = f;
	return nonseekable_open(inode, file);
}

static int tgt_release(struct inode *inode, struct file *file)
{
	struct tgt_file *f = file->private_data;

	if (f->owner)
		tgt_owner_release(f->held);
	kfree(f);
	return 0;
}

/*
 * The doorbell. What is written does not matter and is not looked at; the
 * return value is always n.
 */
static ssize_t tgt_write(struct file *file, const char __user *buf, size_t n,
			 loff_t *pos)
{
	struct tgt_batch b;

	if (mutex_lock_killable(&tgt.doorbell))
		return -EINTR;
	tgt_count(doorbells);
	tgt_recv_lap();
	mutex_unlock(&tgt.doorbell);

	tgt_batch_begin(&b, true);
	tgt.beats++;
	tgt.stalled = false;
	tgt_event_drain(&b, 0);
	tgt_batch_end(&b);
	return n;
}

/* Observers: the produced count, as u64; their poll() starts from here. */
static ssize_t tgt_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	struct tgt_file *f = file->private_data;
	struct tgt_batch b;
	u64 produced, mark;

	if (f->owner || n < sizeof(produced))
		return -EINVAL;
	tgt_batch_begin(&b, false);
	mark = tgt.activity;
	produced = tgt.kuring.idx;
	tgt_batch_end(&b);
	if (copy_to_user(buf, &produced, sizeof(produced)))
		return -EFAULT;
	WRITE_ONCE(f->mark, mark);
	return sizeof(produced);
}

static __poll_t tgt_poll_owner(struct file *file, poll_table *wait)
{
	struct tgt_batch b;
	bool unread;

	poll_wait(file, &tgt.owner_wait, wait);
	tgt_batch_begin(&b, true);
	tgt.beats++;
	tgt.stalled = false;
	tgt_event_drain(&b, 0);
	unread = tgt_ring_unread(&tgt.kuring);
	tgt_batch_end(&b);
	return unread ? EPOLLIN | EPOLLRDNORM : 0;
}

static __poll_t tgt_poll(struct file *file, poll_table *wait)
{
	struct tgt_file *f = file->private_data;
	struct tgt_batch b;
	u64 now;

	if (f->owner)
		return tgt_poll_owner(file, wait);
	poll_wait(file, &tgt.observer_wait, wait);
	tgt_batch_begin(&b, false);	/* pairs with whoever wakes after it */
	now = tgt.activity;
	tgt_batch_end(&b);
	return now != READ_ONCE(f->mark) ? EPOLLIN | EPOLLRDNORM : 0;
}

static void tgt_vm_flags(struct vm_area_struct *vma, unsigned long set,
			 unsigned long clear)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_mod(vma, set, clear);
#else
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
#endif
}

static int tgt_map(struct vm_area_struct *vma, void *mem)
{
	unsigned long addr;
	int err;

	for (addr = vma->vm_start; addr < vma->vm_end; addr += PAGE_SIZE) {
		err = vm_insert_page(vma, addr, virt_to_page(mem));
		if (err)
			return err;
		mem += PAGE_SIZE;
	}
	return 0;
}

static int tgt_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct tgt_file *f = file->private_data;
	unsigned long size = vma->vm_end - vma->vm_start;

	/* a read-only file's shared mapping has lost VM_SHARED */
	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;

	if (vma->vm_pgoff == 0 && size == TGT_RINGS_SIZE) {
		tgt_vm_flags(vma, VM_DONTEXPAND, f->owner ? 0 : VM_MAYWRITE);
		return tgt_map(vma, tgt.rings);
	}
	/* its first page says how long the window is: less of it may be mapped */
	if (tgt_extras && vma->vm_pgoff == TGT_TELEMETRY_OFFSET >> PAGE_SHIFT &&
	    size <= tgt.telemetry->total_size) {
		if (vma->vm_flags & VM_WRITE)
			return -EACCES;
		tgt_vm_flags(vma, VM_DONTEXPAND, VM_MAYWRITE);
		return tgt_map(vma, tgt.telemetry);
	}
	return -EINVAL;
}

static long tgt_ioctl(struct file *file, unsigned int nr, unsigned long arg)
{
	struct tgt_file *f = file->private_data;
	u32 on;

	if (!tgt_extras || nr != TGT_IOC_HOLD)
		return -ENOTTY;
	if (!f->owner)
		return -EPERM;
	if (get_user(on, (u32 __user *)arg))
		return -EFAULT;
	tgt_owner_hold(&f->held, on);
	return 0;
}

static const struct file_operations tgt_fops = {
	.owner		= THIS_MODULE,
	.open		= tgt_open,
	.release	= tgt_release,
	.read		= tgt_read,
	.write		= tgt_write,
	.poll		= tgt_poll,
	.mmap		= tgt_mmap,
	.unlocked_ioctl	= tgt_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
};

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
static char *tgt_devnode(const struct device *dev, umode_t *mode)
#else
static char *tgt_devnode(struct device *dev, umode_t *mode)
#endif
{
	if (mode)
		*mode = 0600;
	return NULL;
}

static struct class *tgt_class_create(void)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	return class_create("scsi_tgt");
#else
	return class_create(THIS_MODULE, "scsi_tgt");
#endif
}

int tgt_dev_create(void)
{
	struct device *dev;
	int err;

	tgt_class = tgt_class_create();
	if (IS_ERR(tgt_class))
		return PTR_ERR(tgt_class);
	tgt_class->devnode = tgt_devnode;

	tgt_major = register_chrdev(0, "tgt", &tgt_fops);
	if (tgt_major < 0) {
		err = tgt_major;
		goto destroy_class;
	}
	dev = device_create(tgt_class, NULL, MKDEV(tgt_major, 0), NULL, "tgt");
	if (IS_ERR(dev)) {
		err = PTR_ERR(dev);
		goto unregister;
	}
	return 0;

unregister:
	unregister_chrdev(tgt_major, "tgt");
destroy_class:
	class_destroy(tgt_class);
	return err;
}

void tgt_dev_destroy(void)
{
	device_destroy(tgt_class, MKDEV(tgt_major, 0));
	unregister_chrdev(tgt_major, "tgt");
	class_destroy(tgt_class);
}
