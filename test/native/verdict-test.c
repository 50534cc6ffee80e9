/* SPDX-License-Identifier: MIT */
/*
 * tgt_verdict.h against the table of verdicts in words: every combination of
 * what decides it, written down a second time and differently.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tgt_verdict.h"

static uint64_t checked;

struct facts {
	int32_t result;
	uint32_t len, data_len;
	uint8_t rw;
	enum tgt_data_dir dir;
};

static void fail(const struct facts *f, const char *what, int32_t got, int32_t want)
{
	fprintf(stderr,
		"verdict-test: %s: got %d, want %d (result %d len %u data_len %u rw 0x%02x dir %d)\n",
		what, got, want, f->result, f->len, f->data_len, f->rw, f->dir);
	exit(1);
}

static int is_status(int32_t result)
{
	static const int32_t all[] = { 0x00, 0x02, 0x04, 0x08, 0x10, 0x14, 0x18, 0x22, 0x28, 0x30, 0x40 };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (all[i] == result)
			return 1;
	return 0;
}

/* The page's rules in its order; *action and *len are what follows. */
static int32_t expected(const struct facts *f, enum tgt_plan_action *action, uint32_t *len)
{
	int data_only = !!(f->rw & 0x80);
	int carries = f->result == 0x00 || f->result == 0x04;
	uint32_t moved;

	if (f->result != 0x20 && !is_status(f->result))
		return -EINVAL;
	if (f->len > 16 * 1024 * 1024)
		return -EMSGSIZE;
	*len = 0;
	if (f->result == 0x20) {
		*action = TGT_PLAN_DROP;
		return 0;
	}
	if (data_only && f->result)
		return -EPROTO;
	if (f->result == 0x02) {
		*len = f->len > 96 ? 96 : f->len;
		*action = *len ? TGT_PLAN_SENSE : TGT_PLAN_STATUS;
		return 0;
	}
	*action = TGT_PLAN_STATUS;
	if (!carries)
		return 0;
	moved = f->len > f->data_len ? f->data_len : f->len;
	if (data_only && moved == 0)
		return -EPROTO;
	if (moved) {
		int write = f->dir == TGT_DIR_WRITE;

		if ((f->rw & 0x7f) != write)
			return -EPROTO;
		*action = data_only ? TGT_PLAN_DATA_ONLY : TGT_PLAN_DATA;
		*len = moved;
	}
	return f->len > f->data_len;
}

static void check(const struct facts *f)
{
	enum tgt_plan_action action = TGT_PLAN_STATUS;
	struct tgt_plan plan;
	struct tgt_event ev;
	int32_t want, got;
	uint32_t len = 0;

	/* what does not count is garbage, as in a daemon's uncleared event */
	memset(&ev, 0xa5, sizeof(ev));
	memset(&plan, 0x5a, sizeof(plan));
	ev.type = TGT_UEVENT_CMD_RSP;
	ev.u.cmd_rsp.result = f->result;
	ev.u.cmd_rsp.len = f->len;
	ev.u.cmd_rsp.rw = f->rw;
	want = expected(f, &action, &len);
	got = tgt_verdict_cmd_rsp(&ev, f->dir, f->data_len, &plan);
	if (got != want)
		fail(f, "verdict", got, want);
	checked++;
	if (want < 0)
		return;
	if (plan.action != action)
		fail(f, "action", plan.action, action);
	if (plan.len != len)
		fail(f, "len", (int32_t)plan.len, (int32_t)len);
	/* what must hold whatever the rules say: no byte beyond either buffer */
	if ((plan.action == TGT_PLAN_DATA || plan.action == TGT_PLAN_DATA_ONLY) &&
	    (plan.len > f->data_len || plan.len > f->len || !plan.len))
		fail(f, "bounds", (int32_t)plan.len, (int32_t)f->data_len);
	if (plan.action == TGT_PLAN_SENSE && plan.len > TGT_SENSE_MAX)
		fail(f, "sense bounds", (int32_t)plan.len, TGT_SENSE_MAX);
}

