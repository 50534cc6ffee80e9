// SPDX-License-Identifier: MIT
// `tgtctl inject`: puts one event into ukring, right or wrong, and says what the kernel made of it.
import type { Argv, CommandModule } from "yargs";
import { EXIT_CODES, TgtctlError } from "../errors.js";
import { malformationList } from "../features/inject/inject-list.js";
import { injectOnce } from "../features/inject/inject-once.js";
import { bytesOf } from "../features/inject/inject-preview.js";
import {
  InjectTally,
  injectReport,
  injectText,
  isFinding,
} from "../features/inject/inject-report.js";
import { type InjectRequest, injectRequest } from "../features/inject/inject-request.js";
import { openInjectee } from "../features/inject/inject-ways.js";
import { KernelLog } from "../features/inject/kernel-log.js";
import { printable, WIDTH, wrap } from "../features/text-layout.js";
import { typed } from "../features/verbs/whole-number.js";
import { examples } from "./examples.js";
import { dryText, listText } from "./inject-list.js";
import { stopSignal } from "./stop-signal.js";

interface InjectCommandArguments {
  device: string;
  dialect: string;
  force: boolean;
  json: boolean;
  quiet: boolean;
  type?: string;
  malform?: string;
  set: string[];
  raw?: string;
  slot?: number;
  status?: number;
  len?: number;
  kick: boolean;
  leave: boolean;
  count: number;
  seed: number;
  wait: number;
  list: boolean;
  dryRun: boolean;
}

const U32 = 0xffff_ffff;
/** Where the text of a line begins, behind its name. */
const TEXT_INDENT = 11;

const NUMBERS = {
  slot: [0, 511],
  status: [0, U32],
  len: [0, U32],
  count: [1, 1_000_000],
  seed: [0, U32],
  wait: [0, 60_000],
} as const;

export const injectCommand: CommandModule<object, InjectCommandArguments> = {
  command: "inject",
  builder,
  handler: async (args) => {
    checkNumbers(args);
    if (args.list) {
      const text = args.json ? `${JSON.stringify(malformationList())}\n` : listText();
      process.stdout.write(text);
      return;
    }
    const request = requestOf(args);
    if (args.dryRun) showDry(args, request);
    else process.exitCode = await run(args, request);
  },
};

function builder(parser: Argv): Argv<InjectCommandArguments> {
  const text = (describe: string) => ({ type: "string", requiresArg: true, describe }) as const;
  const number = (describe: string) => ({ type: "number", requiresArg: true, describe }) as const;
  const flag = (describe: string) => ({ type: "boolean", default: false, describe }) as const;
  return parser
    .option("type", text("CMD_RSP, TSK_MGMT_RSP, CMD_REQ, CMD_DONE, TSK_MGMT_REQ, or a number"))
    .option("malform", text("NAME[,NAME]: what is wrong with it; --list shows the names"))
    .option("set", {
      type: "string",
      array: true,
      nargs: 1,
      default: [],
      describe: "FIELD=VALUE of the event; repeatable",
    })
    .option("raw", text("HEX: the 88 bytes of the event, or the 96 of the slot"))
    .option("slot", number("put it there, and fill the slots before it"))
    .option("status", number("the slot's status word (1)"))
    .option("len", number("the slot's len word (0)"))
    .option("kick", {
      type: "boolean",
      default: true,
      describe: "ring the doorbell (--no-kick: not)",
    })
    .option("leave", flag("leave the ring out of step, if that makes it so"))
    .option("count", { ...number("how often"), default: 1 })
    .option("seed", { ...number("of random bytes: the same for the same seed"), default: 1 })
    .option("wait", { ...number("ms to wait for a command to spoil the answer of"), default: 5000 })
    .option("list", flag("every malformation, its hazard and what a correct kernel does"))
    .option("dry-run", flag("show the bytes, touch nothing"))
    .epilogue(
      examples(
        ["$0 inject --type TSK_MGMT_RSP", "an answer nobody waits for: ENOENT"],
        ["$0 inject --malform wrong-direction", "spoils the answer to a READ or WRITE"],
        ["$0 inject --sim --malform torn --count 100", "on a simulator of its own"],
        ["$0 inject --type CMD_RSP --set cid=7 --set result=BUSY", "field by field"],
      ),
    )
    .epilogue(
      "Exit 0: injected, and the target still answers. 1: it no longer does, or the verdict is not the one expected. 75: no room, or the device is somebody else's.",
    ) as unknown as Argv<InjectCommandArguments>;
}

