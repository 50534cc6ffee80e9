// SPDX-License-Identifier: MIT
// What the user named with -D: a character device, the simulator with its settings, or a file.
import { TgtctlError } from "../errors.js";
import type { SimOptions } from "./native.js";
import { parseProcessSpec } from "./process-spec.js";
import { parseQuirk } from "./sim-quirk.js";

export type DeviceSpec =
  | { readonly kind: "path"; readonly path: string }
  | {
      readonly kind: "simulator";
      readonly text: string;
      readonly options: SimOptions;
      /** By which other processes reach it; null: it is private to this one. */
      readonly name: string | null;
    };

type SimNumber = Exclude<keyof SimOptions, "quirks">;

const SIM_DEFAULTS: SimOptions = {
  depth: 32,
  read: 70,
  block: 4096,
  rate: 0,
  seed: 1,
  lun: 0,
  count: 0,
};

/** Allowed range of each simulator setting. */
const SIM_RANGES: Readonly<Record<SimNumber, readonly [number, number]>> = {
  depth: [1, 512],
  read: [0, 100],
  block: [512, 1 << 20],
  rate: [0, 10_000_000],
  seed: [0, 0xffff_ffff],
  lun: [0, 16383],
  count: [0, Number.MAX_SAFE_INTEGER],
};

/** Errors: `usage` for an unknown or malformed simulator setting. */
export function parseDeviceSpec(text: string): DeviceSpec {
  if (text === "sim" || text.startsWith("sim:")) {
    const parts = text.slice(4).split(",");
    const named = parts.filter((part) => part.startsWith("name="));
    const odd = parts.filter((part) => part.startsWith("quirk="));
    const settings = parts.filter((part) => !named.includes(part) && !odd.includes(part));
    const options = parseSimOptions(settings);
    if (odd.length > 0) options.quirks = odd.map((part) => parseQuirk(part.slice(6)));
    return { kind: "simulator", text, options, name: parseSimName(named) };
  }
  if (text === "") throw usage("the device name is empty");
  if (parseProcessSpec(text)) {
    const remedy = "look at its rings: tgtctl top --pid PID, tgtctl dump --pid PID";
    throw new TgtctlError("usage", `${text}: a process is no device to own`, remedy);
  }
  return { kind: "path", path: text };
}

/** Fit for a file's name. */
const NAME = /^name=([A-Za-z0-9_-]{1,32})$/;

function parseSimName(texts: readonly string[]): string | null {
  const [text] = texts;
  if (text === undefined) return null;
  const [, name] = NAME.exec(text) ?? [];
  if (name === undefined || texts.length > 1) {
    throw usage(`simulator setting ${text} is not one name of 1 to 32 letters, digits, _ and -`);
  }
  return name;
}

function parseSimOptions(parts: readonly string[]): SimOptions {
  const options = { ...SIM_DEFAULTS };
  for (const part of parts.filter((p) => p !== "")) {
    const [key = "", ...values] = part.split("=");
    const value = values.join("=");
    if (!Object.hasOwn(SIM_RANGES, key)) throw usage(`unknown simulator setting '${key}'`);
    const name = key as SimNumber;
    const [low, high] = SIM_RANGES[name];
    const number = Number(value);
    if (value === "" || !Number.isInteger(number) || number < low || number > high) {
      throw usage(`simulator setting ${key}=${value} is not a whole number from ${low} to ${high}`);
    }
    options[name] = number;
  }
  if (options.block % 512 !== 0) throw usage("simulator setting block is not a multiple of 512");
  return options;
}

function usage(message: string): TgtctlError {
  return new TgtctlError(
    "usage",
    message,
    `settings: ${Object.keys(SIM_RANGES).join(" ")} name quirk, as in --device sim:depth=32,read=70,block=4096`,
  );
}
