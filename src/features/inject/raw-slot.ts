// SPDX-License-Identifier: MIT
// HEX as --raw takes it: an event, or a slot with its header.
import { SEED_X86_64 } from "../../abi/seed.js";
import { TgtctlError } from "../../errors.js";

const { entrySize, eventSize, headerSize } = SEED_X86_64;

/** The slot's bytes; those of an event alone have a header of zeroes. Errors: `usage`. */
export function parseRaw(text: string): Uint8Array {
  const digits = text.replace(/[\s:]/g, "").replace(/^0x/i, "");
  const bytes = Buffer.from(digits, "hex");
  if (!/^[0-9a-fA-F]*$/.test(digits) || digits.length !== 2 * bytes.length) {
    const column = digits.search(/[^0-9a-fA-F]/) + 1;
    const where = column > 0 ? `digit ${column} is none` : "an odd number of digits";
    throw rawError(`not hex: ${where}`);
  }
  const slot = new Uint8Array(entrySize);
  if (bytes.length === entrySize) slot.set(bytes);
  else if (bytes.length === eventSize) slot.set(bytes, headerSize);
  else throw rawError(`${bytes.length} bytes`);
  return slot;
}

function rawError(problem: string): TgtctlError {
  return new TgtctlError(
    "usage",
    `--raw: ${problem}`,
    `give the ${eventSize} bytes of an event in hex, or the ${entrySize} of a slot with status and len`,
  );
}
