// SPDX-License-Identifier: MIT
// Holding, stepping and letting go from the screen: the owner's verbs on what is selected, and what came
// of them in one line.
import { goOn, hold } from "../features/verbs/hold-verbs.js";
import { askVerb, type OwnerVerb } from "../features/verbs/owner-verb.js";
import { drop, release, step } from "../features/verbs/release-verbs.js";
import type { SentList } from "../session/engine/verbs.js";
import type { Verbs } from "../session/observation.js";
import { troubleText } from "./message.js";
import { type Chosen, nameText } from "./named.js";
import type { Desk } from "./overlay.js";
import { Question } from "./question.js";

export type VerbAction = "hold" | "step" | "release" | "drop" | "continue";

/** Says so where it cannot be; `chosen` is acted upon as it was when the key was pressed. */
export function runVerb(action: VerbAction, desk: Desk, chosen: Chosen | null): void {
  const { verbs } = desk;
  if (!verbs) desk.say(desk.refusal, "trouble");
  else if (action === "hold")
    void told(desk, isHolding(desk) ? letAllGo(verbs) : asked(verbs, hold(true, false)));
  else if (action === "step") void told(desk, asked(verbs, step("1")));
  else if (action === "continue") void told(desk, letAllGo(verbs));
  else if (!chosen) desk.say("no command is selected: Tab to the list, or to a #", "trouble");
  else if (action === "release") void told(desk, letGo(desk, verbs, chosen));
  else askToDrop(desk, verbs, chosen);
}

/** The next that is held is selected then, so that the same key lets go of that one. */
async function letGo(desk: Desk, verbs: Verbs, { name, heldId }: Chosen): Promise<string> {
  const gone = desk.whenGone(name);
  const text = await asked(verbs, release({ name: nameText(name), set: [], id: heldId }));
  gone();
  return text;
}

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

/** As on the command line, the lines of the answer in one. */
async function asked<Result>(verbs: Verbs, verb: OwnerVerb<Result>): Promise<string> {
  return (await askVerb(verbs, verb)).join("; ");
}

/** Of many that go at once only how many: a message has few lines. */
async function letAllGo(verbs: Verbs): Promise<string> {
  const { method, params } = goOn();
  const { count } = (await verbs.call(method, params)) as SentList;
  return `${count} ${count === 1 ? "answer" : "answers"} let go; not held`;
}

function askToDrop(desk: Desk, verbs: Verbs, { name: dropped, heldId }: Chosen): void {
  const name = nameText(dropped);
  const what = "cid" in dropped ? "Command" : "Function";
  desk.open(
    new Question(
      desk,
      `drop ${name}?`,
      [
        `${what} ${name} is never answered. The initiator aborts it when`,
        "its time is up, and may reset the LUN.",
      ],
      [
        { key: "y", word: "drop it", act: () => void told(desk, asked(verbs, drop(name, heldId))) },
        { key: "n", word: "keep it", act: () => undefined },
      ],
    ),
  );
}
