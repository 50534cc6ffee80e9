// SPDX-License-Identifier: MIT
// The control socket's thread between its clients and an engine that never runs an event loop.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { MessageChannel } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import { native, WAIT_WAKE } from "../../../src/device/native.js";
import { ControlClient } from "../../../src/session/control/client.js";
import { ControlHost } from "../../../src/session/control/control-host.js";
import type { EngineCall, EngineHandle } from "../../../src/session/engine/engine-link.js";
import { ControlBench, METHODS } from "./control-bench.js";
import { call, RawClient, until } from "./raw-client.js";

let bench: ControlBench;
afterEach(() => bench.close());

const echo: EngineHandle = (method, params, reply) => reply({ result: { method, params } });

/** Asks `count` times, each after the answer to the one before, and prints the last answer. */
const CALLER = `
  const [, path, count] = process.argv;
  const socket = require("net").connect(path);
  const ask = (id) => socket.write(JSON.stringify({ jsonrpc: "2.0", id, method: "echo", params: { id } }) + "\\n");
  let at = 1;
  require("readline").createInterface(socket).on("line", (line) => {
    if (at < count) return ask(++at);
    console.log(line);
    socket.end();
  });
  ask(at);`;

describe("the control socket's thread", () => {
  it("passes calls on to the engine while the thread that started it stands still", async () => {
    bench = await ControlBench.start();
    const child = spawn(process.execPath, ["-e", CALLER, bench.room.path, "200"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const seen: unknown[] = [];
    // no await up to here: from now on only poll() and the desk run in this thread
    while (seen.length < 200) {
      expect(native().wait(-1, bench.wakeFd, 20_000, null)).toBe(WAIT_WAKE);
      bench.desk.serve((method, params, reply) => {
        seen.push(params);
        reply({ result: method });
      });
    }
    let said = "";
    for await (const chunk of child.stdout) said += chunk;
    expect(JSON.parse(said)).toEqual({ jsonrpc: "2.0", id: 200, result: "echo" });
    expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => ({ id: i + 1 })));
  });

  it("lets only names on its list through, and answers hello itself", async () => {
    bench = await ControlBench.start();
    const client = await bench.connect();
    expect(client.hello).toMatchObject({
      ...{ version: "1.2.3", pid: process.pid, device: "/dev/tgt" },
      methods: [...METHODS, "hello", "subscribe"].sort(),
    });
    for (const name of ["drop", "toString", "abandon"]) {
      await expect(client.call(name)).rejects.toMatchObject({ kind: "usage" });
    }
    bench.desk.serve(() => expect.unreachable("it was let through"));
    client.close();
  });

  it("gives the engine's errors to the client as they were", async () => {
    bench = await ControlBench.start();
    const error = { kind: "abiMismatch", message: "what failed", remedy: "what to do" } as const;
    bench.turn((_method, _params, reply) => reply({ error }));
    const client = await bench.connect();
    await expect(client.call("fail")).rejects.toMatchObject({ ...error, exitCode: 76 });
    client.close();
  });

  it("tells the engine that a client has died", async () => {
    bench = await ControlBench.start();
    const calls: EngineCall[] = [];
    bench.turn((_method, _params, _reply, one) => calls.push(one));
    const client = new RawClient(bench.room.path).send(`${call(1, "wait")}\n${call(2, "wait")}\n`);
    await until(() => calls.length === 2);
    expect(calls.map(({ abandoned }) => abandoned)).toEqual([false, false]);
    client.socket.destroy();
    await until(() => calls.every(({ abandoned }) => abandoned));
  });

  it("passes notifications on to clients that subscribed", async () => {
    bench = await ControlBench.start();
    const seen: unknown[] = [];
    const client = await ControlClient.connect(bench.room.path, {
      onNotification: (...all) => seen.push(all),
    });
    await client.call("subscribe");
    bench.host.notify("held", { on: true });
    await until(() => seen.length > 0);
    expect(seen).toEqual([["held", { on: true }]]);
    client.close();
  });

  it("ends with its clients, its file and its calls when it is closed", async () => {
    bench = await ControlBench.start();
    const clients = await Promise.all([bench.connect(), bench.connect()]);
    const asked = clients.map((client) => client.call("wait"));
    const ends = Promise.allSettled(asked);
    await until(() => native().wait(-1, bench.wakeFd, 0, null) === WAIT_WAKE);
    await bench.host.close();
    for (const end of await ends) expect(end).toMatchObject({ reason: { kind: "unavailable" } });
    expect(existsSync(bench.room.path)).toBe(false);
    await expect(bench.connect()).rejects.toMatchObject({ kind: "unavailable" });
    expect(bench.remarks).toEqual([]);
  });

  it("is not started where another serves", async () => {
    bench = await ControlBench.start();
    bench.turn(echo);
    const { port1 } = new MessageChannel();
    const link = { port: port1, wakeFd: bench.wakeFd };
    const { path } = bench.room;
    const hello = { version: "1", pid: 1, device: "x" };
    const program = new URL("../../../dist/control.js", import.meta.url);
    const second = ControlHost.start({ path, link, hello, methods: [], disks: false, program });
    await expect(second).rejects.toMatchObject({
      kind: "busy",
      message: expect.stringContaining(path),
    });
    const client = await bench.connect();
    expect(await client.call("echo", [1])).toEqual({ method: "echo", params: [1] });
    client.close();
  });

  it.each([
    ["throws", "throw new Error('oops')", "oops"],
    ["ends", "", "it ended before it was ready"],
  ])("fails to start if it %s at once", async (_name, code, cause) => {
    bench = await ControlBench.start();
    const program = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
    await expect(ControlBench.start(program)).rejects.toMatchObject({
      kind: "internal",
      message: `control socket: ${cause}`,
    });
  });

  it("dies alone: that is said, and closing it works", async () => {
    const code = `import { parentPort } from "node:worker_threads"; parentPort.postMessage({ kind: "ready" });
      setTimeout(() => { throw new Error("oops"); }, 20);`;
    bench = await ControlBench.start(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
    await until(() => bench.remarks.length > 0);
    expect(bench.remarks).toEqual(["control socket: oops: nobody can connect any more"]);
  });
});
