// SPDX-License-Identifier: MIT
// The built program in a pty at the sizes of the golden screens, in colour and without.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { PROGRAM, type Shell, shell } from "../shell.js";

export const SIZES = [
  [120, 40],
  [80, 24],
  [40, 10],
] as const;
export type ScreenSize = (typeof SIZES)[number];

/** Both at once: most of the time goes by with waiting. */
export async function inEachStyle(look: (colors: boolean) => Promise<void>): Promise<void> {
  await Promise.all([look(true), look(false)]);
}

/** `top` alone in its terminal, at the first of the sizes. */
export function program(args: string, colors: boolean): Shell {
  const [[columns, rows]] = SIZES;
  const env = colors ? { LC_ALL: "C.UTF-8" } : { LC_ALL: "C", NO_COLOR: "1" };
  return shell(["-c", `exec ${PROGRAM} top ${args}`], columns, rows, env);
}

/** Of the goldens beside the tests of a part of the screen. */
export function golden(part: "." | "forms" | "prompts", name: string): string {
  return readFileSync(join(import.meta.dirname, "..", part, "golden", `${name}.txt`), "utf8");
}

export function goldenName(scene: string, [columns, rows]: ScreenSize, colors: boolean): string {
  return `${scene}-${columns}x${rows}-${colors ? "color" : "mono"}`;
}

/** The screen's own cost is measured, so it varies; nothing else has room in its place. */
export function withoutCost(picture: string): string {
  return picture.replace(/cpu +[\d.]+%, +\S+ B a frame/, (cost) => " ".repeat(cost.length));
}

/** Looks again until both are the same, for as long as a loaded machine may take. */
export async function expectSame(
  what: string,
  actual: () => Promise<string>,
  wanted: () => Promise<string>,
): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if ((await actual()) === (await wanted())) return;
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  expect(await actual(), what).toBe(await wanted());
}
