// SPDX-License-Identifier: MIT
// Task attributes as an initiator sees them: who passes whom, and when the unit says TASK SET FULL.
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { FaultAction } from "../../src/target/faults.js";
import { Flight } from "../../src/target/flights.js";
import { HEAD_OF_QUEUE, ORDERED, TaskSet } from "../../src/target/task-set.js";
import { Bench } from "./bench.js";
import { FakeIo } from "./fake-io.js";

const SIMPLE = 0x20;
const SYNC = "35 00 00000000 00 0000 00";
const TUR = "00 00 00 00 00 00";
const ABORT_TASK = 0x0d;

let bench: Bench;
function start(spec = "0=file:/disk"): void {
  const io = new FakeIo();
  io.make("/disk", 4096);
  bench = new Bench({ io, specs: [spec, "1=file:/disk"] });
}
beforeEach(() => start());

/** Sends with an attribute; what came back at once. */
const send = (cdb: string, attribute: number, more = {}): string =>
  bench.text(bench.ask(cdb, { attribute, tag: bench.cid + 1, ...more }));

const late = (): string[] =>
  bench.responder.poll().map(({ cid, answer }) => `${cid} ${bench.text(answer)}`);

describe("task attributes", () => {
  it("SIMPLE commands pass each other", () => {
    expect([send(SYNC, SIMPLE), send(TUR, SIMPLE)]).toEqual(["LATER", "GOOD"]);
  });

  it("ORDERED waits for older commands, younger ones wait for it, in their order", () => {
    expect([send(SYNC, SIMPLE), send(TUR, ORDERED), send(TUR, SIMPLE)]).toEqual(
      new Array(3).fill("LATER"),
    );
    expect(late()).toEqual([]);
    bench.io.finishFlush();
    expect(late()).toEqual(["1 GOOD", "2 GOOD", "3 GOOD"]);
    expect(send(TUR, SIMPLE)).toBe("GOOD");
  });

  it("two ORDERED commands run one after the other", () => {
    send(SYNC, ORDERED);
    send(SYNC, ORDERED);
    send(TUR, SIMPLE);
    bench.io.finishFlush();
    expect(late()).toEqual(["1 GOOD"]);
    bench.io.finishFlush();
    expect(late()).toEqual(["2 GOOD", "3 GOOD"]);
  });

  it("HEAD OF QUEUE passes all, and holds back what comes after it", () => {
    send(SYNC, SIMPLE);
    send(TUR, ORDERED);
    expect(send(SYNC, HEAD_OF_QUEUE)).toBe("LATER");
    expect(send(TUR, HEAD_OF_QUEUE)).toBe("GOOD");
    bench.io.finishFlush();
    expect(late()).toEqual(["1 GOOD"]);
    bench.io.finishFlush();
    expect(late()).toEqual(["3 GOOD", "2 GOOD"]);
  });

  it("another unit is not concerned", () => {
    send(SYNC, ORDERED);
    expect(send(TUR, SIMPLE, { lun: 1 })).toBe("GOOD");
  });

  it("TASK SET FULL from the limit of its spec on", () => {
    start("0=file:/disk,queue=2");
    send(SYNC, ORDERED);
    send(TUR, SIMPLE);
    expect(send(TUR, SIMPLE)).toBe("TASK SET FULL");
    bench.io.finishFlush();
    expect(late()).toEqual(["1 GOOD", "2 GOOD"]);
    expect(send(TUR, SIMPLE)).toBe("GOOD");
  });

  it("aborted while it waits: gone, and the next one's turn", () => {
    send(SYNC, SIMPLE);
    send(TUR, ORDERED);
    send(TUR, SIMPLE);
    expect(bench.responder.taskManagement(0, ABORT_TASK, 2, 0, 0)).toBe(0);
    expect(late()).toEqual(["3 GOOD"]);
    bench.io.finishFlush();
    expect(late()).toEqual(["1 GOOD"]);
  });
});

describe("an aborted command whose work goes on", () => {
  it("holds everything back until the work is over", () => {
    // WRITE SAME (16) with UNMAP: store work that cannot be called back
    expect(send("93 08 0000000000000000 00000008 00 00", SIMPLE, { dataLen: 512 })).toContain(
      "GOOD",
    );
    const { responder } = bench;
    expect(responder.dataMoved(0, 1, bench.answer())).toBe(false);
    expect(responder.taskManagement(0, ABORT_TASK, 1, 0, 0)).toBe(0);
    expect(send(TUR, HEAD_OF_QUEUE)).toBe("LATER");
    bench.io.finishJob();
    expect(late()).toEqual(["2 GOOD"]);
  });
});

/** SAM-5 8.6 said once more, over the whole list of commands that are not over. */
function mayRun(all: readonly Flight[], flight: Flight): boolean {
  const older = all.slice(0, all.indexOf(flight));
  const heads = all.filter((other) => other.attribute === HEAD_OF_QUEUE && other !== flight);
  if (flight.attribute === HEAD_OF_QUEUE) return true;
  if (flight.attribute === ORDERED) return older.length === 0 && heads.length === 0;
  return (
    !older.some((other) => other.attribute === ORDERED) && !heads.some((o) => older.includes(o))
  );
}

