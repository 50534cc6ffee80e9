// SPDX-License-Identifier: MIT
// The prompts, the breakpoints, the palette and the page of text: how they look, and what keys do.

import { mkdirSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { TgtctlError } from "../../../src/errors.js";
import { expectGolden } from "../golden.js";
import { busyScene } from "../scenes.js";
import { VirtualScreen, type VirtualScreenOptions } from "../virtual-screen.js";
import { FakeOwner, ownedScene } from "./prompt-scenes.js";

const here = import.meta.dirname;
if (process.env.UPDATE_GOLDEN === "1") mkdirSync(`${here}/golden`, { recursive: true });

const [UP, DOWN, ENTER, ESCAPE, TAB] = ["\x1b[A", "\x1b[B", "\r", "\x1b", "\t"];
const MONO = { columns: 80, rows: 24, colors: false };

const open: VirtualScreen[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

function screen(owner: FakeOwner, options: VirtualScreenOptions = MONO): VirtualScreen {
  const [first] = owner.breakpoints;
  const made = new VirtualScreen(ownedScene(owner, first ?? null), options);
  open.push(made);
  return made;
}

/** An escape is one only once nothing has followed it; answers have come by then, too. */
async function settle(shown: VirtualScreen): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 50));
  shown.view.frame();
}

async function text(shown: VirtualScreen): Promise<string> {
  return (await shown.lines()).join("\n");
}

function ownerWithBreakpoints(): FakeOwner {
  const owner = new FakeOwner();
  owner.add("type == CMD_DONE && result != 0", true, 1);
  owner.add("opcode == WRITE_10 && lba < 0x1000 && data_len > 4096 && host_no == 3", false, 12);
  owner.add("lun == 1");
  return owner;
}

const SCENES: readonly (readonly [string, readonly string[]])[] = [
  ["filter-valid", ["/", "opcode == READ_10 && lun == 1"]],
  ["filter-error", ["/", "opcode == READ_10 && lnu == 1 && tag", ENTER]],
  ["filter-completion", ["/", "opcode == rea", TAB, TAB, TAB]],
  ["breakpoints", ["b", DOWN]],
  ["palette-usage", [":", "release "]],
  ["palette-error", [":", "break add lba = 8"]],
  ["text-page", [":", "lun list", ENTER, DOWN, DOWN]],
];

describe.each([
  [120, 40],
  [80, 24],
  [40, 10],
] as const)("at %dx%d", (columns, rows) => {
  it.each(SCENES)("shows %s", async (name, keys) => {
    for (const colors of [true, false]) {
      const shown = screen(ownerWithBreakpoints(), { columns, rows, colors });
      await shown.type(...keys);
      await settle(shown);
      const golden = `${name}-${columns}x${rows}-${colors ? "color" : "mono"}.txt`;
      expectGolden(here, golden, await shown.picture());
    }
  });
});

describe("the filter", () => {
  it("is set by a whole expression only, kept by Escape, taken away by an empty line", async () => {
    const shown = screen(new FakeOwner());
    const filter = () => shown.view.state.filter?.text ?? null;
    await shown.type("/", "lun ==", ENTER);
    expect(filter()).toBeNull();
    expect(await text(shown)).toContain("unfinished: expected a field, a name or a number");
    await shown.type(" 1", ENTER);
    expect(filter()).toBe("lun == 1");
    expect(await text(shown)).not.toContain("filter: show only");
    await shown.type("/", "\x15", "tag > 5", ESCAPE);
    await settle(shown);
    expect(filter()).toBe("lun == 1");
    expect(await text(shown)).not.toContain("filter: show only");
    await shown.type("/", "\x15", ENTER);
    expect(filter()).toBeNull();
  });

  it("and what is looked for share a history, and the line being typed is not lost", async () => {
    const shown = screen(new FakeOwner());
    await shown.type("/", "lun == 1", ENTER, "f", "lun == 2", ENTER, "f", "ta");
    await shown.type(UP, UP, UP);
    expect(await text(shown)).toContain("> lun == 1");
    await shown.type(DOWN);
    expect(await text(shown)).toContain("> lun == 2");
    await shown.type(DOWN, DOWN);
    expect(await text(shown)).toMatch(/> ta *\|/);
    await shown.type(UP, ENTER);
    expect(shown.view.state.find?.text).toBe("lun == 2");
    expect(shown.view.state.filter?.text).toBe("lun == 1");
  });

  it("can be there from the start, and works where nobody can be asked", async () => {
    const { watch } = busyScene();
    const shown = new VirtualScreen(watch, MONO);
    open.push(shown);
    await shown.type("/", "lun == 1", ENTER);
    expect(shown.view.state.filter?.text).toBe("lun == 1");
    await shown.type("b");
    expect(await text(shown)).toContain("an observer changes nothing");
    await shown.type(":", "hold", ENTER);
    expect(await text(shown)).toContain("an observer changes nothing");
  });
});

