// SPDX-License-Identifier: MIT
// What the inspector says of a slot, of an event whose slot is used again, and of its bytes.

import { describe, expect, it } from "vitest";
import { buildFixedSense } from "../../src/scsi/sense.js";
import { Cells, cellAttributes, cellCharacter, INVERSE } from "../../src/tui/cells.js";
import { clockText, longClockText, shortClockText } from "../../src/tui/event-clock.js";
import { inspect } from "../../src/tui/inspected.js";
import { inspectorTitle, paintInspector } from "../../src/tui/inspector.js";
import { modelParts, type ScreenModel, takeModel } from "../../src/tui/model.js";
import { slotMark } from "../../src/tui/ring-map.js";
import { INITIAL_VIEW, type ViewState } from "../../src/tui/view-state.js";
import { request, response } from "../session/follow/ring-model.js";
import { busyHeldScene, busyScene, idleScene } from "./scenes.js";

function shown(model: ScreenModel, state: Partial<ViewState>, columns = 54, rows = 24) {
  const cells = new Cells(columns, rows);
  const region = { x: 0, y: 0, width: columns, height: rows };
  paintInspector(cells, region, model, { ...INITIAL_VIEW, ...state });
  const line = (y: number): string =>
    Array.from({ length: columns }, (_, x) => cellCharacter(cells.at(x, y), "ascii")).join("");
  const lines = Array.from({ length: rows }, (_, y) => line(y).trimEnd());
  const lit = (text: string): string => {
    const y = lines.findIndex((each) => each.includes(text));
    return Array.from({ length: columns }, (_, x) => cells.at(x, y))
      .map((cell) => (cellAttributes(cell) & INVERSE ? cellCharacter(cell, "ascii") : " "))
      .join("")
      .trim();
  };
  return { lines, lit };
}

describe("an answer that is kept back", () => {
  it("is so for longer and longer, in whole seconds, while the owner's list is the same", () => {
    const { watch, model } = busyHeldScene();
    const says = (): string => {
      watch.refresh();
      const slots = { kuring: 600 % 512, ukring: 0 };
      const { lines } = shown(takeModel(watch), { slots }, 80);
      return lines.find((line) => line.includes("held back")) ?? "";
    };
    expect(says()).toContain("GOOD 4096 B, for 4 s");
    model.timeNs += 700_000_000n;
    expect(says()).toContain(", for 4 s");
    model.timeNs += 88_200_000_000n;
    expect(says()).toContain(", for 93 s");
    model.timeNs += 600_000_000_000n;
    expect(says()).toContain(", for 11 min");
  });
});

describe("an event in the inspector", () => {
  it("is said to be overwritten, and how many laps ago, once its slot holds another", () => {
    const watch = idleScene();
    watch.refresh();
    const model = takeModel(watch);
    const state = { shown: 0, slots: { kuring: 0, ukring: 0 } };
    expect(inspectorTitle(inspect({ ...INITIAL_VIEW, ...state }, model))).toBe(
      "slot kuring 0, 1 lap ago",
    );
    const { lines } = shown(model, state);
    expect(lines[0]).toContain("overwritten since");
    expect(lines.join("\n")).toMatch(/cid +1 +01 00 00 00/);
    expect(lines.join("\n")).toMatch(/answer +ukring 0 after 1 us: GOOD 4096 B, OK/);
    expect(inspectorTitle(inspect({ ...INITIAL_VIEW, shown: 899 }, model))).toBe("slot kuring 87");
  });

  it("lights the field of a byte in both, and the byte's own field from the dump", () => {
    const { watch } = busyScene();
    watch.refresh();
    const model = takeModel(watch);
    const state = { focus: "fields" as const, slots: { kuring: 89, ukring: 0 }, byte: 52 };
    const { lit } = shown(model, state);
    expect(lit("cid ")).toContain("302");
    expect(lit("30 03 00")).toBe("2e 01 00 00".replaceAll(" ", "").match(/../g)?.join(" "));
    expect(shown(model, { ...state, byte: 63 }).lit("lba=0x12e")).toContain("lba=0x12e");
    expect(shown(model, { ...state, byte: 200 }).lit("lba=0x12e")).toBe("");
  });

  it("scrolls to the selected field where there is no room for all", () => {
    const { watch } = busyScene();
    watch.refresh();
    const state = { focus: "fields" as const, slots: { kuring: 89, ukring: 0 }, byte: 88 };
    const { lines, lit } = shown(takeModel(watch), state, 40, 3);
    expect(lines.join("\n")).toContain("tag");
    expect(lit("tag")).toContain("0x12e");
  });

  it("has the sense data that lie in the owner's memory now", () => {
    const { watch, model: ring } = busyScene();
    ring.kick();
    watch.refresh();
    const sense = buildFixedSense({ key: 3, asc: 0x11, ascq: 0 });
    const readMemory = (address: bigint, length: number) =>
      address === 0x7f65ccf46000n ? sense.subarray(0, length) : null;
    const state = { ring: "ukring" as const, slots: { kuring: 0, ukring: 302 } };
    const model = takeModel(watch, modelParts(watch, { readMemory }));
    expect(shown(model, state).lines.join("\n")).toMatch(/sense now +MEDIUM ERROR/);
    expect(shown(takeModel(watch), state).lines.join("\n")).not.toContain("sense now");
  });
});

describe("the time of an event", () => {
  it("is that of the day where it is known, else the monotonic clock's", () => {
    const clock = { wallOffsetNs: (14 * 3600 + 3 * 60 + 1) * 1e9 };
    expect(longClockText(clock, 21_104_113_000)).toBe("14:03:22.104 113");
    expect(shortClockText(clock, 21_104_113_000)).toBe("03:22.104113");
    expect(clockText(clock, 21_104_113_000)).toBe("14:03:22.104113");
    expect(longClockText({ wallOffsetNs: null }, 1_947_420_113_000)).toBe("947.420113");
    expect(longClockText({ wallOffsetNs: 1.7e18 }, 0)).toMatch(/^\d\d:\d\d:\d\d\.\d{3} \d{3}$/);
  });
});

describe("a slot that changed", () => {
  it("fades in steps: bright, bold, plain", () => {
    const { watch, model } = busyScene();
    watch.refresh();
    model.receive();
    model.timeNs += 1_000_000_000n;
    model.send(request(400));
    model.receive();
    model.answer(response(400));
    watch.refresh();
    const now = Number(model.timeNs);
    const slot = watch.look.kuring.positions.producerSlot ?? 0;
    const ages = [0, 100, 249, 250, 999, 1000, 60_000].map(
      (ms) => slotMark(watch.look.kuring, slot - 1, now + ms * 1e6, null).recent,
    );
    expect(ages).toEqual([2, 2, 2, 1, 1, 0, 0]);
    const looks = [0, 500, 5000].map(
      (ms) => slotMark(watch.look.kuring, slot - 1, now + ms * 1e6, null).attributes,
    );
    expect(new Set(looks).size).toBe(3);
  });
});
