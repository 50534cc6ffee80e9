// SPDX-License-Identifier: MIT
// Names of task attributes and task management functions, as the interface numbers them.
// Source: kernel/scsi_tgt_if.h; the words are SAM-5's.

import type { NamedNumber } from "./status.js";

const ATTRIBUTES: Readonly<Record<number, string>> = {
  32: "SIMPLE",
  33: "HEAD OF QUEUE",
  34: "ORDERED",
};

const FUNCTIONS: Readonly<Record<number, string>> = {
  6: "ABORT TASK SET",
  12: "TARGET RESET",
  13: "ABORT TASK",
  14: "CLEAR TASK SET",
  22: "CLEAR ACA",
  23: "LOGICAL UNIT RESET",
};

export const ABORT_TASK = 0x0d;

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

/** `SIMPLE`; `ATTRIBUTE 0x7` where it is none. */
export function attributeName(attribute: number): string {
  return ATTRIBUTES[attribute] ?? `ATTRIBUTE ${hex(attribute)}`;
}

/** `ABORT TASK`; `FUNCTION 0x7` where it is none. */
export function functionName(fn: number): string {
  return FUNCTIONS[fn] ?? `FUNCTION ${hex(fn)}`;
}

/** Functions that name one command by its tag; the others mean a whole LUN or target. */
export function functionHasTag(fn: number): boolean {
  return fn === ABORT_TASK;
}

const listed = (table: Readonly<Record<number, string>>): NamedNumber[] =>
  Object.entries(table).map(([value, name]) => ({ value: Number(value), name }));

export function listAttributes(): NamedNumber[] {
  return listed(ATTRIBUTES);
}

export function listFunctions(): NamedNumber[] {
  return listed(FUNCTIONS);
}
