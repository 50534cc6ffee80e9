// SPDX-License-Identifier: MIT
// The simulator's faults on request, as the user names them: `quirk=delay:1000`.
import { TgtctlError } from "../errors.js";
import type { SimQuirk } from "./native.js";

interface Parameter {
  readonly unit: string;
  readonly low: number;
  readonly high: number;
}

const DELAY: Parameter = { unit: "US", low: 1, high: 1_000_000 };
const QUIRKS: Readonly<Record<SimQuirk["name"], Parameter>> = {
  delay: DELAY,
  "spin-delay": DELAY,
};

/** `text`: what follows `quirk=`. Errors: `usage`. */
export function parseQuirk(text: string): SimQuirk {
  const [key = "", ...values] = text.split(":");
  if (!Object.hasOwn(QUIRKS, key)) throw usage(`unknown simulator quirk '${key}'`);
  const name = key as SimQuirk["name"];
  const { unit, low, high } = QUIRKS[name];
  const value = values.join(":");
  if (!/^\d+$/.test(value) || Number(value) < low || Number(value) > high) {
    throw usage(`simulator quirk ${text}: ${unit} is not a whole number from ${low} to ${high}`);
  }
  return { name, value: Number(value) };
}

function usage(message: string): TgtctlError {
  const names = Object.entries(QUIRKS).map(([name, { unit }]) => `${name}:${unit}`);
  return new TgtctlError(
    "usage",
    message,
    `quirks: ${names.join(" ")}, as in --device sim:depth=1,quirk=delay:1000`,
  );
}
