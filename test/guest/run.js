// SPDX-License-Identifier: MIT
// Runs the checks of test/guest/checks on real kernels in QEMU and sums them up.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const USAGE = `node test/guest/run.js [options]
  --kernel PREFIX   only this kernel (6.1, 6.12, ...); may be repeated
  --set full|smoke|fixtures  the checks to run (default: full on 6.1, smoke on others;
                    with TGTCTL_SOAK=1 full everywhere and with more rounds)
  --only REGEXP     only checks whose names match
  --summary FILE    write {passed, failed} there as JSON
Results stay in $TGTCTL_GUEST_DIR (default build/guest), one folder a kernel:
dmesg.txt, results, checks/NAME/*.log.`;

/** Debian 12's kernels, and what each is given. */
const KERNELS = [
  { prefix: "6.1", set: "full" },
  { prefix: "6.12", set: "smoke" },
];
/** Seconds for all checks of one boot: far more than it takes; a hang is caught earlier. */
const BOOT_LIMIT = { full: 3600, smoke: 1800, fixtures: 1200, soak: 4 * 3600 };

/** Poison, red zones and callers for kmalloc; patience for a host that is busy otherwise. */
const KERNEL_OPTIONS =
  "slub_debug=FZPU,kmalloc-* rcupdate.rcu_cpu_stall_timeout=60 watchdog_thresh=30";

const here = dirname(fileURLToPath(import.meta.url));
const repo = join(here, "../..");
const state = process.env.TGTCTL_GUEST_DIR ?? join(repo, "build/guest");
const soak = (process.env.TGTCTL_SOAK ?? "") !== "";

/** The installed kernel of a series, e.g. "6.1" -> "6.1.0-56-amd64"; undefined if there is none. */
function installed(prefix) {
  const versions = execFileSync(join(here, "kernels.sh"), [prefix], { encoding: "utf8" });
  return versions.trim().split("\n").filter(Boolean).at(-1);
}

/** Boots `version`, runs the checks, echoes what the guest prints. Resolves to boot.sh's exit code. */
function boot(version, set, only, out) {
  const limit = soak ? BOOT_LIMIT.soak : BOOT_LIMIT[set];
  const args = ["-k", version, "-o", out, "-t", String(limit), "-e", `NODE=${process.execPath}`];
  args.push("-a", KERNEL_OPTIONS);
  if (soak) args.push("-e", "CHECK_SOAK=1");
  args.push("--", "/repo/test/guest/suite.sh", set, only);
  const child = spawn(join(here, "boot.sh"), args, { stdio: ["ignore", "inherit", "inherit"] });
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on("close", (code) => resolve(code ?? 125)));
}

function lines(path) {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
}

/** What became of every check that was planned; one that left no result failed. */
function collect(out, code) {
  const results = new Map(lines(join(out, "results")).map((line) => line.split("\t")));
  const plan = lines(join(out, "plan"));
  const failed = plan.filter((name) => results.get(name) !== "pass");
  for (const name of failed.filter((name) => !results.has(name))) {
    console.log(`FAIL ${name} (did not get to its end)`);
  }
  if (plan.length === 0) console.log(`FAIL the guest ran no check (exit ${code})`);
  return { passed: plan.length - failed.length, failed: failed.length || (plan.length ? 0 : 1) };
}

async function onKernel({ prefix, set }, only) {
  const version = installed(prefix);
  if (version === undefined) {
    console.log(`FAIL kernel ${prefix}: no image with headers: run test/setup/install.sh as root`);
    return { passed: 0, failed: 1 };
  }
  const out = join(state, version);
  const began = Date.now();
  console.log(`-- ${version}: ${soak ? "soak" : set} set`);
  for (const old of ["plan", "results", "checks"])
    rmSync(join(out, old), { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  try {
    execFileSync(join(here, "build.sh"), [version, out], { stdio: "inherit" });
  } catch {
    console.log(`FAIL kernel ${version}: the modules or programs do not build`);
    return { passed: 0, failed: 1 };
  }
  const code = await boot(version, set, only, out);
  const sum = collect(out, code);
  if (code !== 0 && sum.failed === 0) {
    console.log(`FAIL the guest ended with ${code} after its last check`);
    sum.failed = 1;
  }
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(
    `-- ${version}: ${sum.passed} passed, ${sum.failed} failed, ${seconds} s; see ${out}`,
  );
  return sum;
}

const { values } = parseArgs({
  options: {
    kernel: { type: "string", multiple: true },
    set: { type: "string" },
    only: { type: "string", default: "." },
    summary: { type: "string" },
    help: { type: "boolean" },
  },
});
if (values.help || (values.set && !(values.set in BOOT_LIMIT))) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 64);
}

const chosen = values.kernel
  ? values.kernel.map(
      (prefix) => KERNELS.find((k) => k.prefix === prefix) ?? { prefix, set: "full" },
    )
  : KERNELS;
const total = { passed: 0, failed: 0 };
for (const { prefix, set } of chosen) {
  const sum = await onKernel({ prefix, set: soak ? "full" : (values.set ?? set) }, values.only);
  total.passed += sum.passed;
  total.failed += sum.failed;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
if (values.summary) writeFileSync(values.summary, JSON.stringify(total));
process.exitCode = total.failed === 0 ? 0 : 1;
