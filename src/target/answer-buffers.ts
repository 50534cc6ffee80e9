// SPDX-License-Identifier: MIT
// Where answers that are not in a store lie: small buffers at known addresses, taken and given back.
import type { Memory, StoreIo } from "./stores/store.js";

/** Bytes of an ordinary buffer: more than any INQUIRY, mode page or sense data here. */
const BUFFER_SIZE = 512;
const BUFFERS_PER_ARENA = 256;

/** Bytes in buffers of their own, all together: data-out of commands that wait. */
const MOST_OWN = 256 * 1024 * 1024;

/** Too much data-out is held already: TASK SET FULL. */
export class BuffersFull extends Error {}

export interface AnswerBuffer {
  readonly bytes: Uint8Array;
  readonly address: number;
}

interface Node extends AnswerBuffer {
  next: Node | null;
  /** A buffer of its own size, unmapped when given back. */
  readonly own: Memory | null;
}

/**
 * Free buffers queue up first in, first out: one that is given back early (its command was aborted)
 * is used again as late as possible.
 */
export class AnswerBuffers {
  readonly #io: StoreIo;
  readonly #arenas: Memory[] = [];
  #head: Node | null = null;
  #tail: Node | null = null;
  #own = 0;

  constructor(io: StoreIo) {
    this.#io = io;
  }

  /** A buffer of at least `size` bytes; its content is undefined. Throws BuffersFull. */
  take(size: number): AnswerBuffer {
    if (size > BUFFER_SIZE) return this.#takeOwn(size);
    if (!this.#head) this.#grow();
    const node = this.#head;
    if (!node) throw new Error("no answer buffer");
    this.#head = node.next;
    if (!node.next) this.#tail = null;
    node.next = null;
    return node;
  }

  /** Only buffers that `take` returned, each once. */
  give(buffer: AnswerBuffer): void {
    const node = buffer as Node;
    if (node.own) {
      this.#own -= node.own.size;
      this.#io.unmap(node.own);
    } else this.#append(node);
  }

  /** Every buffer becomes invalid. */
  close(): void {
    for (const arena of this.#arenas.splice(0)) this.#io.unmap(arena);
    this.#head = null;
    this.#tail = null;
  }

  #append(node: Node): void {
    if (this.#tail) this.#tail.next = node;
    else this.#head = node;
    this.#tail = node;
  }

  #takeOwn(size: number): AnswerBuffer {
    if (this.#own + size > MOST_OWN) throw new BuffersFull();
    const own = this.#io.arena(size);
    this.#own += own.size;
    const node: Node = {
      bytes: new Uint8Array(own.buffer, 0, size),
      address: Number(own.address),
      next: null,
      own,
    };
    return node;
  }

  #grow(): void {
    const arena = this.#io.arena(BUFFER_SIZE * BUFFERS_PER_ARENA);
    this.#arenas.push(arena);
    const base = Number(arena.address);
    for (let at = 0; at < BUFFER_SIZE * BUFFERS_PER_ARENA; at += BUFFER_SIZE) {
      const bytes = new Uint8Array(arena.buffer, at, BUFFER_SIZE);
      this.#append({ bytes, address: base + at, next: null, own: null });
    }
  }
}
