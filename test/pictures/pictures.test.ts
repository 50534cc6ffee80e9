// SPDX-License-Identifier: MIT
// The pictures of the documentation: drawn right, and there. `npm run pictures` makes them anew.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import xterm from "@xterm/headless";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectGolden } from "../tui/golden.js";
import { draw } from "./draw.js";
import { type Grid, type GridCell, INK, PAPER, readGrid } from "./grid.js";
import { PICTURES } from "./scene-table.js";
import { svgOf } from "./svg.js";

const FOLDER = join(import.meta.dirname, "../../fixtures/pictures");
const MAKE = process.env.UPDATE_PICTURES === "1";
/** What a reader's browser may have to load. */
const LARGEST = 40_000;

/** By a real parser; node has none. */
function xmlFault(svg: string): string {
  const check = "import sys, xml.dom.minidom; xml.dom.minidom.parseString(sys.stdin.buffer.read())";
  const { stderr, error } = spawnSync("python3", ["-c", check], { input: svg, encoding: "utf8" });
  if (error) throw error;
  return stderr.trim().split("\n").at(-1) ?? "";
}

function plain(character: string): GridCell {
  return { character, ink: INK, paper: PAPER, bold: false, underline: false };
}

/** The characters of the texts, where they stand. */
function textOf(svg: string, columns: number, rows: number): string[] {
  const lines = Array.from({ length: rows }, () => Array<string>(columns).fill(" "));
  for (const [, x, y, width, text = ""] of svg.matchAll(
    /<text x="(\d+)" y="(\d+)" textLength="(\d+)"[^>]*>([^<]*)<\/text>/g,
  )) {
    const seen = text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
    expect(Number(width)).toBe(seen.length * 8);
    const line = lines[(Number(y) - 23) / 17];
    Array.from(seen).forEach((character, i) => {
      const at = (Number(x) - 10) / 8 + i;
      if (character !== " " && line) line[at] = character;
    });
  }
  return lines.map((line) => line.join(""));
}

describe("a drawing", () => {
  it("has colours, weight, inverse, underline, lines and bars", async () => {
    const terminal = new xterm.Terminal({ cols: 6, rows: 2, allowProposedApi: true });
    const bytes = "a\x1b[1;31mb\x1b[0;7mc\x1b[0;4md\x1b[0;2me\x1b[0m<\x1b[2;1H─┤█\x1b[38;5;208mx";
    await new Promise<void>((done) => terminal.write(bytes, done));
    expectGolden(import.meta.dirname, "small.svg", svgOf(readGrid(terminal), "a & b"));
  });

  it("is well-formed and has every character in its place", () => {
    const cell = fc.record({
      character: fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 1 }),
      ink: fc.constantFrom(INK, "#ff0000", PAPER),
      paper: fc.constantFrom(PAPER, "#00ff00"),
      bold: fc.boolean(),
      underline: fc.boolean(),
    });
    const row = fc.array(cell, { minLength: 12, maxLength: 12 });
    const all: string[] = [];
    fc.assert(
      fc.property(fc.array(row, { minLength: 3, maxLength: 3 }), (grid: Grid) => {
        const svg = svgOf(grid, "any");
        all.push(svg);
        const wanted = grid.map((cells) => cells.map(({ character }) => character).join(""));
        expect(textOf(svg, 12, 3)).toEqual(wanted);
      }),
      { numRuns: 50 },
    );
    expect(xmlFault(`<all>${all.join("")}</all>`)).toBe("");
  });

  it("of one look takes one text a row", () => {
    const row = Array.from("lba=0x10  blocks=8", plain);
    expect(svgOf([row, row], "x").match(/<text /g)?.length).toBe(2);
  });
});

describe("the pictures of the repository", () => {
  it("are those of the table", () => {
    if (MAKE) mkdirSync(FOLDER, { recursive: true });
    else expect(readdirSync(FOLDER).sort()).toEqual(PICTURES.map((p) => `${p.name}.svg`).sort());
  });

  it.each(PICTURES.map((picture) => [picture.name, picture] as const))(
    "%s",
    async (name, picture) => {
      const path = join(FOLDER, `${name}.svg`);
      if (MAKE) writeFileSync(path, await draw(picture));
      if (!existsSync(path)) throw new Error(`${path} is missing: npm run pictures`);
      const svg = readFileSync(path, "utf8");
      expect(xmlFault(svg)).toBe("");
      expect(svg.length).toBeLessThan(LARGEST);
      expect(svg).toContain(`viewBox="0 0 ${20 + picture.columns * 8} ${20 + picture.rows * 17}"`);
      expect(textOf(svg, picture.columns, picture.rows).join("\n")).toMatch(
        /in flight|inject, field/,
      );
    },
  );
});
