// SPDX-License-Identifier: MIT
// What is read at once: keys, pastes, and what is neither.
import { afterEach, describe, expect, it } from "vitest";
import { isFlood, KeyReader, runsOf, type Typed } from "../../src/tui/key-reader.js";
import type { PressedKey } from "../../src/tui/keys.js";
import { FakeOwner, ownedScene } from "./prompts/prompt-scenes.js";
import { VirtualScreen } from "./virtual-screen.js";

const NO_KEY = Object.fromEntries(
  [
    ...["upArrow", "downArrow", "leftArrow", "rightArrow", "pageUp", "pageDown", "home", "end"],
    ...["return", "backspace", "delete", "tab", "shift", "escape", "ctrl", "meta"],
  ].map((name) => [name, false]),
) as unknown as PressedKey;

function read(...inputs: (string | [string, Partial<PressedKey>])[]): (Typed | null)[] {
  const reader = new KeyReader();
  return inputs.map((each) => {
    const [input, key] = typeof each === "string" ? [each, {}] : each;
    return reader.read(input, { ...NO_KEY, ...key });
  });
}

describe("what is read", () => {
  it("is keys by their names, several where they came at once", () => {
    expect(read("x", "j j", ["", { upArrow: true }])).toEqual([
      { kind: "keys", names: ["x"] },
      { kind: "keys", names: ["j", "space", "j"] },
      { kind: "keys", names: ["up"] },
    ]);
  });

  it("is a paste between its brackets, whatever is in it", () => {
    const pasted = read("[200~", "sxq", ["", { return: true }], "[A", "[201~", "s");
    expect(pasted.map((each) => (each?.kind === "paste" ? each.text : each))).toEqual([
      null,
      "sxq",
      "\n",
      "[A",
      null,
      { kind: "keys", names: ["s"] },
    ]);
  });

  it("is nothing for sequences that are no key of ours", () => {
    expect(read("[I", "[<0;10;10m", "[25~", "OP")).toEqual([null, null, null, null]);
  });

  it("is Escape and the key behind it, where both were read at once", () => {
    expect(read(["c", { meta: true }])).toEqual([{ kind: "keys", names: ["escape", "c"] }]);
  });

  it("is no work of fingers above some number of different keys", () => {
    expect(isFlood(Array.from("jjjjjjjjjjjjjjjj"))).toBe(false);
    expect(isFlood(Array.from("hold the line"))).toBe(true);
    expect(isFlood(Array.from("hjkl"))).toBe(false);
  });

  it("can be cut into texts and the keys between them", () => {
    expect(runsOf(["ctrl-u", "a", "space", "b", "enter"])).toEqual([
      { kind: "keys", names: ["ctrl-u"] },
      { kind: "paste", text: "a b" },
      { kind: "keys", names: ["enter"] },
    ]);
  });
});

describe("on the screen", () => {
  let shown: VirtualScreen | null = null;
  afterEach(() => shown?.close());

  function screen(owner: FakeOwner): VirtualScreen {
    shown = new VirtualScreen(ownedScene(owner), { columns: 80, rows: 24, colors: false });
    return shown;
  }

  it("a question is not answered by the text that raised it", async () => {
    const owner = new FakeOwner();
    const s = screen(owner);
    s.view.frame();
    await s.type("\t\t\tg", "xy");
    expect((await s.lines()).join("\n")).toMatch(/drop \d+:\d+\?/);
    expect(owner.asked.map(([method]) => method)).not.toContain("drop");
    await s.type("y");
    expect(owner.asked.map(([method]) => method)).toContain("drop");
  });

  it("a paste runs no verb, in brackets or without", async () => {
    const owner = new FakeOwner();
    const s = screen(owner);
    const before = owner.asked.length;
    await s.type("\x1b[200~", "HsScx", "\x1b[201~");
    await s.type("Have some Coffee, sxcH");
    expect(owner.asked.slice(before).filter(([method]) => method !== "held")).toEqual([]);
    expect((await s.lines()).join("\n")).toContain("a paste is not taken for keys");
  });

  it("a paste goes into a line of text, as one", async () => {
    const s = screen(new FakeOwner());
    await s.type("/", "\x1b[200~", "opcode == READ_10\x1b]52;c;x\x07\n && lun == 0", "\x1b[201~");
    expect((await s.lines()).join("\n")).toContain("opcode == READ_10");
    await s.type("\x15", `${"lba == 1 || ".repeat(300)}lba == 2`);
    expect((await s.lines()).join("\n")).toContain("lba == 2");
  });

  it("a line typed faster than it is read is the line it was meant to be", async () => {
    const s = screen(new FakeOwner());
    await s.type("/opcode == READ_10 && lun == 0");
    expect((await s.lines()).join("\n")).toContain("> opcode == READ_10 && lun == 0");
  });

  it("nothing is shown, and no key heard, once it has ended", async () => {
    const s = screen(new FakeOwner());
    s.view.close();
    s.take();
    s.view.frame();
    await s.type("?", "H");
    s.resize(100, 30);
    expect(s.take()).toBe("");
  });
});
