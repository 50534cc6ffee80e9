// SPDX-License-Identifier: MIT
// The built program in a pty, with a terminal emulator around it.

import { join } from "node:path";
import * as pty from "@lydell/node-pty";
import xterm from "@xterm/headless";

const ROOT = join(import.meta.dirname, "../..");
/** A frame is drawn every 250 ms. */
const SETTLED_MS = 700;

export interface ProgramScreen {
  readonly columns: number;
  readonly rows: number;
  readonly args: readonly string[];
  /** Keys, and numbers of milliseconds to wait between them. */
  readonly keys: readonly (string | number)[];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Starts `tgtctl top`, types, hands the emulator to `look`, and ends the program again. */
export async function withProgram<T>(
  { columns, rows, args, keys }: ProgramScreen,
  look: (terminal: xterm.Terminal) => T,
): Promise<T> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const { NO_COLOR, FORCE_COLOR, CI, TGTCTL_DEVICE, ...inherited } = process.env;
  const env = {
    ...inherited,
    TERM: "xterm-256color",
    LC_ALL: "C.UTF-8",
    XDG_CONFIG_HOME: "/nonexistent",
  } as Record<string, string>;
  const command = [join(ROOT, "bin/tgtctl.js"), "top", ...args];
  const program = pty.spawn(process.execPath, command, { cols: columns, rows, cwd: ROOT, env });
  const ended = new Promise<void>((resolve) => program.onExit(() => resolve()));
  program.onData((data) => terminal.write(data));
  await pause(2 * SETTLED_MS);
  for (const key of keys) {
    if (typeof key === "number") await pause(key);
    else {
      program.write(key);
      await pause(60);
    }
  }
  await pause(SETTLED_MS);
  await new Promise<void>((resolve) => terminal.write("", resolve));
  try {
    return look(terminal);
  } finally {
    program.kill("SIGTERM");
    await ended;
    terminal.dispose();
  }
}