describe("TaskSet", () => {
  it("runs nothing that SAM forbids, and everything in the end", () => {
    const attribute = fc.constantFrom(SIMPLE, SIMPLE, ORDERED, HEAD_OF_QUEUE);
    const step = fc.oneof(
      attribute,
      fc.nat({ max: 7 }).map((n) => -1 - n),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const set = new TaskSet();
        const all: Flight[] = [];
        const running: Flight[] = [];
        const run = (flight: Flight) => {
          expect(mayRun(all, flight)).toBe(true);
          flight.phase = "waiting";
          set.enter(flight);
          running.push(flight);
        };
        const end = (which: number) => {
          const [flight] = running.splice(which % running.length, 1);
          if (!flight) return;
          all.splice(all.indexOf(flight), 1);
          set.leave(flight);
          for (let next = set.next(); next; next = set.next()) run(next);
        };
        for (const step of steps) {
          if (step < 0) end(-1 - step);
          else {
            const flight = new Flight();
            flight.attribute = step;
            all.push(flight);
            if (set.admits(step)) run(flight);
            else set.park(flight);
          }
        }
        while (running.length > 0) end(0);
        expect([all.length, set.size]).toEqual([0, 0]);
      }),
    );
  });
});

describe("faults", () => {
  function faulty(action: FaultAction): void {
    const io = new FakeIo();
    io.make("/disk", 4096);
    const match = (): FaultAction | null => (bench.cid === 1 ? action : null);
    bench = new Bench({ io, specs: ["0=file:/disk"], faults: { match } });
  }
  const READ = "28 00 00000000 00 0002 00";

  it("sense and status come instead", () => {
    faulty({ kind: "sense", key: 3, asc: 0x11, ascq: 0 });
    expect(bench.sense(READ)).toBe("3/11/00");
    faulty({ kind: "status", status: 8 });
    expect([bench.sense(READ), bench.sense(TUR)]).toEqual(["BUSY", "GOOD"]);
  });

  it("delay: runs when it is due, holds ORDERED back, and can be aborted", () => {
    faulty({ kind: "delay", ms: 50 });
    expect([bench.responder.dueIn(), send(TUR, SIMPLE), send(TUR, ORDERED)]).toEqual([
      -1,
      "LATER",
      "LATER",
    ]);
    expect(bench.responder.dueIn()).toBe(50);
    bench.nowMs += 49;
    expect(late()).toEqual([]);
    bench.nowMs += 1;
    expect(late()).toEqual(["1 GOOD", "2 GOOD"]);
    faulty({ kind: "delay", ms: 50 });
    send(TUR, SIMPLE);
    expect(bench.responder.taskManagement(0, ABORT_TASK, 1, 0, 0)).toBe(0);
    bench.nowMs += 60;
    expect([late(), bench.responder.inFlight]).toEqual([[], 0]);
  });

  it("drop: no answer, nothing owed, until it is aborted", () => {
    faulty({ kind: "drop" });
    expect([send(TUR, SIMPLE), bench.responder.owed]).toEqual(["LATER", 0]);
    expect(bench.responder.taskManagement(0, ABORT_TASK, 1, 0, 0)).toBe(0);
    expect(bench.responder.inFlight).toBe(0);
  });

  it("duplicate and short change the answer", () => {
    faulty({ kind: "duplicate" });
    expect(bench.ask(TUR)).toMatchObject({ duplicate: true });
    expect(bench.ask(TUR)).toMatchObject({ duplicate: false });
    faulty({ kind: "short", bytes: 100 });
    expect(bench.ask(READ)).toMatchObject({ status: 0, len: 100 });
    expect(bench.ask(READ)).toMatchObject({ status: 0, len: 1024 });
  });

  const WRITE_FUA = "2a 08 00000000 00 0002 00";
  const UNMAP = "42 00 00 00 00 00 00 0018 00";

  it("duplicate: of two steps only the last one", () => {
    faulty({ kind: "duplicate" });
    expect(bench.ask(WRITE_FUA)).toMatchObject({ dataOnly: true, duplicate: false });
    expect(bench.responder.dataMoved(0, 1, bench.answer())).toBe(false);
    bench.io.finishFlush();
    expect(bench.responder.poll()).toMatchObject([{ answer: { duplicate: true } }]);
  });

  it("short: what does not come of data-out is zero, and of nothing there is no first step", () => {
    faulty({ kind: "short", bytes: 8 });
    bench.send("12 00 00 00 ff 00", { cid: 9 });
    for (const { buffer } of bench.io.arenas) new Uint8Array(buffer).fill(0xff);
    const answer = bench.ask(UNMAP, { dataLen: 24 });
    expect(answer).toMatchObject({ dataOnly: true, len: 8 });
    expect(bench.io.bytesAt((answer?.uaddr ?? 0) + 8, 16)).toEqual(new Uint8Array(16));
    faulty({ kind: "short", bytes: 0 });
    expect(send(WRITE_FUA, SIMPLE)).toBe("LATER");
    faulty({ kind: "short", bytes: 0 });
    expect(bench.ask(UNMAP, { dataLen: 24 })).toMatchObject({ dataOnly: false });
  });
});
