// SPDX-License-Identifier: MIT
// Holds the imports in src/ to the order of the layers (ARCHITECTURE.md), and each file to its
// licence line. Prints what breaks it; exit 1.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** Folder -> folders it may import from, besides itself and the leaves. */
const MAY_IMPORT = {
  abi: [],
  scsi: [],
  expression: ["abi", "scsi"],
  ring: ["abi"],
  target: ["scsi"],
  device: ["ring", "abi"],
  handler: ["device", "target", "scsi"],
  session: ["handler", "device", "ring", "abi", "target", "scsi", "expression"],
  features: ["session", "device", "ring", "abi", "target", "scsi", "expression"],
  commands: ["features", "session", "device", "ring", "abi", "target", "scsi", "expression"],
  tui: ["features", "session", "device", "ring", "abi", "target", "scsi", "expression"],
};
/** Files directly under src/ anybody may import. */
const LEAVES = new Set(["errors.ts", "one-line.ts", "tty-output.ts"]);

const root = resolve(import.meta.dirname, "..");
const problems = [];

function walk(folder, visit) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!["node_modules", "golden", "build", "dist"].includes(entry.name)) walk(path, visit);
    } else visit(path);
  }
}

function checkImports(path) {
  const folder = relative(join(root, "src"), path).split("/")[0];
  const allowed = MAY_IMPORT[folder];
  if (allowed === undefined) return; // main, index, build: the top may import all
  for (const match of readFileSync(path, "utf8").matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)) {
    const target = relative(join(root, "src"), resolve(dirname(path), match[1])).replace(
      /\.jsx?$/,
      ".ts",
    );
    const to = target.split("/")[0];
    if (to === folder || allowed.includes(to) || LEAVES.has(target)) continue;
    problems.push(`${relative(root, path)}: ${folder} may not import ${target}`);
  }
}

const KERNEL = /^(kernel)\//;
function checkLicence(path) {
  const name = relative(root, path);
  if (!/\.(ts|tsx|js|mjs|sh|c|h|cc)$/.test(name)) return;
  const head = readFileSync(path, "utf8").slice(0, 300);
  const wanted = KERNEL.test(name)
    ? /SPDX-License-Identifier: GPL-2\.0-only/
    : /SPDX-License-Identifier: (MIT|GPL-2\.0-only)/;
  if (!wanted.test(head)) problems.push(`${name}: no SPDX line at its head`);
}

walk(join(root, "src"), checkImports);
for (const folder of ["src", "bin", "native", "kernel", "test"])
  walk(join(root, folder), checkLicence);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