describe("breakpoints", () => {
  it("are added, once or for good, and deleted by what they are", async () => {
    const owner = new FakeOwner();
    const shown = screen(owner);
    await shown.type("b");
    await settle(shown);
    expect(await text(shown)).toContain("none; a or Enter adds one");
    await shown.type(ENTER, "lun == 1", ENTER);
    await settle(shown);
    await shown.type("o", "lba < 8", ENTER);
    await settle(shown);
    expect(owner.breakpoints).toMatchObject([
      { id: 1, expression: "lun == 1", once: false },
      { id: 2, expression: "lba < 8", once: true },
    ]);
    owner.breakpoints = owner.breakpoints.map((each) => ({ ...each, hits: 77 }));
    await shown.type(DOWN, "x");
    await settle(shown);
    expect(owner.asked).toContainEqual(["break.delete", { id: 2 }]);
    const now = await text(shown);
    expect(now).toContain("deleted breakpoint 2: lba < 8  (77 hits, once)".replace(/ {2}/, " "));
    expect(now).toMatch(/1 +77 +lun == 1/);
  });

  it("are asked for again while they are looked at, and no longer", async () => {
    const owner = ownerWithBreakpoints();
    const shown = screen(owner);
    const asked = () => owner.asked.filter(([method]) => method === "break.list").length;
    await shown.type("b");
    await settle(shown);
    expect(asked()).toBe(1);
    owner.breakpoints = owner.breakpoints.slice(1);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await settle(shown);
    await settle(shown);
    expect(asked()).toBe(2);
    expect(await text(shown)).not.toContain("CMD_DONE");
    await shown.type("q");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await settle(shown);
    expect(asked()).toBe(2);
  });

  it("say what the owner says", async () => {
    const owner = new FakeOwner();
    const shown = screen(owner);
    await shown.type("b", "a", "lun == 1");
    owner.refusal = new TgtctlError("busy", "break add: there are 100 already", "delete some");
    await shown.type(ENTER);
    await settle(shown);
    expect(await text(shown)).toContain("! break add: there are 100 already");
  });
});

describe("the palette", () => {
  it("asks the owner, and says what came of it", async () => {
    const owner = new FakeOwner();
    const shown = screen(owner);
    await shown.type(":", "hold --tmf", ENTER);
    await settle(shown);
    expect(owner.asked).toEqual([["hold", { on: true, tmf: true }]]);
    expect(await text(shown)).toContain("> held: 26 answers kept back");
    await shown.type(":", "step", ENTER);
    await settle(shown);
    expect(await text(shown)).toContain("! step: not in this scene");
  });

  it("offers what is held by name", async () => {
    const owner = new FakeOwner();
    const shown = screen(owner);
    await shown.type(":", "dr", TAB, TAB, TAB, ENTER);
    await settle(shown);
    expect(owner.asked).toEqual([["drop", { host_no: 3, cid: 302 }]]);
  });

  it("injects, or says why not; without options it opens the form", async () => {
    const owner = new FakeOwner();
    const shown = screen(owner);
    await shown.type(":", "inject --type TSK_MGMT_RSP --malform nonsense", ENTER);
    expect(await text(shown)).toContain("nonsense");
    expect(owner.asked).toEqual([]);
    await shown.type("\x15", "inject --type TSK_MGMT_RSP --set result=0", ENTER);
    await settle(shown);
    expect(owner.asked.map(([method]) => method)).toEqual(["inject"]);
    expect(await text(shown)).toContain("! inject: not in this scene");
    await shown.type(":", "inject", ENTER);
    expect(await text(shown)).toContain("inject, field 1 of");
  });

  it("has words for the screen itself", async () => {
    const shown = screen(new FakeOwner());
    await shown.type(":", "goto ukring 40", ENTER);
    expect(shown.view.state).toMatchObject({
      focus: "ukring",
      ring: "ukring",
      slots: { ukring: 40 },
    });
    await shown.type(":", "filter lun == 1", ENTER);
    expect(shown.view.state.filter?.text).toBe("lun == 1");
    await shown.type(":", "filter", ENTER);
    expect(shown.view.state.filter).toBeNull();
    await shown.type(":", "find tag == 7", ENTER);
    expect(shown.view.state.find?.text).toBe("tag == 7");
    await shown.type(":", "help", ENTER);
    expect(await text(shown)).toContain("- keys -");
    await shown.type("z", ":", "freeze", ENTER);
    expect(shown.view.state.frozen).toBe(true);
    await shown.type(":", "goto ukring 512", ENTER);
    expect(await text(shown)).toContain("slots are 0 to 511");
    await shown.type("\x15", "quit", ENTER);
    expect(shown.quits).toBe(1);
  });
});

describe("the page of text", () => {
  it("scrolls within its lines", async () => {
    const shown = screen(new FakeOwner());
    await shown.type(":", "lun list", ENTER);
    await settle(shown);
    expect(await text(shown)).toContain("lun list  1-21 of 30");
    await shown.type("\x1b[6~");
    expect(await text(shown)).toContain("10-30 of 30");
    await shown.type("j", "k");
    expect(await text(shown)).toContain("9-29 of 30");
    await shown.type("g");
    expect(await text(shown)).toContain("1-21 of 30");
    await shown.type("G", "q");
    expect(await text(shown)).not.toContain("of 30");
  });

  it("says so where there is nothing to read", async () => {
    const shown = screen(new FakeOwner());
    await shown.type("r");
    expect(await text(shown)).toContain("the session has had nothing to say");
  });
});
