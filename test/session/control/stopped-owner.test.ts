// SPDX-License-Identifier: MIT
// An owner that is stopped when it is asked: what those asked who have left by then is not done.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ControlClient } from "../../../src/session/control/client.js";
import { simulatorSocketPath } from "../../../src/session/control/socket-path.js";
import type { EngineStatus } from "../../../src/session/engine/verbs.js";
import { call, RawClient } from "./raw-client.js";

const BIN = join(import.meta.dirname, "../../../bin/tgtctl.js");
const device = `sim:name=stopped-${process.pid}`;
let owner: ChildProcess;
let path: string;

beforeEach(async () => {
  owner = spawn(process.execPath, [BIN, "serve", "-D", `${device},rate=10`, "--quiet"]);
  await once(owner.stdout ?? owner, "data");
  path = simulatorSocketPath(`stopped-${process.pid}`);
});
afterEach(async () => {
  owner.kill("SIGCONT");
  owner.kill("SIGINT");
  await once(owner, "exit");
});

const HOLD = `${call(1, "hold", {})}\n`;
const BREAK = `${call(2, "break.add", { expression: "type == CMD_REQ" })}\n`;

async function asked(client: RawClient, text: string): Promise<RawClient> {
  await new Promise<void>((sent) => client.socket.write(text, () => sent()));
  return client;
}

it("does nothing of it when it goes on, and what the others asked", async () => {
  const early = new RawClient(path);
  expect(await early.ask(call(0, "held", {}))).toMatchObject({ result: { on: false } });
  owner.kill("SIGSTOP");
  await asked(early, HOLD);
  const late = await asked(new RawClient(path), BREAK);
  const stays = await asked(new RawClient(path), `${call(3, "fault.list", {})}\n`);
  for (const { socket, over } of [early, late]) {
    socket.destroy();
    await over;
  }
  owner.kill("SIGCONT");
  expect(await stays.lines(1)).toMatchObject([{ id: 3, result: { faults: [] } }]);
  const client = await ControlClient.connect(path);
  const status = (await client.call("engine.status")) as EngineStatus;
  expect(status).toMatchObject({ hold: { on: false }, breakpoints: [] });
  client.close();
  stays.socket.destroy();
});
