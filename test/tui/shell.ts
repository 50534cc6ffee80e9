// SPDX-License-Identifier: MIT
// A shell in a pty with the built program in it, for tests of what a terminal is left with.

import { existsSync } from "node:fs";
import { join } from "node:path";
import * as pty from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { afterEach, beforeAll, expect } from "vitest";
import { pictureOf } from "./picture.js";

export const ROOT = join(import.meta.dirname, "../..");
export const IMAGE = "fixtures/ring-aborts-pending.bin";
export const PROGRAM = `'${process.execPath}' bin/tgtctl.js`;

/** A shell in a pty, its screen reconstructed. */
export class Shell {
  readonly #pty: pty.IPty;
  readonly #terminal: xterm.Terminal;
  raw = "";
  exited = false;

  constructor(args: readonly string[], columns = 80, rows = 24, env: Record<string, string> = {}) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    const { CI, NO_COLOR, FORCE_COLOR, ...inherited } = process.env;
    const clean: Record<string, string | undefined> = {
      ...inherited,
      TERM: "xterm-256color",
      PS1: "$ ",
      XDG_CONFIG_HOME: "/nonexistent",
      ...env,
    };
    this.#pty = pty.spawn("bash", ["--norc", "--noprofile", ...args], {
      cols: columns,
      rows,
      cwd: ROOT,
      env: clean as Record<string, string>,
    });
    this.#pty.onData((data) => {
      this.raw += data;
      this.#terminal.write(data);
    });
    this.#pty.onExit(() => {
      this.exited = true;
    });
  }

  type(text: string): void {
    this.#pty.write(text);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  hangUp(): void {
    (this.#pty as unknown as { destroy(): void }).destroy();
  }

  /** Nobody reads what is written any more, as after Ctrl-S or with a dead link. */
  stopReading(): void {
    this.#pty.pause();
  }

  get buffer(): "normal" | "alternate" {
    return this.#terminal.buffer.active.type;
  }

  picture(): Promise<string> {
    return pictureOf(this.#terminal);
  }

  get text(): string {
    const buffer = this.#terminal.buffer.active;
    return Array.from(
      { length: buffer.length },
      (_, y) => buffer.getLine(y)?.translateToString(true) ?? "",
    ).join("\n");
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    for (let i = 0; i < 300; i++) {
      if (holds()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`waited for ${what}; the screen shows:\n${this.text}`);
  }

  async shows(text: string): Promise<void> {
    await this.until(JSON.stringify(text), () => this.text.includes(text));
  }

  close(): void {
    this.#pty.kill("SIGKILL");
    this.#terminal.dispose();
  }
}

const shells: Shell[] = [];
export function shell(...args: ConstructorParameters<typeof Shell>): Shell {
  const made = new Shell(...args);
  shells.push(made);
  return made;
}

/** In each file that uses it. */
export function closeShells(): void {
  afterEach(() => {
    for (const each of shells.splice(0)) each.close();
  });
  beforeAll(() => {
    if (!existsSync(join(ROOT, "dist/main.js")))
      throw new Error("not built: run npm run build first");
  });
}

/** Runs `top`, tells its pid and exit code, and whether the terminal's settings changed. */
export function script(command: string, ...before: readonly string[]): string[] {
  const lines = [
    ...before,
    "before=$(stty -g)",
    `sh -c 'echo pid=$$; exec ${command}'`,
    'echo "code=$?"',
    '[ "$before" = "$(stty -g)" ] && echo settings-kept || echo settings-CHANGED',
  ];
  return ["-c", lines.join("\n")];
}

export const TOP = `${PROGRAM.replaceAll("'", '"')} top -D ${IMAGE}`;

export function pidOf(shown: Shell): number {
  return Number(/pid=(\d+)/.exec(shown.raw)?.[1]);
}

export async function expectRestored(shown: Shell, code: number): Promise<void> {
  await shown.shows(`code=${code}`);
  await shown.shows("settings-kept");
  expect(shown.buffer).toBe("normal");
  const left = shown.raw.lastIndexOf("\x1b[?1049l");
  const after = shown.raw.slice(left);
  for (const mode of [1000, 1002, 1003, 1004, 1006, 2004]) {
    expect(shown.raw.lastIndexOf(`\x1b[?${mode}l`)).toBeGreaterThan(0);
    expect(after).not.toContain(`\x1b[?${mode}h`);
  }
  expect(after).not.toContain("\x1b[?25l");
  expect(shown.raw.lastIndexOf("\x1b[?25h")).toBeGreaterThan(shown.raw.lastIndexOf("\x1b[?25l"));
  expect(shown.raw.lastIndexOf("\x1b[?7h")).toBeGreaterThan(shown.raw.lastIndexOf("\x1b[?7l"));
}
