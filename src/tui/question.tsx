// SPDX-License-Identifier: MIT
// A question before something that cannot be taken back; any other key than its answers changes nothing.
import { Text } from "ink";
import type { ReactNode } from "react";
import type { Size } from "./layout.js";
import type { Desk, Hint, Overlay } from "./overlay.js";

export interface Answer extends Hint {
  readonly act: () => void;
}

export class Question implements Overlay {
  readonly place = "centre";
  readonly hints: readonly Hint[];
  readonly #desk: Desk;
  readonly #text: readonly string[];
  readonly #answers: readonly Answer[];

  /** `text`: lines. Escape closes it, and nothing has happened. */
  constructor(
    desk: Desk,
    readonly title: string,
    text: readonly string[],
    answers: readonly Answer[],
  ) {
    this.#desk = desk;
    this.#text = text;
    this.#answers = answers;
    this.hints = [...answers, { key: "Esc", word: "back" }];
  }

  wanted(room: Size): Size {
    const widest = Math.max(...this.#lines().map((line) => line.length));
    const columns = Math.min(room.columns, widest + 2);
    const rows = this.#lines().reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(line.length / Math.max(1, columns - 2))),
      0,
    );
    return { columns, rows };
  }

  view(): ReactNode {
    return this.#lines().map((line, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the lines never move
      <Text key={i} wrap="wrap">
        {` ${line}`}
      </Text>
    ));
  }

  key(name: string): void {
    const answer = this.#answers.find(({ key }) => key === name);
    if (!answer && name !== "escape") return;
    this.#desk.close();
    answer?.act();
  }

  #lines(): string[] {
    return [...this.#text, "", ...this.#answers.map(({ key, word }) => `${key}  ${word}`)];
  }
}
