// SPDX-License-Identifier: MIT
// A hundred clients that send garbage, too much, half of something, and die, beside a good one.
import { readdirSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { EngineHandle } from "../../../src/session/engine/engine-link.js";
import { ControlBench } from "./control-bench.js";
import { call, RawClient, until } from "./raw-client.js";

const SOAK = process.env.TGTCTL_SOAK !== undefined;
const ROUNDS = SOAK ? 40 : 4;
const ENDLESS_BYTES = SOAK ? 100e6 : 4e6;
const CLIENTS = 100;
/** Over what it was after a first round; far less than was sent. V8 does not give back at once what it has freed. */
const MOST_GROWTH = 192e6;

let bench: ControlBench;
let waits = 0;
const engine: EngineHandle = (method, params, reply) => {
  if (method === "wait") waits++;
  else if (method === "big") reply({ result: "x".repeat(200_000) });
  else reply({ result: params });
};

beforeEach(async () => {
  bench = await ControlBench.start();
  bench.turn(engine);
});
afterEach(() => bench.close());

const errors = (answers: unknown[]): number[] =>
  answers.map((answer) => (answer as { error: { code: number } }).error.code);

type Abuse = (client: RawClient, seed: number) => Promise<void>;

const ABUSES: Abuse[] = [
  async function garbage(client) {
    const lines = ["{", "null", '{"jsonrpc":"2.0"}', "[]", call(1, "__proto__"), "\0\x01"];
    client.send(lines.map((line) => `${line}\n`.repeat(50)).join(""));
    const codes = [-32700, -32600, -32600, -32600, -32601, -32700];
    expect(errors(await client.lines(300))).toEqual(codes.flatMap((code) => Array(50).fill(code)));
  },
  async function randomBytes(client, seed) {
    let state = seed + 1;
    const bytes = Buffer.alloc(20_000);
    for (let i = 0; i < bytes.length; i++) {
      state = (state * 1103515245 + 12345) % 2 ** 31;
      bytes[i] = 0x80 | (state >> 16);
      if (i % 50 === 49) bytes[i] = 10;
    }
    expect(errors(await client.send(bytes).lines(400))).toEqual(Array(400).fill(-32700));
  },
  async function endless(client) {
    const piece = Buffer.alloc(1 << 20, "x");
    let sent = 0;
    const more = (): void => {
      sent += piece.length;
      if (sent < ENDLESS_BYTES && client.socket.writable) client.socket.write(piece, more);
    };
    more();
    expect(errors(await client.lines(1))).toEqual([-32600]);
    await client.over;
  },
  async function half(client) {
    await new Promise<void>((sent) =>
      client.socket.write('{"jsonrpc":"2.0","id":1,', () => sent()),
    );
  },
  async function dying(client) {
    const before = waits;
    for (let id = 0; id < 4; id++) client.send(`${call(id, "wait")}\n`);
    await until(() => waits >= before + 4);
  },
  async function dripping(client) {
    for (const char of `${call(1, "echo", ["é"])}\r\n`) {
      client.send(char);
      await new Promise((later) => setTimeout(later, 1));
    }
    expect(await client.lines(1)).toEqual([{ jsonrpc: "2.0", id: 1, result: ["é"] }]);
  },
  async function deaf(client) {
    client.socket.pause();
    for (let id = 0; id < 30; id++) client.send(`${call(id, "big")}\n`);
    await until(() => client.socket.writableLength === 0);
  },
  async function mute() {},
];

async function round(number: number): Promise<void> {
  const abusers = Array.from({ length: CLIENTS }, () => new RawClient(bench.room.path));
  await Promise.all(
    abusers.map(async (client, i) => {
      await ABUSES[i % ABUSES.length]?.(client, number * CLIENTS + i);
      client.socket.destroy();
    }),
  );
}

it("costs the good one no answer, and leaves nothing behind", { timeout: 600_000 }, async () => {
  const good = await bench.connect();
  let calls = 0;
  let over = false;
  const calling = (async () => {
    while (!over) {
      expect(await good.call("echo", { calls })).toEqual({ calls });
      calls++;
    }
  })();
  await round(0);
  const descriptors = (): number => readdirSync("/proc/self/fd").length;
  // all gone but for the good one's two ends
  await new Promise((later) => setTimeout(later, 1000));
  const [before, rss] = [descriptors(), process.memoryUsage.rss()];
  for (let number = 1; number <= ROUNDS; number++) await round(number);
  await until(() => descriptors() <= before);
  expect(process.memoryUsage.rss() - rss).toBeLessThan(MOST_GROWTH);
  over = true;
  await calling;
  expect(calls).toBeGreaterThan(10);
  expect(bench.remarks).toEqual([]);
  // there is room for as many again
  const others = await Promise.all(Array.from({ length: CLIENTS }, () => bench.connect()));
  for (const client of [good, ...others]) client.close();
});
