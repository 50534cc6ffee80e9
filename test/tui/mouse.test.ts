// SPDX-License-Identifier: MIT
// The mouse: off it is nothing, on a click selects what is shown there, whatever the size.
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { layoutFor } from "../../src/tui/layout.js";
import { takeModel } from "../../src/tui/model.js";
import { readMouse, targetAt } from "../../src/tui/mouse.js";
import { INITIAL_VIEW } from "../../src/tui/view-state.js";
import { busyScene } from "./scenes.js";
import { VirtualScreen } from "./virtual-screen.js";

const open: VirtualScreen[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

function show(mouse: boolean, columns = 120, rows = 40): VirtualScreen {
  const { watch } = busyScene();
  const screen = new VirtualScreen(watch, { columns, rows, colors: false, mouse });
  open.push(screen);
  return screen;
}

/** Where `text` is shown. */
async function at(screen: VirtualScreen, text: string, which: "first" | "last" = "first") {
  const lines = await screen.lines();
  const isThere = (line: string): boolean => line.slice(0, 65).includes(text);
  const y = which === "first" ? lines.findIndex(isThere) : lines.findLastIndex(isThere);
  expect(y).toBeGreaterThanOrEqual(0);
  return { x: lines[y]?.indexOf(text) ?? -1, y };
}

const click = ({ x, y }: { x: number; y: number }): string => `\x1b[<0;${x + 1};${y + 1}M`;
const WHEEL_UP = "\x1b[<64;1;1M";
const WHEEL_DOWN = "\x1b[<65;1;1M";

describe("a report", () => {
  it.each([
    ["[<0;7;3M", { kind: "click", x: 6, y: 2 }],
    ["[<64;1;1M", { kind: "wheel", by: -1 }],
    ["[<65;1;1M", { kind: "wheel", by: 1 }],
    ["[<0;7;3m", null], // let go of
    ["[<2;7;3M", null], // right
    ["[<4;7;3M", null], // with Shift
    ["[<35;7;3M", null], // moved
    ["[M !!", null],
  ])("%s", (input, report) => {
    expect(readMouse(input)).toEqual(report);
  });
});

describe("a click", () => {
  it("selects a slot, an event, a command, a function, and the panels", async () => {
    const screen = show(true);
    await screen.type(click({ x: 5 + 17, y: 4 }));
    expect(screen.view.state).toMatchObject({ focus: "kuring", slots: { kuring: 96 + 17 } });
    await screen.type(click(await at(screen, "cid 305")));
    expect(screen.view.state).toMatchObject({ focus: "events", event: expect.any(Number) });
    expect((await screen.lines()).join("\n")).toContain("slot kuring 93");
    await screen.type(click(await at(screen, "ABORT TASK tag", "last")));
    expect(screen.view.state).toMatchObject({ focus: "flight", command: { hostNo: 3, mid: 7n } });
    const row = await at(screen, "ABORT TASK tag", "last");
    await screen.type(click({ ...row, y: row.y - 1 }));
    expect(screen.view.state.command).toEqual({ hostNo: 3, cid: 302 });
    await screen.type(click({ x: 100, y: 30 }));
    expect(screen.view.state.focus).toBe("fields");
  });

  it("is nothing where it is off, and while something lies in front", async () => {
    const off = show(false);
    const before = off.view.state;
    await off.type(click({ x: 22, y: 4 }), WHEEL_UP);
    expect(off.view.state).toEqual(before);
    expect(off.output).not.toContain("?1000");
    const on = show(true);
    await on.type("?");
    const there = on.view.state;
    await on.type(click({ x: 22, y: 4 }), WHEEL_UP);
    expect(on.view.state).toEqual(there);
  });
});

it("the wheel moves in what has the focus, several reports at once, too", async () => {
  const screen = show(true);
  await screen.type("\t", "\t", "\t", "g");
  await screen.type(WHEEL_DOWN);
  expect(screen.view.state.command).toEqual({ hostNo: 3, cid: 303 });
  await screen.type(`${WHEEL_DOWN}${WHEEL_UP}${WHEEL_UP}`);
  expect(screen.view.state.command).toEqual({ hostNo: 3, cid: 301 });
});

it("whatever is pointed at, at any size, is there", () => {
  const { watch } = busyScene();
  watch.refresh();
  const model = takeModel(watch);
  const size = fc.record({
    columns: fc.integer({ min: 1, max: 300 }),
    rows: fc.integer({ min: 1, max: 100 }),
  });
  const focus = fc.constantFrom("kuring", "events", "flight", "fields" as const);
  fc.assert(
    fc.property(size, fc.nat(300), fc.nat(100), focus, (shown, x, y, where) => {
      const layout = layoutFor(shown, 512);
      const state = { ...INITIAL_VIEW, focus: where as "kuring" };
      const target = targetAt({ x, y }, layout, model, state);
      if (target?.kind === "slot") expect(target.slot).toBeLessThan(512);
      if (target?.kind === "event") expect(model.book.get(target.number)).not.toBeNull();
      if (layout.kind !== "full") expect(target).toBeNull();
    }),
    { numRuns: 500 },
  );
});
