// SPDX-License-Identifier: MIT
// The control socket as JSON-RPC 2.0 has it, what it refuses, and what it limits.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import type { Socket } from "node:net";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { TgtctlError } from "../../../src/errors.js";
import { isServed, peerOf } from "../../../src/session/control/peer.js";
import {
  MOST_BATCH,
  MOST_BYTES_IN,
  MOST_BYTES_OUT,
  MOST_CLIENTS,
  MOST_DEPTH,
  MOST_QUEUED,
  MOST_REQUESTS,
  PROTOCOL,
} from "../../../src/session/control/protocol.js";
import type { Client, Method } from "../../../src/session/control/requests.js";
import { ControlServer } from "../../../src/session/control/server.js";
import { call, RawClient, socketRoom, until } from "./raw-client.js";

const room = socketRoom();
const notified: unknown[] = [];
/** Of the calls of `wait`, in order. */
let waiting: { client: Client; answer(result: unknown): void; fail(error: Error): void }[] = [];
const methods: Record<string, Method> = {
  echo: (params) => params,
  nothing: () => undefined,
  later: async (params) => params,
  note: (params) => notified.push(params),
  who: (_params, { peer }) => peer,
  big: (params) => "x".repeat((params as { bytes: number }).bytes - 2),
  bigint: () => 1n,
  oops: () => {
    throw new RangeError("oops");
  },
  fail: async (params) => {
    const { kind } = params as { kind: "busy" };
    throw new TgtctlError(kind, `failed: ${kind}`, "do this");
  },
  wait: (_params, client) => new Promise((answer, fail) => waiting.push({ client, answer, fail })),
};

let server: ControlServer;
let raw: RawClient;
const open: RawClient[] = [];
function connect(): RawClient {
  const client = new RawClient(room.path);
  open.push(client);
  return client;
}

beforeEach(async () => {
  waiting = [];
  notified.length = 0;
  const hello = { version: "1.2.3", pid: process.pid, device: "/dev/tgt" };
  server = await ControlServer.listen({ path: room.path, methods, hello });
  raw = connect();
});
afterEach(async () => {
  for (const { socket } of open.splice(0)) socket.destroy();
  await server.close();
});
afterAll(room.empty);

const result = (id: unknown, value: unknown): object => ({ jsonrpc: "2.0", id, result: value });
const refused = (id: unknown, code: number, kind: string): object => ({
  jsonrpc: "2.0",
  id,
  error: {
    code,
    message: expect.stringMatching(/^[^\n]+$/),
    data: { kind, remedy: expect.stringMatching(/^[^\n]+$/) },
  },
});

