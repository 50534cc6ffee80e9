// SPDX-License-Identifier: MIT
// Whether what a form was opened with is still what its owner keeps back.
import { heldName } from "../../features/held-text.js";
import type { HeldView } from "../../session/engine/verbs.js";
import type { HeldBoard } from "../../session/hold/held-board.js";

/** `another`: a command has several answers, data first, and they all go by its name. */
export type Fate = "held" | "gone" | "another";

/** As far as is known: of very many that are held the board has the first ones. */
export function fateOf(
  item: HeldView,
  board: Pick<HeldBoard, "items" | "state"> | undefined,
): Fate {
  if (!board) return "held";
  const name = heldName(item);
  const now = board.items.find((each) => heldName(each) === name);
  if (now) return now.id === item.id ? "held" : "another";
  return board.items.length < board.state.held ? "held" : "gone";
}
