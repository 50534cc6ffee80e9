// SPDX-License-Identifier: MIT
// A terminal that takes what it likes, when it likes: every byte arrives once, in order, or it is said.
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TtyOutput } from "../src/tty-output.js";

/** Room for `room` more bytes; null: it is gone. */
class FakeTerminal {
  room: number | null = 0;
  taken = "";
  drains = 0;
  readonly errors: unknown[] = [];
  readonly output = new TtyOutput({
    write: (bytes) => this.#take(bytes),
    drained: () => this.drains++,
    failed: (error) => this.errors.push(error),
  });

  #take(bytes: Uint8Array): number {
    if (this.room === null) throw Object.assign(new Error("EIO"), { code: "EIO" });
    if (this.room === 0) throw Object.assign(new Error("EAGAIN"), { code: "EAGAIN" });
    const count = Math.min(bytes.length, this.room);
    this.taken += Buffer.from(bytes.subarray(0, count)).toString();
    this.room -= count;
    return count;
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("output to a terminal", () => {
  it("is at once where there is room, and drains nothing", () => {
    const terminal = new FakeTerminal();
    terminal.room = 100;
    terminal.output.write("abc");
    expect([terminal.taken, terminal.output.isBlocked, terminal.drains]).toEqual(["abc", false, 0]);
  });

  it("arrives whole and in order whatever room comes when", () => {
    const steps = fc.array(fc.oneof(fc.nat({ max: 30 }), fc.stringMatching(/^[a-z]{1,20}$/)));
    fc.assert(
      fc.property(steps, (list) => {
        const terminal = new FakeTerminal();
        let wanted = "";
        for (const step of list) {
          if (typeof step === "number") terminal.room = (terminal.room ?? 0) + step;
          else {
            terminal.output.write(step);
            wanted += step;
          }
          vi.advanceTimersByTime(15);
        }
        terminal.room = 10_000;
        vi.advanceTimersByTime(500);
        expect(terminal.taken).toBe(wanted);
        expect(terminal.output.isBlocked).toBe(false);
      }),
    );
  });

  it("tells once that there is room again, and looks seldom until then", () => {
    const terminal = new FakeTerminal();
    terminal.output.write("abc");
    expect(terminal.output.isBlocked).toBe(true);
    vi.advanceTimersByTime(60_000);
    expect(vi.getTimerCount()).toBe(1);
    terminal.room = 100;
    vi.advanceTimersByTime(250);
    expect([terminal.taken, terminal.drains]).toEqual(["abc", 1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends with one error where the terminal is gone", () => {
    const terminal = new FakeTerminal();
    terminal.output.write("abc");
    terminal.room = null;
    vi.advanceTimersByTime(1000);
    terminal.output.write("def");
    expect(terminal.errors).toHaveLength(1);
    expect(terminal.output.isBlocked).toBe(false);
  });

  it("gives up its last words where nobody takes them", () => {
    const terminal = new FakeTerminal();
    terminal.output.write("abc");
    const begin = performance.now();
    expect(terminal.output.finish("end")).toBe(false);
    expect(performance.now() - begin).toBeLessThan(1000);
    expect(terminal.taken).toBe("");
    terminal.room = 100;
    vi.advanceTimersByTime(1000);
    expect(terminal.taken).toBe("");
    expect(new FakeTerminal().output.finish("")).toBe(true);
  });
});
