// SPDX-License-Identifier: MIT
// Reading a CDB: which command it is, where on the medium, and one line for people.
import { type CdbField, cdbFieldText, readCdbField } from "./cdb-field.js";
import { type Direction, findOpcode, type Operation } from "./opcodes.js";
import { findServiceAction, serviceActionField } from "./service-actions.js";

export interface DecodedCdb {
  readonly opcode: number;
  /** Null for opcodes without service actions. */
  readonly serviceAction: number | null;
  /** `READ(10)`; `OPCODE 0xc1` for a vendor or unknown one. */
  readonly name: string;
  readonly direction: Direction;
  /** First logical block, where the command has one. */
  readonly lba: bigint | null;
  /** Logical blocks, where the command has a count. */
  readonly blocks: number | null;
  /** `READ(10) lba=0x38 blocks=8`. */
  readonly text: string;
}

function findOperation(opcode: number, action: number | null): Operation {
  const found = action === null ? findOpcode(opcode) : findServiceAction(opcode, action);
  if (found) return found;
  const name = `OPCODE 0x${opcode.toString(16).padStart(2, "0")}`;
  return { name, direction: "vary", fields: [] };
}

function fieldValue(cdb: Uint8Array, fields: readonly CdbField[], label: string): bigint | null {
  const field = fields.find((candidate) => candidate.label === label);
  return field ? readCdbField(cdb, field) : null;
}

/** One argument of a CDB, and where it lies. */
export interface CdbArgument {
  /** `lba=0x38`, `FUA`. */
  readonly text: string;
  readonly at: number;
  readonly size: number;
}

/** The arguments that `decodeCdb` names, in its order. Never throws. */
export function cdbArguments(scb: Uint8Array): CdbArgument[] {
  const opcode = scb[0] ?? 0;
  const actionField = serviceActionField(opcode);
  const action = actionField ? Number(readCdbField(scb, actionField)) : null;
  return findOperation(opcode, action).fields.flatMap((field) => {
    const text = cdbFieldText(scb, field);
    return text === null ? [] : [{ text, at: field.at, size: field.size }];
  });
}

/** Reads a CDB of any length; bytes it does not have count as 0. Never throws. */
export function decodeCdb(scb: Uint8Array): DecodedCdb {
  const opcode = scb[0] ?? 0;
  const actionField = serviceActionField(opcode);
  const serviceAction = actionField ? Number(readCdbField(scb, actionField)) : null;
  const { name, direction, fields } = findOperation(opcode, serviceAction);
  const blocks = fieldValue(scb, fields, "blocks");
  const shown = fields.map((field) => cdbFieldText(scb, field)).filter((text) => text !== null);
  return {
    opcode,
    serviceAction,
    name,
    direction,
    lba: fieldValue(scb, fields, "lba"),
    blocks: blocks === null ? null : Number(blocks),
    text: [name, ...shown].join(" "),
  };
}