static void every_combination(void)
{
	static const uint32_t data_lens[] = { 0, 1, 36, 512, 4096, TGT_MAX_LEN - 1, TGT_MAX_LEN };
	static const int32_t odd_results[] = { INT32_MIN, -1, 0x100, 0x40000, 0x7fffffff };
	const size_t odd = sizeof(odd_results) / sizeof(*odd_results);

	for (size_t d = 0; d < sizeof(data_lens) / sizeof(*data_lens); d++) {
		const uint32_t dl = data_lens[d];
		const uint32_t lens[] = { 0, 1, 18, 95, 96, 97, dl - 1, dl, dl + 1,
					  TGT_MAX_LEN, TGT_MAX_LEN + 1, UINT32_MAX };

		for (size_t l = 0; l < sizeof(lens) / sizeof(*lens); l++)
			for (int dir = TGT_DIR_NONE; dir <= TGT_DIR_WRITE; dir++)
				for (int rw = 0; rw < 256; rw++)
					for (int r = 0; r < 256 + (int)odd; r++)
						check(&(struct facts){
							r < 256 ? r : odd_results[r - 256],
							lens[l], dl, (uint8_t)rw,
							(enum tgt_data_dir)dir });
	}
}

static uint64_t next_random(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

static void random_ones(uint64_t seed, uint64_t n)
{
	static const int32_t results[] = { 0, 0, 0, 2, 4, 8, 0x20, 0x28, 7 };

	while (n--) {
		uint64_t a = next_random(&seed), b = next_random(&seed);

		check(&(struct facts){ results[a % 9], (uint32_t)(a >> (16 + b % 32)),
				       (uint32_t)(b >> (32 + a % 24)), (uint8_t)(b >> 8),
				       (enum tgt_data_dir)(b % 3) });
	}
}

static void shapes(void)
{
	static const uint32_t words[] = { 1, 2, 3, 0x80000000u, UINT32_MAX };
	const struct facts none = { 0 };

	for (uint32_t type = 0; type < 16; type++)
		for (size_t w = 0; w < sizeof(words) / sizeof(*words); w++)
			for (int huge = 0; huge < 2; huge++) {
				struct tgt_event ev;
				int32_t want = words[w] == 1 && type <= 1 && !huge ? 0 : -EINVAL;

				memset(&ev, 0xa5, sizeof(ev));
				ev.type = type + (huge ? 0xfffffff0u : 0);
				if (tgt_verdict_shape(&ev, words[w]) != want)
					fail(&none, "shape", !want, want);
				checked++;
			}
}

static void classes(void)
{
	static const struct { int32_t verdict; enum tgt_verdict_class class; } rows[] = {
		{ 0, TGT_VERDICT_OK }, { 1, TGT_VERDICT_CLAMPED }, { -EINVAL, TGT_VERDICT_EINVAL },
		{ -ENODEV, TGT_VERDICT_ENODEV }, { -ENOENT, TGT_VERDICT_ENOENT },
		{ -EALREADY, TGT_VERDICT_EALREADY }, { -EFAULT, TGT_VERDICT_EFAULT },
		{ -EPROTO, TGT_VERDICT_EPROTO }, { -EMSGSIZE, TGT_VERDICT_EMSGSIZE },
	};
	const struct facts none = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++, checked++)
		if (tgt_verdict_class(rows[i].verdict) != rows[i].class)
			fail(&none, "class", tgt_verdict_class(rows[i].verdict), rows[i].class);
}

int main(int argc, char **argv)
{
	uint64_t n = 2000000, seed = 1;

	for (int i = 1; i < argc; i++) {
		if (sscanf(argv[i], "count=%" SCNu64, &n) == 1 ||
		    (sscanf(argv[i], "seed=%" SCNu64, &seed) == 1 && seed))
			continue;
		fprintf(stderr, "usage: verdict-test [count=N] [seed=N]\n");
		return 64;
	}
	classes();
	shapes();
	every_combination();
	random_ones(seed, n);
	printf("verdict-test: %" PRIu64 " checked\n", checked);
	return 0;
}
