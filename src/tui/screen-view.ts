// SPDX-License-Identifier: MIT
// One screen, whatever it is shown on: model and state in, bytes for the terminal out.

import type { RingName } from "../abi/event.js";
import type { Expression } from "../expression/compile.js";
import type { RemarkLog } from "../session/remark-log.js";
import type { Watch } from "../session/watch.js";
import { actionContext } from "./action-context.js";
import { type Action, perform } from "./actions.js";
import { parseFrame } from "./ansi-frame.js";
import type { AppProps } from "./app.js";
import { Cells } from "./cells.js";
import { diffCells } from "./diff.js";
import { firstSlots } from "./first-slots.js";
import { Front } from "./front.js";
import { FrozenFlight } from "./frozen-flight.js";
import { type InkSurface, mountInk } from "./ink-surface.js";
import type { KeyTable } from "./key-bindings.js";
import { factsKey, factsOf, keyHints } from "./key-line.js";
import type { Typed } from "./key-reader.js";
import { type Layout, layoutFor, type Size } from "./layout.js";
import { type ModelParts, modelParts, type ScreenModel, takeModel } from "./model.js";
import { type MouseReport, type Target, targetAt } from "./mouse.js";
import { isSame, type Named } from "./named.js";
import { overlayRegion } from "./overlay.js";
import { paint } from "./paint.js";
import { copySelected, inspectedText, leave, writeScreen } from "./screen-actions.js";
import type { ScreenCost } from "./screen-cost.js";
import { chosenOf, isHeld, othersFrom } from "./selection.js";
import type { Style } from "./theme.js";
import { Typing } from "./typing.js";
import { selectCommand, selectEvent } from "./view-moves.js";
import {
  type ActionContext,
  act,
  focused,
  INITIAL_VIEW,
  type ViewAction,
  type ViewState,
} from "./view-state.js";

export interface ScreenViewOptions {
  readonly watch: Watch;
  readonly size: Size;
  /** How it is written to this terminal. */
  readonly style: Style;
  /** The lists start cut down to this. */
  readonly filter?: Expression | null;
  readonly keys: KeyTable;
  /** Default: it is nothing to us. */
  readonly mouse?: boolean;
  /** Shown, where it is to be. */
  readonly cost?: ScreenCost;
  /** What the session has to say. */
  readonly remarks?: RemarkLog;
  /** See ScreenModel; default: not known, not to be had. */
  readonly wallOffsetNs?: number | null;
  readonly readMemory?: ScreenModel["readMemory"];
  readonly stdin: NodeJS.ReadStream;
  readonly write: (bytes: string) => void;
  /** False while the terminal takes nothing: what changes meanwhile is shown by the next `frame`. */
  readonly mayWrite?: () => boolean;
  readonly quit: (how: "stop" | "handOver") => void;
  /** Told what broke Ink; the screen is of no use then. */
  readonly failed: (error: unknown) => void;
  readonly suspend: () => void;
}

/** A model so old is taken anew before a key is acted upon. */
const STALE_MS = 20;
/** As most terminals scroll. */
const WHEEL_ROWS = 3;

export class ScreenView {
  readonly #options: ScreenViewOptions;
  readonly #ink: InkSurface;
  readonly #front: Front;
  readonly #typist: Typing;
  readonly #parts: ModelParts;
  #layout: Layout;
  #state: ViewState = INITIAL_VIEW;
  #model: ScreenModel;
  /** As of the moment the view was frozen; null: it is not. */
  #frozen: FrozenFlight | null = null;
  /** Ink's frame, what is to be shown, and what the terminal shows (null: unknown). */
  #base: Cells;
  #next: Cells;
  #shown: Cells | null = null;
  #takenMs = performance.now();
  /** What was read at once is shown at once: neither laid out nor shown before its last key. */
  #typing = false;
  #unlaid = false;
  /** The facts that Ink's key line was made of. */
  #hinted = -1;

