/* SPDX-License-Identifier: MIT */
/*
 * The simulator: by hand through its rings, event by event, and under the C
 * responder with restarts in the middle. `sim-test [seconds=N] [only=NAME]`.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "responder.h"

static double seconds = 1;
static const char *running = "";

#define CHECK(cond) do { if (!(cond)) fail(__LINE__, #cond); } while (0)
#define SAME(a, b) do { \
	long long got_ = (long long)(a), want_ = (long long)(b); \
	if (got_ != want_) { \
		fprintf(stderr, "got %lld, want %lld\n", got_, want_); \
		fail(__LINE__, #a " == " #b); \
	} } while (0)

static void fail(int line, const char *what)
{
	fprintf(stderr, "sim-test: %s: line %d: %s\n", running, line, what);
	abort();
}

static void sleep_ms(double ms)
{
	usleep((useconds_t)(ms * 1000));
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static struct tgt_sim *new_sim(struct tgt_sim_options o)
{
	struct tgt_sim *sim;

	if (!o.depth)
		o.depth = 8;
	if (!o.block)
		o.block = 4096;
	if (!o.seed)
		o.seed = 1;
	SAME(tgt_sim_create(&o, &sim), 0);
	return sim;
}

static struct tgt_telemetry *telemetry(struct tgt_sim *sim)
{
	return (struct tgt_telemetry *)((uint8_t *)tgt_sim_base(sim) + TGT_TELEMETRY_OFFSET);
}

#define TEL(sim, field) __atomic_load_n(&telemetry(sim)->field, __ATOMIC_RELAXED)

/* ---- an owner by hand --------------------------------------------------- */

struct hand {
	struct tgt_sim *sim;
	struct tgt_sim_file *file;
	struct tgt_ring kuring, ukring;
};

static void hand_open(struct hand *h, struct tgt_sim *sim)
{
	h->sim = sim;
	SAME(tgt_sim_open(sim, true, &h->file), 0);
	tgt_ring_init(&h->kuring, tgt_sim_base(sim));
	tgt_ring_init(&h->ukring, (uint8_t *)tgt_sim_base(sim) + TGT_RINGBUF_SIZE);
}

/* The next event of that type; anything else is a failure. */
static struct tgt_event hand_take(struct hand *h, uint32_t type)
{
	struct tgt_event ev;
	uint64_t stamp;

	SAME(tgt_sim_wait(h->file, -1, 5000000000, &stamp), TGT_SIM_DEVICE);
	CHECK(tgt_ring_peek(&h->kuring, &ev));
	SAME(ev.type, type);
	tgt_ring_release(&h->kuring);
	return ev;
}

static bool hand_idle(struct hand *h)
{
	uint64_t stamp;

	return tgt_sim_wait(h->file, -1, 0, &stamp) == 0;
}

static int32_t last_verdict(struct hand *h)
{
	const struct tgt_slot_stamp *stamps =
		(void *)((uint8_t *)telemetry(h->sim) + TEL(h->sim, ukring_stamps));
	uint32_t idx = h->ukring.idx - 1;
	const struct tgt_slot_stamp *s = &stamps[tgt_ring_slot(&h->ukring, idx)];

	SAME(__atomic_load_n(&s->index, __ATOMIC_ACQUIRE), idx);
	CHECK(__atomic_load_n(&s->t_ns, __ATOMIC_RELAXED) <= now_ns());
	return __atomic_load_n(&s->verdict, __ATOMIC_RELAXED);
}

static int32_t hand_say(struct hand *h, const struct tgt_event *ev)
{
	tgt_ring_publish(&h->ukring, ev);
	SAME(tgt_sim_kick(h->file), 0);
	SAME(TEL(h->sim, ukring_consumed), h->ukring.idx);
	CHECK(!tgt_ring_unread(&h->ukring));
	return last_verdict(h);
}

static struct tgt_event cmd_rsp(uint32_t cid, int32_t result, const void *data, uint32_t len,
				uint8_t rw)
{
	struct tgt_event ev;

	/* the k union of a daemon is whatever lay there */
	memset(&ev, 0xee, sizeof(ev));
	ev.type = TGT_UEVENT_CMD_RSP;
	ev.u.cmd_rsp.host_no = 0;
	ev.u.cmd_rsp.cid = cid;
	ev.u.cmd_rsp.len = len;
	ev.u.cmd_rsp.result = result;
	ev.u.cmd_rsp.uaddr = (uintptr_t)data;
	ev.u.cmd_rsp.rw = rw;
	return ev;
}

static int32_t hand_answer(struct hand *h, uint32_t cid, int32_t result, const void *data,
			   uint32_t len, uint8_t rw)
{
	struct tgt_event ev = cmd_rsp(cid, result, data, len, rw);

	return hand_say(h, &ev);
}

static int32_t hand_tmf_rsp(struct hand *h, uint64_t mid, int32_t result)
{
	struct tgt_event ev;

	memset(&ev, 0xee, sizeof(ev));
	ev.type = TGT_UEVENT_TSK_MGMT_RSP;
	ev.u.tsk_mgmt_rsp.host_no = 0;
	ev.u.tsk_mgmt_rsp.mid = mid;
	ev.u.tsk_mgmt_rsp.result = result;
	return hand_say(h, &ev);
}

/* ---- an initiator by hand ------------------------------------------------ */

struct command {
	struct tgt_sim_io io;
	int ended;		/* atomic: how often */
	uint8_t data[4096];
};

static void command_done(struct tgt_sim_io *io)
{
	__atomic_add_fetch(&((struct command *)io)->ended, 1, __ATOMIC_SEQ_CST);
}

static int ended(const struct command *c)
{
	return __atomic_load_n(&c->ended, __ATOMIC_SEQ_CST);
}

static void submit(struct tgt_sim *sim, struct command *c, enum tgt_data_dir dir, uint32_t len)
{
	memset(&c->io, 0, sizeof(c->io));
	c->io.scb[0] = dir == TGT_DIR_NONE ? 0x00 : dir == TGT_DIR_READ ? 0x28 : 0x2a;
	c->io.attribute = TGT_ATTR_SIMPLE;
	c->io.dir = dir;
	c->io.data = c->data;
	c->io.data_len = len;
	c->io.done = command_done;
	__atomic_store_n(&c->ended, 0, __ATOMIC_SEQ_CST);
	SAME(tgt_sim_submit(sim, &c->io), 0);
}

struct function {
	struct tgt_sim_tmf tmf;
	int ended;
};

