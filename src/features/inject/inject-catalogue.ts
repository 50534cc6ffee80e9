// SPDX-License-Identifier: MIT
// The malformations `inject` knows, a row each: what is wrong, which hazard of the interface it is, what
// a correct kernel makes of it.
import type { EventTypeName } from "../../abi/event.js";
import type { VerdictName } from "../../device/telemetry.js";
import type { VictimKind } from "../../session/inject/inject-plan.js";
import type { Draft } from "./inject-draft.js";
import { fieldOf, TYPE_WORD } from "./slot-bytes.js";

/** What two malformations of one event must not both change. */
export type Aspect =
  | "base"
  | "type"
  | "host_no"
  | "cid"
  | "mid"
  | "uaddr"
  | "len"
  | "rw"
  | "result"
  | "status"
  | "place"
  | "doorbell";

export interface Malformation {
  readonly name: string;
  /** `H13`. */
  readonly hazard: string;
  /** What is wrong. */
  readonly text: string;
  /** What a correct kernel does. */
  readonly correct: string;
  /** Event types it makes sense for; the first is taken where none is named. */
  readonly types: readonly EventTypeName[];
  /** One of these verdicts; null: nothing is consumed, or there is nothing to judge. */
  readonly expected: readonly VerdictName[] | null;
  /** It goes out in the place of an answer to a command that waits for it. */
  readonly victim: VictimKind | null;
  readonly changes: readonly Aspect[];
  readonly apply: (draft: Draft) => void;
}

const RSP: readonly EventTypeName[] = ["CMD_RSP"];
const TASK: readonly EventTypeName[] = ["TSK_MGMT_RSP"];
const EITHER: readonly EventTypeName[] = ["CMD_RSP", "TSK_MGMT_RSP"];
const CONTENT: readonly Aspect[] = [
  "base",
  "type",
  "host_no",
  "cid",
  "mid",
  "uaddr",
  "len",
  "rw",
  "result",
];

const REFUSES = "refuses it";
const NOBODY = "refuses it: there is no such command";
const STAYS = "refuses it; the command stays, and takes the right answer after it";

const ABSENT_HOST = 0x7fff_fff0;
const UNKNOWN_TYPE = 0xdead;
const BAD_RESULT = 0x77;
const STORM = 1000;

type Rest = Pick<Malformation, "types" | "expected" | "changes" | "apply"> & {
  readonly correct?: string;
};

function row(name: string, hazard: string, text: string, rest: Rest): Malformation {
  return { name, hazard, text, correct: REFUSES, victim: null, ...rest };
}

type OfVictim = Omit<Rest, "types">;

function victimRow(
  name: string,
  hazard: string,
  text: string,
  victim: VictimKind,
  rest: OfVictim,
): Malformation {
  return { name, hazard, text, correct: STAYS, victim, types: RSP, ...rest };
}

function uaddrRow(name: string, text: string, address: bigint): Malformation {
  return victimRow(name, "H26", text, "read", {
    expected: ["EFAULT"],
    changes: ["uaddr"],
    apply: (draft) => draft.setField("uaddr", address),
  });
}

function hostRow(name: string, text: string, apply: (draft: Draft) => void): Malformation {
  return row(name, "H13", text, {
    types: EITHER,
    expected: ["ENODEV"],
    changes: ["host_no"],
    apply,
  });
}

function statusRow(name: string, text: string, status: number): Malformation {
  return row(name, "H24", text, {
    correct: "takes it for published, and refuses it",
    types: EITHER,
    expected: ["EINVAL"],
    changes: ["status"],
    apply: (draft) => {
      draft.status = status;
    },
  });
}

