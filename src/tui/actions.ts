// SPDX-License-Identifier: MIT
// Everything a key can ask for, and who does it.
import { openEdit } from "./forms/edit-form.js";
import { openInject } from "./forms/inject-form.js";
import { Help } from "./help.js";
import { openLatency } from "./latency-page.js";
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

/** A command by what it is, never by a row that may have moved. */
export interface CommandName {
  readonly hostNo: number;
  readonly cid: number;
}

const OPENS: Partial<Record<Action, (desk: Desk, chosen: CommandName | null) => void>> = {
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

/** Does what concerns neither the view nor the screen itself. `chosen`: the selected command. */
export function perform(action: Action, desk: Desk, chosen: CommandName | null): boolean {
  const open = OPENS[action];
  if (open) open(desk, chosen);
  else if (isVerb(action)) runVerb(action, desk, chosen);
  else return false;
  return true;
}
