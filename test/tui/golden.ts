// SPDX-License-Identifier: MIT
// Golden text: compared with a file of the repository; a missing one fails, UPDATE_GOLDEN=1 writes.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";

/** `directory`: of the test, its `golden/` is meant. */
export function expectGolden(directory: string, name: string, text: string): void {
  const path = join(directory, "golden", name);
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, text);
  if (!existsSync(path)) throw new Error(`${path} is missing: look, then UPDATE_GOLDEN=1`);
  expect(text).toBe(readFileSync(path, "utf8"));
}
