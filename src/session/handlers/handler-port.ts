// SPDX-License-Identifier: MIT
// The engine's end of the line to users' handlers: what is asked, what came back, and when not to ask.
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { HandlerRule } from "../../handler/definition.js";
import type { NamedOpcode } from "../../handler/opcode-names.js";
import {
  beatNow,
  type HandlerLine,
  type HandlerLink,
  type HandlerMessage,
  isHandlerAnswer,
  MOST_OWED,
  MOST_OWED_BYTES,
  WORD,
} from "../../handler/protocol.js";
import { decodeCdb } from "../../scsi/cdb.js";
import type {
  HandlerClaim,
  HandlerRequest,
  HandlerResult,
  Handlers,
} from "../../target/handlers.js";

/** With a deadline passed and no sign of life for so long, nobody is kept waiting for the worker. */
const SILENT_MS = 200;
const NONE: readonly HandlerResult[] = [];

interface Line extends HandlerLine {
  readonly words: Int32Array;
  /** By opcode: 1 where some rule wants it, whatever else it asks for. */
  readonly wanted: Uint8Array;
}

export class HandlerPort implements Handlers {
  readonly #control: MessagePort;
  readonly #posted: Int32Array;
  readonly #wake: () => void;
  #renewed = 0;
  #line: Line | null = null;
  /** What the responder waits for. */
  readonly #asked = new Set<number>();
  /** Data-out the worker has and has not answered for, in bytes, also where nobody waits any more. */
  readonly #held = new Map<number, number>();
  #heldBytes = 0;
  /** Ended without the worker. */
  #ended: HandlerResult[] = [];
  #answered = 0;
  /** A deadline passed since the last answer. */
  #late = false;

  /** `wake` makes the engine call `finished`. */
  constructor({ control, posted }: HandlerLink, wake: () => void) {
    this.#control = control;
    this.#posted = new Int32Array(posted);
    this.#wake = wake;
    this.#renew();
  }

  claim(opcode: number, lun: number, cdb: Uint8Array): HandlerClaim | null {
    this.#renew();
    const line = this.#line;
    if (!line?.wanted[opcode]) return null;
    const rule = line.rules[ruleFor(line.rules, opcode, lun, cdb)];
    if (!rule || this.#isSilent(line)) return null;
    if (!this.#isFull(line)) return rule;
    Atomics.add(line.words, WORD.FULL, 1);
    return null;
  }

  start(cookie: number, request: HandlerRequest): void {
    this.#renew();
    const line = this.#line;
    const { cdb, lun, dataOut } = request;
    const rule = line ? ruleFor(line.rules, cdb[0] ?? 0, lun, cdb) : -1;
    if (!line || rule < 0 || this.#isFull(line)) {
      // fetching the data-out took its time: what held at the claim holds no more
      this.#ended.push({ cookie, reply: null });
      this.#wake();
      return;
    }
    this.#asked.add(cookie);
    if (dataOut) this.#held.set(cookie, dataOut.length);
    this.#heldBytes += dataOut?.length ?? 0;
    Atomics.add(line.words, WORD.STARTED, 1);
    post(line, { cookie, rule, request });
  }

  finished(): readonly HandlerResult[] {
    this.#renew();
    this.#receive();
    if (this.#ended.length === 0) return NONE;
    const ended = this.#ended;
    this.#ended = [];
    return ended;
  }

  abandon(cookie: number, why: "deadline" | "aborted"): void {
    const line = this.#line;
    if (!this.#asked.delete(cookie) || !line) return;
    Atomics.add(line.words, WORD.ABANDONED, 1);
    if (why === "deadline") {
      Atomics.add(line.words, WORD.LATE, 1);
      this.#late = true;
    }
    post(line, { abandon: cookie, why });
  }

  #receive(): void {
    const line = this.#line;
    if (!line) return;
    const answered = Atomics.load(line.words, WORD.ANSWERED);
    if (answered === this.#answered) return;
    this.#answered = answered;
    this.#late = false;
    for (;;) {
      const received = receiveMessageOnPort(line.port);
      if (!received) return;
      if (!isHandlerAnswer(received.message)) continue;
      const { cookie, reply } = received.message;
      this.#heldBytes -= this.#held.get(cookie) ?? 0;
      this.#held.delete(cookie);
      if (this.#asked.delete(cookie)) this.#ended.push({ cookie, reply });
    }
  }

  /** Another life of the worker: what the last one owed is the default's. */
  #renew(): void {
    const posted = Atomics.load(this.#posted, 0);
    if (posted === this.#renewed) return;
    this.#renewed = posted;
    this.#receive();
    let latest: { message?: unknown } | undefined;
    for (;;) {
      const received = receiveMessageOnPort(this.#control);
      if (!received) break;
      latest = received;
    }
    if (!latest) return; // it was here before its number
    const line = latest.message as HandlerLine | null;
    this.#line = line && { ...line, words: new Int32Array(line.state), wanted: wanted(line) };
    for (const cookie of this.#asked) this.#ended.push({ cookie, reply: null });
    this.#asked.clear();
    this.#held.clear();
    this.#heldBytes = 0;
    this.#answered = 0;
    this.#late = false;
  }

  #owed({ words }: Line): number {
    return (Atomics.load(words, WORD.STARTED) - Atomics.load(words, WORD.ANSWERED)) | 0;
  }

  #isFull(line: Line): boolean {
    if (this.#heldBytes > MOST_OWED_BYTES) this.#receive();
    return this.#owed(line) >= MOST_OWED || this.#heldBytes > MOST_OWED_BYTES;
  }

  /** It let a deadline pass, owes answers, and its event loop stands still. */
  #isSilent(line: Line): boolean {
    if (!this.#late) return false;
    this.#receive(); // its answer came while nobody waited for any
    if (!this.#late || this.#owed(line) === 0) return false;
    const age = (beatNow() - Atomics.load(line.words, WORD.BEAT)) & 0x3fffffff;
    return age > SILENT_MS;
  }
}

function post({ port }: Line, message: HandlerMessage): void {
  port.postMessage(message);
}

function wanted({ rules }: HandlerLine): Uint8Array {
  const table = new Uint8Array(256);
  for (const { opcodes } of rules) {
    if (opcodes === null) table.fill(1);
    else for (const { opcode } of opcodes) table[opcode] = 1;
  }
  return table;
}

/** Index of the first rule that takes it, -1 for none. */
function ruleFor(
  rules: readonly HandlerRule[],
  opcode: number,
  lun: number,
  cdb: Uint8Array,
): number {
  const takes = ({ opcode: wants, action }: NamedOpcode): boolean =>
    wants === opcode && (action === null || action === decodeCdb(cdb).serviceAction);
  return rules.findIndex(
    ({ opcodes, luns }) =>
      (luns === null || luns.includes(lun)) && (opcodes === null || opcodes.some(takes)),
  );
}
