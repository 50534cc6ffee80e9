// SPDX-License-Identifier: MIT
// The tables of src/abi and of the telemetry reader against the compiler, for both ABIs.
import { describe, expect, it } from "vitest";
import type { FieldKind } from "../../src/abi/dialect.js";
import { DIALECT_NAMES, dialectByName } from "../../src/abi/dialects.js";
import { EVENT_TYPES } from "../../src/abi/event.js";
import {
  FEATURE_DATA_ONLY,
  FEATURE_EXCLUSIVE,
  FEATURE_HOLD,
  TELEMETRY_MAGIC,
  TELEMETRY_OFFSETS,
  TELEMETRY_VERSION,
  VERDICT_NAMES,
} from "../../src/device/telemetry.js";
import { RING_BYTES } from "../../src/ring/geometry.js";
import { attributeName, functionName } from "../../src/scsi/task-management.js";
import { type ProbeRow, probeRows } from "./probe.js";

const SIZES: Readonly<Record<string, number>> = { u8: 1, u32: 4, s32: 4, u64: 8 };

function sizeOf(kind: FieldKind): number {
  return typeof kind === "number" ? kind : (SIZES[kind] ?? 0);
}

function rowValue(rows: Map<string, ProbeRow>, name: string): number {
  const row = rows.get(name);
  if (!row) throw new Error(`probe.c has no row ${name}`);
  return row.value;
}

const ABIS = [
  { name: "seed-x86_64", flag: "-m64", pointer: 8 },
  { name: "seed-i386", flag: "-m32", pointer: 4 },
] as const;

it("covers every dialect of 2006", () => {
  expect(ABIS.map(({ name }) => name)).toEqual(DIALECT_NAMES);
});

describe.each(ABIS)("$name is what gcc $flag lays out", ({ name, flag, pointer }) => {
  const rows = probeRows(flag);
  const dialect = dialectByName(name);

  it("was really compiled for that ABI", () => {
    expect(rowValue(rows, "sizeof.pointer")).toBe(pointer);
  });

  it.each(EVENT_TYPES)("%s: type, offset and size of every field", (type) => {
    const layout = dialect.events[type];
    expect(layout.type).toBe(rowValue(rows, `type.${type}`));
    const ours = layout.fields.map((f) => [
      `${type}.${f.name}`,
      { value: f.offset, size: sizeOf(f.kind) },
    ]);
    expect(ours).toEqual([...rows].filter(([row]) => row.startsWith(`${type}.`)));
  });

  it("slot geometry", () => {
    expect(dialect.headerSize).toBe(rowValue(rows, "sizeof.header"));
    expect(dialect.eventSize).toBe(rowValue(rows, "sizeof.event"));
    expect(dialect.entrySize).toBe(dialect.headerSize + dialect.eventSize);
    expect(dialect.typeOffset).toBe(rowValue(rows, "event.type"));
    expect(RING_BYTES).toBe(rowValue(rows, "sizeof.ring"));
    expect(dialect.nrEntry).toBe(2 ** Math.floor(Math.log2(RING_BYTES / dialect.entrySize)));
    expect([rowValue(rows, "header.status"), rowValue(rows, "header.len")]).toEqual([0, 4]);
  });

  it("telemetry window: every field, no other", () => {
    const theirs = [...rows].filter(([row]) => row.startsWith("telemetry."));
    const offsets = theirs.map(([row, { value }]) => [row.slice("telemetry.".length), value]);
    expect(Object.fromEntries(offsets)).toEqual(TELEMETRY_OFFSETS);
    const end = theirs.reduce((sum, [, { size }]) => sum + size, 0);
    expect(end, "sizes of the fields, so that no field is missing").toBe(TELEMETRY_OFFSETS.size);
    const stamp = ["index", "verdict", "t_ns", "size"].map((f) => rowValue(rows, `stamp.${f}`));
    expect(stamp).toEqual([0, 4, 8, 16]);
  });
});

it("constants", () => {
  const rows = probeRows("-m64");
  expect(TELEMETRY_MAGIC).toBe(rowValue(rows, "const.magic"));
  expect(TELEMETRY_VERSION).toBe(rowValue(rows, "const.version"));
  expect(VERDICT_NAMES.length).toBe(rowValue(rows, "const.verdicts"));
  expect(FEATURE_DATA_ONLY).toBe(rowValue(rows, "const.data_only"));
  expect(FEATURE_HOLD).toBe(rowValue(rows, "const.hold"));
  expect(FEATURE_EXCLUSIVE).toBe(rowValue(rows, "const.exclusive"));
  for (const [row, { value }] of rows) {
    if (row.startsWith("attribute.")) expect(`attribute.${attributeName(value)}`).toBe(row);
    if (row.startsWith("function.")) expect(`function.${functionName(value)}`).toBe(row);
  }
});
