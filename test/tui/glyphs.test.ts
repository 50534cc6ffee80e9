// SPDX-License-Identifier: MIT
// Which terminals get more than ASCII.

import { describe, expect, it } from "vitest";
import { CHARACTERS, terminalGlyphs } from "../../src/tui/glyphs.js";

describe("terminalGlyphs", () => {
  it.each([
    [{ TERM: "xterm-256color", LANG: "en_US.UTF-8" }, "unicode"],
    [{ TERM: "tmux-256color", LANG: "C.utf8" }, "unicode"],
    [{ TERM: "screen", LC_CTYPE: "C.UTF-8" }, "unicode"],
    // the first that is set decides, and an empty one is not set
    [{ TERM: "xterm", LC_ALL: "C", LC_CTYPE: "C.UTF-8", LANG: "C.UTF-8" }, "ascii"],
    [{ TERM: "xterm", LC_ALL: "", LC_CTYPE: "", LANG: "C.UTF-8" }, "unicode"],
    [{ TERM: "xterm", LANG: "de_DE.ISO-8859-1" }, "ascii"],
    [{ TERM: "xterm" }, "ascii"],
    [{ TERM: "linux", LANG: "C.UTF-8" }, "ascii"],
    [{ TERM: "vt220", LANG: "C.UTF-8" }, "ascii"],
    [{ TERM: "dumb", LANG: "C.UTF-8" }, "ascii"],
    [{ TERM: "", LANG: "C.UTF-8" }, "ascii"],
    [{ LANG: "C.UTF-8" }, "ascii"],
  ] as const)("%j: %s", (env, glyphs) => {
    expect(terminalGlyphs(env)).toBe(glyphs);
  });
});

it("has a stand-in of one printable character for every glyph", () => {
  const { unicode, ascii } = CHARACTERS;
  expect(ascii.length).toBe(unicode.length);
  expect(unicode.length).toBeLessThanOrEqual(256);
  for (const character of ascii.slice(0x80)) expect(character).toMatch(/^[\x21-\x7e]$/);
  expect(new Set(unicode.slice(0x80)).size).toBe(unicode.length - 0x80);
});
