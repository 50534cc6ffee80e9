// SPDX-License-Identifier: MIT
// Rings read out of a process: of this one, which runs simulators, and of children that stop and die.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { SEED_X86_64 } from "../../src/abi/seed.js";
import { native } from "../../src/device/native.js";
import { ProcessDevice } from "../../src/device/process-device.js";
import { parseMaps } from "../../src/device/process-maps.js";
import { findRings } from "../../src/device/process-rings.js";
import { RINGS_SIZE } from "../../src/device/ring-device.js";
import { SimulatorDevice } from "../../src/device/simulator.js";
import { RingFollower } from "../../src/session/follow/follower.js";
import { RING_CHECKS } from "./contract.js";

const ROOT = join(import.meta.dirname, "../..");
const OPTIONS = { depth: 1, read: 50, block: 4096, rate: 0, seed: 1, lun: 0, count: 0 };

const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0).reverse()) each();
});

function simulator(): SimulatorDevice {
  const sim = native().simCreate(OPTIONS);
  const owner = new SimulatorDevice(native(), sim, "sim", "owner");
  undo.push(() => {
    owner.close();
    native().simDestroy(sim);
  });
  return owner;
}

function look(device: string | null = null, pid = process.pid): ProcessDevice {
  const looked = new ProcessDevice({ pid, device }, SEED_X86_64);
  undo.push(() => looked.close());
  return looked;
}

/** Publishes an event nobody knows in `slot` of ukring, as the owner. */
function publish(owner: SimulatorDevice, slot: number): void {
  const words = new Int32Array(owner.rings, 65536 + slot * 96, 24);
  words[2] = 99;
  Atomics.store(words, 0, 1);
}

describe("this process", () => {
  it.each(RING_CHECKS)("$name", ({ run }) => {
    simulator();
    run(() => new ProcessDevice({ pid: process.pid, device: null }, SEED_X86_64));
  });

  it("shows the rings of its simulator as they are, by the window's indices, and changes nothing", () => {
    const owner = simulator();
    const before = Buffer.from(owner.rings.slice(0));
    const device = look();
    expect(device).toMatchObject({ name: "sim", source: "process", role: "observer" });
    expect(Buffer.from(device.rings.slice(0)).equals(before)).toBe(true);
    publish(owner, 0);
    expect(device.telemetry?.ukringConsumed).toBe(0);
    expect(new Int32Array(device.rings, 65536, 24)[0]).toBe(0);
    device.refresh();
    expect([...new Int32Array(device.rings, 65536, 3)]).toEqual([1, 0, 99]);
    owner.kick();
    device.refresh();
    expect([...new Int32Array(device.rings, 65536, 3)]).toEqual([0, 0, 99]);
    expect(device.telemetry?.stamp("ukring", 0)).toMatchObject({ index: 0, verdict: -22 });
    expect(device.telemetry?.ukringConsumed).toBe(1);
    expect(device.process.isTorn("ukring", 0)).toBe(false);
    expect(device.process.remarks).toEqual([]);
  });

  it("each event is followed once", () => {
    const owner = simulator();
    const device = look();
    const follower = new RingFollower(device.followed);
    let seen = 0;
    for (let round = 0; round < 4; round++) {
      for (let slot = 0; slot < 200; slot++) publish(owner, (round * 200 + slot) % 512);
      owner.kick();
      device.refresh();
      follower.read(() => seen++);
    }
    expect(seen).toBe(800);
    expect(follower.missed).toBe(0);
  });

  it("of two simulators one has to be named", () => {
    simulator();
    const second = simulator();
    publish(second, 3);
    const refusal = /maps the rings of several devices: (sim#\d+), (sim#\d+)/;
    const message = messageOf(() => look());
    expect(message).toMatch(refusal);
    const published = (refusal.exec(message) ?? [])
      .slice(1)
      .map((name) => new Int32Array(look(name).rings, 65536 + 3 * 96, 1)[0]);
    expect(published.sort()).toEqual([0, 1]);
  });

  it("tells when the rings are not mapped any more, after some patience", () => {
    const owner = simulator();
    publish(owner, 1);
    const device = look();
    for (const each of undo.splice(0, 1)) each();
    expect(() => device.refresh()).not.toThrow();
    expect(device.process.remarks.join()).toMatch(/has unmapped the rings/);
    expect(new Int32Array(device.rings, 65536 + 96, 3)[2]).toBe(99);
    const refreshOften = (): void => {
      for (let i = 0; i < 100; i++) device.refresh();
    };
    expect(refreshOften).toThrow(expect.objectContaining({ kind: "unavailable" }));
  });

  it("finds them where they are mapped anew", () => {
    const sim = native().simCreate(OPTIONS);
    undo.push(() => native().simDestroy(sim));
    const map = () => native().map(native().simMemory(sim), 0, RINGS_SIZE, true);
    const first = () =>
      findRings(parseMaps(readFileSync("/proc/self/maps", "latin1")), () => null)[0]?.rings;
    let mapping = map();
    // the one that is looked at is the lowest; the simulator's own may lie below what fills a hole
    for (let i = 0; i < 64 && first() !== mapping.address; i++) {
      const other = mapping;
      undo.push(() => native().unmap(other));
      mapping = map();
    }
    expect(first()).toBe(mapping.address);
    const device = look();
    new Int32Array(mapping.buffer)[2] = 99;
    native().unmap(mapping);
    device.refresh();
    expect(new Int32Array(device.rings)[2]).toBe(99);
    expect(device.process.remarks).toEqual([]);
  });
});

function messageOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    return (error as Error).message;
  }
  return "nothing was thrown";
}

