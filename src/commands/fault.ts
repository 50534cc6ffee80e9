// SPDX-License-Identifier: MIT
// `tgtctl fault`: fault rules of a running owner.

import type { Argv, CommandModule } from "yargs";
import { faultAdd, faultDelete, faultList } from "../features/verbs/fault-verbs.js";
import { examples } from "./examples.js";
import { askOwner, type VerbArguments } from "./owner-verb.js";

interface AddArguments extends VerbArguments {
  rule: string;
}

interface DeleteArguments extends VerbArguments {
  id: string;
}

const add: CommandModule<object, AddArguments> = {
  command: "add <rule>",
  describe: "EXPR : ACTION, as for serve --fault",
  builder: (parser: Argv) =>
    parser
      .positional("rule", { type: "string", describe: "EXPR : ACTION [every N] [chance P seed S]" })
      .epilogue(
        examples(['$0 fault add "lba == 0x100 : sense 3/11/00"', "a medium error at one block"]),
      ) as never,
  handler: (args) => askOwner(args, faultAdd(args.rule)),
};

const list: CommandModule<object, VerbArguments> = {
  command: "list",
  describe: "rules, how often each matched and acted",
  builder: (parser: Argv) =>
    parser.epilogue(examples(["$0 fault list", "each with the number that delete takes"])) as never,
  handler: (args) => askOwner(args, faultList()),
};

const remove: CommandModule<object, DeleteArguments> = {
  command: "delete <id>",
  describe: "commands it delays or has dropped stay so",
  builder: (parser: Argv) =>
    parser
      .positional("id", { type: "string", describe: "as fault list shows it" })
      .epilogue(examples(["$0 fault delete 1", "the first one"])) as never,
  handler: (args) => askOwner(args, faultDelete(args.id)),
};

export const faultCommand: CommandModule<object, object> = {
  command: "fault <action>",
  builder: (parser: Argv) =>
    parser
      .command(add)
      .command(list)
      .command(remove)
      .demandCommand(1, "fault: add, list or delete"),
  handler: () => {},
};
