// SPDX-License-Identifier: MIT
// The palette: a verb typed as on the command line, or a word for the screen itself.

import { TgtctlError } from "../../errors.js";
import { ExpressionError } from "../../expression/problem.js";
import { heldName } from "../../features/held-text.js";
import { completeLine, type LineFacts } from "../../features/verbs/line-completion.js";
import { askVerb, type OwnerVerb } from "../../features/verbs/owner-verb.js";
import {
  formOf,
  parseLine,
  type Typed,
  usageText,
  wordsOf,
} from "../../features/verbs/typed-line.js";
import { VERB_FORMS } from "../../features/verbs/verb-table.js";
import { lateResult } from "../late-result.js";
import { troubleText } from "../message.js";
import type { Desk } from "../overlay.js";
import { judgeExpression } from "./expression-prompt.js";
import { historyOf } from "./history.js";
import { INJECT } from "./inject-word.js";
import { type Judgement, type LineLanguage, LinePrompt } from "./line-prompt.js";
import { type PaletteForm, SCREEN_WORDS } from "./screen-words.js";
import { TextPage } from "./text-page.js";

/** What is asked of the owner, and how what it says is shown. */
async function ask(desk: Desk, line: string, verb: OwnerVerb<unknown>): Promise<void> {
  if (!desk.verbs) {
    desk.say(desk.refusal, "trouble");
    return;
  }
  const show = lateResult(desk);
  try {
    const lines = await askVerb(desk.verbs, verb);
    const [only = ""] = lines;
    if (lines.length <= 1) desk.say(only, "done");
    else {
      const overlay = new TextPage(desk, {
        ...{ title: line, lines: () => lines },
        ...{ empty: "", from: "start" },
      });
      const text = `${line}: ${lines.length} lines have come; asked for again they are shown`;
      show({ overlay, text, tone: "done" });
    }
  } catch (error) {
    desk.say(troubleText(error), "trouble");
  }
}

const FORMS: readonly PaletteForm[] = [
  ...VERB_FORMS.map(({ request, ...form }) => ({
    ...form,
    prepare: (typed: Typed) => {
      const verb = request(typed);
      return (desk: Desk, line: string) => void ask(desk, line, verb);
    },
  })),
  INJECT,
  ...SCREEN_WORDS,
];

/** Words that verbs take now. */
function factsOf(desk: Desk): LineFacts {
  const { dialect } = desk.model;
  return {
    dialect,
    words: ({ name, words }, before) => {
      if (before.length > 0) return [];
      if (name !== "release" && name !== "drop") return words ?? [];
      const held = desk.observation.held?.items ?? [];
      return held.filter(({ kind }) => kind === "CMD_RSP").map(heldName);
    },
  };
}

/** The form whose name the line has, with what is typed behind it looked at. */
function judge(desk: Desk, line: string): Judgement {
  const words = wordsOf(line);
  const form = formOf(words, FORMS);
  if (!form)
    return judgeName(line, completeLine(line, line.length, FORMS, factsOf(desk)).candidates);
  const usage = `${usageText(form)}   ${form.describe}`;
  let behind = { text: "", at: 0 };
  try {
    const { typed } = parseLine(line, [form]);
    behind = typed;
    form.prepare(typed, desk.model.dialect);
    return { tone: "good", column: null, lines: [usage] };
  } catch (error) {
    if (error instanceof ExpressionError) {
      const judged = judgeExpression(behind.text, desk.model.dialect, error);
      return { ...judged, column: error.column + behind.at, lines: [...judged.lines, usage] };
    }
    if (!(error instanceof TgtctlError)) throw error;
    return { tone: "open", column: null, lines: [error.message, usage] };
  }
}

function judgeName(line: string, candidates: readonly string[]): Judgement {
  if (line.trim() === "") {
    const lines = ["a verb of the command line, or a word for the screen: Tab shows them"];
    return { tone: "open", column: null, lines };
  }
  if (candidates.length > 0) return { tone: "open", column: null, lines: ["which one?"] };
  return { tone: "bad", column: 1, lines: ["no such verb: Ctrl-U, then Tab shows what there is"] };
}

function languageOf(desk: Desk): LineLanguage {
  return {
    complete: (line, cursor) => completeLine(line, cursor, FORMS, factsOf(desk)),
    judge: (line) => judge(desk, line),
  };
}

export function openPalette(desk: Desk): void {
  desk.open(
    new LinePrompt(desk, {
      title: "command",
      language: languageOf(desk),
      history: historyOf(desk, "command"),
      accept: (line) => {
        const { form, typed } = parseLine(line, FORMS);
        form.prepare(typed, desk.model.dialect)(desk, line);
      },
    }),
  );
}
