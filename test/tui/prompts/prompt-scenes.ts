// SPDX-License-Identifier: MIT
// A held target whose owner answers from a list of breakpoints of its own, and notes what it is asked.
import { TgtctlError } from "../../../src/errors.js";
import type { BreakpointState } from "../../../src/session/hold/breakpoints.js";
import { HeldBoard } from "../../../src/session/hold/held-board.js";
import type { Verbs } from "../../../src/session/observation.js";
import type { Watch } from "../../../src/session/watch.js";
import { heldAnswer } from "../held-views.js";
import { busyScene } from "../scenes.js";

export class FakeOwner implements Verbs {
  readonly owner = "pid 4121";
  readonly asked: [string, object][] = [];
  breakpoints: BreakpointState[] = [];
  /** Instead of an answer. */
  refusal: TgtctlError | null = null;
  #lastId = 0;

  add(expression: string, once = false, hits = 0): BreakpointState {
    const added = { id: ++this.#lastId, expression, once, hits };
    this.breakpoints = [...this.breakpoints, added];
    return added;
  }

  async call(method: string, params: object): Promise<unknown> {
    this.asked.push([method, params]);
    if (this.refusal) throw this.refusal;
    const { expression = "", once = false, id = 0 } = params as Partial<BreakpointState>;
    switch (method) {
      case "break.list":
        return { breakpoints: this.breakpoints };
      case "break.add":
        return this.add(expression, once);
      case "break.delete":
        return this.#delete(id);
      case "hold":
        return { on: true, tmf: false, held: 26, by: null };
      case "lun.list":
        return { luns: Array.from({ length: 30 }, (_, lun) => unit(lun)) };
      default:
        throw new TgtctlError("usage", `${method}: not in this scene`, "ask for another");
    }
  }

  #delete(id: number): BreakpointState {
    const found = this.breakpoints.find((each) => each.id === id);
    if (!found) throw new TgtctlError("usage", `there is no breakpoint ${id}`, "see break list");
    this.breakpoints = this.breakpoints.filter((each) => each !== found);
    return found;
  }
}

function unit(lun: number): object {
  const spec = `${lun}=ram:64M`;
  const serial = `TGT${String(lun).padStart(8, "0")}`;
  return { lun, spec, size: 67_108_864, block_size: 512, serial, in_flight: lun % 3 };
}

/** Four answers kept back, by `by`; `verbs` are the owner's. */
export function ownedScene(verbs: Verbs, by: BreakpointState | null = null): Watch {
  const { watch } = busyScene();
  const held = new HeldBoard(() => new Promise(() => {}));
  const state = { on: true, tmf: false, held: 4, by };
  Object.defineProperty(held, "state", { value: state });
  const items = [302, 303, 304, 305].map((cid) => heldAnswer(cid));
  Object.defineProperty(held, "items", { value: items });
  held.has = (hostNo, cid) => hostNo === 3 && cid >= 302 && cid <= 305;
  // what has happened is known to this watch only
  const observation = { ...watch.observation, held, verbs };
  Object.defineProperty(watch, "observation", { value: observation });
  return watch;
}
