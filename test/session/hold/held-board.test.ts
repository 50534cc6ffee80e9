// SPDX-License-Identifier: MIT
// What a view shows as held: asked again after each change, kept while the owner is busy, gone with it.
import { describe, expect, it } from "vitest";
import { TgtctlError } from "../../../src/errors.js";
import { HeldBoard } from "../../../src/session/hold/held-board.js";

const HELD = {
  ...{ on: true, tmf: false, held: 1, by: null },
  items: [{ kind: "CMD_RSP", host_no: 3, cid: 7 }],
};

/** A board whose owner answers with these, one after the other. */
function boardOf(...answers: (object | Error)[]): { board: HeldBoard; asked: () => number } {
  let asked = 0;
  const board = new HeldBoard(async () => {
    const answer = answers[asked++];
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { board, asked: () => asked };
}

const failure = (kind: "busy" | "unavailable"): TgtctlError => new TgtctlError(kind, "it", "ask");

describe("HeldBoard", () => {
  it("asks once for each change", async () => {
    const { board, asked } = boardOf(HELD, { ...HELD, held: 0, items: [] });
    await board.refresh();
    await board.refresh();
    expect([asked(), board.has(3, 7), board.state.held]).toEqual([1, true, 1]);
    board.noteChange();
    await board.refresh();
    expect([asked(), board.has(3, 7), board.state.held]).toEqual([2, false, 0]);
  });

  it("says when its list came, not when it was asked in vain", async () => {
    const answers: (object | Error)[] = [HELD, failure("busy"), HELD];
    let nowNs = 5n;
    const board = new HeldBoard(
      async () => {
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return answer;
      },
      () => nowNs,
    );
    const listed: number[] = [];
    for (; nowNs < 8n; nowNs++) {
      board.noteChange();
      await board.refresh();
      listed.push(board.listedNs);
    }
    expect(listed).toEqual([5, 5, 7]);
  });

  it("keeps what it has while the owner is busy, and asks again", async () => {
    const { board, asked } = boardOf(HELD, failure("busy"), failure("busy"), HELD);
    await board.refresh();
    board.noteChange();
    for (let i = 0; i < 5; i++) await board.refresh();
    expect([asked(), board.has(3, 7), board.state.on]).toEqual([4, true, true]);
  });

  it("shows nothing once the owner has gone", async () => {
    const { board } = boardOf(HELD, failure("unavailable"));
    await board.refresh();
    board.noteChange();
    await board.refresh();
    expect([board.has(3, 7), board.state.on, board.items]).toEqual([false, false, []]);
  });
});
