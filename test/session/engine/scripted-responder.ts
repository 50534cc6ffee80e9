// SPDX-License-Identifier: MIT
// A responder for engine tests that does what it is told, and the requests it is asked.
import type { CmdReq } from "../../../src/abi/event.js";
import type {
  Answer,
  Command,
  CommandKey,
  KnownCommand,
  LateAnswer,
  Responder,
} from "../../../src/target/responder.js";

export const lun = (n: number): Uint8Array => Uint8Array.of(0, n, 0, 0, 0, 0, 0, 0);

export function request(cid: number, opcode = 0x28, attribute = 0x20): CmdReq {
  const scb = new Uint8Array(16);
  scb[0] = opcode;
  scb[15] = cid & 0xff;
  return {
    type: "CMD_REQ",
    host_no: 3,
    cid,
    data_len: 4096,
    scb,
    lun: lun(1),
    attribute,
    tag: 0xfedcba9876543210n,
  };
}

export class ScriptedResponder implements Responder {
  readonly seen: Command[] = [];
  readonly finished: number[] = [];
  readonly refusals: [number, number][] = [];
  late: LateAnswer[] = [];
  owed = 0;
  aborted: CommandKey | null = null;
  onCommand: (command: Command, answer: Answer) => boolean = (command, answer) => {
    answer.len = command.dataLen;
    answer.uaddr = 0x7f12_3456_7000;
    return true;
  };
  onRefused: (answer: Answer) => boolean = () => false;
  onTask: () => void = () => {};

  runsAlone({ attribute }: Command): boolean {
    return attribute === 0x22;
  }
  command(command: Command, answer: Answer): boolean {
    this.seen.push({ ...command, cdb: command.cdb.slice() });
    return this.onCommand(command, answer);
  }
  dataMoved(_hostNo: number, _cid: number, answer: Answer): boolean {
    answer.status = 0;
    return true;
  }
  done(_hostNo: number, cid: number): void {
    this.finished.push(cid);
  }
  rejected(_hostNo: number, cid: number, why: number, answer: Answer): boolean {
    this.refusals.push([cid, why]);
    return this.onRefused(answer);
  }
  taskManagement(_hostNo: number, fn: number): number {
    this.onTask();
    return fn === 0x0d ? -17 : 0;
  }
  poll(): readonly LateAnswer[] {
    const ready = this.late;
    this.owed -= ready.length;
    this.late = [];
    return ready;
  }
  dueIn(): number {
    return -1;
  }
  holding = false;
  hold(): void {}
  sent(): void {}
  lose(): void {}
  answerWithSense(): boolean {
    return false;
  }
  find(): KnownCommand | null {
    return null;
  }
  close(): void {}
}
