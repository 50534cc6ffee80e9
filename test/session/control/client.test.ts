// SPDX-License-Identifier: MIT
// A client, and every kind of owner: good, none, another version, garbage, slow, dying.
import { spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { EXIT_CODES, TgtctlError } from "../../../src/errors.js";
import { ControlClient } from "../../../src/session/control/client.js";
import {
  MOST_BYTES_IN,
  MOST_BYTES_MESSAGE,
  PROTOCOL,
} from "../../../src/session/control/protocol.js";
import { ControlServer } from "../../../src/session/control/server.js";
import { socketRoom, until } from "./raw-client.js";

const room = socketRoom();
const { path } = room;
const HELLO = { version: "1.2.3", pid: 4711, device: "/dev/tgt" };
let server: ControlServer | undefined;
let fake: Server | undefined;
const clients: ControlClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server?.close();
  await new Promise((done) => (fake ? fake.close(done) : done(null)));
  server = fake = undefined;
});
afterAll(room.empty);

const connect = async (
  options?: Parameters<typeof ControlClient.connect>[1],
): Promise<ControlClient> => {
  const client = await ControlClient.connect(path, options);
  clients.push(client);
  return client;
};

async function serve(methods: Parameters<typeof ControlServer.listen>[0]["methods"]) {
  server = await ControlServer.listen({ path, methods, hello: HELLO });
  return server;
}

/** An owner that says hello, and then what it likes. */
function pretend(answer: (socket: Socket, id: number) => void, hello: object | string = {}) {
  fake = createServer((socket) => {
    socket.on("error", () => {});
    let greeted = false;
    socket.on("data", (data) => {
      const { id } = JSON.parse(String(data).split("\n")[0] ?? "");
      if (greeted) answer(socket, id);
      else if (typeof hello === "string") socket.write(hello);
      else socket.write(line({ id, result: { protocol: PROTOCOL, ...HELLO, ...hello } }));
      greeted = true;
    });
  });
  return new Promise<void>((ready) => fake?.listen(path, ready));
}

const line = (members: object): string => `${JSON.stringify({ jsonrpc: "2.0", ...members })}\n`;

describe("a call", () => {
  it("gives what the owner answers; several at once do not mix", async () => {
    await serve({
      double: (params) => 2 * ((params as number[])[0] ?? 0),
      later: async (params) => params,
    });
    const client = await connect();
    expect(client.hello).toEqual({
      ...HELLO,
      protocol: PROTOCOL,
      methods: ["double", "hello", "later", "subscribe"],
    });
    const asked = Array.from({ length: 50 }, (_, i) => [
      client.call("later", { i }),
      client.call("double", [i]),
    ]);
    expect(await Promise.all(asked.flat())).toEqual(
      Array.from({ length: 50 }, (_, i) => [{ i }, 2 * i]).flat(),
    );
    expect(await client.call("later")).toBeNull();
  });

  it.each(Object.keys(EXIT_CODES).filter((kind) => kind !== "ok"))(
    "rejects with the error the owner had: %s",
    async (kind) => {
      const error = new TgtctlError(kind as "busy", "what failed", "what to do");
      await serve({
        fail: () => {
          throw error;
        },
      });
      const got = await (await connect()).call("fail").catch((e) => e);
      expect(got).toBeInstanceOf(TgtctlError);
      expect(got).toMatchObject({
        kind,
        message: "what failed",
        remedy: "what to do",
        exitCode: error.exitCode,
      });
    },
  );

  it("that the owner does not know, or that is too long, is `usage`", async () => {
    await serve({ echo: (params) => params });
    const client = await connect();
    await expect(client.call("nothing")).rejects.toMatchObject({
      kind: "usage",
      message: expect.stringContaining('"nothing"'),
    });
    await expect(client.call("echo", ["x".repeat(MOST_BYTES_IN)])).rejects.toMatchObject({
      kind: "usage",
    });
    expect(await client.call("echo", ["é"])).toEqual(["é"]);
  });

  it("that is not answered in time is `busy`; the answer that comes late is nobody's", async () => {
    let answer: (value: string) => void = () => {};
    await serve({
      slow: () => new Promise((resolve) => (answer = resolve)),
      quick: async () => "quick",
    });
    const client = await connect();
    await expect(client.call("slow", [], { timeoutMs: 30 })).rejects.toMatchObject({
      kind: "busy",
      message: expect.stringContaining("30 ms"),
    });
    answer("late");
    expect(await client.call("quick")).toBe("quick");
    const patient = client.call("slow", [], { timeoutMs: Number.POSITIVE_INFINITY });
    expect(await client.call("quick")).toBe("quick");
    answer("in time");
    expect(await patient).toBe("in time");
  });

  it("is rejected by close, and none is possible after it", async () => {
    await serve({ wait: () => new Promise(() => {}) });
    const client = await connect();
    const asked = client.call("wait");
    client.close();
    await expect(asked).rejects.toMatchObject({ kind: "interrupted" });
    await expect(client.call("wait")).rejects.toMatchObject({ kind: "interrupted" });
    expect(await client.ended).toBeNull();
    await until(() => server?.clients === 0);
  });
});

describe("notifications", () => {
  it("are given to whoever wants them", async () => {
    const owner = await serve({});
    const seen: unknown[] = [];
    const client = await connect({ onNotification: (...all) => seen.push(all) });
    const other = await connect();
    await Promise.all([client.call("subscribe"), other.call("subscribe")]);
    owner.notify("held", { on: true });
    await client.call("hello");
    await other.call("hello");
    expect(seen).toEqual([["held", { on: true }]]);
  });
});

