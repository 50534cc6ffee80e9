// SPDX-License-Identifier: MIT
// What may break under the screen of the built program: the terminal is given back, and one line says what it was.

import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import {
  closeShells,
  expectRestored,
  IMAGE,
  PROGRAM,
  pidOf,
  ROOT,
  type Shell,
  script,
  shell,
  TOP,
} from "./shell.js";

closeShells();

const folder = mkdtempSync(join(tmpdir(), "tgtctl-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const top = (words: string): string => `${PROGRAM.replaceAll("'", '"')} top ${words}`;
const SIM = top("--sim");

/** Loaded into every thread of the program, before it; `late` runs in the main thread, under the screen. */
function preload(name: string, text: string): Record<string, string> {
  const file = join(folder, `${name}.mjs`);
  const late = `const late = (act) => {
    const look = isMainThread && setInterval(() => {
      if (process.listenerCount("SIGCONT") === 0) return;
      clearInterval(look);
      setTimeout(act, 1000);
    }, 20);
  };`;
  writeFileSync(
    file,
    `import { isMainThread, workerData } from "node:worker_threads";\n${late}\n${text}`,
  );
  return { NODE_OPTIONS: `--import ${file}` };
}

/** What stands in the shell after the screen has gone. */
function afterwards(shown: Shell): string {
  return shown.raw.slice(shown.raw.lastIndexOf("\x1b[?1049l"));
}

async function fails(shown: Shell, first: string, code: number, words: RegExp): Promise<void> {
  await shown.shows(first);
  await expectRestored(shown, code);
  expect(afterwards(shown)).toMatch(words);
  expect(afterwards(shown)).not.toContain("    at ");
}

describe("a fault of ours", () => {
  it.each([
    ["a rejection nobody handles", "late(() => Promise.reject(Error('boom')));"],
    [
      "the painting",
      "late(() => { Uint32Array.prototype.set = () => { throw Error('boom'); }; });",
    ],
  ])("in %s is told in one line", async (name, text) => {
    const shown = shell(script(SIM), 80, 24, preload(name.replaceAll(" ", "-"), text));
    await fails(shown, "cmd/s", 70, /tgtctl: boom\r\n {2}this is a bug/);
  });

  it("in what Ink lays out is told in one line", async () => {
    const text = `late(() => { const { filter } = Array.prototype; Array.prototype.filter = function (f) {
      if (this[0]?.word !== undefined) throw Error("boom"); return filter.call(this, f); }; });`;
    const shown = shell(script(SIM), 80, 24, preload("layout", text));
    await shown.shows("cmd/s");
    for (let i = 0; !shown.raw.includes("code="); i++) {
      shown.resize(100 + (i % 2), 30);
      await sleep(200);
    }
    await fails(shown, "boom", 70, /tgtctl: boom\r\n {2}this is a bug/);
  });

  it("in the engine is told in one line", async () => {
    const text = `if (workerData?.served) { const { load } = Atomics; const until = Date.now() + 4000;
      Atomics.load = (a, i) => { if (Date.now() > until) throw Error("boom"); return load(a, i); }; }`;
    const shown = shell(script(SIM), 80, 24, preload("engine", text));
    await fails(shown, "cmd/s", 70, /tgtctl: engine: boom\r\n/);
  });
});

describe("what is looked at", () => {
  it("ends: the owner of a simulator is killed beside its viewer", async () => {
    const name = `mishap-${process.pid}`;
    const owner = spawn(process.execPath, ["bin/tgtctl.js", "serve", "-D", `sim:name=${name}`], {
      cwd: ROOT,
    });
    await new Promise((resolve) => owner.stdout.once("data", resolve));
    const shown = shell(script(top(`-D sim:name=${name}`)));
    await shown.shows("VIEWER");
    owner.kill("SIGKILL");
    await fails(shown, "code=", 69, /tgtctl: .*owner went away/);
  });

  it("ends: the process whose rings are shown is killed", async () => {
    const owner = spawn(process.execPath, ["bin/tgtctl.js", "serve", "--sim"], { cwd: ROOT });
    await new Promise((resolve) => owner.stdout.once("data", resolve));
    const shown = shell(script(top(`--pid ${owner.pid}`)));
    await shown.shows("OBSERVER");
    owner.kill("SIGKILL");
    await fails(shown, "code=", 69, /tgtctl: .*pid \d+/);
  });

  it("is an image, which may be cut short meanwhile", async () => {
    const image = join(folder, "image.bin");
    copyFileSync(join(ROOT, IMAGE), image);
    const shown = shell(script(top(`-D ${image}`)));
    await shown.shows("slot kuring 270");
    truncateSync(image, 0);
    shown.type("l");
    await shown.shows("slot kuring 271");
    shown.type("q");
    await expectRestored(shown, 0);
  });
});

describe("the terminal", () => {
  it.each(["SIGTERM", "SIGQUIT", "SIGUSR2"] as const)("is told of %s", async (signal) => {
    const shown = shell(script(SIM));
    await shown.shows("cmd/s");
    process.kill(pidOf(shown), signal);
    await expectRestored(shown, 0);
    expect(afterwards(shown)).toContain(`tgtctl: told to stop by ${signal}`);
  });

  it("may hang up while we wait to write to it", async () => {
    const shown = shell(script(SIM));
    await shown.shows("cmd/s");
    const pid = pidOf(shown);
    shown.stopReading();
    for (let i = 0; i < 40; i++) {
      shown.resize(80 + (i % 2), 24);
      await sleep(50);
    }
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    shown.hangUp();
    await shown.until("the end of the process", () => !existsSync(`/proc/${pid}`));
  });

  it("of the keys may go away alone", async () => {
    const file = join(folder, "keys");
    const wait = `until [ -s ${file} ]; do sleep 0.1; done`;
    const shown = shell(script(`${TOP} <$(cat ${file})`, wait)); // first: it would inherit the other's end
    const keys = shell(["-c", "tty; sleep 100"]);
    await keys.until("its name", () => /\/dev\/pts\/\d+\r/.test(keys.raw));
    writeFileSync(file, /\/dev\/pts\/\d+/.exec(keys.raw)?.[0] ?? "");
    await shown.shows("slot kuring 270");
    keys.hangUp();
    await expectRestored(shown, 0);
  });

  it("shows what is printed as a remark, without control characters, and again when the screen has gone", async () => {
    const text = `late(() => { process.stderr.write("one\\x1b[31m\\ntwo"); process.emitWarning("three");
      console.error("half"); });`;
    const shown = shell(script(SIM), 80, 24, preload("prints", text));
    await shown.shows("cmd/s");
    await sleep(2500);
    expect(shown.text).toMatch(/Warning: three .*more: r/);
    shown.type("q");
    await expectRestored(shown, 0);
    expect(afterwards(shown)).toContain("tgtctl: one?[31m\r\n");
    expect(afterwards(shown)).toContain("tgtctl: twohalf\r\n");
    expect(afterwards(shown)).toContain("tgtctl: Warning: three\r\n");
    expect(shown.raw).not.toContain("one\x1b[31m");
  });
});
