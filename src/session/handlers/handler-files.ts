// SPDX-License-Identifier: MIT
// The files of --handler, looked at before a worker is started for them.
import { accessSync, constants, statSync } from "node:fs";
import { extname, resolve } from "node:path";
import { causeText, type ErrorKind, errnoName, TgtctlError } from "../../errors.js";

const TYPESCRIPT = new Set([".ts", ".mts", ".cts"]);

const KINDS: Readonly<Record<string, ErrorKind>> = {
  ENOENT: "inputMissing",
  ENOTDIR: "inputMissing",
  EACCES: "permission",
};

/** Absolute paths. Errors: `inputMissing`, `permission`, `usage`. */
export function handlerFiles(names: readonly string[]): string[] {
  return names.map((name) => {
    const path = resolve(name);
    checkReadable(name, path);
    if (TYPESCRIPT.has(extname(path))) requireTypeScript(name);
    return path;
  });
}

function checkReadable(name: string, path: string): void {
  try {
    const stats = statSync(path);
    accessSync(path, constants.R_OK);
    if (stats.isFile()) return;
  } catch (cause) {
    const kind = KINDS[errnoName(cause) ?? ""] ?? "io";
    const remedy = "name a JavaScript or TypeScript file that can be read";
    throw new TgtctlError(kind, `--handler ${name}: ${causeText(cause)}`, remedy, { cause });
  }
  throw new TgtctlError("usage", `--handler ${name}: not a regular file`, "name the file itself");
}

/** Node runs TypeScript by itself from 22.18 on. */
function requireTypeScript(name: string): void {
  if ((process.features as { readonly typescript?: unknown }).typescript) return;
  throw new TgtctlError(
    "usage",
    `--handler ${name}: this Node.js (${process.version}) does not run TypeScript`,
    `use Node.js 22.18 or newer, or make JavaScript of it: npx esbuild ${name} --format=esm --outfile=handler.mjs`,
  );
}
