// SPDX-License-Identifier: MIT
// One of a few names: left and right go through them, typing narrows them down.
import { TextInput } from "../text-input.js";

export interface ChoiceOptions {
  /** What there is to choose from. */
  readonly names: readonly string[];
  /** Something else may be typed too: a number. */
  readonly free: boolean;
  /** What it is where nothing is typed; "" = nothing. */
  readonly initial: string;
}

/** Never changes; a key gives another. */
export class ChoiceInput {
  readonly names: readonly string[];
  readonly free: boolean;
  readonly typed: string;
  readonly #initial: string;
  /** Gone to by arrows; null: none. */
  readonly #picked: string | null;

  constructor(options: ChoiceOptions, typed = "", picked: string | null = null) {
    this.names = options.names;
    this.free = options.free;
    this.#initial = options.initial;
    this.typed = typed;
    this.#picked = picked;
  }

  /** Those that what is typed leaves over, the ones that begin with it first. */
  get matches(): readonly string[] {
    const wanted = this.typed.toLowerCase();
    if (wanted === "") return this.names;
    const at = (name: string): number => name.toLowerCase().indexOf(wanted);
    const found = this.names.filter((name) => at(name) >= 0);
    return [...found.filter((name) => at(name) === 0), ...found.filter((name) => at(name) > 0)];
  }

  /** What is chosen; what is typed where that is nothing there is; "" where nothing is chosen. */
  get value(): string {
    const { typed } = this;
    if (this.#picked !== null) return this.#picked;
    if (typed === "") return this.#initial;
    if (this.free && /^[-+]?[0-9]/.test(typed)) return typed;
    const same = this.names.find((name) => name.toLowerCase() === typed.toLowerCase());
    return same ?? this.matches[0] ?? typed;
  }

  get isTouched(): boolean {
    return this.typed !== "" || this.#picked !== null;
  }

  key(name: string): ChoiceInput | null {
    if (name === "left" || name === "right") return this.#step(name === "left" ? -1 : 1);
    if (name === "home" || name === "end") return this;
    // what arrows chose is typed over, not into
    const input = new TextInput(this.typed).key(name);
    if (!input) return null;
    if (this.#picked !== null && name === "backspace") return this.#with("", null);
    return this.#with(input.text, null);
  }

  /** The same input, of other names. */
  of(names: readonly string[]): ChoiceInput {
    const options = { names, free: this.free, initial: this.#initial };
    const picked = this.#picked !== null && names.includes(this.#picked) ? this.#picked : null;
    return new ChoiceInput(options, this.typed, picked);
  }

  #step(by: 1 | -1): ChoiceInput {
    const { matches } = this;
    if (matches.length === 0) return this;
    const at = matches.indexOf(this.value);
    const next = at < 0 ? (by > 0 ? 0 : matches.length - 1) : at + by;
    return this.#with(this.typed, matches[(next + matches.length) % matches.length] ?? null);
  }

  #with(typed: string, picked: string | null): ChoiceInput {
    const { names, free } = this;
    return new ChoiceInput({ names, free, initial: this.#initial }, typed, picked);
  }
}
