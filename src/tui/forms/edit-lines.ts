// SPDX-License-Identifier: MIT
// The form of an answer as lines, for the room there is.
import { requestText } from "../../features/held-text.js";
import type { HeldView } from "../../session/engine/verbs.js";
import type { Size } from "../layout.js";
import type { AnswerEdit } from "./edit-fields.js";
import type { Fate } from "./fate.js";
import type { Form } from "./form.js";
import { formLines, headLine, type Notes, scrolled } from "./form-lines.js";
import { cut, type Line, span, wrapped } from "./spans.js";

export interface EditState {
  /** Null while something typed is wrong. */
  readonly edit: AnswerEdit | null;
  readonly wrong: string | null;
  readonly fate: Fate;
}

/** At most `room.rows`; the form itself scrolls. */
export function editLines(
  item: HeldView,
  form: Form,
  notes: Notes,
  state: EditState,
  room: Size,
): readonly Line[] {
  const { columns, rows } = room;
  const body = formLines(form, notes, columns, true);
  // blank lines between the parts, where there is room
  const gap: Line[] = body.lines.length + 4 <= rows ? [[]] : [];
  const head: Line[] = [
    cut([span(` ${itemText(item)}`)], columns),
    ...gap.map(() => headLine(columns, "prepared", "instead", "meaning")),
  ];
  const foot: Line[] = [...gap, ...wrapped(stateText(item, state), columns, lookOf(state), 1)];
  const middle = Math.max(1, rows - head.length - foot.length);
  const shown = scrolled(body, middle);
  const rest = Array.from({ length: middle - shown.length }, (): Line => []);
  return [...head, ...shown, ...rest, ...foot].slice(0, rows).map((line) => cut(line, columns));
}

function lookOf({ fate, wrong }: EditState): "trouble" | "bold" {
  return fate !== "held" || wrong !== null ? "trouble" : "bold";
}

function stateText(item: HeldView, { fate, wrong, edit }: EditState): string {
  if (fate === "another") return "Another answer of this command is held now: Esc, then e.";
  if (fate === "gone")
    return "It is no longer held: let go elsewhere, or its command is over. Esc leaves.";
  if (wrong !== null || edit === null)
    return `The field ${wrong ?? "named above"} is not right yet.`;
  const names = [...Object.keys(edit.set), ...(edit.sense === null ? [] : ["sense"])];
  if (names.length > 0) return `Enter lets it go with another ${names.join(", ")}.`;
  return item.kind === "CMD_RSP"
    ? "Enter lets it go as it was prepared."
    : "Enter has it carried out, and answered with what comes of it.";
}

/** `READ(10) lba=0x38 blocks=8, asks for 4096 B, once refused: EFAULT` */
function itemText(item: HeldView): string {
  if (item.kind !== "CMD_RSP") return requestText(item);
  const back = item.refused === null ? "" : `, once refused: ${item.refused}`;
  return `${requestText(item)}, asks for ${item.data_len} B${back}`;
}
