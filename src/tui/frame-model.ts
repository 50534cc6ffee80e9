// SPDX-License-Identifier: MIT
// The model on the screen: taken anew for each frame, unless the view is frozen.

import type { Expression } from "../expression/compile.js";
import type { Watch } from "../session/watch.js";
import { FrozenFlight } from "./frozen-flight.js";
import { type ModelParts, modelParts, type ScreenModel, takeModel } from "./model.js";

/** A model so old is taken anew before a key is acted upon. */
const STALE_MS = 20;

export class FrameModel {
  readonly #watch: Watch;
  readonly #parts: ModelParts;
  #current: ScreenModel;
  /** As of the moment the view was frozen; null: it is not. */
  #frozen: FrozenFlight | null = null;
  #takenMs = performance.now();

  constructor(watch: Watch, given: Partial<ModelParts>, filter: Expression | null) {
    this.#watch = watch;
    this.#parts = modelParts(watch, given);
    this.#cutDown(filter);
    watch.refresh();
    this.#current = takeModel(watch, this.#parts);
  }

  get current(): ScreenModel {
    return this.#current;
  }

  /** Events that came since the view was frozen. */
  get behind(): number {
    return this.#frozen ? this.#watch.seen - this.#current.seen : 0;
  }

  take(): void {
    this.#takenMs = performance.now();
    if (this.#frozen) {
      // what can be done is decided by what is held now
      void this.#watch.observation.held?.refresh();
      return;
    }
    this.#watch.refresh();
    this.#current = takeModel(this.#watch, this.#parts);
  }

  /** A key is about what is there now; one held down must stay cheap. */
  takeIfStale(): void {
    if (performance.now() - this.#takenMs > STALE_MS) this.take();
  }

  /** Call it at the moment the model is taken. */
  freeze(frozen: boolean): void {
    this.#frozen = frozen ? new FrozenFlight(this.#watch, this.#current) : null;
  }

  /** The lists have only what matches, those of a frozen view too. */
  setFilter(filter: Expression | null): void {
    this.#cutDown(filter);
    if (this.#frozen) this.#current = { ...this.#current, flight: this.#frozen.list(filter) };
  }

  #cutDown(filter: Expression | null): void {
    this.#watch.setFilter(filter);
    this.#parts.book.setFilter(filter);
  }
}
