// SPDX-License-Identifier: MIT
// The device contract on a real /dev/tgt: bundled by test/guest and run in the guest. Prints a line a
// check; exit 1 if one failed.
import { CharDevice } from "../../src/device/char-device.js";
import { native } from "../../src/device/native.js";
import { type Check, LIVE_CHECKS, RING_CHECKS } from "./contract.js";

const path = process.argv[2] ?? "/dev/tgt";
const open = (role: "owner" | "observer"): CharDevice =>
  new CharDevice(native(), path, role, false);
let failed = 0;

function run<T>(check: Check<T>, subject: T): void {
  try {
    check.run(subject);
    console.log(`ok ${check.name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED ${check.name}: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

for (const role of ["owner", "observer"] as const) {
  for (const check of RING_CHECKS) run(check, () => open(role));
}
const live = {
  open,
  wakeFd: () => native().wakeFd(),
  wake: (fd: number) => native().wake(fd),
};
for (const check of LIVE_CHECKS) run(check, live);
console.log(`${LIVE_CHECKS.length + 2 * RING_CHECKS.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
