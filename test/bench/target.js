// SPDX-License-Identifier: MIT
// npm run bench:target: 4 KiB IOPS in one guest boot of our disk, of a C responder on the same ring,
// of scsi_debug and of tcmu-runner over tcm_loop, taking turns; their medians and ratios.
// README.md beside this file says how to read them.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

/** Least ratio to the C responder; the others are goals, not limits. */
const FLOOR = 0.8;
const USAGE = `node test/bench/target.js [options]
  --seconds N       of every measurement (default 1; 5 by the host's clock)
  --rounds N        turns of every peer (default 3)
  --depths LIST     fio's iodepths (default 1,32)
  --patterns LIST   read: random reads, mixed: 70 % of them (default read,mixed)
  --peers LIST      of ours,c,scsi_debug,tcmu (default all)
  --kernel PREFIX   of the guest (default 6.1)
  --clock NAME      instructions: one processor, a nanosecond per instruction (the default)
                    host: two processors, the host's time, and the host's noise
  --json            one object instead of tables
Exit: 1 below ${FLOOR} of the C responder, 69 if a peer could not be had.`;

const PEERS = { ours: "ours", c: "C responder", scsi_debug: "scsi_debug", tcmu: "tcmu-runner" };
const NEEDED = { tcmu: ["/usr/bin/tcmu-runner", "/usr/bin/dbus-daemon"] };
/** Seconds of a guest's boot and of a peer's turn beside what is measured, generously. */
const BOOT_LIMIT = 200;
const TURN_LIMIT = 120;
/** How much slower than its own clock the guest may be when it counts instructions. */
const SLOWNESS = 20;

/** Without this the guest takes the emulated TSC for unsynchronised and reads the HPET instead. */
const KERNEL_OPTIONS = "tsc=reliable";

