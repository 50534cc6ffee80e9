// SPDX-License-Identifier: MIT
// A line typed as on the command line, cut into a verb, its words and its options.
import { TgtctlError } from "../../errors.js";

/** `values`: may be given more than once. */
export type OptionKind = "flag" | "value" | "values";

/** How a verb is typed. */
export interface LineForm {
  /** `break add` */
  readonly name: string;
  /** Behind the name: `EXPR [--once]`, "" for nothing. */
  readonly usage: string;
  readonly describe: string;
  /**
   * `words`: so many at least and at most; the others: one text, blanks and all, which must be there
   * unless it is `optional`.
   */
  readonly takes:
    | { readonly kind: "words"; readonly least: number; readonly most: number }
    | { readonly kind: "expression" | "rule"; readonly optional?: boolean };
  readonly options?: Readonly<Record<string, OptionKind>>;
  /** What an option's value can be, or begin with, where that is known beforehand. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** What its first word can be, where that is known beforehand. */
  readonly words?: readonly string[];
}

export interface Typed {
  readonly words: readonly string[];
  /** Of `expression` and `rule`; `at`: its offset in the line. */
  readonly text: string;
  readonly at: number;
  /** The option is given, with a value or without. */
  flag(name: string): boolean;
  values(name: string): readonly string[];
}

interface Word {
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

const WORD = /(?:"[^"]*"|'[^']*'|[^\s"']|["'])+/g;

/** As a shell would cut it, quotes only keeping together. */
export function wordsOf(line: string): Word[] {
  return [...line.matchAll(WORD)].map(({ 0: text, index }) => ({
    text: text.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"),
    at: index,
    end: index + text.length,
  }));
}

/** The form whose whole name begins `words`; the longest. */
export function formOf<Form extends LineForm>(
  words: readonly { readonly text: string }[],
  forms: readonly Form[],
): Form | null {
  const named = forms.filter(({ name }) =>
    name.split(" ").every((part, i) => words[i]?.text === part),
  );
  return named.sort((a, b) => b.name.length - a.name.length)[0] ?? null;
}

export function usageText({ name, usage }: LineForm): string {
  return usage === "" ? name : `${name} ${usage}`;
}

/** `LUN` of `LUN SIZE`, "" behind its last word. */
export function wordOfUsage({ usage }: LineForm, index: number): string {
  const word = usage.split(" ")[index] ?? "";
  return word.startsWith("[--") ? "" : word;
}

function wrong(form: LineForm, complaint: string): TgtctlError {
  return new TgtctlError("usage", `${form.name}: ${complaint}`, `usage: ${usageText(form)}`);
}

/** Errors: `usage`. */
export function parseLine<Form extends LineForm>(
  line: string,
  forms: readonly Form[],
): { readonly form: Form; readonly typed: Typed } {
  const words = wordsOf(line);
  const form = formOf(words, forms);
  if (!form) {
    const [first] = words;
    const text = first ? `${first.text.slice(0, 32)}: no such verb` : "a verb is missing";
    throw new TgtctlError("usage", text, "Tab shows what there is");
  }
  const rest = words.slice(form.name.split(" ").length);
  return {
    form,
    typed: form.takes.kind === "words" ? byWords(form, rest) : byText(form, rest, line),
  };
}

class Options {
  readonly #given = new Map<string, string[]>();

  constructor(readonly form: LineForm) {}

  /** False: `word` is no option. `next` gives its value. Errors: `usage`. */
  take(word: Word, next: () => Word | undefined): boolean {
    const [, name, value] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word.text) ?? [];
    if (name === undefined) return false;
    const kind = this.form.options?.[name];
    if (!kind) throw wrong(this.form, `it has no option --${name}`);
    if (kind === "flag" && value !== undefined) throw wrong(this.form, `--${name} has no value`);
    const given = kind === "flag" ? "" : (value ?? next()?.text);
    if (given === undefined) throw wrong(this.form, `--${name}: its value is missing`);
    const before = this.#given.get(name) ?? [];
    if (before.length > 0 && kind !== "values") throw wrong(this.form, `--${name} is given twice`);
    this.#given.set(name, [...before, given]);
    return true;
  }

  readonly flag = (name: string): boolean => this.#given.has(name);
  readonly values = (name: string): readonly string[] => this.#given.get(name) ?? [];
}

function byWords(form: LineForm, rest: readonly Word[]): Typed {
  const options = new Options(form);
  const queue = [...rest];
  const words: string[] = [];
  for (let word = queue.shift(); word; word = queue.shift()) {
    if (!options.take(word, () => queue.shift())) words.push(word.text);
  }
  const { least, most } = form.takes.kind === "words" ? form.takes : { least: 0, most: 0 };
  if (words.length < least) throw wrong(form, `${wordOfUsage(form, words.length)} is missing`);
  if (words.length > most) throw wrong(form, `${words[most]?.slice(0, 32)}: one word too many`);
  const { flag, values } = options;
  return { words, text: "", at: 0, flag, values };
}

/** Options stand before the text or behind it: inside they would be a part of it. */
function byText(form: LineForm, rest: readonly Word[], line: string): Typed {
  const options = new Options(form);
  const words = [...rest];
  const none = (): undefined => undefined;
  const isOption = (word: Word | undefined): boolean => word?.text.startsWith("--") ?? false;
  const took = (word: Word | undefined): boolean =>
    word !== undefined && isOption(word) && options.take(word, none);
  while (took(words[0])) words.shift();
  while (took(words.at(-1))) words.pop();
  const [first] = words;
  const last = words.at(-1);
  const { flag, values } = options;
  if (!first || !last) {
    if (form.takes.kind !== "words" && form.takes.optional) {
      return { words: [], text: "", at: line.length, flag, values };
    }
    throw wrong(form, `${wordOfUsage(form, 0)} is missing`);
  }
  const text = line.slice(first.at, last.end);
  const [, , inside] = /^(["'])(.*)\1$/s.exec(text) ?? [];
  return inside === undefined
    ? { words: [], text, at: first.at, flag, values }
    : { words: [], text: inside, at: first.at + 1, flag, values };
}
