// SPDX-License-Identifier: MIT
// Calls from other threads into the engine's: requests by a port and its eventfd, answers by the port.
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { type Native, native } from "../../device/native.js";
import { type ErrorKind, TgtctlError } from "../../errors.js";
import { errorNews } from "./engine-protocol.js";

/**
 * Calls one caller may have under way. With 64 KiB of parameters each this is what an engine that does
 * not look can be made to hold.
 */
export const MOST_CALLS = 512;

/**
 * So long after a caller gave up the engine is woken, if it has not answered: it nearly always has, and to be
 * woken for nothing costs the commands that arrive meanwhile. One that is late finds the word without that.
 */
const ABANDON_MS = 10;

/** The caller's end. The port is transferred to the caller's thread; the eventfd must outlive it. */
export interface EngineLink {
  readonly port: MessagePort;
  readonly wakeFd: number;
}

export interface EngineError {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly remedy: string;
}

/** How a call ended. `result` is structured-cloneable. */
export type Outcome = { readonly result: unknown } | { readonly error: EngineError };

type Request =
  | { readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly abandon: number };
type Answer = { readonly id: number } & Outcome;
/** Something happened that nobody asked about. */
export interface EngineNotice {
  readonly notice: string;
  readonly params: unknown;
}

/** An error as it crosses threads and sockets. */
export function outcomeOfError(error: unknown): Outcome {
  const { kind, message, remedy } = errorNews(error);
  return { error: { kind, message, remedy } };
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: TgtctlError): void;
}

/** Any thread with an event loop. */
export class EngineCaller {
  /** Told of what the engine says unasked. */
  onNotice: ((notice: EngineNotice) => void) | null = null;
  readonly #port: MessagePort;
  readonly #wakeFd: number;
  readonly #shim: Native;
  /** Null: nobody waits any more, the engine has yet to say that it knows. */
  readonly #waiting = new Map<number, Waiting | null>();
  #last = 0;
  #closed = false;

  constructor({ port, wakeFd }: EngineLink) {
    this.#port = port;
    this.#wakeFd = wakeFd;
    this.#shim = native();
    port.on("message", (answer: Answer | EngineNotice) => {
      if ("notice" in answer) this.onNotice?.(answer);
      else this.#take(answer);
    });
    port.on("close", () => this.close());
    port.unref();
  }

  /**
   * What the engine answers. `signal` aborted: the engine is told that nobody waits, and it rejects.
   * Errors: the engine's; `busy` (too many calls), `unavailable` (the engine has gone), `interrupted`.
   */
  call(method: string, params: unknown, signal?: AbortSignal): Promise<unknown> {
    if (this.#closed) return Promise.reject(gone());
    if (signal?.aborted) return Promise.reject(abandoned());
    if (this.#waiting.size >= MOST_CALLS) return Promise.reject(tooMany());
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      const abandon = (): void => this.#abandon(id);
      const done = (): void => signal?.removeEventListener("abort", abandon);
      this.#waiting.set(id, {
        resolve: (result) => {
          done();
          resolve(result);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      });
      signal?.addEventListener("abort", abandon, { once: true });
      try {
        this.#post({ id, method, params });
      } catch (error) {
        this.#take({ id, ...outcomeOfError(error) }); // parameters that cannot be cloned
      }
    });
  }

  /** All that wait are told `unavailable`; the eventfd is not written any more. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#port.close();
    for (const waiting of this.#waiting.values()) waiting?.reject(gone());
    this.#waiting.clear();
  }

  #post(request: Request): void {
    this.#port.postMessage(request);
    this.#shim.wake(this.#wakeFd);
  }

  #abandon(id: number): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.set(id, null);
    this.#port.postMessage({ abandon: id } satisfies Request);
    setTimeout(() => {
      if (this.#waiting.has(id)) this.#shim.wake(this.#wakeFd);
    }, ABANDON_MS);
    waiting.reject(abandoned());
  }

  #take(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (!waiting) return;
    if ("error" in answer) {
      const { kind, message, remedy } = answer.error;
      waiting.reject(new TgtctlError(kind, message, remedy));
    } else waiting.resolve(answer.result);
  }
}

/** A call at the engine. */
export interface EngineCall {
  /** Nobody waits for the answer any more: what was begun for it may be given up. */
  readonly abandoned: boolean;
}