function checkNumbers(args: InjectCommandArguments): void {
  for (const [name, [low, high]] of Object.entries(NUMBERS)) {
    const value = args[name as keyof typeof NUMBERS];
    if (value === undefined || (Number.isInteger(value) && value >= low && value <= high)) continue;
    throw new TgtctlError(
      "usage",
      `--${name}${typed(value)}: not a whole number from ${low} to ${high}`,
      "see tgtctl inject --help",
    );
  }
}

function requestOf(args: InjectCommandArguments): InjectRequest {
  return injectRequest({
    type: args.type,
    malform: args.malform === undefined ? [] : args.malform.split(","),
    set: args.set,
    raw: args.raw,
    slot: args.slot,
    status: args.status,
    len: args.len,
    kick: args.kick,
    leave: args.leave,
    seed: args.seed,
    waitMs: args.wait,
  });
}

/** Of a target host that is not looked for: nothing is touched. */
function showDry(args: InjectCommandArguments, request: InjectRequest): void {
  for (let i = 0; i < args.count; i++) {
    const plan = request.next(0);
    if (!args.json) {
      process.stdout.write(dryText(plan, request));
      continue;
    }
    const bytes = bytesOf(plan);
    const hex = bytes === null ? "" : Buffer.from(bytes).toString("hex");
    const outcome = { slot: null, index: null, hex, consumed: null, verdict: null };
    const report = injectReport(
      request,
      { ...outcome, victim: null, repaired: 0 },
      { answers: null, how: "" },
      null,
    );
    process.stdout.write(`${JSON.stringify({ ...report, as_expected: null })}\n`);
  }
}

/** Of very many events some, and always the last, are followed by the question whether the target lives. */
const ASK_MS = 250;

async function run(args: InjectCommandArguments, request: InjectRequest): Promise<number> {
  const losing = request.malformed.some(({ name }) => name === "late");
  const injectee = await openInjectee({ ...args, losing });
  const log = new KernelLog();
  const tally = new InjectTally();
  const stop = args.count > 1 ? stopSignal(["SIGINT"]) : new AbortController().signal;
  try {
    let asked = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < args.count && !stop.aborted; i++) {
      const ask = i === args.count - 1 || performance.now() - asked >= ASK_MS;
      if (ask) asked = performance.now();
      const { report, how } = await injectOnce(request, injectee, log, () => ask);
      tally.add(report);
      if (args.json) process.stdout.write(`${JSON.stringify(report)}\n`);
      else if (args.count === 1 || isFinding(report)) {
        process.stdout.write(lines(injectText(report, injectee.name, how)));
      }
      if (report.target_alive === false) break; // what would the next one say?
    }
  } finally {
    log.close();
    await injectee.close();
  }
  if (!args.json && args.count > 1) process.stdout.write(tally.text);
  if (tally.count < args.count && stop.aborted) sayStopped(tally.count, args);
  return tally.found ? EXIT_CODES.found : EXIT_CODES.ok;
}

/** What was injected has been told, and repaired as always. Errors: `interrupted`, it was nothing. */
function sayStopped(done: number, { count, quiet }: InjectCommandArguments): void {
  const text = `inject: told to stop after ${done} of ${count}`;
  if (done === 0) throw new TgtctlError("interrupted", text, "start again");
  if (!quiet) process.stderr.write(`tgtctl: ${text}\n`);
}

/** Printable, and no wider than a screen, whatever the kernel's log has in it. */
function lines(text: string): string {
  return text
    .split("\n")
    .flatMap((line) => {
      const name = line.slice(0, line.startsWith(" ") ? TEXT_INDENT : 0);
      const parts = wrap(printable(line.slice(name.length)), WIDTH - TEXT_INDENT);
      return parts.map((part, i) => `${i === 0 ? name : " ".repeat(TEXT_INDENT)}${part}`);
    })
    .join("\n");
}