  constructor(options: ScreenViewOptions) {
    this.#options = options;
    const { watch, size, filter = null } = options;
    const { wallOffsetNs = null, readMemory = () => null } = options;
    this.#parts = modelParts(watch, { wallOffsetNs, readMemory });
    watch.setFilter(filter);
    this.#parts.book.setFilter(filter);
    watch.refresh();
    this.#model = takeModel(watch, this.#parts);
    this.#front = new Front({
      observation: watch.observation,
      keys: options.keys,
      remarks: options.remarks ?? null,
      model: () => this.#model,
      filter: () => this.#state.filter,
      setFilter: (filter) => this.#setFilter(filter),
      find: (find) => this.#find(find),
      act: (action) => this.#do(action),
      whenGone: (name) => this.#whenGone(name),
      goTo: (ring, slot) => this.#choose(slotChosen(this.#state, ring, slot)),
      changed: () => this.#lay(),
    });
    this.#typist = new Typing({
      front: this.#front,
      keys: options.keys,
      chosen: () => chosenOf(this.#state, this.#model),
      isBlind: () => this.#layout.kind === "tooSmall",
      act: (action, chosen) => this.#do(action, chosen),
    });
    this.#state = { ...INITIAL_VIEW, slots: firstSlots(this.#model), filter };
    this.#layout = layoutFor(size, this.#model.dialect.nrEntry);
    this.#base = new Cells(size.columns, size.rows);
    this.#next = new Cells(size.columns, size.rows);
    this.#ink = mountInk(
      this.#appProps(),
      options.stdin,
      (frame) => parseFrame(frame, this.#base),
      options.failed,
    );
    this.#show();
  }

  get state(): ViewState {
    return this.#state;
  }

  #choose(choice: Partial<ViewState>): void {
    this.#state = { ...this.#state, ...choice };
    this.#show();
  }

  #appProps(): AppProps {
    const { overlay } = this.#front;
    const facts = factsOf(this.#state, this.#model, this.#options.watch.observation);
    this.#hinted = overlay ? -1 : factsKey(facts);
    return {
      layout: this.#layout,
      hints: overlay ? overlay.hints : keyHints(facts, this.#options.keys.rows),
      front: overlay && { overlay, region: overlayRegion(this.#layout, overlay) },
      onTyped: (typed) => this.#typed(typed),
    };
  }

  /** Takes in what is new, unless frozen, and shows it. */
  frame(): void {
    if (this.#front.closed.aborted) return;
    this.#take();
    this.#front.age();
    this.#hint();
    this.#show();
  }

  #take(): void {
    this.#takenMs = performance.now();
    if (this.#state.frozen) {
      // what can be done is decided by what is held now
      void this.#options.watch.observation.held?.refresh();
      return;
    }
    this.#options.watch.refresh();
    this.#model = takeModel(this.#options.watch, this.#parts);
  }

  /** Everything anew: another size, or somebody else wrote to the terminal. */
  redraw(size: Size): void {
    this.#layout = layoutFor(size, this.#model.dialect.nrEntry);
    this.#base = new Cells(size.columns, size.rows);
    this.#next = new Cells(size.columns, size.rows);
    this.#shown = null;
    this.#lay();
  }

  /** Keys that come after it, and answers to what was asked before, are too late. */
  close(): void {
    this.#front.end();
    this.#ink.unmount();
  }

  /** Through Ink, which costs: not for what changes by itself. */
  #lay(): void {
    if (this.#front.closed.aborted) return;
    if (this.#typing) {
      this.#unlaid = true;
      return;
    }
    this.#ink.update(this.#appProps());
    this.#show();
  }

  /** The key line follows what the keys can do. */
  #hint(): void {
    if (this.#front.overlay) return;
    const facts = factsOf(this.#state, this.#model, this.#options.watch.observation);
    if (factsKey(facts) !== this.#hinted) this.#ink.update(this.#appProps());
  }

  #show(): void {
    if (this.#typing || this.#front.closed.aborted) return;
    if (this.#options.mayWrite?.() === false) return;
    this.#paint();
    const bytes = diffCells(this.#shown, this.#next, this.#options.style);
    this.#options.write(bytes);
    this.#options.cost?.frame(Buffer.byteLength(bytes), performance.now());
    this.#shown ??= new Cells(this.#next.columns, this.#next.rows);
    this.#shown.copy(this.#next);
  }

  #paint(): void {
    const behind = this.#state.frozen ? this.#options.watch.seen - this.#model.seen : 0;
    const { overlay, message } = this.#front;
    this.#next.copy(this.#base);
    const front = overlay && {
      region: overlayRegion(this.#layout, overlay),
      title: overlay.title,
      laidOut: this.#base,
      paint: overlay.paint?.bind(overlay) ?? null,
    };
    paint(this.#next, {
      layout: this.#layout,
      model: this.#model,
      state: this.#state,
      behind,
      front,
      message,
      cost: this.#options.cost ?? null,
    });
  }

  #typed(typed: Typed): void {
    if (this.#front.closed.aborted) return;
    if (typed.kind === "mouse") {
      if (this.#options.mouse) this.#pointed(typed.report);
      return;
    }
    // what was meant is the one that was shown
    const shown = chosenOf(this.#state, this.#model);
    // but a key is about what is there now; one held down must stay cheap
    if (performance.now() - this.#takenMs > STALE_MS) this.#take();
    this.#front.forget();
    this.#typing = true;
    this.#unlaid = this.#front.overlay !== null;
    try {
      this.#typist.take(typed, shown);
    } finally {
      this.#typing = false;
    }
    if (this.#unlaid) this.#lay();
    else this.#show();
  }

  /** At what was shown; what lies in front has the keys only. */
  #pointed(report: MouseReport): void {
    if (this.#front.overlay) return;
    this.#front.forget();
    if (report.kind === "wheel") {
      for (let i = 0; i < WHEEL_ROWS; i++) this.#look(report.by > 0 ? "down" : "up");
    } else {
      const target = targetAt(report, this.#layout, this.#model, this.#state);
      if (target) this.#point(target);
    }
    this.#show();
  }

  #point(target: Target): void {
    const state = this.#state;
    if (target.kind === "slot")
      this.#state = { ...state, ...slotChosen(state, target.ring, target.slot) };
    else if (target.kind === "panel") this.#state = focused(state, target.focus);
    else if (target.kind === "event")
      this.#state = selectEvent(focused(state, "events"), target.number, this.#context());
    else this.#state = selectCommand(focused(state, "flight"), target.name, this.#context());
    this.#model.book.keep([this.#state.event, this.#state.shown]);
    this.#hint();
  }

  #do(action: Action, chosen = chosenOf(this.#state, this.#model)): void {
    const { quit, watch, style, write } = this.#options;
    if (action === "leave") quit("stop");
    else if (action === "quit") leave(this.#front, watch.observation, quit);
    else if (action === "suspend") this.#options.suspend();
    else if (action === "redraw") this.redraw(this.#layout.size);
    else if (action === "dump") {
      this.#paint(); // without the message that this key has taken away
      writeScreen(this.#front, this.#next, style.glyphs);
    } else if (action === "copy") {
      copySelected(this.#front, inspectedText(this.#state, this.#model), process.env, write);
    } else if (!perform(action, this.#front, chosen)) {
      this.#look(action as ViewAction);
    }
    this.#show();
  }

  #context(): ActionContext {
    const filtered = this.#state.filter !== null;
    return actionContext(this.#options.watch, this.#model, this.#layout, filtered);
  }

  /** The order is the one that was shown; nothing is selected that cannot be shown now. */
  #whenGone(name: Named): () => void {
    const others = othersFrom(this.#state, this.#model, name);
    return () => {
      const { focus, command } = this.#state;
      if (focus !== "flight" || command === null || !isSame(command, name)) return;
      if (this.#options.mayWrite?.() === false) return;
      const next = others.find((each) => isHeld(this.#model, each));
      if (next) this.#choose(selectCommand(this.#state, next, this.#context()));
    };
  }

  /** Moves the eye; what it is on now stays to be seen, whatever comes. */
  #look(action: ViewAction): void {
    const { watch } = this.#options;
    if (action === "freeze") this.#take();
    const { book } = this.#model;
    this.#state = act(this.#state, action, this.#context());
    const { event, shown, frozen, note } = this.#state;
    if (action === "freeze") this.#frozen = frozen ? new FrozenFlight(watch, this.#model) : null;
    book.keep([event, shown]);
    book.freeze(frozen);
    if (note !== null) this.#front.say(note, "trouble");
    this.#hint();
  }

  #setFilter(filter: Expression | null): void {
    this.#options.watch.setFilter(filter);
    this.#parts.book.setFilter(filter);
    this.#state = { ...this.#state, filter };
    if (this.#frozen) this.#model = { ...this.#model, flight: this.#frozen.list(filter) };
    this.frame();
  }

  #find(find: Expression | null): void {
    this.#state = { ...this.#state, find };
    if (find) this.#look("findNext");
    this.#show();
  }
}

function slotChosen({ slots }: ViewState, ring: RingName, slot: number): Partial<ViewState> {
  return { focus: ring, ring, event: null, shown: null, slots: { ...slots, [ring]: slot } };
}
