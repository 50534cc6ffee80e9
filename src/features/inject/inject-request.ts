// SPDX-License-Identifier: MIT
// From what was asked for to plans: one event each, the same ones for the same seed.
import { EVENT_TYPES, type EventTypeName } from "../../abi/event.js";
import { SEED_X86_64 } from "../../abi/seed.js";
import type { VerdictName } from "../../device/telemetry.js";
import { TgtctlError } from "../../errors.js";
import { SeededRandom } from "../../session/faults/seeded-random.js";
import type { InjectPlan, VictimKind } from "../../session/inject/inject-plan.js";
import { parseSetting, type Setting } from "../field-setting.js";
import {
  contradict,
  MALFORMATIONS,
  type Malformation,
  malformationNamed,
} from "./inject-catalogue.js";
import { Draft } from "./inject-draft.js";
import { parseRaw } from "./raw-slot.js";
import { TYPE_WORD, wordBytes } from "./slot-bytes.js";

export interface InjectArguments {
  readonly type: string | undefined;
  /** Names, of one --malform. */
  readonly malform: readonly string[];
  readonly set: readonly string[];
  readonly raw: string | undefined;
  readonly slot: number | undefined;
  readonly status: number | undefined;
  /** The slot header's word. */
  readonly len: number | undefined;
  readonly kick: boolean;
  readonly leave: boolean;
  readonly seed: number;
  readonly waitMs: number;
}

/** A plain event, as it is where nothing is given. */
export const PLAIN_INJECT: InjectArguments = {
  type: undefined,
  malform: [],
  set: [],
  raw: undefined,
  slot: undefined,
  status: undefined,
  len: undefined,
  kick: true,
  leave: false,
  seed: 1,
  waitMs: 5000,
};

export interface InjectRequest {
  readonly malformed: readonly Malformation[];
  /** One of these; null: nothing is consumed; undefined: whatever comes. */
  readonly expected: readonly VerdictName[] | null | undefined;
  readonly victim: VictimKind | null;
  /** The next plan, for a target host. */
  next(hostNo: number): InjectPlan;
}

const LEN_WORD = 4;

/** Errors: `usage`. */
export function injectRequest(args: InjectArguments): InjectRequest {
  const malformed = malformationsOf(args.malform);
  const { type, number } = typeOf(args.type, args.raw, malformed);
  const raw = args.raw === undefined ? null : parseRaw(args.raw);
  const settings: Pick<Setting, "at" | "bytes">[] = args.set.map((text) =>
    parseSetting(type, text),
  );
  if (number !== null) settings.unshift({ at: TYPE_WORD, bytes: wordBytes(number) });
  const victim = victimOf(malformed);
  if (victim !== null && raw !== null) throw notTogether("--raw", malformed);
  const random = new SeededRandom(args.seed);
  const next = (hostNo: number): InjectPlan => {
    const draft = new Draft(type, hostNo, random);
    if (raw) draft.startFrom({ kind: "bytes", hex: Buffer.from(raw).toString("hex") });
    if (victim !== null) draft.startFrom({ kind: "victim", wants: victim });
    for (const { apply } of malformed) apply(draft);
    return adjust(draft, args, raw, settings).plan(args.waitMs);
  };
  const own = settings.length > 0 || raw !== null || isOwnPlace(args);
  return { malformed, expected: own ? undefined : expectedOf(malformed), victim, next };
}

function isOwnPlace({ slot, status, len, kick }: InjectArguments): boolean {
  return slot !== undefined || status !== undefined || len !== undefined || !kick;
}

/** What was asked for by name of a field or of an option has the last word. */
function adjust(
  draft: Draft,
  args: InjectArguments,
  raw: Uint8Array | null,
  settings: readonly Pick<Setting, "at" | "bytes">[],
): Draft {
  if (raw && raw[0] !== undefined && draft.status === 1) draft.status = rawStatus(raw);
  for (const { at, bytes } of settings) draft.setBytes(at, bytes);
  if (args.len !== undefined) draft.setWord(LEN_WORD, args.len);
  if (args.status !== undefined) draft.status = args.status;
  if (args.slot !== undefined) draft.slot = args.slot;
  if (!args.kick) draft.doorbells = 0;
  draft.leave = args.leave;
  return draft;
}

