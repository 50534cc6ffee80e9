// SPDX-License-Identifier: MIT
// What is in front of the panels: a stack of overlays, and the message line. The screen as the `Desk`
// that forms and actions see.
import type { RingName } from "../abi/event.js";
import type { Expression } from "../expression/compile.js";
import type { Observation, Verbs } from "../session/observation.js";
import type { RemarkLog } from "../session/remark-log.js";
import type { Action } from "./actions.js";
import type { KeyTable } from "./key-bindings.js";
import { isOver, type Message } from "./message.js";
import type { ScreenModel } from "./model.js";
import type { Named } from "./named.js";
import type { Desk, Overlay, Tone } from "./overlay.js";

export interface FrontOptions {
  readonly observation: Observation;
  readonly keys: KeyTable;
  readonly remarks: RemarkLog | null;
  readonly model: () => ScreenModel;
  readonly filter: () => Expression | null;
  readonly setFilter: (filter: Expression | null) => void;
  readonly find: (wanted: Expression | null) => void;
  readonly act: (action: Action) => void;
  readonly whenGone: (name: Named) => () => void;
  readonly goTo: (ring: RingName, slot: number) => void;
  /** What is in front is another, or looks otherwise. */
  readonly changed: () => void;
}

export class Front implements Desk {
  readonly #options: FrontOptions;
  readonly #stack: Overlay[] = [];
  #message: Message | null = null;
  #heard = 0;
  #typed = 0;
  readonly #closed = new AbortController();

  constructor(options: FrontOptions) {
    this.#options = options;
  }

  get verbs(): Verbs | null {
    return this.#options.observation.verbs ?? null;
  }

  get refusal(): string {
    return refusalOf(this.#options.observation);
  }

  get keys(): KeyTable {
    return this.#options.keys;
  }

  get remarks(): RemarkLog | null {
    return this.#options.remarks;
  }

  get observation(): Observation {
    return this.#options.observation;
  }

  get model(): ScreenModel {
    return this.#options.model();
  }

  get filter(): Expression | null {
    return this.#options.filter();
  }

  setFilter(filter: Expression | null): void {
    this.#options.setFilter(filter);
  }

  find(wanted: Expression | null): void {
    this.#options.find(wanted);
  }

  act(action: Action): void {
    this.#options.act(action);
  }

  whenGone(name: Named): () => void {
    return this.#options.whenGone(name);
  }

  goTo(ring: RingName, slot: number): void {
    this.#options.goTo(ring, slot);
  }

  /** The one that takes the keys. */
  get overlay(): Overlay | null {
    return this.#stack.at(-1) ?? null;
  }

  get typed(): number {
    return this.#typed;
  }

  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Nothing is shown any more. */
  end(): void {
    this.#closed.abort();
  }

  get message(): Message | null {
    return this.#message;
  }

  open(overlay: Overlay): void {
    this.#stack.push(overlay);
    this.#options.changed();
  }

  close(): void {
    this.#stack.pop();
    this.#options.changed();
  }

  refresh(): void {
    this.#options.changed();
  }

  say(text: string, tone: Tone): void {
    this.#message = { text, tone, since: performance.now() };
    this.#options.changed();
  }

  /** A key was pressed: what was said has been read. */
  forget(): void {
    this.#typed++;
    this.#message = null;
  }

  /** Once a frame. */
  age(): void {
    this.overlay?.frame?.();
    this.#hearRemarks();
    if (this.#message && isOver(this.#message, performance.now())) this.#message = null;
  }

  /** The latest is said as it comes; nobody knows whether it was read until the page of them is opened. */
  #hearRemarks(): void {
    const { remarks } = this;
    if (remarks === null || remarks.changes === this.#heard) return;
    this.#heard = remarks.changes;
    const { latest, unseen } = remarks;
    if (latest === null || latest.seen) return;
    const key = this.keys.rows.find((row) => row.action === "remarks")?.shown ?? "";
    const more = unseen > 1 ? ` (${unseen - 1} more: ${key})` : "";
    this.say(`${latest.text}${more}`, "trouble");
  }
}

function refusalOf({ role, device, readOnly }: Observation): string {
  if (role === "offline") return "an image: nothing is there that could be asked";
  if (device.process)
    return "rings in a process are only looked at: tgtctl top without --pid asks its owner";
  if (readOnly) return "--read-only: nothing is changed from here";
  return "an observer changes nothing: its owner is no tgtctl that takes orders";
}
