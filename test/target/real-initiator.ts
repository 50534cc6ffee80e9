// SPDX-License-Identifier: MIT
// A responder over the real addon, and an initiator that waits for each answer, with the kernel between them.
import { expect } from "vitest";
import { native } from "../../src/device/native.js";
import { decodeSense } from "../../src/scsi/sense.js";
import { DefaultResponder } from "../../src/target/default-responder.js";
import { type Answer, emptyAnswer } from "../../src/target/responder.js";
import { parseLunSpecs } from "../../src/target/units/lun-spec.js";
import { openUnits } from "../../src/target/units/open-units.js";

const shim = native();

export class RealInitiator {
  readonly responder: DefaultResponder;
  readonly #wakeFd = shim.wakeFd();
  #cid = 0;

  /** Memory without a name, no unit attention at first. */
  constructor(spec: string) {
    const units = openUnits(shim, parseLunSpecs([spec]), {
      sharedMemoryPrefix: null,
      powerOnAttention: false,
    });
    const wakeFd = this.#wakeFd;
    this.responder = new DefaultResponder({ io: shim, units, wakeFd, dataOnlySupported: true });
  }

  close(): void {
    this.responder.close();
    shim.close(this.#wakeFd);
  }

  /** Sends data-out, if any, and returns "" for GOOD, `key/INFORMATION` for CHECK CONDITION. */
  send(cdb: Uint8Array, data: Buffer = Buffer.alloc(0)): string {
    const answer = this.#answer(cdb, data.length, data);
    let text = "";
    if (answer.status === 2) {
      const { key = -1, information = null } = decodeSense(bytesOf(answer)) ?? {};
      text = `${key}/${information}`;
    } else expect(answer.status).toBe(0);
    this.responder.done(0, this.#cid);
    return text;
  }

  /** The data of a command that must be GOOD. */
  fetch(cdb: Uint8Array, length: number): Buffer {
    const answer = this.#answer(cdb, length);
    expect(answer.status).toBe(0);
    const data = bytesOf(answer);
    this.responder.done(0, this.#cid);
    return data;
  }

  #answer(cdb: Uint8Array, dataLen: number, data?: Buffer): Answer {
    const cid = ++this.#cid;
    const padded = new Uint8Array(16);
    padded.set(cdb);
    const tag = { tagLow: 0, tagHigh: 0 };
    const command = { ...tag, hostNo: 0, cid, lun: 0, attribute: 0x20, dataLen, cdb: padded };
    const first = this.#settled((answer) => this.responder.command(command, answer));
    if (data && first.rw === 1 && first.len > 0) {
      shim.poke(BigInt(first.uaddr), data.subarray(0, first.len));
    }
    if (!first.dataOnly) return first;
    return this.#settled((answer) => this.responder.dataMoved(0, cid, answer));
  }

  #settled(ask: (answer: Answer) => boolean): Answer {
    const answer = emptyAnswer();
    if (ask(answer)) return answer;
    for (;;) {
      expect(shim.wait(-1, this.#wakeFd, 20_000, null)).not.toBe(0);
      const [late] = this.responder.poll();
      if (late) return late.answer;
    }
  }
}

function bytesOf({ uaddr, len }: Answer): Buffer {
  const bytes = Buffer.alloc(len);
  shim.peek(BigInt(uaddr), bytes);
  return bytes;
}
