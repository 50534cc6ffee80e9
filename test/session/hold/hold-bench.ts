// SPDX-License-Identifier: MIT
// An engine with the real responder on fake memory, against a kernel that judges each answer by what
// it knows of the command, moves data, and says CMD_DONE.
import type { CmdReq, CmdRsp, TgtEvent } from "../../../src/abi/event.js";
import { Engine } from "../../../src/session/engine/engine.js";
import { EngineCounters } from "../../../src/session/engine/engine-counters.js";
import type { HeldItem } from "../../../src/session/hold/hold.js";
import { Bench, type BenchOptions } from "../../target/bench.js";
import { FakeIo } from "../../target/fake-io.js";
import { FakeKernel } from "../engine/fake-kernel.js";

export const ABORT_TASK = 0x0d;
export const CLEAR_TASK_SET = 0x0e;
export const ORDERED = 0x22;
export const ENOENT = -2;
export const EFAULT = -14;
export const EPROTO = -71;
export const EALREADY = -114;
const BUSY = 8;
const DROPPED = 0x20;
const DATA_ONLY = 0x80;

export interface Sending {
  readonly dataLen?: number;
  readonly hostNo?: number;
  readonly lun?: number;
  readonly attribute?: number;
  /** Default: the next; given again, the kernel uses the name again. */
  readonly cid?: number;
}

interface Known {
  readonly hostNo: number;
  readonly lun: number;
  /** Data of a data-only answer, at once. */
  moved: boolean;
}

/** CDBs by what they need: nothing, data-in, data-out, data-only (a buffer of its own), store work. */
export const TEST_UNIT_READY = "00 00 00 00 00 00";
export const INQUIRY = "12 00 00 00 ff 00";
export const READ = "28 00 00000000 00 0001 00";
export const WRITE = "2a 00 00000000 00 0001 00";
export const COMPARE_AND_WRITE = "89 00 0000000000000000 000000 01 00 00";
export const SYNCHRONIZE = "35 00 00000000 00 0000 00";

const lunBytes = (lun: number): Uint8Array => Uint8Array.of(0, lun, 0, 0, 0, 0, 0, 0);

export class HoldBench {
  readonly kernel: FakeKernel;
  readonly io = new FakeIo();
  readonly target: Bench;
  readonly engine: Engine;
  /** What was asked of onHold. */
  readonly holds: boolean[] = [];
  changes = 0;
  /** By cid: what the kernel has not ended. */
  readonly known = new Map<number, Known>();
  /** Verdicts that the kernel gives once, before its own, by cid. */
  readonly refuse = new Map<number, number>();
  /** Each answer that was taken: `cid status`, `cid data`, `mid result`. */
  readonly taken: string[] = [];
  /** Each that was not. */
  readonly refused: string[] = [];
  /** Answers to commands of the host that are over or answered, or that lie in no memory. */
  readonly strays: string[] = [];
  /** Not in kuring yet. */
  readonly #dones: TgtEvent[] = [];
  /** Aborted after their data had moved. */
  readonly #aborted = new Set<number>();
  /** LUNs of commands whose answers were dropped, or were 0x20, by cid: the initiator will abort them. */
  readonly dropped = new Map<number, number>();
  readonly #luns = new Map<number, number>();
  #cid = 0;

  constructor(options: BenchOptions & { telemetry?: boolean } = {}) {
    const { telemetry = true, ...target } = options;
    this.kernel = new FakeKernel(telemetry);
    this.io.make("/disk", 2 ** 20);
    this.target = new Bench({ io: this.io, specs: ["0=file:/disk", "1=ram:1M"], ...target });
    this.engine = new Engine({
      device: this.kernel,
      responder: this.target.responder,
      counters: new EngineCounters(),
      journal: null,
      wakeFd: 9,
      onHold: (on) => this.holds.push(on),
      onChange: () => this.changes++,
    });
    this.kernel.verdict = (event) => this.#judge(event);
    this.kernel.react = (event, verdict) => this.#react(event, verdict);
  }

  get control() {
    return this.engine.control;
  }

  /** cids and mids of what is held, in order; mids as `mid 7`. */
  get held(): (number | string)[] {
    return this.control
      .held()
      .map((item) => (item.kind === "answer" ? item.cid : `mid ${item.midLow}`));
  }

  /** Publishes a CMD_REQ whose tag is its cid; `run` has the engine look. */
  publish(cdb: string, sending: Sending = {}): number {
    const { dataLen = 0, hostNo = 3, lun = 0, attribute = 0x20 } = sending;
    const cid = sending.cid ?? ++this.#cid;
    const scb = new Uint8Array(16);
    scb.set(Buffer.from(cdb.replaceAll(" ", ""), "hex"));
    const request: CmdReq = {
      ...{ type: "CMD_REQ", host_no: hostNo, cid, data_len: dataLen, scb, attribute },
      ...{ lun: lunBytes(lun), tag: BigInt(cid) },
    };
    this.#luns.set(cid, lun);
    this.known.set(cid, { hostNo, lun, moved: false });
    this.kernel.publish(request);
    return cid;
  }

