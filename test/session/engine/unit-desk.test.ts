// SPDX-License-Identifier: MIT
// Logical units while they are served: what the next owner is told, and what is refused.
import { describe, expect, it } from "vitest";
import type { Served } from "../../../src/session/engine/engine-protocol.js";
import { UnitDesk } from "../../../src/session/engine/unit-desk.js";
import { Bench } from "../../target/bench.js";

const SPECS = ["0=ram:1M,serial=S0", "2=null:1G,serial=S2"];
const TEST_UNIT_READY = "00 00 00 00 00 00";

function deskBench() {
  const target = new Bench({ specs: SPECS });
  const told: Served[] = [];
  const served = { specs: SPECS, memoryPrefix: null, serials: { 0: "S0", 2: "S2" } };
  const { io, responder } = target;
  const onChange = (next: Served): void => void told.push(next);
  return { desk: new UnitDesk({ io, responder, served, onChange }), target, told };
}

const usage = (text: RegExp) =>
  expect.objectContaining({ kind: "usage", message: expect.stringMatching(text) });

describe("list", () => {
  it("shows each unit as --lun takes it", () => {
    const { desk, target } = deskBench();
    target.ask(TEST_UNIT_READY);
    expect(desk.list()).toEqual([
      {
        ...{ lun: 0, spec: "0=ram:1048576,serial=S0", size: 2 ** 20 },
        ...{ block_size: 512, serial: "S0", in_flight: 1 },
      },
      {
        ...{ lun: 2, spec: "2=null:1073741824,serial=S2", size: 2 ** 30 },
        ...{ block_size: 512, serial: "S2", in_flight: 0 },
      },
    ]);
  });
});

describe("add", () => {
  it("serves one more, at the lowest number that is free, and leaves word of it", () => {
    const { desk, target, told } = deskBench();
    expect(desk.add("ram:1M,serial=S1", "/")).toMatchObject({ lun: 1, serial: "S1" });
    expect(target.send(TEST_UNIT_READY, { lun: 1 })).toMatch(/^CHECK/); // power on
    expect(target.send(TEST_UNIT_READY, { lun: 1 })).toBe("GOOD");
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      specs: expect.arrayContaining(["1=ram:1048576,serial=S1"]),
      serials: { 0: "S0", 1: "S1", 2: "S2" },
    });
  });

  it.each([
    ["", /not a LUN spec/],
    ["ram:", /./],
    ["disk:/x", /not a LUN spec/],
    ["0=ram:1M", /LUN 0 is already taken/],
    ["99999=ram:1M", /too large/],
    ["ram:1M,serial=S0", /LUN 0 has serial S0 already/],
    ["file:", /path is missing/],
    ["file:a\0b", /path is missing/],
  ])("refuses %j, and changes nothing", (text, message) => {
    const { desk, told, target } = deskBench();
    const before = desk.list();
    expect(() => desk.add(text, "/")).toThrow(usage(message));
    expect([desk.list(), told, target.io.openFds.size]).toEqual([before, [], 1]);
  });

  it("refuses a directory that is no path", () => {
    const { desk, told } = deskBench();
    expect(() => desk.add("file:disk", "/a\0b")).toThrow(usage(/path is missing/));
    expect(told).toEqual([]);
  });

  it("finds a relative path from the directory given", () => {
    const { desk } = deskBench();
    expect(() => desk.add("file:no-such-disk", "/no-such-directory")).toThrow(
      /\/no-such-directory\/no-such-disk/,
    );
  });

  it("waits with a number until the commands of the one that had it are over", () => {
    const { desk, target } = deskBench();
    target.ask(TEST_UNIT_READY);
    desk.remove(0);
    expect(() => desk.add("0=ram:1M", "/")).toThrow(usage(/LUN 0 is already taken/));
    target.responder.done(0, 1);
    expect(desk.add("0=ram:1M", "/").lun).toBe(0);
  });
});

describe("remove", () => {
  it("shows what it was, and leaves word of what is left", () => {
    const { desk, told } = deskBench();
    expect(desk.remove(0)).toMatchObject({ lun: 0, serial: "S0" });
    expect(desk.list().map(({ lun }) => lun)).toEqual([2]);
    expect(told[0]).toMatchObject({ serials: { 2: "S2" }, specs: [expect.stringMatching(/^2=/)] });
    expect(() => desk.remove(0)).toThrow(usage(/LUN 0 is not served/));
    desk.remove(2);
    expect(() => desk.remove(2)).toThrow(expect.objectContaining({ remedy: "served are: none" }));
    expect(told).toHaveLength(2);
  });
});

describe("resize", () => {
  it("gives it another capacity, which the next owner serves too", () => {
    const { desk, target, told } = deskBench();
    target.send(TEST_UNIT_READY, { lun: 2 }); // somebody to be told
    expect(desk.resize(2, 2 ** 31)).toMatchObject({
      size: 2 ** 31,
      spec: expect.stringMatching(/2147483648/),
    });
    expect(told[0]?.specs).toContain("2=null:2147483648,serial=S2");
    expect(target.sense(TEST_UNIT_READY, { lun: 2 })).toBe("6/2a/09");
  });

  it.each([
    [0, 1],
    [0, 513],
    [9, 512],
  ])("refuses LUN %i with %i bytes", (lun, size) => {
    const { desk, told } = deskBench();
    expect(() => desk.resize(lun, size)).toThrow(usage(/LUN/));
    expect(told).toEqual([]);
  });

  it("says what its store could not", () => {
    const { desk, target, told } = deskBench();
    target.io.failing.set("ftruncate", "ENOSPC");
    expect(() => desk.resize(0, 2 ** 22)).toThrow(/ENOSPC/);
    expect([desk.list()[0]?.size, told]).toEqual([2 ** 20, []]);
  });
});
