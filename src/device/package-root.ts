// SPDX-License-Identifier: MIT
// Where this package lies, from its sources (tests) and from its bundle alike.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Absolute, without a slash at its end. */
export function packageRoot(): string {
  const here = fileURLToPath(import.meta.url);
  return here.slice(0, Math.max(here.lastIndexOf("/src/"), here.lastIndexOf("/dist/")));
}

/** `0.1.0` */
export function packageVersion(): string {
  const text = readFileSync(`${packageRoot()}/package.json`, "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
