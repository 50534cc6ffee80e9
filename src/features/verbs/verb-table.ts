// SPDX-License-Identifier: MIT
// The verbs of an owner as they are typed: name, usage, and what each asks.
import { TgtctlError } from "../../errors.js";
import type { EngineStatus } from "../../session/engine/verbs.js";
import { engineLines } from "../status.js";
import { breakAdd, breakDelete, breakList } from "./break-verbs.js";
import { faultAdd, faultDelete, faultList } from "./fault-verbs.js";
import { goOn, held, hold } from "./hold-verbs.js";
import { lunAdd, lunList, lunRemove, lunResize } from "./lun-verbs.js";
import type { OwnerVerb } from "./owner-verb.js";
import { drop, release, step } from "./release-verbs.js";
import type { LineForm, Typed } from "./typed-line.js";

export interface VerbForm extends LineForm {
  /** Errors: `usage`; ExpressionError with the column in `typed.text`. */
  readonly request: (typed: Typed) => OwnerVerb<unknown>;
}

/** Whose answer is not known here any more. */
function some<Result>(verb: OwnerVerb<Result>): OwnerVerb<unknown> {
  return { ...verb, text: (result) => verb.text(result as Result) };
}

const words = (least: number, most = least) => ({ kind: "words", least, most }) as const;
const EXPRESSION = { kind: "expression" } as const;
const ON_OFF: ReadonlySet<string> = new Set(["on", "off"]);

function holdTyped(typed: Typed): OwnerVerb<unknown> {
  const [state = "on"] = typed.words;
  if (!ON_OFF.has(state))
    throw new TgtctlError(
      "usage",
      `hold ${state}: neither on nor off`,
      "usage: hold [on|off] [--tmf]",
    );
  return some(hold(state === "on", typed.flag("tmf")));
}

function status(): OwnerVerb<EngineStatus> {
  return { method: "engine.status", params: {}, schema: "status", text: engineLines };
}

const first = ({ words: [word = ""] }: Typed): string => word;

export const VERB_FORMS: readonly VerbForm[] = [
  {
    name: "hold",
    usage: "[on|off] [--tmf]",
    describe: "answers are prepared, and kept back",
    takes: words(0, 1),
    words: ["on", "off"],
    options: { tmf: "flag" },
    request: holdTyped,
  },
  {
    name: "held",
    usage: "",
    describe: "what waits, in the order in which step lets it go",
    takes: words(0),
    request: () => some(held()),
  },
  {
    name: "step",
    usage: "[COUNT]",
    describe: "the oldest held answers go out",
    takes: words(0, 1),
    request: ({ words: [count = "1"] }) => some(step(count)),
  },
  {
    name: "release",
    usage: "HOST:CID [--set FIELD=VALUE]... [--sense K/ASC/ASCQ]",
    describe: "this answer goes out, before older ones",
    takes: words(1),
    options: { set: "values", sense: "value" },
    values: { set: ["host_no=", "cid=", "len=", "result=", "uaddr=", "rw="] },
    request: (typed) =>
      some(
        release({ name: first(typed), set: typed.values("set"), sense: typed.values("sense")[0] }),
      ),
  },
  {
    name: "drop",
    usage: "HOST:CID",
    describe: "never answered: the initiator aborts it when its time is up",
    takes: words(1),
    request: (typed) => some(drop(first(typed))),
  },
  {
    name: "continue",
    usage: "",
    describe: "everything held goes out, in order; breakpoints stay",
    takes: words(0),
    request: () => some(goOn()),
  },
  {
    name: "break add",
    usage: "EXPR [--once]",
    describe: "hold the target at events that match",
    takes: EXPRESSION,
    options: { once: "flag" },
    request: (typed) => some(breakAdd(typed.text, typed.flag("once"))),
  },
  {
    name: "break list",
    usage: "",
    describe: "breakpoints and how often each was hit",
    takes: words(0),
    request: () => some(breakList()),
  },
  {
    name: "break delete",
    usage: "ID",
    describe: "what is held stays held",
    takes: words(1),
    request: (typed) => some(breakDelete(first(typed))),
  },
  {
    name: "fault add",
    usage: "EXPR : ACTION [every N] [chance P [seed S]]",
    describe: "commands that match meet with this",
    takes: { kind: "rule" },
    request: (typed) => some(faultAdd(typed.text)),
  },
  {
    name: "fault list",
    usage: "",
    describe: "rules, how often each matched and acted",
    takes: words(0),
    request: () => some(faultList()),
  },
  {
    name: "fault delete",
    usage: "ID",
    describe: "commands it delays or has dropped stay so",
    takes: words(1),
    request: (typed) => some(faultDelete(first(typed))),
  },
  {
    name: "lun add",
    usage: "SPEC",
    describe: "serve one more, e.g. ram:256M",
    takes: words(1),
    request: (typed) => some(lunAdd(first(typed))),
  },
  {
    name: "lun remove",
    usage: "LUN [--force]",
    describe: "serve it no longer; its disks go first",
    takes: words(1),
    options: { force: "flag" },
    request: (typed) => some(lunRemove(first(typed), typed.flag("force"))),
  },
  {
    name: "lun resize",
    usage: "LUN SIZE",
    describe: "another capacity; its disks are told",
    takes: words(2),
    request: ({ words: [lun = "", size = ""] }) => some(lunResize(lun, size)),
  },
  {
    name: "lun list",
    usage: "",
    describe: "what is served",
    takes: words(0),
    request: () => some(lunList()),
  },
  {
    name: "status",
    usage: "",
    describe: "the session: in flight, LUNs, breakpoints, fault rules, counters",
    takes: words(0),
    request: () => some(status()),
  },
];
