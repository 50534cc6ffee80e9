// SPDX-License-Identifier: MIT
// Typing an expression: of the filter, of what is looked for, of a breakpoint.
import type { Dialect } from "../../abi/dialect.js";
import { compile, type Expression } from "../../expression/compile.js";
import { completeExpression } from "../../expression/completion.js";
import { ExpressionError } from "../../expression/problem.js";
import type { Desk } from "../overlay.js";
import { historyOf } from "./history.js";
import { type Judgement, type LineLanguage, LinePrompt } from "./line-prompt.js";

/** The whole comparisons of what is not yet whole: up to the last `&&` or `||`, closed. */
function settledPart(text: string): string {
  const part = text.slice(0, Math.max(text.lastIndexOf("&&"), text.lastIndexOf("||"), 0));
  const open = part.split("(").length - part.split(")").length;
  return part + ")".repeat(Math.max(0, open));
}

/** Names are looked up only in what is whole: what is wrong with them before its end. */
function problemBefore(text: string, dialect: Dialect): ExpressionError | null {
  const part = settledPart(text);
  if (part.trim() === "") return null;
  try {
    compile(part, { dialect });
    return null;
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
}

function bad({ column, problem, remedy }: ExpressionError): Judgement {
  return { tone: "bad", column, lines: [`column ${column}: ${problem}`, remedy] };
}

/** `open` where more to come at its end could still make it one. */
export function judgeExpression(text: string, dialect: Dialect, error: ExpressionError): Judgement {
  const { column, problem } = error;
  const { from, what, candidates } = completeExpression(text, text.length, dialect);
  const typing = candidates.length > 0 || text.slice(from).trim() === "";
  if ((typing && column > from) || column > text.trimEnd().length) {
    const before = problemBefore(text, dialect);
    if (before) return bad(before);
    const word = text.slice(from).trim();
    // half a word is not yet what it will be: what is wrong with it says nothing
    const half = word !== "" && candidates.length > 0 && !candidates.includes(word);
    const line = half ? `unfinished ${what}` : `unfinished: ${problem}`;
    return { tone: "open", column, lines: [line] };
  }
  return bad(error);
}

/** `empty`: what an empty line means, null if it is not accepted. */
export function expressionLanguage(dialect: Dialect, empty: string | null): LineLanguage {
  return {
    complete: (text, cursor) => completeExpression(text, cursor, dialect),
    judge: (text) => {
      if (text.trim() === "") {
        const example = "e.g. opcode == READ_10 && lba < 8";
        return { tone: empty === null ? "open" : "good", column: null, lines: [empty ?? example] };
      }
      try {
        compile(text, { dialect });
        return { tone: "good", column: null, lines: ["valid"] };
      } catch (error) {
        if (error instanceof ExpressionError) return judgeExpression(text, dialect, error);
        throw error;
      }
    },
  };
}

export interface ExpressionPromptOptions {
  readonly title: string;
  readonly empty: string | null;
  readonly text?: string;
  /** Null for an empty line. */
  readonly accept: (expression: Expression | null) => void;
}

export function openExpressionPrompt(desk: Desk, options: ExpressionPromptOptions): void {
  const { dialect } = desk.model;
  const { title, empty, text = "", accept } = options;
  desk.open(
    new LinePrompt(desk, {
      title,
      language: expressionLanguage(dialect, empty),
      history: historyOf(desk, "expression"),
      text,
      accept: (typed) => accept(typed === "" ? null : compile(typed, { dialect })),
    }),
  );
}

/** What is listed. */
export function openFilterPrompt(desk: Desk): void {
  openExpressionPrompt(desk, {
    title: "filter: show only what matches",
    empty: "empty: everything is shown",
    text: desk.filter?.text ?? "",
    accept: (filter) => desk.setFilter(filter),
  });
}

export function openFindPrompt(desk: Desk): void {
  openExpressionPrompt(desk, {
    title: "find: the next older event that matches",
    empty: "empty: nothing is looked for",
    accept: (wanted) => desk.find(wanted),
  });
}
