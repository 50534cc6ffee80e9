// SPDX-License-Identifier: MIT
// The ways of waiting, on a simulator that has something to say, and on one that goes away.
import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { native, WAIT_DEVICE, WAIT_GONE, WAIT_WAKE } from "../../src/device/native.js";
import type { LiveDevice } from "../../src/device/ring-device.js";
import { SimulatorDevice } from "../../src/device/simulator.js";
import { WAIT_MODES } from "../../src/session/latency/report.js";

const OPTIONS = { depth: 1, read: 50, block: 4096, rate: 0, seed: 1, lun: 0, count: 0 };
const shim = native();
let sim = 0;

const holdings = (of: "fd" | "map_files"): number => readdirSync(`/proc/self/${of}`).length;

afterEach(() => {
  if (sim > 0) shim.simDestroy(sim);
  sim = 0;
});

function open(role: "owner" | "observer"): LiveDevice {
  if (sim === 0) sim = shim.simCreate(OPTIONS);
  return new SimulatorDevice(shim, sim, "sim", role);
}

describe.each(WAIT_MODES)("%s", (mode) => {
  it("wakes the owner for the first event, after it was published", () => {
    const owner = open("owner");
    const waiter = owner.waiter(mode, -1);
    const stamp = new BigUint64Array(2);
    expect(waiter.wait(0, stamp, 0)).toBe(0);
    shim.simStart(sim); // the initiator's probe
    expect(waiter.wait(5000, stamp, 0)).toBe(WAIT_DEVICE);
    const published = owner.telemetry?.stampTime(0, 0) ?? 0;
    expect(published).toBeGreaterThan(0);
    expect(Number(stamp[0])).toBeGreaterThanOrEqual(published);
    expect(Number(stamp[0])).toBeLessThanOrEqual(Number(shim.now()));
    // as long as nobody takes it
    expect(waiter.wait(0, stamp, 0)).toBe(WAIT_DEVICE);
    expect(waiter.wait(-1, null, 0)).toBe(WAIT_DEVICE);
  });

  it("hears of a wake-up though there is always news", () => {
    const owner = open("owner");
    const wakeFd = shim.wakeFd();
    const waiter = owner.waiter(mode, wakeFd);
    shim.simStart(sim);
    waiter.wait(5000, null, 0);
    shim.wake(wakeFd);
    let bits = 0;
    const until = Date.now() + 1000;
    while ((bits & WAIT_WAKE) === 0 && Date.now() < until) bits = waiter.wait(1000, null, 0);
    expect(bits).toBe(WAIT_WAKE | WAIT_DEVICE);
    shim.close(wakeFd);
  });

  it("tells an observer of an event that the owner took before he looked", () => {
    const owner = open("owner");
    const observer = open("observer");
    const waiter = observer.waiter(mode, -1);
    shim.simStart(sim);
    expect(owner.wait(-1, 5000, null)).toBe(WAIT_DEVICE);
    Atomics.store(new Int32Array(owner.rings), 0, 0);
    expect(waiter.wait(1000, null, 0)).toBe(WAIT_DEVICE);
    observer.acknowledge();
    expect(waiter.wait(0, null, 1)).toBe(0);
  });

  it("leaves nothing behind, closed by itself or with its device", () => {
    const owner = open("owner");
    const wakeFd = shim.wakeFd();
    const use = (): void => {
      const waiter = owner.waiter(mode, wakeFd);
      waiter.wait(0, null, 0);
      waiter.close();
    };
    use();
    const [fds, maps] = [holdings("fd"), holdings("map_files")];
    for (let i = 0; i < 100; i++) use();
    expect(holdings("fd")).toBe(fds);
    expect(holdings("map_files")).toBeLessThan(maps + 20);
    for (let i = 0; i < 10; i++) owner.waiter(mode, wakeFd).wait(0, null, 0);
    owner.close();
    expect(holdings("fd")).toBe(fds - 1); // the event fd of its open file, which each of them held
    shim.close(wakeFd);
  });

  it("ends when the simulator does", () => {
    const waiter = open("owner").waiter(mode, -1);
    shim.simDestroy(sim);
    sim = 0;
    expect(waiter.wait(5000, null, 0)).toBe(WAIT_GONE);
  });
});

describe("a waiter on fds", () => {
  it.each(["epoll", "uv"] as const)("%s refuses what cannot be waited for", (mode) => {
    expect(() => shim.waiterCreate(mode, 9999, -1, "rw")).toThrow(/EBADF/);
    expect(() => shim.simWaiterCreate(mode, 9999, -1)).toThrow(/EBADF/);
  });

  it.each(["poll", "epoll", "uv"] as const)("%s tells that the other end is gone", (mode) => {
    const folder = mkdtempSync(join(tmpdir(), "tgtctl-waiter-"));
    const path = join(folder, "fifo");
    execFileSync("mkfifo", [path]);
    const both = openSync(path, constants.O_RDWR);
    const reader = openSync(path, constants.O_RDONLY);
    const waiter = shim.waiterCreate(mode, reader, -1, "ro");
    expect(shim.waiterWait(waiter, 0, null, 0)).toBe(0);
    closeSync(both);
    for (let i = 0; i < 3; i++)
      expect(shim.waiterWait(waiter, 5000, null, 0) & WAIT_GONE).toBe(WAIT_GONE);
    shim.waiterDestroy(waiter);
    closeSync(reader);
    rmSync(folder, { recursive: true });
  });

  it("uv leaves the fd as blocking as it was", () => {
    const flags = (fd: number): string =>
      /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1] ?? "";
    const folder = mkdtempSync(join(tmpdir(), "tgtctl-waiter-"));
    execFileSync("mkfifo", [join(folder, "fifo")]);
    const fd = openSync(join(folder, "fifo"), constants.O_RDWR);
    const before = flags(fd);
    const waiter = shim.waiterCreate("uv", fd, -1, "rw");
    expect(shim.waiterWait(waiter, 0, null, 0)).toBe(0);
    expect(flags(fd)).toBe(before);
    shim.waiterDestroy(waiter);
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });

  it("poll says so when it waits", () => {
    const waiter = shim.waiterCreate("poll", 9999, -1, "rw");
    expect(() => shim.waiterWait(waiter, 0, null, 0)).toThrow(/EBADF/);
  });

  it("refuses other words, and a waiter that is gone", () => {
    expect(() => shim.waiterCreate("dance" as "poll", 0, -1, "rw")).toThrow(/"spin" expected/);
    const fd = shim.wakeFd();
    const waiter = shim.waiterCreate("uv", fd, -1, "rw");
    shim.wake(fd);
    expect(shim.waiterWait(waiter, 1000, null, 0)).toBe(WAIT_DEVICE);
    shim.waiterDestroy(waiter);
    shim.waiterDestroy(waiter);
    expect(() => shim.waiterWait(waiter, 0, null, 0)).toThrow(/EBADF/);
    shim.close(fd);
  });
});
