// SPDX-License-Identifier: MIT
// The way to the terminal: when Ink lays out, when it is painted, and when the bytes are written.

import type { Observation } from "../session/observation.js";
import type { AppProps } from "./app.js";
import type { Cells } from "./cells.js";
import type { Eye } from "./eye.js";
import type { FrameModel } from "./frame-model.js";
import type { Front } from "./front.js";
import { type InkSurface, mountInk } from "./ink-surface.js";
import type { KeyTable } from "./key-bindings.js";
import { factsKey, factsOf, type KeyLineFacts, keyHints } from "./key-line.js";
import type { Typed } from "./key-reader.js";
import { type Layout, layoutFor, type Size } from "./layout.js";
import { overlayRegion } from "./overlay.js";
import type { ScreenCost } from "./screen-cost.js";
import { ShownCells } from "./shown-cells.js";
import type { Style } from "./theme.js";

export interface OutputOptions {
  readonly size: Size;
  /** How it is written to this terminal. */
  readonly style: Style;
  readonly keys: KeyTable;
  /** Shown, where it is to be. */
  readonly cost?: ScreenCost;
  readonly stdin: NodeJS.ReadStream;
  readonly write: (bytes: string) => void;
  /** False while the terminal takes nothing: what changes meanwhile is shown by the next `frame`. */
  readonly mayWrite?: () => boolean;
  /** Told what broke Ink; the screen is of no use then. */
  readonly failed: (error: unknown) => void;
}

/** What there is to be shown. */
export interface OutputScene {
  readonly observation: Observation;
  readonly model: FrameModel;
  readonly eye: Eye;
  readonly front: Front;
  readonly onTyped: (typed: Typed) => void;
}

export class ScreenOutput {
  readonly #options: OutputOptions;
  readonly #scene: OutputScene;
  readonly #ink: InkSurface;
  readonly #cells: ShownCells;
  #layout: Layout;
  /** What was read at once is shown at once: neither laid out nor shown before its last key. */
  #together = false;
  #unlaid = false;
  /** The facts that Ink's key line was made of. */
  #hinted = -1;

  constructor(options: OutputOptions, scene: OutputScene) {
    this.#options = options;
    this.#scene = scene;
    const { size, stdin, failed } = options;
    this.#layout = layoutFor(size, scene.model.current.dialect.nrEntry);
    this.#cells = new ShownCells(size);
    this.#ink = mountInk(this.#appProps(), stdin, (frame) => this.#cells.layOut(frame), failed);
  }

  get layout(): Layout {
    return this.#layout;
  }

  close(): void {
    this.#ink.unmount();
  }

  /** Everything anew. */
  redraw(size: Size): void {
    this.#layout = layoutFor(size, this.#scene.model.current.dialect.nrEntry);
    this.#cells.redraw(size);
    this.lay();
  }

  /** Through Ink, which costs: not for what changes by itself. */
  lay(): void {
    if (this.#scene.front.closed.aborted) return;
    if (this.#together) {
      this.#unlaid = true;
      return;
    }
    this.#ink.update(this.#appProps());
    this.show();
  }

  /** The key line follows what the keys can do. */
  hint(): void {
    if (this.#scene.front.overlay) return;
    if (factsKey(this.#facts()) !== this.#hinted) this.#ink.update(this.#appProps());
  }

  show(): void {
    if (this.#together || this.#scene.front.closed.aborted) return;
    const { mayWrite, write, style, cost } = this.#options;
    if (mayWrite?.() === false) return;
    this.paint();
    const written = this.#cells.write(style, write);
    cost?.frame(written, performance.now());
  }

  /** What `show` would show. */
  paint(): Cells {
    const { model, eye, front } = this.#scene;
    const panels = {
      layout: this.#layout,
      model: model.current,
      state: eye.state,
      behind: model.behind,
      message: front.message,
      cost: this.#options.cost ?? null,
    };
    return this.#cells.paint(panels, front.overlay);
  }

  /** Shows what comes of all of `keys`, once. */
  together(keys: () => void): void {
    this.#together = true;
    this.#unlaid = this.#scene.front.overlay !== null;
    try {
      keys();
    } finally {
      this.#together = false;
    }
    if (this.#unlaid) this.lay();
    else this.show();
  }

  #facts(): KeyLineFacts {
    const { eye, model, observation } = this.#scene;
    return factsOf(eye.state, model.current, observation);
  }

  #appProps(): AppProps {
    const { overlay } = this.#scene.front;
    const facts = this.#facts();
    this.#hinted = overlay ? -1 : factsKey(facts);
    return {
      layout: this.#layout,
      hints: overlay ? overlay.hints : keyHints(facts, this.#options.keys.rows),
      front: overlay && { overlay, region: overlayRegion(this.#layout, overlay) },
      onTyped: this.#scene.onTyped,
    };
  }
}
