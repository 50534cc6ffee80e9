// SPDX-License-Identifier: MIT
// The one table of keys: handling, the key line and the help all come from it.

import type { Action } from "./view-state.js";

export interface KeyRow {
  /** Names as `keyNames` gives them. */
  readonly keys: readonly string[];
  readonly action: Action;
  /** As shown in the help: `arrows hjkl`; "" = named in another row. */
  readonly shown: string;
  readonly help: string;
  /** Word in the key line, null = only in the help. */
  readonly line: string | null;
}

export const KEYS: readonly KeyRow[] = [
  row(["left", "h"], "left", "arrows hjkl", "move by slot and by line"),
  row(["right", "l"], "right"),
  row(["up", "k"], "up"),
  row(["down", "j"], "down"),
  row(["pageup"], "pageUp", "PgUp PgDn", "move by four lines"),
  row(["pagedown"], "pageDown"),
  row(["home"], "home", "Home End", "first, last slot"),
  row(["end"], "end"),
  row(["tab"], "focusNext", "Tab", "kuring, ukring, in flight", "next"),
  row(["shift-tab"], "focusBack"),
  row(["space"], "freeze", "Space", "freeze the view, go on", "freeze"),
  row(["ctrl-l"], "redraw", "Ctrl-L", "draw the screen anew"),
  row(["ctrl-z"], "suspend", "Ctrl-Z", "to the shell; fg returns"),
  row(["?"], "help", "?", "this help, and back", "help"),
  row(["escape"], "close"),
  row(["q", "ctrl-c"], "quit", "q Ctrl-C", "leave", "quit"),
];

function row(
  keys: readonly string[],
  action: Action,
  shown = "",
  help = "",
  line: string | null = null,
): KeyRow {
  return { keys, action, shown, help, line };
}

const ACTIONS = new Map(KEYS.flatMap((r) => r.keys.map((key) => [key, r.action] as const)));

/** What a key does, null if nothing. */
export function actionOf(key: string): Action | null {
  return ACTIONS.get(key) ?? null;
}

/** As Ink's useInput tells of a key. */
export interface PressedKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly tab: boolean;
  readonly shift: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
}

const SPECIAL: readonly (readonly [keyof PressedKey, string])[] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["escape", "escape"],
];

/** Names of the keys in one input event: several where keys came faster than they were read. */
export function keyNames(input: string, key: PressedKey): string[] {
  if (key.tab) return [key.shift ? "shift-tab" : "tab"];
  for (const [flag, name] of SPECIAL) if (key[flag]) return [name];
  if (key.ctrl) return [`ctrl-${input}`];
  return Array.from(input, (character) => PLAIN_NAMES[character] ?? character);
}

/** Keys typed faster than they are read arrive as one text. */
const PLAIN_NAMES: Readonly<Record<string, string>> = {
  " ": "space",
  "\t": "tab",
  "\x03": "ctrl-c",
  "\x0c": "ctrl-l",
  "\x1a": "ctrl-z",
};
