// SPDX-License-Identifier: MIT
// The table of keys as the user wants it: other keys on the same actions, and what is refused.

import type { Action } from "./actions.js";
import { isKeyName, KEYS, type KeyRow } from "./keys.js";

/** Keys by the name of their action; what is not named keeps its own. */
export type Bindings = ReadonlyMap<string, readonly string[]>;

/** A way out that no file can take away, whatever else it says. */
const FIXED_KEY = "ctrl-c";

export class KeyTable {
  readonly #actions: ReadonlyMap<string, Action>;

  constructor(readonly rows: readonly KeyRow[]) {
    this.#actions = new Map(rows.flatMap((r) => r.keys.map((key) => [key, r.action] as const)));
  }

  /** What a key does, null if nothing. */
  actionOf(key: string): Action | null {
    return this.#actions.get(key) ?? null;
  }
}

export const DEFAULT_KEYS = new KeyTable(KEYS);

export const ACTION_NAMES: readonly string[] = KEYS.map((row) => row.action);

const SHOWN: Readonly<Record<string, string>> = {
  up: "Up",
  down: "Down",
  left: "Left",
  right: "Right",
  pageup: "PgUp",
  pagedown: "PgDn",
  home: "Home",
  end: "End",
  tab: "Tab",
  "shift-tab": "S-Tab",
  enter: "Enter",
  escape: "Esc",
  backspace: "Backspace",
  space: "Space",
};

/** `Ctrl-L` for ctrl-l. */
export function shownKey(name: string): string {
  if (name.startsWith("ctrl-")) return `Ctrl-${name.slice(5).toUpperCase()}`;
  return SHOWN[name] ?? name;
}

/** What is wrong with the keys of one action, null if nothing. */
function bindingFault(action: string, keys: readonly string[]): string | null {
  if (!ACTION_NAMES.includes(action)) return "no such action";
  if (action === "quit" && keys.length === 0) return "without a key there is no way to quit";
  for (const key of keys) {
    if (key === FIXED_KEY) return `${shownKey(FIXED_KEY)} always leaves and is on nothing else`;
    if (!isKeyName(key)) return `no key is called ${JSON.stringify(key.slice(0, 40))}`;
  }
  return null;
}

function conflict(rows: readonly KeyRow[]): { action: string; fault: string } | null {
  const taken = new Map<string, string>();
  for (const { keys, action } of rows) {
    for (const key of keys) {
      const other = taken.get(key);
      if (other !== undefined && other !== action) {
        return { action, fault: `${JSON.stringify(key)} is on ${other} too` };
      }
      taken.set(key, action);
    }
  }
  return null;
}

/** A row of the help and those behind it that it speaks for. */
function groups(rows: readonly KeyRow[]): KeyRow[][] {
  const all: KeyRow[][] = [];
  for (const row of rows) {
    if (row.shown !== "" || all.length === 0) all.push([row]);
    else all.at(-1)?.push(row);
  }
  return all;
}

/** The help names the keys that there are; a row without one is in no key line. */
function relabelled(group: readonly KeyRow[]): KeyRow[] {
  const shown = group.flatMap((row) => row.keys.map(shownKey)).join(" ") || "(none)";
  return group.map((row, i) => ({
    ...row,
    shown: i === 0 ? shown : "",
    line: row.keys.length === 0 ? null : row.line,
  }));
}

/** `fail` is told the action and what is wrong; it throws. */
export function rebind(
  bindings: Bindings,
  fail: (action: string, fault: string) => never,
): KeyTable {
  for (const [action, keys] of bindings) {
    const fault = bindingFault(action, keys);
    if (fault !== null) fail(action, fault);
  }
  const rows = groups(KEYS).flatMap((group) => {
    if (!group.some((row) => bindings.has(row.action))) return group;
    return relabelled(group.map((row) => ({ ...row, keys: keysOf(row, bindings) })));
  });
  const found = conflict(rows);
  if (found) fail(found.action, found.fault);
  return new KeyTable(rows);
}

function keysOf(row: KeyRow, bindings: Bindings): readonly string[] {
  const wanted = bindings.get(row.action);
  if (!wanted) return row.keys;
  return [...new Set([...wanted, ...row.keys.filter((key) => key === FIXED_KEY)])];
}
