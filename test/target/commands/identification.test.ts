// SPDX-License-Identifier: MIT
// INQUIRY, REPORT LUNS, REQUEST SENSE, TEST UNIT READY: exact bytes.
import { describe, expect, it } from "vitest";
import { parseLunSpecs } from "../../../src/target/units/lun-spec.js";
import { openUnits } from "../../../src/target/units/open-units.js";
import { Bench } from "../bench.js";
import { FakeIo } from "../fake-io.js";

const ascii = (text: string): string => Buffer.from(text, "latin1").toString("hex");
const STANDARD =
  `${"00000602450000"}02` +
  ascii("TGTCTL  RAM DISK        0001") +
  "00".repeat(22) +
  "00a0046004c0" +
  "00".repeat(10);

describe("INQUIRY", () => {
  it("gives standard data, cut to the allocation length and to the transfer", () => {
    const bench = new Bench();
    expect(bench.send("12 00 00 00 ff 00")).toBe(`GOOD ${STANDARD}`);
    expect(bench.send("12 00 00 00 24 00")).toBe(`GOOD ${STANDARD.slice(0, 72)}`);
    expect(bench.send("12 00 00 00 ff 00", { dataLen: 5 })).toBe("GOOD 0000060245");
    expect(bench.send("12 00 00 00 00 00")).toBe("GOOD");
    expect(bench.send("12 00 00 01 00 00")).toBe(`GOOD ${STANDARD}`);
  });

  it("gives the vital product data pages 00, 80, 83, 86", () => {
    const bench = new Bench();
    expect(bench.send("12 01 00 00 ff 00")).toBe("GOOD 0000000700808386b0b1b2");
    expect(bench.send("12 01 80 00 ff 00")).toBe(`GOOD 00800002${ascii("S0")}`);
    const page = bench.send("12 01 83 00 ff 00");
    const t10 = ascii("TGTCTL  RAM DISK        S0");
    expect(page).toMatch(
      new RegExp(`^GOOD 00830032010300083[0-9a-f]{15}0201001a${t10}0114000400000001$`),
    );
    const extended = `0007 01${"00".repeat(57)}`.replace(" ", "");
    expect(bench.send("12 01 86 00 ff 00")).toBe(`GOOD 0086003c${extended}`);
  });

  it("refuses other pages, a page without EVPD, reserved bits", () => {
    const bench = new Bench();
    expect(bench.sense("12 01 81 00 ff 00")).toBe("5/24/00 @2");
    expect(bench.sense("12 00 80 00 ff 00")).toBe("5/24/00 @2");
    expect(bench.sense("12 02 00 00 ff 00")).toBe("5/24/00 @1.1");
    expect(bench.sense("12 e0 00 00 ff 00")).toBe("5/24/00 @1.7");
    expect(bench.sense("12 00 00 00 ff 04")).toBe("5/24/00 @5.2");
  });

  it("says that there is no unit at another LUN", () => {
    const bench = new Bench();
    expect(bench.send("12 00 00 00 08 00", { lun: 5 })).toBe("GOOD 7f00060245000002");
    expect(bench.send("12 00 00 00 01 00", { lun: -1 })).toBe("GOOD 7f");
    expect(bench.send("12 00 00 00 01 00", { lun: 0x1000000 })).toBe("GOOD 7f");
    expect(bench.send("12 01 00 00 ff 00", { lun: 5 })).toBe("GOOD 7f00000100");
    expect(bench.sense("12 01 83 00 ff 00", { lun: 5 })).toBe("5/24/00 @2");
  });

  it("has the same identity for the same content, another for other content", () => {
    const page = (specs: string[], io = new FakeIo()): string =>
      new Bench({ specs, io }).send("12 01 83 00 ff 00");
    const io = new FakeIo();
    const first = page(["0=ram:1M"], io);
    expect(page(["0=ram:1M"], io)).toBe(first);
    io.unlinkSharedMemory("tgtctl-test-lun0");
    expect(page(["0=ram:1M"], io)).not.toBe(first);
    expect(page(["0=null:1M"])).toBe(page(["0=null:1M"]));
    expect(page(["0=ram:1M,serial=A"])).toBe(page(["0=ram:2M,serial=A"]));
    const file = new FakeIo();
    file.make("/disk", 4096);
    file.make("/other", 4096);
    expect(page(["0=file:/disk"], file)).toBe(page(["0=file:/disk"], file));
    expect(page(["0=file:/disk"], file)).not.toBe(page(["0=file:/other"], file));
  });
});