describe("no owner", () => {
  it("nobody listens, or never did", async () => {
    await expect(connect()).rejects.toMatchObject({
      kind: "unavailable",
      message: `control socket ${path}: no tgtctl owns this device`,
      remedy: "start one with: tgtctl serve",
    });
    writeFileSync(path, "", { flag: "wx" });
    await expect(connect()).rejects.toMatchObject({ kind: "unavailable" });
    await expect(ControlClient.connect(`${path}/x`)).rejects.toMatchObject({
      kind: "unavailable",
    });
    room.remove();
  });

  it("another user's", async () => {
    await serve({});
    const from = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    if (process.getuid?.() !== 0) chmodSync(path, 0);
    const code = `require("net").connect(process.argv[1]).on("error", (e) => console.log(e.code))`;
    const child = spawn(process.execPath, ["-e", code, path], { ...from, stdio: "pipe" });
    let said = "";
    for await (const chunk of child.stdout) said += chunk;
    expect(said).toBe("EACCES\n");
  });
});

describe("another owner", () => {
  it.each([
    ["a later version", { protocol: PROTOCOL + 1, methods: 7 }],
    ["an earlier one", { protocol: PROTOCOL - 1 }],
    ["one with long names", { protocol: 1e9, version: "x".repeat(100_000) }],
  ])("%s is abiMismatch", async (_name, hello) => {
    await pretend(() => {}, hello);
    const error = await connect().catch((e) => e);
    expect(error).toMatchObject({ kind: "abiMismatch", message: expect.stringMatching(/not 1$/) });
    expect(error.message.length).toBeLessThan(300);
  });

  it.each([
    ["no JSON", "HTTP/1.1 400 Bad Request\r\n"],
    ["no UTF-8", Buffer.from([0xff, 10]).toString("latin1")],
    ["a number", "1\n"],
    ["an array", "[]\n"],
    ["no version", '{"id":1,"result":{}}\n'],
    ["another version", '{"jsonrpc":"1.0","id":1,"result":{}}\n'],
    ["neither result nor error", line({ id: 1 })],
    ["an id nobody gave", line({ id: 2, result: {} })],
    ["no number for an id", line({ id: "1", result: {} })],
    ["no id", line({ result: {} })],
    ["an error without kind", line({ id: 1, error: { code: -32000, message: "x" } })],
    [
      "an error of no kind",
      line({ id: 1, error: { message: "x", data: { kind: "toString", remedy: "" } } }),
    ],
    [
      "an error that is ok",
      line({ id: 1, error: { message: "x", data: { kind: "ok", remedy: "" } } }),
    ],
    ["a null error", line({ id: 1, error: null })],
    ["a request", line({ id: 1, method: "hello", params: {} })],
    ["a notification without params", line({ method: "held" })],
    ["hello is null", line({ id: 1, result: null })],
    ["hello without protocol", line({ id: 1, result: HELLO })],
    ["hello without device", line({ id: 1, result: { protocol: PROTOCOL, version: "1", pid: 1 } })],
    ["endless", "x".repeat(MOST_BYTES_MESSAGE + 2)],
  ])("garbage is undecodable: %s", async (_name, text) => {
    await pretend(() => {}, text);
    await expect(connect()).rejects.toMatchObject({
      kind: "undecodable",
      message: expect.stringContaining("no answer of tgtctl"),
    });
  });

  it("garbage later on ends the connection", async () => {
    await pretend((socket) => socket.write("oops\n{}\n"));
    const client = await connect();
    const asked = [client.call("a"), client.call("b")];
    for (const end of await Promise.allSettled(asked)) {
      expect(end).toMatchObject({ status: "rejected", reason: { kind: "undecodable" } });
    }
    await expect(client.call("c")).rejects.toMatchObject({ kind: "undecodable" });
    expect(await client.ended).toMatchObject({ kind: "undecodable" });
  });

  it("one that says nothing is busy", async () => {
    await pretend(() => {}, "");
    await expect(connect({ timeoutMs: 50 })).rejects.toMatchObject({ kind: "busy" });
    await expect(connect({ helloMs: 50 })).rejects.toThrow(/after 50 ms/);
  });

  it("one that turns us away says why", async () => {
    const data = { kind: "busy", remedy: "close some of them" };
    await pretend(() => {}, line({ id: null, error: { code: -32000, message: "full", data } }));
    await expect(connect()).rejects.toMatchObject({ message: "full", ...data });
  });

  it("one that dies in the middle is unavailable, for calls and for who waits", async () => {
    await pretend((socket) => socket.end('{"jsonrpc":"2.0","id":2,"res'));
    const client = await connect();
    const call = client.call("hold");
    await expect(call).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining("the owner went away"),
    });
    expect(await client.ended).toMatchObject({ kind: "unavailable" });
    await expect(client.call("hold")).rejects.toMatchObject({ kind: "unavailable" });
  });

  it("one that is killed", async () => {
    const code = `require("net").createServer((s) => s.on("data", (d) => {
      if (String(d).includes("hello")) s.write(process.argv[2]);
      else process.kill(process.pid, "SIGKILL"); })).listen(process.argv[1], () => console.log("ready"))`;
    const hello = line({ id: 1, result: { protocol: PROTOCOL, ...HELLO } });
    const child = spawn(process.execPath, ["-e", code, path, hello], { stdio: "pipe" });
    await new Promise((ready) => child.stdout.once("data", ready));
    const client = await connect();
    await expect(client.call("hold")).rejects.toMatchObject({ kind: "unavailable" });
    await expect(connect()).rejects.toMatchObject({ kind: "unavailable" });
    room.remove();
  });
});
