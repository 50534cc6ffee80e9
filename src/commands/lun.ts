// SPDX-License-Identifier: MIT
// `tgtctl lun`: logical units of a running owner.

import type { Argv, CommandModule } from "yargs";
import { lunAdd, lunList, lunRemove, lunResize } from "../features/verbs/lun-verbs.js";
import { examples } from "./examples.js";
import { askOwner, type VerbArguments } from "./owner-verb.js";

interface AddArguments extends VerbArguments {
  spec: string;
}

interface LunArguments extends VerbArguments {
  lun: string;
  force: boolean;
}

interface ResizeArguments extends LunArguments {
  size: string;
}

const add: CommandModule<object, AddArguments> = {
  command: "add <spec>",
  describe: "serve one more, and have the hosts scanned",
  builder: (parser: Argv) =>
    parser
      .positional("spec", { type: "string", describe: "SPEC, as for serve --lun" })
      .epilogue(
        examples(
          ["$0 lun add ram:256M", "the lowest free number"],
          ["$0 lun add 5=file:disk.img,ro", "LUN 5, a file of this directory"],
        ),
      ) as never,
  handler: (args) => askOwner(args, lunAdd(args.spec)),
};

const remove: CommandModule<object, LunArguments> = {
  command: "remove <lun>",
  describe: "serve it no longer; its disks go first",
  builder: (parser: Argv) =>
    parser
      .positional("lun", { type: "string", describe: "its number" })
      .epilogue(
        examples(
          ["$0 lun remove 1", "refused while its disk is in use"],
          ["$0 lun remove 1 --force", "also while somebody uses it"],
        ),
      ) as never,
  handler: (args) => askOwner(args, lunRemove(args.lun, args.force)),
};

const resize: CommandModule<object, ResizeArguments> = {
  command: "resize <lun> <size>",
  describe: "another capacity; its disks are told",
  builder: (parser: Argv) =>
    parser
      .positional("lun", { type: "string", describe: "its number" })
      .positional("size", { type: "string", describe: "bytes, or with K, M, G, T" })
      .epilogue(examples(["$0 lun resize 0 128M", "LUN 0 has 128 MiB now"])) as never,
  handler: (args) => askOwner(args, lunResize(args.lun, args.size)),
};

const list: CommandModule<object, VerbArguments> = {
  command: "list",
  describe: "what is served",
  builder: (parser: Argv) =>
    parser.epilogue(examples(["$0 lun list", "size, serial, what is in flight"])) as never,
  handler: (args) => askOwner(args, lunList()),
};

export const lunCommand: CommandModule<object, object> = {
  command: "lun <action>",
  builder: (parser: Argv) =>
    parser
      .command(add)
      .command(remove)
      .command(resize)
      .command(list)
      .demandCommand(1, "lun: add, remove, resize or list"),
  handler: () => {},
};