static void function_done(struct tgt_sim_tmf *tmf)
{
	__atomic_add_fetch(&((struct function *)tmf)->ended, 1, __ATOMIC_SEQ_CST);
}

static void submit_tmf(struct tgt_sim *sim, struct function *f, int32_t function, uint64_t tag)
{
	memset(f, 0, sizeof(*f));
	f->tmf.function = function;
	f->tmf.tag = tag;
	f->tmf.done = function_done;
	SAME(tgt_sim_submit_tmf(sim, &f->tmf), 0);
}

/* ---- tests --------------------------------------------------------------- */

static void test_window(void)
{
	struct tgt_sim *sim = new_sim((struct tgt_sim_options){ 0 });
	const struct tgt_telemetry *t = telemetry(sim);
	struct tgt_sim_file *second;
	struct hand h;

	SAME(t->magic, TGT_TELEMETRY_MAGIC);
	SAME(t->version, TGT_TELEMETRY_VERSION);
	SAME(t->header_size, sizeof(*t));
	SAME(t->total_size % (uint32_t)getpagesize(), 0);
	SAME(t->features, TGT_FEATURE_DATA_ONLY | TGT_FEATURE_HOLD | TGT_FEATURE_EXCLUSIVE);
	SAME(t->nr_entry, 512);
	SAME(t->entry_size, 96);
	SAME(t->kuring_stamps % 8, 0);
	SAME(t->ukring_stamps, t->kuring_stamps + 512 * sizeof(struct tgt_slot_stamp));
	CHECK(t->ukring_stamps + 512 * sizeof(struct tgt_slot_stamp) <= t->total_size);
	SAME(TEL(sim, epoch), 0);
	SAME(TEL(sim, flags), 0);
	SAME(TEL(sim, owner_pid), 0);
	/* nobody can cut it short under a mapping */
	SAME(ftruncate(tgt_sim_memory(sim), 4096), -1);

	hand_open(&h, sim);
	SAME(TEL(sim, epoch), 1);
	SAME(TEL(sim, flags), TGT_FLAG_OWNER);
	SAME(TEL(sim, owner_pid), getpid());
	CHECK(TEL(sim, owner_start_ns));
	SAME(tgt_sim_open(sim, true, &second), -EBUSY);
	SAME(tgt_sim_hold(h.file, true), 0);
	SAME(TEL(sim, flags), TGT_FLAG_OWNER | TGT_FLAG_HOLD);
	tgt_sim_close(h.file);
	SAME(TEL(sim, flags), 0);
	SAME(TEL(sim, owner_pid), 0);
	tgt_sim_destroy(sim);
}

