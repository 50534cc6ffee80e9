// SPDX-License-Identifier: MIT
// What is to be injected, as the command line would have asked for it, and what would go out.
import { TgtctlError } from "../../errors.js";
import { malformationNamed } from "../../features/inject/inject-catalogue.js";
import { bytesOf } from "../../features/inject/inject-preview.js";
import {
  type InjectArguments,
  type InjectRequest,
  injectRequest,
  PLAIN_INJECT,
} from "../../features/inject/inject-request.js";
import type { InjectPlan } from "../../session/inject/inject-plan.js";
import type { Form } from "./form.js";
import { chosenWrongs, NUMBER_ROWS, type NumberRow, typeOf } from "./inject-fields.js";

export interface InjectWish {
  /** A request anew: its random bytes begin at the seed. */
  request(): InjectRequest;
  /** Of that request, the first. */
  readonly plan: InjectPlan;
  /** The slot; null: it depends on what is in the ring by then. */
  readonly bytes: Uint8Array | null;
  /** An event of that type with nothing wrong and nothing set. */
  readonly plain: Uint8Array | null;
}

const NUMBER = /^(0x[0-9a-f]{1,8}|[0-9]{1,10})$/i;

/** What is wrong with a number typed there; null: nothing. */
export function numberProblem(name: NumberRow, text: string): string | null {
  const [low, high] = NUMBER_ROWS[name];
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  return value >= low && value <= high ? null : `not a whole number from ${low} to ${high}`;
}

/** As the command line has them; `set`: texts of --set. What is no number counts as not typed. */
export function argumentsOf(form: Form, set: readonly string[]): InjectArguments {
  const number = (name: NumberRow): number | undefined => {
    const text = form.value(name);
    return text === "" || numberProblem(name, text) !== null ? undefined : Number(text);
  };
  const malform = chosenWrongs(form);
  const type = form.value("type") || (malform.length === 0 ? typeOf(form) : undefined);
  return {
    ...PLAIN_INJECT,
    type,
    malform,
    set,
    slot: number("at slot"),
    status: number("slot status"),
    len: number("slot len"),
    kick: form.value("doorbell") !== "no",
    seed: number("seed") ?? PLAIN_INJECT.seed,
    waitMs: number("wait ms") ?? PLAIN_INJECT.waitMs,
  };
}

/** What would go out, or why that cannot be. */
export function wishOf(args: InjectArguments, hostNo: number): InjectWish | TgtctlError {
  try {
    const request = (): InjectRequest => injectRequest(args);
    const plan = request().next(hostNo);
    const plain = bytesOf(plainRequest(args).next(hostNo));
    return { request, plan, bytes: bytesOf(plan), plain };
  } catch (error) {
    if (error instanceof TgtctlError) return error;
    throw error;
  }
}

/** Of the same type, as far as it is a type at all. */
function plainRequest(args: InjectArguments): InjectRequest {
  const types = args.malform.flatMap((name) => malformationNamed(name)?.types[0] ?? []);
  const type = args.type ?? types[0] ?? "CMD_RSP";
  return injectRequest({ ...args, type, malform: [], set: [], status: 1, len: 0, slot: undefined });
}
