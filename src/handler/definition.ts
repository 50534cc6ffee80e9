// SPDX-License-Identifier: MIT
// What makes an object a handler: its shape is checked where it is defined, before anything is owned.
import type { Handler } from "./api.js";
import { findNamedOpcode, type NamedOpcode, similarOpcode } from "./opcode-names.js";
import { kindOf } from "./reply.js";

/** The default of `deadlineMs`, and the longest: initiators give up after some 30 s anyhow. */
const DEADLINE_MS = 1000;
const LONGEST_DEADLINE_MS = 60_000;

/** What a handler wants to be asked for: plain data, known to be good. */
export interface HandlerRule {
  /** Null: every opcode. */
  readonly opcodes: readonly NamedOpcode[] | null;
  /** Null: every LUN. */
  readonly luns: readonly number[] | null;
  readonly deadlineMs: number;
  readonly dataOut: boolean;
}

/** A rule and where it came from. */
export interface FileRule extends HandlerRule {
  /** `my-handler.js` */
  readonly file: string;
}

/** Not a handler; the message says what is wrong with it. */
export class HandlerShapeError extends TypeError {
  override readonly name = "HandlerShapeError";
}

/**
 * Declares a handler; the file's default export is one, or an array of them.
 * Throws HandlerShapeError (a TypeError) for a wrong opcode, LUN, deadline or property.
 */
export function defineHandler(handler: Handler): Handler {
  readRule(handler);
  return handler;
}

function opcodeOf(name: unknown): NamedOpcode {
  const text = typeof name === "string" || typeof name === "number" ? name : kindOf(name);
  const found = findNamedOpcode(text);
  if (found) return found;
  const similar = typeof text === "string" ? similarOpcode(text) : null;
  throw new HandlerShapeError(
    `opcodes: ${JSON.stringify(text)} is no opcode: ${similar ? `${similar} is one` : "give a name such as READ_10, or 0..255"}`,
  );
}

function lunOf(lun: unknown): number {
  if (typeof lun === "number" && Number.isInteger(lun) && lun >= 0 && lun <= 0xffffff) return lun;
  throw new HandlerShapeError(`luns: ${typeof lun === "number" ? lun : kindOf(lun)} is no LUN`);
}

/** Null where the property is not given. */
function listOf<T>(what: string, list: unknown, read: (item: unknown) => T): T[] | null {
  if (list === undefined) return null;
  if (!Array.isArray(list) || list.length === 0) {
    throw new HandlerShapeError(`${what} is ${kindOf(list)}: give a list of one or more`);
  }
  return list.map(read);
}

function deadlineOf(ms: unknown): number {
  if (ms === undefined) return DEADLINE_MS;
  if (typeof ms === "number" && Number.isInteger(ms) && ms >= 1 && ms <= LONGEST_DEADLINE_MS) {
    return ms;
  }
  throw new HandlerShapeError(`deadlineMs: give whole milliseconds, 1..${LONGEST_DEADLINE_MS}`);
}

const KNOWN = new Set(["opcodes", "luns", "deadlineMs", "dataOut", "command"]);

/** In a literal, what we do not know is a slip; an instance of a class has state of its own. */
function refuseUnknown(handler: object): void {
  if (Object.getPrototypeOf(handler) !== Object.prototype) return;
  const unknown = Object.keys(handler).find((name) => !KNOWN.has(name));
  if (unknown !== undefined) {
    throw new HandlerShapeError(
      `a handler has no ${JSON.stringify(unknown)}, only ${[...KNOWN].join(", ")}`,
    );
  }
}

/** Throws HandlerShapeError, and what a getter of it throws. */
export function readRule(handler: unknown): HandlerRule {
  if (typeof handler !== "object" || handler === null || Array.isArray(handler)) {
    throw new HandlerShapeError(`a handler is an object, not ${kindOf(handler)}`);
  }
  const given: { readonly [K in keyof Handler]?: unknown } = handler;
  const { opcodes, luns, deadlineMs, dataOut, command } = given;
  refuseUnknown(handler);
  if (typeof command !== "function") throw new HandlerShapeError("command is not a function");
  if (opcodes === undefined && luns === undefined) {
    throw new HandlerShapeError("neither opcodes nor luns: name what it shall answer");
  }
  if (dataOut !== undefined && typeof dataOut !== "boolean") {
    throw new HandlerShapeError(`dataOut is ${kindOf(dataOut)}: give true or false`);
  }
  return {
    opcodes: listOf("opcodes", opcodes, opcodeOf),
    luns: listOf("luns", luns, lunOf),
    deadlineMs: deadlineOf(deadlineMs),
    dataOut: dataOut ?? false,
  };
}
