// SPDX-License-Identifier: MIT
// The form of an answer that is kept back: what is typed, what it means, what the owner is asked for.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HeldView } from "../../../src/session/engine/verbs.js";
import { editForm, readEdit, releaseParams } from "../../../src/tui/forms/edit-fields.js";
import { editLines } from "../../../src/tui/forms/edit-lines.js";
import type { Form } from "../../../src/tui/forms/form.js";
import { heldAnswer, heldSense, heldTask } from "../held-views.js";
import { expectLines } from "./line-checks.js";

function typed(form: Form, ...keys: string[]): Form {
  return keys.reduce((now, key) => now.key(key) ?? now, form);
}

function edited(view: HeldView, row: string, text: string) {
  const form = typed(editForm(view).on(row), ...text);
  return { ...readEdit(form, view), note: readEdit(form, view).notes.get(row) };
}

describe("an edit of an answer", () => {
  it.each([
    ["result", "BUSY", "8", "BUSY (8)"],
    ["result", "che", "2", "CHECK CONDITION (2)"],
    ["result", "0x77", "119", "STATUS 0x77 (119)"],
    ["result", "DROPPED", "32", "DROPPED (0x20) (32)"],
    ["len", "0x1000", "4096", "4096 B"],
    ["len", "0", "0", "0 B"],
    ["uaddr", "0xffffffff81000000", "18446744071578845184", "0xffffffff81000000"],
    ["rw", "WRITE", "1", "WRITE"],
    ["rw", "0x82", "130", "0x82"],
    ["cid", "9", "9", "another command's answer then"],
    ["cid", "304", "304", "304"],
    ["host_no", "-1", "-1", "another command's answer then"],
  ])("%s = %s", (row, text, value, reading) => {
    const { edit, note } = edited(heldAnswer(304), row, text);
    expect(edit).toEqual({ set: { [row]: value }, sense: null });
    expect(note).toEqual({ text: reading, trouble: false });
  });

  it.each([
    ["result", "GODO", "not a value of result"],
    ["len", "12z", "not a value of len"],
    ["len", "0x100000000", "does not fit in 32 bits"],
    ["rw", "300", "does not fit in 8 bits"],
    ["sense", "3/11", "not K/ASC/ASCQ"],
    ["sense", "33/11/00", "not K/ASC/ASCQ"],
  ])("%s = %s is wrong", (row, text, complaint) => {
    const { edit, note, wrong } = edited(heldAnswer(304), row, text);
    expect([edit, wrong, note?.trouble]).toEqual([null, row, true]);
    expect(note?.text).toContain(complaint);
  });

  it("by sense alone says what it means, and what else it changes", () => {
    const view = heldAnswer(304);
    const { edit, notes } = edited(view, "sense", "3/11/00");
    expect(edit).toEqual({ set: {}, sense: "3/11/00" });
    expect(notes.get("sense")?.text).toBe("MEDIUM ERROR: UNRECOVERED READ ERROR");
    expect(notes.get("result")?.text).toBe("CHECK CONDITION");
    expect(releaseParams(view, { set: {}, sense: "3/11/00" })).toEqual({
      host_no: 3,
      cid: 304,
      id: 304,
      set: {},
      sense: "3/11/00",
    });
  });

  it("shows the sense that was prepared, and takes it over by the right arrow", () => {
    const view = heldSense(304);
    const form = editForm(view).on("sense");
    expect(form.row?.old).toBe("3/11/00");
    const other = typed(form, "right", "backspace", "4");
    expect(readEdit(other, view).edit).toEqual({ set: {}, sense: "3/11/04" });
  });

  it("of nothing lets it go as it is", () => {
    const view = heldAnswer(304);
    expect(readEdit(editForm(view), view).edit).toEqual({ set: {}, sense: null });
  });

  it("of a task management function has a result, and names it by mid", () => {
    const view = heldTask("0xffff888012345678");
    const { edit, note } = edited(view, "result", "EEXIST");
    expect(note?.text).toBe("-EEXIST");
    expect(edit && releaseParams(view, edit)).toEqual({
      host_no: 3,
      mid: "0xffff888012345678",
      id: 1_000_000,
      set: { result: "-17" },
    });
  });
});

describe("whatever is typed", () => {
  const names = ["up", "down", "left", "right", "home", "end", "tab", "shift-tab", "pagedown"];
  const key = fc.oneof(
    fc.constantFrom(...names, "backspace", "ctrl-u", "ctrl-w", "space", "enter", "escape"),
    fc.constantFrom(..."0123456789abcdefx/-BUSY"),
    fc.string({ maxLength: 2, unit: "binary" }),
  );
  const view = fc.constantFrom<HeldView>(heldAnswer(1), heldSense(2), heldTask("0x1f"));
  const size = fc.record({
    columns: fc.integer({ min: 1, max: 140 }),
    rows: fc.integer({ min: 1, max: 40 }),
  });

  it("is shown in printable lines that fit, and is an edit or has a complaint", () => {
    fc.assert(
      fc.property(view, fc.array(key, { maxLength: 40 }), size, (item, keys, room) => {
        const form = typed(editForm(item), ...keys);
        const { notes, edit, wrong } = readEdit(form, item);
        expect(edit === null).toBe(wrong !== null);
        const state = { edit, wrong, fate: "held" as const };
        expectLines(editLines(item, form, notes, state, room), room);
      }),
      { numRuns: 300 },
    );
  });
});
