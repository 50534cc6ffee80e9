// SPDX-License-Identifier: MIT
// How long an owner's engine takes for its answers beside a load, and the C program that is one: for the benches
// that compare the two.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { build } from "esbuild";
import { Child } from "./child.js";

const root = join(import.meta.dirname, "../..");
export const out = join(root, "build/bench");

/** Bundles `sources` of this directory, and control-times.ts; compiles burn.c. */
export async function compile(...sources) {
  await build({
    entryPoints: ["control-times.ts", ...sources].map((name) => join(import.meta.dirname, name)),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true, // what is imported on demand, and is not there, stays out of the rest
    platform: "node",
    format: "esm",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    external: ["react-devtools-core"],
    // CommonJS inside the bundle asks for node's own modules through require
    banner: { js: "import{createRequire as c}from'node:module';const require=c(import.meta.url);" },
    logLevel: "warning",
  });
  const flags = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-pthread"];
  const source = join(import.meta.dirname, "burn.c");
  execFileSync("gcc", [...flags, "-o", join(out, "burn"), source], { stdio: "inherit" });
}

/**
 * One measurement of the owner of `device` beside `load` (or null): us from request to verdict, and `own`, `other`:
 * shares of a processor the owner and the load had.
 */
export async function measure(device, seconds, owner, load) {
  const times = await Child.node(join(out, "control-times.mjs"), device, seconds);
  const children = load ? [owner, load] : [owner];
  const before = children.map((child) => child.cpuMs);
  const begin = performance.now();
  const result = await times.result();
  const wall = performance.now() - begin;
  const [own, other = 0] = children.map((child, i) => (child.cpuMs - before[i]) / wall);
  return { ...result, own, other };
}

/** A thread that burns for each share of a processor. */
export function startBurner(...shares) {
  return Child.start(join(out, "burn"), ...shares.map((n) => Math.min(1, Math.max(0, n))));
}

export const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
