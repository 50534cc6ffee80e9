// SPDX-License-Identifier: MIT
// Bytes of a control connection -> messages: one a line, UTF-8, LF; a CR before it is dropped.

const LF = 0x0a;
const CR = 0x0d;
/** A line that comes byte by byte must not cost an object for each. */
const MOST_PIECES = 64;

export type Frame =
  | { readonly kind: "message"; readonly text: string }
  /** A line that is not UTF-8; the next one may be good. */
  | { readonly kind: "not-utf8" }
  /** A line above the limit. The last frame: where the next message begins is not looked for. */
  | { readonly kind: "too-long" };

export class LineSplitter {
  readonly #limit: number;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** The beginning of a line. */
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #over = false;

  /** `limit`: bytes of a message, without its line ending. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether the bytes so far end within a message. */
  get inMessage(): boolean {
    return this.#bytes > 0;
  }

  /** Blank lines are no messages. The chunk may be kept: it is not to be written to again. */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let from = 0;
    while (!this.#over && from < chunk.length) {
      const end = chunk.indexOf(LF, from);
      const upTo = end < 0 ? chunk.length : end;
      this.#keep(chunk.subarray(from, upTo));
      if (this.#isTooLong()) {
        this.#over = true;
        this.#pieces = [];
        frames.push({ kind: "too-long" });
        break;
      }
      if (end < 0) break;
      const line = this.#take();
      if (line.length > 0) frames.push(this.#frame(line));
      from = end + 1;
    }
    return frames;
  }

  #keep(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    if (this.#pieces.length > MOST_PIECES) this.#pieces = [Buffer.concat(this.#pieces)];
  }

  /** One byte more may be the CR of a line that just fits. */
  #isTooLong(): boolean {
    const over = this.#bytes - this.#limit;
    return over > 1 || (over === 1 && this.#pieces.at(-1)?.at(-1) !== CR);
  }

  #take(): Uint8Array {
    const [first] = this.#pieces;
    const line = this.#pieces.length === 1 && first ? first : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#bytes = 0;
    return line.at(-1) === CR ? line.subarray(0, -1) : line;
  }

  #frame(line: Uint8Array): Frame {
    try {
      return { kind: "message", text: this.#decoder.decode(line) };
    } catch {
      return { kind: "not-utf8" };
    }
  }
}
