// SPDX-License-Identifier: MIT
// Typing an expression: of the filter, of what is looked for, of a breakpoint.
import type { Dialect } from "../../abi/dialect.js";
import { compile, type Expression } from "../../expression/compile.js";
import { completeExpression } from "../../expression/completion.js";
import { ExpressionError } from "../../expression/problem.js";
import type { Desk } from "../overlay.js";
import { historyOf } from "./history.js";
import { type Judgement, type LineLanguage, LinePrompt } from "./line-prompt.js";

/** `open` where more to come at its end could still make it one. */
export function judgeExpression(text: string, dialect: Dialect, error: ExpressionError): Judgement {
  const { column, problem, remedy } = error;
  const { from, what, candidates } = completeExpression(text, text.length, dialect);
  const typing = candidates.length > 0 || text.slice(from).trim() === "";
  if ((typing && column > from) || column > text.trimEnd().length) {
    // the word being typed is not yet what it will be
    const missing = candidates.length > 0 && from < text.length ? what : problem;
    return { tone: "open", column, lines: [`unfinished: ${missing}`] };
  }
  return { tone: "bad", column, lines: [`column ${column}: ${problem}`, remedy] };
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
