// SPDX-License-Identifier: MIT
// `tgtctl dump [FILE]`: one snapshot of both rings, slot by slot.
import type { Argv, CommandModule } from "yargs";
import { dialectByName } from "../abi/dialects.js";
import type { RingName } from "../abi/event.js";
import { openForReading } from "../device/open.js";
import { openProcessMemory } from "../device/process-memory.js";
import type { KernelCommand, LiveDevice, RingDevice } from "../device/ring-device.js";
import { RingImage } from "../device/ring-image.js";
import { causeText, TgtctlError } from "../errors.js";
import { type Dump, type DumpSlot, type Selection, takeDump } from "../features/dump.js";
import { dumpDocument } from "../features/dump-document.js";
import { type ResponseData, readResponseData } from "../features/response-data.js";
import { printable } from "../features/text-layout.js";
import { dumpText } from "./dump-text.js";
import { examples } from "./examples.js";

interface DumpArguments {
  device: string;
  dialect: string;
  force: boolean;
  json: boolean;
  quiet: boolean;
  file?: string;
  ring?: RingName;
  slots?: string;
  all: boolean;
  hex: boolean;
  data: boolean;
}

const STATES =
  "state: pub = published, the consumer may read it; free = the producer may fill it, the bytes " +
  "are of a past event; zero = nothing was ever there (shown with --all); BAD = a status that is " +
  "neither 0 nor 1; torn = it changed while it was read. The cid of an ABORT TASK is that of the " +
  "request with its tag.";

function builder(parser: Argv): Argv<DumpArguments> {
  return parser
    .positional("file", { type: "string", describe: "a ring image instead of the device" })
    .option("ring", { choices: ["kuring", "ukring"] as const, describe: "only this ring" })
    .option("slots", { type: "string", requiresArg: true, describe: "only slots A-B, or A" })
    .option("all", { type: "boolean", default: false, describe: "empty slots too" })
    .option("hex", { type: "boolean", default: false, describe: "every field and byte of a slot" })
    .option("data", {
      type: "boolean",
      default: false,
      describe: "the bytes at uaddr, if readable",
    })
    .epilogue(
      examples(
        ["$0 dump", "both rings of /dev/tgt, which is not disturbed"],
        ["$0 dump --pid 4121", "those that a process maps; the device stays closed"],
        ["$0 dump rings.bin --ring kuring --slots 0-15", "16 slots of an image"],
        ["$0 dump rings.bin --json | jq '.rings.kuring.slots[].text'", "for a script"],
      ),
    )
    .epilogue(STATES) as unknown as Argv<DumpArguments>;
}

/** `A-B` or `A`. Throws `usage`. */
function parseSlots(text: string, nrEntry: number): readonly [number, number] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  const first = Number(match?.[1] ?? Number.NaN);
  const last = match?.[2] === undefined ? first : Number(match[2]);
  if (first <= last && last < nrEntry) return [first, last];
  throw new TgtctlError(
    "usage",
    `--slots ${JSON.stringify(text)}: not slots of this ring`,
    `give A-B or A, from 0 to ${nrEntry - 1}: --slots 0-15`,
  );
}

function open(args: DumpArguments): RingDevice {
  if (args.file !== undefined) return new RingImage(args.file, dialectByName(args.dialect));
  return openForReading({ device: args.device, dialect: args.dialect, force: args.force });
}

function kernelTable(device: RingDevice): KernelCommand[] | null {
  return device.role === "offline" ? null : ((device as Partial<LiveDevice>).commands?.() ?? null);
}

type DataBySlot = ReadonlyMap<DumpSlot, ResponseData>;

/** Reads what --data asks for; what stands in the way goes to `remark`. */
function readData(dump: Dump, device: RingDevice, remark: (text: string) => void): DataBySlot {
  const owner = device.telemetry?.ownerPresent ? device.telemetry.ownerPid : 0;
  const pid = device.process?.pid ?? owner;
  if (pid === 0) {
    const why = device.role === "offline" ? "an image has no process" : "the owner is not known";
    remark(`--data: the bytes at uaddr cannot be read: ${why}`);
    return new Map();
  }
  try {
    const memory = openProcessMemory(pid);
    try {
      return readResponseData(dump, memory.read);
    } finally {
      memory.close();
    }
  } catch (error) {
    remark(`--data: the memory of pid ${pid} cannot be read: ${causeText(error)}`);
    return new Map();
  }
}

function render(device: RingDevice, args: DumpArguments): string {
  const selection: Selection = {
    ring: args.ring ?? null,
    slots: args.slots === undefined ? null : parseSlots(args.slots, device.dialect.nrEntry),
    all: args.all,
  };
  const dump = takeDump(device, selection, kernelTable(device));
  const remark = (text: string): void => {
    if (!args.quiet) process.stderr.write(`tgtctl: ${printable(text)}\n`);
  };
  const data = args.data ? readData(dump, device, remark) : null;
  if (args.json) return `${JSON.stringify(dumpDocument(dump, data))}\n`;
  return dumpText(dump, { hex: args.hex, data });
}

export const dumpCommand: CommandModule<object, DumpArguments> = {
  command: "dump [file]",
  builder,
  handler: (args) => {
    const device = open(args);
    try {
      process.stdout.write(render(device, args));
    } finally {
      device.close();
    }
  },
};
