// SPDX-License-Identifier: MIT
// What arrives from the terminal, as keys or as a paste: one event of Ink's may be a key, several typed
// faster than they were read, a piece of a paste, or a sequence of the terminal's that is no key of ours.
import { keyNames, type PressedKey } from "./keys.js";
import { type MouseReport, readMouse } from "./mouse.js";

export type Typed =
  | { readonly kind: "keys"; readonly names: readonly string[] }
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: "mouse"; readonly report: MouseReport };

/** CSI or SS3 without its ESC: focus, the mouse, keys that mean nothing here. */
const SEQUENCE = /^(\[[0-9;<?]*[ -/]*[@-~]|O[A-Za-z])$/;
const PASTE_BEGINS = "[200~";
const PASTE_ENDS = "[201~";

/** So many keys at once, so many of them different, are no fingers: a paste without its brackets. */
const MOST_AT_ONCE = 8;
const MOST_DIFFERENT = 3;

export function isFlood(names: readonly string[]): boolean {
  return names.length > MOST_AT_ONCE && new Set(names).size > MOST_DIFFERENT;
}

export class KeyReader {
  #pasting = false;

  /** `key`: as Ink's useInput tells of it. Null: nothing for us. */
  read(input: string, key: PressedKey): Typed | null {
    if (input === PASTE_BEGINS || input === PASTE_ENDS) {
      this.#pasting = input === PASTE_BEGINS;
      return null;
    }
    if (this.#pasting) return { kind: "paste", text: key.return ? "\n" : key.tab ? "\t" : input };
    if (input.length > 1 && SEQUENCE.test(input)) {
      const report = readMouse(input);
      return report && { kind: "mouse", report };
    }
    const names = keyNames(input, key);
    // Escape and a key so close behind it that they were read as one: neither is lost
    if (key.meta && !key.escape && names.length === 1 && input.length === 1) {
      return { kind: "keys", names: ["escape", ...names] };
    }
    return { kind: "keys", names };
  }
}

/** Runs of printable characters as one text each, between them the keys that are none. */
export function runsOf(names: readonly string[]): Typed[] {
  const runs: Typed[] = [];
  for (const name of names) {
    const character = name === "space" ? " " : name;
    const last = runs.at(-1);
    if (character.length !== 1) runs.push({ kind: "keys", names: [name] });
    else if (last?.kind === "paste") {
      runs.splice(-1, 1, { kind: "paste", text: last.text + character });
    } else runs.push({ kind: "paste", text: character });
  }
  return runs;
}

/** What of a paste a line of text can hold. */
export function pastedLine(text: string): string {
  return text.replace(/[\r\n\t]+/g, " ").replace(/[^\x20-\x7e]/g, "");
}

/** No field of a form holds more. */
const MOST_IN_A_FIELD = 256;

/** The same as keys, for fields that know keys only. */
export function pastedKeys(text: string): string[] {
  return Array.from(text.slice(0, MOST_IN_A_FIELD), (character) =>
    character === " " ? "space" : character,
  );
}
