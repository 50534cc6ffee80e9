// SPDX-License-Identifier: MIT
// What Linux's SCSI scan, sd and a shutdown send (6.1 and 6.12), in order: each has to get on with the answer.
import { expect, it } from "vitest";
import { Bench, senseOf } from "./bench.js";
import { FakeIo } from "./fake-io.js";

/** Name, CDB, transfer length, start of the answer. */
const SCAN: readonly [string, string, number, string][] = [
  ["INQUIRY, 36 bytes", "12 00 00 00 24 00", 36, "GOOD 00000602"],
  ["INQUIRY, all of it", "12 00 00 00 4a 00", 74, "GOOD 00000602"],
  ["REPORT LUNS", "a0 00 00 00 00 00 00 00 10 08 00 00", 4104, "GOOD 00000008"],
  ["supported VPD pages", "12 01 00 00 ff 00", 255, "GOOD 00000007"],
  ["VPD 83, its header first", "12 01 83 00 04 00", 4, "GOOD 00830"],
  ["VPD 80", "12 01 80 00 ff 00", 255, "GOOD 0080"],
  ["TEST UNIT READY, power on", "00 00 00 00 00 00", 0, "6/29/00"],
  ["TEST UNIT READY again", "00 00 00 00 00 00", 0, "GOOD"],
  ["READ CAPACITY(16)", "9e 10 00 00 00 00 00 00 00 00 00 00 00 20 00 00", 32, "GOOD 0000"],
  ["READ CAPACITY(10)", "25 00 00 00 00 00 00 00 00 00", 8, "GOOD 000007ff00000200"],
  ["MODE SENSE, write protection", "1a 00 3f 00 04 00", 4, "GOOD 430010"],
  ["MODE SENSE, caching header", "1a 00 08 00 04 00", 4, "GOOD 1f001008"],
  ["MODE SENSE, caching", "1a 00 08 00 20 00", 32, "GOOD 1f001008"],
  ["MODE SENSE(10), caching", "5a 00 08 00 00 00 00 00 08 00", 8, "GOOD 002200"],
  ["MODE SENSE, I/O hints", "1a 08 0a 05 ff 00", 255, "5/24/00 @3"],
  ["VPD B0", "12 01 b0 00 40 00", 64, "GOOD 00b0003c"],
  ["REPORT SUPPORTED OPERATION CODES", "a3 0c 01 93 00 00 00 00 02 00", 512, "GOOD 00"],
  ["READ(10) of the partition table", "28 00 00 00 00 00 00 00 08 00", 4096, "GOOD"],
  ["READ(16)", "88 00 00 00 00 00 00 00 07 f8 00 00 00 08 00 00", 4096, "GOOD"],
  ["WRITE(10) FUA", "2a 08 00 00 00 00 00 00 08 00", 4096, "GOOD"],
  ["SYNCHRONIZE CACHE(10)", "35 00 00 00 00 00 00 00 00 00", 0, "LATER"],
  ["SYNCHRONIZE CACHE(16)", "91 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", 0, "LATER"],
];

it("gives Linux what it needs", () => {
  const io = new FakeIo();
  io.make("/disk", 2 ** 20);
  const bench = new Bench({ io, specs: ["0=file:/disk"], powerOnAttention: true });
  for (const [name, cdb, dataLen, expected] of SCAN) {
    const answer = bench.ask(cdb, { dataLen });
    const inStore = answer?.status === 0 && answer.uaddr >= Number(io.regions[0]?.address);
    const isTransfer = inStore && answer.uaddr < Number(io.regions[0]?.address) + 2 ** 20;
    const text = isTransfer ? "GOOD" : senseOf(bench.text(answer));
    expect(`${name}: ${text.slice(0, expected.length)}`).toBe(`${name}: ${expected}`);
  }
});
