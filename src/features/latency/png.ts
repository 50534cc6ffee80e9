// SPDX-License-Identifier: MIT
// The picture as PNG, where rsvg-convert is there to make it.
import { spawnSync } from "node:child_process";
import { causeText, TgtctlError } from "../../errors.js";

const CONVERTER = "rsvg-convert";
const MOST_BYTES = 64 << 20;

/** Errors: `unavailable`: no converter. */
export function checkConverter(): void {
  run(["--version"], "");
}

/** Errors: `unavailable`. */
export function pngOf(svg: string): Uint8Array {
  return run(["--format", "png", "--background-color", "white"], svg);
}

function run(args: readonly string[], input: string): Uint8Array {
  const { error, status, stdout, stderr } = spawnSync(CONVERTER, args, {
    input,
    maxBuffer: MOST_BYTES,
  });
  if (!error && status === 0) return stdout;
  const cause = error ? causeText(error) : String(stderr).trim().split("\n", 1)[0];
  throw new TgtctlError(
    "unavailable",
    `${CONVERTER}: ${cause}`,
    "install it (Debian: librsvg2-bin), or name an .svg: it needs nothing",
  );
}
