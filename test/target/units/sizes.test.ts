// SPDX-License-Identifier: MIT
// A unit whose file gets another size: capacity, ranges, and who is told.
import { describe, expect, it } from "vitest";
import { CONTENT_REPLACED } from "../../../src/target/units/attentions.js";
import { Bench } from "../bench.js";
import { FakeIo } from "../fake-io.js";

const TUR = "00 00 00 00 00 00";
const CAPACITY = "25 00 00000000 00 00 00 00";

function bench(): { bench: Bench; file: { size: number } } {
  const io = new FakeIo();
  const file = io.make("/disk", 8192);
  return { bench: new Bench({ io, specs: ["0=file:/disk", "1=null:1M"] }), file };
}

describe("another size", () => {
  it("is followed in whole blocks, and every nexus is told once", () => {
    const { bench: target, file } = bench();
    for (const hostNo of [0, 1]) expect(target.send(TUR, { hostNo })).toBe("GOOD");
    expect(target.responder.followSizes()).toEqual([]);
    file.size = 16384 + 100;
    expect(target.responder.followSizes()).toEqual([{ lun: 0, size: 16384, error: null }]);
    for (const hostNo of [0, 1]) {
      expect(target.sense(TUR, { hostNo })).toBe("6/2a/09");
      expect(target.send(CAPACITY, { hostNo })).toBe("GOOD 0000001f00000200");
    }
    expect(target.sense("28 00 00000020 00 0001 00")).toBe("5/21/00");
    expect(target.ask("28 00 0000001f 00 0001 00")).toMatchObject({ status: 0, len: 512 });
  });

  it("shrinks; but an empty file is an accident", () => {
    const { bench: target, file } = bench();
    file.size = 4096;
    expect(target.responder.followSizes()).toMatchObject([{ lun: 0, size: 4096 }]);
    file.size = 0;
    expect(target.responder.followSizes()).toMatchObject([{ lun: 0, error: { kind: "usage" } }]);
    expect(target.send(CAPACITY)).toContain("0000000700000200");
  });

  it("by number: of a unit that is there", () => {
    const { bench: target } = bench();
    expect(target.responder.resizeUnit(1, 2 ** 21)).toBe(true);
    expect(target.responder.resizeUnit(7, 2 ** 21)).toBe(false);
    expect(target.send(CAPACITY, { lun: 1 })).toBe("GOOD 00000fff00000200");
    expect(() => target.responder.resizeUnit(1, 1000)).toThrow("no whole blocks");
  });
});

describe("commands that an earlier owner left", () => {
  it("hear nothing of the power on; the next ones do", () => {
    const target = new Bench({ powerOnAttention: true, inherited: 2 });
    const told = [1, 2, 3, 4].map(() => target.sense(TUR));
    expect(told).toEqual(["GOOD", "GOOD", "6/29/00", "GOOD"]);
  });
});

describe("other content than an earlier owner served", () => {
  it("is told to every nexus after the power on", () => {
    const io = new FakeIo();
    const target = new Bench({ io, powerOnAttention: true });
    target.responder.units()[0]?.attentions.addFirst(CONTENT_REPLACED);
    for (const hostNo of [0, 1]) {
      const told = [1, 2, 3].map(() => target.sense(TUR, { hostNo }));
      expect(told).toEqual(["6/29/00", "6/3f/03", "GOOD"]);
    }
  });
});
