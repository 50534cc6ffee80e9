// SPDX-License-Identifier: MIT
// Waiting within a measurement: for time to pass, for a stop, for the last answer.
import { TgtctlError } from "../../errors.js";

/** So long the last answer may take once the user has had enough: an owner may be stopped. */
const LAST_ANSWER_MS = 3000;

/** The shorter of both. */
export function pause(ms: number, most: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      stop.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(0, Math.min(ms, most)));
    stop.addEventListener("abort", end);
    if (stop.aborted) end();
  });
}

export function stopped(stop: AbortSignal): Promise<"stopped"> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve("stopped");
    else stop.addEventListener("abort", () => resolve("stopped"), { once: true });
  });
}

/** Once `stop` is aborted with an end. Errors: `unavailable`, none came in time; its own. */
export async function answered<Answer>(asked: Promise<Answer>, stop: AbortSignal): Promise<Answer> {
  if (!stop.aborted) return asked;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(silent()), LAST_ANSWER_MS);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

function silent(): TgtctlError {
  const text = `latency: who measures has not answered for ${LAST_ANSWER_MS / 1000} s`;
  return new TgtctlError("unavailable", text, "is it stopped? ps -o stat,cmd -p its pid");
}
