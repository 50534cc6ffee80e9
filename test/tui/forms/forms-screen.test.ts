// SPDX-License-Identifier: MIT
// The forms on the screen: what they look like at each size, what they ask of the owner, what they say.

import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { TgtctlError } from "../../../src/errors.js";
import { expectGolden } from "../golden.js";
import { heldAnswer, heldSense, heldTask } from "../held-views.js";
import { busyScene } from "../scenes.js";
import { VirtualScreen } from "../virtual-screen.js";
import { refusedOutcome, type Script, ScriptedOwner } from "./scripted-owner.js";

const here = import.meta.dirname;
if (process.env.UPDATE_GOLDEN === "1") mkdirSync(`${here}/golden`, { recursive: true });

const UP = "\x1b[A";
const DOWN = "\x1b[B";
const SIZES = [
  [120, 40],
  [80, 24],
  [40, 10],
] as const;
const LOOKS = SIZES.flatMap(([columns, rows]) =>
  [true, false].map((colors) => ({ columns, rows, colors })),
);

const open: VirtualScreen[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

async function show(
  owner: ScriptedOwner,
  size = { columns: 120, rows: 40, colors: false },
): Promise<VirtualScreen> {
  const screen = new VirtualScreen(await owner.scene(), size);
  open.push(screen);
  return screen;
}

async function textOf(screen: VirtualScreen): Promise<string> {
  return (await screen.lines()).join("\n");
}

async function shows(screen: VirtualScreen, wanted: string): Promise<string> {
  for (let i = 0; i < 150; i++) {
    screen.view.frame();
    const text = await textOf(screen);
    if (text.replace(/\s+/g, " ").includes(wanted)) return text;
    await sleep(20);
  }
  throw new Error(`waited for ${JSON.stringify(wanted)}; shown:\n${await textOf(screen)}`);
}

/** `OK` for whatever is let go. */
const GOES: Script = {
  release: () => ({
    on: true,
    tmf: false,
    held: 1,
    by: null,
    count: 1,
    sent: [{ ...heldSense(304), slot: 12, index: 524, verdict: "OK", consumed: true }],
  }),
};

const TAKEN: Script = {
  inject: refusedOutcome,
};

describe.each(LOOKS)("at $columns x $rows, colours $colors", (size) => {
  const { columns, rows, colors } = size;
  const golden = async (screen: VirtualScreen, name: string): Promise<void> => {
    const file = `${name}-${columns}x${rows}-${colors ? "color" : "mono"}.txt`;
    const log = /(kernel {3})([^|\u2502]*)/g; // who runs this may read it or not
    const picture = (await screen.picture()).replace(log, (_, kernel, said) => {
      return `${kernel}${"...".padEnd(said.length)}`;
    });
    expectGolden(here, file, picture);
  };

  it("shows the form of an answer, as it was and edited", async () => {
    const screen = await show(new ScriptedOwner([heldAnswer(304)]), size);
    await screen.type("e");
    await golden(screen, "edit");
    await screen.type("\t", "3/11/00", DOWN, "12z");
    await golden(screen, "edit-wrong");
  });

  it("shows the form of an event, and its verdict", async () => {
    const screen = await show(new ScriptedOwner([heldAnswer(304)], TAKEN), size);
    await screen.type("i");
    await golden(screen, "inject");
    await screen.type("bad-mid");
    await golden(screen, "inject-bad-mid");
    await screen.type("\r");
    await shows(screen, "ENOENT, as expected");
    await golden(screen, "verdict");
  });
});

describe("an edit", () => {
  it("is asked of the owner by the name it had, and its verdict is said", async () => {
    const owner = new ScriptedOwner([heldAnswer(304)], GOES);
    const screen = await show(owner);
    await screen.type("e", "\t", "3/11/00");
    await owner.changed([heldAnswer(305), heldAnswer(304)]);
    screen.view.frame();
    await screen.type("\r");
    const text = await shows(screen, "> 3:304 READ(10) lba=0x38 blocks=8: CHECK CONDITION");
    expect(text.replace(/\s+/g, " ")).toContain("-> slot 12: OK; its next answer is held now");
    expect(owner.calls[0]).toEqual({
      method: "release",
      params: { host_no: 3, cid: 304, id: 304, set: {}, sense: "3/11/00" },
    });
  });

  it("that the kernel refuses leaves the answer held, which is said, and opens again", async () => {
    const refused = { ...heldAnswer(304), refused: "EFAULT" };
    const sent = { ...heldAnswer(304), slot: 12, index: 524, verdict: "EFAULT", consumed: true };
    const owner = new ScriptedOwner([heldAnswer(304)], {
      release: () => {
        void owner.changed([refused]);
        return { on: true, tmf: false, held: 1, by: null, count: 1, sent: [sent] };
      },
    });
    const screen = await show(owner);
    await screen.type("e", DOWN, DOWN, DOWN, "0");
    await screen.type("\r");
    await shows(screen, "slot 12: EFAULT; refused, so it is held again");
    expect(owner.calls[0]?.params).toEqual({ host_no: 3, cid: 304, id: 304, set: { uaddr: "0" } });
    await screen.type("e");
    await shows(screen, "once refused: EFAULT");
  });

  it("of what is gone meanwhile says so and asks for nothing", async () => {
    const owner = new ScriptedOwner([heldAnswer(304)]);
    const screen = await show(owner);
    await screen.type("e", "BUSY");
    await owner.changed([heldAnswer(305)]);
    await shows(screen, "It is no longer held");
    await screen.type("\r");
    expect(owner.calls).toEqual([]);
    await shows(screen, "It is no longer held");
    await screen.type("\x1b");
    await sleep(50); // Escape alone is told after a pause
    expect(await textOf(screen)).not.toContain("no longer held");
  });

  it("that is wrong is not let go: the cursor goes to what is wrong", async () => {
    const owner = new ScriptedOwner([heldAnswer(304)]);
    const screen = await show(owner);
    await screen.type("e", DOWN, DOWN, "12z", UP, UP, "\r");
    expect(await shows(screen, "The field len is not right yet.")).toMatch(/> len/);
    expect(owner.calls).toEqual([]);
  });

  it("says what the owner refuses", async () => {
    const owner = new ScriptedOwner([heldAnswer(304)], {
      release: () => {
        throw new TgtctlError("usage", "3:304 is not held", "see what is: tgtctl held");
      },
    });
    const screen = await show(owner);
    await screen.type("e", "\r");
    await shows(screen, "! 3:304 is not held");
  });

  it("takes the oldest that is held where none is selected, and says which", async () => {
    const owner = new ScriptedOwner([heldTask("0x1f"), heldAnswer(304)]);
    const screen = await show(owner);
    await screen.type("e");
    await shows(screen, "edit the oldest, 3:mid=0x1f, let it go");
  });

  it("of a command that is not held is refused: no other command is hit instead", async () => {
    const owner = new ScriptedOwner([heldAnswer(304)], GOES);
    const screen = await show(owner);
    await screen.type("\t", "\t", "\t", DOWN, DOWN, DOWN, DOWN, DOWN, "e");
    await shows(screen, "- edit 3:304, let it go");
    await screen.type("\x1b");
    await sleep(50);
    await screen.type(UP, UP, UP, UP, "e");
    await shows(screen, "! 3:301 is not held: select a #, or a row that says held");
    await screen.type("\r");
    expect(owner.calls).toEqual([]);
  });

  it.each([
    ["another", heldAnswer(304, { answer: { ...heldAnswer(304).answer, len: 512 }, id: 9000 })],
    ["one that says the same", heldAnswer(304, { id: 9000 })],
  ])("does not let go the answer that took its place: %s", async (_, next) => {
    const owner = new ScriptedOwner([heldAnswer(304)], GOES);
    const screen = await show(owner);
    await screen.type("e", "BUSY");
    await owner.changed([next]);
    await screen.type("\r");
    expect(owner.calls).toEqual([]);
    await shows(screen, "Another answer of this command is held now: Esc, then e.");
    await screen.type("\x1b");
    await sleep(50);
    await screen.type("e", "BUSY");
    await owner.changed([{ ...next, held_ms: 9000 }]);
    screen.view.frame();
    await screen.type("\r");
    expect(owner.calls[0]).toMatchObject({ method: "release", params: { cid: 304, id: 9000 } });
  });

  it("is not to be had where nothing is held, and where nobody can be asked", async () => {
    const screen = await show(new ScriptedOwner([]));
    await screen.type("e");
    await shows(screen, "nothing is held");
    const looking = new VirtualScreen(busyScene().watch, { columns: 80, rows: 24, colors: false });
    open.push(looking);
    await looking.type("e");
    await shows(looking, "an observer changes nothing");
  });
});

describe("an injected event", () => {
  it("whose form was left has its verdict said", async () => {
    const owner = new ScriptedOwner([], TAKEN);
    const screen = await show(owner);
    await screen.type("i", "bad-mid", "\r");
    expect(await textOf(screen)).toContain("injected, waiting for the verdict ...");
    await screen.type("\x1b");
    await shows(screen, "> inject bad-mid: ENOENT, as expected; target");
  });

  it("that finds no place says why in its form, which can be changed", async () => {
    const owner = new ScriptedOwner([], {
      inject: () => {
        throw new TgtctlError("busy", "inject: no READ came in 0 ms", "try again");
      },
    });
    const screen = await show(owner);
    await screen.type("i", "len-zero", "\r");
    await shows(screen, "inject: no READ came in 0 ms");
    await screen.type(DOWN);
    expect(await textOf(screen)).not.toContain("no READ came");
  });

  it("goes in as often as it is told to, and the verdicts are counted", async () => {
    const owner = new ScriptedOwner([], TAKEN);
    const screen = await show(owner);
    await screen.type("i", "bad-mid", UP, UP, "3", "\r");
    await shows(screen, "3 injected: 3 ENOENT; the last:");
    expect(owner.calls.filter(({ method }) => method === "inject")).toHaveLength(3);
    await screen.type("\x1b");
    await sleep(50);
    expect(await textOf(screen)).toContain("Enter injects it 3 times");
  });

  it("of very many says how far it is, and Escape stops it after the one under way", async () => {
    const slow: Script = { inject: (plan) => sleep(10).then(() => TAKEN.inject?.(plan)) };
    const owner = new ScriptedOwner([], slow);
    const screen = await show(owner);
    await screen.type("i", "bad-mid", UP, UP, "1000", "\r");
    await sleep(100);
    screen.view.frame();
    expect(await textOf(screen)).toMatch(/injecting \d+ of 1000 ... {2}Esc stops it/);
    await screen.type("\x1b");
    const text = await shows(screen, "ENOENT; stopped before 1000; the last:");
    expect(text).toMatch(/> inject bad-mid: \d+ injected/);
    const { length } = owner.calls;
    await sleep(100);
    expect(owner.calls).toHaveLength(length);
  });

  it.each([
    ["its form", ["i", "bad-mid", UP, UP, "1000", "\r"]],
    ["the palette", [":", "inject --malform bad-mid --count 1000000", "\r"]],
  ])("from %s is the last one when the screen ends", async (_, keys) => {
    const slow: Script = { inject: (plan) => sleep(10).then(() => TAKEN.inject?.(plan)) };
    const owner = new ScriptedOwner([], slow);
    const screen = new VirtualScreen(await owner.scene(), { columns: 80, rows: 24, colors: false });
    await screen.type(...keys);
    await sleep(50);
    expect(owner.calls.length).toBeGreaterThan(0);
    screen.close();
    const { length } = owner.calls;
    await sleep(1500); // for longer than it is found out whether the target lives
    expect(owner.calls).toHaveLength(length);
  });
});
