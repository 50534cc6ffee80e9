// SPDX-License-Identifier: MIT
// The help: every key there is, from the table that handles them, and what the letters mean.
import type { ReactNode } from "react";
import { hanging } from "../features/text-layout.js";
import type { Size } from "./layout.js";
import { LEGEND } from "./legend.js";
import { Lines } from "./lines.js";
import type { Desk, Hint, Overlay } from "./overlay.js";

const KEY_WIDTH = 13;
/** Between two columns of keys, where they fit side by side. */
const GAP = 3;
const LEAST_INDENT = 2;

export class Help implements Overlay {
  readonly title = "keys";
  readonly place = "centre";
  readonly hints: readonly Hint[] = [
    { key: "arrows", word: "scroll" },
    { key: "Esc", word: "back" },
  ];
  readonly #desk: Desk;
  #first = 0;
  #rows = 1;
  #lines: readonly string[] = [];

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  wanted(room: Size): Size {
    const lines = this.#layOut(room.columns);
    const columns = Math.max(...lines.map((line) => line.length)) + 2;
    return { columns, rows: lines.length };
  }

  view(room: Size): ReactNode {
    this.#lines = this.#layOut(room.columns);
    this.#rows = room.rows;
    this.#first = Math.max(0, Math.min(this.#first, this.#lines.length - room.rows));
    const shown = this.#lines.slice(this.#first, this.#first + room.rows);
    return <Lines lines={shown.map((line) => ` ${line}`)} />;
  }

  key(name: string): void {
    const page = Math.max(1, this.#rows - 1);
    const step = { up: -1, k: -1, down: 1, j: 1, pageup: -page, pagedown: page, space: page }[name];
    if (step === undefined) this.#desk.close();
    else this.#first += step;
  }

  #layOut(columns: number): string[] {
    const named = this.#desk.keys.rows.filter((row) => row.help !== "");
    const keyWidth = Math.max(KEY_WIDTH, ...named.map((row) => row.shown.length + 2));
    const keys = named.map((row) => `${row.shown.padEnd(keyWidth)}${row.help}`);
    const half = Math.ceil(keys.length / 2);
    const left = Math.max(...keys.slice(0, half).map((line) => line.length)) + GAP;
    const right = Math.max(...keys.slice(half).map((line) => line.length));
    if (left + right + 2 > columns) return below(keys, keyWidth, LEGEND, columns - 2);
    const rows = keys.slice(0, half).map((line, i) => {
      return `${line.padEnd(left)}${keys[half + i] ?? ""}`.trimEnd();
    });
    return [...rows, "", ...LEGEND];
  }
}

/** Under each other; what does not fit in `width` goes on under its own text. */
function below(
  keys: readonly string[],
  keyWidth: number,
  legend: readonly string[],
  width: number,
): string[] {
  const indent = width >= 2 * keyWidth ? keyWidth : LEAST_INDENT;
  const texts = keys.flatMap((line) => hanging(line, indent, width));
  return [...texts, "", ...legend.flatMap((line) => hanging(line, LEAST_INDENT, width))];
}
