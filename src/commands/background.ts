// SPDX-License-Identifier: MIT
// Serving with nobody at the terminal: what is said goes to a file that must not grow for ever.
import { fstatSync, ftruncateSync } from "node:fs";

const STDERR = 2;
const MOST_BYTES = 1 << 20;
const LOOK_MS = 10_000;

/** The log is opened for appending: cut to nothing it goes on at its beginning. */
export function keepLogShort(
  fd = STDERR,
  mostBytes = MOST_BYTES,
  everyMs = LOOK_MS,
): NodeJS.Timeout {
  const look = (): void => {
    try {
      const stat = fstatSync(fd);
      if (stat.isFile() && stat.size > mostBytes) ftruncateSync(fd, 0);
    } catch {
      // a log is no reason to stop serving
    }
  };
  return setInterval(look, everyMs).unref();
}
