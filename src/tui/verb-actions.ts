// SPDX-License-Identifier: MIT
// Holding, stepping and letting go from the screen: the owner's verbs on what is selected, and what came
// of them in one line.
import { heldName, holdText, requestText, sentText } from "../features/held-text.js";
import type { HeldView, SentList } from "../session/engine/verbs.js";
import type { HoldState } from "../session/hold/engine-control.js";
import type { Verbs } from "../session/observation.js";
import type { CommandName } from "./actions.js";
import { troubleText } from "./message.js";
import type { Desk } from "./overlay.js";
import { Question } from "./question.js";

export type VerbAction = "hold" | "step" | "release" | "drop" | "continue";

/** Says so where it cannot be; `chosen` is acted upon as it was when the key was pressed. */
export function runVerb(action: VerbAction, desk: Desk, chosen: CommandName | null): void {
  const { verbs } = desk;
  if (!verbs) desk.say(desk.refusal, "trouble");
  else if (action === "hold") void told(desk, hold(verbs, isHolding(desk)));
  else if (action === "step") void told(desk, sent(verbs, "step", { count: 1 }));
  else if (action === "continue") void told(desk, letAllGo(verbs));
  else if (!chosen) desk.say("no command is selected: Tab to the list, or to a #", "trouble");
  else if (action === "release") void told(desk, sent(verbs, "release", nameOf(chosen)));
  else askToDrop(desk, verbs, chosen);
}

const nameOf = ({ hostNo, cid }: CommandName) => ({ host_no: hostNo, cid });

/** As the owner last said, also where the view is frozen. */
function isHolding({ observation }: Desk): boolean {
  return observation.held?.state.on ?? false;
}

/** Nobody waits longer without being told. */
const PATIENCE_MS = 300;

/** Says what came of it, and before that, if it takes its time, that nothing has yet. */
export async function told(desk: Desk, doing: Promise<string>): Promise<void> {
  const owner = desk.verbs?.owner ?? "its owner";
  const late = setTimeout(() => desk.say(`asked ${owner}: no answer yet`, "trouble"), PATIENCE_MS);
  try {
    const text = await doing;
    clearTimeout(late);
    desk.say(text, "done");
  } catch (error) {
    clearTimeout(late);
    desk.say(troubleText(error), "trouble");
  }
}

async function hold(verbs: Verbs, isOn: boolean): Promise<string> {
  if (isOn) return letAllGo(verbs);
  return holdText((await verbs.call("hold", { on: true, tmf: false })) as HoldState);
}

async function letAllGo(verbs: Verbs): Promise<string> {
  const { count } = (await verbs.call("continue", {})) as SentList;
  return `${count} ${count === 1 ? "answer" : "answers"} let go; not held`;
}

async function sent(verbs: Verbs, method: "step" | "release", params: object): Promise<string> {
  const list = (await verbs.call(method, params)) as SentList;
  const [first] = list.sent;
  return first ? `${sentText(first)}; ${holdText(list)}` : `nothing is held yet; ${holdText(list)}`;
}

function askToDrop(desk: Desk, verbs: Verbs, chosen: CommandName): void {
  const name = `${chosen.hostNo}:${chosen.cid}`;
  const drop = async (): Promise<string> => {
    const view = (await verbs.call("drop", nameOf(chosen))) as HeldView;
    return `${heldName(view)} ${requestText(view)}: dropped, never to be answered`;
  };
  desk.open(
    new Question(
      desk,
      `drop ${name}?`,
      [
        `Command ${name} is never answered. The initiator aborts it when`,
        "its time is up, and may reset the LUN.",
      ],
      [
        { key: "y", word: "drop it", act: () => void told(desk, drop()) },
        { key: "n", word: "keep it", act: () => undefined },
      ],
    ),
  );
}
