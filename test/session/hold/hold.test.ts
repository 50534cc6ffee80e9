// SPDX-License-Identifier: MIT
// The queue of what is held: order, one answer per command, and who may take what.
import { describe, expect, it } from "vitest";
import { type HeldAnswer, type HeldTask, Hold } from "../../../src/session/hold/hold.js";
import { emptyAnswer } from "../../../src/target/responder.js";

function answer(cid: number, hostNo = 3, status = 0): HeldAnswer {
  const prepared = { ...emptyAnswer(), status };
  return { kind: "answer", hostNo, cid, answer: prepared, heldNs: 0, refused: null };
}

function task(midLow: number, midHigh = 0): HeldTask {
  const asked = { fn: 0x0d, tagLow: 0, tagHigh: 0, lun: 0, heldNs: 0 };
  return { kind: "task", hostNo: 3, midLow, midHigh, ...asked };
}

function holdOf(...items: (HeldAnswer | HeldTask)[]): Hold {
  const hold = new Hold();
  for (const item of items) hold.keep(item);
  return hold;
}

describe("Hold", () => {
  it("keeps answers and functions in the order in which they came", () => {
    const items = [answer(5), task(5), answer(1), answer(5, 4)];
    const hold = holdOf(...items);
    expect(hold.items()).toEqual(items);
    expect(hold.first(2)).toEqual(items.slice(0, 2));
    expect(hold.first(9)).toEqual(items);
    expect(hold.first(0)).toEqual([]);
    expect(hold.size).toBe(4);
  });

  it("gives a second answer the first one's place", () => {
    const better = answer(1, 3, 2);
    const hold = holdOf(answer(1), answer(2));
    hold.keep(better);
    expect(hold.items()).toEqual([better, answer(2)]);
  });

  it("finds by host and cid, or by all of the mid, never one for the other", () => {
    const hold = holdOf(answer(1), task(1), task(1, 1), task(-1, -1));
    expect(hold.answer(3, 1)?.kind).toBe("answer");
    expect(hold.answer(4, 1)).toBeNull();
    expect(hold.task(3, 1, 0)).toEqual(task(1));
    expect(hold.task(3, 1, 1)).toEqual(task(1, 1));
    expect(hold.task(3, 0xffff_ffff, 0xffff_ffff)).toEqual(task(-1, -1));
    expect(hold.task(3, 2, 0)).toBeNull();
  });

  it("lets each be taken once, and not in another's place", () => {
    const [first, second] = [answer(1), answer(1)];
    const hold = holdOf(first);
    hold.keep(second);
    expect([hold.take(first), hold.size]).toEqual([false, 1]);
    expect([hold.take(second), hold.take(second), hold.size]).toEqual([true, false, 0]);
  });

  it("takes back to its head", () => {
    const hold = holdOf(answer(1), answer(2), answer(3));
    hold.giveBack(answer(3));
    hold.giveBack(answer(9));
    expect(hold.items()).toEqual([answer(9), answer(3), answer(1), answer(2)]);
  });

  it("forgets a command, and says whether it was there", () => {
    const hold = holdOf(answer(1), task(1));
    expect([hold.forget(3, 1), hold.forget(3, 1)]).toEqual([true, false]);
    expect(hold.items()).toEqual([task(1)]);
  });

  it("prunes the answers of commands nobody wants, never a function", () => {
    const hold = holdOf(answer(1), task(1), answer(2), answer(1, 4));
    expect(hold.prune((hostNo, cid) => hostNo === 4 || cid === 2)).toBe(1);
    expect(hold.items()).toEqual([task(1), answer(2), answer(1, 4)]);
  });
});
