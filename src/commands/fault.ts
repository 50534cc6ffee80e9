// SPDX-License-Identifier: MIT
// `tgtctl fault`: fault rules of a running owner.
import type { Argv, CommandModule } from "yargs";
import { faultReport, faultReportText } from "../features/fault-report.js";
import type { FaultList } from "../session/engine/verbs.js";
import { parseFaultRule } from "../session/faults/fault-rule.js";
import type { FaultCount } from "../session/faults/fault-rules.js";
import { examples } from "./examples.js";
import { askOwner, type VerbArguments } from "./owner-verb.js";
import { wholeNumber } from "./whole-number.js";

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
  handler: (args) => {
    parseFaultRule(args.rule, "RULE"); // a wrong one needs no owner to be told so
    return askOwner<FaultCount>(args, {
      method: "fault.add",
      params: { rule: args.rule },
      schema: "fault",
      text: ({ id, rule }) => [`fault ${id}: ${rule}`],
    });
  },
};

const list: CommandModule<object, VerbArguments> = {
  command: "list",
  describe: "rules, how often each matched and acted",
  builder: (parser: Argv) =>
    parser.epilogue(examples(["$0 fault list", "each with the number that delete takes"])) as never,
  handler: (args) =>
    askOwner<FaultList>(args, {
      method: "fault.list",
      schema: "faults",
      text: (result) => {
        const { faults } = faultReport(result.faults);
        return faults.length === 0 ? ["no fault rule"] : faults.map(faultReportText);
      },
    }),
};

const remove: CommandModule<object, DeleteArguments> = {
  command: "delete <id>",
  describe: "commands it delays or has dropped stay so",
  builder: (parser: Argv) =>
    parser
      .positional("id", { type: "string", describe: "as fault list shows it" })
      .epilogue(examples(["$0 fault delete 1", "the first one"])) as never,
  handler: (args) =>
    askOwner<FaultCount>(args, {
      method: "fault.delete",
      params: { id: wholeNumber("fault delete", args.id, [1, Number.MAX_SAFE_INTEGER]) },
      schema: "fault",
      text: (fault) => [`deleted: ${faultReportText(fault)}`],
    }),
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
