// SPDX-License-Identifier: MIT
// While the view stands still, what can be done is decided by what is held now.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { ScriptedOwner } from "../forms/scripted-owner.js";
import { heldAnswer } from "../held-views.js";
import { VirtualScreen } from "../virtual-screen.js";

const ENTER = "\r";
const BREAKPOINT = { id: 1, expression: "lun == 1", once: false, hits: 1 };

const open: VirtualScreen[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

async function frozen(owner: ScriptedOwner): Promise<VirtualScreen> {
  const shown = new VirtualScreen(await owner.scene(), { columns: 80, rows: 24, colors: false });
  open.push(shown);
  await shown.type(" ");
  expect(shown.view.state.frozen).toBe(true);
  return shown;
}

const textOf = async (shown: VirtualScreen) => (await shown.lines()).join("\n");

it("the palette offers what is held now", async () => {
  const owner = new ScriptedOwner([heldAnswer(304)], { drop: () => heldAnswer(9000) });
  const shown = await frozen(owner);
  await owner.changed([heldAnswer(9000)]);
  await shown.type(":", "dr", "\t", "\t", "\t", ENTER);
  await sleep(50);
  expect(owner.calls).toEqual([{ method: "drop", params: { host_no: 3, cid: 9000 } }]);
});

it("the list of breakpoints knows the one that holds the target now", async () => {
  const owner = new ScriptedOwner([], { "break.list": () => ({ breakpoints: [BREAKPOINT] }) });
  const shown = await frozen(owner);
  await shown.type("b");
  await sleep(50);
  shown.view.frame();
  expect(await textOf(shown)).not.toContain("* holds the target now");
  owner.by = BREAKPOINT;
  await owner.changed([]);
  shown.view.frame();
  expect(await textOf(shown)).toContain("* holds the target now");
});
