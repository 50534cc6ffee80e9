// SPDX-License-Identifier: MIT
// Opcodes by the names of the CDB tables, as expressions have them: READ_10, READ_CAPACITY_16.
import { constantName } from "../scsi/constant-name.js";
import { listOpcodes } from "../scsi/opcodes.js";
import { listServiceActions } from "../scsi/service-actions.js";

export interface NamedOpcode {
  readonly opcode: number;
  /** The service action meant, null: any. */
  readonly action: number | null;
}

const BY_NAME: ReadonlyMap<string, NamedOpcode> = new Map(
  [...listOpcodes().map((row) => ({ ...row, action: null })), ...listServiceActions()].map(
    ({ name, opcode, action }) => [constantName(name), { opcode, action }],
  ),
);

/** What a name or number stands for, or null. */
export function findNamedOpcode(name: string | number): NamedOpcode | null {
  if (typeof name === "string") return BY_NAME.get(name) ?? null;
  return Number.isInteger(name) && name >= 0 && name <= 0xff
    ? { opcode: name, action: null }
    : null;
}

/** `READ_10` for `read10`; null where nothing is like it. */
export function similarOpcode(name: string): string | null {
  const bare = (text: string): string => text.replace(/[^A-Za-z0-9]/g, "").toUpperCase();
  return [...BY_NAME.keys()].find((known) => bare(known) === bare(name)) ?? null;
}

/** `READ_10` for `READ(10)`; `0xc1` for an opcode without a name. */
export function commandName(opcode: number, name: string): string {
  if (name.startsWith("OPCODE ")) return `0x${opcode.toString(16).padStart(2, "0")}`;
  return constantName(name);
}

/** Every name a handler may list in `opcodes`. */
export function opcodeNames(): string[] {
  return [...BY_NAME.keys()];
}
