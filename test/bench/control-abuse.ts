// SPDX-License-Identifier: MIT
// A hundred bad clients of a control socket at a time, and a good one beside them: bundled and started by
// control.js, ended by SIGTERM. Prints what was sent and what came back.
import { setTimeout as sleep } from "node:timers/promises";
import { ControlClient } from "../../src/session/control/client.js";
import { controlPath } from "../../src/session/join.js";
import { call, RawClient } from "../session/control/raw-client.js";

const CLIENTS = 100;
/** Of a client between two lives, on average. */
const PAUSE_MS = 20;
const SILENCE_MS = 500;
const GOOD_MS = 50;
const LINES = 8;
const FLOOD = 100 << 20;
const PIECE = Buffer.alloc(1 << 16, "x");

const path = controlPath(process.argv[2] ?? "");
const count = {
  lives: 0,
  /** Messages that are none, and the errors they were answered with. */
  garbage: 0,
  errors: 0,
  /** Lines without an end, the errors they were answered with, and the bytes the owner's socket took. */
  floods: 0,
  floodErrors: 0,
  floodBytes: 0,
  /** There were too many already. */
  turnedAway: 0,
  /** Of the good client. */
  calls: 0,
  failed: 0,
  slowestMs: 0,
};
let stopping = false;
process.once("SIGTERM", () => {
  stopping = true;
});

const below = (n: number): number => Math.floor(Math.random() * n);
const oneOf = <T>(list: readonly T[]): T => list[below(list.length)] as T;

/** Never a newline, never blank, never a request. */
const NONSENSE: readonly (() => string | Uint8Array)[] = [
  () => Uint8Array.from({ length: 1 + below(2000) }, () => 0x80 | below(128)),
  () => Uint8Array.from({ length: 1 + below(200) }, () => 0x21 + below(90)).fill(0x7b, 0, 1),
  () => call(1, "held").slice(0, 1 + below(30)),
  () => "[".repeat(1 + below(5000)),
  () => JSON.stringify({ jsonrpc: "1.0", id: below(1000), method: "held" }),
  () => call(below(1000), "x".repeat(below(3000))),
  () => call(below(1000), "held").replace('"held"', String(below(1000))),
  () => "null",
  () => "[]",
];

type Answer = { readonly error?: { readonly data?: { readonly kind?: string } } };

const isError = (answer: unknown): boolean => (answer as Answer | null)?.error !== undefined;

/** Each line waits for the answer to the one before. */
async function talkNonsense(client: RawClient): Promise<void> {
  for (let i = 0; i < LINES && !stopping; i++) {
    const answer = (await client.ask(oneOf(NONSENSE)())) as Answer;
    if (answer.error?.data?.kind === "busy") {
      count.turnedAway++;
      return;
    }
    count.garbage++;
    if (isError(answer)) count.errors++;
  }
  client.socket.end();
  await client.over;
}

/** Half a message, silence, and the end. */
async function fallSilent(client: RawClient): Promise<void> {
  client.send(call(1, "held").slice(0, 20));
  await sleep(SILENCE_MS);
  client.socket.end();
  const answers = await client.rest();
  if ((answers[0] as Answer | undefined)?.error?.data?.kind === "busy") {
    count.turnedAway++;
    return;
  }
  count.garbage++;
  if (answers.length === 1 && isError(answers[0])) count.errors++;
}

/** Writes until it is thrown out. */
async function flood(client: RawClient): Promise<void> {
  const { socket } = client;
  const written = new Promise<void>((resolve) => {
    let left = FLOOD;
    const next = (error?: Error | null): void => {
      if (!error) count.floodBytes += PIECE.length;
      left -= PIECE.length;
      if (error || left <= 0 || socket.destroyed) resolve();
      else socket.write(PIECE, next);
    };
    socket.write(PIECE, next);
  });
  await Promise.all([written, client.over]);
  count.floods++;
  if ((await client.rest()).some(isError)) count.floodErrors++;
}

const die =
  (last: string) =>
  async (client: RawClient): Promise<void> => {
    if (last !== "") client.send(last);
    client.socket.once("connect", () => client.socket.destroy());
    await client.over;
  };

const LIVES: readonly ((client: RawClient) => Promise<void>)[] = [
  talkNonsense,
  talkNonsense,
  talkNonsense,
  fallSilent,
  flood,
  die(""),
  die(call(1, "held").slice(0, 20)),
  die(`${call(1, "held")}\n`),
];

async function live(): Promise<void> {
  while (!stopping) {
    const client = new RawClient(path);
    try {
      await oneOf(LIVES)(client);
    } catch {
      count.garbage++; // without an answer
    }
    client.socket.destroy();
    count.lives++;
    await sleep(below(2 * PAUSE_MS));
  }
}

async function behave(client: ControlClient): Promise<void> {
  while (!stopping) {
    const begin = performance.now();
    count.calls++;
    await client.call("held").catch(() => count.failed++);
    count.slowestMs = Math.max(count.slowestMs, performance.now() - begin);
    await sleep(GOOD_MS);
  }
}

const good = await ControlClient.connect(path);
console.log("ready");
await Promise.all([behave(good), ...Array.from({ length: CLIENTS }, live)]);
good.close();
console.log(JSON.stringify(count));
