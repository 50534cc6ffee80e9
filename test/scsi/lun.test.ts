// SPDX-License-Identifier: MIT
// LUN forms by their bytes (SAM-5 4.7), and numbers there and back.
import fc from "fast-check";
import { expect, it } from "vitest";
import { linuxLunToNumber, lunText, lunToNumber, numberToLun } from "../../src/scsi/lun.js";

function lun(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

it.each([
  ["0000000000000000", 0],
  ["00ff000000000000", 255],
  ["4001000000000000", 1],
  ["4100000000000000", 256],
  ["7fff000000000000", 16383],
  ["d200400000000000", 16384],
  ["d2ffffff00000000", 0xffffff],
  ["e200010000000000", 0x1000000],
  ["e2ffffffffff0000", 0xffffffffff],
])("%s is %d", (hex, number) => {
  expect(lunToNumber(lun(hex))).toBe(number);
  expect(lunText(lun(hex))).toBe(String(number));
});

it.each([
  ["0100000000000000", "peripheral, bus 1"],
  ["0001000100000000", "second level"],
  ["4001000000000001", "flat, more levels"],
  ["8001000000000000", "logical unit addressing"],
  ["c101000000000000", "well-known LUN"],
  ["c200000000000000", "extended, 1 byte"],
  ["d200000100000001", "extended flat, more levels"],
  ["ffffffffffffffff", "not specified"],
])("%s (%s) is no number", (hex) => {
  expect(lunToNumber(lun(hex))).toBeNull();
  expect(lunText(lun(hex))).toBe(`0x${hex}`);
});

it("numbers come back", () => {
  fc.assert(
    fc.property(fc.nat(0xffffff), (number) => {
      expect(lunToNumber(numberToLun(number))).toBe(number);
    }),
  );
});

it.each([-1, 1.5, 0x1000000, Number.NaN])("%d is refused", (number) => {
  expect(() => numberToLun(number)).toThrow(RangeError);
});

it.each([
  [0, 0],
  [255, 255],
  [0x412c, 300],
  [0x7fff, 16383],
  [0x4000d200, 16384],
  [0x10001, null],
])("Linux calls it %d: %s", (linux, number) => {
  expect(linuxLunToNumber(linux)).toBe(number);
});
