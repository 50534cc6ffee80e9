// SPDX-License-Identifier: MIT
// The examples of a command's help: each on a line of its own, so that it can be copied and run.
import { indented, WIDTH } from "../features/text-layout.js";

/** Goes to `epilogue`, which puts the program's name for `$0`. What each shows stands beside it, or below. */
export function examples(...rows: readonly (readonly [command: string, shows: string])[]): string {
  const shown = rows.map(([command, shows]) => ({ line: command.replace("$0", "tgtctl"), shows }));
  const column = Math.max(...shown.map(({ line }) => line.length)) + 2;
  const beside = shown.every(({ shows }) => 2 + column + shows.length <= WIDTH);
  const lines = shown.map(({ line, shows }) =>
    beside ? `  ${line.padEnd(column)}${shows}\n` : `  ${line}\n${indented(shows, 6)}`,
  );
  return `Examples:\n${lines.join("")}`;
}
