// SPDX-License-Identifier: MIT
// Loading handler files, in their worker: what can be wrong with them, each with its remedy.
import { register } from "node:module";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { errnoName, TgtctlError } from "../errors.js";
import type { Handler } from "./api.js";
import { type FileRule, HandlerShapeError, readRule } from "./definition.js";
import type { LoadedHandler } from "./desk.js";
import { thrownAt, thrownText } from "./thrown.js";

export interface Loaded {
  readonly handlers: readonly LoadedHandler[];
  readonly rules: readonly FileRule[];
}

const EXAMPLE = 'export default defineHandler({ opcodes: ["READ_10"], command(cmd) { ... } })';

/** `import ... from "tgtctl"` is this very package, wherever the handler lies. */
export function resolveOurselves(index: string): void {
  const hook = `export const resolve = (specifier, context, next) => specifier === "tgtctl"
    ? { url: ${JSON.stringify(index)}, shortCircuit: true } : next(specifier, context);`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}

function notLoaded(file: string, url: string, error: unknown): TgtctlError {
  const line = thrownAt(error, [url])?.line;
  const place = line ? `${file}:${line}` : file;
  if (error instanceof HandlerShapeError) return shapeError(place, error.message);
  const remedies: Readonly<Record<string, string>> = {
    ERR_MODULE_NOT_FOUND: "install what it imports beside it",
    ERR_UNKNOWN_FILE_EXTENSION: "name it .js, .mjs or .ts",
  };
  const remedy = remedies[errnoName(error) ?? ""] ?? "mend the file";
  const said = `--handler ${place}: ${thrownText(error)}`;
  return new TgtctlError("undecodable", said, remedy, { cause: error });
}

function shapeError(file: string, what: string): TgtctlError {
  return new TgtctlError("usage", `--handler ${file}: ${what}`, `write: ${EXAMPLE}`);
}

/** Errors: `undecodable` where it does not run, `usage` where it is no handler. */
async function loadFile(file: string): Promise<Loaded> {
  const url = pathToFileURL(file).href;
  let exported: unknown;
  try {
    exported = ((await import(url)) as { default?: unknown }).default;
  } catch (error) {
    throw notLoaded(file, url, error);
  }
  if (exported === undefined) throw shapeError(file, "no default export");
  const list: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
  if (list.length === 0) throw shapeError(file, "its default export is an empty array");
  try {
    const rules = list.map((handler) => ({ ...readRule(handler), file: basename(file) }));
    return { rules, handlers: list.map((handler) => ({ handler: handler as Handler, file: url })) };
  } catch (error) {
    if (error instanceof HandlerShapeError) throw shapeError(file, error.message);
    throw notLoaded(file, url, error);
  }
}

/** The handlers of all files, in order. */
export async function loadHandlers(files: readonly string[]): Promise<Loaded> {
  const handlers: LoadedHandler[] = [];
  const rules: FileRule[] = [];
  for (const file of files) {
    const loaded = await loadFile(file);
    handlers.push(...loaded.handlers);
    rules.push(...loaded.rules);
  }
  return { handlers, rules };
}
