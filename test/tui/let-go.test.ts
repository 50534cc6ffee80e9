// SPDX-License-Identifier: MIT
// S on the list in flight: what was shown goes, nothing else, and the next that is held is selected.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { TgtctlError } from "../../src/errors.js";
import type { HeldView } from "../../src/session/engine/verbs.js";
import { nameText } from "../../src/tui/named.js";
import { ScriptedOwner } from "./forms/scripted-owner.js";
import { heldAnswer, heldTask } from "./held-views.js";
import { VirtualScreen } from "./virtual-screen.js";

const open: VirtualScreen[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

interface Asked {
  readonly cid?: number;
  readonly mid?: string;
  readonly id?: number;
}

/** Lets go as an owner does: by name, and only what was shown. */
function owner(items: readonly HeldView[], waitMs = 0): ScriptedOwner {
  const scripted: ScriptedOwner = new ScriptedOwner(items, {
    release: async (params) => {
      const { cid, mid, id } = params as Asked;
      await sleep(waitMs);
      const item = scripted.items.find((each) =>
        each.kind === "CMD_RSP" ? each.cid === cid : each.mid === mid,
      );
      if (!item || item.id !== id) throw new TgtctlError("usage", "not held so", "look again");
      await scripted.changed(scripted.items.filter((each) => each !== item));
      const sent = [{ ...item, slot: 12, index: 524, verdict: "OK", consumed: true }];
      return { on: true, tmf: true, held: scripted.items.length, by: null, count: 1, sent };
    },
  });
  return scripted;
}

async function show(scripted: ScriptedOwner, mayWrite = () => true): Promise<VirtualScreen> {
  const screen = new VirtualScreen(await scripted.scene(), {
    ...{ columns: 120, rows: 40, colors: false, mayWrite },
  });
  open.push(screen);
  await screen.type("\t", "\t", "\t", "g");
  return screen;
}

const selected = (screen: VirtualScreen): string => {
  const { command } = screen.view.state;
  return command ? nameText(command) : "none";
};

async function typed(screen: VirtualScreen, key: string, wanted: string): Promise<void> {
  await screen.type(key);
  for (let i = 0; i < 50 && selected(screen) !== wanted; i++) await sleep(10);
  expect(selected(screen)).toBe(wanted);
}

it("S S S works through what is held, functions too, from the last to the first", async () => {
  const scripted = owner([heldAnswer(302), heldAnswer(304), heldTask("0x7"), heldAnswer(306)]);
  const screen = await show(scripted);
  await typed(screen, "j", "3:302");
  await typed(screen, "j", "3:mid=0x7");
  await typed(screen, "S", "3:304");
  await typed(screen, "S", "3:306");
  await typed(screen, "S", "3:302");
  await typed(screen, "S", "3:302"); // none is left: it stays
  expect(scripted.calls.map(({ params }) => params)).toMatchObject([
    { host_no: 3, mid: "0x7", id: 1_000_000 },
    { cid: 304, id: 304 },
    { cid: 306, id: 306 },
    { cid: 302, id: 302 },
  ]);
});

it("keys that come before the answer are about what was shown, not about the next", async () => {
  const scripted = owner([heldAnswer(302), heldAnswer(303), heldAnswer(304)], 60);
  const screen = await show(scripted);
  await typed(screen, "j", "3:302");
  await screen.type("S", "SS");
  await sleep(200);
  expect(scripted.calls.map(({ params }) => (params as Asked).cid)).toEqual([302, 302, 302]);
  expect(scripted.items.map(({ id }) => id)).toEqual([303, 304]);
  expect(selected(screen)).toBe("3:303");
});

it("stays where the user has gone meanwhile", async () => {
  const scripted = owner([heldAnswer(302), heldAnswer(303), heldAnswer(304)], 60);
  const screen = await show(scripted);
  await typed(screen, "j", "3:302");
  await screen.type("S", "k");
  await sleep(150);
  expect(scripted.items.map(({ id }) => id)).toEqual([303, 304]);
  expect(selected(screen)).toBe("3:301");
});

it("stays while the terminal takes nothing: nobody would see who is next", async () => {
  let isBlocked = false;
  const scripted = owner([heldAnswer(302), heldAnswer(304)], 30);
  const screen = await show(scripted, () => !isBlocked);
  await typed(screen, "j", "3:302");
  await screen.type("S");
  isBlocked = true;
  await sleep(100);
  expect(scripted.items.map(({ id }) => id)).toEqual([304]);
  expect(selected(screen)).toBe("3:302");
});

it("another answer of the command, which was not shown, is not let go", async () => {
  const scripted = owner([heldAnswer(302)]);
  const screen = await show(scripted);
  await typed(screen, "j", "3:302");
  scripted.items = [heldAnswer(302, { id: 9000 })]; // the screen has not heard of it
  await screen.type("S");
  await sleep(50);
  expect(scripted.calls).toMatchObject([{ params: { cid: 302, id: 302 } }]);
  expect(scripted.items).toHaveLength(1);
});

it("e opens the form of a function's answer", async () => {
  const scripted = owner([heldAnswer(302), heldTask("0x7")]);
  const screen = await show(scripted);
  await typed(screen, "j", "3:302");
  await typed(screen, "j", "3:mid=0x7");
  await screen.type("e");
  expect((await screen.lines()).join("\n")).toContain("edit 3:mid=0x7, let it go");
  await typed(screen, "\r", "3:302");
  expect(scripted.calls[0]).toMatchObject({ method: "release", params: { mid: "0x7", set: {} } });
});