static void test_verdicts(void)
{
	struct tgt_sim *sim = new_sim((struct tgt_sim_options){ 0 });
	static struct command c;
	static uint8_t mine[8192];
	uint8_t sense[18] = { 0x70, 0, 5 };
	struct tgt_event ev;
	struct hand h;
	uint32_t cid;
	long page = sysconf(_SC_PAGESIZE);
	uint8_t *edge;

	hand_open(&h, sim);
	/* nothing there yet */
	SAME(hand_answer(&h, 1, 0, NULL, 0, 0), -ENOENT);
	SAME(hand_tmf_rsp(&h, 1, 0), -ENOENT);

	submit(sim, &c, TGT_DIR_READ, 4096);
	ev = hand_take(&h, TGT_KEVENT_CMD_REQ);
	cid = ev.k.cmd_req.cid;
	SAME(cid, 1);
	SAME(ev.k.cmd_req.host_no, 0);
	SAME(ev.k.cmd_req.data_len, 4096);
	SAME(ev.k.cmd_req.attribute, TGT_ATTR_SIMPLE);
	SAME(ev.k.cmd_req.tag, c.io.tag);
	SAME(ev.k.cmd_req.scb[0], 0x28);

	/* each of these leaves it outstanding */
	ev = cmd_rsp(cid, 0, mine, 4096, TGT_RW_READ);
	ev.type = TGT_KEVENT_CMD_REQ;
	SAME(hand_say(&h, &ev), -EINVAL);
	ev.type = 77;
	SAME(hand_say(&h, &ev), -EINVAL);
	SAME(TEL(sim, ukring_events[TGT_EVENT_TYPES]), 1);
	ev = cmd_rsp(cid, 0, mine, 4096, TGT_RW_READ);
	ev.u.cmd_rsp.host_no = 65536;
	SAME(hand_say(&h, &ev), -ENODEV);
	SAME(hand_answer(&h, cid + 1024, 0, mine, 4096, TGT_RW_READ), -ENOENT);
	SAME(hand_answer(&h, cid, 0x07, mine, 4096, TGT_RW_READ), -EINVAL);
	SAME(hand_answer(&h, cid, 0, mine, (16u << 20) + 1, TGT_RW_READ), -EMSGSIZE);
	SAME(hand_answer(&h, cid, 0, mine, 4096, TGT_RW_WRITE), -EPROTO);
	SAME(hand_answer(&h, cid, 0, (void *)8, 4096, TGT_RW_READ), -EFAULT);
	SAME(hand_answer(&h, cid, 0, (void *)~(uintptr_t)0xff, 4096, TGT_RW_READ), -EFAULT);
	SAME(hand_answer(&h, cid, 0, (void *)0xffff800000000000u, 4096, TGT_RW_READ), -EFAULT);
	SAME(hand_answer(&h, cid, 2, (void *)8, 18, TGT_RW_READ), -EFAULT);
	/* the second page is missing */
	edge = mmap(NULL, 2 * (size_t)page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(edge != MAP_FAILED);
	munmap(edge + page, (size_t)page);
	SAME(hand_answer(&h, cid, 0, edge + page - 100, 4096, TGT_RW_READ), -EFAULT);
	munmap(edge, (size_t)page);
	/* a status word other than 1 */
	ev = cmd_rsp(cid, 0, mine, 4096, TGT_RW_READ);
	tgt_ring_publish(&h.ukring, &ev);
	__atomic_store_n(&tgt_ring_hdr(&h.ukring, h.ukring.idx - 1)->status, 2, __ATOMIC_RELEASE);
	SAME(tgt_sim_kick(h.file), 0);
	SAME(last_verdict(&h), -EINVAL);
	SAME(ended(&c), 0);

	/* too long: clamped, and the rest untouched */
	memset(mine, 0x5a, sizeof(mine));
	SAME(hand_answer(&h, cid, 0, mine, 8192, TGT_RW_READ), 1);
	ev = hand_take(&h, TGT_KEVENT_CMD_DONE);
	SAME(ev.k.cmd_done.cid, cid);
	SAME(ev.k.cmd_done.result, 0);
	SAME(ended(&c), 1);
	SAME(c.io.moved, 4096);
	SAME(memcmp(c.data, mine, 4096), 0);
	SAME(hand_answer(&h, cid, 0, mine, 4096, TGT_RW_READ), -ENOENT);

	/* sense */
	submit(sim, &c, TGT_DIR_WRITE, 512);
	cid = hand_take(&h, TGT_KEVENT_CMD_REQ).k.cmd_req.cid;
	SAME(cid, 2);
	SAME(hand_answer(&h, cid, 2, sense, sizeof(sense), TGT_RW_READ), 0);
	SAME(hand_take(&h, TGT_KEVENT_CMD_DONE).k.cmd_done.result, 2);
	SAME(c.io.result, 2);
	SAME(c.io.sense_len, 18);
	SAME(memcmp(c.io.sense, sense, 18), 0);

	/* 0x20: dropped without a word, only an abort brings it back */
	submit(sim, &c, TGT_DIR_NONE, 0);
	cid = hand_take(&h, TGT_KEVENT_CMD_REQ).k.cmd_req.cid;
	SAME(hand_answer(&h, cid, 0x20, NULL, 0, 0), 0);
	CHECK(hand_idle(&h));
	SAME(hand_answer(&h, cid, 0, NULL, 0, 0), -ENOENT);
	SAME(ended(&c), 0);
	SAME(tgt_sim_cancel(sim, &c.io), 0);
	SAME(tgt_sim_cancel(sim, &c.io), -ENOENT);
	SAME(TEL(sim, outstanding), 0);

	CHECK(TEL(sim, verdicts[TGT_VERDICT_OK]) >= 2);
	SAME(TEL(sim, verdicts[TGT_VERDICT_CLAMPED]), 1);
	SAME(TEL(sim, verdicts[TGT_VERDICT_ENODEV]), 1);
	SAME(TEL(sim, verdicts[TGT_VERDICT_EMSGSIZE]), 1);
	SAME(TEL(sim, verdicts[TGT_VERDICT_EPROTO]), 1);
	SAME(TEL(sim, verdicts[TGT_VERDICT_EFAULT]), 5);
	SAME(TEL(sim, doorbells), TEL(sim, ukring_consumed));
	tgt_sim_close(h.file);
	tgt_sim_destroy(sim);
}

static void test_data_only(void)
{
	struct tgt_sim *sim = new_sim((struct tgt_sim_options){ 0 });
	static struct command c;
	static uint8_t mine[4096];
	struct hand h;
	uint32_t cid;

	hand_open(&h, sim);
	memset(c.data, 0x77, sizeof(c.data));
	submit(sim, &c, TGT_DIR_WRITE, 4096);
	cid = hand_take(&h, TGT_KEVENT_CMD_REQ).k.cmd_req.cid;
	SAME(hand_answer(&h, cid, 2, mine, 18, TGT_RW_WRITE | TGT_RW_DATA_ONLY), -EPROTO);
	SAME(hand_answer(&h, cid, 0, mine, 0, TGT_RW_WRITE | TGT_RW_DATA_ONLY), -EPROTO);
	SAME(hand_answer(&h, cid, 0, mine, 4096, TGT_RW_READ | TGT_RW_DATA_ONLY), -EPROTO);
	SAME(hand_answer(&h, cid, 0, mine, 4096, TGT_RW_WRITE | TGT_RW_DATA_ONLY), 0);
	SAME(mine[4095], 0x77);
	SAME(hand_take(&h, TGT_KEVENT_CMD_DONE).k.cmd_done.result, 0);
	SAME(ended(&c), 0);
	SAME(TEL(sim, outstanding), 1);
	/* the status follows, and depends on what came */
	SAME(hand_answer(&h, cid, 0x18, NULL, 0, TGT_RW_WRITE), 0);
	SAME(hand_take(&h, TGT_KEVENT_CMD_DONE).k.cmd_done.result, 0x18);
	SAME(ended(&c), 1);
	SAME(c.io.result, 0x18);
	SAME(c.io.moved, 4096);
	tgt_sim_close(h.file);
	tgt_sim_destroy(sim);
}

/* A responder that reads nothing: everything waits, nothing is lost or reordered. */
static void test_full(void)
{
	struct tgt_sim *sim = new_sim((struct tgt_sim_options){ 0 });
	struct command *all = calloc(TGT_SIM_COMMANDS, sizeof(*all)), extra;
	static struct tgt_sim_command table[TGT_SIM_COMMANDS];
	struct tgt_event ev;
	struct function f;
	struct hand h;

	hand_open(&h, sim);
	for (uint32_t i = 0; i < TGT_SIM_COMMANDS; i++)
		submit(sim, &all[i], TGT_DIR_NONE, 0);
	memset(&extra, 0, sizeof(extra));
	extra.io.done = command_done;
	SAME(tgt_sim_submit(sim, &extra.io), -EBUSY);
	submit_tmf(sim, &f, TGT_TMF_LUN_RESET, 0);
	SAME(TEL(sim, kuring_produced), 512);
	SAME(TEL(sim, kuring_full), TGT_SIM_COMMANDS - 512 + 1);
	SAME(TEL(sim, outstanding), TGT_SIM_COMMANDS);
	SAME(tgt_sim_commands(sim, table, TGT_SIM_COMMANDS), TGT_SIM_COMMANDS);
	SAME(table[0].cid, 1);
	SAME(table[0].state, TGT_SIM_SENT);
	SAME(table[511].state, TGT_SIM_SENT);
	SAME(table[512].state, TGT_SIM_QUEUED);
	/* one that waits is no command to the responder yet */
	SAME(hand_answer(&h, 600, 0, NULL, 0, 0), -ENOENT);
	/* answered without a place for its CMD_DONE: the status waits too */
	SAME(hand_answer(&h, 1, 0, NULL, 0, 0), 0);
	SAME(ended(&all[0]), 0);
	SAME(hand_answer(&h, 1, 0, NULL, 0, 0), -EALREADY);
	tgt_sim_commands(sim, table, TGT_SIM_COMMANDS);
	SAME(table[0].state, TGT_SIM_DONE_QUEUED);
	/* nor is a function that waits */
	SAME(hand_tmf_rsp(&h, f.tmf.mid, 0), -ENOENT);

	/* the first 512 are read: the rest comes, in order, then the function, then the DONE */
	for (uint32_t i = 0; i < TGT_SIM_COMMANDS; i++)
		SAME(hand_take(&h, TGT_KEVENT_CMD_REQ).k.cmd_req.cid, i + 1);
	SAME(hand_take(&h, TGT_KEVENT_TSK_MGMT_REQ).k.tsk_mgmt_req.mid, f.tmf.mid);
	SAME(hand_take(&h, TGT_KEVENT_CMD_DONE).k.cmd_done.cid, 1);
	SAME(ended(&all[0]), 1);

	/* two doorbells' worth of answers, no CMD_DONE read in between */
	for (uint32_t i = 1; i < 513; i++) {
		ev = cmd_rsp(i + 1, 0, NULL, 0, 0);
		tgt_ring_publish(&h.ukring, &ev);
	}
	SAME(tgt_sim_kick(h.file), 0);
	for (uint32_t i = 513; i < TGT_SIM_COMMANDS; i++) {
		ev = cmd_rsp(i + 1, 0x08, NULL, 0, 0);
		tgt_ring_publish(&h.ukring, &ev);
	}
	SAME(tgt_sim_kick(h.file), 0);
	SAME(TEL(sim, ukring_consumed), h.ukring.idx);
	for (uint32_t i = 1; i < TGT_SIM_COMMANDS; i++) {
		ev = hand_take(&h, TGT_KEVENT_CMD_DONE);
		SAME(ev.k.cmd_done.cid, i + 1);
		SAME(ev.k.cmd_done.result, i < 513 ? 0 : 0x08);
		SAME(ended(&all[i]), 1);
	}
	SAME(hand_tmf_rsp(&h, f.tmf.mid, 0), 0);
	CHECK(hand_idle(&h));
	SAME(TEL(sim, outstanding), 0);
	tgt_sim_close(h.file);
	tgt_sim_destroy(sim);
	free(all);
}

/* Rings are evidence until the next owner, who gets the unfinished again. */
static void test_owners(void)
{
	struct tgt_sim *sim = new_sim((struct tgt_sim_options){ 0 });
	static struct command a, b, c;
	struct function f;
	struct tgt_event ev;
	struct hand h;
	uint64_t mid;

	submit(sim, &a, TGT_DIR_NONE, 0);
	SAME(TEL(sim, kuring_produced), 0);
	hand_open(&h, sim);
	SAME(hand_take(&h, TGT_KEVENT_CMD_REQ).k.cmd_req.cid, 1);
	submit(sim, &b, TGT_DIR_NONE, 0);
	submit_tmf(sim, &f, TGT_TMF_ABORT_TASK, b.io.tag);
	mid = f.tmf.mid;
	hand_take(&h, TGT_KEVENT_CMD_REQ);
	ev = cmd_rsp(1, 0, NULL, 0, 0);
	tgt_ring_publish(&h.ukring, &ev);
	tgt_sim_close(h.file);		/* dies before the doorbell */

	submit(sim, &c, TGT_DIR_NONE, 0);
	SAME(TEL(sim, kuring_produced), 3);
	CHECK(tgt_ring_unread(&h.ukring));
	hand_open(&h, sim);
	SAME(TEL(sim, epoch), 2);
	SAME(TEL(sim, ukring_consumed), 0);
	CHECK(!tgt_ring_unread(&h.ukring));
	SAME(hand_take(&h, TGT_KEVENT_CMD_REQ).k.cmd_req.cid, 1);
	SAME(hand_take(&h, TGT_KEVENT_CMD_REQ).k.cmd_req.cid, 2);
	SAME(hand_take(&h, TGT_KEVENT_CMD_REQ).k.cmd_req.cid, 3);
	ev = hand_take(&h, TGT_KEVENT_TSK_MGMT_REQ);
	SAME(ev.k.tsk_mgmt_req.mid, mid);
	SAME(ev.k.tsk_mgmt_req.tag, b.io.tag);
	SAME(ev.k.tsk_mgmt_req.function, TGT_TMF_ABORT_TASK);
	CHECK(hand_idle(&h));

	/* aborted: gone without a CMD_DONE, also for an answer in the same batch */
	SAME(hand_tmf_rsp(&h, mid, 0), 0);
	SAME(hand_answer(&h, 2, 0, NULL, 0, 0), -ENOENT);
	SAME(hand_tmf_rsp(&h, mid, 0), -ENOENT);
	SAME(ended(&b), 1);
	SAME(b.io.result, TGT_SIM_DID_ABORT);
	SAME(__atomic_load_n(&f.ended, __ATOMIC_SEQ_CST), 1);
	SAME(hand_answer(&h, 1, 0, NULL, 0, 0), 0);
	SAME(hand_take(&h, TGT_KEVENT_CMD_DONE).k.cmd_done.cid, 1);
	CHECK(hand_idle(&h));
	SAME(ended(&c), 0);
	/* destroyed with one in flight and the owner's file still open */
	tgt_sim_destroy(sim);
	SAME(ended(&c), 1);
	SAME(c.io.result, TGT_SIM_DID_NO_CONNECT);
	SAME(tgt_sim_kick(h.file), -ENODEV);
	tgt_sim_close(h.file);
}

/* Whom an answered function takes along, and whom not. */
static void test_functions(void)
{
	static const int32_t answers[] = { 0, -EEXIST, -EINVAL };

	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		struct tgt_sim *sim = new_sim((struct tgt_sim_options){ 0 });
		static struct command before, after;
		int32_t late = answers[i] == -EINVAL ? 0 : -ENOENT;
		struct function f;
		struct hand h;

		hand_open(&h, sim);
		submit(sim, &before, TGT_DIR_NONE, 0);
		submit_tmf(sim, &f, TGT_TMF_LUN_RESET, 0);
		submit(sim, &after, TGT_DIR_NONE, 0);
		hand_take(&h, TGT_KEVENT_CMD_REQ);
		hand_take(&h, TGT_KEVENT_TSK_MGMT_REQ);
		hand_take(&h, TGT_KEVENT_CMD_REQ);
		SAME(hand_tmf_rsp(&h, f.tmf.mid, answers[i]), 0);
		SAME(f.ended, 1);
		SAME(f.tmf.result, answers[i]);
		SAME(hand_answer(&h, before.io.cid, 0, NULL, 0, 0), late);
		SAME(ended(&before), 1);
		SAME(before.io.result, late ? TGT_SIM_DID_ABORT : 0);
		SAME(hand_answer(&h, after.io.cid, 0, NULL, 0, 0), 0);
		SAME(ended(&after), 1);
		SAME(after.io.result, 0);
		tgt_sim_close(h.file);
		tgt_sim_destroy(sim);
	}
}

