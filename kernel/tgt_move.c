// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copying between the responder's memory and a command's, in the responder's
 * context. User memory is reached through an iov_iter rather than by
 * copy_to_user(): the other side may be an object of any slab cache.
 */
#include <linux/mm.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "tgt_core.h"

/* The first len bytes of the command's buffer, page by page. */
static int tgt_move_data(struct tgt_cmd *cmd, struct iov_iter *iter)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sg(cmd->sgl, sg, cmd->sg_nents, i) {
		struct page *page = nth_page(sg_page(sg), sg->offset >> PAGE_SHIFT);
		size_t offset = offset_in_page(sg->offset);
		size_t left = min_t(size_t, sg->length, iov_iter_count(iter));

		while (left) {
			size_t n = min_t(size_t, left, PAGE_SIZE - offset);
			size_t moved;

			if (cmd->dir == TGT_DIR_WRITE)
				moved = copy_page_to_iter(page, offset, n, iter);
			else
				moved = copy_page_from_iter(page, offset, n, iter);
			if (moved != n)
				return -EFAULT;
			left -= n;
			offset = 0;
			page = nth_page(page, 1);
		}
		if (!iov_iter_count(iter))
			return 0;
	}
	return -EFAULT;
}

/* By way of the stack: the command may lie in any slab cache, too. */
static int tgt_move_sense(struct tgt_cmd *cmd, const void __user *p, u32 len)
{
	u8 sense[TGT_SENSE_MAX];

	if (copy_from_user(sense, p, len))
		return -EFAULT;
	memcpy(cmd->sense, sense, len);
	cmd->sense_len = len;
	return 0;
}

/*
 * What the plan asks for. The command is TGT_CMD_MOVING, thus nobody else's.
 * Return: 0 or -EFAULT.
 */
int tgt_move(struct tgt_cmd *cmd, const struct tgt_plan *plan, u64 uaddr)
{
	void __user *p = (void __user *)(unsigned long)uaddr;
	struct iov_iter iter;

	if ((unsigned long)uaddr != uaddr || !access_ok(p, plan->len))
		return -EFAULT;

	if (plan->action == TGT_PLAN_SENSE)
		return tgt_move_sense(cmd, p, plan->len);
	iov_iter_ubuf(&iter, cmd->dir == TGT_DIR_WRITE ? ITER_DEST : ITER_SOURCE,
		      p, plan->len);
	return tgt_move_data(cmd, &iter);
}
