// SPDX-License-Identifier: MIT
// Everything a key can ask for, and who does it.
import { openEdit } from "./forms/edit-form.js";
import { openInject } from "./forms/inject-form.js";
import { Help } from "./help.js";
import { openLatency } from "./latency-page.js";
import type { Chosen } from "./named.js";
import type { Desk } from "./overlay.js";
import { openBreakpoints } from "./prompts/breakpoints.js";
import { openFilterPrompt, openFindPrompt } from "./prompts/expression-prompt.js";
import { openPalette } from "./prompts/palette.js";
import { openRemarks } from "./prompts/text-page.js";
import { runVerb, type VerbAction } from "./verb-actions.js";
import type { ViewAction } from "./view-state.js";

/** What opens something in front of the panels. */
export type FormAction =
  | "edit"
  | "break"
  | "inject"
  | "palette"
  | "filter"
  | "find"
  | "remarks"
  | "latency"
  | "help";

/** What the screen does with itself; `leave` is `quit` without a question. */
export type ScreenAction = "copy" | "dump" | "redraw" | "suspend" | "quit" | "leave";

export type Action = ViewAction | VerbAction | FormAction | ScreenAction;

const OPENS: Partial<Record<Action, (desk: Desk, chosen: Chosen | null) => void>> = {
  edit: openEdit,
  inject: (desk) => openInject(desk),
  help: (desk) => desk.open(new Help(desk)),
  break: openBreakpoints,
  palette: openPalette,
  filter: openFilterPrompt,
  find: openFindPrompt,
  remarks: openRemarks,
  latency: openLatency,
};

const VERBS: readonly Action[] = ["hold", "step", "release", "drop", "continue"];

function isVerb(action: Action): action is VerbAction {
  return VERBS.includes(action);
}

/** Does what concerns neither the view nor the screen itself. `chosen`: what is selected. */
export function perform(action: Action, desk: Desk, chosen: Chosen | null): boolean {
  const open = OPENS[action];
  if (open) open(desk, chosen);
  else if (isVerb(action)) runVerb(action, desk, chosen);
  else return false;
  return true;
}
