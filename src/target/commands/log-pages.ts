// SPDX-License-Identifier: MIT
// Log pages: parameters of each, and the lists of pages. SPC-4 7.3.
import { FEIGNED_EXCEPTION } from "../units/attentions.js";
import type { LogicalUnit } from "../units/logical-unit.js";

interface LogParameter {
  readonly code: number;
  readonly value: readonly number[];
}

/** There is no sensor: "not able to return the temperature". SPC-4 7.3.20. */
const NO_TEMPERATURE = 0xff;
/** FORMAT AND LINKING: a list of binary values. SPC-4 7.3.2.2. */
const BINARY_LIST = 0x03;
/** Nothing is saved. */
const DS = 0x80;
const SPF = 0x40;
const ALL_SUBPAGES = 0xff;

function temperature(): readonly LogParameter[] {
  return [{ code: 0, value: [0, NO_TEMPERATURE] }];
}

/**
 * ASC, ASCQ, MOST RECENT TEMPERATURE READING, and a vendor specific byte, in which many disks have a
 * threshold temperature and sg_logs looks for it. SPC-4 7.3.8.
 */
function exceptions({ mode }: LogicalUnit): readonly LogParameter[] {
  const { asc, ascq } = mode.failurePredicted ? FEIGNED_EXCEPTION : { asc: 0, ascq: 0 };
  return [{ code: 0, value: [asc, ascq, NO_TEMPERATURE, NO_TEMPERATURE] }];
}

/** Pages with parameters, ascending by code. */
const PAGES: ReadonlyMap<number, (unit: LogicalUnit) => readonly LogParameter[]> = new Map([
  [0x0d, temperature],
  [0x2f, exceptions],
]);

function page(first: number, subpage: number, content: readonly number[]): Uint8Array {
  return Uint8Array.of(first, subpage, content.length >> 8, content.length & 0xff, ...content);
}

/** Subpage FFh: which pages and subpages there are, all of them or those of one page. SPC-4 7.3.19. */
function listOfSubpages(code: number): Uint8Array {
  const codes = code === 0 ? [0, ...PAGES.keys()] : [code];
  const pairs = codes.flatMap((each) => [each, 0, each, ALL_SUBPAGES]);
  return page(SPF | code, ALL_SUBPAGES, pairs);
}

/**
 * The page from parameter `pointer` on. `"page"`, `"subpage"`, `"pointer"`: there is no such one.
 */
export function logPage(
  unit: LogicalUnit,
  code: number,
  subpage: number,
  pointer: number,
): Uint8Array | "page" | "subpage" | "pointer" {
  const parametersOf = PAGES.get(code);
  if (code !== 0 && !parametersOf) return "page";
  if (subpage !== 0 && subpage !== ALL_SUBPAGES) return "subpage";
  if (subpage === ALL_SUBPAGES || !parametersOf) {
    if (pointer !== 0) return "pointer"; // a list has no parameters
    return subpage === 0 ? page(0, 0, [0, ...PAGES.keys()]) : listOfSubpages(code);
  }
  const parameters = parametersOf(unit).filter((parameter) => parameter.code >= pointer);
  if (parameters.length === 0) return "pointer";
  const content = parameters.flatMap((parameter) => [
    parameter.code >> 8,
    parameter.code & 0xff,
    BINARY_LIST,
    parameter.value.length,
    ...parameter.value,
  ]);
  return page(DS | code, 0, content);
}
