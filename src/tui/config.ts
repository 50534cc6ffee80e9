// SPDX-License-Identifier: MIT
// The user's file: where it lies, what may stand in it, and one line on what is wrong with it.

import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { causeText, errnoName, TgtctlError } from "../errors.js";
import {
  ACTION_NAMES,
  type Bindings,
  DEFAULT_KEYS,
  type KeyTable,
  rebind,
} from "./key-bindings.js";
import { isThemeName, THEME_NAMES, type ThemeName } from "./theme.js";

export interface Config {
  readonly theme: ThemeName | null;
  readonly ascii: boolean;
  readonly mouse: boolean;
  readonly keys: KeyTable;
}

const LARGEST = 65_536;
const NO_CONFIG: Config = { theme: null, ascii: false, mouse: false, keys: DEFAULT_KEYS };
const REMEDY = "correct it, or move the file away to have the defaults";

/** `$XDG_CONFIG_HOME/tgtctl/config.json`; a relative XDG_CONFIG_HOME does not count (XDG 0.8). */
export function configPath(env: NodeJS.ProcessEnv): string {
  const { XDG_CONFIG_HOME: xdg, HOME: home } = env;
  const base = xdg && isAbsolute(xdg) ? xdg : join(home || homedir(), ".config");
  return join(base, "tgtctl", "config.json");
}

/** Without a file the defaults. Errors: `usage`, `permission`, `io`. */
export function loadConfig(path: string): Config {
  const text = readConfig(path);
  return text === null ? NO_CONFIG : parseConfig(path, text);
}

function readConfig(path: string): string | null {
  let fd: number;
  try {
    // a FIFO nobody writes to must not keep us waiting
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    const code = errnoName(error);
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw unreadable(path, error);
  }
  try {
    if (!fstatSync(fd).isFile()) throw wrong(path, "not a regular file");
    const buffer = Buffer.alloc(LARGEST + 1);
    const length = readSync(fd, buffer, 0, buffer.length, 0);
    if (length > LARGEST) throw wrong(path, `larger than ${LARGEST} bytes`);
    return buffer.toString("utf8", 0, length).replace(/^\ufeff/, "");
  } catch (error) {
    throw error instanceof TgtctlError ? error : unreadable(path, error);
  } finally {
    closeSync(fd);
  }
}

function unreadable(path: string, cause: unknown): TgtctlError {
  const kind = errnoName(cause) === "EACCES" ? "permission" : "io";
  return new TgtctlError(kind, `${path}: ${causeText(cause)}`, REMEDY, { cause });
}

function wrong(path: string, fault: string, remedy = REMEDY): TgtctlError {
  return new TgtctlError("usage", `${path}: ${fault}`, remedy);
}

/** Errors: `usage`, with the place in the file. */
export function parseConfig(path: string, text: string): Config {
  let theme: ThemeName | null = null;
  let ascii = false;
  let mouse = false;
  let keys = DEFAULT_KEYS;
  for (const [name, value] of entries(path, "", parseJson(path, text))) {
    if (name === "theme") theme = themeOf(path, value);
    else if (name === "ascii") ascii = flagOf(path, name, value);
    else if (name === "mouse") mouse = flagOf(path, name, value);
    else if (name === "keys") keys = keysOf(path, value);
    else
      throw wrong(path, `${quoted(name)}: no such setting`, "there are theme, ascii, mouse, keys");
  }
  return { theme, ascii, mouse, keys };
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [, position] = /at position (\d+)/.exec(message) ?? [];
    const before = text.slice(0, Number(position ?? 0)).split("\n");
    const where = position ? `line ${before.length}: ` : "";
    throw wrong(path, `${where}not JSON: ${message.replace(/\s+/g, " ")}`);
  }
}

/** Own entries only: `__proto__` is a name like any other here, and unknown. */
function entries(path: string, where: string, value: unknown): [string, unknown][] {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return Object.entries(value);
  }
  throw wrong(path, `${where}not an object {...}`);
}

function themeOf(path: string, value: unknown): ThemeName {
  if (isThemeName(value)) return value;
  throw wrong(path, `theme: no theme ${quoted(value)}`, `there are ${THEME_NAMES.join(", ")}`);
}

function flagOf(path: string, name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw wrong(path, `${name}: neither true nor false`);
}

function keysOf(path: string, value: unknown): KeyTable {
  const bindings: Bindings = new Map(
    entries(path, "keys: ", value).map(([action, keys]) => [action, keyList(path, action, keys)]),
  );
  return rebind(bindings, (action, fault) => {
    throw wrong(path, `keys: ${action.slice(0, 40)}: ${fault}`, remedyFor(fault));
  });
}

function remedyFor(fault: string): string {
  if (fault === "no such action") return `there are ${ACTION_NAMES.join(" ")}`;
  if (fault.startsWith("no key")) {
    return "a key is one character, ctrl- and a letter, or a name as space, tab, enter, pageup";
  }
  if (fault.endsWith(" too")) return "give one of them another key, or [] for none";
  return REMEDY;
}

function keyList(path: string, action: string, value: unknown): string[] {
  if (Array.isArray(value) && value.every((key) => typeof key === "string")) return value;
  throw wrong(path, `keys: ${action.slice(0, 40)}: not a list of keys`, 'write it as ["n", "tab"]');
}

function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
