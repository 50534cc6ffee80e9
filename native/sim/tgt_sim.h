/* SPDX-License-Identifier: MIT */
/*
 * The simulator: the kernel half of /dev/tgt in this process, with an
 * initiator that keeps commands in flight and verifies what it reads.
 *
 * Everything here may be called from any thread. Calls return 0 (or what they
 * say) or a negative errno. A struct tgt_sim_file plays the open file: the
 * owner's (one at a time) or an observer's; one thread at a time waits on it.
 */
#ifndef TGT_SIM_H
#define TGT_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tgt_ring.h"
#include "tgt_verdict.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tgt_sim;
struct tgt_sim_file;

struct tgt_sim_options {
	uint32_t depth;		/* commands kept in flight, 1..512 */
	uint32_t read;		/* percent of READs, 0..100 */
	uint32_t block;		/* bytes per transfer, a multiple of 512, at most 1 MiB */
	uint32_t rate;		/* commands per second, 0 = as fast as it goes */
	uint64_t seed;
	uint32_t lun;		/* 0..16383 */
	uint64_t count;		/* stop after so many, 0 = never */
	uint32_t timeout_ms;	/* of a command, 0 = 30 s */
	uint32_t abort_ms;	/* to wait for TSK_MGMT_RSP, 0 = 5 s */
	uint32_t delay_us;	/* quirk: between an event and the wake-up of an owner who sleeps */
	bool delay_spins;	/* it is spent busy, else asleep */
};

struct tgt_sim_stats {
	uint64_t issued;	/* of the workload; the probe does not count */
	uint64_t completed;	/* ended, in whatever way */
	uint64_t failed;	/* of these: status or host byte other than GOOD, or short */
	uint64_t corrupt;	/* READs whose bytes are not what had been written */
	uint64_t aborted;	/* of the completed: timed out and taken back */
	bool finished;		/* `count` commands are through */
};

int tgt_sim_create(const struct tgt_sim_options *options, struct tgt_sim **sim);
/* Starts the initiator; it waits for an owner if there is none. */
int tgt_sim_start(struct tgt_sim *sim);
/* Stops the initiator, ends every wait and drops the caller's reference. */
void tgt_sim_destroy(struct tgt_sim *sim);
void tgt_sim_get(struct tgt_sim *sim);
void tgt_sim_put(struct tgt_sim *sim);

/* The memfd with rings and telemetry; closed by tgt_sim_destroy(). */
int tgt_sim_memory(const struct tgt_sim *sim);
/* The kernel half's own mapping of it, valid while a reference is held. */
void *tgt_sim_base(const struct tgt_sim *sim);
void tgt_sim_get_stats(struct tgt_sim *sim, struct tgt_sim_stats *stats);

/* ---- the file --------------------------------------------------------- */

#define TGT_SIM_DEVICE	1	/* POLLIN */
#define TGT_SIM_WAKE	2	/* the wake fd was written; it has been cleared */
#define TGT_SIM_GONE	4	/* closed, or the simulator is being destroyed */

int tgt_sim_open(struct tgt_sim *sim, bool writable, struct tgt_sim_file **file);
/* Ends a wait on it and drops the caller's reference. */
void tgt_sim_close(struct tgt_sim_file *file);
void tgt_sim_file_get(struct tgt_sim_file *file);
void tgt_sim_file_put(struct tgt_sim_file *file);

/*
 * poll() on the file and an eventfd (or -1). timeout_ns < 0 = for ever. Returns
 * bits, 0 when the time is over. *stamp: CLOCK_MONOTONIC as poll() returned.
 */
int tgt_sim_wait(struct tgt_sim_file *file, int wake_fd, int64_t timeout_ns,
		 uint64_t *stamp);
/*
 * One sleep on the file's event fd and the wake fd, of at most timeout_ns (< 0 =
 * for ever, 0 = only a look): TGT_SIM_DEVICE and TGT_SIM_WAKE for the fds that
 * are readable, 0 when the time is over, -errno; *stamp as it returned.
 */
typedef int (*tgt_sim_sleep)(void *context, int64_t timeout_ns, uint64_t *stamp);
/* As the time of tgt_sim_wait_by(): until a sleep says that its own is over. */
#define TGT_SIM_TICK	INT64_MAX
/* As tgt_sim_wait(), by another system call than poll(). */
int tgt_sim_wait_by(struct tgt_sim_file *file, int wake_fd, int64_t timeout_ns,
		    uint64_t *stamp, tgt_sim_sleep sleep, void *context);
