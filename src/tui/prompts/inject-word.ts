// SPDX-License-Identifier: MIT
// `inject` in the palette: with options at once, without any through its form.
import { EVENT_TYPES } from "../../abi/event.js";
import { MALFORMATIONS } from "../../features/inject/inject-catalogue.js";
import { intoObserved } from "../../features/inject/inject-observed.js";
import {
  type InjectRequest,
  injectRequest,
  PLAIN_INJECT,
} from "../../features/inject/inject-request.js";
import type { Typed } from "../../features/verbs/typed-line.js";
import { wholeNumber } from "../../features/verbs/whole-number.js";
import { InjectRun } from "../forms/inject-run.js";
import { Verdict, verdictMessage } from "../forms/verdict.js";
import { lateResult } from "../late-result.js";
import { troubleText } from "../message.js";
import type { Desk } from "../overlay.js";
import { InjectProgress } from "./inject-progress.js";
import type { PaletteForm } from "./screen-words.js";

const MOST = 1_000_000;

function requestOf(typed: Typed): InjectRequest {
  const [type] = typed.values("type");
  const [malform] = typed.values("malform");
  return injectRequest({
    ...PLAIN_INJECT,
    type,
    malform: malform === undefined ? [] : malform.split(","),
    set: typed.values("set"),
  });
}

async function inject(desk: Desk, request: InjectRequest, count: number): Promise<void> {
  const { verbs, observation } = desk;
  if (!verbs) {
    desk.say(desk.refusal, "trouble");
    return;
  }
  const run = new InjectRun(request, intoObserved(observation, verbs), count, desk.closed);
  const progress = count > 1 ? new InjectProgress(desk, run) : null;
  const show = lateResult(desk);
  if (progress) desk.open(progress);
  try {
    const injected = await run.result();
    const overlay = new Verdict(desk, injected, { plain: null, back: "back" });
    const tone = injected.found ? "trouble" : "done";
    progress?.end();
    show({ overlay, text: verdictMessage(injected), tone });
  } catch (error) {
    progress?.end();
    desk.say(troubleText(error), "trouble");
  }
}

export const INJECT: PaletteForm = {
  name: "inject",
  usage: "[--type TYPE] [--malform NAME[,NAME]] [--set FIELD=VALUE]... [--count N]",
  describe: "an event, right or wrong; without options a form",
  takes: { kind: "words", least: 0, most: 0 },
  options: { type: "value", malform: "value", set: "values", count: "value" },
  values: { type: EVENT_TYPES, malform: MALFORMATIONS.map(({ name }) => name) },
  prepare: (typed) => {
    if (["type", "malform", "set", "count"].every((name) => !typed.flag(name))) {
      return (desk) => desk.act("inject");
    }
    const [times = "1"] = typed.values("count");
    const count = wholeNumber("inject --count", times, [1, MOST]);
    const request = requestOf(typed);
    return (desk) => void inject(desk, request, count);
  },
};
