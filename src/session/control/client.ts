// SPDX-License-Identifier: MIT
// A client of an owner's control socket: calls, their answers or errors, and notifications.
import { connect, type Socket } from "node:net";
import type { TgtctlError } from "../../errors.js";
import {
  closed,
  garbage,
  notConnected,
  otherVersion,
  tooLate,
  tooLong,
  wentAway,
} from "./client-errors.js";
import { LineSplitter } from "./framing.js";
import {
  errorOfRpc,
  type Hello,
  isObject,
  MOST_BYTES_IN,
  MOST_BYTES_MESSAGE,
  PROTOCOL,
} from "./protocol.js";

const ANSWER_MS = 10_000;

export interface ControlClientOptions {
  /** `lost` in the params: so many before this one were missed. */
  readonly onNotification?: (method: string, params: Record<string, unknown>) => void;
  /** How long an answer may take, if the call does not say. */
  readonly timeoutMs?: number;
  /** The same for the first, by which it is seen that somebody is there. */
  readonly helloMs?: number;
}

export interface CallOptions {
  /** Infinity: until the connection ends. */
  readonly timeoutMs?: number | undefined;
}

interface Waiting {
  readonly method: string;
  readonly timer: NodeJS.Timeout | undefined;
  resolve(result: unknown): void;
  reject(error: TgtctlError): void;
}

export class ControlClient {
  /** Resolves when the connection has ended: why, or null after `close`. */
  readonly ended: Promise<TgtctlError | null>;
  readonly #path: string;
  readonly #socket: Socket;
  readonly #splitter = new LineSplitter(MOST_BYTES_MESSAGE);
  readonly #waiting = new Map<number, Waiting>();
  readonly #onNotification: ControlClientOptions["onNotification"];
  readonly #timeoutMs: number;
  #hello: Hello | undefined;
  #last = 0;
  #end: TgtctlError | null | undefined;
  #tellEnd: (error: TgtctlError | null) => void = () => {};

  private constructor(path: string, socket: Socket, options: ControlClientOptions) {
    this.#path = path;
    this.#socket = socket;
    this.#onNotification = options.onNotification;
    this.#timeoutMs = options.timeoutMs ?? ANSWER_MS;
    this.ended = new Promise((resolve) => {
      this.#tellEnd = resolve;
    });
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("error", () => {}); // "close" follows
    socket.on("close", () => this.#finish(wentAway(path)));
  }

  /**
   * Errors: `unavailable` (nobody listens), `permission`, `busy`, `undecodable` (it is no tgtctl),
   * `abiMismatch` (a tgtctl of another protocol version).
   */
  static async connect(path: string, options: ControlClientOptions = {}): Promise<ControlClient> {
    const client = new ControlClient(path, await connected(path), options);
    try {
      const asked = client.call("hello", { protocol: PROTOCOL }, { timeoutMs: options.helloMs });
      client.#hello = helloOf(path, await asked);
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  }

  /** What the owner said of itself. */
  get hello(): Hello {
    if (!this.#hello) throw new Error("not connected");
    return this.#hello;
  }

  /**
   * Errors: what the owner's method failed of; `busy` (no answer in time), `unavailable` (the owner went
   * away meanwhile), `undecodable`, `usage` (more than a message holds), `interrupted` (`close` was called).
   */
  call(method: string, params?: object, options: CallOptions = {}): Promise<unknown> {
    if (this.#end !== undefined) return Promise.reject(this.#end ?? closed(method));
    const id = ++this.#last;
    const text = JSON.stringify({ jsonrpc: "2.0", id, method, params });
    if (Buffer.byteLength(text) > MOST_BYTES_IN) return Promise.reject(tooLong(method));
    const limit = options.timeoutMs ?? this.#timeoutMs;
    return new Promise((resolve, reject) => {
      const late = (): void => {
        this.#waiting.delete(id);
        reject(tooLate(method, limit));
      };
      const timer = limit === Number.POSITIVE_INFINITY ? undefined : setTimeout(late, limit);
      this.#waiting.set(id, { method, timer, resolve, reject });
      this.#socket.write(`${text}\n`);
    });
  }

  /** What waits for an answer is rejected. */
  close(): void {
    this.#finish(null);
  }

  #read(chunk: Buffer): void {
    for (const frame of this.#splitter.push(chunk)) {
      if (this.#end !== undefined) return;
      if (frame.kind !== "message" || !this.#take(parsed(frame.text))) {
        this.#finish(garbage(this.#path));
        return;
      }
    }
  }

  /** False: it is no message of an owner. */
  #take(message: unknown): boolean {
    if (!isObject(message) || message.jsonrpc !== "2.0") return false;
    if (typeof message.method === "string") {
      if (Object.hasOwn(message, "id") || !isObject(message.params)) return false;
      this.#onNotification?.(message.method, message.params);
      return true;
    }
    const error = message.error === undefined ? null : errorOfRpc(message.error);
    if (message.error !== undefined && error === null) return false;
    if (message.id === null && error) {
      this.#finish(error); // the owner turns us away
      return true;
    }
    return this.#answer(message, error);
  }

  #answer(message: Record<string, unknown>, error: TgtctlError | null): boolean {
    const { id } = message;
    if (typeof id !== "number" || !Number.isInteger(id) || id < 1 || id > this.#last) return false;
    if (error === null && !Object.hasOwn(message, "result")) return false;
    const waiting = this.#waiting.get(id);
    if (!waiting) return true; // it came too late
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (error) waiting.reject(error);
    else waiting.resolve(message.result);
    return true;
  }

  #finish(error: TgtctlError | null): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    this.#socket.destroy();
    for (const { method, timer, reject } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(error ?? closed(method));
    }
    this.#waiting.clear();
    this.#tellEnd(error);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const failed = (error: Error): void => reject(notConnected(path, error));
    socket.once("error", failed);
    socket.once("connect", () => {
      socket.off("error", failed);
      resolve(socket);
    });
  });
}

function helloOf(path: string, value: unknown): Hello {
  if (!isObject(value) || typeof value.protocol !== "number") throw garbage(path);
  if (value.protocol !== PROTOCOL) throw otherVersion(path, value);
  const { version, pid, device } = value;
  if (typeof version !== "string" || typeof pid !== "number" || typeof device !== "string") {
    throw garbage(path);
  }
  return value as Hello;
}
