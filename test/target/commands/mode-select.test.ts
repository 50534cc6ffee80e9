// SPDX-License-Identifier: MIT
// MODE SELECT: what it changes, what it refuses and where it says the fault is.
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { MODE_PAGES } from "../../../src/target/units/mode-pages.js";
import { Bench, diskBench, hex } from "../bench.js";

const TUR = "00 00 00 00 00 00";
const WCE_OFF = `081200${"00".repeat(17)}`;
const WCE_ON = `081204${"00".repeat(17)}`;
const CONTROL = "0a0a02100040000000000000";
const D_SENSE = "0a0a06100040000000000000";
const SWP = "0a0a02100840000000000000";
const HEADER = "00000000";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

/** A six-byte CDB for a list of that length. */
function select6(list: string, hostNo = 0): string {
  const length = (list.length / 2).toString(16).padStart(2, "0");
  return bench.sendWith(`15 10 00 00 ${length} 00`, list, { hostNo });
}

function select10(list: string): string {
  const length = (list.length / 2).toString(16).padStart(4, "0");
  return bench.sendWith(`55 10 00 000000 00 ${length} 00`, list);
}

/** The current page, header included. */
function page(code: number, control = 0): Buffer {
  const cdb = Uint8Array.of(0x1a, 0x08, (control << 6) | code, 0, 0xff, 0);
  return Buffer.from(bench.send(cdb).slice("GOOD ".length), "hex").subarray(4);
}

describe("what MODE SELECT changes", () => {
  it("SWP: WRITEs are refused, MODE SENSE says WP", () => {
    expect(select6(HEADER + SWP)).toBe("GOOD");
    expect(hex(page(0x0a))).toBe(SWP);
    expect(bench.send("1a 08 0a 00 03 00")).toBe("GOOD 0f0090");
    expect(bench.sense("2a 00 00000000 00 0001 00", { dataLen: 512 })).toBe("7/27/02");
    expect(select6(HEADER + CONTROL)).toBe("GOOD");
    expect(bench.ask("2a 00 00000000 00 0001 00", { dataLen: 512 })?.status).toBe(0);
  });

  it("D_SENSE: sense data in descriptor format, REQUEST SENSE as it asks", () => {
    expect(select6(HEADER + D_SENSE)).toBe("GOOD");
    expect(bench.send("12 02 00 00 ff 00")).toBe("CHECK 7205240000000008020600" + "00c9000100");
    expect(bench.send("03 00 00 00 04 00")).toBe("GOOD 70000000");
    expect(bench.send("03 01 00 00 04 00")).toBe("GOOD 72000000");
  });

  it("TEST: an exception for REQUEST SENSE and LOG SENSE", () => {
    expect(select6(`${HEADER}1c0a0406${"00".repeat(8)}`)).toBe("GOOD");
    expect(bench.send("03 01 00 00 ff 00")).toBe("GOOD 72005dff00000000");
    expect(bench.send("4d 00 6f 00 00 0000 00ff 00")).toBe("GOOD af00000800000304" + "5dffffff");
    expect(bench.sense(TUR)).toBe("GOOD");
    expect(select6(`${HEADER}1c0a0c06${"00".repeat(8)}`)).toBe("5/26/00 @6.3");
  });

  it("WCE = 0: what is cached goes to the medium first, then every WRITE", () => {
    bench = diskBench();
    const answer = bench.askWith("15 10 00 00 18 00", HEADER + WCE_OFF);
    expect(bench.text(answer)).toBe("LATER");
    expect(hex(page(0x08))).toBe("");
    bench.io.finishFlush();
    expect(bench.responder.poll().map((late) => bench.text(late.answer))).toEqual([
      "GOOD",
      `GOOD 17001000${WCE_OFF}`,
    ]);
    expect(bench.ask("2a 00 00000000 00 0001 00", { dataLen: 512 })?.dataOnly).toBe(true);
  });

  it("WCE stays if the flush fails", () => {
    bench = diskBench();
    bench.askWith("15 10 00 00 18 00", HEADER + WCE_OFF);
    bench.io.finishFlush(5);
    const [late] = bench.responder.poll();
    expect(bench.text(late?.answer ?? null)).toMatch(/^CHECK 700003.{18}0c00/);
    expect(hex(page(0x08))).toBe(WCE_ON);
  });

  it("tells the other nexuses, once, and only of a change", () => {
    for (const hostNo of [0, 1, 2]) bench.send(TUR, { hostNo });
    expect(select6(HEADER + CONTROL)).toBe("GOOD");
    expect(bench.sense(TUR, { hostNo: 1 })).toBe("GOOD");
    expect(select6(HEADER + SWP)).toBe("GOOD");
    expect(bench.sense(TUR, { hostNo: 0 })).toBe("GOOD");
    expect(bench.sense(TUR, { hostNo: 1 })).toBe("6/2a/01");
    expect(bench.sense(TUR, { hostNo: 1 })).toBe("GOOD");
    expect(bench.sense(TUR, { hostNo: 2 })).toBe("6/2a/01");
  });

  it("until a reset", () => {
    for (const fn of [0x17, 0x0c]) {
      expect(select6(HEADER + SWP)).toBe("GOOD");
      expect(bench.responder.taskManagement(0, fn, 0, 0, 0)).toBe(0);
      expect(bench.sense(TUR)).toBe("6/29/03");
      expect(hex(page(0x0a))).toBe(CONTROL);
    }
  });

  it("several pages at once, or none", () => {
    expect(select6(HEADER + D_SENSE + WCE_OFF)).toBe("GOOD");
    expect([hex(page(0x0a)), hex(page(0x08))]).toEqual([D_SENSE, WCE_OFF]);
    expect(select6(HEADER)).toBe("GOOD");
    expect(bench.sendWith("15 10 00 00 00 00", "")).toBe("GOOD");
    expect(bench.sendWith("15 00 00 00 00 00", "")).toBe("GOOD");
  });

  it("takes what MODE SENSE gave", () => {
    for (const cdb of ["1a 00 3f 00 ff 00", "1a 08 3f ff ff 00"]) {
      expect(select6(bench.send(cdb).slice(5))).toBe("GOOD");
    }
    for (const flags of ["00", "08", "10", "18"]) {
      expect(select10(bench.send(`5a ${flags} 3f 00 000000 00ff 00`).slice(5))).toBe("GOOD");
    }
  });
});

