// SPDX-License-Identifier: MIT
// Being told to stop: what runs ends in order, and says so.

/** Aborted at the first of these; a second one ends the process as usual. */
export function stopSignal(
  signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM"],
): AbortSignal {
  const stop = new AbortController();
  for (const signal of signals) process.once(signal, () => stop.abort());
  return stop.signal;
}
