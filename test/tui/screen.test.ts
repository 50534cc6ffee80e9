// SPDX-License-Identifier: MIT
// Golden screens at the three sizes, and what keys do, on a real image and on a busy ring.

import { mkdirSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { done, request, response } from "../session/follow/ring-model.js";
import { expectGolden } from "./golden.js";
import {
  busyScene,
  fullScene,
  heldScene,
  idleScene,
  imageScene,
  malformedScene,
  namedHeldScene,
} from "./scenes.js";
import { VirtualScreen } from "./virtual-screen.js";

const here = import.meta.dirname;
if (process.env.UPDATE_GOLDEN === "1") mkdirSync(`${here}/golden`, { recursive: true });

const SIZES = [
  [120, 40],
  [80, 24],
  [40, 10],
] as const;

const open: VirtualScreen[] = [];
function screen(...args: ConstructorParameters<typeof VirtualScreen>): VirtualScreen {
  const made = new VirtualScreen(...args);
  open.push(made);
  return made;
}
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

describe.each(SIZES)("at %dx%d", (columns, rows) => {
  it.each([true, false])("shows an image, colours %s", async (colors) => {
    const shown = screen(imageScene("ring-aborts-pending.bin"), { columns, rows, colors });
    const name = `image-${columns}x${rows}-${colors ? "color" : "mono"}.txt`;
    expectGolden(here, name, await shown.picture());
  });

  it("shows a busy ring", async () => {
    const { watch } = busyScene();
    const shown = screen(watch, { columns, rows, colors: true });
    expectGolden(here, `busy-${columns}x${rows}.txt`, await shown.picture());
  });

  it("shows the list and the help", async () => {
    const { watch } = busyScene();
    const shown = screen(watch, { columns, rows, colors: false });
    await shown.type("\t", "\t", "\t", "j", "\x1b[B");
    expectGolden(here, `list-${columns}x${rows}.txt`, await shown.picture());
    await shown.type("?");
    expectGolden(here, `help-${columns}x${rows}.txt`, await shown.picture());
    await shown.type("\x1b");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await shown.lines()).join("\n")).not.toContain("this help");
  });
});

describe.each(SIZES)("scenes at %dx%d", (columns, rows) => {
  const scenes = {
    idle: idleScene,
    held: namedHeldScene,
    full: fullScene,
    malformed: malformedScene,
  };
  it.each(
    Object.entries(scenes).flatMap(([name, make]) =>
      [true, false].map((colors) => [name, colors, make] as const),
    ),
  )("shows %s, colours %s", async (name, colors, make) => {
    const shown = screen(make(), { columns, rows, colors });
    if (name === "held") await shown.type("\t", "\t", "\t", "j", "j");
    shown.view.frame();
    const file = `${name}-${columns}x${rows}-${colors ? "color" : "mono"}.txt`;
    expectGolden(here, file, await shown.picture());
  });

  it.each([
    ["events", ["\t", "\t", "k", "k", "k"]],
    ["fields", ["\t", "\t", "k", "k", "k", "k", "\t", "\t", "j", "j", "j", "j", "l"]],
  ])("shows the focus on %s", async (name, keys) => {
    const { watch } = busyScene();
    const shown = screen(watch, { columns, rows, colors: false });
    await shown.type(...keys);
    expectGolden(here, `${name}-${columns}x${rows}.txt`, await shown.picture());
  });
});

describe("a held target", () => {
  it.each([
    [120, 40],
    [100, 30],
    [80, 24],
    [60, 15],
    [40, 10],
  ])("is said to be one at %dx%d", async (columns, rows) => {
    const shown = screen(heldScene(26), { columns, rows, colors: false });
    const [first = "", second = "", third = ""] = await shown.lines();
    expect(`${first}|${second}|${third}`).toContain("HELD 26");
    expect(first).toContain("sim:name=rig,rate=500");
    expect(`${first}|${second}`).toContain("OBSERVER");
  });
});

