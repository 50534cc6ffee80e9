// SPDX-License-Identifier: MIT
// The bytes a plan begins with, where they are not its own: found in the ring, or made of what is over.
import { NR_ENTRY, SLOT_BYTES, SLOT_WORDS, STATUS } from "../../ring/live-layout.js";
import type { Producer } from "../../ring/producer.js";
import { type CommandKey, emptyAnswer } from "../../target/responder.js";
import { injectBusy } from "./inject-errors.js";
import type { InjectPlan } from "./inject-plan.js";
import { answerBytes, isFinalAnswer } from "./inject-slot.js";

/** Where to look; InjectorPort has it. */
export interface BaseSource {
  /** Both rings as 32-bit words. */
  readonly words: Int32Array;
  readonly producer: Producer;
  /** The newest command that task management ended, null if there was none. */
  aborted(): CommandKey | null;
}

/** Of a plan without a victim. Errors: `busy`, there is nothing of the kind yet. */
export function baseBytes({ base, skip, slot }: InjectPlan, source: BaseSource): Uint8Array {
  switch (base.kind) {
    case "bytes":
      return Uint8Array.from(Buffer.from(base.hex, "hex"));
    case "again":
      return newestAnswer(source);
    case "late":
      return lateAnswer(source);
    case "stale":
      return slotBytes(source, skipTo(source.producer, slot, skip));
    default:
      return new Uint8Array(SLOT_BYTES);
  }
}

/** How far the slot lies ahead of the next one. */
export function skipTo(producer: Producer, slot: number | null, skip: number): number {
  return slot === null ? skip : (slot - producer.index) & (NR_ENTRY - 1);
}

function newestAnswer(source: BaseSource): Uint8Array {
  for (let back = 1; back <= NR_ENTRY; back++) {
    const bytes = slotBytes(source, -back);
    if (isFinalAnswer(bytes)) return bytes;
  }
  throw injectBusy("no CMD_RSP has been sent yet that could go again", "let a command come first");
}

function lateAnswer(source: BaseSource): Uint8Array {
  const aborted = source.aborted();
  if (aborted) return answerBytes(aborted.hostNo, aborted.cid, emptyAnswer());
  throw injectBusy(
    "no command has been aborted that could be answered late",
    "have one aborted first, e.g. with --fault '... : drop' and a short timeout of its disk",
  );
}

/** The slot so far from the next one, its status word as 0. */
function slotBytes({ producer, words }: BaseSource, ahead: number): Uint8Array {
  const at = producer.slotAt((producer.index + ahead) >>> 0);
  const copy = words.slice(at, at + SLOT_WORDS);
  copy[STATUS] = 0;
  return new Uint8Array(copy.buffer);
}
