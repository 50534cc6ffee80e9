// SPDX-License-Identifier: MIT
// What became of one injected event, for a program and for a person.
import { decode, isUnknown } from "../../abi/codec.js";
import type { TgtEvent } from "../../abi/event.js";
import { SEED_X86_64 } from "../../abi/seed.js";
import { verdictName } from "../../device/telemetry.js";
import type { InjectOutcome } from "../../session/inject/inject-plan.js";
import { eventText } from "../event-text.js";
import type { InjectRequest } from "./inject-request.js";
import type { Alive } from "./target-probe.js";

export interface InjectReport {
  readonly schema: "tgtctl.inject/1";
  /** Name or number; null: nothing was published. */
  readonly type: string | number | null;
  readonly malformed: readonly string[];
  readonly hazards: readonly string[];
  readonly ring: "ukring";
  readonly slot: number | null;
  readonly index: number | null;
  /** The slot, header first, in hex. */
  readonly bytes: string;
  readonly consumed: boolean | null;
  readonly verdict: string | null;
  /** One of these; null: nothing is to be consumed, or nothing is expected. */
  readonly expected: readonly string[] | null;
  /** Null: nothing was expected, or it cannot be known. */
  readonly as_expected: boolean | null;
  /** The command whose answer it took the place of. */
  readonly victim: { readonly host_no: number; readonly cid: number } | null;
  /** Events published to bring the ring into step again. */
  readonly repaired: number;
  readonly target_alive: boolean | null;
  /** New lines that concern us; null: it cannot be read. */
  readonly kernel_log: readonly string[] | null;
}

/** What is in the slot; null for an empty hex. */
export function eventOfSlot(hex: string): TgtEvent | null {
  return hex === "" ? null : decode(SEED_X86_64, Buffer.from(hex, "hex"), SEED_X86_64.headerSize);
}

export function injectReport(
  request: InjectRequest,
  outcome: InjectOutcome,
  alive: Alive,
  kernelLog: readonly string[] | null,
): InjectReport {
  const verdict = outcome.verdict === null ? null : verdictName(outcome.verdict);
  const { victim } = outcome;
  return {
    schema: "tgtctl.inject/1",
    type: eventOfSlot(outcome.hex)?.type ?? null,
    malformed: request.malformed.map(({ name }) => name),
    hazards: [...new Set(request.malformed.map(({ hazard }) => hazard))],
    ring: "ukring",
    slot: outcome.slot,
    index: outcome.index,
    bytes: outcome.hex,
    consumed: outcome.consumed,
    verdict,
    expected: request.expected ?? null,
    as_expected: asExpected(request.expected, outcome.consumed, verdict),
    victim: victim && { host_no: victim.hostNo, cid: victim.cid },
    repaired: outcome.repaired,
    target_alive: alive.answers,
    kernel_log: kernelLog,
  };
}

function asExpected(
  expected: InjectRequest["expected"],
  consumed: boolean | null,
  verdict: string | null,
): boolean | null {
  if (expected === undefined) return null;
  if (expected === null) return consumed !== true;
  if (verdict !== null) return expected.some((each) => each === verdict);
  return consumed === false ? false : null;
}

/** Something a check found. */
export function isFinding({ as_expected, target_alive }: InjectReport): boolean {
  return as_expected === false || target_alive === false;
}

export function injectText(report: InjectReport, into: string, how: string): string {
  const line = (name: string, text: string): string => `  ${name.padEnd(8)} ${text}\n`;
  return [
    `${placeText(report)}\n`,
    line("into", into),
    report.malformed.length > 0
      ? line("wrong", `${report.malformed.join(", ")} (${report.hazards.join(", ")})`)
      : "",
    line("verdict", verdictText(report)),
    report.repaired > 0
      ? line(
          "repaired",
          `with ${report.repaired} harmless event${report.repaired === 1 ? "" : "s"}`,
        )
      : "",
    line("target", aliveText(report.target_alive, how)),
    ...kernelLines(report.kernel_log).map((text) => line("kernel", text)),
  ].join("");
}

function placeText({ slot, bytes }: InjectReport): string {
  const event = eventOfSlot(bytes);
  if (event === null) return "nothing published, the doorbell alone";
  const text = eventText(event);
  return `ukring slot ${slot}: ${isUnknown(event) ? text : `${event.type} ${text}`}`;
}

/** `ENOENT`, or why there is no verdict. */
function found({ verdict, consumed, slot }: InjectReport): string {
  if (verdict !== null) return verdict;
  if (slot === null) return "nothing to judge";
  if (consumed === null) return "not rung";
  return consumed ? "none told by this kernel" : "not consumed";
}

/** `ENOENT, as expected` */
export function verdictText(report: InjectReport): string {
  const { expected, as_expected } = report;
  if (as_expected === null) return found(report);
  if (as_expected) return `${found(report)}, as expected`;
  return `${found(report)}, NOT as expected: ${expected?.join(" or ") ?? "nothing consumed"}`;
}

/** `answers: commands end` */
export function aliveText(alive: boolean | null, how: string): string {
  if (alive === null) return `cannot be asked: ${how}`;
  return alive ? `answers: ${how}` : `NO LONGER ANSWERS: ${how}`;
}

function kernelLines(log: readonly string[] | null): readonly string[] {
  if (log === null) return ["its log cannot be read"];
  return log.length === 0 ? ["says nothing"] : log;
}

/** Many reports, none of which is kept. */
export class InjectTally {
  readonly #counts = new Map<string, number>();
  count = 0;
  /** Some of them was a finding. */
  found = false;

  add(report: InjectReport): void {
    const name = found(report);
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    this.count++;
    this.found ||= isFinding(report);
  }

  /** `1000 injected: 990 ENOENT, 10 EALREADY` */
  get text(): string {
    const list = [...this.#counts].map(([name, count]) => `${count} ${name}`).join(", ");
    return `${this.count} injected: ${list}\n`;
  }
}
