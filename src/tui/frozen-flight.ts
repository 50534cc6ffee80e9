// SPDX-License-Identifier: MIT
// The commands in flight of a frozen view: all of them, to be cut down by a filter that comes later.

import type { Expression } from "../expression/compile.js";
import type { InFlight } from "../session/in-flight.js";
import type { Watch } from "../session/watch.js";
import { MOST_COMMANDS, type ScreenModel } from "./model.js";

export class FrozenFlight {
  readonly #all: InFlight;

  /** Call it at the moment `model` is taken. */
  constructor(watch: Watch, { nowNs }: ScreenModel) {
    this.#all = watch.allInFlight(nowNs);
  }

  /** As the watch would have listed it then. */
  list(filter: Expression | null): InFlight {
    const { commands } = this.#all;
    const shown = filter ? commands.filter((command) => filter.matches(command.event())) : commands;
    const oldestMs = shown[0]?.ageMs ?? null;
    return { count: shown.length, oldestMs, commands: shown.slice(0, MOST_COMMANDS) };
  }
}
