// SPDX-License-Identifier: MIT
// A responder on fake memory, and an initiator that sends it CDBs in hex.
import { DefaultResponder } from "../../src/target/default-responder.js";
import type { Faults } from "../../src/target/faults.js";
import type { Handlers } from "../../src/target/handlers.js";
import { type Answer, type Command, emptyAnswer } from "../../src/target/responder.js";
import { parseLunSpecs } from "../../src/target/units/lun-spec.js";
import { openUnits } from "../../src/target/units/open-units.js";
import { FakeIo } from "./fake-io.js";

export { emptyAnswer };

export interface SendOptions {
  dataLen?: number;
  hostNo?: number;
  lun?: number;
  /** Task attribute; default SIMPLE. */
  attribute?: number;
  cid?: number;
  tag?: number;
}

export interface BenchOptions {
  specs?: readonly string[];
  dataOnlySupported?: boolean;
  /** Default false: nothing comes before the first command. */
  powerOnAttention?: boolean;
  io?: FakeIo;
  /** Commands that an earlier owner left. */
  inherited?: number;
  faults?: Faults;
  handlers?: Handlers;
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const STATUS_NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, "GOOD"],
  [0x02, "CHECK"],
  [0x08, "BUSY"],
  [0x28, "TASK SET FULL"],
  [0x40, "TASK ABORTED"],
]);

export class Bench {
  readonly io: FakeIo;
  readonly responder: DefaultResponder;
  readonly errors: unknown[] = [];
  cid = 0;
  /** The responder's clock. */
  nowMs = 0;

  constructor(options: BenchOptions = {}) {
    this.io = options.io ?? new FakeIo();
    const specs = parseLunSpecs(options.specs ?? ["0=ram:1M,serial=S0"]);
    const units = openUnits(this.io, specs, {
      sharedMemoryPrefix: "tgtctl-test",
      powerOnAttention: options.powerOnAttention ?? false,
      files: this.io.fileSystem,
    });
    this.responder = new DefaultResponder({
      io: this.io,
      units,
      wakeFd: 9,
      dataOnlySupported: options.dataOnlySupported ?? true,
      onError: (error) => this.errors.push(error),
      clock: () => this.nowMs,
      inherited: options.inherited ?? 0,
      ...(options.faults && { faults: options.faults }),
      ...(options.handlers && { handlers: options.handlers }),
    });
  }

  command(cdb: string | Uint8Array, options: SendOptions = {}): Command {
    const bytes = new Uint8Array(16);
    bytes.set(typeof cdb === "string" ? Buffer.from(cdb.replaceAll(" ", ""), "hex") : cdb);
    return {
      hostNo: options.hostNo ?? 0,
      cid: options.cid ?? ++this.cid,
      dataLen: options.dataLen ?? 65536,
      cdb: bytes,
      lun: options.lun ?? 0,
      attribute: options.attribute ?? 0x20,
      tagLow: options.tag ?? 0,
      tagHigh: 0,
    };
  }

  /** The answer, or null if it comes later. The command stays in flight (`cid`). */
  ask(cdb: string | Uint8Array, options: SendOptions = {}): Answer | null {
    const answer = emptyAnswer();
    return this.responder.command(this.command(cdb, options), answer) ? answer : null;
  }

  /** One to be filled in. */
  answer(): Answer {
    return emptyAnswer();
  }

  /** `status` and, where there are any, the bytes in hex: `GOOD 0011`, `CHECK 70000500...`. */
  text(answer: Answer | null): string {
    if (!answer) return "LATER";
    const name = STATUS_NAMES.get(answer.status) ?? String(answer.status);
    if (answer.len === 0) return name;
    return `${name} ${hex(this.io.bytesAt(answer.uaddr, answer.len))}`;
  }

  /** Sends, reads the answer, and lets the command end. */
  send(cdb: string | Uint8Array, options: SendOptions = {}): string {
    const text = this.text(this.ask(cdb, options));
    if (text !== "LATER") this.responder.done(options.hostNo ?? 0, this.cid);
    return text;
  }

  /** As `ask`, with data-out (hex), which is moved as the kernel would, and the answer after that. */
  askWith(cdb: string, data: string, options: SendOptions = {}): Answer | null {
    const bytes = Buffer.from(data.replaceAll(" ", ""), "hex");
    const first = this.ask(cdb, { dataLen: bytes.length, ...options });
    if (!first?.dataOnly) return first;
    this.io.bytesAt(first.uaddr, first.len).set(bytes.subarray(0, first.len));
    const answer = emptyAnswer();
    return this.responder.dataMoved(options.hostNo ?? 0, this.cid, answer) ? answer : null;
  }

  /** `askWith`, and the command ends; text as `sense`. */
  sendWith(cdb: string, data: string, options: SendOptions = {}): string {
    const text = senseOf(this.text(this.askWith(cdb, data, options)));
    if (text !== "LATER") this.responder.done(options.hostNo ?? 0, this.cid);
    return text;
  }

  /** `key/asc/ascq`, and the field pointer: `5/24/00 @2.7`; other answers as `send`. */
  sense(cdb: string | Uint8Array, options: SendOptions = {}): string {
    return senseOf(this.send(cdb, options));
  }
}

export function senseOf(text: string): string {
  if (!text.startsWith("CHECK ")) return text;
  const sense = Buffer.from(text.slice(6), "hex");
  const two = (at: number): string => sense.readUInt8(at).toString(16).padStart(2, "0");
  const main = `${sense.readUInt8(2).toString(16)}/${two(12)}/${two(13)}`;
  const flags = sense.readUInt8(15);
  if ((flags & 0x80) === 0) return main;
  return `${main} @${sense.readUInt16BE(16)}${flags & 0x08 ? `.${flags & 7}` : ""}`;
}

/** A megabyte of `file:` at LUN 0. */
export function diskBench(options: { size?: number; dataOnlySupported?: boolean } = {}): Bench {
  const io = new FakeIo();
  io.make("/disk", options.size ?? 2 ** 20);
  const { dataOnlySupported = true } = options;
  return new Bench({ io, specs: ["0=file:/disk"], dataOnlySupported });
}

/** `rw=0 +offset/len` relative to the only mapped store. */
export function place(bench: Bench, answer: Answer | null): string {
  if (!answer) return "LATER";
  if (answer.status !== 0) return senseOf(bench.text(answer));
  const offset = answer.uaddr - Number(bench.io.regions[0]?.address);
  return `rw=${answer.rw} +${offset}/${answer.len}${answer.dataOnly ? " data only" : ""}`;
}
