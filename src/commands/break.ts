// SPDX-License-Identifier: MIT
// `tgtctl break`: expressions that hold the target at the first event that matches.

import type { Argv, CommandModule } from "yargs";
import { breakAdd, breakDelete, breakList } from "../features/verbs/break-verbs.js";
import { examples } from "./examples.js";
import { askOwner, type VerbArguments } from "./owner-verb.js";

interface AddArguments extends VerbArguments {
  expression: string;
  once: boolean;
}

interface DeleteArguments extends VerbArguments {
  id: string;
}

const add: CommandModule<object, AddArguments> = {
  command: "add <expression>",
  describe: "hold the target at events that match",
  builder: (parser: Argv) =>
    parser
      .positional("expression", { type: "string", describe: "EXPR, as for --filter" })
      .option("once", { type: "boolean", default: false, describe: "gone with its first hit" })
      .epilogue(
        examples(
          ['$0 break add "opcode == WRITE_10 && lba < 8"', "writes to the first blocks"],
          ['$0 break add "type == CMD_DONE && result != 0" --once', "the next failure"],
          ['$0 break add "verdict == EFAULT"', "answers that the kernel could not read"],
        ),
      ) as never,
  handler: (args) => askOwner(args, breakAdd(args.expression, args.once)),
};

const list: CommandModule<object, VerbArguments> = {
  command: "list",
  describe: "breakpoints and how often each was hit",
  builder: (parser: Argv) =>
    parser.epilogue(examples(["$0 break list", "each with the number that delete takes"])) as never,
  handler: (args) => askOwner(args, breakList()),
};

const remove: CommandModule<object, DeleteArguments> = {
  command: "delete <id>",
  describe: "what is held stays held",
  builder: (parser: Argv) =>
    parser
      .positional("id", { type: "string", describe: "as break list shows it" })
      .epilogue(examples(["$0 break delete 1", "the first one"])) as never,
  handler: (args) => askOwner(args, breakDelete(args.id)),
};

export const breakCommand: CommandModule<object, object> = {
  command: "break <action>",
  builder: (parser: Argv) =>
    parser
      .command(add)
      .command(list)
      .command(remove)
      .demandCommand(1, "break: add, list or delete"),
  handler: () => {},
};
