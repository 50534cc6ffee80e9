// SPDX-License-Identifier: MIT
// Frames when something happens, few when nothing does, none into a terminal that takes none.
import { describe, expect, it } from "vitest";
import { FRAME_MS, FrameClock } from "../../src/tui/frame-clock.js";
import { LinePace } from "../../src/tui/line-pace.js";
import { request } from "../session/follow/ring-model.js";
import { busyScene } from "./scenes.js";

function clockOf(baud: number | null = null) {
  const { watch } = busyScene();
  watch.activity.forget(); // nothing is in flight
  const state = { frames: 0, blocked: false, now: 0, bytes: 0 };
  const pace = new LinePace(baud);
  const frame = (): void => {
    state.frames++;
    pace.sent(state.bytes, state.now);
  };
  const clock = new FrameClock({ watch, pace, isBlocked: () => state.blocked, frame });
  const ticks = (count: number): number => {
    const before = state.frames;
    for (let i = 0; i < count; i++, state.now += FRAME_MS) clock.tick(state.now);
    return state.frames - before;
  };
  ticks(1);
  watch.activity.forget(); // what the ring still held was told now
  return { state, ticks, watch };
}

describe("frames", () => {
  it("are one a second while nothing happens, and all where something is in flight", () => {
    const { ticks, watch } = clockOf();
    expect(ticks(40)).toBe(10);
    watch.activity.commands.claim(0, 1, new Uint8Array(96));
    expect(ticks(40)).toBe(40);
  });

  it("come with the next tick after an event", () => {
    const { watch, model } = busyScene();
    let frames = 0;
    const options = { watch, pace: new LinePace(null), isBlocked: () => false };
    const clock = new FrameClock({ ...options, frame: () => frames++ });
    clock.tick(0);
    watch.activity.forget();
    clock.tick(250);
    expect(frames).toBe(1);
    model.send(request(999));
    clock.tick(500);
    expect(frames).toBe(2);
  });

  it("wait for a terminal that takes nothing, and for a slow line", () => {
    const { state, ticks, watch } = clockOf(9600);
    watch.activity.commands.claim(0, 1, new Uint8Array(96));
    state.blocked = true;
    expect(ticks(10)).toBe(0);
    state.blocked = false;
    state.bytes = 960; // two seconds of half the line
    expect(ticks(16)).toBe(2);
  });
});