/* ---- waiting ------------------------------------------------------------- */

struct waiter {
	struct tgt_sim_file *file;
	int wake_fd;
	int bits;
};

static void *wait_for_ever(void *arg)
{
	struct waiter *w = arg;
	uint64_t stamp;

	w->bits = tgt_sim_wait(w->file, w->wake_fd, -1, &stamp);
	return NULL;
}

static void ignore(int signal)
{
	(void)signal;
}

/* The first of these sleeps is cut short by a signal, the second by its clock. */
static int ticks(void *context, int64_t timeout_ns, uint64_t *stamp)
{
	int *slept = context;

	SAME(timeout_ns, TGT_SIM_TICK);
	*stamp = now_ns();
	return ++*slept == 1 ? -EINTR : 0;
}

static void test_wait(void)
{
	int slept = 0;
	struct tgt_sim *sim = new_sim((struct tgt_sim_options){ 0 });
	struct tgt_sim_file *observer;
	struct waiter w = { .wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC) };
	static struct command c, later;
	struct sigaction sa = { .sa_handler = ignore };
	uint64_t stamp, produced, before;
	pthread_t thread;
	struct hand h;

	sigaction(SIGUSR1, &sa, NULL);
	hand_open(&h, sim);
	before = now_ns();
	SAME(tgt_sim_wait(h.file, -1, 20000000, &stamp), 0);
	CHECK(stamp - before >= 20000000);
	SAME(tgt_sim_wait_by(h.file, -1, TGT_SIM_TICK, &stamp, ticks, &slept), 0);
	SAME(slept, 2);
	SAME(tgt_sim_wait(h.file, 9999, 0, &stamp), -EBADF);
	CHECK(eventfd_write(w.wake_fd, 1) == 0);
	SAME(tgt_sim_wait(h.file, w.wake_fd, -1, &stamp), TGT_SIM_WAKE);
	SAME(tgt_sim_wait(h.file, w.wake_fd, 0, &stamp), 0);

	/* signals do not end it, a wake does, both at once are both reported */
	w.file = h.file;
	pthread_create(&thread, NULL, wait_for_ever, &w);
	sleep_ms(20);
	pthread_kill(thread, SIGUSR1);
	sleep_ms(20);
	submit(sim, &c, TGT_DIR_NONE, 0);
	pthread_join(thread, NULL);
	SAME(w.bits, TGT_SIM_DEVICE);
	CHECK(eventfd_write(w.wake_fd, 1) == 0);
	SAME(tgt_sim_wait(h.file, w.wake_fd, -1, &stamp), TGT_SIM_DEVICE | TGT_SIM_WAKE);
	hand_take(&h, TGT_KEVENT_CMD_REQ);

	/* an observer sees what was produced or consumed since it opened or looked */
	SAME(tgt_sim_open(sim, false, &observer), 0);
	SAME(tgt_sim_kick(observer), -EBADF);
	SAME(tgt_sim_hold(observer, true), -EPERM);
	SAME(tgt_sim_read_mark(h.file, &produced), -EINVAL);
	SAME(tgt_sim_wait(observer, -1, 0, &stamp), 0);
	submit(sim, &later, TGT_DIR_NONE, 0);
	SAME(tgt_sim_wait(observer, -1, 0, &stamp), TGT_SIM_DEVICE);
	SAME(tgt_sim_read_mark(observer, &produced), 0);
	SAME(produced, 2);
	SAME(tgt_sim_wait(observer, -1, 0, &stamp), 0);
	hand_take(&h, TGT_KEVENT_CMD_REQ);
	w.file = observer;
	pthread_create(&thread, NULL, wait_for_ever, &w);
	sleep_ms(20);
	SAME(hand_answer(&h, 12345, 0, NULL, 0, 0), -ENOENT);
	pthread_join(thread, NULL);
	SAME(w.bits, TGT_SIM_DEVICE);
	SAME(tgt_sim_read_mark(observer, &produced), 0);
	SAME(produced, 2);

	/* closing ends the wait, and so does the end of the simulator */
	tgt_sim_file_get(observer);
	pthread_create(&thread, NULL, wait_for_ever, &w);
	sleep_ms(20);
	tgt_sim_close(observer);
	pthread_join(thread, NULL);
	SAME(w.bits, TGT_SIM_GONE);
	tgt_sim_file_put(observer);
	w.file = h.file;
	pthread_create(&thread, NULL, wait_for_ever, &w);
	sleep_ms(20);
	tgt_sim_destroy(sim);
	pthread_join(thread, NULL);
	SAME(w.bits, TGT_SIM_GONE);
	tgt_sim_close(h.file);
	close(w.wake_fd);
}

