// SPDX-License-Identifier: MIT
// Store work of a bench, one job after the other: what is under way, how it ends, what is answered then.
import { type Bench, senseOf } from "./bench.js";

/** `punch 0+4096`; the oldest first. */
export function underWay(bench: Bench): string[] {
  return bench.io.jobs.map(({ operation, offset, length }) => `${operation} ${offset}+${length}`);
}

/** Ends the oldest job; the answer it led to as `Bench.sense`, "" if there is none yet. */
export function finish(bench: Bench, errno = 0, at = -1): string {
  bench.io.finishJob(errno, at);
  const [late] = bench.responder.poll();
  if (!late) return "";
  const text = senseOf(bench.text(late.answer));
  bench.responder.done(late.hostNo, late.cid);
  return text;
}

function change(bench: Bench, code: number, byte: number, and: number, or: number): void {
  for (const { mode } of bench.responder.units()) {
    const page = Uint8Array.from(mode.page(code));
    page[byte] = ((page[byte] ?? 0) & and) | or;
    mode.select([page]);
  }
}

/** WCE 0 at all units. */
export function withoutWriteCache(bench: Bench): void {
  change(bench, 0x08, 2, 0xfb, 0);
}

/** SWP 1 at all units. */
export function writeProtect(bench: Bench): void {
  change(bench, 0x0a, 4, 0xff, 0x08);
}
