// SPDX-License-Identifier: MIT
// The forms as a user meets them: the built program in a pty holds a simulator, has one answer edited and
// events injected, and shows what the kernel's half made of them.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as pty from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { afterEach, beforeAll, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");

let running: pty.IPty | null = null;
afterEach(() => running?.kill("SIGKILL"));

beforeAll(() => {
  if (!existsSync(join(ROOT, "dist/main.js")))
    throw new Error("not built: run npm run build first");
});

/** The program on a screen of 120x40. */
function start(...args: string[]) {
  const terminal = new xterm.Terminal({ cols: 120, rows: 40, allowProposedApi: true });
  const { CI, NO_COLOR, FORCE_COLOR, ...env } = process.env;
  const program = pty.spawn(process.execPath, ["bin/tgtctl.js", "top", ...args], {
    cols: 120,
    rows: 40,
    cwd: ROOT,
    env: { ...env, TERM: "xterm-256color" } as Record<string, string>,
  });
  running = program;
  program.onData((data) => terminal.write(data));
  const text = (): string => {
    const { active } = terminal.buffer;
    const line = (y: number): string => active.getLine(y)?.translateToString(true) ?? "";
    return Array.from({ length: 40 }, (_, y) => line(active.viewportY + y)).join("\n");
  };
  const shows = async (wanted: RegExp): Promise<string> => {
    for (let i = 0; i < 400; i++) {
      if (wanted.test(text())) return text();
      await sleep(25);
    }
    throw new Error(`waited for ${wanted}; shown:\n${text()}`);
  };
  return { type: (keys: string) => program.write(keys), shows };
}

it("an answer becomes a medium error, a bad mid gets its verdict, an answer is spoilt", async () => {
  const { type, shows } = start("-D", "sim:rate=200");
  await shows(/[1-9]\d* cmd\/s/);
  type("H");
  await shows(/HELD [1-9]/);
  type("\t\t\t");
  await sleep(100);
  type("\x1b[H"); // Home: the oldest in the list
  await sleep(100);
  type("e");
  await shows(/edit 0:\d+, let it go/);
  type("\t3/11/00");
  await shows(/3\/11\/00 +MEDIUM ERROR: UNRECOVERED READ ERROR/);
  type("\r");
  await shows(/CHECK CONDITION 18 B sense: MEDIUM ERROR 11\/00/);
  await shows(/-> slot\s+\d+:\s+OK/);

  type("c"); // a held target cannot be asked whether it lives
  await shows(/let go; not held/);
  type("i");
  await shows(/inject, field 1 of/);
  type("bad-mid");
  await shows(/H11 bad-mid/);
  type("\r");
  const verdict = await shows(/verdict +ENOENT, as expected/);
  expect(verdict).toMatch(/wrong +bad-mid \(H11\)/);
  expect(verdict).toMatch(/target +answers: commands end/);
  type("\r");
  await shows(/Enter injects it into/);

  type("\x15len-overlong");
  await shows(/H25 len-overlong/);
  type("\r");
  await shows(/verdict +CLAMPED, as expected/);
  type("\x1b");
  await shows(/Enter injects it into/);
  type("\x1b");
  await shows(/q quit/);
}, 60_000);