describe("what MODE SELECT refuses", () => {
  it("in the CDB: vendor-specific pages, saving", () => {
    expect(bench.sendWith("15 00 00 00 10 00", HEADER + SWP)).toBe("5/24/00 @1.4");
    expect(bench.sendWith("15 11 00 00 10 00", HEADER + SWP)).toBe("5/24/00 @1.0");
    expect(bench.sendWith("55 11 00 000000 00 0010 00", SWP)).toBe("5/24/00 @1.0");
  });

  it("altogether without the data-only extension", () => {
    bench = new Bench({ dataOnlySupported: false });
    expect(select6(HEADER + SWP)).toBe("5/20/00 @0");
    expect(select10(HEADER + HEADER + SWP)).toBe("5/20/00 @0");
  });

  it.each([
    ["a header that is cut", "000000", "5/1a/00"],
    ["a medium type", "00010000", "5/26/00 @1"],
    ["a reserved bit of the device-specific byte", "00000100", "5/26/00 @2.0"],
    ["a block descriptor of another length", `00000010${"00".repeat(16)}`, "5/26/00 @3"],
    ["a block descriptor that is cut", "0000000800000000", "5/1a/00"],
    ["another capacity", "00000008" + "0000000700000200", "5/26/00 @4"],
    ["another block length", "00000008" + "0000000000001000", "5/26/00 @9"],
    ["the PS bit", `${HEADER}8a${SWP.slice(2)}`, "5/26/00 @4.7"],
    ["a subpage", `${HEADER}4a010000`, "5/26/00 @4.6"],
    ["a page there is not", `${HEADER}020e${"00".repeat(14)}`, "5/26/00 @4.5"],
    ["another page length", `${HEADER}0a0902100840000000000000`, "5/26/00 @5"],
    ["a page that is cut", HEADER + SWP.slice(0, -2), "5/1a/00"],
    ["half a page header", `${HEADER}0a`, "5/1a/00"],
    ["a good page, then a wrong one", `${HEADER}${SWP}${WCE_ON.slice(0, -2)}01`, "5/26/00 @35.0"],
  ])("in the list of (6): %s", (_name, list, expected) => {
    expect(select6(list)).toBe(expected);
    expect(hex(page(0x0a))).toBe(CONTROL);
  });

  it.each([
    ["a header that is cut", "00000000000000", "5/1a/00"],
    ["a medium type", "0000010000000000", "5/26/00 @2"],
    ["a short descriptor with LONGLBA", `0000000001000008${"00".repeat(8)}`, "5/26/00 @6"],
    ["another capacity", `0000000001000010${"00".repeat(7)}07${"00".repeat(6)}0200`, "5/26/00 @8"],
    ["another block length", `0000000001000010${"ff".repeat(8)}${"00".repeat(8)}`, "5/26/00 @20"],
  ])("in the list of (10): %s", (_name, list, expected) => {
    expect(select10(list)).toBe(expected);
  });

  it("a list of which less comes than was said", () => {
    const options = { dataLen: 4 };
    expect(bench.sendWith("15 10 00 00 10 00", HEADER + SWP, options)).toBe("5/1a/00");
    expect(bench.sendWith("15 10 00 00 10 00", "")).toBe("5/1a/00");
  });
});

it("any bits of any page: refused outside the changeable mask, read back inside", () => {
  const codes = fc.constantFrom(...MODE_PAGES.map(({ code }) => code));
  fc.assert(
    fc.property(codes, fc.nat(), fc.nat(7), (code, at, bit) => {
      const current = page(code);
      const byte = 2 + (at % (current.length - 2));
      const mask = 1 << bit;
      const allowed = ((page(code, 1)[byte] ?? 0) & mask) !== 0;
      const wanted = Buffer.from(current);
      wanted[byte] = (wanted[byte] ?? 0) ^ mask;
      const answer = select6(HEADER + hex(wanted));
      const conflict = code === 0x1c && ((wanted[2] ?? 0) & 0x0c) === 0x0c;
      if (conflict) expect(answer).toBe("5/26/00 @6.3");
      else if (code === 0x0a && byte === 2 && bit === 2) expect(answer).toBe("GOOD");
      else expect(answer).toBe(allowed ? "GOOD" : `5/26/00 @${4 + byte}.${bit}`);
      expect(hex(page(code))).toBe(hex(allowed && !conflict ? wanted : current));
      bench.responder.taskManagement(0, 0x17, 0, 0, 0); // fixed format again
      bench.send("03 00 00 00 12 00");
    }),
    { numRuns: 500 },
  );
});