describe("keys", () => {
  it("move the selected slot by slot and by line, round the ring", async () => {
    const shown = screen(imageScene("ring-aborts-pending.bin"), {
      columns: 120,
      rows: 40,
      colors: false,
    });
    expect(shown.view.state.slots.kuring).toBe(270);
    await shown.type("l", "l", "\x1b[C", "h");
    expect(shown.view.state.slots.kuring).toBe(272);
    await shown.type("j");
    expect(shown.view.state.slots.kuring).toBe(368);
    await shown.type("k", "k", "k", "k", "k");
    expect(shown.view.state.slots.kuring).toBe(512 + 368 - 5 * 96);
    await shown.type("\t");
    expect(shown.view.state.ring).toBe("ukring");
    await shown.type("hh\t\t\t\t");
    expect(shown.view.state.slots.ukring).toBe(388);
    expect(shown.view.state.focus).toBe("kuring");
  });

  it("leave by q and Ctrl-C, stop by Ctrl-Z", async () => {
    const shown = screen(imageScene("ring-after-probe.bin"), {
      columns: 80,
      rows: 24,
      colors: false,
    });
    await shown.type("q", "\x03", "\x1a");
    expect([shown.quits, shown.suspends]).toEqual([2, 1]);
  });
});

describe("what is written", () => {
  it("is nothing while nothing changes, and little when little does", () => {
    const { watch, model } = busyScene();
    const shown = screen(watch, { columns: 120, rows: 40, colors: true });
    shown.take();
    shown.view.frame();
    shown.take(); // rates settle: the second sample exists only now
    shown.view.frame();
    expect(shown.take()).toBe("");
    model.receive();
    shown.view.frame();
    const bytes = shown.take().length;
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(1000);
  });

  it("keeps a frozen view still, and says how far it is behind", async () => {
    const { watch, model } = busyScene();
    const shown = screen(watch, { columns: 120, rows: 40, colors: true });
    shown.view.frame();
    await shown.type(" ");
    const before = await shown.lines();
    model.receive();
    watch.pump();
    shown.view.frame();
    const after = await shown.lines();
    expect(after.slice(0, -1)).toEqual(before.slice(0, -1));
    expect(after.at(-1)).toContain("FROZEN, behind by");
  });

  it("of a frozen view follows a filter that comes later, and one that goes", async () => {
    const { watch, model } = busyScene();
    const shown = screen(watch, { columns: 120, rows: 40, colors: false });
    const flight = async (): Promise<string> => {
      const lines = await shown.lines();
      const from = lines.findIndex((line) => line.includes("in flight"));
      const [title = "", ...rows] = lines.slice(from).map((line) => line.split("|")[0] ?? "");
      const cids = rows.flatMap((row) => /^ +(\d+) +3 /.exec(row)?.[1] ?? []);
      return `${/in flight \d+( matching)?/.exec(title)?.[0]}: ${cids.join(" ")}`;
    };
    await shown.type(" ");
    model.receive();
    for (const cid of [302, 305]) {
      model.answer(response(cid));
      model.kick();
      model.send(done(cid));
      model.send(request(cid + 10));
    }
    watch.pump();
    const CLEAR = "\x15"; // Ctrl-U
    const seen: string[] = [];
    for (const filter of ["cid<304", "data_len==1", "age_ms<2000", ""]) {
      await shown.type("/", CLEAR, ...filter, "\r");
      seen.push(await flight());
    }
    expect(seen).toEqual([
      "in flight 3 matching: 301 302 303",
      "in flight 0 matching: ",
      "in flight 2 matching: 305 306",
      "in flight 6: 301 302 303 304 305 306",
    ]);
    await shown.type(" ");
    shown.view.frame();
    expect(await flight()).toBe("in flight 6: 301 303 304 306 312 315");
  });

  it("after any resize is what a fresh screen shows", async () => {
    const shown = screen(imageScene("ring-aborts-pending.bin"), {
      columns: 120,
      rows: 40,
      colors: false,
    });
    for (const [columns, rows] of [
      [19, 4],
      [80, 24],
      [61, 17],
      [100, 20],
      [200, 60],
      [20, 5],
      [120, 40],
    ] as const) {
      shown.resize(columns, rows);
      const fresh = screen(imageScene("ring-aborts-pending.bin"), { columns, rows, colors: false });
      expect(await shown.lines()).toEqual(await fresh.lines());
    }
  });
});
