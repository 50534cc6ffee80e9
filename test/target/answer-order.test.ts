// SPDX-License-Identifier: MIT
// Whose turn and whose answer comes when: within a batch, and after commands that ended in other ways.
import { beforeEach, expect, it } from "vitest";
import { type Bench, diskBench } from "./bench.js";

const HEAD_OF_QUEUE = 0x21;
const ORDERED = 0x22;
const ABORT_TASK = 0x0d;
const CLEAR_TASK_SET = 0x0e;
const TUR = "00 00 00 00 00 00";
const SYNC = "35 00 00000000 00 0000 00";
const READ = "28 00 00000000 00 0001 00";
const WRITE = "2a 00 00000000 00 0001 00";
const WRITE_FUA = "2a 08 00000000 00 0001 00";
const UNMAP = "42 00 00 00 00 00 00 0018 00";
const WRITE_SAME = "93 08 0000000000000000 00000008 00 00";

let bench: Bench;
beforeEach(() => {
  bench = diskBench();
});

const late = (): number[] => bench.responder.poll().map(({ cid }) => cid);

it("a younger command of the same batch does not pass one whose turn has come", () => {
  const order: number[] = [];
  bench.ask(UNMAP, { dataLen: 24 });
  expect(bench.ask(WRITE, { attribute: ORDERED })).toBe(null);
  if (bench.responder.dataMoved(0, 1, bench.answer())) order.push(1);
  if (bench.ask(READ)) order.push(3);
  expect([...order, ...late()]).toEqual([1, 2, 3]);
  expect(bench.io.wakes).toBe(1);
});

it("HEAD OF QUEUE is the first when work that could not be called back has ended", () => {
  bench.ask(WRITE_SAME, { dataLen: 512, tag: 1 });
  bench.responder.dataMoved(0, 1, bench.answer());
  bench.responder.taskManagement(0, ABORT_TASK, 1, 0, 0);
  bench.ask(TUR);
  bench.ask(TUR, { attribute: HEAD_OF_QUEUE });
  bench.io.finishJob();
  expect(late()).toEqual([3, 2]);
});

it("whoever waited for one that the kernel ended gets its turn", () => {
  bench.ask(SYNC);
  bench.ask(TUR, { attribute: ORDERED });
  bench.ask(TUR);
  bench.responder.done(0, 2);
  expect(late()).toEqual([3]);
});

it("whoever waited for one whose name the kernel uses again gets its turn", () => {
  bench.ask(SYNC, { attribute: ORDERED });
  bench.ask(TUR, { attribute: ORDERED });
  bench.ask(TUR, { cid: 1, lun: 5 });
  expect(late()).toEqual([2, 1]);
});

it("whoever waited for an aborted one gets its turn, also on a removed unit", () => {
  bench.ask(SYNC, { attribute: ORDERED, tag: 1 });
  bench.ask(TUR, { tag: 2 });
  bench.responder.removeUnit(0);
  expect(bench.responder.taskManagement(0, ABORT_TASK, 1, 0, 0)).toBe(0);
  expect(late()).toEqual([2]);
});

it("data that come for a command that was ended meanwhile change nothing about its end", () => {
  bench.ask(WRITE_FUA, { hostNo: 1 });
  expect(bench.responder.taskManagement(0, CLEAR_TASK_SET, 0, 0, 0)).toBe(0);
  bench.responder.poll();
  const answer = bench.answer();
  expect(bench.responder.dataMoved(1, 1, answer)).toBe(true);
  expect([bench.text(answer), bench.io.jobs.length]).toEqual(["TASK ABORTED", 0]);
});

it("an answer that waits goes with its command: its buffer is given back", () => {
  bench.ask(SYNC, { attribute: ORDERED });
  bench.ask(UNMAP, { dataLen: 24, tag: 2 });
  bench.responder.done(0, 1);
  expect(bench.responder.owed).toBe(1);
  expect(bench.responder.taskManagement(0, ABORT_TASK, 2, 0, 0)).toBe(0);
  expect([late(), bench.responder.owed]).toEqual([[], 0]);
});
