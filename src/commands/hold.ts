// SPDX-License-Identifier: MIT
// `tgtctl hold`, `held` and `continue`: stop answering, look at what is held, go on.

import type { Argv, CommandModule } from "yargs";
import { goOn, held, hold } from "../features/verbs/hold-verbs.js";
import { examples } from "./examples.js";
import { askOwner, type VerbArguments } from "./owner-verb.js";

interface HoldArguments extends VerbArguments {
  state?: "on" | "off";
  tmf: boolean;
}

export const holdCommand: CommandModule<object, HoldArguments> = {
  command: "hold [state]",
  builder: (parser: Argv) =>
    parser
      .positional("state", { choices: ["on", "off"] as const, default: "on" })
      .option("tmf", {
        type: "boolean",
        default: false,
        describe: "task management too, which is answered otherwise",
      })
      .epilogue(
        examples(
          ["$0 hold", "answers are prepared, and kept back"],
          ["$0 hold off", "same as tgtctl continue"],
        ),
      ) as never,
  handler: (args) => askOwner(args, hold(args.state !== "off", args.tmf)),
};

export const continueCommand: CommandModule<object, VerbArguments> = {
  command: "continue",
  builder: (parser: Argv) =>
    parser.epilogue(
      examples(["$0 continue", "everything held goes out, in order; breakpoints stay"]),
    ) as never,
  handler: (args) => askOwner(args, goOn()),
};

export const heldCommand: CommandModule<object, VerbArguments> = {
  command: "held",
  builder: (parser: Argv) =>
    parser.epilogue(
      examples(
        ["$0 held", "what waits, in the order in which step lets it go"],
        ["$0 held --json | jq -r '.items[].cid'", "for a script"],
      ),
    ) as never,
  handler: (args) => askOwner(args, held()),
};
