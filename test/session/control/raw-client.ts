// SPDX-License-Identifier: MIT
// A client that sends what bytes it likes, and a place for sockets.
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SocketRoom {
  /** Of ours alone. */
  readonly directory: string;
  readonly path: string;
  /** Removes what is at `path`. */
  remove(): void;
  /** Removes all. */
  empty(): void;
}

export function socketRoom(): SocketRoom {
  const directory = mkdtempSync(join(tmpdir(), "tgtctl-"));
  const path = join(directory, "tgt.sock");
  return {
    directory,
    path,
    remove: () => rmSync(path, { force: true }),
    empty: () => rmSync(directory, { recursive: true, force: true }),
  };
}

export class RawClient {
  readonly socket: Socket;
  /** Resolves when the connection is over, both ways. */
  readonly over: Promise<void>;
  #lines: string[] = [];
  /** Of a line that is not ended. */
  #begun = "";
  #heard: () => void = () => {};

  constructor(path: string) {
    this.socket = connect({ path, allowHalfOpen: true });
    this.socket.setEncoding("utf8");
    this.socket.on("error", () => {});
    this.socket.on("data", (text: string) => {
      const lines = (this.#begun + text).split("\n");
      this.#begun = lines.pop() ?? "";
      this.#lines.push(...lines);
      this.#heard();
    });
    this.socket.on("end", () => this.socket.end());
    this.over = new Promise((resolve) => {
      this.socket.on("close", () => {
        resolve();
        this.#heard();
      });
    });
  }

  send(bytes: string | Uint8Array): this {
    this.socket.write(bytes);
    return this;
  }

  /** The next `count` lines, parsed; rejects if the connection ends first. */
  async lines(count: number): Promise<unknown[]> {
    while (this.#lines.length < count) {
      if (this.socket.destroyed)
        throw new Error(`ended after: ${this.#lines.join().slice(0, 300)}`);
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
    return this.#lines.splice(0, count).map((line) => JSON.parse(line));
  }

  /** What it is told to one message. */
  async ask(message: string | Uint8Array): Promise<unknown> {
    return (await this.send(message).send("\n").lines(1))[0];
  }

  /** All that came and was not taken yet, once the connection is over. */
  async rest(): Promise<unknown[]> {
    await this.over;
    return this.#lines.map((line) => JSON.parse(line));
  }
}

export const call = (id: unknown, method: string, params?: unknown): string =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params });

/** Looks again until it holds: nothing else tells that another end has noticed. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((later) => setTimeout(later, 5));
}
