// SPDX-License-Identifier: MIT
// What a frozen view keeps, and what it asks for all the same.

import { describe, expect, it, vi } from "vitest";
import { compile } from "../../src/expression/compile.js";
import { Eye } from "../../src/tui/eye.js";
import { FrameModel } from "../../src/tui/frame-model.js";
import { layoutFor } from "../../src/tui/layout.js";
import { request } from "../session/follow/ring-model.js";
import { busyHeldScene, busyScene } from "./scenes.js";

const cidsOf = ({ current }: FrameModel) => current.flight.commands.map((each) => each.cid);

describe("a frozen model", () => {
  it("stays, says how far it is behind, and goes on from what there is then", () => {
    const { watch, model } = busyScene();
    const frame = new FrameModel(watch, {}, null);
    const before = frame.current;
    frame.freeze(true);
    model.send(request(307));
    watch.pump();
    frame.take();
    expect(frame.current).toBe(before);
    expect(frame.behind).toBe(1);
    frame.freeze(false);
    frame.take();
    expect(frame.behind).toBe(0);
    expect(cidsOf(frame)).toContain(307);
  });

  it("is cut down by a filter that comes later, and is whole again without it", () => {
    const { watch, model } = busyScene();
    const frame = new FrameModel(watch, {}, null);
    const all = cidsOf(frame);
    frame.freeze(true);
    model.send(request(307));
    watch.pump();
    frame.setFilter(compile("cid == 305"));
    expect(cidsOf(frame)).toEqual([305]);
    frame.setFilter(null);
    expect(cidsOf(frame)).toEqual(all);
  });

  it("asks what is held now", () => {
    const { watch } = busyHeldScene();
    const { held } = watch.observation;
    if (!held) throw new Error("nothing is held");
    const asked = vi.spyOn(held, "refresh");
    const frame = new FrameModel(watch, {}, null);
    frame.freeze(true);
    asked.mockClear();
    frame.take();
    expect(asked).toHaveBeenCalledOnce();
  });
});

it("the eye freezes what there is at that moment, not what was shown", () => {
  const { watch, model } = busyScene();
  const frame = new FrameModel(watch, {}, null);
  const eye = new Eye({
    watch,
    model: frame,
    filter: null,
    layout: () => layoutFor({ columns: 120, rows: 40 }, frame.current.dialect.nrEntry),
    say: () => {},
    moved: () => {},
  });
  model.send(request(307));
  eye.look("freeze");
  expect(eye.state.frozen).toBe(true);
  expect(cidsOf(frame)).toContain(307);
  model.send(request(308));
  watch.pump();
  expect(frame.behind).toBe(1);
});
