// SPDX-License-Identifier: MIT
// serve and top --handler as a user runs them, on the simulator; the package as a handler's author imports it.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, type Run, runCli } from "./run-cli.js";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "tgtctl-handlers-"));
  mkdirSync(join(dir, "folder"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function file(name: string, code: string): string {
  writeFileSync(join(dir, name), code);
  return join(dir, name);
}

function serve(count: number, ...more: string[]): Run {
  return runCli([
    "serve",
    "--json",
    "-D",
    `sim:depth=8,count=${count}`,
    "--lun",
    "ram:16M",
    ...more,
  ]);
}

interface Report {
  readonly completed: number;
  readonly failed: number;
  readonly corrupt: number;
}

function report({ stdout }: Run): Report {
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Report;
}

const HANDLER = (property: string): string =>
  `import { defineHandler } from "tgtctl"; export default defineHandler({ ${property} });`;

describe("serve --handler", () => {
  it("falls back to the default for what the handlers leave, also with the data-out in hand", () => {
    const handler = file(
      "fallback.js",
      HANDLER(`opcodes: ["WRITE_10", "READ_10"], dataOut: true, command(cmd) {
        if (cmd.name === "WRITE_10" && cmd.dataOut?.length !== cmd.dataLen) throw new Error("no data"); }`),
    );
    const run = serve(3000, "--handler", handler);
    expect(run.stderr).toBe("");
    expect(report(run)).toMatchObject({ completed: 3000, failed: 0, corrupt: 0 });
    expect(run.code).toBe(0);
  });

  it("serves from a handler alone what the handler stored", () => {
    const handler = file(
      "store.js",
      HANDLER(
        `opcodes: ["WRITE_10", "READ_10"], dataOut: true, blocks: undefined, async command(cmd) { }`,
      ),
    );
    expect(serve(10, "--handler", handler).stderr).toMatch(/no \\"blocks/);
    writeFileSync(
      handler,
      `const disk = Buffer.alloc(16 << 20);
       export default { opcodes: ["WRITE_10", "READ_10"], dataOut: true, command(cmd) {
         const at = Number(cmd.lba) * cmd.unit.blockSize;
         if (cmd.dataOut) return void cmd.dataOut.copy(disk, at) ?? {};
         return { data: disk.subarray(at, at + cmd.dataLen) };
       } };`,
    );
    const run = serve(3000, "--handler", handler);
    expect(run.stderr).toBe("");
    expect(report(run)).toMatchObject({ completed: 3000, failed: 0, corrupt: 0 });
  });

  it("an endless loop costs one deadline, an exception its command", () => {
    const loop = file(
      "loop.js",
      HANDLER('opcodes: ["READ_10"], deadlineMs: 200, command() { for (;;); }'),
    );
    const run = serve(20000, "--handler", loop);
    expect(report(run)).toMatchObject({ completed: 20000, failed: 0, corrupt: 0 });
    expect(run.stderr).toMatch(/^tgtctl: handler: a deadline passed, the default answered/);
    const boom = file(
      "boom.js",
      HANDLER('opcodes: ["READ_10"], command() { throw Error("boom") }'),
    );
    const thrown = serve(200, "--handler", boom);
    expect(report(thrown).failed).toBeGreaterThan(0);
    expect(thrown.stderr).toMatch(
      /^tgtctl: handler: boom\.js:1: Error: boom: answered with 4\/44\/00\n/,
    );
  });

  it("a system call that does not return: serve says so, works, and ends in time all the same", () => {
    const fifo = join(dir, "fifo");
    execFileSync("mkfifo", [fifo]);
    const handler = file(
      "held.js",
      `import { openSync } from "node:fs";
       const command = () => void openSync(${JSON.stringify(fifo)});
       export default { opcodes: ["READ_10"], deadlineMs: 100, command };`,
    );
    const began = performance.now();
    const run = runCli(["serve", "-D", "sim:count=400,rate=80", "--handler", handler]);
    expect(run.stderr).toMatch(/held\.js: an endless loop, in a system call: the default answers/);
    expect(run.stdout).toMatch(/400 commands .* 0 failed, 0 corrupt/);
    expect(run.code).toBe(0);
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  it("asks the first of several files first", () => {
    const first = file(
      "first.js",
      HANDLER('opcodes: ["READ_10"], command: () => console.log("first")'),
    );
    const second = file("second.js", HANDLER('luns: [0], command: () => console.log("second")'));
    const { stderr } = serve(20, "--handler", first, "--handler", second);
    expect(stderr).toContain("tgtctl: handler: first\n");
    expect(stderr).toContain("tgtctl: handler: second\n");
  });

  const rows: [string, () => string, number, RegExp][] = [
    ["a file that is not there", () => join(dir, "none.js"), 66, /none\.js.*ENOENT/],
    ["a folder", () => join(dir, "folder"), 64, /not a regular file/],
    ["no syntax", () => file("syntax.js", "export default {"), 65, /syntax\.js.*SyntaxError/],
    ["an exception", () => file("top.js", "\n\nthrow new Error('ha')"), 65, /top\.js:3: Error: ha/],
    ["a missing import", () => file("import.js", 'import "nothing-of-it"'), 65, /nothing-of-it/],
    ["an end of it all", () => file("exit.js", "process.exit(0)"), 65, /it ended itself/],
    [
      "an endless wait",
      () => file("wait.js", "await new Promise(() => {})"),
      65,
      /waits.*for ever/,
    ],
    ["no default export", () => file("none.mjs", "export const a = 1"), 64, /no default export/],
    [
      "a wrong opcode",
      () => file("opcode.js", HANDLER('opcodes: ["READ10"], command() {}')),
      64,
      /opcode\.js:1.*READ_10/,
    ],
    ["a wrong shape", () => file("shape.js", "export default { luns: [0] }"), 64, /command is not/],
  ];
  it.each(rows)("refuses %s before anything is owned", (_name, make, code, words) => {
    const run = serve(10, "--handler", make());
    expect(run.stdout).toBe("");
    expect(run.stderr).toMatch(words);
    expect(JSON.parse(run.stderr)).toMatchObject({ schema: "tgtctl.error/1", code });
    expect(run.code).toBe(code);
  });

  it("TypeScript: runs, or says what to do", () => {
    const handler = file("typed.ts", HANDLER('opcodes: ["READ_10"], command(cmd: object) {}'));
    const run = serve(10, "--handler", handler);
    const strips = Boolean((process.features as { typescript?: unknown }).typescript);
    expect(run.code).toBe(strips ? 0 : 64);
    if (!strips) expect(run.stderr).toMatch(/does not run TypeScript.*22\.18.*esbuild/);
  });
});

it("top --handler owns, and keeps its output clean", () => {
  const noisy = file("noisy.js", HANDLER('luns: [0], command() { console.log("NOISE") }'));
  const run = runCli(["top", "--sim", "-b", "-n", "2", "-d", "0.2", "--handler", noisy]);
  expect(run.code).toBe(0);
  expect(run.stdout).not.toContain("NOISE");
  const refused = runCli(["top", "-D", "/dev/null", "--observe", "--handler", noisy]);
  expect(refused.stderr).toMatch(/--handler/);
  expect(refused.code).toBe(64);
});

it("the package's types hold the README's example, and refuse slips", () => {
  const example = /```js\n(\/\/ my-handler\.js\n[\s\S]*?)```/.exec(
    readFileSync(join(ROOT, "README.md"), "utf8"),
  )?.[1];
  expect(example).toBeTypeOf("string");
  const project = join(dir, "project");
  mkdirSync(join(project, "node_modules/@types"), { recursive: true });
  symlinkSync(ROOT, join(project, "node_modules/tgtctl"));
  symlinkSync(join(ROOT, "node_modules/@types/node"), join(project, "node_modules/@types/node"));
  writeFileSync(join(project, "package.json"), '{ "type": "module" }');
  writeFileSync(join(project, "my-handler.js"), example ?? "");
  writeFileSync(
    join(project, "slips.ts"),
    `import { checkCondition, defineHandler } from "tgtctl";
     // @ts-expect-error: no such property
     defineHandler({ opcodes: [1], lun: [0], command: () => undefined });
     // @ts-expect-error: no such sense key
     defineHandler({ opcodes: [1], command: async () => checkCondition("TOAST", 0) });
     defineHandler({ opcodes: [1], async command({ lba }) { return lba === 1n ? {} : null; } });`,
  );
  const options = ["--noEmit", "--strict", "--allowJs", "--checkJs", "--module", "nodenext"];
  const sources = ["my-handler.js", "slips.ts"];
  execFileSync(
    process.execPath,
    [join(ROOT, "node_modules/typescript/bin/tsc"), ...options, "--types", "node", ...sources],
    { cwd: project, stdio: "inherit" },
  );
});
