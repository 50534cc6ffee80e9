// SPDX-License-Identifier: MIT
// What is printed to stderr while the screen is up: it would tear it, and becomes remarks.
import type { RemarkLog } from "../session/remark-log.js";

/** Where stderr is the terminal; elsewhere it goes where it shall. Returns how to end that. */
export function divertStderr(remarks: RemarkLog): () => void {
  const { stderr } = process;
  if (stderr.isTTY !== true) return () => undefined;
  const write = stderr.write;
  let rest = "";
  const take = (text: string): void => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") remarks.add(line);
  };
  stderr.write = ((chunk: unknown, ...more: unknown[]) => {
    take(typeof chunk === "string" ? chunk : Buffer.from(chunk as Uint8Array).toString());
    const done = more.at(-1);
    if (typeof done === "function") process.nextTick(done);
    return true;
  }) as typeof write;
  // node writes its warnings past the stream
  const printers = process.listeners("warning");
  const warned = (warning: Error): void => remarks.add(`${warning.name}: ${warning.message}`);
  process.removeAllListeners("warning").on("warning", warned);
  return () => {
    if (rest !== "") take("\n");
    stderr.write = write;
    process.off("warning", warned);
    for (const printer of printers) process.on("warning", printer);
  };
}