static void spin_ns(uint64_t ns)
{
	uint64_t end = now_ns() + ns;

	while (now_ns() < end)
		;
}

struct pinger {
	struct tgt_sim *sim;
	uint64_t rounds;
	bool over;	/* atomic */
};

/* One command at a time, sent in the very moment in which the owner falls asleep. */
static void *ping(void *arg)
{
	struct pinger *p = arg;
	static struct command c;
	uint64_t random = 1234567;
	double end = (double)now_ns() + seconds * 1e9;

	while ((double)now_ns() < end) {
		submit(p->sim, &c, TGT_DIR_NONE, 0);
		while (!ended(&c))
			;
		random = random * 6364136223846793005ull + 1442695040888963407ull;
		spin_ns(random >> 52);
		p->rounds++;
	}
	__atomic_store_n(&p->over, true, __ATOMIC_SEQ_CST);
	submit(p->sim, &c, TGT_DIR_NONE, 0);
	return NULL;
}

/* No event may find the owner asleep and leave it so; nor an observer. */
static void test_wake_ups(void)
{
	struct tgt_sim *sim = new_sim((struct tgt_sim_options){ 0 });
	struct pinger p = { .sim = sim };
	struct tgt_event ev;
	uint64_t stamp, slept = 0;
	pthread_t thread;
	struct hand h;

	hand_open(&h, sim);
	pthread_create(&thread, NULL, ping, &p);
	while (!__atomic_load_n(&p.over, __ATOMIC_SEQ_CST)) {
		SAME(tgt_sim_wait(h.file, -1, 5000000000, &stamp), TGT_SIM_DEVICE);
		while (tgt_ring_peek(&h.kuring, &ev)) {
			tgt_ring_release(&h.kuring);
			if (ev.type != TGT_KEVENT_CMD_REQ)
				continue;
			ev = cmd_rsp(ev.k.cmd_req.cid, 0, NULL, 0, 0);
			tgt_ring_publish(&h.ukring, &ev);
			SAME(tgt_sim_kick(h.file), 0);
		}
	}
	pthread_join(thread, NULL);
	slept = TEL(sim, wakeups);
	CHECK(p.rounds > 100);
	CHECK(slept > 20);
	/* never woken when it was awake: at most once per command and once per DONE */
	CHECK(slept <= 2 * p.rounds + 2);
	tgt_sim_destroy(sim);
	tgt_sim_close(h.file);
}

