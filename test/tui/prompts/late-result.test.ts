// SPDX-License-Identifier: MIT
// What comes late: shown where it is still waited for, one line where the user has gone on.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { refusedOutcome, type Script, ScriptedOwner } from "../forms/scripted-owner.js";
import { VirtualScreen } from "../virtual-screen.js";

const LATE_MS = 150;
const ENTER = "\r";

const open: VirtualScreen[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

const LUNS = [0, 1, 2].map((lun) => ({
  ...{ lun, spec: `${lun}=ram:64M`, size: 67_108_864, block_size: 512 },
  ...{ serial: `TGT${lun}`, in_flight: 0 },
}));

const SLOW: Script = {
  inject: (plan) => sleep(LATE_MS).then(() => refusedOutcome(plan)),
  "lun.list": () => sleep(LATE_MS).then(() => ({ luns: LUNS })),
};

async function screen(): Promise<{ shown: VirtualScreen; owner: ScriptedOwner }> {
  const owner = new ScriptedOwner([], SLOW);
  const shown = new VirtualScreen(await owner.scene(), { columns: 100, rows: 30, colors: false });
  open.push(shown);
  return { shown, owner };
}

async function shows(shown: VirtualScreen, wanted: RegExp): Promise<string> {
  for (let i = 0; i < 200; i++) {
    shown.view.frame();
    const text = (await shown.lines()).join("\n");
    if (wanted.test(text)) return text;
    await sleep(20);
  }
  throw new Error(`waited for ${wanted}; shown:\n${(await shown.lines()).join("\n")}`);
}

it("a verdict opens where nothing was typed since, and Escape is just back", async () => {
  const { shown } = await screen();
  await shown.type(":", "inject --malform bad-mid", ENTER);
  const text = await shows(shown, /verdict +ENOENT, as expected/);
  expect(text).toMatch(/Esc back *$/m);
  expect(text).not.toContain("back to the form");
});

it("a verdict is one line where a prompt is open, which keeps its keys", async () => {
  const { shown } = await screen();
  await shown.type(":", "inject --malform bad-mid", ENTER, ":");
  await shown.type("hold o");
  await shows(shown, /inject bad-mid: ENOENT, as expected/);
  await shown.type("n");
  await shows(shown, /> hold on/);
});

it.each([
  ["inject --malform bad-mid", /> inject bad-mid: ENOENT, as expected/],
  ["lun list", /> lun list: \d+ lines/],
])("of %s is one line where a key was pressed since", async (line, wanted) => {
  const { shown } = await screen();
  await shown.type(":", line, ENTER, "j");
  await shows(shown, wanted);
});

it("a page of text opens where nothing was typed since", async () => {
  const { shown } = await screen();
  await shown.type(":", "lun list", ENTER);
  await shows(shown, /- lun list/);
});

it("many from the palette say how far they are; Escape stops them", async () => {
  const { shown, owner } = await screen();
  await shown.type(":", "inject --malform bad-mid --count 1000000", ENTER);
  await shows(shown, /injecting [2-9] of 1000000/);
  await shown.type("\x1b");
  await shows(shown, /> inject bad-mid: \d injected: \d ENOENT; stopped before 1000000/);
  const { length } = owner.calls;
  await sleep(2 * LATE_MS);
  expect(owner.calls).toHaveLength(length);
}, 20_000);
