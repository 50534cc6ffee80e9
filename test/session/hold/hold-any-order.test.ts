// SPDX-License-Identifier: MIT
// Requests, holds, steps, releases, edits, drops, aborts and continue in any order: every command is
// answered once or aborted, none is answered that is over, and nothing is left in the end.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ABORT_TASK,
  CLEAR_TASK_SET,
  COMPARE_AND_WRITE,
  HoldBench,
  INQUIRY,
  ORDERED,
  READ,
  SYNCHRONIZE,
  TEST_UNIT_READY,
  WRITE,
} from "./hold-bench.js";

const TARGET_RESET = 0x0c;
const CDBS: readonly (readonly [cdb: string, dataLen: number])[] = [
  [TEST_UNIT_READY, 0],
  [INQUIRY, 255],
  [READ, 512],
  [WRITE, 512],
  [COMPARE_AND_WRITE, 1024],
  [SYNCHRONIZE, 0],
  [SYNCHRONIZE, 0],
];

type Deed =
  | { kind: "send"; cdb: number; lun: number; attribute: number }
  | { kind: "hold" | "continue" | "job"; tmf: boolean }
  | { kind: "step"; count: number }
  | { kind: "release" | "sense" | "refused" | "drop" | "status"; at: number }
  | { kind: "abort" | "clear"; at: number }
  | { kind: "edit"; at: number; set: Record<string, bigint> };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("send" as const),
      cdb: fc.nat(CDBS.length - 1),
      lun: fc.constantFrom(0, 0, 1, 5),
      attribute: fc.constantFrom(0x20, 0x20, 0x21, ORDERED),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("hold" as const, "hold" as const, "continue" as const, "job" as const),
      tmf: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("step" as const), count: fc.nat(4) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("release", "sense", "refused", "drop", "status"),
      at: fc.nat(8),
    }) as fc.Arbitrary<Deed>,
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("abort" as const), at: fc.nat(8) }) },
);

/** Whatever a person may come up with: mostly names that there are, and statuses that the kernel takes. */
const edit: fc.Arbitrary<Deed> = fc.record({
  kind: fc.constant("edit" as const),
  at: fc.nat(8),
  set: fc.record(
    {
      host_no: fc.constantFrom(3n, 3n, -1n),
      cid: fc.bigInt({ min: 1n, max: 40n }),
      result: fc.constantFrom(0n, 0n, 2n, 8n, 0x20n),
      rw: fc.constantFrom(0n, 1n, 0x80n, 0x81n),
      len: fc.constantFrom(0n, 1n, 512n),
      uaddr: fc.constantFrom(0n, 2n ** 64n - 1n),
    },
    { requiredKeys: [] },
  ),
});

const hostile: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 20, arbitrary: deed },
  { weight: 6, arbitrary: edit },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("clear" as const), at: fc.nat(1) }) },
);

function act(bench: HoldBench, deed: Deed): void {
  const { control } = bench;
  switch (deed.kind) {
    case "send": {
      const [cdb, dataLen] = CDBS[deed.cdb] ?? ["", 0];
      bench.send(cdb, { dataLen, lun: deed.lun, attribute: deed.attribute });
      return;
    }
    case "hold":
      control.begin(deed.tmf);
      return;
    case "continue":
      bench.goOn();
      return;
    case "job":
      if (bench.io.jobs.length > 0) bench.jobEnds();
      return;
    case "step":
      bench.step(deed.count);
      return;
    case "abort": {
      const [cid, command] = [...bench.known][deed.at] ?? [];
      if (cid !== undefined) bench.manage(ABORT_TASK, cid, 3, command?.lun);
      return;
    }
    case "clear":
      bench.manage(CLEAR_TASK_SET, 90_000, 4, deed.at);
      return;
    case "edit": {
      const item = control.held()[deed.at];
      if (item?.kind === "answer") bench.release(item.cid, deed.set);
      return;
    }
    default:
      handle(bench, deed.kind, deed.at);
  }
}

function handle(bench: HoldBench, kind: string, at: number): void {
  const item = bench.control.held()[at];
  if (!item) return;
  if (item.kind === "task") bench.control.release(item, null);
  else if (kind === "drop") bench.drop(item);
  else if (kind === "sense") bench.release(item.cid, {}, [4, 0x44, 0]);
  else if (kind === "status") bench.release(item.cid, { result: 8n, rw: 0n });
  else if (kind === "refused") bench.release(item.cid, { host_no: 77n });
  else bench.release(item.cid);
  bench.run();
}

/** Lets everything go; what was dropped, and that alone, is aborted, as the initiator's clock would. */
function windDown(bench: HoldBench): void {
  for (let round = 0; bench.known.size > 0 || bench.io.jobs.length > 0; round++) {
    expect(round).toBeLessThan(1000);
    bench.goOn();
    if (bench.io.jobs.length > 0) {
      bench.jobEnds();
      continue;
    }
    if (bench.known.size === 0) continue;
    expect(bench.dropped.size).toBeGreaterThan(0);
    for (const [cid, lun] of bench.dropped) bench.manage(ABORT_TASK, cid, 3, lun);
    bench.dropped.clear();
  }
  bench.goOn();
}

describe("any order", () => {
  it("answers every command once or aborts it, and leaves nothing", () => {
    fc.assert(
      fc.property(fc.array(deed, { minLength: 30, maxLength: 120, size: "max" }), (deeds) => {
        const bench = new HoldBench();
        for (const each of deeds) act(bench, each);
        windDown(bench);
        const finals = bench.taken.filter((text) => !/mid|data/.test(text));
        const cids = finals.map((text) => text.split(" ")[0]);
        expect(new Set(cids).size).toBe(cids.length);
        expect(bench.strays).toEqual([]);
        expect(bench.leftovers()).toEqual([]);
        expect([bench.held, bench.holds.length % 2]).toEqual([[], 0]);
      }),
      { numRuns: 250 },
    );
  });

  it("survives every edit: what the kernel knows is answered, and a reset leaves nothing", () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 30, maxLength: 120, size: "max" }), (deeds) => {
        const bench = new HoldBench();
        for (const each of deeds) act(bench, each);
        windDown(bench);
        bench.manage(TARGET_RESET, 90_001); // what an edit took from the kernel behind our back
        expect([bench.held, bench.leftovers()]).toEqual([[], []]);
      }),
      { numRuns: 250 },
    );
  });
});
