// SPDX-License-Identifier: MIT
// Closures that compare: exact for every 64-bit value, false where the event lacks the field.

import {
  type Field,
  isWide,
  NARROW_READERS,
  type NarrowReader,
  WIDE_READERS,
  type WideReader,
} from "./fields.js";
import type { JoinedEvent, Wide } from "./joined-event.js";
import type { NamedValue } from "./names.js";
import type { Operator } from "./tokens.js";

export type Match = (event: JoinedEvent) => boolean;

/** What the sign of `a - b` must be. */
const HOLDS: Readonly<Record<Operator, (order: number) => boolean>> = {
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

const NARROW: Readonly<Record<Operator, (read: NarrowReader, value: number) => Match>> = {
  "==": (read, value) => (event) => read(event) === value,
  "!=": (read, value) => (event) => {
    const found = read(event);
    return found !== null && found !== value;
  },
  "<": (read, value) => (event) => {
    const found = read(event);
    return found !== null && found < value;
  },
  "<=": (read, value) => (event) => {
    const found = read(event);
    return found !== null && found <= value;
  },
  ">": (read, value) => (event) => {
    const found = read(event);
    return found !== null && found > value;
  },
  ">=": (read, value) => (event) => {
    const found = read(event);
    return found !== null && found >= value;
  },
};

/** Sign of the difference; `>>> 0` lets a reader give halves as signed words. */
function order(wide: Wide, high: number, low: number): number {
  const difference = (wide.high >>> 0) - high;
  return difference !== 0 ? difference : (wide.low >>> 0) - low;
}

function compareWide(read: WideReader, operator: Operator, value: bigint): Match {
  const holds = HOLDS[operator];
  if (value < 0n) {
    const always = holds(1);
    return (event) => read(event) !== null && always;
  }
  const high = Number(value >> 32n);
  const low = Number(value & 0xffffffffn);
  return (event) => {
    const found = read(event);
    return found !== null && holds(order(found, high, low));
  };
}

/** `field operator value`, value within -2^63 .. 2^64-1. */
export function compareNumber(field: Field, operator: Operator, value: bigint): Match {
  if (isWide(field)) return compareWide(WIDE_READERS[field], operator, value);
  // narrow values are below 2^53: rounding a larger one does not change the order
  return NARROW[operator](NARROW_READERS[field], Number(value));
}

/** `field operator NAME`. A name with a service action takes only == and !=. */
export function compareName(field: Field, operator: Operator, named: NamedValue): Match {
  const { value, action } = named;
  if (action === null) return compareNumber(field, operator, BigInt(value));
  const wanted = operator === "==";
  return (event) => {
    const { opcode } = event;
    if (opcode === null) return false;
    return (opcode === value && event.service_action === action) === wanted;
  };
}

/** As a double: exact below 2^53, and above it still above every narrow value. */
function numberReader(field: Field): NarrowReader {
  if (!isWide(field)) return NARROW_READERS[field];
  const read = WIDE_READERS[field];
  return (event) => {
    const found = read(event);
    return found && (found.high >>> 0) * 0x1_0000_0000 + (found.low >>> 0);
  };
}

/** `left operator right`, both fields of the event. */
export function compareFields(left: Field, operator: Operator, right: Field): Match {
  const holds = HOLDS[operator];
  if (isWide(left) && isWide(right)) {
    const [readLeft, readRight] = [WIDE_READERS[left], WIDE_READERS[right]];
    return (event) => {
      const a = readLeft(event);
      const b = readRight(event);
      return a !== null && b !== null && holds(order(a, b.high >>> 0, b.low >>> 0));
    };
  }
  const [readLeft, readRight] = [numberReader(left), numberReader(right)];
  return (event) => {
    const a = readLeft(event);
    const b = readRight(event);
    return a !== null && b !== null && holds(a - b);
  };
}
