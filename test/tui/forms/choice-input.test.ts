// SPDX-License-Identifier: MIT
// One of a few names: arrows go through them, typing narrows them down.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChoiceInput } from "../../../src/tui/forms/choice-input.js";

const names = ["", "bad-host", "bad-cid", "late", "len-zero", "null-uaddr"];

function typed(choice: ChoiceInput, ...keys: string[]): ChoiceInput {
  return keys.reduce((now, key) => now.key(key) ?? now, choice);
}

const fresh = (free = false): ChoiceInput => new ChoiceInput({ names, free, initial: "" });

describe("a choice", () => {
  it.each([
    [["right"], "bad-host"],
    [["left"], "null-uaddr"],
    [["right", "right", "left"], "bad-host"],
    [["l"], "late"],
    [["L", "E"], "len-zero"],
    [["b", "right"], "bad-cid"],
    [["b", "right", "right"], "bad-host"],
    [["u", "a"], "null-uaddr"],
    [["z", "e", "backspace", "backspace"], ""],
    [["right", "l"], "late"],
    [["right", "backspace"], ""],
    [["q"], "q"],
  ])("of keys %j is %j", (keys, value) => {
    expect(typed(fresh(), ...keys).value).toBe(value);
  });

  it("takes a number as it is typed only where that may be", () => {
    expect(typed(fresh(true), "0", "x", "7").value).toBe("0x7");
    expect(typed(new ChoiceInput({ names: ["x0x7"], free: false, initial: "" }), "0").value).toBe(
      "x0x7",
    );
  });

  it("keeps what was picked while that is still there to choose", () => {
    const picked = typed(fresh(), "right", "right");
    expect(picked.of(["", "bad-cid"]).value).toBe("bad-cid");
    expect(picked.of(["", "late"]).value).toBe("");
  });

  it("is always one of them, or what was typed", () => {
    const key = fc.constantFrom("left", "right", "home", "backspace", "ctrl-u", "b", "l", "-", "0");
    fc.assert(
      fc.property(fc.array(key, { maxLength: 30 }), fc.boolean(), (keys, free) => {
        const choice = typed(fresh(free), ...keys);
        expect([...names, choice.typed]).toContain(choice.value);
      }),
    );
  });
});
