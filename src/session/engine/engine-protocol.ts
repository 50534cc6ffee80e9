// SPDX-License-Identifier: MIT
// What passes between a session and its engine's thread: the orders going in, the news coming out.
import type { MessagePort } from "node:worker_threads";
import type { ErrorKind } from "../../errors.js";
import { TgtctlError } from "../../errors.js";
import type { HandlerLink } from "../../handler/protocol.js";
import type { FaultCount } from "../faults/fault-rules.js";
import type { JournalShape } from "../journal.js";

/** Everything the engine's thread needs; structured-cloneable. */
export interface EngineOrders {
  readonly device:
    | { readonly kind: "char"; readonly path: string; readonly force: boolean }
    | { readonly kind: "simulator"; readonly sim: number; readonly name: string };
  readonly served: Served;
  /** Fault rules as text, known to be good. */
  readonly faults: readonly string[];
  readonly journal: JournalShape | null;
  readonly counters: SharedArrayBuffer;
  /** Int32: [STOP] becomes 1 or LEAVE when the engine shall stop, [SIZES] 1 when it shall look at its files. */
  readonly control: SharedArrayBuffer;
  readonly wakeFd: number;
  /** Its `control` is transferred. */
  readonly handlers: HandlerLink | null;
  /** Where verbs come from (engine-link.ts); transferred. */
  readonly ports: readonly MessagePort[];
}

/** What an owner serves, and where its ram: stores live (see OpenUnitsOptions). */
export interface Served {
  /** As formatLunSpec writes them: numbers, absolute paths, bytes. */
  readonly specs: readonly string[];
  readonly memoryPrefix: string | null;
  /** By LUN, the serial number of what was served there; none where that is not known. */
  readonly serials: Serials;
}

export type Serials = Readonly<Record<string, string>>;

export const STOP = 0;
/** In [STOP]: somebody else goes on, what lies in memory stays. */
export const LEAVE = 2;
export const SIZES = 1;

export type EngineNews =
  | { readonly kind: "ready"; readonly serials: Serials }
  /** Something a person should know of, and that stops nothing. */
  | { readonly kind: "remark"; readonly text: string }
  /** Nothing is answered any more; flushing and closing the stores begins. */
  | { readonly kind: "finished"; readonly faults: readonly FaultCount[] }
  | { readonly kind: "stopped"; readonly unfinished: number }
  | { readonly kind: "failed"; readonly error: ErrorNews };

export interface ErrorNews {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly remedy: string;
  readonly stack: string | undefined;
}

export function errorNews(error: unknown): ErrorNews {
  const stack = error instanceof Error ? error.stack : undefined;
  if (error instanceof TgtctlError) {
    return { kind: error.kind, message: error.message, remedy: error.remedy, stack };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    kind: "internal",
    message: `engine: ${message}`,
    remedy: "run again with --debug and report it",
    stack,
  };
}

export function errorOfNews(news: ErrorNews): TgtctlError {
  const error = new TgtctlError(news.kind, news.message, news.remedy);
  if (news.stack !== undefined) error.stack = news.stack;
  return error;
}
