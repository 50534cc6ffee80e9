// SPDX-License-Identifier: MIT
// A program in a terminal of its own: what it writes, what its threads cost, what stands on its screen.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as pty from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { cpuMsOf, holdingsOf } from "./child.js";

const root = join(import.meta.dirname, "../..");
const running = new Set();
process.once("exit", () => {
  for (const program of running) program.kill();
});

const environment = (extra) => {
  const { CI, NO_COLOR, FORCE_COLOR, ...kept } = process.env;
  return { ...kept, TERM: "xterm-256color", ...extra };
};

export class PtyProgram {
  bytes = 0;
  /** Called with what it wrote, as it comes. */
  onData = () => {};
  #pty;
  #ended;

  constructor(command, args, { env = {}, columns = 120, rows = 40 } = {}) {
    this.#pty = pty.spawn(command, args, {
      cols: columns,
      rows,
      cwd: root,
      env: environment(env),
    });
    this.#pty.onData((data) => {
      this.bytes += Buffer.byteLength(data);
      this.onData(data);
    });
    this.#ended = new Promise((resolve) => this.#pty.onExit(resolve));
    running.add(this);
    this.#ended.then(() => running.delete(this));
  }

  /** The screen on the simulator, its first frame there. */
  static async top(device, options) {
    const program = new PtyProgram(
      process.execPath,
      ["bin/tgtctl.js", "top", "-D", device],
      options,
    );
    await program.wrote("quit");
    return program;
  }

  get pid() {
    return this.#pty.pid;
  }

  get cpuMs() {
    return cpuMsOf(this.pid);
  }

  get rssMb() {
    return holdingsOf(this.pid).rssMb;
  }

  /** CPU time of each thread, ns: the main one, V8's and libuv's helpers, everybody else. */
  get threads() {
    const spent = { main: 0, helpers: 0, others: 0 };
    for (const thread of readdirSync(`/proc/${this.pid}/task`)) {
      const task = `/proc/${this.pid}/task/${thread}`;
      const ns = Number(readFileSync(`${task}/schedstat`, "utf8").split(" ")[0]);
      // tgtctl names its main thread once it runs: what was there before keeps node's name
      const name = readFileSync(`${task}/comm`, "utf8").trim();
      const kind = Number(thread) === this.pid ? "main" : name === "node" ? "helpers" : "others";
      spent[kind] += ns;
    }
    return spent;
  }

  /** Resolves to when it did. Errors: it ended, or took too long. */
  async wrote(text, begin = performance.now()) {
    let all = "";
    const seen = new Promise((resolve) => {
      this.onData = (data) => {
        all += data;
        if (all.includes(text)) resolve(performance.now() - begin);
      };
    });
    const late = sleep(20_000).then(() => null);
    const took = await Promise.race([seen, this.#ended.then(() => null), late]);
    this.onData = () => {};
    if (took === null) throw new Error(`waited for ${text}, it wrote ${JSON.stringify(all)}`);
    return took;
  }

  write(keys) {
    this.#pty.write(keys);
  }

  /** Nobody reads it any more; returns once it has filled what lies between. */
  async stopReading() {
    this.#pty.pause();
    for (let i = 0; i < 40; i++) {
      this.#pty.resize(120 + (i % 2), 40); // each size is a whole screen
      await sleep(30);
    }
  }

  /** A picture of its screen, kept up to date. */
  emulate() {
    const terminal = new xterm.Terminal({ cols: 120, rows: 40, allowProposedApi: true });
    this.onData = (data) => terminal.write(data);
    const line = (y) => terminal.buffer.active.getLine(y)?.translateToString(true) ?? "";
    return () => Array.from({ length: 40 }, (_, y) => line(y)).join("\n");
  }

  kill() {
    try {
      process.kill(this.pid, "SIGKILL");
    } catch {
      // it has ended
    }
  }

  async stop() {
    process.kill(this.pid, "SIGTERM");
    await Promise.race([this.#ended, sleep(15_000, null, { ref: false })]);
    this.kill();
    await this.#ended;
  }

  async ended() {
    return this.#ended;
  }
}
