#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// The command. `--version` alone answers here, before anything is loaded.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const args = process.argv.slice(2);
if (args.length === 1 && args[0] === "--version") {
  const path = new URL("../package.json", import.meta.url);
  process.stdout.write(`${JSON.parse(readFileSync(path, "utf8")).version}\n`);
} else if (existsSync(new URL("../dist/main.js", import.meta.url))) {
  nameProcess();
  const { main } = await import("../dist/main.js");
  process.exitCode = await main(args);
} else {
  process.stderr.write(
    "tgtctl: not built: dist/main.js is missing\n  build it with: npm run build\n",
  );
  process.exitCode = 69;
}

/** What pkill and an EBUSY remark call us; process.title would cost ps our arguments. */
function nameProcess() {
  try {
    writeFileSync("/proc/self/comm", "tgtctl");
  } catch {
    // no /proc: then nobody asks there
  }
}
