// SPDX-License-Identifier: MIT
// A line at the bottom in which something is typed: completed, judged while it is, accepted only whole.
import { Box, Text } from "ink";
import type { ReactNode } from "react";
import type { Completion } from "../../expression/completion.js";
import { wrap } from "../../features/text-layout.js";
import { InputLine } from "../input-line.js";
import type { Size } from "../layout.js";
import { Lines } from "../lines.js";
import type { Desk, Hint, Overlay } from "../overlay.js";
import { startOfWindow, TextInput } from "../text-input.js";
import { Candidates } from "./candidates.js";
import { complete, type Round } from "./completing.js";
import type { History } from "./history.js";

export interface Judgement {
  /** `open`: nothing is wrong with it yet. Only what is `good` is accepted. */
  readonly tone: "good" | "open" | "bad";
  /** Where it goes wrong, from 1. */
  readonly column: number | null;
  readonly lines: readonly string[];
}

export interface LineLanguage {
  complete(text: string, cursor: number): Completion;
  judge(text: string): Judgement;
}

export interface LinePromptOptions {
  readonly title: string;
  readonly language: LineLanguage;
  readonly history: History;
  /** What stands there at first. */
  readonly text?: string;
  /** The prompt is closed by then. */
  readonly accept: (text: string) => void;
}

const MARK = " > ";
/** Candidates, the line, the caret, and the rest for words. */
const ROWS = 6;
const NARROW = 70;

export class LinePrompt implements Overlay {
  readonly place = "bottom";
  readonly hints: readonly Hint[] = [
    { key: "Enter", word: "accept" },
    { key: "Tab", word: "complete" },
    { key: "Up", word: "earlier" },
    { key: "Ctrl-U", word: "empty" },
    { key: "Esc", word: "back" },
  ];
  readonly #desk: Desk;
  readonly #options: LinePromptOptions;
  #input: TextInput;
  #round: Round | null = null;
  /** Enter was pressed on what is not good. */
  #insisted = false;
  /** Into the history; its length = what is typed now, which is kept. */
  #at: number;
  #draft = "";

  constructor(desk: Desk, options: LinePromptOptions) {
    this.#desk = desk;
    this.#options = options;
    this.#input = new TextInput(options.text);
    this.#at = options.history.lines.length;
  }

  get title(): string {
    return this.#options.title;
  }

  wanted({ columns }: Size): Size {
    return { columns, rows: columns < NARROW ? ROWS + 1 : ROWS };
  }

  key(name: string): void {
    if (name === "escape") this.#desk.close();
    else if (name === "enter") this.#enter();
    else if (name === "tab") this.#tab(1);
    else if (name === "shift-tab") this.#tab(-1);
    else if (name === "up") this.#recall(-1);
    else if (name === "down") this.#recall(1);
    else if (name === "ctrl-u") this.#edit(new TextInput());
    else this.#edit(this.#input.key(name) ?? this.#input);
  }

  paste(text: string): void {
    this.#edit(this.#input.insert(text));
  }

  #edit(input: TextInput): void {
    this.#input = input;
    this.#round = null;
    this.#insisted = false;
  }

  #tab(step: 1 | -1): void {
    const { input, round } = complete(this.#input, this.#round, this.#completion(), step);
    this.#edit(input);
    this.#round = round;
  }

  #recall(step: 1 | -1): void {
    const { lines } = this.#options.history;
    const to = this.#at + step;
    if (to < 0 || to > lines.length) return;
    if (this.#at === lines.length) this.#draft = this.#input.text;
    this.#at = to;
    this.#edit(new TextInput(lines[to] ?? this.#draft));
  }

  #enter(): void {
    const text = this.#input.text.trim();
    if (this.#options.language.judge(this.#input.text).tone !== "good") {
      this.#insisted = true;
      return;
    }
    this.#options.history.add(text);
    this.#desk.close();
    this.#options.accept(text);
  }

  #completion(): Completion {
    const { text, cursor } = this.#input;
    return this.#options.language.complete(text, cursor);
  }

  view({ columns, rows }: Size): ReactNode {
    const width = Math.max(1, columns - MARK.length - 1);
    const judged = this.#options.language.judge(this.#input.text);
    const { lines, column } = judged;
    const tone = judged.tone === "open" && this.#insisted ? "bad" : judged.tone;
    const words = lines.flatMap((line) => wrap(line, Math.max(8, columns - 2)));
    return (
      <>
        <Candidates {...(this.#round ?? { completion: this.#completion() })} width={columns - 2} />
        <Box>
          <Text bold>{MARK}</Text>
          <InputLine input={this.#input} width={width} focused />
        </Box>
        <Text wrap="truncate" bold color={COLORS[tone]}>
          {caretLine(this.#input, width, column) || " "}
        </Text>
        <Text bold={tone === "bad"} color={COLORS[tone]} wrap="truncate">
          {` ${words[0] ?? ""}`}
        </Text>
        <Lines lines={words.slice(1, Math.max(1, rows - 3)).map((line) => ` ${line}`)} />
      </>
    );
  }
}

const COLORS: Readonly<Record<Judgement["tone"], "green" | "yellow" | "red">> = {
  good: "green",
  open: "yellow",
  bad: "red",
};

/** `^` below the column, "" where that is out of sight. */
function caretLine(input: TextInput, width: number, column: number | null): string {
  if (column === null) return "";
  // as input-line.tsx lays it out
  const x = column - 1 - startOfWindow(input, width);
  return x < 0 || x >= width ? "" : `${" ".repeat(MARK.length + x)}^`;
}
