// SPDX-License-Identifier: MIT
// The simulator in the built program, in a pty: each scene at each size as its golden is laid out.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { closeShells, ROOT, type Shell } from "../shell.js";
import {
  golden,
  goldenName,
  inEachStyle,
  program,
  type ScreenSize,
  SIZES,
} from "./program-screen.js";
import { SCENES, type Scene } from "./scene-table.js";
import { bones, huesIn, linesIn, oddHues } from "./screen-bones.js";

closeShells();

const GOLDEN_IN_COLOR_ONLY = "busy";
function goldenOf(scene: Scene, size: ScreenSize): string {
  const name = goldenName(scene.golden, size, true);
  return golden(".", scene.golden === GOLDEN_IN_COLOR_ONLY ? name.replace("-color", "") : name);
}

async function start(scene: Scene, colors: boolean): Promise<Shell> {
  // short: the longer the name, the more of the header has to give way
  const device = scene.inject ? `sim:name=${colors ? "c" : "m"}${process.pid}` : "sim:";
  const shown = program(`-D ${device},${scene.sim}`, colors);
  await shown.until("traffic", () => /produced +[1-9]\d\d*/.test(shown.text));
  if (scene.inject) {
    await shown.until("its end", () => /in flight 0/.test(shown.text));
    const command = ["bin/tgtctl.js", "inject", "-D", device, ...scene.inject];
    await promisify(execFile)(process.execPath, command, { cwd: ROOT });
  }
  if (scene.hold) {
    shown.type("H");
    await shown.shows("> held:");
  }
  if (scene.keys) shown.type(scene.keys);
  return shown;
}

/** What is shown once the program has drawn all of it anew. */
async function sceneAt(shown: Shell, scene: Scene, [columns, rows]: ScreenSize): Promise<string> {
  shown.resize(columns, rows);
  await shown.until(`the scene at ${columns}x${rows}`, () => {
    const { text } = shown;
    const last = text.split("\n")[rows - 1] ?? "";
    return /^( tgtctl|sim:)/.test(text) && scene.shows.test(text) && last.endsWith("q quit");
  });
  return shown.picture();
}

function expectHeader(lines: readonly string[], [columns]: ScreenSize): void {
  const [first = "", second = ""] = lines;
  if (columns >= 100) {
    expect(first).toMatch(/^ tgtctl {2}sim:\S+ {2}seed-x86_64 {2}OWNER pid \d+ .* missed \d+$/);
    expect(second).toMatch(/^ {1,5}\d+ cmd\/s .* kuring \[.{16}\] {2}ukring \[.{16}\]$/);
    expect(second).toHaveLength(columns - 1);
  } else if (columns >= 60) {
    expect(first).toMatch(/^ tgtctl {2}sim:\S+ .*OWNER pid \d+/);
    expect(second).toMatch(/ \d+ cmd\/s +missed \d+$/);
    expect(second).toHaveLength(columns);
  } else {
    expect(lines.join("\n")).toMatch(SUMMARY);
  }
}

const SUMMARY = new RegExp(
  [
    "^sim:\\S+",
    "OWNER pid \\d+",
    "(HELD \\d+\n)?\\d+ cmd/s {3}missed \\d+",
    "in flight \\d+(, oldest .+)?",
    "(0 wrong|[1-9]\\d* wrong: .+)",
    ">((kuring|ukring) \\d+ publ\\. {2}p \\d+ {2}c \\d+|in flight .+)\n",
  ].join("\n"),
);

function expectScene(picture: string, scene: Scene, size: ScreenSize, colors: boolean): void {
  const lines = linesIn(picture);
  expectHeader(lines, size);
  expect(lines.at(-1)).toMatch(scene.keyLine);
  if (!colors) expect(huesIn(picture).size).toBe(0);
  if (size[0] < 60) return;
  const wanted = goldenOf(scene, size);
  expect(bones(picture), goldenName(scene.golden, size, colors)).toEqual(bones(wanted));
  if (colors) expect(oddHues(picture)).toEqual([]);
  const maps = lines.map((line) => /^[> ] {0,3}\d+ (\S+)$/.exec(line)?.[1] ?? "");
  expect(maps.join("")).toMatch(scene.letters);
}

it.each(Object.entries(SCENES))("%s: laid out as in its goldens", async (_, scene) => {
  await inEachStyle(async (colors) => {
    const shown = await start(scene, colors);
    for (const size of SIZES) expectScene(await sceneAt(shown, scene, size), scene, size, colors);
  });
});