describe("a request", () => {
  it.each([
    ["a string", '"a\\u0000\\ud83d\\ude00"', "a\0😀"],
    ["a lone surrogate", '"\\ud800"', "\ud800"],
    ["empty", '""', ""],
    ["a number", "7", 7],
    ["below zero", "-1", -1],
    ["a fraction", "0.5", 0.5],
    ["null", "null", null],
  ])("gets its id back: %s", async (_name, id, value) => {
    const text = `{"jsonrpc":"2.0","id":${id},"method":"echo","params":["é"]}`;
    expect(await raw.ask(text)).toEqual(result(value, ["é"]));
  });

  it("is answered with what the method returns, now or later", async () => {
    expect(await raw.ask(call(1, "nothing"))).toEqual(result(1, null));
    expect(await raw.ask(call(2, "echo"))).toEqual(result(2, null));
    expect(await raw.ask(call(3, "later", { a: [{}] }))).toEqual(result(3, { a: [{}] }));
    expect(await raw.ask(`${call(4, "later", [])}\r`)).toEqual(result(4, []));
    const { pid } = process;
    expect(await raw.ask(call(5, "who"))).toMatchObject(result(5, { pid }));
    expect(await raw.ask(call(6, "hello"))).toEqual(
      result(6, {
        ...{ protocol: PROTOCOL, version: "1.2.3", pid, device: "/dev/tgt" },
        methods: [...Object.keys(methods), "hello", "subscribe"].sort(),
      }),
    );
  });

  it("does not wait for the answers to earlier ones", async () => {
    raw.send(`${call(1, "wait")}\n${call(2, "echo", [])}\n`);
    expect(await raw.lines(1)).toEqual([result(2, [])]);
    waiting[0]?.answer("at last");
    expect(await raw.lines(1)).toEqual([result(1, "at last")]);
  });

  it.each(["busy", "io", "abiMismatch", "permission", "undecodable", "found"])(
    "that fails tells the kind of error and the remedy: %s",
    async (kind) => {
      expect(await raw.ask(call(1, "fail", { kind }))).toEqual({
        jsonrpc: "2.0",
        id: 1,
        error: { code: -32000, message: `failed: ${kind}`, data: { kind, remedy: "do this" } },
      });
    },
  );

  it.each([
    ["usage is one of the parameters", call(1, "fail", { kind: "usage" }), -32602, "usage"],
    ["a bug", call(1, "oops"), -32603, "internal"],
    ["a bug that says so", call(1, "fail", { kind: "internal" }), -32603, "internal"],
    ["no JSON", call(1, "bigint"), -32603, "internal"],
    ["too large", call(1, "big", { bytes: MOST_BYTES_OUT + 1 }), -32000, "busy"],
  ])("that fails: %s", async (_name, text, code, kind) => {
    expect(await raw.ask(text)).toEqual(refused(1, code, kind));
  });

  it("may get as much as one message holds", async () => {
    const answer = await raw.ask(call(1, "big", { bytes: MOST_BYTES_OUT }));
    expect(answer).toEqual(result(1, "x".repeat(MOST_BYTES_OUT - 2)));
  });
});

const deep = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

