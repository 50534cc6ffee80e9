// SPDX-License-Identifier: MIT
// Start of the program: global options, commands, and the one place where errors become exit codes.
import yargs, { type Argv } from "yargs";
import { doctorCommand } from "./commands/doctor.js";
import { dumpCommand } from "./commands/dump.js";
import { serveCommand } from "./commands/serve.js";
import { topCommand } from "./commands/top.js";
import { EXIT_CODES, TgtctlError } from "./errors.js";
import { reportError } from "./report-error.js";
import { attach } from "./session/attach.js";

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

function globalOptions(parser: Argv): Argv<GlobalArguments> {
  return parser
    .option("device", {
      alias: "D",
      type: "string",
      default: process.env.TGTCTL_DEVICE ?? "/dev/tgt",
      defaultDescription: "TGTCTL_DEVICE or /dev/tgt",
      describe: "character device, sim or sim:k=v,..., or a ring image",
    })
    .option("sim", { type: "boolean", describe: "same as --device sim" })
    .option("dialect", { type: "string", default: "seed-x86_64", describe: "layout of the rings" })
    .option("force", { type: "boolean", default: false, describe: "where a refusal says so" })
    .option("json", { type: "boolean", default: false, describe: "machine-readable output" })
    .option("color", { type: "boolean", default: !process.env.NO_COLOR, describe: "colours" })
    .option("ascii", { type: "boolean", default: false, describe: "ASCII only" })
    .option("debug", { type: "boolean", default: false, describe: "stack traces on errors" })
    .option("quiet", { alias: "q", type: "boolean", default: false, describe: "no remarks" })
    .middleware((args) => {
      if (args.sim === true) args.device = "sim";
    }, true) as unknown as Argv<GlobalArguments>;
}

function usageError(message: string | null, error: Error | undefined): never {
  if (error instanceof TgtctlError) throw error;
  throw new TgtctlError(
    "usage",
    (message ?? error?.message ?? "bad usage").split("\n")[0] ?? "bad usage",
    "tgtctl --help shows the commands, tgtctl COMMAND --help one of them",
    error ? { cause: error } : undefined,
  );
}

/** Runs one command line; resolves to the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT_CODES.ok);
    throw error;
  });
  try {
    await globalOptions(yargs([...argv]).scriptName("tgtctl"))
      .command(
        topCommand({
          attach,
          runScreen: async (...a) => (await import("./tui/screen.js")).runScreen(...a),
        }),
      )
      .command(serveCommand)
      .command(dumpCommand)
      .command(doctorCommand)
      .demandCommand(1, "no command given")
      .strict()
      .version(false)
      .help()
      .wrap(80)
      .fail((message, error) => usageError(message, error))
      .parseAsync();
    return typeof process.exitCode === "number" ? process.exitCode : EXIT_CODES.ok;
  } catch (error) {
    return reportError(error, { json: argv.includes("--json"), debug: argv.includes("--debug") });
  }
}