const { values } = parseArgs({
  options: {
    seconds: { type: "string" },
    rounds: { type: "string", default: "3" },
    depths: { type: "string", default: "1,32" },
    patterns: { type: "string", default: "read,mixed" },
    peers: { type: "string", default: Object.keys(PEERS).join(",") },
    kernel: { type: "string", default: "6.1" },
    clock: { type: "string", default: "instructions" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const byHost = values.clock === "host";
const seconds = Number(values.seconds ?? (byHost ? 5 : 1));
const rounds = Number(values.rounds);
const depths = values.depths.split(",").map(Number);
const patterns = values.patterns.split(",");
const wanted = values.peers.split(",");
const wrong =
  [seconds, rounds, ...depths].some((n) => !(Number.isInteger(n) && n > 0)) ||
  (!byHost && values.clock !== "instructions") ||
  patterns.some((p) => p !== "read" && p !== "mixed") ||
  wanted.some((p) => !(p in PEERS));
if (values.help || wrong) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 64);
}

const root = join(import.meta.dirname, "../..");
const guest = join(root, "test/guest");
/** Where the emulator that counts instructions is found under its usual name. */
const COUNTING = join(import.meta.dirname, "target-qemu");
const out = join(process.env.TGTCTL_GUEST_DIR ?? join(root, "build/guest"), "bench-target");
const peers = wanted.filter((peer) => (NEEDED[peer] ?? []).every((file) => existsSync(file)));
const absent = wanted.filter((peer) => !peers.includes(peer));

function build(version) {
  mkdirSync(out, { recursive: true });
  const quiet = { stdio: ["ignore", 2, 2] };
  execFileSync(join(guest, "build.sh"), [version, out], quiet);
  const source = join(import.meta.dirname, "target-responder.c");
  const program = join(out, "programs/target-responder");
  const flags = ["-std=gnu11", "-O2", "-Wall", "-Wextra", `-I${join(root, "kernel")}`];
  execFileSync("gcc", [...flags, "-o", program, source], quiet);
}

function boot(version) {
  const turn = TURN_LIMIT + patterns.length * depths.length * (seconds + 10);
  const limit = (BOOT_LIMIT + rounds * peers.length * turn) * (byHost ? 1 : SLOWNESS);
  const options = ["-k", version, "-o", out, "-t", String(limit), "-e", `NODE=${process.execPath}`];
  options.push("-a", KERNEL_OPTIONS, "-c", byHost ? "2" : "1");
  const plan = [rounds, seconds, peers.join(" "), patterns.join(" "), depths.join(" ")];
  plan.push(byHost ? "pinned" : "free");
  const command = ["/repo/test/bench/target-guest.sh", ...plan.map(String)];
  const child = spawn(join(guest, "boot.sh"), [...options, "--", ...command], {
    stdio: ["ignore", 2, 2],
    env: { ...process.env, PATH: byHost ? process.env.PATH : `${COUNTING}:${process.env.PATH}` },
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on("close", (code) => resolve(code ?? 125)));
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

/** `name=value` lines -> numbers */
function counters(path) {
  const lines = readFileSync(path, "utf8").trim().split("\n");
  return Object.fromEntries(lines.map((line) => line.split("=")).map(([k, v]) => [k, Number(v)]));
}

/** What one measurement came to; per command where that says more. */
function measured(peer, pattern, depth, round) {
  const from = join(out, "results", String(round), peer, `${pattern}-${depth}`);
  const text = readFileSync(join(from, "fio.json"), "utf8");
  const [job] = JSON.parse(text.slice(text.indexOf("{"))).jobs;
  if (job.error !== 0) throw new Error(`${peer} ${pattern} ${depth}: fio failed: ${job.error}`);
  const before = counters(join(from, "before.txt"));
  const after = counters(join(from, "after.txt"));
  const grown = (name) => after[name] - before[name];
  const each = (name) => grown(name) / grown("commands");
  const refused = Object.keys(after).filter((name) => /^verdict_[2-9]/.test(name));
  if (refused.some((name) => grown(name) > 0)) {
    throw new Error(`${peer} ${pattern} ${depth}: the kernel refused answers`);
  }
  const userShare = grown("user") / (grown("user") + grown("system"));
  const cpu = each("cpu_ns") / 1000;
  return {
    iops: job.read.iops + job.write.iops,
    user: cpu * userShare,
    system: cpu * (1 - userShare),
    switches: each("switches"),
    wakeups: each("wakeups"),
    doorbells: each("doorbells"),
  };
}

function row(pattern, depth) {
  const of = {};
  for (const peer of peers) {
    const runs = Array.from({ length: rounds }, (_, i) => measured(peer, pattern, depth, i + 1));
    of[peer] = Object.fromEntries(
      Object.keys(runs[0])
        .map((name) => [name, median(runs.map((run) => run[name]))])
        .filter(([, value]) => !Number.isNaN(value)),
    );
  }
  const ratios = {};
  for (const peer of peers) {
    if (peer !== "ours" && of.ours) ratios[peer] = of.ours.iops / of[peer].iops;
  }
  return { pattern, depth, peers: of, ratios };
}

function line(cells) {
  console.log(
    cells
      .map((cell, i) => (i ? cell.padStart(13) : cell.padEnd(10)))
      .join("")
      .trimEnd(),
  );
}

function print(version, table) {
  console.log(
    `4 KiB IOPS, kernel ${version}, medians of ${rounds} x ${seconds} s by the clock of ${values.clock}; ours / the others`,
  );
  const others = peers.filter((peer) => peer !== "ours" && peers.includes("ours"));
  line(["", ...peers.map((p) => PEERS[p]), ...others.map((p) => `/ ${PEERS[p]}`)]);
  for (const { pattern, depth, peers: of, ratios } of table) {
    const iops = peers.map((peer) => of[peer].iops.toFixed(0));
    line([`${pattern} ${depth}`, ...iops, ...others.map((peer) => ratios[peer].toFixed(2))]);
  }
  console.log("\nof the answering process, per command: us of CPU, context switches; of the ring");
  line(["", "", "user us", "system us", "switches", "wake-ups", "doorbells"]);
  for (const { pattern, depth, peers: of } of table) {
    for (const peer of peers) {
      const { user, system, switches, wakeups, doorbells } = of[peer];
      if (user === undefined) continue;
      const cells = [user.toFixed(0), system.toFixed(0), switches.toFixed(2)];
      for (const n of [wakeups, doorbells]) cells.push(n === undefined ? "" : n.toFixed(3));
      line([`${pattern} ${depth}`, PEERS[peer], ...cells]);
    }
  }
}

const version = execFileSync(join(guest, "kernels.sh"), [values.kernel], { encoding: "utf8" })
  .trim()
  .split("\n")
  .at(-1);
if (!version) {
  console.error(`bench:target: no kernel ${values.kernel} with headers: test/setup/install.sh`);
  process.exit(69);
}
build(version);
const code = await boot(version);
if (code !== 0) {
  console.error(`bench:target: the guest ended with ${code}; see ${out}`);
  process.exit(code === 69 ? 69 : 1);
}
const table = patterns.flatMap((pattern) => depths.map((depth) => row(pattern, depth)));
if (values.json) {
  console.log(
    JSON.stringify({
      schema: "tgtctl.bench-target/1",
      version,
      seconds,
      rounds,
      clock: values.clock,
      absent,
      table,
    }),
  );
} else {
  print(version, table);
}
const slow = table.filter(({ ratios }) => ratios.c < FLOOR);
for (const { pattern, depth, ratios } of slow) {
  console.error(`${pattern} ${depth}: ${ratios.c.toFixed(2)} of the C responder, not ${FLOOR}`);
}
for (const peer of absent) {
  console.error(
    `${PEERS[peer]} could not be had: ${NEEDED[peer].join(" or ")} is missing. As root:`,
  );
  console.error(
    "  apt-get install --no-install-recommends $(grep -v '^#' test/setup/packages-bench.txt)",
  );
}
process.exitCode = absent.length > 0 ? 69 : slow.length > 0 ? 1 : 0;
