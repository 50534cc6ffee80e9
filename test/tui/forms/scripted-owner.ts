// SPDX-License-Identifier: MIT
// An owner that holds a few answers and says what it was told to: what forms are driven against.
import { bytesOf } from "../../../src/features/inject/inject-preview.js";
import type { HeldView } from "../../../src/session/engine/verbs.js";
import type { BreakpointState } from "../../../src/session/hold/breakpoints.js";
import { HeldBoard } from "../../../src/session/hold/held-board.js";
import type { InjectPlan } from "../../../src/session/inject/inject-plan.js";
import type { Verbs } from "../../../src/session/observation.js";
import { Watch } from "../../../src/session/watch.js";
import { busyScene } from "../scenes.js";

export interface Call {
  readonly method: string;
  readonly params: object;
}

/** Answers of an owner to one verb; thrown errors are its errors. */
export type Script = Readonly<Record<string, (params: object) => unknown>>;

export class ScriptedOwner implements Verbs {
  readonly owner = "pid 4121 (tgtctl)";
  readonly calls: Call[] = [];
  readonly board: HeldBoard;
  items: readonly HeldView[];
  by: BreakpointState | null = null;
  readonly #script: Script;

  constructor(items: readonly HeldView[], script: Script = {}) {
    this.items = items;
    this.#script = script;
    this.board = new HeldBoard(async () => this.#list());
  }

  #list() {
    const { items, by } = this;
    return { on: true, tmf: false, held: items.length, by, items };
  }

  async call(method: string, params: object): Promise<unknown> {
    this.calls.push({ method, params });
    const own = this.#script[method];
    if (own) return own(params);
    if (method === "held") return this.#list();
    throw new Error(`not in the script: ${method}`);
  }

  /** The owner says that something changed. */
  async changed(items: readonly HeldView[]): Promise<void> {
    this.items = items;
    this.board.noteChange();
    await this.board.refresh();
  }

  /** The busy ring, owned by it. */
  async scene(): Promise<Watch> {
    await this.board.refresh();
    const { watch } = busyScene();
    const device = {
      ...watch.observation.device,
      name: "sim:name=rig",
      source: "simulator" as const,
    };
    return new Watch({ ...watch.observation, device, held: this.board, verbs: this }, () => 0n);
  }
}

/** What comes of an event that is injected: the kernel has nobody it is for (ENOENT). */
export const refusedOutcome = (plan: object): object => ({
  slot: 303,
  index: 303,
  hex: Buffer.from(bytesOf(plan as InjectPlan) ?? []).toString("hex"),
  consumed: true,
  verdict: -2,
  victim: null,
  repaired: 0,
});
