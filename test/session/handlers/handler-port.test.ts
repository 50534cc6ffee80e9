// SPDX-License-Identifier: MIT
// The engine's end of the handlers' line, where the threads' timing is ours.
import { MessageChannel } from "node:worker_threads";
import { expect, it } from "vitest";
import { STATE_BYTES } from "../../../src/handler/protocol.js";
import { HandlerPort } from "../../../src/session/handlers/handler-port.js";

const RULE = { file: "f.js", opcodes: null, luns: null, deadlineMs: 1000, dataOut: false };
const REQUEST = {
  ...{ hostNo: 0, cid: 1, lun: 0, dataLen: 0, attribute: 0, tag: 0n, dataOut: null },
  cdb: new Uint8Array(16),
  unit: { blocks: 1, blockSize: 512, readOnly: false, serial: "S" },
};

it("keeps what it asked of a line that was there before its number", () => {
  const control = new MessageChannel();
  const line = new MessageChannel();
  const posted = new Int32Array(new SharedArrayBuffer(4));
  const link = { control: control.port2, posted: posted.buffer as SharedArrayBuffer };
  const port = new HandlerPort(link, () => {});
  control.port1.postMessage(null); // the last life has gone
  posted[0] = 1;
  const state = new SharedArrayBuffer(STATE_BYTES);
  control.port1.postMessage({ port: line.port1, state, rules: [RULE] }, [line.port1]);
  expect(port.claim(0, 0, REQUEST.cdb)).not.toBeNull();
  port.start(1, REQUEST);
  posted[0] = 2;
  expect(port.finished()).toEqual([]);
  control.port1.close();
  line.port2.close();
});
