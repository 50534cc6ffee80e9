// SPDX-License-Identifier: MIT
// The small parts of a LUN spec: sizes, commas, options; and the error that names the spec.
import { TgtctlError } from "../../errors.js";

const UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };
const GRAMMAR =
  "write [N=]ram:SIZE, [N=]file:PATH[,size=SIZE] or [N=]null:SIZE, then ,ro ,bs=512|4096 ,serial=TEXT ,queue=N";

/** Largest `queue=`. */
const MAX_QUEUE = 65535;

/** `usage`: the spec, what is wrong with it, what to write instead. */
export function wrong(text: string, what: string, remedy = GRAMMAR): TgtctlError {
  return new TgtctlError("usage", `--lun ${text}: ${what}`, remedy);
}

/** Bytes; binary suffixes. */
export function parseSize(text: string, size: string): number {
  const [, digits, unit] = /^(\d+)([KMGT]?)$/i.exec(size) ?? [];
  if (digits === undefined) {
    throw wrong(text, `"${size}" is not a size`, "write bytes, or a number with K, M, G or T: 64M");
  }
  return Number(digits) * (unit ? (UNITS[unit.toUpperCase()] ?? 1) : 1);
}

/** Whole blocks, at least one, at most `limit` bytes. */
export function checkSize(text: string, size: number, blockSize: number, limit: number): void {
  if (size === 0) throw wrong(text, "the size is 0", `give at least one block (${blockSize})`);
  if (size > limit) {
    throw wrong(text, "the size is too large", `give at most ${limit / 2 ** 40}T`);
  }
  if (size % blockSize !== 0) {
    const remedy = `give a multiple of ${blockSize}, e.g. ${Math.ceil(size / blockSize) * blockSize}`;
    throw wrong(text, `the size ${size} is not a multiple of the block size ${blockSize}`, remedy);
  }
}

/** Splits at commas; `\,` and `\\` stand for themselves. */
export function splitAtCommas(text: string): string[] {
  const parts = [""];
  for (const [token] of text.matchAll(/\\[\\,]|[\s\S]/g)) {
    if (token === ",") parts.push("");
    else parts.push((parts.pop() ?? "") + (token.length === 2 ? token.slice(1) : token));
  }
  return parts;
}

export interface Options {
  readOnly: boolean;
  blockSize: 512 | 4096;
  serial: string | null;
  /** Commands the unit takes before it answers TASK SET FULL; null: as many as come. */
  queue: number | null;
  size: number | null;
}

function parseSerial(text: string, value: string): string {
  if (!/^[!-~](?:[ -~]{0,30}[!-~])?$/.test(value)) {
    throw wrong(
      text,
      `"${value}" is not a serial number`,
      "give 1 to 32 printable ASCII characters",
    );
  }
  return value;
}

function parseBlockSize(text: string, value: string): 512 | 4096 {
  if (value === "512") return 512;
  if (value === "4096") return 4096;
  throw wrong(text, `bs=${value} is not a block size`, "write bs=512 or bs=4096");
}

function parseQueue(text: string, value: string): number {
  const queue = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (queue >= 1 && queue <= MAX_QUEUE) return queue;
  throw wrong(text, `queue=${value} is not a number of commands`, `give 1 to ${MAX_QUEUE}`);
}

type Parser = (text: string, value: string) => Partial<Options>;

/** The options with a value. */
const VALUES: ReadonlyMap<string, Parser> = new Map<string, Parser>([
  ["bs", (text, value) => ({ blockSize: parseBlockSize(text, value) })],
  ["serial", (text, value) => ({ serial: parseSerial(text, value) })],
  ["queue", (text, value) => ({ queue: parseQueue(text, value) })],
  ["size", (text, value) => ({ size: parseSize(text, value) })],
]);

/** What follows the first comma; `kind` decides whether `size=` is allowed. */
export function parseOptions(text: string, kind: string, words: readonly string[]): Options {
  const options: Options = {
    ...{ readOnly: false, blockSize: 512, serial: null, queue: null, size: null },
  };
  const seen = new Set<string>();
  for (const word of words) {
    const at = word.indexOf("=");
    const key = at < 0 ? word : word.slice(0, at);
    if (seen.has(key)) throw wrong(text, `${key} is given twice`, `give ${key} once`);
    seen.add(key);
    const parse = at < 0 || (key === "size" && kind !== "file") ? undefined : VALUES.get(key);
    if (parse) Object.assign(options, parse(text, word.slice(at + 1)));
    else if (word === "ro") options.readOnly = true;
    else {
      const remedy = kind === "file" ? "a comma in a path is written \\," : GRAMMAR;
      throw wrong(text, `"${word}" is not an option of ${kind}:`, remedy);
    }
  }
  return options;
}
