// SPDX-License-Identifier: MIT
// How far injecting many events is, and the way to stop it.
import type { ReactNode } from "react";
import { type InjectRun, progressText } from "../forms/inject-run.js";
import type { Size } from "../layout.js";
import { Lines } from "../lines.js";
import type { Desk, Hint, Overlay } from "../overlay.js";

const STOP = "Esc stops it after the one under way";

export class InjectProgress implements Overlay {
  readonly title = "inject";
  readonly place = "centre";
  readonly hints: readonly Hint[] = [{ key: "Esc", word: "stop" }];
  readonly #desk: Desk;
  readonly #run: InjectRun;
  #shown = "";
  #ended = false;

  constructor(desk: Desk, run: InjectRun) {
    this.#desk = desk;
    this.#run = run;
  }

  wanted(room: Size): Size {
    return { columns: Math.min(room.columns, STOP.length + 4), rows: 2 };
  }

  view(): ReactNode {
    this.#shown = progressText(this.#run);
    return <Lines lines={[` ${this.#shown}`, ` ${STOP}`]} />;
  }

  /** Others are left alone: they were meant for the panels. */
  key(name: string): void {
    if (name !== "escape") return;
    this.#run.stop();
    this.#ended = true;
    this.#desk.close();
  }

  /** Nothing is under way any more; what lies over it stays. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#desk.overlay === this) this.#desk.close();
  }

  frame(): void {
    if (this.#ended) this.#desk.close();
    else if (progressText(this.#run) !== this.#shown) this.#desk.refresh();
  }
}
