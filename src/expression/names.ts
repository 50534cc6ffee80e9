// SPDX-License-Identifier: MIT
// The names each field may be compared with, made of the tables that show the same values.

import type { Dialect } from "../abi/dialect.js";
import { EVENT_TYPES, RW_DATA_ONLY } from "../abi/event.js";
import { constantName } from "../scsi/constant-name.js";
import { listOpcodes } from "../scsi/opcodes.js";
import { listServiceActions } from "../scsi/service-actions.js";
import {
  listErrnos,
  listHostBytes,
  listStatuses,
  type NamedNumber,
  TASK_ABORTED_LEGACY,
} from "../scsi/status.js";
import { listAttributes, listFunctions } from "../scsi/task-management.js";
import { FIELDS, type Field } from "./fields.js";

export interface NamedValue {
  readonly value: number;
  /** `opcode` only: the service action that must hold too, null = any. */
  readonly action: number | null;
}

export type Names = ReadonlyMap<string, NamedValue>;

const NONE: Names = new Map();

function named(...rows: readonly NamedNumber[]): Names {
  return new Map(rows.map(({ name, value }) => [constantName(name), { value, action: null }]));
}

function opcodeNames(): Names {
  const plain = listOpcodes().map(({ opcode, name }) => ({ opcode, name, action: null }));
  return new Map(
    [...plain, ...listServiceActions()].map(({ opcode, name, action }) => [
      constantName(name),
      { value: opcode, action },
    ]),
  );
}

function namesBy(type: Names): Partial<Record<Field, Names>> {
  const plain = (name: string, value: number): NamedNumber => ({ name, value });
  return {
    type,
    // in small letters everywhere else, so here too
    ring: new Map(["kuring", "ukring"].map((name, value) => [name, { value, action: null }])),
    opcode: opcodeNames(),
    // a status in CMD_RSP, a midlayer result in CMD_DONE, an errno in TSK_MGMT_RSP
    result: named(
      ...listStatuses(),
      plain("DROPPED", TASK_ABORTED_LEGACY),
      ...listHostBytes(),
      ...listErrnos(),
    ),
    rw: named(
      plain("READ", 0),
      plain("WRITE", 1),
      plain("DATA_ONLY_READ", RW_DATA_ONLY),
      plain("DATA_ONLY_WRITE", RW_DATA_ONLY | 1),
    ),
    function: named(...listFunctions()),
    attribute: named(...listAttributes()),
    verdict: named(plain("OK", 0), plain("CLAMPED", 1), ...listErrnos()),
  };
}

const byDialect = new WeakMap<Dialect, Partial<Record<Field, Names>>>();

/** Names of `field`, none for most fields. Types have the dialect's numbers. */
export function namesFor(field: Field, dialect: Dialect): Names {
  let names = byDialect.get(dialect);
  if (!names) {
    const types = EVENT_TYPES.map((name) => ({ name, value: dialect.events[name].type }));
    names = namesBy(named(...types));
    byDialect.set(dialect, names);
  }
  return names[field] ?? NONE;
}

/** The fields `name` may be compared with. */
export function fieldsNaming(name: string, dialect: Dialect): Field[] {
  return FIELDS.filter((field) => namesFor(field, dialect).has(name));
}
