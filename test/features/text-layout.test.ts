// SPDX-License-Identifier: MIT
// Wrapping, tables and hex lines: never wider than 80 columns, nothing lost.
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  hanging,
  hexLines,
  indented,
  printable,
  table,
  WIDTH,
  wrap,
} from "../../src/features/text-layout.js";

it("wraps at spaces, inside a word only if it must, and loses nothing", () => {
  expect(wrap("READ(10) lba=0x38 blocks=8", 12)).toEqual(["READ(10)", "lba=0x38", "blocks=8"]);
  expect(wrap("abcdefghij kl", 4)).toEqual(["abcd", "efgh", "ij", "kl"]);
  expect(wrap("", 10)).toEqual([""]);
  const words = fc.array(fc.stringMatching(/^[!-~]{1,30}$/), { minLength: 1 });
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 40 }), (list, width) => {
      const lines = wrap(list.join(" "), width);
      expect(lines.every((line) => line.length <= width)).toBe(true);
      expect(lines.join("").replaceAll(" ", "")).toBe(list.join(""));
    }),
  );
});

it("hangs what does not fit below, keeps the margin, loses nothing", () => {
  expect(hanging("  short", 4)).toEqual(["  short"]);
  expect(hanging(`        ${"a ".repeat(40)}b`, 10)).toEqual([
    `        ${"a ".repeat(36).trimEnd()}`,
    `          ${"a ".repeat(4)}b`,
  ]);
  const words = fc.array(fc.stringMatching(/^[!-~]{0,100}$/), { minLength: 1 });
  fc.assert(
    fc.property(words, fc.nat({ max: 20 }), fc.nat({ max: 12 }), (list, margin, indent) => {
      const text = " ".repeat(margin) + list.join(" ");
      const lines = hanging(text, indent);
      expect(lines.every((line) => line.length <= WIDTH)).toBe(true);
      expect(lines.join("").replaceAll(" ", "")).toBe(list.join(""));
      if (lines.length > 1) expect(lines[0]?.search(/[^ ]/)).toBe(text.search(/[^ ]/));
    }),
  );
});

it("indents every line of wrapped text", () => {
  expect(indented(`${"x".repeat(70)} ${"y".repeat(20)}`, 4)).toBe(
    `    ${"x".repeat(70)}\n    ${"y".repeat(20)}\n`,
  );
});

it("aligns columns and lets the last one wrap", () => {
  const columns = [
    { title: "slot", align: "right" },
    { title: "state", align: "left" },
    { title: "event", align: "left" },
  ] as const;
  const long = `${"word ".repeat(20)}end`;
  expect(
    table(columns, [
      ["7", "pub", "GOOD"],
      ["511", "", ""],
      ["8", "pub", long],
    ]),
  ).toBe(
    [
      "slot state event",
      "   7 pub   GOOD",
      " 511",
      `   8 pub   ${"word ".repeat(13)}word`,
      `           ${"word ".repeat(6)}end`,
      "",
    ].join("\n"),
  );
});

it("never leaves 80 columns, whatever the cells hold", () => {
  const cell = fc.stringMatching(/^[ -~]{0,12}$/);
  const row = fc.tuple(cell, cell, cell, fc.stringMatching(/^[ -~]{0,120}$/));
  const columns = ["a", "b", "c", "d"].map((title) => ({ title, align: "right" as const }));
  fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), (rows) => {
      const lines = table(columns, rows).split("\n");
      expect(lines.every((line) => line.length <= WIDTH && !line.endsWith(" "))).toBe(true);
    }),
  );
});

it("shows 16 bytes a line, equal lines as a star", () => {
  const bytes = new Uint8Array(70);
  bytes.set([0x41, 0x0a, 0x7f, 0xff], 64);
  expect(hexLines(bytes, 2)).toBe(
    [
      `  0000  ${"00 ".repeat(15)}00  |................|`,
      "  *",
      `  0040  ${"41 0a 7f ff 00 00".padEnd(47)}  |A.....|`,
      "",
    ].join("\n"),
  );
  expect(hexLines(new Uint8Array(), 2)).toBe("");
});

it("lets no control character through", () => {
  expect(printable("a\x1b[2J\n\x9b\u202eb")).toBe("a?[2J???b");
});
