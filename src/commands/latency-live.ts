// SPDX-License-Identifier: MIT
// A block of lines at the bottom of a terminal, drawn over itself, gone when it is over.
import { printable } from "../features/text-layout.js";
import { openOwnWay, TtyOutput } from "../tty-output.js";

const LEAST_ROWS = 2;

export class LiveBlock {
  readonly #output: TtyOutput;
  readonly #close: () => void;
  #rows = 0;

  private constructor(output: TtyOutput, close: () => void) {
    this.#output = output;
    this.#close = close;
  }

  /** Null where nobody looks, the cursor cannot be moved, or a stopped terminal would stop this thread. */
  static on(
    stream: NodeJS.WriteStream & { readonly fd: number },
    env = process.env,
  ): LiveBlock | null {
    if (stream.isTTY !== true || env.TERM === undefined || env.TERM === "dumb") return null;
    const way = openOwnWay(stream.fd);
    if (way === null) return null;
    const output = new TtyOutput({ write: way.write, drained: () => {}, failed: () => {} });
    return new LiveBlock(output, way.close);
  }

  /** Room for it, with a line left for the cursor. */
  static room({ columns, rows }: NodeJS.WriteStream): { columns: number; rows: number } {
    // the last column is left alone: some terminals begin a line there
    return {
      columns: Math.max(20, (columns || 80) - 1),
      rows: Math.max(LEAST_ROWS, (rows || 24) - 1),
    };
  }

  /** Left out while the terminal takes nothing. */
  show(lines: readonly string[]): void {
    if (this.#output.isBlocked) return;
    const text = lines.map((line) => `${printable(line)}\x1b[K\n`).join("");
    this.#output.write(`${this.#home()}${text}\x1b[J`);
    this.#rows = lines.length;
  }

  /** Something else has a line to write: it stands above the block, which comes again with the next `show`. */
  above(write: () => void): void {
    this.#output.write(`${this.#home()}\x1b[J`);
    this.#rows = 0;
    write();
  }

  /** As if it had never been there. */
  clear(): void {
    this.#output.finish(`${this.#home()}\x1b[J`);
    this.#rows = 0;
  }

  close(): void {
    this.#close();
  }

  #home(): string {
    return this.#rows > 0 ? `\r\x1b[${this.#rows}A` : "\r";
  }
}
