// SPDX-License-Identifier: MIT
// `tgtctl status`: one look at the device and at the session that owns it.
import { setTimeout as pause } from "node:timers/promises";
import type { Argv, CommandModule } from "yargs";
import { type SessionFacts, statusDocument, statusLines } from "../features/status.js";
import { hanging, printable } from "../features/text-layout.js";
import { attachToLook, type Looked } from "../session/attach.js";
import type { EngineStatus } from "../session/engine/verbs.js";
import { Watch } from "../session/watch.js";
import { examples } from "./examples.js";

interface StatusArguments {
  device: string;
  dialect: string;
  force: boolean;
  json: boolean;
}

/** Where the rest of a line begins: below its text. */
const CONTINUED = 8;
/** Between the two looks that make a rate. */
const LOOK_MS = 250;

export const statusCommand: CommandModule<object, StatusArguments> = {
  command: "status",
  builder: (parser: Argv) =>
    parser.epilogue(
      examples(
        ["$0 status", "who owns it, what is in flight, held, broken on, wrong"],
        ["$0 status --json | jq .session.hold", "for a script"],
      ),
    ) as never,
  handler: async (args) => {
    const looked = await attachToLook(args);
    try {
      process.stdout.write(await statusText(looked, args.json));
    } finally {
      await looked.observation.close();
    }
  },
};

async function statusText({ observation, owner }: Looked, json: boolean): Promise<string> {
  const watch = new Watch(observation);
  watch.refresh();
  await pause(LOOK_MS);
  const session = owner && (await sessionFacts(owner));
  watch.refresh();
  if (json) return `${JSON.stringify(statusDocument(watch, session))}\n`;
  const lines = statusLines(watch, session).flatMap((line) => hanging(printable(line), CONTINUED));
  return `${lines.join("\n")}\n`;
}

async function sessionFacts(owner: NonNullable<Looked["owner"]>): Promise<SessionFacts> {
  const status = (await owner.call("engine.status")) as EngineStatus;
  const { pid, version } = owner.hello;
  return { pid, version, status };
}