export type EngineHandle = (
  method: string,
  params: unknown,
  /** Once, now or later; what comes after the first is dropped. */
  reply: (outcome: Outcome) => void,
  call: EngineCall,
) => void;

interface OpenCall {
  abandoned: boolean;
}

type Call = Exclude<Request, { readonly abandon: number }>;

interface Caller {
  readonly port: MessagePort;
  /** Received, and not answered. */
  readonly open: Map<number, OpenCall>;
}

/** The engine's end, in a thread whose event loop never turns. */
export class EngineDesk {
  readonly #callers: readonly Caller[];
  /** Answers given while requests are taken; null at other times. */
  #answers: (() => void)[] | null = null;

  constructor(ports: readonly MessagePort[]) {
    this.#callers = ports.map((port) => ({ port, open: new Map() }));
  }

  /** Tells every caller. */
  notify(notice: EngineNotice): void {
    for (const { port } of this.#callers) port.postMessage(notice);
  }

  /**
   * Takes all requests that have arrived, without waiting; one that was given up before its turn is not
   * begun. What `handle` throws is the answer. Answers go out at the end: callers that are as fast as the
   * engine, and have MOST_CALLS, cannot keep it here.
   */
  serve(handle: EngineHandle): void {
    const answers: (() => void)[] = [];
    this.#answers = answers;
    for (const caller of this.#callers) {
      const calls: Call[] = [];
      for (let next = 0; ; next++) {
        this.#receive(caller, calls);
        const call = calls[next];
        if (!call) break;
        this.#begin(caller, call, handle);
      }
    }
    this.#answers = null;
    for (const answer of answers) answer();
  }

  /** All that has arrived: the word that a call is given up comes behind the call. */
  #receive(caller: Caller, calls: Call[]): void {
    const { port, open } = caller;
    for (;;) {
      const received = receiveMessageOnPort(port);
      if (!received) return;
      const request = received.message as Request;
      if ("abandon" in request) {
        const call = open.get(request.abandon);
        if (call) call.abandoned = true;
        this.#reply(caller, request.abandon, outcomeOfError(abandoned()));
      } else {
        open.set(request.id, { abandoned: false });
        calls.push(request);
      }
    }
  }

  #begin(caller: Caller, { id, method, params }: Call, handle: EngineHandle): void {
    const call = caller.open.get(id);
    if (!call) return; // given up
    const reply = (outcome: Outcome): void => this.#reply(caller, id, outcome);
    try {
      handle(method, params, reply, call);
    } catch (error) {
      reply(outcomeOfError(error));
    }
  }

  #reply({ port, open }: Caller, id: number, outcome: Outcome): void {
    if (!open.delete(id)) return; // it has its answer
    const send = (): void => post(port, id, outcome);
    if (this.#answers) this.#answers.push(send);
    else send();
  }
}

function post(port: MessagePort, id: number, outcome: Outcome): void {
  try {
    port.postMessage({ id, ...outcome });
  } catch (error) {
    port.postMessage({ id, ...outcomeOfError(error) }); // a result that cannot be cloned
  }
}

function gone(): TgtctlError {
  return new TgtctlError(
    "unavailable",
    "the engine has gone",
    "start the owner again: tgtctl serve",
  );
}

function abandoned(): TgtctlError {
  return new TgtctlError("interrupted", "the caller waits no longer", "ask again");
}

function tooMany(): TgtctlError {
  return new TgtctlError(
    "busy",
    `the engine has ${MOST_CALLS} requests to answer already`,
    "wait for answers before asking more",
  );
}
