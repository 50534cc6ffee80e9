// SPDX-License-Identifier: MIT
// The three grids of a screen: Ink's frame, what is to be shown, and what the terminal shows.

import { parseFrame } from "./ansi-frame.js";
import { Cells } from "./cells.js";
import { diffCells } from "./diff.js";
import type { Size } from "./layout.js";
import { type Overlay, overlayRegion } from "./overlay.js";
import { type Painting, paint } from "./paint.js";
import type { Style } from "./theme.js";

export class ShownCells {
  #base: Cells;
  #next: Cells;
  /** null: unknown. */
  #shown: Cells | null = null;

  constructor({ columns, rows }: Size) {
    this.#base = new Cells(columns, rows);
    this.#next = new Cells(columns, rows);
  }

  /** Everything anew. */
  redraw({ columns, rows }: Size): void {
    this.#base = new Cells(columns, rows);
    this.#next = new Cells(columns, rows);
    this.#shown = null;
  }

  /** Takes Ink's frame in. */
  layOut(frame: string): void {
    parseFrame(frame, this.#base);
  }

  /** What is to be shown: the panels and what lies in front of them, over Ink's frame. */
  paint(panels: Omit<Painting, "front">, overlay: Overlay | null): Cells {
    this.#next.copy(this.#base);
    const front = overlay && {
      region: overlayRegion(panels.layout, overlay),
      title: overlay.title,
      laidOut: this.#base,
      paint: overlay.paint?.bind(overlay) ?? null,
    };
    paint(this.#next, { ...panels, front });
    return this.#next;
  }

  /** Makes the terminal show what was painted; how many bytes that took. */
  write(style: Style, write: (bytes: string) => void): number {
    const bytes = diffCells(this.#shown, this.#next, style);
    write(bytes);
    this.#shown ??= new Cells(this.#next.columns, this.#next.rows);
    this.#shown.copy(this.#next);
    return Buffer.byteLength(bytes);
  }
}
