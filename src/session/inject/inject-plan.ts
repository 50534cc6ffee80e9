// SPDX-License-Identifier: MIT
// What shall be put into ukring, as plain data: it may come over a socket, so all of it is checked.
import { TgtctlError } from "../../errors.js";
import { NR_ENTRY, SLOT_BYTES } from "../../ring/live-layout.js";

/** An answer of ours to a command that waits for it; whole blocks of data, for `read` and `write`. */
export type VictimKind = "any" | "read" | "write";

/** The 96 bytes that edits begin with. */
export type InjectBase =
  | { readonly kind: "bytes"; readonly hex: string }
  /** The next answer of ours, in whose place it goes out first. */
  | { readonly kind: "victim"; readonly wants: VictimKind }
  /** The newest CMD_RSP once more. */
  | { readonly kind: "again" }
  /** An answer to the newest command that task management ended. */
  | { readonly kind: "late" }
  /** What an earlier lap left in the slot. */
  | { readonly kind: "stale" }
  /** Nothing is published: the doorbell alone. */
  | { readonly kind: "nothing" };

/** `at`: byte offset in the slot, its header included. */
export type Edit =
  | { readonly op: "set" | "xor"; readonly at: number; readonly hex: string }
  /** Added to the u32 there, modulo 2^32. */
  | { readonly op: "add"; readonly at: number; readonly by: number }
  /** A u64: the address of memory of the owner that cannot be written. */
  | { readonly op: "readOnlyAddress"; readonly at: number };

export interface InjectPlan {
  readonly base: InjectBase;
  readonly edits: readonly Edit[];
  /** The slot's status word; 0: filled but not published. */
  readonly status: number;
  /** The slot it goes to; null: the next one, `skip` slots further on. */
  readonly slot: number | null;
  readonly skip: number;
  /** Harmless events first, so that it takes the last free slot of the ring. */
  readonly fill: boolean;
  /** With these edits on top the other content that another thread keeps putting there; null: none. */
  readonly race: readonly Edit[] | null;
  /** 0: published and not rung. */
  readonly doorbells: number;
  /** What was left out of step stays so. */
  readonly leave: boolean;
  /** Target host of the harmless events. */
  readonly hostNo: number;
  /** How long to wait for a victim. */
  readonly waitMs: number;
}

/** What became of it. */
export interface InjectOutcome {
  /** Null if nothing was published. */
  readonly slot: number | null;
  readonly index: number | null;
  /** The 96 bytes, as published. */
  readonly hex: string;
  /** Null: not rung. */
  readonly consumed: boolean | null;
  /** The kernel's, before anything was repaired; null where it gave none. */
  readonly verdict: number | null;
  /** The command whose answer it took the place of. */
  readonly victim: { readonly hostNo: number; readonly cid: number } | null;
  /** Events published to bring the ring into step. */
  readonly repaired: number;
}

const MOST_DOORBELLS = 100_000;
const MOST_EDITS = 64;
const MOST_WAIT_MS = 60_000;
const BASES = ["bytes", "victim", "again", "late", "stale", "nothing"] as const;
const WANTS = ["any", "read", "write"] as const;

type Fields = Readonly<Record<string, unknown>>;

function bad(what: string): TgtctlError {
  return new TgtctlError(
    "usage",
    `inject plan: ${what}`,
    "let tgtctl inject make the plan: both ends have to be of one release",
  );
}

function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw bad(`${what} is not an object`);
  }
  return value as Fields;
}

function whole(fields: Fields, name: string, low: number, high: number): number {
  const value = fields[name];
  if (typeof value === "number" && Number.isInteger(value) && value >= low && value <= high) {
    return value;
  }
  throw bad(`${name} is not a whole number from ${low} to ${high}`);
}

function truth(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (typeof value !== "boolean") throw bad(`${name} is neither true nor false`);
  return value;
}

function oneOf<T extends string>(fields: Fields, name: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === fields[name]);
  if (found === undefined) throw bad(`${name} is none of ${allowed.join(" ")}`);
  return found;
}

/** Hex of 1 to `most` bytes. */
function hexOf(fields: Fields, most: number): string {
  const { hex } = fields;
  if (typeof hex === "string" && /^([0-9a-f]{2})+$/.test(hex) && hex.length <= 2 * most) return hex;
  throw bad(`hex is not that of 1 to ${most} bytes`);
}

function parseBase(value: unknown): InjectBase {
  const fields = fieldsOf(value, "base");
  const kind = oneOf(fields, "kind", BASES);
  if (kind === "victim") return { kind, wants: oneOf(fields, "wants", WANTS) };
  if (kind !== "bytes") return { kind };
  const hex = hexOf(fields, SLOT_BYTES);
  if (hex.length !== 2 * SLOT_BYTES) throw bad(`base is not ${SLOT_BYTES} bytes`);
  return { kind, hex };
}

function parseEdit(value: unknown): Edit {
  const fields = fieldsOf(value, "an edit");
  const op = oneOf(fields, "op", ["set", "xor", "add", "readOnlyAddress"]);
  const at = whole(fields, "at", 4, SLOT_BYTES - 1); // the status word is the plan's own
  if (op === "set" || op === "xor") return { op, at, hex: hexOf(fields, SLOT_BYTES - at) };
  const size = op === "add" ? 4 : 8;
  if (at % size !== 0) throw bad(`at is not a multiple of ${size}`);
  return op === "add" ? { op, at, by: whole(fields, "by", -0x8000_0000, 0xffff_ffff) } : { op, at };
}

function parseEdits(value: unknown): Edit[] {
  if (!Array.isArray(value) || value.length > MOST_EDITS) {
    throw bad(`edits are not a list of at most ${MOST_EDITS}`);
  }
  return value.map(parseEdit);
}

/** Errors: `usage` for whatever is not a plan. */
export function parseInjectPlan(value: unknown): InjectPlan {
  const fields = fieldsOf(value, "it");
  return {
    base: parseBase(fields.base),
    edits: parseEdits(fields.edits),
    status: whole(fields, "status", 0, 0xffff_ffff),
    slot: fields.slot === null ? null : whole(fields, "slot", 0, NR_ENTRY - 1),
    skip: whole(fields, "skip", 0, NR_ENTRY - 1),
    fill: truth(fields, "fill"),
    race: fields.race === null ? null : parseEdits(fields.race),
    doorbells: whole(fields, "doorbells", 0, MOST_DOORBELLS),
    leave: truth(fields, "leave"),
    hostNo: whole(fields, "hostNo", -0x8000_0000, 0x7fff_ffff),
    waitMs: whole(fields, "waitMs", 0, MOST_WAIT_MS),
  };
}
