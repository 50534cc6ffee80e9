// SPDX-License-Identifier: MIT
// `tgtctl step`, `release` and `drop`: what is held, let go one by one, edited, or never.

import type { Argv, CommandModule } from "yargs";
import { drop, release, step } from "../features/verbs/release-verbs.js";
import { examples } from "./examples.js";
import { askOwner, type VerbArguments } from "./owner-verb.js";

interface StepArguments extends VerbArguments {
  count: string;
}

interface ReleaseArguments extends VerbArguments {
  name: string;
  set: string[];
  sense?: string;
}

const NAME = "HOST:CID as tgtctl held shows it, CID alone, or HOST:mid=MID";

export const stepCommand: CommandModule<object, StepArguments> = {
  command: "step [count]",
  builder: (parser: Argv) =>
    parser
      .positional("count", { type: "string", default: "1", describe: "how many go, in order" })
      .epilogue(
        examples(
          ["$0 step", "the oldest held answer goes out, and the kernel's verdict is shown"],
          ["$0 step 10", "the next ten"],
        ),
      ) as never,
  handler: (args) => askOwner(args, step(args.count)),
};

export const releaseCommand: CommandModule<object, ReleaseArguments> = {
  command: "release <name>",
  builder: (parser: Argv) =>
    parser
      .positional("name", { type: "string", describe: NAME })
      .option("set", {
        type: "string",
        array: true,
        nargs: 1,
        default: [],
        describe: "FIELD=VALUE: this field of the answer instead; repeatable",
      })
      .option("sense", {
        type: "string",
        requiresArg: true,
        describe: "K/ASC/ASCQ: CHECK CONDITION with this sense instead",
      })
      .epilogue(
        examples(
          ["$0 release 3:4712", "this answer goes out, before older ones"],
          ["$0 release 3:4712 --sense 3/11/00", "a medium error instead of its data"],
          ["$0 release 3:4712 --set result=BUSY --set len=0", "edited by field"],
        ),
      ) as never,
  handler: (args) => askOwner(args, release(args)),
};

export const dropCommand: CommandModule<object, ReleaseArguments> = {
  command: "drop <name>",
  builder: (parser: Argv) =>
    parser
      .positional("name", { type: "string", describe: NAME })
      .epilogue(
        examples(["$0 drop 3:4712", "never answered: the initiator aborts it when its time is up"]),
      ) as never,
  handler: (args) => askOwner(args, drop(args.name)),
};
