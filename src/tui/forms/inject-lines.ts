// SPDX-License-Identifier: MIT
// The form of an event to inject and its preview, side by side where there is room, else one above the other.
import type { Size } from "../layout.js";
import type { Form } from "./form.js";
import { formLines, scrolled } from "./form-lines.js";
import { previewLines } from "./inject-preview-lines.js";
import type { InjectReading } from "./inject-reading.js";
import { cut, type Line, padded, span, wrapped } from "./spans.js";

export interface InjectState {
  /** Whom it goes into. */
  readonly into: string;
  /** What is under way. */
  readonly waiting: string | null;
  /** What went wrong the last time. */
  readonly problem: string | null;
}

const SIDE_BY_SIDE = 96;
const FORM_WIDTH = 46;
/** So many rows of the form are seen, whatever the preview needs. */
const LEAST_FORM = 8;
/** From here on a line stands between form and preview. */
const RULED = 12;

/** At most `room.rows`. */
export function injectLines(
  form: Form,
  reading: InjectReading,
  state: InjectState,
  { columns, rows }: Size,
): Line[] {
  const foot = footLines(reading, state, columns);
  const left = Math.max(1, rows - foot.length);
  const body =
    columns >= SIDE_BY_SIDE
      ? sideBySide(form, reading, { columns, rows: left })
      : stacked(form, reading, { columns, rows: left });
  const rest = Array.from({ length: Math.max(0, left - body.length) }, (): Line => []);
  return [...body, ...rest, ...foot].slice(0, rows).map((line) => cut(line, columns));
}

function sideBySide(form: Form, reading: InjectReading, { columns, rows }: Size): Line[] {
  const shown = scrolled(formLines(form, reading.notes, FORM_WIDTH, false), rows);
  const width = columns - FORM_WIDTH - 3;
  const preview = reading.wish ? previewLines(reading.wish, width, rows) : [];
  return Array.from({ length: rows }, (_, i) => [
    ...padded(shown[i] ?? [], FORM_WIDTH),
    span(" | ", "dim"),
    ...(preview[i] ?? []),
  ]);
}

function stacked(form: Form, reading: InjectReading, { columns, rows }: Size): Line[] {
  const all = formLines(form, reading.notes, columns, false);
  const rule: Line[] = rows >= RULED ? [[span("-".repeat(columns), "dim")]] : [];
  const least = Math.min(all.lines.length, rows >= RULED ? LEAST_FORM : Math.ceil(rows / 2));
  const most = rows - rule.length - least;
  const preview = reading.wish ? previewLines(reading.wish, columns, most) : [];
  const shown = scrolled(all, rows - rule.length - preview.length);
  return [...shown, ...rule, ...preview];
}

function footLines(reading: InjectReading, state: InjectState, columns: number): Line[] {
  const { into, waiting, problem } = state;
  if (waiting !== null) return wrapped(waiting, columns, "bold", 1);
  if (problem !== null) return wrapped(problem, columns, "trouble", 1);
  if (reading.wrong !== null) {
    return wrapped(`The field "${reading.wrong}" is not right yet.`, columns, "trouble", 1);
  }
  const times = reading.count > 1 ? ` ${reading.count} times` : "";
  const text = ` Enter injects it${times}`;
  const whole = `${text} into ${into}.`;
  return [[span(whole.length <= columns ? whole : `${text}.`, "bold")]];
}
