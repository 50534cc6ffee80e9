// SPDX-License-Identifier: MIT
// What is held and what was let go, in words.
import { decodeCdb } from "../scsi/cdb.js";
import { decodeSense, senseText } from "../scsi/sense.js";
import { functionHasTag, functionName } from "../scsi/task-management.js";
import type { HeldAnswerView, HeldView, SentView } from "../session/engine/verbs.js";
import type { HoldState } from "../session/hold/engine-control.js";
import { eventText } from "./event-text.js";

/** `3:4712`, or `3:mid=0x1f` for a task management function. */
export function heldName(view: HeldView): string {
  return view.kind === "CMD_RSP"
    ? `${view.host_no}:${view.cid}`
    : `${view.host_no}:mid=${view.mid}`;
}

/** `READ(10) lba=0x38 blocks=8`, `ABORT TASK tag=0x1f` */
export function requestText(view: HeldView): string {
  if (view.kind === "CMD_RSP") return decodeCdb(Buffer.from(view.scb, "hex")).text;
  const name = functionName(view.function);
  return functionHasTag(view.function) ? `${name} tag=${view.tag}` : name;
}

/** `GOOD 4096 B`, `CHECK CONDITION, Medium Error: ...` */
export function answerText(view: HeldView): string {
  return view.kind === "CMD_RSP" ? commandAnswer(view) : "not carried out yet";
}

function commandAnswer({ answer, sense, refused }: HeldAnswerView): string {
  const text = eventText({ type: "CMD_RSP", ...answer, uaddr: BigInt(answer.uaddr) });
  const decoded = sense === null ? null : decodeSense(Buffer.from(sense, "hex"));
  const back = refused === null ? "" : `, once refused: ${refused}`;
  return `${decoded ? `${text}: ${senseText(decoded)}` : text}${back}`;
}

/** `4.1 s`, `820 ms` */
export function heldFor({ held_ms }: HeldView): string {
  return held_ms < 1000 ? `${Math.round(held_ms)} ms` : `${(held_ms / 1000).toFixed(1)} s`;
}

/** `held: 26 answers, by breakpoint 1: opcode == READ_10`, `not held` */
export function holdText({ on, tmf, held, by }: HoldState): string {
  if (!on) return "not held";
  const count = `${held} ${held === 1 ? "answer" : "answers"} kept back`;
  const tasks = tmf ? ", task management too" : "";
  return `held: ${count}${tasks}${by ? `, by breakpoint ${by.id}: ${by.expression}` : ""}`;
}

/** `3:4712 READ(10) lba=0x38 blocks=8: GOOD 4096 B -> slot 12: OK` */
export function sentText(view: SentView): string {
  const answer = view.kind === "CMD_RSP" ? commandAnswer({ ...view, refused: null }) : "answered";
  return `${heldName(view)} ${requestText(view)}: ${answer} -> slot ${view.slot}: ${verdictText(view)}`;
}

function verdictText({ verdict, consumed }: SentView): string {
  if (verdict !== null) return verdict;
  return consumed === false ? "not consumed yet" : "this kernel gives no verdict";
}
