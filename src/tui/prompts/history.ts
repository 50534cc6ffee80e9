// SPDX-License-Identifier: MIT
// What was typed and accepted in this session, by kind of prompt.
import type { Desk } from "../overlay.js";

const MOST = 100;

export class History {
  #lines: readonly string[] = [];

  /** The newest last, none twice. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  add(line: string): void {
    if (line === "") return;
    this.#lines = [...this.#lines.filter((each) => each !== line), line].slice(-MOST);
  }
}

export type HistoryKind = "expression" | "command";

/** A session of the screen is its desk. */
const kept = new WeakMap<Desk, Map<HistoryKind, History>>();

export function historyOf(desk: Desk, kind: HistoryKind): History {
  const kinds = kept.get(desk) ?? new Map<HistoryKind, History>();
  kept.set(desk, kinds);
  const history = kinds.get(kind) ?? new History();
  kinds.set(kind, history);
  return history;
}
