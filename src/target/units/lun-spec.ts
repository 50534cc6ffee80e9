// SPDX-License-Identifier: MIT
// The SPEC of `--lun`: `[N=]ram:SIZE`, `[N=]file:PATH`, `[N=]null:SIZE` and their options, read and written.
import { resolve } from "node:path";
import { checkSize, parseOptions, parseSize, splitAtCommas, wrong } from "./lun-options.js";

interface CommonSpec {
  /** 0..16383. */
  readonly lun: number;
  readonly readOnly: boolean;
  readonly blockSize: 512 | 4096;
  /** From `serial=`; null: derived from the content's identity. */
  readonly serial: string | null;
  /** Commands the unit takes before it answers TASK SET FULL, 1..65535; null: the default. */
  readonly queue: number | null;
  /** As the user wrote it, for messages. */
  readonly text: string;
}

export interface MemorySpec extends CommonSpec {
  readonly kind: "ram" | "null";
  /** Bytes. */
  readonly size: number;
}

export interface FileSpec extends CommonSpec {
  readonly kind: "file";
  /** Absolute; a regular file or a block device. */
  readonly path: string;
  /** From `size=`: bytes; null: the file must exist and its size counts. */
  readonly size: number | null;
}

export type LunSpec = MemorySpec | FileSpec;

/** Served when no `--lun` is given. */
export const DEFAULT_LUN_SPEC = "0=ram:64M";

/** Highest LUN of the flat space addressing method. SAM-5 4.7.7.3. */
export const MAX_LUN = 16383;

/** What can be mapped into one process with room to spare. */
const MAX_MAPPED = 2 ** 44;
/** Offsets are doubles; this leaves every sum exact. */
const MAX_NULL = 2 ** 52;

function parseNumber(text: string, digits: string): number {
  const lun = Number(digits);
  if (lun > MAX_LUN) throw wrong(text, `LUN ${digits} is too large`, `use 0 to ${MAX_LUN}`);
  return lun;
}

/** One spec; `lun` -1 where the user gave no number. */
function parseOne(text: string, directory: string): LunSpec {
  const [, digits, kind, rest] = /^(?:(\d+)=)?(ram|file|null):([\s\S]*)$/.exec(text) ?? [];
  if (kind === undefined || rest === undefined) throw wrong(text, "not a LUN spec");
  const lun = digits === undefined ? -1 : parseNumber(text, digits);
  const [subject = "", ...words] = splitAtCommas(rest);
  const { size, ...common } = parseOptions(text, kind, words);
  if (kind === "file") {
    const path = resolve(directory, subject);
    if (subject === "" || path.includes("\0")) throw wrong(text, "the path is missing");
    if (size !== null) checkSize(text, size, common.blockSize, MAX_MAPPED);
    return { ...common, kind, lun, size, path, text };
  }
  const bytes = parseSize(text, subject);
  checkSize(text, bytes, common.blockSize, kind === "null" ? MAX_NULL : MAX_MAPPED);
  return { ...common, kind: kind === "ram" ? "ram" : "null", lun, size: bytes, text };
}

function firstFree(taken: ReadonlySet<number>): number {
  let lun = 0;
  while (taken.has(lun)) lun++;
  return lun;
}

/**
 * Reads the specs of one command line, in order; none = `0=ram:64M`. Specs without a number get the
 * lowest numbers that nobody asked for. `taken` are numbers already served.
 *
 * In PATH a comma is written `\,` and a backslash before a comma `\\`; relative paths are resolved
 * against `directory`, by default the working directory. Errors: `usage`, naming the spec.
 */
export function parseLunSpecs(
  texts: readonly string[],
  taken: Iterable<number> = [],
  directory = ".",
): readonly LunSpec[] {
  const given = texts.length > 0 ? texts : [DEFAULT_LUN_SPEC];
  const specs = given.map((text) => parseOne(text, directory));
  const numbers = new Set(taken);
  const serials = new Set<string>();
  for (const { lun, serial, text } of specs) {
    if (lun >= 0 && numbers.has(lun)) {
      throw wrong(text, `LUN ${lun} is already taken`, "use another number, or leave it out");
    }
    if (lun >= 0) numbers.add(lun);
    if (serial !== null && serials.has(serial)) {
      throw wrong(text, `serial ${serial} is given twice`, "give every LUN its own serial");
    }
    if (serial !== null) serials.add(serial);
  }
  return specs.map((spec) => {
    if (spec.lun >= 0) return spec;
    const lun = firstFree(numbers);
    if (lun > MAX_LUN) throw wrong(spec.text, "no LUN is free", "remove one first");
    numbers.add(lun);
    return { ...spec, lun };
  });
}

/** The spec in full (number, absolute path, bytes): `parseLunSpecs` of it gives the same spec. */
export function formatLunSpec(spec: LunSpec): string {
  const escaped = (text: string): string => text.replace(/[\\,]/g, "\\$&");
  const subject = spec.kind === "file" ? escaped(spec.path) : String(spec.size);
  const parts = [`${spec.lun}=${spec.kind}:${subject}`];
  if (spec.kind === "file" && spec.size !== null) parts.push(`size=${spec.size}`);
  if (spec.readOnly) parts.push("ro");
  if (spec.blockSize !== 512) parts.push(`bs=${spec.blockSize}`);
  if (spec.serial !== null) parts.push(`serial=${escaped(spec.serial)}`);
  if (spec.queue !== null) parts.push(`queue=${spec.queue}`);
  return parts.join(",");
}
