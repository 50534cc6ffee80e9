// SPDX-License-Identifier: MIT
// The options that every command has.

import type { Argv } from "yargs";

export interface GlobalArguments {
  device: string;
  dialect: string;
  force: boolean;
  json: boolean;
  color: boolean;
  ascii: boolean;
  debug: boolean;
  quiet: boolean;
}

/** `env`: NO_COLOR there switches colours off. */
export function globalOptions(parser: Argv, env = process.env): Argv<GlobalArguments> {
  return parser
    .option("device", {
      alias: "D",
      type: "string",
      requiresArg: true,
      defaultDescription: "TGTCTL_DEVICE or /dev/tgt",
      describe: "character device, sim or sim:k=v,..., or a ring image",
    })
    .option("pid", {
      alias: "p",
      type: "string",
      requiresArg: true,
      describe: "top, dump: the rings that this process maps, nothing opened",
    })
    .option("sim", { type: "boolean", describe: "same as --device sim" })
    .option("dialect", {
      type: "string",
      requiresArg: true,
      default: "seed-x86_64",
      describe: "layout of the rings",
    })
    .option("force", { type: "boolean", default: false, describe: "where a refusal says so" })
    .option("json", { type: "boolean", default: false, describe: "machine-readable output" })
    .option("color", { type: "boolean", default: !env.NO_COLOR, describe: "colours" })
    .option("ascii", { type: "boolean", default: false, describe: "ASCII only" })
    .option("debug", { type: "boolean", default: false, describe: "stack traces on errors" })
    .option("quiet", {
      alias: "q",
      type: "boolean",
      default: false,
      describe: "no remarks",
    }) as unknown as Argv<GlobalArguments>;
}
