// SPDX-License-Identifier: MIT
// A program that a bench starts, looks at in /proc, and takes a line of results from.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Of the package: what is bundled elsewhere finds the addon by it. */
const root = join(import.meta.dirname, "../..");

/** Nothing of ours goes on without us. */
const running = new Set();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Of all its threads, ms. */
export function cpuMsOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [user, system] = stat.slice(stat.lastIndexOf(")")).split(" ").slice(12, 14);
  return (Number(user) + Number(system)) * 10; // in units of 1/100 s
}

export function holdingsOf(pid) {
  const proc = `/proc/${pid}`;
  const rss = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`${proc}/status`, "utf8"));
  return { fds: readdirSync(`${proc}/fd`).length, rssMb: Number(rss?.[1]) / 1024 };
}

/** Its first line says that it is ready, its last is its result. */
export class Child {
  #out = "";
  #process;
  #ended;

  constructor(command, args) {
    this.#process = spawn(command, args, {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, TGTCTL_ADDON_ROOT: root },
    });
    this.#process.stdout.on("data", (chunk) => {
      this.#out += chunk;
    });
    this.#ended = new Promise((resolve) => this.#process.on("close", resolve));
    running.add(this.#process);
    this.#process.on("close", () => running.delete(this.#process));
  }

  static async start(command, ...args) {
    const child = new Child(command, args.map(String));
    const ended = child.#ended.then(() => Promise.reject(new Error(`${command} ${args} ended`)));
    const ready = async () => {
      while (!child.#out.includes("\n")) await sleep(20);
      return child;
    };
    ended.catch(() => {});
    return Promise.race([ready(), ended]);
  }

  static node(...args) {
    return Child.start(process.execPath, ...args);
  }

  get pid() {
    return this.#process.pid;
  }

  get cpuMs() {
    return cpuMsOf(this.pid);
  }

  get holdings() {
    return holdingsOf(this.pid);
  }

  async result() {
    await this.#ended;
    return JSON.parse(this.#out.trim().split("\n").at(-1));
  }

  async stop(signal) {
    this.#process.kill(signal);
    await this.#ended;
  }
}