const WHOLE_EVENTS: readonly Malformation[] = [
  row("unknown-type", "H02", `type 0x${UNKNOWN_TYPE.toString(16)}, which is none`, {
    types: EITHER,
    expected: ["EINVAL"],
    changes: ["type"],
    apply: (draft) => draft.setWord(TYPE_WORD, UNKNOWN_TYPE),
  }),
  row("zeroed", "H01", "a slot of zeroes: it reads as a CMD_RSP for host 0, cid 0", {
    correct: NOBODY,
    types: RSP,
    expected: ["ENOENT", "ENODEV"],
    changes: CONTENT,
    apply: (draft) => draft.fillBytes(0),
  }),
  row("stale-type", "H02", "a TSK_MGMT_RSP that keeps the type of an older event in its slot", {
    correct: "takes it for what the type says, and finds nobody it is for",
    types: TASK,
    expected: ["ENOENT", "EINVAL", "EALREADY"],
    changes: ["base", "type"],
    apply: (draft) => draft.staleType(),
  }),
  row("duplicate", "H12", "the newest CMD_RSP once more", {
    correct: "refuses it: the command is over, or on its way",
    types: RSP,
    expected: ["ENOENT", "EALREADY"],
    changes: ["base"],
    apply: (draft) => draft.startFrom({ kind: "again" }),
  }),
  row("late", "H16", "an answer to a command that was aborted", {
    correct: NOBODY,
    types: RSP,
    expected: ["ENOENT"],
    changes: ["base"],
    apply: (draft) => draft.startFrom({ kind: "late" }),
  }),
  row("all-ones", "H24", "0xff in every byte, the status word too", {
    types: RSP,
    expected: ["EINVAL"],
    changes: [...CONTENT, "status"],
    apply: (draft) => {
      draft.fillBytes(0xff);
      draft.status = 0xffff_ffff;
    },
  }),
  row("random", "H01", "random bytes, the same for a --seed; real types and hosts among them", {
    types: RSP,
    expected: ["EINVAL", "ENODEV", "ENOENT"],
    changes: CONTENT,
    apply: (draft) => draft.randomBytes(),
  }),
];

const KEYS: readonly Malformation[] = [
  hostRow("bad-host", `host_no ${ABSENT_HOST}: no host has it`, (draft) =>
    draft.setField("host_no", BigInt(ABSENT_HOST)),
  ),
  hostRow("bad-host-negative", "host_no -1", (draft) => draft.setField("host_no", -1n)),
  hostRow("bad-host-alias", "host_no 65536 above a real one: in 16 bits the same", (draft) =>
    draft.edit({ op: "add", at: fieldOf(draft.type, "host_no")?.at ?? 0, by: 65536 }),
  ),
  row("bad-cid", "H14", "a cid that no command has", {
    correct: NOBODY,
    types: RSP,
    expected: ["ENOENT"],
    changes: ["cid"],
    apply: (draft) => draft.setField("cid", 0xffff_fffen),
  }),
  row("bad-mid", "H11", "a mid that looks like an address of the kernel's", {
    correct: "looks it up, finds nothing and touches nothing",
    types: TASK,
    expected: ["ENOENT"],
    changes: ["mid"],
    apply: (draft) => draft.setField("mid", 0xffff_8880_dead_0000n),
  }),
];