/** A whole slot has a status of its own; one that was given as an event, or as a free slot, is published. */
function rawStatus(raw: Uint8Array): number {
  return new DataView(raw.buffer, raw.byteOffset).getUint32(0, true) || 1;
}

function malformationsOf(names: readonly string[]): Malformation[] {
  const rows = names.map((name) => {
    const row = malformationNamed(name);
    if (row) return row;
    throw new TgtctlError(
      "usage",
      `--malform: there is no ${JSON.stringify(name)}`,
      `known: ${MALFORMATIONS.map((each) => each.name).join(" ")}`,
    );
  });
  for (const [i, row] of rows.entries()) {
    const other = rows.slice(0, i).find((each) => contradict(each, row));
    if (other) throw notTogether(`--malform ${other.name}`, [row]);
  }
  return rows;
}

function notTogether(one: string, [other]: readonly Malformation[]): TgtctlError {
  return new TgtctlError(
    "usage",
    `${one} and ${other?.name ?? "that"} do not go together: both make up the same part of the event`,
    "inject them one after the other",
  );
}

function typeOf(
  asked: string | undefined,
  raw: string | undefined,
  malformed: readonly Malformation[],
): { type: EventTypeName; number: number | null } {
  if (asked === undefined) {
    const type = malformed[0]?.types[0];
    if (type === undefined && raw === undefined) throw nothingToInject();
    const all = EVENT_TYPES.filter((each) => malformed.every(({ types }) => types.includes(each)));
    return {
      type: checked(type && all.includes(type) ? type : (all[0] ?? "CMD_RSP"), malformed),
      number: null,
    };
  }
  const type = EVENT_TYPES.find((each) => each === asked);
  if (type) return { type: checked(type, malformed), number: null };
  const number = Number(asked);
  if (/^(0x[0-9a-f]+|[0-9]+)$/i.test(asked) && number <= 0xffff_ffff) {
    const known = EVENT_TYPES.find((each) => SEED_X86_64.events[each].type === number);
    return { type: checked(known ?? "CMD_RSP", malformed), number };
  }
  throw new TgtctlError(
    "usage",
    `--type ${asked.slice(0, 32)}: not a type of event`,
    `types: ${EVENT_TYPES.join(" ")}, or a number`,
  );
}

function checked(type: EventTypeName, malformed: readonly Malformation[]): EventTypeName {
  const wrong = malformed.find(({ types }) => !types.includes(type));
  if (!wrong) return type;
  throw new TgtctlError(
    "usage",
    `--malform ${wrong.name} does not go with ${type}`,
    `it is for ${wrong.types.join(" and ")}`,
  );
}

function nothingToInject(): TgtctlError {
  return new TgtctlError(
    "usage",
    "nothing to inject: neither --type nor --malform nor --raw",
    "try: tgtctl inject --type TSK_MGMT_RSP, or tgtctl inject --list",
  );
}

function victimOf(malformed: readonly Malformation[]): VictimKind | null {
  const kinds = malformed.flatMap(({ victim }) => (victim === null ? [] : [victim]));
  return kinds.find((kind) => kind !== "any") ?? kinds[0] ?? null;
}

/** Where and how often it is rung decides nothing if the event itself is wrong. */
function expectedOf(malformed: readonly Malformation[]): InjectRequest["expected"] {
  if (malformed.length === 0) return undefined;
  if (malformed.some(({ expected }) => expected === null)) return null;
  const deciding = malformed.filter(
    ({ changes }) => !changes.every((each) => each === "place" || each === "doorbell"),
  );
  const rows = deciding.length > 0 ? deciding : malformed;
  return [...new Set(rows.flatMap(({ expected }) => expected ?? []))];
}
