// SPDX-License-Identifier: MIT
// What is kept back: answers and task management, in the order in which they were ready.
import type { Answer } from "../../target/responder.js";

/** A prepared answer. */
export interface HeldAnswer {
  readonly kind: "answer";
  readonly hostNo: number;
  readonly cid: number;
  /** A copy of its own; what it points to lives as long as the command. */
  readonly answer: Answer;
  /** CLOCK_MONOTONIC ns. */
  readonly heldNs: number;
  /** The verdict that sent an edited answer back here, null: it is here for the first time. */
  readonly refused: number | null;
}

/** A task management function that has not been carried out. */
export interface HeldTask {
  readonly kind: "task";
  readonly hostNo: number;
  readonly midLow: number;
  readonly midHigh: number;
  readonly fn: number;
  readonly tagLow: number;
  readonly tagHigh: number;
  readonly lun: number;
  readonly heldNs: number;
}

export type HeldItem = HeldAnswer | HeldTask;

const answerKey = (hostNo: number, cid: number): string => `${hostNo}:${cid}`;
const taskKey = (hostNo: number, midLow: number, midHigh: number): string =>
  `${hostNo}:mid:${midHigh >>> 0}:${midLow >>> 0}`;
const keyOf = (item: HeldItem): string =>
  item.kind === "answer"
    ? answerKey(item.hostNo, item.cid)
    : taskKey(item.hostNo, item.midLow, item.midHigh);

/** Only a queue: what holding means is the engine's. */
export class Hold {
  /** In order: a Map keeps it. */
  #items = new Map<string, HeldItem>();

  get size(): number {
    return this.#items.size;
  }

  /** Oldest first. */
  items(): HeldItem[] {
    return [...this.#items.values()];
  }

  /** The `count` that come next, still here. */
  first(count: number): HeldItem[] {
    const found: HeldItem[] = [];
    for (const item of this.#items.values()) {
      if (found.length >= count) break;
      found.push(item);
    }
    return found;
  }

  /** A second answer to the same command takes the first one's place. */
  keep(item: HeldItem): void {
    this.#items.set(keyOf(item), item);
  }

  /** Back to the head of the queue. */
  giveBack(item: HeldItem): void {
    const others = this.#items;
    others.delete(keyOf(item));
    this.#items = new Map([[keyOf(item), item], ...others]);
  }

  answer(hostNo: number, cid: number): HeldAnswer | null {
    const item = this.#items.get(answerKey(hostNo, cid));
    return item?.kind === "answer" ? item : null;
  }

  task(hostNo: number, midLow: number, midHigh: number): HeldTask | null {
    const item = this.#items.get(taskKey(hostNo, midLow, midHigh));
    return item?.kind === "task" ? item : null;
  }

  /** False: it is not here (any more), or another has taken its place. */
  take(item: HeldItem): boolean {
    const key = keyOf(item);
    return this.#items.get(key) === item && this.#items.delete(key);
  }

  /** Its command is over. False: nothing of it was here. */
  forget(hostNo: number, cid: number): boolean {
    return this.#items.delete(answerKey(hostNo, cid));
  }

  /** Keeps only the answers of commands that are still wanted. Returns how many went. */
  prune(isWanted: (hostNo: number, cid: number) => boolean): number {
    const before = this.#items.size;
    for (const [key, item] of this.#items) {
      if (item.kind === "answer" && !isWanted(item.hostNo, item.cid)) this.#items.delete(key);
    }
    return before - this.#items.size;
  }
}