  send(cdb: string, sending: Sending = {}): number {
    const cid = this.publish(cdb, sending);
    this.run();
    return cid;
  }

  /** Its mid is the tag plus 1000. */
  manage(fn: number, tag: number, hostNo = 3, lun = 0): void {
    const mid = BigInt(tag + 1000);
    const task = { host_no: hostNo, function: fn, tag: BigInt(tag), lun: lunBytes(lun), mid };
    this.kernel.publish({ type: "TSK_MGMT_REQ", ...task });
    this.run();
  }

  /** What the engine's thread does at a wake-up. */
  run(): void {
    do {
      while (this.#dones[0] && this.kernel.publish(this.#dones[0])) this.#dones.shift();
      this.engine.settle();
      this.engine.drain();
    } while (this.#dones.length > 0);
  }

  jobEnds(): void {
    this.io.finishJob();
    this.run();
  }

  /** The prepared answer to a command, which must be held. */
  item(cid: number, hostNo = 3) {
    const item = this.control.answer(hostNo, cid);
    if (!item) throw new Error(`${cid} is not held`);
    return item;
  }

  release(
    cid: number,
    set: Record<string, bigint> = {},
    sense: [number, number, number] | null = null,
  ) {
    const [key = 0, asc = 0, ascq = 0] = sense ?? [];
    const edit = { set: new Map(Object.entries(set)), sense: sense && { key, asc, ascq } };
    const sent = this.control.release(this.item(cid), edit);
    this.run();
    return sent;
  }

  drop(item: HeldItem): void {
    this.control.drop(item);
    if (item.kind === "answer") this.dropped.set(item.cid, this.#luns.get(item.cid) ?? 0);
  }

  step(count = 1) {
    const sent = this.control.step(count);
    this.run();
    return sent;
  }

  goOn() {
    const sent = this.control.goOn();
    this.run();
    return sent;
  }

  /** Nothing is in flight, in a task set, or in memory of its own. */
  leftovers(): string[] {
    const { responder, errors } = this.target;
    const left = errors.map(String);
    if (responder.inFlight > 0) left.push(`${responder.inFlight} in flight`);
    for (const { lun, users, tasks } of responder.units()) {
      if (users > 0 || tasks.size > 0) left.push(`LUN ${lun}: ${users} users, ${tasks.size} tasks`);
    }
    const own = this.io.arenas.filter(({ size }) => size === 1024);
    if (own.length > 0) left.push(`${own.length} buffers`);
    return left;
  }

  #judge(event: TgtEvent): number {
    if (event.type !== "CMD_RSP" || !("uaddr" in event)) return 0;
    const once = this.refuse.get(event.cid);
    this.refuse.delete(event.cid);
    const verdict = verdictOf(event, this.known.get(event.cid));
    const { cid, len, uaddr, host_no } = event;
    const lost = len > 0 && !this.io.isMapped(Number(uaddr), len);
    // BUSY to one whose data had moved when it was aborted: the engine hears of that after the abort.
    const late = event.result === BUSY && this.#aborted.has(cid);
    const stray = verdict < 0 && !late;
    if (host_no === 3 && (stray || lost)) this.strays.push(`${cid} ${verdict}`);
    return once ?? verdict;
  }

  #react(event: TgtEvent, verdict: number): void {
    if (event.type === "TSK_MGMT_RSP" && "mid" in event) {
      this.taken.push(`mid ${event.mid} ${event.result}`);
      if (event.result === 0) this.#abort(Number(event.mid) - 1000);
    }
    if (event.type !== "CMD_RSP" || !("uaddr" in event)) return;
    const { cid, result, rw, host_no } = event;
    const text = rw & DATA_ONLY ? `${cid} data` : `${cid} ${result.toString(16)}`;
    (verdict < 0 ? this.refused : this.taken).push(text);
    const command = this.known.get(cid);
    if (verdict < 0 || !command) return;
    if (result === DROPPED) {
      this.dropped.set(cid, command.lun);
      this.known.delete(cid);
      return;
    }
    this.#dones.push({ type: "CMD_DONE", host_no, cid, result });
    if (rw & DATA_ONLY) command.moved = true;
    else this.known.delete(cid);
  }

  /** ABORT TASK's; of the others no test here needs more. */
  #abort(tag: number): void {
    if (this.known.get(tag)?.moved) this.#aborted.add(tag);
    this.known.delete(tag);
  }
}

function verdictOf({ host_no, rw, len, result }: CmdRsp, command: Known | undefined): number {
  if (!command || command.hostNo !== host_no) return ENOENT;
  if (result === DROPPED) return 0;
  return (rw & DATA_ONLY) !== 0 && (len === 0 || result !== 0) ? EPROTO : 0;
}
