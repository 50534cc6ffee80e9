// SPDX-License-Identifier: MIT
// Who gets what is typed: what lies in front, else the action of the key; and what no fingers have typed
// runs no action.
import type { Action } from "./actions.js";
import type { Front } from "./front.js";
import type { KeyTable } from "./key-bindings.js";
import { type Typed as AnyTyped, isFlood, pastedLine, runsOf } from "./key-reader.js";
import type { Chosen } from "./named.js";

export interface TypingOptions {
  readonly front: Front;
  readonly keys: KeyTable;
  /** What is selected now. */
  readonly chosen: () => Chosen | null;
  /** Nothing is there to see: nothing is done that one would have to see. */
  readonly isBlind: () => boolean;
  readonly act: (action: Action, chosen: Chosen | null) => void;
}

type Typed = Exclude<AnyTyped, { readonly kind: "mouse" }>;

const OPENS_LINE = new Set<Action>(["palette", "filter", "find"]);

/** Whatever is in front; a printable key may be meant as text there. */
function isAlways(action: Action | null, key: string): boolean {
  if (!key.startsWith("ctrl-")) return false;
  return action === "leave" || action === "suspend" || action === "redraw";
}

export class Typing {
  readonly #options: TypingOptions;

  constructor(options: TypingOptions) {
    this.#options = options;
  }

  /** What was read at once. `shown`: what was selected as the user saw it when typing. */
  take(typed: Typed, shown: Chosen | null): void {
    const { overlay } = this.#options.front;
    if (typed.kind === "paste") this.#paste(typed.text);
    else if (overlay?.paste && typed.names.length > 1) this.#runs(typed.names);
    else if (isFlood(typed.names)) this.#flood(typed.names, shown);
    else this.#keys(typed.names, shown);
  }

  #keys(names: readonly string[], shown: Chosen | null): void {
    const { front, chosen } = this.#options;
    let meant = shown;
    for (const name of names) {
      const before = front.overlay;
      this.#key(name, meant);
      meant = chosen();
      // a question that this very text has raised is not answered by the rest of it
      const { overlay } = front;
      if (overlay !== null && overlay !== before && !overlay.paste) return;
    }
  }

  /** Typed faster than it was read, into a line of text. */
  #runs(names: readonly string[]): void {
    for (const run of runsOf(names)) {
      if (run.kind === "keys") this.#keys(run.names, null);
      else if (run.kind === "paste" && this.#options.front.overlay?.paste) this.#paste(run.text);
    }
  }

  /** No fingers, unless they began with a key that opens a line of text. */
  #flood([first = "", ...rest]: readonly string[], shown: Chosen | null): void {
    const action = this.#options.keys.actionOf(first);
    if (this.#options.front.overlay || !action || !OPENS_LINE.has(action)) {
      this.#paste("");
      return;
    }
    this.#key(first, shown);
    this.#runs(rest);
  }

  #paste(text: string): void {
    const { front } = this.#options;
    if (front.overlay?.paste) front.overlay.paste(pastedLine(text));
    else front.say("a paste is not taken for keys: it goes into a line of text only", "trouble");
  }

  #key(name: string, chosen: Chosen | null): void {
    const { front, keys, isBlind, act } = this.#options;
    const action = keys.actionOf(name);
    const always = isAlways(action, name) || (front.overlay === null && action === "quit");
    if (front.overlay && !always) {
      if (!isBlind()) front.overlay.key(name);
    } else if (action && (always || !isBlind())) act(action, chosen);
  }
}
