// SPDX-License-Identifier: MIT
// What the user looks at: moved by keys, put somewhere by the mouse; and what it is on stays to be seen.

import type { RingName } from "../abi/event.js";
import type { Expression } from "../expression/compile.js";
import type { Watch } from "../session/watch.js";
import { actionContext } from "./action-context.js";
import { firstSlots } from "./first-slots.js";
import type { FrameModel } from "./frame-model.js";
import type { Layout } from "./layout.js";
import { type MouseReport, type Target, targetAt } from "./mouse.js";
import type { Chosen, Named } from "./named.js";
import { chosenOf } from "./selection.js";
import { selectCommand, selectEvent } from "./view-moves.js";
import {
  type ActionContext,
  act,
  focused,
  INITIAL_VIEW,
  type ViewAction,
  type ViewState,
} from "./view-state.js";

export interface EyeOptions {
  readonly watch: Watch;
  readonly model: FrameModel;
  readonly filter: Expression | null;
  /** As shown now. */
  readonly layout: () => Layout;
  /** Told why an action did nothing. */
  readonly say: (note: string) => void;
  /** Another thing is selected: other keys may make sense. */
  readonly moved: () => void;
}

/** As most terminals scroll. */
const WHEEL_ROWS = 3;

export class Eye {
  readonly #options: EyeOptions;
  #state: ViewState;

  constructor(options: EyeOptions) {
    this.#options = options;
    const { filter, model } = options;
    this.#state = { ...INITIAL_VIEW, slots: firstSlots(model.current), filter };
  }

  get state(): ViewState {
    return this.#state;
  }

  get chosen(): Chosen | null {
    return chosenOf(this.#state, this.#options.model.current);
  }

  look(action: ViewAction): void {
    const { model, say, moved } = this.#options;
    if (action === "freeze") model.take();
    this.#state = act(this.#state, action, this.#context());
    const { frozen, note } = this.#state;
    if (action === "freeze") model.freeze(frozen);
    this.#keep();
    model.current.book.freeze(frozen);
    if (note !== null) say(note);
    moved();
  }

  /** At what was shown. */
  point(report: MouseReport): void {
    if (report.kind === "wheel") {
      for (let i = 0; i < WHEEL_ROWS; i++) this.look(report.by > 0 ? "down" : "up");
      return;
    }
    const { layout, model, moved } = this.#options;
    const target = targetAt(report, layout(), model.current, this.#state);
    if (!target) return;
    this.#state = this.#pointedAt(target);
    this.#keep();
    moved();
  }

  goTo(ring: RingName, slot: number): void {
    this.#state = slotChosen(this.#state, ring, slot);
    this.#keep();
  }

  toCommand(name: Named): void {
    this.#state = selectCommand(this.#state, name, this.#context());
    this.#keep();
  }

  setFilter(filter: Expression | null): void {
    this.#state = { ...this.#state, filter };
  }

  /** Goes to the first that is found. */
  find(find: Expression | null): void {
    this.#state = { ...this.#state, find };
    if (find) this.look("findNext");
  }

  #pointedAt(target: Target): ViewState {
    const state = this.#state;
    if (target.kind === "slot") return slotChosen(state, target.ring, target.slot);
    if (target.kind === "panel") return focused(state, target.focus);
    if (target.kind === "event")
      return selectEvent(focused(state, "events"), target.number, this.#context());
    return selectCommand(focused(state, "flight"), target.name, this.#context());
  }

  /** Whatever comes. */
  #keep(): void {
    this.#options.model.current.book.keep([this.#state.event, this.#state.shown]);
  }

  #context(): ActionContext {
    const { watch, model, layout } = this.#options;
    return actionContext(watch, model.current, layout(), this.#state.filter !== null);
  }
}

function slotChosen(state: ViewState, ring: RingName, slot: number): ViewState {
  const slots = { ...state.slots, [ring]: slot };
  return { ...state, focus: ring, ring, event: null, shown: null, slots };
}
