// SPDX-License-Identifier: MIT
// What lies in front of the panels and takes the keys: forms, prompts, questions, the help; and what
// all of them may ask of the screen.
import type { ReactNode } from "react";
import type { RingName } from "../abi/event.js";
import type { Expression } from "../expression/compile.js";
import type { Observation, Verbs } from "../session/observation.js";
import type { RemarkLog } from "../session/remark-log.js";
import type { Action } from "./actions.js";
import type { Cells, Region } from "./cells.js";
import type { KeyTable } from "./key-bindings.js";
import type { Layout, Size } from "./layout.js";
import type { ScreenModel } from "./model.js";
import type { Named } from "./named.js";

/** `s step` in the key line. */
export interface Hint {
  readonly key: string;
  readonly word: string;
}

export interface Overlay {
  readonly title: string;
  /** `bottom`: over the whole width, above the key line. */
  readonly place: "centre" | "bottom";
  /** Columns and rows inside its frame, of the `room` there is; what is more is cut. */
  wanted(room: Size): Size;
  /** What Ink lays out in `room`, inside the frame: after each key, and after `Desk.refresh`. */
  view(room: Size): ReactNode;
  readonly hints: readonly Hint[];
  /** Over what Ink laid out, each frame: for what changes without a key. `inside`: within its frame. */
  paint?(cells: Cells, inside: Region): void;
  /** Printable ASCII, pasted or typed faster than it was read; absent: pastes are left out. */
  paste?(text: string): void;
  /** One key, by the names of keys.ts; a printable one is itself, the space bar is `space`. */
  key(name: string): void;
  /** Once a frame while it takes the keys: looks whether it must ask for `Desk.refresh`. */
  frame?(): void;
}

export type Tone = "done" | "trouble";

/** The screen, as forms and actions see it. */
export interface Desk {
  /** Null where nothing can be asked for; `refusal` then says why. */
  readonly verbs: Verbs | null;
  readonly refusal: string;
  /** With what the user has put elsewhere. */
  readonly keys: KeyTable;
  readonly observation: Observation;
  /** What the session had to say; null where none is heard. */
  readonly remarks: RemarkLog | null;
  /** The latest. */
  readonly model: ScreenModel;
  /** What the lists are cut down to now. */
  readonly filter: Expression | null;
  /** Null: everything is listed again. */
  setFilter(filter: Expression | null): void;
  /** Selects the next older event that matches, and is looked for from now on; null: nothing is. */
  find(wanted: Expression | null): void;
  /** As if its key had been pressed where nothing is in front. */
  act(action: Action): void;
  /**
   * Call what it returns when that one has been let go: the selection, if it is still there, moves on to
   * the next below it that is held, from the last one to the first.
   */
  whenGone(name: Named): () => void;
  /** Selects a slot. */
  goTo(ring: RingName, slot: number): void;
  /** The one that takes the keys; null: the panels do. */
  readonly overlay: Overlay | null;
  /** How often something was typed: whoever waits can tell whether the user has gone on. */
  readonly typed: number;
  /** Aborted when the screen has ended: what is under way for it stops. */
  readonly closed: AbortSignal;
  /** Over the one that is open, which comes back when this one closes. */
  open(overlay: Overlay): void;
  close(): void;
  /** What is open has changed without a key. */
  refresh(): void;
  /** A line at the bottom, until the next key or for some seconds. */
  say(text: string, tone: Tone): void;
}

const FRAME = 2;

/** Where an overlay lies, its frame included. */
export function overlayRegion(layout: Layout, overlay: Overlay): Region {
  const { columns, rows } = layout.size;
  const most = { columns: columns - FRAME, rows: rows - 1 - FRAME };
  const wanted = overlay.wanted(most);
  const height = Math.max(1, Math.min(wanted.rows, most.rows)) + FRAME;
  if (overlay.place === "bottom") {
    return { x: 0, y: Math.max(0, rows - 1 - height), width: columns, height };
  }
  const width = Math.max(1, Math.min(wanted.columns, most.columns)) + FRAME;
  const x = Math.max(0, Math.floor((columns - width) / 2));
  return { x, y: Math.max(0, Math.floor((rows - 1 - height) / 2)), width, height };
}

export function insideOf({ width, height }: Region): Size {
  return { columns: Math.max(1, width - FRAME), rows: Math.max(1, height - FRAME) };
}