describe("REPORT LUNS", () => {
  const specs = ["0=ram:1M", "2=null:1M", "300=null:1M"];
  const all = "0000001800000000" + "0000000000000000" + "0002000000000000" + "412c000000000000";

  it("lists units, at every LUN", () => {
    const bench = new Bench({ specs });
    for (const lun of [0, 2, 7, -1]) {
      expect(bench.send("a0 00 00 000000 00001000 00 00", { lun })).toBe(`GOOD ${all}`);
    }
    expect(bench.send("a0 00 02 000000 00001000 00 00")).toBe(`GOOD ${all}`);
    expect(bench.send("a0 00 01 000000 00001000 00 00")).toBe("GOOD 0000000000000000");
    expect(bench.send("a0 00 00 000000 00000010 00 00")).toBe(`GOOD ${all.slice(0, 32)}`);
    expect(bench.sense("a0 00 03 000000 00001000 00 00")).toBe("5/24/00 @2");
    expect(bench.sense("a0 00 00 000000 00001000 01 00")).toBe("5/24/00 @10.0");
  });

  it("lists more units than an ordinary buffer holds, and gives the memory back", () => {
    const many = Array.from({ length: 200 }, (_, i) => `${i * 3}=null:1M,serial=${i}`);
    const bench = new Bench({ specs: many });
    const text = bench.text(bench.ask("a0 00 00 000000 00010000 00 00"));
    expect(text.length).toBe("GOOD ".length + 2 * (8 + 200 * 8));
    const before = bench.io.arenas.length;
    bench.responder.done(0, bench.cid);
    expect(bench.io.arenas.length).toBe(before - 1);
  });

  it("tells of units that come and go", () => {
    const bench = new Bench({ specs: ["0=null:1M", "1=null:1M"] });
    bench.send("00 00 00 00 00 00");
    expect(bench.responder.removeUnit(1)).toBe(true);
    expect(bench.responder.removeUnit(1)).toBe(false);
    expect(bench.sense("00 00 00 00 00 00")).toBe("6/3f/0e");
    expect(bench.sense("00 00 00 00 00 00")).toBe("GOOD");
    expect(bench.sense("00 00 00 00 00 00", { lun: 1 })).toBe("5/25/00");
    const options = { sharedMemoryPrefix: "t", powerOnAttention: false };
    const [unit] = openUnits(bench.io, parseLunSpecs(["1=null:2M"]), options);
    expect(unit && bench.responder.addUnit(unit)).toBe(true);
    expect(unit && bench.responder.addUnit(unit)).toBe(false);
    expect(bench.sense("00 00 00 00 00 00")).toBe("6/3f/0e");
    expect(bench.send("25", { lun: 1 })).toBe("GOOD 00000fff00000200");
  });
});

describe("other LUNs", () => {
  const TUR = "00 00 00 00 00 00";
  const INVENTORY = "a0 00 00 000000 00000100 00 00";
  const SENSE = "03 00 00 00 12 00";
  const changed = (): Bench => {
    const bench = new Bench({ specs: ["0=null:1M", "1=null:1M", "2=null:1M"] });
    for (const hostNo of [0, 1]) for (const lun of [0, 1]) bench.send(TUR, { hostNo, lun });
    bench.responder.removeUnit(2);
    return bench;
  };

  it.each([TUR, SENSE])("are told once to each nexus: %s", (cdb) => {
    const bench = changed();
    expect(bench.sense(cdb)).toContain(cdb === TUR ? "6/3f/0e" : "3f0e");
    expect([bench.sense(TUR), bench.sense(TUR, { lun: 1 })]).toEqual(["GOOD", "GOOD"]);
    expect(bench.sense(TUR, { hostNo: 1, lun: 1 })).toBe("6/3f/0e");
    expect(bench.sense(TUR, { hostNo: 1 })).toBe("GOOD");
  });

  it("need not be told to a nexus that has asked", () => {
    const bench = changed();
    bench.send(INVENTORY, { lun: 1 });
    expect([bench.sense(TUR), bench.sense(TUR, { lun: 1 })]).toEqual(["GOOD", "GOOD"]);
    expect(bench.sense(TUR, { hostNo: 1 })).toBe("6/3f/0e");
  });
});

describe("REQUEST SENSE and TEST UNIT READY", () => {
  it("has nothing to report when nothing is wrong", () => {
    const bench = new Bench();
    expect(bench.send("00 00 00 00 00 00")).toBe("GOOD");
    expect(bench.send("03 00 00 00 ff 00")).toBe(`GOOD 700000000000000a${"00".repeat(10)}`);
    expect(bench.send("03 01 00 00 ff 00")).toBe("GOOD 7200000000000000");
    expect(bench.send("03 00 00 00 04 00")).toBe("GOOD 70000000");
  });

  it("reports POWER ON OCCURRED once per nexus, not to INQUIRY and REPORT LUNS", () => {
    const bench = new Bench({ powerOnAttention: true });
    expect(bench.send("12 00 00 00 01 00")).toBe("GOOD 00");
    expect(bench.send("a0 00 01 000000 00000010 00 00")).toMatch(/^GOOD/);
    expect(bench.sense("00 00 00 00 00 00")).toBe("6/29/00");
    expect(bench.sense("00 00 00 00 00 00")).toBe("GOOD");
    expect(bench.send("03 00 00 00 12 00", { hostNo: 3 })).toBe(
      "GOOD 700006000000000a00000000290000000000",
    );
    expect(bench.sense("00 00 00 00 00 00", { hostNo: 3 })).toBe("GOOD");
  });

  it("knows no unit at another LUN", () => {
    const bench = new Bench();
    expect(bench.sense("00 00 00 00 00 00", { lun: 1 })).toBe("5/25/00");
    expect(bench.send("03 00 00 00 12 00", { lun: 1 })).toBe(
      "GOOD 700005000000000a00000000250000000000",
    );
    expect(bench.sense("ff 00 00 00 00 00", { lun: 1 })).toBe("5/25/00");
  });

  it("refuses other commands, service actions and NACA", () => {
    const bench = new Bench();
    expect(bench.sense("ff 00 00 00 00 00")).toBe("5/20/00 @0");
    expect(bench.sense("9e 11")).toBe("5/24/00 @1.4");
    expect(bench.sense("00 00 00 00 00 04")).toBe("5/24/00 @5.2");
    expect(bench.sense("00 00 01 00 00 00")).toBe("5/24/00 @2.0");
  });
});
