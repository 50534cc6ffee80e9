// SPDX-License-Identifier: MIT
// Sense data in both formats, and what is built is read back.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { additionalSenseName } from "../../src/scsi/additional-sense.js";
import { buildFixedSense, decodeSense, senseKeyName, senseText } from "../../src/scsi/sense.js";

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

function text(hex: string): string | null {
  const sense = decodeSense(bytes(hex));
  return sense ? senseText(sense) : null;
}

describe("reading", () => {
  it.each([
    [
      "70 00 05 00 00 00 00 0a 00 00 00 00 20 00 00 00 00 00",
      "ILLEGAL REQUEST 20/00 INVALID COMMAND OPERATION CODE",
    ],
    [
      "70 00 05 00 00 00 00 0a 00 00 00 00 24 00 00 cf 00 02",
      "ILLEGAL REQUEST 24/00 INVALID FIELD IN CDB (CDB byte 2 bit 7)",
    ],
    [
      "70 00 05 00 00 00 00 0a 00 00 00 00 26 00 00 80 00 14",
      "ILLEGAL REQUEST 26/00 INVALID FIELD IN PARAMETER LIST (data byte 20)",
    ],
    [
      "f0 00 03 00 00 01 00 0a 00 00 00 00 11 00 00 00 00 00",
      "MEDIUM ERROR 11/00 UNRECOVERED READ ERROR information=0x100",
    ],
    [
      "71 00 06 00 00 00 00 0a 00 00 00 00 29 00",
      "UNIT ATTENTION 29/00 POWER ON, RESET, OR BUS DEVICE RESET OCCURRED (deferred)",
    ],
    ["70 00 02", "NOT READY 00/00 NO ADDITIONAL SENSE INFORMATION"],
    ["72 05 21 00 00 00 00 00", "ILLEGAL REQUEST 21/00 LOGICAL BLOCK ADDRESS OUT OF RANGE"],
    [
      "72 0e 1d 00 00 00 00 0c 00 0a 80 00 00 00 00 01 00 00 00 00",
      "MISCOMPARE 1d/00 MISCOMPARE DURING VERIFY OPERATION information=0x100000000",
    ],
    [
      "72 05 24 00 00 00 00 08 02 06 00 00 c8 00 01 00",
      "ILLEGAL REQUEST 24/00 INVALID FIELD IN CDB (CDB byte 1 bit 0)",
    ],
    ["73 06 2a 01", "UNIT ATTENTION 2a/01 MODE PARAMETERS CHANGED (deferred)"],
    ["70 00 04 00 00 00 00 0a 00 00 00 00 80 07", "HARDWARE ERROR 80/07 VENDOR SPECIFIC"],
    ["70 00 04 00 00 00 00 0a 00 00 00 00 7f 07", "HARDWARE ERROR 7f/07"],
  ])("%s", (hex, expected) => {
    expect(text(hex)).toBe(expected);
  });

  it.each(["", "00", "12 34 56", "70 00", "72 05 20"])("no sense data: %s", (hex) => {
    expect(decodeSense(bytes(hex))).toBeNull();
  });

  it("does not read beyond ADDITIONAL SENSE LENGTH", () => {
    const short = bytes("70 00 05 00 00 00 00 04 00 00 00 00 24 00 00 cf 00 02");
    expect(decodeSense(short)).toMatchObject({ asc: 0, ascq: 0, fieldPointer: null });
  });

  it("takes any bytes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 96 }),
        fc.integer({ min: 0x70, max: 0x73 }),
        (raw, code) => {
          raw[0] = code;
          const sense = decodeSense(raw);
          if (sense) expect(senseText(sense)).toMatch(/^[\x20-\x7e]+$/);
        },
      ),
    );
  });
});

describe("building", () => {
  it("is 18 bytes of current, fixed-format sense", () => {
    const pointer = { inCdb: true, byte: 2, bit: 7 };
    expect(buildFixedSense({ key: 5, asc: 0x24, ascq: 0, fieldPointer: pointer })).toEqual(
      bytes("70 00 05 00 00 00 00 0a 00 00 00 00 24 00 00 cf 00 02"),
    );
    expect(buildFixedSense({ key: 3, asc: 0x11, ascq: 4, information: 0x12345678 })).toEqual(
      bytes("f0 00 03 12 34 56 78 0a 00 00 00 00 11 04 00 00 00 00"),
    );
  });

  it("leaves out an LBA that the fixed format cannot hold", () => {
    const sense = buildFixedSense({ key: 3, asc: 0x11, ascq: 0, information: 2n ** 32n });
    expect(sense[0]).toBe(0x70);
    expect(decodeSense(sense)?.information).toBeNull();
  });

  it("is read back", () => {
    const byte = fc.nat(255);
    const fields = fc.record({
      key: fc.nat(15),
      asc: byte,
      ascq: byte,
      information: fc.nat({ max: 0xffffffff }),
    });
    fc.assert(
      fc.property(fields, (given) => {
        const information = BigInt(given.information);
        expect(decodeSense(buildFixedSense(given))).toMatchObject({ ...given, information });
      }),
    );
  });
});

it("names", () => {
  expect(senseKeyName(0xb)).toBe("ABORTED COMMAND");
  expect(additionalSenseName(0x3f, 0x0e)).toBe("REPORTED LUNS DATA HAS CHANGED");
  expect(additionalSenseName(0x40, 0x85)).toBe("DIAGNOSTIC FAILURE ON COMPONENT");
});
