// SPDX-License-Identifier: MIT
// The answer that is kept back as rows of a form, and what is typed there as an edit the owner takes.
import { RW_DATA_ONLY } from "../../abi/event.js";
import { SEED_X86_64 } from "../../abi/seed.js";
import { namesFor } from "../../expression/names.js";
import { ExpressionError } from "../../expression/problem.js";
import { parseSetting, type Setting } from "../../features/field-setting.js";
import { constantName } from "../../scsi/constant-name.js";
import { decodeSense } from "../../scsi/sense.js";
import { errnoText, listErrnos, listStatuses, statusName } from "../../scsi/status.js";
import type { HeldAnswerView, HeldView } from "../../session/engine/verbs.js";
import { ChoiceInput } from "./choice-input.js";
import { choiceRow, enteredIn, Form, type FormRow, fixedRow, isTouched, textRow } from "./form.js";
import type { Note, Notes } from "./form-lines.js";
import { senseMeaning, senseShort, senseWords } from "./sense-note.js";

/** What `release` takes besides the name; both empty: it goes as it is. */
export interface AnswerEdit {
  readonly set: Readonly<Record<string, string>>;
  readonly sense: string | null;
}

export interface EditReading {
  readonly notes: Notes;
  /** Null while something typed is wrong. */
  readonly edit: AnswerEdit | null;
  /** The first row that is wrong. */
  readonly wrong: string | null;
}

const CHECK_CONDITION = 2;
/** What a sense replaces unless it is set by itself. */
const BY_SENSE: Readonly<Record<string, string>> = {
  result: "CHECK CONDITION",
  len: "of the sense data",
  uaddr: "of the sense data",
};

function choice(...names: string[]): ChoiceInput {
  return new ChoiceInput({ names, free: true, initial: "" });
}

/** Result first, where the cursor is. */
export function editForm(view: HeldView): Form {
  return view.kind === "CMD_RSP" ? answerForm(view) : taskForm(view.host_no, view.mid);
}

function answerForm({ answer, sense }: HeldAnswerView): Form {
  const { host_no, cid, len, uaddr, rw, result } = answer;
  const decoded = sense === null ? null : decodeSense(Buffer.from(sense, "hex"));
  const statuses = listStatuses().map(({ name }) => constantName(name));
  const directions = [...namesFor("rw", SEED_X86_64).keys()];
  return new Form([
    choiceRow("result", statusName(result), choice(...statuses, "DROPPED")),
    textRow("sense", decoded ? senseShort(decoded) : "none", decoded ? senseShort(decoded) : ""),
    textRow("len", `${len} B`, String(len)),
    textRow("uaddr", uaddr),
    choiceRow("rw", rwText(rw), choice(...directions)),
    textRow("host_no", String(host_no)),
    textRow("cid", String(cid)),
  ]);
}

function taskForm(hostNo: number, mid: string): Form {
  const errnos = listErrnos().map(({ name }) => name);
  return new Form([
    choiceRow("result", "as carried out", choice("0", ...errnos)),
    fixedRow("host_no", String(hostNo)),
    fixedRow("mid", mid),
  ]);
}

function rwText(rw: number): string {
  const direction = rw & 1 ? "WRITE" : "READ";
  if ((rw & ~(RW_DATA_ONLY | 1)) !== 0) return `0x${rw.toString(16)}`;
  return rw & RW_DATA_ONLY ? `DATA ONLY ${direction}` : direction;
}

/** What the form says now. */
export function readEdit(form: Form, view: HeldView): EditReading {
  const notes = new Map<string, Note>();
  const set: Record<string, string> = {};
  const sense = form.value("sense");
  const meaning = sense === "" ? null : senseMeaning(sense);
  for (const row of form.rows) {
    const note = row.name === "sense" ? meaning : noteOf(row, view, set);
    if (note) notes.set(row.name, note);
    else if (meaning && !meaning.trouble) {
      const text = BY_SENSE[row.name];
      if (text) notes.set(row.name, { text, trouble: false });
    }
  }
  if (meaning === null) noteOldSense(notes, view);
  const wrong = form.rows.find(({ name }) => notes.get(name)?.trouble)?.name ?? null;
  const edit = wrong === null ? { set, sense: sense === "" ? null : sense } : null;
  return { notes, edit, wrong };
}

/** Of a row that is typed in; its value goes into `set`. */
function noteOf(row: FormRow, view: HeldView, set: Record<string, string>): Note | null {
  if (!isTouched(row) || enteredIn(row) === "") return null;
  try {
    const setting = parseSetting(view.kind, `${row.name}=${enteredIn(row)}`);
    set[row.name] = String(setting.value ?? "");
    return { text: reading(setting, view), trouble: false };
  } catch (error) {
    return { text: problemText(error), trouble: true };
  }
}

/** What is wrong with a FIELD=VALUE, and what to do about it; the column is of no use in a form. */
export function problemText(error: unknown): string {
  if (!(error instanceof ExpressionError)) throw error;
  return `${error.problem}: ${error.remedy}`;
}

function reading({ name, value }: Setting, view: HeldView): string {
  const number = Number(BigInt.asIntN(32, value ?? 0n));
  if (name === "result") return view.kind === "CMD_RSP" ? statusText(number) : errnoText(number);
  if (name === "rw") return rwText(number & 0xff);
  if (name === "len") return `${number >>> 0} B`;
  if (name === "uaddr") return `0x${BigInt.asUintN(64, value ?? 0n).toString(16)}`;
  const before = view.kind === "CMD_RSP" && name === "cid" ? view.cid : view.host_no;
  return number === (before | 0) ? String(before) : "another command's answer then";
}

/** `CHECK CONDITION (2)` */
function statusText(result: number): string {
  return `${statusName(result)} (${result})`;
}

function noteOldSense(notes: Map<string, Note>, view: HeldView): void {
  if (view.kind !== "CMD_RSP") return;
  const sense = view.sense === null ? null : decodeSense(Buffer.from(view.sense, "hex"));
  if (sense) {
    const text = senseWords(sense);
    notes.set("sense", { text, trouble: false });
    return;
  }
  if (view.answer.result === CHECK_CONDITION) return;
  notes.set("sense", { text: "K/ASC/ASCQ makes it a CHECK CONDITION", trouble: false });
}

/** For the verb: which answer, as it was shown, and what is changed of it. */
export function releaseParams(view: HeldView, { set, sense }: AnswerEdit): object {
  const name =
    view.kind === "CMD_RSP"
      ? { host_no: view.host_no, cid: view.cid }
      : { host_no: view.host_no, mid: view.mid };
  return { ...name, id: view.id, set, ...(sense !== null && { sense }) };
}
