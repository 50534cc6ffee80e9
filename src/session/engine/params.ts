// SPDX-License-Identifier: MIT
// The parameters of a verb as they come over a socket: anything, until they have been looked at.
import { TgtctlError } from "../../errors.js";

const REMEDY = "ARCHITECTURE.md lists the methods and what each takes";
const MOST_TEXT = 8192;

/** `{name: value}`, read once each. Errors: `usage`. */
export class Params {
  readonly #method: string;
  readonly #values: ReadonlyMap<string, unknown>;

  /** `allowed`: the names the method knows. */
  constructor(method: string, params: unknown, allowed: readonly string[]) {
    this.#method = method;
    if (params !== undefined && !isRecord(params)) {
      throw this.#wrong("its parameters are no object");
    }
    this.#values = new Map(Object.entries(params ?? {}));
    for (const name of this.#values.keys()) {
      if (!allowed.includes(name)) throw this.#wrong(`it has no parameter ${quote(name)}`);
    }
  }

  flag(name: string): boolean {
    const value = this.#values.get(name) ?? false;
    if (typeof value === "boolean") return value;
    throw this.#wrong(`${name} is neither true nor false`);
  }

  /** A whole number within the limits; `absent` where it is not given. Null is none: JSON says so of NaN. */
  number(name: string, least: number, most: number, absent?: number): number {
    const given = this.#values.get(name);
    const value = given === undefined ? absent : given;
    if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) {
      return value;
    }
    throw this.#wrong(`${name} is not a whole number from ${least} to ${most}`);
  }

  has(name: string): boolean {
    return this.#values.get(name) !== undefined && this.#values.get(name) !== null;
  }

  /** As it came. */
  raw(name: string): unknown {
    return this.#values.get(name);
  }

  text(name: string): string {
    const value = this.#values.get(name);
    if (typeof value === "string" && value !== "" && value.length <= MOST_TEXT) return value;
    throw this.#wrong(`${name} is not a text of 1 to ${MOST_TEXT} characters`);
  }

  /** A number within the limits, or a text with one: decimal, `0x...`, or negative. */
  integer(name: string, least: bigint, most: bigint): bigint {
    const value = integerOf(this.#values.get(name));
    if (value !== null && value >= least && value <= most) return value;
    throw this.#wrong(`${name} is not a whole number from ${least} to ${most}`);
  }

  /** `{FIELD: number}`, only the fields named; empty where it is not given. */
  fields(name: string, allowed: readonly string[]): ReadonlyMap<string, bigint> {
    const value = this.#values.get(name) ?? {};
    if (!isRecord(value)) throw this.#wrong(`${name} is no object`);
    const fields = new Map<string, bigint>();
    for (const [field, given] of Object.entries(value)) {
      const number = integerOf(given);
      if (!allowed.includes(field))
        throw this.#wrong(`${quote(field)} is none of ${allowed.join(" ")}`);
      if (number === null) throw this.#wrong(`${field} is not a number`);
      fields.set(field, number);
    }
    return fields;
  }

  #wrong(text: string): TgtctlError {
    return new TgtctlError("usage", `${this.#method}: ${text}`, REMEDY);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function integerOf(value: unknown): bigint | null {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : null;
  if (typeof value !== "string" || !/^(-?[0-9]{1,20}|0x[0-9a-f]{1,16})$/i.test(value)) return null;
  return BigInt(value);
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
