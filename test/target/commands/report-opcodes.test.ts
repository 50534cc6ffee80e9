// SPDX-License-Identifier: MIT
// REPORT SUPPORTED OPERATION CODES and TASK MANAGEMENT FUNCTIONS; every reserved bit of every command.
import { describe, expect, it } from "vitest";
import { findOpcode } from "../../../src/scsi/opcodes.js";
import { findServiceAction } from "../../../src/scsi/service-actions.js";
import type { CommandRow } from "../../../src/target/commands/command-row.js";
import { commandTable } from "../../../src/target/commands/opcodes.js";
import { Bench } from "../bench.js";

const rowsOf = (dataOnly: boolean): CommandRow[] =>
  commandTable(dataOnly).flatMap((same) => same ?? []);

/** A CDB that is all zeroes but for opcode and service action. */
function plain(row: CommandRow): Uint8Array {
  const cdb = new Uint8Array(16);
  cdb[0] = row.opcode;
  cdb[1] = row.serviceAction ?? 0;
  return cdb;
}

/** Answer as bytes. */
function ask(bench: Bench, cdb: string): Buffer {
  const text = bench.send(cdb);
  expect(text).toMatch(/^GOOD/);
  return Buffer.from(text.slice(5), "hex");
}

const hex2 = (value: number): string => value.toString(16).padStart(2, "0");

describe("REPORT SUPPORTED OPERATION CODES", () => {
  it.each([true, false])("lists the table (data only: %s)", (dataOnlySupported) => {
    const bench = new Bench({ dataOnlySupported });
    const rows = rowsOf(dataOnlySupported);
    const data = ask(bench, "a3 0c 00 00 0000 0000ffff 00 00");
    expect(data.readUInt32BE(0)).toBe(data.length - 4);
    const listed = rows.map((_, i) => [
      data.readUInt8(4 + 8 * i),
      data.readUInt16BE(6 + 8 * i),
      data.readUInt8(9 + 8 * i),
      data.readUInt16BE(10 + 8 * i),
    ]);
    expect(data.length).toBe(4 + 8 * rows.length);
    expect(listed).toEqual(
      rows.map(({ opcode, serviceAction, usage }) => [
        opcode,
        serviceAction ?? 0,
        serviceAction === undefined ? 0 : 1,
        usage.length,
      ]),
    );
  });

  it("has a timeouts descriptor for each with RCTD", () => {
    const data = ask(new Bench(), "a3 0c 80 00 0000 0000ffff 00 00");
    expect(data.length).toBe(4 + 20 * rowsOf(true).length);
    expect(data.subarray(4, 24).toString("hex")).toBe(`0000000000020006000a${"00".repeat(10)}`);
  });

  it("tells of one command what the table has", () => {
    const bench = new Bench();
    for (const { opcode, serviceAction, usage } of rowsOf(true)) {
      const option = serviceAction === undefined ? "01" : "02";
      const cdb = (options: string): string =>
        `a3 0c ${options} ${hex2(opcode)} 00${hex2(serviceAction ?? 0)} 0000ffff 00 00`;
      const bytes = Buffer.from(usage);
      if (serviceAction !== undefined) bytes.writeUInt8(serviceAction, 1);
      const expected = `0003${hex2(0)}${hex2(usage.length)}${bytes.toString("hex")}`;
      expect(ask(bench, cdb(option)).toString("hex")).toBe(expected);
      expect(ask(bench, cdb("03")).toString("hex")).toBe(expected);
      expect(bench.sense(cdb(serviceAction === undefined ? "02" : "01"))).toBe("5/24/00 @2.2");
    }
    expect(bench.send("a3 0c 81 00 0000 0000ffff 00 00")).toBe(
      `GOOD 00830006000000000000000a${"00".repeat(10)}`,
    );
  });

  it("leaves out UNMAP where nothing can be unmapped", () => {
    const bench = new Bench({ specs: ["0=ram:1M", "1=ram:1M,ro"] });
    const one = "a3 0c 01 42 0000 0000ffff 00 00";
    expect(bench.send(one)).toBe("GOOD 0003000a42000000000000ffff00");
    expect(bench.send(one, { lun: 1 })).toBe("GOOD 00010000");
    const count = (lun: number): number =>
      bench.send("a3 0c 00 00 0000 0000ffff 00 00", { lun }).length;
    expect(count(0) - count(1)).toBe(16);
  });

  it("says what is not supported, and knows no fifth option", () => {
    const bench = new Bench();
    expect(bench.send("a3 0c 01 ff 0000 0000ffff 00 00")).toBe("GOOD 00010000");
    expect(bench.send("a3 0c 02 9e 001f 0000ffff 00 00")).toBe("GOOD 00010000");
    expect(bench.send("a3 0c 03 00 0001 0000ffff 00 00")).toBe("GOOD 00010000");
    expect(bench.sense("a3 0c 04 00 0000 0000ffff 00 00")).toBe("5/24/00 @2.2");
    expect(bench.sense("a3 0a 00 00 0000 0000ffff 00 00")).toBe("5/24/00 @1.4");
  });

  it("calls commands what the decoders call them", () => {
    for (const { opcode, serviceAction, name } of rowsOf(true)) {
      const decoded =
        serviceAction === undefined ? findOpcode(opcode) : findServiceAction(opcode, serviceAction);
      expect(`${hex2(opcode)} ${decoded?.name}`).toBe(`${hex2(opcode)} ${name}`);
    }
  });
});

it("REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS says what is done", () => {
  const bench = new Bench();
  expect(bench.send("a3 0d 00 00 0000 00000010 00 00")).toBe("GOOD da000000");
  expect(bench.send("a3 0d 80 00 0000 00000010 00 00")).toBe(`GOOD da00000c${"00".repeat(12)}`);
});

it("every bit outside the usage bits is an invalid field, and pointed at", () => {
  const bench = new Bench();
  for (const row of rowsOf(true)) {
    for (let bit = 8; bit < 8 * row.usage.length; bit++) {
      const at = bit >> 3;
      const mask = 1 << (bit & 7);
      const inAction = row.serviceAction !== undefined && at === 1 && mask < 0x20;
      if (inAction || ((row.usage[at] ?? 0) & mask) !== 0) continue;
      const cdb = plain(row);
      cdb[at] = (cdb[at] ?? 0) | mask;
      const name = `${row.name} @${at}.${bit & 7}`;
      expect(`${name} ${bench.sense(cdb)}`).toBe(`${name} 5/24/00 @${at}.${bit & 7}`);
    }
  }
});