/* ---- with the C responder ------------------------------------------------ */

static void *respond(void *arg)
{
	SAME(responder_run(arg, 0), 0);
	return NULL;
}

/* For s seconds, and on a busy machine until so many commands are through. */
static void run_for(struct tgt_sim *sim, struct ram_store *store, struct responder *r, double s,
		    uint64_t at_least)
{
	struct tgt_sim_stats stats;
	uint64_t end = now_ns() + 30000000000ull;
	pthread_t thread;

	SAME(responder_open(r, sim, store), 0);
	pthread_create(&thread, NULL, respond, r);
	sleep_ms(s * 1000);
	for (;;) {
		tgt_sim_get_stats(sim, &stats);
		if (stats.completed >= at_least || now_ns() > end)
			break;
		sleep_ms(10);
	}
	responder_stop(r);
	pthread_join(thread, NULL);
	responder_close(r);
}

static void expect_clean(struct tgt_sim *sim, uint64_t at_least)
{
	struct tgt_sim_stats s;

	tgt_sim_get_stats(sim, &s);
	SAME(s.corrupt, 0);
	SAME(s.failed, 0);
	SAME(s.aborted, 0);
	CHECK(s.completed >= at_least);
}

static void test_workload(void)
{
	static const struct tgt_sim_options kinds[] = {
		{ .depth = 1, .read = 50, .block = 512 },
		{ .depth = 4, .read = 70, .block = 4096 },
		{ .depth = 128, .read = 30, .block = 4096 },
		{ .depth = 512, .read = 100, .block = 512 },
		{ .depth = 32, .read = 0, .block = 65536 },
		{ .depth = 8, .read = 50, .block = 1 << 20 },
		{ .depth = 1, .read = 50, .block = 512, .delay_us = 50, .delay_spins = true },
		{ .depth = 32, .read = 50, .block = 4096, .delay_us = 300 },
	};
	struct ram_store store;

	SAME(ram_store_open(&store, 131072), 0);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct tgt_sim *sim = new_sim(kinds[i]);
		struct responder r = { .attention = true };

		SAME(tgt_sim_start(sim), 0);
		run_for(sim, &store, &r, seconds / 4, 20);
		expect_clean(sim, 20);
		SAME(atomic_load(&r.rejected), 0);
		tgt_sim_destroy(sim);
	}
	/* fewer blocks than commands: never two on the same, still running */
	ram_store_close(&store);
	SAME(ram_store_open(&store, 24), 0);
	struct tgt_sim *sim = new_sim((struct tgt_sim_options){ .depth = 64, .read = 50, .block = 4096 });
	struct responder r = { 0 };

	SAME(tgt_sim_start(sim), 0);
	run_for(sim, &store, &r, seconds / 4, 20);
	expect_clean(sim, 20);
	tgt_sim_destroy(sim);
	ram_store_close(&store);
}

static void test_count_and_rate(void)
{
	struct tgt_sim_options o = { .depth = 16, .read = 50, .count = 1000 };
	struct tgt_sim *sim = new_sim(o);
	struct tgt_sim_stats s;
	struct responder r = { 0 };
	struct ram_store store;
	pthread_t thread;
	uint64_t begin;

	SAME(ram_store_open(&store, 65536), 0);
	SAME(responder_open(&r, sim, &store), 0);
	pthread_create(&thread, NULL, respond, &r);
	SAME(tgt_sim_start(sim), 0);
	SAME(tgt_sim_start(sim), -EALREADY);
	do {
		sleep_ms(1);
		tgt_sim_get_stats(sim, &s);
	} while (!s.finished);
	SAME(s.issued, 1000);
	SAME(s.completed, 1000);
	responder_stop(&r);
	pthread_join(thread, NULL);
	responder_close(&r);
	expect_clean(sim, 1000);
	tgt_sim_destroy(sim);

	o.count = 0;
	o.rate = 1000;
	sim = new_sim(o);
	SAME(tgt_sim_start(sim), 0);
	begin = now_ns();
	r = (struct responder){ 0 };
	run_for(sim, &store, &r, 0.5, 20);
	tgt_sim_get_stats(sim, &s);
	/* never faster; slower when this machine is busy, since nothing is made up for */
	CHECK(s.issued <= (now_ns() - begin) / 1000000 + o.depth + 1);
	CHECK(s.issued >= 20);
	tgt_sim_destroy(sim);
	ram_store_close(&store);
}

/* Responders come and go; each dies at any point of its loop. */
static void test_restart(void)
{
	struct tgt_sim *sim = new_sim((struct tgt_sim_options){ .depth = 64, .read = 60 });
	uint64_t random = 88172645463325252ull;
	uint64_t end = now_ns() + (uint64_t)(seconds * 1e9);
	struct ram_store store;
	uint32_t lives = 0;

	SAME(ram_store_open(&store, 65536), 0);
	SAME(tgt_sim_start(sim), 0);
	while (now_ns() < end) {
		struct responder r = { 0 };
		struct tgt_event ev;

		random = random * 6364136223846793005ull + 1442695040888963407ull;
		if (random >> 63) {
			run_for(sim, &store, &r, (double)(random >> 40 & 0xff) / 10000, 0);
		} else {
			/* takes some, answers some of them, rings no doorbell */
			SAME(responder_open(&r, sim, &store), 0);
			SAME(responder_run(&r, 1 + (random >> 40 & 0x3ff)), 0);
			for (uint32_t i = 0; i < (random >> 50 & 7) && tgt_ring_peek(&r.kuring, &ev); i++)
				tgt_ring_release(&r.kuring);
			responder_close(&r);
		}
		lives++;
		SAME(TEL(sim, epoch), lives);
	}
	struct responder r = { 0 };

	run_for(sim, &store, &r, 0.1, 1000);
	expect_clean(sim, 1000);
	CHECK(lives > 10);
	tgt_sim_destroy(sim);
	ram_store_close(&store);
}

