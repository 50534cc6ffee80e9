// SPDX-License-Identifier: MIT
// Names of statuses, midlayer results, errnos, attributes and functions.
import fc from "fast-check";
import { expect, it } from "vitest";
import { errnoText, isStatus, midlayerText, statusName } from "../../src/scsi/status.js";
import { attributeName, functionHasTag, functionName } from "../../src/scsi/task-management.js";

it.each([
  [0x00000000, "GOOD"],
  [0x00000002, "CHECK CONDITION"],
  [0x00010000, "DID_NO_CONNECT"],
  [0x00020000, "DID_BUS_BUSY"],
  [0x00070000, "DID_ERROR"],
  [0x00070002, "DID_ERROR CHECK CONDITION"],
  [0x00140000, "DID_TRANSPORT_MARGINAL"],
  [0x00ff0000, "DID_0xff"],
  [0x08000002, "DRIVER_0x8 CHECK CONDITION"],
  [-1, "DRIVER_0xff DID_0xff MESSAGE_0xff STATUS 0xff"],
])("midlayer result %d is %s", (result, text) => {
  expect(midlayerText(result)).toBe(text);
});

it("statuses", () => {
  expect([0, 2, 8, 0x18, 0x28, 0x40].map(statusName)).toEqual([
    "GOOD",
    "CHECK CONDITION",
    "BUSY",
    "RESERVATION CONFLICT",
    "TASK SET FULL",
    "TASK ABORTED",
  ]);
  expect(statusName(0x20)).toBe("DROPPED (0x20)");
  expect(statusName(-5)).toBe("STATUS 0xfffffffb");
  expect([0, 2, 0x20, 0x40].every(isStatus)).toBe(true);
  expect([1, 3, 0x21, -1, 0x70000].some(isStatus)).toBe(false);
});

it("errnos, attributes, functions", () => {
  expect([0, -17, -22, -2, -9999, 5].map(errnoText)).toEqual([
    "0",
    "-EEXIST",
    "-EINVAL",
    "-ENOENT",
    "-9999",
    "5",
  ]);
  expect([0x20, 0x21, 0x22, 7].map(attributeName)).toEqual([
    "SIMPLE",
    "HEAD OF QUEUE",
    "ORDERED",
    "ATTRIBUTE 0x7",
  ]);
  expect(functionName(0x17)).toBe("LOGICAL UNIT RESET");
  expect(functionName(-1)).toBe("FUNCTION 0xffffffff");
  expect([0x0d, 0x17].map(functionHasTag)).toEqual([true, false]);
});

it("any number has a printable name", () => {
  fc.assert(
    fc.property(fc.integer({ min: -0x80000000, max: 0x7fffffff }), (n) => {
      for (const name of [statusName, midlayerText, errnoText, attributeName, functionName]) {
        expect(name(n)).toMatch(/^[\x20-\x7e]+$/);
      }
    }),
  );
});
