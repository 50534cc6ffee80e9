// SPDX-License-Identifier: MIT
// What can stand at a place of a typed line: verbs, their options, what they act on, expressions.
import type { Dialect } from "../../abi/dialect.js";
import { type Completion, completeExpression } from "../../expression/completion.js";
import { formOf, type LineForm, usageText, wordOfUsage, wordsOf } from "./typed-line.js";

export interface LineFacts {
  readonly dialect: Dialect;
  /** What the words of `form` may be now; those typed before it come first. */
  words(form: LineForm, before: readonly string[]): readonly string[];
}

/** `cursor`: what stands behind it does not count. */
export function completeLine(
  line: string,
  cursor: number,
  forms: readonly LineForm[],
  facts: LineFacts,
): Completion {
  const before = line.slice(0, cursor);
  const from = before.length - (/\S*$/.exec(before)?.[0].length ?? 0);
  const words = wordsOf(before.slice(0, from));
  const form = formOf(words, forms);
  if (!form) return completeName(before, from, words, forms);
  const rest = words.slice(form.name.split(" ").length).map(({ text }) => text);
  const word = before.slice(from);
  const begins = (all: readonly string[]): string[] =>
    all.filter((each) => each.toLowerCase().startsWith(word.toLowerCase()));
  const options = begins(Object.keys(form.options ?? {}).map((name) => `--${name}`));
  if (word.startsWith("--")) return { from, what: "option", candidates: options };
  if (form.takes.kind !== "words") return completeText(before, words, form, facts);
  const option = /^--([a-z-]+)$/.exec(rest.at(-1) ?? "")?.[1] ?? "";
  const kind = form.options?.[option];
  if (kind === "value" || kind === "values") {
    return { from, what: `value of --${option}`, candidates: begins(form.values?.[option] ?? []) };
  }
  const most = form.takes.most;
  if (rest.length >= most)
    return { from, what: options.length > 0 ? "option" : "", candidates: options };
  const what = wordOfUsage(form, rest.length);
  return { from, what, candidates: begins(facts.words(form, rest)) };
}

function completeName(
  before: string,
  from: number,
  words: readonly { readonly text: string }[],
  forms: readonly LineForm[],
): Completion {
  const word = before.slice(from).toLowerCase();
  const next = forms
    .map(({ name }) => name.split(" "))
    .filter((parts) => words.every(({ text }, i) => parts[i] === text))
    .map((parts) => parts[words.length] ?? "")
    .filter((part) => part !== "" && part.startsWith(word));
  const candidates = [...new Set(next)];
  return { from, what: candidates.length > 0 ? "verb" : "", candidates };
}

/** The expression that begins behind the name; the action of a rule is not known here. */
function completeText(
  before: string,
  words: readonly { readonly end: number; readonly text: string }[],
  form: LineForm,
  { dialect }: LineFacts,
): Completion {
  const parts = form.name.split(" ").length;
  let start = words[parts - 1]?.end ?? before.length;
  for (const { text, end } of words.slice(parts)) {
    if (!text.startsWith("--")) break;
    start = end;
  }
  start += /^\s*["']?/.exec(before.slice(start))?.[0].length ?? 0;
  const text = before.slice(start);
  if (form.takes.kind === "rule" && text.includes(":")) {
    return { from: before.length, what: usageText(form), candidates: [] };
  }
  const { from, what, candidates } = completeExpression(text, text.length, dialect);
  return { from: start + from, what, candidates };
}