static void test_moods(void)
{
	struct tgt_sim *sim = new_sim((struct tgt_sim_options){ .depth = 16, .read = 70 });
	struct responder r = { .busy_every = 17, .attention = true };
	struct tgt_sim_stats s;
	struct ram_store store;

	SAME(ram_store_open(&store, 4096), 0);
	SAME(tgt_sim_start(sim), 0);
	run_for(sim, &store, &r, seconds / 2, 100);
	expect_clean(sim, 100);		/* BUSY and UNIT ATTENTION are retried */
	tgt_sim_destroy(sim);

	/* a disk that lies is found out */
	sim = new_sim((struct tgt_sim_options){ .depth = 16, .read = 70 });
	r = (struct responder){ .lie_every = 50 };
	SAME(tgt_sim_start(sim), 0);
	run_for(sim, &store, &r, seconds / 2, 1000);
	tgt_sim_get_stats(sim, &s);
	CHECK(s.corrupt > 0);
	SAME(s.failed, 0);
	tgt_sim_destroy(sim);
	ram_store_close(&store);
}

/* READ(16), far above 2^32 blocks: a sparse store of 4 TiB. */
static void test_far(void)
{
	struct tgt_sim *sim = new_sim((struct tgt_sim_options){ .depth = 8, .read = 50 });
	struct responder r = { 0 };
	struct ram_store store;

	if (ram_store_open(&store, 1ull << 33)) {
		fprintf(stderr, "sim-test: far: no 4 TiB of address space here: %s\n", strerror(errno));
		exit(1);
	}
	SAME(tgt_sim_start(sim), 0);
	run_for(sim, &store, &r, seconds / 4, 100);
	expect_clean(sim, 100);
	tgt_sim_destroy(sim);
	ram_store_close(&store);
}

/* ---- time ----------------------------------------------------------------- */

static void test_timeouts(void)
{
	struct tgt_sim_options o = { .depth = 4, .read = 100, .timeout_ms = 150, .abort_ms = 200 };
	struct tgt_sim *sim = new_sim(o);
	struct tgt_sim_stats s;
	struct ram_store store;
	struct responder r = { 0 };
	struct tgt_event ev;
	struct hand h;
	uint32_t tmfs = 0, first = 0;
	pthread_t thread;

	/* the probe succeeds, then nobody answers */
	SAME(ram_store_open(&store, 65536), 0);
	SAME(responder_open(&r, sim, &store), 0);
	SAME(tgt_sim_start(sim), 0);
	SAME(responder_run(&r, 60), 0);
	responder_close(&r);

	/* without an owner nothing times out */
	sleep_ms(500);
	tgt_sim_get_stats(sim, &s);
	SAME(s.aborted, 0);
	/* nor while the owner holds */
	hand_open(&h, sim);
	SAME(tgt_sim_hold(h.file, true), 0);
	first = hand_take(&h, TGT_KEVENT_CMD_REQ).k.cmd_req.cid;
	for (int i = 1; i < 4; i++)
		hand_take(&h, TGT_KEVENT_CMD_REQ);
	sleep_ms(500);
	CHECK(hand_idle(&h));
	SAME(tgt_sim_hold(h.file, false), 0);

	/* then each gets an ABORT TASK: obeyed, refused, and left without an answer */
	while (tmfs < 3) {
		uint64_t stamp;

		CHECK(tgt_sim_wait(h.file, -1, 5000000000, &stamp) & TGT_SIM_DEVICE);
		CHECK(tgt_ring_peek(&h.kuring, &ev));
		tgt_ring_release(&h.kuring);
		if (ev.type != TGT_KEVENT_TSK_MGMT_REQ)
			continue;
		SAME(ev.k.tsk_mgmt_req.function, TGT_TMF_ABORT_TASK);
		if (tmfs < 2)
			SAME(hand_tmf_rsp(&h, ev.k.tsk_mgmt_req.mid, tmfs ? -EEXIST : 0), 0);
		tmfs++;
	}
	do {
		sleep_ms(5);
		tgt_sim_get_stats(sim, &s);
	} while (s.aborted < 3);
	SAME(hand_answer(&h, first, 0, NULL, 0, 0), -ENOENT);
	SAME(s.failed, 0);
	SAME(s.corrupt, 0);
	tgt_sim_close(h.file);

	/* and life goes on */
	r = (struct responder){ 0 };
	SAME(responder_open(&r, sim, &store), 0);
	pthread_create(&thread, NULL, respond, &r);
	do {
		sleep_ms(5);
		tgt_sim_get_stats(sim, &s);
	} while (s.completed <= 70);
	responder_stop(&r);
	pthread_join(thread, NULL);
	responder_close(&r);
	SAME(s.failed, 0);
	tgt_sim_destroy(sim);
	ram_store_close(&store);
}

/* Every command is aborted; its end and its function's come close together. */
static void test_aborts(void)
{
	struct tgt_sim_options o = { .depth = 64, .timeout_ms = 1, .read = 100 };
	struct tgt_sim *sim = new_sim(o);
	struct tgt_sim_stats s;
	struct ram_store store;
	struct responder r = { 0 };
	struct tgt_event ev;
	struct hand h;
	uint64_t end, stamp;

	SAME(ram_store_open(&store, 65536), 0);
	SAME(responder_open(&r, sim, &store), 0);
	SAME(tgt_sim_start(sim), 0);
	SAME(responder_run(&r, 60), 0);
	responder_close(&r);

	hand_open(&h, sim);
	end = now_ns() + (uint64_t)(seconds * 1e9);
	do {
		(void)tgt_sim_wait(h.file, -1, 10000000, &stamp);
		while (tgt_ring_peek(&h.kuring, &ev)) {
			tgt_ring_release(&h.kuring);
			if (ev.type == TGT_KEVENT_TSK_MGMT_REQ)
				CHECK(hand_tmf_rsp(&h, ev.k.tsk_mgmt_req.mid, 0) <= 0);
		}
		tgt_sim_get_stats(sim, &s);
	} while (now_ns() < end || s.aborted <= 64);
	CHECK(s.issued - s.completed <= 64);
	CHECK(TEL(sim, outstanding) <= 64);
	tgt_sim_close(h.file);
	tgt_sim_destroy(sim);
	ram_store_close(&store);
}

/* Created, started and destroyed at every moment, with and without an owner. */
static void test_destroy(void)
{
	struct ram_store store;

	SAME(ram_store_open(&store, 65536), 0);
	for (int i = 0; i < 40; i++) {
		struct tgt_sim *sim = new_sim((struct tgt_sim_options){ .depth = 32, .read = 50 });
		struct responder r = { 0 };
		pthread_t thread;
		bool attached = i % 4;

		if (attached) {
			SAME(responder_open(&r, sim, &store), 0);
			pthread_create(&thread, NULL, respond, &r);
		}
		SAME(tgt_sim_start(sim), 0);
		sleep_ms(i % 7 * 2);
		tgt_sim_destroy(sim);
		if (attached) {
			pthread_join(thread, NULL);
			responder_close(&r);
		}
	}
	ram_store_close(&store);
}

