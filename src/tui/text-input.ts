// SPDX-License-Identifier: MIT
// One line of text being typed: what each key makes of it.

/** More is a paste gone wrong. */
const MOST = 4000;
const PRINTABLE = /^[\x20-\x7e]$/;

/** Never changes; a key gives another. */
export class TextInput {
  readonly cursor: number;

  /** `cursor`: the character it stands before, `text.length` behind the last. */
  constructor(
    readonly text = "",
    cursor = text.length,
  ) {
    this.cursor = Math.max(0, Math.min(cursor, text.length));
  }

  /** By the names of keys.ts. Null: a key that edits nothing, for whoever else wants it. */
  key(name: string): TextInput | null {
    const { text, cursor } = this;
    switch (name) {
      case "left":
      case "ctrl-b":
        return new TextInput(text, cursor - 1);
      case "right":
      case "ctrl-f":
        return new TextInput(text, cursor + 1);
      case "home":
      case "ctrl-a":
        return new TextInput(text, 0);
      case "end":
      case "ctrl-e":
        return new TextInput(text);
      case "backspace":
        return this.#without(Math.max(0, cursor - 1), cursor);
      case "ctrl-d":
        return this.#without(cursor, cursor + 1);
      case "ctrl-u":
        return this.#without(0, cursor);
      case "ctrl-k":
        return this.#without(cursor, text.length);
      case "ctrl-w":
        return this.#without(startOfWord(text, cursor), cursor);
      default:
        return this.#typed(name === "space" ? " " : name);
    }
  }

  #typed(character: string): TextInput | null {
    return PRINTABLE.test(character) ? this.insert(character) : null;
  }

  /** Printable ASCII; what is too much is left out. */
  insert(given: string): TextInput {
    const { text, cursor } = this;
    const more = given.slice(0, Math.max(0, MOST - text.length));
    return new TextInput(text.slice(0, cursor) + more + text.slice(cursor), cursor + more.length);
  }

  #without(from: number, to: number): TextInput {
    return new TextInput(this.text.slice(0, from) + this.text.slice(to), from);
  }
}

/** Where the word before `cursor` begins, as the shell takes words: spaces alone divide them. */
function startOfWord(text: string, cursor: number): number {
  return /\S*\s*$/.exec(text.slice(0, cursor))?.index ?? 0;
}

/** Offset of the first character of `windowOf`. */
export function startOfWindow({ text, cursor }: Pick<TextInput, "text" | "cursor">, width: number) {
  const room = Math.max(1, width);
  // the cursor may stand behind the last character
  const most = Math.max(0, text.length + 1 - room);
  return Math.max(0, Math.min(most, cursor - Math.floor(room / 2)));
}

export interface TextWindow {
  /** At most `width` characters. */
  readonly text: string;
  /** Of the window: 0 to `width - 1`. */
  readonly cursor: number;
}

/** The part of it that is shown where there is room for `width` characters; what is cut is marked. */
export function windowOf({ text, cursor }: TextInput, width: number): TextWindow {
  const room = Math.max(1, width);
  const start = startOfWindow({ text, cursor }, room);
  const shown = Array.from(text.slice(start, start + room));
  const at = cursor - start;
  if (start > 0 && at > 0) shown[0] = "<";
  if (start + room < text.length && at < room - 1) shown[room - 1] = ">";
  return { text: shown.join(""), cursor: at };
}