async function serving(): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, [
    join(ROOT, "bin/tgtctl.js"),
    "serve",
    "-D",
    "sim:rate=2000",
  ]);
  undo.push(() => child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child as typeof child & { pid: number };
}

async function state(pid: number, wanted: RegExp): Promise<void> {
  while (
    !wanted.test(execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }))
  ) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("a child that serves the simulator", () => {
  it("is followed, stopped, and gone", async () => {
    const child = await serving();
    const device = look(null, child.pid);
    const follower = new RingFollower(device.followed);
    let seen = 0;
    while (seen < 1000) {
      device.refresh();
      follower.read(() => seen++);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(follower.missed).toBe(0);
    child.kill("SIGSTOP");
    await state(child.pid, /^T/);
    device.refresh();
    expect(device.process.remarks).toEqual([
      `pid ${child.pid} is stopped: the rings stand as it left them`,
    ]);
    const stood = Buffer.from(device.rings.slice(0));
    device.refresh();
    expect(Buffer.from(device.rings.slice(0)).equals(stood)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    const gone = expect.objectContaining({
      kind: "unavailable",
      message: expect.stringMatching(/has ended/),
    });
    expect(() => device.refresh()).toThrow(gone);
    expect(() => device.refresh()).not.toThrow(); // once is enough
  });

  it("by the number of one of its threads", async () => {
    const child = await serving();
    const threads = execFileSync("ls", [`/proc/${child.pid}/task`], { encoding: "utf8" })
      .split("\n")
      .map(Number);
    const thread = threads.find((id) => id > 0 && id !== child.pid);
    if (thread === undefined) throw new Error("serve has but one thread");
    const device = look(null, thread);
    expect(device.process.pid).toBe(child.pid);
    expect(device.process.remarks).toEqual([`${thread} is a thread of pid ${child.pid}`]);
  });
});

describe("refusals", () => {
  it("a zombie", async () => {
    // it ends once its parent has become a program that waits for nobody
    const child = "until grep -q sleep /proc/$PPID/comm; do :; done";
    const parent = spawn("sh", ["-c", `sh -c '${child}' & echo $!; exec sleep 60`]);
    undo.push(() => parent.kill());
    const [data] = await once(parent.stdout, "data");
    const pid = Number(String(data));
    await state(pid, /^Z/);
    expect(messageOf(() => look(null, pid))).toMatch(/^pid \d+ \(sh\) is a zombie/);
  });

  it.each([
    ["nobody", 2 ** 31 - 1, /no such process \(ESRCH\)/],
    ["one without rings", process.ppid, /maps no rings|Permission denied \(EACCES\)/],
  ])("%s", (_, pid, words) => {
    expect(messageOf(() => look(null, pid))).toMatch(words);
  });
});
