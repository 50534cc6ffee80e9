// SPDX-License-Identifier: MIT
// Calls into a thread that only polls: answered at once, later, wrongly, or never.
import { setMaxListeners } from "node:events";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { native, WAIT_WAKE } from "../../../src/device/native.js";
import { TgtctlError } from "../../../src/errors.js";
import {
  EngineCaller,
  EngineDesk,
  type EngineHandle,
  MOST_CALLS,
  type Outcome,
} from "../../../src/session/engine/engine-link.js";

let wakeFd: number;
let caller: EngineCaller;
let other: EngineCaller;
let desk: EngineDesk;
let close: () => void;

beforeEach(() => {
  wakeFd = native().wakeFd();
  const [one, two] = [new MessageChannel(), new MessageChannel()];
  caller = new EngineCaller({ port: one.port1, wakeFd });
  other = new EngineCaller({ port: two.port1, wakeFd });
  desk = new EngineDesk([one.port2, two.port2]);
  close = () => one.port2.close();
});
afterEach(() => {
  caller.close();
  other.close();
  native().close(wakeFd);
});

const woken = (): boolean => native().wait(-1, wakeFd, 0, null) === WAIT_WAKE;
const echo: EngineHandle = (method, params, reply) => reply({ result: { method, params } });

describe("a call into the engine's thread", () => {
  it("wakes it, and is answered at the next look; ports are all looked at", async () => {
    expect(woken()).toBe(false);
    const asked = [caller.call("hold", { on: true }), other.call("step", [3n])];
    expect(woken()).toBe(true);
    expect(woken()).toBe(false);
    desk.serve(echo);
    expect(await Promise.all(asked)).toEqual([
      { method: "hold", params: { on: true } },
      { method: "step", params: [3n] },
    ]);
    desk.serve(() => expect.unreachable("there was no request"));
  });

  it("may be answered later and in any order; only the first answer counts", async () => {
    const replies = new Map<string, (outcome: Outcome) => void>();
    const asked = ["a", "b"].map((method) => caller.call(method, null));
    desk.serve((method, _params, reply) => replies.set(method, reply));
    for (const method of ["b", "a", "b"]) replies.get(method)?.({ result: method });
    expect(await Promise.all(asked)).toEqual(["a", "b"]);
    replies.get("a")?.({ result: "late" });
    const next = caller.call("c", null);
    desk.serve(echo);
    expect(await next).toMatchObject({ method: "c" });
  });

  it("is answered when all that have arrived are taken: a fast caller cannot hold the engine", () => {
    const { port1, port2 } = new MessageChannel();
    for (const id of [1, 2, 3]) port1.postMessage({ id, method: "x", params: null });
    new EngineDesk([port2]).serve((_method, _params, reply) => {
      expect(receiveMessageOnPort(port1)).toBeUndefined();
      reply({ result: 0 });
    });
    const answers = [1, 2, 3, 4].map(() => receiveMessageOnPort(port1)?.message);
    expect(answers).toEqual(
      [1, 2, 3].map((id) => ({ id, result: 0 })).concat([undefined as never]),
    );
    port1.close();
  });

  it.each<[string, EngineHandle, unknown]>([
    [
      "answered with an error",
      (_m, _p, reply) => reply({ error: { kind: "busy", message: "m", remedy: "r" } }),
      { kind: "busy", message: "m", remedy: "r" },
    ],
    [
      "what was thrown",
      () => {
        throw new TgtctlError("usage", "no such LUN", "see top");
      },
      { kind: "usage", message: "no such LUN", remedy: "see top" },
    ],
    [
      "a bug",
      () => {
        throw new RangeError("oops");
      },
      { kind: "internal", message: "engine: oops" },
    ],
    [
      "a result that cannot be cloned",
      (_m, _p, reply) => reply({ result: () => 1 }),
      { kind: "internal" },
    ],
  ])("rejects with a TgtctlError: %s", async (_name, handle, error) => {
    const asked = caller.call("x", null);
    desk.serve(handle);
    await expect(asked).rejects.toBeInstanceOf(TgtctlError);
    await expect(asked).rejects.toMatchObject(error as object);
  });

  it("rejects when the engine's end closes, and ever after", async () => {
    const asked = caller.call("x", null);
    close();
    await expect(asked).rejects.toMatchObject({ kind: "unavailable" });
    await expect(caller.call("y", null)).rejects.toMatchObject({ kind: "unavailable" });
  });

  it("parameters that cannot be cloned reject and occupy nothing", async () => {
    for (let i = 0; i < 2 * MOST_CALLS; i++) {
      await expect(caller.call("x", () => 1)).rejects.toMatchObject({ kind: "internal" });
    }
  });
});

describe("a call nobody waits for any more", () => {
  it("does not wake an engine that has answered meanwhile", async () => {
    const stop = new AbortController();
    const asked = caller.call("x", null, stop.signal);
    expect(woken()).toBe(true);
    desk.serve(echo);
    stop.abort(); // before the answer is seen
    await expect(asked).rejects.toMatchObject({ kind: "interrupted" });
    await new Promise((later) => setTimeout(later, 50));
    expect(woken()).toBe(false);
  });

  it("is not begun by an engine that comes to it later", async () => {
    const [stop, other] = [new AbortController(), new AbortController()];
    const first = caller.call("first", null);
    const given = caller.call("given up", null, stop.signal);
    const late = caller.call("given up meanwhile", null, other.signal);
    const last = caller.call("last", null);
    stop.abort();
    await expect(given).rejects.toMatchObject({ kind: "interrupted" });
    const begun: string[] = [];
    desk.serve((method, _params, reply) => {
      begun.push(method);
      if (method === "first") other.abort();
      reply({ result: method });
    });
    await expect(late).rejects.toMatchObject({ kind: "interrupted" });
    expect(await Promise.all([first, last])).toEqual(["first", "last"]);
    expect(begun).toEqual(["first", "last"]);
  });

  it("rejects at once, is known to the engine as abandoned, and counts until it is", async () => {
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    const asked = Array.from({ length: MOST_CALLS }, () => caller.call("wait", null, stop.signal));
    const ends = Promise.allSettled(asked);
    await expect(caller.call("more", null)).rejects.toMatchObject({ kind: "busy" });
    const seen: { readonly abandoned: boolean }[] = [];
    const replies: ((outcome: Outcome) => void)[] = [];
    desk.serve((_method, _params, reply, call) => {
      seen.push(call);
      replies.push(reply);
    });
    expect(seen.filter(({ abandoned }) => abandoned)).toEqual([]);
    expect(woken()).toBe(true);
    stop.abort();
    for (const end of await ends) {
      expect(end).toMatchObject({ status: "rejected", reason: { kind: "interrupted" } });
    }
    await expect(caller.call("more", null)).rejects.toMatchObject({ kind: "busy" });
    while (!woken()) await new Promise((later) => setTimeout(later, 5));
    desk.serve(echo);
    expect(seen.filter(({ abandoned }) => !abandoned)).toEqual([]);
    for (const reply of replies) reply({ result: "too late" });
    await new Promise((later) => setTimeout(later, 20));
    const more = caller.call("more", null);
    desk.serve(echo);
    expect(await more).toEqual({ method: "more", params: null });
    await expect(caller.call("x", null, stop.signal)).rejects.toMatchObject({
      kind: "interrupted",
    });
  });
});
