// SPDX-License-Identifier: MIT
// The page of wake-up latency: measuring begins with it and ends with it, whatever becomes of its owner.
import { mkdirSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { TgtctlError } from "../../src/errors.js";
import type { LatencyReport, WaitMode } from "../../src/session/latency/report.js";
import type { Verbs } from "../../src/session/observation.js";
import { steadyReport } from "../features/latency/reports.js";
import { expectGolden } from "./golden.js";
import { ownedScene } from "./prompts/prompt-scenes.js";
import { busyScene } from "./scenes.js";
import { VirtualScreen } from "./virtual-screen.js";

const here = import.meta.dirname;
if (process.env.UPDATE_GOLDEN === "1") mkdirSync(`${here}/golden`, { recursive: true });

const report = (mode: WaitMode): LatencyReport => steadyReport(mode, { worst: [], missed: 2 });

class MeasuringOwner implements Verbs {
  readonly owner = "pid 4121";
  readonly asked: string[] = [];
  refusal: TgtctlError | null = null;
  readonly #modes: WaitMode[] = [];

  async call(method: string, params: object): Promise<unknown> {
    const { mode } = params as { mode?: WaitMode };
    if (method.startsWith("latency.")) this.asked.push(`${method}${mode ? ` ${mode}` : ""}`);
    if (this.refusal) throw this.refusal;
    if (mode && !this.#modes.includes(mode)) this.#modes.push(mode);
    if (method === "latency.start") return { id: 1 };
    return { reports: this.#modes.map(report), broke: null };
  }
}

const open: VirtualScreen[] = [];
function screenOf(verbs: Verbs | null, columns = 80, rows = 24): VirtualScreen {
  const watch = verbs ? ownedScene(verbs) : busyScene().watch;
  const made = new VirtualScreen(watch, { columns, rows, colors: false });
  open.push(made);
  return made;
}
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

/** Looks, and shows what it saw. */
async function looked(screen: VirtualScreen): Promise<void> {
  screen.view.frame();
  await settled();
  screen.view.frame();
}

const ESCAPE = "\x1b";
async function pressEscape(screen: VirtualScreen): Promise<void> {
  await screen.type(ESCAPE);
  await new Promise((resolve) => setTimeout(resolve, 50));
}

describe("the page of wake-up latency", () => {
  it.each([
    [120, 40],
    [80, 24],
    [40, 10],
  ])("at %dx%d", async (columns, rows) => {
    const screen = screenOf(new MeasuringOwner(), columns, rows);
    await screen.type("L");
    await looked(screen);
    expectGolden(here, `latency-${columns}x${rows}.txt`, await screen.picture());
  });

  it("measures while it is open, and not longer", async () => {
    const owner = new MeasuringOwner();
    const screen = screenOf(owner);
    await screen.type("L");
    await looked(screen);
    expect(owner.asked).toEqual(["latency.start poll", "latency.read"]);
    // a second look comes when a second has passed
    await looked(screen);
    expect(owner.asked).toHaveLength(2);
    await pressEscape(screen);
    expect(owner.asked).toEqual(["latency.start poll", "latency.read", "latency.stop"]);
    screen.view.frame();
    expect((await screen.lines()).join("\n")).not.toContain("wake-up latency");
  });

  it("goes on to the next mode, whose figures stand beside those of the others", async () => {
    const owner = new MeasuringOwner();
    const screen = screenOf(owner);
    await screen.type("L", "m");
    await looked(screen);
    const text = (await screen.lines()).join("\n");
    expect(owner.asked.slice(0, 2)).toEqual(["latency.start poll", "latency.start epoll"]);
    expect(text).toContain("M: poll");
    expect(text).toContain("M: epoll");
    await screen.type("L");
    expect(owner.asked.at(-1)).toBe("latency.stop");
  });

  it("closes with what its owner has against it", async () => {
    const owner = new MeasuringOwner();
    owner.refusal = new TgtctlError("busy", "latency: somebody else is measuring", "wait");
    const screen = screenOf(owner);
    await screen.type("L");
    await settled();
    const text = (await screen.lines()).join("\n");
    expect(text).toContain("somebody else is measuring: wait");
    expect(text).not.toContain("wake-up latency");
    expect(owner.asked).toEqual(["latency.start poll"]);
  });

  it("ends with the screen", async () => {
    const owner = new MeasuringOwner();
    const screen = screenOf(owner);
    await screen.type("L");
    screen.view.close();
    await settled();
    expect(owner.asked).toEqual(["latency.start poll", "latency.stop"]);
  });

  it("says why there is none where nobody can be asked", async () => {
    const screen = screenOf(null);
    await screen.type("L");
    expect((await screen.lines()).join("\n")).toContain("an observer changes nothing");
  });
});
