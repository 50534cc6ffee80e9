// SPDX-License-Identifier: MIT
// Lines however the bytes arrive: split within a character, too long, with NUL, not UTF-8.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Frame, LineSplitter } from "../../../src/session/control/framing.js";

const LIMIT = 64;
const message = (text: string): Frame => ({ kind: "message", text });

function frames(bytes: Uint8Array, cuts: readonly number[] = []): Frame[] {
  const splitter = new LineSplitter(LIMIT);
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  );
  return at.slice(1).flatMap((end, i) => splitter.push(bytes.slice(at[i], end)));
}

describe("lines", () => {
  const line = fc.oneof(
    { weight: 5, arbitrary: fc.string({ unit: "grapheme", maxLength: 24 }) },
    { weight: 1, arbitrary: fc.constantFrom("", "\0", "a\rb", "\u2028", "x".repeat(LIMIT)) },
  );
  const lines = fc.array(line.filter((text) => !/[\n]|\r$/.test(text)));
  const cuts = fc.array(fc.nat());

  it("are the messages, wherever the bytes are cut", () => {
    fc.assert(
      fc.property(lines, fc.constantFrom("\n", "\r\n"), cuts, (texts, ending, where) => {
        const bytes = Buffer.from(texts.map((text) => text + ending).join(""));
        const fit = texts.findIndex((text) => Buffer.byteLength(text) > LIMIT);
        const good = fit < 0 ? texts : texts.slice(0, fit);
        const expected = good.filter((text) => text !== "").map(message);
        if (fit >= 0) expected.push({ kind: "too-long" });
        expect(frames(bytes, where)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it("are the same frames wherever any bytes at all are cut", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.array(fc.constantFrom(0, 10, 13, 65, 0x80, 0xc3, 0xf0), { maxLength: 300 }),
    );
    fc.assert(
      fc.property(bytes, cuts, (some, where) => {
        const all = Uint8Array.from(some);
        expect(frames(all, where)).toEqual(frames(all));
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, Buffer, Frame[]]>([
    ["NUL bytes are bytes", Buffer.from("\0\n"), [message("\0")]],
    ["blank lines are nothing", Buffer.from("\n\r\n\n{}\n"), [message("{}")]],
    ["what is not ended is not there", Buffer.from("{}"), []],
    ["a BOM stays", Buffer.from("\ufeff{}\n"), [message("\ufeff{}")]],
    [
      "a bad line spoils only itself",
      Buffer.from([0x61, 10, 0xff, 10, 0xe2, 0x82, 10, 0xed, 0xa0, 0x80, 10, 0x62, 10]),
      [
        message("a"),
        { kind: "not-utf8" },
        { kind: "not-utf8" },
        { kind: "not-utf8" },
        message("b"),
      ],
    ],
    ["as long as may be", Buffer.alloc(LIMIT, "x"), []],
    ["with CR LF too", Buffer.from(`${"x".repeat(LIMIT)}\r\n`), [message("x".repeat(LIMIT))]],
    ["a byte longer", Buffer.alloc(LIMIT + 1, "x"), [{ kind: "too-long" }]],
    [
      "a CR within does not make room",
      Buffer.from(`${"x".repeat(LIMIT)}\rx`),
      [{ kind: "too-long" }],
    ],
    [
      "nothing is read after it",
      Buffer.from(`${"x".repeat(LIMIT + 1)}\n{}\n`),
      [{ kind: "too-long" }],
    ],
  ])("%s", (_name, bytes, expected) => {
    expect(frames(bytes)).toEqual(expected);
    expect(
      frames(
        bytes,
        [...bytes].map((_, i) => i),
      ),
    ).toEqual(expected);
  });

  it("keep no more than the limit of a line without end", () => {
    const splitter = new LineSplitter(LIMIT);
    expect(splitter.inMessage).toBe(false);
    splitter.push(Buffer.alloc(LIMIT, "x"));
    expect(splitter.inMessage).toBe(true);
    expect(splitter.push(Buffer.alloc(LIMIT, "x"))).toEqual([{ kind: "too-long" }]);
    expect(splitter.push(Buffer.from("x\n{}\n"))).toEqual([]);
  });
});
