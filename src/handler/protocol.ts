// SPDX-License-Identifier: MIT
// What passes between the handlers' worker, the engine that asks it and the host that watches it.
import type { MessagePort } from "node:worker_threads";
import type { ErrorKind } from "../errors.js";
import type { HandlerReply, HandlerRequest } from "../target/handlers.js";
import type { FileRule } from "./definition.js";

/**
 * Words of the memory that engine, worker and host share, one for each life of the worker. One
 * writer each; the counters only grow and wrap.
 */
export const WORD = {
  /** Worker: `beatNow()` at its last sign of life; beats only while it owes something. */
  BEAT: 0,
  /** Worker: number of the handler whose synchronous part runs, from 1; 0 none. */
  RUNNING: 1,
  /** Worker: requests that ended, whether or not somebody still waited. */
  ANSWERED: 2,
  /** Worker: of these, those nobody waited for any more. */
  LEFTOVERS: 3,
  /** Engine: requests posted. */
  STARTED: 4,
  /** Engine: of these, abandoned, for whatever reason. */
  ABANDONED: 5,
  /** Engine: of these, for their deadline. */
  LATE: 6,
  /** Engine: commands left to the default because too much was waiting. */
  FULL: 7,
  /** Host: `threw` news it took. */
  HEARD: 8,
} as const;

export const STATE_BYTES = 9 * Int32Array.BYTES_PER_ELEMENT;

/** Requests a worker may owe (more than a unit queues), and bytes of data-out in them: above, the default answers. */
export const MOST_OWED = 1024;
export const MOST_OWED_BYTES = 64 * 1024 * 1024;

/** `threw` news a host may owe a look (Ctrl-S stops it): above, they are only counted. */
export const MOST_UNHEARD = 64;

/** How often a worker that owes something shows that its event loop turns. */
export const BEAT_MS = 25;

/** A clock all threads share, in ms, wrapping within 31 bits. */
export function beatNow(): number {
  return Number((process.hrtime.bigint() / 1_000_000n) & 0x3fff_ffffn);
}

/** What the worker is started with. */
export interface HandlerOrders {
  /** Absolute paths, in the order they were given. */
  readonly files: readonly string[];
  readonly state: SharedArrayBuffer;
  /** To the host: HandlerNews. Not the worker's own port, which is the handlers'. */
  readonly news: MessagePort;
}

export type HandlerNews =
  | { readonly kind: "loaded"; readonly rules: readonly FileRule[] }
  | {
      readonly kind: "failed";
      readonly error: {
        readonly kind: ErrorKind;
        readonly message: string;
        readonly remedy: string;
      };
    }
  /** A handler threw, or replied what is no reply; `times`: with those before it that were not told. */
  | { readonly kind: "threw"; readonly text: string; readonly times: number };

/** From the host, once there is an engine. */
export interface HandlerService {
  /** To the engine: Request in, Answer out. */
  readonly port: MessagePort;
  /** The engine's eventfd. */
  readonly wakeFd: number;
}

export type HandlerMessage =
  | { readonly cookie: number; readonly rule: number; readonly request: HandlerRequest }
  | { readonly abandon: number; readonly why: "deadline" | "aborted" };

export interface HandlerAnswer {
  readonly cookie: number;
  readonly reply: HandlerReply | null;
}

/** Handlers share the worker with what sends this: whatever they did to it, the engine lives on. */
export function isHandlerAnswer(value: unknown): value is HandlerAnswer {
  const { cookie, reply } = (value ?? {}) as { cookie?: unknown; reply?: unknown };
  if (typeof cookie !== "number" || typeof reply !== "object") return false;
  if (reply === null) return true;
  const { status, data, sense } = reply as { [K in keyof HandlerReply]?: unknown };
  return (
    typeof status === "number" &&
    (data === null || data instanceof Uint8Array) &&
    (sense === null || typeof (sense as { key?: unknown }).key === "number")
  );
}

/** What the engine is given to reach the workers that come and go. */
export interface HandlerLink {
  /** From the host: HandlerLine, or null when the worker has gone. */
  readonly control: MessagePort;
  /** Int32: [0] counts what was posted to `control`. */
  readonly posted: SharedArrayBuffer;
}

/** One worker's life as the engine sees it. */
export interface HandlerLine {
  readonly port: MessagePort;
  readonly state: SharedArrayBuffer;
  readonly rules: readonly FileRule[];
}