static void *start(void *sim)
{
	int err = tgt_sim_start(sim);

	CHECK(!err || err == -ENODEV);
	tgt_sim_put(sim);
	return NULL;
}

/* Started by one thread while another destroys it: no initiator outlives it. */
static void test_start_destroy(void)
{
	for (int i = 0; i < 200; i++) {
		struct tgt_sim *sim = new_sim((struct tgt_sim_options){ 0 });
		pthread_t thread;

		tgt_sim_get(sim);
		pthread_create(&thread, NULL, start, sim);
		spin_ns(i * 1000);
		tgt_sim_destroy(sim);
		pthread_join(thread, NULL);
	}
}

struct late {
	struct tgt_sim *sim;
	struct command command;
};

static void *submit_late(void *arg)
{
	struct late *late = arg;

	sleep_ms(10);
	submit(late->sim, &late->command, TGT_DIR_NONE, 0);
	return NULL;
}

static uint64_t published(struct tgt_sim *sim, uint32_t idx)
{
	const struct tgt_slot_stamp *stamps =
		(void *)((uint8_t *)telemetry(sim) + TEL(sim, kuring_stamps));

	SAME(__atomic_load_n(&stamps[idx].index, __ATOMIC_ACQUIRE), idx);
	return __atomic_load_n(&stamps[idx].t_ns, __ATOMIC_RELAXED);
}

/* Who sleeps hears late of what the ring has had all the time, who is awake at once. */
static void delayed_by(uint32_t ms, bool spins)
{
	struct tgt_sim *sim = new_sim((struct tgt_sim_options){
		.depth = 1, .block = 512, .delay_us = ms * 1000, .delay_spins = spins });
	struct late late = { .sim = sim };
	struct tgt_sim_command seen;
	uint64_t stamp, begin, took;
	pthread_t thread;
	struct hand h;

	hand_open(&h, sim);
	pthread_create(&thread, NULL, submit_late, &late);
	/* a poll() that ends for another reason does not see it either */
	while (!tgt_sim_wait(h.file, -1, 1000000, &stamp)) {
		begin = now_ns();
		tgt_sim_commands(sim, &seen, 1);
		CHECK(now_ns() - begin < ms * 500000ull);
	}
	CHECK(stamp - published(sim, 0) >= ms * 1000000ull);
	hand_take(&h, TGT_KEVENT_CMD_REQ);
	pthread_join(thread, NULL);

	SAME(hand_answer(&h, late.command.io.cid, 0, NULL, 0, TGT_RW_READ), 0);
	SAME(tgt_sim_wait(h.file, -1, -1, &stamp), TGT_SIM_DEVICE);
	took = stamp - published(sim, 1);
	CHECK(took < ms * 1000000ull);
	hand_take(&h, TGT_KEVENT_CMD_DONE);
	SAME(ended(&late.command), 1);
	tgt_sim_close(h.file);
	tgt_sim_destroy(sim);
}

static void test_delay(void)
{
	struct tgt_sim *sim = new_sim((struct tgt_sim_options){
		.depth = 1, .block = 512, .delay_us = 1000000 });
	struct waiter w = { .wake_fd = -1 };
	pthread_t thread;
	uint64_t begin;

	delayed_by(50, false);
	delayed_by(50, true);

	/* one that is destroyed does not wait for the end of it */
	SAME(tgt_sim_open(sim, true, &w.file), 0);
	pthread_create(&thread, NULL, wait_for_ever, &w);
	sleep_ms(10);
	SAME(tgt_sim_start(sim), 0);
	sleep_ms(20);
	SAME(TEL(sim, kuring_produced), 1);
	begin = now_ns();
	tgt_sim_destroy(sim);
	CHECK(now_ns() - begin < 600000000);
	pthread_join(thread, NULL);
	SAME(w.bits, TGT_SIM_GONE);
	tgt_sim_close(w.file);
}

static void test_options(void)
{
	static const struct tgt_sim_options wrong[] = {
		{ .depth = 0, .block = 512 },
		{ .depth = 513, .block = 512 },
		{ .depth = 1, .block = 500 },
		{ .depth = 1, .block = 2 << 20 },
		{ .depth = 1, .block = 512, .read = 101 },
		{ .depth = 1, .block = 512, .lun = 16384 },
		{ .depth = 1, .block = 512, .delay_us = 1000001 },
	};
	struct tgt_sim *sim;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		SAME(tgt_sim_create(&wrong[i], &sim), -EINVAL);
}

static const struct {
	const char *name;
	void (*run)(void);
	bool huge;	/* needs terabytes of address space: not under ThreadSanitizer */
} tests[] = {
	{ "options", test_options, false },
	{ "window", test_window, false },
	{ "verdicts", test_verdicts, false },
	{ "data-only", test_data_only, false },
	{ "full", test_full, false },
	{ "owners", test_owners, false },
	{ "functions", test_functions, false },
	{ "wait", test_wait, false },
	{ "wake-ups", test_wake_ups, false },
	{ "timeouts", test_timeouts, false },
	{ "aborts", test_aborts, false },
	{ "workload", test_workload, false },
	{ "count-and-rate", test_count_and_rate, false },
	{ "restart", test_restart, false },
	{ "moods", test_moods, false },
	{ "far", test_far, true },
	{ "delay", test_delay, false },
	{ "destroy", test_destroy, false },
	{ "start-destroy", test_start_destroy, false },
};

int main(int argc, char **argv)
{
	const char *only = NULL;
	int ran = 0;

	for (int i = 1; i < argc; i++) {
		if (!strncmp(argv[i], "only=", 5)) {
			only = argv[i] + 5;
		} else if (sscanf(argv[i], "seconds=%lf", &seconds) != 1) {
			fprintf(stderr, "usage: sim-test [seconds=N] [only=NAME]\n");
			return 64;
		}
	}
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		uint64_t begin = now_ns();

		if (only && strcmp(only, tests[i].name))
			continue;
		running = tests[i].name;
#ifdef NO_HUGE_MAPS
		if (tests[i].huge) {
			printf("sim-test: %-16s left to the other builds\n", running);
			continue;
		}
#endif
		tests[i].run();
		ran++;
		printf("sim-test: %-16s ok %5.0f ms\n", running, (double)(now_ns() - begin) / 1e6);
		fflush(stdout);
	}
	return ran ? 0 : 64;
}
