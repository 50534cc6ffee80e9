// SPDX-License-Identifier: MIT
// The fast numbers of a CDB are those of the decoder that people see, for any bytes.
import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeCdb } from "../../src/scsi/cdb.js";
import { cdbBlocks, cdbLba, cdbServiceAction } from "../../src/scsi/cdb-numbers.js";
import { listOpcodes } from "../../src/scsi/opcodes.js";
import { listServiceActions } from "../../src/scsi/service-actions.js";

function expectSame(cdb: Uint8Array): void {
  const at = 3;
  const bytes = new Uint8Array(32).fill(0xa5);
  bytes.set(cdb, at);
  const view = new DataView(bytes.buffer);
  const halves = { high: 7, low: 7 };
  const lba = cdbLba(view, at, halves) ? (BigInt(halves.high) << 32n) | BigInt(halves.low) : null;
  const shown = decodeCdb(cdb);
  expect([lba, cdbBlocks(view, at), cdbServiceAction(view, at)]).toEqual([
    shown.lba,
    shown.blocks,
    shown.serviceAction,
  ]);
}

const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 });

it("every known operation, and any other", () => {
  const known = [
    ...listOpcodes().map(({ opcode }) => [opcode, 0]),
    ...listServiceActions().map(({ opcode, action }) => [opcode, action ?? 0]),
  ] as [number, number][];
  fc.assert(
    fc.property(bytes16, fc.constantFrom(...known), (cdb, [opcode, action]) => {
      expectSame(cdb);
      cdb[0] = opcode;
      expectSame(cdb);
      cdb[1] = action;
      expectSame(cdb);
      cdb.fill(0, 1);
      expectSame(cdb);
    }),
    { numRuns: 2000 },
  );
});
