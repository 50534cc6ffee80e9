// SPDX-License-Identifier: MIT
// How a measuring thread is scheduled, and the processors' idle states.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { holdCpuLatency } from "../../src/device/cpu-latency.js";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "tgtctl-scheduling-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** In a process of its own, which may lose its rights; what it prints. */
function run(body: string, before: readonly string[] = []): string {
  const script = `const n = require("node-gyp-build")(${JSON.stringify(root)});
    const fails = (call) => { try { call(); return "done"; } catch (e) { return e.code; } };
    const field = (name) => new RegExp("^" + name + ":\\\\s+(.*)$", "m")
      .exec(require("fs").readFileSync("/proc/thread-self/status", "utf8"))[1];
    ${body}`;
  const [command = "", ...args] = [...before, process.execPath, "-e", script];
  const { stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  return stdout.trim() || stderr;
}

/** Without any capability, and without limits that stand in for one. */
const POWERLESS = ["prlimit", "--rtprio=0", "--memlock=65536", "setpriv", "--bounding-set=-all"];
const AS_NOBODY = [...POWERLESS, "--reuid=65534", "--regid=65534", "--clear-groups"];

describe("setAffinity", () => {
  it("puts the thread on one processor, and stamps say so", () => {
    const cpus = run(`const first = Number(/^\\d+/.exec(field("Cpus_allowed_list"))[0]);
      n.setAffinity(first);
      const stamp = new BigUint64Array(2);
      n.wait(-1, -1, 1, stamp);
      console.log(field("Cpus_allowed_list"), first, Number(stamp[1]))`).split(" ");
    expect(new Set(cpus).size).toBe(1);
  });

  it.each([-1, 1023, 4096])("refuses processor %s", (cpu) => {
    expect(run(`console.log(fails(() => n.setAffinity(${cpu})))`)).toBe("EINVAL");
  });
});

describe("setFifo", () => {
  const policy = `require("fs").readFileSync("/proc/thread-self/stat", "utf8").split(") ")[1].split(" ")`;

  it.runIf(process.getuid?.() === 0)("makes the thread SCHED_FIFO and back", () => {
    // fields 40 and 41 of proc(5), counted from the third
    const look = `console.log(${policy}.slice(37, 39).join(" "))`;
    expect(run(`n.setFifo(3); ${look}; n.setFifo(0); ${look}`)).toBe("3 1\n0 0");
  });

  it("refuses a priority that there is not", () => {
    expect(run("console.log(fails(() => n.setFifo(100)))")).toBe("EINVAL");
  });

  it.runIf(process.getuid?.() === 0)("is EPERM without the right", () => {
    expect(run("console.log(fails(() => n.setFifo(1)))", AS_NOBODY)).toBe("EPERM");
  });
});

describe("lockMemory", () => {
  it.runIf(process.getuid?.() === 0)("locks what is in memory, not what is only mapped", () => {
    const locked = run(
      `n.arena(1 << 30); n.lockMemory(); console.log(field("VmLck"), field("VmRSS"))`,
    );
    const [lock = 0, rss = 0] = [...locked.matchAll(/\d+/g)].map(Number);
    expect(lock).toBeGreaterThan(10_000);
    expect(rss).toBeLessThan(500_000);
  });

  it.runIf(process.getuid?.() === 0)("is refused without the right", () => {
    expect(run("console.log(fails(() => n.lockMemory()))", AS_NOBODY)).toMatch(/^(EPERM|ENOMEM)$/);
  });
});

describe("the processors' idle states", () => {
  it("are held by a 32-bit 0 in an open file", () => {
    const path = join(folder, "cpu_dma_latency");
    writeFileSync(path, "");
    const hold = holdCpuLatency(path);
    expect(hold.refused).toBeNull();
    expect([...readFileSync(path)]).toEqual([0, 0, 0, 0]);
    hold.close();
    hold.close();
  });

  it("are left alone where they cannot be had, which is said", () => {
    const hold = holdCpuLatency(join(folder, "none"));
    expect(hold.refused).toMatch(/none: .*\(ENOENT\)/);
    hold.close();
    expect(holdCpuLatency("/dev/full").refused).toMatch(/ENOSPC/);
  });
});
