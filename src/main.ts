// SPDX-License-Identifier: MIT
// Start of the program: global options, commands, and the one place where errors become exit codes.
import yargs, { type Argv, type CommandModule } from "yargs";
import { processSpecText } from "./device/process-spec.js";
import { causeText, EXIT_CODES, TgtctlError } from "./errors.js";
import { globalOptions } from "./global-options.js";
import { type ReportOptions, reportError } from "./report-error.js";

/** A row per command, with the one text that describes it; its module is loaded when it is asked for. */
const COMMANDS: readonly (readonly [
  command: string,
  describe: string,
  load: () => Promise<object>,
])[] = [
  ["top", "both rings, what is in flight, the rates: a screen, or plain frames", loadTop],
  [
    "serve",
    "own the device and answer for it, without a screen",
    async () => (await import("./commands/serve.js")).serveCommand,
  ],
  [
    "hold [state]",
    "stop answering: answers are prepared and kept back; off goes on",
    async () => (await import("./commands/hold.js")).holdCommand,
  ],
  [
    "held",
    "what is kept back, oldest first",
    async () => (await import("./commands/hold.js")).heldCommand,
  ],
  [
    "step [count]",
    "let the next held answers go, and show the kernel's verdict",
    async () => (await import("./commands/release.js")).stepCommand,
  ],
  [
    "release <name>",
    "let one held answer go, edited or not",
    async () => (await import("./commands/release.js")).releaseCommand,
  ],
  [
    "drop <name>",
    "never answer a held command",
    async () => (await import("./commands/release.js")).dropCommand,
  ],
  [
    "continue",
    "let all that is held go, and hold no longer",
    async () => (await import("./commands/hold.js")).continueCommand,
  ],
  [
    "break <action>",
    "hold the target at events that match an expression",
    async () => (await import("./commands/break.js")).breakCommand,
  ],
  [
    "fault <action>",
    "fault rules of a running owner",
    async () => (await import("./commands/fault.js")).faultCommand,
  ],
  [
    "lun <action>",
    "logical units of a running owner",
    async () => (await import("./commands/lun.js")).lunCommand,
  ],
  [
    "status",
    "one look at the session: owner, rates, in flight, held, breakpoints, faults, LUNs",
    async () => (await import("./commands/status.js")).statusCommand,
  ],
  [
    "inject",
    "put one event into ukring, right or wrong, and see what the kernel makes of it",
    async () => (await import("./commands/inject.js")).injectCommand,
  ],
  [
    "latency",
    "how long a wake-up takes, from the kernel's publish to the doorbell's return",
    async () => (await import("./commands/latency.js")).latencyCommand,
  ],
  [
    "dump [file]",
    "one snapshot of both rings, slot by slot",
    async () => (await import("./commands/dump.js")).dumpCommand,
  ],
  [
    "doctor",
    "check module, device, permissions, telemetry, terminal, addon",
    async () => (await import("./commands/doctor.js")).doctorCommand,
  ],
];

async function loadTop(): Promise<object> {
  const [{ topCommand }, { attach }] = await Promise.all([
    import("./commands/top.js"),
    import("./session/attach.js"),
  ]);
  return topCommand({
    attach,
    readSettings: async (look) =>
      (await import("./tui/settings.js")).readSettings(look, process.env),
    runScreen: async (observation, options) =>
      (await import("./tui/screen.js")).runScreen(observation, options),
  });
}

function lazily([command, describe, load]: (typeof COMMANDS)[number]): CommandModule<
  object,
  object
> {
  let loaded: CommandModule<object, object> | undefined;
  return {
    command,
    describe,
    builder: (async (parser: Argv) => {
      loaded = (await load()) as CommandModule<object, object>;
      return typeof loaded.builder === "function" ? loaded.builder(parser) : parser;
    }) as never,
    handler: async (args) => loaded?.handler(args),
  };
}

const EXITS =
  "Exit codes: 0 ok, 1 a check found something, 64 usage, 65 undecodable data, 66 input missing, 69 device or addon unavailable, 70 a bug of ours, 73 cannot create output, 74 I/O, 75 busy, 76 not the interface we know, 77 permission, 130 interrupted.";

/** Options that may be given more than once. */
const REPEATABLE = new Set(["_", "lun", "fault", "handler", "set"]);

function refuseRepeats(args: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(args)) {
    if (name === "--" && Array.isArray(value)) {
      // yargs makes no argument of a command of them
      throw new TgtctlError(
        "usage",
        `nothing can follow --: ${value.join(" ")}`,
        "leave -- out; a file whose name begins with - is ./-name",
      );
    }
    if (Array.isArray(value) && !REPEATABLE.has(name)) {
      throw new TgtctlError("usage", `--${name} is given twice`, `give --${name} once`);
    }
  }
}