describe("what is none", () => {
  it.each<[string, string | Uint8Array, number, unknown]>([
    ["no JSON", "{oops", -32700, null],
    ["several in a line", `${call(1, "echo")} ${call(2, "echo")}`, -32700, null],
    ["NUL", "\0", -32700, null],
    ["HTTP", "GET / HTTP/1.1", -32700, null],
    ["a BOM", `\ufeff${call(1, "echo")}`, -32700, null],
    ["no UTF-8", Uint8Array.of(0x22, 0xff, 0x22), -32700, null],
    ["a number", "1", -32600, null],
    ["null", "null", -32600, null],
    ["a string", '"hello"', -32600, null],
    ["no version", '{"id":1,"method":"echo"}', -32600, 1],
    ["version 1", '{"jsonrpc":"1.0","id":"a","method":"echo"}', -32600, "a"],
    ["no method", '{"jsonrpc":"2.0","id":1}', -32600, 1],
    ["an answer", '{"jsonrpc":"2.0","id":1,"result":1}', -32600, 1],
    ["method 1", '{"jsonrpc":"2.0","id":1,"method":1}', -32600, 1],
    ["an object for an id", '{"jsonrpc":"2.0","id":{},"method":"echo"}', -32600, null],
    ["true for an id", '{"jsonrpc":"2.0","id":true,"method":"echo"}', -32600, null],
    ["an id beyond 2^53", '{"jsonrpc":"2.0","id":9007199254740993,"method":"echo"}', -32600, null],
    ["an endless id", '{"jsonrpc":"2.0","id":1e999,"method":"echo"}', -32600, null],
    ["params that are a string", call(1, "echo", "x"), -32600, 1],
    ["params that are null", call(1, "echo", null), -32600, 1],
    ["an empty batch", "[]", -32600, null],
    ["a large batch", JSON.stringify(Array(MOST_BATCH + 1).fill(1)), -32600, null],
    ["deep", call(1, "echo").replace("}", `,"params":${deep(MOST_DEPTH)}}`), -32600, null],
    ["as deep as a message holds", deep(MOST_BYTES_IN / 2), -32600, null],
    ["as deep as a message holds, open", "[".repeat(MOST_BYTES_IN), -32700, null],
    ["as deep as a message holds, objects", '{"a":'.repeat(MOST_BYTES_IN / 5), -32700, null],
    ["an unknown method", call(1, "ech"), -32601, 1],
    ["a long name", call(1, "x".repeat(60_000)), -32601, 1],
    ["a name of Object's", call(1, "toString"), -32601, 1],
    ["__proto__", call(1, "__proto__"), -32601, 1],
    ["constructor", call(1, "constructor", []), -32601, 1],
    ["__proto__ in params", call(1, "echo").replace("}", ',"params":{"__proto__":{}}}'), -32602, 1],
    [
      "__proto__ inside, in disguise",
      call(1, "echo").replace("}", ',"params":[{"a":{"\\u005f_proto__":{"x":1}}}]}'),
      -32602,
      1,
    ],
  ])("is told so, and the next is answered: %s", async (_name, message, code, id) => {
    const kind = code === -32700 ? "undecodable" : "usage";
    const answer = await raw.ask(message);
    expect(answer).toEqual(refused(id, code, kind));
    expect(JSON.stringify(answer).length).toBeLessThan(1000);
    expect(await raw.ask(call(9, "echo", []))).toEqual(result(9, []));
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it("is as deep as may be", async () => {
    const text = call(1, "echo").replace("}", `,"params":${deep(MOST_DEPTH - 1)}}`);
    expect(await raw.ask(text)).toEqual(result(1, JSON.parse(deep(MOST_DEPTH - 1))));
  });

  it("is a line that does not end: told, and not read any further", async () => {
    let sent = 0;
    const piece = Buffer.alloc(1 << 16, "x");
    const more = (): void => {
      sent += piece.length;
      if (sent < 50 << 20 && raw.socket.writable) raw.socket.write(piece, more);
    };
    more();
    expect(await raw.lines(1)).toEqual([refused(null, -32600, "usage")]);
    await raw.over;
    expect(sent).toBeLessThan(5 << 20);
    await until(() => server.clients === 0);
  });

  it("is half a message, then the end", async () => {
    raw.socket.end('{"jsonrpc":"2.0"');
    expect(await raw.rest()).toEqual([refused(null, -32700, "undecodable")]);
  });
});

describe("notifications and batches", () => {
  const note = (params: unknown): object => ({ jsonrpc: "2.0", method: "note", params });

  it("a notification gets no answer, whatever becomes of it", async () => {
    const bad = ["oops", "fail", "none", "later"].map((method) => ({ jsonrpc: "2.0", method }));
    for (const one of [note([1]), ...bad, note([2])]) raw.send(`${JSON.stringify(one)}\n`);
    expect(await raw.ask(call(1, "echo"))).toEqual(result(1, null));
    expect(notified).toEqual([[1], [2]]);
  });

  it("a batch is answered in one array, in its order, when all is done", async () => {
    const parts = [call(1, "wait"), call(2, "echo", [2]), "7", "[]", call(3, "none")];
    raw.send(`[${[JSON.stringify(note([1])), ...parts].join(",")}]\n`);
    raw.send(`[${JSON.stringify(note([2]))}]\n`);
    expect(await raw.ask(call(4, "echo"))).toEqual(result(4, null));
    waiting[0]?.answer("done");
    expect(await raw.lines(1)).toEqual([
      [
        result(1, "done"),
        result(2, [2]),
        refused(null, -32600, "usage"),
        refused(null, -32600, "usage"),
        refused(3, -32601, "usage"),
      ],
    ]);
    expect(notified).toEqual([[1], [2]]);
  });

  it("a batch gets no more than one message holds", async () => {
    const third = Math.floor(MOST_BYTES_OUT / 3);
    const parts = [1, 2, 3, 4].map((id) => call(id, "big", { bytes: third }));
    const answers = (await raw.ask(`[${parts.join(",")}]`)) as unknown[];
    expect(answers.slice(0, 3)).toEqual([1, 2, 3].map((id) => result(id, expect.anything())));
    expect(answers[3]).toEqual(refused(4, -32000, "busy"));
  });
});

describe("limits", () => {
  it("requests without an answer, of each client", async () => {
    for (let id = 0; id < MOST_REQUESTS; id++) raw.send(`${call(id, "wait")}\n`);
    expect(await raw.ask(call("one more", "wait"))).toEqual(refused("one more", -32000, "busy"));
    expect(await connect().ask(call(1, "later"))).toEqual(result(1, null));
    for (const { answer } of waiting) answer(1);
    expect(await raw.lines(MOST_REQUESTS)).toHaveLength(MOST_REQUESTS);
    expect(await raw.ask(call(1, "later"))).toEqual(result(1, null));
  });

  it("clients; those beyond are told so", async () => {
    const others = Array.from({ length: MOST_CLIENTS - 1 }, connect);
    await Promise.all(others.map((other) => other.ask(call(1, "echo"))));
    const beyond = connect();
    expect(await beyond.rest()).toEqual([refused(null, -32000, "busy")]);
    expect(server.clients).toBe(MOST_CLIENTS);
    // a crowd: some are told, those that are too many even for that are closed
    const crowd = await Promise.all(Array.from({ length: 200 }, () => connect().rest()));
    for (const answers of crowd) {
      for (const answer of answers) expect(answer).toEqual(refused(null, -32000, "busy"));
    }
    expect(crowd.filter((answers) => answers.length > 0).length).toBeGreaterThan(100);
    others[0]?.socket.destroy();
    await until(() => server.clients < MOST_CLIENTS);
    expect(await connect().ask(call(1, "echo"))).toEqual(result(1, null));
  });

  it("a client that does not read is dropped when too much waits for it", async () => {
    raw.socket.pause();
    for (let id = 0; id < 20; id++) raw.send(`${call(id, "wait")}\n`);
    await until(() => waiting.length === 20);
    for (const { answer } of waiting) answer("x".repeat(MOST_QUEUED / 8));
    await until(() => server.clients === 0);
    expect(waiting.every(({ client }) => client.signal.aborted)).toBe(true);
  });

  it("a client that asks faster than it reads is read no faster", async () => {
    raw.socket.pause();
    const piece = `${call(1, "big", { bytes: 1000 })}\n`.repeat(1000);
    const all = 20;
    for (let i = 0; i < all; i++) raw.send(piece);
    expect(await connect().ask(call(1, "echo"))).toEqual(result(1, null));
    raw.socket.resume();
    expect(await raw.lines(all * 1000)).toHaveLength(all * 1000);
  });
});

describe("the end of a connection", () => {
  it("is not the end of what was asked, as long as somebody listens", async () => {
    raw.socket.end(`${call(1, "wait")}\n${call(2, "echo")}\n`);
    expect(await raw.lines(1)).toEqual([result(2, null)]);
    waiting[0]?.answer("late");
    expect(await raw.rest()).toEqual([result(1, "late")]);
  });

  it("with nobody left to listen: what is under way is forgotten", async () => {
    for (const half of [false, true]) {
      waiting = [];
      const dying = connect().send(`${call(1, "wait")}\n${call(2, "wait")}\n`);
      await until(() => waiting.length === 2);
      if (half) await new Promise<void>((sent) => dying.socket.end(sent));
      if (half) await new Promise((later) => setTimeout(later, 50));
      expect(waiting[0]?.client.signal.aborted).toBe(false);
      dying.socket.destroy();
      await until(() => waiting.every(({ client }) => client.signal.aborted));
      waiting[0]?.answer(1);
      waiting[1]?.fail(new Error("nobody hears"));
    }
    expect(await raw.ask(call(1, "later"))).toEqual(result(1, null));
    await until(() => server.clients === 1);
  });

  it("with nobody left to listen: what is not yet begun is not done", async () => {
    const asks = `${call(1, "note")}\n${call(undefined, "note")}\n`;
    const dies = `require("net").connect(process.argv[1]).write(process.argv[2], () => process.exit())`;
    spawnSync(process.execPath, ["-e", dies, room.path, asks]); // this thread, the server's, stands still
    expect(await raw.ask(call(1, "later"))).toEqual(result(1, null));
    await until(() => server.clients === 1);
    expect(notified).toEqual([]);
  });

  it("may be the server's", async () => {
    raw.send(`${call(1, "wait")}\n`);
    await until(() => waiting.length === 1);
    await server.close();
    expect(await raw.rest()).toEqual([]);
    await until(() => waiting[0]?.client.signal.aborted === true);
  });
});

describe("notifications to clients", () => {
  const told = (method: string, params: unknown): object => ({ jsonrpc: "2.0", method, params });

  it("go to those that subscribed", async () => {
    const other = connect();
    expect(await other.ask(call(1, "echo"))).toEqual(result(1, null));
    expect(await raw.ask(call(1, "subscribe"))).toEqual(result(1, true));
    server.notify("held", { on: true });
    expect(await raw.lines(1)).toEqual([told("held", { on: true })]);
    expect(await other.ask(call(2, "echo"))).toEqual(result(2, null));
  });

  it("go to one that says nothing more, until it dies", async () => {
    raw.socket.end(`${call(1, "subscribe")}\n`);
    expect(await raw.lines(1)).toEqual([result(1, true)]);
    await new Promise((later) => setTimeout(later, 50));
    server.notify("held", {});
    expect(await raw.lines(1)).toEqual([told("held", {})]);
    raw.socket.destroy();
    await until(() => server.clients === 0);
  });

  it("are lost to one that is slow: counted, told in the next, and the others get all", async () => {
    const good = connect();
    await Promise.all([raw, good].map((client) => client.ask(call(1, "subscribe"))));
    raw.socket.pause();
    const count = 2000;
    for (let i = 0; i < count; i++) {
      server.notify("tick", { i, fill: "x".repeat(1000) });
      if (i % 50 === 0) await good.lines(i === 0 ? 1 : 50);
    }
    server.notify("tick", { fill: "x".repeat(MOST_BYTES_IN) });
    raw.socket.resume();
    raw.send(`${call(2, "echo")}\n`);
    const seen: unknown[] = [];
    while (!seen.some((message) => (message as { id?: number }).id === 2)) {
      seen.push(...(await raw.lines(1)));
    }
    const read = seen.length - 1;
    expect(read).toBeLessThan(count);
    // the first ones in their order, none of which tells of a loss
    const ticks = Array.from({ length: read }, (_, i) => expect.objectContaining({ i }));
    expect(seen.slice(0, read)).toEqual(ticks.map((tick) => told("tick", tick)));
    for (const params of [{ lost: count + 1 - read }, {}]) {
      server.notify("tick", {});
      expect(await raw.lines(1)).toEqual([told("tick", params)]);
    }
  });
});

const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;
const PIPE = `const s = require("net").connect(process.argv[1]); s.pipe(process.stdout);
  s.end(${JSON.stringify(`${call(1, "who")}\n`)})`;

describe("other users", () => {
  const peer = (uid: number) => ({ pid: 1, uid, gid: 0 });
  it("are not served, root is", () => {
    expect([1000, 0, 1001].map((uid) => isServed(peer(uid), 1000))).toEqual([true, true, false]);
    expect([0, 1000].map((uid) => isServed(peer(uid), 0))).toEqual([true, false]);
  });

  it("cannot be told from ours where Node hides the descriptor: nobody is served", () => {
    for (const socket of [
      {},
      { _handle: null },
      { _handle: { fd: -1 } },
      { _handle: { fd: "3" } },
    ]) {
      expect(() => peerOf(socket as Socket)).toThrow(
        expect.objectContaining({ kind: "internal", message: expect.stringContaining("Node.js") }),
      );
    }
  });

  it("are told so, where they come so far", async () => {
    chmodSync(room.directory, 0o711);
    chmodSync(room.path, 0o666);
    const child = spawn(process.execPath, ["-e", PIPE, room.path], {
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}), // only root can be somebody else
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    for await (const chunk of child.stdout) said += chunk;
    chmodSync(room.directory, 0o700);
    expect(JSON.parse(said)).toEqual(
      isRoot
        ? refused(null, -32000, "permission")
        : result(1, expect.objectContaining({ pid: child.pid })),
    );
  });
});
