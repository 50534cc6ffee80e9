// SPDX-License-Identifier: MIT
// One screen, whatever it is shown on: model and state in, bytes for the terminal out.

import type { Watch } from "../session/watch.js";
import { parseFrame } from "./ansi-frame.js";
import type { AppProps } from "./app.js";
import { Cells } from "./cells.js";
import { diffCells } from "./diff.js";
import { type InkSurface, mountInk } from "./ink-surface.js";
import { actionOf } from "./keys.js";
import { type Layout, layoutFor, type Size } from "./layout.js";
import { type ScreenModel, takeModel } from "./model.js";
import { paint } from "./paint.js";
import {
  type Action,
  type ActionContext,
  act,
  INITIAL_VIEW,
  type ViewState,
} from "./view-state.js";

export interface ScreenViewOptions {
  readonly watch: Watch;
  readonly size: Size;
  readonly colors: boolean;
  readonly stdin: NodeJS.ReadStream;
  readonly write: (bytes: string) => void;
  readonly quit: () => void;
  readonly suspend: () => void;
}

export class ScreenView {
  readonly #options: ScreenViewOptions;
  readonly #ink: InkSurface;
  #layout: Layout;
  #state: ViewState = INITIAL_VIEW;
  #model: ScreenModel;
  /** Ink's frame, what is to be shown, and what the terminal shows (null: unknown). */
  #base: Cells;
  #next: Cells;
  #shown: Cells | null = null;

  constructor(options: ScreenViewOptions) {
    this.#options = options;
    const { watch, size } = options;
    watch.refresh();
    this.#model = takeModel(watch);
    this.#state = { ...INITIAL_VIEW, slots: firstSlots(this.#model) };
    this.#layout = layoutFor(size, this.#model.dialect.nrEntry);
    this.#base = new Cells(size.columns, size.rows);
    this.#next = new Cells(size.columns, size.rows);
    this.#ink = mountInk(this.#appProps(), options.stdin, (frame) => this.#laidOut(frame));
    this.#show();
  }

  get state(): ViewState {
    return this.#state;
  }

  #appProps(): AppProps {
    return {
      layout: this.#layout,
      help: this.#state.help,
      onKey: (name) => this.#key(name),
    };
  }

  #laidOut(frame: string): void {
    parseFrame(frame, this.#base);
  }

  /** Takes in what is new, unless frozen, and shows it. */
  frame(): void {
    if (!this.#state.frozen) {
      this.#options.watch.refresh();
      this.#model = takeModel(this.#options.watch);
    }
    this.#show();
  }

  /** Everything anew: another size, or somebody else wrote to the terminal. */
  redraw(size: Size): void {
    this.#layout = layoutFor(size, this.#model.dialect.nrEntry);
    this.#base = new Cells(size.columns, size.rows);
    this.#next = new Cells(size.columns, size.rows);
    this.#shown = null;
    this.#ink.update(this.#appProps());
    this.#show();
  }

  close(): void {
    this.#ink.unmount();
  }

  #show(): void {
    const behind = this.#state.frozen ? this.#options.watch.seen - this.#model.seen : 0;
    this.#next.copy(this.#base);
    paint(this.#next, this.#layout, this.#model, this.#state, behind);
    this.#options.write(diffCells(this.#shown, this.#next, this.#options.colors));
    this.#shown ??= new Cells(this.#next.columns, this.#next.rows);
    this.#shown.copy(this.#next);
  }

  #key(name: string): void {
    const action = actionOf(name);
    if (!action) return;
    if (action === "quit") this.#options.quit();
    else if (action === "suspend") this.#options.suspend();
    else if (action === "redraw") this.redraw(this.#layout.size);
    else this.#act(action);
  }

  #act(action: Action): void {
    const before = this.#state;
    this.#state = act(before, action, this.#context());
    if (this.#state === before) return;
    // only the help is Ink's; the rest is painted, and a key held down must stay cheap
    if (this.#state.help !== before.help) this.#ink.update(this.#appProps());
    this.#show();
  }

  #context(): ActionContext {
    const { dialect, flight, look } = this.#model;
    const { kuring } = this.#layout.kind === "full" ? this.#layout : { kuring: null };
    return {
      nrEntry: dialect.nrEntry,
      slotsPerLine: kuring ? kuring.perLine * kuring.slotsPerCell : 1,
      commands: flight.commands,
      findRequest: (hostNo, cid) => look.kuring.findRequest(hostNo, cid),
    };
  }
}

/** Where a debugger's eye goes first: what is to be consumed next, else what was produced last. */
function firstSlots(model: ScreenModel): ViewState["slots"] {
  const first = (ring: "kuring" | "ukring"): number => {
    const look = model.look[ring];
    const { consumerSlot, producerSlot } = look.positions;
    if (look.occupied > 0 && consumerSlot !== null) return consumerSlot;
    const slots = look.status.length;
    const last = producerSlot === null ? 0 : (producerSlot + slots - 1) % slots;
    return look.used[last] === 1 ? last : 0;
  };
  return { kuring: first("kuring"), ukring: first("ukring") };
}
