// SPDX-License-Identifier: MIT
// A page of text to read: longer lines go on below, what does not fit is scrolled to.
import type { ReactNode } from "react";
import { hanging, printable } from "../../features/text-layout.js";
import type { Size } from "../layout.js";
import { Lines } from "../lines.js";
import type { Desk, Hint, Overlay } from "../overlay.js";

/** Where the rest of a line too long for the page begins. */
const CONTINUED = 4;
const NARROWEST = 12;

export interface TextPageOptions {
  readonly title: string;
  /** Looked at once a frame: it may grow. */
  readonly lines: () => readonly string[];
  /** Stands there while there is none. */
  readonly empty: string;
  /** Where it opens; from its end it follows what comes. */
  readonly from: "start" | "end";
}

export class TextPage implements Overlay {
  readonly place = "centre";
  readonly hints: readonly Hint[] = [
    { key: "arrows", word: "scroll" },
    { key: "Esc", word: "back" },
  ];
  readonly #desk: Desk;
  readonly #options: TextPageOptions;
  #first: number;
  #rows = 1;
  #count = 0;
  /** As they were laid out. */
  #source: readonly string[] = [];

  constructor(desk: Desk, options: TextPageOptions) {
    this.#desk = desk;
    this.#options = options;
    this.#first = options.from === "end" ? Number.POSITIVE_INFINITY : 0;
  }

  get title(): string {
    const { title } = this.#options;
    if (this.#count <= this.#rows) return title;
    return `${title}  ${this.#first + 1}-${this.#first + this.#rows} of ${this.#count}`;
  }

  wanted(room: Size): Size {
    const lines = this.#layOut(room.columns);
    const columns = Math.max(this.#options.title.length + 24, ...lines.map(({ length }) => length));
    return { columns: columns + 2, rows: lines.length };
  }

  view({ columns, rows }: Size): ReactNode {
    const lines = this.#layOut(columns);
    const atEnd = this.#first >= this.#count - this.#rows && this.#options.from === "end";
    this.#rows = rows;
    this.#count = lines.length;
    const last = Math.max(0, lines.length - rows);
    this.#first = atEnd ? last : Math.max(0, Math.min(this.#first, last));
    const shown = lines.slice(this.#first, this.#first + rows);
    return <Lines lines={shown.map((line) => ` ${line}`)} />;
  }

  key(name: string): void {
    const page = Math.max(1, this.#rows - 1);
    const all = this.#count;
    const steps: Readonly<Record<string, number>> = {
      ...{ up: -1, k: -1, down: 1, j: 1 },
      ...{ pageup: -page, pagedown: page, space: page },
      ...{ home: -all, g: -all, end: all, G: all },
    };
    const step = steps[name];
    if (step !== undefined) this.#first = this.#within(this.#first + step);
    else if (name === "escape" || name === "enter" || name === "q") this.#desk.close();
  }

  frame(): void {
    const lines = this.#options.lines();
    const { length } = this.#source;
    if (lines.length !== length || lines.at(-1) !== this.#source.at(-1)) this.#desk.refresh();
  }

  #within(first: number): number {
    return Math.max(0, Math.min(first, this.#count - this.#rows));
  }

  #layOut(columns: number): string[] {
    const lines = this.#options.lines();
    this.#source = [...lines];
    const width = Math.max(NARROWEST, columns - 2);
    const shown = lines.length === 0 ? [this.#options.empty] : lines;
    return shown.flatMap((line) => hanging(printable(line), CONTINUED, width));
  }
}

/** `14:03:22 text (3 times)`; the newest last, and all of them seen by that. */
export function openRemarks(desk: Desk): void {
  const { remarks } = desk;
  const lines = (): string[] => {
    const said = remarks?.list() ?? [];
    remarks?.see();
    return said.map(({ text, count, at }) => {
      const time = new Date(at).toTimeString().slice(0, 8);
      return `${time} ${text}${count > 1 ? ` (${count} times)` : ""}`;
    });
  };
  const empty = "the session has had nothing to say";
  desk.open(new TextPage(desk, { title: "remarks", lines, empty, from: "end" }));
}
