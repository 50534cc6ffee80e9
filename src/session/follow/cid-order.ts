// SPDX-License-Identifier: MIT
// Whether a kernel gives cids in ascending order, and which command is then later than one we saw.

/** Requests with ever higher cids, until we take it that later ones have higher cids. */
const ORDER_SHOWN = 256;

export class CidOrder {
  /** Whoever has a higher cid was requested after we began; Infinity while that is not known. */
  floor = Number.POSITIVE_INFINITY;
  /** Highest cid requested, and as of the look before; a request may be found a look late. */
  #highest = -1;
  #highestBefore = -1;
  /** Requests in order; -1 once they were not: nothing is taken from it ever again. */
  #inOrder = 0;
  #look: number[] = [];

  /** A CMD_REQ of a command not requested before, as it is delivered. */
  requested(cid: number): void {
    if (this.#inOrder >= 0) this.#look.push(cid);
  }

  /**
   * After each look; true if what was known is not any more. A look that finds a whole lap may begin
   * anywhere in it: one step back is no disorder.
   */
  settle(): boolean {
    const cids = this.#look;
    if (cids.length === 0) return false;
    this.#look = [];
    const back = cids.filter((cid, i) => i > 0 && cid <= (cids[i - 1] ?? 0)).length;
    const lowest = cids.reduce((a, b) => Math.min(a, b));
    if (back > 1 || lowest <= this.#highestBefore) {
      this.giveUp();
      return true;
    }
    this.#highestBefore = this.#highest;
    this.#highest = cids.reduce((a, b) => Math.max(a, b), this.#highest);
    this.#inOrder += cids.length;
    if (this.#inOrder >= ORDER_SHOWN) this.floor = Math.min(this.floor, this.#highest);
    return false;
  }

  giveUp(): void {
    this.#inOrder = -1;
    this.#look = [];
    this.floor = Number.POSITIVE_INFINITY;
  }
}
