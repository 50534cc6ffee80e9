// SPDX-License-Identifier: MIT
// A line of text being typed: every key, every width.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TextInput, windowOf } from "../../src/tui/text-input.js";

function typed(start: TextInput, ...keys: string[]): TextInput {
  return keys.reduce((input, key) => input.key(key) ?? input, start);
}

describe("a key", () => {
  it.each([
    ["abc", ["left", "X"], "abXc", 3],
    ["abc", ["home", "X", "end", "Y"], "XabcY", 5],
    ["abc", ["left", "left", "backspace"], "bc", 0],
    ["abc", ["home", "backspace"], "abc", 0],
    ["abc", ["home", "ctrl-d", "ctrl-d"], "c", 0],
    ["one two  ", ["ctrl-w"], "one ", 4],
    ["one two", ["ctrl-w", "ctrl-w", "ctrl-w"], "", 0],
    ["one two", ["left", "ctrl-w"], "one o", 4],
    ["one two", ["left", "left", "ctrl-u"], "wo", 0],
    ["one two", ["home", "right", "ctrl-k"], "o", 1],
    ["ab", ["space", "c"], "ab c", 4],
    ["ab", ["right", "right", "left"], "ab", 1],
  ])("of %j: %j", (text, keys, expected, cursor) => {
    const input = typed(new TextInput(text), ...keys);
    expect([input.text, input.cursor]).toEqual([expected, cursor]);
  });

  it.each(["up", "down", "enter", "escape", "tab", "ctrl-s", "\u{1f4a9}", "\x1b", "\u0085", ""])(
    "%j is somebody else's",
    (name) => {
      expect(new TextInput("abc").key(name)).toBeNull();
    },
  );

  it("keeps the text printable and the cursor in it, whatever is typed", () => {
    const names = ["left", "right", "home", "end", "backspace", "space", "ctrl-u", "ctrl-w"];
    const key = fc.oneof(
      fc.constantFrom(...names, "ctrl-k", "ctrl-d"),
      fc.string({ maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 60 }), (keys) => {
        const { text, cursor } = typed(new TextInput(), ...keys);
        expect(text).toMatch(/^[\x20-\x7e]*$/);
        expect(cursor).toBeGreaterThanOrEqual(0);
        expect(cursor).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it("takes no more than a few lines full", () => {
    const long = new TextInput("x".repeat(4000));
    expect(typed(long, "y", "y").text).toHaveLength(4000);
  });
});

describe("the window", () => {
  it.each([
    ["short", 5, 10, "short", 5],
    ["0123456789", 10, 5, "<789", 4],
    ["0123456789", 0, 5, "0123>", 0],
    ["0123456789", 5, 5, "<456>", 2],
    ["0123456789", 9, 5, "<789", 3],
    ["", 0, 0, "", 0],
  ])("of %j at %d, %d wide", (text, cursor, width, shown, at) => {
    expect(windowOf(new TextInput(text, cursor), width)).toEqual({ text: shown, cursor: at });
  });

  it("always shows the cursor, and the character it stands on", () => {
    const room = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{0,80}$/), fc.nat(80), room, (text, at, width) => {
        const input = new TextInput(text, at);
        const shown = windowOf(input, width);
        expect(shown.text.length).toBeLessThanOrEqual(width);
        expect(shown.cursor).toBeLessThan(width);
        expect(shown.text.charAt(shown.cursor)).toBe(text.charAt(input.cursor));
      }),
    );
  });
});