/** --sim is --device sim: both together would be one option twice. */
function chooseDevice(args: Record<string, unknown>): void {
  if (args.sim === true && args.device !== undefined) {
    throw new TgtctlError(
      "usage",
      "--sim and --device are given together",
      "give one of them: --sim is --device sim",
    );
  }
  if (args.pid !== undefined) {
    args.device = chooseProcess(args);
    return;
  }
  args.device ??= args.sim === true ? "sim" : (process.env.TGTCTL_DEVICE ?? "/dev/tgt");
}

/** --pid N is --device pid:N; what --device or --sim name is which of several devices it maps. */
function chooseProcess(args: Record<string, unknown>): string {
  const [command] = args._ as unknown[];
  if ((command !== "top" && command !== "dump") || args.file !== undefined) {
    throw new TgtctlError(
      "usage",
      `--pid goes with top and with dump of no file, not with ${args.file ?? command}`,
      "leave --pid out, or look: tgtctl top --pid PID",
    );
  }
  const device = args.sim === true ? "sim" : (args.device as string | undefined);
  return processSpecText(String(args.pid), device);
}

function usageError(
  message: string | null,
  error: Error | undefined,
  argv: readonly string[],
): never {
  // yargs words its own complaints; an error without a message came out of a handler
  if (error !== undefined && (error instanceof TgtctlError || !message)) throw error;
  throw complaint(message ?? "bad usage", error, argv);
}

/** In our words where those of yargs say less, with the help that says more. */
function complaint(
  message: string,
  cause: Error | undefined,
  argv: readonly string[],
): TgtctlError {
  const words = COMMANDS.map(([command]) => command.split(" ")[0] ?? "");
  const named = argv.find((word) => words.includes(word));
  const [, unknown] = /^Unknown arguments?: ([^,]+)/.exec(message) ?? [];
  const [, got, needed] =
    /non-option arguments: got (\d+), need at least (\d+)/.exec(message) ?? [];
  let text = message.split(/\s*\n\s*/).join(" ");
  if (named === undefined && unknown !== undefined && argv.includes(unknown)) {
    text = `${unknown}: no such command`;
  } else if (needed !== undefined) text = `${named}: ${got} of ${needed} arguments given`;
  const remedy =
    named === undefined
      ? "tgtctl --help shows the commands, tgtctl COMMAND --help one of them"
      : `tgtctl ${named} --help shows what it takes`;
  return new TgtctlError("usage", text, remedy, { cause });
}

/** What yargs throws past its fail handler: it found the fault behind a command's async builder. */
function isComplaint(error: unknown): error is Error {
  return error instanceof Error && error.name === "YError";
}

/**
 * Nobody reads any more, or the disk is full: the command ends as at SIGTERM, so that an owner stops
 * in order, and at once where nothing waits for that signal. A closed pipe is no error.
 */
function watchOutput(report: ReportOptions): void {
  let ending = false;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (process.stdout.isTTY && error.code !== "EPIPE") throw error; // hung up: the screen knows
    if (ending) return;
    ending = true;
    if (error.code !== "EPIPE") process.exitCode = reportError(outputError(error), report);
    if (!process.emit("SIGTERM", "SIGTERM")) process.exit();
  });
  // remarks that nobody hears are no reason to leave the target alone
  process.stderr.on("error", () => undefined);
}

function outputError(cause: unknown): TgtctlError {
  const message = `standard output: ${causeText(cause)}`;
  return new TgtctlError("io", message, "make room where it goes", { cause });
}

/** Runs one command line; resolves to the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const report = { json: argv.includes("--json"), debug: argv.includes("--debug") };
  watchOutput(report);
  try {
    const parser = globalOptions(yargs([...argv]).scriptName("tgtctl")).middleware((args) => {
      refuseRepeats(args);
      chooseDevice(args);
    }, true);
    for (const row of COMMANDS) parser.command(lazily(row));
    await parser
      .demandCommand(1, "no command given")
      .strict()
      .version(false)
      .epilogue(EXITS)
      .help()
      // yargs lays out its help after every command; wrapping it costs as much as a whole dump
      .wrap(argv.includes("--help") ? 80 : null)
      .fail((message, error) => usageError(message, error, argv))
      .parseAsync();
    return typeof process.exitCode === "number" ? process.exitCode : EXIT_CODES.ok;
  } catch (error) {
    return reportError(isComplaint(error) ? complaint(error.message, error, argv) : error, report);
  }
}
