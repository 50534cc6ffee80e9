// SPDX-License-Identifier: MIT
// The one table of keys: handling, the key line, the help and the man page all come from it.

import type { Action } from "./actions.js";

/** When a key does something: the key line shows it only then. */
export type Needs =
  | "nothing"
  /** An owner that takes orders. */
  | "verbs"
  /** The same, and it holds the target. */
  | "held"
  /** The same, and the selected command's answer is kept back. */
  | "heldCommand";

export interface KeyRow {
  /** Names as `keyNames` gives them. */
  readonly keys: readonly string[];
  readonly action: Action;
  /** As shown in the help: `arrows hjkl`; "" = named in another row. */
  readonly shown: string;
  readonly help: string;
  /** Word in the key line, null = only in the help. */
  readonly line: string | null;
  readonly needs: Needs;
}

export const KEYS: readonly KeyRow[] = [
  row(["left", "h"], "left", "arrows hjkl", "move by slot and by line, or by row"),
  row(["right", "l"], "right"),
  row(["up", "k"], "up"),
  row(["down", "j"], "down"),
  row(["pageup"], "pageUp", "PgUp PgDn", "move by four lines, by ten rows"),
  row(["pagedown"], "pageDown"),
  row(["home", "g"], "home", "Home End g G", "first, last; last of the events: follow"),
  row(["end", "G"], "end"),
  row(["tab"], "focusNext", "Tab S-Tab", "kuring, ukring, events, in flight, fields", "next"),
  row(["shift-tab"], "focusBack"),
  row(["enter"], "goTo", "Enter", "the slot of the selected event or command"),
  row(["m"], "mate", "m", "request, answer, done of a command, in turn"),
  row(["["], "older", "[ ]", "what the slot held before, and back"),
  row(["]"], "newer"),
  row(["H"], "hold", "H", "hold the target: answers are kept back", "hold", "verbs"),
  row(["s"], "step", "s", "let the oldest held answer go", "step", "held"),
  row(["S"], "release", "S", "let the selected command's answer go", "release", "heldCommand"),
  row(["e"], "edit", "e", "edit the selected answer, then let it go", "edit", "held"),
  row(["x"], "drop", "x", "never answer the selected command", "drop", "heldCommand"),
  row(["c"], "continue", "c", "let everything go, hold no longer", "continue", "held"),
  row(["b"], "break", "b", "breakpoints: list, add, delete", "break", "verbs"),
  row(["i"], "inject", "i", "inject an event, right or wrong", "inject", "verbs"),
  row([":"], "palette", ":", "any verb of the command line", null, "verbs"),
  row(["/"], "filter", "/", "show what matches an expression only", "filter"),
  row(["f"], "find", "f", "find an event that matches an expression"),
  row(["n"], "findNext", "n N", "the next older, newer one that matches"),
  row(["N"], "findBack"),
  row(["r"], "remarks", "r", "what the session had to say"),
  row(["L"], "latency", "L", "wake-up latency, measured live"),
  row(["y"], "copy", "y", "copy what is selected (OSC 52)"),
  row(["P"], "dump", "P", "this screen as text to a file"),
  row(["space"], "freeze", "Space", "freeze the view, capture goes on", "freeze"),
  row(["ctrl-l"], "redraw", "Ctrl-L", "draw the screen anew"),
  row(["ctrl-z"], "suspend", "Ctrl-Z", "to the shell; fg returns"),
  row(["?"], "help", "?", "this help", "help"),
  row(["q"], "quit", "q Ctrl-C", "leave", "quit"),
  row(["ctrl-c"], "leave"),
];

function row(
  keys: readonly string[],
  action: Action,
  shown = "",
  help = "",
  line: string | null = null,
  needs: Needs = "nothing",
): KeyRow {
  return { keys, action, shown, help, line, needs };
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
  readonly return: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly tab: boolean;
  readonly shift: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
  readonly meta: boolean;
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
  ["return", "enter"],
  ["backspace", "backspace"],
  // what the key above Enter sends on most terminals is told as this
  ["delete", "backspace"],
  ["escape", "escape"],
];

/** Names of the keys in one input event: several where keys came faster than they were read. */
export function keyNames(input: string, key: PressedKey): string[] {
  if (key.tab) return [key.shift ? "shift-tab" : "tab"];
  for (const [flag, name] of SPECIAL) if (key[flag]) return [name];
  if (key.ctrl) return [`ctrl-${input}`];
  return Array.from(input, (character) => PLAIN_NAMES[character] ?? controlName(character));
}

/** Keys typed faster than they are read arrive as one text. */
const PLAIN_NAMES: Readonly<Record<string, string>> = {
  " ": "space",
  "\t": "tab",
  "\r": "enter",
  "\n": "enter",
  "\b": "backspace",
  "\x7f": "backspace",
};

/** `ctrl-l` for what Ctrl-L sends; any other character is its own name. */
function controlName(character: string): string {
  const code = character.charCodeAt(0);
  return code >= 1 && code <= 26 ? `ctrl-${String.fromCharCode(code + 0x60)}` : character;
}

const NAMED = new Set([...SPECIAL.map(([, name]) => name), "tab", "shift-tab", "space"]);
/** Ctrl-H, I, J and M are other keys to every terminal. */
const CHARACTER = /^([!-~]|ctrl-[a-gkln-z])$/;

/** A name that `keyNames` can give. */
export function isKeyName(name: string): boolean {
  return NAMED.has(name) || CHARACTER.test(name);
}