/* What a tgt_sim_sleep sleeps on; lives as long as a reference to the file. */
int tgt_sim_event_fd(const struct tgt_sim_file *file);
/* The kernel half's mapping, as tgt_sim_base(), as long as that. */
void *tgt_sim_file_base(const struct tgt_sim_file *file);
/* Opened as owner. */
bool tgt_sim_file_owns(const struct tgt_sim_file *file);
/* The doorbell: consumes ukring in the calling thread, at most one lap. */
int tgt_sim_kick(struct tgt_sim_file *file);
int tgt_sim_hold(struct tgt_sim_file *file, bool on);
/* An observer's read(): the produced count; moves this file's mark. */
int tgt_sim_read_mark(struct tgt_sim_file *file, uint64_t *produced);

/* ---- the command table ------------------------------------------------ */

#define TGT_SIM_COMMANDS 1024u	/* more are refused: the host is busy */

enum tgt_sim_state {
	TGT_SIM_IDLE,
	TGT_SIM_QUEUED,		/* waits for room in kuring or for an owner */
	TGT_SIM_SENT,
	TGT_SIM_MOVING,
	TGT_SIM_DONE_QUEUED,	/* answered; its CMD_DONE waits for room */
	TGT_SIM_DROPPED,	/* answered with 0x20: only an abort brings it back */
	TGT_SIM_ABORTING,	/* reported only: a TMF asks for its end */
};

struct tgt_sim_command {
	uint32_t cid;
	int32_t host_no;
	uint64_t tag;
	uint8_t lun[8];
	uint8_t scb[16];
	enum tgt_sim_state state;
	uint64_t age_ns;
};

/* Fills at most `room` entries, oldest first; returns how many. */
size_t tgt_sim_commands(struct tgt_sim *sim, struct tgt_sim_command *out, size_t room);

/* ---- the initiator's side --------------------------------------------- */

#define TGT_SIM_DID_NO_CONNECT	(0x01 << 16)
#define TGT_SIM_DID_ABORT	(0x05 << 16)

/*
 * One command. The caller fills the first part and keeps it in place until
 * `done`, which runs on an arbitrary thread, without locks held, or until
 * tgt_sim_cancel() returned 0.
 */
struct tgt_sim_io {
	uint8_t scb[16];
	uint8_t lun[8];
	int32_t attribute;
	enum tgt_data_dir dir;
	uint32_t data_len;
	uint8_t *data;
	void (*done)(struct tgt_sim_io *io);

	int32_t result;		/* SAM status, or a host byte in bits 16..23 */
	uint32_t moved;		/* bytes */
	uint32_t sense_len;
	uint8_t sense[TGT_SENSE_MAX];

	uint64_t tag;		/* set by tgt_sim_submit() */
	uint32_t cid;
	/* the table's */
	enum tgt_sim_state state;
	bool aborting;
	bool data_only;		/* the CMD_DONE that waits does not end it */
	uint64_t born_ns;
	struct tgt_sim_io *next;
};

/* A task management function, likewise. */
struct tgt_sim_tmf {
	int32_t function;
	uint64_t tag;		/* of the command that ABORT TASK means */
	uint8_t lun[8];
	void (*done)(struct tgt_sim_tmf *tmf);

	int32_t result;

	uint64_t mid;		/* 0 = not outstanding */
	uint64_t end_tag;	/* commands from this tag on came after it */
	struct tgt_sim_tmf *next;
};

int tgt_sim_submit(struct tgt_sim *sim, struct tgt_sim_io *io);
/*
 * Aborts locally, without a word to the responder. 0: the command is the
 * caller's again and `done` will not run. -EBUSY: its data is moving, `done`
 * follows at once. -ENOENT: `done` has run or is about to.
 */
int tgt_sim_cancel(struct tgt_sim *sim, struct tgt_sim_io *io);
int tgt_sim_submit_tmf(struct tgt_sim *sim, struct tgt_sim_tmf *tmf);
/* 0 or -ENOENT, as above. */
int tgt_sim_cancel_tmf(struct tgt_sim *sim, struct tgt_sim_tmf *tmf);

#ifdef __cplusplus
}
#endif
#endif
