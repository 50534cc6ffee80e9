// SPDX-License-Identifier: MIT
// The numbers that --set gives a held answer, as verbs take them.
import type { EventTypeName } from "../abi/event.js";
import { TgtctlError } from "../errors.js";
import { parseSetting } from "./field-setting.js";

/** A number of the field, in decimal, as verbs take it. Byte arrays are not set this way. */
export type FieldValues = Readonly<Record<string, string>>;

/** Reads the texts of --set for an event of `type`. Errors: `usage`, naming field or value. */
export function parseFieldValues(texts: readonly string[], type: EventTypeName): FieldValues {
  const values: Record<string, string> = {};
  for (const text of texts) {
    const { name, value } = parseSetting(type, text);
    if (name === "type" || value === null) throw wrong(text, `${name} of an answer stays as it is`);
    if (Object.hasOwn(values, name)) throw wrong(text, `${name} is set twice`);
    values[name] = value.toString();
  }
  return values;
}

function wrong(text: string, complaint: string): TgtctlError {
  return new TgtctlError("usage", `--set ${text}: ${complaint}`, "leave it out");
}
