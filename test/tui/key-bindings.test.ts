// SPDX-License-Identifier: MIT
// Other keys on the same actions: they work, the key line and the help name them, and one can leave.

import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { ACTION_NAMES, DEFAULT_KEYS, type KeyTable, rebind } from "../../src/tui/key-bindings.js";
import { isKeyName, KEYS } from "../../src/tui/keys.js";
import { imageScene } from "./scenes.js";
import { VirtualScreen } from "./virtual-screen.js";

function table(bindings: Record<string, string[]>): KeyTable {
  return rebind(new Map(Object.entries(bindings)), (action, fault) => {
    throw new Error(`${action}: ${fault}`);
  });
}

const open: VirtualScreen[] = [];
function screen(keys: KeyTable, columns = 120, rows = 40): VirtualScreen {
  const scene = imageScene("ring-aborts-pending.bin");
  const shown = new VirtualScreen(scene, { columns, rows, colors: false, keys });
  open.push(shown);
  return shown;
}
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

describe("the table", () => {
  it("has one row for an action, names that keys have, and no key twice", () => {
    expect(new Set(ACTION_NAMES).size).toBe(ACTION_NAMES.length);
    const keys = KEYS.flatMap((row) => row.keys);
    expect(keys.filter((key) => key !== "ctrl-c" && !isKeyName(key))).toEqual([]);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("rebinding", () => {
  it("with nothing changes nothing", () => {
    expect(table({}).rows).toEqual(KEYS);
  });

  it("moves an action to its new keys, and frees the old", async () => {
    const shown = screen(table({ right: ["w", "ctrl-f"], quit: ["Q"] }));
    await shown.type("l", "\x1b[C");
    expect(shown.view.state.slots.kuring).toBe(270);
    await shown.type("w", "\x06");
    expect(shown.view.state.slots.kuring).toBe(272);
    await shown.type("q");
    expect(shown.quits).toBe(0);
    await shown.type("Q", "\x03");
    expect(shown.quits).toBe(2);
  });

  it("holds for keys that come faster than they are read", async () => {
    const shown = screen(table({ right: ["w", "ctrl-f"] }));
    await shown.type("w\x06w");
    expect(shown.view.state.slots.kuring).toBe(273);
  });

  it("is what the key line and the help say", async () => {
    const shown = screen(table({ freeze: ["F"], find: [], left: ["a"] }));
    expect((await shown.lines()).at(-1)).toContain("F freeze");
    await shown.type("?");
    const help = (await shown.lines()).join("\n");
    expect(help).toMatch(/a Right l Up k Down j +move by slot/);
    expect(help).toMatch(/F +freeze the view/);
    expect(help).toMatch(/\(none\) +find an event/);
  });

  it("leaves a printable key to what is in front, which may want it as text", async () => {
    const shown = screen(table({ suspend: ["z", "ctrl-f"] }));
    await shown.type("?", "z");
    expect((await shown.lines()).join("\n")).not.toContain("this help");
    expect(shown.suspends).toBe(0);
    await shown.type("?", "\x06", "z", "z");
    expect(shown.suspends).toBe(2);
  });

  it("of any kind leaves Ctrl-C, a way to quit and no key twice, or is refused", () => {
    const key = fc.constantFrom(
      "a",
      "q",
      "z",
      "Z",
      "ctrl-c",
      "ctrl-z",
      "tab",
      "space",
      "nonsense",
      "",
    );
    const bindings = fc.dictionary(
      fc.constantFrom(...ACTION_NAMES),
      fc.array(key, { maxLength: 3 }),
    );
    fc.assert(
      fc.property(bindings, (wanted) => {
        let made: KeyTable;
        try {
          made = table(wanted);
        } catch {
          return;
        }
        expect(made.actionOf("ctrl-c")).toBe(DEFAULT_KEYS.actionOf("ctrl-c"));
        const keys = made.rows.flatMap((row) => row.keys);
        expect(new Set(keys).size).toBe(keys.length);
        expect(made.rows.find((row) => row.action === "quit")?.keys.length).toBeGreaterThan(0);
        for (const row of made.rows)
          for (const k of row.keys) expect(made.actionOf(k)).toBe(row.action);
      }),
      { numRuns: 1000 },
    );
  });
});