const ANSWERS: readonly Malformation[] = [
  uaddrRow("null-uaddr", "uaddr 0", 0n),
  uaddrRow("unmapped-uaddr", "uaddr 0x1000, where nothing is mapped", 0x1000n),
  uaddrRow("kernel-uaddr", "a uaddr of the kernel's", 0xffff_ffff_8100_0000n),
  uaddrRow("wrapping-uaddr", "uaddr + len goes round to 0", 0xffff_ffff_ffff_f000n),
  victimRow("read-only-uaddr", "H26", "data of a WRITE to memory nobody may write", "write", {
    expected: ["EFAULT"],
    changes: ["uaddr"],
    apply: (draft) =>
      draft.edit({ op: "readOnlyAddress", at: fieldOf("CMD_RSP", "uaddr")?.at ?? 0 }),
  }),
  victimRow("len-overlong", "H25", "len 4096 more than the command asks for", "read", {
    correct: "moves what the command asks for, and says so",
    expected: ["CLAMPED"],
    changes: ["len"],
    apply: (draft) => draft.edit({ op: "add", at: fieldOf("CMD_RSP", "len")?.at ?? 0, by: 4096 }),
  }),
  victimRow("len-huge", "H25", "len 0xffffffff", "any", {
    expected: ["EMSGSIZE"],
    changes: ["len"],
    apply: (draft) => draft.setField("len", 0xffff_ffffn),
  }),
  victimRow("len-zero", "H25", "GOOD, and not a byte where data are due", "read", {
    correct: "tells the initiator that nothing moved; that one asks again",
    expected: ["OK"],
    changes: ["len"],
    apply: (draft) => draft.setField("len", 0n),
  }),
  victimRow("wrong-direction", "H27", "rw against the command's direction", "any", {
    expected: ["EPROTO"],
    changes: ["rw"],
    apply: (draft) => draft.edit({ op: "xor", at: fieldOf("CMD_RSP", "rw")?.at ?? 0, hex: "01" }),
  }),
  victimRow("bad-result", "H17", `result 0x${BAD_RESULT.toString(16)}, no SAM status`, "any", {
    expected: ["EINVAL"],
    changes: ["result"],
    apply: (draft) => draft.setField("result", BigInt(BAD_RESULT)),
  }),
];

const RINGS: readonly Malformation[] = [
  statusRow("status-2", "status word 2", 2),
  statusRow("status-all-ones", "status word 0xffffffff", 0xffff_ffff),
  row("torn", "H05", "published first, filled while the kernel reads", {
    correct: "copies it once, and refuses the copy",
    types: RSP,
    expected: ["ENOENT", "EINVAL"],
    changes: CONTENT,
    apply: (draft) => draft.tear(),
  }),
  row("type-flip", "H10", "the type changes while the kernel reads", {
    correct: "looks at the type once",
    types: RSP,
    expected: ["ENOENT", "EINVAL"],
    changes: CONTENT,
    apply: (draft) => draft.flipType(),
  }),
  row("skipped-slot", "H23", "published one slot too far", {
    correct: "waits at the empty slot",
    types: EITHER,
    expected: null,
    changes: ["place"],
    apply: (draft) => {
      draft.skip = 1;
    },
  }),
  row("filled-ring", "H03", "every slot of ukring published before the doorbell", {
    correct: "consumes the whole lap",
    types: EITHER,
    expected: ["ENOENT"],
    changes: ["place"],
    apply: (draft) => {
      draft.fill = true;
    },
  }),
  row("doorbell-storm", "H09", `${STORM} doorbells for one event`, {
    correct: "consumes it once",
    types: EITHER,
    expected: ["ENOENT"],
    changes: ["doorbell"],
    apply: (draft) => {
      draft.doorbells = STORM;
    },
  }),
  row("doorbell-empty", "H09", "a doorbell, and nothing published", {
    correct: "comes back without having consumed anything",
    types: EITHER,
    expected: null,
    changes: [...CONTENT, "status", "place", "doorbell"],
    apply: (draft) => draft.startFrom({ kind: "nothing" }),
  }),
];

export const MALFORMATIONS: readonly Malformation[] = [
  ...WHOLE_EVENTS,
  ...KEYS,
  ...ANSWERS,
  ...RINGS,
];

/** Undefined for a name it does not have. */
export function malformationNamed(name: string): Malformation | undefined {
  return MALFORMATIONS.find((each) => each.name === name);
}

/** Both in one event would undo one another. */
export function contradict(a: Malformation, b: Malformation): boolean {
  const basesDiffer = (x: Malformation, y: Malformation): boolean =>
    x.victim !== null && (y.changes.includes("base") || !sameVictim(x, y));
  return (
    basesDiffer(a, b) || basesDiffer(b, a) || a.changes.some((each) => b.changes.includes(each))
  );
}

function sameVictim({ victim: a }: Malformation, { victim: b }: Malformation): boolean {
  return b === null || a === b || a === "any" || b === "any";
}
